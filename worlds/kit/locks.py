"""Locks between processes, held by the operating system: they end with their holder, however it dies.

A lock lies on an open file, not in the file's being there or in its time stamp. So a lock file that was left behind, or
one from the future, locks nobody out. The files stay, since removing one could give two processes one lock each.
"""

import contextlib
import errno
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

from worlds.kit.reading import opened

PAUSE = 0.002  # s between two tries of `held`
_FAR = 1 << 30  # Windows locks bytes, and nobody else may read them: one far behind the words in the file
_BUSY = {errno.EACCES, errno.EAGAIN, errno.EDEADLK}
_UNKNOWN = {errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EINVAL}
_open: set["Lock"] = set()


def lock_file(descriptor: int) -> bool:
    """Take the lock of an open file, until it is closed; False while somebody else holds it."""
    return _take(descriptor) is not False


def abandoned(path: Path) -> bool:
    """Whether a file is there whose lock nobody holds; False where the file system knows no locks."""
    try:
        descriptor = os.open(path, os.O_RDWR | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0))
    except OSError:
        return False
    try:
        return _take(descriptor) is True
    except OSError:
        return False
    finally:
        os.close(descriptor)


class Lock:
    """A lock that this process holds until `release`, the end of a ``with`` block, or its own end."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path, self._descriptor = path, descriptor
        _open.add(self)

    def release(self) -> None:
        """Let go; calling it again does nothing."""
        descriptor, self._descriptor = self._descriptor, -1
        _open.discard(self)
        if descriptor >= 0:
            os.close(descriptor)

    def __enter__(self) -> "Lock":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def try_hold(path: Path) -> Lock | None:
    """The lock of a file, which is made where it is missing; None while another process or thread holds it.

    Where the file system knows no locks, everyone holds them.

    Raises:
        OSError: the file cannot be made or opened.
    """
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR | getattr(os, "O_NONBLOCK", 0), 0o666)
    taken = False
    try:
        taken = lock_file(descriptor)
    finally:
        if not taken:
            os.close(descriptor)
    if not taken:
        return None
    with contextlib.suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.write(descriptor, str(os.getpid()).encode())
    return Lock(path, descriptor)


@contextlib.contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold the lock of a file; waits for whoever has it.

    Raises:
        OSError: the file cannot be made or opened.
    """
    while (lock := try_hold(path)) is None:
        time.sleep(PAUSE)
    with lock:
        yield


def holder(path: Path) -> int | None:
    """Number of the process that took the lock of a file last, as it wrote there; None where that is not known."""
    try:
        with opened(path) as file:
            words = file.read(20)
    except OSError:
        return None
    return int(words) if words.isdigit() else None


def _take(descriptor: int) -> bool | None:
    """Whether the lock of an open file was free and is ours now; None where the file system knows no locks."""
    try:
        _lock(descriptor)
    except OSError as error:
        if error.errno in _BUSY:
            return False
        if error.errno in _UNKNOWN:
            return None
        raise
    return True


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        os.lseek(descriptor, _FAR, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        finally:
            os.lseek(descriptor, 0, os.SEEK_SET)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _leave_to_parent() -> None:
    """A child made by a fork shares open files, and so would keep the locks of a parent that died."""
    for lock in list(_open):
        lock.release()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_leave_to_parent)
