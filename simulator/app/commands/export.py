"""Turn a replay into a film, a picture or a table of thoughts, or one world of a batch log into a replay.

The ending of OUT chooses: .gif, .mp4 (needs PyAV: `pip install "av>=14"`), .png (the moment at --start), .csv or
.json (what players thought, decision by decision), or .mcap.

Examples:
  crossplay export game.mcap game.gif
  crossplay export game.mcap game.gif --fps 15 --size 480 480 --speed 2 --viewer evader_0 --layers rays fog
  crossplay export game.mcap moment.png --start 120
  crossplay export game.mcap thoughts.csv
  crossplay export log.mcap world3.mcap --index 3
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated, Optional

from agents.settings.declared import Range, Shown, check_ranges
from simulator.app.commands.common import Outcome, progress_bar
from simulator.app.commands.flags import FileName, Options

TICKS = Range(0, 10**9)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Settings:
    """What to make of which replay."""

    file: FileName
    """The replay."""
    out: Annotated[Path, Shown("OUT", positional=True)]
    """The film, picture, table or replay to write."""
    fps: Annotated[Optional[float], Range(0.1, 120.0), Shown("FPS")] = None  # noqa: UP045
    """Frames per second; without it, one frame a tick."""
    size: Annotated[tuple[int, int], Range(64, 4096), Shown("WIDTH HEIGHT")] = (640, 640)
    """Pixels, 64 to 4096 a side."""
    speed: Annotated[float, Range(1 / 64, 64.0)] = 1.0
    """Simulated seconds in a second of film."""
    start: Annotated[int, TICKS] = 0
    """First tick."""
    end: Annotated[Optional[int], TICKS, Shown("TICK")] = None  # noqa: UP045
    """Last tick; without it, the last of the replay."""
    layers: tuple[str, ...] = ("labels",)
    """What is drawn besides the world: labels, rays, fog, hidden, congestion."""
    viewer: str = ""
    """Seat whose rays and fog are drawn."""
    index: Annotated[int, Range(0, 2**24)] = 0
    """Which world of a batch log becomes a replay."""

    def __post_init__(self) -> None:
        check_ranges(self)


def run(settings: Settings, options: Options) -> Outcome:
    """Export a replay."""
    import replays

    if settings.out.suffix.lower() == ".mcap":
        replays.extract(settings.file, settings.index, settings.out)
        return Outcome(text=f"wrote {settings.out}")
    viewer = replays.open(settings.file).world.seat_index(settings.viewer) if settings.viewer else None
    table = settings.out.suffix.lower() in (".csv", ".json")
    with progress_bar("tick" if table else "frame") as show:
        path = replays.export(
            settings.file, settings.out, fps=settings.fps, size=settings.size, speed=settings.speed,
            start=settings.start, end=settings.end, layers=settings.layers, viewer=viewer, progress=show,
        )  # fmt: skip
    if table and not replays.open(settings.file).signals:
        return Outcome(text=f"wrote {path}: a table without rows, since no player in this replay told what it thought")
    return Outcome(text=f"wrote {path}")
