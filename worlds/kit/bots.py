"""Drawing a seat's bot: its kind, and the knobs that make it one of many of that kind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from worlds.kit.chance import uniform
from worlds.kit.kernel import kernel

if TYPE_CHECKING:
    from worlds.world import Bot


def knob_table(bots: Sequence[Bot], knobs: int) -> np.ndarray:
    """(kinds, knobs, 4) f8: range and held-out range of every knob; without one it is empty, at the top."""
    table = np.zeros((len(bots), knobs, 4))
    for kind, bot in enumerate(bots):
        for index, knob in enumerate(bot.knobs):
            table[kind, index] = knob.low, knob.high, *(knob.held_out or (knob.high, knob.high))
    return table


def with_held_out_knobs(bots: Sequence[Bot]) -> np.ndarray:
    """The training kinds that have a knob region kept for testing."""
    held = [any(knob.held_out for knob in bot.knobs) for bot in bots]
    return np.array([kind for kind, bot in enumerate(bots) if bot.split == "train" and held[kind]])


@kernel
def draw_kind(w, held_out, training, kinds, holding, new_kind):  # type: ignore[no-untyped-def]
    """A kind of bot: one of the first ``training``; or one kept for testing, or of ``holding`` with a knob that is.

    ``new_kind`` is the share of held-out bots whose whole kind is. The number of draws is always the same, so tasks
    stay paired.
    """
    luck, which = uniform(w), uniform(w)
    if not held_out:
        return int(which * training)
    return training + int(which * (kinds - training)) if luck < new_kind else holding[int(which * len(holding))]


@kernel
def draw_knobs(w, seat, held_out, ranges):  # type: ignore[no-untyped-def]
    """The knobs of one seat's bot, evenly from their ``ranges`` (knobs, 4): a row of `knob_table`."""
    for knob in range(len(ranges)):
        low, high, held_low, held_high = ranges[knob, 0], ranges[knob, 1], ranges[knob, 2], ranges[knob, 3]
        held = held_high - held_low
        luck = uniform(w)
        if held_out and held > 0.0:
            value = held_low + luck * held
        else:
            value = low + luck * (high - low - held)
            if value >= held_low:
                value += held
        w.bot_knob[seat, knob] = value
