"""What the rules of tag keep."""

from worlds.games.tag.constants import (
    BODY,
    CHASER,
    DASH_TICKS,
    DECISIONS,
    DENS,
    EPISODE,
    EVADER,
    FASTEST,
    FOG_LEAST,
    FOG_MOST,
    FREE,
    MOST_MET,
    REST_LEAST,
    REST_MOST,
    SIDE,
    SIDES,
    STUMBLE,
)
from worlds.kit.grid import FLOOR, SOUTH_ONLY
from worlds.kit.maths import PI
from worlds.kit.ways import UNREACHED
from worlds.world import Field


def state(seats: int) -> dict[str, Field]:
    """The record for this many seats."""
    each, points, pairs = (seats,), (seats, 2), (seats, seats)
    return {
        "refuge": Field("i8", (), 0, DENS - 1, hidden=True, doc="the den that pays"),
        "cool_time": Field("i8", (), REST_LEAST, REST_MOST, unit="ticks", hidden=True, doc="a dash needs to recover"),
        "fog": Field("f8", (), FOG_LEAST, FOG_MOST, unit="m", hidden=True, doc="how far one sees"),
        "speed": Field("f8", (2,), 2.5, 4.4, unit="m/s", hidden=True, doc="by team"),
        "den": Field("f8", (DENS, 2), 1.0, SIDE - 1.5, unit="m"),
        "pos": Field("f8", points, 1.0 + BODY, SIDE - 1.0 - BODY, unit="m", smooth="linear"),
        "vel": Field("f8", points, -FASTEST, FASTEST, unit="m/s"),
        "heading": Field("f8", each, -PI, PI, unit="rad", smooth="angle", doc="clockwise from east"),
        "timer": Field("i4", each, -200, 200, doc="the bots' own memory: a count of decisions"),
        "mood": Field("u1", each, 0, DENS - 1, doc="and a den"),
        "rival": Field("u1", each, 0, seats, doc="1 + the nearest of the other side in sight, 0 none"),
        "last_seen": Field("u1", points, 0, SIDE - 2, doc="row and column where the nearest was seen last, 0 nowhere"),
        "lost": Field("u1", each, 0, DECISIONS, unit="decisions", doc="since one was in sight"),
        "team": Field("u1", each, CHASER, EVADER),
        "cool": Field("u1", each, 0, DASH_TICKS + REST_MOST, unit="ticks", doc="until the next dash"),
        "dash": Field("u1", each, 0, DASH_TICKS, unit="ticks", doc="of dash left"),
        "down": Field("u1", each, 0, STUMBLE, unit="ticks", doc="until it can run again"),
        "free": Field("u1", each, 0, FREE, unit="ticks", doc="until it can be touched again"),
        "catches": Field("u1", each, 0, 255, doc="made or suffered in this episode"),
        "slips": Field("u1", each, 0, 255, doc="suffered or made"),
        "held": Field("u1", each, 0, EPISODE, unit="ticks", doc="in the refuge"),
        "just": Field("u1", each, 0, seats, doc="1 + the other of a clash in the last decision, 0 none"),
        "last_prey": Field("u1", each, 0, seats, doc="1 + whom a chaser clashed with last, 0 nobody"),
        "met": Field("u1", pairs, 0, MOST_MET, doc="clashes of two in this episode"),
        "lean": Field("u1", pairs, 0, SIDES - 1, doc="which way the first leaned in the last of them"),
        "won": Field("u1", pairs, 0, 1, doc="whether the first had the better of it"),
        "after": Field("u1", pairs, 0, SIDES * SIDES, doc="leans of the clash before it: 1 + 3 own + theirs, 0 none"),
        "seen": Field("u1", pairs, 0, 1, doc="who sees whom"),
        "tiles": Field("u1", (SIDE, SIDE), FLOOR, SOUTH_ONLY),
        "steps": Field("u1", (DENS, SIDE, SIDE), 0, UNREACHED, doc="walking distance to each den"),
    }
