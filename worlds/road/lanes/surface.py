"""The road itself, as it is painted once: asphalt with kerbs, junction areas, markings, stop lines, turn arrows."""

from typing import Any
from zlib import crc32

import numpy as np

from worlds.kit.drawing import Canvas
from worlds.road.fields import ALL_STOP, AT_STOP, EXIT, FIRST_COME, FROM_RIGHT, LINK, RAMP
from worlds.road.lanes.edges import (
    OVERLAP,
    Wedge,
    arrows_back,
    narrowed,
    paint_tree,
    side_line,
    trees,
    ways_on,
    wedges_of,
)
from worlds.road.lanes.places import beside, line_of

VERGE, FAST_VERGE = 2.4, 7.0  # m of pavement in towns, of grass along motorways
KERB = 0.45  # m of casing on either side
INSET = 0.14  # m from the edge of a lane to the middle of its line
LINE, WIDE_LINE = 0.15, 0.30  # m; RMS-1: narrow lines are 0.12 to 0.15 m, wide ones 0.25 to 0.30 m
DASH, FAST_DASH = (3.0, 6.0), (6.0, 12.0)  # m drawn and left out, in towns and on motorways (RMS-1)
MERGE_DASH = (3.0, 3.0)  # between a ramp and the road
YIELD_DASH = (0.5, 0.25)  # RMS-1, sign 341
STOP_WIDTH = 0.5  # m (RMS-1, sign 294)
FAST = 22.0  # m/s; above it markings are those of motorways
ARROWS_BACK = (7.0, 24.0)  # m before the stop line
SPREAD = 60.0  # m; a junction whose lanes lie farther apart is several, and gets no common area
AROUND, AROUND_PART = 120.0, 0.6  # m around the network where trees grow, or that part of its shorter side
TURN = 0.5  # rad that a way bends and is a turn
ARROW = np.array(((-2.0, -0.09), (-2.0, 0.09), (0.4, 0.09), (0.4, 0.42), (2.0, 0.0), (0.4, -0.42), (0.4, -0.09)))
HOOK = np.array(
    ((-2.0, -0.09), (-2.0, 0.09), (0.6, 0.09), (1.0, 0.35), (1.0, 0.55), (0.6, 0.55), (1.15, 1.35), (1.7, 0.55),
     (1.3, 0.55), (1.3, 0.2), (0.75, -0.09))
)  # fmt: skip
LEAVE = np.array(
    ((-3.0, -0.16), (-3.0, 0.08), (0.2, 0.08), (1.6, 0.62), (1.3, 1.02), (3.4, 0.98), (2.1, -0.42), (1.9, 0.12),
     (0.5, -0.16))
)  # fmt: skip
BRANCH = 1.1  # m; how much earlier a turn leaves an arrow that leads ahead too
ROUNDING = 6  # points of a junction's corner
STATIC = ("lane_length", "lane_kind", "lane_first", "lane_points", "lane_left", "lane_group", "lane_rank", "point_x",
          "point_y")  # fmt: skip


def name_of(w: Any) -> tuple[int, int, int]:
    """Equal for equal networks: what a painting of one is kept by."""
    check = 0
    for field in STATIC:
        check = crc32(np.ascontiguousarray(w[field]).tobytes(), check)
    return int(w["lanes"]), int(w["points"]), check


def paint_surface(w: Any, canvas: Canvas) -> None:
    """Everything that never moves, from below."""
    lanes = range(int(w["lanes"]))
    lines = [line_of(w, lane) for lane in lanes]
    wedges = wedges_of(w, lines)
    onwards = ways_on(w, lines, FAST)
    paint_onwards(w, canvas, onwards)
    areas = [area for junction in range(len(w["phases"])) for area in junction_areas(w, lines, junction)]
    for style, more in (("verge", 0.0), ("casing", KERB), ("asphalt", 0.05)):
        for area in areas:
            canvas.polygon(grown(area, VERGE if style == "verge" else more), style)
        for lane in lanes:
            wide = verge_of(w, lane) if style == "verge" else more
            canvas.ribbon(longer(lines[lane]), float(w["lane_width"][lane]) + 2.0 * wide, style)
        for wedge in wedges:
            canvas.polygon(wedge.outline(verge_of(w, wedge.lane) if style == "verge" else more), style)
    paint_trees(w, canvas, lines, onwards)
    paint_markings(w, canvas, lines, wedges)


def paint_onwards(w: Any, canvas: Canvas, onwards: list[tuple[int, np.ndarray]]) -> None:
    """The roads beyond the map, where nothing is simulated: paler, without markings but for their edges."""
    for style, more in (("verge", 0.0), ("casing", KERB), ("asphalt_beyond", 0.05)):
        for lane, line in onwards:
            wide = verge_of(w, lane) if style == "verge" else more
            for start, end in zip(line[:-1], line[1:]):  # only parts in view are painted
                part = longer(np.stack((start, end)))
                canvas.ribbon(part, float(w["lane_width"][lane]) + 2.0 * wide, style)


def paint_trees(w: Any, canvas: Canvas, lines: list[np.ndarray], onwards: list[tuple[int, np.ndarray]]) -> None:
    """Trees around the network and some way beyond it."""
    wide = [float(w["lane_width"][lane]) + 2.0 * verge_of(w, lane) for lane in range(len(lines))]
    roads = [*zip(lines, wide), *((line, wide[lane]) for lane, line in onwards)]
    if not lines:
        return
    everything = np.concatenate(lines)
    around = max(AROUND, AROUND_PART * float(np.ptp(everything, axis=0).min()))
    low, high = everything.min(axis=0) - around, everything.max(axis=0) + around
    for x, y, radius in trees(roads, (*low, *(high - low))).tolist():
        paint_tree(canvas, x, y, radius)


def paint_markings(w: Any, canvas: Canvas, lines: list[np.ndarray], wedges: list[Wedge]) -> None:
    """Edges, lines between lanes, stop lines and arrows; where lanes end, the edge follows the narrowing road."""
    cuts = narrowed(w, wedges)
    for lane, line in enumerate(lines):
        if int(w["lane_kind"][lane]) != LINK:
            paint_sides(w, canvas, lane, line, cuts)
            paint_stop(w, canvas, lane, line)
            paint_arrows(w, canvas, lane, line)
    for wedge in wedges:
        canvas.ribbon(wedge.edge(INSET), LINE, "lane_mark")
        for back in arrows_back(wedge):
            if float(w["lane_length"][wedge.lane]) > back + 12.0:
                along = _direction(lines[wedge.lane])
                # leans towards the lane that goes on
                paint_arrow(canvas, lines[wedge.lane][-1] - along * back, along, LEAVE * (1.0, wedge.side))


def verge_of(w: Any, lane: int) -> float:
    """Metres of ground that is kept with a lane, on either side."""
    return FAST_VERGE if float(w["lane_limit"][lane]) > FAST else VERGE


def longer(line: np.ndarray) -> np.ndarray:
    """A line that reaches a little beyond its ends, so that no seam shows where lanes meet."""
    start, end = line[0] - line[1], line[-1] - line[-2]
    more = [OVERLAP * way / max(float(np.hypot(*way)), 1e-9) for way in (start, end)]
    return np.concatenate(((line[0] + more[0],), line, (line[-1] + more[1],)))


def junction_areas(w: Any, lines: list[np.ndarray], junction: int) -> list[np.ndarray]:
    """The asphalt of a junction: one outline for a crossing, one at each arm of a roundabout."""
    links = np.flatnonzero(
        (w["lane_junction"][: int(w["lanes"])] == junction) & (w["lane_kind"][: int(w["lanes"])] == LINK)
    )
    found: list[list[int]] = []
    for link in links.tolist():
        beside_it = [part for part in found if any(_share_an_end(w, link, other) for other in part)]
        found = [part for part in found if part not in beside_it]
        found.append([link, *(other for part in beside_it for other in part)])
    areas = [outline_of(w, lines, part) for part in found if len(part) > 1]
    return [area for area in areas if area is not None]


def _share_an_end(w: Any, link: int, other: int) -> bool:
    """Whether two links leave the same lane or lead to the same."""
    same_start = w["lane_before"][link, 0] == w["lane_before"][other, 0]
    return bool(same_start or w["lane_next"][link, 0] == w["lane_next"][other, 0])


def outline_of(w: Any, lines: list[np.ndarray], links: list[int]) -> np.ndarray | None:
    """The outline around the ends of links; none where they lie far apart."""
    corners: dict[tuple[float, float], np.ndarray] = {}  # place → direction into the junction
    for link in links:
        half = 0.5 * float(w["lane_width"][link])
        for side in (-half, half):
            edge = beside(lines[link], side)
            for end, inwards in ((0, edge[1] - edge[0]), (-1, edge[-2] - edge[-1])):
                corners[float(edge[end, 0]), float(edge[end, 1])] = inwards / max(float(np.hypot(*inwards)), 1e-9)
    points = np.array(list(corners))
    if float(np.ptp(points, axis=0).max()) > SPREAD:
        return None
    outline = hull(points)
    pieces = []
    for start, end in zip(outline, np.roll(outline, -1, axis=0)):
        pieces.append(corner_between(start, corners[tuple(start)], end, corners[tuple(end)]))
    return np.concatenate(pieces)


def corner_between(start: np.ndarray, along: np.ndarray, end: np.ndarray, back: np.ndarray) -> np.ndarray:
    """Points from a kerb to the next: round where the two meet inside the junction, straight otherwise."""
    area = float(along[0] * back[1] - along[1] * back[0])
    way = end - start
    if abs(area) < 0.3:
        return start[None]
    far, near = float(way[0] * back[1] - way[1] * back[0]) / area, float(way[0] * along[1] - way[1] * along[0]) / area
    if not (0.0 < far < SPREAD and 0.0 < near < SPREAD):
        return start[None]
    meet, part = start + far * along, np.linspace(0.0, 1.0, ROUNDING, endpoint=False)[:, None]
    return np.asarray((1 - part) ** 2 * start + 2 * part * (1 - part) * meet + part**2 * end)


def hull(points: np.ndarray) -> np.ndarray:
    """The smallest convex outline around points (n, 2): Andrew's monotone chain."""
    ordered = sorted(map(tuple, points.tolist()))
    halves = []
    for run in (ordered, ordered[::-1]):
        chain: list[tuple[float, ...]] = []
        for point in run:
            while len(chain) > 1 and _turns_right(chain[-2], chain[-1], point):
                chain.pop()
            chain.append(point)
        halves.append(chain[:-1])
    return np.array(halves[0] + halves[1])


def _turns_right(a: tuple[float, ...], b: tuple[float, ...], c: tuple[float, ...]) -> bool:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]) <= 0.0


def grown(area: np.ndarray, by: float) -> np.ndarray:
    """A convex outline, every corner moved outwards."""
    away = area - area.mean(axis=0)
    return area + by * away / np.maximum(np.hypot(away[:, 0], away[:, 1]), 1e-9)[:, None]


def paint_sides(
    w: Any, canvas: Canvas, lane: int, line: np.ndarray, cuts: dict[tuple[int, int], tuple[float, float]]
) -> None:
    """A solid line where the road ends or faces the other way, a broken one where lanes may be changed."""
    half = 0.5 * float(w["lane_width"][lane])
    left = int(w["lane_left"][lane])
    for side, other in ((1, int(w["lane_right"][lane])), (-1, left)):
        edge = side_line(line, side, half - INSET, cuts.get((lane, side), (0.0, 0.0)))
        if other < 0 and len(edge) > 1:
            canvas.ribbon(edge, LINE, "lane_mark")
    if left < 0:
        return
    ramp = RAMP in (int(w["lane_kind"][lane]), int(w["lane_kind"][left]))
    dash = MERGE_DASH if ramp else FAST_DASH if float(w["lane_limit"][lane]) > FAST else DASH
    canvas.ribbon(
        beside(line, -half), WIDE_LINE if ramp else LINE, "lane_mark", dash=fitted(dash, float(w["lane_length"][lane]))
    )


def fitted(dash: tuple[float, float], length: float) -> tuple[float, float]:
    """A dash whose gaps are such that it goes on in the next lane without a break."""
    count = max(round(length / (dash[0] + dash[1])), 1)
    return dash[0], max(length / count - dash[0], 0.5 * dash[1])


def paint_stop(w: Any, canvas: Canvas, lane: int, line: np.ndarray) -> None:
    """A bar where a light or a rule may hold traffic: solid at lights and stop signs, broken where one gives way."""
    links = links_after(w, lane)
    lit = any(int(w["lane_group"][link]) >= 0 for link in links)
    if not lit and not any(gives_way(w, link) for link in links):
        return
    solid = lit or any(int(w["lane_rank"][link]) in (AT_STOP, ALL_STOP) for link in links)
    half = 0.5 * float(w["lane_width"][lane]) - INSET
    end, along = line[-1], _direction(line)
    across = np.array((-along[1], along[0]))
    middle = end - along * 0.5 * STOP_WIDTH
    bar = np.array((middle - across * half, middle + across * half))
    canvas.ribbon(bar, STOP_WIDTH, "lane_mark", dash=None if solid else YIELD_DASH)


def links_after(w: Any, lane: int) -> list[int]:
    """The ways through the junction that a lane leads to."""
    following = [int(link) for link in w["lane_next"][lane] if link >= 0]
    return [link for link in following if int(w["lane_kind"][link]) == LINK]


def gives_way(w: Any, link: int) -> bool:
    """Whether a way through a junction meets one that goes first, or one where nobody does by rank."""
    first, count = int(w["lane_conflict"][link]), int(w["lane_conflicts"][link])
    others, rank = w["conflict_lane"][first : first + count], int(w["lane_rank"][link])
    return rank in (FROM_RIGHT, FIRST_COME, AT_STOP, ALL_STOP) or bool((w["lane_rank"][others] > rank).any())


def paint_arrows(w: Any, canvas: Canvas, lane: int, line: np.ndarray) -> None:
    """Where the lane leads, on roads with several lanes; not on the way out of the map."""
    alone = int(w["lane_left"][lane]) < 0 and int(w["lane_right"][lane]) < 0
    if alone or int(w["lane_kind"][lane]) == EXIT:
        return
    turns = sorted({turn_of(w, link) for link in links_after(w, lane)})
    length = float(w["lane_length"][lane])
    for back in ARROWS_BACK if turns else ():
        if length > back + 12.0:
            along = _direction(line)
            middle = line[-1] - along * back  # approaches end straight
            for turn in turns:
                shape = ARROW if turn == 0 else (HOOK - (BRANCH if 0 in turns else 0.0, 0.0)) * (1.0, turn)
                paint_arrow(canvas, middle, along, shape)


def paint_arrow(canvas: Canvas, middle: np.ndarray, along: np.ndarray, shape: np.ndarray) -> None:
    """An arrow of this shape (n, 2; along x) on the road."""
    turned = np.stack((shape @ (along[0], -along[1]), shape @ (along[1], along[0])), axis=1)
    canvas.polygon(middle + turned, "lane_mark")


def turn_of(w: Any, link: int) -> int:
    """−1 to the left, 0 ahead, 1 to the right."""
    first = int(w["lane_first"][link])
    last = first + int(w["lane_points"][link]) - 1
    bend = float(w["point_heading"][last] - w["point_heading"][first])
    bend = (bend + np.pi) % (2.0 * np.pi) - np.pi
    return -1 if bend < -TURN else 1 if bend > TURN else 0


def _direction(line: np.ndarray) -> np.ndarray:
    """Unit vector of a lane's last stretch."""
    along = line[-1] - line[-2]
    return np.asarray(along / max(float(np.hypot(*along)), 1e-9))
