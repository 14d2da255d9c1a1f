"""World: a family of tasks with one set of rules, as one frozen value that refuses to be built wrong."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from worlds.declared import wrong_kind
from worlds.kit.observation import Pieces
from worlds.kit.words import shown

SPLITS = ("train", "test-layout", "test-opponent", "test-both")
EVERY_COUNT = (0, 2**62)
HOUSE_RANGES: dict[str, tuple[float, float]] = {
    "world_key": (0, 2**64 - 1),
    "task_key": (0, 2**64 - 1),
    "key": (0, 2**64 - 1),
    "drawn": EVERY_COUNT,
    "trial": EVERY_COUNT,
    "episode": (0, 10**6),
    "episodes": (1, 10**6),
    "fault": (0, 0),
    "split": (0, len(SPLITS) - 1),
    "driver": (0, 1),
    "done": (0, 2),
    "gain": (-1e12, 1e12),
    "reward": (-1e12, 1e12),
    "score": (-1e12, 1e12),
    "spare_": (0, 0),
}


class Refused(ValueError):
    """Bad input; the message is one sentence that names the value and what is allowed."""


@dataclass(frozen=True)
class Seat:
    """A place for an agent in a world."""

    name: str
    role: str
    team: int


@dataclass(frozen=True)
class Knob:
    """One number that shapes how a bot plays. Training draws avoid ``held_out``; test draws may lie inside it."""

    name: str
    low: float
    high: float
    held_out: tuple[float, float] | None = None


@dataclass(frozen=True)
class Bot:
    """A kind of scripted player for one role, and the part of the split it belongs to."""

    name: str
    role: str
    knobs: tuple[Knob, ...] = ()
    split: str = "train"
    about: str = ""


@dataclass(frozen=True)
class Generator:
    """A way to lay out a task, and the part of the split it belongs to."""

    name: str
    split: str = "train"


@dataclass(frozen=True)
class Cause:
    """Why a seat is done: kind is running, terminated or truncated."""

    name: str
    kind: str


@dataclass(frozen=True)
class Fact:
    """One thing that a task hides: some entries of what ``reveal`` tells."""

    name: str
    at: slice
    """Its entries in the vector that ``reveal`` fills."""
    choices: tuple[str, ...] = ()
    """Names of its one-hot entries; empty: its entries are numbers."""
    about: int = -1
    """The seat it is about, −1 for the task itself."""

    @property
    def one_hot(self) -> bool:
        """Whether at most one entry is 1 and all others are 0."""
        return bool(self.choices)


@dataclass(frozen=True)
class Action:
    """One discrete factor of what a seat does, with the name of every choice."""

    name: str
    choices: tuple[str, ...]


RUNNING = Cause("running", "running")
CAUSE_KINDS = ("running", "terminated", "truncated")


@dataclass(frozen=True, kw_only=True)
class Kernels:
    """The compiled rules of a world; each works on one record ``w``."""

    draw_task: Callable[..., None]
    """(w): all that stays for a trial; the stream of the task's key is open."""
    begin: Callable[..., None]
    """(w): one episode of the same task; the stream of the episode's key is open."""
    step: Callable[..., None]
    """(w, actions (S, K), rewards (S,)): one tick; adds to rewards. The engine counts the tick."""
    ended: Callable[..., int]
    """(w, seat): index of the cause why the seat is done, 0 while it plays on."""
    observe: Callable[..., None]
    """(w, seat, out (O,) f4): what the seat sees; pure."""
    reveal: Callable[..., None]
    """(w, seat, out (R,) f4): the hidden task, for oracles and belief labels; pure."""
    act: Callable[..., None]
    """(w, seat): a bot's decision, written to w.action[seat]."""
    metrics: Callable[..., None]
    """(w, out (M,) f8): figures of the episode so far, as ``World.all_metrics`` orders them; pure."""
    legal: Callable[..., None] | None = None
    """(w, seat, out (A,) u1): 1 for each allowed choice, factor after factor; pure. None: all are."""


@dataclass(frozen=True, kw_only=True, eq=False)
class World:
    """Rules, sizes and declarations of one world; everything else in Crossplay works on this value.

    Raises:
        Refused: a declaration that contradicts another.
    """

    name: str
    version: int
    page: str
    state: np.dtype[Any]
    seats: tuple[Seat, ...]
    actions: tuple[Action, ...]
    observation: Pieces
    told: Pieces
    kernels: Kernels
    draw: Callable[[Any, Any], None]
    generators: tuple[Generator, ...]
    bots: tuple[Bot, ...]
    causes: tuple[Cause, ...]
    ranges: Mapping[str, tuple[float, float]]
    tick: float
    """Seconds."""
    ticks_per_decision: int
    episode_decisions: int
    trial_episodes: int = 5
    """Episodes of a trial where nobody asks for another number."""
    extent: tuple[float, float]
    """Width and height in metres."""
    metrics: tuple[str, ...] = ()
    seat_metrics: tuple[str, ...] = ()
    """Figures of one seat alone; the kernel writes them behind ``metrics``, all of the first seat's, then the next's.
    An evaluation tells those of the learner's seats, as ``own_NAME``."""
    told_names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By told piece, names of its first entries, which are one-hot; what is left of the piece is numbers, and so are
    pieces without names."""
    told_bots: str = ""
    """The told piece that holds what kind of bot every other seat has, one-hot, the seats in turn from the own one."""
    population: tuple[str, ...] = ()
    """Fields of the task that tell what those are like who have no seat (the drivers of a town): they belong to its
    opponents as the bots do. `begin` must not need more than them to bring others about."""
    smooth: Mapping[str, str] = field(default_factory=dict)
    carried: tuple[str, ...] = ()
    """Fields that tell of earlier episodes of the trial, such as what an opponent remembers of them."""
    controls: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    closeup: float = 0.0
    """Metres across that the window shows when it follows a seat; 0: about half the world. A world that is one long
    strip is shown so from the start."""
    status: Callable[[Any, int], str] | None = None
    """(w, seat): how a seat fares now, in a few words for people."""
    choice_picture: Callable[[Any, Any, int, int, int], bool] | None = None
    """(w, canvas, seat, factor, choice): draw what a choice does; False: the seat has no such choice, or words do."""
    observation_bounds: tuple[float, float] = (-1.0, 1.0)
    build_args: Mapping[str, Any] = field(default_factory=dict)
    consistent: Callable[[Any], str | None] | None = None
    """(records): what is wrong between their fields, if anything; called by `check` once all ranges hold."""

    def __post_init__(self) -> None:
        problem = wrong_kind(self) or self._contradiction()
        if problem:
            raise Refused(f"world {self.name!r}: {problem}")

    def _contradiction(self) -> str | None:
        names = self.state.names or ()
        roles = {seat.role for seat in self.seats}
        if not self.name.isidentifier():
            return f"the name must be an identifier, not {self.name!r}"
        if missing := sorted(set(names) - set(self.field_ranges)):
            return f"fields {missing} have no range"
        if unknown := sorted(set(self.ranges) - set(names)):
            return f"ranges name fields {unknown} that the record lacks"
        listed = {"smooth": tuple(self.smooth), "carried": self.carried, "population": self.population}
        for what, named in listed.items():
            if unknown := sorted(set(named) - set(names)):
                return f"{what} names fields {unknown} that the record lacks"
        if bad := sorted(set(self.smooth.values()) - {"linear", "angle"}):
            return f"smooth fields are linear or angle, not {bad}"
        if self.state["driver"].shape != (len(self.seats),):
            return f"the record has {self.state['driver'].shape[0]} seats, the world {len(self.seats)}"
        if self.state["action"].shape != (len(self.seats), len(self.actions)):
            return f"the record has room for actions {self.state['action'].shape}, the world has {len(self.actions)}"
        if strangers := sorted({bot.role for bot in self.bots} - roles):
            return f"bots play roles {strangers} that no seat has"
        if self.causes[:1] != (RUNNING,) or any(cause.kind not in CAUSE_KINDS[1:] for cause in self.causes[1:]):
            return f"causes start with running and then are {CAUSE_KINDS[1:]}"
        kinds: tuple[Generator | Bot, ...] = (*self.generators, *self.bots)
        for kind in kinds:
            if kind.split not in ("train", "test"):
                return f"{kind.name!r} belongs to split {kind.split!r}: use train or test"
        if problem := self._unlike_told():
            return problem
        if len(set(self.all_metrics)) < len(self.all_metrics):
            return f"two of its metrics have one name: {', '.join(self.all_metrics)}"
        if self.closeup < 0.0:
            return f"closeup is a number of metres, not {self.closeup:g}"
        if self.tick <= 0.0 or min(self.ticks_per_decision, self.episode_decisions, self.trial_episodes) < 1:
            return "tick, ticks_per_decision, episode_decisions and trial_episodes must be above 0"
        return None

    def _unlike_told(self) -> str | None:
        sizes, others = self.told.sizes, len(self.seats) - 1
        if unknown := sorted({*self.told_names, *filter(None, [self.told_bots])} - set(sizes)):
            return f"told has no pieces {unknown}: it has {', '.join(sizes)}"
        for name, names in self.told_names.items():
            if not 2 <= len(names) <= sizes[name]:
                return f"told_names gives {name!r} {len(names)} names: allowed are 2 to {sizes[name]}"
        if self.told_bots and (not others or sizes[self.told_bots] % others):
            return f"told piece {self.told_bots!r} has size {sizes[self.told_bots]}: it must fit {others} other seats"
        return None

    def facts(self, seat: int) -> tuple[Fact, ...]:
        """What ``reveal`` tells a seat, fact by fact; where the facts lie is the same for every seat."""
        found = []
        for name, at in self.told.at.items():
            names = self.told_names.get(name, ())
            if name == self.told_bots:
                found += self._facts_of_bots(seat, at)
                continue
            if names:
                found.append(Fact(name, slice(at.start, at.start + len(names)), tuple(names)))
            if at.start + len(names) < at.stop:
                found.append(Fact(name, slice(at.start + len(names), at.stop)))
        return tuple(found)

    def _facts_of_bots(self, seat: int, at: slice) -> list[Fact]:
        count = len(self.seats)
        size, found = (at.stop - at.start) // (count - 1), []
        for turn in range(1, count):
            other, start = (seat + turn) % count, at.start + (turn - 1) * size
            names = [bot.name for bot in self.bots_of(self.seats[other].role)]
            names += ["-"] * (size - len(names))  # roles may have fewer kinds than there is room for
            found.append(Fact(self.seats[other].name, slice(start, start + size), tuple(names[:size]), other))
        return found

    def same_rules(self, other: "World") -> bool:
        """Whether another world plays by the same declarations and kernels, told apart by more than its layout."""
        alike = (
            "kernels", "ranges", "generators", "bots", "causes", "tick", "ticks_per_decision", "episode_decisions",
            "trial_episodes", "extent", "metrics", "seat_metrics", "controls", "population", "carried",
        )  # fmt: skip
        same = self.layout_hash == other.layout_hash
        return same and all(getattr(self, name) == getattr(other, name) for name in alike)

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        """Pickled by name and build arguments: rules are code, which every process has already."""
        import worlds

        return worlds.travel(self)

    def __copy__(self) -> "World":
        """Nothing of a world ever changes, so it is its own copy."""
        return self

    def __deepcopy__(self, _memo: dict[int, Any]) -> "World":
        """Itself, see `__copy__`."""
        return self

    @property
    def field_ranges(self) -> dict[str, tuple[float, float]]:
        """Lowest and highest value of every field of the record."""
        most_knobs = [knob for bot in self.bots for knob in bot.knobs]
        derived: dict[str, tuple[float, float]] = {
            "generator": (0, len(self.generators) - 1),
            "cause": (0, len(self.causes) - 1),
            "tick": (0, self.episode_decisions * self.ticks_per_decision),
            "action": (0, max(self.action_sizes) - 1),
            "bot_kind": (0, max((len(self.bots_of(seat.role)) - 1 for seat in self.seats), default=0)),
            "bot_knob": (
                min((knob.low for knob in most_knobs), default=0.0) if most_knobs else 0.0,
                max((knob.high for knob in most_knobs), default=0.0),
            ),
        }
        low, high = derived["bot_knob"]
        derived["bot_knob"] = (min(low, 0.0), max(high, 0.0))  # unused knobs are 0
        return {**HOUSE_RANGES, **derived, **self.ranges}

    @property
    def all_metrics(self) -> tuple[str, ...]:
        """Names of all M figures: those of the world, then each seat's own."""
        return (*self.metrics, *(f"{seat.name}_{name}" for seat in self.seats for name in self.seat_metrics))

    @property
    def action_sizes(self) -> tuple[int, ...]:
        """Number of choices of every action factor."""
        return tuple(len(action.choices) for action in self.actions)

    @property
    def layout_hash(self) -> str:
        """Names the record's layout, the observation and the actions: files made with another one are refused."""
        facts = [
            self.name,
            self.version,
            np.dtype(self.state).descr,
            list(self.observation.sizes.items()),
            list(self.told.sizes.items()),
            [[action.name, action.choices] for action in self.actions],
            [[seat.name, seat.role, seat.team] for seat in self.seats],
        ]
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()

    def bots_of(self, role: str) -> tuple[Bot, ...]:
        """The bots of one role; a record's ``bot_kind`` indexes this tuple."""
        return tuple(bot for bot in self.bots if bot.role == role)

    def seat_index(self, name: str) -> int:
        """Index of a seat by its name.

        Raises:
            Refused: no such seat.
        """
        for index, seat in enumerate(self.seats):
            if seat.name == name:
                return index
        raise Refused(f"world {self.name!r} has no seat {shown(name)}: it has {', '.join(s.name for s in self.seats)}")

    def bot_index(self, role: str, name: str) -> int:
        """Index of a bot among those of its role.

        Raises:
            Refused: no such bot.
        """
        kinds = [bot.name for bot in self.bots_of(role)]
        if name not in kinds:
            raise Refused(f"no bot {shown(name)} plays {role} in {self.name!r}: choose from {', '.join(kinds)}")
        return kinds.index(name)

    def check(self, w: Any) -> None:
        """Refuse a record with a value that the rules can never produce, before any kernel sees it.

        Raises:
            Refused: the field, the value and its range.
        """
        for name, (low, high) in self.field_ranges.items():
            if name not in (self.state.names or ()):
                continue
            values = np.asarray(w[name])
            wrong = ~np.isfinite(values) if values.dtype.kind == "f" else np.zeros(values.shape, bool)
            wrong |= (values < low) | (values > high)
            if wrong.any():
                value = values[wrong].ravel()[0]
                raise Refused(f"field {name!r} of world {self.name!r} holds {value}: allowed is {low} to {high}")
        kinds = np.reshape(w["bot_kind"], (-1, len(self.seats))).max(axis=0)
        for seat, (seat_facts, kind) in enumerate(zip(self.seats, kinds, strict=True)):
            if int(kind) >= max(len(self.bots_of(seat_facts.role)), 1):
                raise Refused(f"seat {seat} of world {self.name!r} holds bot {kind}: {seat_facts.role} has fewer")
        for factor, size in enumerate(self.action_sizes):
            worst = int(np.max(w["action"][..., factor]))
            if worst >= size:
                raise Refused(f"action {worst} in world {self.name!r}: {self.actions[factor].name} has {size} choices")
        if self.consistent is not None and (problem := self.consistent(w)):
            raise Refused(f"a record of world {self.name!r} cannot be: {problem}")
