"""Controllers to beat. All see what the detectors tell, faults included, and nothing else.

Webster's plan and the green wave go by what was counted in the trial so far (`estimates`). The tolerant ones find out
which detectors cannot be right, and reckon with what usually comes instead.
Sources: Webster 1958, "Traffic signal settings"; Varaiya 2013, "Max pressure control of a network of signalized
intersections"; Gershenson 2005, "Self-organizing traffic lights"; gap-out as in SUMO's actuated programme.
"""

import numpy as np

from worlds.kit.kernel import kernel
from worlds.road.lanes.junctions import lane_in
from worlds.road.lights.loads import SATURATION, is_green, phases_of
from worlds.traffic.signals.constants import DECISION, TICK
from worlds.traffic.signals.estimates import is_frozen, likely_cars, planned_need, planned_needs
from worlds.traffic.signals.lights import green_seconds, is_ready
from worlds.traffic.signals.reach import cars_before, gap_before, lets_go, near_before, queue_before, share_let_go
from worlds.traffic.signals.roster import kind, knob

SHORTEST = 5.0  # s of green in a plan
KEPT = (
    10.0  # s that those who answer keep a green; of 5, 10 and 15 s the best on training tasks (docs/notes/signals.md)
)
SHORTEST_CYCLE, LONGEST_CYCLE = 30.0, 120.0  # s; the usual range of the handbooks
FULLEST = 0.85  # Webster's formula has no answer for a junction that is full: sumolights caps Y here
BLIND_GREEN = 15.0  # s of a phase that no sound detector watches; a lane of 0.08 vehicles/s has fewer than ten in 120 s
QUEUE_KEPT = 15.0  # s the same for the longest queue, which otherwise runs after every stuck detector
AHEAD = 20.0  # s that a change of phase is reckoned to be good for


@kernel
def act(w, seat):
    """One decision of a controller: ``action[seat, 0]`` is the phase it wants."""
    w.action[seat, 0] = choice_of(w, seat, w.bot_kind[seat])


@kernel
def choice_of(w, seat, mine):
    """The phase that a kind of controller wants."""
    phase = int(w.phase[seat])
    if not is_ready(w, seat):
        return phase
    if mine == kind.fixed:
        phase = fixed(w, seat)
    elif mine == kind.webster:
        cycle = cycle_of(w, seat, w.bot_knob[seat, knob.saturation])
        phase = in_cycle(w, seat, cycle, w.bot_knob[seat, knob.lost], 0.0)
    elif mine == kind.green_wave:
        phase = green_wave(w, seat)
    elif mine == kind.actuated:
        phase = actuated(w, seat)
    elif mine == kind.actuated_tolerant:
        phase = actuated_tolerant(w, seat)
    elif mine == kind.max_pressure:
        phase = max_pressure(w, seat, 0.0, False)
    elif mine == kind.max_pressure_aware:
        phase = max_pressure(w, seat, w.bot_knob[seat, knob.lost] / AHEAD, False)
    elif mine == kind.max_pressure_tolerant:
        phase = max_pressure(w, seat, w.bot_knob[seat, knob.lost] / AHEAD, True)
    elif mine == kind.longest_queue:
        phase = longest_queue(w, seat)
    elif mine == kind.sotl:
        phase = self_organised(w, seat)
    return phase


# --- plans -------------------------------------------------------------------------------------------------------


@kernel
def fixed(w, seat):
    """Every phase for the same time."""
    period = w.bot_knob[seat, knob.green] + DECISION
    count = phases_of(w, seat)
    turn = int((w.tick * TICK + w.bot_knob[seat, knob.offset] * period * count) / period)
    return turn % count


@kernel
def cycle_of(w, seat, saturation):
    """Webster's best cycle, (1.5 L + 5) / (1 − Y), within the usual range."""
    ratio = planned_needs(w, seat) * SATURATION / saturation
    lost = w.bot_knob[seat, knob.lost] * phases_of(w, seat)
    return webster_cycle(lost, ratio)


@kernel
def webster_cycle(lost, ratio):
    """Seconds of the cycle with the least delay for a lost time (s) and a flow ratio."""
    return min(max((1.5 * lost + 5.0) / (1.0 - min(ratio, FULLEST)), SHORTEST_CYCLE), LONGEST_CYCLE)


@kernel
def in_cycle(w, seat, cycle, lost, late):
    """The phase that a plan shows now: greens in proportion to the flow ratios, each after its lost time."""
    count, ratio = phases_of(w, seat), planned_needs(w, seat)
    effective = max(cycle - lost * count, SHORTEST * count)
    whole = 0.0
    for phase in range(count):
        whole += lost + max(SHORTEST, effective * planned_need(w, seat, phase) / ratio)
    now = w.tick * TICK - late
    now -= whole * np.floor(now / whole)
    for phase in range(count):
        now -= lost + max(SHORTEST, effective * planned_need(w, seat, phase) / ratio)
        if now < 0.0:
            return phase
    return count - 1


@kernel
def green_wave(w, seat):
    """One cycle for the town; each junction as much later as a car takes to it along the busier way of the rows."""
    cycle, east, west = SHORTEST_CYCLE, 0.0, 0.0
    for junction in range(len(w.arms)):
        lost = w.bot_knob[seat, knob.lost] * phases_of(w, junction)
        cycle = max(cycle, webster_cycle(lost, planned_needs(w, junction)))
        for arm in range(int(w.arms[junction])):
            bearing = w.arm_bearing[junction, arm]
            for lane in range(w.road_lane.shape[2]):
                place = lane_in(w, junction, arm, lane)
                if place >= 0 and abs(bearing) < 0.6:
                    west += w.plan_flow[place]  # comes in from the east
                elif place >= 0 and abs(bearing - 3.1) < 0.6:
                    east += w.plan_flow[place]
    late = w.node_x[seat] / w.bot_knob[seat, knob.speed]
    return in_cycle(w, seat, cycle, w.bot_knob[seat, knob.lost], late if east >= west else -late)


# --- answers to what is seen -------------------------------------------------------------------------------------


@kernel
def cars_served(w, seat, phase, but_green):
    """Cars seen on the lanes of a phase, all or only those that are red now."""
    cars = 0.0
    for arm in range(int(w.arms[seat])):
        for lane in range(w.road_lane.shape[2]):
            if is_green(w, seat, phase, arm, lane):
                if not but_green or not is_green(w, seat, int(w.phase[seat]), arm, lane):
                    place = lane_in(w, seat, arm, lane)
                    cars += share_let_go(w, seat, phase, place) * cars_before(w, place)
    return cars


@kernel
def actuated(w, seat):
    """Green while cars come within the gap, then on to the next phase that anybody waits for."""
    phase = int(w.phase[seat])
    nearest = 99.0
    for arm in range(int(w.arms[seat])):
        for lane in range(w.road_lane.shape[2]):
            if is_green(w, seat, phase, arm, lane):
                nearest = min(nearest, gap_before(w, lane_in(w, seat, arm, lane)))
    if green_seconds(w, seat) < KEPT:
        return phase
    if nearest < w.bot_knob[seat, knob.gap] and green_seconds(w, seat) < w.bot_knob[seat, knob.longest]:
        return phase
    count = phases_of(w, seat)
    for step in range(1, count):
        following = (phase + step) % count
        if cars_served(w, seat, following, True) > 0.0:
            return following
    return phase


@kernel
def actuated_tolerant(w, seat):
    """Actuated control that does not listen to a detector that cannot be right: it reckons with who will have come.

    A phase that only such detectors watch is green for as long as those who will have gathered take to drive off.
    """
    phase, green = int(w.phase[seat]), green_seconds(w, seat)
    nearest, heard, due = 99.0, False, 0.0
    for arm in range(int(w.arms[seat])):
        for lane in range(w.road_lane.shape[2]):
            if is_green(w, seat, phase, arm, lane):
                place = lane_in(w, seat, arm, lane)
                if not is_frozen(w, place):
                    nearest, heard = min(nearest, gap_before(w, place)), True
    if green < KEPT or (not heard and green < BLIND_GREEN):
        return phase
    if nearest < w.bot_knob[seat, knob.gap] and green < w.bot_knob[seat, knob.longest]:
        return phase
    count = phases_of(w, seat)
    for step in range(1, count):
        following = (phase + step) % count
        due = 0.0
        for arm in range(int(w.arms[seat])):
            for lane in range(w.road_lane.shape[2]):
                if is_green(w, seat, following, arm, lane) and not is_green(w, seat, phase, arm, lane):
                    due += likely_cars(w, seat, lane_in(w, seat, arm, lane))
        if due >= 1.0:
            return following
    return phase


@kernel
def pressure(w, seat, phase, tolerant):
    """Cars before the stop lines of a phase less those where they go to."""
    amount = 0.0
    for arm in range(int(w.arms[seat])):
        for lane in range(w.road_lane.shape[2]):
            if is_green(w, seat, phase, arm, lane):
                place = lane_in(w, seat, arm, lane)
                ways, behind = 0, 0.0
                for index in range(w.lane_next.shape[1]):
                    link = w.lane_next[place, index]
                    if link >= 0 and w.lane_next[link, 0] >= 0 and lets_go(w, seat, phase, link):
                        ways += 1
                        behind += w.seen_cars[w.lane_next[link, 0]]
                waiting = likely_cars(w, seat, place) if tolerant else cars_before(w, place)
                amount += share_let_go(w, seat, phase, place) * waiting - behind / max(ways, 1)
    return amount


@kernel
def max_pressure(w, seat, lost, tolerant):
    """The phase with the most pressure; a change counts less by the share of the time ahead that it loses."""
    now = int(w.phase[seat])
    if green_seconds(w, seat) < KEPT:
        return now
    best, most = now, pressure(w, seat, now, tolerant)
    for phase in range(phases_of(w, seat)):
        amount = pressure(w, seat, phase, tolerant)
        if amount > 0.0:
            amount *= 1.0 - lost
        if phase != now and amount > most:
            best, most = phase, amount
    return best


@kernel
def longest_queue(w, seat):
    """The phase that serves the one lane with the longest queue; the present one until another is longer, or until its
    time is up: a detector that always tells a queue must not hold it for ever.
    """
    now, green = int(w.phase[seat]), green_seconds(w, seat)
    if green < QUEUE_KEPT:
        return now
    best, longest = now, queue_of(w, seat, now) if green < w.bot_knob[seat, knob.limit] else 0.0
    for phase in range(phases_of(w, seat)):
        queue = queue_of(w, seat, phase)
        if phase != now and queue > longest:
            best, longest = phase, queue
    return best


@kernel
def queue_of(w, seat, phase):
    """Cars that stand on the fullest lane of a phase."""
    longest = 0.0
    for arm in range(int(w.arms[seat])):
        for lane in range(w.road_lane.shape[2]):
            if is_green(w, seat, phase, arm, lane):
                place = lane_in(w, seat, arm, lane)
                longest = max(longest, share_let_go(w, seat, phase, place) * queue_before(w, place))
    return longest


@kernel
def self_organised(w, seat):
    """Count car-seconds on red; once they are enough, change to the phase with the most of them."""
    now = int(w.phase[seat])
    coming, best, most = 0.0, now, 0.0
    for arm in range(int(w.arms[seat])):
        for lane in range(w.road_lane.shape[2]):
            place = lane_in(w, seat, arm, lane)
            if is_green(w, seat, now, arm, lane):
                coming += near_before(w, place)
            elif place >= 0:
                w.pent_up[seat] += DECISION * cars_before(w, place)
    for phase in range(phases_of(w, seat)):
        cars = cars_served(w, seat, phase, True)
        if phase != now and cars > most:
            best, most = phase, cars
    cuts = 0.0 < coming < w.bot_knob[seat, knob.platoon] and green_seconds(w, seat) < 60.0
    w.pent_up[seat] = min(w.pent_up[seat], 1e4)
    if w.pent_up[seat] < w.bot_knob[seat, knob.theta] or green_seconds(w, seat) < KEPT or cuts:
        return now
    w.pent_up[seat] = 0.0
    return best
