"""The highway world; see rules.py, and building.py for what it is built with."""

from worlds.road.highwayenv.numbers import OF_WORLD
from worlds.road.highwayenv.words import DRIVERS, other_names
from worlds.traffic.highway.building import SIZES, build, check_build

__all__ = ["BUILD_CHOICES", "OTHER_NAMES", "build", "check_build"]

OTHER_NAMES = other_names("highway")

BUILD_CHOICES = {"seats": SIZES, "task": ("", *OF_WORLD["highway"]), "drivers": DRIVERS}
