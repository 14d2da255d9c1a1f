"""Settings: one frozen value per command, kept as a TOML file next to its results."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec

from agents.networks.shape import ANY_PRECISION, HEADS
from worlds.kit.words import shown
from worlds.kit.writing import write_bytes
from worlds.world import SPLITS, Refused, World

Value = TypeVar("Value")
Plain = int | float | str | bool
WORLDS_FOLDERS = ("worlds_folder", "worlds")
"""Keys by which a file could name a folder of worlds."""


@dataclass(frozen=True, kw_only=True)
class TrainSettings:
    """Everything that decides a training run; with the same settings and machine it gives the same agent, bit for
    bit.
    """

    world: str = "tag"
    """Name of the world, see `crossplay worlds`."""
    world_args: dict[str, Plain] = field(default_factory=dict)
    """What the world is built with, for example seats=8; what is not named has the world's default."""
    roles: tuple[str, ...] = ()
    """Roles to learn, in equal shares; empty for all roles of the world."""
    split: str = "train"
    """Where tasks come from; only a reference may learn on another split than train."""
    reference: Literal["none", "blind", "oracle"] = "none"
    """blind: memory wiped every episode. oracle: told the hidden task. Both are yardsticks, marked as such, and no
    players.
    """
    start: str = ""
    """A checkpoint whose weights the run begins with, all else being new; empty for weights drawn by chance."""
    algorithm: Literal["rl2", "maml", "anil", "finetune"] = "rl2"
    """How a trial is learned from. rl2: by a memory. maml: by a gradient step on each episode, from weights that are
    trained for it; anil: the same, of the policy's last layer alone; finetune: the same, from weights trained for all
    tasks at once. The last three have no memory.
    """
    inner_rate: float = 0.1
    """Step size of the gradient steps within a trial; only without a memory."""
    inner_steps: int = 1
    """Gradient steps on each episode of a trial."""
    steps: int = 15_000_000
    """Agent-steps to learn from: decisions of learning seats."""
    lanes: int = 512
    """Learning seats, each in its own world."""
    episodes: int = 0
    """Episodes per trial: memory is kept between them. 0 for as many as the world says."""
    rollout: int = 0
    """Decisions per lane between updates; 0 for a whole trial."""
    horizon: Literal["trial", "episode"] = "trial"
    """Credit runs to the end of the trial, so that exploring pays; or to the end of the episode only."""
    memory: Literal["gru", "lstm", "transformer", "linear", "associative", "tally"] = "gru"
    """What carries knowledge from one decision to the next."""
    context: int = 0
    """Decisions that a transformer looks back; 0 for a whole trial, or 512 of a longer one."""
    hidden: int = 128
    """Units of the memory."""
    encoder: int = 64
    """Units between observation and memory."""
    belief: int = 0
    """Numbers in which a belief infers the hidden task beside the memory, from labels of training tasks; the policy is
    shown the belief and never the labels. 0 for none.
    """
    belief_hidden: int = 64
    """Units of the belief's own memory."""
    belief_weight: float = 1.0
    """Step size of the belief, as a share of the learning rate: its loss has weights of its own to teach."""
    belief_kl: float = 0.01
    """Weight of the belief's change (KL divergence from one decision to the next) against what it gets wrong."""
    epochs: int = 2
    """Passes over each rollout."""
    minibatches: int = 8
    """Gradient steps per pass; each takes its share of the lanes, whole."""
    learning_rate: float = 2e-3
    """Adam's step size at the start."""
    learning_rate_anneal: float = 0.9
    """Share of the learning rate that is gone at the end, linearly: 0 keeps it constant."""
    gamma: float = 0.99
    """Discount per decision."""
    gae_lambda: float = 0.95
    """How far advantages look past the value estimate: 0 one step, 1 all the way."""
    clip: float = 0.2
    """PPO: farthest that one rollout may move a probability ratio from 1."""
    value_weight: float = 0.5
    """Weight of the value loss."""
    entropy: float = 0.008
    """Weight of the entropy bonus at the start."""
    entropy_end: float = 0.001
    """Weight of the entropy bonus at the end; linear in between."""
    gradient_clip: float = 0.5
    """Largest norm of a gradient; longer ones are shortened to it."""
    kl_stop: float = 0.0
    """End an update early when a minibatch's KL from the old policy exceeds this; 0 never does."""
    together: bool = False
    """One policy learns in all seats of a world at once, each with a memory of its own; without it the others are
    bots or past snapshots.
    """
    self_play: float = 0.0
    """Share of the worlds in which all other seats are past snapshots of this run or opponents; 0 for bots only."""
    self_play_draw: Literal["uniform", "prioritised"] = "uniform"
    """uniform: all of them equally often. prioritised: those more often that the learner does badly against, the bots
    among them.
    """
    opponents: tuple[str, ...] = ()
    """Checkpoints (folders, or names of shipped ones) that sit against the learner beside its past snapshots; in world
    repeated also axelrod:NAME, or axelrod:train for all strategies of the Axelrod library that are not for testing.
    """
    exploit: str = ""
    """A checkpoint to find the weakness of: frozen copies of it sit against the learner in every world. It takes a
    strong start to beat it, such as --start with the same checkpoint.
    """
    snapshot_every: int = 20
    """Updates between snapshots for self-play."""
    snapshots: int = 8
    """Snapshots kept; a full pool drops a random one."""
    payoff_tasks: int = 32
    """Tasks on which a finished run with self_play or exploit plays its agent, past selves and opponents with each
    other, for the matrix in RUN/payoff; 0 for none.
    """
    curriculum: Literal["none", "learnability"] = "none"
    """learnability: beside fresh tasks, play those again whose return after adapting varies most."""
    curriculum_tasks: int = 1024
    """Tasks that a curriculum keeps."""
    curriculum_fresh: float = 0.5
    """Share of the trials of a curriculum that are fresh tasks."""
    seed: int = 0
    """Decides weights, tasks and every draw."""
    threads: int = 2
    """Threads for simulation and for learning, which take turns: use the number of physical cores."""
    device: Literal["auto", "cpu", "cuda"] = "auto"
    """Where networks and rollouts live; the simulation always runs on CPU threads."""
    out: str = ""
    """Run folder; empty for runs/WORLD-seedN."""
    precision: Literal["float32", "bfloat16"] = "float32"
    """Of the products in a transformer or linear memory, in training and ever after; all else is float32. On a CPU that
    multiplies in bfloat16 it made a linear memory 1.9 times as fast and a transformer slower (learning.py --options
    in tests/speed); untried on GPUs.
    """
    compile: bool = False
    """Let torch compile what a transformer or linear memory learns from, a minute at the start. On a CPU it was not
    faster; untried on GPUs.
    """
    resume: bool = False
    """Go on with the run in the folder, exactly where it was last saved."""
    checkpoint_minutes: float = 5.0
    """Minutes between checkpoints."""
    progress: bool = True
    """Show the live bar."""

    def __post_init__(self) -> None:
        _check_ranges(self)
        if self.split not in SPLITS:
            raise Refused(f"split is {self.split!r}: choose from {', '.join(SPLITS)}")
        if self.split != "train" and self.reference == "none":
            raise Refused(
                f"split {self.split!r} is for testing: train on train, or name a reference (blind or oracle), "
                "whose checkpoint is marked"
            )
        if self.together and (self.self_play > 0.0 or self.roles):
            raise Refused("together fills every seat with the learner: it goes neither with self_play nor with roles")
        if self.algorithm != "rl2":
            self._check_gradient_method()
        if self.belief and self.reference == "oracle":
            raise Refused("reference is 'oracle', which is told the hidden task: it takes no belief")
        self._check_opponents()
        if self.memory == "transformer" and self.hidden % HEADS:
            raise Refused(f"hidden is {self.hidden}: a transformer takes a multiple of its {HEADS} heads")
        if self.context and self.memory != "transformer":
            raise Refused(f"context is {self.context}: only a transformer has one, the memory is {self.memory!r}")
        self._check_memory_options()
        if self.minibatches > self.lanes:
            raise Refused(f"minibatches is {self.minibatches}: there are only {self.lanes} lanes to share between them")

    def _check_memory_options(self) -> None:
        """What only memories made of torch's own operations can do."""
        for name, given in (("precision", self.precision != "float32"), ("compile", self.compile)):
            if given and self.memory not in ANY_PRECISION:
                raise Refused(
                    f"{name} is {getattr(self, name)!r}: it goes with memory {' or '.join(ANY_PRECISION)}, not with "
                    f"the {self.memory}, whose loops are compiled already and know float32 alone"
                )

    def _check_opponents(self) -> None:
        if self.payoff_tasks == 1:
            raise Refused("payoff_tasks is 1: an interval takes at least 2, and 0 leaves the matrix out")
        if self.exploit and (self.self_play > 0.0 or self.opponents or self.together):
            raise Refused(
                "exploit fills every world with copies of one agent: leave self_play, opponents and together out"
            )
        if self.opponents and self.self_play == 0.0:
            raise Refused("opponents sit in the share of worlds that self_play sets, and that is 0: set it above 0")
        if self.self_play_draw != "uniform" and self.self_play == 0.0:
            raise Refused(f"self_play_draw is {self.self_play_draw!r} but self_play is 0: set it above 0")

    @property
    def invited(self) -> tuple[str, ...]:
        """The checkpoints that sit against the learner."""
        return (self.exploit,) if self.exploit else self.opponents

    def _check_gradient_method(self) -> None:
        """What is about a memory, or about what others remember, goes with rl2 alone."""
        others = {"reference": self.reference != "none", "belief": self.belief > 0, "self_play": self.self_play > 0.0}
        others |= {"memory": self.memory != "gru", "curriculum": self.curriculum != "none", "start": bool(self.start)}
        others |= {"exploit": bool(self.exploit), "opponents": bool(self.opponents)}
        for name, given in others.items():
            if given:
                raise Refused(f"{name} is {getattr(self, name)!r}: it goes with algorithm rl2, not {self.algorithm}")


LIMITS: dict[str, tuple[float, float]] = {
    "steps": (1, 10**13),
    "lanes": (1, 2**20),
    "episodes": (0, 10**6),
    "rollout": (0, 10**6),
    "context": (0, 4096),
    "hidden": (1, 4096),
    "encoder": (1, 4096),
    "belief": (0, 1024),
    "belief_hidden": (1, 4096),
    "belief_weight": (0.0, 1e3),
    "belief_kl": (0.0, 1e3),
    "inner_rate": (0.0, 1e3),
    "inner_steps": (1, 1000),
    "epochs": (1, 100),
    "minibatches": (1, 2**20),
    "learning_rate": (0.0, 1.0),
    "learning_rate_anneal": (0.0, 1.0),
    "gamma": (0.0, 1.0),
    "gae_lambda": (0.0, 1.0),
    "clip": (0.001, 10.0),
    "value_weight": (0.0, 1e3),
    "entropy": (0.0, 10.0),
    "entropy_end": (0.0, 10.0),
    "gradient_clip": (1e-6, 1e6),
    "kl_stop": (0.0, 1e3),
    "self_play": (0.0, 1.0),
    "snapshot_every": (1, 10**9),
    "snapshots": (1, 1000),
    "payoff_tasks": (0, 2**20),
    "curriculum_tasks": (1, 10**6),
    "curriculum_fresh": (0.0, 1.0),
    "seed": (0, 2**63 - 1),
    "threads": (1, 1024),
    "checkpoint_minutes": (0.0, 10**6),
}
"""Lowest and highest value of every number in the settings."""


def _check_ranges(settings: Any) -> None:
    for name, (low, high) in LIMITS.items():
        value = getattr(settings, name, low)
        if not low <= value <= high:
            raise Refused(f"{name} is {value}: allowed is {low:g} to {high:g}")


def complete(settings: TrainSettings, world: World) -> TrainSettings:
    """Settings in which what was left to the world is filled in."""
    return dataclasses.replace(settings, episodes=settings.episodes or world.timing.episodes)


def load_settings(path: str | Path, kind: type[Value]) -> Value:
    """Read settings from a TOML file.

    Raises:
        Refused: no such file, not TOML, an unknown key, a wrong type or a value out of range.
    """
    from simulator.engine.toml import read_toml  # here, since it brings the compiler along

    name = f"settings file {str(path)!r}"
    found = read_toml(path, name)
    refuse_folders(found, name)
    return build_settings(found, kind, name)


def refuse_folders(found: dict[str, Any], name: str) -> None:
    """Refuse a file that names a folder of worlds: their files are code that would run, and files of settings travel
    with agents, so that a folder comes from the command line alone.

    Raises:
        Refused: a folder is named; older runs wrote an empty one, which is none.
    """
    for key in WORLDS_FOLDERS:
        if found.get(key):
            raise Refused(
                f"{name} names a folder of worlds, {shown(found[key])}, whose files would be run as code: "
                "if you trust them, name the folder with --worlds"
            )


def build_settings(found: dict[str, Any], kind: type[Value], name: str = "settings") -> Value:
    """Settings from plain values, checked strictly."""
    known = {item.name for item in dataclasses.fields(kind)}  # type: ignore[arg-type]
    found = {key: value for key, value in found.items() if key not in WORLDS_FOLDERS}  # older runs told one
    if unknown := sorted(set(found) - known):
        raise Refused(f"{name} has the unknown key {unknown[0]!r}: allowed are {', '.join(sorted(known))}")
    try:
        return msgspec.convert(found, kind)
    except msgspec.ValidationError as error:
        if isinstance(error.__cause__, Refused):
            raise error.__cause__ from None
        raise Refused(f"{name}: {error}") from error


def plain_settings(settings: Any) -> dict[str, Any]:
    """Settings as plain values, for TOML or JSON."""
    found: dict[str, Any] = msgspec.to_builtins(settings)
    return found


def save_settings(settings: Any, path: str | Path) -> None:
    """Write settings to a TOML file, whole or not at all."""
    write_bytes(Path(path), msgspec.toml.encode(settings))
