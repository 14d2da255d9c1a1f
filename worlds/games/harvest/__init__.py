"""Strangers share berry patches two by two, and each can be kept from grabbing by another thing; see rules.py."""

from worlds.games.harvest.constants import LEAST_SEATS, MOST_SEATS
from worlds.games.harvest.rules import build

__all__ = ["BUILD_CHOICES", "build"]

BUILD_CHOICES = {"seats": range(LEAST_SEATS, MOST_SEATS + 1)}
