"""Writing files: whole or not at all, and nothing that a killed writer left stays for good."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from worlds.kit.writing import file_problem, folder_problem, write_bytes, writing

WRITER = (
    "import sys, time; from pathlib import Path; from worlds.kit.writing import writing\n"
    "with writing(Path(sys.argv[1])) as file:\n"
    "    file.write(b'half'); file.flush(); print('writing', flush=True); time.sleep(600)"
)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "new" / "x"
    write_bytes(path, b"first")

    def fail() -> None:
        with writing(path) as file:
            file.write(b"second")
            assert path.read_bytes() == b"first"
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert path.read_bytes() == b"first"
    with writing(path) as file:
        file.write(b"third")
    assert path.read_bytes() == b"third"
    assert names(path.parent) == ["x"]


def test_what_a_killed_writer_left_is_removed_and_what_a_living_one_writes_is_not(tmp_path: Path) -> None:
    path = tmp_path / "x"
    strangers = [".x.tmp", ".x.1.tmp.txt", "x.1.tmp", ".y.1.tmp"]
    for name in strangers:
        (tmp_path / name).touch()
    with subprocess.Popen([sys.executable, "-c", WRITER, path], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "writing\n"
        left = f".x.{child.pid}.tmp"
        write_bytes(path, b"mine")
        assert names(tmp_path) == sorted([*strangers, left, "x"])
        child.kill()
    assert (tmp_path / left).read_bytes() == b"half"
    write_bytes(path, b"mine too")
    assert path.read_bytes() == b"mine too"
    assert names(tmp_path) == sorted([*strangers, "x"])


def test_two_writers_do_not_meet(tmp_path: Path) -> None:
    with writing(tmp_path / "x") as first, writing(tmp_path / "x") as second:
        first.write(b"first")
        second.write(b"second")
    assert (tmp_path / "x").read_bytes() == b"first"  # the one that ended last
    assert names(tmp_path) == ["x"]


def test_a_link_stays_and_what_it_leads_to_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "far" / "x")
    for data in (b"first", b"second"):
        write_bytes(tmp_path / "link", data)
        assert (tmp_path / "link").is_symlink()
        assert (tmp_path / "far" / "x").read_bytes() == data
    assert names(tmp_path / "far") == ["x"]


@pytest.mark.parametrize("name", [".", "..", "folder", "folder/..", "file/x", "file/far/x", "pipe", "a\0b"])
def test_places_where_no_file_can_be(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    os.mkfifo(tmp_path / "pipe")
    before = names(tmp_path)
    assert file_problem(Path(name))
    with pytest.raises(OSError) as refusal:
        write_bytes(Path(name), b"x")
    assert refusal.value.filename == str(Path(name))
    assert names(tmp_path) == before
    assert file_problem(Path("folder/new/x")) is None


def test_places_where_no_folder_can_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").touch()
    assert folder_problem(Path("file")) == "is a file, not a folder"
    assert folder_problem(Path("file/far/x")) == "cannot be there: 'file' is a file"
    assert [folder_problem(Path(name)) for name in (".", "", "..", "new/x")] == [None] * 4


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_errors_name_the_file_that_the_user_knows(tmp_path: Path) -> None:
    def fill() -> None:
        with writing(tmp_path / "x") as file, Path("/dev/full").open("wb") as device:
            os.dup2(device.fileno(), file.fileno())
            file.write(bytes(100_000))

    with pytest.raises(OSError, match="No space left") as full:
        fill()
    assert full.value.filename == str(tmp_path / "x")
    assert names(tmp_path) == []
    with pytest.raises(FileNotFoundError) as other, writing(tmp_path / "x"):
        (tmp_path / "another").read_bytes()
    assert other.value.filename == str(tmp_path / "another")
