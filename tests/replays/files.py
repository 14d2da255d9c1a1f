"""Making replays, and taking their files apart to put something else in."""

import hashlib
import json
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
from mcap.records import Channel, Message, Metadata, Schema
from mcap.stream_reader import StreamReader
from mcap.writer import Writer

import replays
from replays import format
from replays.chunks import MAGIC
from replays.golden import random_actions
from replays.playback import Playback
from replays.proofs import tick_type
from simulator.engine import Mind, Simulation
from worlds.world import Refused, World

TICKS = 270
BELIEVES_FROM = 20  # ticks; who plays tells no belief before
CONTROLS: dict[int, tuple[str, dict[str, Any]]] = {
    40: ("drive", {"seat": 1, "external": False}),
    90: ("drive", {"seat": 1, "external": True}),
    160: ("restart_episode", {}),  # after the first episode of tag, which takes 150 ticks
    180: ("next_task", {}),
    215: ("reset", {"trial": 3}),
    240: ("drive", {"seat": 0, "external": False}),
}


def play(world: World, path: Path, ticks: int = TICKS, *, keyframe_seconds: float = 2.5) -> list[str]:
    """Record a run with interventions; the hash of the state at every position."""
    simulation = Simulation(world, seed=5, episodes_per_trial=2, seats={world.seats[-1].name: "bot"})
    with replays.record(path, keyframe_seconds=keyframe_seconds, players={world.seats[0].name: "dice"}) as recorder:
        recorder.begin(simulation)
        hashes = [simulation.hash()]
        for tick in range(ticks):
            actions = random_actions(simulation, tick // world.timing.ticks_per_decision)
            if simulation.deciding:
                belief = np.full(world.told_pieces.total, tick / TICKS, np.float32) if tick >= BELIEVES_FROM else None
                chances = np.full(sum(world.action_sizes), 0.25, np.float32)
                recorder.mind(0, Mind(probabilities=chances, value=tick / 10.0, belief=belief))
            simulation.tick(actions)
            recorder.tick(simulation)
            if tick + 1 in CONTROLS:
                op, arguments = CONTROLS[tick + 1]
                getattr(simulation, op)(**arguments)
                recorder.control(simulation, op, **arguments)
                recorder.event("intervened", {"what": op, "score": simulation.w["score"]})
            hashes.append(simulation.hash())
    return hashes


def tick_of(world: World, form: int = format.FORMAT) -> np.dtype[Any]:
    """Type of a tick's message in a world."""
    return tick_type(len(world.seats), world.action_sizes, len(world.record.names or ()), format=form)


def whole_ticks(path: Path) -> dict[int, bytes]:
    """The ticks of a recording as formats 1 and 2 wrote them, by position."""
    replay, found = replays.open(path), {}
    row = np.zeros(1, tick_of(replay.world, 2))
    while replay.position < replay.length:
        twin, row["actions"] = replay.branch(), replay.recorded(replay.position)
        twin.tick(row["actions"][0])
        row["crcs"] = format.field_crcs(replay.world.record, twin.snapshot())
        replay.forward()
        found[replay.position] = row.tobytes()
    return found


Edit = Callable[[str, int, bytes], Iterable[tuple[str, int, bytes]]]


def rewrite(
    source: Path, target: Path, edit: Edit | None = None, *, describe: Callable[[dict[str, Any]], object] | None = None,
    schema: Callable[[str, bytes], bytes] = lambda _, data: data,
) -> Path:  # fmt: skip
    """Write a file again with other messages or another description; every checksum is right afterwards."""
    with source.open("rb") as before, target.open("wb") as after:
        writer = Writer(after, enable_data_crcs=True)
        writer.start(profile=format.PROFILE, library="test")
        names: dict[int, str] = {}
        channels: dict[str, int] = {}
        schemas: dict[int, Schema] = {}
        for record in StreamReader(before).records:
            if isinstance(record, Metadata):
                writer.add_metadata(record.name, _described(record.metadata, describe))
            elif isinstance(record, Schema):
                schemas[record.id] = record
            elif isinstance(record, Channel) and record.topic not in channels:
                known = schemas[record.schema_id]
                number = writer.register_schema(known.name, known.encoding, schema(record.topic, known.data))
                channels[record.topic] = writer.register_channel(record.topic, record.message_encoding, number)
                names[record.id] = record.topic
            elif isinstance(record, Message):
                told = (names[record.channel_id], record.sequence, record.data)
                for topic, position, data in edit(*told) if edit else [told]:
                    writer.add_message(channels[topic], 0, data, 0, sequence=position)
        writer.finish()
    return target


def _described(facts: dict[str, str], change: Callable[[dict[str, Any]], object] | None) -> dict[str, str]:
    if change is None:
        return facts
    told = json.loads(facts["description"])
    change(told)
    text = json.dumps(told)
    return {**facts, "description": text, "sha256": hashlib.sha256(text.encode()).hexdigest()}


def record_ends(path: Path) -> list[int]:
    """Where every record of a file ends, in bytes."""
    data = path.read_bytes()
    at, ends = len(MAGIC), []
    while at < len(data) - len(MAGIC):
        at += 9 + int.from_bytes(data[at + 1 : at + 9], "little")
        ends.append(at)
    return ends


def outcome(path: Path) -> Playback | str:
    """The replay, played to its end, or the sentence that refuses it."""
    started = time.process_time()
    try:
        replay = replays.open(path)
        while replay.forward():
            pass
        return replay
    except Refused as refusal:
        sentence = str(refusal)
        assert "\n" not in sentence
        assert len(sentence) < 700
        return sentence
    finally:
        assert time.process_time() - started < 20
