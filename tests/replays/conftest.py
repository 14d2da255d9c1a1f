"""Recordings that all tests of replays share, made once."""

from pathlib import Path

import pytest

import replays
import worlds
from simulator.engine import Simulation
from tests.replays.files import TICKS, play
from tests.replays.shelves import fill_shelf, record_beacon
from worlds.world import World


@pytest.fixture(scope="session")
def tag() -> World:
    return worlds.get("tag", seats=4)


@pytest.fixture(scope="session")
def recording(tag: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """270 ticks of tag: four seats, two episodes a trial, every kind of intervention."""
    path = tmp_path_factory.mktemp("recording") / "tag.mcap"
    play(tag, path, TICKS)
    assert replays.verify(path).ok  # from here on every kernel is compiled
    return path


@pytest.fixture(scope="session")
def short(tag: World, recording: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first 60 ticks of it, with a state every ten."""
    path = tmp_path_factory.mktemp("short") / "tag.mcap"
    play(tag, path, 60, keyframe_seconds=1.0)
    return path


@pytest.fixture
def no_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails the test if a simulation comes to be: refusals come before it."""

    def refuse(*_: object, **__: object) -> None:
        pytest.fail("a kernel was about to run")

    monkeypatch.setattr(Simulation, "__init__", refuse)


@pytest.fixture(scope="session")
def small_game(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some episodes of a small world."""
    return record_beacon(tmp_path_factory.mktemp("made") / "game.mcap")


@pytest.fixture
def shelf(small_game: Path, tmp_path: Path) -> Path:
    """A folder of two recordings, a damaged one, a file that is none, and something else."""
    return fill_shelf(tmp_path / "recordings", small_game)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Where the index of recordings is."""
    return tmp_path / "cache" / "index.sqlite"
