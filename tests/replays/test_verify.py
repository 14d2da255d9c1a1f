"""Verification finds every change, and says at which tick and in which fields."""

import itertools
from pathlib import Path

import numpy as np
import pytest

import replays
from replays import format
from replays.proofs import Proofs, Prover
from replays.recorder import Log
from simulator.app import cli
from tests.replays.files import TICKS, rewrite, tick_of, whole_ticks
from worlds.world import Refused, World


def tampered(source: Path, target: Path, world: World, tick: int, field: str, change: int) -> Path:
    kind = tick_of(world)

    def edit(topic: str, position: int, data: bytes) -> list[tuple[str, int, bytes]]:
        if topic == format.TICK and position == tick:
            row = np.frombuffer(data, kind).copy()
            row[field].flat[0] = (int(row[field].flat[0]) + change) % (
                world.action_sizes[0] if field == "actions" else 256 ** row[field].dtype.itemsize
            )
            data = row.tobytes()
        return [(topic, position, data)]

    return rewrite(source, target, edit)


def test_an_untouched_recording_is_confirmed(recording: Path) -> None:
    told: list[tuple[int, int]] = []
    verdict = replays.verify(recording, progress=lambda done, of: told.append((done, of)))
    assert verdict.ok
    assert verdict.json() == {
        "ok": True, "ticks": TICKS, "tick": None, "fields": [], "truncated": False,
        "sentence": f"all {TICKS} ticks of {str(recording)!r} are what the rules give",
    }  # fmt: skip
    assert told[-1] == (TICKS, TICKS)


@pytest.mark.parametrize("tick", [1, 33, 78, TICKS - 40])
def test_a_changed_action_is_found(tick: int, recording: Path, tag: World, tmp_path: Path) -> None:
    verdict = replays.verify(tampered(recording, tmp_path / "x.mcap", tag, tick, "actions", 1))
    assert not verdict.ok
    assert verdict.tick == tick
    assert "action" in verdict.fields
    assert set(verdict.fields) <= set(tag.record.names or ())
    assert verdict.sentence.endswith(f"differs from the rules at tick {tick}, in {', '.join(verdict.fields)}")


def test_a_changed_checksum_is_found(recording: Path, tag: World, tmp_path: Path) -> None:
    verdict = replays.verify(tampered(recording, tmp_path / "x.mcap", tag, 60, "marks", 1))
    assert (verdict.ok, verdict.tick, verdict.fields) == (False, 60, (tag.record.names or ())[:1])


def test_a_field_whose_byte_is_equal_by_chance_is_found_by_the_check_of_all(
    recording: Path, tag: World, tmp_path: Path
) -> None:
    path = tampered(recording, tmp_path / "x.mcap", tag, 60, "check", 1)
    replay = replays.open(path)
    replay.seek(60)
    assert replay.diverged == (60, ())
    verdict = replays.verify(path)
    assert (verdict.ok, verdict.tick, verdict.fields) == (False, 60, ())
    assert verdict.sentence.endswith("differs from the rules at tick 60, in a field that its proof does not name")


def test_what_no_byte_names_is_named_by_the_next_tick_that_does(recording: Path, tag: World, tmp_path: Path) -> None:
    first = tampered(recording, tmp_path / "x.mcap", tag, 60, "check", 1)
    verdict = replays.verify(tampered(first, tmp_path / "y.mcap", tag, 62, "marks", 1))
    assert (verdict.tick, verdict.fields) == (60, (tag.record.names or ())[:1])


@pytest.mark.parametrize("form", [1, 2])
def test_recordings_of_older_formats_are_held_against_a_checksum_a_field(
    form: int, recording: Path, tag: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticks = whole_ticks(recording)
    wrong = np.frombuffer(ticks[60], tick_of(tag, form)).copy()
    wrong["crcs"][0, 2] ^= 1 << 31
    with monkeypatch.context() as older, recording.open("rb") as file:
        older.setattr(format, "FORMAT", form)
        reader = format.Reader(file, recording, recording.stat().st_size)
        types = {format.TICK: tick_of(tag, form), format.KEYFRAME: tag.record}
        logs = [Log(tmp_path / name, reader.description, types, tag.timing.tick) for name in ("old", "wrong")]
        for topic, position, data in reader.messages():
            if not topic.startswith(format.THOUGHT):
                logs[0].add(topic, position, ticks[position] if topic == format.TICK else data)
                changed = wrong.tobytes() if position == 60 else ticks.get(position, b"")
                logs[1].add(topic, position, changed if topic == format.TICK else data)
        for log in logs:
            log.finish()
    assert replays.verify(tmp_path / "old").ok
    verdict = replays.verify(tmp_path / "wrong")
    assert (verdict.ok, verdict.tick, verdict.fields) == (False, 60, (tag.record.names or ())[2:3])


def test_proofs_find_every_flipped_bit_of_a_field(tag: World) -> None:
    """A checksum that differs in one place of 32 bits or fewer cannot be equal for all: no chance is left there."""
    crcs = np.random.default_rng(0).integers(0, 2**32, len(tag.record.names or ()), np.uint32)
    row, prover = np.zeros((3, 1), tick_of(tag)), Prover(len(crcs))
    for each, told in zip(row, (crcs ^ 5, crcs, crcs ^ 9), strict=True):
        prover.prove(each, told.tolist())
    proofs = Proofs(row[:, 0])
    assert proofs.differing(1, crcs.tolist()) is None
    for field, bit in itertools.product(range(len(crcs)), range(32)):
        other = crcs.copy()
        other[field] ^= np.uint32(1 << bit)
        assert proofs.differing(1, other.tolist()) == ([field] if bit < 8 else [])


def test_a_changed_return_is_found(recording: Path, tmp_path: Path) -> None:
    def edit(topic: str, position: int, data: bytes) -> list[tuple[str, int, bytes]]:
        if topic == format.EPISODE and b'"ended"' in data:
            data = data.replace(b'"returns":[', b'"returns":[1')
        return [(topic, position, data)]

    verdict = replays.verify(rewrite(recording, tmp_path / "x.mcap", edit))
    assert (verdict.ok, verdict.fields) == (False, ("score",))
    first = next(span for span in replays.open(recording).episodes if span.returns is not None)
    assert verdict.tick == first.end


def test_a_changed_state_is_found(recording: Path, tag: World, tmp_path: Path) -> None:
    at = replays.open(recording).keyframes[3]

    def edit(topic: str, position: int, data: bytes) -> list[tuple[str, int, bytes]]:
        if topic == format.KEYFRAME and position == at:
            state = np.frombuffer(data, tag.record).copy()
            state["heading"][0, 1] += 0.5 if state["heading"][0, 1] < 0.0 else -0.5
            data = state.tobytes()
        return [(topic, position, data)]

    verdict = replays.verify(rewrite(recording, tmp_path / "x.mcap", edit))
    assert (verdict.ok, verdict.tick, verdict.fields) == (False, at, ("heading",))


def test_a_left_out_intervention_is_found(recording: Path, tmp_path: Path) -> None:
    def edit(topic: str, position: int, data: bytes) -> list[tuple[str, int, bytes]]:
        return [] if topic == format.CONTROL and position == 180 else [(topic, position, data)]

    verdict = replays.verify(rewrite(recording, tmp_path / "x.mcap", edit))
    assert (verdict.ok, verdict.tick) == (False, 180)
    assert {"trial", "task_key"} <= set(verdict.fields)


def test_a_replay_that_diverged_plays_on_from_the_recorded_states(recording: Path, tag: World, tmp_path: Path) -> None:
    wrong = replays.open(tampered(recording, tmp_path / "x.mcap", tag, 33, "actions", 1))
    right = replays.open(recording)
    while wrong.forward():
        right.forward()
    assert wrong.diverged is not None
    assert wrong.diverged.tick == 33
    assert wrong.simulation.hash() == right.simulation.hash()
    wrong.seek(35)
    there = wrong.simulation.hash()
    wrong.seek(200)
    wrong.seek(35)
    assert wrong.simulation.hash() == there
    assert wrong.diverged.tick == 33


def test_what_is_left_of_a_cut_recording_is_confirmed(recording: Path, tmp_path: Path) -> None:
    (tmp_path / "x.mcap").write_bytes(recording.read_bytes()[: recording.stat().st_size // 2])
    verdict = replays.verify(tmp_path / "x.mcap")
    assert verdict.ok
    assert verdict.truncated
    assert 0 < verdict.ticks < TICKS
    assert verdict.sentence.endswith("what the rules give; there the recording was cut short: it plays to that tick")


def test_what_cannot_be_played_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.mcap").write_text("hello")
    with pytest.raises(Refused, match="is not a Crossplay replay"):
        replays.verify(tmp_path / "x.mcap")


def test_the_command_tells_a_cut_recording_from_a_damaged_one(
    short: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, place = short.read_bytes(), tmp_path / "x.mcap"
    place.write_bytes(data[:-400])  # within its index: every tick is there
    assert cli.run(["verify", str(place)]) == 3
    said = f"ticks of {str(place)!r} are what the rules give; there the recording was cut short: it plays to that tick"
    assert said in capsys.readouterr().out
    place.write_bytes(data[:-400] + bytes([data[-400] ^ 1]) + data[-399:])
    assert cli.run(["verify", str(place)]) == 2
    assert f"replay {str(place)!r} is damaged: " in capsys.readouterr().err
