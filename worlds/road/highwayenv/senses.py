"""What the seat sees, HighwayEnv's kinematics: one's own car and the nearest others, a row each; and what is hidden."""

from worlds.kit.kernel import kernel
from worlds.road.highwayenv.numbers import (
    BACK,
    BRISK,
    COMFORT,
    CRITICAL,
    FAR_V,
    FAR_X,
    FAR_Y,
    FEATURES,
    INTERSECTION,
    MERGE,
    MIDDLE,
    SIGHT,
    TOP,
)

TOLD_DRIVERS = 6
MOST_FEATURES = FEATURES[INTERSECTION]
LEAST_FEATURES = FEATURES[0]


@kernel
def observe(w, seat, out):  # type: ignore[no-untyped-def]
    """One's own car, then others by how far ahead or behind they are; what is far counts as ±1."""
    for index in range(len(out)):
        out[index] = 0.0
    car = int(w.ride[seat])
    if car < 0:
        return
    size = MOST_FEATURES if w.scene == INTERSECTION else LEAST_FEATURES
    middle, speed = MIDDLE[w.scene], w.car_speed[car]
    if w.scene <= MERGE:  # there others are told from one's own car, elsewhere all from the middle of the map
        tell(w, car, 0.0, TOP, 0.0, 0.0, out, 0, size)
        x, y, vx, vy = w.car_x[car], w.car_y[car], speed * w.car_cos[car], speed * w.car_sin[car]
    else:
        tell(w, car, middle, middle, 0.0, 0.0, out, 0, size)
        x, y, vx, vy = middle, middle, 0.0, 0.0
    last, before = -1.0, -1
    for row in range(1, len(out) // size):
        best, found = 1e9, -1
        for other in range(len(w.car_lane)):
            away = metres_along(w, car, other)
            after = away > last or (away == last and other > before)
            if after and away < best:
                best, found = away, other
        if found < 0:
            return
        last, before = best, found
        tell(w, found, x, y, vx, vy, out, row * size, size)


@kernel
def metres_along(w, car, other):  # type: ignore[no-untyped-def]
    """How far another is ahead of or behind one's own car, along its heading; 1e9 for one who is not seen."""
    if other == car or w.car_lane[other] < 0:
        return 1e9
    dx, dy = w.car_x[other] - w.car_x[car], w.car_y[other] - w.car_y[car]
    along = dx * w.car_cos[car] + dy * w.car_sin[car]
    return 1e9 if along <= -BACK or dx * dx + dy * dy >= SIGHT * SIGHT else abs(along)


@kernel
def tell(w, car, x, y, vx, vy, out, at, size):  # type: ignore[no-untyped-def]
    """One row: presence, place and velocity beside those of a point, perhaps the heading."""
    scene, speed = w.scene, w.car_speed[car]
    out[at] = 1.0
    out[at + 1] = clipped((w.car_x[car] - x) / FAR_X[scene])
    out[at + 2] = clipped((w.car_y[car] - y) / FAR_Y[scene])
    out[at + 3] = clipped((speed * w.car_cos[car] - vx) / FAR_V[scene])
    out[at + 4] = clipped((speed * w.car_sin[car] - vy) / FAR_V[scene])
    if size == MOST_FEATURES:
        out[at + 5], out[at + 6] = clipped(w.car_cos[car]), clipped(w.car_sin[car])


@kernel
def clipped(value):  # type: ignore[no-untyped-def]
    """Within −1 and 1."""
    return min(max(value, -1.0), 1.0)


@kernel
def reveal(w, seat, out):  # type: ignore[no-untyped-def]
    """The hidden task: how the others drive beside the usual, and how many they are."""
    out[0] = w.mean_headway - 1.6
    out[1] = 5.0 * (w.mean_desire - 1.0)
    out[2] = w.mean_brisk / BRISK[w.scene] - 1.0
    out[3] = w.mean_comfort / COMFORT[w.scene] - 1.0
    out[4] = 2.0 * w.mean_polite
    out[5] = w.mean_gap / CRITICAL - 1.0
    out[6] = 2.0 * (w.density - 1.0)
