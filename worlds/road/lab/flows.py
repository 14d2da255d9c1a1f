"""Experiments on motorways without ramps: lanes and lane changes, braking, lorries, the breakdown at a lane drop."""

from typing import Any

import numpy as np

from worlds.road.lab.carriageways import (
    CHANGES,
    HARD_SECONDS,
    METRES_DRIVEN,
    SECONDS,
    SQUARES,
    motorway,
    run_plain,
    speed_before_drop,
)
from worlds.road.lab.check import Check, at_least, at_most, between, experiment
from worlds.road.lab.formulas import car_equivalent
from worlds.road.lab.motorways import DROP, LANES, TICK

RUNS = 6
THIN, BUSY, FULL = 0.15, 0.45, 0.55  # vehicles/s and lane: 540, 1,620 and 1,980 an hour
SATURATED = 0.7  # vehicles/s and lane that come; fewer get through
LORRIES = 0.2
GRAVITY = 9.81  # m/s²
LANE_CHANGES = "Knoop et al. 2012 (Transportation Research Record): 0.5 on two sites; other roads down to 0.3"
ACCELERATIONS = "SAE 970170 (1997), car following on open roads: standard deviation below 0.05 g"
CANTELLI = "the same 0.05 g: Cantelli's inequality leaves at most 1.5 % of the time beyond 4 m/s²"
SHARES = "Duret, Ahn and Buisson 2012: with the flow the median lane's share rises, the shoulder lane's falls"
EQUIVALENT = "HCM 2016, exhibit 12-25, level terrain: 2.0; HCM 2010: 1.5"
RECOVERY = "Brilon, Geistefeldt and Regler 2005: traffic recovers at much lower flows only; drop of 5 % or more (above)"


def plain(flow: float, trucks: float, seed: int, minutes: float = 60.0) -> tuple[Any, Any]:
    """What `run_plain` counts on a plain motorway once it has filled: sums (5,), vehicles by lane (LANES,)."""
    worlds = motorway(seed, trucks=trucks)
    sums, passed = np.zeros(5), np.zeros(LANES)
    run_plain(worlds, 0.0, 900.0, TICK, flow, np.zeros(5), np.zeros(LANES))
    run_plain(worlds, 900.0, 60.0 * minutes, TICK, flow, sums, passed)
    return sums, passed


def several(flow: float, trucks: float, minutes: float) -> tuple[Any, Any]:
    """`plain`, added up over RUNS streams of arrivals."""
    runs = [plain(flow, trucks, seed, minutes) for seed in range(RUNS)]
    return sum(sums for sums, _ in runs), sum(passed for _, passed in runs)


@experiment("lanes of a motorway")
def lanes_of_a_motorway() -> list[Check]:
    """Three lanes at 540, 1,620 and 1,980 vehicles an hour and lane: who drives where, changes lanes, brakes."""
    # shares of a lane are told to 0.2 % by some 40,000 vehicles
    (_, thin), (sums, _), (_, full) = (
        several(flow, 0.05, minutes) for flow, minutes in ((THIN, 240.0), (BUSY, 60.0), (FULL, 90.0))
    )
    thin, full = 100.0 * thin / thin.sum(), 100.0 * full / full.sum()
    spread = float(np.sqrt(sums[SQUARES] / sums[SECONDS]))
    hard = 100.0 * float(sums[HARD_SECONDS] / sums[SECONDS])
    changes = 1000.0 * float(sums[CHANGES] / sums[METRES_DRIVEN])
    return [
        between("lane changes", changes, 0.3, 0.5, "per veh-km", LANE_CHANGES, published=0.5),
        at_most("braking above 4 m/s²", hard, 1.5, "% of time", CANTELLI),
        at_most("standard deviation of accelerations", spread, 0.05 * GRAVITY, "m/s²", ACCELERATIONS),
        at_least("change of the median lane's share with the flow", full[0] - thin[0], 0.0, "%", SHARES),
        at_most("change of the shoulder lane's share with the flow", full[2] - thin[2], 0.0, "%", SHARES),
    ]


@experiment("lorries")
def lorries() -> list[Check]:
    """Cars that one lorry counts for on a level motorway, by what gets through with and without a fifth of lorries."""
    cars, mixed = (
        float(np.mean([plain(SATURATED, trucks, seed)[1].sum() for seed in range(RUNS)])) for trucks in (0.0, LORRIES)
    )
    return [between("cars that a lorry counts for", car_equivalent(cars, mixed, LORRIES), 1.5, 2.0, "", EQUIVALENT,
                    published=2.0)]  # fmt: skip


# --- a lane that ends --------------------------------------------------------------------------------------------

JAM, FREE = 12.0, 20.0  # m/s before the end of the lane
LASTS = 5  # minutes that a breakdown lasts at least
BEFORE, AFTER = 10, 30  # minutes whose flow is told before the breakdown, and after it
CLIMB = 0.0015  # vehicles/s and lane that the demand rises a minute
FIRST, LAST = 0.28, 0.45  # vehicles/s and lane: its beginning and end
STEPS = (1.0, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7)  # parts of the demand at breakdown that are tried for the recovery
DROP_RUNS = 12


@experiment("lane drop")
def lane_drop() -> list[Check]:
    """Three lanes that become two under rising demand, twelve times: what gets through, and when a jam dissolves."""
    runs = [break_down(seed) for seed in range(DROP_RUNS)]
    drop, recovery, hard = (100.0 * float(np.mean([run[index] for run in runs])) for index in range(3))
    return [
        between("capacity drop at a lane drop", drop, 5.0, 30.0, "%", DROP, published=15.0),
        at_most("demand at recovery, of that at breakdown", recovery, 95.0, "%", RECOVERY),
        at_most("braking above 4 m/s² before and in the jam", hard, 1.5, "% of time", CANTELLI),
    ]


def break_down(seed: int) -> tuple[float, float, float]:
    """Parts: how much less gets through after the breakdown, the demand at which it recovers, and time of hard braking.

    NaN without a breakdown.
    """
    worlds = motorway(seed, trucks=0.05, drops=True)
    flows: list[float] = []
    slow, jammed, sums = 0, worlds, np.zeros(5)
    for minute in range(round((LAST - FIRST) / CLIMB)):
        demand = FIRST + CLIMB * minute
        flows.append(minute_through(worlds, minute, demand, sums))
        slow = slow + 1 if speed_before_drop(worlds) < JAM else 0
        if slow == 1:
            at, wanted, jammed = minute, demand, worlds.copy()
        if slow == LASTS:
            flows += [minute_through(worlds, minute + 1 + more, demand, sums) for more in range(AFTER)]
            before, after = np.mean(flows[max(at - BEFORE, 2) : at]), np.mean(flows[-AFTER:])
            hard = float(sums[HARD_SECONDS] / sums[SECONDS])
            return 1.0 - float(after / before), recovery_of(jammed, at, wanted), hard
    return np.nan, np.nan, np.nan


def minute_through(worlds: Any, minute: int, demand: float, sums: Any) -> float:
    """Drive a minute and add up ``sums`` (see `run_plain`); vehicles that passed behind the end of the lane."""
    passed = np.zeros(LANES)
    run_plain(worlds, 60.0 * minute, 60.0, TICK, demand, sums, passed)
    return float(passed.sum())


def recovery_of(jammed: Any, minute: int, demand: float) -> float:
    """The largest part of a demand with which a jam dissolves within an hour; 0 where none of STEPS does."""
    for part in STEPS:
        worlds = jammed.copy()
        run_plain(worlds, 60.0 * (minute + 1), 3600.0, TICK, part * demand, np.zeros(5), np.zeros(LANES))
        if speed_before_drop(worlds) > FREE:
            return part
    return 0.0
