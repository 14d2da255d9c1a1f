"""The ways of a relation: seconds to its end along each of them, which lanes lie on them, and what they truly take."""

from worlds.kit.kernel import kernel
from worlds.road.fields import EXIT, LINK
from worlds.road.lanes.crossings import FAR, leftmost, mark_sinks, next_lane, shorten


@kernel
def goal_of_way(w, seat, choice):
    """The destination that a way of a seat's relation has; −1 where it has no such way."""
    if choice >= w.relation_goal.shape[1]:
        return -1
    return int(w.relation_goal[w.relation[seat], choice])


@kernel
def entry_of_way(w, seat, choice):
    """The lane by which one sets out on a way."""
    return int(w.source_lane[w.relation_source[w.relation[seat], choice]])


@kernel
def find_ways(w, seat):
    """Seconds on empty roads to the end of a seat's relation: by the quickest way, and along each of its ways."""
    goal = goal_of_way(w, seat, 0)
    for lane in range(len(w.way_cost)):
        w.way_cost[lane] = FAR
    mark_sinks(w, goal)
    for _ in range(int(w.lanes)):
        if not shorten(w):
            break
    for lane in range(len(w.way_cost)):
        w.to_go[lane, seat] = w.way_cost[lane]
    for choice in range(w.relation_goal.shape[1]):
        for lane in range(len(w.way_cost)):
            w.left_by[seat, choice, lane] = FAR
        if goal_of_way(w, seat, choice) >= 0:
            follow_way(w, seat, choice)


@kernel
def follow_way(w, seat, choice):
    """The seconds that are left of one way at the beginning of each of its lanes, and of those beside them."""
    goal, lane = goal_of_way(w, seat, choice), entry_of_way(w, seat, choice)
    left = seconds_by(w, lane, goal, w.lane_free)
    for _ in range(2 * int(w.lanes)):
        beside = leftmost(w, lane)
        while beside >= 0:
            w.left_by[seat, choice, beside] = min(w.left_by[seat, choice, beside], left)
            beside = int(w.lane_right[beside])
        if int(w.lane_kind[lane]) == EXIT:
            return
        if w.steer[lane, goal] == 0:
            left -= w.lane_free[lane]
        lane = next_lane(w, lane, goal)
        if lane < 0:
            return


@kernel
def seconds_by(w, lane, goal, cost):
    """Seconds from the beginning of a lane to a destination, ``cost``: s of each lane; FAR where it leads nowhere."""
    total = 0.0
    for _ in range(2 * int(w.lanes)):
        if int(w.lane_kind[lane]) == EXIT:
            return total + cost[lane]
        if w.steer[lane, goal] == 0:
            total += cost[lane]
        lane = next_lane(w, lane, goal)
        if lane < 0:
            return FAR
    return FAR


@kernel
def place_of_seat(w, seat, choice):
    """The lane and the metres from which a way goes on: the car's, behind the junction that it is on, or the entry."""
    car = int(w.ride[seat])
    if car < 0:
        return entry_of_way(w, seat, choice), 0.0
    lane = int(w.car_lane[car])
    if int(w.lane_kind[lane]) == LINK:
        return int(w.lane_next[lane, 0]), 0.0
    return lane, w.car_pos[car]


@kernel
def is_open(w, seat, choice):
    """Whether a seat may take a way now: it has not set out yet, or is on that way."""
    if goal_of_way(w, seat, choice) < 0:
        return False
    if w.ride[seat] < 0:
        return True
    lane, _ = place_of_seat(w, seat, choice)
    return w.left_by[seat, choice, lane] < FAR


@kernel
def part_driven(w, lane, metres):
    """The share of a lane that lies behind, 0 to 1."""
    return min(max(metres / max(w.lane_length[lane], 1.0), 0.0), 1.0)


@kernel
def free_by(w, seat, choice):
    """Seconds on empty roads from where a seat is to the end of an open way."""
    lane, metres = place_of_seat(w, seat, choice)
    return max(w.left_by[seat, choice, lane] - part_driven(w, lane, metres) * w.lane_free[lane], 0.0)


@kernel
def true_by(w, seat, choice):
    """The same as the roads truly are in the mean."""
    lane, metres = place_of_seat(w, seat, choice)
    total = seconds_by(w, lane, goal_of_way(w, seat, choice), w.lane_mean)
    return max(total - part_driven(w, lane, metres) * w.lane_mean[lane], 0.0)


@kernel
def seconds_left(w, seat, car):
    """Seconds on empty roads from a car's place to the end of its seat's relation, by the quickest way."""
    lane = int(w.car_lane[car])
    return max(w.to_go[lane, seat] - part_driven(w, lane, w.car_pos[car]) * w.lane_free[lane], 0.0)


@kernel
def cars_ahead(w, seat, choice, sight, fastest):
    """Cars slower than ``fastest`` on the next ``sight`` metres of a way, in the lanes that it takes."""
    lane, start = place_of_seat(w, seat, choice)
    goal, count, far = goal_of_way(w, seat, choice), 0.0, 0.0
    for _ in range(2 * int(w.lanes)):
        car = int(w.lane_tail[lane])
        while car >= 0 and far + w.car_pos[car] - start < sight:
            if w.car_pos[car] > start and w.car_speed[car] < fastest and w.car_seat[car] != seat:
                count += 1.0
            car = int(w.car_ahead[car])
        if int(w.lane_kind[lane]) == EXIT:
            break
        if w.steer[lane, goal] == 0:
            far += w.lane_length[lane] - start
            start = 0.0
        lane = next_lane(w, lane, goal)
        if lane < 0 or far > sight:
            break
    return count
