"""Players without a network for `tests/tiny/beacon.py`, with what an evaluation asks of a checkpoint's player."""

from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import worlds
from agents.players.chance import choose, uniforms
from agents.settings.evaluate import EvaluateSettings
from simulator.engine.batch import input_pieces
from simulator.engine.minds import Mind
from worlds.world import Refused, World

WEST, EAST = 0, 2
SIDE, PLACE = 0, 1  # columns of the memory: which way the beacon was (−1, 1; 0 unknown), where the walker was last


class Walker:
    """Walks west, turns at the end of the line, and remembers on which side it found the beacon.

    Its name decides what it is: `blind…` and `oracle…` are references, `sly…` walks with some noise.
    """

    def __init__(self, name: str, settings: EvaluateSettings | None = None) -> None:
        self.name = name
        self.mind: Mind | None = None
        self.reference = next((kind for kind in ("blind", "oracle") if name.startswith(kind)), "")
        self.needs_reveal = self.reference == "oracle"
        self.world_name, self.build_args = "beacon", {"seats": 2}
        self.train_split = name.split("@")[1] if "@" in name else "train"
        self.sha256, self.seed = f"{len(name):02d}" * 32, len(name)
        self.config = SimpleNamespace(roles=("walker",), steps=1000, learned=SimpleNamespace(taste={}))
        self.noise = 0.3 if name.startswith("sly") else 0.02
        world = worlds.get("beacon", seats=2)
        places = (world.observation + input_pieces(world)).at
        self.own, self.reward, self.start = (places[name].start for name in ("own", "previous_reward", "episode_start"))
        self.widths: set[int] = set()
        self.wipes: list[tuple[int, ...]] = []
        self.given: list[NDArray[np.float32]] = []
        self._memory = np.zeros((0, 3), np.float32)
        self._step = 0
        self.lanes_before = 0
        """Lanes that others have before this one's first, where a batch is played by hand."""

    @property
    def memory(self) -> NDArray[np.float32]:
        return self._memory

    @memory.setter
    def memory(self, memory: NDArray[np.float32]) -> None:
        self.given.append(memory.copy())
        self._memory = memory.copy()

    def check(self, world: World, inputs: bool) -> None:
        if world.name != self.world_name:
            raise Refused(f"checkpoint {self.name!r} is for world {self.world_name!r}, not {world.name!r}")

    def reset(self, lanes: int) -> None:
        self._memory = np.zeros((lanes, 3), np.float32)
        self._step = 0

    def forget(self, lanes: NDArray[np.bool_] | None = None) -> None:
        chosen = np.ones(len(self._memory), bool) if lanes is None else lanes
        self.wipes.append(tuple(np.flatnonzero(chosen).tolist()))
        self._memory[chosen] = 0.0

    def act(self, observations: NDArray[np.float32], legal: NDArray[np.uint8]) -> NDArray[np.int64]:
        self.widths.add(observations.shape[1])
        memory, own = self._memory, observations[:, self.own]
        fresh = observations[:, self.start] > 0
        found = observations[:, self.reward] > 0.5
        place = np.where(fresh, memory[:, PLACE], own)  # a reward at an episode's start was earned at the last place
        memory[found, SIDE] = np.sign(place[found] - 0.5)
        if self.needs_reveal:
            memory[:, SIDE] = np.sign(observations[:, -1] - 0.5)
        memory[:, 2] = np.where(fresh, 0, np.maximum(memory[:, 2], own <= 0.0))
        memory[:, PLACE] = own
        east = np.where(memory[:, SIDE] != 0, memory[:, SIDE] > 0, memory[:, 2] > 0)
        weights = np.full((len(own), 3), self.noise)
        weights[np.arange(len(own)), np.where(east, EAST, WEST)] = 1.0
        weights *= legal
        weights /= np.maximum(weights.sum(axis=1, keepdims=True), 1e-9)
        self.mind = Mind(probabilities=weights.astype(np.float32), value=memory[:, SIDE].copy())
        noise = uniforms(7, self.lanes_before + len(own), self._step, 3)[self.lanes_before :]
        actions = choose(weights, (3,), noise).astype(np.int64)
        self._step += 1
        return actions


class Ledger:
    """A recorder that keeps what it is told."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.begun: dict[str, Any] = {}
        self.hashes: list[str] = []
        self.minds: list[tuple[int, float]] = []
        self.events: list[tuple[str, dict[str, Any]]] = []
        self.closed = False

    def begin(self, simulation: Any) -> None:
        self.begun = simulation.describe()

    def tick(self, simulation: Any) -> None:
        self.hashes.append(simulation.hash())

    def control(self, simulation: Any, op: str, **arguments: Any) -> None:
        raise AssertionError("nobody intervenes in an evaluation")

    def mind(self, seat: int, mind: Mind) -> None:
        assert abs(float(mind["probabilities"].sum()) - 1.0) < 1e-5
        self.minds.append((seat, float(mind["value"])))

    def event(self, name: str, data: dict[str, Any]) -> None:
        self.events.append((name, data))

    def close(self) -> None:
        self.closed = True
