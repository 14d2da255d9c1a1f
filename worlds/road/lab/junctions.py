"""Experiments on junctions: the delay at a light, controllers, the capacity of a roundabout, symmetry."""

import numpy as np

from worlds.road.lab.check import MODEL, Check, at_least, at_most, between, experiment, within
from worlds.road.lab.cross import ACTUATED, FIXED, MAX_PRESSURE, cross_roads
from worlds.road.lab.formulas import roundabout_capacity, webster_delay
from worlds.road.lab.tracks import lay_light, lay_roundabout, run_plan, site
from worlds.traffic.signals.bots import webster_cycle

TICK = 0.5  # s
CYCLE, GREEN = 60.0, 29.0  # s
HOURS = 20
ROUNDABOUT_HOURS = 8.0
WEBSTER = "Webster 1958, Road Research Technical Paper 39; 15 %: FHWA Traffic Analysis Toolbox III 2004, table 4"
CYCLES = "follows from the code: Webster's formula for the best cycle"
VARAIYA = "follows from the model: max pressure serves what can be served (Varaiya 2013); thresholds are our own"
ACTUATION = "HCM 2016, chapter 19: incremental delay factor 0.5 for fixed, 0.04 to 0.5 for actuated: never more delay"
HCM = "HCM 2010 to HCM 2016, single-lane entry (equation 22-1)"


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


@experiment("webster's cycle")
def websters_cycle() -> list[Check]:
    """The best cycle for 10 s of lost time and a flow ratio of 0.6."""
    return [within("best cycle", float(webster_cycle(10.0, 0.6)), 50.0, 0.001, "s", CYCLES, MODEL)]


@experiment("max pressure")
def max_pressure() -> list[Check]:
    """Two busy and two quiet arms at about 90 % of capacity for an hour: equal greens fail, max pressure does not."""
    held = cross_roads(MAX_PRESSURE, busy=0.28, quiet=0.10, seconds=3600.0)
    failed = cross_roads(FIXED, busy=0.28, quiet=0.10, seconds=3600.0)
    return [
        at_most("cars left after an hour of max pressure", held.left, 60.0, "cars", VARAIYA, MODEL),
        at_least("cars left after an hour of a bad fixed plan", failed.left, 120.0, "cars", VARAIYA, MODEL),
    ]


LOADS = (0.06, 0.10, 0.14)  # vehicles/s on each arm: 29, 48 and 67 % of what a fixed plan of 60 s lets through
SATURATION = 0.5  # vehicles/s of a lane that discharges


@experiment("actuated control")
def actuated_control() -> list[Check]:
    """Four equal arms: green while cars come (3 s) beside the best fixed plan for the flow, for the same arrivals."""
    found = []
    for flow in LOADS:
        plan = 0.5 * webster_cycle(10.0, 2.0 * flow / SATURATION) - 5.0  # of a cycle with 5 s lost in each phase
        fixed, actuated = (
            cross_roads(control, busy=flow, quiet=flow, seconds=36000.0, green=green).delay
            for control, green in ((FIXED, plan), (ACTUATED, None))
        )
        name = f"actuated, part of the best fixed delay, {3600.0 * flow:.0f} veh/h an arm"
        found.append(at_most(name, actuated / fixed, 1.0, "", ACTUATION))
    return found


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
    return [at_most("travel time, mirrored against not", change, 3.0, "%", "follows from the model: symmetry", MODEL)]


@experiment("roundabout")
def roundabout() -> list[Check]:
    """The most that enters a single-lane roundabout beside a flow that circulates."""
    found, entered = [], []
    for circulating in (0.0, 300.0, 600.0, 900.0):
        capacity = entry_capacity(circulating)
        entered.append(capacity)
        old, new = roundabout_capacity(circulating)
        name = f"entry capacity beside {circulating:.0f} veh/h"
        found.append(between(name, capacity, old, new, "veh/h", HCM, published=new))
    largest = float(np.diff(entered).max())
    falls = "follows from the model: more that circulate let fewer in"
    found.append(at_most("largest step of the capacity curve", largest, 0.0, "veh/h", falls, MODEL))
    return found


def entry_capacity(circulating: float) -> float:
    """Vehicles an hour that enter from an arm with a queue, past vehicles from the arm before it."""
    worlds = site(5)
    lay_roundabout(worlds, 4, 18.0)
    worlds["demand"][0, 1, 3] = 1.0  # from the second arm, against the clock, to the fourth: a quarter round and on
    worlds["demand"][0, 0, 2] = circulating / 3600.0  # from the first arm past the second to the third
    run_plan(worlds, 3600.0 * ROUNDABOUT_HOURS, 0.25, CYCLE, 0.0)
    w = worlds[0]
    return float(int(w.came[1]) - int(w.outside[1])) / ROUNDABOUT_HOURS
