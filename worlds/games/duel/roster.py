"""Who fights when nobody else does: the kinds of duellists, and the knobs that make one of many of a kind.

A kind is what a duellist goes by: which situations it tells apart when it leaps and when it aims (see duels.py), and
whether its answer to each is its own (a habit drawn for the task) or follows a rule. ``turn`` is the rule's step from
one side to the next (north, middle, south, north …), cut to a whole number.
"""

import numpy as np

from worlds.declarations import knob_columns
from worlds.games.duel.constants import SIDES
from worlds.kit.bots import knob_table, names_of
from worlds.world import Bot, Knob

ROLE = "duellist"
LAPSE = Knob("lapse", 0.02, 0.14, held_out=(0.08, 0.1))  # share of leaps and aims made by chance
BOLD = Knob("bold", 0.0, 1.0, held_out=(0.45, 0.6))  # 0 camps at the back, 1 rushes to the ditch
PATIENCE = Knob("patience", 0.0, 5.0)  # decisions that it waits with a loaded gun
HIDES = Knob("hides", 0.0, 0.6)  # share of walks to cover while it reloads
TURN, AIM_TURN = Knob("turn", 0.0, 3.0), Knob("aim_turn", 0.0, 3.0)
STEP, AIM_STEP = Knob("step", 1.0, 3.0), Knob("aim_step", 1.0, 3.0)  # never the same side again


def _bot(name: str, about: str, *knobs: Knob, split: str = "train") -> Bot:
    return Bot(name, ROLE, (LAPSE, BOLD, PATIENCE, HIDES, *knobs), split=split, about=about)


BOTS: tuple[Bot, ...] = (
    _bot("ranger", "goes by the distance and by whose gun is loaded"),
    _bot("brooder", "goes by what it did last and whether that was wise"),
    _bot("reader", "leaps by your last aim and aims by your last leap, and by whether the gun is loaded"),
    _bot("mimic", "leaps by your last leap and aims by your last aim, and by who shot last"),
    _bot("rotator", "goes on from its own last side to the next, always the same way round", STEP, AIM_STEP),
    _bot("stubborn", "stays with what worked, and moves on from what did not", STEP, AIM_STEP),
    _bot("dodger", "leaps by where you aimed last, and aims by where you leapt last", TURN, AIM_TURN),
    _bot("bluffer", "leaps by the distance; where its barrel points tells where it will not, or will, aim", AIM_TURN),
    _bot("twoface", "leaps by your last leap, aims by the distance", split="test"),
    _bot("contrary", "leaps by your last aim, aims by whether its own last one was wise", split="test"),
    _bot("sulker", "goes by the distance, and the other way round once it was hit in this episode", split="test"),
    _bot("crossed", "leaps by whether its last leap was wise, aims by your last leap", split="final"),
    _bot("moody", "goes by who is ahead and by whose gun is loaded", split="final"),
)  # fmt: skip
kind, knob = names_of(BOTS)
NAMED = sum(bot.split != "final" for bot in BOTS)  # kinds that have a name in what is told

BY_RANGE, BY_SUCCESS, BY_YOUR_COUNTERPART, BY_YOUR_LIKE, BY_BARREL, BY_SCORE = range(6)
LEAPS_BY = np.array([0, 1, 2, 3, 1, 1, 2, 0, 3, 2, 0, 1, 5])  # situations that each kind tells apart when it leaps
AIMS_BY = np.array([0, 1, 2, 3, 1, 1, 2, 4, 0, 1, 0, 2, 5])  # and when it aims

_columns = knob_columns(BOTS)
KNOBS = max(_columns.values()) + 1
_ranges = knob_table(BOTS, _columns)
KNOB_LOW = np.ascontiguousarray(_ranges[:, :, 0])
"""(kinds, knobs): the lower end of each, 0 where there is none."""
KNOB_SPAN = np.where(_ranges[:, :, 1] > _ranges[:, :, 0], _ranges[:, :, 1] - _ranges[:, :, 0], 1.0)
"""(kinds, knobs): how far each reaches."""
TURNS = len(SIDES)
