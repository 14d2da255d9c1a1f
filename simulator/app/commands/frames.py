"""What the window costs, world by world: a part of `crossplay bench window`.

Every world is watched in a fresh interpreter at 1280 × 720, its shipped agent among bots where there is one of the
world's version. What is told is processor time, so that a busy machine changes it little (though threads that share a
core do); frames are asked for one after the other, each for a sixtieth of a second.
"""

from __future__ import annotations

import json
import math
import os
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator.app.shell.stopwatch import PARTS

if TYPE_CHECKING:
    from simulator.app.screens.app import App
    from simulator.app.shell.session import Session

SIZE = (1280, 720)
FRAME = 1 / 60  # s
SETTLING = 90  # frames before those that count
COUNTED, QUICK = 600, 120  # frames that count
RESTED = 30  # frames of a paused game, and of a hidden one
RECORDED = 2000  # ticks of a recording without minds
EVERY = 10.0  # s between two looks at the memory
BARS = {
    "median": (8.0, "ms a frame, at most: half of them take less"),
    "p95": (14.0, "ms a frame, at most: 95 of 100 take less"),
    "resting": (10.0, "frames a second of a paused game, at most"),
    "recording": (0.05, "of a frame, at most"),
    "step_bytes": (60.0, "bytes a step of a recording of tag without minds, at most"),
    "first_frame": (2.0, "s until the world is seen, rules compiled before, at most"),
    "home": (1.5, "s until the gallery is seen, at most"),
    "grown": (50.0, "MB in two hours of watching at 16 times the speed, at most"),
}
OTHERS = (
    ("first frame, s", "first_frame", ".2f"), ("frames/s when paused", "resting", ".1f"),
    ("of a core when paused", "resting_share", ".1%"), ("of a core when hidden", "hidden_share", ".1%"),
    ("bytes a step", "step_bytes", ".0f"), ("bytes a step with minds", "minds_bytes", ".0f"),
)  # fmt: skip
"""What else is told of a world: words, the name of the figure, and how it is written."""
SPEED = 16.0
Program = Callable[..., str]


def report(
    names: Sequence[str], worlds: str, program: Program, say: Callable[[str], None], *, minutes: float, quick: bool
) -> tuple[str, dict[str, Any]]:
    """Figures of some worlds, as a table and as data; with ``minutes`` also how memory grows in so many."""
    facts: dict[str, Any] = {
        "worlds": {},
        "bars": {name: {"value": bar, "meaning": about} for name, (bar, about) in BARS.items()},
    }
    for name in names:
        say(name)
        found = facts["worlds"][name] = _told(program, name, worlds, COUNTED if not quick else QUICK, minutes)
        say(f"{name}: half below {found['median']:.1f} ms, 95 of 100 below {found['p95']:.1f} ms a frame")
    say("the gallery")
    facts["home"] = _told(program, "", worlds, 0, 0.0)["first_frame"]
    return written(facts), facts


def _told(program: Program, world: str, worlds: str, frames: int, minutes: float) -> dict[str, Any]:
    asked = json.dumps({"world": world, "worlds": worlds, "frames": frames, "minutes": minutes})
    source = "import sys; from simulator.app.commands.frames import watch; watch(*sys.argv[1:])"
    found: dict[str, Any] = json.loads(program("-c", source, asked, repr(time.time())).splitlines()[-1])
    return found


def written(facts: Mapping[str, Any]) -> str:
    """The figures as tables in Markdown, which can be read as they are."""
    worlds = facts["worlds"]
    heads = ["world, who plays", "half below", "95 of 100 below", *PARTS, "recording of all"]
    rows = [
        [
            f"{name}, {of['player'] or 'bots'}", f"{of['median']:.1f}", f"{of['p95']:.1f}",
            *(f"{of['parts'][part]:.2f}" for part in PARTS), f"{of['recording']:.1%}",
        ]
        for name, of in worlds.items()
    ]  # fmt: skip
    lines = ["Processor time of a frame, in ms, and where its mean goes:", "", _markdown(heads, rows), ""]
    heads = ["world", *(about for about, _, _ in OTHERS)]
    rows = [[name, *(format(of[key], form) for _, key, form in OTHERS)] for name, of in worlds.items()]
    lines += [_markdown(heads, rows), "", f"The gallery is seen after {facts['home']:.2f} s."]
    for name, found in facts["worlds"].items():
        if found.get("memory"):
            lines.append(_memory(name, found["memory"]))
    lines += ["", "Asked are:", ""]
    return "\n".join([*lines, *(f"- {bar:g} {about}" for bar, about in BARS.values())])


def _memory(name: str, memory: Mapping[str, float]) -> str:
    grew = f"{memory['first']:.0f} MB half-way, {memory['last']:.0f} MB at last, {memory['slope']:+.1f} MB an hour"
    played = f"{memory['played']:.0f} minutes of the world"
    return f"Watching {name} at {SPEED:g} times the speed for {memory['minutes']:.0f} minutes ({played}): {grew}."


def _markdown(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


# --- in the interpreter that is measured ---------------------------------------------------------------------------


def watch(asked: str, began: str) -> None:
    """Print what a world, or the gallery, costs in the window, as JSON; the interpreter was started at ``began``."""
    started = time.perf_counter() - (time.time() - float(began))
    chosen = json.loads(asked)
    if chosen["worlds"]:
        import worlds

        worlds.add_folder(chosen["worlds"])
    if not chosen["world"]:
        from simulator.app.shell.session import Session

        app = _opened(Session(home=True, size=SIZE, started=started))
        print(json.dumps({"first_frame": app.outcome.first_frame}))
        app.close()
        return
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(_costs(chosen, started, Path(folder))))


def _costs(chosen: Mapping[str, Any], started: float, folder: Path) -> dict[str, Any]:
    from simulator.app.play.seating import fitting_agent

    name, player = chosen["world"], fitting_agent(chosen["world"])
    app = _opened(_session(name, player, started, folder / "game.mcap"))
    found: dict[str, Any] = {
        "player": player, "first_frame": app.outcome.first_frame, "seated": app.outcome.seated,
    }  # fmt: skip
    app.prepare_gui().result()
    for _ in range(SETTLING):
        app.frame(FRAME)
    app.stopwatch.clear()
    for _ in range(chosen["frames"]):
        app.frame(FRAME)
    times = app.stopwatch.times(chosen["frames"])
    assert times is not None
    whole = sum(times.parts.values())
    found |= {"median": times.median, "p95": times.p95, "parts": times.parts}
    found["recording"] = times.parts["recording"] / max(whole, 1e-9)
    app.game.command("pause")
    found["resting"], found["resting_share"] = _rest(app)
    app.hide()
    found["hidden"], found["hidden_share"] = _rest(app)
    ticks = app.outcome.ticks
    app.close()
    found["minds_bytes"] = (folder / "game.mcap").stat().st_size / max(ticks, 1)
    found["step_bytes"] = _step_bytes(name, folder / "bare.mcap")
    found["memory"] = _grown(name, player, chosen["minutes"]) if chosen["minutes"] else None
    return found


def _session(name: str, agent: str, started: float | None, record: Path | None, speed: float = 1.0) -> Session:
    from simulator.app.commands.opening import GameSettings, make_session
    from simulator.app.play.seating import seats_for

    return make_session(
        name, GameSettings(split="test-both", record=record, speed=speed),
        lambda world: dict.fromkeys(seats_for(world, agent), f"agent:{agent}") if agent else {},
        agent=agent, size=SIZE, started=started, summary=False,
    )  # fmt: skip


def _opened(session: Session) -> App:
    """The application, as soon as every agent has its seat."""
    from simulator.app.screens.app import App

    app = App(session)
    while app.outcome.first_frame is None or (app.outcome.seated is None and not session.home):
        app.frame(FRAME)
        time.sleep(FRAME)
    return app


def _rest(app: App) -> tuple[float, float]:
    """Frames a second, and the share of a core, of a window that nobody touches."""
    app.run_frames(RESTED // 3)  # what was touched last is forgotten
    wall, busy = time.perf_counter(), time.process_time()
    app.run_frames(RESTED)
    passed = time.perf_counter() - wall
    return RESTED / passed, (time.process_time() - busy) / passed


def _step_bytes(name: str, path: Path) -> float:
    """Bytes a tick of a recording of bots alone."""
    import replays
    import worlds
    from simulator.engine import Simulation

    world = worlds.get(name)
    simulation = Simulation(world, seed=1, split="test-both", seats={seat.name: "bot" for seat in world.seats})
    with replays.record(path, minds=False, compact=True, at_once=True) as recording:  # as the window does
        recording.begin(simulation)
        for _ in range(RECORDED):
            simulation.tick(simulation.w["action"])
            recording.tick(simulation)
    return path.stat().st_size / RECORDED


def _grown(name: str, player: str, minutes: float) -> dict[str, float]:
    """How memory grows while a world is watched at high speed: a line through the second half of it. Before, caches of
    pictures and words fill up to what they may take: that is no growth that goes on.
    """
    import numpy as np

    app = _opened(_session(name, player, None, None, SPEED))
    begun, seen = time.perf_counter(), [(0.0, resident())]
    while seen[-1][0] < 60.0 * minutes:
        app.run_frames(math.ceil(EVERY / FRAME))
        seen.append((time.perf_counter() - begun, resident()))
    played = app.outcome.ticks * app.game.scene.world.timing.tick / 60.0  # less than it could be on a busy machine
    app.close()
    passed, taken = np.array(seen).T
    settled = passed >= passed[-1] / 2
    slope = float(np.polyfit(passed[settled] / 3600.0, taken[settled], 1)[0])
    first, last = float(taken[settled][0]), float(taken[-1])
    return {"minutes": passed[-1] / 60.0, "played": played, "first": first, "last": last, "slope": slope}


def resident() -> float:
    """Megabytes of this process that lie in memory; the most that ever did, where the system tells no more."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
    except OSError:
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
