"""Numbers as the panel can show them: whatever a network or a file holds, finite or not."""

from __future__ import annotations

import math
from collections.abc import Iterable

LARGEST = 1e100  # what is farther from zero is drawn there: sums and ratios of such numbers are still finite
EXACT = 100.0  # scores below it are exact to a thousandth of a hundredth, as float32 adds them up
NEAR = 1e-3  # hundredths
LONG = 1e6  # numbers from here on are written with an exponent


def share(part: float) -> float:
    """A probability within 0 and 1; what is no number is none."""
    number = float(part)
    return min(max(number, 0.0), 1.0) if not math.isnan(number) else 0.0


def bounded(value: float) -> float:
    """The number, or the farthest from zero that can be drawn; NaN stays NaN."""
    return min(max(float(value), -LARGEST), LARGEST)


def places(values: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """The points (x, y) that can be drawn, in order: those without a number are left out."""
    return [(x, bounded(y)) for x, y in values if not math.isnan(y)]


def short(value: float, digits: int = 1, *, sign: bool = False) -> str:
    """A number in few letters: 12.3, +1e+30, inf, nan."""
    plus = "+" if sign else ""
    number = float(value)
    if abs(number) < LONG:
        return f"{round(number, digits) + 0.0:{plus}.{digits}f}"  # zero has no minus
    return f"{number:{plus}.{digits + 1}g}"


def scored(points: float, *, sign: bool = False) -> str:
    """A score: with two decimals where it has just these, as in a game of quarters ("-3.75"), else with one."""
    hundredths = 100.0 * float(points)
    whole = abs(points) < EXACT and abs(hundredths - round(hundredths)) < NEAR
    return short(points, 2 if whole and round(hundredths) % 10 else 1, sign=sign)


def as_paid(points: float) -> str:
    """Points with their sign, and with the decimals that they have: "+2", "-0.25", "+12"."""
    words = short(points, 2 if abs(points) < 10.0 else 0, sign=True)
    return words.rstrip("0").rstrip(".") if "." in words and "e" not in words else words
