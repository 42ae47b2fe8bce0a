"""What users give by mistake."""

from cid import CID


class Broken:
    """An object that cannot even be shown."""

    def __repr__(self):
        raise RuntimeError("no")

    __str__ = __repr__
    __hash__ = None


class Unreadable:
    """A sequence that cannot be read."""

    def __iter__(self):
        raise RuntimeError("no")


WRONG = {
    "None": None,
    "int": 5,
    "float": float("nan"),
    "bool": True,
    "bytes": b"D",
    "object": object(),
    "broken": Broken(),
    "list of int": [5],
    "list of None": [None],
    "list of list": [["D"]],
    "list of broken": [Broken()],
    "dict of int": {1: 2},
    "type": CID,
    "unknown name": "no such thing",
    "empty name": "",
    "number as name": "5",
    "script": "</script>",
    "NUL": "D\0",
    "surrogate": "\ud800",
    "10,000 characters": "D" * 10_000,
}
