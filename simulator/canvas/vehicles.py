"""Vehicles and lights as small cached pictures: turned to many headings, placed to a part of a pixel."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial

import numpy as np
import pygame

from simulator.canvas import shapes
from simulator.canvas.kept import MEGABYTE, Kept
from simulator.canvas.theme import Colour, Theme, mix

Piece = tuple[np.ndarray, Colour, int]

PHASES = 4  # pictures are placed to this part of a pixel
SHORTEST, NARROWEST = 5.5, 3.0  # px; no vehicle is drawn smaller
DETAILED = 15.0  # px long; shorter vehicles show fewer parts
LAMPS = 4.5  # px a metre; farther away a light is a bar or an arrowhead, nearer a row of three lamps
LEFT, RIGHT = 1, 2  # sides that blink

_pictures = Kept(32 * MEGABYTE)


def draw_vehicle(
    target: pygame.Surface,
    middle: tuple[float, float],
    heading: float,
    size: tuple[float, float],
    colour: Colour,
    theme: Theme,
    *,
    kind: str = "car",
    brakes: bool = False,
    blink: int = 0,
) -> None:
    """Draw a vehicle around a pixel; `size` is its length and width in pixels."""
    long, wide = max(size[0], SHORTEST), max(size[1], NARROWEST)
    steps = 64 if long < 14 else 128 if long < 40 else 256
    turn = round(heading * steps / (2 * math.pi)) % steps
    key = (kind, round(long * 4), round(wide * 4), turn, steps, colour, brakes, blink)
    _blit(target, middle, long, key, theme)


def _blit(
    target: pygame.Surface, middle: tuple[float, float], reach: float, key: tuple[object, ...], theme: Theme
) -> None:
    """Copy the picture that belongs to `key` so that its middle lies at a pixel."""
    left, top = math.floor(middle[0]), math.floor(middle[1])
    far = reach + 4
    if not target.get_clip().colliderect((left - far, top - far, 2 * far, 2 * far)):
        return
    phase = int((middle[0] - left) * PHASES), int((middle[1] - top) * PHASES)
    side = math.ceil(reach / 2 + 3)
    picture = _pictures.of((key, phase, side, theme), partial(_picture, key, phase, side, theme))
    target.blit(picture, (left - side, top - side))


def _picture(key: tuple[object, ...], phase: tuple[int, int], side: int, look: Theme) -> pygame.Surface:
    pieces = _light(key, look) if key[0] == "light" else _vehicle(key, look)
    fine = 6 if side < 14 else 4 if side < 40 else 3
    whole = 2 * side + 1
    patch = pygame.Surface((whole * fine, whole * fine), pygame.SRCALPHA, 32)
    patch.fill((*look.colour("outline"), 0))
    shift = np.array((side + (phase[0] + 0.5) / PHASES, side + (phase[1] + 0.5) / PHASES))
    for points, colour, alpha in pieces:
        _fill(patch, (points + shift) * fine, colour, alpha)
    return pygame.transform.smoothscale(patch, (whole, whole))


def _fill(patch: pygame.Surface, points: np.ndarray, colour: Colour, alpha: int) -> None:
    """Fill a polygon; a see-through one is laid over what is there, an opaque one replaces it."""
    if alpha == 255:
        pygame.draw.polygon(patch, (*colour, 255), points.tolist())
        return
    layer = pygame.Surface(patch.get_size(), pygame.SRCALPHA, 32)
    layer.fill((*colour, 0))
    pygame.draw.polygon(layer, (*colour, alpha), points.tolist())
    patch.blit(layer, (0, 0))


# --- vehicles ----------------------------------------------------------------------------------------------------


def _vehicle(key: tuple[object, ...], theme: Theme) -> Sequence[Piece]:
    kind, long4, wide4, turn, steps, colour, brakes, blink = key
    long, wide = int(long4) / 4, int(wide4) / 4  # type: ignore[call-overload]
    angle = int(turn) * 2 * math.pi / int(steps)  # type: ignore[call-overload]
    paint: Colour = colour  # type: ignore[assignment]
    parts = _far_away(long, wide, paint, theme)
    if long >= DETAILED:
        parts = {"truck": _truck, "bus": _bus}.get(str(kind), _car)(long, wide, paint, theme)
    parts = [*parts, *_lamps(long, wide, bool(brakes), int(blink), theme)]  # type: ignore[call-overload]
    rim = _rounded(long + 1.6, wide + 1.6, 0.3 * wide, 0.2 * wide)
    shadow = shapes.turned(rim, angle) + np.array((0.05 * wide, 0.16 * wide))
    around = mix(paint, theme.colour("outline"), 0.75)
    outline = [(shadow, theme.colour("shadow"), 90), (shapes.turned(rim, angle), around, 255)]
    return outline + [(shapes.turned(points, angle), shade, alpha) for points, shade, alpha in parts]


def _rounded(long: float, wide: float, front: float, rear: float, middle: float = 0.0) -> np.ndarray:
    """A box along x with round corners, `front` and `rear` their radii."""
    corners = []
    for x, y, radius, start in (
        (1, 1, front, 0.0), (-1, 1, rear, 0.5 * math.pi), (-1, -1, rear, math.pi), (1, -1, front, 1.5 * math.pi),
    ):  # fmt: skip
        radius = min(radius, wide / 2, long / 2)
        centre = np.array((x * (long / 2 - radius) + middle, y * (wide / 2 - radius)))
        sweep = start + np.linspace(0.0, 0.5 * math.pi, 5)
        corners.append(centre + radius * np.stack((np.cos(sweep), np.sin(sweep)), axis=1))
    return np.concatenate(corners)


def _band(rear: float, front: float, wide_rear: float, wide_front: float) -> np.ndarray:
    """A trapezium across the vehicle between two places along it."""
    return np.array(((rear, -wide_rear / 2), (front, -wide_front / 2), (front, wide_front / 2), (rear, wide_rear / 2)))


def _far_away(long: float, wide: float, paint: Colour, theme: Theme) -> list[Piece]:
    """Only the body and the windscreen: what can be told apart at few pixels."""
    glass = theme.colour("windscreen")
    screen = _band(0.14 * long, 0.3 * long, 0.82 * wide, 0.82 * wide)
    return [(_rounded(long, wide, 0.34 * wide, 0.2 * wide), paint, 255), (screen, glass, 255)]


def _car(long: float, wide: float, paint: Colour, theme: Theme) -> list[Piece]:
    glass, light = theme.colour("windscreen"), theme.colour("headlight")
    roof = mix(paint, (255, 255, 255), 0.16)
    parts: list[Piece] = [
        (_rounded(long, wide, 0.36 * wide, 0.22 * wide), paint, 255),
        (_rounded(0.62 * long, 0.84 * wide, 0.2 * wide, 0.2 * wide, -0.07 * long), glass, 255),
        (_rounded(0.3 * long, 0.74 * wide, 0.1 * wide, 0.1 * wide, -0.08 * long), roof, 255),
    ]
    for side in (-1, 1):  # pillars between the windscreen, the side windows and the rear window
        for rear, front in ((0.06, 0.2), (-0.23, -0.34)):
            start, end = np.array((rear * long, side * 0.37 * wide)), np.array((front * long, side * 0.45 * wide))
            parts.append((_stroke(start, end, 0.07 * wide), paint, 255))
        parts.append((_lamp(0.46 * long, side * 0.33 * wide, 0.06 * long, 0.2 * wide), light, 255))
    return parts


def _truck(long: float, wide: float, paint: Colour, theme: Theme) -> list[Piece]:
    """A cab in front of a box; the box is paler, so that the two are told apart."""
    glass, light = theme.colour("windscreen"), theme.colour("headlight")
    cab = min(1.05 * wide, 0.34 * long)
    box = long - cab - 0.12 * wide
    parts: list[Piece] = [
        (_band(-long / 2 + box - 0.02 * long, long / 2 - cab + 0.02 * long, 0.4 * wide, 0.4 * wide), glass, 255),
        (_rounded(box, wide, 0.06 * wide, 0.06 * wide, -long / 2 + box / 2), theme.colour("cargo"), 255),
        (_rounded(cab, 0.96 * wide, 0.22 * wide, 0.08 * wide, long / 2 - cab / 2), paint, 255),
        (_band(long / 2 - 0.42 * cab, long / 2 - 0.16 * cab, 0.8 * wide, 0.74 * wide), glass, 255),
    ]
    seams = [-long / 2 + box * part for part in (0.25, 0.5, 0.75)] if long > 30 else []
    dark = mix(theme.colour("cargo"), theme.colour("outline"), 0.22)
    parts += [(_band(x - 0.02 * wide, x + 0.02 * wide, 0.9 * wide, 0.9 * wide), dark, 255) for x in seams]
    parts += [(_lamp(long / 2 - 0.05 * cab, y * 0.34 * wide, 0.1 * cab, 0.2 * wide), light, 255) for y in (-1, 1)]
    return parts


def _bus(long: float, wide: float, paint: Colour, theme: Theme) -> list[Piece]:
    """A long body with a row of windows on either side and hatches on its roof."""
    glass, light = theme.colour("windscreen"), theme.colour("headlight")
    roof = mix(paint, (255, 255, 255), 0.3)
    parts: list[Piece] = [
        (_rounded(long, wide, 0.2 * wide, 0.12 * wide), paint, 255),
        (_rounded(0.93 * long, 0.9 * wide, 0.12 * wide, 0.12 * wide, -0.01 * long), glass, 255),
        (_rounded(0.84 * long, 0.7 * wide, 0.08 * wide, 0.08 * wide, -0.035 * long), roof, 255),
    ]
    for part in (-0.26, 0.12):
        hatch = _rounded(0.12 * long, 0.4 * wide, 0.06 * wide, 0.06 * wide, part * long)
        parts.append((hatch, mix(roof, theme.colour("outline"), 0.25), 255))
    parts += [(_lamp(0.485 * long, y * 0.36 * wide, 0.03 * long, 0.2 * wide), light, 255) for y in (-1, 1)]
    return parts


def _stroke(start: np.ndarray, end: np.ndarray, wide: float) -> np.ndarray:
    along = (end - start) / max(float(np.hypot(*(end - start))), 1e-9)
    side = np.array((-along[1], along[0])) * wide / 2
    return np.array((start + side, end + side, end - side, start - side))


def _lamp(x: float, y: float, deep: float, wide: float) -> np.ndarray:
    deep, wide = max(deep, 0.8), max(wide, 0.8)
    return np.array(((x - deep / 2, y - wide / 2), (x + deep / 2, y - wide / 2), (x + deep / 2, y + wide / 2),
                     (x - deep / 2, y + wide / 2)))  # fmt: skip


def _lamps(long: float, wide: float, brakes: bool, blink: int, theme: Theme) -> list[Piece]:
    """Brake lights, bright or dark, and the indicators of one side while they are lit."""
    parts: list[Piece] = []
    deep = max(0.05 * long, 1.2 if brakes else 0.8)
    shade = theme.colour("brake_light" if brakes else "rear_light")
    if long < DETAILED and brakes:
        parts.append((_band(-long / 2, -long / 2 + max(0.2 * long, 1.6), 0.92 * wide, 0.92 * wide), shade, 255))
    elif long >= DETAILED:
        for side in (-1, 1):
            lamp = _lamp(-long / 2 + deep / 2 + 0.3, side * 0.34 * wide, deep, 0.26 * wide)
            if brakes:
                parts.append((_round(lamp.mean(axis=0), 0.3 * wide), shade, 80))
            parts.append((lamp, shade, 255))
    if blink:
        side = -1 if blink == LEFT else 1  # y grows to the right of the direction of travel
        reach = max(0.13 * wide, 1.1)
        for x in (-0.42 * long, 0.4 * long):
            place = np.array((x, side * 0.44 * wide))
            parts.append((_round(place, 2.0 * reach), theme.colour("indicator"), 70))
            parts.append((_round(place, reach), theme.colour("indicator"), 255))
    return parts


def _round(middle: np.ndarray, reach: float) -> np.ndarray:
    turn = np.linspace(0.0, 2 * math.pi, 14, endpoint=False)
    return middle + reach * np.stack((np.cos(turn), np.sin(turn)), axis=1)


# --- lights ------------------------------------------------------------------------------------------------------


def draw_light(
    target: pygame.Surface,
    middle: tuple[float, float],
    heading: float,
    wide: float,
    state: str,
    scale: float,
    theme: Theme,
) -> None:
    """Draw a traffic light across a lane of `wide` pixels; `heading` is the way the traffic goes."""
    turn = round(heading * 128 / (2 * math.pi)) % 128
    key = ("light", state, turn, max(round(wide * 2), 6), round(scale, 2))
    _blit(target, middle, max(wide, 9.0) + 2.4 * max(scale, 2.0) + 6, key, theme)


def _light(key: tuple[object, ...], theme: Theme) -> Sequence[Piece]:
    _, state, turn, wide2, scale = key
    wide, metre = int(wide2) / 2, float(scale)  # type: ignore[call-overload, arg-type]
    parts = _row(str(state), wide, metre, theme) if metre >= LAMPS else _bar(str(state), wide, metre, theme)
    angle = int(turn) * 2 * math.pi / 128  # type: ignore[call-overload]
    return [(shapes.turned(points, angle), colour, alpha) for points, colour, alpha in parts]


def _bar(state: str, wide: float, metre: float, theme: Theme) -> list[Piece]:
    """Far away: red is a bar across the lane, yellow a short one, green an arrowhead that points onwards."""
    colour, dark = theme.colour(f"light_{state}"), theme.colour("outline")
    thick = max(0.9 * metre, 3.2)
    if state == "green":
        ahead, half = max(2.4 * metre, 6.5), max(0.42 * wide, 3.2)
        arrow = np.array(((-0.3 * ahead, -half), (0.7 * ahead, 0.0), (-0.3 * ahead, half)))
        return [(arrow * 1.3, dark, 150), (arrow, colour, 255)]
    across = max(0.5 * wide, thick) if state == "yellow" else max(0.94 * wide, 1.8 * thick)
    return [
        (_rounded(thick + 1.6, across + 1.6, 0.8, 0.8), dark, 150),
        (_rounded(thick, across, 0.4 * thick, 0.4 * thick), colour, 255),
    ]


def _row(state: str, wide: float, metre: float, theme: Theme) -> list[Piece]:
    """Near: red, yellow and green side by side in a dark case, the one that shines larger and with a glow."""
    across, deep = 0.9 * wide, 0.30 * wide
    parts: list[Piece] = [
        (_rounded(deep + 1.5, across + 1.5, 0.4 * deep, 0.4 * deep), theme.colour("light_rim"), 255),
        (_rounded(deep, across, 0.4 * deep, 0.4 * deep), theme.colour("light_case"), 255),
    ]
    for order, name in enumerate(("red", "yellow", "green")):
        place = np.array((0.0, (order - 1) * 0.3 * across))
        colour = theme.colour(f"light_{name}")
        if name == state:
            parts.append((_round(place, 0.3 * wide), colour, 90))
            parts.append((_round(place, 0.15 * wide), colour, 255))
        else:
            parts.append((_round(place, 0.09 * wide), mix(theme.colour("light_case"), colour, 0.28), 255))
    if state == "green":
        tip, half = max(1.9 * metre, 0.3 * wide), 0.3 * wide
        arrow = np.array(((0.75 * tip, -half), (1.5 * tip, 0.0), (0.75 * tip, half), (0.95 * tip, 0.0)))
        parts.append((arrow, theme.colour("light_green"), 200))
    return parts
