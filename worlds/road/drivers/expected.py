"""When a vehicle is expected somewhere: how soon it covers a way, by its speed and by how briskly others set off."""

import numpy as np

from worlds.kit.kernel import kernel

CREEP = 4.0  # m/s; the mean speed of one who sets off through a junction
BRISKLY = 1.7  # m/s²; how others are expected to set off: brisk for a city (Treiber and Kesting 2013: 1.4)


@kernel
def seconds_to(w, car, metres):  # type: ignore[no-untyped-def]
    """Seconds until a vehicle's front has gone so far: at its speed, and no sooner than it can from a stand."""
    speed = w.car_speed[car]
    return max(metres / max(speed, CREEP), seconds_for(max(metres, 0.0), speed, max(w.car_brisk[car], BRISKLY)))


@kernel
def soonest_at(metres, speed, limit):  # type: ignore[no-untyped-def]
    """Seconds in which a vehicle can have gone so far that speeds up briskly, but not above a limit."""
    if speed >= limit:
        return metres / speed
    until = (limit * limit - speed * speed) / (2.0 * BRISKLY)
    if metres <= until:
        return seconds_for(metres, speed, BRISKLY)
    return (limit - speed) / BRISKLY + (metres - until) / limit


@kernel
def seconds_for(metres, speed, accel):  # type: ignore[no-untyped-def]
    """Seconds for a way at a steady acceleration."""
    return (np.sqrt(speed * speed + 2.0 * accel * metres) - speed) / accel
