"""Programs that are killed, full disks, read-only folders: nothing is lost, and one sentence says what is wrong.

A process that has everything compiled makes a copy of itself for every try; the copy is killed at a random moment.
`EVERYTHING=1` tries it a hundred times.
"""

import contextlib
import io
import mmap
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from mcap.data_stream import ReadDataStream
from mcap.opcode import Opcode
from mcap.records import Chunk

import replays
from replays import files
from replays.labels import OWN, read_labels
from replays.library import Library
from tests.replays.shelves import damaged, named
from worlds.world import Refused

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="forks, kills, and limits of Unix")
ROOT = Path(__file__).resolve().parents[2]
TICK = 0.5  # s; of bandit
EVERY = 20  # ticks from one whole chunk to the next
TRIES = [4, pytest.param(100, marks=pytest.mark.all)]
SERVER = """
import mmap, os, sys
from pathlib import Path
import numpy as np
import replays, worlds
from replays import library
from replays.library import Library
from simulator.engine import Mind, Simulation

simulation = Simulation(worlds.get("bandit"), seed=3, episodes_per_trial=2)
chances = np.full(sum(simulation.world.action_sizes), 0.1, np.float32)

def record(place, told):
    with replays.record(place, keyframe_seconds=10.0) as recorder:
        recorder.begin(simulation)
        while True:
            recorder.mind(0, Mind(probabilities=chances, value=0.5))
            simulation.tick(np.full_like(simulation.applied, recorder.ticks % 3))
            recorder.tick(simulation)
            if recorder.ticks % 97 == 0:
                simulation.next_task()
                recorder.control(simulation, "next_task")
                recorder.event("next", {"ticks": recorder.ticks})
            told[:8] = recorder.ticks.to_bytes(8, "little")

def read(place, told):
    library.AT_ONCE, number = 1, 0
    while True:
        for path in sorted(Path(place).glob("*.mcap")):
            number += 1
            os.utime(path, ns=(number, number))
        Library(Path(place), Path(place).parent / "index.sqlite").refresh()
        told[:8] = number.to_bytes(8, "little")

def act(place, told):
    shelf, number = Library(Path(place), Path(place).parent / "index.sqlite"), 0
    while True:
        for entry in shelf.refresh():
            number += 1
            shelf.tag(shelf.rename(entry, f"name {number}"), [f"tag {number}"])
            shelf.delete(entry.path)
            shelf.undo()
            told[:8] = number.to_bytes(8, "little")

for tick in range(100):  # past the ends of episodes and trials, so that no copy compiles anything
    simulation.tick(np.zeros_like(simulation.applied))
simulation.next_task()
print("ready", flush=True)
for line in sys.stdin:
    what, place, note = line.rstrip().split("\\t")
    child = os.fork()
    if child == 0:
        file = open(note, "r+b")
        globals()[what](place, mmap.mmap(file.fileno(), 8))
    print(child, flush=True)
    os.waitpid(child, 0)
    print("gone", flush=True)
"""


class Killer(NamedTuple):
    """Starts something in a process of its own, and ends it without a word."""

    server: "subprocess.Popen[str]"
    note: Path

    def kill(self, what: str, place: Path, seconds: float) -> int:
        """Kill it so long after it did something first; what it had told of its progress."""
        assert self.server.stdin is not None
        assert self.server.stdout is not None
        self.note.write_bytes(bytes(8))
        self.server.stdin.write(f"{what}\t{place}\t{self.note}\n")
        self.server.stdin.flush()
        child = int(self.server.stdout.readline())
        with self.note.open("r+b") as file, mmap.mmap(file.fileno(), 8) as told:
            until = time.monotonic() + 60.0
            while not any(told[:8]):
                assert time.monotonic() < until, "it never began"
                time.sleep(0.001)
            time.sleep(seconds)
            os.kill(child, signal.SIGKILL)
            assert self.server.stdout.readline() == "gone\n"
            return int.from_bytes(told[:8], "little")


@pytest.fixture(scope="module")
def killer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Killer]:
    command = [sys.executable, "-c", SERVER]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        assert server.stdout.readline() == "ready\n"
        yield Killer(server, tmp_path_factory.mktemp("note") / "note")
        server.kill()


def last_whole_tick(path: Path) -> int:
    """The position of the last message in the last whole chunk, by MCAP's own words; behind it are parts of one."""
    data, at, found = path.read_bytes(), 8, 0
    while at + 9 <= len(data):
        opcode, length = data[at], int.from_bytes(data[at + 1 : at + 9], "little")
        body = data[at + 9 : at + 9 + length]
        if opcode == Opcode.CHUNK and len(body) == length:
            found = Chunk.read(ReadDataStream(io.BytesIO(body))).message_end_time
        at += 9 + length
    return round(found / 1e9 / TICK)


@pytest.mark.parametrize("tries", TRIES)
def test_whenever_a_recording_is_killed_it_plays_to_its_last_whole_chunk(
    tries: int, killer: Killer, tmp_path: Path
) -> None:
    rng, folder = np.random.default_rng(21), tmp_path / "recordings"
    lengths = set()
    for number in range(tries):
        place = folder / f"game{number}.mcap"
        told = killer.kill("record", place, rng.uniform(0.0, 0.15))
        replay = replays.open(place)
        assert replay.truncated
        assert replay.length == last_whole_tick(replay.path)
        assert replay.length > told - EVERY, f"{told} ticks were recorded"
        assert replays.verify(place).ok
        lengths.add(replay.length)
    assert len(lengths) > 1
    found = Library(folder, tmp_path / "index.sqlite").refresh()
    assert [entry.state for entry in found] == ["part"] * tries
    assert {entry.summary.ticks for entry in found} == lengths
    parts = files.cut_short(folder)
    assert len(parts) == tries
    assert named(found) == [path.name for path in sorted(parts, key=lambda path: -path.stat().st_mtime_ns)]
    assert {files.keep(part).name for part in parts} == {f"game{number}.mcap" for number in range(tries)}


@pytest.mark.parametrize("tries", TRIES)
def test_whenever_its_reader_is_killed_the_library_opens(
    tries: int, killer: Killer, shelf: Path, tmp_path: Path
) -> None:
    rng, index = np.random.default_rng(22), tmp_path / "index.sqlite"
    for _ in range(tries):
        killer.kill("read", shelf, rng.uniform(0.0, 0.1))
        kept = Library(shelf, index)
        assert {entry.path.name for entry in kept.known()} <= {entry.path.name for entry in kept.refresh()}
        assert [entry.state for entry in sorted(kept.refresh(), key=lambda entry: entry.path.name)] == [
            "damaged", "damaged", "whole", "whole",
        ]  # fmt: skip
        assert kept.told == ""
    assert not list(tmp_path.glob("*.damaged"))


@pytest.mark.parametrize("tries", TRIES)
def test_whenever_its_user_is_killed_no_recording_and_no_name_is_lost(
    tries: int, killer: Killer, shelf: Path, tmp_path: Path
) -> None:
    rng = np.random.default_rng(23)
    for number, path in enumerate(sorted(files.listed(shelf))):
        (shelf / path).write_bytes((shelf / path).read_bytes() + bytes([number]))  # so that no two are the same
    contents = {(shelf / name).read_bytes() for name in files.listed(shelf)}
    assert len(contents) == 4
    for _ in range(tries):
        told = killer.kill("act", shelf, rng.uniform(0.0, 0.1))
        labels = read_labels(shelf)
        assert labels is not None
        assert max(int(label.name.split()[1]) for label in labels.values()) >= told
        kept = Library(shelf, tmp_path / "index.sqlite")
        if files.deleted(shelf):
            kept.undo()
        assert {(shelf / name).read_bytes() for name in files.listed(shelf)} == contents
        assert kept.told == ""


# --- full disks and folders that are read-only ---------------------------------------------------------------------

LIMITED = """
import resource, sys
from pathlib import Path
import numpy as np
import replays, worlds
from replays.library import Library
from simulator.engine import Simulation
from worlds.world import Refused

folder, index, what = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
simulation = Simulation(worlds.get("bandit"), seed=3)
simulation.tick(np.zeros_like(simulation.applied))
if what == "full":
    resource.setrlimit(resource.RLIMIT_FSIZE, (6000, 6000))

def tried(act):
    try:
        act()
    except Refused as refusal:
        print(refusal)

def play():
    with replays.record(folder / "x.mcap", keyframe_seconds=10.0) as recorder:
        recorder.begin(simulation)
        for tick in range(2000):
            simulation.tick(np.full_like(simulation.applied, tick % 3))
            recorder.tick(simulation)

tried(play)
shelf = Library(folder, index)
entry = next(entry for entry in shelf.refresh() if entry.path.name == "new.mcap")
print(len(shelf.refresh()), shelf.told)
tried(lambda: shelf.rename(entry, "Mine" * 25))
tried(lambda: shelf.delete(entry.path))
"""


def limited(shelf: Path, index: Path, what: str) -> list[str]:
    """The lines that a process prints which cannot write."""
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(shelf), str(index), what], cwd=ROOT, capture_output=True, text=True,
        check=False, preexec_fn=obey_permissions if what == "read-only" else None,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


def obey_permissions() -> None:
    """Give up what lets root write into read-only folders, from the next program on."""
    import ctypes

    system = ctypes.CDLL(None, use_errno=True)
    for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
        if os.getuid() == 0 and system.prctl(24, capability, 0, 0, 0):  # PR_CAPBSET_DROP
            raise OSError(ctypes.get_errno(), "cannot give up a capability")


def test_a_full_disk_is_one_sentence_and_what_was_recorded_plays(shelf: Path, place: Path) -> None:
    recording, reading, *others = limited(shelf, place, "full")
    (part,) = files.cut_short(shelf)
    said = f"replay {str(shelf / 'x.mcap')!r} cannot be written: File too large"
    assert recording == f"{said}; what was recorded before is in {str(part)!r}"
    replay = replays.open(shelf / "x.mcap")
    assert replay.truncated
    assert replay.length == last_whole_tick(part) > EVERY
    assert reading.startswith("5 the index of recordings")
    assert "cannot be used" in reading
    assert others == []  # a short name fits, and moving a file takes no room
    assert [path.name.partition("-")[2] for path in files.deleted(shelf)] == ["new.mcap"]


def test_a_read_only_folder_is_listed_and_what_cannot_be_done_is_one_sentence(shelf: Path, place: Path) -> None:
    before = sorted(shelf.iterdir())
    shelf.chmod(0o555)
    try:
        said = limited(shelf, place, "read-only")
    finally:
        shelf.chmod(0o755)
    denied = "Permission denied"
    assert said == [
        f"replay {str(shelf / 'x.mcap')!r} cannot be written: {denied}",
        "4 ",
        f"names and tags cannot be kept in folder {str(shelf)!r}: {denied}",
        f"recording {str(shelf / 'new.mcap')!r} cannot be deleted: {denied}",
    ]
    assert sorted(shelf.iterdir()) == before


# --- damaged bytes -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cases", [20, pytest.param(300, marks=pytest.mark.all)])
def test_an_index_with_damaged_bytes_is_made_anew(cases: int, shelf: Path, place: Path) -> None:
    kept = Library(shelf, place)
    kept.tag(kept.rename(kept.refresh()[0], "Mine"), ["good"])
    first, whole, rng = kept.refresh(), place.read_bytes(), np.random.default_rng(24)
    for case in range(cases):
        place.write_bytes(damaged(whole, case, rng))
        assert Library(shelf, place).refresh() == first, f"case {case}"
        again = Library(shelf, place)
        assert again.refresh() == again.known() == first, f"case {case}"
        assert again.told == "", f"case {case}"


@pytest.mark.parametrize("cases", [20, pytest.param(300, marks=pytest.mark.all)])
def test_labels_with_damaged_bytes_are_read_or_come_back(cases: int, shelf: Path, place: Path) -> None:
    kept = Library(shelf, place)
    entry = kept.tag(kept.rename(kept.refresh()[0], "Mine"), ["good", "better"])
    labels, rng = shelf / OWN / "labels.json", np.random.default_rng(25)
    whole = labels.read_bytes()
    for case in range(cases):
        labels.write_bytes(damaged(whole, case, rng))
        found = Library(shelf, place)
        assert len(found.refresh()) == 4, f"case {case}"
        with contextlib.suppress(Refused):
            found.rename(entry, "Mine")
        assert found.refresh()[0].own_name == "Mine", f"case {case}"
