"""Batch: N worlds stepped together; owns every array once and fills it in place."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.engine import checks, copying
from simulator.engine.compiling import await_helper, start_helper
from simulator.engine.driver import AGAIN, ON
from simulator.engine.loading import load_driver
from simulator.engine.opponents import carry
from simulator.engine.seats import read_lanes, read_seats
from simulator.engine.threads import Threads
from worlds.kit.chance import child_key
from worlds.kit.observation import Pieces
from worlds.kit.record import BOT, EXTERNAL
from worlds.kit.words import shown
from worlds.world import OPEN_SPLITS, SPLITS, Refused, World

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]
BLOCK = 256  # worlds; what is played is looked at while its state, some 2 KiB each, is still in the cache


class WorldFault(RuntimeError):
    """A world broke its rules (a value that is not finite); the batch stands still until it is restored or reset."""


def input_pieces(world: World) -> Pieces:
    """What the engine adds to an observation for agents that learn across episodes (RL², Duan et al. 2016)."""
    return (
        Pieces(previous_action=sum(world.action_sizes)).within(0.0, 1.0)
        + Pieces(previous_reward=1).within(-np.inf, np.inf)
        + Pieces(episode_start=1, trial_time=1).within(0.0, 1.0)
    )


def told_pieces(world: World) -> Pieces:
    """What oracles are told of the hidden task, beside what they see."""
    sizes = world.told_pieces.sizes
    return Pieces({f"told_{name}": size for name, size in sizes.items()}).within(-np.inf, np.inf)


def split_code(world: World, split: str) -> int:
    """The number of a split.

    Raises:
        Refused: no such split, or the world has no tasks of it.
    """
    if not isinstance(split, str) or split not in SPLITS:
        raise Refused(f"unknown split {shown(split)}: choose from {', '.join(SPLITS)}")
    if split == "final" and not world.has_final:
        raise Refused(
            f"world {world.name!r} declares nothing as final: choose from {', '.join(OPEN_SPLITS)}, validation"
        )
    return SPLITS.index(split)


class Batch(copying.Whole):
    """N worlds of one kind, stepped by decisions.

    A lane is one externally driven seat of one world. Arrays (N worlds, L lanes, O observed, S seats, K action
    factors, A choices of all factors, M figures, R told numbers) are owned by the batch and filled anew at every step:

    * ``observations`` (N, L, O) f4, ``legal`` (N, L, A) u1, ``active`` (N, L) u1: 1 where the lane's next action counts
    * ``told`` (N, L, R) f4: the hidden task, laid out as ``world.told_pieces``, if the batch was asked to reveal it
    * ``rewards`` (N, L) f4, ``ends`` (N, L) u1: 0, or 1 terminated / 2 truncated in the step in which the seat is done
    * ``episode_ends``, ``trial_ends``, ``causes`` (N,) u1
    * in rows where ``episode_ends`` is set: ``final_observations`` (N, L, O) f4, ``final_told`` (N, L, R) f4,
      ``episode_returns`` (N, S) f8, ``figures`` (N, M) f8

    The auto-reset rule stands in simulator/engine/driver.py. Results do not depend on ``n``, ``threads`` or on who
    else is in the batch: world i has the key of (seed, first_index + i).

    Args:
        world: what ``worlds.get`` gives.
        n: number of worlds, 1 … 2²⁰.
        split: one of ``SPLITS``; no learner may be given ``final``.
        episodes_per_trial: at least 1; None for as many as the world says.
        threads: worlds are stepped in that many chunks at once.
        seed: 0 … 2⁶³ − 1.
        first_index: index of the first world; world i equals ``Simulation(seed=seed, index=first_index + i)``.
        seats: seat name → spec, see ``seats.read_seats``.
        lanes: seat names, or seat indices (N, L); seats outside the lanes of a world are bots there.
        inputs: append the RL² inputs (previous action, previous reward, episode start, time in trial).
        reveal: fill ``told``, for oracles; without it, R is 0.

    Raises:
        Refused: any argument out of its range.
    """

    def __init__(
        self,
        world: World,
        n: int,
        *,
        split: str = "train",
        episodes_per_trial: int | None = None,
        threads: int = 1,
        seed: int = 0,
        first_index: int = 0,
        seats: Mapping[str, str] | None = None,
        lanes: Sequence[str] | NDArray[np.integer] | None = None,
        inputs: bool = True,
        reveal: bool = False,
    ) -> None:
        world, seats = checks.a_world(world), checks.seat_specs(seats)
        episodes = world.timing.episodes if episodes_per_trial is None else episodes_per_trial
        checks.counts(n, episodes, threads, seed, first_index)
        self.world, self.n, self.split, self.seed, self.first_index = world, n, split, seed, first_index
        self.episodes_per_trial, self.threads = episodes, threads
        self.inputs, self.reveal = checks.truth("inputs", inputs), checks.truth("reveal", reveal)
        self.seats = seats
        self._split_code = split_code(world, split)
        self._seating = read_seats(world, seats)
        self.lanes = read_lanes(world, n, self._seating, lanes)
        self.L = self.lanes.shape[1]
        self.action_sizes = world.action_sizes
        self.layout = world.observation
        if inputs:
            self.layout = self.layout + input_pieces(world)
        self.observation_size = self.layout.total
        self._driver, new = load_driver(world)
        self._helper = start_helper(world) if new else None
        self._allocate()
        self._pool = Threads(threads) if threads > 1 else None
        edges = np.linspace(0, n, min(threads, n) + 1).astype(int)
        self._chunks = [slice(int(a), int(b)) for a, b in zip(edges[:-1], edges[1:], strict=True)]
        self._stopped: str | None = "the batch has not begun: call reset() first"

    def _allocate(self) -> None:
        n, lanes, world = self.n, self.L, self.world
        seats, choices = len(world.seats), sum(self.action_sizes)
        self.worlds = world.records(n).view(np.recarray)
        self._records = self.worlds.view(np.ndarray)
        self.observations: Floats = np.zeros((n, lanes, self.observation_size), np.float32)
        self.final_observations: Floats = np.zeros_like(self.observations)
        self.told: Floats = np.zeros((n, lanes, world.told_pieces.total if self.reveal else 0), np.float32)
        self.final_told: Floats = np.zeros_like(self.told)
        self.legal: Bytes = np.ones((n, lanes, choices), np.uint8)
        self.active: Bytes = np.zeros((n, lanes), np.uint8)
        self.rewards: Floats = np.zeros((n, lanes), np.float32)
        self.ends: Bytes = np.zeros((n, lanes), np.uint8)
        self.episode_ends: Bytes = np.zeros(n, np.uint8)
        self.trial_ends: Bytes = np.zeros(n, np.uint8)
        self.causes: Bytes = np.zeros(n, np.uint8)
        self.episode_returns: NDArray[np.float64] = np.zeros((n, seats))
        self.figures: NDArray[np.float64] = np.zeros((n, len(world.figure_names)))
        self._actions = np.zeros((n, lanes, len(self.action_sizes)), np.int64)
        self._flags = np.array([self.inputs, self.reveal], np.uint8)
        self._turns: Bytes = np.zeros(n, np.uint8)
        self._all: Bytes = np.ones(n, np.uint8)

    def reset(self, trial: int = 0) -> Floats:
        """Start a trial in every world; the first observations (N, L, O)."""
        trial = checks.whole("trial", trial, 0, checks.MOST)
        self._records["world_key"] = _world_keys(self.seed, self.first_index, self.n)
        self._records["drawn"] = 0
        drivers = np.full((self.n, len(self.world.seats)), BOT, np.uint8)
        np.put_along_axis(drivers, self.lanes, self._seating.drivers[self.lanes], axis=1)
        self._records["driver"] = drivers

        def begin(part: slice) -> int:
            self._turn(part, trial)
            return self._look(part, self._all)

        faulty = self._each_chunk(begin)
        for array in (self.rewards, self.ends, self.episode_ends, self.trial_ends, self.causes):
            array[...] = 0
        self._stopped = None
        if faulty >= 0:
            self._stop(faulty)
        return self.observations

    def renew(self) -> Floats:
        """Give up the trials under way: every world begins the one after the furthest; the first observations."""
        return self.reset(int(self._records["trial"].max()) + 1)

    def step(self, actions: NDArray[np.integer]) -> tuple[Floats, Floats, Bytes, Bytes]:
        """One decision in every world: actions (N, L) or (N, L, K) → observations, rewards, ends, trial_ends.

        Raises:
            Refused: actions of another shape or kind, or out of range.
            WorldFault: a world broke its rules; names world, seed and tick.
        """
        self.refuse_if_stopped()
        self._take(actions)
        faulty = self._each_chunk(self._step_chunk)
        if faulty >= 0:
            self._stop(faulty)
        return self.observations, self.rewards, self.ends, self.trial_ends

    def _step_chunk(self, part: slice) -> int:
        """One decision in some worlds, block by block: a block's state stays in the processor's cache meanwhile."""
        for start in range(part.start, part.stop, BLOCK):
            block = slice(start, min(start + BLOCK, part.stop))
            if (faulty := self._step_block(block)) >= 0:
                return start - part.start + faulty
        return -1

    def _step_block(self, part: slice) -> int:
        ended = self._play(part, self._actions[part], self.world.timing.ticks_per_decision, new_decision=True)
        self.episode_ends[part] = 0
        self.trial_ends[part] = 0
        if ended < 0:
            return -1 - ended
        if ended > 0:
            faulty = self._look(part, self.causes, final=True)
            if faulty >= 0:
                return faulty
            self._turn(part, ON)
            self.episode_ends[part] = self._turns[part] > 0
            self.trial_ends[part] = self._turns[part] == 2
        return self._look(part, self._all)

    def _play(self, part: slice, actions: NDArray[np.int64], ticks: int, *, new_decision: bool) -> int:
        found: int = self._driver.play_worlds(*self._play_arguments(part, actions, ticks, new_decision))
        return found

    def _play_arguments(self, part: slice, actions: NDArray[np.int64], ticks: int, new: bool) -> tuple[Any, ...]:
        return (
            self._records[part], self.lanes[part], actions, ticks, new, self.rewards[part], self.ends[part],
            self.causes[part], self.episode_returns[part], self.figures[part],
        )  # fmt: skip

    def _turn(self, part: slice, trial: int) -> None:
        self._driver.turn_worlds(
            self._records[part], trial, self._split_code, self.episodes_per_trial, self._seating.pin_kind,
            self._seating.pin_knob, self._turns[part],
        )  # fmt: skip

    def _look(self, part: slice, wanted: Bytes, *, final: bool = False) -> int:
        if self._helper is not None:
            await_helper(self._helper)
            self._helper = None
        found: int = self._driver.look_worlds(*self._look_arguments(part, wanted, final))
        return found

    def _look_arguments(self, part: slice, wanted: Bytes, final: bool = False) -> tuple[Any, ...]:
        seen = (self.final_observations, self.final_told) if final else (self.observations, self.told)
        return (
            self._records[part], self.lanes[part], seen[0][part], seen[1][part], self.legal[part], self.active[part],
            self._flags, wanted[part],
        )  # fmt: skip

    def hot_kernels(self) -> list[tuple[Any, tuple[Any, ...]]]:
        """The kernels of every step, with arguments such as they get: for compiling them without running them."""
        whole = slice(0, self.n)
        play = self._play_arguments(whole, self._actions, self.world.timing.ticks_per_decision, True)
        return [(self._driver.play_worlds, play), (self._driver.look_worlds, self._look_arguments(whole, self._all))]

    def _take(self, actions: NDArray[np.integer]) -> None:
        self._actions[...] = checks.decisions(actions, self.world, (self.n, self.L))

    def _each_chunk(self, work: Callable[[slice], int]) -> int:
        if self._pool is None:
            return work(self._chunks[0])
        faulty = -1
        for part, found in zip(self._chunks, self._pool.map(work, self._chunks), strict=True):
            if found >= 0 and faulty < 0:
                faulty = part.start + found
        return faulty

    def refuse_if_stopped(self) -> None:
        """Raise WorldFault if a world broke its rules and the batch has been neither restored nor reset since."""
        if self._stopped is not None:
            raise WorldFault(self._stopped)

    def _stop(self, i: int) -> None:
        w = self._records[i]
        self._stopped = (
            f"world {self.world.name!r} number {self.first_index + i} (seed {self.seed}, trial {w['trial']}, "
            f"episode {w['episode']}) made a value that is not finite at tick {w['tick']}: restore or reset the batch"
        )
        raise WorldFault(self._stopped)

    def drive(self, world_index: int, seat: int, external: bool) -> None:
        """Hand one seat to the external player of its lane, or to its bot, from the next decision on.

        Raises:
            Refused: no such world, or the seat has no lane there.
        """
        world_index = checks.whole("world_index", world_index, 0, self.n - 1)
        seat, external = checks.whole("seat", seat, 0, len(self.world.seats) - 1), checks.truth("external", external)
        lane = np.flatnonzero(self.lanes[world_index] == seat)
        if not lane.size:
            raise Refused(f"seat {seat} has no lane in world {world_index}: lanes are {self.lanes[world_index]}")
        w = self._records[world_index]
        w["driver"][seat] = EXTERNAL if external else BOT
        self.active[world_index, lane[0]] = external and w["done"][seat] == 0

    def tell(self, world_index: int = 0) -> Floats:
        """What the rules reveal of one world's task, laid out as ``world.told_pieces``, to every lane: (L, R)."""
        world_index = checks.whole("world_index", world_index, 0, self.n - 1)
        only = slice(world_index, world_index + 1)
        told = np.zeros((1, self.L, self.world.told_pieces.total), np.float32)
        seen, legal, active = self.observations[only].copy(), self.legal[only].copy(), self.active[only].copy()
        record = self._records[only].copy()  # looking may note a fault
        flags = np.array([self.inputs, 1], np.uint8)
        self._driver.look_worlds(record, self.lanes[only], seen, told, legal, active, flags, self._all[only])
        return told[0]

    def solvable(self) -> NDArray[np.bool_]:
        """(N,): whether each world's task can be played as it is meant."""
        out = np.zeros(self.n, np.uint8)
        self._driver.judge_worlds(self._records, out)
        return out.astype(bool)

    def figures_now(self) -> NDArray[np.float64]:
        """(N, M): the figures of every world's present episode so far; those of finished ones are in ``figures``."""
        out = np.zeros_like(self.figures)
        for i in range(self.n):
            self._driver.measure(self._records[i : i + 1], out[i])
        return out

    def begin_tasks(
        self, worlds: NDArray[np.integer], indices: NDArray[np.integer], trials: NDArray[np.integer]
    ) -> None:
        """Begin given tasks: ``worlds[j]`` of the batch begins trial ``trials[j]`` of world ``indices[j]`` of this
        seed, arguments (k,) each.

        It then holds, drivers apart, what ``Simulation(seed=seed, index=indices[j])`` holds after
        ``reset(trial=trials[j])``, and its record names the task by ``world_key`` and ``trial``. Trials that follow
        by themselves are the next ones of that index. Observations, ``legal`` and ``active`` of these worlds are
        filled anew; what the last step told (rewards, ends, returns) stays.

        Raises:
            Refused: no such world, one named twice, or an index or trial below 0.
            WorldFault: as for `step`.
        """
        self.refuse_if_stopped()
        chosen, indices, trials = checks.tasks(self.n, worlds, indices, trials)
        for world, index, trial in zip(chosen.tolist(), indices.tolist(), trials.tolist(), strict=True):
            self._records["world_key"][world] = child_key(np.uint64(self.seed), index)
            self._turn(slice(world, world + 1), trial)
        self._look_at(chosen)

    def take_opponents(
        self, rows: NDArray[np.integer], donors: NDArray[Any], seats: NDArray[np.bool_], population: Any = True
    ) -> None:
        """Put the opponents of other tasks into worlds ``rows`` (k,) whose episode is beginning, and begin it again.

        What changes are kind and knobs of the bots of ``seats`` (k, S), and the world's ``population`` where that is
        true, all taken from ``donors`` (k,), records of the same world. Layout, dynamics and the keys of chance stay,
        so what follows depends on the records alone, as ever; and so do the last action and reward that agents see.
        A later trial has its own opponents again.

        Raises:
            Refused: no such world, an episode that is under way, or donors and seats that do not fit.
        """
        self.refuse_if_stopped()
        where = checks.integers("row", rows, 0, self.n - 1)
        changed = carry(self.world, self._records, where, donors, seats, population)
        self._driver.turn_worlds(
            changed, AGAIN, self._split_code, self.episodes_per_trial, self._seating.pin_kind, self._seating.pin_knob,
            np.zeros(len(changed), np.uint8),
        )  # fmt: skip
        self._records[where] = changed
        self._look_at(where)

    def _look_at(self, worlds: NDArray[np.integer]) -> None:
        """Fill anew what the lanes of some worlds see."""
        wanted = np.zeros(self.n, np.uint8)
        wanted[worlds] = 1
        faulty = self._each_chunk(lambda part: self._look(part, wanted))
        if faulty >= 0:
            self._stop(faulty)

    def snapshot(self) -> bytes:
        """The state of all worlds; `restore` continues from it bit for bit."""
        return self._records.tobytes()

    def restore(self, state: bytes) -> None:
        """Continue from a snapshot of a batch with the same world and size.

        Raises:
            Refused: another length, or a value out of its range (nothing is changed then).
        """
        found = np.frombuffer(checks.state_bytes(state, self._records.nbytes), self.world.record)
        self.world.check(found)
        self._records[...] = found
        self._look(slice(0, self.n), self._all)
        self._stopped = None

    def __getstate__(self) -> dict[str, Any]:
        """What a copy in this or another process needs, see copying.py."""
        return copying.state_of(self)

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Become that copy."""
        copying.revive(self, state)


def _world_keys(seed: int, first: int, n: int) -> NDArray[np.uint64]:
    return np.array([child_key(np.uint64(seed), first + i) for i in range(n)], np.uint64)
