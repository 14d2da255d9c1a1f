"""What the detectors tell and what a signal's seat sees and knows, piece by piece."""

from worlds.kit.kernel import kernel
from worlds.road.lanes.junctions import MOST_PHASES, lane_in, lane_out
from worlds.road.lanes.plan import MOST_ARMS, MOST_LANES, lanes_in, lanes_out
from worlds.road.lights.loads import is_green, phases_of
from worlds.traffic.signals.constants import (
    DEAD,
    EPISODE,
    FULL_LANE,
    FULL_QUEUE,
    GHOSTS,
    HALTING,
    NEAR,
    STUCK,
    TICK,
)
from worlds.traffic.signals.lights import green_seconds, is_ready

OWN, PHASE, ARM, LANE = MOST_PHASES + 3, 5, 6, 4  # numbers seen of the signal, of a phase, of an arm, of a lane
FLOWS = 3 * MOST_ARMS * MOST_LANES  # numbers told of the lanes that come in
TOP = 2.0  # nothing reads higher


@kernel
def detect(w):
    """Count the cars of every lane as its detector sees them."""
    for lane in range(len(w.seen_cars)):
        w.seen_cars[lane] = w.seen_queue[lane] = w.seen_near[lane] = 0.0
        w.seen_gap[lane] = 99.0
    for car in range(len(w.car_lane)):
        lane = w.car_lane[car]
        if lane < 0 or int(w.detector[lane]) == DEAD:
            continue
        w.seen_cars[lane] += 1.0
        if w.car_speed[car] < HALTING:
            w.seen_queue[lane] += 1.0
        ahead = max(w.lane_length[lane] - w.car_pos[car], 0.0)
        if ahead < NEAR:
            w.seen_near[lane] += 1.0
        w.seen_gap[lane] = min(w.seen_gap[lane], ahead / max(w.car_speed[car], 1.0))
    for lane in range(len(w.seen_cars)):
        if int(w.detector[lane]) == STUCK:
            w.seen_cars[lane] += GHOSTS
            w.seen_queue[lane] += GHOSTS
            w.seen_near[lane] += GHOSTS
            w.seen_gap[lane] = 0.0


@kernel
def observe(w, seat, out):
    """What a seat sees, in the order of the pieces."""
    out[observe_junction(w, seat, out)] = w.tick / EPISODE


@kernel
def observe_junction(w, seat, out):
    """All but the clock; where that stands. Arms, their lanes and phases are as many as the record has room for."""
    for index in range(len(out)):
        out[index] = 0.0
    most_phases, most_arms, most_lanes = w.phase_groups.shape[1], w.arm_road.shape[1], w.road_lane.shape[2]
    at = observe_own(w, seat, out)
    for phase in range(phases_of(w, seat)):
        observe_phase(w, seat, phase, out, at + PHASE * phase)
    at += PHASE * most_phases
    for arm in range(int(w.arms[seat])):
        observe_arm(w, seat, arm, out, at + ARM * arm)
    at += ARM * most_arms
    for arm in range(int(w.arms[seat])):
        for lane in range(most_lanes):
            observe_lane(w, seat, arm, lane, out, at + LANE * (arm * most_lanes + lane))
    return at + LANE * most_arms * most_lanes


@kernel
def observe_own(w, seat, out):
    most = w.phase_groups.shape[1]
    out[int(w.phase[seat])] = 1.0
    out[most] = 0.0 if is_ready(w, seat) else 1.0
    out[most + 1] = min(green_seconds(w, seat) / 30.0, TOP)
    out[most + 2] = phases_of(w, seat) / most
    return most + 3


@kernel
def observe_phase(w, seat, phase, out, at):
    """That there is such a phase, the cars and the queue it would serve, and what stands where they would go."""
    cars, queue, near, behind, lanes = 0.0, 0.0, 0.0, 0.0, 0
    for arm in range(int(w.arms[seat])):
        for lane in range(w.road_lane.shape[2]):
            if is_green(w, seat, phase, arm, lane):
                place = lane_in(w, seat, arm, lane)
                cars += w.seen_cars[place]
                queue += w.seen_queue[place]
                near += w.seen_near[place]
                for index in range(w.lane_next.shape[1]):
                    link = w.lane_next[place, index]
                    if link >= 0 and w.lane_next[link, 0] >= 0:
                        behind += w.seen_cars[w.lane_next[link, 0]]
                        lanes += 1
    out[at] = 1.0
    out[at + 1] = min(cars / FULL_LANE, TOP)
    out[at + 2] = min(queue / FULL_QUEUE, TOP)
    out[at + 3] = min(near / FULL_QUEUE, TOP)
    out[at + 4] = min(behind / max(lanes, 1) / FULL_LANE, TOP)


@kernel
def observe_arm(w, seat, arm, out, at):
    """Lanes in and out, cars going out, and of the signal at the other end: its queue, whether it sends cars here."""
    out[at] = lanes_in(w, seat, arm) / w.road_lane.shape[2]
    out[at + 1] = lanes_out(w, seat, arm) / w.road_lane.shape[2]
    cars = 0.0
    for lane in range(lanes_out(w, seat, arm)):
        cars += w.seen_cars[lane_out(w, seat, arm, lane)]
    out[at + 2] = min(cars / FULL_LANE, TOP)
    road = w.arm_road[seat, arm]
    other = int(w.road_a[road]) if w.road_b[road] == seat else int(w.road_b[road])
    if other >= len(w.arms):
        return
    out[at + 3] = 1.0
    queue, sends = 0.0, 0.0
    for side in range(int(w.arms[other])):
        for lane in range(lanes_in(w, other, side)):
            place = lane_in(w, other, side, lane)
            queue += w.seen_queue[place]
            if w.arm_road[other, side] != road and is_green(w, other, int(w.phase[other]), side, lane):
                sends += w.seen_cars[place]
    out[at + 4] = min(queue / (2.0 * FULL_QUEUE), TOP)
    out[at + 5] = min(sends / FULL_LANE, TOP)


@kernel
def observe_lane(w, seat, arm, lane, out, at):
    """That there is such a lane, its cars, its queue, and how soon the next car is at the stop line."""
    place = lane_in(w, seat, arm, lane)
    if place < 0:
        return
    out[at] = 1.0
    out[at + 1] = min(w.seen_cars[place] / FULL_LANE, TOP)
    out[at + 2] = min(w.seen_queue[place] / FULL_QUEUE, TOP)
    out[at + 3] = max(1.0 - w.seen_gap[place] / 10.0, 0.0)


@kernel
def reveal(w, seat, out):
    """The hidden task: true flows and faults of the own lanes, incident, load and course of demand, drivers."""
    most_lanes = w.road_lane.shape[2]
    watched = w.arm_road.shape[1] * most_lanes
    after = 3 * watched
    for arm in range(int(w.arms[seat])):
        for lane in range(lanes_in(w, seat, arm)):
            place, at = lane_in(w, seat, arm, lane), arm * most_lanes + lane
            out[at] = min(w.lane_flow[place] / 0.3, TOP)
            out[watched + at] = 1.0 if int(w.detector[place]) == DEAD else 0.0
            out[2 * watched + at] = 1.0 if int(w.detector[place]) == STUCK else 0.0
            out[after] += 1.0 if place == w.incident_lane else 0.0
        for lane in range(lanes_out(w, seat, arm)):
            out[after + 1] += 1.0 if lane_out(w, seat, arm, lane) == w.incident_lane else 0.0
    now = w.tick * TICK
    out[after + 2] = 1.0 if w.incident_lane >= 0 and w.incident_from <= now < w.incident_until else 0.0
    out[after + 3] = w.load
    out[after + 4 + w.course] = 1.0
    out[after + 7] = w.mean_headway - 1.0
    out[after + 8] = w.mean_brisk - 1.4
    out[after + 9] = 10.0 * w.truck_share
