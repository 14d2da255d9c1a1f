"""Crossroads of the laboratory: four arms of one lane, straight on only, under a controller of the signals world."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from worlds.kit.kernel import kernel
from worlds.road.lanes.junctions import build_network, gate_behind
from worlds.road.layouts.towns import GRID, lay_town
from worlds.traffic.signals.bots import act
from worlds.traffic.signals.building import build
from worlds.traffic.signals.constants import ALL_RED, TICKS_PER_DECISION, YELLOW
from worlds.traffic.signals.roster import kind, knob
from worlds.traffic.signals.rules import begin, step

MAX_PRESSURE, ACTUATED = kind.max_pressure_aware, kind.actuated
FIXED = kind.fixed  # equal greens
KNOBS = {
    MAX_PRESSURE: {knob.lost: 7.0},  # s: the change, and until those who stood roll
    FIXED: {knob.green: 30.0},  # s
    ACTUATED: {knob.gap: 3.0, knob.longest: 50.0},  # s; SUMO's actuated programme
}
__all__ = ["ACTUATED", "FIXED", "MAX_PRESSURE", "CrossingFlow", "cross_roads"]


@dataclass(frozen=True)
class CrossingFlow:
    """What an hour or more at the crossroads came to."""

    left: float
    """Vehicles on the map, outside and turned away at the end."""
    travel: float
    """Mean travel time of finished trips, s."""
    delay: float
    """So much more than on empty roads, s."""


def cross_roads(
    controller: int,
    *,
    busy: float,
    quiet: float,
    seconds: float,
    turned: bool = False,
    seed: int = 3,
    green: float | None = None,
) -> CrossingFlow:
    """Run one controller with flows (vehicles/s) from east or west (busy) and from the others (quiet).

    ``green``: s, of a fixed plan, other than the usual.
    """
    worlds: Any = np.zeros(1, build(1).record)
    w = worlds[0]
    w.key = seed
    w.mean_desire, w.mean_headway, w.mean_brisk, w.mean_comfort, w.mean_gap = 1.0, 1.0, 1.4, 2.0, 4.1
    w.course_length, w.surge_from = 1e6, 1.0
    w.yellow, w.all_red = YELLOW, ALL_RED
    w.incident_lane = -1
    w.bot_kind[0] = controller
    for index, value in KNOBS[controller].items():
        w.bot_knob[0, index] = value if green is None else green
    lay_cross(worlds, busy, quiet, 1 if turned else 0)
    run_cross(worlds, int(seconds * 2.0))
    left = (w.car_lane >= 0).sum() + w.outside.sum() + w.turned_away
    trips = max(int(w.arrived), 1)
    return CrossingFlow(float(left), float(w.travelled) / trips, float(w.travelled - w.free_time) / trips)


@kernel
def lay_cross(worlds, busy, quiet, turned):  # type: ignore[no-untyped-def]
    """The plain crossing, narrow; everybody goes straight on. Turned: what came from the east comes from the west."""
    w = worlds[0]
    w.drawn = np.uint64(0)
    lay_town(w, GRID, True)
    for road in range(int(w.roads)):
        w.road_ab[road] = w.road_ba[road] = 1
        w.road_limit[road] = 13.89
    build_network(w, True)
    for source in range(int(w.sources)):
        here = gate_behind(w, w.source_lane[source])
        dx, dy = w.node_x[here] - w.node_x[0], w.node_y[here] - w.node_y[0]
        for goal in range(int(w.destinations)):
            there = gate_behind(w, w.sink_lane[goal])
            ahead = abs(w.node_x[there] - w.node_x[0] + dx) + abs(w.node_y[there] - w.node_y[0] + dy)
            opposite = ahead < 60.0 and here != there
            is_busy = abs(dx) > abs(dy)
            less = 0.6 if is_busy and (dx > 0.0) == (turned == 1) else 1.0
            w.demand[source, goal] = (busy * less if is_busy else quiet) if opposite else 0.0


@kernel
def run_cross(worlds, ticks):  # type: ignore[no-untyped-def]
    """Run from empty roads, decision by decision."""
    w = worlds[0]
    begin(w)
    w.tick = 0
    for _ in range(ticks):
        if w.tick % TICKS_PER_DECISION == 0:
            act(w, 0)
        step(w, w.action, w.gain)
        w.gain[0] = 0.0
        w.tick += 1
