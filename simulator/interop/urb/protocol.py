"""The benchmark's course of days: people learn, some become automated, their fleet learns, and is tested.

As in URB's task "40 % AVs, 60 % humans" (config/task_config/config1.json): 200 days on which people learn, then a share
of them is drawn whose routes a fleet chooses from now on while the others keep theirs; days of training; 100 days of
test. Figures are those of its ``analysis/metrics.py``, in minutes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from simulator.interop.urb.building import Choices
from simulator.interop.urb.driving import Day
from simulator.interop.urb.people import LEARNING, LearningPeople, fleet_of

BEFORE = 50  # days that t_pre is the mean of
TELLS = 25  # days between two lines
SHARE = 0.4  # of commuters that become automated
PEOPLE_DAYS, TRAINING_DAYS, TEST_DAYS = 200, 1000, 100


class DayRoad(Protocol):
    """Where days are driven."""

    place: str

    def drive(self, taken: np.ndarray, seed: int) -> Day:
        """A day with everybody's routes; a seed decides what is by chance."""


@dataclass(frozen=True)
class Course:
    """How many days, and how many cars."""

    people: int = PEOPLE_DAYS
    training: int = TRAINING_DAYS
    test: int = TEST_DAYS
    others: int = 10
    """Days with other drivers on which the tested routes are driven too."""
    share: float = SHARE


Figures = dict[str, float]
"""Of one fleet, by name."""


def run_course(
    road: DayRoad,
    choices: Choices,
    seed: int,
    fleets: Sequence[str],
    course: Course,
    *,
    beside: DayRoad | None = None,
    tell: Callable[[str], None] = print,
) -> dict[str, Figures]:
    """All days of a seed, for each fleet from the same people and the same cars.

    Args:
        road: where days are driven.
        choices: everybody's routes.
        seed: decides who becomes automated, what is by chance on the road, and what fleets draw. As in RouteRL all
            days have the same seed: equal choices give equal days.
        fleets: names of `FLEETS`.
        course: how many days and cars.
        beside: another road, on which the tested choices are driven once.
        tell: is told what is going on, line by line.
    """
    days = _Days(road, seed)
    people = LearningPeople(choices.free)
    before: list[np.ndarray] = []
    for day in range(course.people):
        taken = people.choose()
        minutes = days.drive(taken).minutes
        people.learn(taken, minutes)
        before.append(minutes)
        if (day + 1) % TELLS == 0:
            tell(f"  people, day {day + 1} of {course.people}: {minutes.mean():.3f} min")
    pre, last = np.mean(before[-BEFORE:], axis=0), people.choose()
    n = len(last)
    cars = np.sort(np.random.default_rng((seed, 2)).choice(n, int(n * course.share), replace=False))
    found = {"people": _figures(road, beside, [days.drive(last)], last, cars, pre, seed, course.others)}
    for name in fleets:
        tested, taken, train = _fleet(days, choices, last, cars, name, (seed, 3), course, tell)
        found[name] = _figures(road, beside, tested, taken, cars, pre, seed, course.others)
        if train > 0.0:
            found[name]["t_train"] = train
        tell(f"  {name}: {found[name]['t_test']:.3f} min in the test, {found['people']['t_pre']:.3f} before")
    return found


def _fleet(
    days: _Days, choices: Choices, last: np.ndarray, cars: np.ndarray, name: str, seed: tuple[int, ...],
    course: Course, tell: Callable[[str], None],
) -> tuple[list[Day], np.ndarray, float]:  # fmt: skip
    """A fleet's days: those of the test, the routes of the last, the mean of those of training (0 without any)."""
    fleet = fleet_of(name, choices.free[cars], np.random.default_rng(seed))
    training = course.training if name in LEARNING else 0
    taken, tested, train = last.copy(), [], []
    for number in range(training + course.test):
        taken = last.copy()
        taken[cars] = fleet.choose(number, training)
        day = days.drive(taken)
        if number < training:
            fleet.learn(taken[cars], day.minutes[cars], float(day.minutes.mean()))
            train.append(float(day.minutes.mean()))
        else:
            tested.append(day)
        if (number + 1) % (4 * TELLS) == 0:
            tell(f"  {name}, day {number + 1} of {training + course.test}: {day.minutes.mean():.3f} min")
    return tested, taken, float(np.mean(train)) if train else 0.0


class _Days:
    """Days of one seed; one like the day before is not driven again."""

    def __init__(self, road: DayRoad, seed: int) -> None:
        self._road, self._seed = road, seed
        self._taken: np.ndarray | None = None
        self._day: Day | None = None

    def drive(self, taken: np.ndarray) -> Day:
        """A day with everybody's routes."""
        if self._day is None or self._taken is None or not np.array_equal(taken, self._taken):
            self._taken, self._day = taken.copy(), self._road.drive(taken, self._seed)
        return self._day


def _figures(
    road: DayRoad, beside: DayRoad | None, tested: Sequence[Day], taken: np.ndarray, cars: np.ndarray, pre: np.ndarray,
    seed: int, others: int,
) -> Figures:  # fmt: skip
    """Mean minutes before and in the test: of all, of the cars, of the people; and what else happened in the test."""
    minutes = np.mean([day.minutes for day in tested], axis=0)
    rest = np.setdiff1d(np.arange(len(taken)), cars)
    found = Figures(
        t_pre=pre.mean(), t_test=minutes.mean(), t_cav=minutes[cars].mean(), t_cav_pre=pre[cars].mean(),
        t_hdv=minutes[rest].mean(), t_hdv_pre=pre[rest].mean(),
    )  # fmt: skip
    for name in tested[0].counts:
        found[name] = float(np.mean([day.counts[name] for day in tested]))
    if others:
        found["t_others"] = np.mean([road.drive(taken, seed + 1000 + day).minutes.mean() for day in range(others)])
    if beside is not None:
        found["t_beside"] = beside.drive(taken, seed).minutes.mean()
    return Figures({name: float(value) for name, value in found.items()})
