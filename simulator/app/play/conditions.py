"""The trial of a game once more, by others: an agent, the same one wiped at every episode, blind and oracle.

The task, its bots and its streams of chance are those of the game: the first state must be the same, byte by byte.
Seats are filled as those of a game are, and the trial is played by `simulator.engine.trial.play_trial`, with the memory
controls of an evaluation; so the agent does here exactly what it does when it is watched.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.app.play.notes import Finished, TrialNotes, mark_of
from simulator.app.play.references import REFERENCES
from simulator.app.play.seating import facts_of, seat_all, shipped_agents
from simulator.app.play.table import Table
from simulator.app.play.texts import text
from simulator.app.play.trained import Beside, reference_of
from simulator.engine.seats import PLAYERS, read_spec
from worlds.declarations import Refused

if TYPE_CHECKING:
    from simulator.app.play.seating import Seating
    from simulator.engine import Player, Simulation
    from simulator.engine.minds import Mind
    from worlds.world import World

AGENT, WIPED = "agent", "wiped"


@dataclasses.dataclass(frozen=True)
class SameTask:
    """The task of a trial, and who sits where in it."""

    world: World
    seed: int
    index: int
    split: str
    episodes: int
    trial: int
    mark: str
    """Of its first state, see `mark_of`; empty: it was not played yet."""
    specs: Mapping[str, str]
    """Seat → who sits there, for all seats."""
    learners: tuple[int, ...]
    """The seats that the conditions fill anew."""

    def filled(self, agent: str) -> SameTask:
        """The same task with an agent in the learners' seats."""
        return self.given(f"agent:{agent}")

    def given(self, spec: str) -> SameTask:
        """The same task with a player in the learners' seats, as `simulator.engine.seats` writes him."""
        names = [self.world.seats[seat].name for seat in self.learners]
        return dataclasses.replace(self, specs={**self.specs, **dict.fromkeys(names, spec)})


@dataclasses.dataclass(frozen=True)
class Condition:
    """Somebody whose trial is compared."""

    name: str
    """agent, wiped, blind or oracle, as in an evaluation."""
    agent: str
    """The checkpoint that plays."""
    weights: str = ""
    """SHA-256 of the weights of a reference that the user trained, whose folder may be trained in anew."""

    @property
    def wiped(self) -> bool:
        """Whether its memory is wiped at every episode."""
        return self.name in (WIPED, "blind")


def same_task(simulation: Simulation, finished: Finished, specs: Mapping[str, str], followed: int = 0) -> SameTask:
    """The task of a finished trial; whoever was a person there is a learner, else the agents, else the followed seat.

    Raises:
        Refused: it cannot be played again from its beginning.
    """
    facts, world = simulation.describe(), simulation.world
    if set(specs) != {seat.name for seat in world.seats}:
        raise Refused(text("summary.no_specs"))
    if not finished.mark or len(finished.returns) != int(facts["episodes_per_trial"]):
        raise Refused(text("summary.not_whole"))
    return SameTask(
        world, int(facts["seed"]), int(facts["index"]), str(facts["split"]), int(facts["episodes_per_trial"]),
        finished.trial, finished.mark, dict(specs), learners_of(world, specs, followed),
    )  # fmt: skip


def learners_of(world: World, specs: Mapping[str, str], followed: int = 0) -> tuple[int, ...]:
    """The seats of people, else those of agents, else the followed one."""
    kinds = [read_spec(f"seat {seat.name!r}", specs[seat.name], PLAYERS).kind for seat in world.seats]
    seats = range(len(kinds))
    people, agents = (tuple(seat for seat in seats if kinds[seat] == kind) for kind in ("human", "agent"))
    return people or agents or (followed,)


def references_of(task: SameTask) -> dict[str, Beside]:
    """Who plays as blind and as oracle in the learners' roles, and why nobody does."""
    roles = dict.fromkeys(task.world.seats[seat].role for seat in task.learners)
    return {kind: reference_of(task.world, kind, roles) for kind in REFERENCES}


def conditions_of(task: SameTask, beside: Mapping[str, Beside] | None = None) -> list[Condition]:
    """Whose trials can be compared. The agent is the one that has the learners' seats, else a shipped one: rather one
    for this world alone where it has references ``beside`` it (None: look for them).

    Raises:
        Refused: no agent fits these seats.
    """
    import agents

    world = task.world
    beside = references_of(task) if beside is None else beside
    own = {task.specs[world.seats[seat].name] for seat in task.learners}
    named = next(iter(own)) if len(own) == 1 else ""
    if named.startswith("agent:"):
        agent = named.removeprefix("agent:")
    else:
        shipped = shipped_agents(world.name)
        if all(each.name for each in beside.values()):
            shipped.sort(key=lambda name: name not in agents.pretrained())
        agent = _first_fit(task, shipped)
    if not agent:
        roles = ", ".join(dict.fromkeys(world.seats[seat].role for seat in task.learners))
        raise Refused(text("summary.no_agent", world=world.name, roles=roles))
    found = [Condition(AGENT, agent), Condition(WIPED, agent)]
    return found + [Condition(kind, each.name, each.weights) for kind, each in beside.items() if each.name]


def _first_fit(task: SameTask, names: Sequence[str]) -> str:
    """The first of some checkpoints that learned this very world in the roles of the learners."""
    import agents
    from agents.checkpoints.fitting import knows_layout

    roles = {task.world.seats[seat].role for seat in task.learners}
    for name in names:
        facts = facts_of(agents.find(name, task.world.name))
        same = facts.world == task.world.name and knows_layout(facts, task.world)
        if same and roles <= set(facts.roles):
            return name
    return ""


def seated(task: SameTask) -> tuple[Simulation, Seating]:
    """The task at its beginning, and who takes its seats.

    Raises:
        Refused: a player cannot be made, or the task cannot be drawn again.
    """
    from simulator.engine import Simulation

    seating = seat_all(task.world, task.specs, seed=task.seed, episodes=task.episodes)
    simulation = Simulation(
        task.world, seed=task.seed, index=task.index, split=task.split, episodes_per_trial=task.episodes,
        seats=seating.engine, reveal=True,
    )  # fmt: skip
    simulation.reset(task.trial)
    if task.mark and mark_of(simulation) != task.mark:
        raise Refused(text("summary.other_task"))
    return simulation, seating


def players_of(world: World, seating: Seating) -> dict[int, Player]:
    """The players of a seating, loaded."""
    table = Table(world, seating.occupants)
    table.take_seats(table.load())
    return table.players


class Onlooker:
    """A recorder that only looks on: it notes returns and beliefs as they come."""

    def __init__(self, learners: Sequence[int]) -> None:
        self.learners = list(learners)
        self.returns: list[float] = []
        """By episode; the mean over the learners' seats."""
        self.finished: Finished | None = None
        self._notes: TrialNotes | None = None
        self._thoughts: dict[int, Mind] = {}

    def begin(self, simulation: Simulation) -> None:
        """The trial begins."""
        self._notes = TrialNotes(simulation)

    def mind(self, seat: int, mind: Mind) -> None:
        """What a player thinks before the tick to come."""
        if seat in self.learners:
            self._thoughts[seat] = mind

    def tick(self, simulation: Simulation) -> None:
        """Note the tick just made."""
        assert self._notes is not None
        self.finished = self._notes.tick(simulation, self._thoughts)
        self._thoughts = {}
        if simulation.episode_ended:
            self.returns.append(float(np.mean(simulation.final["score"][self.learners])))

    def control(self, simulation: Simulation, op: str, **arguments: Any) -> None:
        """Nobody intervenes."""

    def event(self, name: str, data: dict[str, Any]) -> None:
        """Nothing else is of interest."""

    def close(self) -> None:
        """Nothing is open."""


def play_condition(task: SameTask, condition: Condition, onlooker: Onlooker) -> None:
    """Play the whole trial; the onlooker sees every tick, and ends it by raising.

    Raises:
        Refused: as `seated`.
    """
    from simulator.engine.memory_control import Wiped
    from simulator.engine.trial import play_trial

    simulation, seating = seated(task.filled(condition.agent))
    control = Wiped() if condition.wiped else None
    play_trial(
        simulation, players_of(task.world, seating), onlooker, control=control, learners=task.learners
    )  # fmt: skip
