"""Who chooses routes, day after day: people as the benchmark models them, and fleets of automated cars.

No fleet is told more than the benchmark tells its agents: after a day the minutes of its own cars' trips and, if that
is their reward, the mean of all trips; and, as the benchmark's baselines are, what their routes take on empty roads.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

ALPHA = 0.2
"""How much of a day goes into what one expects: RouteRL's ``alpha``."""
ALONE = 0.2
"""Share of the days of training in which every car of a searching fleet learns for itself."""
AT_ONCE = 0.08
"""Share of a searching fleet's cars that try another route on the same day."""
ROOM = 0.25
"""Minutes that a route may be longer on empty roads than the trip so far and still be tried."""


class LearningPeople:
    """Human drivers, as in Gawron (1998) by RouteRL with ``deterministic``: what they expect of the route of the day
    moves towards what it took, and they take the route of which they expect the least. At first they expect what
    routes take on empty roads.
    """

    def __init__(self, free: np.ndarray) -> None:
        """``free``: (n, most) minutes of everybody's routes on empty roads, inf for none."""
        self.expected = free.copy()

    def choose(self) -> np.ndarray:
        """(n,) the place of everybody's route of the day."""
        return np.asarray(np.argmin(self.expected, axis=1))

    def learn(self, taken: np.ndarray, minutes: np.ndarray) -> None:
        """After a day: the routes taken, and the minutes that everybody took."""
        place = np.arange(len(taken)), taken
        self.expected[place] += ALPHA * (minutes - self.expected[place])


class CarFleet(Protocol):
    """What chooses for the automated cars."""

    def choose(self, day: int, days: int) -> np.ndarray:
        """(cars,) the place of each car's route on a day of so many days of training; then it is tested."""

    def learn(self, taken: np.ndarray, minutes: np.ndarray, everybody: float) -> None:
        """After a day of training: the routes taken, minutes of the cars, mean minutes of all who drive."""


class Chance:
    """Every car takes any route, every day: the benchmark's baseline ``random``."""

    def __init__(self, free: np.ndarray, random: np.random.Generator) -> None:
        self._counts, self._random = np.isfinite(free).sum(axis=1), random

    def choose(self, day: int, days: int) -> np.ndarray:
        """See `CarFleet`."""
        return np.asarray((self._random.random(len(self._counts)) * self._counts).astype(np.int64))

    def learn(self, taken: np.ndarray, minutes: np.ndarray, everybody: float) -> None:
        """Nothing."""


class EmptyRoads:
    """Every car takes its quickest route on empty roads, every day: the benchmark's baseline ``aon``."""

    def __init__(self, free: np.ndarray, random: np.random.Generator) -> None:
        self._taken = np.argmin(free, axis=1)

    def choose(self, day: int, days: int) -> np.ndarray:
        """See `CarFleet`."""
        return np.asarray(self._taken)

    def learn(self, taken: np.ndarray, minutes: np.ndarray, everybody: float) -> None:
        """Nothing."""


class EachAlone:
    """Every car learns for itself as people do, from what routes take on empty roads: the baseline ``gawron``."""

    def __init__(self, free: np.ndarray, random: np.random.Generator) -> None:
        self._people = LearningPeople(free)

    def choose(self, day: int, days: int) -> np.ndarray:
        """See `CarFleet`."""
        return self._people.choose()

    def learn(self, taken: np.ndarray, minutes: np.ndarray, everybody: float) -> None:
        """See `LearningPeople.learn`."""
        self._people.learn(taken, minutes)


class Search:
    """Cars that look for better routes together, with one reward for all.

    For some days every car learns for itself, as people do. Then the fleet goes back to the routes of its best day. On
    one day a few cars try other routes; on the next those whose own trip became shorter do so again, together. Whatever
    day has the best reward so far is gone back to. Cars and routes are tried in rounds, those first that promise most
    by their minutes on empty roads; who would take longer on empty roads than he takes now tries nothing.
    """

    def __init__(self, free: np.ndarray, random: np.random.Generator, *, for_all: bool) -> None:
        """``for_all``: the reward is the mean of all trips (RouteRL: social); else of the fleet's own (cooperative)."""
        self._free, self._random, self._for_all = free, random, for_all
        self._people = LearningPeople(free)
        self._best, self._kept, self._minutes = np.inf, np.argmin(free, axis=1), free.min(axis=1)
        self._round: list[tuple[int, int]] = []
        self._proven: dict[int, int] = {}
        self._alone = True

    def choose(self, day: int, days: int) -> np.ndarray:
        """See `CarFleet`."""
        self._alone = day < ALONE * days
        if self._alone and day < days:
            return self._people.choose()
        taken = self._kept.copy()
        if day < days:
            for car, route in (self._proven or self._next(max(int(AT_ONCE * len(taken)), 1))).items():
                taken[car] = route
        return taken

    def learn(self, taken: np.ndarray, minutes: np.ndarray, everybody: float) -> None:
        """See `CarFleet`."""
        if self._alone:
            self._people.learn(taken, minutes)
        tried = () if self._proven or self._alone else np.flatnonzero(taken != self._kept)
        self._proven = {int(car): int(taken[car]) for car in tried if minutes[car] < self._minutes[car]}
        if len(self._proven) == len(tried) == 1:
            self._proven = {}  # it was seen alone already
        reward = everybody if self._for_all else float(minutes.mean())
        if reward < self._best:
            self._best, self._kept, self._minutes = reward, taken.copy(), minutes.copy()

    def _next(self, most: int) -> dict[int, int]:
        """Cars and the routes that they try; none where no car has another that could be quicker."""
        found: dict[int, int] = {}
        for _ in range(2):
            while self._round and len(found) < most:
                car, route = self._round.pop()
                if car not in found and route != self._kept[car] and self._promises(car, route) > 0.0:
                    found[car] = route
            if found:
                break
            self._round = [(int(car), int(route)) for car, route in np.argwhere(np.isfinite(self._free))]
            self._random.shuffle(self._round)
            self._round.sort(key=lambda change: self._promises(*change))
        return found

    def _promises(self, car: int, route: int) -> float:
        return float(self._minutes[car] + ROOM - self._free[car, route])


def fleet_of(name: str, free: np.ndarray, random: np.random.Generator) -> CarFleet:
    """A fleet by its name, one of `FLEETS`; ``free``: (cars, most) minutes of their routes on empty roads."""
    if name in ("together", "for-all"):
        return Search(free, random, for_all=name == "for-all")
    kinds: dict[str, type[Chance] | type[EmptyRoads] | type[EachAlone]]
    kinds = {"random": Chance, "empty-roads": EmptyRoads, "alone": EachAlone}
    return kinds[name](free, random)


FLEETS = {
    "together": "a few cars try other routes; what makes the fleet's mean fall is kept (reward: cooperative)",
    "for-all": "the same, where the mean of all is to fall (reward: social)",
    "alone": "every car learns for itself as people do (the benchmark's gawron)",
    "empty-roads": "the quickest route on empty roads (the benchmark's aon)",
    "random": "any route, every day (the benchmark's random)",
}
"""What chooses for the automated cars, by name."""
LEARNING = frozenset({"together", "for-all", "alone"})
"""Those that days of training change; the others are tested at once."""
