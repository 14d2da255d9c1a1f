"""What a user does with recordings: names and tags, the trash, and what a killed program left."""

import json
import shutil
import time
from pathlib import Path

import pytest

import replays
import worlds
from replays import files
from replays.labels import OWN
from replays.library import Library
from simulator.engine import Simulation
from tests.replays.shelves import FOREIGN, named, only
from worlds.world import Refused

# --- names and tags ------------------------------------------------------------------------------------------------


def test_names_and_tags_outlive_a_lost_index_and_a_copied_folder(shelf: Path, place: Path, tmp_path: Path) -> None:
    before = (shelf / "new.mcap").read_bytes()
    kept = Library(shelf, place)
    kept.tag(kept.rename(kept.refresh()[0], " Überholt! ## 100 % "), ["Gut", "gut", "sehr gut", ""])
    assert (shelf / "new.mcap").read_bytes() == before
    place.unlink()
    shutil.copytree(shelf, tmp_path / "copy")
    for where in (shelf, tmp_path / "copy"):
        entry = only(Library(where, place).refresh(), "new.mcap")
        assert (entry.name, entry.own_name, entry.tags) == ("Überholt! ## 100 %",) * 2 + (("gut", "sehr gut"),)
    cleared = kept.tag(kept.rename(kept.refresh()[0], ""), [])
    assert (cleared.name, cleared.tags) == ("new", ())
    assert json.loads((shelf / OWN / "labels.json").read_text())["recordings"] == {}


@pytest.mark.parametrize("damage", ["lost", "noise", "other values", "deep"])
def test_labels_that_are_lost_or_damaged_come_back_from_the_index(damage: str, shelf: Path, place: Path) -> None:
    kept = Library(shelf, place)
    kept.rename(kept.refresh()[0], "Mine")
    labels = shelf / OWN / "labels.json"
    texts = {"noise": "\x00{", "other values": '{"recordings": {"new.mcap": 3}}', "deep": "[" * 100_000}
    labels.unlink() if damage == "lost" else labels.write_text(texts[damage])
    assert only(Library(shelf, place).refresh(), "new.mcap").own_name == "Mine"
    kept.rename(only(kept.refresh(), "old.mcap"), "Yours")
    place.unlink()
    assert [entry.own_name for entry in Library(shelf, place).refresh()[:2]] == ["Mine", "Yours"]
    assert (shelf / OWN / "labels.json.damaged").exists() == (damage != "lost")


@pytest.mark.parametrize("name", ["x" * 101, "two\nlines", "bell\a"])
def test_names_that_cannot_be_shown_are_refused(name: str, shelf: Path, place: Path) -> None:
    kept = Library(shelf, place)
    entry = kept.refresh()[0]
    with pytest.raises(Refused, match="cannot be given"):
        kept.rename(entry, name)
    with pytest.raises(Refused, match="cannot be given"):
        kept.tag(entry, [name])
    with pytest.raises(Refused, match="21 tags"):
        kept.tag(entry, map(str, range(21)))
    assert not (shelf / OWN).exists()


# --- the trash, and what was cut short -----------------------------------------------------------------------------


def test_what_is_deleted_comes_back_with_its_name(shelf: Path, place: Path) -> None:
    kept = Library(shelf, place)
    entry = kept.rename(kept.refresh()[0], "Mine")
    data = entry.path.read_bytes()
    kept.delete(entry.path)
    kept.delete(shelf / "old.mcap")
    assert named(kept.refresh()) == ["damaged.mcap", "foreign.mcap"]
    assert kept.undo() == shelf / "old.mcap"
    (shelf / "new.mcap").write_bytes(FOREIGN)  # meanwhile another of this name came
    assert Library(shelf, place).undo() == shelf / "new 2.mcap"  # by the next program, too
    assert (shelf / "new 2.mcap").read_bytes() == data
    found = kept.refresh()
    assert only(found, "new 2.mcap").own_name == "Mine"
    assert only(found, "new.mcap").own_name == ""
    assert kept.undo() is None


def test_the_trash_is_emptied_after_some_days(shelf: Path, place: Path) -> None:
    kept = Library(shelf, place)
    kept.rename(kept.refresh()[0], "Mine")
    young = kept.delete(shelf / "old.mcap")
    old = kept.delete(shelf / "new.mcap")
    age = int((files.KEPT_DAYS + 1) * 86400e9)
    old.rename(old.with_name(f"{time.time_ns() - age}-new.mcap"))
    kept.refresh()
    assert files.deleted(shelf) == [young]


def test_nothing_is_done_to_what_is_being_recorded(shelf: Path, place: Path) -> None:
    simulation = Simulation(worlds.get("beacon"))
    with replays.record(shelf / "now.mcap") as recorder:
        recorder.begin(simulation)
        kept = Library(shelf, place)
        (entry,) = [entry for entry in kept.refresh() if entry.state == "recording"]
        assert entry.name == "now"
        for act in (kept.delete, kept.keep):
            with pytest.raises(Refused, match=r"now\.mcap\.\d+\.part' is being written"):
                act(entry.path)
        assert files.cut_short(shelf) == []
    assert only(kept.refresh(), "now.mcap").state == "whole"


def test_what_a_killed_program_left_is_kept_under_a_free_name(shelf: Path, place: Path, small_game: Path) -> None:
    data = small_game.read_bytes()[:-400]
    for number in (7, 8):
        (shelf / f"new.mcap.{number}.part").write_bytes(data)
    parts = files.cut_short(shelf)
    assert [part.name for part in parts] == ["new.mcap.7.part", "new.mcap.8.part"]
    kept = Library(shelf, place)
    entry = only(kept.refresh(), "new.mcap.7.part")
    assert (entry.state, entry.name, entry.summary.cut) == ("part", "new", True)
    kept.rename(entry, "Mine")
    assert kept.keep(parts[0]) == shelf / "new 2.mcap"
    assert (shelf / "new 2.mcap").read_bytes() == data
    kept.delete(parts[1])
    assert files.cut_short(shelf) == []
    entry = only(kept.refresh(), "new 2.mcap")
    assert (entry.state, entry.own_name) == ("cut", "Mine")
    assert replays.open(entry.path).truncated
    assert kept.undo() == shelf / "new.mcap.8.part"
    with pytest.raises(Refused, match="is finished"):
        kept.keep(shelf / "new.mcap")


def test_what_is_gone_is_refused_in_a_sentence(shelf: Path, place: Path) -> None:
    kept = Library(shelf, place)
    for act, name in (
        (kept.delete, "gone.mcap"),
        (kept.delete, "gone.mcap.1.part"),
        (kept.keep, "gone.mcap.1.part"),
    ):
        with pytest.raises(Refused, match=r"gone\.mcap.* cannot be (deleted|kept): No such file"):
            act(shelf / name)


@pytest.mark.parametrize("linked", ["", "trash", "labels.json", "lock"])
def test_no_link_beside_recordings_leads_the_library_elsewhere(linked: str, shelf: Path, place: Path) -> None:
    """Whoever made a folder of recordings may have put links there, to files of the user's own."""
    outside = shelf.parent / "outside"
    (outside / "trash").mkdir(parents=True)
    old = outside / "trash" / "1000000000000000-photos.tar"
    old.write_text("precious")
    (outside / "1000000000000000-photos.tar").write_text("precious")
    (outside / "labels.json").write_text("{}")
    shutil.rmtree(shelf / OWN, ignore_errors=True)
    if linked:
        (shelf / OWN).mkdir()
        (shelf / OWN / linked).symlink_to(outside / linked if linked == "labels.json" else outside)
    else:
        (shelf / OWN).symlink_to(outside)
    kept = Library(shelf, place)
    entry = kept.refresh()[0]
    with pytest.raises(Refused, match="link"):
        kept.rename(entry, "Mine")
    with pytest.raises(Refused, match="link"):
        kept.delete(entry.path)
    assert entry.path.exists()
    assert sorted(path.read_text() for path in outside.rglob("*") if path.is_file()) == ["precious", "precious", "{}"]
