"""What a record of tag may hold: anything else never comes from the rules, and could lead a kernel off the map."""

from typing import Any

import numpy as np

from worlds.games.tag.constants import BODY, DASH_TICKS, DENS, EPISODE, EVADER, FOG_MOST, NOBODY, SIDE
from worlds.kit.grid import WALL

FASTEST = 8.5  # m/s; a tick of it from the wall's edge stays on the map
RANGES = {
    "layout_key": (0, 2**64 - 1),
    "refuge": (0, DENS - 1),
    "holder": (NOBODY, EVADER),
    "cool_time": (15, 45),
    "fog": (4.0, FOG_MOST),
    "speed": (2.7, 4.6),
    "den": (1.0, SIDE - 1.5),
    "pos": (1.0 + BODY, SIDE - 1.0 - BODY),
    "vel": (-FASTEST, FASTEST),
    "heading": (-np.pi, np.pi),
    "goal": (0.0, SIDE - 1.0),
    "timer": (-200, 200),
    "mood": (0, 2 * DENS - 1),
    "team": (0, 1),
    "cool": (0, 50),
    "dash": (0, DASH_TICKS),
    "catches": (0, 255),
    "held": (0, EPISODE),
    "safe": (0, 1),
    "looked": (0, 2**DENS - 1),
    "seen": (0, 1),
    "tiles": (0, 5),
    "steps": (0, 255),
}


def walled_in(w: Any) -> str | None:
    """What is wrong with the arenas of one record or several, if anything: rays and bodies stop at the border."""
    tiles = np.asarray(w["tiles"])
    edges = (tiles[..., 0, :], tiles[..., -1, :], tiles[..., :, 0], tiles[..., :, -1])
    return None if all((edge == WALL).all() for edge in edges) else "its arena is not walled in"
