"""The distribution that maximises an objective over the probability simplex."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cid.errors import CIDTypeError, ScopeError, shorten
from cid.symbolic.parameters import expression

__all__ = ["simplex_optimum"]


def simplex_optimum(objective: Any, probabilities: Sequence[Any]) -> dict[Any, Any]:
    r"""Return the probabilities that maximise a concave objective and sum to one.

    For each probability the derivative of the objective is set equal to one and the same multiplier
    and solved for it; the multiplier follows from the sum. Entropy and Kullback-Leibler terms keep
    the optimum inside the simplex.

    Parameters
    ----------
    objective : sympy expression
        A sum of terms in one probability each, such as :math:`\sum_i x_i r_i - x_i \log(x_i /
        q_i)`.
    probabilities : sequence of sympy.Symbol
        At least two.

    Returns
    -------
    dict
        {symbol: sympy expression}.

    Raises
    ------
    CIDTypeError
        If the objective is no expression, or there are not two different symbols.
    ScopeError
        If a term mixes probabilities, is not strictly concave, or has no closed form.

    Examples
    --------
    Reward r for the second of two actions, less the divergence from a policy that takes it with
    probability h:

    >>> import sympy
    >>> r = sympy.Symbol("r", real=True)
    >>> x, y, h = sympy.symbols("x y h", positive=True)
    >>> gain = r * y - x * sympy.log(x / (1 - h)) - y * sympy.log(y / h)
    >>> best = simplex_optimum(gain, [x, y])
    >>> sympy.simplify(best[y] - h * sympy.exp(r) / (1 - h + h * sympy.exp(r)))
    0
    """
    import sympy

    whole = expression(objective, "The objective")
    if (
        not isinstance(probabilities, Sequence)
        or not all(isinstance(x, sympy.Symbol) for x in probabilities)
        or len(set(probabilities)) < max(2, len(probabilities))
    ):
        raise CIDTypeError(f"Give at least two different symbols, not {shorten(probabilities)}.")
    weight = sympy.Dummy("w", positive=True)  # the exponential of the multiplier
    inside = {x: sympy.Dummy(str(x), positive=True) for x in probabilities}
    answers = {}
    for x, positive in inside.items():
        slope = sympy.diff(whole, x)
        if slope.free_symbols & (set(probabilities) - {x}):
            raise ScopeError(f"The derivative in {x}, {slope}, mixes probabilities.")
        slope = sympy.expand_log(slope.subs(x, positive), force=True)
        if not sympy.simplify(sympy.diff(slope, positive)).is_negative:
            raise ScopeError(
                f"The objective is not seen to be strictly concave in {x}. Declare its parameters "
                "as positive, or add an entropy term."
            )
        found = sympy.solve(slope - sympy.log(weight), positive)
        if len(found) != 1:
            raise ScopeError(f"The derivative in {x}, {slope}, cannot be solved for it.")
        answers[x] = found[0]
    total = sympy.expand(sum(answers.values()))
    scales = sympy.solve(total - 1, weight)
    if len(scales) != 1:
        raise ScopeError(f"The sum of the probabilities, {total}, cannot be solved.")
    return {x: sympy.simplify(answer.subs(weight, scales[0])) for x, answer in answers.items()}
