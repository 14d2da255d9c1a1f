"""What `play`, `watch` and `demo` share: a game in the window."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

from agents.settings.declared import SEEDS, Range, check_ranges
from simulator.app.commands.common import STARTED, Outcome, check_build, check_files, refuse
from simulator.app.commands.flags import Build, Flag, Language, OptionalFile, SeatSpecs, Seconds, ShareCode

if TYPE_CHECKING:
    from simulator.app.shell.session import Session
    from worlds.world import World

Split = Literal["train", "test-layout", "test-opponent", "test-both", "final", "validation"]
SPEEDS = Range(0.25, 16.0)
DECIDED = ("world", "build", "split", "seed", "index", "episodes")
"""Settings that a share code decides."""
Chooser = Callable[["World"], Mapping[str, str]]


@dataclasses.dataclass(frozen=True, kw_only=True)
class GameSettings:
    """A game in the window."""

    seats: SeatSpecs = dataclasses.field(default_factory=dict)
    """Who sits where: human, human:DEVICE (keys; keys1 and keys2, the halves of a keyboard; pad1 …), bot, bot:KIND,
    bot:KIND:KNOB=VALUE,…, agent:NAME_OR_FOLDER, axelrod:NAME, roshambo:NAME or random. The task's own bots take all
    other seats."""
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
    code: ShareCode = None
    """A share code, as the window's set-up screen gives it: it decides world, task and opponents."""
    record: OptionalFile = None
    """Record the game to this file (NAME.mcap)."""
    speed: Annotated[float, SPEEDS] = 1.0
    """Simulated seconds in a second, 0.25 to 16."""
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
        check_files(record=self.record, screenshot=self.screenshot)


def open_game(name: str, settings: GameSettings, choose: Chooser, *, agent: str = "", **more: Any) -> Outcome:
    """Open the window on a game of a world.

    ``choose`` says who sits where, as specs by seat. An ``agent`` that takes part, or one among the seats, decides how
    the world is built if the settings do not. ``more`` are further fields of the window's `Session`.
    """
    from simulator.app.screens import app

    check_build(name, settings.build)
    more.setdefault("card", settings.seconds is None)  # who comes for some seconds wants to see the world move
    app.play(make_session(name, settings, choose, agent=agent, started=STARTED, **more))
    saved = [str(path) for path in (settings.record, settings.screenshot) if path is not None and path.exists()]
    return Outcome(text=f"wrote {', '.join(saved)}" if saved else "")


def make_session(name: str, settings: GameSettings, choose: Chooser, *, agent: str = "", **more: Any) -> Session:
    """What the window needs for a game (see `open_game`); the world is built behind its progress bar."""
    from simulator.app.play.codes import read_code
    from simulator.app.play.setups import Setup
    from simulator.app.shell.start import session_of

    setup = Setup(
        world=name, build=settings.build, split=settings.split, seed=settings.seed, index=settings.index,
        episodes=settings.episodes, seats=settings.seats,
        devices={} if settings.code is None else read_code(settings.code).devices,
    )  # fmt: skip
    return session_of(
        setup, choose=choose, agent=agent, record=settings.record, speed=settings.speed,
        fullscreen=settings.fullscreen,
        language=settings.language, seconds=settings.seconds, screenshot=settings.screenshot, **more,
    )  # fmt: skip


def decoded(settings: Any) -> Any:
    """The settings of `play` or `watch`, with all that their share code decides.

    Raises:
        Refused: no such code, or something is given beside it that it decides.
    """
    if settings.code is None:
        return settings
    from simulator.app.play.codes import read_code

    setup = read_code(settings.code)
    for field in dataclasses.fields(settings):
        if field.name in DECIDED:
            usual = field.default if field.default_factory is dataclasses.MISSING else field.default_factory()
            if (value := getattr(settings, field.name)) not in (usual, getattr(setup, field.name)):
                refuse(f"{field.name} {value!r} is given beside --code, which decides it: leave one out")
    decided = {name: getattr(setup, name) for name in DECIDED}
    return dataclasses.replace(settings, seats={**setup.seats, **settings.seats}, **decided)
