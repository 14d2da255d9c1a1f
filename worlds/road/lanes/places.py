"""Where vehicles are on the map: from a lane and metres along it to x, y and heading, for all of them at once."""

from typing import Any, NamedTuple

import numpy as np

FINE_BEND = 0.025  # rad between two points of a line that is painted
BEYOND = 1e7  # m; longer than any lane, so that lane and metres sort as one number


class Cars(NamedTuple):
    """The vehicles on the map, one a row; middles and headings as they are drawn."""

    slot: np.ndarray
    middle: np.ndarray
    heading: np.ndarray
    length: np.ndarray


def cars_of(w: Any, back: float = 0.0) -> Cars:
    """All vehicles, ``back`` (0 … 1) of the last tick before the state of the record.

    The way back is the ballistic step that the last tick made; front and rear both lie on the way that the vehicle
    came, so that a long one cuts the corner as a real one does.
    """
    slot = np.flatnonzero(w["car_lane"] >= 0)
    lane = w["car_lane"][slot].astype(np.int64)
    last, length = w["car_last"][slot].astype(np.int64), w["car_length"][slot]
    steady, far = w["car_speed"][slot] * float(w["beat_seconds"]), w["car_far"][slot]
    front = w["car_pos"][slot] - steady * back - (far - steady) * back * back
    ahead, heading = points_at(w, lane, front, last)
    behind, _ = points_at(w, lane, front - length, last)
    chord = ahead - behind
    straight = np.hypot(chord[:, 0], chord[:, 1]) > 0.1
    heading = np.where(straight, np.arctan2(chord[:, 1], chord[:, 0]), heading)
    side = w["car_side"][slot] - w["car_slid"][slot] * back
    aside = side[:, None] * np.stack((-np.sin(heading), np.cos(heading)), axis=1)
    return Cars(slot, 0.5 * (ahead + behind) + aside, heading, length)


def points_at(w: Any, lane: np.ndarray, metres: np.ndarray, last: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Places (n, 2) and headings (n,) of points along lanes; before a lane's beginning on the lane ``last``."""
    before = (metres < 0.0) & (last >= 0)
    far = np.where(before, w["lane_length"][np.maximum(last, 0)] + metres, metres)
    on = np.where(before, last, lane)
    first, points = w["lane_first"].astype(np.int64), w["lane_points"].astype(np.int64)
    used, lanes = int(w["points"]), int(w["lanes"])
    owner = np.repeat(np.arange(lanes), points[:lanes])
    order = owner * BEYOND + w["point_s"][:used]  # lanes lie in the table in the order of their numbers
    begin = np.searchsorted(order, on * BEYOND + np.maximum(far, 0.0), side="right") - 1
    begin = np.clip(begin, first[on], first[on] + points[on] - 2)
    start, end = w["point_s"][begin], w["point_s"][begin + 1]
    part = (far - start) / np.maximum(end - start, 1e-9)
    return between_points(w, begin, part)


def between_points(w: Any, begin: np.ndarray, part: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Places and headings at parts (0 … 1) of the way from points to the next ones: Hermite curves.

    Beyond the ends the way goes straight on.
    """
    points = np.stack((w["point_x"], w["point_y"]), axis=1)
    turn = w["point_heading"]
    start, end = points[begin], points[begin + 1]
    bend = (turn[begin + 1] - turn[begin] + np.pi) % (2.0 * np.pi) - np.pi
    length = np.hypot(*(end - start).T)[:, None]
    leave = length * np.stack((np.cos(turn[begin]), np.sin(turn[begin])), axis=1)
    arrive = length * np.stack((np.cos(turn[begin + 1]), np.sin(turn[begin + 1])), axis=1)
    t = np.clip(part, 0.0, 1.0)[:, None]
    u = 1.0 - t
    place = u * u * ((1.0 + 2.0 * t) * start + t * leave) + t * t * ((1.0 + 2.0 * u) * end - u * arrive)
    beyond = np.where(part < 0.0, part, np.maximum(part - 1.0, 0.0))[:, None]
    return place + beyond * np.where(part[:, None] < 0.0, leave, arrive), turn[begin] + t[:, 0] * bend


def line_of(w: Any, lane: int) -> np.ndarray:
    """The centre-line (n, 2) of a lane, with more points in its bends."""
    first, last = int(w["lane_first"][lane]), int(w["lane_first"][lane]) + int(w["lane_points"][lane]) - 1
    begins: list[int] = []
    parts: list[float] = []
    for point in range(first, last):
        bend = float(w["point_heading"][point + 1] - w["point_heading"][point] + np.pi) % (2.0 * np.pi) - np.pi
        pieces = 1 + int(abs(bend) / FINE_BEND)
        begins += [point] * pieces
        parts += [piece / pieces for piece in range(pieces)]
    return between_points(w, np.array([*begins, last - 1]), np.array([*parts, 1.0]))[0]


def beside(line: np.ndarray, metres: float) -> np.ndarray:
    """A line (n, 2) moved to the right of its direction."""
    along = np.gradient(line, axis=0)
    along /= np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-9)[:, None]
    return line + metres * np.stack((-along[:, 1], along[:, 0]), axis=1)
