"""Recordings and batch logs with bytes changed by chance: they play, or one sentence refuses them; nothing else."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import replays
import worlds
from replays.golden import random_actions
from simulator.engine import Batch, Mind, Simulation
from tests.replays.files import rewrite
from worlds.world import Refused

CASES = 10  # of each kind; 300 of each were tried when this was written
Message = tuple[str, int, bytes]


@pytest.fixture(scope="module")
def game(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some tasks of a small world, with thoughts, controls and events."""
    path = tmp_path_factory.mktemp("fuzz") / "game.mcap"
    simulation = Simulation(worlds.get("bandit"), seed=3, episodes_per_trial=2)
    with replays.record(path, keyframe_seconds=4 * simulation.world.timing.tick) as recorder:
        recorder.begin(simulation)
        for tick in range(60):
            chances = np.full(sum(simulation.world.action_sizes), 0.1, np.float32)
            recorder.mind(0, Mind(probabilities=chances, value=0.5))
            simulation.tick(random_actions(simulation, tick))
            recorder.tick(simulation)
            if tick % 20 == 10:
                simulation.next_task()
                recorder.control(simulation, "next_task")
                recorder.event("next", {"tick": tick, "list": [[]]})
    return path


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three worlds, with every kind of control."""
    path = tmp_path_factory.mktemp("fuzz") / "log.mcap"
    batch = Batch(worlds.get("bandit"), 3, seed=3)
    with replays.record_batch(path, batch, block=4, keyframe_blocks=2) as recorder:
        recorder.reset()
        for decision in range(30):
            recorder.step(np.full((3, batch.L, 1), decision % 3))
            if decision == 9:
                recorder.begin_tasks(np.array([1]), np.array([7]), np.array([2]))
                recorder.drive(2, 0, False)
            if decision == 15:
                recorder.reset(4)
    return path


def changed(data: bytes, rng: np.random.Generator) -> bytes:
    """Bytes flipped, put in, taken out or cut off."""
    found = bytearray(data)
    for _ in range(int(rng.integers(1, 4))):
        at = int(rng.integers(len(found) + 1))
        kind = rng.integers(5)
        if kind == 0 and at < len(found):
            found[at] ^= 1 << int(rng.integers(8))
        elif kind == 1:
            found[at : at + int(rng.integers(1, 9))] = rng.integers(0, 256, int(rng.integers(0, 9)), np.uint8).tobytes()
        elif kind == 2:
            found[at : at + 8] = b"\xff" * int(rng.integers(0, 9))
        elif kind == 3:
            found[at:at] = found[at : at + int(rng.integers(1, 65))]
        else:
            del found[at : at + int(rng.integers(1, 9))]
    return bytes(found)


def raw(source: Path, target: Path, rng: np.random.Generator) -> None:
    """Any bytes of the file."""
    target.write_bytes(changed(source.read_bytes(), rng))


def message(source: Path, target: Path, rng: np.random.Generator) -> None:
    """One message, or its place; all checksums are right again."""
    count = 0

    def number(topic: str, position: int, data: bytes) -> list[Message]:
        nonlocal count
        count += 1
        return [(topic, position, data)]

    rewrite(source, target, number)
    chosen, count = int(rng.integers(count)), 0

    def edit(topic: str, position: int, data: bytes) -> list[Message]:
        nonlocal count
        count += 1
        if count - 1 != chosen:
            return [(topic, position, data)]
        kind = rng.integers(4)
        if kind == 0:
            return []
        if kind == 1:
            return [(topic, position, data)] * 2
        return [(topic, position + int(kind == 2), changed(data, rng))]

    rewrite(source, target, edit)


def try_all(path: Path, out: Path) -> None:
    """Everything that a user may do with a file; each step may refuse it."""
    for step in (try_replay, replays.verify, lambda path: replays.extract(path, 1, out)):
        try:
            step(path)
        except Refused as refusal:
            sentence = str(refusal)
            assert len(sentence) < 900
            assert sentence.isprintable(), sentence


def try_replay(path: Path) -> None:
    replay = replays.open(path)
    for position in (replay.length, replay.length // 2, 0):
        replay.seek(position)
        for thought in replay.minds(position).values():
            assert all(np.isfinite(numbers).all() for numbers in thought.values())
    assert replay.info["ticks"] == replay.length
    replay.branch()


@pytest.mark.parametrize("change", [raw, message])
@pytest.mark.parametrize("kind", ["game", "log"])
def test_changed_files_play_or_are_refused(
    kind: str, change: Callable[[Path, Path, np.random.Generator], None], request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    source: Path = request.getfixturevalue(kind)
    rng = np.random.default_rng(5)
    for _ in range(CASES):
        change(source, tmp_path / "x.mcap", rng)
        try_all(tmp_path / "x.mcap", tmp_path / "out.mcap")
