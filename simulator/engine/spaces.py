"""Gymnasium spaces of a world, shared by the PettingZoo view and the vector view."""

from typing import Any

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from worlds.kit.observation import Pieces

Mask = NDArray[np.int8] | tuple[NDArray[np.int8], ...]


def observation_bounds(layout: Pieces) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Lowest and highest values (O,) of an observation laid out as ``layout`` (rewards: unbounded)."""
    bounds = np.array([layout.bounds[name] for name, size in layout.sizes.items() for _ in range(size)], np.float32)
    return bounds[:, 0], bounds[:, 1]


def observation_space(layout: Pieces, copies: int = 1) -> spaces.Box:
    """The float32 box of ``copies`` observations laid end to end, shape (copies · O,)."""
    low, high = (np.tile(bound, copies) for bound in observation_bounds(layout))
    return spaces.Box(low, high, dtype=np.float32)


def action_space(sizes: tuple[int, ...]) -> spaces.Space[Any]:
    """`Discrete` for one action factor, `MultiDiscrete` for several."""
    return spaces.Discrete(sizes[0]) if len(sizes) == 1 else spaces.MultiDiscrete(np.array(sizes))


def action_mask(legal: NDArray[np.uint8], sizes: tuple[int, ...]) -> Mask:
    """One seat's legal choices (A,) as ``action_space(sizes).sample(mask)`` wants them: a tuple for several factors."""
    parts = np.split(legal.astype(np.int8), np.cumsum(sizes)[:-1])
    return parts[0] if len(sizes) == 1 else tuple(parts)
