"""Models under objectives that leave some effects out. File names as in :mod:`cid.transforms`."""
