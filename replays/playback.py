"""Playing replays: the recorded actions run through the rules again, and every tick is checked against its proof."""

import bisect
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from replays import format
from replays.format import Control
from replays.parent import Parent
from replays.snapshots import Snapshots
from replays.track import Loader, Track, existing, find_world
from simulator.engine import Simulation, WorldFault
from simulator.engine.minds import Mind
from simulator.engine.seats import spec_kind
from worlds.world import Refused, World

OUTSIDERS = ("axelrod", "roshambo")
"""Kinds of players whose memory lies outside of Crossplay."""


class Divergence(NamedTuple):
    """Where a re-simulation first differed from the recording."""

    tick: int
    fields: tuple[str, ...]
    """Empty only while no tick has named one, see `replays.proofs`."""

    @property
    def words(self) -> str:
        """The fields, as a sentence names them."""
        return ", ".join(self.fields) or "a field that its proof does not name"


LEADING = ("reset", "next_task", "restart_episode", "next_episode", "restore")
"""Interventions that put another state in the place of the one that was played."""


class Met(NamedTuple):
    """What the tick that was played last brought, before anybody intervened."""

    rewards: NDArray[np.float64]
    """(S,)"""
    ends: NDArray[np.uint8]
    """(S,), as `Simulation.ends`."""
    applied: NDArray[np.int64]
    """(S, K): what every seat did."""
    ended: bool
    """Whether the episode ended."""
    led: bool
    """Whether somebody put another state in its place then."""


def open(path: str | Path) -> "Playback":
    """Open a replay for playing; it stands at position 0.

    Raises:
        Refused: one sentence why the file cannot be played: it is no replay, damaged, or of another world or version.
    """
    place = existing(Path(path))
    with format.boundary(place), place.open("rb") as file:
        reader = format.Reader(file, place, place.stat().st_size)
        if reader.description.kind != "replay":
            raise Refused(f"{str(place)!r} is the log of a batch: verify it, or extract one of its worlds")
        world = find_world(reader.description.subject, place)
        track = Loader(world, place).load(reader)
        return Playback(place, world, reader.description, track)


class Playback:
    """A replay being played (see `open`): ``simulation`` stands at ``position``, 0 … ``length`` ticks.

    Position p is the state after p ticks and after the interventions made then. ``diverged`` is the first tick at
    which the rules gave another state than the recording proves, with the fields; playing goes on, from the recorded
    state at each keyframe, so that what is shown never depends on how one came there. ``met`` tells of the last tick.
    """

    def __init__(self, path: Path, world: World, description: format.Description, track: Track) -> None:
        subject = description.subject
        self.path, self.world, self.description = path, world, description
        self.length = len(track.actions)
        self.position = 0
        self.diverged: Divergence | None = None
        self.truncated = track.truncated
        self.events = track.events
        self.episodes = track.spans
        self.keyframes = tuple(track.keyframes)
        self._track = track
        self._snapshots = Snapshots()
        self.simulation = Simulation(
            world, seed=subject.seed, index=subject.index, split=subject.split, seats=subject.seats,
            episodes_per_trial=subject.episodes_per_trial, inputs=subject.inputs, reveal=subject.reveal,
        )  # fmt: skip
        self.met = self._meet()
        self._return_to(0)

    @property
    def info(self) -> dict[str, Any]:
        """What was recorded: the subject (world, version, seed, split, seats, …), players, checkpoints and length."""
        facts = msgspec.to_builtins(self.description.subject)
        facts |= {"players": self.description.players, "checkpoints": self.description.checkpoints}
        return facts | {
            "crossplay": self.description.crossplay,
            "ticks": self.length,
            "seconds": self.length * self.world.timing.tick,
            "episodes": [asdict(span) for span in self.episodes],
            "truncated": self.truncated,
            "parent": None if self.parent is None else msgspec.to_builtins(self.parent),
        }

    @property
    def parent(self) -> Parent | None:
        """The recording that this one branched off from, if it did."""
        told = self.description.parent
        return None if isinstance(told, msgspec.UnsetType) else told

    @property
    def controls(self) -> list[tuple[int, Control]]:
        """The interventions from outside the rules, with their positions, in their order."""
        marks = self._track.marks.items()
        return sorted(
            ((position, mark) for position, here in marks for mark in here if isinstance(mark, Control)),
            key=lambda found: found[0],
        )

    def twin(self) -> "Playback":
        """The same recording at its begin, played on its own: nothing is read again."""
        return Playback(self.path, self.world, self.description, self._track)

    def recorded(self, position: int) -> NDArray[np.unsignedinteger[Any]]:
        """What every external seat did in the tick after `position`, (S, K)."""
        found: NDArray[np.unsignedinteger[Any]] = self._track.actions[position]
        return found

    def seek(self, position: int) -> None:
        """Go to any position: from a keyframe or a state that was met lately, simulating the rest.

        Raises:
            Refused: `position` lies outside the replay.
        """
        if not 0 <= position <= self.length:
            raise Refused(f"tick {position} lies outside replay {str(self.path)!r}: it has ticks 0 to {self.length}")
        # The keyframe strictly before, so that the last tick is simulated: its rewards and ends are there to be shown.
        known = self.keyframes
        start = known[max(bisect.bisect_left(known, position) - 1, 0)]
        met = self._snapshots.below(position, start)
        if position <= self.position or (start if met is None else met[0]) > self.position:
            with format.boundary(self.path):
                if met is None:
                    self._return_to(start)
                else:
                    self.position, state = met
                    self.simulation.restore(state)
        while self.position < position:
            self.forward()

    def forward(self) -> bool:
        """Play one tick; False at the end of the replay.

        Raises:
            Refused: the recorded state breaks the rules, so that nothing can be played from here.
        """
        if self.position >= self.length:
            return False
        with format.boundary(self.path):
            try:
                self.simulation.tick(self._track.actions[self.position])
            except WorldFault as error:
                raise Refused(f"replay {str(self.path)!r} cannot be played on: {error}") from error
            self.position += 1
            state = self._compare()
            marks = self._track.marks.get(self.position, [])
            self.met = self._meet(marks)
            if marks:
                self._apply(marks)
                state = self.simulation.snapshot()
            self._snapshots.put(self.position, state)
        return True

    def backward(self) -> bool:
        """Go back one tick; False at the start of the replay."""
        if self.position == 0:
            return False
        self.seek(self.position - 1)
        return True

    def minds(self, position: int) -> dict[int, Mind]:
        """What the players of seats thought at `position`, by seat; without seats whose players told nothing."""
        return self._track.thoughts.at(position, self.world.timing.ticks_per_decision)

    @property
    def signals(self) -> tuple[str, ...]:
        """The declared signals that were recorded."""
        return self._track.thoughts.names

    def thoughts(self) -> Iterator[tuple[int, int, Mind]]:
        """Everything that players thought, in its order: position, seat, mind."""
        return self._track.thoughts.all()

    def branch(self) -> Simulation:
        """A new live simulation that goes on from here; this replay stays as it is.

        Raises:
            Refused: somebody of another library played, whose memory no recording holds.
        """
        for seat, player in self.description.players.items():
            if spec_kind(player) in OUTSIDERS:
                raise Refused(
                    f"replay {str(self.path)!r} cannot become a live game: what {player!r} in seat {seat!r} remembers "
                    "is not recorded"
                )
        return self.simulation.clone()

    def _meet(self, marks: Sequence[bytes | Control] = ()) -> Met:
        simulation = self.simulation
        rewards, ends, applied = simulation.rewards, simulation.ends, simulation.applied
        if marks:  # which may wipe these
            rewards, ends, applied = rewards.copy(), ends.copy(), applied.copy()
        led = any(isinstance(mark, Control) and mark.op in LEADING for mark in marks)
        return Met(rewards, ends, applied, simulation.episode_ended, led)

    def _return_to(self, start: int) -> None:
        """The state of a position that has a keyframe."""
        marks = self._track.marks[start]
        last = max(index for index, mark in enumerate(marks) if not isinstance(mark, Control))
        state = marks[last]
        assert isinstance(state, bytes)
        self.simulation.restore(state)
        self.position = start
        self._apply(marks[last + 1 :])

    def _apply(self, marks: list[bytes | Control]) -> None:
        """Make the interventions again, and meet the recorded states."""
        restored = False
        for mark in marks:
            if isinstance(mark, Control):
                intervene(self.simulation, mark)
                restored = mark.op == "restore"
                continue
            if mark != self.simulation.snapshot():
                if not restored:
                    self._note(differing_fields(self.world, mark, self.simulation.snapshot()))
                self.simulation.restore(mark)
            restored = False

    def _compare(self) -> bytes:
        """Hold the state against its proof; gives the state."""
        layout, state = self.simulation.state.dtype, self.simulation.snapshot()
        found = format.field_crcs(layout, state)
        names = self.world.record.names or ()
        differing = self._track.proofs.differing(self.position - 1, found)
        wrong = [names[field] for field in differing or ()]
        ending = self._track.endings.get(self.position)
        if (ending is not None) != self.simulation.episode_ended:
            wrong.append("cause")
        elif ending is not None:
            last = self.simulation.final
            after = format.field_crcs(layout, last.tobytes())
            wrong += [name for name, told, crc in zip(names, ending.crcs, after, strict=True) if told != crc]
            wrong += ["score"] * (ending.returns != last["score"].tolist())
        if wrong or differing is not None:
            self._note(tuple(dict.fromkeys(wrong)))
        return state

    def _note(self, fields: tuple[str, ...]) -> None:
        if self.diverged is None or self.position < self.diverged.tick:
            self.diverged = Divergence(self.position, fields)
        elif not self.diverged.fields:  # none was named there, by chance: what differs next is told
            self.diverged = self.diverged._replace(fields=fields)


def differing_fields(world: World, recorded: bytes, found: bytes) -> tuple[str, ...]:
    """The fields in which two snapshots of equal length differ."""
    a, b = np.frombuffer(recorded, world.record), np.frombuffer(found, world.record)
    return tuple(name for name in world.record.names or () if a[name].tobytes() != b[name].tobytes())


def intervene(simulation: Simulation, control: Control) -> None:
    """Make a recorded intervention."""
    if control.op == "drive":
        simulation.drive(int(control.seat or 0), bool(control.external))
    elif control.op == "reset":
        simulation.reset(control.trial)
    elif control.op != "restore":  # what follows a restore is its keyframe
        getattr(simulation, control.op)()
