"""Kitchen: dishes that two strangers make together; the rule book is rules.py."""

from worlds.games.kitchen.constants import SIZES
from worlds.games.kitchen.reader import SHIPPED
from worlds.games.kitchen.rules import build

__all__ = ["BUILD_CHOICES", "build"]

BUILD_CHOICES = {"seats": SIZES, "layout": ("", *SHIPPED)}
