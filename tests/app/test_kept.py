"""Pictures are kept up to a number of bytes: watching for hours takes no more memory than watching for a minute."""

import numpy as np
import pygame
import pytest

from simulator.canvas import DARK, Canvas, fit, ink, text, tiles, vehicles
from simulator.canvas.kept import MEGABYTE, Kept, size

SIDE = 100  # px


def picture() -> pygame.Surface:
    return pygame.Surface((SIDE, SIDE), 0, 32)


def test_the_longest_unused_go_first() -> None:
    kept = Kept(3 * size(picture()))
    for key in (1, 2, 3, 1, 4):
        kept.of(key, picture)
    assert [key in kept for key in (1, 2, 3, 4)] == [True, False, True, True]
    assert kept.bytes == 3 * size(picture())


def test_a_kept_picture_is_not_drawn_again() -> None:
    kept = Kept(MEGABYTE)
    assert kept.of("a", picture) is kept.of("a", lambda: pygame.Surface((1, 1)))


def test_one_picture_is_kept_however_large() -> None:
    kept = Kept(1)
    for key in range(3):
        kept.of(key, picture)
    assert 2 in kept
    assert len(kept) == 1


def test_there_is_room_for_what_covers_a_large_surface() -> None:
    kept, whole = Kept(1), pygame.Surface((4 * SIDE, 4 * SIDE), 0, 32)
    drawn = [kept.of(key, picture, on=whole) for key in range(16)]
    assert [kept.of(key, picture, on=whole) for key in range(16)] == drawn
    for key in range(1000):
        kept.of(("another task", key), picture, on=whole)
    assert kept.bytes <= 3 * size(whole)


def test_what_is_asked_for_once_is_not_kept() -> None:
    kept = Kept(MEGABYTE, twice=2)
    assert kept.of("a", picture) is not kept.of("a", picture)
    assert kept.of("a", picture) is kept.of("a", picture)
    for key in ("b", "c", "d"):
        kept.of(key, picture)
    kept.of("b", picture)  # it was forgotten since
    assert [key in kept for key in "abcd"] == [True, False, False, False]


def test_what_moves_is_not_kept_and_what_stands_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ink, "_shapes", Kept(MEGABYTE, twice=4096))
    surface, triangle = pygame.Surface((200, 200), 0, 32), np.array(((0.0, 0.0), (9.0, 0.0), (0.0, 9.0)))
    for frame in range(300):
        ink.polygon(surface, triangle + 0.25 + 0.001 * frame, (9, 9, 9))
        ink.polygon(surface, triangle + 50.125, (8, 8, 8))
    assert len(ink._shapes) == 1


def test_new_tasks_do_not_fill_the_memory() -> None:
    """Every task has ground of its own, and texts, circles and vehicles come in ever new sizes."""
    rng = np.random.default_rng(1)
    canvas = Canvas(pygame.Surface((600, 600), 0, 32), (16.0, 16.0), camera=fit((16.0, 16.0), (600, 600)))
    for task in range(40):
        canvas.tiles(rng.integers(0, 2, (16, 16)).astype(np.uint8), {0: "floor", 1: "wall"})
        ink.disc(canvas.surface, (300.0, 300.0), 250.0 - task, (9, 9, 9))
        text.written("a long line of text " * 3, 60 + task, (9, 9, 9))
        vehicles.draw_vehicle(canvas.surface, (300.0, 300.0), 0.1 * task, (300.0, 150.0), (9, 9, 9), DARK)
    for kept in (tiles._pieces, ink._circles, text._pieces, vehicles._pictures):
        assert 0 < kept.bytes <= kept.most
    assert len(tiles._pieces) < 40
