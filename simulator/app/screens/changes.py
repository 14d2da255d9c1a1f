"""What people change in a live game from outside its rules: they go back in time, and they change who sits where."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.app.play.table import BOT, HUMAN, hand_over
from simulator.app.play.texts import text

if TYPE_CHECKING:
    from simulator.app.screens.live import LiveScene
    from simulator.engine.player import Player
    from simulator.engine.trial import Memories

KEPT = 30.0  # s of the game that can be gone back
APART, APART_IN_TURNS = 0.5, 0.1  # s between two kept moments, where time runs and where the world waits
STEP = 3.0  # s that one press goes back; where the world waits it is one turn


@dataclass(frozen=True)
class Moment:
    """All that a game was before a decision."""

    clock: float  # s since the game began, along what was played in the end
    state: bytes
    memories: Memories
    thoughts: dict[int, Any]
    history: tuple[Any, ...]


class Rewind:
    """The last half minute of a live game, as moments to go on from."""

    def __init__(self, scene: LiveScene) -> None:
        self.scene = scene
        self.clock = 0.0
        self.gone = 0.0
        """Seconds that were gone back since the game went on last."""
        self._moments: deque[Moment] = deque()

    def note(self) -> None:
        """Keep the present moment, if a decision begins and the last one is long enough ago; then a tick passes."""
        scene = self.scene
        apart = APART_IN_TURNS if scene.by_hand.hands.waits else APART
        old = not self._moments or self.clock - self._moments[-1].clock > apart - 1e-6
        if old and scene.simulation.deciding:
            thoughts = dict(scene.table.thoughts)
            memories = scene.table.crew.keep()
            state = scene.simulation.snapshot()
            self._moments.append(Moment(self.clock, state, memories, thoughts, scene.history.keep()))
            while self.clock - self._moments[0].clock > KEPT:
                self._moments.popleft()
        self.clock += scene.world.timing.tick
        self.gone = 0.0

    def back(self) -> bool:
        """Go back a step; False, with a word why, where that cannot be."""
        scene = self.scene
        if problem := self._problem():
            scene.say(problem)
            return False
        wanted = self.clock if scene.by_hand.hands.waits else self.clock - STEP
        while len(self._moments) > 1 and self._moments[-1].clock > wanted - 1e-6:
            self._moments.pop()
        moment = self._moments.pop()
        self.gone += self.clock - moment.clock
        self.clock = moment.clock
        self._restore(moment)
        return True

    def _problem(self) -> str:
        if not self.scene.ready:
            return text("say.not_seated")
        if name := self.scene.table.crew.unrewindable:
            return text("say.remembers", name=name)
        return "" if self._moments else text("say.no_earlier")

    def _restore(self, moment: Moment) -> None:
        scene = self.scene
        scene.take_over(False)
        simulation, seated = scene.simulation, scene.simulation.w["driver"].copy()
        simulation.restore(moment.state)
        scene.notes.cut()
        scene.control("restore")
        for seat in np.flatnonzero(simulation.w["driver"] != seated).tolist():  # who sits where is as it is now
            hand_over(simulation, scene.recorder, seat, external=bool(seated[seat]))
        scene.table.crew.go_back(moment.memories)
        scene.table.thoughts = dict(moment.thoughts)
        scene.history.go_back(moment.history)
        scene.note("rewind", seconds=round(self.gone, 3))
        scene.replaced()


def reseat(scene: LiveScene, seat: int, spec: str, player: Player | None = None, device: int = 0) -> None:
    """Somebody else sits in a seat from now on: "human", who plays with a device, "bot", or a `player` made of a spec.

    Raises:
        Refused: people who cannot play together; then all stays as it was.
    """
    people = [person.seat for person in scene.people if person.seat != seat]
    scene.by_hand.seat([*people, seat] if spec == HUMAN else people, {seat: device})
    if scene.taken == seat:
        scene.take_over(False)
    before = scene.table.who(seat, scene.simulation)
    scene.table.reseat(seat, HUMAN if spec == HUMAN else BOT if player is None else player)
    external = spec == HUMAN or player is not None
    if external != (seat in scene.simulation.external):
        hand_over(scene.simulation, scene.recorder, seat, external=external)
    scene.by_hand.forget(seat)
    scene.reseated[seat] = spec
    tell_seat(scene, seat, before)
    scene.say(text("say.played_by", seat=scene.world.seats[seat].name, who=scene.who(seat)))


def tell_seat(scene: LiveScene, seat: int, before: str = "") -> None:
    """Note in the recording who sits in a seat now."""
    facts = {"seat": scene.world.seats[seat].name, "before": before, "player": scene.reseated[seat]}
    if sha256 := getattr(scene.table.players.get(seat), "sha256", ""):
        facts["sha256"] = sha256
    scene.note("seat_change", **facts)
