"""The groups of a training run's settings: world, trial, network, learning, opponents, curriculum and run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from agents.networks.shape import ANY_PRECISION, HEADS
from agents.settings.declared import SEEDS, Range, Shown, check_ranges, note
from worlds.kit.words import shown
from worlds.world import SPLITS, Refused

Plain = int | float | str | bool
SHARE = Range(0.0, 1.0)
WEIGHT = Range(0.0, 1e3)
TASTE, MOST_TASTES = Range(-1e3, 1e3), 64
REWARD = "reward"
"""In a taste: the world's own reward."""
UNTAUGHT = 0.5
"""Share of a run after which nobody is told the hidden task any more."""


@dataclass(frozen=True, kw_only=True)
class WorldSettings:
    """Where the agent learns, and in which seats."""

    name: Annotated[str, Shown("WORLD", positional=True)] = field(default="tag", metadata=note(short="world"))
    """Name of the world, see `crossplay worlds`."""
    args: Annotated[dict[str, Plain], Shown("NAME=VALUE …", flags=("--build",))] = field(
        default_factory=dict, metadata=note(short="world_args")
    )
    """What the world is built with, for example seats=8; what is not named has the world's default."""
    roles: Annotated[tuple[str, ...], Shown("ROLE …")] = ()
    """Roles to learn, in equal shares; empty for all roles of the world."""
    split: Annotated[str, Shown("SPLIT")] = "train"
    """Where tasks come from; only a reference may learn on another split than train, on final only an oracle."""

    def __post_init__(self) -> None:
        allowed = [split for split in SPLITS if split != "validation"]
        if self.split not in allowed:
            raise Refused(f"split is {self.split!r}: choose from {', '.join(allowed)}")


@dataclass(frozen=True, kw_only=True)
class TrialSettings:
    """What a trial is, and what is kept in it."""

    episodes: Annotated[int, Range(0, 10**6)] = 0
    """Episodes per trial: memory is kept between them. 0 for as many as the world says."""
    horizon: Literal["trial", "episode"] = "trial"
    """Credit runs to the end of the trial, so that exploring pays; or to the end of the episode only."""
    reference: Literal["none", "blind", "oracle"] = "none"
    """blind: memory wiped every episode. oracle: told the hidden task. Both are yardsticks, marked as such, and no
    players.
    """
    tell: Literal["all", "opponents", "layout"] = "all"
    """What an oracle is told: the whole task, or only what is about its opponents or about its layout and rules."""

    def __post_init__(self) -> None:
        check_ranges(self)
        if self.tell != "all" and self.reference != "oracle":
            raise Refused(f"tell is {self.tell!r}: it goes with reference oracle, not with {self.reference}")


@dataclass(frozen=True, kw_only=True)
class NetworkSettings:
    """What the agent decides and remembers with."""

    memory: Literal["gru", "lstm", "transformer", "linear", "associative", "tally", "ledger"] = "gru"
    """What carries knowledge from one decision to the next."""
    context: Annotated[int, Range(0, 4096)] = 0
    """Decisions that a transformer looks back; 0 for a whole trial, or 512 of a longer one."""
    hidden: Annotated[int, Range(1, 4096)] = 128
    """Units of the memory."""
    encoder: Annotated[int, Range(1, 4096)] = 64
    """Units between observation and memory."""
    start: Annotated[str, Shown("AGENT")] = ""
    """A checkpoint whose weights the run begins with, all else being new; empty for weights drawn by chance."""
    precision: Literal["float32", "bfloat16"] = "float32"
    """Of the products in a transformer or linear memory, in training and ever after; all else is float32. On a CPU that
    multiplies in bfloat16 it made a linear memory 1.9 times as fast and a transformer slower (learning.py --options
    in tests/speed); untried on GPUs.
    """
    compile: bool = False
    """Let torch compile what a transformer or linear memory learns from, a minute at the start. On a CPU it was not
    faster; untried on GPUs.
    """

    def __post_init__(self) -> None:
        check_ranges(self)
        if self.memory == "transformer" and self.hidden % HEADS:
            raise Refused(f"hidden is {self.hidden}: a transformer takes a multiple of its {HEADS} heads")
        if self.context and self.memory != "transformer":
            raise Refused(f"context is {self.context}: only a transformer has one, the memory is {self.memory!r}")
        for name, given in (("precision", self.precision != "float32"), ("compile", self.compile)):
            if given and self.memory not in ANY_PRECISION:  # what only memories made of torch's own operations can do
                raise Refused(
                    f"{name} is {getattr(self, name)!r}: it goes with memory {' or '.join(ANY_PRECISION)}, not with "
                    f"the {self.memory}, whose loops are compiled already and know float32 alone"
                )


def taste_problem(taste: Mapping[str, Any]) -> str | None:
    """What is wrong with the weights of a taste, if anything: each is a number, and nobody learns to lose."""
    if len(taste) > MOST_TASTES:
        return f"taste names {len(taste)} figures: allowed are {MOST_TASTES}"
    for name, weight in taste.items():
        if isinstance(weight, bool) or not isinstance(weight, int | float) or not TASTE.holds(weight):
            return f"taste has {shown(name)} = {shown(weight)}: allowed is {TASTE}"
    if taste.get(REWARD, 1.0) < 0.0:
        return f"taste has {REWARD}={taste[REWARD]:g}: the world's reward weighs 0 or more"
    return None


@dataclass(frozen=True, kw_only=True)
class LearningSettings:
    """How it learns, and from how much."""

    algorithm: Literal["rl2", "maml", "anil", "finetune"] = "rl2"
    """How a trial is learned from. rl2: by a memory. maml: by a gradient step on each episode, from weights that are
    trained for it; anil: the same, of the policy's last layer alone; finetune: the same, from weights trained for all
    tasks at once. The last three have no memory.
    """
    inner_rate: Annotated[float, WEIGHT] = 0.1
    """Step size of the gradient steps within a trial; only without a memory."""
    inner_steps: Annotated[int, Range(1, 1000)] = 1
    """Gradient steps on each episode of a trial."""
    steps: Annotated[int, Range(1, 10**13)] = field(default=15_000_000, metadata=note(may_change=True))
    """Agent-steps to learn from: decisions of learning seats."""
    lanes: Annotated[int, Range(1, 2**20)] = 512
    """Learning seats, each in its own world."""
    rollout: Annotated[int, Range(0, 10**6)] = 0
    """Decisions per lane between updates; 0 for a whole trial."""
    epochs: Annotated[int, Range(1, 100)] = 2
    """Passes over each rollout."""
    minibatches: Annotated[int, Range(1, 2**20)] = 8
    """Gradient steps per pass; each takes its share of the lanes, whole."""
    rate: Annotated[float, SHARE] = field(default=2e-3, metadata=note(short="learning_rate"))
    """Adam's step size at the start."""
    rate_anneal: Annotated[float, SHARE] = field(default=0.9, metadata=note(short="learning_rate_anneal"))
    """Share of the learning rate that is gone at the end, linearly: 0 keeps it constant."""
    gamma: Annotated[float, SHARE] = 0.99
    """Discount per decision."""
    gae_lambda: Annotated[float, SHARE] = 0.95
    """How far advantages look past the value estimate: 0 one step, 1 all the way."""
    clip: Annotated[float, Range(0.001, 10.0)] = 0.2
    """PPO: farthest that one rollout may move a probability ratio from 1."""
    value_weight: Annotated[float, WEIGHT] = 0.5
    """Weight of the value loss."""
    entropy: Annotated[float, Range(0.0, 10.0)] = 0.008
    """Weight of the entropy bonus at the start."""
    entropy_end: Annotated[float, Range(0.0, 10.0)] = 0.001
    """Weight of the entropy bonus at the end; linear in between."""
    gradient_clip: Annotated[float, Range(1e-6, 1e6)] = 0.5
    """Largest norm of a gradient; longer ones are shortened to it."""
    kl_stop: Annotated[float, WEIGHT] = 0.0
    """End an update early when a minibatch's KL from the old policy exceeds this; 0 never does."""
    belief: Annotated[float, WEIGHT] = 0.0
    """Weight of what the memory gets wrong of the hidden task, as the labels of training tasks tell it. What the agent
    guesses of the task is shown to it at its next decision; the labels are not, but see --told. 0 for no belief.
    """

    taste: Annotated[dict[str, float], Shown("FIGURE=WEIGHT …")] = field(default_factory=dict)
    """What the learner is paid beside the world's reward: weights of the figures that the world counts for its own
    seat. reward=WEIGHT weighs the world's reward itself, 1 unless it is told. Returns are told as the world has them,
    and the agent is marked.
    """

    def __post_init__(self) -> None:
        check_ranges(self)
        if problem := taste_problem(self.taste):
            raise Refused(problem)
        if self.minibatches > self.lanes:
            raise Refused(f"minibatches is {self.minibatches}: there are only {self.lanes} lanes to share between them")


@dataclass(frozen=True, kw_only=True)
class OpponentSettings:
    """Who sits in the other seats, beside the bots of the task."""

    together: bool = False
    """One policy learns in all seats of a world at once, each with a memory of its own; without it the others are
    bots or past snapshots.
    """
    self_play: Annotated[float, SHARE] = 0.0
    """Share of the worlds in which all other seats are past snapshots of this run or opponents; 0 for bots only."""
    self_play_draw: Literal["uniform", "prioritised"] = "uniform"
    """uniform: all of them equally often. prioritised: those more often that the learner does badly against, the bots
    among them.
    """
    invited: Annotated[tuple[str, ...], Shown("AGENT …")] = field(default=(), metadata=note(short="opponents"))
    """Checkpoints (folders, or names of shipped ones) that sit against the learner beside its past snapshots; in world
    repeated also axelrod:NAME, or axelrod:train for all strategies of the Axelrod library that are not for testing.
    league:DIR stands for the members of a league that are for training, never for those that are kept for testing.
    """
    exploit: Annotated[str, Shown("AGENT")] = ""
    """A checkpoint to find the weakness of: frozen copies of it sit against the learner in every world. It takes a
    strong start to beat it, such as --start with the same checkpoint.
    """
    snapshot_every: Annotated[int, Range(1, 10**9)] = 20
    """Updates between snapshots for self-play."""
    snapshots: Annotated[int, Range(1, 1000)] = 8
    """Snapshots kept; a full pool drops a random one."""
    payoff_tasks: Annotated[int, Range(0, 2**20)] = field(default=32, metadata=note(may_change=True, incidental=True))
    """Tasks on which a finished run with self_play or exploit plays its agent, past selves and opponents with each
    other, for the matrix in RUN/payoff; 0 for none.
    """

    def __post_init__(self) -> None:
        check_ranges(self)
        if self.payoff_tasks == 1:
            raise Refused("payoff_tasks is 1: an interval takes at least 2, and 0 leaves the matrix out")
        if self.exploit and (self.self_play > 0.0 or self.invited or self.together):
            raise Refused(
                "exploit fills every world with copies of one agent: leave self_play, opponents and together out"
            )
        if self.invited and self.self_play == 0.0:
            raise Refused("opponents sit in the share of worlds that self_play sets, and that is 0: set it above 0")
        if self.self_play_draw != "uniform" and self.self_play == 0.0:
            raise Refused(f"self_play_draw is {self.self_play_draw!r} but self_play is 0: set it above 0")

    @property
    def met(self) -> tuple[str, ...]:
        """The checkpoints that sit against the learner."""
        return (self.exploit,) if self.exploit else self.invited


@dataclass(frozen=True, kw_only=True)
class CurriculumSettings:
    """Which tasks are played again."""

    kind: Literal["none", "learnability"] = field(default="none", metadata=note(short="curriculum"))
    """learnability: beside fresh tasks, play those again whose return after adapting varies most."""
    tasks: Annotated[int, Range(1, 10**6)] = field(default=1024, metadata=note(short="curriculum_tasks"))
    """Tasks that a curriculum keeps."""
    fresh: Annotated[float, SHARE] = field(default=0.5, metadata=note(short="curriculum_fresh"))
    """Share of the trials of a curriculum that are fresh tasks."""
    told: Annotated[float, SHARE] = 0.5
    """With a belief: share of the lanes that are shown the hidden task itself at first, in the place of their guesses;
    nobody any more from the middle of the run on. It learns first what the facts are good for, then to find them out.
    """

    def __post_init__(self) -> None:
        check_ranges(self)

    def teaching(self, progress: float) -> float:
        """Share of the lanes that are told when so much of the run is done, 0 to 1."""
        return self.told * max(0.0, 1.0 - progress / UNTAUGHT)


@dataclass(frozen=True, kw_only=True)
class RunSettings:
    """Chance, machine and folder."""

    seed: Annotated[int, SEEDS] = 0
    """Decides weights, tasks and every draw."""
    threads: Annotated[int, Range(1, 1024)] = 2
    """Threads for simulation and for learning, which take turns: use the number of physical cores."""
    device: Literal["auto", "cpu", "cuda"] = "auto"
    """Where networks and rollouts live; the simulation always runs on CPU threads."""
    out: Annotated[str, Shown("DIR")] = field(default="", metadata=note(may_change=True, incidental=True))
    """Run folder; empty for runs/WORLD-seedN."""
    resume: bool = field(default=False, metadata=note(may_change=True, incidental=True))
    """Go on with the run in the folder, exactly where it was last saved."""
    checkpoint_minutes: Annotated[float, Range(0.0, 10**6)] = field(
        default=5.0, metadata=note(may_change=True, incidental=True)
    )
    """Minutes between checkpoints."""
    record_every: Annotated[int, Range(0, 10**9)] = field(default=0, metadata=note(may_change=True, incidental=True))
    """Updates between trials of the agent that are recorded into RUN/replays; 0 for none."""
    progress: bool = field(default=True, metadata=note(may_change=True, incidental=True))
    """Show the live bar."""
    kept_for_testing: Annotated[bool, Shown(bare=True)] = False
    """Nobody may learn against the agent, or start from it, who is not kept for testing too: for strangers of tests."""

    def __post_init__(self) -> None:
        check_ranges(self)
