"""What an experiment found beside what is published, and the list of all experiments."""

import importlib
import math
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass

PUBLISHED, MODEL = "published", "model"
"""What a check is held against: what others measured or publish, or the model itself and what follows from it."""


@dataclass(frozen=True)
class Check:
    """One measured number and what it is held against."""

    name: str
    measured: float
    published: float
    """What the source says; the middle of the allowed range where it gives a range only."""
    low: float
    """Allowed is ``low`` to ``high``, both included."""
    high: float
    unit: str
    source: str
    """Where the number and the allowed range are from: author, year, table."""
    against: str = PUBLISHED
    """PUBLISHED, or MODEL: then it shows that the code does what its model says, not that traffic is like this."""

    @property
    def passed(self) -> bool:
        """Whether the measured number lies in the allowed range."""
        return math.isfinite(self.measured) and self.low <= self.measured <= self.high

    @property
    def missed_by(self) -> float:
        """How far outside of the allowed range the measured number lies, 0 inside; infinite if nothing was measured."""
        if not math.isfinite(self.measured):
            return math.inf
        return max(self.low - self.measured, self.measured - self.high, 0.0)


def within(
    name: str, measured: float, published: float, part: float, unit: str, source: str, against: str = PUBLISHED
) -> Check:
    """A check that allows ``part`` (0.03: 3 %) of the published number more or less."""
    room = abs(published) * part
    return Check(name, float(measured), published, published - room, published + room, unit, source, against)


def between(
    name: str,
    measured: float,
    low: float,
    high: float,
    unit: str,
    source: str,
    against: str = PUBLISHED,
    *,
    published: float | None = None,
) -> Check:
    """A check against a published range."""
    middle = (low + high) / 2 if published is None else published
    return Check(name, float(measured), middle, low, high, unit, source, against)


def at_most(name: str, measured: float, published: float, unit: str, source: str, against: str = PUBLISHED) -> Check:
    """A check that the measured number is no larger."""
    return Check(name, float(measured), published, -math.inf, published, unit, source, against)


def at_least(name: str, measured: float, published: float, unit: str, source: str, against: str = PUBLISHED) -> Check:
    """A check that the measured number is no smaller."""
    return Check(name, float(measured), published, published, math.inf, unit, source, against)


Experiment = Callable[[], list[Check]]
_experiments: dict[str, Experiment] = {}


def experiment(name: str) -> Callable[[Experiment], Experiment]:
    """Enter a function without arguments, which gives checks and the same ones at every call, into the list.

    Raises:
        ValueError: a name that is taken.
    """

    def enter(function: Experiment) -> Experiment:
        if name in _experiments and _experiments[name].__module__ != function.__module__:
            raise ValueError(f"experiment {name!r} is entered twice")
        _experiments[name] = function
        return function

    return enter


def experiments() -> dict[str, Experiment]:
    """All experiments by name, in the order of the files."""
    import worlds.road.lab

    for module in sorted(found.name for found in pkgutil.iter_modules(worlds.road.lab.__path__)):
        importlib.import_module(f"worlds.road.lab.{module}")
    return dict(sorted(_experiments.items(), key=lambda entered: entered[1].__module__))
