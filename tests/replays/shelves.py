"""A folder of recordings for the tests of the library."""

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

import numpy as np

import replays
import worlds
from replays.library import Entry
from simulator.engine import Simulation

PLAYERS = {"walker_0": "human", "walker_1": "bot"}
FOREIGN = b"\x89MCAP0\r\n" + bytes(40)


def record_beacon(path: Path, ticks: int = 300, *, players: dict[str, str] | None = None) -> Path:
    """A recording of the small world."""
    simulation = Simulation(worlds.get("beacon"), seed=13, split="test-both", seats={"walker_1": "bot"})
    with replays.record(path, players=PLAYERS if players is None else players) as recorder:
        recorder.begin(simulation)
        for tick in range(ticks):
            simulation.tick(np.full_like(simulation.applied, tick % 2))
            recorder.tick(simulation)
    return path


def fill_shelf(folder: Path, game: Path) -> Path:
    """Two recordings, the newest first, a damaged one, a file that is none, something else, and a folder."""
    folder.mkdir()
    shutil.copy(game, folder / "old.mcap")
    shutil.copy(game, folder / "new.mcap")
    data = bytearray(game.read_bytes())
    data[len(data) // 2] ^= 1
    (folder / "damaged.mcap").write_bytes(data)
    (folder / "foreign.mcap").write_bytes(FOREIGN)
    (folder / "notes.txt").write_text("no recording")
    (folder / "sub.mcap").mkdir()
    for age, name in enumerate(("new.mcap", "old.mcap", "damaged.mcap", "foreign.mcap")):
        os.utime(folder / name, (10**9 - age, 10**9 - age))
    return folder


def named(entries: Iterable[Entry]) -> list[str]:
    """The names of their files."""
    return [entry.path.name for entry in entries]


def only(entries: Iterable[Entry], name: str) -> Entry:
    """The one of this file."""
    (found,) = [entry for entry in entries if entry.path.name == name]
    return found


def damaged(data: bytes, case: int, rng: np.random.Generator) -> bytes:
    """Bits flipped, the end lost, stretches of noise, zeros or of another place."""
    found, at = bytearray(data), int(rng.integers(len(data)))
    wide = int(rng.integers(1, 200))
    if case % 5 == 0:
        found[at] ^= 1 << int(rng.integers(8))
    elif case % 5 == 1:
        del found[at:]
    elif case % 5 == 2:
        found[at : at + wide] = rng.integers(0, 256, wide, np.uint8).tobytes()
    elif case % 5 == 3:
        found[at : at + wide] = bytes(wide)
    else:
        found[at : at + wide] = found[:wide]
    return bytes(found)
