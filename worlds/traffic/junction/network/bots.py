"""Driving styles at a given junction: as anywhere; where a light holds one's way, they look at it first."""

from worlds.kit.chance import uniform
from worlds.kit.kernel import kernel
from worlds.road.drivers.precedence import is_red
from worlds.road.fields import GREEN
from worlds.traffic.junction.bots import act as act_anywhere
from worlds.traffic.junction.bots import is_bold
from worlds.traffic.junction.constants import BRAKING, CRUISE, PUSH, TO_LINE
from worlds.traffic.junction.looking import BY_CUSTOM, ENTERED, is_met, link_ahead
from worlds.traffic.junction.roster import kind, knob


@kernel
def act(w, seat):
    """One decision: ``action[seat]`` is the pedal."""
    car, mine = w.ride[seat], w.bot_kind[seat]
    link, away = link_ahead(w, car) if car >= 0 else (-1, 0.0)
    if link < 0 or w.lane_group[link] < 0 or mine == kind.random:
        act_anywhere(w, seat)
        return
    go = PUSH if is_bold(mine) or mine == kind.racing else CRUISE
    w.action[seat, 0] = go
    gap = w.bot_knob[seat, knob.gap] if has_gap(mine) else 0.0
    waits = int(w.group_state[w.lane_group[link]]) != GREEN or is_blocked(w, car, link, away, gap, go)
    if waits and away > w.car_speed[car] * w.car_speed[car] / (-2.0 * BRAKING):
        w.action[seat, 0] = TO_LINE
    if mine == kind.hesitant and away < ENTERED and uniform(w) < w.bot_knob[seat, knob.doubt]:
        w.action[seat, 0] = TO_LINE


@kernel
def has_gap(mine):
    """Whether a style has a gap that it wants."""
    return mine != kind.forcing and mine != kind.constant


@kernel
def is_blocked(w, car, link, away, gap, go):
    """Whether one who has green must let somebody pass who has it too and goes first, or who is still in his way."""
    first = int(w.lane_conflict[link])
    for side in range(first, first + int(w.lane_conflicts[link])):
        other = int(w.conflict_lane[side])
        if is_red(w, other) and w.lane_head[other] < 0:
            continue
        if is_met(w, car, link, away, side, gap, BY_CUSTOM, go):
            return True
    return False
