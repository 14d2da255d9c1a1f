"""Whether what a world declares is of the kinds that it should be, before anything is computed with it."""

import math
from collections.abc import Callable, Mapping
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any

import numpy as np

from worlds.kit.observation import Pieces
from worlds.kit.words import shown

if TYPE_CHECKING:
    from worlds.world import World

Test = Callable[[Any], bool]


def wrong_kind(world: "World") -> str | None:
    """The first declaration of another kind than it should be, in words; None where all are right."""
    for name, (words, holds) in {**_PARTS, **_numbers(), **_functions()}.items():
        if not holds(value := getattr(world, name)):
            return f"{name} is {shown(value)}: it must be {words}"
    missing = sorted({"driver", "action", "bot_kind", "done"} - set(world.state.names or ()))
    if missing:
        return f"the record has no fields {missing}: make it with worlds.kit.record.record"
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
    for name, rule in vars(world.kernels).items():
        if not callable(rule) and not (name == "legal" and rule is None):
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


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, str | bool) or _is_number(value)


def _are_texts(value: Any) -> bool:
    return _is_row(value) and all(_is_text(part) for part in value)


def _maps_to(test: Test) -> Test:
    return lambda value: (
        isinstance(value, Mapping) and all(_is_text(name) and test(part) for name, part in value.items())
    )


_SEATS = _each("Seat", name=_is_text, role=_is_text)
_ACTIONS = _each("Action", name=_is_text, choices=lambda value: _are_texts(value) and bool(value))
_BOTS = _each("Bot", name=_is_text, role=_is_text, knobs=_each("Knob", low=_is_number, high=_is_number))
_PARTS: dict[str, tuple[str, Test]] = {
    "name": ("text", _is_text),
    "page": ("text", _is_text),
    "state": ("a record", lambda value: isinstance(value, np.dtype) and value.names is not None),
    "seats": ("one or more of Seat", lambda value: bool(value) and _SEATS(value)),
    "actions": (
        "one or more of Action, each with choices",
        lambda value: bool(value) and _ACTIONS(value),
    ),
    "observation": ("Pieces", lambda value: isinstance(value, Pieces)),
    "told": ("Pieces", lambda value: isinstance(value, Pieces)),
    "generators": ("a row of Generator", _each("Generator", name=_is_text)),
    "bots": ("a row of Bot", _BOTS),
    "causes": ("a row of Cause", _each("Cause", name=_is_text)),
    "ranges": ("lowest and highest values by field", _maps_to(_is_pair)),
    "extent": ("width and height above 0", lambda value: _is_pair(value) and min(value) > 0.0),
    "observation_bounds": ("two numbers", _is_pair),
    "told_names": ("names by told piece", _maps_to(_are_texts)),
    "told_bots": ("text", _is_text),
    "smooth": ("text by field", _maps_to(_is_text)),
    "controls": ("keys by action", _maps_to(lambda part: isinstance(part, Mapping))),
    "build_args": ("plain values by name", _maps_to(_is_plain)),
    **dict.fromkeys(("metrics", "seat_metrics", "carried", "population"), ("a row of names", _are_texts)),
}  # fmt: skip


def _numbers() -> dict[str, tuple[str, Test]]:
    whole = dict.fromkeys(
        ("version", "ticks_per_decision", "episode_decisions", "trial_episodes"), ("a whole number", _is_whole)
    )
    return {**whole, **dict.fromkeys(("tick", "closeup"), ("a number", _is_number))}


def _functions() -> dict[str, tuple[str, Test]]:
    wished = dict.fromkeys(
        ("status", "choice_picture", "consistent"), ("a function", lambda value: value is None or callable(value))
    )
    return {"draw": ("a function", callable), **wished}
