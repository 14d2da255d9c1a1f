"""What controllers make of their detectors: counts, flows, and which detectors cannot be right.

Counts run on through a trial, as an engineer's do, and so does what is known of a detector. A detector that tells a car
at the line all through a green is taken to be stuck; one that has told none for a long time is taken to be dead, or to
watch an empty lane, which looks the same. Plans are made anew in every episode and now and then in the first, from
what was counted until then; before anything is counted every lane is taken to have the same flow.
"""

from worlds.kit.kernel import kernel
from worlds.road.lanes.junctions import lane_in
from worlds.road.lights.loads import GIVING_WAY, SATURATION, gives_way, is_green, phases_of
from worlds.traffic.signals.constants import DECISION, FINE
from worlds.traffic.signals.reach import cars_before, share_let_go, tight_between

PRIOR, PRIOR_TIME = 0.08, 60.0  # vehicles/s of a lane of which nothing is counted, and s of counting that this is worth
SILENT = 100.0  # s without a car; with 0.03 vehicles/s that happens by chance once in twenty times
FROZEN = 15.0  # s of green in which a car stood at the line all the time: seven that start together are gone
REPLAN = 100.0  # s of counting after which plans are made anew
LATEST = 400.0  # s of counting after which they no longer are but for each episode
AT_LINE = 0.1  # s to the line; who drives off is seldom so near when looked at, who stands keeps a metre away
LONGEST_RED = 120.0  # s; nobody is taken to wait longer


@kernel
def forget_counts(w):
    """A new task: nothing is counted yet."""
    w.counting = 0.0
    for lane in range(len(w.counted)):
        w.counted[lane] = w.silent[lane] = w.frozen[lane] = 0.0
        w.plan_flow[lane] = PRIOR


@kernel
def start_counting(w):
    """A new episode: nobody is on the road; plans are made of what was counted until now."""
    for car in range(len(w.counted_in)):
        w.counted_in[car] = -1
    for lane in range(len(w.red_for)):
        w.red_for[lane] = 0.0
    plan(w)


@kernel
def count(w):
    """One decision's time of counting, by the detectors as they are."""
    w.counting += DECISION
    for car in range(len(w.counted_in)):
        lane = w.car_lane[car]
        if lane >= 0 and lane != w.counted_in[car]:
            count_in(w, lane)
            count_passed(w, w.counted_in[car], lane)
        w.counted_in[car] = lane
    for junction in range(len(w.arms)):
        for arm in range(int(w.arms[junction])):
            for side in range(w.road_lane.shape[2]):
                lane = lane_in(w, junction, arm, side)
                if lane >= 0:
                    watch_detector(w, lane, is_green(w, junction, int(w.phase[junction]), arm, side))
    if w.counting <= LATEST and w.counting % REPLAN < DECISION:
        plan(w)


@kernel
def count_in(w, lane):
    """One more on a lane, if its detector works."""
    if int(w.detector[lane]) == FINE:
        w.counted[lane] += 1.0


@kernel
def count_passed(w, start, lane):
    """One more on each lane so short that he who was on the first lane when last looked at was over it since."""
    while start >= 0:
        start = tight_between(w, start, lane)
        if start >= 0:
            count_in(w, start)


@kernel
def watch_detector(w, lane, green):
    """How long a lane has been red, its detector silent, or the car that it tells at the line unmoved by green."""
    w.red_for[lane] = 0.0 if green else min(w.red_for[lane] + DECISION, LONGEST_RED)
    w.silent[lane] = 0.0 if cars_before(w, lane) > 0.0 else min(w.silent[lane] + DECISION, 1e4)
    if w.seen_gap[lane] > AT_LINE:
        w.frozen[lane] = 0.0
    elif green:
        w.frozen[lane] = min(w.frozen[lane] + DECISION, 1e4)


@kernel
def is_frozen(w, lane):
    """Whether a detector is taken to be stuck."""
    return w.frozen[lane] >= FROZEN


@kernel
def counted_flow(w, lane):
    """Vehicles/s of a lane by its count, with what all lanes are taken to have before."""
    return (w.counted[lane] + PRIOR * PRIOR_TIME) / (w.counting + PRIOR_TIME)


@kernel
def likely_flow(w, seat, lane):
    """The same; of a lane whose detector counts nothing at all, the mean of the others of its junction."""
    if w.counted[lane] > 0.0 or w.counting < SILENT:
        return counted_flow(w, lane)
    flow, lanes = 0.0, 0
    for arm in range(int(w.arms[seat])):
        for side in range(w.road_lane.shape[2]):
            other = lane_in(w, seat, arm, side)
            if other >= 0 and w.counted[other] > 0.0:
                flow += counted_flow(w, other)
                lanes += 1
    return flow / lanes if lanes > 0 else PRIOR


@kernel
def likely_cars(w, seat, lane):
    """Cars on a lane that comes in: what its detector tells, or what will have gathered since it was green last."""
    if is_frozen(w, lane) or (w.silent[lane] >= SILENT and w.counted[lane] == 0.0):
        return likely_flow(w, seat, lane) * w.red_for[lane]
    return cars_before(w, lane)


@kernel
def plan(w):
    """The flows that plans go by from now on."""
    for junction in range(len(w.arms)):
        for arm in range(int(w.arms[junction])):
            for side in range(w.road_lane.shape[2]):
                lane = lane_in(w, junction, arm, side)
                if lane >= 0:
                    w.plan_flow[lane] = likely_flow(w, junction, lane)


@kernel
def planned_need(w, seat, phase):
    """The flow ratio of a phase by the plan: that of its busiest lane (`loads.need` knows the true flows)."""
    most = 0.005
    for arm in range(int(w.arms[seat])):
        for side in range(w.road_lane.shape[2]):
            if is_green(w, seat, phase, arm, side):
                lane = lane_in(w, seat, arm, side)
                flow = share_let_go(w, seat, phase, lane) * w.plan_flow[lane]
                most = max(most, flow * slowness(w, seat, phase, lane) / SATURATION)
    return most


@kernel
def slowness(w, seat, phase, lane):
    """How much longer a car of a lane takes to drive off, in the mean of its ways: who gives way waits."""
    sums, ways = 0.0, 0
    for index in range(w.lane_next.shape[1]):
        link = w.lane_next[lane, index]
        if link >= 0:
            sums += GIVING_WAY if gives_way(w, seat, phase, link) else 1.0
            ways += 1
    return sums / max(ways, 1)


@kernel
def planned_needs(w, seat):
    """The flow ratio of a junction: that of all its phases together."""
    ratio = 0.0
    for phase in range(phases_of(w, seat)):
        ratio += planned_need(w, seat, phase)
    return ratio
