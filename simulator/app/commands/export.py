"""Turn a replay into a film, a picture or a table of thoughts, or one world of a batch log into a replay.

The ending of OUT chooses: .gif, .mp4 (needs `pip install "crossplay[video]"`), .png (the moment at --start), .csv or
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

import tyro

from simulator.app.commands.common import Outcome, check_ranges, progress_bar, refuse
from simulator.app.commands.flags import FileName, Options

TICKS = (0, 10**9)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Settings:
    """What to make of which replay."""

    file: FileName
    """The replay."""
    out: Annotated[Path, tyro.conf.Positional, tyro.conf.arg(metavar="OUT")]
    """The film, picture, table or replay to write."""
    fps: Annotated[Optional[float], tyro.conf.arg(metavar="FPS", help_behavior_hint="")] = None  # noqa: UP045
    """Frames per second; without it, one frame a tick."""
    size: Annotated[tuple[int, int], tyro.conf.arg(metavar="WIDTH HEIGHT")] = (640, 640)
    """Pixels."""
    speed: float = 1.0
    """Simulated seconds in a second of film."""
    start: int = 0
    """First tick."""
    end: Annotated[Optional[int], tyro.conf.arg(metavar="TICK", help_behavior_hint="")] = None  # noqa: UP045
    """Last tick; without it, the last of the replay."""
    layers: tuple[str, ...] = ("labels",)
    """What is drawn besides the world: labels, rays, fog, hidden."""
    viewer: str = ""
    """Seat whose rays and fog are drawn."""
    index: int = 0
    """Which world of a batch log becomes a replay."""

    def __post_init__(self) -> None:
        limits = {"fps": (0.1, 120.0), "speed": (1 / 64, 64.0), "start": TICKS, "end": TICKS, "index": (0, 2**24)}
        check_ranges(self, limits)
        for side in self.size:
            if not 64 <= side <= 4096:
                refuse(f"size is {self.size[0]} x {self.size[1]}: allowed is 64 to 4096 pixels a side")


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
    return Outcome(text=f"wrote {path}")
