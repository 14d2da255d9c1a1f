"""Open the window on the gallery of all worlds; `crossplay` alone does the same where there is a display.

Choose a world to play, watch or set up, open a recording, or see the demo. Arrows, Tab and Enter, the mouse or a
gamepad reach everything. A share code opens its set-up, to look at and change before it is played.

On a Linux desktop --install adds Crossplay to the menu, and to the programs with which the file manager opens
recordings; --remove takes it away again. Both open no window.

Examples:
  crossplay home
  crossplay home --fullscreen
  crossplay home --code CODE
  crossplay home --install
"""

from __future__ import annotations

import dataclasses

from agents.settings.declared import check_ranges
from simulator.app.commands.common import STARTED, Outcome, check_files, refuse
from simulator.app.commands.flags import Flag, Language, OptionalFile, Options, Seconds, ShareCode


@dataclasses.dataclass(frozen=True, kw_only=True)
class Settings:
    """How the window opens."""

    code: ShareCode = None
    """A share code, as the window's set-up screen gives it: begin with its set-up."""
    language: Language = ""
    """Of the window, such as en or zh; default: as its settings, or else the system, say."""
    fullscreen: Flag = False
    """Fill the screen."""
    seconds: Seconds = None
    """Close after so many seconds."""
    screenshot: OptionalFile = None
    """Save the last frame to this PNG file on closing."""
    install: Flag = False
    """Add Crossplay to the menu of this desktop and to its file manager, for you alone."""
    remove: Flag = False
    """Take away what --install added."""

    def __post_init__(self) -> None:
        if self.install and self.remove:
            refuse("--install and --remove are both given: leave one out")
        check_ranges(self)
        check_files(screenshot=self.screenshot)


def run(settings: Settings, options: Options) -> Outcome:
    """Open the window, or tell the desktop of it."""
    if settings.install or settings.remove:
        from simulator.app.shell import file_manager

        return Outcome(text="\n".join(file_manager.install() if settings.install else file_manager.remove()))
    from simulator.app.screens import app
    from simulator.app.shell.session import Session

    setup = None
    if settings.code is not None:
        from simulator.app.play.codes import read_code

        setup = read_code(settings.code)
    session = Session(
        home=True, setup=setup, fullscreen=settings.fullscreen,
        language=settings.language, seconds=settings.seconds, screenshot=settings.screenshot,
        started=STARTED,
    )  # fmt: skip
    app.play(session)
    return Outcome(text=f"wrote {settings.screenshot}" if settings.screenshot else "")
