"""When rail crossings are closed to cars: worked out in advance from the trains of the file, by the rules of SUMO 1.28.

A crossing shows yellow when a train would be there within time-gap after that, then red until opening-delay after its
end has passed, then red and yellow for opening-time, and is open for min-green at least
(https://sumo.dlr.de/docs/Simulation/Railways.html).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from simulator.interop.sumo.flows import Departure, draw_departures
from simulator.interop.sumo.network import RoadNetwork
from simulator.interop.sumo.routes import Demand
from simulator.interop.sumo.tracks import Tracks
from simulator.interop.sumo.trains import TrainLine, TrainMoment, TrainStream, line_of, rail_at, run_train, speed_at
from simulator.interop.sumo.vehicles import VehicleType
from worlds.world import Refused

OPEN, YELLOW, CLOSED, OPENING = "Gyru"
MOST_TRAINS = 5000
MOST_SECONDS = 2_000_000  # that trains drive, all together
UNJOINED = "train whose way is not joined"
SLOW = 0.1  # m/s; slower trains are expected as if they had this speed


@dataclass(frozen=True)
class Closing:
    """What one crossing shows, from its first second on."""

    name: str
    letters: tuple[tuple[str, float], ...]
    """Letters with the seconds that they last, to the end."""

    @property
    def seconds(self) -> float:
        """That it is not open."""
        return sum(seconds for letter, seconds in self.letters if letter != OPEN)

    @property
    def times(self) -> int:
        """That it closes."""
        return sum(letter == YELLOW for letter, _ in self.letters)


def trains_on_rails(
    network: RoadNetwork, demand: Demand, leave_out: bool, left_out: dict[str, int]
) -> list[TrainStream]:
    """The trains of a demand that run beside the roads, which is told; others, on the roads, are not driven.

    Raises:
        Refused: a train on a road, or on an edge that is not there.
    """
    roads = {lane.edge for lane in network.lanes}
    found = []
    for train in demand.trains:
        edges = {edge for route, _ in train.stream.routes for edge in route}
        kind = train.stream.types[0][0].vehicle_class
        if unknown := edges - roads - network.closed:
            raise Refused(f"{train.stream.name} uses edge {min(unknown)!r}, which {network.path.name} does not have")
        if on_road := edges & roads:
            if not leave_out:
                raise Refused(
                    f"{train.stream.name} is a {kind} on edge {min(on_road)!r}, which is a road: trains on rails of "
                    "their own can be run (--leave-out leaves it out)"
                )
            _tell(left_out, f"{kind} on a road")
            continue
        _tell(left_out, f"{kind} on rails of its own, which only closes crossings")
        found.append(train)
    return found


def _tell(left_out: dict[str, int], what: str) -> None:
    left_out[what] = left_out.get(what, 0) + 1


def plan_closings(
    tracks: Tracks, trains: Sequence[TrainStream], begin: float, seconds: float, seed: int, left_out: dict[str, int]
) -> tuple[Closing, ...]:
    """When the crossings of a network are closed, those that close at all.

    Args:
        tracks: the rails.
        trains: of the file.
        begin: s of the file's day.
        seconds: for how long.
        seed: decides when trains come that come by chance.
        left_out: told here: trains that find no way.

    Raises:
        Refused: more trains than can be run.
    """
    seen: dict[str, dict[int, _Approach]] = {name: {} for name in tracks.crossings}
    if not seen:
        return ()
    expected = sum(train.stream.rhythm.expected(begin, begin + seconds) for train in trains)
    if expected > MOST_TRAINS:
        raise Refused(f"{expected:.0f} trains run by the demand: at most {MOST_TRAINS} can close crossings")
    driven = 0
    for order, train in enumerate(trains):
        for departure in draw_departures((train.stream,), begin, begin + seconds, seed + order):
            way = departure.route if departure.given else tracks.way(departure.route)
            if not way or not tracks.is_joined(way):
                _tell(left_out, UNJOINED)
                continue
            line = line_of(tracks, way, train.halts, departure.type.length)
            for moment in run_train(line, departure, begin + seconds) if line.crossings else ():
                _note(line, departure, moment, seen)
                driven += 1
            if driven > MOST_SECONDS:
                raise Refused(f"trains run for more than {MOST_SECONDS} s all together: fewer trains, or --seconds")
    found = [_shown(name, seen[name], rules, begin, seconds) for name, rules in tracks.crossings.items()]
    return tuple(closing for closing in found if closing.times)


@dataclass
class _Approach:
    """What a crossing knows of the trains at a time."""

    trains: list[tuple[float, float, float]]
    """Of each that comes: when it arrives, when its end has passed (s), and how far it is (m)."""
    occupied: bool = False


def _note(line: TrainLine, departure: Departure, moment: TrainMoment, seen: Mapping[str, dict[int, _Approach]]) -> None:
    """What the crossings before a train know of it in the second after this one."""
    kind, factor = departure.type, departure.factor
    for index in line.crossings:
        rail = line.rails[index]
        start, end = line.starts[index], line.starts[index] + rail.length
        if start <= moment.place and moment.place - kind.length < end:
            _at(seen, rail.crossing, moment.second).occupied = True
        if moment.place < start:
            arrives, leaves = _expected(line, kind, factor, moment, index)
            _at(seen, rail.crossing, moment.second + 1).trains.append((arrives, leaves, start - moment.place))


def _at(seen: Mapping[str, dict[int, _Approach]], name: str, second: int) -> _Approach:
    return seen[name].setdefault(second, _Approach([]))


def _expected(
    line: TrainLine, kind: VehicleType, factor: float, moment: TrainMoment, index: int
) -> tuple[float, float]:
    """When a train expects to arrive at a rail ahead, and to have left it."""
    rail, ahead, speed = line.rails[index], line.starts[index] - moment.place, moment.speed
    limit = speed_at(line, kind, factor, line.starts[rail_at(line, moment.place)])
    limit = min(limit, speed_at(line, kind, factor, line.starts[index - 1]))
    there = max(min(math.sqrt(speed * speed + 2.0 * kind.accel * ahead), limit), SLOW)
    arrives = (
        moment.second
        - 1
        + moment.halted
        + _shortest_time(ahead, speed, there, kind.accel if there >= speed else -kind.decel)
    )
    behind = min(speed_at(line, kind, factor, line.starts[index]), math.sqrt(there**2 + 2.0 * kind.accel * rail.length))
    return arrives, arrives + (kind.length + rail.length) / max((there + behind) / 2.0, SLOW)


def _shortest_time(ahead: float, speed: float, there: float, accel: float) -> float:
    """s to a place that is reached at some speed, by a change of speed first and then an even run."""
    changing = (there - speed) / accel
    far = changing * (there + speed) / 2.0
    if ahead >= far:
        return changing + (ahead - far) / max(speed, there, SLOW)
    return (math.sqrt(max(speed * speed + 2.0 * accel * ahead, 0.0)) - speed) / accel


def _shown(
    name: str, seen: Mapping[int, _Approach], rules: Mapping[str, float], begin: float, seconds: float
) -> Closing:
    """What a crossing shows, second by second."""
    letter, wake, shown = OPEN, float(begin), []
    first = math.ceil(begin)
    for second in range(first, math.ceil(begin + seconds)):
        if second + 1.0 > wake:
            wait = _wait(second, seen.get(second), rules)
            letter, more = _next(letter, wait, rules)
            wake += more
        shown.append(letter)
    letters: list[tuple[str, float]] = []
    for one in shown:
        if letters and letters[-1][0] == one:
            letters[-1] = one, letters[-1][1] + 1.0
        else:
            letters.append((one, 1.0))
    return Closing(name, tuple(letters))


def _wait(second: int, approach: _Approach | None, rules: Mapping[str, float]) -> float:
    """s for which a crossing has to be closed."""
    if approach is None:
        return 0.0
    until = float(second)
    for arrives, leaves, ahead in approach.trains:
        near = rules["space-gap"] >= 0.0 and ahead < rules["space-gap"]
        if near or arrives - rules["yellow-time"] - second < rules["time-gap"]:
            until = max(until, leaves + rules["opening-delay"])
    if approach.occupied:
        until = max(until, second + 1.0 + rules["opening-delay"])
    return until - second


def _next(letter: str, wait: float, rules: Mapping[str, float]) -> tuple[str, float]:
    """What a crossing shows next, and s until it looks again."""
    if letter == OPEN:
        return (YELLOW, rules["yellow-time"]) if wait else (OPEN, 1.0)
    if letter == YELLOW:
        return CLOSED, max(1.0, wait)
    if letter == CLOSED:
        return (CLOSED, wait) if wait else (OPENING, rules["opening-time"])
    return (CLOSED, wait) if wait else (OPEN, rules["min-green"])
