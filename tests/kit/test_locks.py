"""Locks between processes: one holder, and none once it is gone."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from worlds.kit.locks import held, holder, try_hold

HOLDER = (
    "import sys, time; from pathlib import Path; from worlds.kit.locks import try_hold\n"
    "lock = try_hold(Path(sys.argv[1])); print('held', flush=True); time.sleep(600)"
)


def test_there_is_one_holder_in_one_process_too(tmp_path: Path) -> None:
    first = try_hold(tmp_path / "lock")
    assert first is not None
    assert holder(tmp_path / "lock") == os.getpid()
    assert try_hold(tmp_path / "lock") is None
    first.release()
    first.release()
    with held(tmp_path / "lock"):
        assert try_hold(tmp_path / "lock") is None
    assert try_hold(tmp_path / "lock") is not None


def test_a_holder_who_is_killed_holds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with subprocess.Popen([sys.executable, "-c", HOLDER, path], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "held\n"
        assert try_hold(path) is None
        assert holder(path) == child.pid
        child.kill()
    with held(path):
        assert holder(path) == os.getpid()


@pytest.mark.parametrize("seconds", [-1e6, 1e9], ids=["old", "from the future"])
def test_a_file_that_was_left_locks_nobody_out(seconds: float, tmp_path: Path) -> None:
    path = tmp_path / "lock"
    path.write_bytes(b"\xff" * 100)
    os.utime(path, (time.time() + seconds, time.time() + seconds))
    assert holder(path) is None
    with held(path):
        assert try_hold(path) is None


def test_waiting_ends_when_the_lock_is_free(tmp_path: Path) -> None:
    order: list[str] = []

    def wait() -> None:
        with held(tmp_path / "lock"):
            order.append("second")

    with held(tmp_path / "lock"):
        waiting = threading.Thread(target=wait)
        waiting.start()
        time.sleep(0.05)
        order.append("first")
    waiting.join()
    assert order == ["first", "second"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_forked_child_does_not_keep_the_lock(tmp_path: Path) -> None:
    lock = try_hold(tmp_path / "lock")
    assert lock is not None
    child = os.fork()
    if child == 0:
        signal.pause()
        os._exit(0)
    try:
        assert try_hold(tmp_path / "lock") is None  # the child did not let go of it for us
        lock.release()
        deadline = time.monotonic() + 20.0
        while (again := try_hold(tmp_path / "lock")) is None and time.monotonic() < deadline:
            time.sleep(0.01)
        assert again is not None
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
