"""Meetings on a grid, each of which plays one hidden game; the rule book is rules.py."""

from worlds.games.matrix.rules import build

__all__ = ["build"]
