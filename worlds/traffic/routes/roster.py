"""Who chooses the turns when nobody else does: kinds of wayfinders and their knobs."""

from worlds.kit.bots import names_of
from worlds.world import Bot, Knob

ROLE = "traveller"
PATIENCE = Knob("patience", 20.0, 80.0)  # s of standing after which it thinks again
WANDER = Knob("wander", 0.0, 0.15)  # chance at a fork of turning anywhere
BOTS: tuple[Bot, ...] = (
    Bot(
        "quickest",
        ROLE,
        (PATIENCE, Knob("wander", 0.0, 0.15, held_out=(0.1, 0.15))),
        about="the quickest way on empty roads, whatever it meets",
    ),
    Bot(
        "compass",
        ROLE,
        (PATIENCE, WANDER, Knob("habit", 0.0, 1.0, held_out=(0.6, 0.8))),
        about="turns to where the goal lies as the crow flies; the more habit, the less it looks at the map",
    ),
    Bot(
        "looker",
        ROLE,
        (PATIENCE, WANDER, Knob("per_car", 1.0, 8.0, held_out=(5.0, 6.0)), Knob("per_standing", 0.0, 6.0)),  # s
        about="the quickest way, but every car that it sees at the beginning of a street counts some seconds",
    ),
    Bot(
        "main_roads",
        ROLE,
        (PATIENCE, WANDER, Knob("wide", 5.0, 40.0, held_out=(20.0, 26.0))),  # s
        about="a street with two lanes is worth a detour to it",
    ),
    Bot(
        "left_handed",
        ROLE,
        (PATIENCE, WANDER, Knob("detour", 5.0, 40.0)),  # s
        about="turns left wherever the detour is not too long",
    ),
    Bot(
        "impatient",
        ROLE,
        (Knob("patience", 5.0, 15.0, held_out=(8.0, 10.0)), WANDER, Knob("detour", 10.0, 60.0)),
        about="the quickest way, until it has to stand: then any other turn that is not too long",
    ),
    Bot("random", ROLE, (PATIENCE, Knob("wander", 0.5, 1.0, held_out=(0.7, 0.8))), about="turns anywhere"),
    Bot(
        "learner",
        ROLE,
        (PATIENCE, WANDER, Knob("pace", 0.3, 1.0, held_out=(0.5, 0.6))),  # share of the last time in what it expects
        about="remembers how long each street took, and takes the quickest way by that",
    ),
    Bot(
        "knowing",
        ROLE,
        (PATIENCE, WANDER, Knob("trust", 0.7, 1.0, held_out=(0.8, 0.85))),
        about="knows the true mean seconds of every street: the reference for what knowledge is worth",
    ),
    Bot(
        "herd",
        ROLE,
        (PATIENCE, WANDER, Knob("per_car", 2.0, 10.0)),  # s
        split="test",
        about="goes where it sees others go",
    ),
    Bot(
        "outskirts",
        ROLE,
        (PATIENCE, WANDER, Knob("pull", 2.0, 20.0)),  # s for 100 m
        split="test",
        about="keeps away from the middle of the town",
    ),
    Bot(
        "right_handed",
        ROLE,
        (PATIENCE, WANDER, Knob("detour", 5.0, 40.0)),  # s
        split="test",
        about="turns right wherever the detour is not too long",
    ),
    Bot(
        "explorer",
        ROLE,
        (PATIENCE, WANDER, Knob("fresh", 5.0, 40.0)),  # s
        split="final",
        about="a street that it has not taken yet in this episode is worth a detour to it",
    ),
)
kind, knob = names_of(BOTS)
