"""When the vehicles of a flow, a trip or a vehicle depart, as SUMO reads it."""

import math
import re
from dataclasses import dataclass

import numpy as np

from simulator.interop.sumo.reader import XmlElement
from simulator.interop.sumo.vehicles import VehicleType
from worlds.world import Refused

MOST_DEPARTURES = 500_000  # in one run
SHORTEST = 1e-3  # s between two departures of a flow
AVERAGE = -1.0  # m/s
RATES = ("vehsPerHour", "perHour", "period", "probability")

Route = tuple[str, ...]
"""Edges one after the other; of a trip without a route only the first and the last, with those to pass between."""


@dataclass(frozen=True)
class Rhythm:
    """Times of departure: so far apart, or by chance."""

    first: float  # s
    last: float  # s, departures come before it
    period: float = 0.0  # s between departures that are not by chance
    number: float = math.inf
    """At most so many."""
    chance: float = 0.0
    """Of one vehicle in each second."""
    rate: float = 0.0  # vehicles/s that come independently of each other

    def expected(self, begin: float, end: float) -> float:
        """How many depart in a time, in the mean."""
        if self.chance > 0.0 or self.rate > 0.0:
            return max(min(self.last, end) - max(self.first, begin), 0.0) * (self.chance + self.rate)
        return float(self._numbers(begin, end)[1])

    def times(self, begin: float, end: float, random: np.random.Generator) -> np.ndarray:
        """Times of departure (s) from ``begin`` on and before ``end``, ascending."""
        first, last = max(self.first, begin), min(self.last, end)
        if self.chance > 0.0:
            seconds = np.arange(math.ceil(first), math.ceil(max(last, first)))
            return seconds[random.random(len(seconds)) < self.chance].astype(float)
        if self.rate > 0.0:
            gaps = random.exponential(1.0 / self.rate, int(2.0 * self.rate * max(last - first, 0.0)) + 64)
            times = first + np.cumsum(gaps)
            return np.asarray(times[times < last])
        start, count = self._numbers(begin, end)
        return self.first + self.period * np.arange(start, start + count)

    def _numbers(self, begin: float, end: float) -> tuple[int, int]:
        """The number of the first regular departure in a time, and how many there are."""
        if self.period <= 0.0:
            return 0, int(min(self.number, MOST_DEPARTURES + 1)) if begin <= self.first < min(end, self.last) else 0
        start = max(math.ceil((begin - self.first) / self.period - 1e-9), 0)
        stop = math.ceil((min(end, self.last) - self.first) / self.period - 1e-9)
        return start, max(int(min(stop, self.number)) - start, 0)


@dataclass(frozen=True)
class Start:
    """How a vehicle comes onto the road; what SUMO 1.28 takes where the file says nothing."""

    lane: str = "best"
    """``first`` from the right, ``best`` for the way, ``free``: with the fewest on it, ``random``, or a number."""
    speed: float = AVERAGE
    """m/s at most; inf: as fast as is safe, AVERAGE: as those on the lane."""
    place: str = "base"
    """``base``: at the beginning of the edge, ``random`` along it, ``free``: wherever there is room, or a number of
    metres, from the end if below 0."""


@dataclass(frozen=True)
class Stream:
    """The vehicles of one element: when, by which ways, of which types."""

    name: str
    rhythm: Rhythm
    routes: tuple[tuple[Route, float], ...]
    """Ways with their shares."""
    types: tuple[tuple[VehicleType, float], ...]
    given: bool
    """Whether the file gives all the edges between; else drivers take the quickest way by those given."""
    start: Start = Start()


@dataclass(frozen=True)
class Departure:
    """One vehicle."""

    time: float  # s
    name: str
    route: Route
    given: bool
    type: VehicleType
    factor: float
    """On the limit."""
    luck: int
    """What its driver is drawn from."""
    start: Start = Start()


def draw_departures(streams: tuple[Stream, ...], begin: float, end: float, seed: int) -> list[Departure]:
    """Everybody who departs in a time, in order.

    Raises:
        Refused: more than `MOST_DEPARTURES`.
    """
    found: list[Departure] = []
    for index, stream in enumerate(streams):
        if len(found) + stream.rhythm.expected(begin, end) > MOST_DEPARTURES:
            raise Refused(f"{stream.name} sends more vehicles than one run takes, which are {MOST_DEPARTURES}")
        random = np.random.default_rng((seed, index))
        times = stream.rhythm.times(begin, end, random)
        routes = random.choice(len(stream.routes), len(times), p=[share for _, share in stream.routes])
        types = random.choice(len(stream.types), len(times), p=[share for _, share in stream.types])
        lucks = random.integers(0, 2**62, len(times))
        for order, time in enumerate(times):
            kind = stream.types[types[order]][0]
            name = f"{stream.name}.{order}" if len(times) > 1 else stream.name
            route = stream.routes[routes[order]][0]
            factor = kind.drawn_factor(random)
            found.append(
                Departure(float(time), name, route, stream.given, kind, factor, int(lucks[order]), stream.start)
            )
    return sorted(found, key=lambda departure: departure.time)


def read_rhythm(flow: XmlElement, begin: float, end: float) -> Rhythm:
    """The times of a <flow>.

    Args:
        flow: the element.
        begin: when it begins if it does not say so.
        end: when it ends if it does not say so.

    Raises:
        Refused: what SUMO refuses too, by name.
    """
    first, last = flow.time("begin", begin), flow.time("end", end)
    words = f"<flow> {flow.attributes.get('id', '')!r} in {flow.where}"
    if first < 0.0 or last < first:
        raise Refused(f"{words} begins at {first:g} s and ends at {last:g} s: 0 or later, and not before it begins")
    given = [name for name in RATES if name in flow.attributes]
    if len(given) > 1:
        raise Refused(f"{words} has {' and '.join(given)}: only one of {', '.join(RATES)}")
    number = flow.number("number") if "number" in flow.attributes or not given else math.inf
    if number < 0 or (number < math.inf and number != int(number)):
        raise Refused(f"{words} has number={number:g}: a whole number from 0 on")
    if not given:
        return Rhythm(first, last, (last - first) / max(number, 1.0), number)
    return _by_rate(flow, given[0], words, Rhythm(first, last, number=number))


def _by_rate(flow: XmlElement, name: str, words: str, rhythm: Rhythm) -> Rhythm:
    first, last, number = rhythm.first, rhythm.last, rhythm.number
    if name == "period" and (drawn := re.fullmatch(r"\s*exp\(([^()]*)\)\s*", flow.get(name))):
        value = XmlElement(flow.tag, {name: drawn.group(1)}, flow.line, file=flow.file).number(name)
        if not 0.0 < value <= 1e3:
            raise Refused(f"{words} has period=exp({value:g}): a rate above 0, at most 1000 a second")
        return Rhythm(first, last, rate=value)
    value = flow.number(name)
    if value < 0.0 or (name == "probability" and value > 1.0):
        raise Refused(f"{words} has {name}={value:g}: {'0 to 1' if name == 'probability' else '0 or more'}")
    if name == "probability":
        return Rhythm(first, last, chance=value) if value else Rhythm(first, last, number=0)
    if name == "period":
        if value == 0.0 and number == math.inf:
            raise Refused(f"{words} has period=0 and no number: say how many depart at once")
        period = value
    else:
        period = 3600.0 / value if value else 0.0
        number = number if value else 0
    if 0.0 < period < (SHORTEST if number == math.inf else SHORTEST**4):
        raise Refused(f"{words} has {name}={value:g}: at most {1.0 / SHORTEST:g} vehicles a second")
    return Rhythm(first, last if number == math.inf else math.inf, period, number)
