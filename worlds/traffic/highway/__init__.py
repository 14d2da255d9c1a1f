"""The highway world; see rules.py, and building.py for what it is built with."""

from worlds.road.highwayenv.words import other_names
from worlds.traffic.highway.building import build, check_build

__all__ = ["OTHER_NAMES", "build", "check_build"]

OTHER_NAMES = other_names("highway")
