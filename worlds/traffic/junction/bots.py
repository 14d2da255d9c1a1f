"""Driving styles. They see what the seat sees: others round the corner only from near the line."""

import numpy as np

from worlds.kit.chance import integer, uniform
from worlds.kit.kernel import kernel
from worlds.road.drivers.yielding import STAND
from worlds.road.layouts.crossroads import is_stop
from worlds.traffic.junction.constants import BRAKING, CRUISE, HARD, PUSH, ROLL, TO_LINE
from worlds.traffic.junction.looking import (
    BODY,
    BY_CUSTOM,
    ENTERED,
    EVERYBODY,
    FAR,
    SHARP,
    first_yield,
    is_met,
    link_ahead,
    sees,
)
from worlds.traffic.junction.roster import kind, knob

THINK = 1.0  # s; a decision
CLOSE = 3.5  # m that a bot wants to keep from a conflict when it has to stop beyond the line
FIRM = 1.0  # m/s²; more asks for the brake
DAWDLING = 6.0  # m/s of one who takes his time


@kernel
def act(w, seat):
    """One decision: ``action[seat]`` is the pedal."""
    mine, car = w.bot_kind[seat], w.ride[seat]
    w.action[seat, 0] = CRUISE
    if car < 0:
        return
    if mine == kind.random:
        if uniform(w) < w.bot_knob[seat, knob.fidget]:
            w.action[seat, 0] = ROLL if uniform(w) < w.bot_knob[seat, knob.slow] else integer(w, 5)
        return
    link, away = link_ahead(w, car)
    if mine == kind.forcing:
        w.action[seat, 0] = force(w, seat, car, link, away)
    elif link < 0:
        w.action[seat, 0] = PUSH if is_bold(mine) else CRUISE
    elif mine == kind.constant:
        w.action[seat, 0] = keep_speed(w, seat, car, link, away)
    elif mine == kind.waiting:
        w.action[seat, 0] = wait(w, seat, car, link, away)
    elif mine == kind.racing:
        w.action[seat, 0] = race(w, seat, car, link, away)
    elif mine == kind.bluffing:
        w.action[seat, 0] = bluff(w, seat, car, link, away)
    else:
        w.action[seat, 0] = negotiate(w, seat, car, link, away, mine)


@kernel
def is_bold(mine):
    """Whether a style speeds up once it goes."""
    return mine in (kind.pushy, kind.local)


@kernel
def negotiate(w, seat, car, link, away, mine):
    """Cautious, normal, pushy, local and hesitant: slow down until one sees, then go or stop."""
    gap, approach = w.bot_knob[seat, knob.gap], w.bot_knob[seat, knob.approach]
    manner = BY_CUSTOM if mine == kind.local else EVERYBODY
    go = PUSH if is_bold(mine) else CRUISE
    if mine != kind.pushy and mine != kind.hesitant and w.stood[seat] > w.bot_knob[seat, knob.patience]:
        gap *= 0.5
    if away < ENTERED and mine == kind.hesitant and uniform(w) < w.bot_knob[seat, knob.doubt]:
        return TO_LINE
    if mine == kind.local and w.halted[seat] < STAND and away > ENTERED and is_stop(w, int(w.lane_arm[link])):
        return TO_LINE
    if not sees(w, away):
        if mine == kind.local:
            first = first_yield(w, link)
            if first >= FAR:
                return CRUISE
            approach = min(approach, safe_speed(w.sight + first - CLOSE))
        return slow_to(w, car, away - w.sight, approach)
    return go_or_stop(w, car, link, away, gap, manner, go)


@kernel
def safe_speed(metres):
    """The speed from which one stops within some metres, half a second's thought included."""
    thought = -THINK * BRAKING
    return np.sqrt(thought * thought - 2.0 * BRAKING * max(metres, 0.0)) - thought


@kernel
def go_or_stop(w, car, link, away, gap, manner, go):
    """The pedal to go, unless somebody is in the way and one can still stop: before the line, or before meeting him."""
    left = blocked_at(w, car, link, away, gap, manner, go)
    if left < 0.0:
        return go
    brake = w.car_speed[car] * w.car_speed[car] / (-2.0 * BRAKING)
    if away > brake:
        return TO_LINE
    return HARD if left > brake + BODY else go


@kernel
def blocked_at(w, car, link, away, gap, manner, go):
    """Metres to the first conflict where one who goes first, or is there already, would come near; −1 for none."""
    found = -1.0
    first = int(w.lane_conflict[link])
    for side in range(first, first + int(w.lane_conflicts[link])):
        left = away + w.conflict_here[side]
        if left >= 0.0 and (found < 0.0 or left < found) and is_met(w, car, link, away, side, gap, manner, go):
            found = left
    return found


@kernel
def slow_to(w, car, metres, speed):
    """The pedal that brings a car to a speed within some metres."""
    excess = w.car_speed[car] * w.car_speed[car] - speed * speed
    need = excess / (2.0 * max(metres, 0.5))
    return HARD if need > SHARP else ROLL if need > FIRM else CRUISE if excess < 0.0 or metres > 8.0 else ROLL


@kernel
def force(w, seat, car, link, away):
    """Never slow down; some brake when somebody is right ahead."""
    pedal = PUSH if uniform(w) < w.bot_knob[seat, knob.hurry] else CRUISE
    if link >= 0 and sees(w, away) and uniform(w) < w.bot_knob[seat, knob.fear]:
        return go_or_stop(w, car, link, away, 0.0, EVERYBODY, pedal)
    return pedal


@kernel
def keep_speed(w, seat, car, link, away):
    """A steady speed; brake only for somebody who will be there at the same moment."""
    speed = w.car_speed[car]
    steady = ROLL if speed > w.bot_knob[seat, knob.speed] else CRUISE
    if not sees(w, away):
        return steady
    return go_or_stop(w, car, link, away, w.bot_knob[seat, knob.reach], EVERYBODY, steady)


@kernel
def wait(w, seat, car, link, away):
    """Stop at the line, wait, then go once nobody comes."""
    if away > ENTERED and w.halted[seat] < STAND:
        return TO_LINE
    if away > ENTERED and w.stood[seat] < w.bot_knob[seat, knob.wait]:
        return TO_LINE
    if not sees(w, away):
        return ROLL
    return go_or_stop(w, car, link, away, w.bot_knob[seat, knob.gap], EVERYBODY, PUSH)


@kernel
def bluff(w, seat, car, link, away):
    """Drive on at full speed; stop hard if the other has not given in when it is nearly too late."""
    if not sees(w, away):
        return CRUISE
    left = blocked_at(w, car, link, away, w.bot_knob[seat, knob.gap], EVERYBODY, CRUISE)
    brake = w.car_speed[car] * w.car_speed[car] / (-2.0 * BRAKING)
    late = left > brake and left < brake + w.bot_knob[seat, knob.nerve] * w.car_speed[car]
    return HARD if late else CRUISE


@kernel
def race(w, seat, car, link, away):
    """Roll up to the line and on; push on to be first where somebody comes, stop hard when it is nearly too late."""
    if not sees(w, away):
        return slow_to(w, car, away - w.sight, DAWDLING)
    left = blocked_at(w, car, link, away, w.bot_knob[seat, knob.gap], EVERYBODY, PUSH)
    if left < 0.0:
        return ROLL if w.car_speed[car] > DAWDLING else CRUISE
    brake = w.car_speed[car] * w.car_speed[car] / (-2.0 * BRAKING)
    late = left > brake and left < brake + w.bot_knob[seat, knob.nerve] * w.car_speed[car]
    return HARD if late else PUSH
