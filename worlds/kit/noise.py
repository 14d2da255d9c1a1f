"""Draws from the normal and the exponential distribution, from the same counted stream as all others."""

import numpy as np

from worlds.kit.chance import uniform
from worlds.kit.kernel import kernel
from worlds.kit.maths import PI, cos, log

FARTHEST = 9.0
"""No normal draw lies farther from 0: the smallest 1 − u is 2⁻⁵³, and √(−2 ln 2⁻⁵³) is 8.58."""


@kernel
def normal(w):  # type: ignore[no-untyped-def]
    """A draw of mean 0 and variance 1 (Box and Muller 1958)."""
    reach = np.sqrt(-2.0 * log(1.0 - uniform(w)))
    return reach * cos(2.0 * PI * uniform(w))


@kernel
def exponential(w):  # type: ignore[no-untyped-def]
    """A draw of mean 1, by inversion; several, divided by their sum, are a draw from Dirichlet(1, …, 1)."""
    return -log(1.0 - uniform(w))
