"""Random numbers by address: what a lane draws depends on its number and step, never on how many lanes there are."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


def _mixed(words: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Scramble 64-bit words (the finaliser of SplitMix64, Steele et al. 2014)."""
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return words ^ (words >> np.uint64(31))


def _absorbed(state: NDArray[np.uint64], words: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Hash `words` into `state`; the two broadcast."""
    return _mixed(_mixed(state + _GOLDEN) ^ (words * _GOLDEN + _GOLDEN))


def uniforms(seed: int, lanes: int | ArrayLike, step: int, width: int) -> NDArray[np.float64]:
    """Uniform numbers in the open interval (0, 1), shape (L, width): a pure function of its arguments.

    `lanes` is a number of lanes (0..L-1) or the lanes' own numbers, shape (L,). Row i is the same in any batch that
    holds that lane. `step` counts the draws of a trial.
    """
    numbers = np.arange(lanes) if isinstance(lanes, int) else np.asarray(lanes)
    state = np.array([seed & (2**64 - 1)], dtype=np.uint64)
    state = _absorbed(state, np.array([step], dtype=np.uint64))
    rows = _absorbed(state, numbers.astype(np.uint64))
    words = _absorbed(rows[:, None], np.arange(width, dtype=np.uint64)[None, :])
    return ((words >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53


def choose(weights: ArrayLike, sizes: tuple[int, ...], noise: NDArray[np.float64]) -> NDArray[np.int64]:
    """Draw one choice per action factor in proportion to `weights`, by the Gumbel trick.

    `weights` (L, A) are probabilities or a 0/1 mask, factor after factor, A = sum(sizes); `noise` (L, A) lies in
    (0, 1). Returns (L, K) choices. A choice of weight 0 is taken only where its whole factor has weight 0.
    """
    with np.errstate(divide="ignore"):
        scores = np.log(np.asarray(weights, dtype=np.float64)) - np.log(-np.log(noise))
    chosen = np.empty((len(scores), len(sizes)), dtype=np.int64)
    start = 0
    for factor, size in enumerate(sizes):
        chosen[:, factor] = scores[:, start : start + size].argmax(axis=1)
        start += size
    return chosen
