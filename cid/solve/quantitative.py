r"""The value of information and the value of control, in units of utility.

With :math:`V^*(M)` the best expected utility in M,

.. math::

   \mathrm{VoI}(X) &= V^*(M_{X \to D}) - V^*(M_{X \not\to D}), \\
   \mathrm{VoC}(X) &= \max_{\pi, g^X} E_\pi[\mathcal U_{g^X}] - V^*(M),

where a soft intervention :math:`g^X` replaces X's mechanism by another function of its parents and
its noise (Everitt et al. 2021 [1]_). What is expected depends on :math:`g^X` through the
distribution of X given its parents only, and is linear in it. A function of the parents alone is
therefore as good as any: controlling X is making it a decision that sees X's parents.

That decision and D need not know of each other, so the controlled model may lack sufficient recall
where the model has it. It is then solved exactly by search (:mod:`cid.solve.team`), or refused.

.. [1] T. Everitt, R. Carey, E. Langlois, P. Ortega, S. Legg. "Agent Incentives: A Causal
   Perspective". AAAI 2021, Definitions 8 and 15.
"""
