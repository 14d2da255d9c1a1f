"""The part of the set-up page that says how the world is built."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from imgui_bundle import imgui

from simulator.app.panels.fields import combo, field_label
from simulator.app.panels.parts import heading
from simulator.app.play.texts import TEXTS, text
from simulator.app.shell.accessibility import hints
from simulator.app.shell.gui import Gui
from simulator.app.shell.theme import Look
from simulator.canvas.speech import said
from worlds.building import with_argument
from worlds.kit.words import LONGEST, one_line

if TYPE_CHECKING:
    from worlds.building import Argument
    from worlds.world import World

LISTED = 30  # values of an argument that a list shows; of more a number is typed
MOST = 10**6  # that is typed where no range is known


@dataclasses.dataclass
class BuildView:
    """How a world is built, and how it shall be."""

    arguments: Sequence[Argument] = ()
    typed: dict[str, Any] = dataclasses.field(default_factory=dict)
    """Numbers that are being typed."""
    wanted: Mapping[str, Any] | None = None
    """The build that was just chosen."""
    making: Mapping[str, Any] | None = None
    """The one that is being made."""
    refused: str = ""
    """Why the last one cannot be."""


def draw_build(gui: Gui, look: Look, view: BuildView, build: Mapping[str, Any], world: World) -> None:
    """A field for each argument that can be chosen; what was chosen stands in ``view.wanted`` then."""
    heading(gui, text("setup.world"), 16)
    imgui.begin_disabled(view.making is not None)
    for argument in view.arguments:
        value = world.build_args.get(argument.name, build.get(argument.name, argument.usual))
        value = (view.making or {}).get(argument.name, value)
        field_label(look, argument_words(argument.name))
        imgui.set_next_item_width(-1)
        hints.named(argument_words(argument.name))
        chosen = _listed(argument, value) if 0 < len(argument.values) <= LISTED else _typed(view, argument, value)
        if chosen != value and view.making is None:
            view.wanted = with_argument(build, argument, chosen)
    imgui.end_disabled()


def argument_words(name: str) -> str:
    """An argument's name for people."""
    if f"build.{name}" in TEXTS:
        return text(f"build.{name}")
    words = said(name.replace("_", " "))
    return words[:1].upper() + words[1:]


def value_words(value: Any) -> str:
    """One of its values for people."""
    if isinstance(value, bool):
        return text("build.yes" if value else "build.no")
    if isinstance(value, int | float):
        return f"{value:g}" if isinstance(value, float) else str(value)
    return said(one_line(str(value).replace("_", " "), LONGEST)) if value else text("build.drawn")


def _listed(argument: Argument, value: Any) -> Any:
    at = argument.values.index(value) if value in argument.values else -1
    other = "" if value is None else value_words(value)
    now = combo(f"build {argument.name}", [value_words(each) for each in argument.values], at, other=other)
    return argument.values[now] if now != at else value


def _typed(view: BuildView, argument: Argument, value: Any) -> Any:
    """A number; it counts once it is typed to its end, since every build takes a while."""
    typed, name = view.typed.get(argument.name, value or 0), f"##build {argument.name}"
    if argument.whole:
        changed, typed = imgui.input_int(name, min(max(int(typed), -MOST), MOST))
    else:
        changed, typed = imgui.input_float(name, float(typed), format="%g")
    if changed:
        view.typed[argument.name] = typed
    if not imgui.is_item_deactivated_after_edit():
        return value
    view.typed.pop(argument.name, None)
    low, high = (argument.values[0], argument.values[-1]) if argument.values else (-MOST, MOST)
    return min(max(typed, low), high)
