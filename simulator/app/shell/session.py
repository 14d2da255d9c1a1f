"""What the command line hands to the window: one value that says what to show, who plays, and for how long."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator.app.play.table import Occupant, Resume
from simulator.engine.player import Recorder

if TYPE_CHECKING:
    from simulator.app.play.runs import ComparedRuns
    from simulator.app.play.setups import Setup
    from simulator.app.shell.settings import WindowSettings
    from simulator.engine import Simulation


@dataclass(kw_only=True)
class Session:
    """One stay at the window.

    Give either a `simulation` to play, or a `playback` to replay. Both may be callables: they then run in the
    background behind a progress bar, so that the window is there at once even when kernels must be compiled first.
    """

    simulation: Simulation | Callable[[], Simulation] | None = None
    playback: Any = None
    """A `replays.Playback`, or a callable that opens one."""
    seats: Mapping[str, Occupant] = field(default_factory=dict)
    """Who sits where, by seat name. In a replay: who takes over when a frame is branched into a live game."""
    devices: Mapping[str, int] = field(default_factory=dict)
    """Seat of a human → what plays it (see `simulator.app.play.people`); those not named share the keyboard."""
    card: bool = False
    """Show goal, keys and what is hidden before a game, and wait for a key."""
    summary: bool = False
    """Show what came of every trial of a live game when it ends; where nobody is there, it goes on after a while."""
    specs: Mapping[str, str] = field(default_factory=dict)
    """Who sits where as it was written, for every seat: so the same players can be seated anew."""
    runs: ComparedRuns | None = None
    """Show these runs side by side in place of a game; they are made in the background."""
    home: bool = False
    """Begin with the gallery of all worlds; then neither a simulation nor a playback is needed."""
    setup: Setup | None = None
    """Begin with this set-up above the gallery."""
    library: Sequence[Path] = ()
    """Begin with the library of the recordings in these folders."""
    search: str = ""
    """What is looked for there at first."""
    training: tuple[Any, Path | None] | None = None
    """Begin with the page of trainings above the gallery: a form (`play.train_form`), and the run that is shown."""
    recorder: Recorder | None = None
    """Records from the first tick; begun and closed by the window."""
    make_recorder: Callable[[], Recorder] | None = None
    """Makes another recorder whenever recording is switched on with a key."""
    whatifs: Path | None = None
    """Folder for the recordings of what-ifs; None: they are not recorded."""
    resume: Resume | None = None
    """Gives the players the memories of an earlier game."""
    title: str = ""
    references: Mapping[str, Mapping[str, Sequence[float]]] = field(default_factory=dict)
    """By role: lines beside the adaptation curve, name ("blind", "oracle") → return of each episode."""
    follow: str | None = None
    """Seat that is followed first (default: the human's, else an agent's)."""
    layers: frozenset[str] | None = None
    """What is shown besides the world (`simulator.canvas.LAYERS`); None: as the user's settings say."""
    speed: float = 1.0
    """Simulated seconds a second, 0.25 … 16."""
    paused: bool = False
    language: str = ""
    """Of the window, as a code; empty: as the settings or else the system say."""
    settings: WindowSettings | None = None
    """None: the user's own file, if there is one."""
    size: tuple[int, int] | None = None
    """Of the window in pixels; None: as the settings say."""
    fullscreen: bool = False
    seconds: float | None = None
    """Close by itself after the world was visible, with everybody seated, for so many seconds of real time."""
    frames: int | None = None
    """Close by itself after so many frames of the world."""
    screenshot: Path | None = None
    """Write the last frame to this PNG file before closing."""
    keys: Sequence[tuple[float, str]] = ()
    """A script for demonstrations and tests: so many seconds after the world became visible press a key ("p"), hold it
    ("+space"), let go of it ("-space")."""
    started: float | None = None
    """`time.perf_counter()` when the program began, so that the timings count from there."""
    timing: bool = False
    """Print what the start took, in seconds, on standard error."""


@dataclass
class SessionSummary:
    """What a stay at the window came to."""

    frames: int = 0
    seconds: float = 0.0
    ticks: int = 0
    window: float | None = None
    """Seconds from the start until a window was visible."""
    first_frame: float | None = None
    """… until the world was visible."""
    seated: float | None = None
    """… until every agent had its seat."""
    frame_ms: float = 0.0
    """Mean time that drawing and simulating took per frame."""
    screenshot: Path | None = None
