"""What people do around a live game: they click a choice, see whose turn it is, and change who sits where."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import pygame

from simulator.app.panels.card import marks_of
from simulator.app.panels.deck import DeckView, Drawn, Offer, PersonTurn, SeatRow, draw_deck
from simulator.app.panels.setup import label
from simulator.app.play.choices import keyed_choices
from simulator.app.play.hands import RESTING, allowed_now
from simulator.app.play.people import HALVES, KEYBOARD, device_words
from simulator.app.play.setups import Choice, agents_for
from simulator.app.play.table import LOADING
from simulator.app.play.texts import text
from simulator.app.screens.changes import reseat
from simulator.app.shell.controls import LIVE
from simulator.app.shell.gamepads import BACK_BUTTON
from simulator.app.shell.jobs import Job
from worlds.kit.words import one_line
from worlds.world import Refused

if TYPE_CHECKING:
    from simulator.app.play.people import Person
    from simulator.app.screens.live import LiveScene
    from simulator.app.shell.stage import WindowStage

MOUSE = (pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP, pygame.MOUSEMOTION, pygame.MOUSEWHEEL)
PADS = (pygame.JOYBUTTONDOWN, pygame.JOYHATMOTION, pygame.JOYAXISMOTION)
Option = tuple[Choice, int]
"""Who may sit in a seat, and what a person there plays with."""


class Coming(NamedTuple):
    """A player that is made for a seat."""

    job: Job[Any]
    spec: str
    before: str
    """Who sat there when it was asked for."""


class Deck:
    """The parts of ImGui around one live game. `drawn` tells which layers are on and which the world knows."""

    def __init__(
        self, stage: WindowStage, scene: LiveScene, drawn: Callable[[], tuple[frozenset[str], set[str]]]
    ) -> None:
        self.stage, self.scene, self._drawn = stage, scene, drawn
        self.drawn = Drawn()
        """What was shown last."""
        self.choosing = False
        """Whether the menu of seats is open; the game stands still then."""
        self._options: list[list[Option]] = []
        self._finding: Job[list[list[Choice]]] | None = None
        self._making: dict[int, Coming] = {}
        self._problem = ""
        self._asked: object = None
        self._written: dict[str, str] = {}

    @property
    def height(self) -> int:
        """Pixels at the foot of the world that the bar of choices takes."""
        return self.drawn.high

    @property
    def wanted(self) -> bool:
        """Whether there is anything to show."""
        return self.choosing or len(self.scene.people) > 0 or bool(self.scene.rewind.gone)

    def open(self, on: bool) -> None:
        """Open the menu of seats, or close it."""
        self.choosing, self._problem = on, ""
        if on:
            self.stage.prepare_gui()
            self.stage.keyboard.clear()
            if not self._options and self._finding is None:
                world = self.scene.world
                self._finding = Job("", lambda: [agents_for(world, seat) for seat in range(len(world.seats))])

    def handle(self, event: pygame.event.Event) -> bool:
        """Take in an event; whether it was used up."""
        if not self.stage.has_gui or not (self.choosing or event.type in MOUSE):
            return False
        if self.choosing:
            return self._handle_menu(event)
        self.stage.gui.handle(event)
        return event.type != pygame.MOUSEMOTION and hasattr(event, "pos") and self._covers(event.pos)

    def _handle_menu(self, event: pygame.event.Event) -> bool:
        name = self.stage.bindings.command(LIVE, event.key) if event.type == pygame.KEYDOWN else ""
        back = event.type == pygame.JOYBUTTONDOWN and event.button == BACK_BUTTON
        if name == "seats" or ((back or name == "quit") and not self.stage.gui.busy):
            self.open(False)
            self.stage.gamepads.let_go()
            return True
        self.stage.gui.handle(event)
        return event.type in (*MOUSE, pygame.KEYDOWN, pygame.KEYUP, *PADS)

    def _covers(self, pixel: tuple[int, int]) -> bool:
        return any(
            left <= pixel[0] < right and top <= pixel[1] < bottom for left, top, right, bottom in self.drawn.boxes
        )

    def advance(self) -> None:
        """Do what was clicked; take in what was prepared."""
        asked, self.drawn.asked = self.drawn.asked, None
        if self._finding is not None and self._finding.done:
            self._options = [self._all_options(seat, found) for seat, found in enumerate(self._finding.result())]
            self._finding = None
        for seat, coming in list(self._making.items()):
            if coming.job.done:
                del self._making[seat]
                self._reseat(seat, coming)
        if asked is None:
            return
        if asked.close:
            self.open(False)
        elif asked.offer is not None:
            self.scene.order(asked.offer.seat, asked.offer.factor, asked.offer.choice)
        elif asked.reseat is not None:
            seat, at = asked.reseat
            self._choose(seat, *self._options[seat][at])

    def _all_options(self, seat: int, agents: list[Choice]) -> list[Option]:
        """People with each device, the bot of the task, agents, and random choices."""
        pads = range(1, 1 + max(len(self.stage.gamepads.pads), 1))
        people = [(Choice("human", "person"), device) for device in (KEYBOARD, *HALVES, *pads)]
        return [*people, (Choice("bot", "drawn"), 0), *((each, 0) for each in agents), (Choice("random", "random"), 0)]

    def _choose(self, seat: int, choice: Choice, device: int) -> None:
        self._problem = ""
        self._making.pop(seat, None)  # whoever was wanted there before comes too late
        if choice.kind in ("person", "drawn"):
            try:
                reseat(self.scene, seat, choice.spec, device=device)
            except Refused as refusal:
                self._problem = f"{one_line(str(refusal))}."
            return
        scene = self.scene
        seed, episodes = int(scene.simulation.describe()["seed"]), int(scene.simulation.w["episodes"])

        def make() -> Any:
            from agents.players.seated import player_of
            from simulator.engine.seats import PLAYERS, read_spec

            return player_of(scene.world, read_spec("a seat", choice.spec, PLAYERS), seed=seed, episodes=episodes)

        before = scene.table.who(seat, scene.simulation)
        self._making[seat] = Coming(Job(label(choice), make), choice.spec, before)

    def _reseat(self, seat: int, coming: Coming) -> None:
        scene = self.scene
        if coming.before not in (LOADING, scene.table.who(seat, scene.simulation)):
            scene.say(text("seats.late", name=coming.job.words, seat=scene.world.seats[seat].name))
            return
        try:
            reseat(scene, seat, coming.spec, coming.job.result())
        except Refused as refusal:
            self._problem = f"{one_line(str(refusal))}."

    # --- what is shown ---------------------------------------------------------------------------------------------

    def draw(self, world: tuple[int, int], top: int = 0) -> None:
        """Say with ImGui's calls what is seen, over a world's picture of a size of which `top` pixels are taken."""
        if not self.wanted:
            self.drawn = Drawn()
            return
        self.drawn = draw_deck(self.stage.gui, self.stage.look, self.view(), world, top)

    def view(self) -> DeckView:
        """All of it as plain data."""
        scene, keys = self.scene, self.stage.bindings
        if (asked := (keys, scene.codes)) != self._asked:
            self._asked = asked
            self._written = {
                name: keys.written(name, LIVE, scene.codes) for name in ("rewind", "pause", "fog", "seats")
            }
        written = self._written
        strip = text(
            "rewind.strip", seconds=f"{scene.rewind.gone:.1f}", further=written["rewind"], go=written["pause"]
        )  # fmt: skip
        seeing, more = self._seeing(written["fog"])
        names = ", ".join(coming.job.words for coming in self._making.values())
        busy = text("seats.loading", name=names) if names else ""
        return DeckView(
            seeing=seeing, more=more, strip=strip if scene.rewind.gone and scene.paused else "",
            turns=tuple(self._turn(person) for person in scene.people) if scene.by_hand.hands.waits else (),
            menu=tuple(self._rows()) if self.choosing else (), menu_key=written["seats"],
            problem=self._problem, busy=busy if self.choosing else "",
        )  # fmt: skip

    def _seeing(self, key: str) -> tuple[str, str]:
        """How much people see, in words; and the key that changes it."""
        scene = self.scene
        layers, known = self._drawn()
        if not len(scene.people):
            return "", ""
        if "hidden" in layers:
            return text("see.all"), ""
        viewer = scene.viewer
        others = viewer is not None and scene.people.at(viewer) is None and viewer != scene.taken
        seat = "" if viewer is None else text("see.seat", seat=scene.world.seats[viewer].name)
        if "fog" not in known or viewer is None:
            return seat if others else text("see.plain"), ""
        more = text("see.key", key=key) if key else ""
        if "fog" not in layers:
            return text("see.whole"), more
        return seat if others else text("see.agent"), more

    def _turn(self, person: Person) -> PersonTurn:
        scene, seat = self.scene, person.seat
        mark = marks_of(scene.world, [scene.who(at) for at in range(len(scene.world.seats))])[seat]
        is_turn = seat in scene.turns and not scene.paused
        chosen = is_turn and bool(scene.by_hand.requests(scene.simulation, seat)[0])
        state = text("turn.chosen" if chosen else "turn.choose" if is_turn else "turn.wait")
        sizes, legal = scene.world.action_sizes, allowed_now(scene.simulation, seat)
        offers = []
        for each in keyed_choices(person.hands):
            allowed = bool(legal[sum(sizes[: each.factor]) + each.choice])
            if allowed or scene.world.actions[each.factor].choices[each.choice] not in RESTING:
                key = each.key if person.types else ""
                offers.append(Offer(seat, each.factor, each.choice, key, each.words, is_turn and allowed))
        return PersonTurn(mark, state, is_turn and not chosen, tuple(offers))

    def _rows(self) -> list[SeatRow]:
        scene = self.scene
        who = [scene.who(seat) for seat in range(len(scene.world.seats))]
        rows = []
        for seat, (mark, options) in enumerate(zip(marks_of(scene.world, who), self._options, strict=False)):
            names = tuple(_name(choice, device) for choice, device in options)
            rows.append(SeatRow(seat, mark, names, self._at(seat, options)))
        return rows

    def _at(self, seat: int, options: list[Option]) -> int:
        """Which of the options sits there now."""
        person, scene = self.scene.people.at(seat), self.scene
        spec = "human" if person is not None else scene.table.who(seat, scene.simulation)
        device = 0 if person is None else person.device
        return next((at for at, (choice, with_) in enumerate(options) if (choice.spec, with_) == (spec, device)), -1)


def _name(choice: Choice, device: int) -> str:
    return (
        text("seats.person", who=label(choice), device=device_words(device))
        if choice.kind == "person"
        else label(choice)
    )
