"""Experiments on lane changes and merging: MOBIL's politeness, the breakdown at an on-ramp."""

from typing import Any

import numpy as np

from worlds.kit.chance import open_stream
from worlds.kit.kernel import kernel
from worlds.kit.record import record
from worlds.road.drivers.changing import SAFE, change_lanes
from worlds.road.drivers.driving import accelerate_all, move_all
from worlds.road.drivers.order import clear_cars, enter, slots_used
from worlds.road.drivers.traffic import measure, pass_ends, start_traffic, step_traffic
from worlds.road.fields import road_fields
from worlds.road.lab.check import MODEL, Check, at_least, between, experiment
from worlds.road.layouts.motorways import ON_RAMP, lay_motorway, lay_ring, motorway_capacity, motorway_fields

TICK = 0.25  # s
SECTIONS = 8
METRES = 300.0  # of a section
LIMIT = 33.3  # m/s: 120 km/h
RING = 1000.0  # m
RING_CARS = 40
MERGE = 3  # section with the on-ramp
LANES = 3
MAIN_FLOW = 0.45  # vehicles/s and lane
MINUTES = 50
VEHICLES = 500
MERGE_RUNS = 10
MOBIL = "follows from the model: MOBIL (Kesting, Treiber and Helbing 2007); threshold our own"
DROP = "Treiber and Helbing 2002: 5 to 30 %"
MERGE_CAPACITY = "HCM 2016, equations 12-6 and 12-10: 2,250 to 2,400 cars, with 5 % lorries of 2 cars each"


def road() -> Any:
    """An empty record (1,) with room for a motorway or a ring."""
    capacity = motorway_capacity(SECTIONS, VEHICLES)
    return np.zeros(1, record({**road_fields(capacity), **motorway_fields(SECTIONS, capacity.lanes)}))


@experiment("politeness")
def politeness() -> list[Check]:
    """40 cars of differing wishes on a ring of two lanes: the selfish change lanes more often than the polite."""
    selfish, hardest = changes_on_ring(0.0)
    polite, gentlest = changes_on_ring(1.0)
    return [
        at_least(
            "lane changes of selfish drivers per one of polite ones", selfish / max(polite, 1), 1.2, "", MOBIL, MODEL
        ),
        at_least("hardest braking behind a lane change", min(hardest, gentlest), -SAFE - 1e-6, "m/s²", MOBIL, MODEL),
    ]


def changes_on_ring(polite: float) -> tuple[int, float]:
    """Lane changes in five minutes, and the strongest acceleration (below 0) that one asked of a follower."""
    worlds = road()
    lay_two_lanes(worlds)
    draws = np.random.default_rng(7)
    w = worlds[0]
    for car in range(RING_CARS):
        w.car_polite[car] = polite
        put(worlds, car, car % 2, (car + 0.5) * RING / RING_CARS, draws.uniform(0.5, 0.9), draws.uniform(0.0, 1.0))
    changes = 0
    hardest = 0.0
    for _ in range(int(300.0 / TICK)):
        before = w.car_lane[:RING_CARS].copy()
        tick_ring(worlds, TICK)
        for car in np.flatnonzero(before != w.car_lane[:RING_CARS]).tolist():
            changes += 1
            if w.car_behind[car] >= 0:
                hardest = min(hardest, float(w.car_accel[w.car_behind[car]]))
    return changes, hardest


@kernel
def lay_two_lanes(worlds):  # type: ignore[no-untyped-def]
    """The ring of the politeness experiment."""
    lay_ring(worlds[0], 2, RING, LIMIT)
    clear_cars(worlds[0])


@kernel
def put(worlds, car, lane, pos, desire, cool):  # type: ignore[no-untyped-def]
    """A car on the ring."""
    w = worlds[0]
    w.car_pos[car], w.car_length[car], w.car_speed[car] = pos, 4.5, 12.0
    w.car_desire[car], w.car_headway[car], w.car_brisk[car], w.car_comfort[car] = desire, 1.2, 1.0, 1.5
    w.car_cool[car] = cool
    enter(w, car, lane)


@kernel
def tick_ring(worlds, dt):  # type: ignore[no-untyped-def]
    """Lane changes and driving; accelerations are those right after the lane changes."""
    w = worlds[0]
    change_lanes(w, 0.0, dt)
    slots = slots_used(w)
    accelerate_all(w, slots)
    move_all(w, dt, slots)
    pass_ends(w, 0.0)
    measure(w, 0.0, dt, slots)


@experiment("merging")
def merging() -> list[Check]:
    """Three lanes and an on-ramp with more and more traffic: it breaks down, and less gets through than before.

    Means over several streams of arrivals: one alone says little.
    """
    runs = [merge(seed) for seed in range(MERGE_RUNS)]
    most, jam, drop = (float(np.mean([run[index] for run in runs])) for index in range(3))
    return [
        between("most flow of three minutes, free", most, 2143.0, 2286.0, "veh/h", MERGE_CAPACITY, published=2286.0),
        between("capacity drop at an on-ramp", drop, 5.0, 30.0, "%", DROP, published=15.0),
        at_least(
            "minutes of jam at the merge", jam, 5.0, "min", "follows from the model: demand beyond capacity", MODEL
        ),
    ]


def merge(seed: int) -> tuple[float, float, float]:
    """The most flow of three free minutes (veh/h and lane), minutes of jam, and how much less gets through then (%)."""
    worlds = road()
    lay_merge(worlds, np.uint64(seed))
    flows, speeds = np.zeros(MINUTES), np.zeros(MINUTES)
    for minute in range(MINUTES):
        before = int(worlds["arrived"][0])
        run_merge(worlds, minute * 60.0, int(60.0 / TICK), TICK, min(0.1 + 0.01 * minute, 0.5))
        flows[minute] = 60.0 / LANES * (int(worlds["arrived"][0]) - before)
        speeds[minute] = speed_at_merge(worlds)
    spans = range(MINUTES - 2)
    most = max((flows[at : at + 3].mean() for at in spans if speeds[at : at + 3].min() > 20.0), default=np.nan)
    jammed = speeds < 12.0
    after = float(flows[jammed].mean()) if jammed.any() else np.nan
    return most, float(jammed.sum()), 100.0 * (1.0 - after / most)


@kernel
def lay_merge(worlds, seed):  # type: ignore[no-untyped-def]
    """Three lanes all the way, one on-ramp, cars and some lorries."""
    w = worlds[0]
    w.main_lanes, w.section_metres = LANES, METRES
    for section in range(SECTIONS):
        w.section_open[section], w.section_ramp[section] = (1 << LANES) - 1, 0
    w.section_ramp[MERGE] = ON_RAMP
    lay_motorway(w, LIMIT)
    w.mean_desire, w.mean_headway, w.mean_brisk, w.mean_comfort = 1.0, 1.2, 1.0, 1.5
    w.mean_polite, w.mean_gap, w.spread, w.truck_share, w.course_length = 0.2, 4.0, 0.3, 0.05, 1e6
    open_stream(w, seed)
    start_traffic(w, 3.0, 2.0)


@kernel
def run_merge(worlds, now, ticks, dt, ramp):  # type: ignore[no-untyped-def]
    """Some ticks with a flow (vehicles/s) on the ramp, and the same on the main lanes all the time."""
    w = worlds[0]
    for source in range(int(w.sources)):
        w.demand[source, 0] = MAIN_FLOW if source < w.main_lanes else ramp
    for tick in range(ticks):
        step_traffic(w, now + tick * dt, dt)


def speed_at_merge(worlds: Any) -> float:
    """Mean speed (m/s) on the main lanes beside the merging lane, and in the section before."""
    w = worlds[0]
    there = np.isin(w.car_lane, w.section_lane[MERGE - 1 : MERGE + 1, :LANES])
    return float(w.car_speed[there].mean()) if there.any() else LIMIT
