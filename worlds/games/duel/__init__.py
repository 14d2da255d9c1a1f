"""Duel: shots that are committed before the dodge is seen; the rule book is rules.py."""

from worlds.games.duel.rules import SIZES, build

__all__ = ["BUILD_CHOICES", "build"]

BUILD_CHOICES = {"seats": SIZES}
