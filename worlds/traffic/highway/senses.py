"""What the seats of the highway see and know, piece by piece."""

import numpy as np

from worlds.kit.kernel import kernel
from worlds.road.drivers.changing import last_before, metres_before
from worlds.road.fields import RAMP
from worlds.road.layouts.motorways import MAIN, NO_RAMP, is_open
from worlds.traffic.highway.constants import (
    CAMERA_AT,
    CAMERAS,
    CUTS_IN,
    DECISIONS,
    FAST,
    FLEETS,
    LENGTH,
    LIMIT,
    METRES,
    NOBODY,
    SECTIONS,
    SIGHT,
    STOPS_SHORT,
    TICKS_PER_DECISION,
)
from worlds.traffic.highway.looking import UNSAFE, gain_of, next_in, place_of

OWN = 8
LANES = 3 * 4  # the left one, the own, the right one
ADVICE = 2 * 2  # a change to the left, to the right
BLINKS = np.array([0.0, -1.0, 1.0])  # none, left, right
VEHICLE = 5 + FLEETS  # near, closing, length, brakes, indicator; fleet (one-hot)
NEIGHBOURS = 3 * 2 * VEHICLE  # ahead and behind in each
PLAN = 1 + 2 * CAMERAS  # the next camera: how near, which; what each did
NEWS = 4  # fined, let off; cut in, stopped short
NOTED = 2  # names of what the news is of: a camera, a firm
NAMED = NOTED + 1 + 6  # with the next camera, and the firms of those ahead and behind in each lane
THINGS = CAMERAS + FLEETS
TOLD_PLAN = CAMERAS + SECTIONS * (1 + MAIN)
TOLD_NEXT = 1 + 2 * 6  # the next camera; of each neighbour whether its fleet cuts in, and stops short
NEXT_WORDS = tuple(
    f"{side}{place}-{habit}"
    for side in ("left-", "", "right-")
    for place in ("ahead", "behind")
    for habit in ("cuts", "stops")
)  # what each of those that are told of the neighbours is, as `reveal_neighbours` lays them out
SEEN = 2 * FLEETS  # by fleet: cut in, stopped short
TOLD_DRIVERS = 5
TOLD_FLEETS = 2 * FLEETS


@kernel
def observe(w, seat, out):
    """What a seat sees, in the order of the pieces; nothing once its drive is over."""
    for index in range(len(out)):
        out[index] = 0.0
    out[len(out) - 1] = w.tick / (DECISIONS * TICKS_PER_DECISION)
    car = w.ride[seat]
    if car < 0:
        return
    lane = w.car_lane[car]
    place = place_of(w, car)
    observe_own(w, car, place, out)
    observe_lane(w, w.lane_left[lane], car, out, OWN)
    observe_lane(w, lane, car, out, OWN + 4)
    observe_lane(w, w.lane_right[lane], car, out, OWN + 8)
    at = OWN + LANES
    for turn in range(2):
        gain = gain_of(w, car, 2 * turn - 1)
        out[at + 2 * turn] = 1.0 if gain > UNSAFE else 0.0
        out[at + 2 * turn + 1] = min(max(gain, -2.0), 2.0) if gain > UNSAFE else 0.0
    at += ADVICE
    names = at + NEIGHBOURS + PLAN + SEEN + NEWS + NOTED + 1
    observe_neighbours(w, w.lane_left[lane], car, out, at, names)
    observe_neighbours(w, lane, car, out, at + 2 * VEHICLE, names + 2)
    observe_neighbours(w, w.lane_right[lane], car, out, at + 4 * VEHICLE, names + 4)
    at += NEIGHBOURS
    observe_cameras(w, seat, place, out, at)
    at += PLAN
    for index in range(SEEN):
        out[at + index] = float((int(w.seen[seat]) >> index) & 1)
    observe_news(w, seat, out, at + SEEN)
    name_things(w, seat, place, out, at + SEEN + NEWS)


@kernel
def observe_news(w, seat, out, at):
    """What a camera, and what a driver of a firm, has just done."""
    camera, firm = w.camera_news[seat], w.firm_news[seat]
    out[at], out[at + 1] = 1.0 if camera > 0 else 0.0, 1.0 if camera < 0 else 0.0
    out[at + 2], out[at + 3] = 1.0 if firm > 0 else 0.0, 1.0 if firm < 0 else 0.0


@kernel
def name_things(w, seat, place, out, at):
    """Whom the news is of, then the next camera: cameras come first, then firms (`World.things`).

    The neighbours' firms follow, see `tell`. People see the box beside the road and the paint.
    """
    out[at] = abs(w.camera_news[seat]) / THINGS
    out[at + 1] = name_of_firm(abs(w.firm_news[seat]) - 1)
    for camera in range(CAMERAS - 1, -1, -1):
        if CAMERA_AT[camera] >= place:
            out[at + NOTED] = (camera + 1) / THINGS


@kernel
def name_of_firm(fleet):
    """The name of a firm, 0 for nobody's."""
    return (CAMERAS + fleet + 1) / THINGS if fleet >= 0 else 0.0


@kernel
def observe_cameras(w, seat, place, out, at):
    """How near the next camera is and which it is; what each did in this episode: 1 fined, −1 let one speed."""
    for camera in range(CAMERAS - 1, -1, -1):
        left = CAMERA_AT[camera] - place
        if left >= 0.0:
            out[at] = max(1.0 - left / METRES, 0.0)
            for other in range(CAMERAS):
                out[at + 1 + other] = 1.0 if other == camera else 0.0
        fined, spared = (int(w.fined[seat]) >> camera) & 1, (int(w.spared[seat]) >> camera) & 1
        out[at + 1 + CAMERAS + camera] = float(fined - spared)


@kernel
def section_of(place):
    """The section at a place."""
    return min(max(int(place / METRES), 0), SECTIONS - 1)


@kernel
def observe_own(w, car, place, out):
    """Speed, whether above the limit, acceleration, place, place in the section, whether it may change lanes."""
    speed = w.car_speed[car]
    out[0] = speed / FAST
    out[1] = speed / LIMIT - 1.0
    out[2] = w.car_accel[car] / 5.0
    out[3] = place / LENGTH
    out[4] = place / METRES - section_of(place)
    out[5] = 1.0 if w.car_cool[car] > 0.0 else 0.0
    out[6] = 1.0 if speed > LIMIT else 0.0
    out[7] = w.car_side[car] / 4.0


@kernel
def observe_lane(w, lane, car, out, at):
    """That there is such a lane, whether it ends, whether it leads off the motorway, how near its end is."""
    if lane < 0:
        return
    left = w.lane_length[lane] - w.car_pos[car]
    ends = int(w.lane_kind[lane]) == RAMP
    leaves = w.way[lane, w.car_goal[car]] < 0 and w.lane_next[lane, 0] >= 0
    out[at] = 1.0
    out[at + 1] = 1.0 if ends else 0.0
    out[at + 2] = 1.0 if leaves else 0.0
    out[at + 3] = max(1.0 - left / METRES, 0.0) if ends or leaves else 0.0


@kernel
def observe_neighbours(w, lane, car, out, at, names):
    """The vehicles ahead and behind in a lane, and at ``names`` the names of their firms."""
    if lane < 0:
        return
    ahead, gap, back, room = neighbours_in(w, lane, car)
    if ahead >= 0:
        tell(w, ahead, gap, w.car_speed[car] - w.car_speed[ahead], out, at, names)
    if back >= 0:
        tell(w, back, room, w.car_speed[back] - w.car_speed[car], out, at + VEHICLE, names + 1)


@kernel
def neighbours_in(w, lane, car):
    """The vehicles next to a car in a lane: who is ahead and how far, who is behind and how far (m); −1 for nobody."""
    pos = w.car_pos[car]
    ahead, gap = next_in(w, car, lane)
    front = ahead if ahead >= 0 and w.car_lane[ahead] == lane else -1
    if lane == w.car_lane[car]:
        back = w.car_behind[car]
    else:
        back = w.car_behind[front] if front >= 0 else w.lane_head[lane]
    if back < 0:
        back = last_before(w, lane)
    room = 0.0
    if back >= 0:
        behind = w.car_pos[back] if w.car_lane[back] == lane else -metres_before(w, lane, back)
        room = pos - w.car_length[car] - behind
    return ahead, gap, back, room


@kernel
def tell(w, other, gap, closing, out, at, name):
    """One vehicle in sight."""
    if gap < SIGHT:
        out[at] = min(1.0 - gap / SIGHT, 1.5)
        out[at + 1] = closing / 20.0
        out[at + 2] = w.car_length[other] / 10.0
        out[at + 3] = 1.0 if int(w.car_brakes[other]) == 1 else 0.0
        out[at + 4] = BLINKS[int(w.car_blink[other])]
        if w.fleet[other] != NOBODY:
            out[at + 5 + w.fleet[other]] = 1.0
            out[name] = name_of_firm(w.fleet[other])


@kernel
def reveal(w, seat, out):
    """The hidden task: live cameras, ramps, closed lanes, drivers, what fleets do, and what of it is near."""
    for camera in range(CAMERAS):
        out[camera] = float(int(w.live[camera]))
    for section in range(SECTIONS):
        out[CAMERAS + section] = 1.0 if int(w.section_ramp[section]) != NO_RAMP else 0.0
        for index in range(int(w.main_lanes)):
            out[CAMERAS + SECTIONS + section * MAIN + index] = 0.0 if is_open(w, section, index) else 1.0
    at = TOLD_PLAN
    out[at] = w.mean_headway - 1.3
    out[at + 1] = 5.0 * (w.mean_desire - 0.95)
    out[at + 2] = 2.0 * w.mean_polite
    out[at + 3] = 4.0 * w.truck_share
    out[at + 4] = 100.0 * w.density - 1.0
    at += TOLD_DRIVERS
    for fleet in range(FLEETS):
        out[at + fleet] = 1.0 if int(w.habit[fleet]) & CUTS_IN else 0.0
        out[at + FLEETS + fleet] = 1.0 if int(w.habit[fleet]) & STOPS_SHORT else 0.0
    car = w.ride[seat]
    if car >= 0:
        reveal_next(w, car, out, at + TOLD_FLEETS)


@kernel
def reveal_next(w, car, out, at):
    """What of the hidden task is near: whether the next camera is live, what the neighbours' fleets do."""
    place = place_of(w, car)
    for camera in range(CAMERAS - 1, -1, -1):
        if CAMERA_AT[camera] - place >= 0.0:
            out[at] = float(int(w.live[camera]))
    lane = w.car_lane[car]
    at += 1
    reveal_neighbours(w, w.lane_left[lane], car, out, at)
    reveal_neighbours(w, lane, car, out, at + 4)
    reveal_neighbours(w, w.lane_right[lane], car, out, at + 8)


@kernel
def reveal_neighbours(w, lane, car, out, at):
    """Of those who are seen ahead and behind in a lane, whether their fleets cut in, and stop short."""
    if lane < 0:
        return
    ahead, gap, back, room = neighbours_in(w, lane, car)
    if ahead >= 0 and gap < SIGHT:
        reveal_habit(w, ahead, out, at)
    if back >= 0 and room < SIGHT:
        reveal_habit(w, back, out, at + 2)


@kernel
def reveal_habit(w, other, out, at):
    """What the fleet of a vehicle does."""
    if w.fleet[other] != NOBODY:
        habit = int(w.habit[w.fleet[other]])
        out[at] = 1.0 if habit & CUTS_IN else 0.0
        out[at + 1] = 1.0 if habit & STOPS_SHORT else 0.0
