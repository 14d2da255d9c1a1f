"""Who picks berries when nobody else does: the kinds of strangers, and the knobs that make one of many of a kind.

Whoever they are, they begin every round by grabbing. Each has a *key*: what makes it moderate for a while. Some take
offence: after the wrong thing nothing helps until the round ends. Some pay a zap back.
"""

import numpy as np

from worlds.declarations import knob_columns
from worlds.games.harvest.constants import (
    CARROT,
    DID_GIVE,
    DID_GRAB,
    DID_PICK,
    DID_WAIT,
    DID_ZAP,
    EXAMPLE,
    PATIENCE,
    RACE,
    STICK,
)
from worlds.kit.bots import knob_table, names_of
from worlds.world import Bot, Knob

ROLE = "picker"
NERVE = Knob("nerve", 1.0, 2.5)  # how often its key is needed: once, or from 2 on twice
CALM = Knob("calm", 4.0, 12.0, held_out=(7.0, 9.0))  # ticks for which it stays moderate then
RESERVE = Knob("reserve", 1.5, 3.5)  # berries that it leaves on a patch while it is moderate
SLIP = Knob("slip", 0.0, 0.05)  # share of deeds that come out as the other manner of harvest
REVENGE = Knob("revenge", 1.0, 3.99, held_out=(2.0, 3.0))  # zaps with which it pays one back
KEYED = (NERVE, CALM, RESERVE, SLIP)


def _bot(name: str, about: str, *knobs: Knob, split: str = "train") -> Bot:
    return Bot(name, ROLE, knobs, split=split, about=about)


BOTS: tuple[Bot, ...] = (
    _bot("reciprocating", "follows your example when you pick; a zap offends it, and it zaps back", *KEYED),
    _bot("imitating", "follows your example when you pick, and gives back gifts and zaps", *KEYED),
    _bot("deterrable", "stops grabbing when it is zapped; takes a gift for weakness", *KEYED),
    _bot("bullying", "stops grabbing when it is zapped, and until then zaps you itself", *KEYED, REVENGE),
    _bot("grateful", "stops grabbing for a gift; a zap offends it", *KEYED),
    _bot("venal", "stops grabbing for a gift, and pays back a zap", *KEYED, REVENGE),
    _bot("hasty", "calms down when you wait; whatever you take at first offends it", *KEYED),
    _bot("wary", "calms down when you wait; gifts and zaps offend it", *KEYED),
    _bot("stubborn", "grabs, whatever you do", SLIP),
    _bot("vengeful", "grabs, whatever you do, and pays back every zap", SLIP, REVENGE),
    _bot("proud", "stops grabbing when it is zapped; who gives or waits offends it", *KEYED, split="test"),
    _bot("grudging", "follows your example, unless you have ever grabbed or zapped it in this episode",
         *KEYED, split="test"),
    _bot("jealous", "stops grabbing for a gift, unless you have taken something first", *KEYED, REVENGE, split="test"),
    _bot("fickle", "follows your example in the first half of an episode, and stops only for a zap in the second",
         *KEYED, split="final"),
    _bot("turncoat", "calms down when you wait, once; then nothing helps, and zaps are paid back",
         *KEYED, REVENGE, split="final"),
)  # fmt: skip

kind, knob = names_of(BOTS)
NAMES = tuple(bot.name for bot in BOTS)
KINDS = sum(bot.split != "final" for bot in BOTS)  # those that have a name in what is told


def _each(**values: int) -> np.ndarray:
    return np.array([values.get(name, 0) for name in NAMES])


def _deeds(*deeds: int) -> int:
    return sum(1 << deed for deed in deeds)


KEY = _each(
    reciprocating=EXAMPLE, imitating=EXAMPLE, grudging=EXAMPLE, fickle=EXAMPLE,
    deterrable=STICK, bullying=STICK, proud=STICK,
    grateful=CARROT, venal=CARROT, jealous=CARROT,
    hasty=PATIENCE, wary=PATIENCE, turncoat=PATIENCE,
    stubborn=RACE, vengeful=RACE,
)  # fmt: skip
"""What makes each kind moderate."""
OFFENDED_BY = _each(
    reciprocating=_deeds(DID_ZAP), imitating=_deeds(DID_ZAP), deterrable=_deeds(DID_GIVE), grateful=_deeds(DID_ZAP),
    venal=_deeds(DID_ZAP), hasty=_deeds(DID_PICK, DID_GRAB, DID_ZAP), wary=_deeds(DID_ZAP, DID_GIVE),
    proud=_deeds(DID_GIVE, DID_WAIT), grudging=_deeds(DID_GRAB, DID_ZAP), jealous=_deeds(DID_PICK, DID_GRAB, DID_ZAP),
)  # fmt: skip
"""Bits of the deeds after which nothing helps until the round ends."""
PAYS_BACK = _each(reciprocating=1, imitating=1, wary=1, venal=2, vengeful=2, jealous=2, turncoat=2)
"""How each pays back a zap: not at all, with one, or with as many as its revenge says."""
DEED_OF = np.array([DID_PICK, DID_ZAP, DID_GIVE, DID_WAIT, -1])
"""The deed that is each key's."""

TABLE = knob_table(BOTS, knob_columns(BOTS))
KNOBS = TABLE.shape[1]
KNOB_LOW = TABLE[:, :, 0].copy()  # (kinds, columns)
KNOB_SPAN = np.maximum(TABLE[:, :, 1] - TABLE[:, :, 0], 1e-3)
