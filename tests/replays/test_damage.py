"""Cut, flipped and foreign files: each plays to its last whole chunk, or one sentence refuses it."""

import json
import os
from pathlib import Path

import numpy as np
import pytest
from mcap.opcode import Opcode
from mcap.writer import Writer

import replays
import worlds
from replays import format
from replays.chunks import MAGIC
from replays.playback import Playback
from replays.track import Loader
from simulator.engine import Simulation
from tests.replays.files import outcome, record_ends
from worlds.world import Refused


def test_cut_at_every_record_it_plays_to_the_last_whole_chunk(short: Path, tmp_path: Path) -> None:
    data, path = short.read_bytes(), tmp_path / "cut.mcap"
    lengths = []
    for end in record_ends(short)[:-1]:
        path.write_bytes(data[:end])
        found = outcome(path)
        if isinstance(found, str):
            assert "is damaged: it ends before its description" in found or "it holds no whole chunk" in found
            continue
        assert found.truncated
        assert found.diverged is None
        lengths.append(found.length)
    assert lengths == sorted(lengths)
    assert set(lengths) == set(replays.open(short).keyframes)


def test_cut_anywhere_it_plays_or_is_refused(short: Path, tmp_path: Path) -> None:
    data, path = short.read_bytes(), tmp_path / "cut.mcap"
    ends = record_ends(short)
    for end in np.random.default_rng(1).integers(0, len(data), 200):
        path.write_bytes(data[:end])
        found = outcome(path)
        if isinstance(found, str):
            assert end < ends[2], found  # before the first chunk was whole
        else:
            assert found.truncated
            assert found.diverged is None


@pytest.mark.parametrize("part", ["anywhere", "its end", "begins of records"])
def test_with_any_bit_flipped_it_is_damaged_not_cut(part: str, short: Path, tmp_path: Path) -> None:
    data, path, ends = short.read_bytes(), tmp_path / "flipped.mcap", record_ends(short)
    bits = {
        "anywhere": np.random.default_rng(2).integers(0, 8 * len(data), 200).tolist(),
        "its end": list(range(8 * (len(data) - 40), 8 * len(data))),
        "begins of records": [8 * at + bit for at in ends[:-1] for bit in range(0, 72, 5)],  # kind and length
    }[part]
    for bit in bits:
        wrong = bytearray(data)
        wrong[bit // 8] ^= 1 << (bit % 8)
        path.write_bytes(wrong)
        found = outcome(path)
        assert isinstance(found, str), f"bit {bit} of {8 * len(data)}"
        assert "damaged" in found or "not a Crossplay replay" in found or "has format" in found


def test_a_flipped_length_where_a_recording_was_cut_is_damage_too(short: Path, tmp_path: Path) -> None:
    path, ends = tmp_path / "torn.mcap", record_ends(short)
    chunk = next(end for end in ends if short.read_bytes()[end] == Opcode.CHUNK and end > ends[2])
    torn = bytearray(short.read_bytes()[: chunk + 200])
    path.write_bytes(torn)
    found = outcome(path)
    assert isinstance(found, Playback)
    assert found.truncated
    torn[chunk + 3] ^= 4  # its length is now 2¹⁸ greater
    path.write_bytes(torn)
    assert "is damaged: a chunk has another length than it says" in str(outcome(path))


def test_zeros_after_a_power_cut_are_no_damage(recording: Path, tmp_path: Path) -> None:
    data = recording.read_bytes()
    (tmp_path / "zeros.mcap").write_bytes(data[: len(data) // 2] + bytes(4096))
    (tmp_path / "chunk.mcap").write_bytes(data[: record_ends(recording)[8]] + bytes(4096))
    found = outcome(tmp_path / "chunk.mcap")
    assert isinstance(found, Playback)
    assert found.truncated
    assert isinstance(outcome(tmp_path / "zeros.mcap"), (Playback, str))


@pytest.mark.parametrize(
    "data",
    [b"", b"\n", b"GIF89a" + bytes(99), MAGIC, MAGIC + bytes(40), bytes(range(256)) * 40],
    ids=["empty", "newline", "gif", "magic", "zeros", "noise"],
)
def test_other_files_are_refused(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "x.mcap").write_bytes(data)
    assert isinstance(outcome(tmp_path / "x.mcap"), str)


def test_other_mcap_files_are_refused(tmp_path: Path) -> None:
    with (tmp_path / "x.mcap").open("wb") as file:
        writer = Writer(file)
        writer.start(profile="ros2")
        writer.add_metadata("crossplay", {})
        writer.finish()
    assert "is an MCAP file of profile 'ros2'" in str(outcome(tmp_path / "x.mcap"))


def test_missing_files_folders_and_pipes_are_refused(tmp_path: Path) -> None:
    assert "does not exist" in str(outcome(tmp_path / "nothing.mcap"))
    assert "is not a file" in str(outcome(tmp_path))
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.mcap")
        assert "is not a file" in str(outcome(tmp_path / "pipe.mcap"))


def test_a_refusal_names_the_file_and_one_reason(recording: Path, tmp_path: Path) -> None:
    path = tmp_path / "x.mcap"
    path.write_bytes(recording.read_bytes()[:-400] + bytes(range(1, 100)) * 4 + b"abcd")
    with pytest.raises(Refused) as refusal:
        replays.open(path)
    assert str(refusal.value).startswith(f"replay {str(path)!r} is damaged: ")


def test_user_worlds_need_their_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = worlds.get("beacon")
    with replays.record(tmp_path / "x.mcap") as recorder:
        recorder.begin(Simulation(world))
    monkeypatch.setattr(worlds, "_added", {})
    with pytest.raises(Refused, match="plays world 'beacon', which is not installed"):
        replays.open(tmp_path / "x.mcap")


def test_descriptions_are_plain_json(recording: Path) -> None:
    with recording.open("rb") as file:
        reader = format.Reader(file, recording, recording.stat().st_size)
        assert reader.description.kind == "replay"
        Loader(worlds.get("tag", seats=4), recording).load(reader)
    assert json.loads(reader.schemas[format.KEYFRAME].data)[0][0] == "world_key"
