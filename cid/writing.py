"""Files that are written whole or not at all, in the place and with the rights they had.

The content goes into a new file beside the old one, and then takes its name. So a full disk, a
signal or a mistake leaves the old file as it was. What was there keeps its permissions; a symbolic
link is followed and stays a link; what is no regular file (a pipe, a device, a folder) and what is
marked read-only is left alone.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
from pathlib import Path

__all__ = ["write_whole"]


def write_whole(path: str | os.PathLike[str], data: bytes) -> None:
    """Write a file so that it holds either what it held or all of the new content.

    Parameters
    ----------
    path : str or path
        Where to. Links are followed, also one to a file that is not there yet.
    data : bytes
        The content.

    Raises
    ------
    OSError
        If it cannot be written; ``strerror`` says why. Nothing has changed then.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "a"
    >>> write_whole(file, b"whole")
    >>> file.read_bytes()
    b'whole'
    """
    target = Path(os.path.realpath(path))
    old = _old_file(target)
    beside = target.with_name(f".{target.name[:60]}.{secrets.token_hex(6)}")
    # rights that the umask leaves; those of a private file are never wider, not even for a moment
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if old else 0o666)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if old is not None:
            with contextlib.suppress(OSError, AttributeError):  # an administrator keeps the owner
                os.chown(beside, old.st_uid, old.st_gid)
            os.chmod(beside, stat.S_IMODE(old.st_mode))
        os.replace(beside, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(beside)
        raise


def _old_file(target: Path) -> os.stat_result | None:
    """Return what is there, None if nothing is; raise if it is not to be replaced."""
    try:
        old = os.stat(target)
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(old.st_mode):
        raise IsADirectoryError(errno.EISDIR, "it is a folder", str(target))
    if not stat.S_ISREG(old.st_mode):
        raise OSError(errno.EINVAL, "it is a pipe or a device, not a file", str(target))
    # an administrator may write to everything, and marked the file all the same
    if not old.st_mode & 0o222 or not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, "it is read-only", str(target))
    return old
