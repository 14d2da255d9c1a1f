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
    for index in range(len(out)):
        out[index] = 0.0
    at = observe_own(w, seat, out)
    for phase in range(phases_of(w, seat)):
        observe_phase(w, seat, phase, out, at + PHASE * phase)
    at += PHASE * MOST_PHASES
    for arm in range(int(w.arms[seat])):
        observe_arm(w, seat, arm, out, at + ARM * arm)
    at += ARM * MOST_ARMS
    for arm in range(int(w.arms[seat])):
        for lane in range(MOST_LANES):
            observe_lane(w, seat, arm, lane, out, at + LANE * (arm * MOST_LANES + lane))
    out[at + LANE * MOST_ARMS * MOST_LANES] = w.tick / EPISODE


@kernel
def observe_own(w, seat, out):
    out[int(w.phase[seat])] = 1.0
    out[MOST_PHASES] = 0.0 if is_ready(w, seat) else 1.0
    out[MOST_PHASES + 1] = min(green_seconds(w, seat) / 30.0, TOP)
    out[MOST_PHASES + 2] = phases_of(w, seat) / MOST_PHASES
    return OWN


@kernel
def observe_phase(w, seat, phase, out, at):
    """That there is such a phase, the cars and the queue it would serve, and what stands where they would go."""
    cars, queue, near, behind, lanes = 0.0, 0.0, 0.0, 0.0, 0
    for arm in range(int(w.arms[seat])):
        for lane in range(MOST_LANES):
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
    out[at] = lanes_in(w, seat, arm) / MOST_LANES
    out[at + 1] = lanes_out(w, seat, arm) / MOST_LANES
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
    for arm in range(int(w.arms[seat])):
        for lane in range(lanes_in(w, seat, arm)):
            place, at = lane_in(w, seat, arm, lane), arm * MOST_LANES + lane
            out[at] = min(w.lane_flow[place] / 0.3, TOP)
            out[MOST_ARMS * MOST_LANES + at] = 1.0 if int(w.detector[place]) == DEAD else 0.0
            out[2 * MOST_ARMS * MOST_LANES + at] = 1.0 if int(w.detector[place]) == STUCK else 0.0
            out[FLOWS] += 1.0 if place == w.incident_lane else 0.0
        for lane in range(lanes_out(w, seat, arm)):
            out[FLOWS + 1] += 1.0 if lane_out(w, seat, arm, lane) == w.incident_lane else 0.0
    now = w.tick * TICK
    out[FLOWS + 2] = 1.0 if w.incident_lane >= 0 and w.incident_from <= now < w.incident_until else 0.0
    out[FLOWS + 3] = w.load
    out[FLOWS + 4 + w.course] = 1.0
    out[FLOWS + 7] = w.mean_headway - 1.0
    out[FLOWS + 8] = w.mean_brisk - 1.4
    out[FLOWS + 9] = 10.0 * w.truck_share
