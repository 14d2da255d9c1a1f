"""Who sits there when nobody else does: the kinds of players and their knobs.

What most kinds do is a row of numbers for weak, middling and strong cards (see MANNERS): ``courage`` and ``curiosity``
say how far one of the kind goes from the first row, its mildest, to the second, its wildest. The others go by the book,
by their mood or by what the other one does.
"""

from typing import NamedTuple

import numpy as np

from worlds.declarations import knob_columns
from worlds.kit.bots import names_of
from worlds.world import PARTS, Bot, Knob

ROLES = ("player", "opponent")


class Manner(NamedTuple):
    """Chances with weak, middling and strong cards: to bet, to stay when it is bet to, and (weak, strong) to raise."""

    bet: tuple[float, float, float]
    stay: tuple[float, float, float]
    press: tuple[float, float]


MANNERS: dict[str, tuple[Manner, Manner]] = {
    "rock": (Manner((0, 0, 0.8), (0, 0, 0.9), (0, 0.3)), Manner((0, 0.1, 1), (0, 0.25, 1), (0, 0.8))),
    "tight": (Manner((0, 0.1, 0.8), (0, 0.15, 1), (0, 0.4)), Manner((0.2, 0.3, 1), (0.05, 0.4, 1), (0.05, 0.8))),
    "loose": (Manner((0, 0.2, 0.7), (0.15, 0.8, 1), (0, 0.3)), Manner((0.15, 0.5, 0.95), (0.45, 1, 1), (0.1, 0.7))),
    "station": (Manner((0, 0, 0.1), (0.5, 0.9, 1), (0, 0)), Manner((0, 0.1, 0.4), (1, 1, 1), (0, 0.1))),
    "maniac": (Manner((0.6, 0.6, 0.8), (0.1, 0.7, 1), (0.3, 0.6)), Manner((1, 1, 1), (0.5, 1, 1), (0.8, 1))),
    "sticky": (Manner((0, 0.2, 0.8), (0, 0.1, 1), (0, 0.3)), Manner((0.15, 0.5, 1), (0.1, 0.35, 1), (0, 0.6))),
    "bluffer": (Manner((0.7, 0, 0.7), (0, 0.1, 1), (0.3, 0.5)), Manner((1, 0.1, 1), (0.05, 0.5, 1), (0.7, 0.8))),
    "slow_player": (Manner((0, 0.2, 0.2), (0.05, 0.7, 1), (0, 0.7)), Manner((0.15, 0.7, 0), (0.2, 1, 1), (0, 1))),
    "robber": (Manner((0.6, 0.5, 0.8), (0, 0.1, 0.95), (0, 0.3)), Manner((1, 1, 1), (0.05, 0.35, 1), (0.1, 0.6))),
    "coward": (Manner((0.4, 0.3, 0.8), (0, 0, 0.6), (0, 0.2)), Manner((0.8, 0.8, 1), (0, 0.1, 0.9), (0, 0.4))),
    "tilter": (Manner((0, 0.05, 0.8), (0, 0.15, 1), (0, 0.4)), Manner((1, 1, 1), (0.7, 1, 1), (0.8, 1))),
    "guesser": (
        Manner((0.2, 0.2, 0.2), (0.35, 0.35, 0.35), (0.1, 0.1)), Manner((0.7, 0.7, 0.7), (0.9, 0.9, 0.9), (0.6, 0.6)),
    ),
    "poser": (Manner((0, 0.5, 0.1), (0.1, 0.2, 0.8), (0, 0.2)), Manner((0.1, 1, 0.4), (0.3, 0.5, 1), (0.1, 0.5))),
    "contrary": (Manner((0.6, 0.2, 0), (0.3, 0.5, 0.8), (0.4, 0.1)), Manner((1, 0.4, 0.1), (0.7, 0.6, 1), (0.7, 0))),
    "moody": (Manner((0, 0, 0.8), (0, 0.05, 0.95), (0, 0.4)), Manner((0.7, 0.7, 0.9), (0.6, 1, 1), (0.3, 0.8))),
    "scared": (Manner((0.1, 0.3, 0.8), (0.2, 0.7, 1), (0, 0.2)), Manner((0.5, 0.6, 1), (0.6, 1, 1), (0.2, 0.5))),
}  # fmt: skip
"""The mildest and the wildest of each kind."""
ABOUT = {
    "rock": "puts chips in with strong cards only",
    "tight": "plays few hands and bluffs little",
    "loose": "stays with most hands",
    "station": "calls nearly everything and hardly ever bets",
    "maniac": "bets and raises with anything",
    "sticky": "does not fold once it has chosen to play on in a hand",
    "bluffer": "bets its weak cards, checks its middling ones",
    "slow_player": "checks its strong cards and raises who bets",
    "robber": "bets with anything after a check, and is careful otherwise",
    "coward": "bets freely, but folds to a bet",
    "mirror": "bets as often as the other one bets and folds as often as it folds",
    "tilter": "careful, until it has lost some hands in a row; then wild for a while",
    "equilibrium": "plays a strategy that nobody can beat (rounded to thousandths)",
    "shaky": "the same, with slips: one choice of some is anything",
    "guesser": "does not look at its card",
    "oddball": "chances of its own with weak, middling and strong cards, drawn with the task",
    "exploiter": "bluffs who folds often, calls down who bets often",
    "moody": "by turns as tight as a rock and loose for some hands",
    "poser": "bets its middling cards",
    "contrary": "bets its weak cards, checks its strong ones and folds the wrong ones",
    "copycat": "bets and folds as often as the other one, whatever its card",
    "scared": "stays when it is bet to at once, and folds to all later bets",
}
COURAGE = Knob("courage", 0.0, 1.0, held_out=(0.4, 0.6))  # how far it goes when it bets or raises
CURIOSITY = Knob("curiosity", 0.0, 1.0)  # how far it goes when it is bet to
SPAN = Knob("span", 4.0, 14.0)  # choices of the other one that it remembers, fading
KNOB_LISTS: dict[str, tuple[Knob, ...]] = {
    "tilter": (Knob("patience", 1.0, 4.0), Knob("steam", 3.0, 10.0)),  # hands lost in a row; hands it lasts
    "mirror": (SPAN, Knob("lean", -0.15, 0.15)),  # how much bolder than the other one
    "shaky": (Knob("slip", 0.1, 0.6, held_out=(0.3, 0.4)),),  # chance
    "exploiter": (SPAN,),
    "moody": (Knob("swing", 4.0, 12.0),),  # hands that a mood lasts
    "copycat": (SPAN,),
    "equilibrium": (),
    "oddball": (),
}
TESTED, FINAL = ("exploiter", "moody", "poser", "contrary"), ("copycat", "scared")


def _part(kind: str) -> str:
    return "final" if kind in FINAL else "test" if kind in TESTED else "train"


NAMES: tuple[str, ...] = tuple(sorted(ABOUT, key=lambda kind: PARTS.index(_part(kind))))  # those for training first
BOTS: tuple[Bot, ...] = tuple(
    Bot(kind, role, KNOB_LISTS.get(kind, (COURAGE, CURIOSITY)), split=_part(kind), about=ABOUT[kind])
    for role in ROLES
    for kind in NAMES
)
kind, knob = names_of(BOTS)
KINDS, KNOBS = len(NAMES) - len(FINAL), max(knob) + 1  # kinds that have a name in what is told
ROW = 8  # numbers of a manner
MANNER_WORDS = (
    "bets-weak", "bets-middling", "bets-strong", "stays-weak", "stays-middling", "stays-strong", "presses-weak",
    "presses-strong",
)  # fmt: skip
MANNER_ROWS = np.zeros((len(NAMES), 2, ROW))  # by kind: mildest and wildest, as bet, stay and press
for _index, _name in enumerate(NAMES):
    for _end, _manner in enumerate(MANNERS.get(_name, ())):
        MANNER_ROWS[_index, _end] = [*_manner.bet, *_manner.stay, *_manner.press]
KNOB_SCALE = np.zeros((len(NAMES), KNOBS))  # by kind and column: 1 over the largest value of the knob
for _index, _name in enumerate(NAMES):
    for _knob in BOTS[_index].knobs:
        KNOB_SCALE[_index, knob_columns(BOTS)[_knob.name]] = 1.0 / max(_knob.high, -_knob.low)
