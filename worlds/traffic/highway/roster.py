"""Who sits in a car when nobody else does: driving styles, their knobs, and the draw of one for a seat."""

import numpy as np

from worlds.kit.chance import uniform
from worlds.kit.kernel import kernel
from worlds.world import Bot, Knob

ROLE = "driver"
GAIN = Knob("gain", 0.1, 1.5, held_out=(0.9, 1.5))  # m/s² that a lane change must be worth to it
BOTS: tuple[Bot, ...] = (
    Bot(
        "steady",
        ROLE,
        (Knob("dreaming", 0.0, 0.3, held_out=(0.15, 0.3)),),  # chance a decision of being off the pedal
        about="drives at the limit in its lane and never leaves it unless it ends",
    ),
    Bot("commuter", ROLE, (GAIN,), about="drives at the limit, changes lanes where that gains enough (IDM and MOBIL)"),
    Bot("hasty", ROLE, (GAIN,), about="drives as fast as it can, changes lanes where that gains enough"),
    Bot(
        "timid",
        ROLE,
        (Knob("distance", 25.0, 60.0, held_out=(25.0, 35.0)),),  # m
        about="keeps to the right and far from the vehicle ahead",
    ),
    Bot(
        "random",
        ROLE,
        (Knob("fidget", 0.05, 0.5, held_out=(0.3, 0.5)),),
        about="now and then does something else, whatever it may be",
    ),
    Bot("local", ROLE, (GAIN,), about="knows where the patrols are, and drives as fast as it can elsewhere"),
    Bot(
        "weaver",
        ROLE,
        (Knob("daring", 0.0, 1.0),),  # m/s² that a lane change may lose
        split="test",
        about="drives as fast as it can and changes lanes all the time",
    ),
    Bot(
        "wavering",
        ROLE,
        (Knob("period", 6.0, 20.0), GAIN),  # s
        split="test",
        about="now pushes, now falls back, as if on the telephone",
    ),
)
STEADY, COMMUTER, HASTY, TIMID, RANDOM, LOCAL, WEAVER, WAVERING = range(8)
KINDS = len(BOTS)
KNOBS = max(len(bot.knobs) for bot in BOTS)
TRAINING = sum(bot.split == "train" for bot in BOTS)  # they come first
NEW_KIND = 0.7  # share of held-out bots whose whole kind is reserved; the others have a knob held out


def _knob_table() -> np.ndarray:
    """(kinds, knobs, 4) f8: range and held-out range of every knob; without one it is empty, at the top."""
    table = np.zeros((KINDS, KNOBS, 4))
    for kind, bot in enumerate(BOTS):
        for index, knob in enumerate(bot.knobs):
            table[kind, index] = knob.low, knob.high, *(knob.held_out or (knob.high, knob.high))
    return table


KNOB_TABLE = _knob_table()


@kernel
def draw_bot(w, seat, held_out):
    """Kind and knobs of one seat's bot. The number of draws is always the same, so tasks stay paired."""
    reserved = uniform(w) < NEW_KIND and held_out
    luck = uniform(w)
    kind = TRAINING + int(luck * (KINDS - TRAINING)) if reserved else int(luck * TRAINING)
    w.bot_kind[seat] = kind
    for knob in range(KNOBS):
        low, high = KNOB_TABLE[kind, knob, 0], KNOB_TABLE[kind, knob, 1]
        held_low, held_high = KNOB_TABLE[kind, knob, 2], KNOB_TABLE[kind, knob, 3]
        held = held_high - held_low
        luck = uniform(w)
        if held_out and held > 0.0:
            value = held_low + luck * held
        else:
            value = low + luck * (high - low - held)
            if value >= held_low:
                value += held
        w.bot_knob[seat, knob] = value
