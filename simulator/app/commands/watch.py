"""Watch a world in the window: an agent among bots, or whoever you seat.

Without --agent and --seats, the agent that is shipped for the world as it is built takes the first seat; bots play the
others, and all where no agent is. An agent that was trained in all seats at once takes them all.
Press F1 in the window for the keys.

Examples:
  crossplay watch tag
  crossplay watch tag --agent runs/tag-seed1 --seat evader_0 --split test-opponent
  crossplay watch tag --seats evader_0=bot:copier chaser_0=agent:tag --speed 4
  crossplay watch tag --compare agent wiped
  crossplay watch tag --compare agent@1 agent@5
  crossplay watch --compare game.mcap agent
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from agents.settings.declared import Shown
from simulator.app.commands.common import STARTED, Outcome, check_build, check_world, refuse
from simulator.app.commands.flags import Options, WorldName
from simulator.app.commands.opening import Chooser, GameSettings, Split, decoded, open_game

if TYPE_CHECKING:
    from simulator.app.play.conditions import SameTask
    from worlds.world import World


@dataclasses.dataclass(frozen=True, kw_only=True)
class Settings(GameSettings):
    """What you watch."""

    world: WorldName = "tag"
    """Name of the world (`crossplay worlds` lists them)."""
    agent: Annotated[str, Shown("AGENT", default="the shipped one")] = ""
    """A shipped agent, or the folder of a run or checkpoint."""
    seat: Annotated[str, Shown("SEAT", default="as above")] = ""
    """The seat of that agent, alone."""
    split: Split = "test-both"
    """Where tasks come from; agents never trained on the test splits."""
    compare: Annotated[tuple[str, ...], Shown("RUN …")] = ()
    """Show two to four runs of one task side by side: agent, wiped, blind, oracle, a player such as bot:KIND, or a
    recording (NAME.mcap), which decides the task. With @5 behind it, only the fifth episode."""


def run(settings: Settings, options: Options) -> Outcome:
    """Open the window."""
    from simulator.app.play.seating import build_for, seats_for, usual_agent
    from simulator.engine.seats import spec_kind

    settings = decoded(settings)
    if settings.code is not None:  # who watches leaves the seats of people to the task's bots
        players = {seat: text for seat, text in settings.seats.items() if spec_kind(text) != "human"}
        settings = dataclasses.replace(settings, seats=players)
    check_world(settings.world)  # before agents are looked for by it
    usual = "" if settings.seats or settings.code is not None else usual_agent(settings.world, settings.build)
    agent = settings.agent or usual
    if agent and settings.build and settings.code is None:  # what is not named is as that agent learned it
        learned = build_for(settings.world, agent, {})
        settings = dataclasses.replace(settings, build={**learned, **settings.build})

    def choose(world: World) -> Mapping[str, str]:
        if not agent:
            return settings.seats
        seats = [settings.seat] if settings.seat else seats_for(world, agent)
        free = [seat for seat in seats if len(seats) == 1 or seat not in settings.seats]
        return {**settings.seats, **dict.fromkeys(free, f"agent:{agent}")}

    if settings.compare:
        return _compare(settings, choose, agent)
    return open_game(settings.world, settings, choose, agent=agent)


def _compare(settings: Settings, choose: Chooser, agent: str) -> Outcome:
    """Runs side by side."""
    from simulator.app.play.runs import ComparedRuns, check_words
    from simulator.app.screens import app
    from simulator.app.shell.session import Session

    check_words(settings.compare)
    check_build(settings.world, settings.build)
    if settings.record is not None:
        refuse("--record records a game: leave it out beside --compare")
    recording = next((Path(name) for name in map(_name, settings.compare) if name.endswith(".mcap")), None)

    def task() -> SameTask:
        from simulator.app.play.runs import task_of_recording

        return _task(settings, choose, agent) if recording is None else task_of_recording(recording)

    title = f"{settings.world} · {settings.split}" if recording is None else recording.name
    app.play(
        Session(
            runs=ComparedRuns(task, settings.compare), title=title, speed=settings.speed, language=settings.language,
            fullscreen=settings.fullscreen, seconds=settings.seconds, screenshot=settings.screenshot, started=STARTED,
        )
    )  # fmt: skip
    return Outcome(text=f"wrote {settings.screenshot}" if settings.screenshot is not None else "")


def _name(word: str) -> str:
    return word.rpartition("@")[0] or word


def _task(settings: Settings, choose: Chooser, agent: str) -> SameTask:
    """The task of these settings."""
    import worlds
    from simulator.app.play.conditions import SameTask, learners_of
    from simulator.app.play.seating import build_for

    world = worlds.get(settings.world, **(settings.build or build_for(settings.world, agent, settings.seats)))
    specs = {**{seat.name: "bot" for seat in world.seats}, **choose(world)}
    episodes = settings.episodes or world.timing.episodes
    return SameTask(
        world, settings.seed, settings.index, settings.split, episodes, 0, "", specs, learners_of(world, specs)
    )  # fmt: skip
