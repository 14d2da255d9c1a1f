"""One state as a picture, without a window."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any

import numpy as np
import pygame

from simulator.canvas.camera import fit
from simulator.canvas.theme import DARK, Theme
from simulator.canvas.vocabulary import LAYERS, Canvas
from worlds.world import Refused

if TYPE_CHECKING:
    from worlds.world import World


def render(
    world: World,
    w: np.record,
    size: tuple[int, int] = (640, 640),
    *,
    layers: Collection[str] = ("labels",),
    viewer: int | None = None,
    theme: Theme = DARK,
) -> np.ndarray:
    """Draw the state `w` of a world off screen.

    Args:
        world: whose `draw` is called.
        w: one record; it is only read.
        size: width and height in pixels.
        layers: what to show besides the world itself, of `rays fog hidden labels congestion`.
        viewer: index of the seat whose rays and fog are shown.
        theme: the colours.

    Returns:
        The picture, (height, width, 3) uint8, owned by the caller.

    Raises:
        Refused: an unknown layer.
    """
    unknown = sorted(set(layers) - LAYERS)
    if unknown:
        raise Refused(f"layer {unknown[0]!r} is unknown; there are {', '.join(sorted(LAYERS))}")
    seats = world.seats
    return paint(world.view.draw, w, world.view.extent, size, layers=layers, viewer=viewer, theme=theme, seats=seats)


def paint(
    draw: Callable[[Any, Any], None],
    w: Any,
    extent: tuple[float, float],
    size: tuple[int, int],
    **facts: Any,
) -> np.ndarray:
    """What `draw(w, canvas)` draws, as a picture (height, width, 3) uint8; `facts` are for the `Canvas`."""
    surface = pygame.Surface(size, 0, 32)
    canvas = Canvas(surface, extent, camera=fit(extent, size), **facts)
    draw(w, canvas)
    canvas.finish()
    return np.ascontiguousarray(pygame.surfarray.array3d(surface).swapaxes(0, 1))
