"""What a game is for who does not see it: who sits where, the scores, what can be seen, and what is read aloud.

Choices, cards and pages that ImGui draws are overheard; this tells only what is drawn by hand.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pygame

from simulator.app.pages.markdown import title
from simulator.app.panels.seats import points
from simulator.app.play.texts import text
from simulator.app.screens.live import LiveScene
from simulator.app.shell.controls import ANY, COMMANDS
from simulator.canvas.speech import said

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.app.screens.game import GameScreen
    from simulator.app.shell.accessibility.page import PageMaker

UNTOLD = ("play_pause", "take_over")
"""Commands that another one does as well, or whose key must be held."""


class GameTelling:
    """Tells one game. It remembers what was read aloud, so that only what is new is."""

    def __init__(self, screen: GameScreen) -> None:
        self.screen, self.scene = screen, screen.scene
        self._lines: list[str] = []
        self._ended = len(self.scene.history.returns)
        self._turn: object = None

    def tell(self, page: PageMaker) -> None:
        """The game as nodes; what has happened since the last time as news."""
        world = self.scene.world
        name = title(world.page)[0] if world.page.strip() else world.name
        with page.inside("game", said(name), key="game"):
            page.focus = page.here.number
            if self.screen.reading and not self.screen.helping and self.screen.stage.has_gui:
                page.button(text("access.begin"), lambda: press(pygame.K_RETURN), keys="Enter")
            page.text(self._where())
            lines = self._present()
            with page.inside("group", text("access.now"), key="now"):
                page.text(*(lines or [text("access.no_words")]), self._status())
            self._seats(page)
            self._returns(page)
            self._commands(page)
        if not self.screen.reading and self.scene.ready:
            self.tell_news(page)
        if self.screen.bar is not None:
            self.screen.bar.typing.tell(page)

    # --- what stands there -----------------------------------------------------------------------------------------

    def lines(self, w: Any) -> list[str]:
        """What the followed seat may know, in the world's own sentences."""
        tell = self.scene.world.view.tell
        return [] if tell is None else [said(line) for line in tell(w, self.scene.followed)]

    def _present(self) -> list[str]:
        """What can be seen now: where a trial has ended, its last moment."""
        return self.lines(self.scene.simulation.final if self.scene.held else self.scene.simulation.w)

    def _where(self) -> str:
        scene, w = self.scene, self.scene.simulation.w
        words = text(
            "access.where", task=int(w["trial"]) + 1, episode=int(w["episode"]) + 1, episodes=int(w["episodes"])
        )
        state = text("access.paused") if scene.paused else text("access.your_turn") if scene.waiting else ""
        return f"{words}, {state}" if state else words

    def _status(self) -> str:
        world, seat = self.scene.world, self.scene.followed
        words = "" if world.view.status is None else world.view.status(self.scene.simulation.w, seat)
        return f"{said(world.seats[seat].name)}: {said(words)}" if words else ""

    def _seats(self, page: PageMaker) -> None:
        scene = self.scene
        rows = [
            (said(seat.name), said(scene.who(at)), points(scene.simulation.w["score"][at]))
            for at, seat in enumerate(scene.world.seats)
        ]
        page.table(text("setup.seats"), (text("access.seat"), text("access.who"), text("access.score")), rows)

    def _returns(self, page: PageMaker) -> None:
        scene = self.scene
        if not scene.history.returns:
            return
        seat = scene.world.seats[scene.followed].name
        rows = [
            (f"{text('access.episode')} {number}", points(row[scene.followed]))
            for number, row in enumerate(scene.history.returns, 1)
        ]
        page.table(text("access.returns"), ("", text("access.return", seat=seat)), rows)

    def _commands(self, page: PageMaker) -> None:
        """Every command that does something here, with its key."""
        screen, kind = self.screen, self.scene.kind
        taken = self.scene.codes if isinstance(self.scene, LiveScene) else ()
        with page.inside("group", text("access.commands"), key="commands"):
            for command in COMMANDS:
                keys = screen.stage.bindings.written(command.name, kind, taken)
                useless = command.name in UNTOLD or screen.idle(command.name)
                if command.where in (ANY, kind) and keys and not useless:
                    words = text("access.help") if command.name == "help" else said(command.help)
                    page.button(words, partial(screen.command, command.name), keys=keys)

    # --- what is read aloud ----------------------------------------------------------------------------------------

    def tell_news(self, page: PageMaker) -> None:
        """Have read aloud what has happened since the last time, and whose turn it is."""
        scene = self.scene
        fresh: list[str] = []
        ended = len(scene.history.returns)
        if ended > self._ended:
            fresh += self._fresh(self.lines(scene.simulation.final))
            fresh.append(self._verdict(ended))
        self._ended = ended
        if isinstance(scene, LiveScene) and scene.by_hand.hands.waits:
            fresh += self._fresh(self._present())
            fresh += self._turn_words(scene)
        page.announce(" ".join(fresh))

    def _fresh(self, lines: list[str]) -> list[str]:
        """Sentences that were not so the last time."""
        fresh = [line for line in lines if line not in self._lines]
        self._lines = lines
        return fresh

    def _verdict(self, number: int) -> str:
        scene = self.scene
        name = "access.trial_over" if scene.history.over else "access.episode_over"
        seat, made = scene.world.seats[scene.followed].name, points(scene.history.returns[-1][scene.followed])
        return f"{text(name, number=number, seat=seat, points=made)}."

    def _turn_words(self, scene: LiveScene) -> Iterator[str]:
        """Whose turn it is and what can be chosen, once for each turn."""
        still = scene.paused or scene.held or scene.banner is not None
        turns = tuple(scene.turns) if scene.waiting and not still else ()
        now = (scene.ticks, scene.age, turns)
        if now == self._turn:
            return
        self._turn = now
        deck, many = self.screen.deck, scene.by_hand.many
        for turn in deck.view().turns if turns and deck is not None else ():
            choices = [
                text("access.choice", words=offer.words, key=offer.key) if offer.key else offer.words
                for offer in turn.offers if offer.allowed
            ]  # fmt: skip
            if turn.urgent and choices:
                name = "access.turn_of" if many else "access.turn"
                yield f"{text(name, who=turn.mark.who, choices='; '.join(choices))}."


def press(key: int) -> None:
    """A key as if it had been pressed."""
    for kind in (pygame.KEYDOWN, pygame.KEYUP):
        pygame.event.post(pygame.event.Event(kind, key=key, mod=0, unicode="", scancode=0))
