"""Who sits in a car when nobody else does: driving styles and their knobs."""

from worlds.kit.bots import names_of
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
        about="stops at every line, waits, and goes when the way is free",
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
    Bot(
        "racing",
        ROLE,
        (Knob("gap", 1.5, 3.5), Knob("nerve", 0.3, 1.2)),  # s; s to the conflict when it gives in
        split="final",
        about="dawdles where nobody comes, and speeds up where somebody does, to be there first",
    ),
)
kind, knob = names_of(BOTS)
