"""The routes world; see rules.py."""

from worlds.road.layouts.given_words import SEATS
from worlds.traffic.routes.rules import build, check_build

__all__ = ["BUILD_CHOICES", "build", "check_build"]

BUILD_CHOICES = {"seats": SEATS}
