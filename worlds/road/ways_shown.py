"""What is shown of where somebody goes: the seat's own way and next turn, and the demand of one arm."""

from typing import Any

import numpy as np

from worlds.kit.drawing import Canvas
from worlds.road.fields import LINK
from worlds.road.lanes.places import line_of, points_at
from worlds.road.lanes.surface import turn_of

FAR = 160.0  # m of the own way that are shown
LANES = 8  # of it, at most
STEP, BACK = 0.3, -0.5  # m; points of a way nearer to each other are one; the cosine of a turn that leads back
WIDTH, ASIDE = 0.6, 2.2  # m; of the way, and from it to the sign of the next turn
TURNS = {-1: "↰", 0: "↑", 1: "↱"}
KMH, HOUR = 3.6, 3600.0  # km/h in m/s; s
ARM = 45.0  # m; so near an arm counts as pointed at
TOGETHER = 14.0  # m; sources whose lanes begin so near each other are one arm
BOW = 0.12  # of its length, how far an arrow of demand bows
WIDEST_FLOW = 0.0035  # of the width and height of the network


def draw_route(w: Any, canvas: Canvas, seat: int) -> None:
    """The way of the vehicle that a seat drives, as far as it may be seen, and where it turns next."""
    cars = np.flatnonzero((w["car_seat"] == seat) & (w["car_lane"] >= 0))
    if len(cars) == 0:
        return
    car, left, place, ahead = int(cars[0]), FAR, None, None
    goal, lane, pos = int(w["car_goal"][car]), int(w["car_lane"][car]), float(w["car_pos"][car])
    lines = []
    for _ in range(LANES):
        length = float(w["lane_length"][lane])
        end = min(length, pos + left)
        if end > pos:
            lines.append(piece_of(w, lane, pos, end))
        if place is None and lines and int(w["lane_kind"][lane]) == LINK:
            place, ahead = lines[-1][0], lines[-1][1] - lines[-1][0]
            words = f"{TURNS[turn_of(w, lane)]} {FAR - left:.0f} m"
        left -= max(end - pos, 0.0)
        following, steers = int(w["way"][lane, goal]), int(w["steer"][lane, goal])
        if left <= 0.0 or (following < 0 and steers == 0):
            break
        if following < 0:  # into the lane beside it, at the end of this piece
            beside = int(w["lane_left" if steers < 0 else "lane_right"][lane])
            if beside < 0 or not lines:
                break
            lines[-1] = slanted(w, lines[-1], lane, beside, pos, end)
            following, pos = int(w["way"][beside, goal]), 0.0
            if following < 0:
                break
        lane, pos = following, 0.0
    if lines:
        draw_way(canvas, np.concatenate(lines), f"seat_{seat}")
    if place is not None and ahead is not None:
        left_of_it = np.array((ahead[1], -ahead[0]))
        place = place + ASIDE * left_of_it / max(float(np.hypot(*ahead)), 1e-9)
        canvas.badge(place, words, f"seat_{seat}", away=left_of_it)


def piece_of(w: Any, lane: int, start: float, end: float) -> np.ndarray:
    """Points (n, 2) along a piece of a lane."""
    metres = np.linspace(start, end, max(2, min(int((end - start) / 2.5), 24)))
    return points_at(w, np.full(len(metres), lane), metres, np.full(len(metres), -1))[0]


def slanted(w: Any, line: np.ndarray, lane: int, beside: int, start: float, end: float) -> np.ndarray:
    """A piece of a lane that ends in the lane beside it."""
    share = float(w["lane_length"][beside]) / max(float(w["lane_length"][lane]), 1.0)
    other = piece_of(w, beside, start * share, end * share)
    if len(other) != len(line):
        return line
    part = np.linspace(0.0, 1.0, len(line))[:, None] ** 2
    return np.asarray(line + part * (other - line))


def forward(line: np.ndarray) -> np.ndarray:
    """A line (n, 2) without points at which it stays or goes back, as where pieces of lanes meet."""
    kept, way = [line[0]], None
    for point in line[1:]:
        step = point - kept[-1]
        length = float(np.hypot(*step))
        if length > STEP and (way is None or float(step @ way) > BACK * length):
            kept.append(point)
            way = step / length
    return np.array(kept if len(kept) > 1 else [line[0], line[-1]])


def draw_way(canvas: Canvas, line: np.ndarray, style: str) -> None:
    """A band along the way, with a tip."""
    line = forward(line)
    canvas.ribbon(line, WIDTH, style, alpha=110)
    along = line[-1] - line[-2]
    length = float(np.hypot(*along))
    if length > 0.0:
        along = along / length * 3.0 * WIDTH
        side = 0.5 * np.array((-along[1], along[0]))
        canvas.polygon(np.array((line[-1] + along, line[-1] + side, line[-1] - side)), style, alpha=160)


# --- demand ------------------------------------------------------------------------------------------------------


def arm_at(w: Any, point: Any) -> np.ndarray:
    """The sources of the arm that is pointed at, where one is near enough."""
    sources = w["source_lane"][: int(w["sources"])]
    if point is None or len(sources) == 0:
        return np.zeros(0, np.int64)
    first = w["lane_first"][sources].astype(np.int64)
    starts = np.stack((w["point_x"][first], w["point_y"][first]), axis=1)
    away = np.array([_distance(line_of(w, int(lane)), point) for lane in sources])
    if float(away.min()) > ARM:
        return np.zeros(0, np.int64)
    nearest = starts[int(away.argmin())]
    return np.flatnonzero(np.hypot(*(starts - nearest).T) < TOGETHER)


def _distance(line: np.ndarray, point: Any) -> float:
    start, way = line[:-1], np.diff(line, axis=0)
    part = ((point - start) * way).sum(axis=1) / np.maximum((way * way).sum(axis=1), 1e-12)
    return float(np.hypot(*(start + np.clip(part, 0.0, 1.0)[:, None] * way - point).T).min())


def demand_of(w: Any, sources: np.ndarray) -> list[tuple[np.ndarray, np.ndarray, float]]:
    """Where an arm's vehicles come from, where they want to go, and how many an hour; the busiest first."""
    ends: dict[tuple[float, ...], tuple[np.ndarray, float]] = {}
    if len(sources) == 0:
        return []
    start = line_of(w, int(w["source_lane"][sources[0]]))[0]
    for goal in range(int(w["destinations"])):
        flow = float(w["demand"][sources, goal].sum()) * HOUR
        if flow > 0.0:
            end = line_of(w, int(w["sink_lane"][goal]))[-1]
            key = tuple(np.round(end / TOGETHER).tolist())
            ends[key] = end, ends.get(key, (end, 0.0))[1] + flow
    return [(start, end, flow) for end, flow in sorted(ends.values(), key=lambda found: -found[1])]


def draw_demand(w: Any, canvas: Canvas) -> None:
    """Who wants to go where from the arm that is pointed at, wider for more vehicles, with their number an hour."""
    flows = demand_of(w, arm_at(w, canvas.pointer))
    if not flows:
        return
    points = int(w["points"])
    widest = WIDEST_FLOW * float(np.ptp(w["point_x"][:points]) + np.ptp(w["point_y"][:points]))
    for start, end, flow in reversed(flows):
        draw_flow(canvas, start, end, widest * (0.25 + 0.75 * flow / flows[0][2]))
    for start, end, flow in flows:
        canvas.badge(end, f"{flow:.0f}/h", "demand", away=end - start)


def draw_flow(canvas: Canvas, start: np.ndarray, end: np.ndarray, width: float) -> None:
    """An arrow that bows to the right, so that there and back do not cover each other."""
    way = end - start
    part = np.linspace(0.0, 1.0, 17)[:, None]
    bow = BOW * np.array((-way[1], way[0]))
    line = start + part * way + 4.0 * part * (1.0 - part) * bow
    head = line[-1] - line[-2]
    head = head / max(float(np.hypot(*head)), 1e-9) * 3.2 * width
    line = np.concatenate((line[:-1], line[-1:] - head))
    canvas.ribbon(line, width, "demand", alpha=105)
    side = np.array((-head[1], head[0])) * 0.45
    canvas.polygon(np.array((end, end - head + side, end - head - side)), "demand", alpha=190)
