"""How the HTML report words its numbers and names; what the templates cannot say by themselves."""

from agents.evaluation.render.plot import WORDS


def number(value: float, how: str) -> str:
    """A number in Python's format ``how`` (``.2f``, ``+.2f``, ``.4g``, ``,``), its minus sign as wide as a plus."""
    return format(value, how).replace("-", "−")


def condition(name: str) -> str:
    """The words for a condition; a baseline goes by its own name."""
    return WORDS.get(name, name)
