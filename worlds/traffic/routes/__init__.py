"""The routes world; see rules.py."""

from worlds.traffic.routes.rules import build, check_build

__all__ = ["build", "check_build"]
