"""How the highway looks: roads and traffic as in every world that has them, cameras and section posts beside them."""

from typing import Any

import numpy as np

from worlds.kit.drawing import Canvas
from worlds.road.lanes.places import cars_of
from worlds.road.layouts.motorways import TOP
from worlds.road.picture import back_of, draw_roads
from worlds.traffic.highway.constants import (
    BRAKE,
    CAMERA_AT,
    CAMERAS,
    CRUISE,
    CUTS_IN,
    EASE,
    FLEETS,
    LEFT,
    LIMIT,
    METRES,
    NOBODY,
    PUSH,
    RIGHT,
    SECTIONS,
    STOPS_SHORT,
    TOLERANCE,
)

CLOSEUP = 130.0  # m across: four seconds of the way at the limit
KMH = 3.6  # km/h in m/s
POST = 4.0  # m from the road to what stands beside it
ENDS = ("", "arrived", "crashed", "left the road", "")  # by fate
FIRMS = "KLMNP"  # a letter for each fleet
PLATE, LIT, LETTER = 0.8, 2.2, 1.2  # m; radius, width, height
CUT, STOP = "cuts in", "stops short"
BOX = 2.2, 2.2  # m, of a camera
CONTROLS: dict[str, dict[str, Any]] = {
    "pedal": {
        "keys": {"up": PUSH, "w": PUSH, "down": BRAKE, "s": BRAKE, "x": EASE},
        "pad": {"RT": PUSH, "A": PUSH, "LT": BRAKE, "B": BRAKE, "X": EASE},
        "rest": CRUISE,
        "about": "push on, brake, roll",
    },
    "wheel": {
        "keys": {"left": LEFT, "a": LEFT, "right": RIGHT, "d": RIGHT},
        "once": True,
        "about": "one lane a press",
    },
}


def draw(w: Any, canvas: Canvas) -> None:
    """Everything, back to front; which cameras are live only where the hidden task is shown, or the viewer saw it."""
    draw_roads(w, canvas, np.maximum(w["fleet"], 0))
    draw_fleets(w, canvas)
    if canvas.shows("labels"):
        for section in range(SECTIONS):
            canvas.badge((section * METRES, TOP - POST), "ABCDEFGH"[section], "muted", away=(0.0, -1.0))
    viewer = canvas.viewer
    fined, spared = (0, 0) if viewer is None else (int(w.fined[viewer]), int(w.spared[viewer]))
    for camera in range(CAMERAS):
        known = canvas.shows("hidden") or (fined | spared) >> camera & 1
        draw_camera(canvas, float(CAMERA_AT[camera]), bool(w.live[camera]) if known else None)


def draw_fleets(w: Any, canvas: Canvas) -> None:
    """Each firm's letter on the roof: on a lit disc where it is known to cut in, on a square where it stops short."""
    cuts, stops = known_habits(w, canvas)
    cars = cars_of(w, back_of(w))
    for slot, middle in zip(cars.slot.tolist(), cars.middle.tolist()):
        fleet = int(w["fleet"][slot])
        if fleet == NOBODY:
            continue
        cutting, stopping = cuts >> fleet & 1, stops >> fleet & 1
        if stopping:
            canvas.box(middle, LIT, LIT, "brake_light")
        if cutting:
            canvas.disc(middle, 0.5 * LIT, "bad")
        elif not stopping:
            canvas.disc(middle, PLATE, "windscreen")
        canvas.text(middle, FIRMS[fleet], size=LETTER, style="outline" if cutting or stopping else "lane_mark")


def known_habits(w: Any, canvas: Canvas) -> tuple[int, int]:
    """Bits of the fleets that cut in, and of those that stop short: all in the hidden layer, else what was seen."""
    if canvas.shows("hidden"):
        habits = list(enumerate(w["habit"].tolist()))
        cuts = sum(1 << fleet for fleet, habit in habits if habit & CUTS_IN)
        return cuts, sum(1 << fleet for fleet, habit in habits if habit & STOPS_SHORT)
    seen = 0 if canvas.viewer is None else int(w["seen"][canvas.viewer])
    return seen % (1 << FLEETS), seen >> FLEETS


def draw_camera(canvas: Canvas, x: float, live: bool | None) -> None:
    """A box on the verge; its eye is lit where it is known to be live, and dark where it is not."""
    long, wide = BOX
    y = TOP - POST
    canvas.box((x, y), long, wide, "ink")
    canvas.box((x, y), 0.5 * long, 0.5 * wide, "muted" if live is None else "bad" if live else "windscreen")
    if live is not None:
        canvas.badge((x, y - 0.5 * wide), "live" if live else "off", "bad" if live else "muted", away=(0.0, -1.0))


def status(w: Any, seat: int) -> str:
    """Speed beside the limit, fines, and which fleets it saw do what; or how the drive ended."""
    car = int(w.ride[seat])
    if car < 0:
        return ENDS[int(w.fate[seat])]
    speed = float(w.car_speed[car])
    fast = ", too fast for a live camera" if speed > TOLERANCE * LIMIT else ""
    fines = f" · fined {int(w.fines[seat])}×" if int(w.fines[seat]) else ""
    seen = int(w.seen[seat])
    lapses = "".join(
        f" · {FIRMS[fleet]} {word}"
        for word, bits in ((CUT, seen), (STOP, seen >> FLEETS))
        for fleet in range(FLEETS)
        if bits >> fleet & 1
    )
    return f"{KMH * speed:.0f} km/h, limit {KMH * LIMIT:.0f}{fast}{fines}{lapses}"
