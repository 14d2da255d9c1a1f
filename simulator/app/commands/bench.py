"""Measure speed and memory on this machine, with the targets beside the figures.

engine: agent-steps a second over batch sizes and threads, memory, start of the engine, peers. window: seconds until
the first frame, with an empty and a filled kernel cache, and until an agent has its seat. training: agent-steps a
second end to end, where the time goes, and the share of the machine's peak. A busy machine gives figures that are too
low.

`crossplay bench window` tells what a frame costs in every world, how much a game takes that is paused, hidden or
recorded, and, with --minutes, how memory grows; --out writes that as a page.

Examples:
  crossplay bench
  crossplay bench window --only tag signals --minutes 10
  crossplay bench tag --parts engine --quick --json
"""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
import tempfile
import time
from typing import TYPE_CHECKING, Annotated, Any, Literal

from agents.settings.declared import Range, Shown, check_ranges
from simulator.app.commands.common import Outcome, build_world, check_build, check_files, refuse
from simulator.app.commands.flags import Build, Flag, OptionalFile, Options, WorldName

if TYPE_CHECKING:
    from collections.abc import Callable

JSON = True
WINDOW = "window"
WINDOW_TARGETS = {"warm_first_frame": 2.0, "warm_seated": 6.0, "cold_first_frame": 25.0, "help": 0.5}
QUICK_SIZES = (64, 1024)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Settings:
    """What to measure."""

    world: WorldName = "tag"
    """The world to measure with, or `window` for frames of all worlds."""
    build: Build = dataclasses.field(default_factory=dict)
    """Arguments of the world's own build, such as seats=8."""
    parts: tuple[Literal["engine", "window", "training"], ...] = ("engine", "window", "training")
    """What to measure."""
    agent: Annotated[str, Shown("AGENT", default="the shipped one")] = ""
    """The agent that takes a seat in the window."""
    only: tuple[str, ...] = ()
    """With `window`: these worlds alone."""
    minutes: Annotated[float, Range(0.0, 600.0)] = 0.0
    """With `window`: watch every world for so many minutes at 16 times the speed, and tell how memory grows."""
    out: OptionalFile = None
    """With `window`: write the figures to this Markdown file."""
    quick: Flag = False
    """Fewer batch sizes, shorter rounds, no cold starts."""

    def __post_init__(self) -> None:
        check_ranges(self)
        check_files(out=self.out)


def run(settings: Settings, options: Options) -> Outcome:
    """Measure, part after part."""
    if settings.world == WINDOW:
        return _frames(settings, options)
    if settings.only or settings.minutes or settings.out:
        refuse(f"--only, --minutes and --out go with `crossplay bench window`, not with {settings.world!r}")
    check_build(settings.world, settings.build)
    parts: dict[str, Callable[[Settings, Options], tuple[str, dict[str, Any]]]] = {
        "engine": _engine,
        "window": _window,
        "training": _training,
    }
    texts, facts = [], {}
    for name, measure in parts.items():
        if name in settings.parts:
            _say(name)
            text, facts[name] = measure(settings, options)
            texts.append(text)
    return Outcome(text="\n\n".join(texts), facts=facts)


def _frames(settings: Settings, options: Options) -> Outcome:
    import worlds
    from simulator.app.commands import frames
    from worlds.kit.writing import write_bytes

    names = settings.only or tuple(worlds.names())
    for name in names:
        build_world(name)
    folder = str(options.worlds or "")
    text, facts = frames.report(names, folder, _program, _say, minutes=settings.minutes, quick=settings.quick)
    if settings.out is not None:
        page = f"# What the window costs\n\nMade by `crossplay bench window --out FILE`.\n\n{text}\n"
        write_bytes(settings.out, page.encode())
    return Outcome(text=text, facts=facts)


def _engine(settings: Settings, options: Options) -> tuple[str, dict[str, Any]]:
    from simulator.engine import bench

    facts = bench.report(
        build_world(settings.world, settings.build),
        sizes=QUICK_SIZES if settings.quick else bench.SIZES,
        seconds=0.3 if settings.quick else 2.0,
        starts=not settings.quick,
        progress=_say,
    )
    return bench.table(facts), facts


def _window(settings: Settings, options: Options) -> tuple[str, dict[str, Any]]:
    """Start the program in fresh interpreters, as a user would."""
    from simulator.app.play.seating import shipped_agents
    from simulator.canvas.display import has_display

    agent = settings.agent or next(iter(shipped_agents(settings.world)), "")
    begun = time.perf_counter()
    _program("-m", "simulator", "play", "--help")
    found = {"help": time.perf_counter() - begun}
    _start(settings, options, "")  # fills the cache
    found["warm_first_frame"] = _start(settings, options, "")["first_frame"]
    if agent:
        found["warm_seated"] = _start(settings, options, agent)["seated"]
    if not settings.quick:
        with tempfile.TemporaryDirectory() as cache:
            found["cold_first_frame"] = _start(settings, options, "", CROSSPLAY_CACHE=cache)["first_frame"]
    lines = [f"the window, {settings.world}" + ("" if has_display() else " (no display: drawn without one)")]
    for name, seconds in found.items():
        lines.append(f"  {name.replace('_', ' '):18s} {seconds:6.2f} s   target {WINDOW_TARGETS[name]:g} s, at most")
    return "\n".join(lines), {"figures": found, "targets": WINDOW_TARGETS, "display": has_display()}


def _training(settings: Settings, options: Options) -> tuple[str, dict[str, Any]]:
    from agents.settings.declared import made
    from agents.settings.train import TrainSettings
    from agents.training import bench

    chosen = made(TrainSettings, world=settings.world, world_args=dict(settings.build), progress=False)
    figures = bench.measure(chosen, updates=1 if settings.quick else 5)
    targets = {name: {"value": value, "meaning": words} for name, (value, words) in bench.TARGETS.items()}
    return bench.table(figures), {"figures": figures, "targets": targets}


def _start(settings: Settings, options: Options, agent: str, **variables: str) -> dict[str, float]:
    facts = {"world": settings.world, "build": settings.build, "agent": agent, "worlds": str(options.worlds or "")}
    source = "import sys; from simulator.app.commands.bench import time_window; time_window(*sys.argv[1:])"
    told = _program("-c", source, json.dumps(facts), repr(time.time()), **variables)
    found: dict[str, float] = json.loads(told.splitlines()[-1])
    return found


def time_window(facts: str, began: str) -> None:
    """Print what a start took, as JSON: `crossplay bench` runs this in a fresh interpreter, started at ``began``."""
    started = time.perf_counter() - (time.time() - float(began))
    from simulator.app.commands.opening import GameSettings, make_session
    from simulator.app.screens.app import App

    chosen = json.loads(facts)
    if chosen["worlds"]:
        import worlds

        worlds.add_folder(chosen["worlds"])
    agent = chosen["agent"]
    session = make_session(
        chosen["world"],
        GameSettings(build=chosen["build"]),
        lambda world: {world.seats[0].name: f"agent:{agent}"} if agent else {},
        agent=agent,
        started=started,
    )
    app = App(session)
    while app.outcome.seated is None:
        app.frame(1 / 60)
        time.sleep(1 / 60)
    app.close()
    print(json.dumps({name: getattr(app.outcome, name) for name in ("window", "first_frame", "seated")}))


def _program(*words: str, **variables: str) -> str:
    """What a fresh interpreter prints."""
    environment = {**os.environ, **variables}
    if "CROSSPLAY_CACHE" in variables:
        environment.pop("NUMBA_CACHE_DIR", None)  # it would go before, and be filled already
    from simulator.canvas.display import has_display

    if not has_display():
        environment["SDL_VIDEODRIVER"] = "dummy"
    done = subprocess.run([sys.executable, *words], env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout


def _say(words: str) -> None:
    print(f"measuring {words}", file=sys.stderr, flush=True)
