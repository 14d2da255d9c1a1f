"""How signals looks: the town and its traffic, which seat decides where, and what the task hides about lanes."""

from typing import Any

import numpy as np

from worlds.kit.drawing import Canvas
from worlds.road.lanes.places import line_of, points_at
from worlds.road.lights.phases import draw_orders, draw_phase
from worlds.road.picture import draw_roads
from worlds.traffic.signals.constants import DEAD, FINE, TICK

SENSOR_BACK = 22.0  # m from the stop line to the sign of a broken detector
RING = 2.5  # m that a junction's ring lies outside its stop lines
CLOSEUP = 150.0  # m across: a junction and the queues before it


def draw(w: Any, canvas: Canvas) -> None:
    """Roads, lights and vehicles; a seat is its junction."""
    draw_roads(w, canvas)
    if canvas.shows("hidden"):
        draw_incident(w, canvas)
        draw_faults(w, canvas)
    for seat in range(len(w.arms)):
        place = float(w.node_x[seat]), float(w.node_y[seat])
        canvas.spot(seat, place, float(w.stop_distance[seat]) + RING)
    draw_orders(w, canvas)


def draw_incident(w: Any, canvas: Canvas) -> None:
    """The lane that is half blocked, brighter while it is."""
    lane = int(w.incident_lane)
    if lane < 0:
        return
    now, line = w.tick * TICK, line_of(w, lane)
    lasts = w.incident_from <= now < w.incident_until
    canvas.ribbon(line, float(w.lane_width[lane]), "hazard", dash=(4.0, 4.0), alpha=235 if lasts else 120)
    middle, _ = points_at(w, np.array([lane]), np.array([0.5 * w.lane_length[lane]]), np.array([-1]))
    words = "blocked" if lasts else f"blocked {w.incident_from:.0f}–{w.incident_until:.0f} s"
    canvas.badge(middle[0], words, "hazard")


def draw_faults(w: Any, canvas: Canvas) -> None:
    """Detectors that tell nothing, or always a queue."""
    broken = np.flatnonzero(w["detector"][: int(w.lanes)] != FINE)
    back = np.maximum(w["lane_length"][broken] - SENSOR_BACK, 0.0)
    places, _ = points_at(w, broken, back, np.full(len(broken), -1))
    for lane, place in zip(broken.tolist(), places):
        dead = int(w.detector[lane]) == DEAD
        canvas.badge(place, "×" if dead else "∞", "muted" if dead else "indicator")


def choice_picture(w: Any, canvas: Canvas, seat: int, factor: int, choice: int) -> bool:
    """What a phase lets go."""
    return draw_phase(w, canvas, seat, choice)


def status(w: Any, seat: int) -> str:
    """The phase that is shown and for how long, and how many lose time here."""
    time, yellow = float(w.phase_time[seat]), float(w.phase_yellow[seat])
    change = yellow + float(w.phase_all_red[seat])
    now = f"phase {int(w.phase[seat]) + 1}"
    if time < change:
        now = f"changes to {now}: " + ("yellow" if time < yellow else "red for all")
    else:
        now += f", green for {time - change:.0f} s"
    losing = f"{float(w.losing[seat]):.0f}"
    return f"{now} · {losing} {'car' if losing == '1' else 'cars'} held up"
