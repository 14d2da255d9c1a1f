"""What decides the sizes of a network: plain values with their ranges, known without torch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from worlds.world import Refused, World

KINDS = ("gru", "lstm", "transformer", "linear", "associative", "tally", "ledger")
"""Memories, see `agents.networks.memories`."""
NONE: Final = "none"
"""In the place of a kind: nothing is remembered, for agents that learn by gradient while they play."""
PRECISIONS = ("float32", "bfloat16")
ANY_PRECISION = ("transformer", "linear")
"""Kinds made of torch's operations, which come in every precision; the loops of the others know float32 alone."""
SCORING = ("tally",)
"""Kinds that are shown the previous action behind their other inputs and begin their outputs with scores of choices."""
FILING = ("ledger",)
"""Kinds that keep a row for each thing that the world names."""
SHARING = ("gru", "ledger")
"""Kinds of which several worlds can share one: a ledger without rows is a GRU."""
HEADS = 4
"""Of a transformer's attention; its units are a multiple of them."""
LARGEST_TOLD = LARGEST_SEEN = 2**16
LONGEST_CONTEXT = 4096

Units = Annotated[int, Meta(ge=1, le=4096)]
Told = Annotated[int, Meta(ge=0, le=LARGEST_TOLD)]
Choices = Annotated[int, Meta(ge=1, le=2**12)]


class BeliefShape(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a belief is about, and how its guesses are read."""

    told: Annotated[int, Meta(ge=1, le=LARGEST_TOLD)]
    """Numbers in what `reveal` tells, R."""
    one_hot: tuple[tuple[Told, Told], ...] = ()
    """Entries from … to below … of R that are one fact each, told one-hot."""
    shares: tuple[tuple[Told, Told], ...] = ()
    """Entries that lie between 0 and 1 each; all others are any numbers."""
    unasked: tuple[tuple[Told, Told], ...] = ()
    """Entries that it is not asked for: no loss, and its guess of each is 0."""

    @staticmethod
    def of(world: World) -> BeliefShape:
        """The belief about the tasks of a world.

        Raises:
            Refused: a world that tells beliefs nothing.
        """
        facts = world.facts(0)
        asked = [fact for fact in facts if fact.asked]
        if not asked:
            raise Refused(f"world {world.name!r} has nothing that a belief could name, so belief must be 0")
        return BeliefShape(
            told=world.told_pieces.total,
            one_hot=tuple((fact.at.start, fact.at.stop) for fact in asked if fact.one_hot),
            shares=tuple((fact.at.start, fact.at.stop) for fact in asked if fact.shares),
            unasked=tuple((fact.at.start, fact.at.stop) for fact in facts if not fact.asked),
        )

    def problem(self) -> str | None:
        """Facts that cannot lie so."""
        end = 0
        for start, stop in sorted((*self.one_hot, *self.shares, *self.unasked)):
            if not end <= start < stop <= self.told:
                return f"facts {start} to {stop} of its belief cannot be"
            end = stop
        return None


class Shape(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that decides the sizes of a network's weights, and how precisely it multiplies them."""

    observation: Annotated[int, Meta(ge=1, le=LARGEST_SEEN)]
    """Numbers in an observation, O."""
    actions: Annotated[tuple[Choices, ...], Meta(min_length=1, max_length=64)]
    """Choices of each action factor; their sum is A, their number K."""
    encoder: Units = 64
    hidden: Units = 128
    memory: str = "gru"
    """Kind of the memory, one of `KINDS`, or `NONE`."""
    context: Annotated[int, Meta(ge=0, le=LONGEST_CONTEXT)] = 0
    """Steps that a transformer looks back; 0 for other memories."""
    acted: Annotated[int, Meta(ge=0, le=LARGEST_SEEN)] = 0
    """Where the previous action begins in an observation, one-hot, for memories that file by it, and where choices are
    described; 0 for others.
    """
    described: tuple[Annotated[int, Meta(ge=0, le=LARGEST_SEEN)], Annotated[int, Meta(ge=0, le=LARGEST_SEEN)]] = (0, 0)
    """Entries from … to below … of an observation that describe the choices, a block for each; (0, 0) where nothing
    does.
    """
    things: Annotated[int, Meta(ge=0, le=4096)] = 0
    """Rows of a ledger; 0 for other memories."""
    named: tuple[Annotated[int, Meta(ge=0, le=LARGEST_SEEN)], Annotated[int, Meta(ge=0, le=LARGEST_SEEN)]] = (0, 0)
    """Entries from … to below … of an observation that name rows of a ledger; (0, 0) for other memories."""
    noted: Annotated[int, Meta(ge=0, le=LARGEST_SEEN)] = 0
    """How many of these, the first ones, a ledger writes on; 0 for all."""
    belief: BeliefShape | None = None
    """What is guessed of the hidden task; None for nothing."""
    precision: str = "float32"
    """Of the products in the memory, one of `PRECISIONS`; weights, states and outputs are float32 always."""

    @property
    def seen(self) -> int:
        """Numbers that the policy sees: the observation, then what it guessed a decision ago."""
        return self.observation + self.guessed

    @property
    def guessed(self) -> int:
        """Numbers that are guessed of the hidden task, R; 0 without a belief."""
        return self.belief.told if self.belief else 0

    @property
    def blocks(self) -> int:
        """Choices that are described, each in a block of its own; 0 where nothing describes them."""
        return self.actions[0] if self.described[1] else 0

    @property
    def judges(self) -> int:
        """Units that judge a described choice."""
        return max(8, self.encoder // 2)

    @property
    def situation(self) -> int:
        """Numbers that the encoder is shown: what is seen, or where choices are described all but that and the previous
        action, and what the choices have in common.
        """
        if not self.blocks:
            return self.seen
        apart = self.described[1] - self.described[0] + (self.blocks if self.acted else 0)
        return self.seen - apart + 2 * self.judges

    @property
    def pointers(self) -> int:
        """Rows of a ledger that an observation names."""
        return self.named[1] - self.named[0]

    @property
    def written(self) -> int:
        """How many of these are written on."""
        return self.noted or self.pointers

    def problem(self) -> str | None:
        """What no network can be like, beyond the range of each value alone."""
        for name, allowed in (("memory", (*KINDS, NONE)), ("precision", PRECISIONS)):
            if getattr(self, name) not in allowed:
                return f"{name} is {getattr(self, name)[:80]!r}: choose from {', '.join(allowed)}"
        if self.precision != "float32" and self.memory not in ANY_PRECISION:
            return f"precision is {self.precision!r}: memory {self.memory!r} has float32"
        looks_back = self.memory == "transformer"
        least, most = (1, LONGEST_CONTEXT) if looks_back else (0, 0)
        if not least <= self.context <= most:
            return f"context is {self.context}: allowed is {least} to {most}"
        if looks_back and self.hidden % HEADS:
            return f"hidden is {self.hidden}: allowed are multiples of {HEADS}"
        most = self.observation - sum(self.actions) if self.memory in SCORING or self.blocks else 0
        if not 0 <= self.acted <= most:
            return f"acted is {self.acted}: allowed is 0 to {max(most, 0)}"
        if problem := self._misnamed() or self._misdescribed():
            return problem
        return self.belief.problem() if self.belief else None

    def _misdescribed(self) -> str | None:
        """Blocks that cannot lie so, or beside which there is another way to judge choices."""
        (start, stop), told = self.described, f"described is {self.described[0]} to {self.described[1]}"
        if not (start or stop):
            return None
        if self.memory in SCORING:
            return f"{told}: memory {self.memory!r} judges choices itself"
        if not start < stop <= self.observation or len(self.actions) != 1 or (stop - start) % self.actions[0]:
            return f"{told} of {self.observation} entries: no blocks of actions {self.actions} lie so"
        if self.acted and start < self.acted + self.actions[0] and self.acted < stop:
            return f"acted is {self.acted}: the choices are described there"
        return None

    def _misnamed(self) -> str | None:
        """Rows that no ledger can have, or that another memory has."""
        start, stop = self.named
        if self.memory not in FILING:
            kept = self.things or stop or self.noted
            return f"things is {self.things}: memory {self.memory!r} has none" if kept else None
        if not self.things:
            return f"things is 0: memory {self.memory!r} takes 1 or more"
        if self.noted > stop - start:
            return f"noted is {self.noted}: allowed is 0 to {stop - start}"
        return None if start < stop <= self.observation else f"named is {start} to {stop} of {self.observation} entries"


class SharedShape(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The sizes of a memory that the networks of several worlds share: each uses as much of it as its world names."""

    encoder: Units
    """Numbers that each world's own encoder makes of what is seen."""
    hidden: Units
    pointers: Annotated[int, Meta(ge=0, le=4096)] = 0
    """Rows that are named at a step, in the world that names most; 0 for a memory without rows."""
    noted: Annotated[int, Meta(ge=0, le=4096)] = 0
    """How many of these are written on, in the world that writes on most."""

    @staticmethod
    def of(shapes: Mapping[str, Shape]) -> SharedShape:
        """The memory for networks of these shapes, by the names of their worlds.

        Raises:
            Refused: two of them cannot have one memory.
        """
        (first, one), *_ = shapes.items()
        for world, shape in shapes.items():
            if shape.memory not in SHARING or shape.precision != "float32":
                raise Refused(
                    f"memory is {shape.memory!r} in {shape.precision} for world {world!r}: worlds that learn together "
                    f"share one of {', '.join(SHARING)} in float32"
                )
            for name in ("encoder", "hidden"):
                ours, theirs = getattr(one, name), getattr(shape, name)
                if ours != theirs:
                    raise Refused(
                        f"{name} is {ours} for world {first!r} and {theirs} for {world!r}: worlds that learn together "
                        f"share it, name one with --{name}"
                    )
        return SharedShape(
            encoder=one.encoder, hidden=one.hidden, pointers=max(shape.pointers for shape in shapes.values()),
            noted=max(shape.written for shape in shapes.values()),
        )  # fmt: skip

    def problem(self) -> str | None:
        """What no such memory can be like, beyond the range of each value alone."""
        least = 1 if self.pointers else 0
        if not least <= self.noted <= self.pointers:
            return f"its shared memory writes on {self.noted} of {self.pointers} rows"
        return None

    def misfit(self, shape: Shape) -> str | None:
        """Why a network of such a shape cannot take its memory from here."""
        if shape.memory not in SHARING or shape.precision != "float32":
            return f"memory {shape.memory!r} in {shape.precision} is not shared between worlds"
        ours, theirs = (self.encoder, self.hidden), (shape.encoder, shape.hidden)
        if ours != theirs:
            return f"its encoder and memory have {theirs} units, those it shares {ours}"
        if shape.pointers > self.pointers or shape.written > self.noted:
            return f"it names {shape.pointers} rows, the memory that it shares {self.pointers}"
        return None
