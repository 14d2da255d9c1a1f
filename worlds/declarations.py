"""What a world declares, piece by piece. World files import these from `worlds.world`, which joins them."""

import keyword
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

SPLITS = ("train", "test-layout", "test-opponent", "test-both", "final", "validation")  # their places are recorded
OPEN_SPLITS = SPLITS[:4]
"""Those that anybody may look at as often as they like. ``final`` is not among them: only an evaluation asks for it."""
PARTS = ("train", "test", "final")
"""What a generator or a kind of bot may belong to. Tasks of ``validation`` are those of train under other keys."""
KINDS = ("f8", "i8", "i4", "u8", "u1")  # of fields; see DESIGN on numbers
SMOOTH = (None, "linear", "angle")
About = Literal["opponents", "layout"]
Audience = Literal["all", "oracles", "beliefs"]
"""Who is told a fact: oracles, an agent's belief (which must name it in training), or both. What says more than a task
hides, such as what somebody is about to do, is for beliefs alone. What no choice hangs on yet is for oracles alone: a
belief's gradient costs skill."""


class Refused(ValueError):
    """Bad input; the message is one sentence that names the value and what is allowed."""


@dataclass(frozen=True)
class Seat:
    """A place for an agent in a world."""

    name: str
    role: str
    team: int


@dataclass(frozen=True)
class Field:
    """One entry of the record: ``Field("f8", (seats, 2), 0.0, 15.0, unit="m", smooth="linear")``.

    Raises:
        Refused: a kind, a shape, a range or a way of smoothing that there is not.
    """

    kind: str
    """f8 real, i8 counter, i4 small counter or index, u8 random word, u1 byte."""
    shape: tuple[int, ...]
    """() for one number."""
    low: float
    """Lowest value that the rules can produce; a record with another one is refused."""
    high: float
    unit: str = ""
    smooth: str | None = None
    """How the window blends it between ticks: linear, angle, or not at all."""
    hidden: bool = False
    """Part of what the task hides."""
    carried: bool = False
    """Tells of earlier episodes of the trial, such as what an opponent remembers of them."""
    population: bool = False
    """Tells what those are like who have no seat (the drivers of a town): it belongs to the opponents, as the bots do.
    `begin` must not need more than such fields to bring others about."""
    doc: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise Refused(f"a field is of kind {self.kind!r}: choose from {', '.join(KINDS)}")
        if not isinstance(self.shape, tuple) or any(size < 1 for size in self.shape):
            raise Refused(f"a field has shape {self.shape!r}: it is a tuple of sizes from 1, or () for one number")
        if not self.low <= self.high:
            raise Refused(f"a field goes from {self.low} to {self.high}: the lowest value comes first")
        if self.smooth not in SMOOTH:
            raise Refused(f"a field is smooth={self.smooth!r}: choose linear, angle or None")


@dataclass(frozen=True)
class Knob:
    """One number that shapes how a bot plays. Training draws avoid ``held_out``; test draws may lie inside it.

    ``final`` lies outside ``low`` to ``high``: draws of the split final alone come from there.
    """

    name: str
    low: float
    high: float
    held_out: tuple[float, float] | None = None
    final: tuple[float, float] | None = None


@dataclass(frozen=True)
class Bot:
    """A kind of scripted player for one role, and the part of the split it belongs to: train, test or final.

    Final ones come last in their role. What oracles are told has no name for them.
    """

    name: str
    role: str
    knobs: tuple[Knob, ...] = ()
    split: str = "train"
    about: str = ""


@dataclass(frozen=True)
class Generator:
    """A way to lay out a task, and the part of the split it belongs to: train, test or final."""

    name: str
    split: str = "train"
    weight: float = 1.0
    """How often it is drawn, beside the others of its part of the split."""


@dataclass(frozen=True)
class Cause:
    """Why a seat is done: kind is running, terminated or truncated."""

    name: str
    kind: str


RUNNING = Cause("running", "running")
CAUSE_KINDS = ("running", "terminated", "truncated")


@dataclass(frozen=True)
class Action:
    """One discrete factor of what a seat does, with the name of every choice."""

    name: str
    choices: tuple[str, ...]


@dataclass(frozen=True)
class Figure:
    """One number that the kernel ``figures`` measures of an episode: of the world, or ``per="seat"`` of each seat.

    An evaluation tells those of the learner's seats, as ``own_NAME``.
    """

    name: str
    per: Literal["world", "seat"] = "world"
    unwanted: bool = False
    """Counts what should not happen (crashes, fines): tables show such figures first, side by side."""


@dataclass(frozen=True)
class OneHot:
    """A told fact of which one of some names holds: as many entries, one of which is 1."""

    name: str
    choices: tuple[str, ...]
    about: About
    told_to: Audience = "all"
    """See `Audience`."""

    @property
    def size(self) -> int:
        """How many entries it takes."""
        return len(self.choices)


@dataclass(frozen=True)
class Numbers:
    """A told fact of some numbers."""

    name: str
    size: int
    about: About
    of: tuple[str, ...] = ()
    """What each of them is of, in a word for the window; empty: they go by their place."""
    told_to: Audience = "all"
    """See `Audience`."""


@dataclass(frozen=True)
class Shares:
    """A told fact of some numbers from 0 to 1: each how likely something is, or 1 where it is so and 0 where not."""

    name: str
    size: int
    about: About
    of: tuple[str, ...] = ()
    """What each of them is of, in a word for the window; empty: they go by their place."""
    told_to: Audience = "all"
    """See `Audience`."""


@dataclass(frozen=True)
class Bots:
    """What kind of bot every other seat has, one-hot, the seats in turn from the own one; the engine fills it in.

    A final kind is all zeros: somebody without a name.
    """

    name: str = "bots"
    about: About = "opponents"
    told_to: Audience = "all"
    """See `Audience`."""


Told = OneHot | Numbers | Shares | Bots


@dataclass(frozen=True)
class Fact:
    """One told fact of one seat: some entries of what the rules reveal."""

    name: str
    at: slice
    """Its entries in the told vector."""
    about: About
    """The part of the task it tells of."""
    choices: tuple[str, ...] = ()
    """Names of its one-hot entries; empty: its entries are numbers."""
    seat: int = -1
    """The seat whose bot it names, −1 for all else."""
    shares: bool = False
    """Whether its entries are numbers from 0 to 1 (see `Shares`)."""
    of: tuple[str, ...] = ()
    """What each of those is of; empty: they go by their place."""
    told_to: Audience = "all"
    """See `Audience`."""

    @property
    def asked(self) -> bool:
        """Whether an agent with a belief must name it."""
        return self.told_to != "oracles"

    @property
    def one_hot(self) -> bool:
        """Whether at most one entry is 1 and all others are 0."""
        return bool(self.choices)


@dataclass(frozen=True)
class Timing:
    """How time runs."""

    tick: float
    """Seconds."""
    ticks_per_decision: int
    decisions: int
    """Of an episode, at most."""
    episodes: int = 5
    """Of a trial, where nobody asks for another number."""

    @property
    def episode_ticks(self) -> int:
        """Ticks of an episode, at most."""
        return self.decisions * self.ticks_per_decision

    @property
    def decision_seconds(self) -> float:
        """Seconds of a decision."""
        return self.tick * self.ticks_per_decision


@dataclass(frozen=True)
class Sign:
    """A thing that a world draws and does not write beside it, for the legend."""

    words: str
    """What it stands for: short, and beginning small."""
    draw: Callable[[Any], None]
    """(canvas): it alone, as the world draws it, within a square whose corner is (0, 0)."""
    span: float = 2.0
    """Width and height of the square (m)."""


@dataclass(frozen=True)
class View:
    """How people see a world, and act in it."""

    draw: Callable[[Any, Any], None]
    """(w, canvas): the world, back to front, in metres; pure."""
    extent: tuple[float, float]
    """Width and height in metres."""
    closeup: float = 0.0
    """Metres across that the window shows when it follows a seat; 0: about half the world. A world that is one long
    strip is shown so from the start."""
    status: Callable[[Any, int], str] | None = None
    """(w, seat): how a seat fares now, in a few words for people."""
    tell: Callable[[Any, int], Sequence[str]] | None = None
    """(w, seat): what the picture shows this seat, in sentences, the last event first: for who does not see it. Nothing
    in it may be hidden from the seat."""
    choice_picture: Callable[[Any, Any, int, int, int], bool] | None = None
    """(w, canvas, seat, factor, choice): draw what a choice does; False: the seat has no such choice, or words do."""
    controls: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """By action, how keys, pad and mouse choose. What is left out gets the arrows for choices named after directions
    and the number keys for the rest. Choices are numbers. One of: ``{"keys": {KEY: choice, …}, "rest": choice}``;
    ``{"vector": [stay, E, NE, N, NW, W, SW, S, SE]}`` for eight directions; ``{"hold": KEY, "choice": 1, "rest": 0}``.
    With keys also one of ``"keep": True`` (a choice stays until another one is asked for), ``"once": True`` (a press is
    obeyed once) and ``"wait": True`` (the world stands still until its human chooses); ``"pad": {"A": choice, …}``
    names buttons of a gamepad, ``"about"`` is a line of help."""
    presses: Callable[[Any, int], bool] | None = None
    """(w, seat): whether the seat has to choose at once. While that is so for a human, time runs no faster than a
    quarter."""
    legend: tuple[Sign, ...] = ()
    """What is seen in the picture, for who does not know it yet."""


def knob_columns(bots: Iterable[Bot]) -> dict[str, int]:
    """The column of ``bot_knob`` that holds each knob, by name.

    A name has one column, whoever has such a knob; two names share a column where no bot has both. Names that meet
    most others choose first (Welsh and Powell 1967), so the columns are few. Final bots come after all others, so that
    they move nobody's column.

    Raises:
        Refused: a final bot with two knobs that share a column among the others.
    """
    bots = list(bots)
    found: dict[str, int] = {}
    for final in (False, True):
        _add_columns(found, [[knob.name for knob in bot.knobs] for bot in bots if (bot.split == "final") == final])
    for bot in bots:
        columns: dict[int, str] = {}
        for knob in bot.knobs:
            if (other := columns.setdefault(found[knob.name], knob.name)) != knob.name:
                raise Refused(f"knobs {other!r} and {knob.name!r} of bot {bot.name!r} share a column: rename one")
    return found


def _add_columns(found: dict[str, int], together: list[list[str]]) -> None:
    """Give every name in ``together``, a list for each bot, a column in ``found`` if it has none."""
    meets: dict[str, set[str]] = {}
    for names in together:
        for name in names:
            meets.setdefault(name, set()).update(names)
    chosen = dict(found)
    for name in sorted(meets, key=lambda name: -len(meets[name])):
        taken = {chosen[other] for other in meets[name] if other in chosen}
        chosen.setdefault(name, next(column for column in range(len(chosen) + 1) if column not in taken))
    found.update({name: chosen[name] for name in meets})


def bot_numbers(bots: Iterable[Bot]) -> dict[str, int]:
    """The value of ``bot_kind`` of each kind: its place among the bots of its role.

    Raises:
        Refused: a name that stands for two numbers, in two roles.
    """
    found: dict[str, int] = {}
    counts: dict[str, int] = {}
    for bot in bots:
        number = counts.get(bot.role, 0)
        counts[bot.role] = number + 1
        if found.setdefault(bot.name, number) != number:
            raise Refused(f"bot {bot.name!r} has number {found[bot.name]} in one role and {number} in {bot.role!r}")
    return found


def is_plain_name(name: str) -> bool:
    """Whether code can say a name after a dot."""
    return name.isidentifier() and not keyword.iskeyword(name) and not name.startswith("_")
