"""
CDT against LCDT, solved
========================

An LCDT agent :cite:p:`shimi2021lcdt` believes that no other decision depends on its own. Two tasks
show what it then does: a note to its later self, and a door that its later self may walk through.
"""

from fractions import Fraction

import matplotlib.pyplot as plt

import cid

BLUE, RED = "#0072B2", "#D55E00"

# %%
# The note. The earlier self sees W and may mark a note at a cost; the later self reads the note and
# is paid for naming W.

note_diagram = cid.CID.parse("W -> D1 -> N -> D2; W -> U; D2 -> U; D1 -> U", "D1 D2", "U")


def note(cost):
    """Return the task with the note."""
    return cid.SCIM(
        note_diagram,
        {"D1": (0, 1), "D2": (0, 1)},
        {
            "W": {0: Fraction(1, 2), 1: Fraction(1, 2)},
            "N": lambda D1: D1,
            "U": lambda W, D1, D2: int(W == D2) - cost * D1,
        },
    )


reader = {"D2": lambda N: N}
for each in cid.compare_lcdt(note(Fraction(1, 4)), "D1", reader, null=0):
    print(f"{each.theory:5} {each.prior:14} D1 = {each.rule}: earns {each.actual}")

# %%
# The door. Opening costs c; walking pays 1 through an open door and costs k at a shut one; the
# later self walks iff the door is open. LCDT deletes the edge from the door to the later self, and
# keeps those from the door to the utility.

door_diagram = cid.CID.parse("D1 -> Door -> D2; D1 -> U; Door -> U; D2 -> U", "D1 D2", "U")


def door(cost, k=3):
    """Return the task with the door."""
    return cid.SCIM(
        door_diagram,
        {"D1": (0, 1), "D2": (0, 1)},
        {
            "Door": lambda D1: D1,
            "U": lambda D1, Door, D2: D2 * (1 if Door else -k) - cost * D1,
        },
    )


walker = {"D2": lambda Door: Door}
fig, axes = plt.subplots(1, 2, figsize=(11, 3.6))
for ax, d, title in zip(axes, (note_diagram, door_diagram), ("The note", "The door"), strict=True):
    cid.draw.draw(cid.lcdt(d, "D1"), ax=ax, physical=d)
    ax.set_title(f"{title}: what an LCDT agent at D1 credits")
fig.tight_layout()

# %%
# What they earn, by cost. The note is never worth writing to an agent that believes it is not read.
# At the door the LCDT agent expects its later self to walk half of the time, whatever it does, and
# fears for it: it opens the door even where that costs more than it brings.

costs = [Fraction(n, 40) for n in range(61)]
fig, axes = plt.subplots(1, 2, figsize=(11, 3.6), sharex=True)
for ax, task, rules, title in zip(
    axes, (note, door), (reader, walker), ("The note", "The door"), strict=True
):
    cdt = [task(c).with_policy(rules).solve().value for c in costs]
    lonely = [cid.solve_lcdt(task(c), "D1", rules).actual for c in costs]
    ax.plot(costs, cdt, color=BLUE, label="CDT")
    ax.plot(costs, lonely, color=RED, linestyle="--", label="LCDT, prior marginal")
    ax.set(title=title, xlabel="cost of the first action", ylabel="expected utility")
    ax.legend(frameon=False)
fig.tight_layout()

# %%
# Which priors come true? An agent that expects itself to open the door with probability p opens it
# iff p (1 + k) > c. A rule is ratifiable where this reply meets the diagonal.

cost, k = Fraction(6, 5), 3
expected = [Fraction(n, 200) for n in range(201)]
reply = [
    cid.solve_lcdt(door(cost, k), "D1", walker, reference={0: 1 - p, 1: p}).rule[()]
    for p in expected
]
fig, ax = plt.subplots(figsize=(5, 4.6))
ax.plot([0, 1], [0, 1], color="0.7", zorder=0)
ax.plot(expected, reply, color=RED, label="best reply")
found = cid.ratifiable_lcdt(door(cost, k), "D1", walker)
print(found.status)
for each in found:
    p = each.rule[1] if isinstance(each.rule, dict) else each.rule[()]
    ax.plot(p, p, "o", color=BLUE, markersize=9)
    ax.annotate(
        f"p = {p}",
        (float(p), float(p)),
        (-12, -4) if p == 1 else (12, -4),
        textcoords="offset points",
        ha="right" if p == 1 else "left",
        backgroundcolor="white",
    )
ax.set(
    xlabel="probability p of opening that the agent expects of itself",
    ylabel="probability of opening that is then best",
    title=f"Ratifiable rules at the door, c = {cost}, k = {k}",
)
ax.legend(frameon=False, loc="upper left")
fig.tight_layout()
plt.show()
