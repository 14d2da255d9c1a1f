"""The running adaptation curve: mean return by role and by episode of the trial."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from agents.training.component import State, matching

KEPT = 0.7  # of the old figures' weight, at each new rollout


class Curve:
    """Fading means, so that a bar shows recent trials and not the whole history."""

    def __init__(self, roles: Sequence[str], episodes: int) -> None:
        self.roles = list(roles)
        self.sums = np.zeros((len(self.roles), episodes))
        self.counts = np.zeros((len(self.roles), episodes))

    def fade(self) -> None:
        """A new rollout begins: what is known weighs less."""
        self.sums *= KEPT
        self.counts *= KEPT

    def add(self, roles: np.ndarray, episodes: np.ndarray, scores: np.ndarray) -> None:
        """Returns of some episodes with their roles and indices in the trial, each (n,)."""
        for number, role in enumerate(self.roles):
            mine = roles == role
            np.add.at(self.sums[number], episodes[mine], scores[mine])
            np.add.at(self.counts[number], episodes[mine], 1.0)

    def means(self) -> dict[str, list[float]]:
        """Mean return by episode for each role; 0 where none has ended yet."""
        table = self.sums / np.maximum(self.counts, 1e-12)
        return {role: [round(float(value), 6) for value in row] for role, row in zip(self.roles, table, strict=True)}

    def gain(self) -> float:
        """Last episode less first, averaged over roles; 0 until both are known."""
        known = (self.counts[:, 0] > 0) & (self.counts[:, -1] > 0)
        if not known.any():
            return 0.0
        table = self.sums[known] / self.counts[known]
        return float((table[:, -1] - table[:, 0]).mean())

    def words(self) -> str:
        """Return of each role in the first and in the last episode of the trial, for the bar; what is not known yet is
        left out.
        """
        told = []
        for role, sums, counts in zip(self.roles, self.sums, self.counts, strict=True):
            ends = dict.fromkeys((0, len(sums) - 1))
            values = [f"{sums[at] / counts[at]:.2f}" if counts[at] > 0 else "…" for at in ends]
            told.append(f"{role} {' → '.join(values)}")
        return ", ".join(told)

    def state_dict(self) -> State:
        """The fading sums and counts, (roles, E) each."""
        return {"sums": self.sums.copy(), "counts": self.counts.copy()}

    def load_state_dict(self, state: State) -> None:
        """Go on from a `state_dict`, see `component`."""
        found = matching("the curve", state, self.state_dict())
        if (found["counts"] < 0.0).any():
            raise ValueError("the curve counts fewer than 0 episodes")
        self.sums, self.counts = found["sums"], found["counts"]
