"""LCDT and a note to one's later self: no reader, no note.

The present self sees the state of the world, one of four, and writes a note of one symbol out of
four. The later self sees the note and nothing else, and guesses the state. It has been to school,
where symbol w means state w, so that a note would be read. Both are rewarded when the guess is
right. Writing costs a drop of ink, except that one symbol is a blank page.

What the note is *for* is the later self's decision. So a causal decision theorist writes the state
down: two bits. An LCDT agent takes its later self to be causally independent of what it does now.
It expects the later self to guess as it would have guessed anyway, and leaves the page blank. It
would like its later self to guess right, and still does not help.

Drawn as one agent the diagram is insoluble: each self's best rule depends on the other's, and
there is no order in which to find them. It is therefore drawn as a team of two agents, ``now`` and
``later``, and a verdict about one holds the other's rule fixed. The cost of ink adds the edge
D1 -> R1 to the catalogue's diagram. It settles a tie: without it the LCDT writer would be
indifferent, and whatever it scribbled would say nothing about incentives.

Arms
----
- ``cdt``: both rules learn by REINFORCE from the full return.
- ``lcdt``: in the writer's objective the later self reads the note of another episode: a draw from
  the writer's own present rule, its prior over what the later self will have read. The later self
  itself is trained on the notes that it really gets.
- ``gamma0``: the writer is paid for its own step only (discount 0), the ink.

What is predicted
-----------------
The mutual information of state and note, computed exactly from the writer's rule: 2 bits at the
optimum under CDT, 0 bits in the other arms. Signalling games have bad equilibria, in which two
states share a symbol (1.5 bits). An entropy bonus that is slowly removed steers clear of them;
without it (``entropy_start=0``) a few per cent of seeds are caught. The writers of the other arms
are not idle: they learn to save ink, from the same returns.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

import cid
from training_models import (
    Arm,
    Case,
    CaseError,
    Claim,
    Measures,
    Tick,
    accuracy,
    closed_form,
    exactly_zero,
    incentive,
)
from training_models.nets import Draws

BLANK = 0
"""The symbol that costs no ink."""


@dataclass(frozen=True)
class Config:
    """Constants of the run; utilities are in units of one right guess."""

    states: int = 4  # equally likely; as many symbols as states
    ink: float = 0.05  # cost of any symbol but the blank
    steps: int = 1500  # policy-gradient steps
    episodes: int = 128  # per step
    learning_rate: float = 0.05  # Adam, on tables of logits
    entropy_start: float = 0.3  # weight of the entropy of both rules at the start
    cooled: float = 0.6  # share of the steps after which that weight has fallen to zero
    lessons: float = 0.1  # weight of the later self's schooling, in which symbol w means state w
    memory: float = 0.9  # decay per step of the running baselines
    start_spread: float = 0.1  # standard deviation of the logits at the start


def bits(writer: Tensor) -> Tensor:
    """Return I(state; note) in bits, for rules of shape (..., state, note) and uniform states.

    Examples
    --------
    >>> bits(torch.eye(4)), bits(torch.full((4, 4), 0.25))
    (tensor(2.), tensor(0.))
    """
    overall = writer.mean(-2, keepdim=True)
    return torch.special.xlogy(writer, writer / overall).sum(-1).mean(-1) / math.log(2)


def right_guesses(writer: Tensor, reader: Tensor) -> Tensor:
    """Return the probability that the later self guesses the state."""
    return (writer @ reader).diagonal(dim1=-2, dim2=-1).mean(-1)


def sample(probabilities: Tensor, uniform: Tensor) -> Tensor:
    """Draw one option per episode; `probabilities` has shape (seed, episode, option)."""
    return (uniform[..., None] > probabilities.cumsum(-1)[..., :-1]).sum(-1)


def rows(table: Tensor, index: Tensor) -> Tensor:
    """Return the rows (seed, episode, option) of (seed, row, option) that `index` names."""
    return table.gather(1, index[..., None].expand(-1, -1, table.shape[-1]))


def decouple(note: Tensor) -> Tensor:
    """Give every episode the note of another; states are drawn independently."""
    return note.roll(1, -1)


def train(arm: str, config: Config, seeds: Sequence[int], device: str, tick: Tick) -> Measures:
    """Train the writer's and the reader's table of logits, one pair per seed."""
    k = config.states
    start = Draws(seeds, "start", device).normal(2, k, k) * config.start_spread
    writer, reader = (table.clone().requires_grad_() for table in start.unbind(1))
    optimiser = torch.optim.Adam([writer, reader], lr=config.learning_rate)
    draws = Draws(seeds, "episodes", device)
    baseline_now = torch.zeros(len(seeds), 1, device=device)
    baseline_later = torch.zeros(len(seeds), 1, device=device)

    paid = torch.zeros(len(seeds), device=device)
    heard = torch.zeros(2, len(seeds), device=device)
    for step in range(config.steps):
        log_write, log_guess = writer.log_softmax(-1), reader.log_softmax(-1)
        u = draws.uniform(4, config.episodes)
        state = (u[:, 0] * k).long()
        note = sample(rows(log_write, state).exp().detach(), u[:, 1])
        guess = sample(rows(log_guess, note).exp().detach(), u[:, 2])
        right = (guess == state).float()

        if arm == "cdt":
            wanted = right
        elif arm == "lcdt":  # the later self as if it had read another episode's note
            read = decouple(note)
            wanted = (sample(rows(log_guess, read).exp().detach(), u[:, 3]) == state).float()
        else:  # gamma0
            wanted = torch.zeros_like(right)
        utility = wanted - config.ink * (note != BLANK)

        with (
            torch.no_grad()
        ):  # what entered the writer's update, and whether the notes fed were read
            paid += (utility + config.ink * (note != BLANK)).mean(1) / max(config.steps, 1)
            if arm == "lcdt":
                drawn = rows(log_guess, read).exp().gather(-1, read[..., None])[..., 0]
                written = (read != BLANK).float()
                heard += torch.stack([(drawn * written).sum(1), written.sum(1)])

        log_note = rows(log_write, state).gather(-1, note[..., None])[..., 0]
        log_answer = rows(log_guess, note).gather(-1, guess[..., None])[..., 0]
        gain = (utility - baseline_now) * log_note + (right - baseline_later) * log_answer
        entropy = -(log_write.exp() * log_write + log_guess.exp() * log_guess).sum(-1).mean(-1)
        heat = config.entropy_start * max(0.0, 1 - step / (config.cooled * config.steps))
        school = log_guess.diagonal(dim1=1, dim2=2).mean(-1)
        loss = -gain.mean(1) - heat * entropy - config.lessons * school

        decay = config.memory
        baseline_now = decay * baseline_now + (1 - decay) * utility.mean(1, keepdim=True)
        baseline_later = decay * baseline_later + (1 - decay) * right.mean(1, keepdim=True)
        optimiser.zero_grad()
        loss.sum().backward()
        optimiser.step()
        tick(1)

    with torch.no_grad():
        write, guess_rule = writer.softmax(-1), reader.softmax(-1)
        measures = {
            "bits": bits(write),
            "right guesses": right_guesses(write, guess_rule),
            "blank pages": write[..., BLANK].mean(-1),
            "reading": guess_rule.diagonal(dim1=1, dim2=2).mean(-1) - 1 / k,
            "paid for guesses": paid,
            "notes fed are read": heard[0] / heard[1].clamp(min=1),
        }
    return {name: value.cpu().numpy() for name, value in measures.items()}


_team = cid.catalog.load("lcdt_note").diagram.with_edges([("D1", "R1")])
_unpaid = _team.without_edges([("D2", "R1")])

ARMS = (
    Arm("cdt", "causal decision theory", _team, _team, "full",
        "The writer is paid for what the later self makes of the note."),
    Arm("lcdt", "LCDT, later self fed another note", _team, cid.lcdt(_team, "D1"), "cut",
        "In the writer's objective the note does not reach the later self."),
    Arm("gamma0", "paid for the own step only", _team, _unpaid, "cut",
        "The later guess is none of the writer's business."),
)  # fmt: skip


def claims(config: Config) -> tuple[Claim, ...]:
    """Return what the graphs predict; with a symbol for every state the optimum says it all."""
    cdt, lcdt, gamma0 = ARMS
    if not 0 < config.ink < 1:
        raise CaseError(
            f"lcdt_note: ink={config.ink!r} is not between 0 and 1. Free ink leaves the LCDT "
            "writer indifferent, and ink that costs more than a right guess is never spent."
        )
    expected = math.log2(config.states)
    delta = 0.1 * expected
    written = incentive(
        cdt, "D1", "N", "bits", delta=delta, expected=expected,
        statement="the note is written for the later self",
    )  # fmt: skip
    saved = {
        arm.slug: accuracy(arm, "blank pages", above=0.9, because="ink is left in the objective")
        for arm in (lcdt, gamma0)
    }
    chance = 1 / config.states
    return (
        written,
        accuracy(cdt, "bits", above=0.75 * expected, name="cdt bits above three quarters",
                 because="two states that share a symbol would leave three quarters of the bits"),
        accuracy(cdt, "right guesses", above=0.75, because="the later self has learned to read"),
        incentive(lcdt, "D1", "N", "bits", delta=delta, margin_of=expected,
                  requires=[written.name, saved["lcdt"].name]),
        incentive(gamma0, "D1", "N", "bits", delta=delta, margin_of=expected,
                  requires=[written.name, saved["gamma0"].name]),
        *saved.values(),
        # The page is blank although the later self can read, and although the LCDT writer is paid
        # for its guesses, made on notes that it does read: no blind learner, and no discount of 0.
        *(
            accuracy(arm, "reading", above=0.9 * (1 - chance),
                     because="at school symbol w means state w: a note would be read")
            for arm in ARMS
        ),
        closed_form(lcdt, "paid for guesses", chance, within=0.1 * chance,
                    because="a guess made on another episode's note is right by chance",
                    tests="world"),
        exactly_zero(gamma0, "paid for guesses", because="a discount of 0 pays for no guess"),
        accuracy(lcdt, "notes fed are read", above=0.5,
                 because="the later self of the objective reads the notes that it is fed"),
        *(
            closed_form(arm, "right guesses", chance, within=0.1 * (1 - chance),
                        margin_of=1 - chance,
                        requires=[saved[arm.slug].name, f"{arm.slug} reading"],
                        because="a blank page leaves the later self to chance")
            for arm in (lcdt, gamma0)
        ),
    )  # fmt: skip


def steps(arm: str, config: Config) -> int:
    """Return the number of policy-gradient steps."""
    return config.steps


CASE = Case(
    title="LCDT: a note to one's later self",
    question="Is the note written for the later self?",
    decision="D1",
    variable="N",
    arms=ARMS,
    config=Config(),
    fast=replace(Config(), steps=900),
    claims=claims,
    steps=steps,
    train=train,
    untrained=lambda config: replace(config, steps=0),
)
