"""The one loop of deciding, ticking and recording: for many worlds in a batch (`run_trials`), whole trials of paired
tasks; and for one world by hand (`play_tick`), for the window and for a recorder that looks on.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.engine.batch import Batch
from simulator.engine.episodes import Episodes
from simulator.engine.memory_control import MemoryControl
from simulator.engine.minds import Mind
from simulator.engine.player import Player, Recorder, Rewindable, Tape, ask
from simulator.engine.simulation import Simulation
from worlds.world import Refused, World

Memories = list[tuple[Player, object]]
"""Players, and what each remembered."""
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Watch = Callable[[NDArray[np.float32], Integers, NDArray[np.bool_]], None]
"""Told of every decision of a batch, once all have made it: the observations (n, L, O) behind it, each world's episode
in its trial (n,), and in which worlds the trial goes on (n,)."""


@dataclass(frozen=True)
class Trials:
    """What the learners of n tasks did in one trial each."""

    returns: Floats
    """(n, E): the learner's return by episode; the mean over its seats where it has several."""
    metrics: Floats
    """(n, E, F): the world's figures at the end of each episode, then the learner's own: the mean over its seats."""
    causes: NDArray[np.uint8]
    """(n, E): why the episode ended (index into world.causes)."""
    tapes: tuple[Mapping[int, Tape], ...] = ()
    """For each of the tasks that were kept, by seat, how it was played."""

    @staticmethod
    def joined(parts: "Sequence[Trials]") -> "Trials":
        """The trials of all parts, one after the other; without tapes."""
        return Trials(
            returns=np.concatenate([part.returns for part in parts]),
            metrics=np.concatenate([part.metrics for part in parts]),
            causes=np.concatenate([part.causes for part in parts]),
        )

    def where(self, rows: NDArray[np.bool_], others: "Trials | None") -> "Trials":
        """These trials where ``rows`` (n,) is true, ``others`` elsewhere; without tapes."""
        if others is None:
            return self
        mask = rows[:, None]
        return Trials(
            np.where(mask, self.returns, others.returns),
            np.where(mask[:, :, None], self.metrics, others.metrics),
            np.where(mask, self.causes, others.causes),
        )


def figure_names(world: World) -> tuple[str, ...]:
    """What an evaluation measures beside returns: the figures of the world, and those of the learner's seats."""
    return (*world.world_figures, *(f"own_{name}" for name in world.seat_figures))


def figures_to_read(world: World) -> tuple[str, ...]:
    """The same in the order of tables: of the world, then of the learner, what is unwanted first in each."""
    ordered = sorted(world.figures, key=lambda figure: (figure.per == "seat", not figure.unwanted))  # a stable sort
    return tuple(figure.name if figure.per == "world" else f"own_{figure.name}" for figure in ordered)


def with_own(world: World, metrics: Floats, seats: Integers) -> Floats:
    """Metrics (k, M) of some worlds, the figures of each seat folded (k, F) into the mean over ``seats`` (k, s)."""
    of_world, own = len(world.world_figures), len(world.seat_figures)
    by_seat = metrics[:, of_world:].reshape(len(metrics), len(world.seats), own)
    mine = np.take_along_axis(by_seat, seats[:, :, None], axis=1).mean(axis=1)
    return np.concatenate([metrics[:, :of_world], mine], axis=1)


@dataclass(frozen=True)
class Exchange:
    """Other opponents from one episode on; layout, dynamics and chance stay (see `Batch.take_opponents`)."""

    donors: NDArray[Any]
    """(n,): for each task a record whose opponents come."""
    seats: NDArray[np.bool_]
    """(n, S): seats whose bots change."""
    population: NDArray[np.bool_]
    """(n,): whether the drivers without a seat change too."""
    episode: int = 0
    """When they come; 0 is the first."""

    def episode_begins(self, batch: Batch, tasks: Integers, episodes: Integers) -> None:
        """Called before the first decision of ``episodes`` (k,) of ``tasks`` (k,)."""
        due = tasks[episodes == self.episode]
        due = due[self.seats[due].any(axis=1) | self.population[due]]
        if due.size:
            batch.take_opponents(due, self.donors[due], self.seats[due], self.population[due])

    def by_hand(self, simulation: Simulation, task: int, recorder: Recorder | None) -> None:
        """The same for one world whose episode is beginning."""
        seats = [int(seat) for seat in np.flatnonzero(self.seats[task])]
        if int(simulation.w["episode"]) != self.episode or not (seats or self.population[task]):
            return
        simulation.take_opponents(self.donors[task], seats, bool(self.population[task]))
        if recorder is not None:
            recorder.control(simulation, "restore")
            bots = {simulation.world.seats[seat].name: _bot_name(simulation, seat) for seat in seats}
            recorder.event("opponents", {"bots": bots, "population": bool(self.population[task])})


def _bot_name(simulation: Simulation, seat: int) -> str:
    return simulation.world.bots_of(simulation.world.seats[seat].role)[int(simulation.w["bot_kind"][seat])].name


def run_trials(
    batch: Batch,
    player: Player | None,
    seats: Integers,
    *,
    control: MemoryControl | None = None,
    others: Sequence[Player] = (),
    keep: int | Sequence[int] = (),
    exchange: Exchange | None = None,
    watch: Watch | None = None,
) -> Trials:
    """Play one trial on every world of a batch, as far as its episodes go.

    ``seats`` (n,) or (n, k) says whose return counts: the learner's. ``player`` has the first k lanes of each world and
    ``others`` one of the next lanes each; without a player the batch has no lane for the learner and the task's bots
    play. Worlds may end their episodes, and their trial, at different steps: each is written down until its own trial
    ends. The tasks to ``keep`` (some numbers, or the first so many) become tapes. An ``exchange`` brings in others to
    play against, and ``watch`` looks on.

    Raises:
        RuntimeError: a trial did not end within its most decisions.
    """
    kept = np.arange(keep) if isinstance(keep, int) else np.array(keep, dtype=np.int64)
    log = _Log(batch, np.asarray(seats, dtype=np.int64).reshape(batch.n, -1), kept)
    crew = _seated(player, log.seats.shape[1], others)
    for each, lanes in crew:
        each.reset(batch.n * (lanes.stop - lanes.start))
    observations = batch.reset()
    if exchange is not None:
        exchange.episode_begins(batch, np.arange(batch.n), np.zeros(batch.n, dtype=np.int64))
    for _ in range(log.episodes * batch.world.timing.decisions):
        actions = np.zeros((batch.n, batch.L, len(batch.world.action_sizes)), dtype=np.int64)
        for each, lanes in crew:
            seen, told, legal = (_by_row(shown[:, lanes]) for shown in (observations, batch.told, batch.legal))
            chosen = ask(each, seen, told, legal, batch.active[:, lanes].ravel())
            actions[:, lanes] = chosen.reshape(actions[:, lanes].shape)
        log.decision(actions, player.mind if kept.size and player is not None else None)
        if watch is not None:
            watch(observations, log.counted.now, log.live)
        observations, _, _, _ = batch.step(actions)
        tasks, episodes = log.step()
        if log.finished:
            return log.trials(crew)
        if exchange is not None and len(tasks):
            exchange.episode_begins(batch, tasks, episodes)
        if control is not None and len(tasks):
            control.episode_begins(player, log.rows(tasks), np.repeat(episodes, log.each))
    raise RuntimeError(f"a trial of {batch.world.name!r} went on after {log.episodes} full episodes")


def _seated(player: Player | None, each: int, others: Sequence[Player]) -> list[tuple[Player, slice]]:
    """Players with their lanes of every world."""
    first = each if player is not None else 0
    crew = [(player, slice(0, each))] if player is not None else []
    return [*crew, *((other, slice(first + lane, first + lane + 1)) for lane, other in enumerate(others))]


def _by_row(array: NDArray[Any]) -> NDArray[Any]:
    """(n, k, …) as (n · k, …)."""
    return array.reshape(array.shape[0] * array.shape[1], array.shape[2])


@dataclass
class _Log:
    """What happened so far in each world of a batch."""

    batch: Batch
    seats: Integers
    keep: Integers
    actions: list[NDArray[Any]] = field(default_factory=list)
    minds: list[list[Mind | None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.each = self.seats.shape[1]
        """Seats of the learner in each world."""
        n, world = self.batch.n, self.batch.world
        self.episodes = self.batch.episodes_per_trial
        self.counted = Episodes(self.seats)
        self.live = np.ones(n, dtype=bool)
        """Whether the trial of each world (n,) goes on."""
        self.length = np.zeros(n, dtype=np.int64)
        self.returns = np.zeros((n, self.episodes))
        self.metrics = np.zeros((n, self.episodes, len(figure_names(world))))
        self.causes = np.zeros((n, self.episodes), dtype=np.uint8)

    @property
    def finished(self) -> bool:
        """Whether the trial of every world has ended."""
        return not self.live.any()

    def rows(self, tasks: Integers) -> Integers:
        """The rows of the learner's memory that belong to some tasks."""
        return (tasks[:, None] * self.each + np.arange(self.each)).ravel()

    def decision(self, actions: NDArray[Any], mind: Mind | None) -> None:
        """Note a decision of the tasks that are kept."""
        if self.keep.size:
            self.actions.append(actions[self.keep])
            rows = [slice(row, row + 1) for row in self.rows(self.keep).tolist()]
            self.minds.append([None if mind is None else mind.rows(row) for row in rows])

    def step(self) -> tuple[Integers, Integers]:
        """Note the step just made; tasks where a further episode of the same trial begins, and which."""
        self.length += self.live
        found = self.counted.end(self.batch)
        mine = self.live[found.worlds]  # the others play on, in trials that nobody asked for
        ended, episodes = at = (found.worlds[mine], found.episodes[mine])
        self.returns[at] = found.returns[mine].mean(axis=1)
        self.metrics[at] = with_own(self.batch.world, self.batch.figures[ended], self.seats[ended])
        self.causes[at] = self.batch.causes[ended]
        self.live[ended] = episodes + 1 < self.episodes
        begun = self.live[ended]
        return ended[begun], episodes[begun] + 1

    def trials(self, crew: Sequence[tuple[Player, slice]]) -> Trials:
        """All of it, once finished."""
        tapes = tuple(self._tapes(index, crew) for index in range(len(self.keep)))
        return Trials(self.returns, self.metrics, self.causes, tapes)

    def _tapes(self, index: int, crew: Sequence[tuple[Player, slice]]) -> dict[int, Tape]:
        """By seat, how the ``index``-th of the kept tasks was played."""
        task = self.keep[index]
        length = int(self.length[task])
        tapes = {}
        for player, lanes in crew:
            for lane in range(lanes.start, lanes.stop):
                actions = np.stack([step[index, lane] for step in self.actions[:length]])
                learns = lane < self.each and lanes.start == 0
                minds = [step[index * self.each + lane] if learns else None for step in self.minds[:length]]
                seat = int(self.batch.lanes[task, lane])
                tapes[seat] = Tape(player.name, actions, minds, getattr(player, "sha256", ""))
        return tapes


def play_trial(
    simulation: Simulation, players: Mapping[int, Player], recorder: Recorder | None = None, *,
    exchange: Exchange | None = None, task: int = 0, control: MemoryControl | None = None,
    learners: Sequence[int] | None = None,
) -> Floats:  # fmt: skip
    """Play one trial from its first episode, headless; returns by episode and seat, (E, S).

    ``players`` maps every externally driven seat to who plays it (each as a batch of one lane); bots play the others. A
    ``recorder`` sees every tick and thought; the caller closes it. An ``exchange`` brings in the opponents it has for a
    ``task``, a ``control`` changes what the players of the seats of ``learners`` (None: all) remember.

    Raises:
        Refused: an external seat has no player, or a player has a seat that is not external.
    """
    _check_seated(simulation, players)
    simulation.reset()
    crew = SeatedPlayers(players, control, learners)
    crew.begin()
    if recorder is not None:
        recorder.begin(simulation)
        recorder.event("seated", {simulation.world.seats[seat].name: _identity(each) for seat, each in players.items()})
    if exchange is not None:
        exchange.by_hand(simulation, task, recorder)
    actions = np.zeros((len(simulation.world.seats), len(simulation.world.action_sizes)), dtype=np.int64)
    returns: list[Floats] = []
    while True:
        play_tick(simulation, crew, actions, recorder)
        if simulation.episode_ended:
            returns.append(np.array(simulation.final["score"]))
        if simulation.trial_ended:
            return np.stack(returns)
        if simulation.episode_ended and exchange is not None:
            exchange.by_hand(simulation, task, recorder)


class SeatedPlayers:
    """The players of one world that is played by hand; one may fill several seats, and remembers each of them."""

    def __init__(
        self, players: Mapping[int, Player], control: MemoryControl | None = None,
        learners: Sequence[int] | None = None,
    ) -> None:  # fmt: skip
        """Who plays, by seat; a ``control`` changes what is remembered of the seats of ``learners`` (None: all)."""
        self._control, self._learners = control, frozenset(players if learners is None else learners)
        together: dict[int, tuple[Player, list[int]]] = {}
        for seat, player in sorted(players.items()):
            together.setdefault(id(player), (player, []))[1].append(seat)
        self._groups = list(together.values())
        self._away: set[int] = set()

    def join(self, seat: int, player: Player) -> None:
        """Somebody takes a seat in the middle of a trial: his memory begins here, all others keep theirs."""
        self.leave(seat)
        player.reset(1)
        self._groups.append((player, [seat]))

    def leave(self, seat: int) -> None:
        """Whoever plays a seat gives it up; who plays further seats as well keeps what it remembers of those."""
        self._groups = [group for group in self._groups if group[1] != [seat]]
        if any(seat in seats for _, seats in self._groups):
            self._away.add(seat)

    @property
    def unrewindable(self) -> str:
        """The name of a player whose memory cannot be taken back, "" where there is none."""
        return next((player.name for player, _ in self._groups if not hasattr(player, "go_back")), "")

    def keep(self) -> Memories:
        """What all players remember now, for `go_back`."""
        return [(player, player.keep()) for player, _ in self._groups if isinstance(player, Rewindable)]

    def go_back(self, kept: Memories) -> None:
        """Remember what was kept, and nothing else; who came later begins anew."""
        for player, seats in self._groups:
            before = [memory for each, memory in kept if each is player]
            if before and isinstance(player, Rewindable):
                player.go_back(before[0])
            else:
                player.reset(len(seats))

    def begin(self) -> None:
        """A trial starts: all memory is wiped."""
        for player, seats in self._groups:
            player.reset(len(seats))

    def forget(self) -> None:
        """Wipe the memories in the middle of a trial."""
        for player, _ in self._groups:
            player.forget()

    def episode_begins(self, episode: int) -> None:
        """Called before the first decision of a later episode of the trial."""
        for player, seats in self._groups if self._control is not None else ():
            rows = np.array([lane for lane, seat in enumerate(seats) if seat in self._learners], dtype=np.int64)
            if rows.size:
                assert self._control is not None
                self._control.episode_begins(player, rows, np.full(len(rows), episode, dtype=np.int64))

    def did(self, actions: Integers) -> None:
        """Tell players who want to know (``took``) what their seats did, (S, K), where that is not what they chose."""
        for player, seats in self._groups:
            if (took := getattr(player, "took", None)) is not None:
                took(actions[seats])

    def decide(self, simulation: Simulation, actions: Integers) -> dict[int, Mind]:
        """Let every player fill in its rows of ``actions`` (S, K); what they thought, by seat."""
        thoughts: dict[int, Mind] = {}
        for player, seats in self._groups:
            seen, told = simulation.observations[seats], simulation.told[seats]
            active = simulation.w["done"][seats] == 0
            actions[seats] = ask(player, seen, told, simulation.legal[seats], active)
            if player.mind is not None:  # who left a seat is not heard of it; who has one alone came to it
                away = self._away if len(seats) > 1 else ()
                thoughts |= {seat: player.mind.of(lane) for lane, seat in enumerate(seats) if seat not in away}
        return thoughts


def play_tick(
    simulation: Simulation, players: SeatedPlayers, actions: Integers, recorder: Recorder | None = None, *,
    by_hand: Callable[[], None] | None = None,
) -> dict[int, Mind]:  # fmt: skip
    """One tick of one world, written down: players fill in their rows of ``actions`` (S, K) where a decision begins,
    people theirs at every tick (``by_hand``). What the players thought, by seat; nothing between decisions.
    """
    thoughts = players.decide(simulation, actions) if simulation.deciding else {}
    if recorder is not None:
        for seat, thought in thoughts.items():
            recorder.mind(seat, thought)
    if by_hand is not None:
        by_hand()
    simulation.tick(actions)
    if recorder is not None:
        recorder.tick(simulation)
    if simulation.episode_ended and not simulation.trial_ended:
        players.episode_begins(int(simulation.w["episode"]))
    return thoughts


def _identity(player: Player) -> dict[str, str]:
    return {"player": player.name, "sha256": getattr(player, "sha256", "")}


def _check_seated(simulation: Simulation, players: Mapping[int, Player]) -> None:
    seats = simulation.world.seats
    for seat in simulation.external:
        if seat not in players:
            raise Refused(f"seat {seats[seat].name!r} is driven from outside but nobody plays it: give it a player")
    for seat in sorted(set(players).difference(simulation.external)):
        raise Refused(f"seat {seat} has a player but a bot drives it: seat the player as external")
