"""Reading settings in TOML that a stranger may have written.

Python's reader recurses into nested arrays and keeps all beginnings of a dotted key, so a small file could take the
whole stack or gigabytes. What settings never need is refused before it reads.
"""

import re
import tomllib
from pathlib import Path
from typing import Any

from simulator.engine.reading import read_text
from worlds.world import Refused

MOST_BYTES = 1 << 18  # of a settings file; ours have some thousands
MOST_DEPTH = 16  # arrays and tables inside each other
MOST_PARTS = 16  # of a dotted key
LONGEST_WORD = 200  # characters of a key or a number that stands without quotes

_QUOTED = re.compile(
    r'"""(?:\\.|[^\\])*?"""|\'\'\'.*?\'\'\'|"(?:\\[^\n]|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*', re.DOTALL
)  # strings and comments, whichever begins first
_BRACKET = re.compile(r"[\[\]{}]")
_WORD = re.compile(rf"[\w+-]{{{LONGEST_WORD + 1}}}")
_DOTTED = re.compile(rf"(?:[\w-]+[ \t]*\.[ \t]*){{{MOST_PARTS}}}")


def read_toml(path: str | Path, name: str) -> dict[str, Any]:
    """The table of a TOML file; ``name`` is what a refusal calls it.

    Raises:
        Refused: the file cannot be read, is larger than settings are, is no TOML or is nested too deeply.
    """
    return parse_toml(read_text(path, MOST_BYTES), name)


def parse_toml(text: str, name: str) -> dict[str, Any]:
    """The table that a text in TOML tells.

    Raises:
        Refused: it is no TOML, or more than settings need.
    """
    _check(text, name)
    try:
        return tomllib.loads(text)
    except ValueError as error:  # also a date or a number that Python does not have
        raise Refused(f"{name} is not TOML: {error}") from error


def _check(text: str, name: str) -> None:
    bare = _QUOTED.sub(lambda found: "" if found[0].startswith("#") else "_", text)
    depth = 0
    for bracket in _BRACKET.finditer(bare):
        depth = depth + 1 if bracket[0] in "[{" else max(depth - 1, 0)
        if depth > MOST_DEPTH:
            raise Refused(f"{name} nests arrays or tables more than {MOST_DEPTH} deep, which no settings need")
    if word := _WORD.search(bare):
        raise Refused(f"{name} has a number or a key of more than {LONGEST_WORD} characters: {word[0][:20]!r} …")
    if dotted := _DOTTED.search(bare):
        raise Refused(f"{name} has a key of more than {MOST_PARTS} parts: {dotted[0][:20]!r} …")
