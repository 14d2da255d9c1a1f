"""How the application branches a replay into a live game, goes back, and walks among the what-ifs of a sitting."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from functools import partial
from typing import Any

from simulator.app.play.branching import WhatIfTree, label_of, plan_branch, resumed
from simulator.app.play.clocks import clock
from simulator.app.play.table import BOT
from simulator.app.play.texts import text
from simulator.app.screens.game import GameScreen
from simulator.app.screens.live import LiveScene
from simulator.app.screens.replay import ReplayScene
from simulator.app.screens.scene import Scene
from simulator.app.screens.what_if_list import BranchWish
from simulator.app.shell.session import Session
from simulator.app.shell.stage import WindowStage
from simulator.app.shell.start import what_if_recorder
from worlds.world import Refused


class WhatIfStage(WindowStage):
    """The part of the application that knows what was tried from the replay that is open."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.playing = session
        """What the present game or replay was opened with."""
        self.tree = WhatIfTree()
        """The replay that was opened, and the what-ifs that were tried from it."""

    @property
    def game(self) -> GameScreen:
        """The game that is seen."""
        assert isinstance(self.top, GameScreen)
        return self.top

    def _show(self, scene: Scene, node: int = -1) -> None:
        raise NotImplementedError

    def _trial_ended(self) -> None:
        raise NotImplementedError

    def pop(self) -> None:
        """Back to the screen below; if that is a replay, its place in the tree of what-ifs is the present one."""
        super().pop()
        if isinstance(self.top, GameScreen):
            self.playing, self.tree.current = self.game.session, self.game.node

    def _grant_branch(self, wish: BranchWish) -> None:
        if wish.what == "branch" and wish.simulation is not None:
            self._branch(wish.simulation, watch=wish.watch, words=wish.words)
        elif wish.what == "visit":
            self._visit(wish.number)
        elif wish.what == "back" and isinstance(self.game.scene, LiveScene) and self.game.node > 0:
            self.pop()

    def _branch(self, simulation: Any, *, watch: bool = False, words: str = "") -> None:
        """Go on from a frame of the replay: its players with their memories, and the user in the followed seat."""
        replay, session = self.game.scene, self.game.session
        assert isinstance(replay, ReplayScene)
        world, position, person = replay.world, replay.position, None if watch else replay.followed
        replay.paused = True
        self.tree.nodes[self.tree.current].position = position
        plan = plan_branch(replay.playback, person, session.seats)
        names = [seat.name for seat in world.seats]
        for seat in simulation.external:
            if names[seat] not in plan.seats:
                simulation.drive(seat, False)  # whoever played here is gone: its bot plays on
        place, recorder = what_if_recorder(replay.playback, position, plan, session.whatifs, self.say)
        resume = (
            None
            if session.seats
            else partial(resumed, replay.playback, position, [session.whatifs] if session.whatifs else [])
        )
        playing = any(not isinstance(who, str) for who in plan.seats.values())
        self.playing = replace(
            session, simulation=simulation, playback=None, seats=plan.seats, follow=names[replay.followed],
            paused=False, recorder=recorder, resume=resume if playing else None,
            specs={} if session.seats else {name: plan.words.get(name, BOT) for name in names},
        )  # fmt: skip
        label = label_of(world, person, clock(position * world.timing.tick))
        node = self.tree.grow(label, place)
        scene = LiveScene(
            simulation, self.playing, keyboard=self.keyboard, gamepads=self.gamepads, say=self.say,
            reduced_motion=self.settings.reduced_motion,
        )  # fmt: skip
        scene.history = deepcopy(replay.history)
        if plan.beneath:
            scene.sit_down(replay.followed)
        screen = GameScreen(
            self, scene, self.playing, self.game.layers, self._grant_branch, self.tree, ended=self._trial_ended
        )  # fmt: skip
        self.push(screen)
        screen.node, screen.halt.standing = node, person is not None
        scene.advice = [words] if words else []
        for sentence in (text("whatif.live"), *plan.missing):
            self.say(sentence)

    def _visit(self, number: int) -> None:
        """Show a what-if of the tree as a replay, where it was left."""
        import replays

        target = self.tree.nodes[number]
        if isinstance(self.game.scene, LiveScene):
            self.pop()
        shown = self.game.scene
        if number == self.tree.current or not isinstance(shown, ReplayScene):
            return
        if target.path is None:
            self.say(text("whatif.lost"))
            return
        try:
            playback = replays.open(target.path)
        except Refused as refusal:
            self.say(f"{refusal}.")
            return
        self.tree.nodes[self.tree.current].position = shown.position
        session = replace(self.game.session, playback=playback, paused=True)
        self.playing, self.tree.current = session, number
        scene = ReplayScene(playback, session, say=self.say, reduced_motion=self.settings.reduced_motion)
        scene.followed = shown.followed
        scene.seek(target.position)
        self._show(scene, number)
