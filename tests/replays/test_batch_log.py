"""Logs of whole batches: verified by blocks, cut, damaged, and one world taken out."""

from pathlib import Path

import numpy as np
import pytest

import replays
from replays import budgets, format
from replays.golden import hashed
from simulator.engine import Batch
from tests.replays.files import record_ends, rewrite
from worlds.world import Refused, World

N, DECISIONS = 6, 90


def actions_of(batch: Batch, decision: int) -> np.ndarray:
    shape = (batch.n, batch.L, len(batch.action_sizes))
    words = np.array([hashed(decision * 10_000 + i) % 1000 for i in range(int(np.prod(shape)))]).reshape(shape)
    return words % np.array(batch.action_sizes)


def run(world: World, path: Path, block: int = 8, keyframe_blocks: int = 3) -> Batch:
    """90 decisions of six worlds with two lanes, an exchange of drivers, a reset and two given tasks."""
    batch = Batch(
        world, N, seed=9, first_index=20, episodes_per_trial=2, lanes=[world.seats[0].name, world.seats[-1].name]
    )
    with replays.record_batch(path, batch, block=block, keyframe_blocks=keyframe_blocks) as log:
        log.reset()
        for decision in range(DECISIONS):
            if decision == 37:
                log.drive(2, 0, False)
            if decision == 58:
                log.reset(4)
            if decision == 63:
                log.begin_tasks(np.array([5, 1]), np.array([20, 77]), np.array([2, 9]))
            log.step(actions_of(batch, decision))
    return batch


@pytest.fixture(scope="module")
def log(tag: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("batch") / "log.mcap"
    run(tag, path)
    return path


def test_an_untouched_log_is_confirmed(log: Path) -> None:
    verdict = replays.verify(log)
    assert verdict.ok, verdict.sentence
    assert (verdict.ticks, verdict.truncated) == (DECISIONS, False)
    assert verdict.sentence == f"all {DECISIONS} decisions of {N} worlds in {str(log)!r} are what the rules give"


def test_a_world_taken_out_is_that_world(tag: World, tmp_path: Path) -> None:
    batch = run(tag, tmp_path / "log.mcap", 64, 16)
    for index in (0, 2, 5):
        replays.extract(tmp_path / "log.mcap", index, tmp_path / "one.mcap")
        assert replays.verify(tmp_path / "one.mcap").ok
        replay = replays.open(tmp_path / "one.mcap")
        replay.seek(replay.length)
        assert replay.simulation.snapshot() == batch.worlds[index].tobytes()
        assert replay.info["index"] == 20 + index
    with pytest.raises(Refused, match=r"world 6 is not in .*: it holds 0 to 5"):
        replays.extract(tmp_path / "log.mcap", 6, tmp_path / "six.mcap")
    assert not list(tmp_path.glob("six*"))


def test_a_batch_that_has_begun_is_logged_from_there(tag: World, tmp_path: Path) -> None:
    batch = Batch(tag, 3, seed=1)
    batch.reset()
    batch.step(actions_of(batch, 0))
    with replays.record_batch(tmp_path / "log.mcap", batch) as log:
        for decision in range(1, 10):
            log.step(actions_of(batch, decision))
    assert replays.verify(tmp_path / "log.mcap").ticks == 9


@pytest.mark.parametrize("block", [0, 3, 7])
def test_a_changed_action_is_found_in_its_block(block: int, log: Path, tag: World, tmp_path: Path) -> None:
    seen = []

    def edit(topic: str, position: int, data: bytes) -> list[tuple[str, int, bytes]]:
        if topic == format.BLOCK:
            seen.append(position)
            if len(seen) == block + 1:
                wrong = bytearray(data)
                at = -N * 2 * len(tag.action_sizes)  # the first world's in the last decision, of two lanes each
                wrong[at] = (wrong[at] + 1) % tag.action_sizes[0]
                data = bytes(wrong)
        return [(topic, position, data)]

    verdict = replays.verify(rewrite(log, tmp_path / "x.mcap", edit))
    first, last = ([0, *seen][block] + 1, seen[block])
    assert (verdict.ok, verdict.tick) == (False, first)
    assert f"differs from the rules in the block of decisions {first} to {last}" in verdict.sentence


def test_the_fields_are_named_at_the_next_states(log: Path, tag: World, tmp_path: Path) -> None:
    def edit(topic: str, position: int, data: bytes) -> list[tuple[str, int, bytes]]:
        if topic == format.KEYFRAME and position == 24:
            states = np.frombuffer(data[4:], tag.record).copy()
            states["heading"][3, 1] += 0.5 if states["heading"][3, 1] < 0.0 else -0.5
            data = data[:4] + states.tobytes()
        return [(topic, position, data)]

    verdict = replays.verify(rewrite(log, tmp_path / "x.mcap", edit))
    assert (verdict.ok, verdict.tick, verdict.fields) == (False, 24, ("heading",))
    assert verdict.sentence.endswith("differs from the rules at decision 24, in heading of world 3")


@pytest.mark.parametrize("beyond", [0, 200])
def test_actions_out_of_range_are_refused(beyond: int, log: Path, tag: World, tmp_path: Path) -> None:
    size = tag.action_sizes[0]

    def edit(topic: str, position: int, data: bytes) -> list[tuple[str, int, bytes]]:
        if topic == format.BLOCK:
            data = data[:20] + bytes([size + beyond]) + data[21:]
        return [(topic, position, data)]

    with pytest.raises(Refused, match=f"is damaged: an action in the block at decision 8 is not below {size}"):
        replays.verify(rewrite(log, tmp_path / "x.mcap", edit))


@pytest.mark.parametrize(("field", "value"), [("refuge", 10**12), ("tick", -1), ("pos", np.nan)])
def test_impossible_states_are_refused(field: str, value: float, log: Path, tag: World, tmp_path: Path) -> None:
    def edit(topic: str, position: int, data: bytes) -> list[tuple[str, int, bytes]]:
        if topic == format.KEYFRAME and position == 24:
            states = np.frombuffer(data[4:], tag.record).copy()
            states[field][3] = value
            data = data[:4] + states.tobytes()
        return [(topic, position, data)]

    with pytest.raises(Refused, match=f"its state at 24 is impossible: field '{field}'"):
        replays.verify(rewrite(log, tmp_path / "x.mcap", edit))


MESSAGES = {
    "short block": (format.BLOCK, b"123"),
    "endless block": (format.BLOCK, b"\xff" * 20 + bytes(24)),
    "empty block": (format.BLOCK, bytes(20)),
    "short states": (format.KEYFRAME, bytes(7)),
    "half a state": (format.KEYFRAME, bytes(4 + 1000)),
    "other slice": (format.KEYFRAME, b"\x03\x00\x00\x00" + bytes(2032)),
    "more lanes": (format.LANES, bytes(24)),
    "tick": (format.TICK, bytes(8)),
    "unknown world": (format.CONTROL, b'{"op":"drive","world":99,"seat":0,"external":true}'),
    "unknown seat": (format.CONTROL, b'{"op":"drive","world":0,"seat":1,"external":true}'),
    "unknown op": (format.CONTROL, b'{"op":"next_task"}'),
    "huge trial": (format.CONTROL, b'{"op":"reset","trial":9223372036854775807}'),
}


@pytest.mark.parametrize("name", MESSAGES)
def test_impossible_messages_are_refused(name: str, log: Path, tmp_path: Path) -> None:
    topic, more = MESSAGES[name]

    def edit(told: str, position: int, data: bytes) -> list[tuple[str, int, bytes]]:
        known = topic if topic != format.TICK else format.EVENT  # a channel that batch logs have
        return [(told, position, data), *([(known, 8, more)] if told == format.BLOCK and position == 8 else [])]

    with pytest.raises(Refused):
        replays.verify(rewrite(log, tmp_path / "x.mcap", edit))


@pytest.mark.parametrize("count", [0, -1, 7, 10**6, 10**15])
def test_other_numbers_of_worlds_are_refused(count: int, log: Path, tmp_path: Path) -> None:
    with pytest.raises(Refused):
        replays.verify(rewrite(log, tmp_path / "x.mcap", describe=lambda told: told["subject"].update(count=count)))


def test_a_number_of_worlds_that_the_file_has_no_room_for_takes_no_memory(
    log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Batch, "__init__", lambda *_, **__: pytest.fail("a batch was about to be made"))
    path = rewrite(log, tmp_path / "x.mcap", describe=lambda told: told["subject"].update(count=488_952))
    with pytest.raises(Refused, match=r"claims to hold 488952 worlds, and \d+ bytes have no room for their states"):
        replays.verify(path)
    path = rewrite(log, tmp_path / "x.mcap", lambda *told: [told] if told[0] == format.LANES else [])
    with pytest.raises(Refused, match="it holds no whole chunk"):
        replays.verify(path)


def test_many_controls_at_one_decision_are_refused(log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budgets, "MAX_AT_ONCE", 0)
    reset = (format.CONTROL, 8, b'{"op":"reset"}')
    path = rewrite(log, tmp_path / "x.mcap", lambda *told: [told, *[reset] * 999 * (told[:2] == (format.BLOCK, 8))])
    with pytest.raises(Refused, match="controls at decision 8"):
        replays.verify(path)


def test_a_log_that_cannot_be_played_to_its_end_gives_no_replay(log: Path, tmp_path: Path) -> None:
    seen = []

    def edit(topic: str, position: int, data: bytes) -> list[tuple[str, int, bytes]]:
        seen.append(topic)
        return [(topic, position, data if seen.count(format.BLOCK) < 3 else b"123")]

    path = rewrite(log, tmp_path / "x.mcap", edit)
    with pytest.raises(Refused, match="is damaged"):
        replays.extract(path, 0, tmp_path / "out.mcap")
    assert [found.name for found in tmp_path.iterdir()] == ["x.mcap"]


def test_cut_logs_are_confirmed_as_far_as_they_go(log: Path, tmp_path: Path) -> None:
    data, path = log.read_bytes(), tmp_path / "x.mcap"
    cuts = [*record_ends(log)[:-1], *(int(at) for at in np.random.default_rng(1).integers(0, len(data), 20))]
    longest = 0
    for end in cuts:
        path.write_bytes(data[:end])
        try:
            verdict = replays.verify(path)
        except Refused:
            continue
        assert verdict.ok
        assert verdict.truncated
        longest = max(longest, verdict.ticks)
    assert longest == DECISIONS


def test_logs_with_a_flipped_bit_are_confirmed_or_refused(log: Path, tmp_path: Path) -> None:
    data, path = log.read_bytes(), tmp_path / "x.mcap"
    for bit in np.random.default_rng(2).integers(0, 8 * len(data), 40):
        wrong = bytearray(data)
        wrong[bit // 8] ^= 1 << (bit % 8)
        path.write_bytes(wrong)
        try:
            verdict = replays.verify(path)
        except Refused:
            continue
        assert verdict.ok


def test_the_two_kinds_of_files_are_kept_apart(log: Path, recording: Path, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="is the log of a batch: verify it, or extract one of its worlds"):
        replays.open(log)
    with pytest.raises(Refused, match="is a replay, not the log of a batch"):
        replays.extract(recording, 0, tmp_path / "x.mcap")


def test_logging_refuses_what_it_cannot_write(tag: World, tmp_path: Path) -> None:
    batch = Batch(tag, 2)
    with pytest.raises(Refused, match="block is 0"):
        replays.record_batch(tmp_path / "x.mcap", batch, block=0)


def test_a_log_stops_at_its_longest_length(tag: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budgets, "MAX_DECISIONS", 60)
    batch = Batch(tag, 2, seed=1)
    log = replays.record_batch(tmp_path / "x.mcap", batch, block=5, keyframe_blocks=1)
    log.reset()
    for decision in range(60):
        log.step(actions_of(batch, decision))
    assert log.full
    monkeypatch.undo()
    assert 0 < replays.verify(tmp_path / "x.mcap").ticks <= 30
