"""Recordings made to harm: the real command refuses them in one sentence, with little time and memory."""

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import replays
import worlds
from replays import format
from simulator.engine import Batch, Simulation
from tests.hostile.harness import MOST_MEMORY, refused, run
from tests.replays.files import rewrite

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="limits of Unix")
Message = tuple[str, int, bytes]


@pytest.fixture(scope="module")
def game(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("hostile") / "game.mcap"
    simulation = Simulation(worlds.get("bandit"), seed=3)
    with replays.record(path, players={simulation.world.seats[0].name: "dice"}) as recorder:
        recorder.begin(simulation)
        for _ in range(40):
            simulation.tick(np.zeros_like(simulation.applied))
            recorder.tick(simulation)
    return path


def many(topic: str, data: bytes, count: int) -> Callable[[str, int, bytes], list[Message]]:
    """An edit that puts messages behind tick 30."""

    def edit(told: str, position: int, old: bytes) -> list[Message]:
        return [(told, position, old), *[(topic, 30, data)] * (count if (told, position) == (format.TICK, 30) else 0)]

    return edit


BOMBS = {
    "events": (format.EVENT, b'{"name":"x","data":{"a":[' + b"[]," * 349_000 + b"[]]}}", 200),
    "episodes": (format.EPISODE, b'{"trial":0,"episode":0,"ended":{"cause":"' + b"x" * 10**6 + b'"}}', 100),
    "controls": (format.CONTROL, b'{"op":"next_task"}', 20_000),
}


@pytest.mark.parametrize(
    ("name", "says"),
    [("events", "'/event' messages have more than"), ("episodes", "damaged"), ("controls", "at tick 30")],
)
def test_bombs_are_refused(name: str, says: str, game: Path, tmp_path: Path) -> None:
    path = rewrite(game, tmp_path / "x.mcap", many(*BOMBS[name]))
    assert path.stat().st_size < 500_000
    refused("verify", path, says=says)


def test_many_worlds_in_a_small_log_are_refused(tmp_path: Path) -> None:
    batch = Batch(worlds.get("bandit"), 1)
    with replays.record_batch(tmp_path / "log.mcap", batch) as log:
        log.reset()
    path = rewrite(tmp_path / "log.mcap", tmp_path / "x.mcap", describe=lambda d: d["subject"].update(count=488_952))
    refused("verify", path, says="claims to hold 488952 worlds")
    refused("export", path, tmp_path / "out.mcap", says="claims to hold 488952 worlds")
    assert sorted(found.name for found in tmp_path.iterdir()) == ["log.mcap", "x.mcap"]


def test_control_characters_in_names_are_shown_as_signs(game: Path, tmp_path: Path) -> None:
    seat = worlds.get("bandit").seats[0].name
    path = rewrite(
        game, tmp_path / "x\x1b[31m.mcap", describe=lambda d: d["players"].update({seat: "a\0\x1b" + "b" * 10**5})
    )
    ran = run(["replay", path, "--seconds", "0.2", "--screenshot", tmp_path / "x.png"])
    assert ran.code == 0, ran.errors
    assert ran.memory < MOST_MEMORY
    assert (tmp_path / "x.png").exists()
