"""Folders where files belong, files where folders belong, run folders in use or damaged: one sentence each."""

import sys
from pathlib import Path

import pytest

from simulator.app import cli
from tests.hostile.harness import refused
from worlds.kit.locks import try_hold

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="limits of Unix")

PLACES: dict[str, tuple[list[str], str]] = {
    "agent": (["watch", "bandit", "--agent", "."], "'.' is no agent"),
    "evaluate": (["evaluate", "."], "'.' is no agent"),
    "evaluate nothing": (["evaluate", ""], "'' is no agent"),
    "record": (["play", "bandit", "--record", "."], "--record '.' is a folder"),
    "record nothing": (["play", "bandit", "--record", ""], "--record is '': it takes a path"),
    "record below a file": (["play", "bandit", "--record", "file/x.mcap"], "is a file"),
    "screenshot": (["watch", "bandit", "--screenshot", ".."], "--screenshot '..' is a folder"),
    "replay": (["replay", ""], "FILE is '': it takes a path"),
    "verify": (["verify", "."], "is not a file"),
    "export": (["export", "file", "folder.gif"], "'folder.gif' is a folder, not a file"),
    "train": (["train", "bandit", "--out", "file"], "run folder 'file' is a file, not a folder"),
    "train below a file": (["train", "bandit", "--out", "file/run"], "'file' is a file"),
    "train on nothing": (["train", "bandit", "--out", "none", "--resume"], "holds nothing to resume"),
    "start": (["train", "bandit", "--out", "none", "--start", "."], "'.' is no agent"),
    "write": (["sumo", "--write", "file"], "folder 'file' is a file, not a folder"),
    "golden": (["golden", "bandit", "--out", "."], "--out '.' is a folder"),
}

IN_A_PROCESS = ("agent", "record")  # of their own; the others share this one, which is faster


def refused_here(arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(arguments) == 2
    sentence = capsys.readouterr().err
    assert says in sentence
    assert sentence.startswith("crossplay: ")
    assert sentence.count("\n") == 1


@pytest.mark.parametrize("name", PLACES)
def test_places_that_are_something_else(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_bytes(b"precious")
    (tmp_path / "folder.gif").mkdir()
    monkeypatch.chdir(tmp_path)
    arguments, says = PLACES[name]
    if name in IN_A_PROCESS:
        refused(*arguments, says=says, cwd=tmp_path)
    else:
        refused_here(arguments, says, capsys)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder.gif"]
    assert (tmp_path / "file").read_bytes() == b"precious"


def test_folders_to_write_into_are_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By every command alike: a game in the window, a golden replay, a film, tables, roads as SUMO's files."""
    film, places = tmp_path / "games" / "of today" / "x.mcap", [tmp_path / "a" / name for name in ("b.mcap", "c/d.csv")]
    golden, table = map(str, places)
    roads = tmp_path / "roads" / "new"
    for words in (
        ["watch", "bandit", "--record", str(film), "--seconds", "0.2"],
        ["golden", "bandit", "--out", golden],
        ["export", golden, table],
        ["sumo", "--write", str(roads)],
    ):
        assert cli.run(words) == 0, capsys.readouterr().err
    assert f"wrote {film}" in capsys.readouterr().out
    assert film.is_file()
    assert all(place.is_file() for place in places)
    assert any(roads.iterdir())


def test_a_run_folder_in_use_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lock = try_hold(tmp_path / ".lock")
    assert lock is not None
    with lock:
        refused_here(["train", "bandit", "--out", str(tmp_path)], "is training in run folder", capsys)
    assert [path.name for path in tmp_path.iterdir()] == [".lock"]


def test_a_checkpoint_without_its_run_is_not_replaced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "checkpoint").mkdir()
    refused_here(["train", "bandit", "--out", str(tmp_path)], "a checkpoint, which a new run would replace", capsys)


def test_a_damaged_state_is_refused(tmp_path: Path) -> None:
    (tmp_path / "resume").mkdir()
    (tmp_path / "resume" / "state.json").write_bytes(b"[" * 100_000)
    refused("train", "bandit", "--out", tmp_path, "--resume", says="is damaged, so the run cannot go on")
