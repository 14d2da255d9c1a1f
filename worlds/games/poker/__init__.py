"""Kuhn and Leduc poker against a stranger; the rule book is rules.py."""

from worlds.games.poker.rules import build

__all__ = ["build"]
