"""Repeated games of two players and two actions; the rule book is rules.py."""

from worlds.classics.repeated.rules import DRAWS, build

__all__ = ["BUILD_CHOICES", "build"]

BUILD_CHOICES = {
    "game": tuple(dict.fromkeys(game for game, _ in DRAWS)),
    "noise": tuple(dict.fromkeys(noise for _, noise in DRAWS)),
}
