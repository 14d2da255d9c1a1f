"""Experiments on junctions: the delay at a light, controllers, the capacity of a roundabout, symmetry."""

import math

import numpy as np

from worlds.road.lab.check import Check, at_least, at_most, between, experiment, within
from worlds.road.lab.cross import MAX_PRESSURE, UNEQUAL_FIXED, cross_roads
from worlds.road.lab.tracks import APPROACH, lay_left_turn, lay_light, lay_roundabout, run_plan, site
from worlds.traffic.signals.bots import webster_cycle

TICK = 0.5  # s
CYCLE, GREEN = 60.0, 29.0  # s
HOURS = 20
WEBSTER = "Webster 1958, Traffic signal settings, Road Research Technical Paper 39"
HCM = "Highway Capacity Manual, 6th edition (2016) and 2010 edition, exhibit on single-lane roundabouts"


@experiment("delay at a light")
def delay_at_a_light() -> list[Check]:
    """One lane, Poisson arrivals, a fixed cycle of 60 s: mean delay beside Webster's formula at three loads."""
    saturated = light(2000.0, 2 * HOURS // 10, GREEN)
    service = saturated[0]  # vehicles an hour that the light lets through
    flow = discharge_flow()
    share = service / flow  # of the cycle that is effectively green
    found = []
    for load in (0.5, 0.74, 0.89):
        arrivals = load * service
        delay = light(arrivals, HOURS, GREEN)[1] - light(arrivals, HOURS, 0.0)[1]
        published = webster_delay(CYCLE, share * CYCLE, flow, arrivals)
        found.append(within(f"delay at {load:.0%} of capacity", delay, published, 0.15, "s", WEBSTER))
    return found


def light(flow: float, hours: int, green: float) -> tuple[float, float]:
    """Vehicles an hour that came through, and their mean travel time in s; ``green`` 0 for a light that stays green."""
    worlds = site(11)
    lay_light(worlds)
    worlds["demand"][0, 0, 0] = flow / 3600.0
    run_plan(worlds, 3600.0 * hours, TICK, CYCLE, green)
    w = worlds[0]
    return float(w.arrived) / hours, float(w.travelled) / max(int(w.arrived), 1)


def discharge_flow() -> float:
    """Saturation flow: what one more second of green lets through."""
    longer = light(2000.0, 4, GREEN + 10.0)[0] - light(2000.0, 4, GREEN)[0]
    return longer * CYCLE / 10.0


def webster_delay(cycle: float, green: float, saturation: float, flow: float) -> float:
    """Webster's delay (s) for a cycle and an effective green in s and flows in vehicles an hour."""
    share, load, per_second = green / cycle, flow * cycle / (saturation * green), flow / 3600.0
    uniform = cycle * (1.0 - share) ** 2 / (2.0 * (1.0 - share * load))
    chance = load**2 / (2.0 * per_second * (1.0 - load))
    return uniform + chance - 0.65 * math.cbrt(cycle / per_second**2) * load ** (2.0 + 5.0 * share)


@experiment("webster's cycle")
def websters_cycle() -> list[Check]:
    """The best cycle for 10 s of lost time and a flow ratio of 0.6."""
    return [within("best cycle", float(webster_cycle(10.0, 0.6)), 50.0, 0.001, "s", WEBSTER)]


@experiment("max pressure")
def max_pressure() -> list[Check]:
    """Two busy and two quiet arms at about 90 % of capacity for an hour: equal greens fail, max pressure does not."""
    source = "Varaiya 2013, Max pressure control of a network of signalized intersections"
    held = cross_roads(MAX_PRESSURE, busy=0.28, quiet=0.10, seconds=3600.0)
    failed = cross_roads(UNEQUAL_FIXED, busy=0.28, quiet=0.10, seconds=3600.0)
    return [
        at_most("cars left after an hour of max pressure", held.left, 60.0, "cars", source),
        at_least("cars left after an hour of a bad fixed plan", failed.left, 120.0, "cars", source),
    ]


MIRROR_RUNS = 8  # of ten hours


@experiment("mirror")
def mirror() -> list[Check]:
    """The same demand turned by half a circle: travel times are the same but for chance (about 2 % in ten hours)."""
    one, other = (
        sum(
            cross_roads(MAX_PRESSURE, busy=0.2, quiet=0.1, seconds=36000.0, turned=turned, seed=seed).travel
            for seed in range(MIRROR_RUNS)
        )
        for turned in (False, True)
    )
    change = 100.0 * abs(one / other - 1.0)
    return [at_most("travel time, mirrored against not", change, 3.0, "%", "symmetry")]


@experiment("roundabout")
def roundabout() -> list[Check]:
    """The most that enters a single-lane roundabout beside a flow that circulates."""
    found, entered = [], []
    for circulating in (0.0, 300.0, 600.0, 900.0):
        capacity = entry_capacity(circulating)
        entered.append(capacity)
        new, old = 1380.0 * math.exp(-1.02e-3 * circulating), 1130.0 * math.exp(-1.0e-3 * circulating)
        name = f"entry capacity beside {circulating:.0f} veh/h"
        found.append(Check(name, capacity, new, 0.8 * old, 1.15 * new, "veh/h", HCM))
    steps = np.diff(entered)
    found.append(at_most("largest step of the capacity curve", float(steps.max()), 0.0, "veh/h", "it must fall"))
    return found


def entry_capacity(circulating: float) -> float:
    """Vehicles an hour that enter from an arm with a queue, past vehicles from the arm before it."""
    worlds = site(5)
    lay_roundabout(worlds, 4, 18.0)
    worlds["demand"][0, 1, 3] = 1.0  # from the second arm, against the clock, to the fourth: a quarter round and on
    worlds["demand"][0, 0, 2] = circulating / 3600.0  # from the first arm past the second to the third
    hours = 2.0
    run_plan(worlds, 3600.0 * hours, 0.25, CYCLE, 0.0)
    w = worlds[0]
    return float(int(w.came[1]) - int(w.outside[1])) / hours


FOLLOW_UP = "Highway Capacity Manual 2010, exhibit 19-11: left from the main road 2.2 s, other turns up to 4.0 s"


@experiment("left turn from the main road")
def left_turn() -> list[Check]:
    """How soon one who turns left follows another from a queue, with nobody coming."""
    return [between("follow-up time", 3600.0 / turning_capacity(0.0), 2.2, 4.0, "s", FOLLOW_UP, published=2.2)]


def turning_capacity(flow: float) -> float:
    """Vehicles an hour that turn left from a queue across so many an hour."""
    worlds = site(9)
    lay_left_turn(worlds, APPROACH)
    worlds["demand"][0, 0, 0] = 1.0
    worlds["demand"][0, 1, 1] = flow / 3600.0
    hours = 2.0
    run_plan(worlds, 3600.0 * hours, 0.25, CYCLE, 0.0)
    w = worlds[0]
    return float(int(w.came[0]) - int(w.outside[0])) / hours
