"""Words and values of strangers, made fit to be shown: no control characters, no half characters, not endless."""

from typing import Any

UNKNOWN = "\ufffd"
MOST = 60  # letters of a value in a sentence


def printable(words: str, most: int) -> str:
    """The words on one line, with a sign for every character that cannot be shown; at most ``most`` characters."""
    cut = words[: most - 1] + "…" if len(words) > most else words
    return cut if cut.isprintable() else "".join(c if c.isprintable() else _sign(c) for c in cut)


def _sign(character: str) -> str:
    return " " if character.isspace() else UNKNOWN


def shown(value: Any) -> str:
    """A value on one line of a sentence, cut where it is long."""
    words = " ".join(repr(value).split())
    return words if len(words) <= MOST else f"{words[:MOST]}…"
