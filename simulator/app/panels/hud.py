"""The panel beside the world: task and clock, seats and scores, the adaptation curve, and the followed agent's mind."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pygame

from simulator.app.pages.markdown import title
from simulator.app.panels import charts
from simulator.app.panels.beliefs import beliefs_height, draw_beliefs
from simulator.app.panels.choosing import draw_choices, shown_choices
from simulator.app.panels.numbers import short
from simulator.app.panels.pictures import Pictures
from simulator.app.panels.seats import draw_seats, seats_height
from simulator.app.panels.sheet import PanelSheet, TipSpot, show_tip
from simulator.app.panels.thoughts import draw_thoughts, signal_rows, thoughts_height
from simulator.app.play.texts import text
from simulator.app.shell.gui import Gui
from simulator.app.shell.theme import Look
from simulator.canvas.theme import Colour, seat_colours
from worlds.world import SPLITS

if TYPE_CHECKING:
    from simulator.app.panels.views import SceneView
    from simulator.app.play.hands import Hands

WIDTH = 324  # px at text scale 1
NARROW, LARGE = 0.36, 0.15  # of the window: the panel never takes more, and in a large one at least so much
GAP = 8
HEAD, FOOT, MESSAGE = 94, 30, 18  # px: heights of the head, of the foot and of a line of a message
MESSAGE_LINES = 4  # the longest message is the path of a picture in a deep folder
MOST_DOTS = 12
FOOT_GAP = "   "  # between the keys at the foot
MENU = "\uf0c9"
EVERY = 1 / 32  # s; then the next part is laid out anew: each some times a second, as fast as people read


def panel_width(window: int, look: Look) -> int:
    """Pixels that the panel takes of a window's width."""
    return min(max(look.px(WIDTH), round(window * LARGE)), round(window * NARROW))


class Part(NamedTuple):
    """One part of the panel: where it stands, and what lays it out."""

    name: str
    box: pygame.Rect
    lay: Callable[[PanelSheet], None]


class Panel:
    """Draws the panel of one scene. One part is laid out anew in a frame, in turn, all of them when much changed."""

    def __init__(
        self, scene: SceneView, hands_of: Callable[[int], Hands],
        references: Mapping[str, Mapping[str, Sequence[float]]],
    ) -> None:  # fmt: skip
        self.scene, self._hands_of, self.references = scene, hands_of, references
        self._pictures = Pictures(scene)
        self.world = scene.world
        self.colours = seat_colours(scene.world.seats)
        self.told_keys, self._foot_high, self._menu_left = True, 0, 0
        """Whether the keys of the window stand at its foot."""
        self.sheets: dict[str, PanelSheet] = {}
        self.box = pygame.Rect(0, 0, 0, 0)
        self._key: object = None
        self._turn, self._age = 0, 0.0
        self._recording = self._telling = False
        self._lines: list[str] = []

    @property
    def hands(self) -> Hands:
        """The keys of whoever plays the followed seat."""
        return self._hands_of(self.scene.followed)

    def refresh(self) -> None:
        """Something changed: lay everything out anew."""
        self._key = None

    def draw(
        self, gui: Gui, look: Look, box: pygame.Rect, seconds: float = 0.0, *, recording: bool, telling: bool,
        messages: Sequence[str],
    ) -> None:  # fmt: skip
        """Say the panel in `box` of the window; what does not fit is left out, the least needed first.

        `telling` shows what the task hides: which kinds of bots play, and whether an agent believes what is true.
        """
        self.box, self._recording, self._telling = box, recording, telling
        key = (look, telling, recording, tuple(messages), self.scene.followed, *box)
        self._age += seconds
        if key != self._key or self._age >= EVERY:
            self._lines = [line for words in messages for line in self._broken(gui, look, words)][-MESSAGE_LINES:]
            self._lay(gui, look, anew=key != self._key)
            self._key, self._age = key, 0.0
        for sheet in self.sheets.values():
            sheet.show()

    def _lay(self, gui: Gui, look: Look, *, anew: bool) -> None:
        """Lay out the next part, or all where they stand elsewhere than before."""
        parts = self._parts(look)
        if anew or [(part.name, part.box) for part in parts] != [(name, at.box) for name, at in self.sheets.items()]:
            self.sheets = {part.name: _laid(gui, look, part) for part in parts}
            return
        self._turn = (self._turn + 1) % (len(parts) - 1)  # the last one, the foot, has only what the key holds
        part = parts[self._turn]
        self.sheets[part.name] = _laid(gui, look, part)

    def tip(self, gui: Gui, look: Look, pixel: tuple[float, float]) -> None:
        """Explain what is at a pixel of the window."""
        if words := self.told(pixel):
            show_tip(gui, look, words)

    def told(self, pixel: tuple[float, float]) -> str:
        """What the place at a pixel means; empty where there is nothing to tell."""
        return next((spot.words for spot in self._spots(pixel)), "")

    def seat_at(self, pixel: tuple[float, float]) -> int | None:
        """The seat in whose row a pixel lies."""
        return next((spot.seat for spot in self._spots(pixel) if spot.seat >= 0), None)

    def _spots(self, pixel: tuple[float, float]) -> list[TipSpot]:
        spots = [spot for sheet in self.sheets.values() for spot in sheet.spots]
        return [spot for spot in reversed(spots) if spot.box.collidepoint(pixel)]

    # --- layout ----------------------------------------------------------------------------------------------------

    def _broken(self, gui: Gui, look: Look, words: str) -> list[str]:
        return PanelSheet(gui, look, "", self.box).lines(words, 11, self.box.width - 2 * look.px(14))

    def _parts(self, look: Look) -> list[Part]:
        """What is shown now, from the top to the foot."""
        scene, panel, seat = self.scene, self.box, self.scene.followed
        pad, foot = look.px(10), panel.bottom - look.px(FOOT) - look.px(MESSAGE) * len(self._lines)
        below = pygame.Rect(panel.left, foot, panel.width, panel.bottom - foot)
        found = [Part("head", pygame.Rect(panel.left, panel.top, panel.width, look.px(HEAD)), self._head)]

        def stack(name: str, high: int, lay: Callable[[PanelSheet], None]) -> None:
            y = found[-1].box.bottom + (GAP if len(found) > 1 else 0)
            found.append(Part(name, pygame.Rect(panel.left + pad, y, panel.width - 2 * pad, high), lay))

        def room() -> int:
            return foot - found[-1].box.bottom - GAP

        seats = seats_height(look, len(self.world.seats))
        stack("seats", seats, lambda sheet: draw_seats(sheet, scene, sheet.box, telling=self._telling))
        thought, rows = scene.thought(seat), signal_rows(scene.thought(seat))
        if thought is not None and "belief" in thought:
            high = min(beliefs_height(look, self.world.facts(seat)), room() // 2)
            if high >= look.px(44):
                stack("belief", high, lambda sheet: draw_beliefs(sheet, scene, sheet.box, telling=self._telling))
        if (high := min(thoughts_height(look, rows), room() // 3)) >= look.px(44):
            stack("thoughts", high, lambda sheet: draw_thoughts(sheet, signal_rows(scene.thought(seat)), sheet.box))
        mind = min(max(round(room() * 0.42), look.px(136)), max(look.px(220), panel.height // 5))
        curve = min(max(room() - mind - GAP, look.px(118)), max(look.px(310), panel.height // 3))
        if room() >= look.px(110):
            stack("curve", min(curve, room()), self._curve)
        if room() >= look.px(120):
            stack("mind", min(mind, room()), self._mind)
        return [*found, Part("foot", below, self._foot)]

    # --- parts -----------------------------------------------------------------------------------------------------

    def _head(self, sheet: PanelSheet) -> None:
        look, scene, w = sheet.look, self.scene, self.scene.shown()
        left, right, y = sheet.box.left + look.px(14), sheet.box.right - look.px(14), sheet.box.top + look.px(22)
        split = SPLITS[int(w["split"])]
        style = "muted" if split == "train" else "good"
        chip = sheet.chip((right, y), text(f"hud.split.{split}"), style, align="right", tip=text("tip.split"))
        room = chip.left - look.px(6) - left
        called, goal = title(self.world.page) if self.world.page.strip() else (self.world.name, "")
        sheet.explain(sheet.text((left, y), called, size=19, bold=True, room=room), goal)
        self._place(sheet, (left, y + look.px(26)), right)
        y += look.px(44)
        self._dots(sheet, (left, y), int(w["episode"]), int(w["episodes"]))
        tick, ticks = self.world.timing.tick, int(w["tick"])
        clock = text("hud.clock", now=f"{ticks * tick:.1f}", all=f"{scene.episode_ticks * tick:.0f}")
        sheet.text((right, y), clock, size=11, style="muted", align="right")
        bar = pygame.Rect(left, y + look.px(12), right - left, look.px(4))
        part = min(ticks / scene.episode_ticks, 1.0)
        sheet.bar(bar, part, look.colour("ray"), look.theme.line, bar.height / 2)
        sheet.explain(
            pygame.Rect((left + right) // 2, y - look.px(8), (right - left) // 2, look.px(26)), text("tip.clock")
        )

    def _place(self, sheet: PanelSheet, place: tuple[int, int], right: int) -> None:
        """The task and the episode; then whether it is recorded, and at the right end paused, your turn, or the speed.

        Words that do not fit are left out, the least needed first.
        """
        look, scene, w, (x, y) = sheet.look, self.scene, self.scene.shown(), place
        gap = look.px(6)
        now = text("hud.paused" if scene.paused else "hud.your_turn")
        words = now if scene.paused or scene.waiting else f"{scene.speed:g}×"
        style = "bad" if scene.paused else "good" if scene.waiting else "muted"
        box = sheet.chip((right, y), words, style, align="right", tip=text("tip.speed"))
        of = {"number": int(w["episode"]) + 1, "many": int(w["episodes"])}
        episode = text("hud.episode", **of)
        lines = (text("hud.task", task=int(w["trial"]) + 1, **of), episode)
        room = box.left - gap - x
        line = next((line for line in lines if sheet.width(line, 13) <= room), episode)
        shown = sheet.text((x, y), line, size=13, room=room)
        sheet.explain(shown, text("tip.task", many=of["many"]))
        signs = (text("hud.recording"), "•") if self._recording else ()
        fitting = (sign for sign in signs if box.left - gap - sheet.chip_width(sign) >= shown.right + gap)
        if sign := next(fitting, ""):
            sheet.chip((box.left - gap, y), sign, "bad", align="right", tip=text("tip.recording"))

    def _dots(self, sheet: PanelSheet, place: tuple[int, int], episode: int, episodes: int) -> None:
        if episodes > MOST_DOTS:
            return
        look = sheet.look
        for index in range(episodes):
            centre = (place[0] + look.px(5) + index * look.px(15), place[1])
            sheet.disc(centre, look.px(4.5), look.colour("ray") if index <= episode else look.theme.line)
            if index == episode:
                sheet.disc(centre, look.px(4.5) - 2, look.theme.panel)
        box = pygame.Rect(place[0], place[1] - look.px(8), episodes * look.px(15), look.px(16))
        sheet.explain(box, text("tip.dots"))

    def _curve(self, sheet: PanelSheet) -> None:
        look, box, seat = sheet.look, sheet.box, self.scene.followed
        sheet.card(box)
        sheet.explain(box, text("tip.curve"))
        role, name = self.world.seats[seat].role, self.world.seats[seat].name
        _headline(sheet, text("hud.curve"), name, self.colours[seat])
        chart = pygame.Rect(
            box.left + look.px(6), box.top + look.px(24), box.width - look.px(14), box.height - look.px(28)
        )
        charts.adaptation_curve(
            sheet, chart, self.scene.history, seat, self.colours[seat], self.references.get(role, {})
        )

    def _mind(self, sheet: PanelSheet) -> None:
        look, box, scene, seat = sheet.look, sheet.box, self.scene, self.scene.followed
        sheet.card(box)
        sheet.explain(box, text("tip.choices"))
        thought: Mapping[str, np.ndarray] = scene.thought(seat) or {}
        heading = text("hud.probabilities" if "probabilities" in thought else "hud.action")
        value = short(float(thought["value"]), sign=True) if "value" in thought else ""
        words = text("hud.value", value=value) if value else scene.who(seat)
        end = _headline(sheet, heading, words)
        sheet.explain(end, text("tip.value") if value else text("tip.who"))
        body = pygame.Rect(
            box.left + look.px(12), box.top + look.px(26), box.width - look.px(24), box.height - look.px(36)
        )
        values = list(scene.history.values.get(seat, ()))
        if value and len(values) > 1:
            line = pygame.Rect(body.left, body.bottom - look.px(26), body.width, look.px(26))
            charts.sparkline(sheet, line, values, self.colours[seat])
            body.height -= look.px(34)
        groups = shown_choices(scene, self.hands, thought.get("probabilities"))
        draw_choices(sheet, body, groups, self.colours[seat], self._pictures, self.hands)

    def tells_keys(self, pixel: tuple[int, int]) -> bool:
        """Whether the words on keys stand at a pixel of the window."""
        return self.told_keys and self.box.collidepoint(pixel) and pixel[1] >= self.box.bottom - self._foot_high

    def tells_menu(self, pixel: tuple[int, int]) -> bool:
        """Whether the sign of the menu stands at a pixel of the window."""
        return self.tells_keys(pixel) and pixel[0] >= self._menu_left

    def _foot(self, sheet: PanelSheet) -> None:
        look, box = sheet.look, sheet.box
        bottom, pad = box.bottom - look.px(15), look.px(14)
        room, self._foot_high = box.width - 2 * pad, look.px(FOOT)
        if self.told_keys:
            sign = sheet.text((box.right - pad, bottom), MENU, size=12, style="muted", align="right")
            self._menu_left = sign.left - look.px(6)
            room_left = room - sign.width - look.px(6)
            told = sheet.text((box.left + pad, bottom), _fitting(sheet, room_left), size=10, style="muted")
            sheet.explain(told, text("tip.foot"))
            sheet.explain(
                pygame.Rect(self._menu_left, box.bottom - self._foot_high, 3 * pad, self._foot_high), text("tip.menu")
            )
        for order, words in enumerate(reversed(self._lines)):
            sheet.text((box.left + pad, bottom - look.px(MESSAGE) * (order + 1)), words, size=11, room=room)


def _fitting(sheet: PanelSheet, room: int) -> str:
    """The keys at the foot, as many as there is room for."""
    parts = text("hud.foot").split(FOOT_GAP)
    while len(parts) > 1 and sheet.width(FOOT_GAP.join(parts), 10) > room:
        parts.pop()
    return FOOT_GAP.join(parts)


def _laid(gui: Gui, look: Look, part: Part) -> PanelSheet:
    sheet = PanelSheet(gui, look, part.name, part.box)
    part.lay(sheet)
    return sheet


def _headline(sheet: PanelSheet, heading: str, words: str, colour: Colour | None = None) -> pygame.Rect:
    """The title of a card at its left, and words at its right, which come first where there is no room for both; gives
    where these stand.
    """
    look, box = sheet.look, sheet.box
    left, right, middle = box.left + look.px(12), box.right - look.px(12), box.top + look.px(14)
    end = sheet.text((right, middle), words, size=11, align="right", colour=colour, room=right - left)
    if end.left - look.px(8) - left >= look.px(40):
        room = end.left - look.px(8) - left
        sheet.text((left, middle), heading, size=11, style="muted", bold=True, room=room)
    return end
