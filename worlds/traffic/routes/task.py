"""What stays for a trial: the town, its traffic and lights, the stops of every seat, the streets that crawl."""

import numpy as np

from worlds.kit.chance import between, integer, uniform
from worlds.kit.kernel import kernel
from worlds.kit.record import FOR_TESTING, opponents_part
from worlds.road.drivers.population import draw_drivers, draw_relations, scale_demand
from worlds.road.drivers.traffic import start_traffic, step_traffic
from worlds.road.fields import EXIT
from worlds.road.lanes.plan import MOST_LANES
from worlds.road.layouts.towns import BOTTLENECK, GRID, IRREGULAR, ONE_WAY, build_town
from worlds.traffic.routes.constants import (
    ALL_RED,
    EPISODE,
    REHEARSAL,
    SLOW_STREETS,
    STOPS,
    TICK,
    WARM_UP,
    WORST,
    YELLOW,
)
from worlds.traffic.routes.courtesy import let_through, start_courtesy
from worlds.traffic.routes.ways import find_trips, is_inner, lane_of, name_streets, next_along, search
from worlds.world import Generator

GENERATORS: tuple[Generator, ...] = (
    Generator("grid", weight=0.5),
    Generator("irregular", weight=0.5),
    Generator("one_way", split="test"),
    Generator("river", split="final"),
)
LAYOUTS = np.array([GRID, IRREGULAR, ONE_WAY, BOTTLENECK])
LIGHT, HEAVY, HEAVIEST = 0.4, 0.7, 0.8  # share of the capacity of the busiest junction; the last range is for test
CRAWL, CREEP = 1.5, 2.5  # m/s; limits of a crawling street
FEWEST = 3  # crawling streets
TRIES = 24  # to find streets that can be avoided
DETOUR = 30.0  # s that avoiding it may cost
SETS = 12  # of stops that are drawn; the one whose stops lie farthest apart is kept
SLOWEST_PACE = 4.0  # s a metre; no lane is reckoned slower


@kernel
def draw_population(w):
    """Who drives, and how many; slow drivers and heavy traffic are kept for test, close drivers for final."""
    part = opponents_part(w)
    draw_drivers(w, part)
    w.load = between(w, HEAVY, HEAVIEST) if part == FOR_TESTING else between(w, LIGHT, HEAVY)


@kernel
def draw_task(w):
    """The town, and all that follows from it."""
    w.yellow, w.all_red = YELLOW, ALL_RED
    w.sound = int(build_town(w, LAYOUTS[w.generator], False))
    name_streets(w)
    draw_relations(w)
    scale_demand(w, w.load)
    level_demand(w)
    draw_stops(w)
    draw_slow_streets(w)
    rehearse(w)
    find_trips(w)


@kernel
def level_demand(w):
    """As many vehicles come at the beginning of an episode as at its end."""
    w.course_length = WARM_UP + EPISODE * TICK
    w.surge_from = w.surge_part = 0.0
    for source in range(len(w.course_tide)):
        w.course_tide[source] = w.course_surge[source] = 0.0


# --- stops -------------------------------------------------------------------------------------------------------


@kernel
def draw_stops(w):
    """Every seat's stops: of several sets of streets the one whose streets lie farthest apart."""
    for seat in range(len(w.ride)):
        farthest = -1.0
        for _ in range(SETS):
            a, b, c = draw_street(w), draw_street(w), draw_street(w)
            apart = min(metres_between(w, a, b), metres_between(w, b, c), metres_between(w, c, a))
            if apart > farthest:
                farthest = apart
                w.stop_road[seat * STOPS] = a
                w.stop_road[seat * STOPS + 1] = b
                w.stop_road[seat * STOPS + 2] = c


@kernel
def draw_street(w):
    """A road between two junctions."""
    road = integer(w, int(w.roads))
    while not is_inner(w, road):
        road = (road + 1) % int(w.roads)
    return road


@kernel
def metres_between(w, road, other):
    """Metres from the middle of a road to the middle of another as the crow flies."""
    dx, dy = middle_x(w, road) - middle_x(w, other), middle_y(w, road) - middle_y(w, other)
    return np.sqrt(dx * dx + dy * dy)


@kernel
def middle_x(w, road):
    """Where the middle of a road is, m from the west."""
    return 0.5 * (w.node_x[w.road_a[road]] + w.node_x[w.road_b[road]])


@kernel
def middle_y(w, road):
    """Where the middle of a road is, m from the north."""
    return 0.5 * (w.node_y[w.road_a[road]] + w.node_y[w.road_b[road]])


@kernel
def start_lane(w, seat, stop):
    """The lane that a trip to a stop is reckoned from: at the stop before it."""
    return lane_of(w, int(w.stop_road[seat * STOPS + (stop + STOPS - 1) % STOPS]))


# --- crawling streets --------------------------------------------------------------------------------------------


@kernel
def draw_slow_streets(w):
    """Streets that crawl, each on the way that would be the quickest of some trip without it."""
    for index in range(SLOW_STREETS):
        w.slow_street[index] = -1
    for lane in range(len(w.lane_mean)):
        w.lane_mean[lane] = w.lane_free[lane]
    count = FEWEST + integer(w, SLOW_STREETS - FEWEST + 1)
    placed = 0
    for attempt in range(TRIES):
        limit, luck = between(w, CRAWL, CREEP), uniform(w)
        seat, stop = attempt % len(w.ride), (attempt // len(w.ride)) % STOPS
        street = street_on_way(w, seat, stop, luck)
        if placed < count and street >= 0 and can_be_avoided(w, seat, stop, street, limit):
            w.slow_street[placed] = street
            placed += 1
    for index in range(SLOW_STREETS):
        street = int(w.slow_street[index])
        for lane in range(MOST_LANES if street >= 0 else 0):
            place = int(w.road_lane[street // 2, street % 2, lane])
            if place >= 0:
                w.lane_limit[place] = w.lane_length[place] / w.lane_mean[place]


@kernel
def can_be_avoided(w, seat, stop, street, limit):
    """Whether there is another way of few more seconds if a street crawls; if so, it is reckoned with from now on."""
    lane, goal = start_lane(w, seat, stop), int(w.stop_road[seat * STOPS + stop])
    before = w.way_cost[lane]
    reckon_street(w, street, limit)
    search(w, goal, w.lane_mean)
    if w.way_cost[lane] - before <= DETOUR:
        return True
    reckon_street(w, street, 0.0)
    return False


@kernel
def reckon_street(w, street, limit):
    """Take a street to be as slow as a limit, or as it usually is for 0."""
    for index in range(MOST_LANES):
        lane = int(w.road_lane[street // 2, street % 2, index])
        if lane >= 0:
            w.lane_mean[lane] = w.lane_length[lane] / limit if limit > 0.0 else w.lane_free[lane]


@kernel
def street_on_way(w, seat, stop, luck):
    """A street of a trip but its first and its last, by a draw from [0, 1); −1 where it has no other."""
    goal = int(w.stop_road[seat * STOPS + stop])
    search(w, goal, w.lane_mean)
    inner, chosen = 0, -1
    for turn in range(2):  # count first, then choose
        lane = start_lane(w, seat, stop)
        wanted = int(luck * inner)
        inner = 0
        for _ in range(4 * len(w.arms)):
            lane = next_along(w, lane, w.lane_mean)
            if lane < 0 or int(w.lane_kind[lane]) == EXIT:
                break
            street = int(w.lane_street[lane])
            if street >= 0 and street // 2 == goal:
                break
            if street >= 0 and street // 2 != w.stop_road[seat * STOPS + (stop + STOPS - 1) % STOPS]:
                if turn == 1 and inner == wanted:
                    chosen = street
                inner += 1
    return chosen


# --- the true seconds --------------------------------------------------------------------------------------------


@kernel
def rehearse(w):
    """Run the traffic without the seats and take the mean pace of every lane: all time spent by all metres driven.

    These are Edie's definitions (Edie 1963). A lane that nobody drives on keeps what it takes without a queue.
    """
    start_traffic(w, YELLOW, ALL_RED)
    start_courtesy(w)
    for lane in range(len(w.lane_mean)):
        w.lane_metres[lane] = w.lane_length[lane]
    ticks = int((WARM_UP + REHEARSAL) / TICK)
    for tick in range(ticks):
        now = tick * TICK
        let_through(w, TICK)
        step_traffic(w, now, TICK)
        if now >= WARM_UP:
            for car in range(len(w.car_lane)):
                lane = w.car_lane[car]
                if lane >= 0:
                    w.lane_mean[lane] += TICK
                    w.lane_metres[lane] += w.car_speed[car] * TICK
    for lane in range(int(w.lanes)):
        pace = min(w.lane_mean[lane] / max(w.lane_metres[lane], 1.0), SLOWEST_PACE)
        w.lane_mean[lane] = max(min(pace * w.lane_length[lane], WORST), w.lane_free[lane])


@kernel
def solvable(w):
    """Whether the town holds, somebody comes, and every stop can be reached from the one before it."""
    flow = 0.0
    for source in range(int(w.sources)):
        for goal in range(int(w.destinations)):
            flow += w.demand[source, goal]
    reached = True
    for seat in range(len(w.ride)):
        for stop in range(STOPS):
            reached = reached and w.to_go[start_lane(w, seat, stop), seat * STOPS + stop] < 1e6
    return int(w.sound) == 1 and flow > 0.0 and reached
