"""Bots by name, and the draw of one for a seat: its kind, and the knobs that make it one of many of that kind."""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from worlds.declarations import Bot, Refused, bot_numbers, is_plain_name, knob_columns
from worlds.kit.chance import uniform
from worlds.kit.kernel import kernel
from worlds.kit.record import FOR_FINAL, FOR_TESTING, FOR_TRAINING

NEW_KIND = 0.7  # share of held-out bots whose whole kind is kept for testing; the others have a knob that is
# Pools: kinds for training, for testing, for training with a held-out knob, for final, for training with a final knob
TRAINING, RESERVED, HOLDING, FINAL_KINDS, FINAL_KNOBS = range(5)


def names_of(bots: Sequence[Bot]) -> tuple[Any, Any]:
    """Kinds and knobs as constants of kernels: ``kind, knob = names_of(BOTS)``, then ``w.bot_kind[seat] == kind.shy``
    and ``w.bot_knob[seat, knob.leash]``.

    Raises:
        Refused: a name that code cannot say.
    """
    kinds, knobs = bot_numbers(bots), knob_columns(bots)
    if bad := [name for name in (*kinds, *knobs) if not is_plain_name(name)]:
        raise Refused(f"a bot or knob is called {bad[0]!r}: use a word that code can say after a dot")
    return _constants("kind", kinds), _constants("knob", knobs)


def _constants(title: str, numbers: Mapping[str, int]) -> Any:
    make: Any = namedtuple(title, numbers)  # type: ignore[misc]
    return make(**numbers)


def pools_of(bots: Sequence[Bot]) -> list[list[int]]:
    """(5, kinds): the kinds of one role's pools."""

    def pool(part: str, holds: Callable[[Bot], bool] = lambda _: True) -> list[int]:
        return [kind for kind, bot in enumerate(bots) if bot.split == part and holds(bot)]

    return [
        pool("train"),
        pool("test"),
        pool("train", lambda bot: any(knob.held_out for knob in bot.knobs)),
        pool("final"),
        pool("train", lambda bot: any(knob.final for knob in bot.knobs)),
    ]


def knob_table(bots: Sequence[Bot], columns: dict[str, int]) -> np.ndarray:
    """(kinds, columns, 6) f8: range, held-out range and final range of every knob; without one it is empty, at the top.
    What a kind has no knob for is 0.
    """
    table = np.zeros((len(bots), max(columns.values(), default=0) + 1, 6))
    for kind, bot in enumerate(bots):
        for knob in bot.knobs:
            empty = (knob.high, knob.high)
            table[kind, columns[knob.name]] = knob.low, knob.high, *(knob.held_out or empty), *(knob.final or empty)
    return table


@kernel
def draw_bot(w, seat, part, role, pools, ranges):  # type: ignore[no-untyped-def]
    """Kind and knobs of one seat's bot, from ``pools`` (roles, 5, 1 + kinds), of each the number of kinds and then the
    kinds, and ``ranges`` (roles, kinds, columns, 6). The number of draws is always the same, so tasks stay paired.
    """
    luck, which = uniform(w), uniform(w)
    pool = pool_of(part, luck, pools[role])
    kind = pools[role, pool, 1 + int(which * pools[role, pool, 0])]
    w.bot_kind[seat] = kind
    for column in range(ranges.shape[2]):
        low, high = ranges[role, kind, column, 0], ranges[role, kind, column, 1]
        held_low, held_high = ranges[role, kind, column, 2], ranges[role, kind, column, 3]
        last_low, last_high = ranges[role, kind, column, 4], ranges[role, kind, column, 5]
        held, luck = held_high - held_low, uniform(w)
        if part == FOR_TESTING and held > 0.0:
            value = held_low + luck * held
        elif part == FOR_FINAL and last_high > last_low:
            value = last_low + luck * (last_high - last_low)
        else:
            value = low + luck * (high - low - held)
            if value >= held_low:
                value += held
        w.bot_knob[seat, column] = value


@kernel
def pool_of(part, luck, pools):  # type: ignore[no-untyped-def]
    """The pool of one role's kinds that a part of the split draws from."""
    if part == FOR_TRAINING:
        return TRAINING
    new, known = (FINAL_KINDS, FINAL_KNOBS) if part == FOR_FINAL else (RESERVED, HOLDING)
    if luck < NEW_KIND:
        return new if pools[new, 0] > 0 else known
    return known if pools[known, 0] > 0 else new
