"""Driving styles. Lane changes are weighed as MOBIL does, with what a bot can see."""

from worlds.kit.chance import integer, uniform
from worlds.kit.kernel import kernel
from worlds.road.drivers.driving import acceleration
from worlds.road.fields import RAMP
from worlds.traffic.highway.constants import (
    ASSIST,
    BRAKE,
    CAMERA_AT,
    CAMERAS,
    CRUISE,
    CUTS_IN,
    EASE,
    HEADWAY,
    KEEP,
    LEFT,
    LIMIT,
    NOBODY,
    PUSH,
    RIGHT,
    TICK,
    TICKS_PER_DECISION,
    TOLERANCE,
)
from worlds.traffic.highway.looking import UNSAFE, gain_of, next_in, place_of
from worlds.traffic.highway.roster import kind, knob

DECISION = TICK * TICKS_PER_DECISION  # s
SLOWING = 4.0  # m/s² at which one slows down before a camera
CREEP, BESIDE, BEHIND = 4.0, 45.0, 60.0
GENTLY = 2.0  # m/s too fast; more asks for the brake
ENDING = 150.0  # m before the end of a lane from where every bot but the random one leaves it


@kernel
def act(w, seat):
    """One decision: ``action[seat]`` is pedal and wheel."""
    mine, car = w.bot_kind[seat], w.ride[seat]
    if car < 0:
        return
    pedal, wheel = CRUISE, KEEP
    if mine == kind.random:
        if uniform(w) < w.bot_knob[seat, knob.fidget]:
            w.action[seat, 0], wheel = integer(w, 4), integer(w, 3)
            w.action[seat, 1] = wheel if may_steer(w, car, wheel) else KEEP
        else:
            w.action[seat, 1] = KEEP
        return
    if mine == kind.steady:
        pedal = EASE if uniform(w) < w.bot_knob[seat, knob.dreaming] else CRUISE
    elif mine == kind.commuter:
        wheel = better_side(w, car, w.bot_knob[seat, knob.gain])
    elif mine == kind.hasty:
        pedal, wheel = PUSH, better_side(w, car, w.bot_knob[seat, knob.gain])
    elif mine == kind.local:
        pedal = min(mind_cameras(w, car, True), mind_fleets(w, car, True))
        wheel = better_side(w, car, w.bot_knob[seat, knob.gain])
    elif mine == kind.careful:
        pedal = min(mind_cameras(w, car, False), mind_fleets(w, car, False), keep_off(w, car))
        wheel = better_side(w, car, w.bot_knob[seat, knob.gain])
    elif mine == kind.wary:
        pedal, wheel = mind_cameras(w, car, False), better_side(w, car, w.bot_knob[seat, knob.gain])
    elif mine == kind.weaver:
        pedal, wheel = PUSH, better_side(w, car, -w.bot_knob[seat, knob.daring])
    elif mine == kind.wavering:
        late = w.tick * TICK / w.bot_knob[seat, knob.period]
        pedal = PUSH if int(late) % 2 == 0 else EASE
        if w.car_speed[car] < 15.0:
            pedal = CRUISE
        wheel = better_side(w, car, w.bot_knob[seat, knob.gain])
    elif mine == kind.leftmost:
        pedal, wheel = hurry_ahead(w, car, w.bot_knob[seat, knob.pressed]), leftwards(w, car)
    elif mine == kind.timid:
        pedal, wheel = keep_back(w, car, w.bot_knob[seat, knob.distance]), rightwards(w, car)
    if acceleration(w, car) < ASSIST:
        pedal = BRAKE
    if wheel == KEEP:
        wheel = leave_ending(w, car)
    w.action[seat, 0], w.action[seat, 1] = pedal, wheel


@kernel
def may_steer(w, car, wheel):
    """Whether a car may turn that way now."""
    if wheel == KEEP or w.car_cool[car] > 0.0:
        return False
    lane = w.car_lane[car]
    return (w.lane_left[lane] if wheel == LEFT else w.lane_right[lane]) >= 0


@kernel
def better_side(w, car, least):
    """The wheel towards the lane that gains most, if it gains more than ``least``."""
    left, right = gain_of(w, car, -1), gain_of(w, car, 1)
    if max(left, right) <= max(least, UNSAFE):
        return KEEP
    return LEFT if left >= right else RIGHT


@kernel
def rightwards(w, car):
    """The wheel to the right where that costs little."""
    return RIGHT if gain_of(w, car, 1) > -0.5 else KEEP


@kernel
def leftwards(w, car):
    """The wheel to the left wherever that is safe and the lane there goes on."""
    beside = w.lane_left[w.car_lane[car]]
    if beside < 0 or int(w.lane_kind[beside]) == RAMP:
        return KEEP
    return LEFT if gain_of(w, car, -1) > UNSAFE else KEEP


@kernel
def hurry_ahead(w, car, distance):
    """At the limit, faster while somebody is close behind."""
    back = w.car_behind[car]
    pressed = back >= 0 and w.car_pos[car] - w.car_length[car] - w.car_pos[back] < distance
    return PUSH if pressed else CRUISE


@kernel
def leave_ending(w, car):
    """The wheel away from a lane that ends soon."""
    lane = w.car_lane[car]
    if int(w.lane_kind[lane]) != RAMP or w.lane_length[lane] - w.car_pos[car] > ENDING:
        return KEEP
    left, right = gain_of(w, car, -1), gain_of(w, car, 1)
    if max(left, right) < UNSAFE:
        return KEEP
    return LEFT if left >= right else RIGHT


@kernel
def mind_cameras(w, car, knows):
    """Push on, but be slow enough where a camera stands: where one is live if it ``knows`` that, else at each."""
    place, speed = place_of(w, car), w.car_speed[car]
    allowed = TOLERANCE * LIMIT
    need = max(speed * speed - allowed * allowed, 0.0) / (2.0 * SLOWING) + max(speed, allowed) * DECISION
    for camera in range(CAMERAS):
        left = CAMERA_AT[camera] - place
        if 0.0 <= left < need and (int(w.live[camera]) == 1 or not knows):
            return BRAKE if speed > allowed + GENTLY else EASE if speed > allowed else CRUISE
    return PUSH


@kernel
def keep_back(w, car, distance):
    """Off the pedal while the vehicle ahead is near."""
    ahead = w.car_ahead[car]
    near = ahead >= 0 and w.car_pos[ahead] - w.car_length[ahead] - w.car_pos[car] < distance
    return EASE if near and w.car_speed[car] > 10.0 else CRUISE


@kernel
def mind_fleets(w, car, knows):
    """Push on, but creep past who may cut in: those of the fleet that does, if it ``knows`` that, else all."""
    lane = w.car_lane[car]
    return min(pass_gently(w, car, w.lane_left[lane], 2, knows), pass_gently(w, car, w.lane_right[lane], 1, knows))


@kernel
def keep_off(w, car):
    """Push on, but stay back from everyone ahead, who may stop short."""
    other, gap = next_in(w, car, w.car_lane[car])
    if other < 0 or gap > BEHIND or w.fleet[other] == NOBODY:
        return PUSH
    closing = w.car_speed[car] - w.car_speed[other]
    if closing > GENTLY:
        return BRAKE if closing > 3.0 * GENTLY else EASE
    return EASE if gap < HEADWAY[CRUISE] * w.car_speed[car] else CRUISE


@kernel
def pass_gently(w, car, beside, towards, knows):
    """The pedal for passing the next vehicle in a lane beside; ``towards``: its indicator on the side of the car."""
    if beside < 0:
        return PUSH
    other, gap = next_in(w, car, beside)
    if other < 0 or gap > BESIDE or gap < -w.car_length[other] or w.fleet[other] == NOBODY:
        return PUSH
    if knows and int(w.habit[w.fleet[other]]) & CUTS_IN == 0:
        return PUSH
    closing = w.car_speed[car] - w.car_speed[other]
    if closing > CREEP + GENTLY or (closing > 0.0 and int(w.car_blink[other]) == towards):
        return BRAKE
    return EASE if closing > CREEP else PUSH
