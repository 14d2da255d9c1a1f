"""Repeated games of two players and two actions; the rule book is rules.py."""

from worlds.classics.repeated.rules import build

__all__ = ["build"]
