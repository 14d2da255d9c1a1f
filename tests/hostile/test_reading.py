"""Files of strangers: regular ones of a bounded size are read, everything else is refused at once."""

import os
from pathlib import Path

import pytest

from simulator.engine.reading import read_bytes, read_text
from worlds.world import Refused


def test_a_file_of_just_the_size_is_read(tmp_path: Path) -> None:
    file = tmp_path / "x"
    file.write_bytes(b"12345678")
    assert read_bytes(file, 8) == b"12345678"
    with pytest.raises(Refused, match="larger than 7 bytes"):
        read_bytes(file, 7)


def test_what_may_be_large_needs_room_for_what_it_is(tmp_path: Path) -> None:
    """Room for the most that was allowed was made before: with little memory, no run could go on."""
    file = tmp_path / "x"
    file.write_bytes(b"12345678")
    assert read_bytes(file, 2**62) == b"12345678"


def test_a_file_that_is_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "x"
    with file.open("wb") as sparse:
        sparse.truncate(2**40)
    with pytest.raises(Refused, match="larger than 1,099,511,627,775 bytes"):
        read_bytes(file, 2**40 - 1)


def test_text_is_utf8_with_or_without_a_mark(tmp_path: Path) -> None:
    file = tmp_path / "x"
    file.write_bytes(b"\xef\xbb\xbf\xc3\xbc")
    assert read_text(str(file), 5) == "ü"
    file.write_bytes(b"ab\xff")
    with pytest.raises(Refused, match="not UTF-8 text: byte 2"):
        read_text(file, 5)


def test_what_is_no_regular_file_is_refused_at_once(tmp_path: Path) -> None:
    places: list[str | Path] = [tmp_path, tmp_path / "none", tmp_path / ("n" * 300), "a\0b"]
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        (tmp_path / "link").symlink_to("/dev/zero")
        (tmp_path / "loop").symlink_to(tmp_path / "loop")
        places += [tmp_path / "pipe", tmp_path / "link", tmp_path / "loop"]
    for place in places:
        with pytest.raises(Refused, match="cannot be read"):
            read_bytes(place, 100)


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="there are no files that tell a size of 0")
def test_a_file_that_tells_no_size_is_measured_as_it_is_read() -> None:
    assert read_bytes("/proc/self/statm", 1000)
    with pytest.raises(Refused, match="larger than 3 bytes"):
        read_bytes("/proc/self/statm", 3)
