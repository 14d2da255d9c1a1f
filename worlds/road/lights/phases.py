"""How the phases of signals look: which approaches a phase serves, where to click for it, and its small picture."""

from typing import Any, NamedTuple

import numpy as np

from worlds.kit.drawing import Canvas
from worlds.road.fields import LINK
from worlds.road.lanes.places import points_at

CLICKABLE = 60.0  # m of an approach before the stop line
SIGN_BACK = 9.0  # m from the stop line to the sign that tells which phases serve the approach
STUB = 8.0  # m of each lane that is seen in the picture of a phase
FINE = 1.5  # m between points of a way through the junction
WAY_WIDTH, HEAD = 1.5, (3.6, 2.2)  # m; of the arrows in that picture, length and half width of their heads
BAR = 2.0  # m; how thick red is in it


class Approaches(NamedTuple):
    """The lanes that lights hold, one a row."""

    lane: np.ndarray
    junction: np.ndarray
    phase: np.ndarray  # the phase to ask for
    green: np.ndarray  # (n, phases) whether a phase is green for the lane


def approaches_of(w: Any) -> Approaches:
    """All of them. To ask for: the phase that is shown if it serves the lane, else the one that serves most lanes."""
    links = np.flatnonzero((w["lane_kind"][: int(w["lanes"])] == LINK) & (w["lane_group"][: int(w["lanes"])] >= 0))
    groups = len(w["group_state"]) // max(len(w["phase"]), 1)
    number = w["lane_group"][links].astype(np.int64)
    junction, local = number // groups, number % groups
    numbers = np.arange(w["phase_groups"].shape[1])
    there = numbers < w["phases"][junction][:, None]
    served = ((w["phase_groups"][junction] >> local[:, None]) & 1).astype(bool) & there
    lane, first, owner = np.unique(w["lane_before"][links, 0], return_index=True, return_inverse=True)
    green = np.zeros((len(lane), len(numbers)), np.int64)
    np.add.at(green, owner, served.astype(np.int64))
    junction = junction[first]
    size = np.zeros(w["phase_groups"].shape)
    np.add.at(size, junction, (green > 0).astype(np.float64))
    now = numbers == w["phase"][junction][:, None]
    best = np.argmax((green > 0) * (1.0 + size[junction] + 1e3 * now), axis=1)
    held = lane >= 0
    return Approaches(lane[held].astype(np.int64), junction[held], best[held], green[held] > 0)


def draw_orders(w: Any, canvas: Canvas, factor: int = 0) -> None:
    """Where to click so that a junction, a seat of its own, gives green; and which phases do at the viewer's."""
    found = approaches_of(w)
    length = np.minimum(w["lane_length"][found.lane], CLICKABLE)
    ends = np.repeat(w["lane_length"][found.lane], 2)
    ends[::2] -= length
    lines, _ = points_at(w, np.repeat(found.lane, 2), ends, np.full(len(ends), -1))
    widths = w["lane_width"][found.lane].tolist()
    rows = zip(lines.reshape(-1, 2, 2), widths, found.junction.tolist(), found.phase.tolist())
    for line, width, junction, phase in rows:
        canvas.button(line, width, junction, factor, phase)
    if canvas.viewer is not None:
        sign_phases(w, canvas, found, canvas.viewer)


def sign_phases(w: Any, canvas: Canvas, found: Approaches, junction: int) -> None:
    """Beside each approach of a junction the numbers of the phases that serve it, bright while one does."""
    phases: dict[int, set[int]] = {}  # by the outermost lane of an approach, on whose side the sign stands
    for lane, green in zip(found.lane[found.junction == junction], found.green[found.junction == junction]):
        outer = int(lane)
        while int(w["lane_right"][outer]) >= 0:
            outer = int(w["lane_right"][outer])
        phases.setdefault(outer, set()).update(np.flatnonzero(green).tolist())
    if not phases:
        return
    lanes = np.array(list(phases))
    length = w["lane_length"][lanes]
    places, headings = points_at(w, lanes, length - np.minimum(SIGN_BACK, 0.5 * length), np.full(len(lanes), -1))
    asides = np.stack((-np.sin(headings), np.cos(headings)), axis=1)
    places = places + 0.5 * w["lane_width"][lanes][:, None] * asides
    for numbers, place, aside in zip(phases.values(), places.tolist(), asides.tolist()):
        words = " ".join(str(number + 1) for number in sorted(numbers))
        style = "light_green" if int(w["phase"][junction]) in numbers else "muted"
        canvas.badge(place, words, style, away=aside)


def draw_phase(w: Any, canvas: Canvas, junction: int, phase: int) -> bool:
    """A small picture of a phase: arrows where it lets traffic go, bars where not. False: there is no such phase."""
    if phase >= int(w["phases"][junction]):
        return False
    lanes = np.arange(int(w["lanes"]))
    links = lanes[(w["lane_junction"][: len(lanes)] == junction) & (w["lane_kind"][: len(lanes)] == LINK)]
    ways = [_line(w, int(link), 0.0, float(w["lane_length"][link])) for link in links]
    corners = np.concatenate(ways)
    middle, half = 0.5 * (corners.min(axis=0) + corners.max(axis=0)), 0.5 * float(np.ptp(corners, axis=0).max())
    half += STUB
    canvas.frame(float(middle[0]) - half, float(middle[1]) - half, 2.0 * half, 2.0 * half)
    _paint_ground(w, canvas, links, ways, 1.5 * half)
    groups = len(w["group_state"]) // max(len(w["phase"]), 1)
    shown = int(w["phase_groups"][junction, phase])
    green = [int(w["lane_group"][link]) >= 0 and shown >> (int(w["lane_group"][link]) % groups) & 1 for link in links]
    for lane in {int(w["lane_before"][link, 0]) for link, lit in zip(links, green) if not lit}:
        end, along = _end(w, lane, float(w["lane_length"][lane]))
        across = 0.42 * float(w["lane_width"][lane]) * np.array((-along[1], along[0]))
        canvas.ribbon(np.array((end - across, end + across)), BAR, "light_red")
    for way in [way for way, lit in zip(ways, green) if lit]:
        along = (way[-1] - way[-2]) / max(float(np.hypot(*(way[-1] - way[-2]))), 1e-9)
        across = HEAD[1] * np.array((-along[1], along[0]))
        canvas.ribbon(way, WAY_WIDTH, "light_green")
        canvas.polygon(np.array((way[-1] + HEAD[0] * along, way[-1] - across, way[-1] + across)), "light_green")
    return True


def _paint_ground(w: Any, canvas: Canvas, links: np.ndarray, ways: list[np.ndarray], far: float) -> None:
    """The junction's asphalt and a piece of every lane that meets it."""
    for link, way in zip(links, ways):
        canvas.ribbon(way, float(w["lane_width"][link]) + 0.4, "asphalt")
    for lane in {int(lane) for lane in w["lane_before"][links, 0] if lane >= 0}:
        length = float(w["lane_length"][lane])
        canvas.ribbon(_line(w, lane, max(length - far, 0.0), length), float(w["lane_width"][lane]) + 0.4, "asphalt")
    for lane in {int(lane) for lane in w["lane_next"][links, 0] if lane >= 0}:
        reach = min(far, float(w["lane_length"][lane]))
        canvas.ribbon(_line(w, lane, 0.0, reach), float(w["lane_width"][lane]) + 0.4, "asphalt")


def _line(w: Any, lane: int, start: float, end: float) -> np.ndarray:
    """Points (n, 2) along a piece of a lane."""
    metres = np.linspace(start, end, max(2, int((end - start) / FINE)))
    return points_at(w, np.full(len(metres), lane), metres, np.full(len(metres), -1))[0]


def _end(w: Any, lane: int, metres: float) -> tuple[np.ndarray, np.ndarray]:
    """A point of a lane and its direction there."""
    place, heading = points_at(w, np.array([lane]), np.array([metres]), np.array([-1]))
    return place[0], np.array((np.cos(heading[0]), np.sin(heading[0])))
