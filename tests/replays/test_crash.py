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
from simulator.engine import Simulation
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
