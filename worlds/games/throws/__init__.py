"""Rock, paper, scissors against a stranger; the rule book is rules.py."""

from worlds.games.throws.rules import build

__all__ = ["build"]
