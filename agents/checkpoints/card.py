"""The card of a checkpoint, README.md: who it is, how it was made and what it scored.

It follows the habit of model hubs: YAML front matter that machines read, then a page for people. A training run writes
what it knows; an evaluation writes the same card with its own figures in the middle.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

import msgspec

from worlds.kit.words import built_words

if TYPE_CHECKING:
    from agents.checkpoints.checkpoint import Config

WHO = {
    "none": "an agent that adapts within a trial",
    "blind": "a yardstick, not a player: its memory is wiped every episode",
    "oracle": "a yardstick, not a player: it is told the hidden task",
}
TAGS = ("reinforcement-learning", "meta-reinforcement-learning", "multi-agent", "crossplay")


def card(config: Config, body: Iterable[str], model_index: Iterable[str] = ()) -> str:
    """The text of README.md; ``model_index`` are lines of the front matter, ``body`` stands behind the introduction."""
    return "\n".join([*_front_matter(config, model_index), *_introduction(config), *body, ""])


def training_card(config: Config) -> str:
    """The card of a checkpoint that was not evaluated yet: figures of training, and the settings."""
    return card(config, [*_training_scores(config), *settings_lines(config)])


def _front_matter(config: Config, model_index: Iterable[str]) -> Iterator[str]:
    """Written by hand: JSON strings are YAML strings, and so no YAML library is needed."""
    yield "---"
    yield "library_name: crossplay"
    yield "license: mit"
    yield "tags:"
    for tag in (*TAGS, config.world):
        yield f"- {tag}"
    yield from model_index
    yield "---"


def _introduction(config: Config) -> Iterator[str]:
    built = built_words(config.build_args) or "defaults"
    yield f"# {config.world}: {', '.join(config.roles)}"
    yield ""
    yield (
        f"This is {WHO[config.reference]}{_told(config)}. {_method(config)} for world `{config.world}` version "
        f"{config.world_version} ({built}), trained on {config.steps:,} agent-steps of split `{config.split}` with "
        f"seed {config.seed}. It is the last state of its training run, not the best of several."
    )
    if not isinstance(config.shared, msgspec.UnsetType):
        yield ""
        yield f"It is a part of one agent for {', '.join(config.shared.worlds)}, with one memory for all of them."
    yield from _marks(config)


def _marks(config: Config) -> Iterator[str]:
    """What a reader must know before all figures."""
    if taste := config.learned.taste:
        yield ""
        yield (
            f"It has a taste of its own ({taste_words(taste)}): it was not paid for the world's reward alone. All "
            "returns here are the world's, for which others were paid and it was not."
        )
    if config.learned.kept_for_testing:
        yield ""
        yield "It is kept for testing: nobody may learn against it, or start from it."


def taste_words(taste: Mapping[str, float]) -> str:
    """A taste in a few words."""
    return ", ".join(f"{name} {weight:+g}" for name, weight in taste.items())


def _told(config: Config) -> str:
    """What an oracle is told, if that is not all."""
    return f", of it only what is about its {config.learned.tell}" if config.learned.tell != "all" else ""


def _method(config: Config) -> str:
    """What learned, and how it adapts, in a few words."""
    method = config.learned.algorithm
    if method != "rl2":
        return f"A network without memory ({method}, PPO) that learns by gradient between the episodes of a trial,"
    belief = " with a belief" if config.network.belief else ""
    return f"A recurrent network (RL², PPO; {config.network.hidden} memory units){belief}"


def _training_scores(config: Config) -> Iterator[str]:
    episodes = len(next(iter(config.scores.values()), []))
    yield ""
    yield "## Mean return by episode on training tasks, at the end of training"
    yield ""
    yield f"| role | {' | '.join(f'episode {index + 1}' for index in range(episodes))} |"
    yield f"|{'---|' * (episodes + 1)}"
    for role, values in config.scores.items():
        yield f"| {role} | {' | '.join(f'{value:.2f}' for value in values)} |"
    yield ""
    yield "These are figures of training. What the agent does on layouts and opponents it never met is measured by"
    yield "`crossplay evaluate`."


def settings_lines(config: Config) -> Iterator[str]:
    """All settings of the training run, and the hash of what came of it."""
    yield ""
    if isinstance(config.shared, msgspec.UnsetType):
        yield "All settings of the training run, as a file for `crossplay train --settings FILE`:"
    else:
        yield "All settings of training in this world; with them `crossplay train` trains an agent for it alone:"
    yield ""
    yield "```toml"
    yield msgspec.toml.encode(config.settings).decode().strip()
    yield "```"
    yield ""
    yield f"Commit {config.commit or 'unknown'}, {versions(config)}. Weights: SHA-256 `{config.sha256}`."


def versions(config: Config) -> str:
    """The libraries that it was trained with."""
    return ", ".join(f"{name} {version}" for name, version in config.versions.items()) or "unknown versions"
