"""What stays for a trial: the junction and its custom, who drives there, and how many come from where."""

import numpy as np

from worlds.kit.chance import between, integer, uniform
from worlds.kit.kernel import kernel
from worlds.kit.record import FOR_FINAL, FOR_TESTING, opponents_part
from worlds.road.layouts.crossroads import (
    CROSSING,
    FIRST_FIRST,
    MAIN_ROAD,
    RIGHT_FIRST,
    ROUNDABOUT,
    SIDE_ROAD,
    SKEWED,
    WIDE_ROUNDABOUT,
    build_crossroad,
    draw_custom,
    draw_stops,
)
from worlds.road.layouts.roundabouts import MOST_ARMS
from worlds.traffic.junction.constants import EPISODE, TICK
from worlds.world import Generator

GENERATORS: tuple[Generator, ...] = (  # at roundabouts it gains little to know the custom
    Generator("main_road", weight=0.35),
    Generator("unmarked", weight=0.35),
    Generator("roundabout", weight=0.15),
    Generator("wide_roundabout", weight=0.15),
    Generator("side_road", split="test"),
    Generator("skewed", split="final"),
)
WITH_MAIN, UNMARKED = range(2)  # of them
LAYOUTS = np.array([CROSSING, CROSSING, ROUNDABOUT, WIDE_ROUNDABOUT, SIDE_ROAD, SKEWED])
QUIETEST, BUSIEST = 0.10, 0.20  # vehicles/s by each of the two busiest arms: 360 to 720 an hour,
EQUAL = 0.65  # times as many where no main road lets them through
LIGHT = 0.3  # of that come by each other arm
ON_MAIN = 0.85  # chance that the main road is the busiest
NARROWEST, WIDEST = 4.0, 10.0  # m before the line from where a seat sees round the corner
ORDERLY, ROUGH, ROUGHEST = (
    0.04,
    0.06,
    0.12,
)  # most drivers who force their way: in training, least and most in test; between for final


@kernel
def draw_task(w):
    """The junction, its custom and signs, how many come from where, and the order of the gates."""
    layout = LAYOUTS[w.generator]
    w.sound = int(build_crossroad(w, layout))
    draw_custom(w, layout, custom_of(w.generator, uniform(w)))
    draw_stops(w)
    w.sight = between(w, NARROWEST, WIDEST)
    draw_demand(w)
    draw_tour(w)


@kernel
def draw_tour(w):
    """The order of the gates that every seat sets out from (Fisher and Yates' shuffle)."""
    sources = int(w.sources)
    for place in range(len(w.tour)):
        w.tour[place] = place if place < sources else 0
    for place in range(sources - 1, 0, -1):
        other = integer(w, place + 1)
        kept = int(w.tour[place])
        w.tour[place] = int(w.tour[other])
        w.tour[other] = kept


@kernel
def custom_of(generator, luck):
    """Crossings with a main road have that custom, unmarked ones one of the others, all else any."""
    if generator == WITH_MAIN:
        return MAIN_ROAD
    if generator == UNMARKED:
        return RIGHT_FIRST if luck < 0.5 else FIRST_FIRST
    return MAIN_ROAD if luck < 1.0 / 3.0 else RIGHT_FIRST if luck < 2.0 / 3.0 else FIRST_FIRST


@kernel
def draw_population(w):
    """Means of the drivers' values, how much they differ, how many come. Rough ones are kept for test, those who take
    the shortest gaps or want the longest for final.
    """
    part = opponents_part(w)
    luck, side = uniform(w), uniform(w)
    if part == FOR_TESTING:
        w.forcing = ROUGH + (ROUGHEST - ROUGH) * luck
        w.mean_gap = 2.0 + 0.5 * luck if side < 0.5 else 5.5 + luck
    elif part == FOR_FINAL:
        w.forcing = ORDERLY + (ROUGH - ORDERLY) * luck
        w.mean_gap = 1.7 + 0.3 * luck if side < 0.5 else 6.5 + luck
    else:
        w.forcing = ORDERLY * luck
        w.mean_gap = 2.5 + 3.0 * side  # s; HCM 2010: 4.1 s (left from the main road) to 7.1 s, 4 to 5 s at roundabouts
    w.insisting = between(w, 0.5, 1.0)
    w.mean_headway = between(w, 0.9, 1.5)
    w.mean_desire = between(w, 0.85, 1.1)
    w.mean_brisk = between(w, 1.2, 2.2)  # m/s²
    w.mean_comfort = between(w, 1.8, 2.6)  # m/s²
    w.mean_polite = 0.2
    w.spread = between(w, 0.1, 0.5)
    w.truck_share, w.bus_share = 0.05, 0.0
    w.busy = between(w, QUIETEST, BUSIEST)


@kernel
def draw_demand(w):
    """How many come by each arm, and where they go: all arms differ, the main road has the most."""
    w.course_length = EPISODE * TICK
    w.surge_from = w.surge_part = 0.0
    for source in range(len(w.source_lane)):
        w.course_tide[source] = w.course_surge[source] = 0.0
    heavy = heavy_arms(w)
    busy = w.busy if w.custom == MAIN_ROAD else w.busy * EQUAL
    for source in range(int(w.sources)):
        is_heavy = (heavy >> int(w.source_arm[source])) & 1 == 1
        flow, total = busy * between(w, 0.7, 1.3) * (1.0 if is_heavy else LIGHT), 0.0
        for goal in range(int(w.destinations)):
            towards = 2.0 if is_heavy and (heavy >> goal) & 1 == 1 else 1.0
            w.demand[source, goal] *= towards * between(w, 0.4, 1.6)
            total += w.demand[source, goal]
        for goal in range(int(w.destinations)):
            w.demand[source, goal] *= flow / max(total, 1e-9)


@kernel
def heavy_arms(w):
    """The two arms that most traffic comes by (bits): often the main road, where there is one."""
    arms = int(w.arm_count)
    first = integer(w, arms)
    second = (first + 1 + integer(w, arms - 1)) % arms
    is_main = uniform(w) < ON_MAIN and 0 < w.main_arms < 1 << MOST_ARMS
    return int(w.main_arms) if is_main else (1 << first) | (1 << second)


@kernel
def solvable(w):
    """Whether everybody finds a way to where they want to go."""
    return int(w.sound) == 1
