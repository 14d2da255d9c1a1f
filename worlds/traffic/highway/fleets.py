"""Fleets: every vehicle has the paint of a firm, and nobody tells what the drivers of which firm do in this task.

Most are sound. Those of one firm change lanes without regard to who comes fast from behind, most of all when they are
overtaken; those of another brake hard for no cause that others see, most of all when somebody is close behind. When
they do so follows from a hash of the episode, the tick and the vehicle, not from the episode's stream of draws, so
arrivals stay paired whatever anybody does. The road core knows nothing of it: its drivers are given other wishes for a
while (a crawl, in a hurry), or are put into the next lane.
"""

import numpy as np

from worlds.kit.chance import child_key, integer, uniform
from worlds.kit.kernel import kernel
from worlds.kit.record import FOR_FINAL, FOR_TESTING
from worlds.road.drivers.changing import change, move_finger, wanted_side
from worlds.road.drivers.demand import chance
from worlds.road.drivers.driving import GAP
from worlds.road.drivers.making_room import LAST
from worlds.road.fields import RAMP
from worlds.traffic.highway.constants import (
    CLOSE,
    CRAWL,
    CUT_BRAKING,
    CUT_RATE,
    CUT_TEMPTED,
    CUT_TIME,
    CUTS_IN,
    FASTER,
    FLEETS,
    LIMIT,
    NOBODY,
    OVERTAKEN,
    ROOM,
    SIDES,
    SIGHT,
    STOP_BRAKING,
    STOP_RATE,
    STOP_TEMPTED,
    STOP_TIME,
    STOPS_SHORT,
    TICK,
    TRUSTED_BRAKING,
    WARNING,
)
from worlds.traffic.highway.looking import place_of

LAPSES = 5000  # children of the episode's key from here on are the ticks' own; those below are of vehicles
WHO, WHEN_CUT, WHEN_STOP, WHERE = range(4)  # draws
RAMP_LEFT = 100.0  # m; nobody cuts into less of a lane that ends


@kernel
def draw_habits(w, part):
    """One fleet cuts in and another stops short; in tests it may be the same one, in final two fleets cut in."""
    for fleet in range(FLEETS):
        w.habit[fleet] = 0
    cutting, other, same = integer(w, FLEETS), integer(w, FLEETS - 1), uniform(w) < 0.5
    other += 1 if other >= cutting else 0
    w.habit[cutting] = CUTS_IN
    w.habit[other] = STOPS_SHORT
    if part == FOR_TESTING and same:
        w.habit[cutting], w.habit[other] = CUTS_IN + STOPS_SHORT, 0
    elif part == FOR_FINAL:
        third = integer(w, FLEETS - 2)
        third += 1 if third >= min(cutting, other) else 0
        third += 1 if third >= max(cutting, other) else 0
        w.habit[third] = CUTS_IN


@kernel
def start_fleets(w):
    """Those who are under way already belong to a fleet."""
    for car in range(len(w.car_lane)):
        forget(w, car)
    for seat in range(len(w.ride)):
        w.seen[seat] = 0
    for car in range(len(w.car_lane)):
        if w.car_lane[car] >= 0:
            join_fleet(w, car)


@kernel
def forget(w, car):
    """No fleet, no lapse."""
    w.fleet[car] = NOBODY
    w.lapse[car] = w.own_desire[car] = w.own_comfort[car] = 0.0


@kernel
def luck(w, car, purpose):
    """A number in [0, 1) of a vehicle and a tick."""
    return chance(child_key(np.uint64(w.key), LAPSES + w.tick), 4 * car + purpose)


@kernel
def join_fleet(w, car):
    """Each fleet has as many vehicles as any other."""
    if w.car_seat[car] < 0:
        w.fleet[car] = int(luck(w, car, WHO) * FLEETS)


@kernel
def run_fleets(w):
    """One tick of every vehicle that no seat drives: new ones join, those of bad fleets have their lapses."""
    for car in range(len(w.car_lane)):
        if w.car_lane[car] < 0:
            forget(w, car)
        elif int(w.fleet[car]) == NOBODY:
            join_fleet(w, car)
        else:
            habit = int(w.habit[w.fleet[car]])
            if w.lapse[car] > 0.0:
                go_on(w, car)
            elif habit > 0 and w.car_side[car] == 0.0:
                tempt(w, car, habit)


@kernel
def tempt(w, car, habit):
    """Perhaps the indicator goes on, rather where somebody overtakes; perhaps the foot goes on the brake."""
    if habit & CUTS_IN:
        side = overtaken_on(w, car)
        if luck(w, car, WHEN_CUT) < (CUT_RATE if side == 0 else CUT_TEMPTED) * TICK:
            if side == 0:
                side = 1 if luck(w, car, WHERE) < 0.5 else -1
            if lane_beside(w, car, side) >= 0:
                w.car_blink[car] = 1 if side < 0 else 2
                start_lapse(w, car, WARNING)
                return
    if habit & STOPS_SHORT:
        back = w.car_behind[car]
        close = back >= 0 and w.car_pos[car] - w.car_length[car] - w.car_pos[back] < CLOSE
        if luck(w, car, WHEN_STOP) < (STOP_TEMPTED if close else STOP_RATE) * TICK:
            slow(w, car, STOP_BRAKING, STOP_TIME)
            witness(w, car, FLEETS)


@kernel
def start_lapse(w, car, seconds):
    """Nothing else is thought of meanwhile."""
    w.lapse[car] = seconds
    w.car_cool[car] = max(w.car_cool[car], seconds + TICK)


@kernel
def slow(w, car, braking, seconds):
    """Brake for no cause: the driver wishes to crawl for a while, and is in a hurry about it."""
    w.own_desire[car], w.own_comfort[car] = w.car_desire[car], w.car_comfort[car]
    w.car_desire[car], w.car_comfort[car] = CRAWL, braking
    start_lapse(w, car, seconds)


@kernel
def go_on(w, car):
    """A lapse takes its course: who braked drives on, who blinked cuts in and then slows down."""
    w.lapse[car] = max(w.lapse[car] - TICK, 0.0)
    if w.lapse[car] > 0.0:
        return
    if w.own_desire[car] > 0.0:
        w.car_desire[car], w.car_comfort[car] = w.own_desire[car], w.own_comfort[car]
        w.own_desire[car] = w.own_comfort[car] = 0.0
        return
    side = SIDES[int(w.car_blink[car])]
    if side != 0 and may_cut(w, car, side):  # the end of a section puts the indicator out, and with it the wish
        target = lane_beside(w, car, side)
        change(w, car, target, move_finger(w, target, -1, w.car_pos[car]), side)
        witness(w, car, 0)
        slow(w, car, CUT_BRAKING, CUT_TIME)


@kernel
def lane_beside(w, car, side):
    """The lane on a side, −1 none."""
    lane = w.car_lane[car]
    return w.lane_left[lane] if side < 0 else w.lane_right[lane]


@kernel
def overtaken_on(w, car):
    """The side on which somebody faster is close behind in the next lane, 0 neither."""
    for side in (-1, 1):
        target = lane_beside(w, car, side)
        if target >= 0:
            front = move_finger(w, target, -1, w.car_pos[car])
            back = w.car_behind[front] if front >= 0 else w.lane_head[target]
            if back >= 0:
                gap = w.car_pos[car] - w.car_length[car] - w.car_pos[back]
                if 0.0 < gap < OVERTAKEN and w.car_speed[back] > w.car_speed[car] + FASTER:
                    return side
    return 0


@kernel
def may_cut(w, car, side):
    """Whether there is a lane that goes on, and room in the eyes of one who takes nobody to be above the limit."""
    lane = w.car_lane[car]
    target = lane_beside(w, car, side)
    if target < 0 or wanted_side(w, car, lane) == -side or w.lane_length[lane] - w.car_pos[car] < LAST:
        return False
    if int(w.lane_kind[target]) == RAMP and w.lane_length[target] - w.car_pos[car] < RAMP_LEFT:
        return False
    if w.way[target, w.car_goal[car]] < 0 and w.lane_next[target, 0] >= 0:
        return False
    front = move_finger(w, target, -1, w.car_pos[car])
    if front >= 0:
        gap = w.car_pos[front] - w.car_length[front] - w.car_pos[car]
        if gap < ROOM or not could_brake(gap, w.car_speed[car] - w.car_speed[front]):
            return False
    back = w.car_behind[front] if front >= 0 else w.lane_head[target]
    if back < 0:
        return w.car_pos[car] > w.car_length[car] + GAP
    gap = w.car_pos[car] - w.car_length[car] - w.car_pos[back]
    return gap >= ROOM and could_brake(gap, min(w.car_speed[back], LIMIT) - w.car_speed[car])


@kernel
def could_brake(gap, closing):
    """Whether one who comes closer so fast could get rid of that within the gap."""
    return closing <= 0.0 or closing * closing < 2.0 * TRUSTED_BRAKING * gap


@kernel
def witness(w, car, first):
    """Whoever is near has seen what a driver of this fleet did."""
    for seat in range(len(w.ride)):
        own = w.ride[seat]
        if own >= 0 and abs(place_of(w, car) - place_of(w, own)) < SIGHT:
            w.seen[seat] = int(w.seen[seat]) | (1 << (first + int(w.fleet[car])))
            w.firm_news[seat] = w.fleet[car] + 1 if first == 0 else -w.fleet[car] - 1
