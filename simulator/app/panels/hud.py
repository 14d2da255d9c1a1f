"""The panel beside the world: task and clock, seats and scores, the adaptation curve, and the followed agent's mind."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pygame

from simulator.app.panels import charts
from simulator.app.panels.beliefs import beliefs_height, draw_beliefs
from simulator.app.panels.numbers import short
from simulator.app.panels.pictures import Pictures
from simulator.app.panels.seats import draw_seats
from simulator.app.panels.thoughts import draw_thoughts, signal_rows, thoughts_height
from simulator.app.play.hands import Keys, Vector
from simulator.app.play.texts import text
from simulator.app.shell.theme import Look
from simulator.canvas import ink
from simulator.canvas.theme import Colour, seat_colours
from worlds.world import SPLITS

if TYPE_CHECKING:
    from simulator.app.panels.views import SceneView
    from simulator.app.play.hands import Hands

WIDTH = 324  # px at text scale 1
NARROW = 0.36  # of the window: the panel never takes more
GAP = 8
MESSAGE_LINES = 4  # the longest message is the path of a picture in a deep folder
ROSE_PART, ROSE_LEAST = 0.46, 0.28  # of the width, at most and at least, where columns stand beside a rose


def panel_width(window: int, look: Look) -> int:
    """Pixels that the panel takes of a window's width."""
    return min(look.px(WIDTH), round(window * NARROW))


class _Group(NamedTuple):
    """Choices of one action that are shown together."""

    title: str
    names: list[str]
    parts: np.ndarray | None
    chosen: int
    is_rose: bool
    factor: int
    choices: list[int]


class Panel:
    """Draws the panel of one scene."""

    def __init__(
        self, scene: SceneView, hands_of: Callable[[int], Hands],
        references: Mapping[str, Mapping[str, Sequence[float]]],
    ) -> None:  # fmt: skip
        self.scene, self._hands_of, self.references = scene, hands_of, references
        self._pictures = Pictures(scene)
        self.world = scene.world
        self.colours = seat_colours(scene.world.seats)

    @property
    def hands(self) -> Hands:
        """The keys of whoever plays the followed seat."""
        return self._hands_of(self.scene.followed)

    def draw(
        self, target: pygame.Surface, look: Look, *, recording: bool, telling: bool, messages: Sequence[str]
    ) -> None:
        """Fill `target` with the panel; what does not fit is left out, the least needed first.

        `telling` shows what the task hides: which kinds of bots play, and whether an agent believes what is true.
        """
        target.fill(look.theme.panel)
        pad, width = look.px(10), target.get_width()
        y = self._head(target, look, look.px(10), recording)
        y = draw_seats(target, look, self.scene, y, telling=telling)
        lines = [line for words in messages for line in look.lines(words, 11, width - 2 * look.px(14))]
        lines = lines[-MESSAGE_LINES:]
        foot = target.get_height() - look.px(30) - look.px(18) * len(lines)
        y = self._belief(target, look, y, foot, telling)
        y = self._other_thoughts(target, look, y, foot)
        room = foot - y
        mind = min(max(round(room * 0.42), look.px(136)), look.px(220))
        curve = min(max(room - mind - GAP, look.px(118)), look.px(310))
        if room >= look.px(110):
            y = self._curve(target, look, pygame.Rect(pad, y, width - 2 * pad, min(curve, room)))
        if foot - y >= look.px(120):
            self._mind(target, look, pygame.Rect(pad, y, width - 2 * pad, min(mind, foot - y)))
        self._foot(target, look, lines)

    def _belief(self, target: pygame.Surface, look: Look, y: int, foot: int, telling: bool) -> int:
        """What the followed agent makes of the task, if it tells: at most half of the room; gives the height below."""
        thought = self.scene.thought(self.scene.followed)
        if thought is None or "belief" not in thought:
            return y
        facts, pad = self.world.facts(self.scene.followed), look.px(10)
        box = pygame.Rect(pad, y, target.get_width() - 2 * pad, min(beliefs_height(look, facts), (foot - y) // 2))
        if box.height < look.px(44):
            return y
        draw_beliefs(target, look, self.scene, box, telling=telling)
        return box.bottom + GAP

    def _other_thoughts(self, target: pygame.Surface, look: Look, y: int, foot: int) -> int:
        """Signals without a panel of their own: at most a third of the room; gives the height below."""
        rows, pad = signal_rows(self.scene.thought(self.scene.followed)), look.px(10)
        box = pygame.Rect(pad, y, target.get_width() - 2 * pad, min(thoughts_height(look, rows), (foot - y) // 3))
        if box.height < look.px(44):
            return y
        draw_thoughts(target, look, rows, box)
        return box.bottom + GAP

    def _head(self, target: pygame.Surface, look: Look, y: int, recording: bool) -> int:
        scene, w, pad, right = self.scene, self.scene.shown(), look.px(14), target.get_width() - look.px(14)
        split = SPLITS[int(w["split"])]
        style = "muted" if split == "train" else "good"
        chip = look.chip(target, (right, y + look.px(12)), text(f"hud.split.{split}"), style, align="right")
        room = chip.left - look.px(6) - pad
        look.text(target, (pad, y + look.px(12)), self.world.name, size=19, bold=True, room=room)
        y += look.px(38)
        self._place(target, look, (pad, y), right, recording)
        y += look.px(18)
        self._dots(target, look, (pad, y), int(w["episode"]), int(w["episodes"]))
        tick = self.world.timing.tick
        clock = text("hud.clock", now=f"{int(w['tick']) * tick:.1f}", all=f"{scene.episode_ticks * tick:.0f}")
        look.text(target, (right, y), clock, size=11, style="muted", align="right")
        y += look.px(12)
        bar = pygame.Rect(pad, y, right - pad, look.px(4))
        ink.rounded(target, bar, look.theme.line, bar.height // 2)
        bar.width = round(bar.width * min(int(w["tick"]) / scene.episode_ticks, 1.0))
        ink.rounded(target, bar, look.colour("ray"), bar.height // 2)
        return y + look.px(14)

    def _place(self, target: pygame.Surface, look: Look, place: tuple[int, int], right: int, recording: bool) -> None:
        """The task and the episode; then whether it is recorded, and at the right end paused, your turn, or the speed.

        Words that do not fit are left out, the least needed first.
        """
        scene, w, (x, y), gap = self.scene, self.scene.shown(), place, look.px(6)
        now = text("hud.paused" if scene.paused else "hud.your_turn")
        words = now if scene.paused or scene.waiting else f"{scene.speed:g}×"
        style = "bad" if scene.paused else "good" if scene.waiting else "muted"
        box = look.chip(target, (right, y), words, style, align="right")
        of = {"number": int(w["episode"]) + 1, "many": int(w["episodes"])}
        episode = text("hud.episode", **of)
        lines = (text("hud.task", task=int(w["trial"]) + 1, **of), episode)
        room = box.left - gap - x
        line = next((line for line in lines if look.width(line, 13) <= room), episode)
        end = look.text(target, (x, y), line, size=13, room=room).right + gap
        signs = ("● REC", "●") if recording else ()
        fitting = (sign for sign in signs if box.left - gap - look.chip_width(sign) >= end)
        if sign := next(fitting, ""):
            look.chip(target, (box.left - gap, y), sign, "bad", align="right")

    def _dots(self, target: pygame.Surface, look: Look, place: tuple[int, int], episode: int, episodes: int) -> None:
        if episodes > 12:
            return
        for index in range(episodes):
            centre = (place[0] + look.px(5) + index * look.px(15), place[1])
            ink.disc(target, centre, look.px(4.5), look.colour("ray") if index <= episode else look.theme.line)
            if index == episode:
                ink.disc(target, centre, look.px(4.5) - 2, look.theme.panel)

    def _curve(self, target: pygame.Surface, look: Look, box: pygame.Rect) -> int:
        scene, seat = self.scene, self.scene.followed
        look.card(target, box)
        role, name = self.world.seats[seat].role, self.world.seats[seat].name
        _headline(target, look, box, text("hud.curve"), name, self.colours[seat])
        chart = pygame.Rect(box.left, box.top + look.px(22), box.width, box.height - look.px(24))
        charts.adaptation_curve(
            target, chart, look, scene.history, seat, self.colours[seat], self.references.get(role, {})
        )
        return box.bottom + GAP

    def _mind(self, target: pygame.Surface, look: Look, box: pygame.Rect) -> None:
        scene, seat = self.scene, self.scene.followed
        look.card(target, box)
        thought: Mapping[str, np.ndarray] = scene.thought(seat) or {}
        heading = text("hud.probabilities" if "probabilities" in thought else "hud.action")
        value = short(float(thought["value"]), sign=True) if "value" in thought else ""
        words = text("hud.value", value=value) if value else scene.who(seat)
        _headline(target, look, box, heading, words)
        body = pygame.Rect(
            box.left + look.px(12), box.top + look.px(26), box.width - look.px(24), box.height - look.px(36)
        )
        values = list(scene.history.values.get(seat, ()))
        if "value" in thought and len(values) > 1:
            line = pygame.Rect(body.left, body.bottom - look.px(26), body.width, look.px(26))
            charts.sparkline(target, line, look, values, self.colours[seat])
            body.height -= look.px(34)
        self._factors(target, look, body, thought.get("probabilities"))

    def _key_names(self, group: _Group) -> list[str]:
        """The keys of the choices, where a human plays them."""
        plan = self.hands.plans[group.factor]
        if group.is_rose or not isinstance(plan, Keys | Vector) or not self.scene.can_order(self.scene.followed):
            return []
        return [plan.key_of(choice) for choice in group.choices]

    def _factors(self, target: pygame.Surface, look: Look, body: pygame.Rect, parts: np.ndarray | None) -> None:
        """A rose for directions and columns for all other choices, side by side."""
        colour, left = self.colours[self.scene.followed], body.left
        groups = self._groups(parts)
        columns = [group for group in groups if not group.is_rose]
        widest = body.width
        if columns:
            words = sum(self._needs(look, columns)) + look.px(12) * (len(columns) - 1) + look.px(16)
            widest = round(min(body.width * ROSE_PART, max(body.width - words, body.width * ROSE_LEAST)))
        for group in groups:
            if group.is_rose:
                box = pygame.Rect(left, body.top, min(body.height, widest), body.height)
                charts.rose(target, box, look, group.parts, group.chosen, colour)
                left = box.right + look.px(16)
        room = body.right - left - look.px(12) * (len(columns) - 1)
        for group, width in zip(columns, self._widths(look, columns, room), strict=True):
            box = pygame.Rect(left, body.top + look.px(14), max(width, 8), body.height - look.px(14))
            look.text(target, (left, body.top + look.px(5)), group.title, size=10, style="muted", room=max(width, 8))
            pictures = self._pictures.of(group.factor, group.choices, look, round(width / len(group.names)), box.height)
            if pictures:
                wanted = self.hands.wanted(self.scene.followed, group.factor)
                charts.cards(target, box, look, pictures, group.parts, group.chosen, colour, wanted=wanted)
                continue
            names = self._key_names(group)
            charts.bars(target, box, look, group.names, group.parts, group.chosen, colour, keys=names)
            left = box.right + look.px(12)

    def _widths(self, look: Look, groups: list[_Group], room: int) -> list[int]:
        """Pixels for each group of choices: what its words need, and of what is left as much as it has choices."""
        needs = self._needs(look, groups)
        over, count = room - sum(needs), sum(len(group.names) for group in groups)
        if over < 0:
            return [room * need // sum(needs) for need in needs]
        most = look.px(58)
        return [
            min(need + over * len(group.names) // count, max(need, most * len(group.names)))
            for group, need in zip(groups, needs, strict=True)
        ]

    def _needs(self, look: Look, groups: list[_Group]) -> list[int]:
        """Pixels that the words of each group take in rows."""
        needs = []
        for group in groups:
            keys = self._key_names(group) or [""] * len(group.names)
            rows = [look.width(f"{name} {key}", 10) + look.px(16) for name, key in zip(group.names, keys, strict=True)]
            needs.append(max(look.width(group.title, 10), *rows))
        return needs

    def _groups(self, probabilities: np.ndarray | None) -> list[_Group]:
        """The choices of the followed seat, in the groups in which they are shown."""
        doing = self.scene.simulation.w["action"][self.scene.followed]
        groups, first = [], 0
        for factor, (action, plan) in enumerate(zip(self.world.actions, self.hands.plans, strict=True)):
            size = len(action.choices)
            parts = None if probabilities is None else probabilities[first : first + size]
            first += size
            directions = list(plan.choices) if isinstance(plan, Vector) else []
            others = [choice for choice in range(size) if choice not in directions]
            for choices in (directions, others):
                if choices:
                    names = [action.choices[choice] for choice in choices]
                    chosen = choices.index(int(doing[factor])) if int(doing[factor]) in choices else -1
                    mine = None if parts is None else parts[choices]
                    is_rose = choices is directions
                    shared = _shared_start(names) if directions else ""
                    title = shared.strip() or action.name
                    shown = [name[len(shared) :] for name in names]
                    groups.append(_Group(title, shown, mine, chosen, is_rose, factor, choices))
        return groups

    def _foot(self, target: pygame.Surface, look: Look, lines: Sequence[str]) -> None:
        bottom, pad = target.get_height() - look.px(15), look.px(14)
        room = target.get_width() - 2 * pad
        look.text(target, (pad, bottom), text("hud.foot"), size=10, style="muted", room=room)
        for order, words in enumerate(reversed(lines)):
            look.text(target, (pad, bottom - look.px(18) * (order + 1)), words, size=11, room=room)


def _shared_start(names: Sequence[str]) -> str:
    """The words that all names begin with: "to den " of "to den A" and "to den B"."""
    words = [name.split(" ")[:-1] for name in names]
    return " ".join(words[0]) + " " if len(names) > 1 and words[0] and all(each == words[0] for each in words) else ""


def _headline(
    target: pygame.Surface, look: Look, box: pygame.Rect, title: str, words: str, colour: Colour | None = None
) -> None:
    """The title of a card at its left, and words at its right, which come first where there is no room for both."""
    left, right, middle = box.left + look.px(12), box.right - look.px(12), box.top + look.px(14)
    end = look.text(target, (right, middle), words, size=11, align="right", colour=colour, room=right - left).left
    if end - look.px(8) - left >= look.px(40):
        look.text(target, (left, middle), title, size=11, style="muted", bold=True, room=end - look.px(8) - left)
