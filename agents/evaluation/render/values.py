"""Estimates as words on the page: the value, and its interval in small print."""

from agents.evaluation.render.markup import Element, tag
from agents.evaluation.statistics import Estimate

NONE = "–"


def spread(estimate: Estimate) -> Element:
    """Value and interval."""
    interval = f"[{estimate.low:.2f}, {estimate.high:.2f}]"
    return tag("span", _minus(f"{estimate.value:.2f} "), tag("small", _minus(interval)))


def signed(estimate: Estimate) -> Element:
    """A difference and its interval."""
    value, low, high = (f"{number:+.2f}" for number in (estimate.value, estimate.low, estimate.high))
    return tag("span", _minus(f"{value} "), tag("small", _minus(f"[{low}, {high}]")))


def brief(estimate: Estimate, *, sign: bool = False) -> Element:
    """Value and half the width of the interval."""
    value = f"{estimate.value:+.2f} " if sign else f"{estimate.value:.2f} "
    return tag("span", _minus(value), tag("small", f"±{(estimate.high - estimate.low) / 2.0:.2f}"))


def four_digits(estimate: Estimate, *, sign: bool = False) -> Element:
    """The same for the world's figures, which differ in size."""
    value = f"{estimate.value:+.4g} " if sign else f"{estimate.value:.4g} "
    return tag("span", _minus(value), tag("small", f"±{(estimate.high - estimate.low) / 2.0:.2g}"))


def _minus(number: str) -> str:
    """With a minus sign as wide as a plus."""
    return number.replace("-", "−")
