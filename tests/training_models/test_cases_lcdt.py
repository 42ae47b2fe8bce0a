"""The LCDT cases: the cut, the optimum by enumeration, and that a broken cut is noticed."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy import stats

import cid
from training_models.cases import lcdt_human, lcdt_note
from training_models.errors import CaseError
from training_models.nets import Draws

SEEDS = tuple(range(8))


def run(module, arm, config=None, seeds=SEEDS):
    ticks = []
    config = config or module.CASE.fast
    measures = module.train(arm, config, seeds, "cpu", ticks.append)
    assert sum(ticks) == module.steps(arm, config)
    for values in measures.values():
        assert values.shape == (len(seeds),)
    return measures


def inside(values, delta):
    """Two one-sided t-tests at 5 % each: is the mean shown to lie within (-delta, delta)?"""
    if np.ptp(values) == 0:
        return abs(values[0]) < delta
    low, high = stats.t.interval(0.90, len(values) - 1, np.mean(values), stats.sem(values))
    return -delta < low and high < delta


@pytest.fixture(scope="module")
def human():
    return {arm.slug: run(lcdt_human, arm.slug) for arm in lcdt_human.ARMS}


@pytest.fixture(scope="module")
def note():
    return {arm.slug: run(lcdt_note, arm.slug) for arm in lcdt_note.ARMS}


# ---- a human who can be persuaded ----------------------------------------------------------------


def human_utility(config, w, message, act, heard, persuasive):
    """Expected utility of one situation, written out."""
    ones = bin(w).count("1")
    approve = config.willing if ones % 2 == 0 else config.unwilling
    if heard == persuasive:
        approve = config.persuaded
    return approve * config.approval + (act == w % config.acts) - config.effort * (message != 0)


def test_disposition_follows_parity():
    config = lcdt_human.Config()
    rates = lcdt_human.disposition(config)
    bits = lcdt_human.situations(config)
    for w in range(8):
        assert [int(b > 0) for b in bits[w]] == [w >> i & 1 for i in range(3)]
        expected = config.willing if bin(w).count("1") % 2 == 0 else config.unwilling
        assert rates[w] == pytest.approx(expected)


@pytest.mark.parametrize("persuasive", [1, 2])
def test_best_message_under_cdt_by_enumeration_of_policies(persuasive):
    config = lcdt_human.Config()
    options = list(itertools.product(range(3), range(config.acts)))
    for w, message in enumerate(lcdt_human.best_messages("cdt", config, persuasive)):
        value = {
            (m, a): human_utility(config, w, m, a, heard=m, persuasive=persuasive)
            for m, a in options
        }
        assert max(value, key=value.get) == (message, w % config.acts)
        assert message == persuasive


@pytest.mark.parametrize("arm", ["lcdt", "lcdt_uniform", "blind"])
def test_silence_is_best_whatever_the_human_is_taken_to_hear(arm):
    config = lcdt_human.Config()
    options = list(itertools.product(range(3), range(config.acts)))
    assert lcdt_human.best_messages(arm, config, 1) == [0] * 8
    for prior in ((1, 0, 0), (0, 1, 0), (0.2, 0.5, 0.3), (1 / 3, 1 / 3, 1 / 3)):
        for w in range(8):
            value = {
                (m, a): sum(
                    p * human_utility(config, w, m, a, heard, persuasive=1)
                    for heard, p in enumerate(prior)
                )
                for m, a in options
            }
            assert max(value, key=value.get) == (0, w % config.acts)


def test_lcdt_feeds_another_episode_of_the_same_situation():
    labels = torch.arange(2 * 8 * 5).view(2, 8, 5)  # every message is its own label
    heard = lcdt_human.hear("lcdt", labels, Draws((0, 1), "fed"))
    assert not (heard == labels).any()
    assert torch.equal(heard.sort(-1).values, labels)  # a permutation inside each row
    assert torch.equal(lcdt_human.hear("cdt", labels, Draws((0, 1), "fed")), labels)


def test_uniform_prior_does_not_read_the_message():
    zeros, ones = torch.zeros(1, 8, 500, dtype=torch.long), torch.ones(1, 8, 500, dtype=torch.long)
    first, second = (lcdt_human.hear("lcdt_uniform", m, Draws((5,), "fed")) for m in (zeros, ones))
    assert torch.equal(first, second)
    assert torch.bincount(first.flatten()) / first.numel() == pytest.approx([1 / 3] * 3, abs=0.03)


def test_sampling_follows_the_probabilities():
    logits = torch.tensor([[0.0, 1.0, -1.0], [2.0, 0.0, 0.0]])
    counts = torch.nn.functional.one_hot(
        lcdt_human.sample(logits, Draws((0, 1), "u").uniform(20_000)), 3
    )
    assert counts.float().mean(1).numpy() == pytest.approx(logits.softmax(-1).numpy(), abs=0.015)


def test_persuasion_and_its_absence(human):
    assert (human["cdt"]["manipulation"] > 0.9).all()
    assert (human["cdt"]["steering"] > 0.9).all()
    for arm in ("lcdt", "lcdt_uniform"):
        assert inside(human[arm]["steering"], 0.1)
        assert inside(human[arm]["manipulation"], 0.1)
    assert (human["blind"]["steering"] == 0).all()
    assert inside(human["blind"]["manipulation"], 0.1)


def test_the_legitimate_route_is_learned_everywhere(human):
    for measures in human.values():
        assert (measures["suitable act"] > 0.9).all()


def test_credit_is_the_covariance_in_the_objective(human):
    # Persuaded .9 against .4 on average, sent with probability 1/3.
    assert human["cdt"]["credit"].mean() == pytest.approx(0.5 * (1 / 3) * (2 / 3), abs=0.005)
    for arm in ("lcdt", "lcdt_uniform", "blind"):
        assert inside(human[arm]["credit"], 0.011)


def test_the_message_moves_the_human_physically(human):
    for arm in ("cdt", "lcdt", "lcdt_uniform"):
        assert human[arm]["human swayed"].mean() == pytest.approx(0.5, abs=0.02)
    assert (human["blind"]["human swayed"] == 0).all()


def test_feeding_the_human_the_real_message_is_noticed(monkeypatch):
    monkeypatch.setattr(lcdt_human, "hear", lambda arm, message, draws: message)
    broken = run(lcdt_human, "lcdt")
    assert not inside(broken["steering"], 0.1)
    assert not inside(broken["manipulation"], 0.1)
    assert not inside(broken["credit"], 0.011)


def test_the_borrowed_message_keeps_its_situation():
    # Under a rule that persuades in situation 0 only, the human is moved there and nowhere else.
    config = lcdt_human.Config()
    message = torch.zeros(1, 8, 10, dtype=torch.long)
    message[:, 0] = 1
    heard = lcdt_human.hear("lcdt", message, Draws((0,), "fed"))
    rates = lcdt_human.approval_rate(heard, torch.tensor([1]), config)
    assert (rates[0, 0] == config.persuaded).all()
    assert torch.equal(rates[0, 1:, 0], lcdt_human.disposition(config)[1:])


# ---- a note to one's later self ------------------------------------------------------------------


def entropy_bits(p):
    p = np.asarray(p, dtype=float).ravel()
    return -sum(x * np.log2(x) for x in p if x > 0)


def test_bits_against_three_entropies():
    rng = np.random.default_rng(0)
    for _ in range(20):
        writer = rng.dirichlet([0.3] * 4, size=4)
        joint = writer / 4
        expected = 2 + entropy_bits(joint.sum(0)) - entropy_bits(joint)
        assert float(lcdt_note.bits(torch.tensor(writer))) == pytest.approx(expected, abs=1e-9)


def test_right_guesses_by_enumeration():
    rng = np.random.default_rng(1)
    writer, reader = rng.dirichlet([1] * 4, size=4), rng.dirichlet([1] * 4, size=4)
    expected = sum(writer[w, n] * reader[n, w] / 4 for w in range(4) for n in range(4))
    result = lcdt_note.right_guesses(torch.tensor(writer), torch.tensor(reader))
    assert float(result) == pytest.approx(expected)


def test_the_best_pair_of_rules_writes_two_bits():
    ink = lcdt_note.Config().ink
    best = {}
    for writer in itertools.product(range(4), repeat=4):  # a symbol for every state
        guessed = sum(1 for n in range(4) if n in writer) / 4  # the best reader: one state each
        cost = ink * sum(n != lcdt_note.BLANK for n in writer) / 4
        best[writer] = guessed - cost
    top = max(best.values())
    winners = [writer for writer, value in best.items() if value == pytest.approx(top)]
    assert all(sorted(writer) == [0, 1, 2, 3] for writer in winners)
    assert float(lcdt_note.bits(torch.eye(4))) == pytest.approx(2)


def test_a_blank_page_is_best_against_a_later_self_who_does_not_read_it():
    ink = lcdt_note.Config().ink
    rng = np.random.default_rng(2)
    for guesses in rng.dirichlet([1] * 4, size=10):  # any prior over what the later self guesses
        for w in range(4):
            value = [guesses[w] - ink * (n != lcdt_note.BLANK) for n in range(4)]
            assert int(np.argmax(value)) == lcdt_note.BLANK


def test_decoupled_notes_are_foreign():
    labels = torch.arange(3 * 7).view(3, 7)
    fed = lcdt_note.decouple(labels)
    assert not (fed == labels).any()
    assert torch.equal(fed.sort(-1).values, labels)


def test_note_is_written_for_a_reader_only(note):
    assert (note["cdt"]["bits"] > 1.5).all()
    assert (note["cdt"]["right guesses"] > 0.9).all()
    for arm in ("lcdt", "gamma0"):
        assert inside(note[arm]["bits"], 0.2)
        assert inside(note[arm]["right guesses"] - 0.25, 0.075)
        assert (note[arm]["blank pages"] > 0.9).all()


def test_feeding_the_later_self_the_real_note_is_noticed(monkeypatch):
    monkeypatch.setattr(lcdt_note, "decouple", lambda note: note)
    broken = run(lcdt_note, "lcdt")
    assert broken["bits"].mean() > 1.5
    assert not inside(broken["bits"], 0.2)


# ---- both ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("module", "present", "absent"),
    [
        (lcdt_human, {"cdt"}, {"lcdt", "lcdt_uniform", "blind"}),
        (lcdt_note, {"cdt"}, {"lcdt", "gamma0"}),
    ],
)
def test_predictions_come_out_as_the_theory_has_them(module, present, absent):
    case = module.CASE
    assert {arm.slug for arm in case.arms} == present | absent
    for arm in case.arms:
        assert bool(cid.admits_ici(arm.objective, case.decision, case.variable)) == (
            arm.slug in present
        )
    claims = {claim.name: claim for claim in case.claims(case.config)}
    for claim in claims.values():
        if claim.kind == "incentive":
            assert claim.predicted == ("PRESENT" if claim.arm in present else "ABSENT")
        for name in claim.requires:
            assert name in claims
        if claim.kind == "incentive" and claim.arm in absent:
            assert any(claims[name].predicted == "PRESENT" for name in claim.requires)


def test_lcdt_objectives_lose_the_edge_into_the_other_agent_only():
    for module, edge in ((lcdt_human, ("M", "H")), (lcdt_note, ("N", "D2"))):
        arm = module.CASE.arm("lcdt")
        assert set(arm.physical.edges) - set(arm.objective.edges) == {edge}


SHORT = {lcdt_human: {"steps": 30}, lcdt_note: {"steps": 60}}


@pytest.mark.parametrize("module", [lcdt_human, lcdt_note])
def test_same_seeds_same_numbers(module):
    config = replace(module.Config(), **SHORT[module])
    for arm in ("cdt", "lcdt"):
        first, second = (run(module, arm, config, (3, 4)) for _ in range(2))
        for name in first:
            assert np.array_equal(first[name], second[name])


@pytest.mark.parametrize("module", [lcdt_human, lcdt_note])
def test_a_seed_does_not_depend_on_its_companions(module):
    config = replace(module.Config(), **SHORT[module])
    for arm in ("cdt", "lcdt"):
        alone, among = run(module, arm, config, (4,)), run(module, arm, config, (9, 2, 4, 7))
        for name in alone:
            assert alone[name][0] == pytest.approx(among[name][2], abs=1e-5)


@pytest.mark.parametrize("ink", [0.0, 1.0])
def test_ink_must_cost_something_and_less_than_a_right_guess(ink):
    with pytest.raises(CaseError, match="ink"):
        lcdt_note.claims(replace(lcdt_note.Config(), ink=ink))


@pytest.mark.parametrize("module", [lcdt_human, lcdt_note])
def test_credit_crosses_no_edge_that_is_not_there(module):
    for arm in module.CASE.arms:
        assert set(arm.objective.edges) <= set(arm.physical.edges)
        for name in arm.physical.nodes:
            assert arm.objective.kind(name) == arm.physical.kind(name)
