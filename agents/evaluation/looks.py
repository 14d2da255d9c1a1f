"""What an evaluation says before its figures: tasks that were trained on, tastes, and which look at final this is."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from agents.checkpoints.card import taste_words
from agents.checkpoints.final_uses import Use, add_use, read_uses
from agents.settings.evaluate import EvaluateSettings
from worlds.world import Refused

FINAL = "final"
PAIRED = ("train", "test-layout", "test-opponent")
"""Splits whose tasks share layouts or opponents with the training tasks of the same seed."""


def seed_warnings(settings: EvaluateSettings, agents: Sequence[Any]) -> Iterator[str]:
    """One line for an agent that learned with the seed of the tasks."""
    shared = [split for split in settings.splits if split in PAIRED]
    for player, path in zip(agents, settings.checkpoint, strict=True):
        if player.seed == settings.seed and shared:
            yield (
                f"seed {settings.seed} is the training seed of {path}: it met these tasks of {', '.join(shared)}, or "
                "parts of them, when it learned; choose another with --seed"
            )


def taste_notes(settings: EvaluateSettings, agents: Sequence[Any]) -> Iterator[str]:
    """One line for an agent that was paid for something else than what is measured."""
    for player, path in zip(agents, settings.checkpoint, strict=True):
        if taste := player.config.learned.taste:
            yield (
                f"{path} has a taste of its own ({taste_words(taste)}): it was not paid for the return that is "
                "measured here"
            )


def note_final(settings: EvaluateSettings, agents: Sequence[Any]) -> Iterator[str]:
    """Write this use of final into the card of every agent measured; one line for each."""
    if FINAL not in settings.splits:
        return
    for player, path in zip(agents, settings.checkpoint, strict=True):
        use = Use(f"{datetime.now(UTC):%Y-%m-%d}", settings.tasks, settings.seed, player.sha256)
        yield _note(player.folder, path, use)


def _note(folder: Path, path: str, use: Use) -> str:
    what = f"{use.date}, {use.tasks:,} tasks per role, seed {use.seed}"
    try:
        uses = add_use(folder, use)
    except (OSError, Refused) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        return f"{_next(folder)} of final by {path} ({what}) is not in its card, {reason}: keep this line"
    again = f"; the first one was on {uses[0].date}, so these figures are not of a first look" if len(uses) > 1 else ""
    return f"{_which(len(uses))} of final by {path} ({what}), written into its card{again}"


def _next(folder: Path) -> str:
    """Which use this is, as far as those before it can be read."""
    try:
        return _which(len(read_uses(folder)) + 1)
    except (OSError, Refused):
        return "a use, not known to be the first,"


def _which(number: int) -> str:
    return "first use" if number == 1 else f"use {number}"
