"""Randomness by counting: a draw is a hash of the stream's key and the number of draws made, both in the record.

So tasks and episodes are the same whatever the players do, in any batch, on any number of threads. The mixing
function is SplitMix64's finaliser (Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators").
"""

import numpy as np

from worlds.kit.kernel import kernel

GOLDEN = np.uint64(0x9E3779B97F4A7C15)  # 2^64 divided by the golden ratio, SplitMix64's increment
FACTOR_A = np.uint64(0xBF58476D1CE4E5B9)
FACTOR_B = np.uint64(0x94D049BB133111EB)
ONE = np.uint64(1)
INVERSE = 1.0 / 9007199254740992.0  # 2^-53
S11, S27, S30, S31 = np.uint64(11), np.uint64(27), np.uint64(30), np.uint64(31)


@kernel
def mix(word):  # type: ignore[no-untyped-def]
    """One well-mixed 64-bit word from another."""
    word = (word ^ (word >> S30)) * FACTOR_A
    word = (word ^ (word >> S27)) * FACTOR_B
    return word ^ (word >> S31)


@kernel
def child_key(key, index):  # type: ignore[no-untyped-def]
    """The key of the ``index``-th child stream of ``key``: hashed, never added, so children do not overlap."""
    return mix(mix(key + GOLDEN) ^ (np.uint64(index) * GOLDEN + ONE))


@kernel
def open_stream(w, key):  # type: ignore[no-untyped-def]
    """Draw from another stream from now on."""
    w.key = key
    w.drawn = np.uint64(0)


@kernel
def uniform(w):  # type: ignore[no-untyped-def]
    """The next draw of this world in [0, 1)."""
    w.drawn = np.uint64(w.drawn) + ONE
    return float(mix(np.uint64(w.key) ^ (np.uint64(w.drawn) * GOLDEN)) >> S11) * INVERSE


@kernel
def integer(w, count):  # type: ignore[no-untyped-def]
    """A draw from 0 … count − 1."""
    return int(uniform(w) * count)


@kernel
def between(w, low, high):  # type: ignore[no-untyped-def]
    """A draw from [low, high)."""
    return low + uniform(w) * (high - low)


@kernel
def sided_key(key, held_out):  # type: ignore[no-untyped-def]
    """A key whose lowest bit says which side of the split it lies on.

    Train layouts have even keys and held-out ones odd keys, so no layout stream can serve both.
    """
    return (np.uint64(key) >> ONE << ONE) | np.uint64(held_out)
