"""What a record of harvest holds, for a number of seats."""

from worlds.games.harvest.constants import (
    DECISIONS,
    DID_NOTHING,
    FULL,
    KEYS,
    LUSH_MOST,
    MOST_ZAPS,
    PATCHES,
    PICKING,
    ROUND,
    ROUNDS,
    SIDE,
    SLOW_LEAST,
    WORKED,
)
from worlds.world import Field

MOST_BERRIES = 3.0 * PICKING * ROUNDS  # of a seat in an episode


def state(seats: int) -> dict[str, Field]:
    """The fields; ``mate`` is a seat, or ``seats`` for nobody."""
    each, pairs, last = (seats,), (seats, seats), SIDE - 2
    return {
        "row": Field("f8", each, 1, last, smooth="linear"),
        "col": Field("f8", each, 1, last, smooth="linear"),
        "heading": Field("f8", each, 0.0, 4.8, unit="rad", smooth="angle", doc="of the last step"),
        "stock": Field("f8", (PATCHES,), 0.0, FULL, unit="berries", smooth="linear"),
        "growth": Field("f8", (PATCHES,), SLOW_LEAST, LUSH_MOST, hidden=True, doc="a tick; see patches.py"),
        "difficulty": Field("f8", (), 0.0, 50.0, doc="the longest way between patches, in walks before the bell"),
        "basket": Field("f8", each, 0.0, 3.0 * PICKING, unit="berries", doc="taken in this round"),
        "harvest": Field("f8", each, 0.0, MOST_BERRIES, unit="berries", doc="taken in this episode"),
        "when": Field("f8", each, 0.0, float(DECISIONS**2), unit="ticks", doc="sum of the ticks at which it took some"),
        "shift": Field("i8", (), 0, 2 * seats, doc="where the rota begins"),
        "mate": Field("i8", each, 0, seats, doc="whom each is sent out with in this round"),
        "due": Field("i8", each, 0, PATCHES - 1, doc="the patch of each in this round"),
        "calm": Field("i8", each, 0, ROUND, unit="ticks", hidden=True, doc="for which a stranger stays moderate"),
        "tries": Field("i8", each, 0, ROUND, hidden=True, doc="how often its key was used in this round"),
        "anger": Field("i8", each, 0, MOST_ZAPS, hidden=True, doc="zaps that it still means to deal out"),
        "closed": Field("i8", each, 0, 1, hidden=True, doc="nothing helps in this round"),
        "owes": Field("i8", each, 0, 1, hidden=True, doc="a gift"),
        "bullied": Field("i8", each, 0, ROUND, hidden=True, doc="zaps of a bully in this round"),
        "grudge": Field("i8", pairs, 0, 1, hidden=True, doc="nothing helps with this one in this episode"),
        "down": Field("i8", each, 0, 1, unit="ticks", doc="for which one still lies on the ground"),
        "paid": Field("i4", each, 0, DECISIONS, doc="ticks of the episode in which it took berries"),
        "lain": Field("i4", each, 0, DECISIONS, doc="ticks of the episode in which it lay on the ground"),
        "zaps": Field("i4", each, 0, DECISIONS, doc="dealt out in this episode"),
        "zapped": Field("i4", each, 0, DECISIONS, doc="suffered"),
        "gifts": Field("i4", each, 0, DECISIONS, doc="given"),
        "given": Field("i4", each, 0, DECISIONS, doc="received"),
        "soothed": Field("i4", each, 0, ROUNDS, doc="rounds of the episode in which its partner became moderate"),
        "deed": Field("u1", each, 0, DID_NOTHING, doc="what each did in the last tick"),
        "soft": Field(
            "u1", each, 0, PICKING, unit="ticks", doc="after which its partner was moderate; 0 if it never was"
        ),
        "stung": Field("u1", each, 0, PICKING, doc="zaps suffered in this round"),
        "opening": Field("u1", each, 0, DID_NOTHING, doc="what each did first in this round"),
        "latest": Field("u1", each, 0, DID_NOTHING, doc="and what it did last before its partner became moderate"),
        "tried": Field(
            "u1", (seats, seats, len(KEYS)), 0, WORKED, carried=True, doc="what one knows of another's keys"
        ),
        "turn": Field("u1", (ROUNDS,), 0, PATCHES - 1, doc="by round: moves everybody's patch on"),
        "place": Field("u1", (PATCHES, 2), 1, last, doc="row and column"),
        "tiles": Field("u1", (SIDE, SIDE), 0, 1, doc="1 is a fence"),
        "steps": Field("u1", (PATCHES, SIDE, SIDE), 0, 255, doc="walking distance to each patch"),
    }
