"""Driving styles. Lane changes are weighed as MOBIL does, with what a bot can see."""

from worlds.kit.chance import integer, uniform
from worlds.kit.kernel import kernel
from worlds.kit.road.fields import RAMP
from worlds.traffic.highway.constants import (
    BRAKE,
    CAMERA_AT,
    CAMERAS,
    CRUISE,
    EASE,
    KEEP,
    LEFT,
    LIMIT,
    PUSH,
    RIGHT,
    TICK,
    TICKS_PER_DECISION,
    TOLERANCE,
)
from worlds.traffic.highway.looking import UNSAFE, gain_of, place_of
from worlds.traffic.highway.roster import COMMUTER, HASTY, LOCAL, RANDOM, STEADY, TIMID, WARY, WAVERING, WEAVER

DECISION = TICK * TICKS_PER_DECISION  # s
SLOWING = 4.0  # m/s² at which one slows down before a camera
GENTLY = 2.0  # m/s too fast; more asks for the brake
ENDING = 150.0  # m before the end of a lane from where every bot but the random one leaves it


@kernel
def act(w, seat):
    """One decision: ``action[seat]`` is pedal and wheel."""
    kind, car = w.bot_kind[seat], w.ride[seat]
    if car < 0:
        return
    pedal, wheel = CRUISE, KEEP
    if kind == RANDOM:
        if uniform(w) < w.bot_knob[seat, 0]:
            w.action[seat, 0], wheel = integer(w, 4), integer(w, 3)
            w.action[seat, 1] = wheel if may_steer(w, car, wheel) else KEEP
        else:
            w.action[seat, 1] = KEEP
        return
    if kind == STEADY:
        pedal = EASE if uniform(w) < w.bot_knob[seat, 0] else CRUISE
    elif kind == COMMUTER:
        wheel = better_side(w, car, w.bot_knob[seat, 0])
    elif kind == HASTY:
        pedal, wheel = PUSH, better_side(w, car, w.bot_knob[seat, 0])
    elif kind == LOCAL:
        pedal, wheel = mind_cameras(w, car, True), better_side(w, car, w.bot_knob[seat, 0])
    elif kind == WARY:
        pedal, wheel = mind_cameras(w, car, False), better_side(w, car, w.bot_knob[seat, 0])
    elif kind == WEAVER:
        pedal, wheel = PUSH, better_side(w, car, -w.bot_knob[seat, 0])
    elif kind == WAVERING:
        late = w.tick * TICK / w.bot_knob[seat, 0]
        pedal = PUSH if int(late) % 2 == 0 else EASE
        if w.car_speed[car] < 15.0:
            pedal = CRUISE
        wheel = better_side(w, car, w.bot_knob[seat, 1])
    elif kind == TIMID:
        pedal, wheel = keep_back(w, car, w.bot_knob[seat, 0]), rightwards(w, car)
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
