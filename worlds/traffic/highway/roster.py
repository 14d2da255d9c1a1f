"""Who sits in a car when nobody else does: driving styles and their knobs."""

from worlds.kit.bots import names_of
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
    Bot(
        "local",
        ROLE,
        (GAIN,),
        about="knows which cameras are live and what each fleet does, and drives as fast as it can elsewhere",
    ),
    Bot("wary", ROLE, (GAIN,), about="slows down before every camera, and drives as fast as it can elsewhere"),
    Bot("careful", ROLE, (GAIN,), about="slows down before every camera, and beside and behind every fleet"),
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
    Bot(
        "leftmost",
        ROLE,
        (Knob("pressed", 8.0, 30.0),),  # m behind it from where on somebody makes it hurry
        split="final",
        about="keeps to the left lane at the limit, and speeds up only when somebody is close behind",
    ),
)
kind, knob = names_of(BOTS)
