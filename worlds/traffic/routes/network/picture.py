"""How routes looks on a given network: traffic, and of the followed seat the ways that are open, to be clicked.

Every seat's end has a flag and the place where it sets out a dot, in its colour.
"""

from typing import Any

import numpy as np

from worlds.kit.drawing import Canvas
from worlds.road.fields import EXIT
from worlds.road.lanes.crossings import leftmost
from worlds.road.lanes.places import line_of
from worlds.road.picture import draw_roads, frame_of
from worlds.traffic.routes.network.senses import lost_so_far
from worlds.traffic.routes.network.ways import goal_of_way, is_open, place_of_seat
from worlds.traffic.routes.picture import draw_way, moved

WAY_STYLES = ("accent_0", "accent_3", "accent_2", "accent_4")
SCALE = 0.012  # of the map's longer side: flags, dots, lines keep their size on a screen
WIDTH, CLICKABLE, APART = 0.22, 0.9, 0.3  # times that; of a way's line, of where it is clicked, between two lines
POLE, CLOTH, DOT = 2.6, 1.8, 0.45  # times that


def draw(w: Any, canvas: Canvas) -> None:
    """Roads and vehicles; over them ways, starts and ends."""
    draw_roads(w, canvas)
    size = SCALE * float(w["map_wide"])
    if canvas.shows("hidden"):
        for lane in w["slow_lane"]:
            if lane >= 0:
                draw_slow(w, canvas, int(lane), size)
    if canvas.viewer is not None:
        draw_ways(w, canvas, canvas.viewer, size)
    for seat in range(len(w["ride"])):
        draw_ends(w, canvas, seat, size)


def draw_slow(w: Any, canvas: Canvas, lane: int, size: float) -> None:
    """A street that crawls."""
    lane = int(leftmost(w, lane))
    while lane >= 0:
        canvas.ribbon(line_of(w, lane), max(2.0, 0.25 * size), "bad", alpha=150)
        lane = int(w["lane_right"][lane])


def draw_ways(w: Any, canvas: Canvas, seat: int, size: float) -> None:
    """The open ways of a seat from where it is, each with its number; the chosen one is the widest."""
    ways = {choice: lanes_of_way(w, seat, choice) for choice in range(w["relation_goal"].shape[1])
            if is_open(w, seat, choice)}  # fmt: skip
    for choice, lanes in ways.items():
        line = moved(line_along(w, lanes), (choice - 0.5 * (len(ways) - 1)) * APART * size)
        chosen = int(w["choice"][seat]) == choice
        style = WAY_STYLES[choice % len(WAY_STYLES)]
        if chosen:
            canvas.ribbon(line, 2.2 * WIDTH * size, style, alpha=110)
        draw_way(canvas, line, style, WIDTH * size)
        canvas.button(line, CLICKABLE * size, seat, 0, choice)
    for choice, lanes in ways.items():
        others = {lane for other, on in ways.items() if other != choice for lane in on}
        own = [lane for lane in lanes if lane not in others] or lanes
        middle = line_of(w, own[len(own) // 2])
        canvas.badge(middle[len(middle) // 2], str(choice + 1), WAY_STYLES[choice % len(WAY_STYLES)])


def lanes_of_way(w: Any, seat: int, choice: int) -> list[int]:
    """The lanes of an open way from where a seat is, without those that it only changes out of."""
    lane, goal = int(place_of_seat(w, seat, choice)[0]), int(goal_of_way(w, seat, choice))
    found: list[int] = []
    for _ in range(2 * int(w["lanes"])):
        turn = int(w["steer"][lane, goal])
        is_end = int(w["lane_kind"][lane]) == EXIT
        if turn == 0 or is_end:
            found.append(lane)
        if is_end:
            break
        lane = int((w["lane_left"][lane], w["way"][lane, goal], w["lane_right"][lane])[turn + 1])
        if lane < 0:
            break
    return found


def line_along(w: Any, lanes: list[int]) -> np.ndarray:
    """One line (n, 2) through lanes."""
    line = np.concatenate([line_of(w, lane) for lane in lanes])
    far = np.hypot(*np.diff(line, axis=0).T) > 0.01  # points that lie on each other have no direction
    return line[np.concatenate(((True,), far))]


def draw_ends(w: Any, canvas: Canvas, seat: int, size: float) -> None:
    """A dot where a seat sets out, a flag at its end."""
    style = f"seat_{seat}"
    start = line_of(w, int(w["source_lane"][w["relation_source"][w["relation"][seat], 0]]))[0]
    canvas.disc(start, DOT * size, style, outline=True)
    end = line_of(w, int(w["sink_lane"][w["relation_goal"][w["relation"][seat], 0]]))[-1]
    x, y = float(end[0]) + 0.6 * size * seat, float(end[1])
    left, _, width, _ = frame_of(w)
    pole, cloth = POLE * size, CLOTH * size * (1.0 if x < left + 0.8 * width else -1.0)  # a flag stays on the map
    top = y - pole
    canvas.line(np.array(((x, y), (x, top))), "ink", width=0.1 * size)
    canvas.polygon(np.array(((x, top), (x + cloth, top + 0.32 * pole), (x, top + 0.64 * pole))), style)
    canvas.text((x + 0.33 * cloth, top + 0.32 * pole), str(seat + 1), size=0.4 * pole, style="outline")


def status(w: Any, seat: int) -> str:
    """The way, how long that takes yet on empty roads, what this trip and the one before lost, how many were made."""
    trips = int(w.trips[seat])
    made = f"{trips} {'trip' if trips == 1 else 'trips'} made"
    before = int(w.way_before[seat])
    last = f" · lost {float(w.met[seat, before]):.0f} s on way {before + 1} before" if before >= 0 else ""
    way = f"way {int(w.choice[seat]) + 1}"
    if w.ride[seat] < 0:
        return f"about to set out on {way}{last} · {made}"
    lost = f"lost {float(lost_so_far(w, seat)):.0f} s so far"
    return f"on {way}, {float(w.remaining[seat]):.0f} s to go on empty roads · {lost}{last} · {made}"
