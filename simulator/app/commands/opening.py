"""What `play`, `watch` and `demo` share: a game in the window."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from agents.settings.declared import SEEDS, Range, check_ranges
from simulator.app.commands.common import (
    STARTED,
    Outcome,
    build_world,
    check_files,
)
from simulator.app.commands.flags import Build, Flag, OptionalFile, SeatSpecs, Seconds

if TYPE_CHECKING:
    from simulator.app.play.seating import Seating
    from simulator.app.shell.session import Session
    from simulator.engine import Recorder, Simulation
    from worlds.world import World

Split = Literal["train", "test-layout", "test-opponent", "test-both", "final", "validation"]
SPEEDS = Range(0.25, 16.0)
Chooser = Callable[["World"], Mapping[str, str]]


@dataclasses.dataclass(frozen=True, kw_only=True)
class GameSettings:
    """A game in the window."""

    seats: SeatSpecs = dataclasses.field(default_factory=dict)
    """Who sits where: human, bot, bot:KIND, bot:KIND:KNOB=VALUE,…, agent:NAME_OR_FOLDER, axelrod:NAME,
    roshambo:NAME or random. The task's own bots take all other seats."""
    build: Build = dataclasses.field(default_factory=dict)
    """Arguments of the world's own build, such as seats=8."""
    split: Split = "train"
    """Where tasks come from."""
    seed: Annotated[int, SEEDS] = 0
    """Decides the tasks, and all that is drawn in them."""
    index: Annotated[int, Range(0, 2**62)] = 0
    """Which world of that seed; each has tasks of its own."""
    episodes: Annotated[int, Range(0, 10**6)] = 0
    """Episodes in a trial: agents remember within it. 0 for as many as the world says."""
    record: OptionalFile = None
    """Record the game to this file (NAME.mcap)."""
    speed: Annotated[float, SPEEDS] = 1.0
    """Simulated seconds in a second, 0.25 to 16."""
    fullscreen: Flag = False
    """Fill the screen."""
    seconds: Seconds = None
    """Close after so many seconds."""
    screenshot: OptionalFile = None
    """Save the last frame to this PNG file on closing."""

    def __post_init__(self) -> None:
        check_ranges(self)
        check_files(record=self.record, screenshot=self.screenshot)


def open_game(name: str, settings: GameSettings, choose: Chooser, *, agent: str = "", **more: Any) -> Outcome:
    """Open the window on a game of a world.

    ``choose`` says who sits where, as specs by seat. An ``agent`` that takes part, or one among the seats, decides how
    the world is built if the settings do not. ``more`` are further fields of the window's `Session`.
    """
    from simulator.app.screens import app

    app.play(make_session(name, settings, choose, agent=agent, started=STARTED, **more))
    saved = [str(path) for path in (settings.record, settings.screenshot) if path is not None and path.exists()]
    return Outcome(text=f"wrote {', '.join(saved)}" if saved else "")


def make_session(name: str, settings: GameSettings, choose: Chooser, *, agent: str = "", **more: Any) -> Session:
    """What the window needs for a game (see `open_game`); the world is built behind its progress bar."""
    from simulator.app.shell.session import Session

    def prepare() -> Simulation:
        from simulator.app.play.seating import build_for, seat_all

        world = build_world(name, settings.build or build_for(name, agent, settings.seats))
        seating = seat_all(world, choose(world), seed=settings.seed, episodes=settings.episodes or None)
        session.seats = seating.occupants
        session.follow = seating.followed
        if settings.record is not None:
            session.recorder = recorder(settings.record, seating)
        session.make_recorder = lambda: recorder(fresh_name(world.name), seating)
        return make_simulation(world, settings, seating)

    session = Session(
        simulation=prepare, title=f"{name} · {settings.split}", speed=settings.speed, fullscreen=settings.fullscreen,
        seconds=settings.seconds, screenshot=settings.screenshot, **more,
    )  # fmt: skip
    return session


def make_simulation(world: World, settings: GameSettings, seating: Seating) -> Simulation:
    """The simulation of a game; agents need the inputs of earlier decisions, so every game has them."""
    from simulator.engine import Simulation

    return Simulation(
        world, seed=settings.seed, index=settings.index, split=settings.split,
        episodes_per_trial=settings.episodes or None, seats=seating.engine,
    )  # fmt: skip


def recorder(path: Path, seating: Seating) -> Recorder:
    """A recorder that knows who played."""
    import replays

    return replays.record(path, players=seating.words, checkpoints=seating.checkpoints)


def fresh_name(world: str) -> Path:
    """A file in the present folder for a recording that was started with a key."""
    return Path.cwd() / time.strftime(f"{world}-%Y%m%d-%H%M%S.mcap")
