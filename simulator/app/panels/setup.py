"""The set-up page: the task with its preview, who sits where, and the share code."""

from __future__ import annotations

import dataclasses
from collections.abc import Hashable
from typing import TYPE_CHECKING

import numpy as np
from imgui_bundle import imgui

from simulator.app.panels.built import BuildView, draw_build
from simulator.app.panels.fields import combo, field_label, slider
from simulator.app.panels.parts import box, drawn, heading, muted, strong_button, whole_window
from simulator.app.panels.tips import explain, explain_place, tell_hovered
from simulator.app.panels.wrapping import broken, wrapped
from simulator.app.play.people import HALVES, KEYBOARD
from simulator.app.play.setups import (
    SPLITS,
    STEPS,
    Choice,
    Setup,
    bot_spec,
    chosen,
    generators_of,
    knob_step,
    knob_value,
    knobs_of,
)  # fmt: skip
from simulator.app.play.texts import text
from simulator.app.shell.accessibility import hints
from simulator.app.shell.gui import Gui
from simulator.app.shell.skin import four, word
from simulator.app.shell.theme import Look
from simulator.canvas.speech import said
from simulator.canvas.theme import seat_colours

if TYPE_CHECKING:
    from worlds.world import World

NARROW = 900  # px at scale 1: windows in which all stands in one column
MOST_EPISODES, MOST_SEED = 50, 2**31 - 1


@dataclasses.dataclass
class SetupView:
    """What the set-up page shows, as plain data."""

    setup: Setup
    title: str
    world: World | None = None
    """None until it is there."""
    choices: list[list[Choice]] = dataclasses.field(default_factory=list)
    """By seat."""
    pads: int = 0
    """Gamepads that are plugged in."""
    generator: str = ""
    """The layout that the task must have; empty: any."""
    preview: np.ndarray | None = None
    """(h, w, 3) u1."""
    preview_key: Hashable = None
    preview_size: tuple[int, int] = (480, 300)
    """Pixels that it should have."""
    busy: str = ""
    """What is being done, in words."""
    code: str = ""
    problem: str = ""
    """Why it cannot be started."""
    build: BuildView = dataclasses.field(default_factory=BuildView)
    """How the world is built."""

    @property
    def told(self) -> str:
        """What cannot be, in words: this set-up, or the build that was chosen last."""
        return self.problem or self.build.refused


def draw_setup(gui: Gui, look: Look, view: SetupView) -> str:
    """Show the page, change its set-up; what the user asks for: back, start, copy or nothing."""
    wide = imgui.get_main_viewport().size.x >= look.px(NARROW)
    asked = ""
    with whole_window("setup"):
        if imgui.button(f"\uf060  {text('setup.back')}"):
            asked = "back"
        imgui.same_line(0.0, look.px(16))
        heading(gui, text("setup.title", world=view.title), 22)
        room = imgui.get_content_region_avail()
        foot = _foot_height(look, view, room.x)
        left = round(room.x * 0.42) if wide else 0.0
        with box("task", (left, room.y - foot)):
            if view.world is not None:
                _task(gui, look, view, view.world)
            else:
                muted(look, view.busy)
            if not wide:
                _seats(gui, look, view)
        if wide:
            imgui.same_line()
            with box("seats", (0.0, room.y - foot)):
                _seats(gui, look, view)
        asked = _foot(gui, look, view) or asked
        tell_hovered(gui, look)
    return asked


def _change(view: SetupView, **parts: object) -> None:
    view.setup = dataclasses.replace(view.setup, **parts)  # type: ignore[arg-type]


def _task(gui: Gui, look: Look, view: SetupView, world: World) -> None:
    setup = view.setup
    if view.build.arguments:
        draw_build(gui, look, view.build, setup.build, world)
    heading(gui, text("setup.task"), 16)
    field_label(look, text("setup.split"))
    explain(gui, text("tip.setup.split"))
    imgui.set_next_item_width(-1)
    at = SPLITS.index(setup.split) if setup.split in SPLITS else -1
    names = [text(f"setup.split.{split}") for split in SPLITS]
    if (now := combo("split", names, at)) != at:
        _change(view, split=SPLITS[now], index=0)
        view.generator = ""
    layouts = ["", *generators_of(world, view.setup.split)]
    field_label(look, text("setup.generator"))
    explain(gui, text("tip.setup.generator"))
    imgui.set_next_item_width(-1)
    at = layouts.index(view.generator) if view.generator in layouts else 0
    if (now := combo("layout", [text("setup.generator.any"), *map(said, layouts[1:])], at)) != at:
        view.generator = layouts[now]
        _change(view, index=0)
    field_label(look, text("setup.seed"))
    explain(gui, text("tip.setup.seed"))
    imgui.set_next_item_width(-look.px(96))
    changed, seed = imgui.input_int("##seed", min(setup.seed, MOST_SEED), 1, 100)
    if changed:
        _change(view, seed=min(max(seed, 0), MOST_SEED), index=0)
    imgui.same_line()
    if imgui.button(text("setup.another"), (-1, 0)):
        _change(view, seed=(view.setup.seed + 1) % MOST_SEED, index=0)
    field_label(look, text("setup.episodes"))
    explain(gui, text("tip.setup.episodes"))
    usual = world.timing.episodes
    now_episodes = setup.episodes or usual
    changed, episodes = slider(look, "episodes", now_episodes, 1, MOST_EPISODES, str(now_episodes))
    if changed:
        _change(view, episodes=0 if episodes == usual else episodes)
    _preview(gui, look, view)


def _preview(gui: Gui, look: Look, view: SetupView) -> None:
    room = imgui.get_content_region_avail()
    wide = max(int(room.x), 64)
    high = min(wide, max(int(room.y) - look.px(8), look.px(170)))
    view.preview_size = (wide, high)
    at = imgui.get_cursor_screen_pos()
    pen = imgui.get_window_draw_list()
    pen.add_rect_filled(at, (at.x + wide, at.y + high), word(look.theme.panel), look.px(6))
    if view.preview is not None:
        height, width = view.preview.shape[:2]
        part = min(wide / width, high / height, 1.0)
        corner = (at.x + (wide - width * part) // 2, at.y + (high - height * part) // 2)
        reference = drawn(gui, view.preview_key, view.preview)
        pen.add_image(reference, corner, (corner[0] + width * part, corner[1] + height * part))
    if view.busy:
        place = (at.x + look.px(10), at.y + look.px(8))
        size = imgui.calc_text_size(view.busy)
        pen.add_rect_filled(
            at, (place[0] + size.x + look.px(10), place[1] + size.y + look.px(8)), word(look.theme.card, 220)
        )
        pen.add_text(place, word(look.colour("ink")), view.busy)
    imgui.dummy((wide, high))
    explain(gui, text("tip.setup.preview"))


def _seats(gui: Gui, look: Look, view: SetupView) -> None:
    heading(gui, text("setup.seats"), 16)
    world = view.world
    if world is None:
        return
    colours = seat_colours(world.seats)
    for at, seat in enumerate(world.seats):
        imgui.push_id(seat.name)
        pen, place = imgui.get_window_draw_list(), imgui.get_cursor_screen_pos()
        middle = place.y + imgui.get_frame_height() / 2
        pen.add_circle_filled((place.x + look.px(7), middle), look.px(6), word(colours[at]))
        imgui.set_cursor_pos_x(imgui.get_cursor_pos_x() + look.px(20))
        imgui.align_text_to_frame_padding()
        imgui.text(said(seat.name))
        words, end = text("tip.setup.seat", name=seat.name, role=seat.role, team=seat.team), imgui.get_item_rect_max()
        explain_place(gui, (place.x, place.y, end.x, end.y), words)
        imgui.same_line(look.px(130))
        _player(gui, look, view, world, at)
        imgui.pop_id()


def _player(gui: Gui, look: Look, view: SetupView, world: World, at: int) -> None:
    name, options = world.seats[at].name, view.choices[at]
    spec = view.setup.seats.get(name, "bot")
    place = chosen(options, spec)
    person = spec == "human"
    room = imgui.get_content_region_avail().x
    imgui.set_next_item_width(room * 0.55 if person else -1)
    now = combo("player", [label(option) for option in options], place, [said(option.about) for option in options])
    if now != place:
        spec = options[now].spec
        _change(view, seats={**view.setup.seats, name: spec})
    option = options[now] if now >= 0 else None
    if person and spec == "human":
        _device(view, name)
    elif option is not None and option.bot is not None and option.bot.knobs:
        _knobs(gui, look, view, name, spec, option)
    elif option is not None and option.scores:
        last = len(option.scores)
        words = text("setup.score", first=f"{option.scores[0]:.1f}", one=1, last=f"{option.scores[-1]:.1f}", many=last)
        imgui.set_cursor_pos_x(look.px(130))
        imgui.text_disabled(words)
        explain(gui, text("tip.setup.score", returns=", ".join(f"{score:.1f}" for score in option.scores)))


def _device(view: SetupView, name: str) -> None:
    imgui.same_line()
    imgui.set_next_item_width(-1)
    devices = [KEYBOARD, *HALVES, *range(1, 1 + max(view.pads, 2))]
    words = [text("setup.keyboard"), text("setup.left"), text("setup.right")]
    words += [text("setup.pad", number=number) for number in devices[len(words) :]]
    given = view.setup.devices.get(name, KEYBOARD)
    at = devices.index(given) if given in devices else -1
    hints.named(f"{name}, {text('setup.device')}")
    if (now := combo("device", words, at)) != at:
        others = {seat: device for seat, device in view.setup.devices.items() if seat != name}
        _change(view, devices={**others, name: devices[now]} if devices[now] else others)


def _knobs(gui: Gui, look: Look, view: SetupView, name: str, spec: str, option: Choice) -> None:
    assert option.bot is not None
    values = knobs_of(spec)
    for knob in option.bot.knobs:
        value = values.get(knob.name, (knob.low + knob.high) / 2.0)
        imgui.set_cursor_pos_x(look.px(130))
        imgui.align_text_to_frame_padding()
        called = said(knob.name.replace("_", " "))
        imgui.text_disabled(called)
        at = imgui.get_item_rect_min()
        imgui.same_line(look.px(250))
        changed, step = slider(look, knob.name, knob_step(knob, value), 0, STEPS, f"{value:.3g}")
        end = imgui.get_item_rect_max()
        words = text("tip.setup.knob", name=called, low=f"{knob.low:g}", high=f"{knob.high:g}")
        explain_place(gui, (at.x, at.y, end.x, end.y), words)
        if changed:
            values[knob.name] = knob_value(knob, step)
            _change(view, seats={**view.setup.seats, name: bot_spec(option.bot, values)})


def label(choice: Choice) -> str:
    """A player for people."""
    if choice.kind in ("bot", "agent"):
        return text(f"setup.{choice.kind}", name=choice.name.replace("_", " "))
    return text(f"setup.{choice.kind}")


def _foot(gui: Gui, look: Look, view: SetupView) -> str:
    asked, wide, told = "", look.px(140), view.told
    imgui.align_text_to_frame_padding()
    imgui.text_disabled(text("setup.code"))
    explain(gui, text("tip.setup.code"))
    imgui.same_line()
    button = imgui.calc_text_size(text("setup.copy")).x + 2 * imgui.get_style().frame_padding.x
    room = imgui.get_content_region_avail().x - wide - button - 2 * imgui.get_style().item_spacing.x
    imgui.set_next_item_width(room)
    imgui.input_text("##code", view.code, imgui.InputTextFlags_.read_only)
    imgui.same_line()
    imgui.begin_disabled(not view.code)
    if imgui.button(text("setup.copy")):
        asked = "copy"
    imgui.end_disabled()
    imgui.same_line()
    imgui.begin_disabled(bool(view.problem) or view.world is None or view.build.making is not None)
    if strong_button(gui, look, f"\uf04b  {text('setup.start')}", (wide, 0)):
        asked = "start"
    imgui.end_disabled()
    if told:
        hints.urgent()
        imgui.push_style_color(imgui.Col_.text, four(look.colour("bad")))
        wrapped(told)
        imgui.pop_style_color()
    return asked


def _foot_height(look: Look, view: SetupView, room: float) -> float:
    """Of the share code and what is told below it, on as many lines as that takes."""
    style = imgui.get_style()
    high = imgui.calc_text_size(broken(view.told, room), wrap_width=room).y
    return max(imgui.get_frame_height() + high + 3 * style.item_spacing.y, float(look.px(76)))
