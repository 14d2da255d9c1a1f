"""Who sits in a car when nobody else does: driving styles, their knobs, and the draw of one for a seat."""

import numpy as np

from worlds.kit.chance import uniform
from worlds.kit.kernel import kernel
from worlds.world import Bot, Knob

ROLE = "driver"
PATIENCE = Knob("patience", 3.0, 15.0)  # s at the line until the gap it needs is half as long
BOTS: tuple[Bot, ...] = (
    Bot(
        "cautious",
        ROLE,
        (Knob("gap", 3.0, 6.0, held_out=(5.0, 6.0)), Knob("approach", 3.0, 5.5), PATIENCE),
        about="comes slowly to the line and gives way to everybody, with much room",
    ),
    Bot(
        "normal",
        ROLE,
        (Knob("gap", 1.5, 3.0, held_out=(1.5, 1.8)), Knob("approach", 5.0, 7.5), PATIENCE),
        about="slows down before the line and gives way to everybody it sees in time",
    ),
    Bot(
        "pushy",
        ROLE,
        (Knob("gap", 0.0, 1.2, held_out=(0.0, 0.3)), Knob("approach", 7.5, 11.0)),
        about="hardly slows down, and takes gaps that are just long enough",
    ),
    Bot(
        "local",
        ROLE,
        (Knob("gap", 0.0, 2.0, held_out=(1.6, 2.0)), Knob("approach", 6.0, 9.0), PATIENCE),
        about="knows the custom: gives way where it must, and drives on where others must",
    ),
    Bot(
        "waiting",
        ROLE,
        (Knob("wait", 1.0, 5.0, held_out=(4.0, 5.0)), Knob("gap", 1.5, 4.0)),  # s; s
        about="always stops at the line, waits, and goes when the way is free",
    ),
    Bot(
        "forcing",
        ROLE,
        (Knob("hurry", 0.0, 1.0, held_out=(0.8, 1.0)), Knob("fear", 0.0, 0.6)),  # shares of decisions
        about="looks at nobody, or brakes at the last moment",
    ),
    Bot(
        "constant",
        ROLE,
        (Knob("speed", 4.0, 11.0, held_out=(9.0, 11.0)), Knob("reach", 0.0, 0.8)),  # m/s; s
        about="keeps its speed through the junction and stops only for who is already in its way",
    ),
    Bot(
        "random",
        ROLE,
        (Knob("fidget", 0.05, 0.5, held_out=(0.35, 0.5)), Knob("slow", 0.0, 0.5)),  # shares of decisions
        about="now and then does something else, whatever it may be",
    ),
    Bot(
        "hesitant",
        ROLE,
        (Knob("gap", 2.0, 4.0), Knob("approach", 4.0, 7.0), Knob("doubt", 0.1, 0.4)),  # s; m/s; share of decisions
        split="test",
        about="gives way to everybody and brakes again on the junction",
    ),
    Bot(
        "bluffing",
        ROLE,
        (Knob("nerve", 0.6, 2.0), Knob("gap", 0.5, 2.0)),  # s to the conflict when it gives in; s
        split="test",
        about="comes as if it would not stop, and stops hard at the last moment",
    ),
)
CAUTIOUS, NORMAL, PUSHY, LOCAL, WAITING, FORCING, CONSTANT, RANDOM, HESITANT, BLUFFING = range(10)
KINDS = len(BOTS)
KNOBS = max(len(bot.knobs) for bot in BOTS)
TRAINING = sum(bot.split == "train" for bot in BOTS)  # they come first
NEW_KIND = 0.6  # share of held-out bots whose whole kind is reserved; the others have a knob held out


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
