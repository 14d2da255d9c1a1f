"""A checkpoint as a player: decides for any number of seats, with a memory for each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from agents.checkpoints import checkpoint
from agents.checkpoints.description import BEGINS
from agents.checkpoints.description import CARRIED as CARRIED
from agents.checkpoints.fitting import check_fit
from agents.checkpoints.generalist import named
from agents.networks.network import log_probabilities, masked
from agents.players.chance import choose, uniforms
from simulator.engine.minds import BANDS, Mind
from worlds.world import Refused, World

HALF = 0.1
"""Mean change of a part of the memory that is told as half of what there can be."""
FARTHEST = 1e6
"""Logits beyond it are as good as it: a softmax knows no difference, and an illegal choice stays below all others."""


class CheckpointPlayer:
    """Plays what a checkpoint learned.

    What a lane draws depends on the seed, the lane's number and its decision in the trial, never on how many lanes
    there are.
    """

    def __init__(self, folder: Path, *, device: str = "cpu", seed: int = 0, sample: bool = True) -> None:
        self.folder = folder
        self.device = pick_device(device)
        network, config = checkpoint.load(folder)
        self.network, self.config = network.to(self.device), config
        self.name = named(folder)
        self.world_name, self.world_version = config.world, config.world_version
        self.layout_hash, self.build_args = config.layout_hash, dict(config.build_args)
        self.needs_reveal = config.reveal
        self.reference = "" if config.reference == "none" else config.reference
        learned = config.learned
        self.together, self.episodes = learned.together, learned.episodes
        self.train_split, self.seed, self.sha256 = config.split, config.seed, config.sha256
        self.mind: Mind | None = None
        self._draw_seed, self._sample, self._decision = seed, sample, 0
        self._value = float(network.value_mean), float(network.value_std)
        self._state = self.network.initial(1)
        at, start = {}, 0
        for piece, size in config.observation.items():
            at[piece], start = slice(start, start + size), start + size
        self._at = at

    def check(self, world: World, inputs: bool) -> None:
        """Refuse to play another world than the one learned.

        Raises:
            Refused: another world, version or layout, a simulation without the inputs that were learned from, or a
                description that does not fit the world.
        """
        check_fit(self.config, self.name, world, inputs)

    @property
    def memory(self) -> NDArray[np.float32]:
        """What is carried between decisions, (L, S), one row a lane; a row of zeros is a blank memory."""
        copied: NDArray[np.float32] = self._state.cpu().numpy().copy()
        return copied

    @memory.setter
    def memory(self, rows: Any) -> None:
        self._state = torch.from_numpy(np.array(rows, np.float32)).to(self.device)

    def keep(self) -> tuple[Any, ...]:
        """All that `go_back` needs."""
        return self._state.clone(), self._decision, self.mind

    def go_back(self, kept: tuple[Any, ...]) -> None:
        """Remember, and draw, as when it was kept."""
        state, self._decision, self.mind = kept
        self._state = state.clone()

    def reset(self, lanes: int) -> None:
        """A new trial on this many seats: memory is wiped."""
        self._state = self.network.initial(lanes)
        self._decision = 0
        self.mind = None

    @torch.inference_mode()  # the state comes out of `act` as a tensor that may be changed in this mode only
    def forget(self, lanes: NDArray[np.bool_] | None = None) -> None:
        """Wipe the memory of all lanes, or of those where the mask (L,) is true."""
        if lanes is None:
            self._state = torch.zeros_like(self._state)
        else:
            self._state[torch.from_numpy(np.asarray(lanes, dtype=bool)).to(self.device)] = 0.0

    @property
    def forgetting(self) -> tuple[int, tuple[int, ...]]:
        """Of a blind agent's observation: the column that tells it to forget, and those to blank then."""
        columns = [range(self._at[piece].start, self._at[piece].stop) for piece in CARRIED]
        return self._at[BEGINS].start, tuple(column for each in columns for column in each)

    def _seen(self, observations: NDArray[np.float32]) -> NDArray[np.float32]:
        """What the network is shown; a blind one starts every episode with nothing from the last, and some oracles are
        not told everything.
        """
        if self.reference != "blind" and not self.config.untold:
            return np.ascontiguousarray(observations, np.float32)
        seen = np.array(observations, np.float32)
        for piece in self.config.untold:
            seen[:, self._at[piece]] = 0.0
        if self.reference != "blind":
            return seen
        at, carried = self.forgetting
        begins = seen[:, at] > 0.0
        seen[np.ix_(begins, np.array(carried))] = 0.0
        self.forget(begins)
        return seen

    @torch.inference_mode()
    def act(self, observations: NDArray[np.float32], legal: NDArray[np.uint8]) -> NDArray[np.int64]:
        """Decide for all lanes: observations (L, O), legal (L, A) → actions (L, K).

        Raises:
            Refused: observations of another size than was learned from, or a network that gives no finite numbers.
        """
        shape = self.network.shape
        if observations.shape[1] != shape.observation:
            raise Refused(f"agent {self.name!r} sees {shape.observation} numbers: it was given {observations.shape[1]}")
        if len(observations) != len(self._state):
            self.reset(len(observations))
        seen = torch.from_numpy(self._seen(observations)).to(self.device)
        output = self.network.step(seen, self._state)
        change = bands(self._state, output.state)
        self._state = output.state
        allowed = torch.from_numpy(np.ascontiguousarray(legal)).to(self.device)
        self.mind = self._judged(output.outputs, allowed, self._belief(), change)
        probabilities = self.mind["probabilities"]
        noise = uniforms(self._draw_seed, len(seen), self._decision, sum(shape.actions)) if self._sample else None
        self._decision += 1
        if noise is None:
            noise = np.full(probabilities.shape, 0.5)  # the same for every choice: the likeliest wins
        return choose(probabilities, shape.actions, noise).astype(np.int64)

    def _judged(
        self, outputs: Tensor, allowed: Tensor, belief: NDArray[np.float32] | None = None,
        change: NDArray[np.uint8] | None = None,
    ) -> Mind:  # fmt: skip
        """What outputs (L, A + 1) say of the choices of which some are allowed (L, A), and of the return.

        Raises:
            Refused: they are not finite.
        """
        mean, std = self._value
        value = (outputs[:, -1] * std + mean).cpu().numpy()
        parts = (value,) if belief is None else (value, belief)
        if not bool(torch.isfinite(outputs).all()) or not all(np.isfinite(part).all() for part in parts):
            raise Refused(
                f"agent {self.name!r} decides with numbers that are not finite: its weights are too large, "
                "train it again"
            )
        logits = outputs[:, :-1].clamp(-FARTHEST, FARTHEST)
        logs = log_probabilities(masked(logits, allowed), self.network.shape.actions)
        return Mind(probabilities=logs.exp().cpu().numpy(), value=value, belief=belief, memory=change)

    def _belief(self) -> NDArray[np.float32] | None:
        """What the network makes of the hidden task, (L, R)."""
        if self.network.belief is None:
            return None
        _, guessed = self.network.split(self._state)
        found: NDArray[np.float32] = guessed.cpu().numpy().copy()
        return found


def bands(before: Tensor, after: Tensor) -> NDArray[np.uint8] | None:
    """How much memories (L, S) changed, in `BANDS` equal parts, (L, BANDS); None for those with fewer numbers.

    The mean change of a part counts by how much of its way to saturation it is: numbers of a memory may have any size.
    """
    width = after.shape[1] // BANDS
    if not width:
        return None
    change = (after - before)[:, : width * BANDS].abs().reshape(len(after), BANDS, width).mean(dim=2)
    change = change.nan_to_num(0.0, FARTHEST, 0.0)
    found: NDArray[np.uint8] = (255.0 * change / (change + HALF)).round().to(torch.uint8).cpu().numpy()
    return found


def pick_device(name: str) -> torch.device:
    """`auto` is the first GPU that torch can use, else the CPU.

    Raises:
        Refused: an unknown device, or a GPU that is not there.
    """
    if name not in ("auto", "cpu", "cuda"):
        raise Refused(f"device is {name!r}: choose from auto, cpu, cuda")
    if name == "cuda" and not torch.cuda.is_available():
        raise Refused("device is 'cuda': torch finds no GPU here, use cpu or auto")
    return torch.device("cuda" if name != "cpu" and torch.cuda.is_available() else "cpu")
