"""Flags: two shores, three lanes, and posts that are taken before the fog lifts; the rule book is rules.py."""

from worlds.games.flags.constants import SIZES
from worlds.games.flags.rules import build

__all__ = ["BUILD_CHOICES", "build"]

BUILD_CHOICES = {"seats": SIZES}
