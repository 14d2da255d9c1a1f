"""Turn a replay into a film, a picture, a table or a data set, or one world of a batch log into a replay.

The ending of OUT chooses: .gif, .mp4 (needs PyAV: `pip install "av>=14"`) or .png (the moment at --start; --frames 6: a
strip) is drawn; .csv, .json or .parquet is a table of what players thought, or of what they did; .npz and .minari hold
what seats saw and did, for learning from it; .mcap is a replay. FILE@2 and RUN@2 are the second episode alone.

Examples:
  crossplay export game.mcap game.gif
  crossplay export game.mcap game.mp4 --size 1280x720 --panels --follow evader_0
  crossplay export game.mcap game.gif --fps 15 --size 480x528 --speed 2 --viewer evader_0 --layers rays fog
  crossplay export game.mcap@1 learnt.mp4 --beside @5
  crossplay export mine.mcap both.gif --beside theirs.mcap agent --labels me her agent
  crossplay export game.mcap moment.png --start 120
  crossplay export game.mcap thoughts.csv
  crossplay export game.mcap seen.parquet --observations evader_0
  crossplay export game.mcap seen.minari --observations evader_0
  crossplay export log.mcap world3.mcap --index 3
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, Optional

from agents.settings.declared import Range, Shown, check_ranges
from simulator.app.commands.common import Outcome, progress_bar, refuse, told_progress
from simulator.app.commands.flags import FileName, Flag, Options

if TYPE_CHECKING:
    from replays.verdict import Progress
    from simulator.app.play.runs import Lockstep
    from simulator.app.screens.film import Shot
    from worlds.world import World

TICKS = Range(0, 10**9)
FILMS, ARRAYS = (".gif", ".mp4", ".png"), (".npz", ".minari")
BESIDE, PANELS = "960x540", "1280x720"
"""Sizes where none is asked for: of runs side by side, and with panels."""
SIDES = (64, 4096)  # px
SMALLEST = 240  # px: less high a picture has no room for what the window shows around a world


@dataclasses.dataclass(frozen=True, kw_only=True)
class Settings:
    """What to make of which replay."""

    file: FileName
    """The replay; NAME.mcap@2: its second episode alone."""
    out: Annotated[Path, Shown("OUT", positional=True)]
    """The film, picture, table, data set or replay to write."""
    fps: Annotated[Optional[float], Range(0.1, 120.0), Shown("FPS")] = None  # noqa: UP045
    """Frames per second; without it, one frame a tick."""
    size: Annotated[tuple[str, ...], Shown("WIDTHxHEIGHT", default="640x688")] = ()
    """Pixels of the whole picture, 64 to 4096 a side; with panels 1280x720, runs side by side 960x540."""
    speed: Annotated[float, Range(1 / 64, 64.0)] = 1.0
    """Simulated seconds in a second of film."""
    start: Annotated[int, TICKS] = 0
    """First tick."""
    end: Annotated[Optional[int], TICKS, Shown("TICK")] = None  # noqa: UP045
    """Last tick; without it, the last of the replay."""
    frames: Annotated[int, Range(1, 64)] = 1
    """Pictures of a .png, side by side, from --start to --end."""
    layers: Annotated[tuple[str, ...], Shown("LAYER …", none=True)] = ("labels",)
    """What is drawn besides the world: labels, rays, fog, hidden, congestion; trails in films of the window's kind.
    With nothing behind it, the world alone."""
    follow: Annotated[str, Shown("SEAT")] = ""
    """Seat that the camera goes along with, and that the panels tell of."""
    whole: Flag = False
    """With --follow: the whole world stays in view; panels tell of that seat."""
    viewer: Annotated[str, Shown("SEAT", default="the followed one")] = ""
    """Seat whose rays and fog are drawn."""
    panels: Flag = False
    """Draw the side panel and the timeline of the window, too."""
    beside: Annotated[tuple[str, ...], Shown("RUN …")] = ()
    """Show one to three more runs of the same task beside it, on one clock, with what differs: another recording, @5
    (its fifth episode), agent, wiped, blind, oracle, or a player such as bot:KIND."""
    labels: Annotated[tuple[str, ...], Shown("WORDS …")] = ()
    """What stands above each of these runs."""
    theme: Literal["dark", "light", "contrast"] = "dark"
    """Of what is drawn as in the window."""
    text_scale: Annotated[float, Range(0.7, 2.5)] = 1.0
    """The same: the size of its letters."""
    language: Annotated[str, Shown("CODE", default="English")] = ""
    """The same: the language of its words."""
    content: Annotated[
        Literal["", "thoughts", "steps", "observations"], Shown(default="thoughts where there are any, else steps")
    ] = ""
    """Of a table: what players thought, or what seats did decision by decision, or that and what they saw."""
    observations: Annotated[tuple[str, ...], Shown("SEAT …")] = ()
    """The seats whose view is worked out anew for a table or a data set; all: every one."""
    tell_progress: Flag = False
    """Write DONE/OF on standard error, for programs that wait for it."""
    index: Annotated[int, Range(0, 2**24)] = 0
    """Which world of a batch log becomes a replay."""

    def __post_init__(self) -> None:
        check_ranges(self)
        if not all(SIDES[0] <= side <= SIDES[1] for side in self.pixels):
            refuse(f"size is {self.pixels}: allowed is {SIDES[0]} to {SIDES[1]}")

    @property
    def kind(self) -> str:
        """The ending of what is written."""
        return self.out.suffix.lower()

    @property
    def pixels(self) -> tuple[int, int]:
        """Width and height that were asked for.

        Raises:
            Refused: no size.
        """
        usual = BESIDE if self.beside else PANELS if self.panels else "640x688"
        words = "x".join(self.size) or usual
        found = re.fullmatch(r"(\d{1,5})[xX×](\d{1,5})", words)
        if found is None:
            refuse(f"size is {' '.join(self.size)!r}: write it as 1280x720")
        return int(found[1]) // 2 * 2, int(found[2]) // 2 * 2


def run(settings: Settings, options: Options) -> Outcome:
    """Export a replay."""
    import replays
    from replays.export import kind_of
    from replays.reel import check_strip
    from worlds.kit.writing import file_problem

    if settings.kind == ".mcap":
        replays.extract(settings.file, settings.index, settings.out)
        return Outcome(text=f"wrote {settings.out}")
    kind_of(settings.out)
    if settings.kind == ".png":
        check_strip(settings.frames, settings.pixels)  # before anything is opened or played
    if settings.kind != ".minari" and (problem := file_problem(settings.out)):
        refuse(f"{str(settings.out)!r} {problem}")
    if settings.observations and (settings.kind in FILMS or settings.beside):
        refuse(f"{str(settings.out)!r} holds pictures: leave --observations out, or name a table or a data set")
    if settings.labels and not settings.beside:
        refuse("--labels name the runs of --beside, which is not given")
    settings = _of_episode(settings)
    bar = told_progress() if settings.tell_progress else progress_bar("frame" if settings.kind in FILMS else "tick")
    with bar as show:
        if settings.beside:
            return _split(settings, show)
        if settings.kind in FILMS and (settings.panels or settings.follow or "trails" in settings.layers):
            return _film(settings, show)
        return _plain(settings, show)


def _of_episode(settings: Settings) -> Settings:
    """The ticks of an episode that was named behind the file; runs side by side find them themselves."""
    name, sign, number = str(settings.file).rpartition("@")
    if not sign or settings.file.exists() or settings.beside:
        return settings
    import replays

    spans = replays.open(name).episodes
    if not number.isdecimal() or not 1 <= int(number) <= len(spans):
        refuse(f"{str(settings.file)!r} names episode {number!r}: this recording has 1 to {len(spans)}")
    if settings.start or settings.end is not None:
        refuse(f"{str(settings.file)!r} is one episode: leave --start and --end out")
    span = spans[int(number) - 1]
    # the tick that ends an episode shows the begin of the next one
    last = span.end - 1 if settings.kind in FILMS and span.end > span.start else span.end
    return dataclasses.replace(settings, file=Path(name), start=span.start, end=last)


def _plain(settings: Settings, show: Progress) -> Outcome:
    """A film of the whole world, a table or a data set."""
    import replays

    world = replays.open(settings.file).world
    viewer = world.seat_index(settings.viewer) if settings.viewer else None
    seats = [name for name in settings.observations if name != "all"]
    content = settings.content or ("observations" if settings.observations else None)
    path = replays.export(
        settings.file, settings.out, fps=settings.fps, size=settings.pixels, speed=settings.speed,
        start=settings.start, end=settings.end, frames=settings.frames, layers=settings.layers, viewer=viewer,
        content=content, seats=_seats(world, seats) if seats else None, progress=show,
    )  # fmt: skip
    if content == "thoughts" and not replays.open(settings.file).signals:
        return Outcome(text=f"wrote {path}: a table without rows, since no player in this replay told what it thought")
    if settings.kind == ".minari":
        return Outcome(text=f"wrote {path}: minari.MinariDataset({str(path / 'data')!r}) opens it")
    return Outcome(text=f"wrote {path}")


def _seats(world: World, names: list[str]) -> list[int]:
    if len(set(names)) < len(names):
        refuse(f"observations are {' '.join(names)}: name each seat once")
    return [world.seat_index(name) for name in names]


def _film(settings: Settings, show: Progress) -> Outcome:
    """A film as the window draws it."""
    import replays
    from replays.reel import film_target, reel_of, write_film
    from simulator.app.screens.film import ReplayFilm

    target = film_target(settings.out)
    playback = replays.open(settings.file)
    first, last = replays.ticks_of(playback, settings.start, settings.end)
    tick = playback.world.timing.tick
    reel = reel_of(
        settings.kind, (first, last), tick, fps=settings.fps, speed=settings.speed, frames=settings.frames
    )  # fmt: skip
    moment = settings.kind == ".png" and settings.end is None  # it shows where in the whole recording it is
    shot = _shot(settings, playback.world, reel.fps, None if moment else (first, last))
    write_film(target, reel, shot.size, ReplayFilm(playback, shot).pictures, show)
    return Outcome(text=f"wrote {target}")


def _split(settings: Settings, show: Progress) -> Outcome:
    """Runs side by side."""
    from replays.reel import film_target, reel_of, write_film
    from simulator.app.screens.film import SplitFilm

    if settings.kind not in FILMS:
        refuse(f"{str(settings.out)!r} is no film: with --beside choose a name that ends with {', '.join(FILMS)}")
    target, make = film_target(settings.out), _runs(settings)
    world = make().world
    film = SplitFilm(make, _shot(settings, world, 1.0))
    length = film.length()
    last = length if settings.end is None else settings.end
    if not settings.start <= last <= length:
        refuse(f"ticks {settings.start} to {last} are not in these runs: they have 0 to {length}")
    reel = reel_of(
        settings.kind, (settings.start, last), world.timing.tick, fps=settings.fps, speed=settings.speed,
        frames=settings.frames,
    )  # fmt: skip
    film = SplitFilm(make, _shot(settings, world, reel.fps))
    write_film(target, reel, film.shot.size, film.pictures, show)
    return Outcome(text=f"wrote {target}")


def _runs(settings: Settings) -> Callable[[], Lockstep]:
    """What makes the runs anew."""
    from simulator.app.play.runs import lockstep_of, task_of_recording

    if settings.panels:
        refuse("--panels tell of one run: leave them out beside --beside")
    name, sign, _ = str(settings.file).rpartition("@")
    file = Path(name) if sign and not settings.file.exists() else settings.file
    words = [str(settings.file), *(f"{file}{run}" if run.startswith("@") else run for run in settings.beside)]
    if settings.labels and len(settings.labels) != len(words):
        refuse(f"labels are {len(settings.labels)}: there are {len(words)} runs, so give as many")
    task = task_of_recording(file)

    def make() -> Lockstep:
        lockstep = lockstep_of(task, words)
        for run, label in zip(lockstep.runs, settings.labels, strict=False):
            run.label = label
        return lockstep

    return make


def _shot(settings: Settings, world: World, fps: float, span: tuple[int, int] | None = None) -> Shot:
    from replays.film import check_size
    from simulator.app.screens.film import Shot
    from simulator.canvas import LAYERS

    check_size(settings.pixels, SMALLEST)
    unknown = sorted(set(settings.layers) - LAYERS - {"trails"})
    if unknown:
        refuse(f"layer {unknown[0]!r} is unknown; there are {', '.join(sorted(LAYERS | {'trails'}))}")
    follow = world.seat_index(settings.follow) if settings.follow else None
    viewer = world.seat_index(settings.viewer) if settings.viewer else None
    return Shot(
        size=settings.pixels, seconds=1.0 / fps, speed=settings.speed, follow=follow, whole=settings.whole,
        viewer=viewer, strip=settings.kind == ".png",
        layers=settings.layers, panels=settings.panels, theme=settings.theme, text_scale=settings.text_scale,
        language=settings.language, span=span,
    )  # fmt: skip
