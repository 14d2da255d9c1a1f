"""How roads end and what stands beside them: tapers where lanes begin and end, the way on beyond the map, trees."""

from typing import Any

import numpy as np

from worlds.kit.drawing import Canvas
from worlds.road.fields import EXIT, LINK, RAMP
from worlds.road.lanes.places import beside

TAPER = 30.0  # m that a lane that ends takes to narrow, and one that begins to widen
BEYOND, FAST_BEYOND = 160.0, 400.0  # m of road that are drawn beyond the ends of the map, in towns and on motorways
FARTHER = 2.0  # times its longer side, where nothing of the map lies ahead: they run out of every picture of it
PART = 200.0  # m of such a road that are painted together
CLEAR = 12.0  # m to either side of it
TOGETHER, ALIKE = 30.0, 0.9  # m between the ends of lanes of one road, and the cosine of the turn between them
OVERLAP = 0.2  # m
GRID, FREE = 21.0, 7.0  # m between trees in the mean; from the middle of a lane, more than its verge, to the nearest
CROWN = 2.1, 4.2  # m; radius of the smallest and the largest
MOST_TREES = 6000
GOLDEN = 0.618033988749895, 0.7548776662466927, 0.5698402909980532  # steps of sequences without clumps (R1, R2)
ROUND = 9  # corners of a crown


class Wedge:
    """The piece of road by which a lane narrows away, or comes: its inner edge is that of the lane that goes on."""

    def __init__(self, w: Any, lane: int, line: np.ndarray, *, ends: bool) -> None:
        self.lane, self.ends = lane, ends
        stays = _goes_on(w, int(w["lane_left"][lane]), ends=ends)
        self.side = -1 if stays else 1
        """Where the road goes on: −1 left of the lane, 1 right of it."""
        tip, near = (line[-1], line[-2]) if ends else (line[0], line[1])
        away = (tip - near) / max(float(np.hypot(*(tip - near))), 1e-9)
        along = away if ends else -away
        right = np.array((-along[1], along[0]))
        half = 0.5 * float(w["lane_width"][lane])
        self.inner, self.outer = tip + self.side * half * right, tip - self.side * half * right
        self.tip, self._out = self.inner + TAPER * away, -self.side * right

    def outline(self, more: float) -> np.ndarray:
        """Its corners (4, 2), with so many metres of ground along its outer edge."""
        return np.array((self.inner, self.outer + more * self._out, self.tip + more * self._out, self.tip))

    def edge(self, inset: float) -> np.ndarray:
        """The line (2, 2) along its outer edge."""
        return np.array((self.outer, self.tip)) - inset * self._out


def wedges_of(w: Any, lines: list[np.ndarray]) -> list[Wedge]:
    """All of them: lanes that end beside a road that goes on, and lanes that begin beside one that was there."""
    gates = {int(lane) for lane in w["source_lane"][: int(w["sources"])]}
    found = []
    for lane, line in enumerate(lines):
        beside_it = int(w["lane_left"][lane]), int(w["lane_right"][lane])
        if int(w["lane_kind"][lane]) == RAMP and int(w["lane_next"][lane, 0]) < 0:
            if any(_goes_on(w, other, ends=True) for other in beside_it):
                found.append(Wedge(w, lane, line, ends=True))
        if int(w["lane_kind"][lane]) != LINK and int(w["lane_before"][lane, 0]) < 0 and lane not in gates:
            if any(_goes_on(w, other, ends=False) for other in beside_it):
                found.append(Wedge(w, lane, line, ends=False))
    return found


def _goes_on(w: Any, lane: int, *, ends: bool) -> bool:
    """Whether there is such a lane, and road behind its end (or before its beginning)."""
    return lane >= 0 and int(w["lane_next" if ends else "lane_before"][lane, 0]) >= 0


def narrowed(w: Any, wedges: list[Wedge]) -> dict[tuple[int, int], tuple[float, float]]:
    """By lane and side (−1 left, 1 right): metres at its beginning and its end along which a wedge lies beside it."""
    found: dict[tuple[int, int], tuple[float, float]] = {}
    for wedge in wedges:
        stays = int(w["lane_left" if wedge.side < 0 else "lane_right"][wedge.lane])
        other = int(w["lane_next" if wedge.ends else "lane_before"][stays, 0])
        before = found.get((other, -wedge.side), (0.0, 0.0))
        found[other, -wedge.side] = (TAPER, before[1]) if wedge.ends else (before[0], TAPER)
    return found


def trimmed(line: np.ndarray, start: float, end: float) -> np.ndarray:
    """A line (n, 2) without so many metres at its beginning and its end; empty if nothing is left."""
    if start <= 0.0 and end <= 0.0:
        return line
    far = np.concatenate(((0.0,), np.cumsum(np.hypot(*np.diff(line, axis=0).T))))
    low, high = start, float(far[-1]) - end
    if high - low < OVERLAP:
        return line[:0]
    inner = line[(far > low) & (far < high)]
    ends = [np.array([np.interp(at, far, line[:, axis]) for axis in (0, 1)])[None] for at in (low, high)]
    return np.concatenate((ends[0], inner, ends[1]))


def ways_on(w: Any, lines: list[np.ndarray], fast: float) -> list[tuple[int, np.ndarray]]:
    """Lanes by which one comes from beyond the map or leaves it, and the straight line (n, 2) on which they go on.

    They go on out of the picture, side by side; where something of the map lies ahead, they end before.
    """
    ends: list[tuple[int, np.ndarray, np.ndarray]] = []
    sources = {int(lane) for lane in w["source_lane"][: int(w["sources"])]}
    for lane, line in enumerate(lines):
        if lane in sources and int(w["lane_before"][lane, 0]) < 0:
            ends.append((lane, line[0], line[0] - line[1]))
        if int(w["lane_kind"][lane]) == EXIT and int(w["lane_next"][lane, 0]) < 0:
            ends.append((lane, line[-1], line[-1] - line[-2]))
    if not ends:
        return []
    places = np.array([place for _, place, _ in ends])
    ways = np.array([way / max(float(np.hypot(*way)), 1e-9) for _, _, way in ends])
    everything = np.concatenate([_sampled(line) for line in lines])
    longest = float(np.ptp(everything, axis=0).max())
    found = []
    for (lane, place, _), way in zip(ends, ways, strict=True):
        beside_it = (np.hypot(*(places - place).T) < TOGETHER) & (ways @ way > ALIKE)
        along = ways[beside_it].mean(axis=0)
        along /= max(float(np.hypot(*along)), 1e-9)
        far = FAST_BEYOND if float(w["lane_limit"][lane]) > fast else BEYOND
        if _leads_out(place, along, everything):
            far = max(far, FARTHER * longest)
        steps = np.linspace(-OVERLAP, far, 2 + int(far / PART))
        found.append((lane, place + steps[:, None] * along))
    return found


def _sampled(line: np.ndarray) -> np.ndarray:
    """Points (m, 2) along a line, none farther apart than CLEAR."""
    steps = [
        start + (end - start) * np.linspace(0.0, 1.0, 2 + int(np.hypot(*(end - start)) / CLEAR))[:, None]
        for start, end in zip(line[:-1], line[1:], strict=True)
    ]
    return np.concatenate(steps)


def _leads_out(place: np.ndarray, along: np.ndarray, everything: np.ndarray) -> bool:
    """Whether no point (n, 2) of the map lies on a straight way from a place."""
    away = everything - place
    ahead, beside_it = away @ along, away @ np.array((-along[1], along[0]))
    return not bool(((ahead > CLEAR) & (np.abs(beside_it) < CLEAR)).any())


def trees(roads: list[tuple[np.ndarray, float]], frame: tuple[float, float, float, float]) -> np.ndarray:
    """Where trees stand (n, 3): place and radius in m, evenly but not in rows, none near `roads` (line, width in m)."""
    left, top, width, height = frame
    count = min(int(width * height / GRID**2), MOST_TREES)
    numbers = np.arange(1, count + 1)
    places = np.stack((left + width * (numbers * GOLDEN[1] % 1.0), top + height * (numbers * GOLDEN[2] % 1.0)), axis=1)
    radius = CROWN[0] + (CROWN[1] - CROWN[0]) * (numbers * GOLDEN[0] % 1.0) ** 2
    free = np.ones(count, bool)
    for line, wide in roads:
        reach = 0.5 * wide + FREE
        low, high = line.min(axis=0) - reach, line.max(axis=0) + reach
        near = np.flatnonzero(free & (places >= low).all(axis=1) & (places <= high).all(axis=1))
        if len(near):
            free[near] = _distances(line, places[near]) > reach + radius[near] - CROWN[0]
    return np.concatenate((places, radius[:, None]), axis=1)[free]


def _distances(line: np.ndarray, places: np.ndarray) -> np.ndarray:
    """How far each of the places (n, 2) is from a line (m, 2)."""
    start, way = line[:-1], np.diff(line, axis=0)
    part = ((places[:, None] - start) * way).sum(axis=2) / np.maximum((way * way).sum(axis=1), 1e-12)
    nearest = start + np.clip(part, 0.0, 1.0)[..., None] * way
    return np.asarray(np.hypot(*np.moveaxis(nearest - places[:, None], 2, 0)).min(axis=1))


def paint_tree(canvas: Canvas, x: float, y: float, radius: float) -> None:
    """A crown from above, its shadow, and its side in the light."""
    turn = 2.0 * np.pi * np.arange(ROUND) / ROUND + x
    ring = np.stack((np.cos(turn), np.sin(turn)), axis=1) * (1.0 + 0.12 * np.sin(3.0 * turn + y))[:, None]
    for style, part, aside in (("tree_shadow", 1.05, 0.35), ("tree", 1.0, 0.0), ("tree_lit", 0.6, -0.22)):
        canvas.polygon((x + aside * radius, y + aside * radius) + part * radius * ring, style, about=(x, y))


def arrows_back(wedge: Wedge) -> tuple[float, ...]:
    """Metres before the end of a lane where arrows tell that it ends."""
    return (20.0, 65.0, 110.0) if wedge.ends else ()


def side_line(line: np.ndarray, side: int, metres: float, cut: tuple[float, float]) -> np.ndarray:
    """The line so many metres to a side (−1 left, 1 right) of a lane, cut at its ends."""
    return trimmed(beside(line, side * metres), *cut)
