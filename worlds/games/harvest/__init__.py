"""Strangers share berry patches two by two, and each can be kept from grabbing by another thing; see rules.py."""

from worlds.games.harvest.rules import build

__all__ = ["build"]
