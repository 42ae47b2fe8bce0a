"""
Closed forms, derived
=====================

Four set-ups with one thing in common: an answer moves what it is scored on. Each is written down
with its parameters open, and what training ends with is derived: as a fixed point, as a best answer
or as a distribution.
"""

import matplotlib.pyplot as plt
import numpy as np
import sympy

import cid
import training_models as tm

BLUE, RED, GREY = "#0072B2", "#D55E00", "0.45"

# %%
# A forecast that moves its event
# -------------------------------
# The event has probability a + b p once the forecast p is read, and the forecast is scored by its
# squared error. Credit that stops at the event ends where the forecast comes true; credit through
# it ends where the event is easy to forecast.

a, b, p, q, y = sympy.symbols("a b p q y", real=True)
forecast = cid.Performative(
    loss=(y - q) ** 2,
    law={1: a + b * p, 0: 1 - a - b * p},
    outcome=y,
    deployed=p,
    fitted=q,
    interval=(0, 1),
)
stable, every = forecast.stable_points()
best, *ends, flat = forecast.optimal_points()
print("comes true: p =", stable.value, " attracting if", stable.attracting)
print("            or any p if", every.condition)
print("scores best: p =", best.value, " if", best.condition)
for end in ends:
    print(f"            or p = {end.value} if {end.condition}")
print("            or any p if", flat.condition)

# %%
# Derived curves at a = 1/5, and where networks of the case *brier_self_influence* end, seed by
# seed.

fifth = sympy.Rational(1, 5)
strengths = np.linspace(-0.2, 0.48, 60)
report = tm.load_case("brier_self_influence").run(seeds=8, fast=True, progress=False)
fig, ax = plt.subplots(figsize=(6.5, 4), layout="constrained")
for point, arm, colour, label in (
    (stable, "stopgrad", BLUE, "comes true"),
    (best, "full", RED, "scores best"),
):
    curve = sympy.lambdify(b, point.value.subs(a, fifth))(strengths)
    ax.plot(strengths, np.clip(curve, 0, 1), color=colour, label=label)
    ended = np.asarray(report.measures[arm]["forecast"])
    ax.plot(np.full(len(ended), 0.3), ended, "o", color=colour, alpha=0.6, markersize=6)
ax.set(xlabel="b, how much the forecast moves the event", ylabel="forecast p")
ax.annotate("8 trained seeds each", (0.3, 0.2), (0.31, 0.19), color=GREY)
ax.legend(frameon=False, loc="upper left")

# %%
# The same, erased
# ----------------
# With probability ε nobody reads the answer, a silent p₀ stands in for it, and only then is it
# scored :cite:p:`armstrong2017good`. No credit crosses the event, and both kinds of training agree,
# whatever ε is: the answer tells what would happen if it were not given.

hidden, erasure, silent = sympy.symbols("hidden epsilon p_0", positive=True)
rate = {1: a + b * silent, 0: a + b * p}
share = {1: erasure, 0: 1 - erasure}
oracle = cid.Performative(
    loss=hidden * (y - q) ** 2,
    law={
        (h, event): share[h] * (rate[h] if event else 1 - rate[h])
        for h in (1, 0)
        for event in (1, 0)
    },
    outcome=(hidden, y),
    deployed=p,
    fitted=q,
    interval=(0, 1),
)
print(
    "retraining map:", oracle.retraining_map, "  credit through the event:", oracle.shift_gradient
)
print("stable:", oracle.stable_points()[0].value, "  best:", oracle.optimal_points()[0].value)

# %%
# Divergence from human data
# --------------------------
# Training that maximises reward less the divergence from a policy h tilts h by the exponential of
# the reward :cite:p:`korbak2022rl`. Three replies: an honest one, a flattering one, and one that
# changes the user and is paid best.

strength = sympy.Symbol("lambda", nonnegative=True)
chances = sympy.symbols("x_honest x_flatter x_change", positive=True)
human = sympy.symbols("h_honest h_flatter h_change", positive=True)
reward = sympy.symbols("r_honest r_flatter r_change", real=True)
gain = sum(
    strength * r * x - x * sympy.log(x / h) for x, h, r in zip(chances, human, reward, strict=True)
)
tilted = cid.simplex_optimum(gain, chances)
print(tilted[chances[2]])

numbers = dict(zip(human, (0.7, 0.25, 0.05), strict=True))
numbers |= dict(zip(reward, (0, 1, 2), strict=True))
doses = np.linspace(0, 4, 81)
fig, ax = plt.subplots(figsize=(6.5, 3.6), layout="constrained")
for x, label, colour in zip(
    chances, ("honest", "flattering", "changes the user"), ("#009E73", "#E69F00", RED), strict=True
):
    ax.plot(
        doses, sympy.lambdify(strength, tilted[x].subs(numbers))(doses), color=colour, label=label
    )
ax.set(xlabel="λ, reward against divergence", ylabel="probability of the reply", ylim=(0, 1))
ax.legend(frameon=False)

# %%
# At λ = 0 the human data come back: no selection, no steering. The reply that changes the user
# gains from any positive dose.

print({str(x): tilted[x].subs(strength, 0).subs(numbers) for x in chances})
slope = sympy.diff(tilted[chances[2]], strength).subs(strength, 0).subs(numbers)
print("slope of its probability at λ = 0:", sympy.N(slope, 3))

# %%
# A note and a door
# -----------------
# Marking a note for one's later self costs c. The later self sees the note and nothing else. Causal
# decision theory writes it iff that pays; an LCDT agent believes that nobody reads.

c, k = sympy.symbols("c k", positive=True)
note = cid.SCIM(
    cid.CID.parse("W -> D1 -> Note -> D2; W, D1, D2 -> U", "D1 D2", "U"),
    {"W": (0, 1), "D1": (0, 1), "D2": (0, 1)},
    {
        "W": {0: sympy.Rational(1, 2), 1: sympy.Rational(1, 2)},
        "Note": lambda D1: D1,
        "U": lambda W, D1, D2: int(W == D2) - c * D1,
    },
)
reader = {"D2": lambda Note: Note}
writes = cid.symbolic_policy(note.with_policy(reader))
print("CDT writes on W = 1 iff", writes.where("D1", (1,), 1), " worth", writes.value)
for found in cid.ratifiable_conditions(note, "D1", reader):
    print("LCDT writes with probability", found.policy[1,][1], "on W = 1 if", found.condition)

# %%
# At the door (:ref:`sphx_glr_generated_gallery_plot_lcdt_solved.py`) the LCDT agent is not inert:
# the later self walks iff it sees the door open, and walking into a shut door costs k. Three
# ratifiable rules, and the costs at which each exists:

door = cid.SCIM(
    cid.CID.parse("D1 -> Door -> D2; D1, Door, D2 -> R", "D1 D2", "R"),
    {"D1": (0, 1), "D2": (0, 1)},
    {
        "Door": lambda D1: D1,
        "R": lambda D1, Door, D2: (1 if Door else -k) * D2 - c * D1,
    },
)
walker = {"D2": lambda Door: Door}
opens = cid.symbolic_policy(door.with_policy(walker)).where("D1", (), 1)
print("CDT opens iff", opens)
rules = cid.ratifiable_conditions(door, "D1", walker)
fig, ax = plt.subplots(figsize=(6.5, 3.6), layout="constrained")
costs = np.linspace(0.01, 3.5, 300)
for found, style in zip(rules, ("-", "-", "--"), strict=True):
    chance = found.policy[()][1]
    print("LCDT opens with probability", chance, "if", found.condition)
    holds = np.array([bool(found.condition.subs({k: 2, c: x})) for x in costs])
    value = np.array([float(chance.subs({k: 2, c: x})) for x in costs])
    ax.plot(np.where(holds, costs, np.nan), value, style, color=RED)
ax.plot(costs, [float(bool(opens.subs(c, x))) for x in costs], color=BLUE, linewidth=4, alpha=0.35)
ax.annotate("CDT", (0.4, 1), (0.4, 0.9), color=BLUE, ha="center")
ax.annotate("LCDT, ratifiable", (2, 0.72), color=RED, ha="right")
ax.set(xlabel="c, cost of opening (k = 2)", ylabel="probability of opening", ylim=(-0.05, 1.08))
plt.show()
