"""Bots by name, and the draw of one for a seat: its kind, and the knobs that make it one of many of that kind."""

from collections import namedtuple
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from worlds.declarations import Bot, Refused, bot_numbers, is_plain_name, knob_columns
from worlds.kit.chance import uniform
from worlds.kit.kernel import kernel

NEW_KIND = 0.7  # share of held-out bots whose whole kind is kept for testing; the others have a knob that is
TRAINING, RESERVED, HOLDING = range(3)  # pools of kinds: for training, for testing, for training with a held-out knob


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
    """(3, kinds): the kinds of one role's pools."""
    held = [any(knob.held_out for knob in bot.knobs) for bot in bots]
    train = [bot.split == "train" for bot in bots]
    every = range(len(bots))
    return [
        [kind for kind in every if train[kind]],
        [kind for kind in every if not train[kind]],
        [kind for kind in every if train[kind] and held[kind]],
    ]


def knob_table(bots: Sequence[Bot], columns: dict[str, int]) -> np.ndarray:
    """(kinds, columns, 4) f8: range and held-out range of every knob; without one it is empty, at the top. What a kind
    has no knob for is 0.
    """
    table = np.zeros((len(bots), max(columns.values(), default=0) + 1, 4))
    for kind, bot in enumerate(bots):
        for knob in bot.knobs:
            table[kind, columns[knob.name]] = knob.low, knob.high, *(knob.held_out or (knob.high, knob.high))
    return table


@kernel
def draw_bot(w, seat, held_out, role, pools, ranges):  # type: ignore[no-untyped-def]
    """Kind and knobs of one seat's bot, from ``pools`` (roles, 3, 1 + kinds), of each the number of kinds and then the
    kinds, and ``ranges`` (roles, kinds, columns, 4). The number of draws is always the same, so tasks stay paired.
    """
    luck, which = uniform(w), uniform(w)
    pool = TRAINING
    if held_out:
        pool = RESERVED if luck < NEW_KIND else HOLDING
        if pools[role, pool, 0] == 0:
            pool = RESERVED + HOLDING - pool
    kind = pools[role, pool, 1 + int(which * pools[role, pool, 0])]
    w.bot_kind[seat] = kind
    for column in range(ranges.shape[2]):
        low, high = ranges[role, kind, column, 0], ranges[role, kind, column, 1]
        held_low, held_high = ranges[role, kind, column, 2], ranges[role, kind, column, 3]
        held, luck = held_high - held_low, uniform(w)
        if held_out and held > 0.0:
            value = held_low + luck * held
        else:
            value = low + luck * (high - low - held)
            if value >= held_low:
                value += held
        w.bot_knob[seat, column] = value
