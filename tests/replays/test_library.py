"""The library of recordings: what it tells of them, and its index, of which nothing is lost that the files hold."""

import contextlib
import dataclasses
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

import replays
import worlds
from replays import index, library, summary
from replays.index import DAMAGED
from replays.library import Library, matching
from simulator.engine import Batch, Simulation
from tests.replays.shelves import PLAYERS, named, only, record_beacon
from worlds.world import Refused

ROOT = Path(__file__).resolve().parents[2]


def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that are read from now on."""
    read: list[str] = []

    def note(path: Path) -> summary.Summary:
        read.append(path.name)
        return summary.summarise(path)

    monkeypatch.setattr(library, "summarise", note)
    return read


# --- what it tells -------------------------------------------------------------------------------------------------


def test_a_summary_tells_what_playback_tells(small_game: Path) -> None:
    told, replay = summary.summarise(small_game), replays.open(small_game)
    spans = [span for span in replay.episodes if span.returns is not None]
    assert len(spans) > 2
    assert told.returns == tuple(span.returns for span in spans)
    assert (told.ticks, told.episodes) == (replay.length, len(spans))
    assert told.seconds == pytest.approx(replay.info["seconds"])
    assert (told.world, told.version, told.split) == ("beacon", replay.world.version, "test-both")
    assert dict(zip(told.seats, told.players, strict=True)) == PLAYERS
    drawn = []
    for start in sorted({span.start for span in replay.episodes}):
        replay.seek(start)
        drawn.append(replay.world.generators[int(replay.simulation.w["generator"])].name)
    assert set(told.generators) <= set(drawn)
    assert told.generators[0] == drawn[0]
    assert (told.kind, told.problem, told.cut) == ("replay", "", False)


@pytest.mark.parametrize("path", sorted((ROOT / "tests" / "golden").glob("*.mcap")), ids=lambda path: path.stem)
def test_every_world_has_a_summary(path: Path) -> None:
    told, world = summary.summarise(path), worlds.get(path.stem)
    assert (told.kind, told.problem, told.world) == ("replay", "", path.stem)
    assert told.seats == tuple(seat.name for seat in world.seats)
    assert set(told.generators) <= {generator.name for generator in world.generators}


def test_a_summary_needs_no_world(small_game: Path, monkeypatch: pytest.MonkeyPatch, no_kernel: None) -> None:
    def unknown(name: str) -> None:
        raise Refused(f"unknown world {name!r}")

    summary._generator.cache_clear()
    monkeypatch.setattr(worlds, "get", unknown)
    told = summary.summarise(small_game)
    summary._generator.cache_clear()
    assert (told.world, told.seats, told.problem) == ("beacon", ("walker_0", "walker_1"), "")
    assert all(name.isdigit() for name in told.generators)


def test_who_came_into_a_seat_later_has_played_too(tmp_path: Path) -> None:
    path, simulation = tmp_path / "x.mcap", Simulation(worlds.get("beacon"), seed=13, seats={"walker_1": "bot"})
    with replays.record(path, players={"walker_0": "agent:beacon", "walker_1": "bot"}) as recorder:
        recorder.begin(simulation)
        for name, data in (
            ("take_over", {"seat": 0}), ("seat_change", {"seat": "walker_0", "player": "random"}),
            ("swap", {"player": "x"}), ("seat_change", {"player": None}), ("seat_change", {"player": " \t"}),
            ("seat_change", {"player": ["a"]}), ("seat_change", {"player": "\x1b[2J\u202e"}),
        ):  # fmt: skip
            simulation.tick(np.zeros_like(simulation.applied))
            recorder.tick(simulation)
            recorder.event(name, data)
    assert summary.summarise(path).joined == ("human", "random", r"\x1b[2J\u202e")
    (entry,) = Library(tmp_path, tmp_path / "index.sqlite").refresh()
    assert entry.people[:3] == ("agent:beacon", "human", "random")
    assert matching([entry], "human random") == [entry]


def test_a_recording_without_players_has_the_names_of_seats(tmp_path: Path) -> None:
    told = summary.summarise(record_beacon(tmp_path / "x.mcap", 40, players={}))
    assert told.seats == tuple(seat.name for seat in worlds.get("beacon").seats)
    assert set(told.players) == {""}


def test_a_log_of_a_batch_is_told_as_such(tmp_path: Path) -> None:
    batch = Batch(worlds.get("beacon"), 3, seed=3)
    with replays.record_batch(tmp_path / "log.mcap", batch) as log:
        log.reset()
    told = summary.summarise(tmp_path / "log.mcap")
    assert (told.kind, told.count, told.world) == ("batch", 3, "beacon")


def test_all_files_are_listed_and_those_that_cannot_be_played_say_why(shelf: Path, place: Path) -> None:
    found = Library(shelf, place).refresh()
    assert named(found) == ["new.mcap", "old.mcap", "damaged.mcap", "foreign.mcap"]
    assert [entry.state for entry in found] == ["whole", "whole", "damaged", "damaged"]
    assert found[2].summary.problem == "is damaged: the checksum of a chunk is wrong"
    assert "ends before its description" in found[3].summary.problem
    assert found[0].people == ("human",)
    assert found[0].score == pytest.approx(np.mean([row[0] for row in found[0].summary.returns]))


def test_a_missing_folder_is_empty_and_a_file_is_refused(tmp_path: Path, place: Path) -> None:
    assert Library(tmp_path / "nothing", place).refresh() == []
    assert not (tmp_path / "nothing").exists()
    (tmp_path / "file").touch()
    with pytest.raises(Refused, match="file' cannot be read: Not a directory"):
        Library(tmp_path / "file", place).refresh()


def test_words_find_recordings(shelf: Path, place: Path) -> None:
    kept = Library(shelf, place)
    found = kept.refresh()
    kept.tag(kept.rename(only(found, "old.mcap"), "The long chase"), ["Best", "to show"])
    found = kept.refresh()
    assert named(matching(found, "")) == named(found)
    assert named(matching(found, "BEACON human")) == ["new.mcap", "old.mcap"]
    assert named(matching(found, "chase")) == ["old.mcap"]
    assert named(matching(found, "best beacon")) == ["old.mcap"]
    assert named(matching(found, "2001-09")) == named(found)
    assert named(matching(found, "cannot be played")) == ["damaged.mcap", "foreign.mcap"]
    assert matching(found, "chase nobody") == []


# --- the index -----------------------------------------------------------------------------------------------------


def test_only_files_that_changed_are_read_again(shelf: Path, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = counted(monkeypatch)
    first = Library(shelf, place).refresh()
    assert sorted(read) == ["damaged.mcap", "foreign.mcap", "new.mcap", "old.mcap"]
    read.clear()
    assert Library(shelf, place).refresh() == first
    assert read == []
    assert Library(shelf, place).known() == first
    os.utime(shelf / "old.mcap", (2e9, 2e9))
    (shelf / "new.mcap").unlink()
    assert named(Library(shelf, place).refresh()) == ["old.mcap", "damaged.mcap", "foreign.mcap"]
    assert read == ["old.mcap"]
    assert named(Library(shelf, place).known()) == ["old.mcap", "damaged.mcap", "foreign.mcap"]


def test_reading_can_be_stopped_and_goes_on_later(shelf: Path, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "AT_ONCE", 1)
    read, steps = counted(monkeypatch), []
    Library(shelf, place).refresh(lambda done, total: steps.append((done, total)), stop=lambda: len(read) == 2)
    assert steps == [(1, 4), (2, 4)]
    Library(shelf, place).refresh()
    assert len(read) == len(set(read)) == 4


def test_a_value_that_was_changed_in_the_index_is_not_believed(shelf: Path, place: Path) -> None:
    first = Library(shelf, place).refresh()
    with sqlite3.connect(place) as db:
        db.execute("UPDATE recordings SET world = 'beacoz' WHERE file = 'new.mcap'")
    db.close()
    assert named(Library(shelf, place).known()) == ["old.mcap", "damaged.mcap", "foreign.mcap"]
    assert Library(shelf, place).refresh() == first


@pytest.mark.parametrize("what", ["", "no database", "other tables", "other columns"])
def test_a_file_that_is_no_index_is_put_aside(what: str, shelf: Path, place: Path) -> None:
    place.parent.mkdir()
    if "other" in what:
        db = sqlite3.connect(place)
        db.execute("CREATE TABLE recordings (file)" if what == "other columns" else "CREATE TABLE others (file)")
        db.commit()
        db.close()
    else:
        place.write_text(what * 1000)
    kept = Library(shelf, place)
    assert len(kept.refresh()) == 4
    put_aside = what in ("no database", "other columns")
    assert ("made anew" in kept.told) == put_aside
    assert place.with_name(place.name + DAMAGED).exists() == put_aside
    assert len(Library(shelf, place).known()) == 4


def test_where_no_index_can_be_the_library_works_without_one(shelf: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "inside").mkdir()
    for place in (tmp_path / "file" / "index.sqlite", tmp_path / "inside"):
        kept = Library(shelf, place)
        assert len(kept.refresh()) == 4
        assert "cannot be used" in kept.told
        assert kept.known() == []


def test_an_index_that_another_program_keeps_is_done_without(
    shelf: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Library(shelf, place).refresh()
    monkeypatch.setattr(index, "PATIENCE", 0.05)
    db = sqlite3.connect(place, isolation_level=None)
    db.execute("BEGIN EXCLUSIVE")
    kept = Library(shelf, place)
    assert kept.refresh() == first
    assert "locked" in kept.told
    db.execute("ROLLBACK")
    db.close()
    assert not place.with_name(place.name + DAMAGED).exists()
    assert Library(shelf, place).known() == first


def test_two_programs_and_many_threads_read_at_once(
    shelf: Path, place: Path, small_game: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(20):
        shutil.copy(small_game, shelf / f"more{number}.mcap")
    monkeypatch.setattr(index, "PATIENCE", 120.0)
    code = "import sys, worlds; from pathlib import Path; from replays import index; index.PATIENCE = 120.0\n"
    code += "from replays.library import Library\n"
    code += "worlds.add_folder('tests/tiny'); kept = Library(Path(sys.argv[1]), Path(sys.argv[2]))\n"
    code += "print(len(kept.refresh()), kept.told)"
    command = [sys.executable, "-c", code, str(shelf), str(place)]
    others = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(len(Library(shelf, place).refresh()))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [other.communicate()[0].strip() for other in others] == ["24", "24"]
    assert found == [24] * 4
    assert len(Library(shelf, place).known()) == 24


def test_names_that_are_no_text_are_listed_too(shelf: Path, place: Path, small_game: Path) -> None:
    if sys.platform != "linux":
        pytest.skip("its names of files are bytes")
    odd = os.fsdecode(b"odd \xff name.mcap")
    shutil.copy(small_game, shelf / odd)
    kept = Library(shelf, place)
    kept.rename(only(kept.refresh(), odd), "Even")
    assert only(Library(shelf, place).known(), odd).own_name == "Even"
    place.unlink()
    assert only(Library(shelf, place).refresh(), odd).own_name == "Even"


def test_folders_that_are_gone_are_forgotten(shelf: Path, place: Path, tmp_path: Path) -> None:
    shutil.copytree(shelf, tmp_path / "gone")
    for folder in (shelf, tmp_path / "gone"):
        assert len(Library(folder, place).refresh()) == 4
    shutil.rmtree(tmp_path / "gone")
    Library(shelf, place).refresh()
    assert Library(tmp_path / "gone", place).known() == []
    assert len(Library(shelf, place).known()) == 4


def test_a_file_from_a_time_that_no_row_holds_is_listed(
    shelf: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nanoseconds since the epoch end for SQLite in the year 2262; a year of eight digits has no name in a calendar."""
    os.utime(shelf / "new.mcap", ns=(2**63, 2**63))
    found = only(Library(shelf, place).refresh(), "new.mcap")
    assert (found.state, found.date[:4]) == ("whole", "2262")
    assert "new.mcap" not in named(Library(shelf, place).known())
    far = dataclasses.replace(found, modified=1e300)
    assert far.date == ""
    assert matching([far], "new") == [far]


HOSTILE: dict[str, object] = {
    "modified": "x", "size": None, "name": 5, "file": 5, "players": "[" * 100_000, "tags": "[[1]]", "seconds": "1",
}  # fmt: skip


@pytest.mark.parametrize("column", HOSTILE)
def test_a_row_whose_checksum_is_right_and_whose_values_are_not_is_read_anew(
    column: str, shelf: Path, place: Path
) -> None:
    before = Library(shelf, place).refresh()
    with contextlib.closing(sqlite3.connect(place)) as db:
        row = list(db.execute(index.SELECT, [str(shelf)]).fetchone())[:-1]
        row[index.WRITTEN.index(column)] = HOSTILE[column]
        db.execute("DELETE FROM recordings WHERE file = ?", [row[1]])
        db.execute(index.INSERT, [*row, index._proof(row)])
        db.commit()
    assert len(Library(shelf, place).known()) == len(before) - 1 + (column == "file")
    assert Library(shelf, place).refresh() == before


def test_a_program_that_keeps_the_index_is_waited_for_once(
    shelf: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Library(shelf, place).refresh()
    monkeypatch.setattr(index, "PATIENCE", 0.3)
    with contextlib.closing(sqlite3.connect(place, isolation_level=None)) as db:
        db.execute("BEGIN EXCLUSIVE")
        began = time.monotonic()
        found = Library(shelf, place)
        assert len(found.refresh()) == 4
        assert time.monotonic() - began < 0.3 * 3
    assert "locked" in found.told
