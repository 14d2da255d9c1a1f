"""Wayfinders: what each kind of bot makes of a fork. Once it has made up its mind it keeps to it, unless it stands."""

import numpy as np

from worlds.kit.chance import integer, uniform
from worlds.kit.kernel import kernel
from worlds.road.lanes.crossings import FAR
from worlds.traffic.routes.constants import KEEP, LEFT, RIGHT, SIGHT, STANDING, STOPS, TURNS
from worlds.traffic.routes.roster import kind, knob
from worlds.traffic.routes.task import middle_x, middle_y
from worlds.traffic.routes.ways import fork_of, option, search, trip_at


@kernel
def act(w, seat):
    """One decision: ``action[seat, 0]`` is the turn at the next fork."""
    car = w.ride[seat]
    fork = fork_of(w, w.car_lane[car]) if car >= 0 else -1
    w.action[seat, 0] = KEEP
    if fork < 0:
        return
    trip = trip_at(w, seat, fork)
    sign = fork * STOPS + trip % STOPS
    if sign == w.bot_sign[seat] and w.standing[seat] < w.bot_knob[seat, knob.patience]:
        w.action[seat, 0] = w.bot_turn[seat]
        return
    again = sign == w.bot_sign[seat]
    w.bot_sign[seat] = sign
    w.bot_turn[seat] = decide(w, seat, fork, trip, again)
    w.action[seat, 0] = w.bot_turn[seat]


@kernel
def decide(w, seat, fork, trip, again):
    """The cheapest turn as this kind of bot reckons; now and then any."""
    mine, best, found = w.bot_kind[seat], FAR, KEEP
    luck, which = uniform(w), integer(w, TURNS)
    wanders = luck < w.bot_knob[seat, knob.wander]
    if mine == kind.learner:
        expect(w, seat, trip)
    for turn in range(TURNS):
        link = option(w, fork, turn, trip)
        if link < 0:
            continue
        if wanders and turn == which:
            return turn
        cost = reckon(w, seat, mine, link, turn, trip)
        if again and mine == kind.impatient and turn == w.bot_turn[seat]:
            cost += w.bot_knob[seat, knob.detour]
        if cost < best:
            best, found = cost, turn
    return found


@kernel
def reckon(w, seat, mine, link, turn, trip):
    """Seconds, or what this kind of bot takes for them, of a turn."""
    free = w.to_go[link, trip]
    after = int(w.lane_next[link, 0])
    street = int(w.lane_street[after])
    if mine == kind.compass:
        habit = w.bot_knob[seat, knob.habit]
        return (1.0 - habit) * free + habit * metres_from(w, street, int(w.stop_road[trip])) / 8.0
    if mine == kind.looker:
        cars, standing = cars_in(w, after, 0, SIGHT), standing_in(w, after, 0, SIGHT)
        return free + w.bot_knob[seat, knob.per_car] * cars + w.bot_knob[seat, knob.per_standing] * standing
    if mine == kind.herd:
        return free - w.bot_knob[seat, knob.per_car] * cars_in(w, after, 0, SIGHT)
    if mine == kind.main_roads:
        return free - (w.bot_knob[seat, knob.wide] if w.lane_left[after] >= 0 or w.lane_right[after] >= 0 else 0.0)
    if mine == kind.left_handed:
        return free - (w.bot_knob[seat, knob.detour] if turn == LEFT else 0.0)
    if mine == kind.right_handed:
        return free - (w.bot_knob[seat, knob.detour] if turn == RIGHT else 0.0)
    if mine == kind.outskirts:
        return free - w.bot_knob[seat, knob.pull] * metres_out(w, street) / 100.0
    if mine == kind.explorer:
        return free - (w.bot_knob[seat, knob.fresh] if int(w.been[seat, street]) == 0 else 0.0)
    if mine == kind.learner:
        return w.way_cost[link]
    if mine == kind.knowing:
        trust = w.bot_knob[seat, knob.trust]
        return (1.0 - trust) * free + trust * w.true_to_go[link, trip]
    return free


@kernel
def end_of(w, street):
    """The node that a street leads to."""
    return int(w.road_b[street // 2]) if street % 2 == 0 else int(w.road_a[street // 2])


@kernel
def metres_from(w, street, road):
    """Metres from the end of a street to the middle of a road, as the crow flies; 0 on it."""
    if street // 2 == road:
        return 0.0
    node = end_of(w, street)
    dx, dy = w.node_x[node] - middle_x(w, road), w.node_y[node] - middle_y(w, road)
    return np.sqrt(dx * dx + dy * dy)


@kernel
def metres_out(w, street):
    """Metres from the middle of the town to the end of a street."""
    x, y = 0.0, 0.0
    for junction in range(len(w.arms)):
        x += w.node_x[junction] / len(w.arms)
        y += w.node_y[junction] / len(w.arms)
    node = end_of(w, street)
    return np.sqrt((w.node_x[node] - x) * (w.node_x[node] - x) + (w.node_y[node] - y) * (w.node_y[node] - y))


@kernel
def cars_in(w, lane, begin, end):
    """Cars on a stretch of a street, all its lanes; m from its beginning."""
    return count_in(w, lane, begin, end, 1e9)


@kernel
def standing_in(w, lane, begin, end):
    """Those of them that stand."""
    return count_in(w, lane, begin, end, STANDING)


@kernel
def count_in(w, lane, begin, end, fastest):
    """Cars slower than ``fastest`` on a stretch of a street: on this lane and those beside it."""
    left, right = w.lane_left[lane], w.lane_right[lane]
    beside = count_on(w, left, begin, end, fastest) + count_on(w, right, begin, end, fastest)
    return count_on(w, lane, begin, end, fastest) + beside


@kernel
def count_on(w, lane, begin, end, fastest):
    """Those on one lane; none on lane −1."""
    count = 0.0
    car = w.lane_tail[lane] if lane >= 0 else -1
    while car >= 0 and w.car_pos[car] < end:
        if w.car_pos[car] >= begin and w.car_speed[car] < fastest:
            count += 1.0
        car = w.car_ahead[car]
    return count


# --- what the learner remembers ----------------------------------------------------------------------------------


@kernel
def remember(w, seat, street, delay):
    """What a street cost this time goes into what is expected of it."""
    if w.bot_kind[seat] == kind.learner:
        w.learnt[seat, street] += w.bot_knob[seat, knob.pace] * (delay - w.learnt[seat, street])


@kernel
def expect(w, seat, trip):
    """Leave the seconds to the end of a trip in ``way_cost``, by what is expected of every street."""
    for lane in range(int(w.lanes)):
        street = int(w.lane_street[lane])
        w.lane_guess[lane] = w.lane_free[lane] + (max(w.learnt[seat, street], 0.0) if street >= 0 else 0.0)
    search(w, int(w.stop_road[trip]), w.lane_guess)
