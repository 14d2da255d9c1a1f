"""The signals world; see rules.py."""

from worlds.traffic.signals.rules import build

__all__ = ["build"]
