"""Values as a sentence shows them."""

from typing import Any

MOST = 60  # letters


def shown(value: Any) -> str:
    """A value on one line, cut where it is long."""
    words = " ".join(repr(value).split())
    return words if len(words) <= MOST else f"{words[:MOST]}…"
