"""Thoughts in replays: whatever signals are declared, those of older and newer files, and files made to harm."""

import csv
import json
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import replays
import worlds
from replays import format
from replays.recorder import Log
from replays.thoughts import OLD, Thoughts, form_of
from simulator.engine import Mind, Simulation
from simulator.engine.minds import SIGNALS, Signal
from simulator.engine.trial import play_trial
from tests.replays.files import TICKS, outcome, rewrite, tick_of, whole_ticks
from worlds.world import Refused, World

SALIENCY = Signal(name="saliency", shape=("observation",), unit="logit", about="weight of each number seen", low=0)
HUNCH = Signal(name="hunch", shape=(2,), about="two counts", dtype="<i4")


class Musing:
    """Stays where it is and offers signals that Crossplay does not know."""

    name = "musing"

    def __init__(self) -> None:
        self.mind: Mind | None = None
        self.decisions = 0

    def reset(self, lanes: int) -> None:
        self.decisions = 0

    def forget(self) -> None:
        pass

    def act(self, observations: np.ndarray, legal: np.ndarray) -> np.ndarray:
        lanes = len(observations)
        seen = worlds.get("beacon").observation.total
        saliency = np.tile(np.arange(seen, dtype=np.float32), (lanes, 1)) + self.decisions
        hunch = np.full((lanes, 2), self.decisions, np.int32)
        self.mind = Mind(hunch=hunch, value=np.full(lanes, 0.5, np.float32), saliency=saliency)
        self.decisions += 1
        return np.ones((lanes, 1), np.int64)


@pytest.fixture
def muse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A trial of somebody whose signals are declared now, and by nothing else."""
    monkeypatch.setitem(SIGNALS, "saliency", SALIENCY)
    monkeypatch.setitem(SIGNALS, "hunch", HUNCH)
    path = tmp_path / "muse.mcap"
    world = worlds.get("beacon")
    seats = {seat.name: "bot" for seat in world.seats[1:]}
    with replays.record(path) as recorder:
        play_trial(Simulation(world, seed=4, episodes_per_trial=1, seats=seats), {0: Musing()}, recorder)
    return path


def test_a_declared_signal_is_in_the_replay(muse: Path) -> None:
    replay = replays.open(muse)
    assert replay.signals == ("value", "saliency", "hunch")  # as they were declared
    first, (tick, seat, mind) = list(replay.thoughts())[:2]
    assert (first[:2], seat) == ((0, 0), 0)
    seen = replay.world.observation.total
    np.testing.assert_array_equal(mind["saliency"], np.arange(seen, dtype=np.float32) + 1)
    assert mind["hunch"].tolist() == [1, 1]
    assert mind["hunch"].dtype == np.dtype(np.int32)
    np.testing.assert_array_equal(replay.minds(tick)[0]["saliency"], mind["saliency"])


def test_a_declared_signal_is_in_the_tables(muse: Path) -> None:
    rows = list(csv.DictReader(replays.export(muse, muse.with_suffix(".csv")).read_text("utf-8").splitlines()))
    told = json.loads(replays.export(muse, muse.with_suffix(".json"), start=2).read_text("utf-8"))
    thoughts = list(replays.open(muse).thoughts())
    assert len(rows) == len(thoughts) == len(told["thoughts"]) + 1
    assert (rows[1]["seat"], rows[1]["value"], rows[1]["hunch.0"]) == ("walker_0", "0.5", "1")
    assert told["signals"]["saliency"]["unit"] == "logit"
    names = told["signals"]["saliency"]["entries"]
    assert len(names) == worlds.get("beacon").observation.total
    assert float(rows[1][f"saliency.{names[-1]}"]) == len(names)
    assert told["thoughts"][0]["saliency"][-1] == len(names)


def test_signals_of_a_newer_version_are_passed_over(muse: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(SIGNALS, "saliency")
    monkeypatch.delitem(SIGNALS, "hunch")
    replay = replays.open(muse)
    assert replay.signals == ("value",)
    assert list(replay.minds(3)[0]) == ["value"]
    assert float(replay.minds(3)[0]["value"]) == 0.5
    assert replays.verify(muse).ok


def test_what_is_not_declared_takes_no_memory() -> None:
    """A small file may hold hundreds of megabytes of a signal that nobody here can read."""
    world = worlds.get("beacon")
    row, thoughts = bytearray(2**20 - 2) + b"\0\0", Thoughts(world)
    tracemalloc.start()
    try:
        for topic, fields in (("/mind/x", []), ("/mind/x+value", [["value", "<f4"]])):
            size = len(row) - 2 - 4 * len(fields)
            schema = json.dumps([["x", "|u1", [size]], *fields, ["seat", "<u2"]]).encode()
            for position in range(50):
                thoughts.add(topic, schema, position, bytes(row))
        assert tracemalloc.get_traced_memory()[0] < 2**20
    finally:
        tracemalloc.stop()
    assert thoughts.names == ("value",)
    assert [(position, seat, list(mind)) for position, seat, mind in thoughts.all()] == [
        (position, 0, ["value"]) for position in range(50)
    ]


def as_format_1(source: Path, target: Path, world: World) -> Path:
    """The same recording as version 0.1 wrote it: thoughts and beliefs each under a topic of their own."""
    types, ticks = {format.TICK: tick_of(world, 1), format.KEYFRAME: world.record}, whole_ticks(source)
    types |= {topic: form_of(names, world, topic).kind for topic, names in OLD.items()}
    with source.open("rb") as file:
        reader = format.Reader(file, source, source.stat().st_size)
        log = Log(target, reader.description, types, world.timing.tick)
        for topic, position, data in reader.messages():
            if not topic.startswith(format.THOUGHT):
                log.add(topic, position, data if topic != format.TICK else ticks[position])
                continue
            names = tuple(topic.removeprefix(format.THOUGHT).split("+"))
            row = np.frombuffer(data, form_of(names, world).kind)
            for old, held in OLD.items():
                if set(held) <= set(names):
                    told = np.zeros(1, types[old])
                    for name in (*held, "seat"):
                        told[name] = row[name]
                    log.add(old, position, told.tobytes())
        log.finish()
    return target


def test_recordings_of_format_1_tell_the_same(
    recording: Path, tag: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(format, "FORMAT", 1)
    old, new = replays.open(as_format_1(recording, tmp_path / "old.mcap", tag)), replays.open(recording)
    assert old.signals == new.signals == ("probabilities", "value", "belief")
    for position in range(TICKS + 1):
        a, b = old.minds(position), new.minds(position)
        assert {seat: list(mind) for seat, mind in a.items()} == {seat: list(mind) for seat, mind in b.items()}
        assert all((a[seat][name] == b[seat][name]).all() for seat in a for name in a[seat])
    assert [each[:2] for each in old.thoughts()] == [each[:2] for each in new.thoughts()]
    assert replays.verify(tmp_path / "old.mcap").ok


def test_formats_to_come_are_refused(recording: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as later:
        later.setattr(format, "FORMAT", 4)
        with replays.record(tmp_path / "x.mcap") as recorder:
            recorder.begin(Simulation(worlds.get("beacon")))
    with pytest.raises(Refused, match="has format '4': this Crossplay reads 1, 2 and 3"):
        replays.open(tmp_path / "x.mcap")


@pytest.mark.filterwarnings("ignore:invalid value encountered in cast:RuntimeWarning")
def test_numbers_out_of_range_are_shown_within(tmp_path: Path) -> None:
    simulation = Simulation(worlds.get("beacon"))
    with replays.record(tmp_path / "x.mcap") as recorder:
        recorder.begin(simulation)
        recorder.mind(0, Mind(probabilities=np.array([np.nan, 7.0, -1.0], np.float32), value=np.inf))
        simulation.tick(np.ones_like(simulation.applied))
        recorder.tick(simulation)
    mind = replays.open(tmp_path / "x.mcap").minds(0)[0]
    assert mind["probabilities"].tolist() == [0.0, 1.0, 0.0]
    assert np.isfinite(mind["value"])


def test_a_mind_of_another_shape_is_not_recorded(tmp_path: Path) -> None:
    simulation = Simulation(worlds.get("beacon"))
    with replays.record(tmp_path / "x.mcap") as recorder:
        recorder.begin(simulation)
        with pytest.raises(Refused, match=r"signal 'probabilities' of seat 'walker_0' has shape \(4,\): in .* \(3,\)"):
            recorder.mind(0, Mind(probabilities=np.zeros(4, np.float32)))


SCHEMAS: dict[str, tuple[Callable[[list[Any]], Any], str]] = {
    "other size": (lambda told: [["probabilities", "<f4", [16]], *told[1:]], "hold 'probabilities' as <f4 (16,)"),
    "other type": (lambda told: [told[0], ["value", "<f8"], told[2]], "hold 'value' as <f8 (): declared is <f4 ()"),
    "objects": (lambda told: [told[0], ["value", "|O"], told[2]], "a field"),
    "records": (lambda told: [told[0], ["value", [4]], told[2]], "a field"),
    "sizes below zero": (lambda told: [["probabilities", "<f4", [-1]], *told[1:]], "a field"),
    "endless": (lambda told: [["probabilities", "<f4", [2**40, 2**40]], *told[1:]], "a field"),
    "large": (lambda told: [["probabilities", "<f8", [2**18]], *told[1:]], "bytes where at most"),
    "no seat": (lambda told: told[:-1], "do not hold what they are named after"),
    "other names": (lambda told: [["belief", "<f4", [2]], *told[1:]], "do not hold what they are named after"),
    "code as name": (lambda told: [told[0], ["__import__('os')", "<f4"], told[2]], "a field"),
    "one name twice": (lambda told: [told[1], told[1], told[2]], "do not hold what they are named after"),
    "nothing": (lambda _: [[]], "is damaged"),
    "no list": (lambda _: {"a": 1}, "is damaged"),
}


@pytest.mark.usefixtures("no_kernel")
@pytest.mark.parametrize("name", SCHEMAS)
def test_impossible_declarations_are_refused(name: str, recording: Path, tmp_path: Path) -> None:
    change, words = SCHEMAS[name]

    def schema(topic: str, data: bytes) -> bytes:
        return json.dumps(change(json.loads(data))).encode() if topic == "/mind/probabilities+value" else data

    found = outcome(rewrite(recording, tmp_path / "x.mcap", schema=schema))
    assert isinstance(found, str)
    assert "is damaged" in found
    assert words in found


@pytest.mark.parametrize("topic", ["/mind/", "/odd/"])
def test_long_topics_make_no_long_sentences(topic: str, recording: Path, tmp_path: Path) -> None:
    with recording.open("rb") as file:
        description = format.Reader(file, recording, recording.stat().st_size).description
    log = Log(tmp_path / "x.mcap", description, {topic + "x" * 100_000: np.dtype("<f4")}, 0.1)
    log.add(topic + "x" * 100_000, 9, b"1234")
    log.finish()
    found = outcome(tmp_path / "x.mcap")
    assert isinstance(found, str)
    assert "is damaged" in found
