"""Which episodes of a trial are the later ones: those in which an agent has had time to adapt."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def first_late(episodes: int) -> int:
    """Index of the first of the later episodes of a trial: the third, or the last one of a shorter trial."""
    return min(2, episodes - 1)


def later(returns: Floats) -> Floats:
    """Mean over the later episodes of a trial (..., E): from the third on, or the last one of a shorter trial."""
    return np.asarray(returns[..., first_late(returns.shape[-1]) :].mean(axis=-1))
