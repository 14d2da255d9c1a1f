"""What the seats of the junction see and know, piece by piece."""

from worlds.kit.kernel import kernel
from worlds.kit.maths import PI
from worlds.road.drivers.precedence import goes_first, is_first_come
from worlds.road.drivers.yielding import STAND
from worlds.road.fields import EXIT, LINK
from worlds.road.lanes.network import wrap
from worlds.road.layouts.crossroads import ARMS, bearing_to, is_stop
from worlds.road.layouts.roundabouts import MOST_ARMS
from worlds.traffic.junction.constants import EPISODE, FAST, LOOK, PAUSE, PUSH
from worlds.traffic.junction.looking import (
    EVERYBODY,
    comer,
    is_met,
    link_ahead,
    metres_to,
    seconds_of,
    seconds_to,
    sees,
)

OWN = 17 + 2 * MOST_ARMS
PER_ARM = 18
STREAMS = PER_ARM * ARMS
SIGHTED = 6  # of an arm's values, the first that tells of who comes from there
EVENTS = 4
CUSTOMS = 3
TOLD_FIRST = ARMS
TOLD_STOPS = 1 + MOST_ARMS
TOLD_DRIVERS = 7
TOLD_FLOWS = MOST_ARMS
UNSEEN = 1e9  # s


@kernel
def observe(w, seat, out):
    """What a seat sees, in the order of the pieces; its car is on the road or pauses."""
    observe_events(w, seat, out)
    car = int(w.ride[seat])
    if car < 0:
        return
    link, away = link_ahead(w, car)
    observe_own(w, seat, car, link, away, out)
    mine = heading_of(w, car)
    for arm in range(int(w.arm_count)):
        out[OWN + PER_ARM * arm] = 1.0
        out[OWN + PER_ARM * arm + 1] = wrap(bearing_to(w, arm) + PI - mine) / PI
    observe_met(w, seat, out)
    if link >= 0:
        observe_streams(w, car, link, away, out)


@kernel
def heading_of(w, car):
    """Heading of the lane a car is on, where it began."""
    return w.point_heading[w.lane_first[w.car_lane[car]]]


@kernel
def observe_events(w, seat, out):
    """Nothing but what has happened in this episode: crashes, crossings, the pause, the time."""
    for index in range(len(out)):
        out[index] = 0.0
    at = OWN + STREAMS
    out[at] = min(w.crashes[seat] / 3.0, 2.0)
    out[at + 1] = min(w.crossings[seat] / 4.0, 2.0)
    out[at + 2] = w.rest[seat] / PAUSE
    out[at + 3] = w.tick / EPISODE


@kernel
def observe_met(w, seat, out):
    """What the seat has met at each arm in this episode."""
    for arm in range(ARMS):
        out[OWN + PER_ARM * arm + 2] = float(int(w.gave[seat, arm]))
        out[OWN + PER_ARM * arm + 3] = float(int(w.took[seat, arm]))
    for arm in range(MOST_ARMS):
        out[OWN + PER_ARM * arm + 4] = float(int(w.fined[seat, arm]))
        out[OWN + PER_ARM * arm + 5] = float(int(w.spared[seat, arm]))


@kernel
def observe_own(w, seat, car, link, away, out):
    """Speed, limit, acceleration, the line, on the junction or behind it, the turn, sight, leader, wait, arms."""
    lane = int(w.car_lane[car])
    speed = w.car_speed[car]
    out[0] = speed / FAST
    out[1] = w.lane_limit[lane] / FAST
    out[2] = w.car_accel[car] / 6.0
    out[3] = away / 60.0
    out[4] = max(1.0 - max(away, 0.0) / 20.0, 0.0) if link >= 0 else 0.0
    out[5] = 1.0 if int(w.lane_kind[lane]) == LINK else 0.0
    out[6] = 1.0 if int(w.lane_kind[lane]) == EXIT else 0.0
    if link >= 0:
        first = int(w.lane_first[link])
        last = first + int(w.lane_points[link]) - 1
        out[7] = wrap(w.point_heading[last] - w.point_heading[first]) / PI
        out[8] = w.lane_length[link] / 30.0
        out[9] = 1.0 if sees(w, away) else 0.0
    out[10] = w.sight / 20.0
    ahead = int(w.car_ahead[car])
    if ahead >= 0:
        gap = w.car_pos[ahead] - w.car_length[ahead] - w.car_pos[car]
        out[11] = max(1.0 - gap / LOOK, 0.0)
        out[12] = (w.car_speed[car] - w.car_speed[ahead]) / FAST
    out[13] = min(w.stood[seat] / 5.0, 2.0)
    arm = max(w.source_arm[w.car_from[car]], 0)
    if int(w.passed[seat]) == 0:
        out[14] = 1.0 if w.halted[seat] >= STAND else 0.5 * w.halted[seat] / STAND - 1.0
        out[15] = float(int(w.fined[seat, arm]))
        out[16] = float(int(w.spared[seat, arm]))
    out[17 + arm] = 1.0
    out[17 + MOST_ARMS + min(w.car_goal[car], MOST_ARMS - 1)] = 1.0


@kernel
def observe_streams(w, car, link, away, out):
    """By arm: the two who come to the own way next, where they are seen, the nearest conflict of each arm first.

    And how near the first place is where somebody from there would be met by one who pushed on now, 0 for none.
    """
    if not sees(w, away):
        return
    first = int(w.lane_conflict[link])
    for side in range(first, first + int(w.lane_conflicts[link])):
        other, there = int(w.conflict_lane[side]), w.conflict_there[side]
        arm, left = int(w.lane_arm[other]), away + w.conflict_here[side]
        coming = comer(w, other, there, -1) if arm >= 0 and left >= 0.0 else -1
        if coming < 0 or coming == car:
            continue
        at = OWN + PER_ARM * arm + SIGHTED
        if is_met(w, car, link, away, side, 0.0, EVERYBODY, PUSH):
            out[at + 11] = max(out[at + 11], 1.0 - 0.9 * min(left / LOOK, 1.0))
        metres = metres_to(w, coming, other, there)
        if metres > LOOK or 1.0 - max(metres, 0.0) / LOOK <= out[at]:
            continue
        tell(w, coming, metres, seconds_to(w, car, left), out, at)
        out[at + 5] = 1.0 if w.car_seat[coming] >= 0 else 0.0
        following = comer(w, other, there, coming)
        out[at + 6] = out[at + 7] = out[at + 8] = out[at + 9] = out[at + 10] = 0.0
        if following >= 0 and following != car and metres_to(w, following, other, there) < LOOK:
            tell(w, following, metres_to(w, following, other, there), seconds_to(w, car, left), out, at + 6)


@kernel
def tell(w, other, metres, own, out, at):
    """One vehicle: nearness, speed, acceleration, how much sooner than the own car, on the junction already."""
    out[at] = 1.0 - max(metres, 0.0) / LOOK
    out[at + 1] = w.car_speed[other] / FAST
    out[at + 2] = w.car_accel[other] / 6.0
    out[at + 3] = min(max((own - seconds_of(w, other, metres)) / 4.0, -2.0), 2.0)
    out[at + 4] = 1.0 if int(w.lane_kind[w.car_lane[other]]) == LINK else 0.0


@kernel
def reveal(w, seat, out):
    """The hidden task: the custom, who goes first, the stop lines, the drivers, the flow by arm."""
    out[w.custom] = 1.0
    reveal_first(w, seat, out, CUSTOMS)
    at = CUSTOMS + TOLD_FIRST
    car = int(w.ride[seat])
    if car >= 0 and int(w.passed[seat]) == 0 and is_stop(w, w.source_arm[w.car_from[car]]):
        out[at] = 1.0
    for arm in range(MOST_ARMS):
        out[at + 1 + arm] = 1.0 if is_stop(w, arm) else 0.0
    at += TOLD_STOPS
    out[at] = (w.mean_gap - 4.0) / 2.0
    out[at + 1] = 5.0 * (w.mean_desire - 1.0)
    out[at + 2] = w.mean_headway - 1.2
    out[at + 3] = w.mean_brisk - 1.7
    out[at + 4] = 4.0 * w.forcing
    out[at + 5] = 2.0 * w.insisting - 1.5
    out[at + 6] = 20.0 * w.busy - 2.7
    at += TOLD_DRIVERS
    for source in range(int(w.sources)):
        flow = 0.0
        for goal in range(int(w.destinations)):
            flow += w.demand[source, goal]
        out[at + w.source_arm[source]] += 10.0 * flow


@kernel
def reveal_first(w, seat, out, at):
    """Of each arm whether those who come from there go before the own car; a half where it is who comes first."""
    car = int(w.ride[seat])
    link, _ = link_ahead(w, car) if car >= 0 else (-1, 0.0)
    if link < 0:
        return
    first = int(w.lane_conflict[link])
    for side in range(first, first + int(w.lane_conflicts[link])):
        other = int(w.conflict_lane[side])
        arm = int(w.lane_arm[other])
        if arm < 0:
            continue
        if goes_first(w, link, other):
            out[at + arm] = 1.0
        elif is_first_come(w, link, other):
            out[at + arm] = max(out[at + arm], 0.5)
