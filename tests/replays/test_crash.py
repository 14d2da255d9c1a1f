"""A recording whose process is killed plays to its last whole chunk, and harms no older file."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import replays
import worlds
from replays.recorder import unfinished
from simulator.engine import Mind, Simulation
from worlds.world import Refused, World

ROOT = Path(__file__).resolve().parents[2]
ENDLESS = """
import sys
import numpy as np
import replays, worlds
from simulator.engine import Simulation

simulation = Simulation(worlds.get("tag", seats=4), seed=3)
recorder = replays.record(sys.argv[1], keyframe_seconds=2.0)
recorder.begin(simulation)
while True:
    simulation.tick(np.ones_like(simulation.applied))
    recorder.tick(simulation)
    if recorder.ticks == 150:
        print("playing", flush=True)
"""

SLOW = """
import sys, time
from pathlib import Path
import numpy as np
import replays, worlds
from simulator.engine import Mind, Simulation

worlds.add_folder(Path("tests/tiny"))
simulation = Simulation(worlds.get("beacon"), seed=3)
recorder = replays.record(sys.argv[1], keyframe_seconds=1000.0, compact=True, at_once=True)
recorder.begin(simulation)
while True:
    if recorder.ticks == 7:
        recorder.event("lunch", {"long": True})
    if simulation.deciding and recorder.ticks > 9:
        recorder.mind(0, Mind(probabilities=np.full(3, 1 / 3, np.float32), value=float(recorder.ticks)))
    simulation.tick(np.full_like(simulation.applied, recorder.ticks // 2 % 3))
    recorder.tick(simulation)
    print(recorder.ticks, flush=True)
    time.sleep(0.01)
"""


@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL")
@pytest.mark.usefixtures("recording")
def test_a_killed_recording_plays(tag: World, tmp_path: Path) -> None:
    path = tmp_path / "killed.mcap"
    process = subprocess.Popen(
        [sys.executable, "-c", ENDLESS, str(path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "playing\n"
    time.sleep(0.2)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert not path.exists()
    assert len(list(tmp_path.glob("killed.mcap.*.part"))) == 1
    replay = replays.open(path)  # finds the part file
    assert replay.truncated
    assert replay.length >= 140
    assert replay.length % 20 == 0
    assert replays.verify(path).ok
    (tmp_path / "other.mcap.1.part").touch()
    with replays.record(path) as recorder:  # whose file takes the place of what the killed one left
        recorder.begin(Simulation(tag))
        assert len(list(tmp_path.glob("killed.mcap.*.part"))) == 2
    assert sorted(found.name for found in tmp_path.iterdir()) == ["killed.mcap", "other.mcap.1.part"]


@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL")
@pytest.mark.usefixtures("small_game")
def test_a_killed_recording_that_hands_ticks_on_at_once_plays_to_its_last_tick(tmp_path: Path) -> None:
    path = tmp_path / "killed.mcap"
    process = subprocess.Popen(
        [sys.executable, "-c", SLOW, str(path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )  # fmt: skip
    assert process.stdout is not None
    told = [int(process.stdout.readline()) for _ in range(45)]
    process.send_signal(signal.SIGKILL)
    told += map(int, process.stdout.read().split())
    process.wait()
    process.stdout.close()
    replay = replays.open(path)
    assert replay.truncated
    assert replay.keyframes == (0,)
    assert told[-1] <= replay.length <= told[-1] + 1  # it may have been killed before it told
    assert [(position, event.name) for position, event in replay.events] == [(7, "lunch")]
    assert replay.minds(40)[0]["value"] == 40.0
    assert replays.verify(path).ok


@pytest.mark.parametrize("compact", [False, True])
def test_a_finished_recording_shows_no_trace_of_what_went_ahead(tmp_path: Path, compact: bool) -> None:
    paths = {at_once: tmp_path / f"{at_once}.mcap" for at_once in (False, True)}
    for at_once, path in paths.items():
        simulation = Simulation(worlds.get("beacon"), seed=4, episodes_per_trial=1)
        with replays.record(path, compact=compact, at_once=at_once) as recorder:
            recorder.begin(simulation)
            for tick in range(1, 173):
                if tick == 20:
                    recorder.mind(0, Mind(value=1.5))  # declares its topic in the middle of a chunk
                if tick in (30, 31, 32, 33, 70, 71, 72):  # more than a chunk may hold, before a state is due
                    recorder.event("long", {"words": "x" * 400_000})
                simulation.tick(np.ones_like(simulation.applied))
                recorder.tick(simulation)
                if at_once and tick % 10 in (0, 1, 2, 3):
                    assert replays.open(path).length == tick
                    part = unfinished(path)
                    assert recorder._log is not None
                    assert part is not None
                    assert recorder._log.size < part.stat().st_size or tick % 50 == 0
    assert paths[False].read_bytes() == paths[True].read_bytes()
    assert not replays.open(paths[True]).truncated


def test_an_older_file_stays_until_the_new_one_is_whole(tag: World, tmp_path: Path) -> None:
    path = tmp_path / "x.mcap"
    path.write_bytes(b"precious")
    simulation = Simulation(tag)
    first, second = replays.record(path), replays.record(path)
    first.begin(simulation)
    second.begin(simulation)  # two recordings of one name do not share a file
    assert path.read_bytes() == b"precious"
    first.close()
    second.close()
    assert replays.open(path).length == 0
    assert [found.name for found in tmp_path.iterdir()] == ["x.mcap"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_a_full_disk_is_one_sentence_and_keeps_what_was_written(tag: World, tmp_path: Path) -> None:
    simulation = Simulation(tag)
    recorder = replays.record(tmp_path / "x.mcap", keyframe_seconds=1.0)
    recorder.begin(simulation)
    log = recorder._log
    assert log is not None
    with Path("/dev/full").open("wb") as full:
        for tick in range(45):
            simulation.tick(np.zeros_like(simulation.applied))
            if tick == 35:
                os.dup2(full.fileno(), log._file.fileno())  # from here on every write fails
            if tick == 39:
                words = r"x\.mcap' cannot be written: No space left on device; .*\.part'$"
                with pytest.raises(Refused, match=words):
                    recorder.tick(simulation)
            else:
                recorder.tick(simulation)
        recorder.close()
    assert not (tmp_path / "x.mcap").exists()
    replay = replays.open(tmp_path / "x.mcap")
    assert replay.truncated
    assert replay.length == 30
