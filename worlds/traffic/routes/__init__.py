"""The routes world; see rules.py."""

from worlds.traffic.routes.rules import build

__all__ = ["build"]
