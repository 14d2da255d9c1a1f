"""What one collection leaves behind: T decisions of B lanes, time first, allocated once."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

SIGNALS = ("live", "resets", "ends", "episode_ends", "trial_ends")


class Rollout:
    """Preallocated storage on the learner's device, with the interface tianshou's trainer asks of a buffer.

    T steps, B lanes, O observed, K action factors, A choices, S memory. Step t holds what was seen and done then and
    what followed:

    * `observations` (T, B, O), `legal` (T, B, A), `actions` (T, B, K), `logs` (T, B) log-probability of the actions
    * `values` (T + 1, B) in the value normaliser's units; row T belongs to the observation after the last step
    * `cut_values` (T, B): value of the last observation of an episode that was truncated at t
    * `start` (B, S): the memory before step 0
    * `told` (T, B, R): labels for a belief; of width 0 without one
    * `taught` (B,): lanes that were shown the labels themselves in the place of their guesses
    * `rewards` (T, B) and u1 signals (T, B): `live` (the action counted), `resets` (memory wiped just before t),
      `ends` (1 terminated or 2 truncated at t), `episode_ends`, `trial_ends`. They are written on the host,
      `signals[name][t]`, and sent over by `seal`.
    """

    def __init__(
        self, steps: int, lanes: int, observation: int, sizes: tuple[int, ...], memory: int, device: torch.device,
        told: int = 0,
    ) -> None:  # fmt: skip
        self.steps, self.lanes, self.device = steps, lanes, device
        self.observations = torch.zeros(steps, lanes, observation, device=device)
        self.legal = torch.ones(steps, lanes, sum(sizes), dtype=torch.uint8, device=device)
        self.actions = torch.zeros(steps, lanes, len(sizes), dtype=torch.int64, device=device)
        self.logs = torch.zeros(steps, lanes, device=device)
        self.values = torch.zeros(steps + 1, lanes, device=device)
        self.cut_values = torch.zeros(steps, lanes, device=device)
        self.start = torch.zeros(lanes, memory, device=device)
        self.told = torch.zeros(steps, lanes, told, device=device)
        self.taught = torch.zeros(lanes, dtype=torch.bool, device=device)
        self.signals: dict[str, np.ndarray] = {name: np.zeros((steps, lanes), np.uint8) for name in SIGNALS}
        self.signals["rewards"] = np.zeros((steps, lanes), np.float32)
        self.sealed: dict[str, Tensor] = {}
        self._filled = 0

    def seal(self, steps_played: int) -> None:
        """The collection is complete: bring the host's signals to the device."""
        self.sealed = {name: torch.from_numpy(array).to(self.device) for name, array in self.signals.items()}
        self._filled = steps_played

    def __len__(self) -> int:
        return self._filled

    def reset(self, keep_statistics: bool = False) -> None:
        """Forget the collection; the memory stays allocated."""
        self._filled = 0
        self.cut_values.zero_()

    def hasnull(self) -> bool:
        """Whether a value or a reward is not finite."""
        finite = torch.isfinite(self.values).all() & torch.isfinite(self.sealed["rewards"]).all()
        return not bool(finite)

    def isnull(self) -> Any:
        raise RuntimeError("a value or a reward is not finite: lower the learning rate or look at the world's rewards")
