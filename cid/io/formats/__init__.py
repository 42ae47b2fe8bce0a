"""File formats, one a file: each defines ``FORMAT``, a :class:`cid.io.format.FileFormat`.

A file put here is found by :func:`cid.read` and :func:`cid.write`; nothing else need be told.
"""
