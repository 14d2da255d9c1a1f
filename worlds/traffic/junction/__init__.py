"""The junction world; see rules.py, and building.py for what it is built with."""

from worlds.road.highwayenv.numbers import OF_WORLD
from worlds.road.highwayenv.words import DRIVERS, other_names
from worlds.road.layouts.given_words import SEATS
from worlds.traffic.junction.building import build, check_build

__all__ = ["BUILD_CHOICES", "OTHER_NAMES", "build", "check_build"]

OTHER_NAMES = other_names("junction")

BUILD_CHOICES = {"seats": SEATS, "task": ("", *OF_WORLD["junction"]), "drivers": DRIVERS}
