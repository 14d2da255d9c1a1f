"""The signals world; see rules.py."""

from worlds.traffic.signals.building import build

__all__ = ["build"]
