"""The signals world; see rules.py."""

from worlds.traffic.signals.building import DETECTORS, MOST_JUNCTIONS, build, check_build
from worlds.traffic.signals.presets import OBSERVATIONS, REWARDS

__all__ = ["BUILD_CHOICES", "build", "check_build"]

BUILD_CHOICES = {
    "junctions": range(1, MOST_JUNCTIONS + 1), "detectors": tuple(DETECTORS), "reward": REWARDS,
    "observation": OBSERVATIONS,
}  # fmt: skip
