"""Duel: shots that are committed before the dodge is seen; the rule book is rules.py."""

from worlds.games.duel.rules import build

__all__ = ["build"]
