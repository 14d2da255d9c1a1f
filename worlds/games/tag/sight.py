"""Tag's rays: sixteen directions, and who stands in the way of each."""

import numpy as np

from worlds.games.tag.constants import FOG_MOST
from worlds.kit.kernel import kernel
from worlds.kit.maths import cos, sin
from worlds.kit.rays import FAR, WALL

RAYS = 16
BODY = 0.35  # m, radius of what a ray hits
RAY_X = np.array([cos(2.0 * np.pi * ray / RAYS) for ray in range(RAYS)])
RAY_Y = np.array([sin(2.0 * np.pi * ray / RAYS) for ray in range(RAYS)])
STRAIGHT = 1e-12  # a component below this is none


RAY_X[abs(RAY_X) < STRAIGHT] = 0.0
RAY_Y[abs(RAY_Y) < STRAIGHT] = 0.0
GAP_X = np.array([1.0 / abs(x) if x else FAR for x in RAY_X])  # m along the ray between two column edges
GAP_Y = np.array([1.0 / abs(y) if y else FAR for y in RAY_Y])
STEP_X = np.array([1 if x > 0 else -1 for x in RAY_X])
STEP_Y = np.array([1 if y > 0 else -1 for y in RAY_Y])
AHEAD_X = np.array([1.0 if x > 0 else 0.0 for x in RAY_X])  # where in a tile the edge ahead lies
AHEAD_Y = np.array([1.0 if y > 0 else 0.0 for y in RAY_Y])


@kernel
def look_at_walls(w, seat, out, at):
    """out[at + ray]: the way to the wall or the fog's edge, in FOG_MOST (rays.cast with its divisions in tables)."""
    tiles, limit = w.tiles, w.fog
    first_column, first_row = int(w.pos[seat, 0]), int(w.pos[seat, 1])
    part_x, part_y = w.pos[seat, 0] - first_column, w.pos[seat, 1] - first_row
    for ray in range(RAYS):
        gap_x, gap_y, step_x, step_y = GAP_X[ray], GAP_Y[ray], STEP_X[ray], STEP_Y[ray]
        next_x = abs(AHEAD_X[ray] - part_x) * gap_x
        next_y = abs(AHEAD_Y[ray] - part_y) * gap_y
        column, row, travelled = first_column, first_row, 0.0
        while travelled < limit:
            if next_x < next_y:
                travelled = next_x
                next_x += gap_x
                column += step_x
            else:
                travelled = next_y
                next_y += gap_y
                row += step_y
            if int(tiles[row, column]) == WALL:
                break
        out[at + ray] = min(travelled, limit) / FOG_MOST
        out[at + RAYS + ray] = 0.0


@kernel
def look_at_bodies(w, seat, out, at):
    """Shorten the rays that meet somebody in sight: out[at + ray] is the distance, out[at + RAYS + ray] ±1 for whom."""
    for other in range(len(w.pos)):
        if other == seat or int(w.seen[seat, other]) == 0:
            continue
        dx = w.pos[other, 0] - w.pos[seat, 0]
        dy = w.pos[other, 1] - w.pos[seat, 1]
        side = 1.0 if w.team[other] == w.team[seat] else -1.0
        for ray in range(RAYS):
            along = dx * RAY_X[ray] + dy * RAY_Y[ray]
            across = dx * RAY_Y[ray] - dy * RAY_X[ray]
            if along > 0.0 and -BODY < across < BODY and along / FOG_MOST < out[at + ray]:
                out[at + ray] = along / FOG_MOST
                out[at + RAYS + ray] = side
