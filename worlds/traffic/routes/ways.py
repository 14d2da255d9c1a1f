"""The ways that seats take: streets and forks, seconds to every stop, and what a chosen turn asks of the car.

Every stop of every seat has its own column in ``way`` and ``steer``, behind those of the gates. A column is the
quickest way on empty roads but for the lanes before the next fork, which follow the seat's choice.
"""

from worlds.kit.kernel import kernel
from worlds.road.fields import EXIT, LINK
from worlds.road.lanes.crossings import CHANGE_COST, FAR, leftmost, seconds
from worlds.road.lanes.junctions import STRAIGHT
from worlds.road.lanes.network import wrap
from worlds.road.lanes.plan import MOST_LANES
from worlds.traffic.routes.constants import AHEAD, CHOICES, LEFT, QUICKEST, RIGHT, STOPS, TURN_ROUND, TURNS

STEPS = 2 * MOST_LANES + 2  # from a lane to the next street: beside it, onto a link, off it

# --- streets -----------------------------------------------------------------------------------------------------


@kernel
def name_streets(w):
    """Which street each lane belongs to (twice the road, plus the way), and where one comes back who left it."""
    for lane in range(len(w.lane_street)):
        w.lane_street[lane] = w.lane_back[lane] = -1
        w.lane_free[lane] = seconds(w, lane) if lane < w.lanes else 0.0
        w.lane_order[lane] = w.lane_rank[lane]
    for road in range(int(w.roads)):
        for way in range(2):
            for index in range(MOST_LANES):
                lane = w.road_lane[road, way, index]
                if lane >= 0:
                    w.lane_street[lane] = 2 * road + way
                    if int(w.lane_kind[lane]) == EXIT:
                        w.lane_back[lane] = w.road_lane[road, 1 - way, 0]


@kernel
def is_inner(w, road):
    """Whether a road joins two junctions."""
    return road < w.roads and w.road_b[road] < len(w.arms)


@kernel
def lane_in(w, street):
    """The right lane of a street."""
    return int(w.road_lane[street // 2, street % 2, 0])


@kernel
def lane_of(w, road):
    """The right lane of a road, the way that it has."""
    found = -1
    for way in range(1, -1, -1):
        for index in range(MOST_LANES):
            if w.road_lane[road, way, index] >= 0:
                found = int(w.road_lane[road, way, index])
    return found


@kernel
def turn_of_link(w, link):
    """LEFT, AHEAD or RIGHT."""
    first = int(w.lane_first[link])
    last = first + int(w.lane_points[link]) - 1
    bend = wrap(w.point_heading[last] - w.point_heading[first])
    return LEFT if bend < -STRAIGHT else RIGHT if bend > STRAIGHT else AHEAD


# --- seconds to a place ------------------------------------------------------------------------------------------


@kernel
def search(w, road, cost):
    """Fill ``way_cost`` with the seconds from the beginning of every lane to the middle of a road.

    Bellman and Ford's search against the traffic, ``cost``: s of each lane. Who leaves the town comes back.
    """
    for lane in range(len(w.way_cost)):
        w.way_cost[lane] = FAR
        street = int(w.lane_street[lane])
        if street >= 0 and street // 2 == road:
            w.way_cost[lane] = 0.5 * cost[lane]
    for _ in range(int(w.lanes)):
        if not shorten(w, cost):
            break


@kernel
def shorten(w, cost):
    """One round of the search; whether any way became shorter."""
    changed = False
    for lane in range(int(w.lanes) - 1, -1, -1):
        best = w.way_cost[lane]
        for index in range(w.lane_next.shape[1]):
            following = w.lane_next[lane, index]
            if following >= 0:
                best = min(best, w.way_cost[following] + cost[lane])
        if w.lane_back[lane] >= 0:
            best = min(best, w.way_cost[w.lane_back[lane]] + cost[lane] + TURN_ROUND)
        if w.lane_left[lane] >= 0:
            best = min(best, w.way_cost[w.lane_left[lane]] + CHANGE_COST)
        if w.lane_right[lane] >= 0:
            best = min(best, w.way_cost[w.lane_right[lane]] + CHANGE_COST)
        if best < w.way_cost[lane]:
            w.way_cost[lane] = best
            changed = True
    return changed


@kernel
def next_along(w, lane, cost):
    """The lane after this one on the way that `search` found, or beside it; −1 none."""
    best, found = FAR, -1
    for index in range(w.lane_next.shape[1]):
        following = w.lane_next[lane, index]
        if following >= 0 and w.way_cost[following] + cost[lane] < best:
            best, found = w.way_cost[following] + cost[lane], int(following)
    for beside in (w.lane_left[lane], w.lane_right[lane]):
        if beside >= 0 and w.way_cost[beside] + CHANGE_COST < best:
            best, found = w.way_cost[beside] + CHANGE_COST, int(beside)
    return found


@kernel
def find_trips(w):
    """Seconds to every stop on empty roads, and as they are; and the streets on the way there."""
    for trip in range(w.to_go.shape[1]):
        search(w, int(w.stop_road[trip]), w.lane_free)
        for lane in range(len(w.way_cost)):
            w.to_go[lane, trip] = w.way_cost[lane]
        for street in range(len(w.street_after)):
            w.street_after[street, trip] = find_street_after(w, street, trip)
        search(w, int(w.stop_road[trip]), w.lane_mean)
        for lane in range(len(w.way_cost)):
            w.true_to_go[lane, trip] = w.way_cost[lane]


@kernel
def find_street_after(w, street, trip):
    """The street after this one on the way that `search` found over empty roads; −1 where the trip ends, and none."""
    lane = -1
    for index in range(MOST_LANES):
        place = int(w.road_lane[street // 2, street % 2, index])
        if place >= 0 and (lane < 0 or w.way_cost[place] < w.way_cost[lane]):
            lane = place
    if street // 2 == w.stop_road[trip]:
        return -1
    for _ in range(STEPS if lane >= 0 else 0):
        lane = int(w.lane_back[lane]) if w.lane_back[lane] >= 0 else next_along(w, lane, w.lane_free)
        if lane < 0:
            return -1
        if w.lane_street[lane] >= 0 and w.lane_street[lane] != street:
            return int(w.lane_street[lane])
    return -1


@kernel
def column_of(w, trip):
    """The destination that a car with this trip has."""
    return w.way.shape[1] - w.to_go.shape[1] + trip


@kernel
def point_ways(w):
    """Every trip's column: the quickest way on empty roads."""
    for trip in range(w.to_go.shape[1]):
        column = column_of(w, trip)
        for lane in range(int(w.lanes)):
            w.way[lane, column] = best_after(w, lane, trip)
            w.steer[lane, column] = 0


@kernel
def best_after(w, lane, trip):
    """The successor of a lane that is nearest to a trip's end; −1 none."""
    best, found = FAR, -1
    for index in range(w.lane_next.shape[1]):
        following = w.lane_next[lane, index]
        if following >= 0 and w.to_go[following, trip] < best:
            best, found = w.to_go[following, trip], int(following)
    return found


# --- forks -------------------------------------------------------------------------------------------------------


@kernel
def fork_of(w, lane):
    """The leftmost lane before the next fork for who is in a lane; −1 on the way out of the town."""
    lane = int(lane)
    if int(w.lane_kind[lane]) == LINK:
        lane = int(w.lane_next[lane, 0])
    return -1 if int(w.lane_kind[lane]) == EXIT else leftmost(w, lane)


@kernel
def trip_at(w, seat, fork):
    """The trip that a turn at a fork is for: on the street of the stop itself it is the next one."""
    stop = int(w.stop[seat])
    if fork >= 0 and int(w.lane_street[fork]) // 2 == w.stop_road[seat * STOPS + stop]:
        stop = (stop + 1) % STOPS
    return seat * STOPS + stop


@kernel
def leads_out(w, link):
    """Whether a link leads out of the town."""
    return int(w.lane_kind[w.lane_next[link, 0]]) == EXIT


@kernel
def must_leave(w, fork):
    """Whether every way at a fork leads out of the town."""
    lane = fork
    while lane >= 0:
        for index in range(w.lane_next.shape[1]):
            link = w.lane_next[lane, index]
            if link >= 0 and not leads_out(w, link):
                return False
        lane = int(w.lane_right[lane])
    return True


@kernel
def option(w, fork, turn, trip):
    """The link that a turn at a fork means, from any of its lanes; −1 where there is none.

    Ways out of the town count only where there are no others.
    """
    best, found = FAR, -1
    leave = must_leave(w, fork)
    lane = fork
    while lane >= 0:
        for index in range(w.lane_next.shape[1]):
            link = w.lane_next[lane, index]
            if link >= 0 and leads_out(w, link) == leave and turn_of_link(w, link) == turn:
                if w.to_go[link, trip] < best:
                    best, found = w.to_go[link, trip], int(link)
        lane = int(w.lane_right[lane])
    return found


@kernel
def quickest(w, fork, trip):
    """The turn at a fork that is nearest to a trip's end on empty roads."""
    best, found = FAR, AHEAD
    for turn in range(TURNS):
        link = option(w, fork, turn, trip)
        if link >= 0 and w.to_go[link, trip] < best:
            best, found = w.to_go[link, trip], turn
    return found


# --- the car follows the choice ----------------------------------------------------------------------------------


@kernel
def guide(w, seat, car):
    """Point the lanes before the next fork to the street that the seat chose; at a new fork nothing is chosen yet."""
    fork = fork_of(w, w.car_lane[car])
    if fork != w.fork[seat]:
        w.fork[seat] = fork
        w.choice[seat] = QUICKEST
    sign = (fork * STOPS + int(w.stop[seat])) * CHOICES + int(w.choice[seat])
    if sign == w.guided[seat]:
        return  # the lanes point there already
    w.guided[seat] = sign
    w.aim[seat] = -1
    if fork < 0:
        return
    trip = trip_at(w, seat, fork)
    link = option(w, fork, int(w.choice[seat]), trip) if w.choice[seat] < TURNS else -1
    if link < 0:
        link = option(w, fork, quickest(w, fork, trip), trip)
    w.aim[seat] = link
    street = int(w.lane_street[w.lane_next[link, 0]])
    column = w.car_goal[car]
    lane, passed = fork, False
    while lane >= 0:
        serves = link_to(w, lane, street)
        w.way[lane, column] = serves if serves >= 0 else best_after(w, lane, trip)
        w.steer[lane, column] = 0 if serves >= 0 else (-1 if passed else 1)
        passed = passed or serves >= 0
        lane = int(w.lane_right[lane])


@kernel
def link_to(w, lane, street):
    """The link from a lane to a street; −1 none."""
    for index in range(w.lane_next.shape[1]):
        link = w.lane_next[lane, index]
        if link >= 0 and w.lane_street[w.lane_next[link, 0]] == street:
            return int(link)
    return -1


@kernel
def seconds_left(w, car, trip):
    """Seconds from a car's place to the end of a trip on empty roads."""
    lane = w.car_lane[car]
    part = min(max(w.car_pos[car] / max(w.lane_length[lane], 1.0), 0.0), 1.0)
    return max(w.to_go[lane, trip] - part * w.lane_free[lane], 0.0)


@kernel
def is_there(w, car, trip):
    """Whether a car has come to the middle of the street that its trip ends in."""
    lane = w.car_lane[car]
    on_it = w.lane_street[lane] >= 0 and int(w.lane_street[lane]) // 2 == w.stop_road[trip]
    return on_it and w.car_pos[car] >= 0.5 * w.lane_length[lane]
