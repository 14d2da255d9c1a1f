"""From a set-up to a session of the window: the world is built and the seats are filled behind its progress bar."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import platformdirs

from simulator.app.play.setups import Setup
from simulator.app.play.texts import text
from simulator.app.shell.session import Session
from worlds.declarations import Refused
from worlds.kit.words import one_line

if TYPE_CHECKING:
    from simulator.app.play.branching import BranchPlan
    from simulator.app.play.conditions import SameTask
    from simulator.app.play.seating import Seating
    from simulator.engine import Recorder, Simulation
    from worlds.world import World

Chooser = Callable[["World"], Mapping[str, str]]


def session_of(
    setup: Setup, *, choose: Chooser | None = None, agent: str | Callable[[], str] = "", record: Path | None = None,
    folder: Path | None = None, **more: Any,
) -> Session:  # fmt: skip
    """What the window needs for a game.

    ``choose`` says who sits where once the world is there (default: as the set-up says). An ``agent`` that takes part,
    or one among the seats, decides how the world is built if the set-up does not. Recordings that are begun with a key
    go into ``folder`` (default: the present one). ``more`` are further fields of the `Session`.
    """

    def prepare() -> Simulation:
        import worlds
        from simulator.app.play.seating import build_for, seat_all

        taking_part = agent if isinstance(agent, str) else agent()
        world = worlds.get(setup.world, **(setup.build or build_for(setup.world, taking_part, setup.seats)))
        seats = setup.seats if choose is None else choose(world)
        seating = seat_all(
            world, seats, seed=setup.seed, episodes=setup.episodes or None, devices=setup.devices
        )  # fmt: skip
        session.seats, session.specs, session.follow = seating.occupants, seating.words, seating.followed
        session.devices = seating.devices
        if record is not None:
            session.recorder = recorder(record, seating)
        session.make_recorder = lambda: recorder(fresh_name(world.name, folder), seating)
        return make_simulation(world, setup, seating)

    title = more.pop("title", f"{setup.world} · {setup.split}")
    more.setdefault("summary", True)
    session = Session(simulation=prepare, title=title, devices=dict(setup.devices), **more)
    return session


def session_of_task(task: SameTask) -> Session:
    """A game of a task that was played before, from its beginning, with the players that it names."""

    def prepare() -> Simulation:
        from simulator.app.play.conditions import seated

        simulation, seating = seated(task)
        session.seats, session.specs = seating.occupants, seating.words
        session.make_recorder = lambda: recorder(fresh_name(task.world.name, recordings_folder()), seating)
        return simulation

    follow = task.world.seats[task.learners[0]].name
    session = Session(
        simulation=prepare, title=f"{task.world.name} · {task.split}", summary=True, follow=follow, card=False
    )  # fmt: skip
    return session


def played(name: str) -> Session:
    """A game of a world in which the user has the first seat."""
    setup = Setup(world=name)
    return session_of(setup, choose=lambda world: {world.seats[0].name: "human"}, folder=recordings_folder(), card=True)


def watched(name: str, split: str = "test-both", seed: int = 0, player: str = "", **more: Any) -> Session:
    """A game of a world to watch: an agent plays among bots, the shipped one if no ``player`` is named."""
    from simulator.app.play.seating import seats_for, shipped_agents

    def agent() -> str:
        return player or next(iter(shipped_agents(name)), "")

    def choose(world: World) -> Mapping[str, str]:
        found = agent()
        return dict.fromkeys(seats_for(world, found), f"agent:{found}") if found else {}

    setup = Setup(world=name, split=split, seed=seed)
    return session_of(setup, choose=choose, agent=agent, folder=recordings_folder(), card=True, **more)


def demonstrated(name: str) -> Session:
    """The demo: the shipped agent of a world, or of the first world that has one, on tasks that it never met."""
    import agents
    from simulator.app.play.references import DEMO_SEED, DEMO_SPLIT, reference_lines

    shipped = agents.pretrained()
    shown = name if name in shipped else SHOWPIECE
    return watched(shown, DEMO_SPLIT, DEMO_SEED, references=reference_lines(shipped[shown]))


def replayed(path: Path, at: int = 0) -> Session:
    """A recording, from a tick on."""

    def prepare() -> Any:
        import replays

        playback = replays.open(path)
        playback.seek(min(at, playback.length))
        return playback

    return Session(playback=prepare, title=one_line(path.name), whatifs=recordings_folder())


SHOWPIECE = "tag"
"""The world of the demo where the chosen one has no agent."""
SESSIONS: dict[str, Callable[[str], Session]] = {"play": played, "watch": watched, "demo": demonstrated}
"""What can be opened from a world's name."""


def make_simulation(world: World, setup: Setup, seating: Seating) -> Simulation:
    """The simulation of a game; agents need the inputs of earlier decisions, so every game has them."""
    from simulator.engine import Simulation

    return Simulation(
        world, seed=setup.seed, index=setup.index, split=setup.split, episodes_per_trial=setup.episodes or None,
        seats=seating.engine,
    )  # fmt: skip


def recorder(path: Path, seating: Seating) -> Recorder:
    """A recorder that knows who played."""
    import replays

    path.parent.mkdir(parents=True, exist_ok=True)
    return replays.record(path, players=seating.words, checkpoints=seating.checkpoints, compact=True, at_once=True)


def what_if_recorder(
    playback: Any, position: int, plan: BranchPlan, folder: Path | None, say: Callable[[str], None]
) -> tuple[Path | None, Recorder | None]:
    """The file of a what-if and what writes it, with a link to the recording that it branches from; neither where it
    cannot be recorded.
    """
    import replays

    if folder is None:
        return None, None
    try:
        place = unused(fresh_name(playback.world.name, folder))
        parent = replays.parent_of(playback.path, position)
        place.parent.mkdir(parents=True, exist_ok=True)
        made = replays.record(
            place, players=plan.words, checkpoints=plan.checkpoints, compact=True, at_once=True, parent=parent
        )
    except (Refused, OSError) as reason:
        say(text("whatif.unrecorded", reason=reason))
        return None, None
    return place, made


def unused(path: Path, taken: Collection[Path] = ()) -> Path:
    """This name, or the first one with a number behind it that no file has, and that is not ``taken``."""
    others = (path.with_name(f"{path.stem}-{number}{path.suffix}") for number in itertools.count(2))
    return next(place for place in itertools.chain([path], others) if not place.exists() and place not in taken)


def fresh_name(world: str, folder: Path | None = None) -> Path:
    """A file for a recording that was started with a key."""
    return unused((folder or Path.cwd()) / time.strftime(f"{world}-%Y%m%d-%H%M%S.mcap"))


def recordings_folder() -> Path:
    """Where recordings of games lie that were started in the window."""
    return Path(platformdirs.user_data_dir("crossplay", appauthor=False)) / "recordings"
