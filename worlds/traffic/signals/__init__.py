"""The signals world; see rules.py."""

from worlds.traffic.signals.building import build, check_build

__all__ = ["build", "check_build"]
