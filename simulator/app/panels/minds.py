"""All that the followed agent thinks, in full words: choices, value, belief, memory, and what it was paid for.

It is laid over the world of a live game or a replay, and read only: whoever shows it takes the clicks.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from imgui_bundle import imgui

from simulator.app.panels.beliefs import bots_in, has_truth, in_order
from simulator.app.panels.numbers import places, share, short
from simulator.app.panels.parts import WHOLE, heading, muted
from simulator.app.panels.tips import explain, explain_place, tell_at
from simulator.app.panels.wrapping import wrapped
from simulator.app.play.texts import text
from simulator.app.shell.gui import Gui
from simulator.app.shell.skin import four, word
from simulator.app.shell.theme import Look
from simulator.canvas.speech import said
from simulator.canvas.theme import Colour, mix, seat_colours

if TYPE_CHECKING:
    from simulator.app.panels.views import SceneView
    from worlds.world import Fact

WIDE, PART = 330, 0.8  # px at scale 1, and of the world's picture, that the panel takes at most
BAR, ROW, STRIP, SPARK = 60, 20, 44, 30  # px: width of a bar; heights of a row, the memory strip and the value's line
LETTERS = 13.0  # px
MOST_NAMES = 3  # of a fact that are told, the likeliest first
MOST_CHOICES = 4  # of one action; of more the likeliest are shown
EVERY = 0.1  # s between two looks at the mind
HALF = 0.5  # what is likelier than not


@dataclasses.dataclass(frozen=True)
class ChoiceRow:
    """One choice of an action."""

    name: str
    part: float
    """How likely it is; NaN where that is not told."""
    chosen: bool


@dataclasses.dataclass(frozen=True)
class ChoiceGroup:
    """One action."""

    title: str
    rows: tuple[ChoiceRow, ...]
    left_out: int = 0
    """Choices for which there is no room."""


@dataclasses.dataclass(frozen=True)
class FactRow:
    """One hidden fact and what is believed of it."""

    title: str
    guesses: tuple[tuple[str, float], ...]
    """Names with how likely they are; of numbers one entry, with NaN."""
    truth: str = ""
    """Empty where it is not shown, or there is none."""
    right: bool | None = None
    """Whether the likeliest is the truth; None where that is no matter of yes and no."""


@dataclasses.dataclass(frozen=True)
class MindsView:
    """Everything that is shown, as plain data."""

    seat: int
    who: str
    colour: Colour
    groups: tuple[ChoiceGroup, ...] = ()
    thinks: bool = False
    """Whether it tells anything at all."""
    value: float = math.nan
    values: tuple[float, ...] = ()
    """What it expected at its last decisions."""
    facts: tuple[FactRow, ...] = ()
    telling: bool = False
    memory: np.ndarray | None = None
    """(n, BANDS) u1, a row for each decision of the trial."""
    score: float = 0.0
    parts: tuple[tuple[str, float], ...] = ()
    """What the world counted for it in this episode."""


def minds_view(scene: SceneView, *, telling: bool) -> MindsView:
    """What there is to show of the followed seat; `telling` adds what is true."""
    seat, world = scene.followed, scene.world
    thought = scene.thought(seat)
    found: dict[str, Any] = {}
    if thought is not None:
        found["value"] = float(thought["value"]) if "value" in thought else math.nan
        if "belief" in thought:
            truth = scene.simulation.tell(seat) if telling else None
            facts = in_order(world.facts(seat))
            found["facts"] = tuple(_fact(scene, fact, thought["belief"], truth) for fact in facts)
        memories = scene.history.memories.get(seat, ())
        found["memory"] = np.stack(list(memories)) if memories else None
        found["values"] = tuple(scene.history.values.get(seat, ()))
    probabilities = None if thought is None or "probabilities" not in thought else thought["probabilities"]
    figures = scene.simulation.figures()
    own = f"{world.seats[seat].name}_"
    parts = tuple((name.replace("_", " "), figures[own + name]) for name in world.seat_figures)
    return MindsView(
        seat, f"{world.seats[seat].name} ({scene.who(seat)})", seat_colours(world.seats)[seat],
        _groups(scene, probabilities), thought is not None and len(thought) > 0, telling=telling,
        score=float(scene.simulation.w["score"][seat]), parts=parts, **found,
    )  # fmt: skip


def _groups(scene: SceneView, probabilities: np.ndarray | None) -> tuple[ChoiceGroup, ...]:
    doing, first, found = scene.simulation.w["action"][scene.followed], 0, []
    for factor, action in enumerate(scene.world.actions):
        count = len(action.choices)
        parts = (
            [math.nan] * count if probabilities is None else [share(p) for p in probabilities[first : first + count]]
        )
        first += count
        rows = [
            ChoiceRow(name, part, order == int(doing[factor]))
            for order, (name, part) in enumerate(zip(action.choices, parts, strict=True))
        ]
        shown = rows
        if len(rows) > MOST_CHOICES:
            likely = sorted(rows, key=lambda row: (not row.chosen, -(0.0 if math.isnan(row.part) else row.part)))
            shown = [row for row in rows if row in likely[:MOST_CHOICES]]
        found.append(ChoiceGroup(action.name.replace("_", " "), tuple(shown), len(rows) - len(shown)))
    return tuple(found)


def _fact(scene: SceneView, fact: Fact, belief: np.ndarray, truth: np.ndarray | None) -> FactRow:
    title = fact.name.replace("_", " ")
    if not has_truth(scene.world, fact, scene.followed, bots_in(scene)):
        truth = None
    if fact.seat >= 0 and scene.who(fact.seat).startswith("you"):
        title = "you"
    parts, true = belief[fact.at], None if truth is None else truth[fact.at]
    if fact.one_hot:
        return _named(title, [name for name in fact.choices if name != "-"], parts, true)
    if fact.of and fact.shares:
        return _several(title, fact.of, parts, true)
    names = list(fact.of) or [""] * len(parts)
    return FactRow(title, ((_numbers(names, parts), math.nan),), "" if true is None else _numbers(names, true))


def _named(title: str, names: Sequence[str], parts: np.ndarray, true: np.ndarray | None) -> FactRow:
    order = sorted(range(len(names)), key=lambda at: -share(float(parts[at])))
    guesses = tuple((names[at].replace("_", " "), share(float(parts[at]))) for at in order[:MOST_NAMES])
    if true is None or not true[: len(names)].any():
        return FactRow(title, guesses)
    right = int(np.argmax(true[: len(names)]))
    return FactRow(title, guesses, names[right].replace("_", " "), right == order[0])


def _several(title: str, names: Sequence[str], parts: np.ndarray, true: np.ndarray | None) -> FactRow:
    """What of several things holds, each for itself."""
    order = sorted(range(len(names)), key=lambda at: -share(float(parts[at])))
    guesses = tuple((names[at].replace("_", " "), share(float(parts[at]))) for at in order[:MOST_NAMES])
    if true is None:
        return FactRow(title, guesses)
    holds = [name.replace("_", " ") for name, part in zip(names, true, strict=True) if part > HALF]
    right = bool(((parts > HALF) == (true > HALF)).all())
    return FactRow(title, guesses, ", ".join(holds) or text("belief.none"), right)


def _numbers(names: Sequence[str], parts: np.ndarray) -> str:
    told = [f"{said(name.replace('_', ' '))} {short(part, 2)}".strip() for name, part in zip(names, parts, strict=True)]
    return ", ".join(told[:8]) + (" …" if len(told) > 8 else "")


# --- drawing ---------------------------------------------------------------------------------------------------------


class MindsPanel:
    """Draws it for one scene; what is shown is looked up some times a second, which is as fast as people read."""

    def __init__(self, scene: SceneView) -> None:
        self.scene = scene
        self._view: MindsView | None = None
        self._age = 0.0

    def draw(
        self, gui: Gui, look: Look, room: tuple[int, int], seconds: float, *, telling: bool,
        pointer: tuple[int, int] | None = None,
    ) -> None:  # fmt: skip
        """Show it at the left of a picture of the world of this size (width, height), and explain what is at the
        ``pointer``.
        """
        self._age += seconds
        if self._view is None or self._age >= EVERY or self._view.seat != self.scene.followed:
            self._view, self._age = minds_view(self.scene, telling=telling), 0.0
        draw_minds(gui, look, self._view, room)
        if not imgui.get_io().want_capture_mouse:  # else something lies above it
            tell_at(gui, look, pointer)


def draw_minds(gui: Gui, look: Look, view: MindsView, room: tuple[int, int]) -> None:
    """Show it at the left of a picture of this size (width, height); what finds no room is left out."""
    wide, high = min(look.px(WIDE), round(room[0] * PART)), room[1] - look.px(16)
    imgui.set_next_window_pos((look.px(8), look.px(8)))
    imgui.set_next_window_size_constraints((wide, 0), (wide, high))
    imgui.push_style_color(imgui.Col_.window_bg, four(look.theme.card, 0.93))
    imgui.push_style_var(imgui.StyleVar_.window_rounding, float(look.px(8)))
    imgui.push_style_var(imgui.StyleVar_.item_spacing, imgui.ImVec2(look.px(8), look.px(3)))
    imgui.begin("minds", None, WHOLE | imgui.WindowFlags_.always_auto_resize | imgui.WindowFlags_.no_inputs)
    foot = high - look.px(10)
    heading(gui, text("minds.title", who=view.who), 16)
    explain(gui, text("tip.minds"))
    with gui.font(LETTERS):
        if not view.thinks:
            muted(look, text("minds.none", who=view.who))
            explain(gui, text("tip.who"))
        _choices(gui, look, view, foot)
        _beliefs(gui, look, view, foot)
        _value(gui, look, view, foot)
        if view.memory is not None and _fits(look, STRIP + 2 * ROW, foot):
            muted(look, text("minds.memory"))
            explain(gui, text("tip.minds.memory"))
            _memory(look, view.memory)
            explain(gui, text("tip.minds.memory"))
        _reward(gui, look, view, foot)
    imgui.end()
    imgui.pop_style_var(2)
    imgui.pop_style_color()


def _fits(look: Look, high: float, foot: float) -> bool:
    """Whether there is room for so much (px at scale 1) above the foot."""
    return imgui.get_cursor_pos_y() + look.px(high) <= foot


def _row(gui: Gui, look: Look, words: str) -> None:
    """Explain a line that begins here, as wide as the panel."""
    at, wide = imgui.get_cursor_screen_pos(), imgui.get_content_region_avail().x
    explain_place(gui, (at.x, at.y, at.x + wide, at.y + imgui.get_text_line_height() + look.px(3)), words)


def _bar(look: Look, part: float, colour: Colour) -> None:
    """A bar, and how long it is in words; what follows stands at its right."""
    left, at = imgui.get_cursor_pos_x(), imgui.get_cursor_screen_pos()
    pen, high, wide = imgui.get_window_draw_list(), look.px(9), look.px(BAR)
    top = at.y + (imgui.get_text_line_height() - high) / 2
    pen.add_rect_filled((at.x, top), (at.x + wide, top + high), word(look.theme.line), look.px(3))
    if part > 0.0:
        pen.add_rect_filled((at.x, top), (at.x + max(wide * part, 2.0), top + high), word(colour), look.px(3))
    imgui.set_cursor_pos_x(left + look.px(BAR + 6))
    imgui.text(f"{part:.0%}")
    imgui.same_line(left + look.px(BAR + 44))


def _choices(gui: Gui, look: Look, view: MindsView, foot: float) -> None:
    told = any(not math.isnan(row.part) for group in view.groups for row in group.rows)
    muted(look, text("minds.actions" if told else "minds.did"))
    explain(gui, text("tip.choices"))
    for group in view.groups:
        if len(view.groups) > 1 and _fits(look, 2 * ROW, foot):
            with gui.font(LETTERS, bold=True):
                imgui.text(said(group.title))
            explain(gui, text("tip.minds.group", name=said(group.title), count=len(group.rows) + group.left_out))
        for row in group.rows:
            if not _fits(look, ROW, foot) or not (told or row.chosen):
                continue
            _row(gui, look, choice_words(row))
            imgui.push_style_color(imgui.Col_.text, four(look.colour("ink" if row.chosen else "muted")))
            if told:
                _bar(look, row.part, view.colour if row.chosen else look.soft("muted", 0.65))
            name = said(row.name)
            imgui.text(f"{name}  \uf00c" if row.chosen else name)
            imgui.pop_style_color()
        if group.left_out and told and _fits(look, ROW, foot):
            muted(look, text("minds.others", count=group.left_out))
            explain(gui, text("tip.minds.others", count=group.left_out))


def choice_words(row: ChoiceRow) -> str:
    """What a line of the choices means."""
    name = said(row.name)
    found = [] if math.isnan(row.part) else [text("tip.choice", name=name, part=f"{row.part:.0%}")]
    return "\n".join(found + [text("tip.choice.now", name=name)] * row.chosen)


def _beliefs(gui: Gui, look: Look, view: MindsView, foot: float) -> None:
    """A fact: its name and what is true of it, below what is likeliest."""
    if not view.facts or not _fits(look, 3 * ROW, foot):
        return
    muted(look, text("minds.belief"))
    explain(gui, text("tip.minds.belief"))
    for fact in view.facts:
        if not _fits(look, 2 * ROW, foot):
            return
        with gui.font(LETTERS, bold=True):
            imgui.text(said(fact.title))
        explain(gui, text("tip.minds.fact", fact=said(fact.title)))
        if fact.truth:
            words = text("minds.truth", truth=fact.truth)
            imgui.same_line()
            if imgui.calc_text_size(words).x > imgui.get_content_region_avail().x:
                imgui.new_line()  # many names: they have lines of their own
            colour = look.colour("muted" if fact.right is None else "good" if fact.right else "bad")
            imgui.push_style_color(imgui.Col_.text, four(colour))
            wrapped(words)
            imgui.pop_style_color()
            explain(gui, text("tip.minds.truth", fact=said(fact.title), truth=fact.truth))
        name, part = fact.guesses[0]
        _row(gui, look, guess_words(fact))
        if math.isnan(part):
            imgui.text(said(name))
            continue
        _bar(look, part, look.colour("ray"))
        others = [f"{said(other)} {much:.0%}" for other, much in fact.guesses[1:]]
        imgui.text(said(name))
        imgui.same_line()
        while others and imgui.calc_text_size("  ".join(others)).x > imgui.get_content_region_avail().x:
            others.pop()
        imgui.text_disabled("  ".join(others))


def guess_words(fact: FactRow) -> str:
    """What the line of a fact's guesses means."""
    if math.isnan(fact.guesses[0][1]):
        return f"{said(fact.title)}: {text('tip.belief.numbers')}"
    guesses = ", ".join(f"{said(name)} {part:.0%}" for name, part in fact.guesses)
    return text("tip.minds.guesses", fact=said(fact.title), guesses=guesses)


def _value(gui: Gui, look: Look, view: MindsView, foot: float) -> None:
    if math.isnan(view.value) or not _fits(look, ROW, foot):
        return
    muted(look, text("minds.value", value=short(view.value, 2, sign=True)))
    explain(gui, text("tip.value"))
    points = places((float(at), value) for at, value in enumerate(view.values))
    if len(points) < 2 or not _fits(look, SPARK + ROW, foot):
        return
    at, wide, high = imgui.get_cursor_screen_pos(), imgui.get_content_region_avail().x, look.px(SPARK)
    low, top = min(y for _, y in points), max(y for _, y in points)
    room = max(top - low, 1e-6 + 0.02 * max(abs(low), abs(top)))
    step = wide / (len(view.values) - 1)
    line: Any = [imgui.ImVec2(at.x + x * step, at.y + high - (y - low) / room * (high - 4) - 2) for x, y in points]
    imgui.get_window_draw_list().add_polyline(line, word(view.colour), float(look.px(2)), 0)
    imgui.dummy((wide, high))
    explain(gui, text("tip.values", count=len(points), low=short(low, 2), high=short(top, 2)))


def _memory(look: Look, memory: np.ndarray) -> None:
    """A column for each decision, the newest at the right end of a long trial; the more a part changed, the brighter.

    It is painted in nine shades, and neighbours of one shade are one rectangle: so few of them say it.
    """
    at, wide, high = imgui.get_cursor_screen_pos(), imgui.get_content_region_avail().x, look.px(STRIP)
    shown = memory[-max(int(wide // 2), 1) :]
    levels = (shown.astype(np.int64) + 16) // 32
    pen, tall, ground = imgui.get_window_draw_list(), high / shown.shape[1], mix(look.theme.card, look.theme.line, 0.6)
    shades = [word(mix(ground, look.colour("ray"), level / 8.0)) for level in range(9)]
    pen.add_rect_filled((at.x, at.y), (at.x + wide, at.y + high), shades[0])
    column = min(wide / len(shown), float(look.px(6)))
    for order, row in enumerate(levels):
        left, start = at.x + order * column, 0
        for band in range(1, len(row) + 1):
            if band == len(row) or row[band] != row[start]:
                if row[start] > 0:
                    pen.add_rect_filled(
                        (left, at.y + start * tall), (left + column, at.y + band * tall), shades[row[start]]
                    )
                start = band
    imgui.dummy((wide, high))


def _reward(gui: Gui, look: Look, view: MindsView, foot: float) -> None:
    if _fits(look, ROW, foot):
        muted(look, text("minds.reward", score=short(view.score, 2, sign=True)))
        explain(gui, text("tip.minds.score"))
    for name, value in view.parts:
        if _fits(look, ROW, foot):
            imgui.text(f"{said(name)}  {short(value, 2)}")
            explain(gui, text("tip.minds.part", name=said(name), value=short(value, 2)))
