"""The library of recordings: what it tells, what is lost with its index (nothing), and what a user does with it."""

import json
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
from replays import files, index, library, summary
from replays.index import DAMAGED
from replays.labels import OWN
from replays.library import Entry, Library, matching
from simulator.engine import Batch, Simulation
from worlds.world import Refused

ROOT = Path(__file__).resolve().parents[2]
PLAYERS = {"walker_0": "human", "walker_1": "bot"}
FOREIGN = b"\x89MCAP0\r\n" + bytes(40)


@pytest.fixture(scope="module")
def game(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some episodes of the small world."""
    return made(tmp_path_factory.mktemp("made") / "game.mcap")


def made(path: Path, ticks: int = 300, *, players: dict[str, str] | None = None) -> Path:
    simulation = Simulation(worlds.get("beacon"), seed=13, split="test-both", seats={"walker_1": "bot"})
    with replays.record(path, players=PLAYERS if players is None else players) as recorder:
        recorder.begin(simulation)
        for tick in range(ticks):
            simulation.tick(np.full_like(simulation.applied, tick % 2))
            recorder.tick(simulation)
    return path


@pytest.fixture
def folder(game: Path, tmp_path: Path) -> Path:
    """Two recordings, a damaged one, a file that is none, and something else."""
    folder = tmp_path / "recordings"
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


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Where the index is."""
    return tmp_path / "cache" / "index.sqlite"


def named(entries: list[Entry]) -> list[str]:
    return [entry.path.name for entry in entries]


def only(entries: list[Entry], name: str) -> Entry:
    (found,) = [entry for entry in entries if entry.path.name == name]
    return found


def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that are read from now on."""
    read: list[str] = []

    def note(path: Path) -> summary.Summary:
        read.append(path.name)
        return summary.summarise(path)

    monkeypatch.setattr(library, "summarise", note)
    return read


# --- what it tells -------------------------------------------------------------------------------------------------


def test_a_summary_tells_what_playback_tells(game: Path) -> None:
    told, replay = summary.summarise(game), replays.open(game)
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


def test_a_summary_needs_no_world(game: Path, monkeypatch: pytest.MonkeyPatch, no_kernel: None) -> None:
    def unknown(name: str) -> None:
        raise Refused(f"unknown world {name!r}")

    summary._generator.cache_clear()
    monkeypatch.setattr(worlds, "get", unknown)
    told = summary.summarise(game)
    summary._generator.cache_clear()
    assert (told.world, told.seats, told.problem) == ("beacon", ("walker_0", "walker_1"), "")
    assert all(name.isdigit() for name in told.generators)


def test_a_recording_without_players_has_the_names_of_seats(tmp_path: Path) -> None:
    told = summary.summarise(made(tmp_path / "x.mcap", 40, players={}))
    assert told.seats == tuple(seat.name for seat in worlds.get("beacon").seats)
    assert set(told.players) == {""}


def test_a_log_of_a_batch_is_told_as_such(tmp_path: Path) -> None:
    batch = Batch(worlds.get("beacon"), 3, seed=3)
    with replays.record_batch(tmp_path / "log.mcap", batch) as log:
        log.reset()
    told = summary.summarise(tmp_path / "log.mcap")
    assert (told.kind, told.count, told.world) == ("batch", 3, "beacon")


def test_all_files_are_listed_and_those_that_cannot_be_played_say_why(folder: Path, place: Path) -> None:
    found = Library(folder, place).refresh()
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


def test_words_find_recordings(folder: Path, place: Path) -> None:
    shelf = Library(folder, place)
    found = shelf.refresh()
    shelf.tag(shelf.rename(only(found, "old.mcap"), "The long chase"), ["Best", "to show"])
    found = shelf.refresh()
    assert named(matching(found, "")) == named(found)
    assert named(matching(found, "BEACON human")) == ["new.mcap", "old.mcap"]
    assert named(matching(found, "chase")) == ["old.mcap"]
    assert named(matching(found, "best beacon")) == ["old.mcap"]
    assert named(matching(found, "2001-09")) == named(found)
    assert named(matching(found, "cannot be played")) == ["damaged.mcap", "foreign.mcap"]
    assert matching(found, "chase nobody") == []


# --- the index -----------------------------------------------------------------------------------------------------


def test_only_files_that_changed_are_read_again(folder: Path, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = counted(monkeypatch)
    first = Library(folder, place).refresh()
    assert sorted(read) == ["damaged.mcap", "foreign.mcap", "new.mcap", "old.mcap"]
    read.clear()
    assert Library(folder, place).refresh() == first
    assert read == []
    assert Library(folder, place).known() == first
    os.utime(folder / "old.mcap", (2e9, 2e9))
    (folder / "new.mcap").unlink()
    assert named(Library(folder, place).refresh()) == ["old.mcap", "damaged.mcap", "foreign.mcap"]
    assert read == ["old.mcap"]
    assert named(Library(folder, place).known()) == ["old.mcap", "damaged.mcap", "foreign.mcap"]


def test_reading_can_be_stopped_and_goes_on_later(folder: Path, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "AT_ONCE", 1)
    read, steps = counted(monkeypatch), []
    Library(folder, place).refresh(lambda done, total: steps.append((done, total)), stop=lambda: len(read) == 2)
    assert steps == [(1, 4), (2, 4)]
    Library(folder, place).refresh()
    assert len(read) == len(set(read)) == 4


def test_a_value_that_was_changed_in_the_index_is_not_believed(folder: Path, place: Path) -> None:
    first = Library(folder, place).refresh()
    with sqlite3.connect(place) as db:
        db.execute("UPDATE recordings SET world = 'beacoz' WHERE file = 'new.mcap'")
    db.close()
    assert named(Library(folder, place).known()) == ["old.mcap", "damaged.mcap", "foreign.mcap"]
    assert Library(folder, place).refresh() == first


def test_an_index_with_damaged_bytes_is_made_anew(folder: Path, place: Path) -> None:
    shelf = Library(folder, place)
    shelf.tag(shelf.rename(shelf.refresh()[0], "Mine"), ["good"])
    first, whole, rng = shelf.refresh(), place.read_bytes(), np.random.default_rng(4)
    for case in range(150):
        data = bytearray(whole)
        kind = case % 5
        at = int(rng.integers(len(data)))
        if kind == 0:
            data[at] ^= 1 << int(rng.integers(8))
        elif kind == 1:
            del data[at:]
        elif kind == 2:
            data[at : at + 200] = rng.integers(0, 256, 200, np.uint8).tobytes()
        elif kind == 3:
            data[: int(rng.integers(1, 100))] = rng.integers(0, 256, int(rng.integers(1, 100)), np.uint8).tobytes()
        else:
            data[at : at + 50] = data[:50]
        place.write_bytes(data)
        assert Library(folder, place).refresh() == first, f"case {case}"
        again = Library(folder, place)
        assert again.refresh() == again.known() == first, f"case {case}"
        assert again.told == "", f"case {case}"


@pytest.mark.parametrize("what", ["", "no database", "other tables", "other columns"])
def test_a_file_that_is_no_index_is_put_aside(what: str, folder: Path, place: Path) -> None:
    place.parent.mkdir()
    if "other" in what:
        db = sqlite3.connect(place)
        db.execute("CREATE TABLE recordings (file)" if what == "other columns" else "CREATE TABLE others (file)")
        db.commit()
        db.close()
    else:
        place.write_text(what * 1000)
    shelf = Library(folder, place)
    assert len(shelf.refresh()) == 4
    put_aside = what in ("no database", "other columns")
    assert ("made anew" in shelf.told) == put_aside
    assert place.with_name(place.name + DAMAGED).exists() == put_aside
    assert len(Library(folder, place).known()) == 4


def test_where_no_index_can_be_the_library_works_without_one(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "inside").mkdir()
    for place in (tmp_path / "file" / "index.sqlite", tmp_path / "inside"):
        shelf = Library(folder, place)
        assert len(shelf.refresh()) == 4
        assert "cannot be used" in shelf.told
        assert shelf.known() == []


def test_an_index_that_another_program_keeps_is_done_without(
    folder: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Library(folder, place).refresh()
    monkeypatch.setattr(index, "PATIENCE", 0.05)
    db = sqlite3.connect(place, isolation_level=None)
    db.execute("BEGIN EXCLUSIVE")
    shelf = Library(folder, place)
    assert shelf.refresh() == first
    assert "locked" in shelf.told
    db.execute("ROLLBACK")
    db.close()
    assert not place.with_name(place.name + DAMAGED).exists()
    assert Library(folder, place).known() == first


def test_two_programs_and_many_threads_read_at_once(folder: Path, place: Path, game: Path) -> None:
    for number in range(20):
        shutil.copy(game, folder / f"more{number}.mcap")
    code = "import sys, worlds; from pathlib import Path; from replays.library import Library\n"
    code += "worlds.add_folder('tests/tiny'); shelf = Library(Path(sys.argv[1]), Path(sys.argv[2]))\n"
    code += "print(len(shelf.refresh()), shelf.told)"
    command = [sys.executable, "-c", code, str(folder), str(place)]
    others = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(len(Library(folder, place).refresh()))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [other.communicate()[0].strip() for other in others] == ["24", "24"]
    assert found == [24] * 4
    assert len(Library(folder, place).known()) == 24


def test_names_that_are_no_text_are_listed_too(folder: Path, place: Path, game: Path) -> None:
    if sys.platform != "linux":
        pytest.skip("its names of files are bytes")
    odd = os.fsdecode(b"odd \xff name.mcap")
    shutil.copy(game, folder / odd)
    shelf = Library(folder, place)
    shelf.rename(only(shelf.refresh(), odd), "Even")
    assert only(Library(folder, place).known(), odd).own_name == "Even"
    place.unlink()
    assert only(Library(folder, place).refresh(), odd).own_name == "Even"


# --- names and tags ------------------------------------------------------------------------------------------------


def test_names_and_tags_outlive_a_lost_index_and_a_copied_folder(folder: Path, place: Path, tmp_path: Path) -> None:
    before = (folder / "new.mcap").read_bytes()
    shelf = Library(folder, place)
    shelf.tag(shelf.rename(shelf.refresh()[0], " Überholt! ## 100 % "), ["Gut", "gut", "sehr gut", ""])
    assert (folder / "new.mcap").read_bytes() == before
    place.unlink()
    shutil.copytree(folder, tmp_path / "copy")
    for where in (folder, tmp_path / "copy"):
        entry = only(Library(where, place).refresh(), "new.mcap")
        assert (entry.name, entry.own_name, entry.tags) == ("Überholt! ## 100 %",) * 2 + (("gut", "sehr gut"),)
    cleared = shelf.tag(shelf.rename(shelf.refresh()[0], ""), [])
    assert (cleared.name, cleared.tags) == ("new", ())
    assert json.loads((folder / OWN / "labels.json").read_text())["recordings"] == {}


@pytest.mark.parametrize("damage", ["lost", "noise", "other values", "deep"])
def test_labels_that_are_lost_or_damaged_come_back_from_the_index(damage: str, folder: Path, place: Path) -> None:
    shelf = Library(folder, place)
    shelf.rename(shelf.refresh()[0], "Mine")
    labels = folder / OWN / "labels.json"
    texts = {"noise": "\x00{", "other values": '{"recordings": {"new.mcap": 3}}', "deep": "[" * 100_000}
    labels.unlink() if damage == "lost" else labels.write_text(texts[damage])
    assert only(Library(folder, place).refresh(), "new.mcap").own_name == "Mine"
    shelf.rename(only(shelf.refresh(), "old.mcap"), "Yours")
    place.unlink()
    assert [entry.own_name for entry in Library(folder, place).refresh()[:2]] == ["Mine", "Yours"]
    assert (folder / OWN / "labels.json.damaged").exists() == (damage != "lost")


@pytest.mark.parametrize("name", ["x" * 101, "two\nlines", "bell\a"])
def test_names_that_cannot_be_shown_are_refused(name: str, folder: Path, place: Path) -> None:
    shelf = Library(folder, place)
    entry = shelf.refresh()[0]
    with pytest.raises(Refused, match="cannot be given"):
        shelf.rename(entry, name)
    with pytest.raises(Refused, match="cannot be given"):
        shelf.tag(entry, [name])
    with pytest.raises(Refused, match="21 tags"):
        shelf.tag(entry, map(str, range(21)))
    assert not (folder / OWN).exists()


# --- the trash, and what was cut short -----------------------------------------------------------------------------


def test_what_is_deleted_comes_back_with_its_name(folder: Path, place: Path) -> None:
    shelf = Library(folder, place)
    entry = shelf.rename(shelf.refresh()[0], "Mine")
    data = entry.path.read_bytes()
    shelf.delete(entry.path)
    shelf.delete(folder / "old.mcap")
    assert named(shelf.refresh()) == ["damaged.mcap", "foreign.mcap"]
    assert shelf.undo() == folder / "old.mcap"
    (folder / "new.mcap").write_bytes(FOREIGN)  # meanwhile another of this name came
    assert Library(folder, place).undo() == folder / "new 2.mcap"  # by the next program, too
    assert (folder / "new 2.mcap").read_bytes() == data
    found = shelf.refresh()
    assert only(found, "new 2.mcap").own_name == "Mine"
    assert only(found, "new.mcap").own_name == ""
    assert shelf.undo() is None


def test_the_trash_is_emptied_after_some_days(folder: Path, place: Path) -> None:
    shelf = Library(folder, place)
    shelf.rename(shelf.refresh()[0], "Mine")
    young = shelf.delete(folder / "old.mcap")
    old = shelf.delete(folder / "new.mcap")
    age = int((files.KEPT_DAYS + 1) * 86400e9)
    old.rename(old.with_name(f"{time.time_ns() - age}-new.mcap"))
    shelf.refresh()
    assert files.deleted(folder) == [young]


def test_nothing_is_done_to_what_is_being_recorded(folder: Path, place: Path) -> None:
    simulation = Simulation(worlds.get("beacon"))
    with replays.record(folder / "now.mcap") as recorder:
        recorder.begin(simulation)
        shelf = Library(folder, place)
        (entry,) = [entry for entry in shelf.refresh() if entry.state == "recording"]
        assert entry.name == "now"
        for act in (shelf.delete, shelf.keep):
            with pytest.raises(Refused, match=r"now\.mcap\.\d+\.part' is being written"):
                act(entry.path)
        assert files.cut_short(folder) == []
    assert only(shelf.refresh(), "now.mcap").state == "whole"


def test_what_a_killed_program_left_is_kept_under_a_free_name(folder: Path, place: Path, game: Path) -> None:
    data = game.read_bytes()[:-400]
    for number in (7, 8):
        (folder / f"new.mcap.{number}.part").write_bytes(data)
    parts = files.cut_short(folder)
    assert [part.name for part in parts] == ["new.mcap.7.part", "new.mcap.8.part"]
    shelf = Library(folder, place)
    entry = only(shelf.refresh(), "new.mcap.7.part")
    assert (entry.state, entry.name, entry.summary.cut) == ("part", "new", True)
    shelf.rename(entry, "Mine")
    assert shelf.keep(parts[0]) == folder / "new 2.mcap"
    assert (folder / "new 2.mcap").read_bytes() == data
    shelf.delete(parts[1])
    assert files.cut_short(folder) == []
    entry = only(shelf.refresh(), "new 2.mcap")
    assert (entry.state, entry.own_name) == ("cut", "Mine")
    assert replays.open(entry.path).truncated
    assert shelf.undo() == folder / "new.mcap.8.part"
    with pytest.raises(Refused, match="is finished"):
        shelf.keep(folder / "new.mcap")


def test_what_is_gone_is_refused_in_a_sentence(folder: Path, place: Path) -> None:
    shelf = Library(folder, place)
    for act, name in (
        (shelf.delete, "gone.mcap"),
        (shelf.delete, "gone.mcap.1.part"),
        (shelf.keep, "gone.mcap.1.part"),
    ):
        with pytest.raises(Refused, match=r"gone\.mcap.* cannot be (deleted|kept): No such file"):
            act(folder / name)
