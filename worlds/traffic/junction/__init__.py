"""The junction world; see rules.py."""

from worlds.traffic.junction.rules import build

__all__ = ["build"]
