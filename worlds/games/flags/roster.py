"""Who plays when nobody else does: the kinds of strangers by their plans, and the knobs that make one of many.

A kind is a plan (see plans.py): from one round to the next. ``opening`` is the first post, cut to a whole number, or
only its lane where a plan raids or guards alone; ``turn`` below 2 means one lane further on, else two; ``row`` holds
the second, third and fourth post of who is drilled.
"""

from worlds.games.flags.constants import POSTS
from worlds.kit.bots import names_of
from worlds.world import Bot, Knob

ROLE = "player"
LAPSE = Knob("lapse", 0.0, 0.12, held_out=(0.05, 0.07))  # share of posts by chance
OPENING = Knob("opening", 0.0, POSTS - 0.01)
TURN = Knob("turn", 1.0, 2.99)
ROW = Knob("row", 0.0, POSTS**3 - 0.01, held_out=(72.0, 108.0))


def _bot(name: str, about: str, *knobs: Knob, split: str = "train") -> Bot:
    return Bot(name, ROLE, (LAPSE, OPENING, *knobs), split=split, about=about)


BOTS: tuple[Bot, ...] = (
    _bot("drilled", "has a post for every round, in all episodes the same", ROW),
    _bot("all_in", "always raids: again where it came through, else in another lane", TURN),
    _bot("turtle", "always guards: in the lane where its rival was last"),
    _bot("patrol", "keeps to its task, and goes on from lane to lane", TURN),
    _bot("split", "raids and guards by turns, each raid in another lane", TURN),
    _bot("shadow", "does what its mate did last"),
    _bot("flank", "always raids: beside the lane where its rival was last", TURN),
    _bot("fidget", "takes another lane after what paid, and the other task after what did not", TURN),
    _bot("decoy", "shows one post twice, then strikes with the other task in another lane", TURN, split="test"),
    _bot("contrary", "guards where its rival raided, and raids beside where it guarded", TURN, split="test"),
    _bot("partner", "takes the other task than its mate did, in another lane", TURN, split="test"),
    _bot("late", "shows one post twice, then another lane, then the other task", TURN, split="final"),
    _bot("avenger", "always raids: in the lane where its rival was last", split="final"),
)
kind, knob = names_of(BOTS)
NAMES = tuple(bot.name for bot in BOTS)
KINDS = sum(bot.split != "final" for bot in BOTS)  # those that have a name in what is told
