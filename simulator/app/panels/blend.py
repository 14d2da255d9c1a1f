"""Smooth motion: a state between two ticks, made in a scratch record. The real states are only read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from worlds.world import World

JUMP = 0.1  # of the world's longer side: what moves farther in one tick was put there, and is not slid across
TURN = 2.0 * np.pi


class Blend:
    """Blends the fields that a world declares smooth."""

    def __init__(self, world: World) -> None:
        self._smooth = dict(world.smooth)
        self._farthest = JUMP * max(world.view.extent)
        self._scratch = np.zeros(1, dtype=world.record)

    def between(self, before: np.ndarray, after: np.ndarray, part: float) -> Any:
        """The record `part` (0 … 1) of the way between two states (each an array of length 1).

        Two states of different trials or episodes, or in the wrong order, are never blended: `after` is shown then.
        """
        self._scratch[...] = after
        if part < 1.0 and joined(before, after):
            for name, kind in self._smooth.items():
                blended = self._angle if kind == "angle" else self._linear
                self._scratch[name] = blended(before[name], after[name], part)
        return self._scratch[0]

    def _linear(self, before: np.ndarray, after: np.ndarray, part: float) -> np.ndarray:
        way = after - before
        if after.ndim >= 2 and after.shape[-1] == 2:  # places
            jumped = np.sqrt((way * way).sum(axis=-1, keepdims=True)) > self._farthest
            way = np.where(jumped, 0.0, way)
        return np.asarray(after - way * (1.0 - part))

    @staticmethod
    def _angle(before: np.ndarray, after: np.ndarray, part: float) -> np.ndarray:
        way = (after - before + np.pi) % TURN - np.pi  # the shorter way round
        return np.asarray(after - way * (1.0 - part))


def joined(before: np.ndarray, after: np.ndarray) -> bool:
    """Whether two states (arrays of length 1) follow each other in one episode."""
    same = all(before[name][0] == after[name][0] for name in ("task_key", "trial", "episode"))
    return same and 0 <= int(after["tick"][0]) - int(before["tick"][0]) <= 1
