"""Motorways of the laboratory without ramps: plain, or with a lane that ends; who changes lanes, brakes and passes.

They stand in the record of `motorways`.
"""

from typing import Any

import numpy as np

from worlds.kit.chance import open_stream
from worlds.kit.kernel import kernel
from worlds.road.drivers.changing import COOL
from worlds.road.drivers.traffic import start_traffic, step_traffic
from worlds.road.lab.motorways import LANES, LIMIT, METRES, SECTIONS, road
from worlds.road.layouts.motorways import lay_motorway

DROP = 5  # section from which on the rightmost lane is closed, where one ends
HARD = 4.0  # m/s²; who brakes harder brakes hard
SECONDS, HARD_SECONDS, SQUARES, CHANGES, METRES_DRIVEN = range(5)  # what `run_plain` adds up


def motorway(seed: int, *, trucks: float, drops: bool = False) -> Any:
    """A record (1,) with three empty lanes, of which one may end, for drivers of the motorway's values."""
    worlds = road()
    lay_plain(worlds, np.uint64(seed), trucks, drops)
    return worlds


@kernel
def lay_plain(worlds, seed, trucks, drops):  # type: ignore[no-untyped-def]
    """Three lanes all the way, or two from section DROP on."""
    w = worlds[0]
    w.main_lanes, w.section_metres = LANES, METRES
    for section in range(SECTIONS):
        lanes = LANES - 1 if drops and section >= DROP else LANES
        w.section_open[section], w.section_ramp[section] = (1 << lanes) - 1, 0
    lay_motorway(w, LIMIT)
    w.mean_desire, w.mean_headway, w.mean_brisk, w.mean_comfort = 1.0, 1.2, 1.0, 1.5
    w.mean_polite, w.mean_gap, w.spread, w.truck_share, w.course_length = 0.2, 4.0, 0.3, trucks, 1e6
    open_stream(w, seed)
    start_traffic(w, 3.0, 2.0)


@kernel
def run_plain(worlds, now, seconds, dt, flow, sums, passed):  # type: ignore[no-untyped-def]
    """Drive on from ``now`` with so many vehicles/s and lane.

    Adds up in ``sums`` (5,): vehicle-seconds, those of hard braking, squares of the acceleration times seconds, lane
    changes and metres; in ``passed`` (lanes,) who passes the middle of the last section but one, lanes from the left.
    """
    w = worlds[0]
    for source in range(int(w.sources)):
        w.demand[source, 0] = flow
    section, middle = SECTIONS - 2, 0.5 * METRES
    for tick in range(int(seconds / dt)):
        before = w.metres
        step_traffic(w, now + tick * dt, dt)
        sums[METRES_DRIVEN] += w.metres - before
        for car in range(len(w.car_lane)):
            if w.car_lane[car] < 0:
                continue
            accel = w.car_accel[car]
            sums[SECONDS] += dt
            sums[SQUARES] += accel * accel * dt
            if accel < -HARD:
                sums[HARD_SECONDS] += dt
            if w.car_cool[car] > COOL - 1.5 * dt:  # it has just changed
                sums[CHANGES] += 1.0
            if w.car_pos[car] < middle or w.car_pos[car] - w.car_far[car] >= middle:
                continue
            for lane in range(LANES):
                if w.car_lane[car] == w.section_lane[section, lane]:
                    passed[lane] += 1.0


def speed_before_drop(worlds: Any) -> float:
    """Mean speed (m/s) in the section before the lane ends; the limit where nobody is there."""
    w = worlds[0]
    there = np.isin(w.car_lane, w.section_lane[DROP - 1, :LANES])
    return float(w.car_speed[there].mean()) if there.any() else LIMIT
