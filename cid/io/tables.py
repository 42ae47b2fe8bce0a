"""Tables of floats, as other libraries and files hold them, to models.

What is stored as floats is often rounded; :mod:`cid.model.distributions` says what is done about
it. Some libraries leave a row empty, all zeros, where its context cannot come up: any distribution
will do there, and the uniform one is put. An empty row whose context can come up is an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from cid.diagram import CID
from cid.errors import ModelError
from cid.model.distributions import TOLERANCE
from cid.model.mechanism import Mechanism
from cid.model.query import distribution
from cid.scim import SCIM

__all__ = ["model_of_tables", "table_to_mechanism", "utility_table"]

Array = np.ndarray[Any, Any]
Domains = Mapping[str, tuple[Any, ...]]


def table_to_mechanism(
    parents: tuple[str, ...],
    domain: tuple[Any, ...],
    table: Array,
    inputs: tuple[tuple[Any, ...], ...] | None = None,
) -> Mechanism:
    """Return the mechanism that a table of floats describes.

    Parameters
    ----------
    parents : tuple of str
        Of the leading axes.
    domain : tuple
        Values along the last axis.
    table : ndarray of float
        Rows sum to one. If all are zeros and ones the mechanism is deterministic, and exact.
    inputs : tuple of tuple, optional
        Values of the parents.
    """
    if bool(np.all((table == 0) | (table == 1))) and bool(np.all(table.sum(axis=-1) == 1)):
        one = np.array([Fraction(1)], dtype=object)
        return Mechanism(parents, domain, None, one, table.argmax(axis=-1)[..., None], inputs)
    return Mechanism(parents, domain, table.astype(object), inputs=inputs)


def utility_table(mean: Array) -> tuple[tuple[float, ...], Array]:
    """Return the domain and the table of a utility that is a number in each context.

    Parameters
    ----------
    mean : ndarray of float
        Shape (size of each parent...).

    Examples
    --------
    >>> utility_table(np.array([5.0, 3.0]))
    ((3.0, 5.0), array([[0., 1.],
           [1., 0.]]))
    """
    values, spots = np.unique(mean, return_inverse=True)
    return tuple(values.tolist()), np.eye(len(values))[spots.reshape(mean.shape)]


def model_of_tables(
    d: CID, domains: Domains, tables: Mapping[str, Array], normalise: float = TOLERANCE
) -> SCIM:
    """Return the model over a diagram whose chance and utility nodes have tables of floats.

    Parameters
    ----------
    d : CID
        The diagram.
    domains : mapping from node to tuple
        The values of every node.
    tables : mapping from node to ndarray
        Shape (size of each parent..., size of the domain), parents as the diagram orders them.
    normalise : float or bool
        As for :class:`cid.SCIM`.

    Raises
    ------
    ModelError
        For rows that are no distributions, among them empty ones in a context that can come up.

    Examples
    --------
    >>> d = CID.parse("A -> B")
    >>> tables = {"A": np.array([1.0, 0.0]), "B": np.array([[0.5, 0.5], [0.0, 0.0]])}
    >>> model_of_tables(d, {"A": (0, 1), "B": (0, 1)}, tables).cpd("B")
    array([[0.5, 0.5],
           [0.5, 0.5]])
    """
    empty = {name: np.asarray(~table.any(axis=-1)) for name, table in tables.items()}
    filled = {
        name: np.where(empty[name][..., None], 1 / table.shape[-1], table)
        for name, table in tables.items()
    }
    made = {}
    for name, table in filled.items():
        inputs = tuple(domains[parent] for parent in d.parents(name))
        made[name] = table_to_mechanism(d.parents(name), domains[name], table, inputs)
    s = SCIM(d, domains, made, normalise)
    for name, rows in empty.items():
        if rows.any():
            _check_empty(s, name, rows)
    return s


def _check_empty(s: SCIM, node: str, rows: Array) -> None:
    """Raise if a context with an empty row can come up under some policy."""
    parents = s.diagram.parents(node)
    if not parents:
        raise ModelError(f"The table of {node!r} is all zeros. Give it probabilities.")
    anything = {
        name: (lambda domain: lambda **_: dict.fromkeys(domain, Fraction(1, len(domain))))(
            s.domains[name]
        )
        for name in s.diagram.decisions
    }
    joint = distribution(s, list(parents), policy=anything)
    for (context, p), bare in zip(joint.items(), rows.flat, strict=True):
        if bare and p:
            at = dict(zip(parents, context, strict=True))
            raise ModelError(
                f"The table of {node!r} is all zeros at {at}, which can come up. Give it "
                "probabilities; only a context that never comes up may have none."
            )
