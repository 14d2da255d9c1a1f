"""The canvas words that roads are drawn with."""

import numpy as np
import pygame
import pytest

from simulator.canvas import DARK, LIGHT, Canvas, fit
from simulator.canvas.scenery import PIECE
from worlds.world import Seat

SEATS = (Seat("car_0", "car", 0), Seat("car_1", "car", 1))


def canvas(size: tuple[int, int] = (300, 200), **options: object) -> Canvas:
    extent = (30.0, 20.0)
    return Canvas(pygame.Surface(size, 0, 32), extent, camera=fit(extent, size), seats=SEATS, **options)  # type: ignore[arg-type]


def pixels(drawn: Canvas) -> np.ndarray:
    return np.asarray(pygame.surfarray.array3d(drawn.surface))


def at(drawn: Canvas, point: tuple[float, float]) -> tuple[int, ...]:
    x, y = np.rint(drawn.camera.pixels(point)).astype(int)
    return tuple(int(part) for part in pixels(drawn)[x, y])


def is_coloured(drawn: Canvas, point: tuple[float, float], word: str) -> bool:
    """Shrinking a painting darkens it by a shade or two."""
    return bool(np.abs(np.array(at(drawn, point)) - DARK.colour(word)).max() <= 3)


def test_scenery_is_painted_once_and_looks_the_same_again() -> None:
    calls = []

    def paint(painter: Canvas) -> None:
        calls.append(1)
        painter.polygon(((5.0, 5.0), (25.0, 5.0), (25.0, 15.0), (5.0, 15.0)), "asphalt")

    first, second = canvas(), canvas()
    first.scenery("a field", paint, ground="land")
    painted = len(calls)
    second.scenery("a field", paint, ground="land")
    assert len(calls) == painted
    assert (pixels(first) == pixels(second)).all()
    assert is_coloured(first, (15.0, 10.0), "asphalt")
    assert is_coloured(first, (2.0, 2.0), "land")
    light = canvas(theme=LIGHT)
    light.scenery("a field", paint, ground="land")
    assert np.abs(np.array(at(light, (2.0, 2.0))) - LIGHT.colour("land")).max() <= 3


def test_scenery_has_no_seams_between_its_pieces() -> None:
    drawn = canvas((2 * PIECE + 100, 300))
    drawn.scenery("road", lambda painter: painter.ribbon(((-90.0, 10.0), (90.0, 10.0)), 4.0, "asphalt"), ground="land")
    middle = pixels(drawn)[:, 150]
    assert np.ptp(middle, axis=0).max() <= 1


def test_a_ribbon_that_closes_is_whole_where_it_meets() -> None:
    turn = np.linspace(0.0, 2.1 * np.pi, 80)
    ring = np.stack((15.0 + 8.0 * np.cos(turn), 10.0 + 8.0 * np.sin(turn)), axis=1)
    drawn = canvas()
    drawn.scenery("ring", lambda painter: painter.ribbon(ring, 3.0, "asphalt"), ground="land")
    assert is_coloured(drawn, (23.0, 10.0), "asphalt")
    assert is_coloured(drawn, (15.0, 10.0), "land")


def test_dashes_leave_gaps() -> None:
    drawn = canvas()
    drawn.ribbon(((0.0, 10.0), (30.0, 10.0)), 1.0, "lane_mark", dash=(3.0, 3.0))
    assert at(drawn, (1.5, 10.0)) == DARK.colour("lane_mark")
    assert at(drawn, (4.5, 10.0)) == DARK.colour("void")


@pytest.mark.parametrize("kind", ["car", "truck", "bus"])
@pytest.mark.parametrize("size", [(60, 40), (600, 400)])
def test_the_front_of_a_vehicle_differs_from_its_rear(kind: str, size: tuple[int, int]) -> None:
    east, west = canvas(size), canvas(size)
    for drawn, heading in ((east, 0.0), (west, np.pi)):
        drawn.vehicle((15.0, 10.0), heading, 10.0, 2.5, "car_0", kind=kind)
    difference = np.abs(pixels(east).astype(int) - pixels(west)).sum(axis=2)
    assert (difference > 60).sum() >= 2


@pytest.mark.parametrize("size", [(60, 40), (600, 400)])
def test_brakes_and_indicators_shine(size: tuple[int, int]) -> None:
    def drawn(**signs: object) -> np.ndarray:
        picture = canvas(size)
        picture.vehicle((15.0, 10.0), 0.0, 5.0, 2.0, "car_1", **signs)  # type: ignore[arg-type]
        return pixels(picture)

    plain, left, right = drawn(), drawn(blink=1), drawn(blink=2)
    assert (drawn(brakes=True) != plain).any()
    changed = (
        np.argwhere((left != plain).any(axis=2))[:, 1].mean(),
        np.argwhere((right != plain).any(axis=2))[:, 1].mean(),
    )
    assert changed[0] < size[1] / 2 < changed[1]  # eastwards, left is up


@pytest.mark.parametrize("scale", [1, 20])
def test_lights_differ_by_shape_too(scale: int) -> None:
    shapes = set()
    for state in ("red", "yellow", "green"):
        drawn = canvas((30 * scale, 20 * scale))
        drawn.light((15.0, 10.0), 0.0, 3.0, state)
        lit = pixels(drawn).max(axis=2) > 150
        shapes.add(lit.tobytes())
    assert len(shapes) == 3


def test_a_vehicle_with_a_seat_can_be_clicked_and_is_ringed() -> None:
    plain, followed = canvas(), canvas(viewer=1)
    for drawn in (plain, followed):
        drawn.vehicle((15.0, 10.0), 0.0, 5.0, 2.0, "car_0", seat=1)
    assert plain.placed == {1: (15.0, 10.0)}
    assert (pixels(plain) != pixels(followed)).any()


def test_what_matters_is_shown_whole() -> None:
    drawn = canvas()
    drawn.frame(10.0, 5.0, 6.0, 4.0)
    assert drawn.camera.centre == (13.0, 7.0)
    assert drawn.camera.scale > fit((30.0, 20.0), (300, 200)).scale
    zoomed = Canvas(pygame.Surface((300, 200)), (30.0, 20.0), camera=fit((30.0, 20.0), (300, 200), zoom=2.0))
    before = zoomed.camera
    zoomed.frame(10.0, 5.0, 6.0, 4.0)
    assert zoomed.camera == before
