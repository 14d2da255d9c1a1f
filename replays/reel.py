"""Pictures in a file: when they are taken, and how they become a GIF, a video, one picture, or a strip of some."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from worlds.kit.writing import file_problem, writing
from worlds.world import Refused

if TYPE_CHECKING:
    from PIL.Image import Image

    from replays.verdict import Progress

    Pictures = Callable[[Sequence[float]], Iterator[Image]]

FORMATS = (".gif", ".mp4", ".png")
MOST_FPS = {".gif": 50.0, ".mp4": 120.0, ".png": 120.0}  # a GIF counts hundredths, and viewers slow down frames of 1
USUAL_FPS = {".gif": 25.0, ".mp4": 60.0, ".png": 60.0}
MOST_FRAMES = 200_000
MOST_GIF_PIXELS = 600_000_000  # of all frames: Pillow keeps them in memory
MOST_STRIP, LONGEST_STRIP = 64, 32_768  # pictures in a strip; pixels of its length
MOST_STRIP_PIXELS = 64_000_000  # of a strip: its pictures lie in memory twice, 3 bytes a pixel
SPEEDS = (1 / 64, 64.0)
SAMPLES = 6  # frames that the colours of a GIF are chosen from
SEAM = 4  # pixels between the pictures of a strip
PAPER = (255, 255, 255)


@dataclass(frozen=True)
class Reel:
    """When the pictures of a film are taken, and how fast they are shown."""

    kind: str
    """The ending of the file."""
    times: tuple[float, ...]
    """In ticks."""
    fps: float
    """Pictures a second."""
    blended: bool
    """Whether there are more pictures than ticks."""


def reel_of(
    kind: str, ticks: tuple[int, int], tick: float, *, fps: float | None = None, speed: float = 1.0, frames: int = 1
) -> Reel:
    """When to take the pictures of a film from the first to the last of some ticks, which take ``tick`` seconds each.

    Args:
        kind: .gif, .mp4 or .png.
        ticks: the first and the last.
        tick: seconds.
        fps: pictures a second; None: one a tick, up to 25 in a GIF and 60 in a video.
        speed: simulated seconds a second, 1/64 … 64.
        frames: pictures of a .png, 1 … 64, side by side; one is of the first tick.

    Raises:
        Refused: an argument out of its range.
    """
    if not SPEEDS[0] <= speed <= SPEEDS[1]:
        raise Refused(f"speed is {speed}: allowed is {SPEEDS[0]} to {SPEEDS[1]:g}")
    rate = min(speed / tick, USUAL_FPS[kind]) if fps is None else fps
    if not 0.1 <= rate <= MOST_FPS[kind]:
        raise Refused(f"fps is {rate}: allowed is 0.1 to {MOST_FPS[kind]:g} for {kind}")
    step = speed / rate / tick
    if kind == ".png":
        if not 1 <= frames <= MOST_STRIP:
            raise Refused(f"frames is {frames}: a strip has 1 to {MOST_STRIP}")
        first, last = ticks[0], ticks[0] if frames == 1 else ticks[1]
        return Reel(kind, tuple(float(at) for at in np.linspace(first, last, frames).round()), rate, False)
    count = min((ticks[1] - ticks[0]) / step, 10.0 * MOST_FRAMES)
    times = tuple(ticks[0] + step * frame for frame in range(int(count + 1e-9) + 1))
    return Reel(kind, times, rate, step < 1.0)


def film_target(out: str | Path) -> Path:
    """The file of a film that can be written here.

    Raises:
        Refused: a name with another ending, no place for a file, or a package is missing.
    """
    target = Path(out)
    if target.suffix.lower() not in FORMATS:
        raise Refused(f"{str(target)!r} is no film: choose a name that ends with {', '.join(FORMATS)}")
    check_place(target)
    if target.suffix.lower() == ".mp4" and find_spec("av") is None:
        raise Refused("MP4 needs PyAV: install it with pip install 'av>=14', or export to .gif")
    return target


def check_place(target: Path) -> None:
    """Refuse a path where no file can be.

    Raises:
        Refused: names it.
    """
    if problem := file_problem(target):
        raise Refused(f"{str(target)!r} {problem}: name another file to export to")


def write_film(
    target: Path, reel: Reel, size: tuple[int, int], pictures: "Pictures", progress: "Progress | None" = None
) -> None:
    """Write the pictures of a reel; the file appears when it is complete.

    Args:
        target: its ending says what is written, see `film_target`.
        reel: when pictures are taken.
        size: width and height of each in pixels.
        pictures: makes those of some times, which rise; each call begins anew.
        progress: told the pictures done and to do.

    Raises:
        Refused: too many pictures, or the file cannot be written.
    """
    _check_length(reel, size)
    frames = _told(pictures(reel.times), len(reel.times), progress)
    try:
        with writing(target) as file:
            if reel.kind == ".gif":
                chosen = np.linspace(0, len(reel.times) - 1, SAMPLES).astype(int)
                palette = _palette(list(pictures([reel.times[at] for at in chosen])))
                _write_gif(file, frames, _milliseconds(len(reel.times), reel.fps), palette)
            elif reel.kind == ".mp4":
                _write_mp4(file, frames, reel.fps)
            else:
                _joined(list(frames)).save(file, format="PNG")
    except OSError as error:
        raise Refused(f"{str(target)!r} cannot be written: {error.strerror or error}") from error


def _check_length(reel: Reel, size: tuple[int, int]) -> None:
    frames, kind = len(reel.times), reel.kind
    if kind == ".png":
        check_strip(frames, size)
        return
    if frames > MOST_FRAMES or (kind == ".gif" and frames * size[0] * size[1] > MOST_GIF_PIXELS):
        most = MOST_FRAMES if kind != ".gif" else MOST_GIF_PIXELS // (size[0] * size[1])
        raise Refused(
            f"{frames} frames are too many for {kind}: allowed are {most} "
            "(raise speed, lower fps, cut, or take a smaller size)"
        )


def check_strip(frames: int, size: tuple[int, int]) -> None:
    """Refuse a strip of pictures that is too long, or takes too much memory; one picture is none.

    Raises:
        Refused: tells what it would take.
    """
    wide = frames * (size[0] + SEAM)
    if frames > 1 and wide > LONGEST_STRIP:
        raise Refused(
            f"{frames} frames of {size[0]} pixels are too long a strip: it would be {wide} pixels long, "
            f"and {LONGEST_STRIP} are allowed"
        )
    if frames > 1 and wide * size[1] > MOST_STRIP_PIXELS:
        raise Refused(
            f"{frames} frames of {size[0]} x {size[1]} pixels would take {6e-6 * wide * size[1]:.0f} MB of memory: "
            f"allowed are {6e-6 * MOST_STRIP_PIXELS:.0f} (take fewer frames, or a smaller size)"
        )


def _told(frames: "Iterator[Image]", count: int, progress: "Progress | None") -> "Iterator[Image]":
    for done, frame in enumerate(frames):
        yield frame
        if progress is not None:
            progress(done + 1, count)


def _joined(pictures: "list[Image]") -> "Image":
    """Some pictures beside each other; one is as it is."""
    from PIL import Image as pil

    if len(pictures) == 1:
        return pictures[0]
    width, height = pictures[0].size
    strip = pil.new("RGB", (len(pictures) * (width + SEAM) - SEAM, height), PAPER)
    for place, picture in enumerate(pictures):
        strip.paste(picture, (place * (width + SEAM), 0))
    return strip


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

    watched = _WatchedFile(file)
    try:
        with av.open(watched, "w", format="mp4") as container:
            stream = container.add_stream("libx264", rate=Fraction(fps).limit_denominator(1000))
            stream.pix_fmt = "yuv420p"
            for count, frame in enumerate(frames):
                if count == 0:
                    stream.width, stream.height = frame.size
                container.mux(stream.encode(av.VideoFrame.from_image(frame)))
            container.mux(stream.encode())
    except Exception:
        if watched.problem is not None:  # which PyAV hides behind an error of its own
            raise watched.problem from None
        raise


class _WatchedFile:
    """A file for PyAV that remembers why it could not be written."""

    def __init__(self, file: BinaryIO) -> None:
        self.problem: OSError | None = None
        self.seek, self.tell = file.seek, file.tell
        self._write = file.write

    def write(self, data: bytes) -> int:
        """The same."""
        try:
            return self._write(data)
        except OSError as error:
            self.problem = self.problem or error
            raise
