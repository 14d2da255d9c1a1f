"""What-ifs: who plays on where a recording branches, their memories given back, and the tree of what was tried."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator.app.play.table import HUMAN, Occupant
from simulator.app.play.texts import text
from simulator.engine.seats import PLAYERS, SeatSpec, read_spec
from worlds.world import Refused

if TYPE_CHECKING:
    from replays import Playback
    from simulator.engine import Player
    from simulator.engine.trial import SeatedPlayers
    from worlds.world import World

MADE = ("agent", "random")
"""Kinds of players that are made again."""


@dataclass
class BranchPlan:
    """Who plays on from a frame of a recording."""

    seats: dict[str, Occupant] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    """Seat → as recordings say it."""
    checkpoints: dict[str, str] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    """A sentence for each player of the recording that is not there any more."""
    beneath: bool = False
    """The person's seat is an agent's: it goes on watching, so that it may have the seat back."""


def plan_branch(playback: Playback, person: int | None, given: Mapping[str, Occupant] | None = None) -> BranchPlan:
    """Who plays on from where a recording stands: the players of the recording, made again, and a ``person`` in one
    seat, if any. ``given`` are occupants that somebody asked for instead, by seat name.
    """
    world = playback.world
    plan = BranchPlan(seats=dict(given or {}))
    players, weights, late = _sitting(playback)
    makers: dict[tuple[str, str], Callable[[], Player]] = {}
    for seat in playback.simulation.external:
        name = world.seats[seat].name
        if name in plan.seats:
            continue
        words = players.get(name, "")
        spec = _spec(name, words)
        if spec is not None and spec.kind in MADE:
            try:
                sha256 = _check(world, spec, weights.get(name, ""))
            except Refused:
                _miss(plan, text("whatif.missing", seat=name, player=words), seat == person)
            else:
                plan.seats[name] = makers.setdefault((words, name if name in late else ""), _maker(playback, spec))
                plan.words[name] = words
                plan.checkpoints |= {name: sha256} if sha256 else {}
                plan.beneath = plan.beneath or seat == person
                continue
        elif spec is None and words:
            _miss(plan, text("whatif.unknown", seat=name, player=words), seat == person)
    if person is not None and not given and not plan.beneath:
        plan.seats[world.seats[person].name] = HUMAN
        plan.words[world.seats[person].name] = HUMAN
    return plan


def _sitting(playback: Playback) -> tuple[dict[str, str], dict[str, str], set[str]]:
    """Who sits where at the present frame and with which weights, and which seats have changed hands since the start:
    who came later shares no memory with others.
    """
    told = playback.description
    players, weights, late = dict(told.players), dict(told.checkpoints), set[str]()
    for position, event in playback.events:
        if event.name == "seat_change" and position <= playback.position:
            seat = str(event.data.get("seat"))
            late.add(seat)
            players[seat], weights[seat] = str(event.data.get("player", "")), str(event.data.get("sha256", ""))
    return players, weights, late


def _miss(plan: BranchPlan, sentence: str, replaced: bool) -> None:
    """Say that a player is gone, unless a person has its seat anyway."""
    if not replaced:
        plan.missing.append(sentence)


def _spec(seat: str, words: str) -> SeatSpec | None:
    """A player as the recording writes it; None for what is no player of Crossplay."""
    try:
        return read_spec(f"seat {seat!r}", words, PLAYERS)
    except Refused:
        return None


def _check(world: World, spec: SeatSpec, sha256: str) -> str:
    """The hash of the weights of an agent that can play on, without loading it.

    Raises:
        Refused: there is no such agent any more, or it is another one.
    """
    if spec.kind != "agent":
        return ""
    import agents
    from simulator.app.play.seating import facts_of

    found = facts_of(agents.find(spec.name, world.name)).sha256
    if sha256 and found != sha256:
        raise Refused(f"agent {spec.name!r} has other weights than then")
    return found


def _maker(playback: Playback, spec: SeatSpec) -> Callable[[], Player]:
    """Loads a player that draws as it did in the window's games: by their seed."""
    from agents.players.seated import player_of

    subject = playback.description.subject
    return functools.partial(player_of, playback.world, spec, seed=subject.seed, episodes=subject.episodes_per_trial)


def resumed(
    playback: Playback, position: int, folders: Sequence[Path], crew: SeatedPlayers, players: Mapping[int, Player]
) -> str:
    """Give the players of a what-if back what they remembered at a position; what to say of it."""
    from replays.memories import rebuild

    try:
        found = rebuild(playback, position, crew, players, folders)
    except Refused as reason:
        crew.begin()
        return text("whatif.blank", reason=str(reason))
    if found.asked == 0:
        return "" if found.whole else text("whatif.partly")
    words = text("whatif.rebuilt", decisions=found.decisions, agreed=found.agreed, asked=found.asked)
    return words if found.whole else f"{words} {text('whatif.partly')}"


@dataclass
class WhatIf:
    """One recording of this sitting: the one that was opened, or what was tried from a frame of another."""

    label: str
    path: Path | None
    parent: int = -1
    """Its place in the tree; −1: it was opened."""
    position: int = 0
    """The tick at which it was left."""


class WhatIfTree:
    """The what-ifs of a sitting, each with the one it branched from."""

    def __init__(self) -> None:
        self.nodes: list[WhatIf] = []
        self.current = -1

    def plant(self, label: str, path: Path | None) -> int:
        """Begin a tree anew with a recording that was opened."""
        self.nodes, self.current = [WhatIf(label, path)], 0
        return 0

    def grow(self, label: str, path: Path | None) -> int:
        """A what-if from the present one."""
        self.nodes.append(WhatIf(label, path, self.current))
        self.current = len(self.nodes) - 1
        return self.current

    def rows(self) -> list[tuple[int, int]]:
        """(depth, number) of all of them, each under the one it branched from."""
        found: list[tuple[int, int]] = []

        def walk(parent: int, depth: int) -> None:
            for number, node in enumerate(self.nodes):
                if node.parent == parent:
                    found.append((depth, number))
                    walk(number, depth + 1)

        walk(-1, 0)
        return found

    def beside(self, step: int) -> int | None:
        """The one so many rows below the present one, if there is one."""
        order = [number for _, number in self.rows()]
        at = order.index(self.current) + step if self.current in order else -1
        return order[at] if 0 <= at < len(order) else None


def label_of(world: Any, seat: int | None, seconds: str) -> str:
    """What a what-if is called in the list."""
    who = text("whatif.all") if seat is None else world.seats[seat].name
    return text("whatif.label", time=seconds, who=who)
