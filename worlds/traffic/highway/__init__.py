"""The highway world; see rules.py."""

from worlds.traffic.highway.rules import build

__all__ = ["build"]
