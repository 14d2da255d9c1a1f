"""How flags looks: two shores and the river between them, everyone, and below them the round and what was done last.

A raid has the sign of an arrow, a guard that of a shield, so that posts can be told without colour.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from worlds.games.flags.constants import (
    CAUGHT,
    CAUGHT_ONE,
    DOCK,
    DOWN,
    EMPTY,
    GUARD,
    HEIGHT,
    LANE_NAMES,
    LANE_ROWS,
    LANES,
    LEFT,
    MUSTER,
    NO_POST,
    POLE,
    POSTS,
    RAID,
    RIGHT,
    ROUND,
    ROUNDS,
    SHORE,
    STAY,
    TO_POST,
    TOOK,
    TOWER,
    UP,
    WEST,
    WIDTH,
)
from worlds.games.flags.moves import is_shown, map_x, team_of
from worlds.games.flags.senses import round_now, sees
from worlds.kit.drawing import Canvas

PANEL = 2.6  # m below the map
BODY = 0.3  # m
TILES = {0: "floor", 1: "wall", 2: "water"}
WATER = 2
TEAM_STYLES = ("seat_0", "seat_1")
FATES = {
    CAUGHT: ("caught", "bad"),
    TOOK: ("flag!", "good"),
    EMPTY: ("too late", "muted"),
    CAUGHT_ONE: ("got one", "good"),
}
Place = tuple[float, float]


class LaneState(NamedTuple):
    """What is to be seen of one lane of a team."""

    gone: bool
    """Its ferry is on the river."""
    taken: bool
    """Its flag was taken in this round."""
    crowned: bool
    """It has the crown, and that is shown."""


def draw(w: Any, canvas: Canvas) -> None:
    """Back to front. Before the horn, a viewer is shown what its seat sees; who asks for what is hidden sees all."""
    viewer = canvas.viewer
    told = canvas.shows("hidden")
    veiled = viewer is not None and not told and not is_shown(w)
    lanes = tuple(lane_state(w, team, lane, told) for team in range(2) for lane in range(LANES))
    canvas.still(("flags", w.shore.tobytes(), bool(is_shown(w)), lanes), lambda still: draw_shores(w, still, lanes))
    if viewer is not None:
        draw_choices(w, canvas, viewer)
    for seat in range(len(w.post)):
        if not veiled or seat == viewer or sees(w, viewer, seat):
            draw_player(w, canvas, seat)
    if viewer is not None and veiled:
        draw_fog(w, canvas, viewer)
    draw_panel(w, canvas)
    if told:
        draw_plans(w, canvas)


def ground(w: Any) -> Any:
    """The tiles of both shores (H, W); 2 is water."""
    tiles = np.full((HEIGHT, WIDTH), WATER, np.uint8)
    inner = SHORE - 1  # without the wall at the water's edge, which is there for walkers alone
    tiles[:, :inner] = w.shore[:, :inner]
    tiles[:, WIDTH - inner :] = w.shore[:, inner - 1 :: -1]
    return tiles


def post_place(team: int, post: int) -> Place:
    """The middle of a post of a team (m)."""
    column = DOCK if post // LANES == RAID else TOWER
    return float(map_x(team, float(column))), float(LANE_ROWS[post % LANES]) + 0.5


def pole_place(team: int, lane: int) -> Place:
    """Where a flag of a team stands (m)."""
    return float(map_x(team, float(POLE))), float(LANE_ROWS[lane]) + 0.5


# --- the shores ------------------------------------------------------------------------------------------------------


def draw_river(w: Any, canvas: Canvas) -> None:
    """Water, and the fog bank while nobody can see across."""
    left, right = float(SHORE - 1), float(WIDTH - SHORE + 1)
    canvas.polygon([(left, 0.0), (right, 0.0), (right, float(HEIGHT)), (left, float(HEIGHT))], "water")
    for edge in (left, right):
        canvas.line([(edge, 0.0), (edge, float(HEIGHT))], "shore", width=0.12)
    for wave in range(9):
        x, y = 6.6 + 0.85 * (wave % 3), 0.7 + 0.95 * wave
        canvas.line([(x - 0.4, y), (x - 0.12, y - 0.1), (x + 0.12, y), (x + 0.4, y - 0.1)], "shore", width=0.06)
    if not is_shown(w):
        for bank in range(5):
            x, y = 7.5 + 0.5 * (-1) ** bank, 0.9 + 1.8 * bank
            canvas.polygon(oval(x, y, 1.55, 1.05), "muted", alpha=70)


def oval(x: float, y: float, across: float, down: float) -> Any:
    """A closed outline (n, 2)."""
    angles = np.linspace(0.0, 2.0 * np.pi, 20, endpoint=False)
    return np.stack([x + across * np.cos(angles), y + down * np.sin(angles)], axis=1)


def lane_state(w: Any, team: int, lane: int, told: bool) -> LaneState:
    """What is to be seen of one lane, before anybody moves on it; ``told``: what is hidden, too."""
    taken = gone = False
    if is_shown(w):
        gone = any(int(w.post[seat]) == lane for seat in range(team, len(w.post), 2))
        takers = [seat for seat in range(1 - team, len(w.post), 2) if int(w.fate[seat]) == TOOK]
        taken = int(w.tick) % ROUND > MUSTER + 2 and any(int(w.post[seat]) == lane for seat in takers)
    return LaneState(gone, taken, int(w.shown[lane]) == 2 or (told and lane == int(w.crown)))


def draw_shores(w: Any, canvas: Canvas, lanes: Sequence[LaneState]) -> None:
    """All that stands still for a while: the ground, the river, the lanes of both teams."""
    canvas.tiles(ground(w), TILES)
    draw_river(w, canvas)
    for number, state in enumerate(lanes):
        draw_lane(canvas, number // LANES, number % LANES, state)


def draw_lane(canvas: Canvas, team: int, lane: int, state: LaneState) -> None:
    """Dock, ferry, watchtower and flag of one lane."""
    x, y = post_place(team, lane)
    canvas.box((x, y), 0.94, 0.8, "path")
    for plank in range(3):
        canvas.line([(x - 0.3 + 0.3 * plank, y - 0.38), (x - 0.3 + 0.3 * plank, y + 0.38)], "floor", width=0.05)
    if not state.gone:
        draw_ferry(canvas, (x + (0.85 if team == WEST else -0.85), y))
    draw_shield(canvas, post_place(team, POSTS - LANES + lane), 0.4, "den")
    draw_flag(canvas, team, lane, state)


def draw_ferry(canvas: Canvas, middle: Place) -> None:
    """A flat boat."""
    x, y = middle
    hull = np.array([(-0.42, -0.3), (0.42, -0.3), (0.58, 0.0), (0.42, 0.3), (-0.42, 0.3), (-0.58, 0.0)])
    canvas.polygon(hull * 1.12 + [x, y], "outline")
    canvas.polygon(hull + [x, y], "den")


def draw_flag(canvas: Canvas, team: int, lane: int, state: LaneState) -> None:
    """A pole, its flag unless it was taken in this round, and the crown where it is known or shown."""
    x, y = pole_place(team, lane)
    canvas.line([(x, y + 0.38), (x, y - 0.42)], "ink", width=0.08)
    if not state.taken:
        fly(canvas, (x, y - 0.42), 0.42, TEAM_STYLES[team])
    if state.crowned:
        draw_crown(canvas, (x, y - 0.62), 0.24)


def fly(canvas: Canvas, top: Place, size: float, style: str) -> None:
    """A flag on the top of its pole."""
    x, y = top
    canvas.polygon(np.array([(x, y), (x + 1.2 * size, y + 0.45 * size), (x, y + 0.9 * size)]), style)


def draw_crown(canvas: Canvas, middle: Place, half: float) -> None:
    """Three points on a band."""
    x, y = middle
    points = np.array([(-1, 0.6), (-1, -0.5), (-0.45, 0.1), (0, -0.8), (0.45, 0.1), (1, -0.5), (1, 0.6)])
    canvas.polygon(points * half * 1.25 + [x, y], "outline")
    canvas.polygon(points * half + [x, y], "goal")


def draw_shield(canvas: Canvas, middle: Place, half: float, style: str) -> None:
    """The sign of a guard."""
    x, y = middle
    points = np.array([(-0.8, -0.9), (0.8, -0.9), (0.8, 0.1), (0.0, 1.0), (-0.8, 0.1)])
    canvas.polygon(points * half + [x, y], style)


def draw_arrow(canvas: Canvas, middle: Place, half: float, style: str, way: float) -> None:
    """The sign of a raid, to the east or to the west."""
    x, y = middle
    points = np.array([(-1, -0.4), (0.1, -0.4), (0.1, -0.9), (1, 0), (0.1, 0.9), (0.1, 0.4), (-1, 0.4)])
    canvas.polygon(points * np.array([half * way, half]) + [x, y], style)


# --- everyone --------------------------------------------------------------------------------------------------------


def draw_player(w: Any, canvas: Canvas, seat: int) -> None:
    """A body, on a ferry while it crosses, with the flag it took; a word tells what became of its post."""
    x, y = float(w.pos[seat, 0]), float(w.pos[seat, 1])
    ticks = int(w.tick) % ROUND - MUSTER
    if 5.9 < x < 9.1:
        draw_ferry(canvas, (x, y))
    canvas.seat(seat, (x, y), float(w.heading[seat]), BODY, dim=ticks >= 2 and int(w.fate[seat]) == CAUGHT)
    if ticks < 2 or int(w.fate[seat]) not in FATES:
        return
    if int(w.fate[seat]) == TOOK and ticks > 2:
        fly(canvas, (x + 0.1, y - 0.75), 0.42, TEAM_STYLES[1 - team_of(seat)])
    text, style = FATES[int(w.fate[seat])]
    canvas.badge((x, y + 0.62), text, style)


def draw_fog(w: Any, canvas: Canvas, viewer: int) -> None:
    """All but what the viewer sees of its own shore is dim."""
    row, reach = float(w.row[viewer]), float(w.sight) + 0.5
    x = float(w.pos[viewer, 0])
    low, high = (0.0, float(SHORE)) if team_of(viewer) == WEST else (float(WIDTH - SHORE), float(WIDTH))
    left, right = max(x - reach, low), min(x + reach, high)
    top, bottom = max(row + 0.5 - reach, 0.0), min(row + 0.5 + reach, float(HEIGHT))
    canvas.fog(np.array([(left, top), (right, top), (right, bottom), (left, bottom)]))


def draw_choices(w: Any, canvas: Canvas, viewer: int) -> None:
    """The six posts with their keys; a click asks for one, and the one that is asked for is ringed."""
    if is_shown(w):
        return
    team = int(team_of(viewer))
    way = 1.0 if team == WEST else -1.0
    for post in range(POSTS):
        x, y = post_place(team, post)
        chosen = int(w.action[viewer, 0]) == TO_POST + post
        if post < LANES:
            draw_arrow(canvas, (x, y), 0.3, "goal" if chosen else "wall_edge", way)
        else:
            draw_shield(canvas, (x, y), 0.4, "goal" if chosen else "wall_edge")
        canvas.text((x, y), str(1 + post), size=0.42, style="outline")
        canvas.button(np.array([(x - 0.45, y), (x + 0.45, y)]), 0.9, viewer, 0, TO_POST + post)


def draw_plans(w: Any, canvas: Canvas) -> None:
    """Where everybody is about to go, for those who may see it; in seats that no bot has, the seat's own bot would."""
    for seat in range(len(w.post)):
        if int(w.driver[seat]) == 0 and not is_shown(w):
            x, y = post_place(int(team_of(seat)), int(w.goal[seat]))
            shift = 0.16 * (seat // 2 - (len(w.post) // 2 - 1) / 2.0)
            canvas.ring((x + shift, y + shift), 0.46, f"seat_{seat}")


# --- the panel -------------------------------------------------------------------------------------------------------


def draw_panel(w: Any, canvas: Canvas) -> None:
    """The round and what is left until the horn, the score, and everybody's last post with what became of it."""
    top, into = HEIGHT + 0.45, int(w.tick) % ROUND
    canvas.text((2.3, top), f"round {int(round_now(w)) + 1} of {ROUNDS}", size=0.5)
    shown = bool(is_shown(w))
    canvas.box((7.5, top), 5.0, 0.36, "den")
    part = 1.0 if shown else max(1.0 - into / MUSTER, 0.02)
    canvas.box((5.0 + 2.5 * part, top), 5.0 * part, 0.36, "good" if shown else "goal")
    words, style = ("the fog lifts" if shown else "until the horn", "outline" if part > 0.7 else "ink")
    canvas.text((7.5, top), words, size=0.3, style=style)
    score = f"west {float(w.points[0]):g}  :  {float(w.points[1]):g} east"
    canvas.text((12.55, top), score, size=0.45)
    seats = len(w.post)
    for seat in range(seats):
        draw_last(w, canvas, seat, (WIDTH * (seat + 0.5) / seats, top + 1.15), WIDTH / seats)


def draw_last(w: Any, canvas: Canvas, seat: int, middle: Place, width: float) -> None:
    """A plate: whose it is, the sign of its last post, its lane, and whether it paid."""
    x, y = middle
    post, fate = int(w.post[seat]), int(w.fate[seat])
    style = "good" if fate in (TOOK, CAUGHT_ONE) else "bad" if fate == CAUGHT else "muted"
    canvas.box((x, y), width - 0.2, 0.95, "den")
    left, wide = x - 0.5 * width + 0.1, width > 3.0
    canvas.disc((left + 0.4, y), 0.3, f"seat_{seat}", label=str(seat), outline=True)
    if post == NO_POST:
        canvas.text((x + 0.25, y), "-", size=0.45, style="muted")
        return
    sign = (left + (1.12 if wide else 0.98), y)
    if post // LANES == GUARD:
        draw_shield(canvas, sign, 0.24, style)
    else:
        draw_arrow(canvas, sign, 0.24, style, 1.0 if team_of(seat) == WEST else -1.0)
    name = LANE_NAMES[post % LANES]
    canvas.text(
        (left + (0.56 + 0.5 * width if wide else 1.42), y), name if wide else name[0].upper(), size=0.42, style=style
    )


def status(w: Any, seat: int) -> str:
    """For people."""
    mine = int(team_of(seat))
    ahead = float(w.points[mine] - w.points[1 - mine])
    return f"{ahead:+g}, flags {int(w.took[seat])}, catches {int(w.catches[seat])}, caught {int(w.caught[seat])}"


CONTROLS: dict[str, dict[str, Any]] = {
    "move": {
        "keys": {
            "right": RIGHT, "up": UP, "left": LEFT, "down": DOWN, "space": STAY,
            "1": TO_POST, "2": TO_POST + 1, "3": TO_POST + 2,
            "4": TO_POST + LANES, "5": TO_POST + LANES + 1, "6": TO_POST + LANES + 2,
        },
        "rest": STAY, "keep": True,
        "pad": {
            "X": TO_POST, "Y": TO_POST + 1, "B": TO_POST + 2,
            "LT": TO_POST + LANES, "A": TO_POST + LANES + 1, "RT": TO_POST + LANES + 2,
        },
        "about": "1 2 3 raid north, middle, south; 4 5 6 guard there; arrows walk; or click a post",
    },
}  # fmt: skip
