"""What stays for a trial: the town, who drives in it, where from and where to, broken detectors, a blocked lane."""

import numpy as np

from worlds.kit.chance import between, integer, layout_key, open_stream, uniform
from worlds.kit.kernel import kernel
from worlds.kit.record import layout_is_held_out, opponents_are_held_out
from worlds.kit.road.crossings import next_lane
from worlds.kit.road.fields import EXIT, ROAD
from worlds.kit.road.junctions import build_town, gate_behind
from worlds.kit.road.towns import CORRIDOR, GRID, IRREGULAR
from worlds.traffic.signals.bots import need
from worlds.traffic.signals.constants import ALL_RED, DEAD, EPISODE, FINE, STUCK, TICK, YELLOW
from worlds.traffic.signals.lights import phases_of
from worlds.traffic.signals.roster import draw_bot
from worlds.world import Generator

GENERATORS: tuple[Generator, ...] = (
    Generator("grid"),
    Generator("irregular"),
    Generator("corridor", split="test"),
)
LIGHTEST, HEAVIEST = 0.45, 0.85  # share of the capacity of the busiest junction that is used
CYCLE = 90.0  # s; SUMO's default cycle, for which that capacity is reckoned
EVEN, TIDAL, SURGE = range(3)  # how demand runs in time
FAULTY = 0.3  # at most this share of the detectors is broken
SLOW = 2.0  # m/s; the limit of a lane with an incident


@kernel
def draw_task(w):
    """The town first, from a stream of its own; all else follows from what the town has."""
    for seat in range(len(w.arms)):
        draw_bot(w, seat, opponents_are_held_out(w))
    draw_drivers(w, opponents_are_held_out(w))
    w.layout_key = layout_key(w, layout_is_held_out(w))
    open_stream(w, np.uint64(w.layout_key))
    w.generator = CORRIDOR if layout_is_held_out(w) else (GRID if uniform(w) < 0.5 else IRREGULAR)
    w.yellow, w.all_red = YELLOW, ALL_RED
    w.sound = int(build_town(w, w.generator, True))
    draw_demand(w)
    draw_course(w)
    break_detectors(w)
    draw_incident(w)


@kernel
def draw_drivers(w, held_out):
    """The population: means around the city values of IDM, and how much drivers differ. Slow ones are kept for test."""
    luck = uniform(w)
    w.mean_headway = 1.3 + 0.25 * luck if held_out else 0.9 + 0.4 * luck  # s
    w.mean_desire = between(w, 0.92, 1.08)
    w.mean_brisk = between(w, 1.2, 1.7)  # m/s²
    w.mean_comfort = between(w, 1.8, 2.4)  # m/s²
    w.mean_polite = between(w, 0.0, 0.4)
    w.mean_gap = between(w, 3.5, 5.5)  # s; HCM: 4.1 s for left turns from the major road
    w.spread = between(w, 0.1, 0.5)
    w.truck_share, w.bus_share = between(w, 0.0, 0.1), between(w, 0.0, 0.04)


@kernel
def draw_demand(w):
    """Each gate sends and draws its own share; the whole is scaled to a load of the busiest junction."""
    for source in range(int(w.sources)):
        w.course_tide[source] = 0.2 + uniform(w) * uniform(w) * 3.0  # first as weights
    for source in range(1, int(w.sources)):  # lanes of one gate share its weight
        if gate_behind(w, w.source_lane[source]) == gate_behind(w, w.source_lane[source - 1]):
            w.course_tide[source] = w.course_tide[source - 1]
    for goal in range(int(w.destinations)):
        pull = 0.2 + uniform(w)
        for source in range(int(w.sources)):
            if w.demand[source, goal] > 0.0:
                w.demand[source, goal] = w.course_tide[source] * pull * lane_share(w, source, goal)
    assign(w)
    w.load = between(w, LIGHTEST, HEAVIEST)
    scale = scale_for(w, w.load)
    for lane in range(len(w.lane_flow)):
        w.lane_flow[lane] *= scale
    for source in range(int(w.sources)):
        for goal in range(int(w.destinations)):
            w.demand[source, goal] *= scale


@kernel
def lane_share(w, source, goal):
    """The share of a gate's flow to a destination that enters by one of its lanes: those that lead straight there."""
    lane = w.source_lane[source]
    if w.steer[lane, goal] != 0:
        return 0.0
    for other in (w.lane_left[lane], w.lane_right[lane]):
        if other >= 0 and w.steer[other, goal] == 0:
            return 0.5
    return 1.0


@kernel
def assign(w):
    """Mean flow (vehicles/s) of every lane when everybody takes the quickest way on empty roads."""
    for lane in range(len(w.lane_flow)):
        w.lane_flow[lane] = 0.0
    for source in range(int(w.sources)):
        for goal in range(int(w.destinations)):
            lane = int(w.source_lane[source])
            for _ in range(2 * int(w.lanes)):
                if w.steer[lane, goal] == 0 or int(w.lane_kind[lane]) == EXIT:
                    w.lane_flow[lane] += w.demand[source, goal]
                if int(w.lane_kind[lane]) == EXIT:
                    break
                lane = next_lane(w, lane, goal)
                if lane < 0:
                    break


@kernel
def scale_for(w, load):
    """The factor on all flows that brings the busiest junction, or the busiest gate, to a share of its capacity."""
    scale = 1e9
    for junction in range(len(w.arms)):
        ratio = 0.0
        for phase in range(phases_of(w, junction)):
            ratio += need(w, junction, phase)
        usable = max(1.0 - phases_of(w, junction) * (w.yellow + w.all_red) / CYCLE, 0.1)
        scale = min(scale, load * usable / max(ratio, 1e-6))
    for source in range(int(w.sources)):
        scale = min(scale, 0.4 / max(w.lane_flow[w.source_lane[source]], 1e-6))
    return scale


@kernel
def draw_course(w):
    """Demand is even, or a tide that turns, or a surge from one side of the town."""
    w.course = integer(w, 3)
    w.course_length = EPISODE * TICK
    w.surge_from = between(w, 0.1, 0.6)
    w.surge_part = between(w, 0.15, 0.35)
    strength = between(w, 0.4, 0.9)
    chosen = integer(w, max(int(w.destinations), 1))
    for source in range(len(w.course_tide)):
        w.course_tide[source] = w.course_surge[source] = 0.0
    for source in range(int(w.sources)):
        gate = gate_behind(w, w.source_lane[source])
        if w.course == TIDAL:
            west = w.node_x[gate] < w.node_x[0] + 1.0
            w.course_tide[source] = strength if west == (chosen % 2 == 0) else -strength
        if w.course == SURGE and gate % max(int(w.destinations) // 2, 1) == chosen % max(int(w.destinations) // 2, 1):
            w.course_surge[source] = 2.0 * strength


@kernel
def break_detectors(w):
    """Some detectors tell nothing, some always a queue."""
    share = uniform(w) * FAULTY
    for lane in range(len(w.detector)):
        luck, kind = uniform(w), uniform(w)
        is_watched = lane < w.lanes and int(w.lane_kind[lane]) == ROAD
        broken = is_watched and luck < share
        w.detector[lane] = (DEAD if kind < 0.6 else STUCK) if broken else FINE


@kernel
def draw_incident(w):
    """In every third task or so a lane crawls for a while, in every episode at the same time."""
    luck, start, part = uniform(w), between(w, 0.1, 0.6), between(w, 0.2, 0.4)
    lane = integer(w, max(int(w.lanes), 1))
    is_road = int(w.lane_kind[lane]) == ROAD or int(w.lane_kind[lane]) == EXIT
    w.incident_lane = lane if luck < 0.7 and is_road else -1
    w.incident_from = start * EPISODE * TICK
    w.incident_until = (start + part) * EPISODE * TICK
    w.incident_limit = w.lane_limit[lane]


@kernel
def run_incident(w, now):
    """Slow the lane down while the incident lasts."""
    if w.incident_lane >= 0:
        lasts = w.incident_from <= now < w.incident_until
        w.lane_limit[w.incident_lane] = SLOW if lasts else w.incident_limit


@kernel
def solvable(w):
    """Whether the town holds: everybody gets everywhere, every signal has a choice, somebody comes."""
    flow = 0.0
    for source in range(int(w.sources)):
        for goal in range(int(w.destinations)):
            flow += w.demand[source, goal]
    return int(w.sound) == 1 and flow > 0.0
