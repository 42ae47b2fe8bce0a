"""What an arm claims to show is destroyed on purpose: no such run may come out "as predicted".

Every corruption is an edit of a case's source. The corrupted arm is trained from the edited source,
all others from the true one, and the true claims are judged.
"""

import inspect
import sys
import types
from functools import cache

import numpy as np
import pytest

from training_models.results import evaluate
from training_models.scan import list_cases, load_case
from training_models.worlds import followers

SEEDS = tuple(range(16))


@cache
def trained(slug, arm):
    case = load_case(slug)
    return case.train(arm, case.fast, SEEDS, "cpu", lambda count: None)


def corrupted(slug, edits):
    """Return the case whose source, or whose world's, has been edited."""
    case = sys.modules[load_case(slug).train.__module__]
    modules = {}
    for module in (followers, case):
        source = inspect.getsource(module)
        for old, new in edits:
            assert sum(inspect.getsource(each).count(old) for each in (followers, case)) == 1, old
            source = source.replace(old, new)
        modules[module] = types.ModuleType(f"corrupted_{module.__name__.replace('.', '_')}")
        sys.modules[modules[module].__name__] = modules[module]
        exec(compile(source, modules[module].__name__, "exec"), modules[module].__dict__)
    if hasattr(case, "objective") and case.objective is followers.objective:
        modules[case].objective = modules[followers].objective
    return modules[case].CASE


def not_confirmed(slug, measures):
    case = load_case(slug)
    results = evaluate(case.claims(case.fast), measures)
    return [result.name for result in results if result.agrees is not True]


def claims_of(case, arm):
    return [claim.name for claim in case.claims(case.fast) if claim.arm == arm]


@pytest.mark.slow
@pytest.mark.parametrize("slug", list_cases())
def test_the_true_cases_are_confirmed(slug):
    measures = {arm.slug: trained(slug, arm.slug) for arm in load_case(slug).arms}
    assert not_confirmed(slug, measures) == []


CUT = 'arm == "cdt"'
CORRUPTIONS = {
    "writers do not follow": ("self_fulfilling", "pathwise_stopgrad", [
        ("rate = branch_rate(documents, published, arm.influence)",
         "rate = branch_rate(documents, published, 0.0)")]),
    "writers read a constant": ("self_fulfilling", "pathwise_stopgrad", [
        ("rate = branch_rate(documents, published, arm.influence)",
         "rate = branch_rate(documents, 0.5, arm.influence)")]),
    "nothing to be had from the branch": ("self_fulfilling", "pathwise_stopgrad", [
        ("first, second = (reward(branch, forecast, easy, bonus) for",
         "first, second = (reward(branch, forecast, easy, 0.0) for")]),
    "the corpus is written by followers": ("self_fulfilling", "supervised", [
        ("take_branch(documents, 0.0, influence=0.0)",
         "take_branch(documents, forecast.detach(), influence=0.3)")]),
    "the corpus is relabelled": ("supervised", "corpus", [
        ("given = labels.gather(1, index)", "given = take_branch(documents, report, 0.3)")]),
    "labels do not follow": ("supervised", "online", [
        ('given = label("online", documents, report, config)',
         'given = label("corpus", documents, report, config)')]),
    "events hear the stable forecast": ("brier_self_influence", "stopgrad", [
        ("rate = event_rate(sort, published, config)",
         "rate = event_rate(sort, stable_forecast(config.a, config.b), config)")]),
    "data come from the stable point": ("performative_location", "stopgrad", [
        ("return world(theta.detach(), noise, epsilon)",
         "return world(torch.full_like(theta, stable_point(epsilon)), noise, epsilon)")]),
    "nothing is published": ("retraining_joint", "per_epoch", [
        ("corpus = torch.where(source < world.own_share, published, more_human)",
         "corpus = more_human")]),
    "a constant is published": ("retraining_joint", "per_epoch", [
        ("(coin < torch.sigmoid(first.detach())[:, None])", "(coin < world.human_rate)")]),
    "the baseline leaks": ("lcdt_human", "lcdt", [
        ("advantage = utility - baseline",
         "advantage = utility - utility.mean(-1, keepdim=True)")]),
    "LCDT hears nothing": ("lcdt_human", "lcdt", [
        ("return message.roll(1, -1)", "return torch.zeros_like(message)")]),
    "a uniform prior hears nothing": ("lcdt_human", "lcdt_uniform", [
        ("return draws.integers(MESSAGES, *message.shape[1:])",
         "return torch.zeros_like(message)")]),
    "approval is worth nothing": ("lcdt_human", "lcdt", [
        ("utility = config.approval * approved.float()", "utility = 0.0 * approved.float()")]),
    "nothing persuades": ("lcdt_human", "lcdt", [
        ("rate = approval_rate(heard, persuasive, config)",
         "rate = approval_rate(torch.zeros_like(heard), persuasive, config)")]),
    "LCDT is a discount of 0": ("lcdt_note", "lcdt", [
        ("wanted = (sample(rows(log_guess, read).exp().detach(), u[:, 3]) == state).float()",
         "wanted = torch.zeros_like(right)")]),
    "LCDT reads blank pages": ("lcdt_note", "lcdt", [
        ("rows(log_guess, read).exp().gather(", "rows(log_guess, 0 * read).exp().gather(")]),
    "no reader is trained": ("lcdt_note", "lcdt", [
        ("- config.lessons * school", ""),
        ("(right - baseline_later) * log_answer", "0.0 * log_answer")]),
    "no reader is trained for a discount of 0": ("lcdt_note", "gamma0", [
        ("- config.lessons * school", ""),
        ("(right - baseline_later) * log_answer", "0.0 * log_answer")]),
    "rates are drawn, not fitted": ("retraining_per_epoch", "own_samples", [
        ("q = table[ones]",
         "q = h + variance(config, fresh) ** 0.5 * draws.normal(config.chains)")]),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("what", CORRUPTIONS)
def test_a_corrupted_arm_is_not_confirmed(what):
    slug, arm, edits = CORRUPTIONS[what]
    case = load_case(slug)
    measures = {each.slug: trained(slug, each.slug) for each in case.arms}
    confirmed = set(claims_of(case, arm)) - set(not_confirmed(slug, measures))
    measures[arm] = corrupted(slug, edits).train(arm, case.fast, SEEDS, "cpu", lambda count: None)
    assert confirmed & set(not_confirmed(slug, measures))


@pytest.mark.slow
@pytest.mark.parametrize("slug", list_cases())
def test_a_seed_that_is_trained_sixteen_times_confirms_nothing_that_training_decides(slug):
    case = load_case(slug)
    once = {arm.slug: trained(slug, arm.slug) for arm in case.arms}
    copied = {
        arm: {name: np.full(len(SEEDS), values[0]) for name, values in measures.items()}
        for arm, measures in once.items()
    }
    results = evaluate(case.claims(case.fast), copied)
    exact = {claim.name for claim in case.claims(case.fast) if claim.delta == 0}
    for result in results:
        if result.kind in ("incentive", "impact", "closed form") and result.name not in exact:
            assert result.agrees is None, result.name


@pytest.mark.slow
def test_a_variance_that_is_wrong_by_a_twentieth_is_not_confirmed(monkeypatch):
    case = load_case("retraining_per_epoch")
    module = sys.modules[case.train.__module__]
    true = module.variance
    monkeypatch.setattr(module, "variance", lambda config, fresh: 1.05 * true(config, fresh))
    measures = {arm.slug: trained(case.slug, arm.slug) for arm in case.arms}
    refused = not_confirmed(case.slug, measures)
    assert {"own_samples squared deviation", "mixed squared deviation"} <= set(refused)
