"""See an agent adapt: it meets layouts and opponents that it never trained on, and gets better from episode to episode.

With a display, the window shows one such trial. Without one (or with --headless) the same trial is played, recorded and
drawn into an animated GIF, and a table tells how the agent and its references do on average over more such tasks:
"wiped" is the same agent without its memory, "foreign" has the memory that it formed with other opponents on the same
layout, "blind" was trained without one, "oracle" is told what the task hides.

The trial is the first one of the seed, not a chosen one.

With --strangers it records every kind of stranger of a world instead, beside the agent that is shipped for this world
or among bots where none is: kinds of training in one task, those kept for testing in another.

Examples:
  crossplay demo
  crossplay demo --headless --tasks 200 --out demo
  crossplay demo --strangers tag --out strangers
"""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

from agents.settings.declared import SEEDS, Range, Shown, check_ranges
from simulator.app.commands.common import Outcome, refuse, table
from simulator.app.commands.flags import Flag, Options, Seconds
from simulator.app.play.references import DEMO_SEED, DEMO_SPLIT, REFERENCES, reference_lines

if TYPE_CHECKING:
    from agents.evaluation.report import Cell
    from worlds.world import World

SPLIT: Final = DEMO_SPLIT


@dataclasses.dataclass(frozen=True, kw_only=True)
class Settings:
    """What to show."""

    agent: Annotated[str, Shown("AGENT", default="a shipped one")] = ""
    """A shipped agent, or the folder of a run or checkpoint."""
    strangers: Annotated[str, Shown("WORLD", default="none")] = ""
    """Record every kind of stranger of this world, but for those reserved for final, and do nothing else."""
    headless: Flag = False
    """No window, even where there is a display."""
    tasks: Annotated[int, Range(2, 2**20)] = 50
    """Tasks behind the averages of the table."""
    seed: Annotated[int, SEEDS] = DEMO_SEED
    """Seed of the tasks."""
    out: Path = Path("demo")
    """Folder for the replays, the GIF and the report of the headless demo."""
    seconds: Seconds = None
    """Close the window after so many seconds."""

    def __post_init__(self) -> None:
        check_ranges(self)


def run(settings: Settings, options: Options) -> Outcome:
    """Show the window, or the table."""
    if settings.strangers:
        return _strangers(settings)
    agent = _of_one_world(settings.agent) if settings.agent else _showpiece()
    from simulator.canvas.display import has_display

    if not settings.headless and has_display():
        return _in_window(agent, settings)
    return _headless(agent, settings)


def _showpiece() -> str:
    """The first shipped agent that can be shown beside its blind and oracle, or else the first."""
    import agents
    from simulator.app.play.seating import facts_of

    found = {name: facts_of(folder) for name, folder in agents.pretrained().items()}
    shipped = [name for name, facts in found.items() if facts.reference == "none"]
    if not shipped:
        refuse("no agent is shipped: name one with --agent, made by `crossplay train`")
    beside = {kind: {facts.world for facts in found.values() if facts.reference == kind} for kind in REFERENCES}
    complete = [name for name in shipped if all(found[name].world in worlds for worlds in beside.values())]
    return (complete or shipped)[0]


def _of_one_world(agent: str) -> str:
    """The same, or of an agent for several worlds its part for the first of them."""
    import agents
    from agents.checkpoints.generalist import read_generalist

    several = read_generalist(agents.find(agent))
    return agent if several is None else f"{agent}/{several.worlds[0]}"


def _in_window(agent: str, settings: Settings) -> Outcome:
    import agents
    from simulator.app.commands.opening import GameSettings, open_game
    from simulator.app.play.seating import facts_of

    folder = agents.find(agent)
    facts = facts_of(folder)
    game = GameSettings(split=SPLIT, seed=settings.seed, seconds=settings.seconds)
    references = reference_lines(folder)

    def choose(world: World) -> dict[str, str]:
        return {world.seats[0].name: f"agent:{agent}"}

    outcome = open_game(facts.world, game, choose, agent=agent, references=references)
    more = f"`crossplay watch {facts.world}` shows more, `crossplay demo --headless` the averages over many tasks."
    return dataclasses.replace(outcome, text=more)


def _strangers(settings: Settings) -> Outcome:
    from simulator.app.commands.common import build_world
    from simulator.app.play.seating import build_for, shipped_agents
    from simulator.app.play.strangers import introduce

    agent = next(iter(shipped_agents(settings.strangers)), "")
    world = build_world(settings.strangers, build_for(settings.strangers, agent, {}))
    rows = []
    for met in introduce(world, settings.out, seed=settings.seed):
        print(f"wrote {met.path}", file=sys.stderr, flush=True)
        rows.append((met.bot.role, met.bot.name, met.bot.split, met.seat, met.path.name, met.bot.about))
    head = ("role", "kind", "part", "sits in", "recording", "what it does")
    beside = f"each played beside {agent}" if agent else f"no agent of {world.name} is shipped: each played among bots"
    return Outcome(text=f"{table(head, rows)}\n{beside}; to watch one: crossplay replay {settings.out}/FILE")


def _headless(agent: str, settings: Settings) -> Outcome:
    import agents
    import replays
    from agents.evaluation.evaluate import evaluate
    from agents.evaluation.recordings import FOLDER
    from agents.settings.evaluate import EvaluateSettings
    from simulator.app.commands.common import build_world, progress_bar
    from simulator.app.commands.evaluate import recorders_in
    from simulator.app.play.seating import facts_of, shipped_agents

    facts = facts_of(agents.find(agent))
    world = facts.world
    built = build_world(world, facts.build_args)
    blind, oracle = (tuple(shipped_agents(world, kind)) for kind in REFERENCES)
    print(f"playing {settings.tasks} tasks of {world}, the agent and its references", file=sys.stderr, flush=True)
    others = ["foreign"] if len(built.seats) > 1 or built.population else []
    known = ["blind"] * bool(blind) + ["oracle"] * bool(oracle)
    wanted = EvaluateSettings(
        checkpoint=(agent,), blind=blind, oracle=oracle, conditions=("agent", "wiped", *others, *known, "random"),
        splits=(SPLIT,), tasks=settings.tasks, seed=settings.seed, record=1, out=str(settings.out),
    )  # fmt: skip
    report = evaluate(wanted, recorder_factory=recorders_in(settings.out / FOLDER))
    lines = [f"{world} on {SPLIT}: neither these layouts nor these opponents were met in training.", ""]
    for cell in report.cells:
        replay = settings.out / FOLDER / f"{world}-{cell.role}-{SPLIT}-0.mcap"
        with progress_bar("frame") as show:
            film = replays.export(replay, replay.with_suffix(".gif"), fps=10, size=(400, 448), progress=show)
        lines += [_table(cell, _shown_trial(replay, cell.role)), "", f"  replay  {replay}", f"  GIF     {film}", ""]
    lines.append(f"  all figures: {settings.out / 'report.html'}; to watch a replay: crossplay replay FILE")
    return Outcome(text="\n".join(lines))


def _table(cell: Cell, shown: list[float]) -> str:
    """Return by episode: means over the tasks, and the trial that was recorded."""
    heads = (cell.role, *(f"episode {episode + 1}" for episode in range(cell.episodes)), "gain")
    rows = [
        (name, *(f"{estimate.value:.2f}" for estimate in curve), f"{curve[-1].value - curve[0].value:+.2f}")
        for name, curve in cell.curves.items()
    ]
    rows.append(("this trial", *(f"{value:.2f}" for value in shown), f"{shown[-1] - shown[0]:+.2f}"))
    return table(heads, rows) + f"\nmeans over {cell.tasks} tasks; last line: the agent in the recorded trial"


def _shown_trial(path: Path, role: str) -> list[float]:
    """Returns by episode of the learner, who sits in the first seat of its role in the first task."""
    import replays

    replay = replays.open(path)
    seat = next(index for index, seat in enumerate(replay.world.seats) if seat.role == role)
    return [span.returns[seat] for span in replay.episodes if span.returns is not None]
