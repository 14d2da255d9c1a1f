"""Play a replay in the window: scrub through it, and go on from any moment as a live game.

Press F1 in the window for the keys: space pauses, R plays backwards, the arrows seek, S sets a bookmark, B makes the
present moment a live game in which you have the followed seat, W one in which the same players go on. Agents remember
in it what they had seen by then. Such what-ifs are recorded; B goes back to the replay, Y and U walk among them.

Examples:
  crossplay replay game.mcap
  crossplay replay game.mcap --speed 4 --seats chaser_0=human
"""

from __future__ import annotations

import dataclasses
from typing import Annotated, Any

from agents.settings.declared import check_ranges
from simulator.app.commands.common import STARTED, Outcome, check_files
from simulator.app.commands.flags import FileName, Flag, Language, OptionalFile, Options, SeatSpecs, Seconds
from simulator.app.commands.opening import SPEEDS
from worlds.kit.words import one_line


@dataclasses.dataclass(frozen=True, kw_only=True)
class Settings:
    """What to show."""

    file: FileName
    """The replay."""
    seats: SeatSpecs = dataclasses.field(default_factory=dict)
    """Who takes over when a moment becomes a live game: human, bot, agent:NAME_OR_FOLDER or random."""
    speed: Annotated[float, SPEEDS] = 1.0
    """Simulated seconds in a second, 0.25 to 16."""
    paused: Flag = False
    """Start paused."""
    language: Language = ""
    """Of the window, such as en or zh; default: as its settings, or else the system, say."""
    fullscreen: Flag = False
    """Fill the screen."""
    seconds: Seconds = None
    """Close after so many seconds."""
    screenshot: OptionalFile = None
    """Save the last frame to this PNG file on closing."""

    def __post_init__(self) -> None:
        check_ranges(self)
        check_files(screenshot=self.screenshot)


def run(settings: Settings, options: Options) -> Outcome:
    """Open the window."""
    from simulator.app.screens import app
    from simulator.app.shell.session import Session
    from simulator.app.shell.start import fresh_name, recorder, recordings_folder

    def prepare() -> Any:
        import replays
        from simulator.app.play.seating import seat_all

        playback = replays.open(settings.file)
        seating = seat_all(playback.world, settings.seats)
        session.seats = {seat: seating.occupants[seat] for seat in settings.seats}
        session.devices = seating.devices
        session.make_recorder = lambda: recorder(fresh_name(playback.world.name), seating)
        return playback

    session = Session(
        playback=prepare, title=one_line(settings.file.name), speed=settings.speed, paused=settings.paused,
        fullscreen=settings.fullscreen,
        language=settings.language, seconds=settings.seconds, screenshot=settings.screenshot, started=STARTED,
        whatifs=recordings_folder(),
    )  # fmt: skip
    app.play(session)
    return Outcome(text=f"wrote {settings.screenshot}" if settings.screenshot else "")
