"""Experiments on gaps and lights: a street with stop lines, left turns, two lanes at a light, platoons behind one.

Published ranges of critical gaps and follow-up times are those between three national manuals, each for a two-lane
street: HCM 2016, exhibits 20-17 and 20-18 (United States); HBS 2015, table S5-5 (Germany, give way); KHCM 2013, table
10-1 (Korea).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from worlds.road.fields import AT_STOP
from worlds.road.lab.check import Check, between, experiment, within
from worlds.road.lab.formulas import critical_gap, dispersion_factor, hcm_delay, permissive_capacity
from worlds.road.lab.sites import LEFT, RIGHT, THROUGH, lay_left_at_light, lay_stop, lay_wide_light, run_profiles
from worlds.road.lab.tracks import APPROACH, lay_left_turn, run_plan, site

TICK = 0.25  # s
HOURS, WARM_UP = 8.0, 0.5  # of counting, and before it: until the queue reaches the edge of the map
CONFLICTING = 600.0  # vehicles an hour on the street that is crossed
CYCLE, GREEN = 60.0, 29.0  # s; effective green is as long, with 2 s lost at its start and won at its end
PLATOON_CYCLE, PLATOON_GREEN, PLATOON_FLOW = 90.0, 40.0, 0.18  # s, s, vehicles/s and lane
NEAR, FAR = 10.0, 410.0  # m behind the light where the platoon is counted
SPREAD = 0.3  # of drivers, as on the motorways of the laboratory
MANUALS = "base value HCM 2016, exhibits 20-17 and 20-18; range with HBS 2015, table S5-5, and KHCM 2013, table 10-1"
PERMISSIVE = "HCM 2016, equation 31-100, 2 at the end of green; −30 to +23 %: field study at 45 approaches (TRR 2022)"
PROTECTED = "HCM 2016, equation 19-14: 1,900 / 1.05; Arhin et al. 2016, lanes for left turns in Washington: 1,460"
CONTROL = "HCM 2016, equations 19-20 and 19-26; 15 %: FHWA Traffic Analysis Toolbox III 2004, table 4"
ROBERTSON = "TRANSYT-7F: 0.25 (light), 0.35 (moderate) to 0.50 (heavy friction), with beta 0.8 (Robertson 1969)"


@dataclass(frozen=True)
class Movement:
    """A turn that gives way, and what the manuals say of it: base value, least and most, in s."""

    name: str
    gap: tuple[float, float, float]
    follow_up: tuple[float, float, float]


MAJOR_LEFT = Movement("left from the major street", (4.1, 4.1, 5.5), (2.2, 2.2, 2.8))
MINOR = {
    RIGHT: Movement("right from the minor street", (6.2, 3.7, 6.2), (3.3, 2.8, 3.3)),
    THROUGH: Movement("through from the minor street", (6.5, 4.5, 6.7), (4.0, 2.7, 4.0)),
    LEFT: Movement("left from the minor street", (7.1, 4.6, 7.1), (3.5, 3.0, 3.5)),
}


def gap_checks(movement: Movement, free: float, entering: float) -> list[Check]:
    """Critical gap and follow-up time from the capacities without conflicting traffic and across CONFLICTING."""
    follow_up = 3600.0 / free
    found = []
    for what, seconds, (base, low, high) in (
        ("critical gap", critical_gap(CONFLICTING, entering, follow_up), movement.gap),
        ("follow-up time", follow_up, movement.follow_up),
    ):
        found.append(between(f"{what}, {movement.name}", seconds, low, high, "s", MANUALS, published=base))
    return found


@experiment("two-way stop")
def two_way_stop() -> list[Check]:
    """Queues that turn out of a minor street with a stop line, and left from the major street: gaps and headways."""
    found = gap_checks(MAJOR_LEFT, turning_capacity(0.0), turning_capacity(CONFLICTING))
    for turn, movement in MINOR.items():
        found += gap_checks(movement, minor_capacity(turn, 0.0), minor_capacity(turn, CONFLICTING))
    return found


def counted(worlds: Any, source: int, green: float) -> float:
    """Vehicles an hour that come in at a source where a queue waits, after the warm-up."""
    came = []
    for hours in (WARM_UP, WARM_UP + HOURS):  # the same arrivals, from empty roads
        run_plan(worlds, 3600.0 * hours, TICK, CYCLE, green)
        w = worlds[0]
        came.append(int(w.came[source]) - int(w.outside[source]))
    return (came[1] - came[0]) / HOURS


def minor_capacity(turn: int, flow: float) -> float:
    """Vehicles an hour that make a turn from a queue at a stop line, across so many in all."""
    worlds = site(9)
    lay_stop(worlds, turn, AT_STOP)
    goal = {RIGHT: 0, THROUGH: 2, LEFT: 1}[turn]
    from_west = flow if turn == RIGHT else 0.5 * flow  # who turns right gives way to these alone
    worlds["demand"][0, 0, goal] = 1.0
    worlds["demand"][0, 1, 0], worlds["demand"][0, 2, 1] = from_west / 3600.0, (flow - from_west) / 3600.0
    return counted(worlds, 0, 0.0)


def turning_capacity(flow: float) -> float:
    """Vehicles an hour that turn left from a queue across so many an hour, without lights."""
    worlds = site(9)
    lay_left_turn(worlds, APPROACH)
    worlds["demand"][0, 0, 0], worlds["demand"][0, 1, 1] = 1.0, flow / 3600.0
    return counted(worlds, 0, 0.0)


@experiment("left turns at a light")
def left_turns_at_a_light() -> list[Check]:
    """A lane for left turns whose light is green together with that of the opposing traffic, or alone."""
    found = []
    for opposing in (200.0, 400.0, 600.0):
        published = permissive_capacity(CYCLE, GREEN, opposing)
        found.append(
            between(
                f"permissive left turns against {opposing:.0f} veh/h", left_capacity(opposing, GREEN),
                0.7 * published, 1.23 * published, "veh/h", PERMISSIVE, published=published,
            )
        )  # fmt: skip
    more = left_capacity(0.0, GREEN + 10.0) - left_capacity(0.0, GREEN)  # what 10 s more of each cycle let through
    name = "saturation flow of protected left turns"
    found.append(between(name, more * CYCLE / 10.0, 1460.0, 1900.0 / 1.05, "veh/h", PROTECTED, published=1900.0 / 1.05))
    return found


def left_capacity(opposing: float, green: float) -> float:
    """Vehicles an hour that turn left at a light from a queue, against so many."""
    worlds = site(13)
    lay_left_at_light(worlds, APPROACH)
    worlds["demand"][0, 0, 0], worlds["demand"][0, 1, 1] = 1.0, opposing / 3600.0
    return counted(worlds, 0, green)


DELAY_HOURS = 20


@experiment("delay at a light with two lanes")
def delay_with_two_lanes() -> list[Check]:
    """Two lanes between which drivers choose, a fixed cycle of 60 s: mean delay beside the HCM at three loads."""
    service = two_lanes(4000.0, 4, GREEN)[0]
    saturation = (two_lanes(4000.0, 4, GREEN + 10.0)[0] - service) * CYCLE / 10.0
    found = []
    for load in (0.5, 0.75, 0.9):
        flow = load * service
        delay = two_lanes(flow, DELAY_HOURS, GREEN)[1] - two_lanes(flow, DELAY_HOURS, 0.0)[1]
        published = hcm_delay(CYCLE, CYCLE * service / saturation, service, flow, DELAY_HOURS)
        found.append(within(f"delay with two lanes at {load:.0%} of capacity", delay, published, 0.15, "s", CONTROL))
    return found


def two_lanes(flow: float, hours: int, green: float) -> tuple[float, float]:
    """Vehicles an hour that came through two lanes, and their mean travel time in s; ``green`` 0: always green."""
    worlds = site(11)
    lay_wide_light(worlds, 190.0)
    worlds["demand"][0, 0, 0] = worlds["demand"][0, 1, 0] = flow / 7200.0
    run_plan(worlds, 3600.0 * hours, 0.5, CYCLE, green)
    w = worlds[0]
    return float(w.arrived) / hours, float(w.travelled) / max(int(w.arrived), 1)


@experiment("platoon dispersion")
def platoon_dispersion() -> list[Check]:
    """Queues that a light releases on two lanes, second by second of the cycle, and 400 m farther on."""
    worlds = site(11)
    worlds["spread"] = SPREAD
    lay_wide_light(worlds, 700.0)
    worlds["demand"][0, 0, 0] = worlds["demand"][0, 1, 0] = PLATOON_FLOW
    profiles, sums = np.zeros((2, int(PLATOON_CYCLE))), np.zeros(2)
    run_profiles(worlds, 36000.0, 0.5, PLATOON_CYCLE, PLATOON_GREEN, np.array([NEAR, FAR]), profiles, sums)
    passed = profiles.sum(axis=1)
    travel = float(sums[1] / passed[1] - sums[0] / passed[0])
    alpha = dispersion_factor(profiles[0].tolist(), profiles[1].tolist(), travel)
    return [between("dispersion factor alpha", alpha, 0.25, 0.5, "", ROBERTSON, published=0.35)]
