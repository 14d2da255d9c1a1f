"""What the rules of flags keep."""

from worlds.games.flags.constants import (
    CASES,
    CAUGHT_ONE,
    CROWN,
    DOCK,
    HEIGHT,
    LANES,
    NO_POST,
    NOBODY,
    POSTS,
    ROUNDS,
    SHORE,
    SIGHT_LEAST,
    SIGHT_MOST,
    WIDTH,
    YARD,
)
from worlds.kit.maths import PI
from worlds.kit.ways import UNREACHED
from worlds.world import Field


def state(seats: int) -> dict[str, Field]:
    """The record for this many seats."""
    each, most = (seats,), CROWN * LANES + seats  # points of a team in a round, at most
    return {
        "difficulty": Field("f8", (), 0.0, float(UNREACHED), doc="longest way to a post, in musters"),
        "pos": Field("f8", (seats, 2), 0.0, float(WIDTH), unit="m", smooth="linear", doc="from the north-west corner"),
        "heading": Field("f8", each, -PI, PI, unit="rad", smooth="angle", doc="clockwise from east"),
        "points": Field("f8", (2,), 0.0, ROUNDS * most, doc="of both teams in this episode"),
        "gained": Field("f8", (2,), 0.0, most, doc="and in the last round whose posts were shown"),
        "crown": Field("i8", (), 0, LANES - 1, hidden=True, doc="the lane whose flags count more"),
        "sight": Field("i8", (), SIGHT_LEAST, SIGHT_MOST, unit="tiles", hidden=True, doc="on the own shore"),
        "row": Field("i8", each, 1, HEIGHT - 2),
        "col": Field("i8", each, YARD, DOCK, doc="from the back of the own shore"),
        "post": Field("i8", each, NO_POST, POSTS - 1, doc="when the horn last sounded"),
        "fate": Field("i8", each, 0, CAUGHT_ONE, doc="what became of it: NO_FATE … CAUGHT_ONE"),
        "met": Field("i8", each, NOBODY, seats - 1, doc="whom a raider was caught by, or a guard caught"),
        "case": Field("i8", each, 0, CASES - 1, doc="when the round began: lane of the last post and whether it paid"),
        "aim": Field("i8", each, 0, POSTS - 1, hidden=True, doc="the post that the seat's bot plans for this round"),
        "goal": Field("i8", each, 0, POSTS - 1, hidden=True, doc="and the one that it takes, which may be a lapse"),
        "took": Field("i8", each, 0, ROUNDS, doc="flags of this episode"),
        "catches": Field("i8", each, 0, ROUNDS),
        "caught": Field("i8", each, 0, ROUNDS),
        "posted": Field("i8", each, 0, ROUNDS, doc="rounds with a post"),
        "shown": Field("u1", (LANES,), 0, 2, doc="in this episode: 1 a plain flag was taken there, 2 the crown"),
        "shore": Field("u1", (HEIGHT, SHORE), 0, 1, doc="1 is hedge; the west one, the east one is its mirror image"),
        "steps": Field("u1", (POSTS, HEIGHT, SHORE), 0, UNREACHED, doc="walking distance to each post"),
    }
