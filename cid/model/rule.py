"""Decision rules as tables that keep every optimal action."""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, NoReturn

import numpy as np

from cid.errors import ModelError, shorten
from cid.frozen import frozen_array, refuse
from cid.model.mechanism import Mechanism
from cid.names import listed

__all__ = ["Rule"]

Value = Hashable


class _ContextError(ModelError, KeyError):
    """A context that a rule does not have; also the KeyError that mappings promise."""

    __str__ = Exception.__str__  # KeyError would show the repr of the message


class Rule(Mapping[tuple[Value, ...], Value]):
    """A deterministic decision rule: a read-only mapping from contexts to actions.

    Parameters
    ----------
    decision : str
        Whose rule it is.
    parents : tuple of str
        What it reads; contexts are tuples of their values, in this order. The value of a single
        parent will do for its context.
    domains : sequence of tuple
        Their values.
    actions : tuple
        The decision's values.
    choice : ndarray of int
        Index of the action, shape (size of each parent...).
    optimal : ndarray of bool
        All optimal actions, shape (size of each parent..., len(actions)).
    reachable : ndarray of bool
        Contexts of positive probability; elsewhere every action is optimal.

    Raises
    ------
    ModelError
        When asked about a context that it does not have. The error is a KeyError as well.

    Examples
    --------
    >>> import numpy as np
    >>> both = np.array([[True, False], [True, True]])
    >>> always = np.array([True, True])
    >>> rule = Rule("D", ("S",), [(0, 1)], ("a", "b"), np.array([0, 0]), both, always)
    >>> rule[(1,)], rule[1], rule.ties((1,)), rule(S=0)
    ('a', 'a', ('a', 'b'), 'a')
    """

    decision: str
    parents: tuple[str, ...]
    domains: tuple[tuple[Value, ...], ...]
    actions: tuple[Value, ...]
    choice: np.ndarray[Any, Any]
    optimal: np.ndarray[Any, Any]
    reachable: np.ndarray[Any, Any]

    def __init__(
        self,
        decision: str,
        parents: Sequence[str],
        domains: Sequence[tuple[Value, ...]],
        actions: tuple[Value, ...],
        choice: np.ndarray[Any, Any],
        optimal: np.ndarray[Any, Any],
        reachable: np.ndarray[Any, Any],
    ) -> None:
        put = object.__setattr__
        put(self, "decision", decision)
        put(self, "parents", tuple(listed(parents, "parents")))
        put(self, "domains", tuple(listed(domains, "domains")))
        put(self, "actions", tuple(listed(actions, "actions", 2**20)))
        for name, array in (("choice", choice), ("optimal", optimal), ("reachable", reachable)):
            put(self, name, frozen_array(array))

    def __setattr__(self, name: str, value: object) -> NoReturn:
        refuse(self, name)

    def __delattr__(self, name: str) -> NoReturn:
        refuse(self, name)

    def __reduce__(self) -> tuple[Any, ...]:
        arrays = self.choice, self.optimal, self.reachable
        return Rule, (self.decision, self.parents, self.domains, self.actions, *arrays)

    def _at(self, context: object) -> tuple[int, ...]:
        whole = isinstance(context, tuple) and len(context) == len(self.parents)
        try:
            if whole or len(self.parents) == 1:
                values: Any = context if whole else (context,)
                return tuple(d.index(v) for d, v in zip(self.domains, values, strict=True))
        except ValueError:
            pass
        read = ", ".join(self.parents) or "nothing, the empty tuple"
        raise _ContextError(
            f"{shorten(context)} is no context of the rule of {self.decision!r}. A context is a "
            f"tuple of values of {read}."
        )

    def __getitem__(self, context: Value) -> Value:
        action: Value = self.actions[int(self.choice[self._at(context)])]
        return action

    def __iter__(self) -> Iterator[tuple[Value, ...]]:
        return itertools.product(*self.domains)

    def __len__(self) -> int:
        return int(self.choice.size)

    def __call__(self, **context: Value) -> Value:
        """Return the action in a context given by names; further names are ignored."""
        missing = [name for name in self.parents if name not in context]
        if missing:
            raise ModelError(f"The rule of {self.decision!r} also reads {missing[0]!r}.")
        return self[tuple(context[name] for name in self.parents)]

    def ties(self, context: Value) -> tuple[Value, ...]:
        """Return all optimal actions in a context."""
        good = self.optimal[self._at(context)]
        return tuple(action for action, ok in zip(self.actions, good, strict=True) if ok)

    def __repr__(self) -> str:
        if len(self) > 16:
            return f"<Rule of {self.decision!r} on {', '.join(self.parents)}>"
        return repr(dict(self))

    def mechanism(
        self, parents: tuple[str, ...], domains: Sequence[tuple[Value, ...]]
    ) -> Mechanism:
        """Return the rule as a mechanism of a decision with (at least) these parents.

        The mechanism reads what the rule reads, so that observations of no use cost nothing.

        Raises
        ------
        ModelError
            If it reads another node, or knows a parent with other values.
        """
        spots = []
        for name, known in zip(self.parents, self.domains, strict=True):
            if name not in parents:
                raise ModelError(
                    f"The rule of {self.decision!r} reads {name!r}, which the decision does not "
                    "observe."
                )
            place = {value: k for k, value in enumerate(known)}
            wanted = domains[parents.index(name)]
            if not place.keys() >= set(wanted):
                raise ModelError(
                    f"The rule of {self.decision!r} was made for {name!r} with the values "
                    f"{shorten(known)}; here they are {shorten(wanted)}. Solve this model, or give "
                    "a function of the parents."
                )
            spots.append([place[value] for value in wanted])
        choice = self.choice[np.ix_(*spots)] if spots else self.choice
        read = tuple(name for name in parents if name in self.parents)
        response = choice.transpose([self.parents.index(name) for name in read])[..., None].copy()
        one = np.array([Fraction(1)], dtype=object)
        return Mechanism(read, self.actions, None, one, response)
