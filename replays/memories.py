"""Giving agents their memories back: they are shown what their seats saw in the recording, from the trial's begin on.

A recording holds what was done, not what was remembered. But the rules give every observation again, and a memory is
made of nothing but observations. So the trial is played once more; at every decision each agent looks and decides as it
did then, and what was recorded is done, whatever it chose now. The network is told its last action as part of the
observation, so it hears of the recorded one; an agent that learns by gradient is told by ``took``.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from replays.parent import find_parent
from worlds.world import Refused

if TYPE_CHECKING:
    from replays.playback import Playback
    from simulator.engine.player import Player
    from simulator.engine.trial import SeatedPlayers

BEGINNERS = ("reset", "next_task")
"""Interventions that begin a trial: memories are wiped."""
DEEPEST = 50  # what-ifs of what-ifs
CHANGE = "seat_change"
"""The event that somebody else sits in a seat."""


class Rebuilt(NamedTuple):
    """How memories were rebuilt."""

    decisions: int
    """That each agent was shown."""
    agreed: int
    """Those of ``asked`` in which they chose what was recorded."""
    asked: int
    """Decisions of agents, over all seats; who is done waits for the others, and what it then chooses is not done."""
    whole: bool
    """All of the trial was there: else what came before the recording is missing."""


class Stretch(NamedTuple):
    """A part of one recording."""

    playback: "Playback"
    start: int
    end: int


def stretches(playback: "Playback", position: int, folders: Sequence[Path]) -> tuple[list[Stretch], bool]:
    """The parts of recordings that lead from the begin of a trial to a position, oldest first; and whether that is the
    whole way. Where a recording begins inside a trial, it goes on in its parent.
    """
    found = [Stretch(playback, trial_begin(playback, position), position)]
    for _ in range(DEEPEST):
        first = found[0]
        if first.start > 0 or _begins_trial(first.playback):
            return found, True
        parent = first.playback.parent
        place = find_parent(parent, [first.playback.path.parent, *folders]) if parent is not None else None
        if parent is None or place is None:
            return found, False
        from replays.playback import open as open_replay

        try:
            older = open_replay(place)
        except Refused:
            return found, False
        tick = min(parent.tick, older.length)
        found.insert(0, Stretch(older, trial_begin(older, tick), tick))
    return found, False


def trial_begin(playback: "Playback", position: int) -> int:
    """Where the trial began that runs at a position: memories were blank there. 0 where it began before the
    recording.
    """
    return max([0, *(at for at in _begins(playback) if at <= position)])


def trial_end(playback: "Playback", position: int) -> int:
    """Where the trial ends that runs at a position, or the recording."""
    return min([playback.length, *(at for at in _begins(playback) if at > position)])


def _begins(playback: "Playback") -> list[int]:
    """Where further trials begin in a recording."""
    wiped = [at for at, control in playback.controls if control.op in BEGINNERS]
    spans = playback.episodes
    turned = [span.start for before, span in zip(spans, spans[1:], strict=False) if span.trial != before.trial]
    return [*wiped, *turned]


def rebuild(
    playback: "Playback", position: int, crew: "SeatedPlayers", players: Mapping[int, "Player"],
    folders: Sequence[Path] = (),
) -> Rebuilt:  # fmt: skip
    """Bring ``players``, by seat, whose ``crew`` has begun a trial, to what they remembered at a position.

    Raises:
        Refused: a recording cannot be played up to there, or a player cannot play its world.
    """
    parts, whole = stretches(playback, position, folders)
    decisions = agreed = asked = 0
    for part in parts:
        own = part.playback.twin()
        own.seek(part.start)
        forgotten = [at for at, event in own.events if event.name == "forget" and part.start <= at]
        arrivals = _arrivals(own, part)
        actions = np.zeros_like(own.simulation.applied)
        while own.position < part.end:
            _seat(crew, players, arrivals, own.position)
            while forgotten and forgotten[0] <= own.position:
                crew.forget()
                forgotten.pop(0)
            if own.simulation.deciding:
                decisions += 1
                crew.decide(own.simulation, actions)
                done = own.recorded(own.position).astype(np.int64)
                absent = {seat for _, seat in arrivals}
                active = [seat for seat in players if not own.simulation.w["done"][seat] and seat not in absent]
                asked += len(active)
                agreed += sum(bool((actions[seat] == done[seat]).all()) for seat in active)
                crew.did(done)
            own.forward()
        _seat(crew, players, arrivals, own.position)
        if forgotten and forgotten[0] <= own.position:
            crew.forget()
    return Rebuilt(decisions, agreed, asked, whole)


def _arrivals(playback: "Playback", part: Stretch) -> list[tuple[int, int]]:
    """When somebody else sat down in a seat in a part of a recording, and in which."""
    names = {seat.name: index for index, seat in enumerate(playback.world.seats)}
    changes = [(at, names.get(str(event.data.get("seat")))) for at, event in playback.events if event.name == CHANGE]
    return [(at, seat) for at, seat in changes if seat is not None and part.start <= at <= part.end]


def _seat(
    crew: "SeatedPlayers", players: Mapping[int, "Player"], arrivals: list[tuple[int, int]], position: int
) -> None:
    """Who sat down by now begins to remember here: what the seat saw before, it did not see."""
    while arrivals and arrivals[0][0] <= position:
        _, seat = arrivals.pop(0)
        if seat in players:
            crew.join(seat, players[seat])


def _begins_trial(playback: "Playback") -> bool:
    """Whether the recording starts with the first tick of a trial."""
    own = playback.twin()
    w = own.simulation.w
    return int(w["episode"]) == 0 and int(w["tick"]) == 0
