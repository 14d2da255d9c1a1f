"""The highway world; see rules.py, and building.py for what it is built with."""

from worlds.traffic.highway.building import build, check_build

__all__ = ["build", "check_build"]
