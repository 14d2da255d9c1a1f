"""Kitchen: dishes that two strangers make together; the rule book is rules.py."""

from worlds.games.kitchen.rules import build

__all__ = ["build"]
