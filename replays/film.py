"""A replay as pictures: the world at any time, given in ticks, with a strip of words above it."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from replays.strip import HEIGHT
from worlds.world import Refused, World

if TYPE_CHECKING:
    from PIL.Image import Image

    from replays.playback import Playback

SIZES = (64, 4096)  # pixels
JUMP = 0.1  # of the world's longer side in one tick: that is no motion to blend


@dataclass(frozen=True, kw_only=True)
class FilmStyle:
    """How a replay is drawn."""

    size: tuple[int, int] = (640, 640 + HEIGHT)
    """Width and height of the whole picture in pixels, 64 … 4096 each."""
    header: bool = True
    """A strip above the world with time, episode and scores, which takes 48 pixels of the height."""
    layers: Collection[str] = ("labels",)
    """What else to draw, see `simulator.canvas.render`."""
    viewer: int | None = None
    """Index of the seat whose rays and fog are drawn."""

    @property
    def world(self) -> tuple[int, int]:
        """Width and height of the world's part of the picture."""
        return self.size[0], self.size[1] - HEIGHT * self.header


def check_size(size: tuple[int, int], least: int = SIZES[0]) -> None:
    """Refuse a picture that is too small, or too large.

    Raises:
        Refused: names the size.
    """
    if not all(low <= side <= SIZES[1] for low, side in zip((SIZES[0], least), size, strict=True)):
        tall = "" if least == SIZES[0] else f", and {least} at least in height"
        raise Refused(f"size is {size[0]} x {size[1]}: allowed is {SIZES[0]} to {SIZES[1]} pixels a side{tall}")


def check_style(world: World, style: FilmStyle) -> None:
    """Refuse what cannot be drawn.

    Raises:
        Refused: names the size or the viewer.
    """
    check_size(style.size, SIZES[0] + HEIGHT * style.header)
    whole = isinstance(style.viewer, int) and not isinstance(style.viewer, bool)
    if style.viewer is not None and not (whole and 0 <= style.viewer < len(world.seats)):
        raise Refused(f"viewer is {style.viewer!r}: {world.name!r} has seats 0 to {len(world.seats) - 1}")


class Film:
    """Draws a replay at any time, given in ticks; fastest when times rise."""

    def __init__(self, replay: "Playback", style: FilmStyle, smooth: bool) -> None:
        self._replay, self._style, self._smooth = replay, style, smooth
        self._tick = -1
        self._now: Any = None
        self._next: Any = None

    def pictures(self, times: Sequence[float]) -> "Iterator[Image]":
        """One picture for each time."""
        for time in times:
            yield self.picture(time)

    def picture(self, time: float) -> "Image":
        """The world at one time, with the strip above it."""
        from PIL import Image as pil

        from replays.strip import draw_header
        from simulator.canvas import render

        replay, style = self._replay, self._style
        tick = min(int(time + 1e-9), replay.length)
        w = self._state(tick, time - tick)
        try:
            world = pil.fromarray(render(replay.world, w, style.world, layers=style.layers, viewer=style.viewer))
        except ValueError as error:
            raise Refused(str(error)) from error
        if not style.header:
            return world
        whole = pil.new("RGB", style.size)
        draw_header(whole, replay, w, tick)
        whole.paste(world, (0, HEIGHT))
        return whole

    def _state(self, tick: int, part: float) -> Any:
        replay = self._replay
        if tick != self._tick:
            if replay.position != tick:
                replay.seek(tick)
            self._tick, self._next = tick, None
            self._now = replay.simulation.w.copy()
        if not self._smooth or part < 1e-6 or tick >= replay.length:
            return self._now
        if self._next is None:
            replay.forward()
            ended = replay.simulation.episode_ended
            self._next = (replay.simulation.final if ended else replay.simulation.w).copy()
        return blend(replay.world, self._now, self._next, part)


def blend(world: World, now: Any, after: Any, part: float) -> Any:
    """A state `part` of the way from one tick to the next, for drawing only; `now` if another episode follows."""
    if after["key"] != now["key"] or after["tick"] != now["tick"] + 1:
        return now
    between = now.copy()
    for name, kind in world.smooth.items():
        step = np.asarray(after[name] - now[name])
        if kind == "angle":
            step = (step + np.pi) % (2.0 * np.pi) - np.pi
        else:
            jumped = np.abs(step) > JUMP * max(world.view.extent)
            step = np.where(jumped.any(axis=-1, keepdims=True) if step.ndim > 1 else jumped, 0.0, step)
        between[name] = now[name] + part * step
    return between
