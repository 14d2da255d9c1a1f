"""Who runs a signal when nobody else does: the kinds of controllers, their knobs, and the draw of one for a seat."""

import numpy as np

from worlds.kit.chance import uniform
from worlds.kit.kernel import kernel
from worlds.world import Bot, Knob

ROLE = "signal"
LOST = Knob("lost", 3.0, 7.0)  # s a change of phase costs, as the controller believes
BOTS: tuple[Bot, ...] = (
    Bot(
        "fixed",
        ROLE,
        (Knob("green", 10.0, 40.0, held_out=(27.0, 33.0)), Knob("offset", 0.0, 1.0)),  # s; share of the cycle
        about="every phase for the same time, round and round",
    ),
    Bot(
        "webster",
        ROLE,
        (LOST, Knob("saturation", 0.38, 0.5, held_out=(0.41, 0.44))),  # vehicles/s and lane
        about="cycle and greens by Webster's formula for the true mean flows of the task",
    ),
    Bot(
        "actuated",
        ROLE,
        (Knob("gap", 2.0, 4.0, held_out=(2.8, 3.2)), Knob("longest", 30.0, 60.0)),  # s; SUMO: 3 s and 50 s
        about="keeps a phase green while cars come, skips phases that nobody waits for",
    ),
    Bot(
        "max_pressure",
        ROLE,
        (Knob("shortest", 8.0, 24.0, held_out=(14.0, 17.0)),),  # s; LibSignal: 10 s
        about="the phase with the most cars before its stop lines less those behind the junction",
    ),
    Bot(
        "max_pressure_aware",
        ROLE,
        (Knob("shortest", 5.0, 20.0), LOST),
        about="max pressure that changes only where the gain is worth the lost time",
    ),
    Bot(
        "sotl",
        ROLE,
        (Knob("theta", 20.0, 80.0), Knob("platoon", 1.0, 4.0)),  # vehicle-seconds; cars
        split="test",
        about="self-organising: changes once the cars on red have waited long enough, unless it would cut a platoon",
    ),
    Bot(
        "green_wave",
        ROLE,
        (LOST, Knob("speed", 8.0, 14.0)),  # m/s
        split="test",
        about="Webster's plan with one cycle for the town, offset by distance along the busier way",
    ),
)
FIXED, WEBSTER, ACTUATED, MAX_PRESSURE, MAX_PRESSURE_AWARE, SOTL, GREEN_WAVE = range(7)
KINDS = len(BOTS)
KNOBS = max(len(bot.knobs) for bot in BOTS)
TRAINING = sum(bot.split == "train" for bot in BOTS)  # they come first
HOLDING = np.array([i for i, bot in enumerate(BOTS[:TRAINING]) if any(knob.held_out for knob in bot.knobs)])
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
    luck, which = uniform(w), uniform(w)
    kind = int(which * TRAINING)
    if held_out:
        kind = TRAINING + int(which * (KINDS - TRAINING)) if luck < NEW_KIND else HOLDING[int(which * len(HOLDING))]
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
