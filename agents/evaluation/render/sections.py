"""What stands in the HTML report, as plain data: one section after the other, each with the template that writes it."""

import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import quote

from agents.evaluation.crossed import split_of
from agents.evaluation.matrix import Matrix
from agents.evaluation.mixes import Mixes
from agents.evaluation.recordings import Recorded
from agents.evaluation.render import pictures
from agents.evaluation.render.plot import colour_range
from agents.evaluation.report import Report
from agents.evaluation.results import Cell, later_words
from agents.evaluation.switch import Switch

Part = TypeVar("Part", Cell, Mixes, Switch)

CROSSED_ROWS = tuple(
    (words, tuple(split_of(new_layout=new_layout, new_opponents=new) for new in (False, True)))
    for words, new_layout in (("seen layouts", False), ("new layouts", True))
)
"""Seen and new layouts as rows; the splits with seen and with new opponents as columns."""


@dataclass(frozen=True)
class Section:
    """A part of the page."""

    key: str
    """Its anchor."""
    title: str
    template: str
    """File in the folder ``templates``."""
    data: Mapping[str, Any] = field(default_factory=dict)
    """What the template needs beside the report."""


def sections(report: Report) -> list[Section]:
    """All parts of a report that have something to tell, in their order."""
    return list(_sections(report))


def _sections(report: Report) -> Iterator[Section]:
    words = later_words(report.cells[0].episodes)
    yield Section("short", "In short", "short.html.jinja", {"words": words, "crossed_rows": CROSSED_ROWS})
    for index, (role, cells) in enumerate(_by_role(report.cells)):
        picture = pictures.returns(cells, f"returns-{index}")
        yield Section(f"role-{role}", role, "role.html.jinja", {"role": role, "cells": cells, "picture": picture})
    if report.learned:
        drawn = [(part, pictures.learned(part, f"learned-{index}")) for index, part in enumerate(report.learned)]
        yield Section("learned", "Strangers that learned", "learned.html.jinja", {"words": words, "parts": drawn})
    if report.mixes:
        parts = [
            (role, mine, pictures.mixes(mine, f"mixes-{index}"))
            for index, (role, mine) in enumerate(_by_role(report.mixes))
        ]
        yield Section("mixes", "From seen to held-out opponents", "mixes.html.jinja", {"words": words, "roles": parts})
    if report.switches:
        yield _switch_section(report)
    if report.matrices:
        maps = [(matrix, shades(matrix)) for matrix in report.matrices]
        yield Section("crossplay", "Cross-play", "crossplay.html.jinja", {"words": words, "maps": maps})
    if report.alone:
        yield Section("alone", "Beside the agent for this world alone", "alone.html.jinja")
    if report.recorded:
        rows = [replay_row(each) for each in report.recorded]
        yield Section("replays", "Replays", "replays.html.jinja", {"rows": rows})
    yield Section("origin", "How it was measured", "origin.html.jinja")


def _by_role(parts: Iterable[Part]) -> list[tuple[str, list[Part]]]:
    """Parts that belong together, roles in the order of their first part."""
    found: dict[str, list[Part]] = {}
    for part in parts:
        found.setdefault(part.role, []).append(part)
    return list(found.items())


def _switch_section(report: Report) -> Section:
    parts = [
        (role, mine, pictures.switches(mine, f"switch-{index}"))
        for index, (role, mine) in enumerate(_by_role(report.switches))
    ]
    data = {"roles": parts, "names": pictures.SWITCH_WORDS}
    return Section("switch", "Opponents switched in mid-trial", "switch.html.jinja", data)


def shades(matrix: Matrix) -> list[list[float]]:
    """How deep the colour of every score is, from 0 (the lowest) to 1."""
    low, high = colour_range(matrix)
    return [
        [(each.value - low) / (high - low) if high > low else 0.5 for each in row] for row in matrix.scores
    ]  # fmt: skip


def replay_row(each: Recorded) -> dict[str, Any]:
    """One replay: whose, where it lies and how to watch it."""
    return {
        "name": each.name,
        "task": each.task,
        "returns": each.returns,
        "file": each.file.rpartition("/")[2],
        "link": quote(each.file),
        "command": f"crossplay replay {shlex.quote(each.file)}",
    }
