"""The highway world; see rules.py."""

from worlds.traffic.highway.rules import build, check_build

__all__ = ["build", "check_build"]
