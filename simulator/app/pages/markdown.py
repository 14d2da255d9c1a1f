"""Small pieces of Markdown: tables, and the sections of a world's page."""

import re
from collections.abc import Iterator, Sequence

HEAD = re.compile(r"^([A-Z][a-z]+)(?: {2,}|$| )(.*)$")
INDENT = " " * 9  # how far the text of a section is set in


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Lines of a table; bars in cells are escaped."""
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"


def sections(page: str) -> dict[str, str]:
    """The sections of a world's page, each as one paragraph: ``Rules    Everyone runs …`` gives ``Rules``."""
    found: dict[str, list[str]] = {}
    name = ""
    for line in page.strip().splitlines()[1:]:
        if line.startswith(INDENT):
            found[name].append(line.strip())
        elif line.strip() and (head := HEAD.match(line)):
            name = head[1]
            found[name] = [head[2].strip()]
    return {name: " ".join(words).strip() for name, words in found.items()}


def title(page: str) -> tuple[str, str]:
    """Name and goal of a world, from the first line of its page: ``Tag: catch the evaders.``"""
    name, _, goal = page.strip().splitlines()[0].partition(": ")
    return name, goal
