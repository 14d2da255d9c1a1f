"""Who cooks when nobody else does: the kinds of strangers, and the knobs that make one of many of a kind.

A kind is what a stranger goes by when it chooses a pot and an ingredient: which situations it tells apart (see
habits.py), and whether its answer to each is its own (a habit drawn for the task) or follows a rule. Both roles have
the same kinds. ``step`` and ``item_step`` are a rule's steps from one pot, or ingredient, to the next, cut to a whole
number.
"""

import numpy as np

from worlds.declarations import knob_columns
from worlds.kit.bots import knob_table, names_of
from worlds.world import Bot, Knob

ROLES = ("porter", "cook")
LAPSE = Knob("lapse", 0.02, 0.14, held_out=(0.08, 0.1))  # share of choices made by chance
PACE = Knob("pace", 0.8, 1.0, held_out=(0.88, 0.92))  # share of ticks in which it does something
REST = Knob("rest", 0.0, 3.0)  # ticks before it begins with an order
STEP, ITEM_STEP = Knob("step", 1.0, 3.0), Knob("item_step", 1.0, 3.0)  # never the same one again
LAZE = Knob("laze", 5.0, 9.0)  # ticks more before it begins, when the last order went well

Row = tuple[str, str, tuple[Knob, ...], str]
KINDS: tuple[Row, ...] = (
    ("host", "goes by the guest, and by how the last order went", (), "train"),
    ("brooder", "goes by what it did last, and by how that went", (), "train"),
    ("follower", "goes by what you did last: its pot by your pot, what it brings by what you brought", (), "train"),
    ("taster", "chooses its pot by what you brought last, and what it brings by your last pot", (), "train"),
    ("rotator", "goes on from its last pot and ingredient to the next, always the same way round", (STEP, ITEM_STEP),
     "train"),
    ("stubborn", "stays with what went well, and moves on from what did not", (STEP, ITEM_STEP), "train"),
    ("courteous", "stays where you met; else it gives in to some, and with others insists on its favourite pot",
     (), "train"),
    ("lazybones", "goes by the guest and by its own last ingredient; after a dish that went well it rests for long",
     (LAZE,), "train"),
    ("twoface", "chooses its pot by the guest, and what it brings by what you brought last", (), "test"),
    ("contrary", "chooses its pot by what you brought last, and what it brings by its own last", (), "test"),
    ("sulker", "goes by the guest, and the other way round once two orders have failed", (), "test"),
    ("crossed", "chooses its pot by its own last, and what it brings by what you brought last", (), "final"),
    ("moody", "goes by how many dishes went well so far", (), "final"),
)  # fmt: skip

BOTS: tuple[Bot, ...] = tuple(
    Bot(name, role, (LAPSE, PACE, REST, *knobs), split=split, about=about)
    for role in ROLES
    for name, about, knobs, split in KINDS
)
kind, knob = names_of(BOTS)
NAMES = tuple(row[0] for row in KINDS)
NAMED = sum(row[3] != "final" for row in KINDS)  # kinds that have a name in what is told

BY_GUEST, BY_OWN, BY_YOURS, BY_YOUR_OTHER, BY_TALLY = range(5)
POT_BY = np.array([0, 1, 2, 3, 1, 1, 2, 0, 0, 3, 0, 1, 4])  # situations that each kind tells apart for its pot
ITEM_BY = np.array([0, 1, 2, 3, 1, 1, 0, 1, 2, 1, 0, 2, 4])  # and for what it brings

_columns = knob_columns(BOTS)
KNOBS = max(_columns.values()) + 1
_ranges = knob_table(BOTS[: len(KINDS)], _columns)
KNOB_LOW = np.ascontiguousarray(_ranges[:, :, 0])
"""(kinds, knobs): the lower end of each, 0 where there is none."""
KNOB_SPAN = np.where(_ranges[:, :, 1] > _ranges[:, :, 0], _ranges[:, :, 1] - _ranges[:, :, 0], 1.0)
"""(kinds, knobs): how far each reaches."""
