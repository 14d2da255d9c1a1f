"""Replays for others to look at: an animated GIF, an MP4 video, one frame as PNG, or a table of what was thought."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from fractions import Fraction
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from replays import playback
from replays.table import TABLES, write_table
from worlds.kit.writing import file_problem, writing
from worlds.world import Refused, World

if TYPE_CHECKING:
    from PIL.Image import Image

    from replays.playback import Playback
    from replays.verdict import Progress

FORMATS = (".gif", ".mp4", ".png")
MOST_FPS = {".gif": 50.0, ".mp4": 120.0, ".png": 120.0}  # a GIF counts hundredths, and viewers slow down frames of 1
USUAL_FPS = {".gif": 25.0, ".mp4": 60.0, ".png": 60.0}
MOST_FRAMES = 200_000
MOST_GIF_PIXELS = 600_000_000  # of all frames: Pillow keeps them in memory
SIZES = (64, 4096)  # pixels
SPEEDS = (1 / 64, 64.0)
SAMPLES = 6  # frames that the colours of a GIF are chosen from
JUMP = 0.1  # of the world's longer side in one tick: that is no motion to blend


@dataclass(frozen=True, kw_only=True)
class FilmStyle:
    """How a replay is drawn."""

    size: tuple[int, int] = (640, 640)
    """Width and height of the world's picture in pixels, 64 … 4096 each."""
    header: bool = True
    """A strip above the world with time, episode and scores."""
    layers: Collection[str] = ("labels",)
    """What else to draw, see `simulator.canvas.render`."""
    viewer: int | None = None
    """Index of the seat whose rays and fog are drawn."""


def export(
    path: str | Path,
    out: str | Path,
    *,
    fps: float | None = None,
    size: tuple[int, int] = (640, 640),
    speed: float = 1.0,
    start: int = 0,
    end: int | None = None,
    smooth: bool | None = None,
    header: bool = True,
    layers: Collection[str] = ("labels",),
    viewer: int | None = None,
    progress: "Progress | None" = None,
) -> Path:
    """Draw a replay to a file, or write what was thought in it as a table; the file appears when it is complete.

    Args:
        path: the replay.
        out: ``NAME.gif``, ``NAME.mp4`` (needs the extra ``video``), ``NAME.png`` (the state at `start`); ``NAME.csv``
            or ``NAME.json`` (every thought from `start` to `end`; nothing else is asked of the arguments below).
        fps: frames a second, up to 50 in a GIF and 120 in a video; None: one frame a tick, up to 25 in a GIF and 60.
        size: width and height of the world's picture in pixels, 64 … 4096 each.
        speed: simulated seconds a second, 1/64 … 64.
        start: first tick.
        end: last tick; None: the last of the replay.
        smooth: blend states between ticks; None: where there are more frames than ticks.
        header: a strip above the world with time, episode and scores.
        layers: what else to draw, see `simulator.canvas.render`.
        viewer: index of the seat whose rays and fog are drawn.
        progress: told the frames (in a table: ticks) done and to do.

    Returns:
        The file's path.

    Raises:
        Refused: an argument out of its range, PyAV is missing, the replay cannot be played or `out` not written.
    """
    target = _target(out)
    kind = target.suffix.lower()
    replay = playback.open(path)
    if kind in TABLES:
        write_table(target, replay, _ticks(replay, start, end), progress)
        return target
    style = FilmStyle(size=(size[0] // 2 * 2, size[1] // 2 * 2), header=header, layers=layers, viewer=viewer)
    _check_style(replay.world, style)
    rate = _rate(kind, fps, speed, replay.world.timing.tick)
    step = speed / rate / replay.world.timing.tick  # ticks a frame
    times = _times(*_ticks(replay, start, start if kind == ".png" else end), step)
    _check_length(len(times), kind, style)
    _write(target, kind, Film(replay, style, step < 1.0 if smooth is None else smooth), times, rate, progress)
    return target


def _target(out: str | Path) -> Path:
    """The file to write, of a kind that can be written here."""
    target = Path(out)
    kind = target.suffix.lower()
    if kind not in FORMATS + TABLES:
        known = ", ".join(FORMATS + TABLES)
        raise Refused(f"{str(target)!r} cannot be exported: choose a name that ends with {known}")
    if problem := file_problem(target):
        raise Refused(f"{str(target)!r} {problem}: name another file to export to")
    if kind == ".mp4" and find_spec("av") is None:
        raise Refused("MP4 needs PyAV: install it with pip install 'av>=14', or export to .gif")
    return target


def _rate(kind: str, fps: float | None, speed: float, tick: float) -> float:
    """Frames a second, of a world whose ticks take so many seconds."""
    if not SPEEDS[0] <= speed <= SPEEDS[1]:
        raise Refused(f"speed is {speed}: allowed is {SPEEDS[0]} to {SPEEDS[1]:g}")
    rate = min(speed / tick, USUAL_FPS[kind]) if fps is None else fps
    if not 0.1 <= rate <= MOST_FPS[kind]:
        raise Refused(f"fps is {rate}: allowed is 0.1 to {MOST_FPS[kind]:g} for {kind}")
    return rate


def _ticks(replay: "Playback", start: int, end: int | None) -> tuple[int, int]:
    """First and last tick."""
    last = replay.length if end is None else end
    if not 0 <= start <= last <= replay.length:
        raise Refused(f"ticks {start} to {last} are not in {str(replay.path)!r}: it has 0 to {replay.length}")
    return start, last


def _times(start: int, end: int, step: float) -> list[float]:
    """When the frames are, in ticks."""
    count = min((end - start) / step, 10.0 * MOST_FRAMES)
    return [start + step * frame for frame in range(int(count + 1e-9) + 1)]


def _check_style(world: World, style: FilmStyle) -> None:
    if not all(SIZES[0] <= side <= SIZES[1] for side in style.size):
        raise Refused(f"size is {style.size[0]} x {style.size[1]}: allowed is {SIZES[0]} to {SIZES[1]} pixels a side")
    whole = isinstance(style.viewer, int) and not isinstance(style.viewer, bool)
    if style.viewer is not None and not (whole and 0 <= style.viewer < len(world.seats)):
        raise Refused(f"viewer is {style.viewer!r}: {world.name!r} has seats 0 to {len(world.seats) - 1}")


def _check_length(frames: int, kind: str, style: FilmStyle) -> None:
    pixels = frames * style.size[0] * style.size[1]
    if frames > MOST_FRAMES or (kind == ".gif" and pixels > MOST_GIF_PIXELS):
        most = MOST_FRAMES if kind != ".gif" else MOST_GIF_PIXELS // (style.size[0] * style.size[1])
        raise Refused(f"{frames} frames are too many for {kind}: allowed are {most} (raise speed, lower fps, or cut)")


def _write(target: Path, kind: str, film: "Film", times: list[float], fps: float, progress: "Progress | None") -> None:
    frames = _told(film.pictures(times), len(times), progress)
    try:
        with writing(target) as file:
            if kind == ".gif":
                chosen = film.pictures([times[i] for i in np.linspace(0, len(times) - 1, SAMPLES).astype(int)])
                _write_gif(file, frames, _milliseconds(len(times), fps), _palette(list(chosen)))
            elif kind == ".mp4":
                _write_mp4(file, frames, fps)
            else:
                next(frames).save(file, format="PNG")
    except OSError as error:
        raise Refused(f"{str(target)!r} cannot be written: {error.strerror or error}") from error


def _told(frames: "Iterator[Image]", count: int, progress: "Progress | None") -> "Iterator[Image]":
    for done, frame in enumerate(frames):
        yield frame
        if progress is not None:
            progress(done + 1, count)


def _palette(samples: "list[Image]") -> "Image":
    """255 colours for the whole film, so that still parts do not flicker; the 256th says "as before"."""
    from PIL import Image as pil

    width, height = samples[0].size
    sheet = pil.new("RGB", (width, height * len(samples)))
    for place, sample in enumerate(samples):
        sheet.paste(sample, (0, place * height))
    return sheet.quantize(255, method=pil.Quantize.MEDIANCUT)


def _milliseconds(frames: int, fps: float) -> list[int]:
    """How long every frame is shown, in the hundredths that a GIF knows; rounding never adds up."""
    edges = [round(100 * frame / fps) for frame in range(frames + 1)]
    return [10 * (after - before) for before, after in pairwise(edges)]


def _write_gif(file: BinaryIO, frames: "Iterator[Image]", milliseconds: list[int], palette: "Image") -> None:
    from PIL.Image import Dither

    pictures = (frame.quantize(palette=palette, dither=Dither.NONE) for frame in frames)
    next(pictures).save(
        file, format="GIF", save_all=True, append_images=pictures, duration=milliseconds, loop=0, optimize=True,
        transparency=255, disposal=1,
    )  # fmt: skip


def _write_mp4(file: BinaryIO, frames: "Iterator[Image]", fps: float) -> None:
    import av

    with av.open(file, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=Fraction(fps).limit_denominator(1000))
        stream.pix_fmt = "yuv420p"
        for count, frame in enumerate(frames):
            if count == 0:
                stream.width, stream.height = frame.size
            container.mux(stream.encode(av.VideoFrame.from_image(frame)))
        container.mux(stream.encode())


class Film:
    """Draws a replay at any time, given in ticks; fastest when times rise."""

    def __init__(self, replay: "Playback", style: FilmStyle, smooth: bool) -> None:
        self._replay, self._style, self._smooth = replay, style, smooth
        self._tick = -1
        self._now: Any = None
        self._next: Any = None

    def pictures(self, times: list[float]) -> "Iterator[Image]":
        """One picture for each time."""
        for time in times:
            yield self.picture(time)

    def picture(self, time: float) -> "Image":
        """The world at one time, with the strip above it."""
        from PIL import Image as pil

        from replays.strip import HEIGHT, draw_header
        from simulator.canvas import render

        replay, style = self._replay, self._style
        tick = min(int(time + 1e-9), replay.length)
        w = self._state(tick, time - tick)
        try:
            world = pil.fromarray(render(replay.world, w, style.size, layers=style.layers, viewer=style.viewer))
        except ValueError as error:
            raise Refused(str(error)) from error
        if not style.header:
            return world
        whole = pil.new("RGB", (style.size[0], style.size[1] + HEIGHT))
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
