"""Replays for others to look at, and to learn from: films, pictures, and tables of what was done, seen and thought."""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from replays import playback
from replays.arrays import ARRAYS, check_arrays, write_arrays
from replays.film import Film, FilmStyle, check_style
from replays.reel import FORMATS, check_place, film_target, reel_of, write_film
from replays.strip import HEIGHT
from replays.table import TABLES, check_table, write_table
from worlds.world import Refused

if TYPE_CHECKING:
    from replays.playback import Playback
    from replays.verdict import Progress

USUAL_SIZE = (640, 640 + HEIGHT)


def export(
    path: str | Path,
    out: str | Path,
    *,
    fps: float | None = None,
    size: tuple[int, int] = USUAL_SIZE,
    speed: float = 1.0,
    start: int = 0,
    end: int | None = None,
    frames: int = 1,
    smooth: bool | None = None,
    header: bool = True,
    layers: Collection[str] = ("labels",),
    viewer: int | None = None,
    content: str | None = None,
    seats: Sequence[int] | None = None,
    progress: "Progress | None" = None,
) -> Path:
    """Draw a replay to a file, or write a table of it; the file appears when it is complete.

    Args:
        path: the replay.
        out: ``NAME.gif``, ``NAME.mp4`` (needs the extra ``video``), ``NAME.png`` (the state at `start`, or a strip);
            ``NAME.csv``, ``NAME.json`` or ``NAME.parquet`` (needs the extra ``tables``): a table from `start` to `end`;
            ``NAME.npz`` or ``NAME.minari`` (needs the extra ``minari``): what seats saw and did, see `replays.arrays`.
        fps: frames a second, up to 50 in a GIF and 120 in a video; None: one frame a tick, up to 25 in a GIF and 60.
        size: width and height of the picture in pixels, 64 … 4096 each.
        speed: simulated seconds a second, 1/64 … 64.
        start: first tick.
        end: last tick; None: the last of the replay.
        frames: pictures of a ``.png``, 1 … 64, from `start` to `end` and side by side.
        smooth: blend states between ticks; None: where there are more frames than ticks.
        header: a strip above the world with time, episode and scores.
        layers: what else to draw, see `simulator.canvas.render`.
        viewer: index of the seat whose rays and fog are drawn.
        content: what a table holds, see `replays.table.CONTENTS`; None: thoughts where there are any, else steps.
        seats: whom a table is about; None: all of whom there is something to tell.
        progress: told the frames (in a table: ticks) done and to do.

    Returns:
        The file's path.

    Raises:
        Refused: an argument out of its range, a package is missing, the replay cannot be played or `out` not written.
    """
    target = Path(out)
    kind = kind_of(target)
    if kind in ARRAYS or kind in TABLES:
        return _numbers(path, target, (start, end), content, seats, progress)
    film_target(target)
    replay = playback.open(path)
    style = FilmStyle(size=even(size), header=header, layers=layers, viewer=viewer)
    check_style(replay.world, style)
    ticks = ticks_of(replay, start, end)
    reel = reel_of(kind, ticks, replay.world.timing.tick, fps=fps, speed=speed, frames=frames)
    film = Film(replay, style, reel.blended if smooth is None else smooth)
    write_film(target, reel, style.size, film.pictures, progress)
    return target


def _numbers(
    path: str | Path, target: Path, span: tuple[int, int | None], content: str | None, seats: Sequence[int] | None,
    progress: "Progress | None",
) -> Path:  # fmt: skip
    """Write arrays or a table; what can be refused without the replay is refused before it is opened."""
    kind = kind_of(target)
    if kind in ARRAYS:
        check_arrays(target)
    check_place(target)
    if kind in TABLES:
        check_table(kind, content or "steps")
    replay = playback.open(path)
    ticks = ticks_of(replay, *span)
    if kind in ARRAYS:
        write_arrays(target, replay, ticks, range(len(replay.world.seats)) if seats is None else seats, progress)
    else:
        write_table(target, replay, ticks, content or ("thoughts" if replay.signals else "steps"), seats, progress)
    return target


def kind_of(target: Path) -> str:
    """The ending that says what is written.

    Raises:
        Refused: there is no such kind of file.
    """
    kind = target.suffix.lower()
    if kind not in (*FORMATS, *TABLES, *ARRAYS):
        known = ", ".join((*FORMATS, *TABLES, *ARRAYS))
        raise Refused(f"{str(target)!r} cannot be exported: choose a name that ends with {known}")
    return kind


def even(size: tuple[int, int]) -> tuple[int, int]:
    """The nearest smaller size that videos can have."""
    return size[0] // 2 * 2, size[1] // 2 * 2


def ticks_of(replay: "Playback", start: int, end: int | None) -> tuple[int, int]:
    """First and last tick.

    Raises:
        Refused: they are not in the replay.
    """
    last = replay.length if end is None else end
    if not 0 <= start <= last <= replay.length:
        raise Refused(f"ticks {start} to {last} are not in {str(replay.path)!r}: it has 0 to {replay.length}")
    return start, last
