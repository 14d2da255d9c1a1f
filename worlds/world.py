"""World: a family of tasks with one set of rules, as one frozen value that refuses to be built wrong."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from worlds.contradictions import contradiction
from worlds.declarations import (
    CAUSE_KINDS,
    OPEN_SPLITS,
    PARTS,
    RUNNING,
    SPLITS,
    Action,
    Bot,
    Bots,
    Cause,
    Fact,
    Field,
    Figure,
    Generator,
    Knob,
    Numbers,
    OneHot,
    Refused,
    Seat,
    Shares,
    Sign,
    Timing,
    Told,
    View,
    knob_columns,
)
from worlds.declared import wrong_kind
from worlds.kit.observation import Pieces
from worlds.kit.record import house_fields, record
from worlds.kit.words import shown

__all__ = [
    "CAUSE_KINDS", "OPEN_SPLITS", "PARTS", "RUNNING", "SPLITS", "Action", "Bot", "Bots", "Cause", "Fact", "Field",
    "Figure", "Generator", "Kernels", "Knob", "Numbers", "OneHot", "Refused", "Seat", "Shares", "Sign", "Timing",
    "Told", "View", "World",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Kernels:
    """The compiled rules of a world; each works on one record ``w``. Those that may be left out do nothing then."""

    draw_task: Callable[..., None]
    """(w): all that stays for a trial; the stream of the layout is open. The engine has drawn who is met (`bot_kind`,
    `bot_knob`, then `draw_population`), `layout_key` and `generator`."""
    begin: Callable[..., None]
    """(w): one episode of the same task; the stream of the episode's key is open."""
    step: Callable[..., None]
    """(w, actions (S, K), rewards (S,)): one tick; adds to rewards. The engine counts the tick."""
    ended: Callable[..., int]
    """(w, seat): index of the cause why the seat is done, 0 while it plays on."""
    observe: Callable[..., None]
    """(w, seat, out (O,) f4): what the seat sees; pure."""
    act: Callable[..., None]
    """(w, seat): a bot's decision, written to w.action[seat]."""
    draw_population: Callable[..., None] | None = None
    """(w): what those are like who have no seat, and all else that belongs to the opponents but is neither a kind nor a
    knob; the opponents' stream is open, and nothing of the layout is drawn yet."""
    reveal: Callable[..., None] | None = None
    """(w, seat, out (R,) f4): the hidden task, for oracles and belief labels; pure. ``out`` holds zeros, and what
    `Bots` tells."""
    figures: Callable[..., None] | None = None
    """(w, out (M,) f8): figures of the episode so far, as ``World.figure_names`` orders them; pure."""
    legal: Callable[..., None] | None = None
    """(w, seat, out (A,) u1): 1 for each allowed choice, factor after factor; pure. None: all are."""
    solvable: Callable[..., bool] | None = None
    """(w): whether the task can be played as it is meant; pure. None: every task can."""


@dataclass(frozen=True, kw_only=True, eq=False)
class World:
    """Rules, sizes and declarations of one world; everything else in Crossplay works on this value.

    Raises:
        Refused: a declaration that contradicts another.
    """

    name: str
    version: int
    page: str
    """The rule book, for people."""
    seats: tuple[Seat, ...]
    state: Mapping[str, Field]
    """What the rules keep, beside the fields of the house (see `house_fields`)."""
    actions: tuple[Action, ...]
    observation: Pieces
    kernels: Kernels
    generators: tuple[Generator, ...]
    bots: tuple[Bot, ...]
    causes: tuple[Cause, ...]
    timing: Timing
    view: View
    told: tuple[Told, ...] = ()
    """What a task hides, as oracles are told it and beliefs are taught it, in the order in which `reveal` writes it."""
    things: int = 0
    """How many things there are that observations name (streets, opponents, cameras), for memories that keep a row for
    each. The piece "things" of the observation names some at every decision: 0 for none, else the number of the thing
    from 1 on, divided by how many there are."""
    noted: int = 0
    """Of the things that an observation names, those that it tells something new of: the first so many, 0 for all. A
    memory that keeps rows looks all of them up and writes on these alone. So name first, and only then, what has just
    shown how it is (the street just driven, the situation that a throw has just followed), then what one must decide
    on. In `tag` returns rose within trials after about two thirds of the steps with such names (docs/notes/tag.md)."""
    described: str = ""
    """The piece of the observation that describes the choices of the one action: a block for each, as long as any
    other, of which the first number is 1 where there is such a choice. Networks then judge all choices alike, by their
    blocks, and an agent plays the world however it is built, where that has as many choices and the same pieces."""
    figures: tuple[Figure, ...] = ()
    """Those of the world first."""
    build_args: Mapping[str, Any] = field(default_factory=dict)
    learning: Mapping[str, Any] = field(default_factory=dict)
    """How it is best learned: settings of `crossplay train` by their short names, where they differ from the general
    defaults (``{"steps": 30_000_000, "together": True}``), and ``reference_steps``, what `crossplay references` lets
    everyone learn from. Whoever trains reads and checks them."""
    given: Mapping[str, np.ndarray] = field(default_factory=dict)
    """Values of fields that every record begins with, such as the roads of a given town: the rules find them there,
    and leave them alone."""
    identity: str = ""
    """Names what was given, in the layout's hash: files of a world that was given something else are refused."""
    consistent: Callable[[Any], str | None] | None = None
    """(records): what is wrong between their fields, if anything; called by `check` once all ranges hold."""

    def __post_init__(self) -> None:
        problem = wrong_kind(self) or contradiction(self)
        if problem:
            raise Refused(f"world {self.name!r}: {problem}")

    # --- the record --------------------------------------------------------------------------------------------------

    @cached_property
    def fields(self) -> Mapping[str, Field]:
        """Every field of the record by name: the house's, then ``state``."""
        return {**self._house, **self.state}

    @cached_property
    def _house(self) -> Mapping[str, Field]:
        knobs = [knob for bot in self.bots for knob in bot.knobs]
        ends = [0.0, *(end for knob in knobs for end in (knob.low, knob.high, *(knob.final or ())))]  # 0: no such knob
        return house_fields(
            len(self.seats), len(self.actions), len(set(self.knob_columns.values())),
            knob_range=(min(ends), max(ends)),
            kinds=self.most_kinds, choices=max(self.action_sizes), generators=len(self.generators),
            causes=len(self.causes), ticks=self.timing.episode_ticks,
        )  # fmt: skip

    @cached_property
    def record(self) -> np.dtype[Any]:
        """The type of the record: house fields and ``state``, large to small, without gaps."""
        return record(self.state, self._house)

    def records(self, n: int) -> np.ndarray:
        """(n,) records before their first task: zeros, and what is given."""
        found = np.zeros(n, self.record)
        for name, values in self.given.items():
            found[name] = values
        return found

    @cached_property
    def field_ranges(self) -> dict[str, tuple[float, float]]:
        """Lowest and highest value of every field of the record."""
        known = {name: (each.low, each.high) for name, each in self.fields.items()}
        return {name: known.get(name, (0, 0)) for name in self.record.names or ()}  # 0: the spare tail

    @property
    def smooth(self) -> dict[str, str]:
        """Fields that the window blends between ticks, and how: linear or angle."""
        return {name: each.smooth for name, each in self.state.items() if each.smooth}

    @property
    def carried(self) -> tuple[str, ...]:
        """Fields that tell of earlier episodes of the trial."""
        return tuple(name for name, each in self.state.items() if each.carried)

    @property
    def population(self) -> tuple[str, ...]:
        """Fields that tell what those are like who have no seat."""
        return tuple(name for name, each in self.state.items() if each.population)

    # --- what is told ------------------------------------------------------------------------------------------------

    @cached_property
    def told_pieces(self) -> Pieces:
        """Where every told fact lies in the vector of all R, by name."""
        return Pieces({told.name: self._told_size(told) for told in self.told})

    def untold(self, tell: str = "all") -> tuple[str, ...]:
        """Facts that an oracle is not told which is told ``tell``: all, or what is about the opponents or the layout.
        What is there for beliefs alone is told to none.
        """
        return tuple(told.name for told in self.told if told.told_to == "beliefs" or tell not in ("all", told.about))

    def _told_size(self, told: Told) -> int:
        return (len(self.seats) - 1) * self.named_kinds if isinstance(told, Bots) else told.size

    def facts(self, seat: int) -> tuple[Fact, ...]:
        """What ``reveal`` tells a seat, fact by fact; where the facts lie is the same for every seat."""
        found: list[Fact] = []
        for told in self.told:
            at = self.told_pieces.at[told.name]
            if isinstance(told, Bots):
                found += self._facts_of_bots(seat, at, told)
            else:
                names = told.choices if isinstance(told, OneHot) else ()
                of = () if isinstance(told, OneHot) else told.of
                shares = isinstance(told, Shares)
                found.append(Fact(told.name, at, told.about, names, shares=shares, of=of, told_to=told.told_to))
        return tuple(found)

    def _facts_of_bots(self, seat: int, at: slice, told: Bots) -> Iterator[Fact]:
        size = self.named_kinds
        for turn in range(1, len(self.seats)):
            other, start = (seat + turn) % len(self.seats), at.start + (turn - 1) * size
            names = [bot.name for bot in self.bots_of(self.seats[other].role) if bot.split != "final"]
            names += ["-"] * (size - len(names))  # roles may have fewer kinds than there is room for
            at_other = slice(start, start + size)
            yield Fact(self.seats[other].name, at_other, told.about, tuple(names), other, told_to=told.told_to)

    # --- names and sizes ---------------------------------------------------------------------------------------------

    def same_rules(self, other: "World") -> bool:
        """Whether another world plays by the same declarations and kernels, told apart by more than its layout."""
        alike = (
            "state", "actions", "observation", "told", "figures", "kernels", "generators", "bots", "causes", "timing",
            "view",
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
    def world_figures(self) -> tuple[str, ...]:
        """Names of the figures of the world."""
        return tuple(figure.name for figure in self.figures if figure.per == "world")

    @property
    def seat_figures(self) -> tuple[str, ...]:
        """Names of the figures of one seat."""
        return tuple(figure.name for figure in self.figures if figure.per == "seat")

    @property
    def figure_names(self) -> tuple[str, ...]:
        """Names of all M figures: those of the world, then all of the first seat's own, then the next's."""
        own = (f"{seat.name}_{name}" for seat in self.seats for name in self.seat_figures)
        return (*self.world_figures, *own)

    @property
    def action_sizes(self) -> tuple[int, ...]:
        """Number of choices of every action factor."""
        return tuple(len(action.choices) for action in self.actions)

    @cached_property
    def most_kinds(self) -> int:
        """Most kinds of bots that a role has, 1 at least."""
        return max([1, *(len(self.bots_of(seat.role)) for seat in self.seats)])

    @cached_property
    def named_kinds(self) -> int:
        """Most kinds of bots that a role has and that oracles are told by name, 1 at least: all but the final ones."""
        of_role = ([bot for bot in self.bots_of(seat.role) if bot.split != "final"] for seat in self.seats)
        return max([1, *map(len, of_role)])

    @property
    def has_final(self) -> bool:
        """Whether it has tasks of the split final."""
        return any(each.split == "final" and each.weight > 0.0 for each in self.generators)

    @cached_property
    def knob_columns(self) -> dict[str, int]:
        """The column of ``bot_knob`` that holds each knob, by name."""
        return knob_columns(self.bots)

    @property
    def layout_hash(self) -> str:
        """Names the record's layout, the observation and the actions: files made with another one are refused."""
        facts = [
            self.name,
            self.version,
            self.record.descr,
            list(self.observation.sizes.items()),
            list(self.told_pieces.sizes.items()),
            [[action.name, action.choices] for action in self.actions],
            [[seat.name, seat.role, seat.team] for seat in self.seats],
        ]
        if self.identity:
            facts.append(self.identity)
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

    # --- strangers' records ------------------------------------------------------------------------------------------

    def check(self, w: Any) -> None:
        """Refuse a record with a value that the rules can never produce, before any kernel sees it.

        Raises:
            Refused: the field, the value and its range.
        """
        for name, (low, high) in self.field_ranges.items():
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
