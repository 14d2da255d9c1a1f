"""Whether what a world declares is of the kinds that it should be, before anything is computed with it."""

import dataclasses
import math
from collections.abc import Callable, Mapping
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, get_args

import numpy as np

from worlds.kit.observation import Pieces
from worlds.kit.words import shown

if TYPE_CHECKING:
    from worlds.world import World

Test = Callable[[Any], bool]


def wrong_kind(world: "World") -> str | None:
    """The first declaration of another kind than it should be, in words; None where all are right."""
    for name, (words, holds) in _PARTS.items():
        if not holds(value := getattr(world, name)):
            return f"{name} is {shown(value)}: it must be {words}"
    for part, rows in (("timing", _TIMING), ("view", _VIEW)):
        for name, (words, holds) in rows.items():
            if not holds(value := getattr(getattr(world, part), name)):
                return f"{name} of its {part} is {shown(value)}: it must be {words}"
    return _wrong_kernel(world)


def uncompiled(world: "World") -> str | None:
    """The first rule that is a plain function where kernels are compiled, in words; None where all are kernels."""
    from worlds.kit.kernel import compiles

    for name, rule in vars(world.kernels).items():
        if rule is not None and compiles() and not hasattr(rule, "py_func"):
            return f"its rule {name} is a plain function: put @kernel above it"
    return None


def _wrong_kernel(world: "World") -> str | None:
    from worlds.world import Kernels

    if not isinstance(world.kernels, Kernels):
        return f"kernels is {shown(world.kernels)}: it must be Kernels"
    optional = {each.name for each in dataclasses.fields(Kernels) if each.default is None}
    for name, rule in vars(world.kernels).items():
        if not callable(rule) and not (name in optional and rule is None):
            return f"its rule {name} is {shown(rule)}: it must be a kernel"
    return None


def _each(kind: str, **parts: Test) -> Test:
    """Whether something is a row of one of the classes of `worlds.world`, the named parts of each holding."""

    def holds(value: Any) -> bool:
        import worlds.world

        known = getattr(worlds.world, kind)
        return _is_row(value) and all(
            isinstance(item, known) and all(test(getattr(item, part)) for part, test in parts.items()) for item in value
        )

    return holds


def _is_row(value: Any) -> bool:
    return isinstance(value, tuple | list)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_number(value: Any) -> bool:
    return isinstance(value, Real) and math.isfinite(value)


def _is_whole(value: Any) -> bool:
    return isinstance(value, Integral)


def _is_pair(value: Any) -> bool:
    return _is_row(value) and len(value) == 2 and all(_is_number(part) for part in value)


def _is_region(value: Any) -> bool:
    return value is None or _is_pair(value)


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, str | bool) or _is_number(value)


def _are_texts(value: Any) -> bool:
    return _is_row(value) and all(_is_text(part) for part in value)


def _maps_to(test: Test) -> Test:
    return lambda value: (
        isinstance(value, Mapping) and all(_is_text(name) and test(part) for name, part in value.items())
    )


def _is_function(value: Any) -> bool:
    return value is None or callable(value)


def _are_fields(value: Any) -> bool:
    from worlds.declarations import Field

    return isinstance(value, Mapping) and all(
        _is_text(name) and isinstance(part, Field) and _is_number(part.low) and _is_number(part.high)
        for name, part in value.items()
    )


def _are_told(value: Any) -> bool:
    from worlds.declarations import Audience, Bots, Numbers, OneHot, Shares

    return _is_row(value) and all(
        (
            isinstance(part, Bots)
            or (isinstance(part, Numbers | Shares) and _is_whole(part.size) and part.size > 0)
            or (isinstance(part, OneHot) and _are_texts(part.choices))
        )
        and part.told_to in get_args(Audience)
        for part in value
    )


def _is(kind: str) -> Test:
    """Whether something is of a class of `worlds.declarations`."""

    def holds(value: Any) -> bool:
        from worlds import declarations

        return isinstance(value, getattr(declarations, kind))

    return holds


_SEATS = _each("Seat", name=_is_text, role=_is_text)
_ACTIONS = _each("Action", name=_is_text, choices=lambda value: _are_texts(value) and bool(value))
_KNOBS = _each("Knob", low=_is_number, high=_is_number, held_out=_is_region, final=_is_region)
_BOTS = _each("Bot", name=_is_text, role=_is_text, knobs=_KNOBS)
_PARTS: dict[str, tuple[str, Test]] = {
    "name": ("text", _is_text),
    "version": ("a whole number", _is_whole),
    "page": ("text", _is_text),
    "seats": ("one or more of Seat", lambda value: bool(value) and _SEATS(value)),
    "state": ("Field by name", _are_fields),
    "actions": ("one or more of Action, each with choices", lambda value: bool(value) and _ACTIONS(value)),
    "observation": ("Pieces", lambda value: isinstance(value, Pieces)),
    "things": ("a whole number", _is_whole),
    "noted": ("a whole number", _is_whole),
    "described": ("text", _is_text),
    "told": ("a row of OneHot, Numbers, Shares and Bots", _are_told),
    "figures": ("a row of Figure", _each("Figure", name=_is_text)),
    "generators": ("a row of Generator", _each("Generator", name=_is_text, weight=_is_number)),
    "bots": ("a row of Bot", _BOTS),
    "causes": ("a row of Cause", _each("Cause", name=_is_text)),
    "timing": ("Timing", _is("Timing")),
    "view": ("View", _is("View")),
    "consistent": ("a function", _is_function),
    "given": ("arrays by name", _maps_to(lambda value: isinstance(value, np.ndarray))),
    "identity": ("text", _is_text),
    "build_args": ("plain values by name", _maps_to(_is_plain)),
    "learning": ("plain values by name", _maps_to(lambda value: _is_plain(value) or _are_texts(value))),
}
_TIMING: dict[str, tuple[str, Test]] = {
    "tick": ("a number", _is_number),
    **dict.fromkeys(("ticks_per_decision", "decisions", "episodes"), ("a whole number", _is_whole)),
}
_VIEW: dict[str, tuple[str, Test]] = {
    "draw": ("a function", callable),
    "extent": ("width and height above 0", lambda value: _is_pair(value) and min(value) > 0.0),
    "closeup": ("a number", _is_number),
    "status": ("a function", _is_function),
    "choice_picture": ("a function", _is_function),
    "controls": ("keys by action", _maps_to(lambda part: isinstance(part, Mapping))),
    "presses": ("a function", _is_function),
}
