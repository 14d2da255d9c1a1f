"""Meetings on a grid, each of which plays one hidden game; the rule book is rules.py."""

from worlds.classics.repeated import BUILD_CHOICES as STANDING
from worlds.games.matrix.constants import SIZES
from worlds.games.matrix.rules import build

__all__ = ["BUILD_CHOICES", "build"]

BUILD_CHOICES = {"seats": SIZES, **STANDING}
