"""What `crossplay train` does: one frozen value in groups, kept as a TOML file next to its results."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from agents.settings.declared import changed
from agents.settings.folder import RUNS
from agents.settings.groups import (
    CurriculumSettings,
    LearningSettings,
    NetworkSettings,
    OpponentSettings,
    Plain,
    RunSettings,
    TrialSettings,
    WorldSettings,
)
from worlds.world import Refused, World

LONGEST_ARGUMENT = 200  # characters of a build argument that settings of a checkpoint repeat
LEAGUE = "league:"
"""Begins the name of opponents that a league has for training."""


@dataclass(frozen=True, kw_only=True)
class TrainSettings:
    """Everything that decides a training run; with the same settings and machine it gives the same agent, bit for
    bit.

    Raises:
        Refused: a value that is not allowed, or that does not go with another.
    """

    world: WorldSettings = field(default_factory=WorldSettings)
    trial: TrialSettings = field(default_factory=TrialSettings)
    network: NetworkSettings = field(default_factory=NetworkSettings)
    learning: LearningSettings = field(default_factory=LearningSettings)
    opponents: OpponentSettings = field(default_factory=OpponentSettings)
    curriculum: CurriculumSettings = field(default_factory=CurriculumSettings)
    run: RunSettings = field(default_factory=RunSettings)

    def __post_init__(self) -> None:
        world, reference, opponents = self.world, self.trial.reference, self.opponents
        if world.split == "final" and reference != "oracle":
            raise Refused(
                "split 'final' is kept from all learners: train on train; only an oracle may be trained on it"
            )
        if world.split != "train" and reference == "none":
            raise Refused(
                f"split {world.split!r} is for testing: train on train, or name a reference (blind or oracle), "
                "whose checkpoint is marked"
            )
        if opponents.together and (opponents.self_play > 0.0 or world.roles):
            raise Refused("together fills every seat with the learner: it goes neither with self_play nor with roles")
        if self.learning.algorithm != "rl2":
            self._check_gradient_method()
        if self.learning.belief and reference == "oracle":
            raise Refused("reference is 'oracle', which is told the hidden task: it takes no belief")

    def _check_gradient_method(self) -> None:
        """What is about a memory, or about what others remember, goes with rl2 alone."""
        network, opponents, reference, curriculum = self.network, self.opponents, self.trial.reference, self.curriculum
        others = {
            "reference": (reference, reference != "none"), "belief": (self.learning.belief, self.learning.belief > 0.0),
            "self_play": (opponents.self_play, opponents.self_play > 0.0),
            "memory": (network.memory, network.memory != "gru"),
            "curriculum": (curriculum.kind, curriculum.kind != "none"),
            "start": (network.start, bool(network.start)), "exploit": (opponents.exploit, bool(opponents.exploit)),
            "opponents": (opponents.invited, bool(opponents.invited)),
            "taste": (self.learning.taste, bool(self.learning.taste)),
        }  # fmt: skip
        for name, (value, given) in others.items():
            if given:
                raise Refused(f"{name} is {value!r}: it goes with algorithm rl2, not {self.learning.algorithm}")


def run_folder(out: str, world: str, seed: int) -> Path:
    """Where a run is kept: the folder that was asked for, else one named after world and seed."""
    return Path(out) if out else RUNS / f"{world}-seed{seed}"


def shareable(settings: TrainSettings) -> TrainSettings:
    """The same as others may be told: nobody needs to know where it was trained, or where those lay that it met."""
    return changed(
        settings, out="", resume=False, record_every=0, opponents=tuple(map(_named, settings.opponents.invited)),
        exploit=_named(settings.opponents.exploit), start=_named(settings.network.start),
        world_args={name: _brief(value) for name, value in settings.world.args.items()},
    )  # fmt: skip


def _brief(value: Plain) -> Plain:
    """Of a network that travels in the build arguments its name: they are kept beside the settings."""
    return value.partition(":")[0] if isinstance(value, str) and len(value) > LONGEST_ARGUMENT else value


def _named(path: str) -> str:
    """A checkpoint's path without the folders of this machine; a member of a league keeps the name of the league."""
    kind = next((each for each in ("agent:", LEAGUE) if path.startswith(each)), "")
    place = Path(path.removeprefix(kind))
    if not place.is_absolute():
        return path
    return f"{LEAGUE}{place.parent.name}/{place.name}" if kind == LEAGUE else place.name


def complete(settings: TrainSettings, world: World) -> TrainSettings:
    """Settings in which what was left to the world is filled in.

    Raises:
        Refused: somebody is to be met in a world of one seat.
    """
    share = settings.opponents.self_play
    if share > 0.0 and len(world.seats) == 1:
        raise Refused(f"self_play is {share:g}: {world.name!r} has one seat, so nobody is met there: leave it out")
    return changed(settings, episodes=settings.trial.episodes or world.timing.episodes)
