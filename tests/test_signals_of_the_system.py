"""Signals: SIGTERM ends everything as Ctrl-C does, whole and soon, none is lost, and nobody is left behind."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from numba.core import event

import replays
from simulator.engine import overdue, stopping
from simulator.engine.threads import team

ROOT = Path(__file__).resolve().parents[1]
LIMIT = 300.0  # s; generous, since other work may share the processor
pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
BOTH = pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)


@contextmanager
def started(*command: str, **variables: str) -> Iterator["subprocess.Popen[str]"]:
    """A child whose output can be waited for; it does not outlive the test."""
    child = subprocess.Popen(
        [sys.executable, *command], cwd=ROOT, env={**os.environ, **variables}, text=True, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        yield child
    finally:
        child.kill()
        child.communicate()


def wait_for_line(child: "subprocess.Popen[str]", words: str) -> None:
    assert child.stdout is not None
    for line in child.stdout:
        if words in line:
            return
    raise AssertionError(f"the child ended before it said {words!r}")


def wait_until_gone(process: int) -> None:
    until = time.monotonic() + LIMIT
    while time.monotonic() < until:
        try:
            os.kill(process, 0)
            if Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return  # ended; whoever should wait for it is gone
        except (ProcessLookupError, FileNotFoundError):
            return
        time.sleep(0.05)
    raise AssertionError(f"process {process} is still there")


TRAIN = """
import sys; sys.path[:0] = ['.', 'tests/agents']
import worlds; worlds.add_folder('tests/tiny')
from pathlib import Path
from test_train import small
from agents.training.train import train
train(small(Path(sys.argv[1]), steps=10**9), report=lambda figures: print('update', flush=True))
"""


@BOTH
def test_training_saves_when_it_is_asked_to_end(tmp_path: Path, number: signal.Signals) -> None:
    with started("-c", TRAIN, str(tmp_path / "run")) as child:
        wait_for_line(child, "update")
        child.send_signal(number)
        out, _ = child.communicate(timeout=LIMIT)
    assert child.returncode == 0
    assert "saved: go on with --resume" in out
    done = [json.loads(line)["update"] for line in (tmp_path / "run" / "metrics.jsonl").read_text().splitlines()]
    state = json.loads((tmp_path / "run" / "resume" / "state.json").read_text())
    assert state["counters"]["update"] == done[-1]


LOST = """
import ctypes, signal
from simulator.engine import stopping

def two_signals(_):
    signal.raise_signal(signal.SIGTERM)
    signal.raise_signal(signal.SIGTERM)

from_c = ctypes.CFUNCTYPE(None, ctypes.c_int)(two_signals)
"""


def test_a_signal_whose_exception_was_lost_still_ends_the_training(tmp_path: Path) -> None:
    """Python prints and forgets an exception in a function that C code called."""
    train = TRAIN.replace("report=lambda figures: print('update', flush=True)", "report=lambda figures: from_c(1)")
    with started("-c", LOST + train, str(tmp_path / "run")) as child:
        out, _ = child.communicate(timeout=LIMIT)
    assert "KeyboardInterrupt" in out  # the second one, which was lost
    assert "saved: go on with --resume" in out
    assert child.returncode == 0
    assert len((tmp_path / "run" / "metrics.jsonl").read_text().splitlines()) == 1


def test_a_signal_that_was_lost_before_the_training_ends_it_too(tmp_path: Path) -> None:
    lines = TRAIN.strip().splitlines()
    train = "\n".join([*lines[:-1], "with stopping.listening():", "    from_c(1)", f"    {lines[-1]}"])
    with started("-c", LOST + train, str(tmp_path / "run")) as child:
        out, _ = child.communicate(timeout=LIMIT)
    assert "update\n" not in out
    assert child.returncode != 0
    assert not (tmp_path / "run" / "resume").exists()  # there was nothing to save


@BOTH
def test_a_first_signal_sets_a_flag_and_a_second_one_interrupts(number: signal.Signals) -> None:
    with stopping.gently() as asked:
        signal.raise_signal(number)
        assert asked.is_set()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(number)
    assert not stopping.asked.is_set()
    with stopping.gently(lambda: False), pytest.raises(KeyboardInterrupt):
        signal.raise_signal(number)


@BOTH
def test_a_listener_interrupts_and_remembers(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with stopping.listening():
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(number)
        with pytest.raises(KeyboardInterrupt):
            stopping.raise_if_asked()
    stopping.raise_if_asked()
    assert signal.getsignal(number) == before


def test_work_that_waits_is_not_begun_after_an_interruption() -> None:
    begun: list[int] = []
    under_way, may_end, workers = threading.Event(), threading.Event(), list[threading.Thread]()

    def work(item: int) -> None:
        begun.append(item)
        workers.append(threading.current_thread())
        under_way.set()
        may_end.wait(LIMIT)

    def play() -> None:
        with team(1) as pool:
            for item in range(3):
                pool.submit(work, item)
            under_way.wait(LIMIT)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        play()  # does not wait for what is under way
    may_end.set()
    workers[0].join(LIMIT)
    assert begun == [0]


HELPED = """
import sys, worlds
from simulator.engine import compiling
worlds.add_folder('tests/tiny')
helper = compiling.start_helper(worlds.get('beacon'))
print('helper', helper.pid, flush=True)
helper.wait()
import time; time.sleep(600)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="one processor compiles alone")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL], ids=lambda number: number.name)
def test_no_compiling_process_outlives_its_parent(tmp_path: Path, number: signal.Signals) -> None:
    variables = {"CROSSPLAY_CACHE": str(tmp_path), "CROSSPLAY_COMPILERS": "2"}
    with started("-c", HELPED, **variables) as child:
        assert child.stdout is not None
        helper = int(child.stdout.readline().split()[1])
        child.send_signal(number)
        child.wait(LIMIT)
        wait_until_gone(helper)
    assert not list((tmp_path / "kernels").rglob("look_worlds*.nbc"))  # it was ended, and had not come to its end


@BOTH
def test_watching_ends_with_a_recording_that_is_whole(tmp_path: Path, number: signal.Signals) -> None:
    film = tmp_path / "game.mcap"
    words = ["watch", "beacon", "--worlds", "tests/tiny", "--record", str(film)]
    with started("-m", "simulator", *words) as child:
        until = time.monotonic() + LIMIT
        while not any(part.stat().st_size > 2000 for part in tmp_path.glob("*.part")):
            assert child.poll() is None
            assert time.monotonic() < until
            time.sleep(0.1)
        child.send_signal(number)
        out, _ = child.communicate(timeout=LIMIT)
    assert child.returncode == 0, out
    assert film.exists()
    assert not list(tmp_path.glob("*.part"))
    assert replays.verify(film).ok


@BOTH
def test_a_command_that_is_interrupted_says_so_in_one_line(number: signal.Signals) -> None:
    with started("-m", "simulator", "lab", "ring experiment") as child:
        wait_for_line(child, "measuring ring experiment")
        child.send_signal(number)
        out, _ = child.communicate(timeout=LIMIT)
    assert (child.returncode, out.splitlines(keepends=True)[-1:]) == (130, ["crossplay: interrupted.\n"])


BUSY = """
import ctypes
from numba.core import event
from simulator.app import cli
from simulator.app.commands import first_time

first_time.PATIENCE = 1e6  # s

def work(*_):
    system, lock = ctypes.CDLL(None), ctypes.create_string_buffer(256)
    system.pthread_mutex_init(lock, None)
    system.pthread_mutex_lock(lock)
    with event.trigger_event("numba:compile"):
        print("busy", flush=True)
        system.pthread_mutex_lock(lock)  # C code that never comes back, and that no signal wakes

cli.command("verify").run = work
raise SystemExit(cli.run(["verify", "x"]))
"""


@BOTH
def test_who_compiles_for_long_is_interrupted_all_the_same(number: signal.Signals) -> None:
    with started("-c", BUSY) as child:
        wait_for_line(child, "busy")
        time.sleep(0.5)  # into the C code
        child.send_signal(number)
        out, _ = child.communicate(timeout=LIMIT)
    assert (child.returncode, out) == (130, "crossplay: interrupted.\n")


def test_what_is_to_be_saved_first_is_not_ended_while_it_compiles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overdue, "PATIENCE", 0.0)
    looked, answers = threading.Event(), list[bool]()

    def may_end() -> bool:
        answers.append(stopping._at_once())
        looked.set()
        return answers[-1]

    worth_it = threading.Event()
    with overdue.watched(stopping.SIGNALS, may_end, lambda: None), stopping.gently(worth_it.is_set):
        worth_it.set()
        with event.trigger_event("numba:compile"):
            signal.raise_signal(signal.SIGINT)  # sets a flag
            assert looked.wait(LIMIT)
            worth_it.clear()
            assert stopping._at_once()
    assert answers == [False]


def test_the_window_is_interrupted_before_anything_was_seen(tmp_path: Path) -> None:
    """Its rules are compiled in another thread, for which nobody waits."""
    variables = {"CROSSPLAY_CACHE": str(tmp_path), "CROSSPLAY_COMPILERS": "1"}
    with started("-m", "simulator", "watch", "tag", **variables) as child:
        until = time.monotonic() + LIMIT
        while not list((tmp_path / "kernels").rglob("*.nbc")):  # it has begun
            assert child.poll() is None
            assert time.monotonic() < until
            time.sleep(0.1)
        child.send_signal(signal.SIGINT)
        out, _ = child.communicate(timeout=LIMIT)
    assert (child.returncode, out) == (130, "crossplay: interrupted.\n")
    assert not list((tmp_path / "kernels").rglob("look_worlds*.nbc"))
