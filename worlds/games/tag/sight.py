"""Tag's rays: sixteen directions, and who stands in the way of each."""

import numpy as np

from worlds.kit.kernel import kernel
from worlds.kit.maths import cos, sin

RAYS = 16
BODY = 0.35  # m, radius of what a ray hits
FOG_MOST = 9.0  # m, unit in which distances are seen
RAY_X = np.array([cos(2.0 * np.pi * ray / RAYS) for ray in range(RAYS)])
RAY_Y = np.array([sin(2.0 * np.pi * ray / RAYS) for ray in range(RAYS)])
STRAIGHT = 1e-12  # a component below this is none


RAY_X[abs(RAY_X) < STRAIGHT] = 0.0
RAY_Y[abs(RAY_Y) < STRAIGHT] = 0.0


@kernel
def hit_by_ray(w, seat, out, at):
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
