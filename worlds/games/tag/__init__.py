"""Tag with a hidden home base; the rule book is rules.py."""

from worlds.games.tag.rules import build

__all__ = ["BUILD_CHOICES", "build"]

BUILD_CHOICES = {"seats": range(2, 9)}
