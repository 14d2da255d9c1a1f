"""What a command says while it compiles for long: one sentence, once, on standard error."""

import json
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from numba.core import event
from numba.core.caching import NullCache

from simulator.app import cli
from simulator.app.commands import first_time
from simulator.app.commands.common import Outcome
from simulator.app.shell.jobs import Job
from simulator.engine.loading import load_driver
from worlds.kit.busy import LongCompiles
from worlds.world import World

LIMIT = 60.0  # s that a word may take


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Set when something was said; after no time at all."""
    said, tell = threading.Event(), first_time._tell

    def tell_and_note(module: str) -> None:
        tell(module)
        said.set()

    monkeypatch.setattr(first_time, "PATIENCE", 0.0)
    monkeypatch.setattr(first_time, "_tell", tell_and_note)
    return said


def compiling(module: str, **more: Any) -> Any:
    kernel = SimpleNamespace(py_func=SimpleNamespace(__module__=module), **more)
    return event.trigger_event("numba:compile", data={"dispatcher": kernel})


def run(monkeypatch: pytest.MonkeyPatch, name: str, work: Any, *more: str) -> int:
    """A command whose work is ``work``."""

    def answer(*_: object) -> Outcome:
        work()
        return Outcome(text="done", facts={"done": True})

    monkeypatch.setattr(cli.command(name), "run", answer)
    return cli.run([name, *more])


def test_who_waits_is_told_once_what_is_compiled(
    beacon: World, said: threading.Event, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    driver, _ = load_driver(beacon)

    def work() -> None:
        with compiling(driver.__name__), compiling("worlds.kit.chance"):
            assert said.wait(LIMIT)
        said.clear()
        with compiling(driver.__name__):
            assert not said.wait(0.2)

    assert run(monkeypatch, "verify", work, "game.mcap", "--json") == 0
    out, err = capsys.readouterr()
    assert json.loads(out) == {"done": True}
    assert err == f"compiling the rules of 'beacon' {first_time.ONCE}\n"


def test_other_kernels_than_those_of_a_world_have_no_name(
    said: threading.Event, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def work() -> None:
        with compiling("worlds.road.lab.ring"):
            assert said.wait(LIMIT)

    assert run(monkeypatch, "verify", work, "game.mcap") == 0
    assert capsys.readouterr() == ("done\n", f"compiling what this command runs {first_time.ONCE}\n")


def test_who_tells_it_already_or_is_read_by_a_program_says_nothing(
    said: threading.Event, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def work() -> None:
        with compiling("crossplay_driver_beacon_0"):
            assert not said.wait(0.2)

    for words in (["worlds", "--compile"], ["export", "game.mcap", "film.gif", "--tell-progress"]):
        assert run(monkeypatch, words[0], work, *words[1:]) == 0
        assert capsys.readouterr() == ("done\n", "")


def test_what_a_window_compiles_behind_its_own_progress_bar_is_not_told(
    said: threading.Event, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def work() -> None:
        def compile_long() -> None:
            with compiling("crossplay_driver_beacon_0"):
                assert not said.wait(0.2)

        Job("Preparing", compile_long).result()

    assert run(monkeypatch, "watch", work) == 0
    assert capsys.readouterr() == ("done\n", "")


def test_what_every_start_compiles_anew_is_not_called_the_first_time(
    said: threading.Event, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Tianshou compiles what it needs for advantages each time it is loaded: no cache keeps it."""

    def work() -> None:
        with compiling("tianshou.algorithm.algorithm_base", _cache=NullCache()):
            assert not said.wait(0.2)

    assert run(monkeypatch, "verify", work, "game.mcap") == 0
    assert capsys.readouterr() == ("done\n", "")


def test_short_compilations_count_together() -> None:
    told, left = threading.Event(), []
    listener = LongCompiles(1000.0, lambda _: told.set(), "nobody")
    with listener.listening():
        for _ in range(3):
            with compiling("worlds.kit.chance"):
                told.wait(0.01)
            left.append(listener._left)
        assert 1000.0 > left[0] > left[1] > left[2]
        listener._left = 0.0
        with compiling("worlds.kit.chance"):
            assert told.wait(LIMIT)


def test_nothing_is_compiled_or_said_the_second_time(
    beacon: World, tmp_path: Path, said: threading.Event, capsys: pytest.CaptureFixture[str]
) -> None:
    film = str(tmp_path / "beacon.mcap")
    assert cli.run(["golden", "beacon", "--out", film]) == 0
    said.clear()
    capsys.readouterr()
    assert cli.run(["verify", film]) == 0
    assert capsys.readouterr().err == ""
    assert not said.is_set()
