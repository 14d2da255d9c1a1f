"""What stays for a trial: the town, who drives in it, where from and where to, broken detectors, a blocked lane."""

import numpy as np

from worlds.kit.chance import between, integer, uniform
from worlds.kit.kernel import kernel
from worlds.kit.record import opponents_part
from worlds.road.drivers.population import draw_drivers, draw_relations, scale_demand
from worlds.road.fields import EXIT, ROAD
from worlds.road.lanes.junctions import gate_behind
from worlds.road.layouts.towns import BOTTLENECK, CORRIDOR, GRID, IRREGULAR, build_town
from worlds.traffic.signals.constants import ALL_RED, DEAD, EPISODE, FINE, STUCK, TICK, YELLOW
from worlds.traffic.signals.estimates import forget_counts
from worlds.world import Generator

GENERATORS: tuple[Generator, ...] = (
    Generator("grid", weight=0.5),
    Generator("irregular", weight=0.5),
    Generator("corridor", split="test"),
    Generator("bottleneck", split="final"),
)
LAYOUTS = np.array([GRID, IRREGULAR, CORRIDOR, BOTTLENECK])
LIGHTEST, HEAVIEST = 0.45, 0.85  # share of the capacity of the busiest junction that is used
EVEN, TIDAL, SURGE = range(3)  # how demand runs in time
FAULTY = 0.3  # at most this share of the detectors is broken
SLOW = 2.0  # m/s; the limit of a lane with an incident


@kernel
def draw_population(w):
    """Who drives; slow drivers are kept for test, close ones for final."""
    draw_drivers(w, opponents_part(w))


@kernel
def draw_task(w):
    """The town first; all else follows from what the town has."""
    w.yellow, w.all_red = YELLOW, ALL_RED
    w.sound = int(build_town(w, LAYOUTS[w.generator], True))
    draw_relations(w)
    w.load = between(w, LIGHTEST, HEAVIEST)
    scale_demand(w, w.load)
    draw_course(w)
    break_detectors(w, len(w.detector))
    draw_incident(w)
    forget_counts(w)


@kernel
def draw_task_intact(w):
    """The same task with all detectors whole."""
    draw_task(w)
    for lane in range(len(w.detector)):
        w.detector[lane] = FINE


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
def break_detectors(w, lanes):
    """Some detectors of so many lanes tell nothing, some always a queue."""
    share = uniform(w) * FAULTY
    for lane in range(lanes):
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
