"""Simulation: one world by hand, tick by tick, with snapshot, restore, hash and clone."""

import hashlib
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.engine import checks
from simulator.engine.batch import Batch
from simulator.engine.copying import Whole
from simulator.engine.driver import AGAIN, ON
from worlds.kit.record import EXTERNAL
from worlds.world import World


class Simulation(Whole):
    """World ``index`` of ``Batch(seed=seed)``, stepped by hand; every seat is a lane, in seat order.

    S seats, O observed, K action factors. ``w`` is the live record: read it, never write it.

    Raises:
        Refused: an argument out of its range, as for `Batch`.
    """

    def __init__(
        self,
        world: World,
        *,
        seed: int = 0,
        index: int = 0,
        split: str = "train",
        episodes_per_trial: int | None = None,
        seats: Mapping[str, str] | None = None,
        inputs: bool = True,
        reveal: bool = False,
    ) -> None:
        world, seats = checks.a_world(world), checks.seat_specs(seats)
        checks.whole("index", index, 0, checks.MOST)
        self._batch = Batch(
            world, 1, split=split, episodes_per_trial=episodes_per_trial, seed=seed, first_index=index,
            seats=seats, lanes=[seat.name for seat in world.seats], inputs=inputs, reveal=reveal,
        )  # fmt: skip
        self.world = world
        self.seats = seats
        self.state = self._batch._records
        self.final: Any = self.state[0].copy()
        self.final_figures: dict[str, float] = {}
        self.applied: NDArray[np.int64] = np.zeros((len(world.seats), len(world.actions)), np.int64)
        self.episode_ended = False
        self.trial_ended = False
        self._done_before = np.zeros(len(world.seats), np.uint8)
        self.ends: NDArray[np.uint8] = np.zeros(len(world.seats), np.uint8)
        self.rewards: NDArray[np.float64] = np.zeros(len(world.seats))
        self.reset()

    @property
    def w(self) -> Any:
        """The live record."""
        return self.state[0]

    @property
    def observations(self) -> NDArray[np.float32]:
        """(S, O): what every seat saw when the present decision began."""
        return self._batch.observations[0]

    @property
    def final_observations(self) -> NDArray[np.float32]:
        """(S, O): what every seat saw at the end of the last episode."""
        return self._batch.final_observations[0]

    @property
    def told(self) -> NDArray[np.float32]:
        """(S, R): the hidden task, laid out as ``world.told_pieces``, if the simulation was asked to reveal it."""
        return self._batch.told[0]

    @property
    def final_told(self) -> NDArray[np.float32]:
        """(S, R): the same at the end of the last episode, beside ``final_observations``."""
        return self._batch.final_told[0]

    @property
    def legal(self) -> NDArray[np.uint8]:
        """(S, A): the choices every seat has, factor after factor."""
        return self._batch.legal[0]

    @property
    def reveal(self) -> bool:
        """Whether observations end with the hidden task."""
        return self._batch.reveal

    @property
    def layout(self) -> Any:
        """The pieces of an observation."""
        return self._batch.layout

    @property
    def external(self) -> tuple[int, ...]:
        """Seats that are driven from outside now."""
        return tuple(int(seat) for seat in np.flatnonzero(self.w["driver"] == EXTERNAL))

    @property
    def deciding(self) -> bool:
        """Whether the next tick begins a decision."""
        return int(self.w["tick"]) % self.world.timing.ticks_per_decision == 0

    def reset(self, trial: int | None = None) -> NDArray[np.float32]:
        """Begin a trial (None: the present one again; seats go back to who was seated at first)."""
        self._batch.reset(int(self.w["trial"]) if trial is None else trial)
        self._clear()
        return self.observations

    def next_task(self) -> NDArray[np.float32]:
        """Begin the next trial; drivers stay as they are."""
        drivers = self.w["driver"].copy()
        self._batch.reset(int(self.w["trial"]) + 1)
        self.state["driver"][0] = drivers
        self._clear()
        return self.observations

    def restart_episode(self) -> NDArray[np.float32]:
        """Begin the present episode again."""
        self._batch._turn(slice(0, 1), AGAIN)
        self._clear()
        return self.observations

    def next_episode(self) -> NDArray[np.float32]:
        """Give the present episode up and begin the next one, of the next task after a trial's last."""
        self.w["cause"] = 1
        self._finish_episode()
        self._clear()
        return self.observations

    def tick(self, actions: NDArray[np.integer]) -> None:
        """One tick: actions (S,) or (S, K) of the external seats (those of other seats are ignored).

        ``rewards`` (S,) is what the tick gave, ``ends`` (S,) tells each seat's end once. When the episode ended,
        ``final`` and ``final_observations`` hold its last state and the next episode has begun.

        Raises:
            Refused: actions of another shape or out of range.
            WorldFault: the world broke its rules.
        """
        self._batch.refuse_if_stopped()
        given = checks.decisions(actions, self.world, (len(self.world.seats),))
        self._done_before[...] = self.w["done"]
        self._batch._play(slice(0, 1), given[None], 1, new_decision=self.deciding)
        self.applied[...] = self.w["action"]
        self.rewards[...] = np.where(self._done_before == 0, self.w["gain"], 0.0)
        self.ends[...] = np.where(self._done_before == 0, self.w["done"], 0)
        self.episode_ended = bool(self.w["cause"])
        self.trial_ended = False
        self._raise_fault()
        if self.episode_ended:
            self._finish_episode()
        if self.deciding:
            self._look()
            self._raise_fault()

    def _raise_fault(self) -> None:
        if int(self.w["fault"]):
            self._batch._stop(0)

    def _finish_episode(self) -> None:
        batch, whole = self._batch, slice(0, 1)
        self.final = self.state[0].copy()
        self.final_figures = self.figures()
        batch._look(whole, batch._all, final=True)
        self._raise_fault()
        batch._turn(whole, ON)
        self.trial_ended = bool(batch._turns[0] == 2)

    def step(
        self, actions: NDArray[np.integer]
    ) -> tuple[NDArray[np.float32], NDArray[np.float64], NDArray[np.uint8], bool]:
        """Ticks up to the next decision: observations (S, O), rewards (S,), ends (S,), whether the trial ended."""
        rewards, ends = np.zeros_like(self.rewards), np.zeros_like(self.ends)
        while True:
            self.tick(actions)
            rewards += self.rewards
            ends |= self.ends
            if self.deciding:
                return self.observations, rewards, ends, self.trial_ended

    def figures(self) -> dict[str, float]:
        """The figures of the present episode so far (of the one just ended: see ``final``)."""
        out = np.zeros(len(self.world.figure_names))
        self._batch._driver.measure(self.state, out)
        return dict(zip(self.world.figure_names, out.tolist(), strict=True))

    def tell(self, seat: int) -> NDArray[np.float32]:
        """What the rules reveal of the hidden task to a seat, laid out as ``world.told_pieces``: (R,)."""
        return self._batch.tell()[checks.whole("seat", seat, 0, len(self.world.seats) - 1)]

    def drive(self, seat: int, external: bool) -> None:
        """Hand a seat to an external player, or to its bot.

        Raises:
            Refused: no such seat.
        """
        self._batch.drive(0, seat, external)

    def take_opponents(self, donor: Any, seats: Sequence[int], population: bool = True) -> None:
        """Put the bots of ``seats``, and the population of drivers where the world has one, of another task's record
        in place of this task's, at the beginning of an episode; see `Batch.take_opponents`.

        In a recording it is a change of the state from outside: tell the recorder ``restore``.

        Raises:
            Refused: the episode is under way, or the donor is of another world.
        """
        mask = np.zeros((1, len(self.world.seats)), bool)
        mask[0, checks.integers("seat", seats, 0, len(self.world.seats) - 1)] = True
        self._batch.take_opponents(np.array([0]), donor, mask, population)
        self._clear()

    def snapshot(self) -> bytes:
        """The whole state; `restore` continues from it bit for bit."""
        return self.state.tobytes()

    def restore(self, state: bytes) -> None:
        """Continue from a snapshot.

        Raises:
            Refused: bytes of another length or a value out of its range (nothing is changed then).
        """
        self._batch.restore(state)
        self._clear()

    def hash(self) -> str:
        """SHA-256 of the whole state, hexadecimal."""
        return hashlib.sha256(self.state.tobytes()).hexdigest()

    def field_crcs(self) -> NDArray[np.uint32]:
        """CRC-32 of every top-level field, in the order of the record."""
        w = self.state[0]
        return np.array([zlib.crc32(np.asarray(w[name]).tobytes()) for name in self.state.dtype.names], np.uint32)

    def clone(self) -> "Simulation":
        """An independent copy that continues in the same way."""
        facts = self.describe()
        twin = Simulation(
            self.world, seed=facts["seed"], index=facts["index"], split=facts["split"], seats=facts["seats"],
            episodes_per_trial=facts["episodes_per_trial"], inputs=facts["inputs"], reveal=facts["reveal"],
        )  # fmt: skip
        twin.restore(self.snapshot())
        return twin

    def describe(self) -> dict[str, Any]:
        """All that is needed to build this simulation again, apart from its state."""
        batch = self._batch
        return {
            "world": self.world.name,
            "version": self.world.version,
            "layout_hash": self.world.layout_hash,
            "build_args": dict(self.world.build_args),
            "seed": batch.seed,
            "index": batch.first_index,
            "split": batch.split,
            "episodes_per_trial": batch.episodes_per_trial,
            "seats": dict(self.seats),
            "inputs": batch.inputs,
            "reveal": batch.reveal,
        }

    def __getstate__(self) -> dict[str, Any]:
        """What a copy in this or another process needs: all but the view of the batch's state."""
        return {name: value for name, value in vars(self).items() if name != "state"}

    def __setstate__(self, facts: dict[str, Any]) -> None:
        """Become that copy."""
        vars(self).update(facts)
        self.state = self._batch._records

    def _look(self) -> None:
        self._batch._look(slice(0, 1), self._batch._all)

    def _clear(self) -> None:
        self.episode_ended = self.trial_ended = False
        self.rewards[...] = 0.0
        self.ends[...] = 0
        self.applied[...] = self.w["action"]
        self._look()
