"""Who walks about when nobody else does: the kinds of strangers, and the knobs that make one of many of a kind.

Each has a *good* action, which is the first of its game (cooperating, the dove's, the stag's, the first place, heads),
and a bad one; which colour is which nobody is told. ``first`` leads to what it picks when it meets somebody for the
first time: below a quarter surely the bad action, above three quarters surely the good one, by chance between.
"""

import numpy as np

from worlds.declarations import knob_columns
from worlds.kit.bots import knob_table, names_of
from worlds.world import Bot, Knob

ROLE = "trader"
SLIP = Knob("slip", 0.0, 0.06)  # share of picks that come out as the other one
FIRST = Knob("first", 0.0, 1.0)


def _bot(name: str, about: str, *knobs: Knob, split: str = "train") -> Bot:
    return Bot(name, ROLE, knobs, split=split, about=about)


BOTS: tuple[Bot, ...] = (
    _bot("mirror", "picks what you picked when you last met", FIRST, Knob("slip", 0.0, 0.06, held_out=(0.03, 0.05))),
    _bot("contrary", "picks what you did not pick when you last met", FIRST, SLIP),
    _bot("memory_one", "has a chance of the good action for each outcome of your last meeting, its own action first",
         FIRST, Knob("after_good_good", -0.5, 1.5), Knob("after_good_bad", -0.5, 1.5, held_out=(0.6, 1.0)),
         Knob("after_bad_good", -0.5, 1.5, held_out=(0.0, 0.4)), Knob("after_bad_bad", -0.5, 1.5)),
    _bot("stubborn", "keeps to one action until it was paid less than nothing so many times in a row",
         FIRST, Knob("patience", 1.0, 3.99, held_out=(2.0, 3.0)), SLIP),
    _bot("grim", "picks the good action until you picked the bad one so many times, and the bad one ever after",
         Knob("patience", 1.0, 2.99), SLIP),
    _bot("learner", "guesses your next pick from your picks so far, the latest count most, and answers it best",
         FIRST, Knob("fade", 0.3, 0.9, held_out=(0.5, 0.7)), SLIP),
    _bot("levels", "answers your last pick best (level 1), or expects you to know that and answers that (level 2)",
         FIRST, Knob("level", 1.0, 2.99), Knob("slip", 0.0, 0.06, held_out=(0.03, 0.05))),
    _bot("switcher", "picks what you picked last for some meetings, then what you did not pick for as many, by turns",
         FIRST, Knob("span", 2.0, 4.99, held_out=(4.0, 4.99)), SLIP),
    _bot("exploiter", "keeps to what pays it, tries the other action when it does not, and compares",
         FIRST, Knob("forget", 0.3, 0.8, held_out=(0.5, 0.6)), SLIP),
    _bot("bully", "picks what pays it most if you give in, and gives in itself after so many bad meetings in a row",
         Knob("patience", 1.0, 3.99), SLIP, split="test"),
    _bot("avenger", "picks the good action, but answers each bad one with several",
         Knob("anger", 2.0, 4.99), SLIP, split="test"),
    _bot("moody", "picks what anybody last did to it, or the contrary",
         FIRST, Knob("contrariness", 0.0, 1.0), SLIP, split="test"),
    _bot("turncoat", "picks what you picked last for some meetings, then the bad action for good",
         FIRST, Knob("span", 3.0, 7.99), SLIP, split="final"),
    _bot("gambler", "tosses a coin that leans to what paid it more",
         Knob("heat", 1.0, 3.0), split="final"),
)  # fmt: skip

kind, knob = names_of(BOTS)
NAMES = tuple(bot.name for bot in BOTS)
KINDS = sum(bot.split != "final" for bot in BOTS)  # those that have a name in what is told
TABLE = knob_table(BOTS, knob_columns(BOTS))
KNOBS = TABLE.shape[1]
KNOB_LOW = TABLE[:, :, 0].copy()  # (kinds, columns)
KNOB_SPAN = np.maximum(TABLE[:, :, 1] - TABLE[:, :, 0], 1e-3)
