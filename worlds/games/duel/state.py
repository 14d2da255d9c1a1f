"""What the rules of duel keep."""

from typing import Any

import numpy as np

from worlds.games.duel.bots import habits
from worlds.games.duel.constants import (
    BODY,
    COMING,
    CRATES,
    DECISIONS,
    DITCH_EAST,
    DITCH_WEST,
    DRAW_TICKS,
    EAST,
    FASTEST,
    FLASH_TICKS,
    HEIGHT,
    JUDGED,
    LEAP,
    LEAST_ACROSS,
    MAGAZINE_LEAST,
    MAGAZINE_MOST,
    MOST_BALLS,
    NOBODY,
    PAST,
    READY,
    RELOAD_LEAST,
    RELOAD_MOST,
    ROWS,
    SITUATIONS,
    SLOWEST,
    SOUTH,
    SPENT,
    STORY,
    UNTOLD,
    WALK,
    WEST,
    WIDTH,
)
from worlds.kit.grid import EAST_ONLY, FLOOR, SOUTH_ONLY, WALL, WEST_ONLY
from worlds.kit.maths import PI
from worlds.kit.ways import UNREACHED
from worlds.world import Field


def state(seats: int) -> dict[str, Field]:
    """The record for this many seats."""
    each, points, pairs = (seats,), (seats, 2), (seats, seats)
    return {
        "speed": Field("f8", (), SLOWEST, FASTEST, unit="m/s", hidden=True, doc="of a ball"),
        "hidden_share": Field("f8", (), 0.0, 1.0, doc="difficulty: share of lines across the ditch that cover stops"),
        "crate": Field("f8", (2, CRATES, 2), 1.0, float(WIDTH), unit="m", doc="by bank"),
        "full": Field("i8", (), 0, CRATES - 1, hidden=True, doc="the crate that is not empty"),
        "reload": Field("i8", (), RELOAD_LEAST, RELOAD_MOST, unit="ticks", hidden=True),
        "magazine": Field("i8", (), MAGAZINE_LEAST, MAGAZINE_MOST, hidden=True, doc="balls at the start"),
        "bouncy": Field("i8", (), 0, 1, hidden=True, doc="whether balls bounce off cover and borders, once"),
        "pos": Field("f8", points, 1.0 + BODY, WIDTH - 1.0 - BODY, unit="m", smooth="linear"),
        "vel": Field("f8", points, -WALK, WALK, unit="m/s"),
        "heading": Field("f8", each, -PI, PI, unit="rad", smooth="angle", doc="clockwise from east"),
        "lean": Field("f8", each, -LEAP, LEAP, unit="m", smooth="linear", doc="how far a leap has got, southwards"),
        "ball_at": Field("f8", points, 0.0, float(WIDTH), unit="m", smooth="linear"),
        "ball_vel": Field("f8", points, -FASTEST - 1e-9, FASTEST + 1e-9, unit="m/s"),
        "team": Field("i8", each, WEST, EAST, doc="the bank"),
        "load": Field("i8", each, 0, RELOAD_MOST, unit="ticks", doc="until the gun is loaded"),
        "balls": Field("i8", each, 0, MOST_BALLS, doc="left to shoot"),
        "draw": Field("i8", each, 0, DRAW_TICKS, unit="ticks", doc="until a drawn shot leaves"),
        "ball": Field("i8", each, 0, SPENT, doc="READY, COMING, PAST or SPENT"),
        "bounced": Field("i8", each, 0, 1, doc="whether the ball has bounced"),
        "wanted": Field("i8", each, NOBODY, seats - 1, doc="whom each could shoot at when the decision began"),
        "mark": Field("i8", each, NOBODY, seats - 1, doc="whom the last shot was meant for"),
        "aim": Field("i8", each, 0, SOUTH, doc="side of the shot that is drawn or on its way"),
        "barrel": Field("i8", each, 0, SOUTH, hidden=True, doc="where it points when the gun is raised"),
        "fresh": Field("i8", each, 0, 1, doc="whether a shot was over in this decision"),
        "way": Field("i8", each, 0, SOUTH, doc="side of the leap"),
        "dodge": Field("i8", each, 0, SOUTH, doc="leap of its mark from the shot that is on"),
        "held": Field("i8", (seats, ROWS + JUDGED), 0, SITUATIONS - 1, doc="situations of the shot that is on"),
        "lead": Field("i8", pairs, 0, SOUTH, doc="side of the last shot of one at another"),
        "leapt": Field("i8", pairs, 0, SOUTH, doc="leap of its mark"),
        "hit": Field("i8", pairs, 0, 1, doc="whether it hit"),
        "latest": Field("i8", pairs, 0, 1, doc="whether it was the last one of the two"),
        "spot": Field("f8", (*pairs, 2), 1.0 + BODY, WIDTH - 1.0 - BODY, unit="m", doc="where each last saw each"),
        "leads": Field("u1", (seats, seats, STORY), 0, UNTOLD, carried=True, doc="of the last shots, for the picture"),
        "leaps": Field("u1", (seats, seats, STORY), 0, UNTOLD, carried=True, doc="of their marks"),
        "flash": Field("i8", each, 0, FLASH_TICKS, unit="ticks", doc="since it was hit, counted down"),
        "hits": Field("i8", each, 0, DECISIONS, doc="of this episode"),
        "hits_taken": Field("i8", each, 0, 4 * DECISIONS),
        "shots": Field("i8", each, 0, DECISIONS),
        "missed": Field("i8", each, 0, DECISIONS, doc="shots at it that it got away from"),
        "opened": Field("i8", (2,), 0, 2**CRATES - 1, doc="by bank; bit c: crate c was opened"),
        "seen": Field("u1", pairs, 0, 1, doc="who sees whom"),
        "tiles": Field("u1", (HEIGHT, WIDTH), FLOOR, SOUTH_ONLY),
        "steps": Field("u1", (HEIGHT, WIDTH), 0, UNREACHED, doc="walks on the west bank"),
        **habits(seats),
    }


def is_consistent(w: Any) -> str | None:
    """What cannot be in one record or several, if anything. Bodies, balls and rays stop at the border; all that is
    looked up by a place lies on the map; and a ball that flies crosses the ditch."""
    tiles = np.asarray(w["tiles"])
    edges = (tiles[..., 0, :], tiles[..., -1, :], tiles[..., :, 0], tiles[..., :, -1])
    if not all((edge == WALL).all() for edge in edges):
        return "its arena is not walled in"
    west, east = tiles[..., 1:-1, int(DITCH_WEST)], tiles[..., 1:-1, int(DITCH_EAST) - 1]
    if not ((west == WEST_ONLY).all() and (east == EAST_ONLY).all()):
        return "its ditch can be walked over"
    for name in ("pos", "spot", "goal", "crate", "ball_at"):
        margin = {"pos": 1.0 + BODY, "ball_at": 0.0}.get(name, 1.0)
        down = np.asarray(w[name])[..., 1]
        if ((down < margin) | (down > HEIGHT - margin)).any():
            return f"{name} lies off the map"
    return _wrong_side(w) or _wrong_shot(w)


def _wrong_side(w: Any) -> str | None:
    team, across = np.asarray(w["team"]), np.asarray(w["pos"])[..., 0]
    is_east = np.arange(team.shape[-1]) * 2 >= team.shape[-1]
    if (team != np.where(is_east, EAST, WEST)).any():
        return "somebody is of the wrong bank"
    on_bank = np.where(is_east, across >= DITCH_EAST, across < DITCH_WEST)
    return None if on_bank.all() else "somebody stands in the ditch or beyond it"


def _wrong_shot(w: Any) -> str | None:
    team, ball, mark = (np.asarray(w[name]) for name in ("team", "ball", "mark"))
    is_on = (np.asarray(w["draw"]) > 0) | (ball == COMING) | (ball == PAST) | (np.asarray(w["fresh"]) > 0)
    at = np.take_along_axis(team, np.maximum(mark, 0), axis=-1)
    if (is_on & ((mark == NOBODY) | (at == team))).any():
        return "a shot has no mark on the other bank"
    if ((ball != READY) & (abs(np.asarray(w["ball_vel"])[..., 0]) < LEAST_ACROSS)).any():
        return "a ball flies that does not cross the ditch"
    return None
