"""The junction world; see rules.py."""

from worlds.traffic.junction.rules import build, check_build

__all__ = ["build", "check_build"]
