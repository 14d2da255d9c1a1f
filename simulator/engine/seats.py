"""The one reader of seat specs, and what the engine makes of them: drivers, pinned bots and lanes.

Of players it knows bots and "somebody outside". `agents.players.seated` makes the other players, and
`simulator.app.play.seating` puts all of them at the table of one game.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.engine.checks import seat_specs
from worlds.kit.record import BOT, EXTERNAL
from worlds.kit.words import shown
from worlds.world import Refused, World

FORMS = {
    "external": ("external",),
    "human": ("human", "human:DEVICE"),
    "bot": ("bot", "bot:KIND", "bot:KIND:KNOB=VALUE,…"),
    "agent": ("agent:NAME_OR_FOLDER",),
    "axelrod": ("axelrod:NAME",),
    "league": ("league:FOLDER",),
    "roshambo": ("roshambo:NAME",),
    "random": ("random",),
}
"""How a seat is written, by kind of player."""
IN_ENGINE = ("external", "bot")
"""Kinds that the engine knows: somebody outside decides, or a bot."""
PLAYERS = ("human", "bot", "agent", "axelrod", "roshambo", "random")
"""Kinds that people write."""


@dataclass(frozen=True)
class SeatSpec:
    """Who is wanted in a seat."""

    text: str
    """As it was written."""
    kind: str
    """One of `FORMS`."""
    name: str = ""
    """Of the kind of bot (empty: the task draws it), the agent, the strategy or the bot of another library, or of what
    a human plays with (empty: what is there)."""
    knobs: str = ""
    """Of a bot: KNOB=VALUE,…"""


@dataclass(frozen=True)
class SeatPlan:
    """What the engine needs to know of the players of a world."""

    drivers: NDArray[np.uint8]
    """(S,): BOT or EXTERNAL."""
    pin_kind: NDArray[np.int64]
    """(S,): index of the bot the user chose, −1 where the task draws it."""
    pin_knob: NDArray[np.float64]
    """(S, Q): knob values the user chose, NaN where the task draws them."""


def spec_kind(text: str) -> str:
    """What a spec begins with."""
    return text.partition(":")[0]


def read_spec(whose: str, text: str, allowed: Sequence[str]) -> SeatSpec:
    """The one reading of ``human[:DEVICE] | bot[:KIND[:KNOB=VALUE,…]] | agent:X | axelrod:X | roshambo:X | random |
    external``.

    ``whose`` names the seat in a refusal, such as "seat 'chaser_0'"; ``allowed`` are the kinds that may sit there.

    Raises:
        Refused: another kind, a name that is missing, or words where none belong.
    """
    kind, colon, rest = text.partition(":")
    name, second, knobs = rest.partition(":") if kind == "bot" else (rest, "", "")
    forms = FORMS.get(kind, ())
    bare, named = kind in forms, len(forms) > 1 or kind not in forms
    is_whole = (bool(name) if colon else bare) and (named or not colon) and bool(knobs) == bool(second)
    if kind not in allowed or not is_whole:
        *others, last = (form for each in allowed for form in FORMS[each])
        raise Refused(f"{whose} is given {shown(text)}: use {', '.join(others)} or {last}")
    return SeatSpec(text, kind, name, knobs)


@contextmanager
def given(whose: str, text: str) -> Iterator[None]:
    """Refusals within also say whose spec it was about."""
    try:
        yield
    except Refused as error:
        raise Refused(f"{whose} is given {shown(text)}: {error}") from error


def read_seats(world: World, seats: Mapping[str, str] | None) -> SeatPlan:
    """Seats by name: ``external`` (default), ``bot``, ``bot:KIND`` or ``bot:KIND:KNOB=VALUE,…``.

    Raises:
        Refused: an unknown seat, spec, bot or knob, or a knob value out of its range.
    """
    count, columns = world.record["bot_knob"].shape
    drivers = np.full(count, EXTERNAL, np.uint8)
    pin_kind = np.full(count, -1, np.int64)
    pin_knob = np.full((count, columns), np.nan)
    for name, text in seat_specs(seats).items():
        seat, whose = world.seat_index(name), f"seat {name!r}"
        spec = read_spec(whose, text, IN_ENGINE)
        if spec.kind == "bot":
            drivers[seat] = BOT
        if spec.name:
            role = world.seats[seat].role
            with given(whose, text):
                pin_kind[seat] = world.bot_index(role, spec.name)
                pin_knob[seat] = _knobs(world, role, spec, columns)
    return SeatPlan(drivers, pin_kind, pin_knob)


FOR_EVALUATION = "`crossplay evaluate --splits final` measures against it"
"""What learners are told who ask for a final kind of bot."""


def refuse_final_bots(world: World, seats: Mapping[str, str] | None, instead: str = FOR_EVALUATION) -> None:
    """Keep kinds of bots that are final from whoever did not ask for that split; ``instead`` says what to do.

    Raises:
        Refused: a seat is given one.
    """
    for name, text in seat_specs(seats).items():
        seat = world.seat_index(name)
        spec = read_spec(f"seat {name!r}", text, (*IN_ENGINE, *PLAYERS))
        if spec.kind == "bot" and spec.name:
            bot = world.bots_of(world.seats[seat].role)[world.bot_index(world.seats[seat].role, spec.name)]
            if bot.split == "final":
                raise Refused(f"bot {spec.name!r} is kept for the split final: {instead}")


def _knobs(world: World, role: str, spec: SeatSpec, columns: int) -> NDArray[np.float64]:
    """The named knobs' values, by column; the middle of its range for each knob that is not named."""
    bot = world.bots_of(role)[world.bot_index(role, spec.name)]
    knobs = {knob.name: knob for knob in bot.knobs}
    chosen = {name: (knob.low + knob.high) / 2.0 for name, knob in knobs.items()}
    for part in filter(None, spec.knobs.split(",")):
        name, _, number = part.partition("=")
        if name not in knobs:
            raise Refused(f"bot {spec.name!r} has no knob {shown(name)}: it has {', '.join(knobs) or 'none'}")
        knob = knobs[name]
        try:
            value = float(number)
        except ValueError:
            raise Refused(f"knob {name} of bot {spec.name!r} is given {shown(number)}: it takes a number") from None
        if not knob.low <= value <= knob.high:
            raise Refused(
                f"knob {name} of bot {spec.name!r} is given {number[:60]}: allowed is {knob.low} to {knob.high}"
            )
        chosen[name] = value
    values = np.zeros(columns)
    for name, value in chosen.items():
        values[world.knob_columns[name]] = value
    return values


def read_lanes(
    world: World, count: int, seating: SeatPlan, lanes: Sequence[str] | NDArray[np.integer] | None
) -> NDArray[np.int64]:
    """Seats of every lane, (N, L): all external seats, the named ones, or an array of seat indices.

    Raises:
        Refused: a seat that does not exist, a seat in two lanes of a world, or an array of another shape.
    """
    if lanes is None:
        chosen = np.flatnonzero(seating.drivers == EXTERNAL)
    elif isinstance(lanes, np.ndarray):
        if lanes.dtype.kind not in "iu" or lanes.ndim != 2 or len(lanes) != count:
            raise Refused(f"lanes are {lanes.dtype} {lanes.shape}: expected integers ({count}, lanes)")
        chosen = lanes.astype(np.int64)
    elif isinstance(lanes, str) or not isinstance(lanes, Iterable):
        raise Refused(f"lanes are {shown(lanes)}: expected names of seats, or an array of seat indices")
    else:
        chosen = np.array([world.seat_index(name) if isinstance(name, str) else -1 for name in lanes], np.int64)
    # A copy of one order: Numba compiles anew for read-only views and for columns that lie next to each other.
    table = np.array(np.broadcast_to(chosen, (count, chosen.shape[-1])), np.int64, order="C")
    if table.size and (table.min() < 0 or table.max() >= len(world.seats)):
        raise Refused(f"lanes name seats {table.min()} to {table.max()}: world {world.name!r} has {len(world.seats)}")
    ordered = np.sort(table, axis=1)
    if (ordered[:, 1:] == ordered[:, :-1]).any():
        raise Refused("lanes name a seat twice in one world: each seat has one lane at most")
    return table
