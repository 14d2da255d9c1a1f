"""What a lane sees of a calibration world, by the names of its pieces."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.engine.batch import input_pieces, told_pieces
from worlds.world import Refused, World


class ObservationView:
    """Finds pieces in the observations of a batch with its inputs, and with the hidden task where it is told."""

    def __init__(self, world: World) -> None:
        self._name = world.name
        self._seen = world.observation + input_pieces(world)
        self._at = (self._seen + told_pieces(world)).at

    def of(self, observations: NDArray[np.float32], piece: str) -> NDArray[np.float32]:
        """One piece of observations (L, O): (L, size).

        Raises:
            Refused: the observations are of another length.
        """
        whole = self._at[next(reversed(self._at))].stop
        if observations.shape[1] not in (self._seen.total, whole):
            raise Refused(
                f"observations of {self._name!r} have {observations.shape[1]} numbers: this player reads "
                f"{self._seen.total}, or {whole} with the hidden task"
            )
        return observations[:, self._at[piece]]


def as_actions(choices: NDArray[Any]) -> NDArray[np.int64]:
    """Choices (L,) as actions (L, 1)."""
    return choices.astype(np.int64)[:, None]
