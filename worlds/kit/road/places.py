"""Where vehicles are on the map: from a lane and metres along it to x, y and heading, for all of them at once."""

from typing import Any, NamedTuple

import numpy as np

BEYOND = 1e7  # m; longer than any lane, so that lane and metres sort as one number


class Cars(NamedTuple):
    """The vehicles on the map, one a row; middles and headings as they are drawn."""

    index: np.ndarray
    middle: np.ndarray
    heading: np.ndarray
    length: np.ndarray


def cars_of(w: Any, back: float = 0.0) -> Cars:
    """All vehicles, ``back`` (0 … 1) of the last tick before the state of the record.

    The way back is the ballistic step that the last tick made; front and rear both lie on the way that the vehicle
    came, so that a long one cuts the corner as a real one does.
    """
    index = np.flatnonzero(w["car_lane"] >= 0)
    lane = w["car_lane"][index].astype(np.int64)
    last, length = w["car_last"][index].astype(np.int64), w["car_length"][index]
    steady, far = w["car_speed"][index] * float(w["beat_seconds"]), w["car_far"][index]
    front = w["car_pos"][index] - steady * back - (far - steady) * back * back
    ahead, heading = points_at(w, lane, front, last)
    behind, _ = points_at(w, lane, front - length, last)
    chord = ahead - behind
    straight = np.hypot(chord[:, 0], chord[:, 1]) > 0.1
    heading = np.where(straight, np.arctan2(chord[:, 1], chord[:, 0]), heading)
    side = w["car_side"][index] - w["car_slid"][index] * back
    aside = side[:, None] * np.stack((-np.sin(heading), np.cos(heading)), axis=1)
    return Cars(index, 0.5 * (ahead + behind) + aside, heading, length)


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
    x, y, turn = w["point_x"], w["point_y"], w["point_heading"]
    place = np.stack((x[begin] + part * (x[begin + 1] - x[begin]), y[begin] + part * (y[begin + 1] - y[begin])), axis=1)
    bend = (turn[begin + 1] - turn[begin] + np.pi) % (2.0 * np.pi) - np.pi
    return place, turn[begin] + np.clip(part, 0.0, 1.0) * bend


def line_of(w: Any, lane: int) -> np.ndarray:
    """The centre-line (n, 2) of a lane."""
    part = slice(int(w["lane_first"][lane]), int(w["lane_first"][lane]) + int(w["lane_points"][lane]))
    return np.stack((w["point_x"][part], w["point_y"][part]), axis=1)


def beside(line: np.ndarray, metres: float) -> np.ndarray:
    """A line (n, 2) moved to the right of its direction."""
    along = np.gradient(line, axis=0)
    along /= np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-9)[:, None]
    return line + metres * np.stack((-along[:, 1], along[:, 0]), axis=1)
