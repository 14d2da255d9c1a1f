"""What the benchmark publishes of its task with 40 % automated cars, in minutes."""

from __future__ import annotations

from dataclasses import dataclass

SOURCE = "https://github.com/COeXISTENCE-PROJECT/URB (README, tables of results; arXiv 2505.17734)"
OWN = ("Human", "AON", "Random")
"""The benchmark's baselines; the others are learning algorithms."""


@dataclass(frozen=True)
class Published:
    """One row: mean minutes of all before, of all in the test, of the cars and of the people in it; runs won."""

    who: str
    t_pre: float
    t_test: float
    t_cav: float
    t_hdv: float
    won: float


PUBLISHED: dict[str, tuple[Published, ...]] = {
    "saint_arnoult": (
        Published("IPPO", 3.15, 3.28, 3.34, 3.24, 0.0),
        Published("IQL", 3.15, 3.34, 3.49, 3.24, 0.0),
        Published("MAPPO", 3.15, 3.32, 3.43, 3.25, 0.0),
        Published("QMIX", 3.15, 3.20, 3.12, 3.25, 0.66),
        Published("Human", 3.15, 3.15, 3.15, 3.15, 1.0),
        Published("AON", 3.15, 3.15, 3.01, 3.25, 1.0),
        Published("Random", 3.15, 3.38, 3.58, 3.25, 0.0),
    ),
    "provins": (
        Published("IPPO", 2.80, 2.88, 2.92, 2.85, 0.0),
        Published("IQL", 2.80, 2.92, 3.03, 2.84, 0.0),
        Published("MAPPO", 2.80, 2.92, 3.03, 2.85, 0.0),
        Published("QMIX", 2.80, 2.96, 3.14, 2.85, 0.0),
        Published("Human", 2.80, 2.80, 2.80, 2.80, 1.0),
        Published("AON", 2.80, 2.81, 2.76, 2.84, 1.0),
        Published("Random", 2.80, 2.93, 3.04, 2.85, 0.0),
    ),
    "ingolstadt_custom": (
        Published("IPPO", 4.21, 4.40, 4.72, 4.18, 0.0),
        Published("IQL", 4.21, 4.45, 4.80, 4.22, 0.0),
        Published("MAPPO", 4.21, 4.44, 4.81, 4.20, 0.0),
        Published("QMIX", 4.21, 4.36, 4.55, 4.23, 0.0),
        Published("Human", 4.21, 4.21, 4.21, 4.21, 1.0),
        Published("AON", 4.21, 4.29, 4.37, 4.23, 0.0),
        Published("Random", 4.21, 4.45, 4.81, 4.22, 0.0),
    ),
}
"""By the names of the benchmark's folders."""
