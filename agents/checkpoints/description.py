"""What a checkpoint says of itself, `config.json`: one strict type, read without torch and compared with the world.

Strangers write such files. Whatever is missing, of another kind, out of its range or at odds with the rest is refused
with one sentence.
"""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from agents.checkpoints.files import standing
from agents.networks.shape import NONE, SCORING, BeliefShape, Shape, SharedShape
from agents.settings.declared import by_name
from agents.settings.files import strictly, told
from agents.settings.groups import taste_problem
from agents.settings.train import TrainSettings
from simulator.engine.batch import input_pieces, told_pieces
from simulator.engine.reading import read_bytes
from worlds.kit.observation import Pieces
from worlds.kit.words import one_line, shown
from worlds.world import Refused, World

FORMAT = 1
LARGEST_CONFIG = 2**20  # bytes
LARGEST_WEIGHTS = 2**28  # bytes
MODEL, CONFIG, CARD = "model.safetensors", "config.json", "README.md"
INSIGHT = "insight.json"  # what `crossplay insight --card` found in the memory of these weights
TOLD_WORDS = 200  # characters of a parser's message that are passed on

Text = Annotated[str, Meta(min_length=1, max_length=200)]
Name = Annotated[str, Meta(pattern=r"^[^\W\d]\w{0,99}\Z")]
Hash = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
Seed = Annotated[int, Meta(ge=0, le=2**63 - 1)]
Count = Annotated[int, Meta(ge=0, le=2**53)]
Whole = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]
Words = Annotated[str, Meta(max_length=4096)]
Plain = bool | Whole | float | Words
Built = bool | Whole | float | Annotated[str, Meta(max_length=1_000_000)]  # a given network travels in one line
Group = dict[Text, Plain | list[Plain]]
Setting = Plain | list[Plain] | dict[Text, Plain | list[Plain] | Group]

CARRIED = ("previous_action", "previous_reward")
"""Pieces of an observation that still tell of the last episode when the next one begins; blind agents are not shown
them.
"""
BEGINS = "episode_start"
"""The piece that is 1 where an episode begins."""
LEARNING = ("algorithm", "inner_rate", "inner_steps", "gamma", "gae_lambda")
"""Settings without which nobody can play who learns by gradient."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Learned:
    """Those settings of the training run that decide how its agent plays, as `TrainSettings` declares them; all others
    are there to be read.
    """

    algorithm: Literal["rl2", "maml", "anil", "finetune"]
    inner_rate: float
    inner_steps: int
    gamma: float
    gae_lambda: float
    together: bool
    tell: Literal["all", "opponents", "layout"]
    episodes: int
    """Of a trial; 0 for as many as the world says."""
    taste: dict[str, float]
    """What it was paid for beside the world's reward; empty where that was all."""
    kept_for_testing: bool
    """Nobody may learn against it, or start from it, but those that are kept for testing too."""


class Shared(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The memory that a network has in common with those of other worlds; it lies in the folder above."""

    memory: SharedShape
    sha256: Hash
    """Of its weights."""
    worlds: Annotated[tuple[Name, ...], Meta(min_length=1, max_length=1000)]
    """That share it, this one among them."""
    settings: dict[Text, Setting] = {}
    """Of the training run of all of them, there to be read."""


class Config(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What `config.json` says."""

    format: int = FORMAT
    library_name: Text = "crossplay"
    world: Name
    world_version: Annotated[int, Meta(ge=0, le=10**9)]
    layout_hash: Hash
    build_args: dict[Name, Built]
    roles: Annotated[tuple[Text, ...], Meta(min_length=1, max_length=1000)]
    """Roles that were learned."""
    observation: dict[Text, Annotated[int, Meta(ge=1, le=2**16)]]
    """Pieces of the observation with their sizes, in order; the engine's inputs included."""
    inputs: bool
    reveal: bool
    """Whether the hidden task is part of the observation."""
    reference: Literal["none", "blind", "oracle"]
    untold: tuple[Text, ...] = ()
    """Pieces of the hidden task that an oracle is not told: it is shown zeros there."""
    split: Literal["train", "test-layout", "test-opponent", "test-both", "final"]
    """Where the training tasks came from."""
    network: Shape
    settings: dict[Text, Setting]
    """Of the training run: a dictionary a group, or all by their short names as earlier versions wrote them."""
    seed: Seed
    steps: Count
    """Agent-steps learned from."""
    commit: Annotated[str, Meta(pattern=r"^[0-9a-f]{0,64}\Z")]
    """Git commit of the code, empty if unknown."""
    scores: dict[Text, list[float]]
    """Mean return by episode of the trial for each role, on training tasks at the end of training."""
    sha256: Hash
    """Of `model.safetensors`."""
    versions: dict[Text, Text] = {}
    shared: Shared | msgspec.UnsetType = msgspec.UNSET
    """Of an agent for several worlds: what this part of it shares with the others."""

    @property
    def learned(self) -> Learned:
        """The settings that decide how the agent plays.

        Raises:
            Refused: one of them is of another kind or out of its range.
        """
        found, values = self._named(), {}
        for field in dataclasses.fields(Learned):
            leaf = by_name(TrainSettings)[field.name]
            values[field.name] = strictly(leaf, found.get(leaf.short, leaf.default), f"its settings, {leaf.short}")
            if problem := leaf.problem(values[field.name]):
                raise Refused(f"its settings say {problem}")
        return Learned(**values)

    def _named(self) -> dict[str, Setting]:
        """The settings by their short names; what this version does not know keeps its key.

        Raises:
            Refused: one is told twice.
        """
        known = by_name(TrainSettings)
        named: dict[str, Setting] = {}
        for key, value in told(self.settings, TrainSettings).items():
            short = known[key].short if key in known else key
            if short in named:
                raise Refused(f"its settings tell {short} twice")
            named[short] = value
        return named

    def problem(self) -> str | None:
        """What contradicts itself here, if anything."""
        try:
            return self._problem()
        except Refused as refusal:
            return str(refusal)

    def _problem(self) -> str | None:
        names = [*self._named(), *self.learned.taste]
        if unprintable := _unprintable({**msgspec.to_builtins(self), "settings": names}):
            return f"it holds {unprintable!a}, which cannot be printed"
        if problem := self.network.problem() or self._missharing():
            return problem
        if sum(self.observation.values()) != self.network.observation:
            return f"its observation pieces do not add up to {self.network.observation}"
        if self.reveal != (self.reference == "oracle"):
            return f"reference is {self.reference!r} and reveal {self.reveal}: oracles are told the task, and only they"
        if self.untold and (odd := [name for name in self.untold if not self.reveal or name not in self.observation]):
            return f"it is not told {odd[0]!r}, which is no part of what it observes"
        if self.reference == "blind" and (
            lost := [name for name in (*CARRIED, BEGINS) if name not in self.observation]
        ):
            return f"a blind agent needs the piece {lost[0]!r} in its observation"
        return self._unlike_settings()

    def _missharing(self) -> str | None:
        """Why it cannot share what it says it shares."""
        if isinstance(self.shared, msgspec.UnsetType):
            return None
        if self.world not in self.shared.worlds:
            return f"it is of world {self.world!r}, and its memory is shared by {', '.join(self.shared.worlds)}"
        return self.shared.memory.problem() or self.shared.memory.misfit(self.network)

    def _unlike_settings(self) -> str | None:
        """Settings of another run than the one that is described."""
        learned, shape, named = self.learned, self.network, self._named()
        if problem := taste_problem(learned.taste):
            return f"its settings say {problem}"
        if (learned.algorithm == "rl2") != (shape.memory != NONE):
            return f"algorithm {learned.algorithm!r} does not go with memory {shape.memory!r}"
        if shape.memory == NONE and (missing := [name for name in LEARNING if name not in named]):
            return f"its settings lack {missing[0]!r}, which says how it learns"
        known: dict[str, Any] = {
            "world": self.world, "reference": self.reference, "split": self.split, "seed": self.seed,
            "encoder": shape.encoder, "hidden": shape.hidden, "precision": shape.precision,
        }  # fmt: skip
        if shape.memory != NONE:
            known["memory"] = shape.memory
        believed = named.get("belief", 1.0 if shape.belief else 0.0)
        if not isinstance(believed, int | float) or (believed > 0.0) != (shape.belief is not None):
            return f"its settings say belief is {str(believed)[:80]!r}, and it has {'one' if shape.belief else 'none'}"
        for name, value in known.items():
            setting = named.get(name, value)
            if type(setting) is not type(value) or setting != value:
                return f"its settings say {name} is {str(setting)[:80]!r}, the rest of it {value!r}"
        return None


class _Version(msgspec.Struct):
    """What is looked at first: other formats may have other fields."""

    format: Annotated[int, Meta(ge=0, le=10**6)] = FORMAT
    worlds: msgspec.Raw = msgspec.Raw()
    """An agent for several worlds has them."""


def load_config(folder: Path) -> Config:
    """Read what a checkpoint says of itself, without its weights.

    Raises:
        Refused: a missing, damaged or impossible `config.json`.
    """
    path = standing(folder) / CONFIG
    data = read_bytes(path, LARGEST_CONFIG)
    try:
        version = msgspec.json.decode(data, type=_Version)
        if version.format != FORMAT:
            raise Refused(f"checkpoint {str(path)!r} has format {version.format}: this program reads format {FORMAT}")
        if bytes(version.worlds):
            raise Refused(
                f"checkpoint {str(folder)!r} is of an agent for several worlds: name one of them, as in "
                f"{str(folder / 'WORLD')!r}"
            )
        config = msgspec.json.decode(data, type=Config)
        problem = config.problem()
    except Refused:
        raise
    except (ValueError, RecursionError) as error:  # JSON, Unicode and msgspec errors are ValueErrors
        raise damaged(path, _with_value(str(error), data)) from error
    if problem:
        raise Refused(f"checkpoint {str(path)!r} is damaged: {problem}")
    return config


def _with_value(words: str, data: bytes) -> str:
    """What msgspec says of a value, with the value: it names the place alone."""
    found = re.fullmatch(r"(Expected .*) - at `\$\.?([\w.\[\]]*)`", words)
    if not found:
        return words
    expected, place = found.groups()
    try:
        value = msgspec.json.decode(data)
        for part in re.findall(r"\w+", place):
            value = value[int(part)] if isinstance(value, list) else value[part]
    except (ValueError, KeyError, IndexError, TypeError, RecursionError):
        return words
    return f"{place} is {shown(value)}: {expected[0].lower()}{expected[1:]}"


def damaged(path: Path, problem: str | Exception) -> Refused:
    """The refusal of a file that a parser could not read."""
    return Refused(f"checkpoint {str(path)!r} is damaged: {one_line(str(problem), TOLD_WORDS)}")


def read_weights(folder: Path, most: int = LARGEST_WEIGHTS) -> bytes:
    """The bytes of a checkpoint's weights, unchecked.

    Raises:
        Refused: no regular file, or one of more bytes.
    """
    return read_bytes(standing(folder) / MODEL, most)


def unlike(config: Config, world: World) -> str | None:
    """What a description says that is not so in its world, in the version and layout that it names."""
    if config.network.actions != world.action_sizes:
        return f"its actions have {config.network.actions} choices, those of the world {world.action_sizes}"
    roles = list(dict.fromkeys(seat.role for seat in world.seats))
    if strangers := [role for role in config.roles if role not in roles]:
        return f"it learned the role {strangers[0]!r}, the world has {', '.join(roles)}"
    pieces = _pieces(config, world)
    if list(config.observation.items()) != list(pieces.sizes.items()):
        return f"its observation has the pieces {_sizes(config.observation)}, the world gives {_sizes(pieces.sizes)}"
    if config.untold != untold_pieces(world, config.reference, config.learned.tell):
        untold, tell = ", ".join(config.untold) or "nothing", config.learned.tell
        return f"it is not told {untold}, which is not what tell={tell} means"
    if (config.network.memory in SCORING or config.network.blocks) and "previous_action" in pieces.at:
        begins = pieces.at["previous_action"].start
        if config.network.acted != begins:
            return f"acted is {config.network.acted}, and the previous action begins at {begins}"
    if config.network.blocks and config.network.described != described_in(world):
        start, stop = config.network.described
        return f"it judges choices by entries {start} to {stop}, which is not where the world describes them"
    if config.network.things:
        at = pieces.at.get("things", slice(0, 0))
        if (config.network.things, config.network.named) != (world.things, (at.start, at.stop)):
            return f"it has rows for {config.network.things} things, and the world names {world.things}"
        if config.network.noted != world.noted:
            return f"it writes on {config.network.noted} of the things it is shown, and the world says {world.noted}"
    belief = config.network.belief
    if belief and belief != BeliefShape.of(world):
        told = world.told_pieces.total
        return f"its belief is about {belief.told} numbers with other facts than the {told} of the world"
    return None


def described_in(world: World) -> tuple[int, int]:
    """Entries from … to below … of an observation that describe a world's choices; (0, 0) where none do."""
    at = world.observation.at[world.described] if world.described else slice(0, 0)
    return at.start, at.stop


def plays_any_build(config: Config, world: World) -> bool:
    """Whether such an agent judges the choices of a world by what it is told of each, so that it can play the world
    however it is built, where that has as many choices, the same pieces and, if it asks, the same hidden facts.
    """
    network = config.network
    if config.world != world.name or not network.blocks or network.described != described_in(world):
        return False
    if network.actions != world.action_sizes or differing_piece(config, world) is not None:
        return False
    return network.belief is None or network.belief == BeliefShape.of(world)


def _pieces(config: Config, world: World) -> Pieces:
    """The observation that such an agent learned from."""
    if config.network.memory == NONE:
        return world.observation
    pieces = world.observation + input_pieces(world) if config.inputs else world.observation
    return pieces + told_pieces(world) if config.reveal else pieces


def untold_pieces(world: World, reference: str, tell: str) -> tuple[str, ...]:
    """Pieces of an oracle's observation that hold zeros, since it is not told of them; others see none at all."""
    return tuple(f"told_{name}" for name in world.untold(tell)) if reference == "oracle" else ()


def differing_piece(config: Config, world: World) -> str | None:
    """The first piece of the observation, told facts included, that is not in the world as the agent knew it."""
    ours, theirs = _pieces(config, world).sizes, config.observation
    for name in dict.fromkeys((*theirs, *ours)):
        if ours.get(name) != theirs.get(name):
            then, now = (f"{name}={sizes[name]}" if name in sizes else f"no {name}" for sizes in (theirs, ours))
            return f"{then} then, {now} now"
    return None


def _sizes(pieces: dict[str, int]) -> str:
    words = ", ".join(f"{name}={size}" for name, size in pieces.items())
    return words if len(words) <= TOLD_WORDS else words[:TOLD_WORDS] + "…"


def _unprintable(value: Any) -> str | None:
    """The first text in plain values that would not show as it is."""
    if isinstance(value, str):
        return None if value.isprintable() else value[:80]
    parts: list[Any] = [*value, *value.values()] if isinstance(value, dict) else list(value)
    found = (_unprintable(part) for part in parts if isinstance(part, str | dict | list | tuple))
    return next((text for text in found if text is not None), None)
