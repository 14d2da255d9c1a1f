"""What a traveller sees and what it is told, piece by piece."""

import numpy as np

from worlds.kit.kernel import kernel
from worlds.kit.maths import cos, sin
from worlds.road.fields import LINK
from worlds.road.lanes.plan import MOST_LANES
from worlds.road.layouts.towns import CITY
from worlds.traffic.routes.bots import cars_in, standing_in
from worlds.traffic.routes.constants import EPISODE, HALTING, SIGHT, STOPS, TICK, TURNS, WARM_UP, WORST
from worlds.traffic.routes.task import middle_x, middle_y
from worlds.traffic.routes.ways import fork_of, lane_in, option, quickest, seconds_left, trip_at, turn_of_link

OWN, GOAL, TURN, QUEUE = 10, 4 + STOPS, 7, 3  # numbers of each piece, of one turn
DEPTH = 4  # streets of each way that are named
NOTED = 2  # streets at hand: the own one, the one before
NAMED = NOTED + TURNS * DEPTH  # with those of the way that begins with each turn
TOLD_LOST, TOLD_DRIVERS = TURNS * DEPTH, 3  # numbers told of the streets ahead, and of the drivers
MIDDLE, REACH = 450.0, 450.0  # m; places are seen from the middle of the map
MINUTE = 60.0  # s that read as 1
MANY = 8.0  # cars that read as 1
TOP = 3.0  # nothing reads higher, or below −TOP


@kernel
def clip(value):
    """Within what may be seen."""
    return min(max(value, -TOP), TOP)


@kernel
def observe(w, seat, out):
    """What a seat sees, in the order of the pieces; only the clock while it is out of the town."""
    for index in range(len(out)):
        out[index] = 0.0
    out[len(out) - 1] = w.tick / EPISODE
    car = w.ride[seat]
    if car < 0:
        return
    x, y, heading = place_of(w, car)
    fork = fork_of(w, w.car_lane[car])
    trip = trip_at(w, seat, fork)
    observe_own(w, seat, car, x, y, heading, fork, out)
    observe_losses(w, seat, car, out, OWN - 2)
    observe_goal(w, car, x, y, heading, trip, out, OWN)
    if fork < 0:
        return
    at = OWN + GOAL
    best = w.to_go[option(w, fork, quickest(w, fork, trip), trip), trip]
    for turn in range(TURNS):
        observe_turn(w, option(w, fork, turn, trip), trip, best, out, at)
        at += TURN
    observe_queue(w, seat, car, out, at)
    out[at + QUEUE + w.choice[seat]] = 1.0
    at += QUEUE + TURNS + 1
    name_those_in_sight(w, seat, car, fork, trip, out, at)


@kernel
def place_of(w, car):
    """Where a car's front is, and its heading: on the straight line between the two nearest points of its lane."""
    lane = w.car_lane[car]
    point = int(w.lane_first[lane])
    last = point + int(w.lane_points[lane]) - 1
    while point < last - 1 and w.point_s[point + 1] < w.car_pos[car]:
        point += 1
    length = max(w.point_s[point + 1] - w.point_s[point], 0.01)
    part = min(max((w.car_pos[car] - w.point_s[point]) / length, 0.0), 1.0)
    x = w.point_x[point] + part * (w.point_x[point + 1] - w.point_x[point])
    y = w.point_y[point] + part * (w.point_y[point + 1] - w.point_y[point])
    return x, y, w.point_heading[point]


@kernel
def observe_own(w, seat, car, x, y, heading, fork, out):
    """Place, heading, speed, seconds to the next fork, whether it is on a link, how long it has stood."""
    lane = w.car_lane[car]
    out[0], out[1] = clip((x - MIDDLE) / REACH), clip((y - MIDDLE) / REACH)
    out[2], out[3] = cos(heading), sin(heading)
    out[4] = clip(w.car_speed[car] / CITY)
    metres = max(w.lane_length[lane] - w.car_pos[car], 0.0)
    if int(w.lane_kind[lane]) == LINK:
        out[5] = 1.0
        metres += w.lane_length[fork] if fork >= 0 else 0.0
    out[6] = clip(metres / CITY / 10.0)
    out[7] = clip(w.standing[seat] / MINUTE)


@kernel
def observe_losses(w, seat, car, out, at):
    """Seconds beyond free flow: in the street that the car is on or came from so far, and in the one before."""
    out[at] = clip(lost_so_far(w, seat, car) / MINUTE)
    if w.street_before[seat] >= 0:
        out[at + 1] = clip(w.met[seat, w.street_before[seat]] / MINUTE)


@kernel
def lost_so_far(w, seat, car):
    """Seconds beyond free flow since a seat's car came into its street; all of it on the link after it."""
    street, lane = int(w.street[seat]), int(w.car_lane[car])
    free = w.lane_free[lane_in(w, street)]
    if int(w.lane_kind[lane]) != LINK:
        free *= min(max(w.car_pos[car] / max(w.lane_length[lane], 1.0), 0.0), 1.0)
    spent = WARM_UP + w.tick * TICK - w.street_since[seat]
    return min(max(spent - free, 0.0), WORST)


@kernel
def observe_goal(w, car, x, y, heading, trip, out, at):
    """Where the goal lies as seen from the car, how far it is, free-flow seconds to it, which of the stops it is."""
    road = int(w.stop_road[trip])
    dx, dy = middle_x(w, road) - x, middle_y(w, road) - y
    metres = np.sqrt(dx * dx + dy * dy)
    ahead, aside = cos(heading), sin(heading)
    out[at] = (dx * ahead + dy * aside) / max(metres, 1.0)
    out[at + 1] = (dy * ahead - dx * aside) / max(metres, 1.0)
    out[at + 2] = clip(metres / REACH)
    out[at + 3] = clip(seconds_left(w, car, trip) / MINUTE)
    out[at + 4 + trip % STOPS] = 1.0


@kernel
def observe_turn(w, link, trip, best, out, at):
    """Of one turn: that it is there, free-flow detour by it, width of the street, cars at its beginning, the goal."""
    if link < 0:
        return
    after = int(w.lane_next[link, 0])
    street = int(w.lane_street[after])
    out[at] = 1.0
    out[at + 1] = clip((w.to_go[link, trip] - best) / MINUTE)
    out[at + 2] = 1.0 if w.to_go[link, trip] <= best else 0.0
    out[at + 3] = 1.0 if w.lane_left[after] >= 0 or w.lane_right[after] >= 0 else 0.0
    out[at + 4] = clip(cars_in(w, after, 0.0, SIGHT) / MANY)
    out[at + 5] = clip(standing_in(w, after, 0.0, SIGHT) / MANY)
    out[at + 6] = 1.0 if street // 2 == w.stop_road[trip] else 0.0


@kernel
def name_those_in_sight(w, seat, car, fork, trip, out, at):
    """The street that the car is on or came from, the one before it, and the next ones of the quickest way on empty
    roads that begins with each turn: their names (see `World.things`), which people see as places on the map.
    """
    most = len(w.been[seat])
    lane = int(w.car_lane[car])
    street = int(w.lane_street[lane]) if int(w.lane_kind[lane]) != LINK else int(w.street[seat])
    out[at] = (street + 1) / most
    out[at + 1] = (int(w.street_before[seat]) + 1) / most
    for turn in range(TURNS):
        street = street_of_turn(w, fork, turn, trip)
        for place in range(DEPTH):
            out[at + NOTED + turn * DEPTH + place] = (street + 1) / most
            street = int(w.street_after[street, trip]) if street >= 0 else -1


@kernel
def street_of_turn(w, fork, turn, trip):
    """The street that a turn leads into; −1 none."""
    link = option(w, fork, turn, trip)
    return int(w.lane_street[w.lane_next[link, 0]]) if link >= 0 else -1


@kernel
def observe_queue(w, seat, car, out, at):
    """The own lane: cars ahead in sight, those that stand, and the turn that is aimed at."""
    ahead, cars, standing = w.car_ahead[car], 0.0, 0.0
    while ahead >= 0 and w.car_pos[ahead] - w.car_pos[car] < SIGHT:
        cars += 1.0
        standing += 1.0 if w.car_speed[ahead] < HALTING else 0.0
        ahead = w.car_ahead[ahead]
    out[at] = clip(cars / MANY)
    out[at + 1] = clip(standing / MANY)
    if w.aim[seat] >= 0:
        out[at + 2] = turn_of_link(w, w.aim[seat]) - 1.0


@kernel
def reveal(w, seat, out):
    """The hidden task: the true detours by all turns, the seconds lost in the streets that are named on their ways;
    load, drivers, true seconds to go.
    """
    at = 2 * TURNS + TOLD_LOST
    out[at] = w.load
    out[at + 1] = w.mean_headway - 1.0
    out[at + 2] = w.mean_brisk - 1.4
    out[at + 3] = 10.0 * w.truck_share
    car = w.ride[seat]
    fork = fork_of(w, w.car_lane[car]) if car >= 0 else -1
    if fork < 0:
        return
    trip = trip_at(w, seat, fork)
    best = 1e9
    for turn in range(TURNS):
        link = option(w, fork, turn, trip)
        best = min(best, w.true_to_go[link, trip]) if link >= 0 else best
    for turn in range(TURNS):
        reveal_turn(w, fork, trip, best, out, turn)
    out[at + 1 + TOLD_DRIVERS] = clip(best / MINUTE)


@kernel
def reveal_turn(w, fork, trip, best, out, turn):
    """Of one turn: the true detour, whether there is none, the seconds lost in each street that is named on its way."""
    link = option(w, fork, turn, trip)
    if link < 0:
        return
    out[turn] = clip((w.true_to_go[link, trip] - best) / MINUTE)
    out[TURNS + turn] = 1.0 if w.true_to_go[link, trip] <= best else 0.0
    street = street_of_turn(w, fork, turn, trip)
    for place in range(DEPTH):
        if street >= 0:
            out[2 * TURNS + turn * DEPTH + place] = clip(lost_in(w, street) / MINUTE)
            street = int(w.street_after[street, trip])


@kernel
def lost_in(w, street):
    """Seconds beyond free flow that a street takes in the mean, over its lanes."""
    lost, lanes = 0.0, 0
    for index in range(MOST_LANES):
        lane = int(w.road_lane[street // 2, street % 2, index])
        if lane >= 0:
            lost += w.lane_mean[lane] - w.lane_free[lane]
            lanes += 1
    return lost / max(lanes, 1)
