"""Files made to harm, with all checksums right: one sentence refuses them before a kernel sees anything."""

import struct
import zlib
from collections.abc import Callable
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zstandard
from mcap.data_stream import RecordBuilder
from mcap.records import Chunk

import replays
from replays import budgets, format
from replays.playback import Playback
from replays.thoughts import form_of
from simulator.engine import Simulation
from tests.replays.files import outcome, record_ends, rewrite, tick_of
from worlds.world import World

Change = Callable[[dict[str, Any]], object]
DESCRIPTIONS: dict[str, tuple[Change, str]] = {
    "unknown world": (lambda d: d["subject"].update(world="nowhere"), "plays world 'nowhere', which is not installed"),
    "path as world": (lambda d: d["subject"].update(world="../../etc"), "which is not installed"),
    "other version": (lambda d: d["subject"].update(version=7), "version 7 of world 'tag': installed is version"),
    "other layout": (lambda d: d["subject"].update(layout_hash="beef" * 16), "layout 'beefbeefbeef' of world 'tag'"),
    "huge world": (lambda d: d["subject"].update(build_args={"seats": 10**12}), "is damaged"),
    "many seats": (lambda d: d["subject"].update(build_args={"seats": 9}), "seats"),
    "odd argument": (lambda d: d["subject"].update(build_args={"colour": "red"}), "cannot be built"),
    "nested argument": (lambda d: d["subject"].update(build_args={"seats": [4]}), "is damaged"),
    "negative seed": (lambda d: d["subject"].update(seed=-1), "seed is -1"),
    "huge seed": (lambda d: d["subject"].update(seed=2**80), "seed"),
    "text as seed": (lambda d: d["subject"].update(seed="1"), "is damaged"),
    "unknown split": (lambda d: d["subject"].update(split="all"), "unknown split 'all'"),
    "no episodes": (lambda d: d["subject"].update(episodes_per_trial=0), "episodes_per_trial is 0"),
    "unknown seat": (lambda d: d["subject"].update(seats={"king_0": "bot"}), "no seat 'king_0'"),
    "unknown bot": (lambda d: d["subject"].update(seats={"chaser_0": "bot:dragon"}), "no bot 'dragon'"),
    "code as bot": (lambda d: d["subject"].update(seats={"chaser_0": "__import__('os')"}), "is given"),
    "unknown kind": (lambda d: d.update(kind="film"), "is damaged"),
    "no subject": (lambda d: d.pop("subject"), "is damaged"),
}


@pytest.mark.parametrize("name", DESCRIPTIONS)
def test_impossible_descriptions_are_refused(name: str, recording: Path, tmp_path: Path) -> None:
    change, words = DESCRIPTIONS[name]
    found = outcome(rewrite(recording, tmp_path / "x.mcap", describe=change))
    assert isinstance(found, str)
    assert words in found


STATES: dict[str, tuple[str, Any]] = {
    "far index": ("refuge", 10**12),
    "far key": ("generator", 10**12),
    "negative count": ("tick", -1),
    "negative trial": ("trial", -5),
    "not a number": ("pos", np.nan),
    "endless": ("pos", np.inf),
    "outside": ("pos", 1e9),
    "unknown tile": ("tiles", 200),
    "no walls": ("tiles", 0),
    "unknown bot": ("bot_kind", 99),
    "unknown action": ("action", 99),
    "third driver": ("driver", 2),
    "a fault": ("fault", 1),
    "hidden bytes": ("spare_", 7),
}


@pytest.mark.usefixtures("no_kernel")
@pytest.mark.parametrize("name", STATES)
@pytest.mark.parametrize("at", [0, 65])
def test_impossible_states_are_refused_before_a_kernel_runs(
    name: str, at: int, recording: Path, tag: World, tmp_path: Path
) -> None:
    field, value = STATES[name]
    if field not in (tag.record.names or ()):
        pytest.skip(f"tag has no field {field}")

    def edit(topic: str, position: int, data: bytes) -> list[tuple[str, int, bytes]]:
        if topic == format.KEYFRAME and position == at:
            state = np.frombuffer(data, tag.record).copy()
            state[field] = value
            data = state.tobytes()
        return [(topic, position, data)]

    found = outcome(rewrite(recording, tmp_path / "x.mcap", edit))
    assert isinstance(found, str)
    assert f"its state at {at} is impossible: " in found


def inserted(topic: str, data: bytes, at: int = 30) -> Callable[[str, int, bytes], list[tuple[str, int, bytes]]]:
    """An edit that puts one more message behind tick `at`."""

    def edit(name: str, position: int, told: bytes) -> list[tuple[str, int, bytes]]:
        more = [(topic, at, data)] if name == format.TICK and position == at else []
        return [(name, position, told), *more]

    return edit


THOUGHTS = "/mind/probabilities+value"
MESSAGES: dict[str, tuple[str, bytes]] = {
    "short tick": (format.TICK, b"1234"),
    "tick twice": (format.TICK, bytes(1)),
    "short state": (format.KEYFRAME, bytes(16)),
    "unknown seat": (format.CONTROL, b'{"op":"drive","seat":4,"external":true}'),
    "negative seat": (format.CONTROL, b'{"op":"drive","seat":-1,"external":true}'),
    "huge seat": (format.CONTROL, b'{"op":"drive","seat":1000000000000,"external":true}'),
    "no seat": (format.CONTROL, b'{"op":"drive"}'),
    "unknown op": (format.CONTROL, b'{"op":"__class__"}'),
    "huge trial": (format.CONTROL, b'{"op":"reset","trial":9223372036854775807}'),
    "negative trial": (format.CONTROL, b'{"op":"reset","trial":-1}'),
    "no JSON": (format.EVENT, b"{"),
    "nested JSON": (format.EVENT, b'{"name":"x","data":{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}}"),
    "long JSON": (format.EVENT, b'{"name":"' + b"x" * (budgets.MAX_JSON + 1) + b'"}'),
    "wrong ending": (format.EPISODE, b'{"trial":0,"episode":1,"ended":{"cause":"x","returns":[1],"crcs":[]}}'),
    "short thought": (THOUGHTS, b"123"),
}


@pytest.mark.usefixtures("no_kernel")
@pytest.mark.parametrize("name", MESSAGES)
def test_impossible_messages_are_refused(name: str, recording: Path, tmp_path: Path) -> None:
    found = outcome(rewrite(recording, tmp_path / "x.mcap", inserted(*MESSAGES[name])))
    assert isinstance(found, str)
    assert "is damaged" in found


@pytest.mark.usefixtures("no_kernel")
@pytest.mark.parametrize("names", [("probabilities", "value"), ("probabilities", "value", "belief")])
def test_thoughts_of_nobody_are_refused(names: tuple[str, ...], recording: Path, tag: World, tmp_path: Path) -> None:
    topic, kind, _ = form_of(names, tag)
    row = np.zeros(1, kind)
    row["seat"] = 4
    found = outcome(rewrite(recording, tmp_path / "x.mcap", inserted(topic, row.tobytes())))
    short = outcome(rewrite(recording, tmp_path / "y.mcap", inserted(topic, row.tobytes()[:-1])))
    assert f"the thought at tick 30 has {row.itemsize - 1} bytes" in str(short)
    assert "the thought at tick 30 is of seat 4" in str(found)


@pytest.mark.usefixtures("no_kernel")
@pytest.mark.parametrize(("factor", "beyond"), [(0, 0), (1, 0), (0, 200)])
def test_actions_out_of_range_are_refused(
    factor: int, beyond: int, recording: Path, tag: World, tmp_path: Path
) -> None:
    tick = tick_of(tag)
    value = tag.action_sizes[factor] + beyond

    def edit(topic: str, position: int, data: bytes) -> list[tuple[str, int, bytes]]:
        if topic == format.TICK and position == 77:
            row = np.frombuffer(data, tick).copy()
            row["actions"][0, 2, factor] = value
            data = row.tobytes()
        return [(topic, position, data)]

    found = outcome(rewrite(recording, tmp_path / "x.mcap", edit))
    assert f"action {value} at tick 77 is not below {tag.action_sizes[factor]}" in str(found)


@pytest.mark.usefixtures("no_kernel")
@pytest.mark.parametrize("kept", [format.TICK, format.CONTROL, format.EVENT])
def test_replays_without_states_are_refused(kept: str, recording: Path, tmp_path: Path) -> None:
    found = outcome(rewrite(recording, tmp_path / "x.mcap", lambda *m: [m] if m[0] == kept else []))
    assert isinstance(found, str)


@pytest.mark.usefixtures("no_kernel")
def test_too_many_ticks_without_a_state_are_refused(
    recording: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(budgets, "MAX_GAP", 20)
    assert "more than 20 ticks without a state" in str(outcome(recording))


@pytest.mark.usefixtures("no_kernel")
@pytest.mark.parametrize("limit", ["MAX_MESSAGES", "MAX_TICKS", "MAX_UNPACKED"])
def test_limits_hold(limit: str, recording: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budgets, limit, 100)
    assert isinstance(outcome(recording), str)


@pytest.mark.usefixtures("no_kernel")
def test_a_small_file_may_hold_less(recording: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    size = recording.stat().st_size
    monkeypatch.setattr(budgets, "FREE_UNPACKED", 1000)
    monkeypatch.setattr(budgets, "UNPACKED_PER_BYTE", 1)
    assert f"unpacks to more than {1000 + size} bytes" in str(outcome(recording))
    monkeypatch.setattr(budgets, "UNPACKED_PER_BYTE", 100)
    monkeypatch.setattr(budgets, "FREE_MESSAGES", 10)
    monkeypatch.setattr(budgets, "BYTES_PER_MESSAGE", size)
    assert "has more than 11 messages" in str(outcome(recording))


@pytest.mark.usefixtures("no_kernel")
@pytest.mark.parametrize("topic", sorted(budgets.MAX_JSON_BYTES))
def test_limits_of_json_hold(topic: str, recording: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(budgets.MAX_JSON_BYTES, topic, 100)
    assert f"its '{topic}' messages have more than 100 bytes" in str(outcome(recording))


@pytest.mark.usefixtures("no_kernel")
def test_many_controls_at_one_tick_are_refused(recording: Path, tmp_path: Path) -> None:
    drive = b'{"op":"drive","seat":0,"external":true}'

    def edit(topic: str, position: int, data: bytes) -> list[tuple[str, int, bytes]]:
        many = budgets.MAX_AT_ONCE + 1 if topic == format.TICK and position == 30 else 0
        return [(topic, position, data), *[(format.CONTROL, 30, drive)] * many]

    found = outcome(rewrite(recording, tmp_path / "x.mcap", edit))
    assert "more than 1000 states and controls at tick 30" in str(found)


@pytest.mark.parametrize("limit", ["MAX_AT_ONCE", "/event", "/episode", "/control", "FREE_UNPACKED", "FREE_MESSAGES"])
def test_recorders_stop_before_the_limits(limit: str, beacon: World, tmp_path: Path) -> None:
    """What a recorder wrote under some limits is read under them."""
    with pytest.MonkeyPatch.context() as patch:
        if limit.startswith("/"):
            patch.setitem(budgets.MAX_JSON_BYTES, limit, 3000)
        else:
            patch.setattr(budgets, limit, 150 if limit != "FREE_UNPACKED" else 20_000)
            patch.setattr(budgets, "UNPACKED_PER_BYTE", 1)
            patch.setattr(budgets, "BYTES_PER_MESSAGE", 10**6)
        simulation = Simulation(beacon)
        recorder = replays.record(tmp_path / "x.mcap", keyframe_seconds=beacon.timing.tick)
        recorder.begin(simulation)
        for number in range(400):
            if limit not in ("MAX_AT_ONCE", "/control") or number < 30:
                simulation.tick(np.zeros_like(simulation.applied))
                recorder.tick(simulation)
            simulation.next_episode()
            recorder.control(simulation, "next_episode")
            recorder.event("note", {"number": number})
        assert recorder.full
        found = replays.open(tmp_path / "x.mcap")
        assert 5 < found.length < 400
        assert not found.truncated
    assert replays.verify(tmp_path / "x.mcap").ok


@pytest.mark.usefixtures("no_kernel")
def test_long_values_make_no_long_sentences(recording: Path, tmp_path: Path) -> None:
    path = rewrite(recording, tmp_path / "x.mcap", describe=lambda d: d["subject"].update(world="x\n" * 10**5))
    found = outcome(path)
    assert isinstance(found, str)
    assert found.isprintable()


NAMES = {
    "a\0b\x1b[31m": "a\\x00b\\x1b[31m",
    "two\nlines": "two lines",
    "x" * 10**5: "x" * 199 + "…",
    "Zoë 😀": "Zoë 😀",
}


def test_names_of_players_can_be_shown(recording: Path, tmp_path: Path) -> None:
    for name, shown in NAMES.items():
        change = partial(dict.update, chaser_0=name)
        path = rewrite(recording, tmp_path / "x.mcap", describe=lambda d: change(d["players"]))  # noqa: B023
        found = outcome(path)
        assert isinstance(found, Playback)
        assert found.info["players"]["chaser_0"] == shown


@pytest.mark.usefixtures("no_kernel")
@pytest.mark.parametrize("topic", sorted(budgets.MAX_RARE))
def test_limits_of_rare_messages_hold(topic: str, recording: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(budgets.MAX_RARE, topic, 3)
    assert f"more than 3 '{topic}' messages" in str(outcome(recording))


def chunk(data: bytes, claimed: int, compression: str = "zstd", checksum: int = 0) -> bytes:
    """The bytes of a chunk record."""
    builder = RecordBuilder()
    Chunk(
        compression=compression, data=data, message_start_time=0, message_end_time=0, uncompressed_crc=checksum,
        uncompressed_size=claimed,
    ).write(builder)  # fmt: skip
    return bytes(builder.end())


def bombs() -> dict[str, bytes]:
    zeros = bytes(80 << 20)
    sized = zstandard.ZstdCompressor(level=3).compress(zeros)
    stream = BytesIO()
    with zstandard.ZstdCompressor(level=3).stream_writer(stream, closefd=False) as out:
        out.write(zeros)  # a frame that does not tell its size
    return {
        "honest": chunk(sized, len(zeros), checksum=zlib.crc32(zeros)),
        "understated": chunk(sized, 1000),
        "unsized": chunk(stream.getvalue(), 1000),
        "unsized, overstated": chunk(stream.getvalue(), 60 << 20),
        "overstated": chunk(zstandard.compress(bytes(1000)), 2**63),
        "not zstd": chunk(b"hello", 1000),
        "empty": chunk(b"", 2**40),
        "lz4": chunk(b"hello", 5, "lz4"),
        "other": chunk(b"hello", 5, "\u202ebz2"),
        "long": chunk(b"hello", 5, "")[:-1],
        "endless record": struct.pack("<BQ", 6, 2**63),
        "endless string": struct.pack("<BQQQQIIQ", 6, 40, 0, 0, 0, 0, 2**32 - 1, 5)[:49],
    }


@pytest.mark.usefixtures("no_kernel")
def test_bombs_are_refused_or_left_out(recording: Path, tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    head = recording.read_bytes()[: record_ends(recording)[1]]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for name, bomb in bombs().items():
        (tmp_path / "bomb.mcap").write_bytes(head + bomb)
        assert isinstance(outcome(tmp_path / "bomb.mcap"), str), name
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 300 << 10  # KiB; making the bombs took 160 MiB of it


def test_nothing_in_a_file_is_run(recording: Path, tmp_path: Path) -> None:
    """A pickle in every place that holds bytes stays bytes."""
    trap = b"cos\nsystem\n(S'touch " + str(tmp_path / "owned").encode() + b"'\ntR."
    for topic in (format.TICK, format.KEYFRAME, format.CONTROL, format.EVENT, THOUGHTS, format.EPISODE):
        assert isinstance(outcome(rewrite(recording, tmp_path / "x.mcap", inserted(topic, trap))), str)
    rewrite(recording, tmp_path / "x.mcap", schema=lambda topic, data: trap if topic == format.KEYFRAME else data)
    assert "states have another layout" in str(outcome(tmp_path / "x.mcap"))
    assert not (tmp_path / "owned").exists()


@pytest.mark.bounds
@pytest.mark.parametrize("ends", [False, True], ids=["random", "extreme"])
def test_possible_states_that_never_happened_do_no_harm(ends: bool, short: Path, tag: World, tmp_path: Path) -> None:
    """Each field at random within its range, checksums right: it plays or is refused, and nothing breaks."""
    rng = np.random.default_rng(4)
    for name in tag.record.names or ():
        low, high = tag.field_ranges[name]

        def edit(topic: str, position: int, data: bytes) -> list[tuple[str, int, bytes]]:
            if topic == format.KEYFRAME and position in (0, 30):
                state = np.frombuffer(data, tag.record).copy()
                state[name] = at_random(rng, tag.record[name], low, high, ends)  # noqa: B023
                data = state.tobytes()
            return [(topic, position, data)]

        found = outcome(rewrite(short, tmp_path / "x.mcap", edit))
        assert isinstance(found, Playback) or "IndexError" not in found


def at_random(rng: np.random.Generator, kind: np.dtype[Any], low: float, high: float, ends: bool) -> Any:
    base, shape = kind.base, kind.shape
    if ends:
        drawn = np.where(rng.random(shape) < 0.5, np.array(low, base), np.array(high, base))
    elif base.kind == "f":
        drawn = rng.uniform(low, high, shape)
    else:
        drawn = rng.integers(int(low), min(int(high), 2**62), shape, endpoint=True)
    return drawn.astype(base)
