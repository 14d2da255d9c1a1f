"""The page of what agents of one world reach, made from the reports that ship with them and a few words by hand."""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import msgspec

from agents.checkpoints.description import INSIGHT
from agents.checkpoints.final_uses import HEADING, read_uses, use_lines
from agents.evaluation.results import RIVALS, unlike_budgets
from simulator.app.pages.markdown import table
from simulator.app.pages.memory_table import memory_lines

WORDS = {
    "agent": "**the agent**",
    "wiped": "its memory wiped every episode",
    "shuffled": "the memory of another task",
    "foreign": "the memory of other opponents on the same layout",
    "blind": "blind: memory wiped in training too",
    "oracle": "oracle: told the hidden task",
    "random": "random choices",
    "bot": "the task's own bot",
}
HEADLINE = ("agent", "wiped", "foreign", "blind", "oracle")
"""Rows of the table in README."""
CLAIMS = {
    "(i)": "It gets better within a trial",
    "(ii)": "It does better with its memory than without",
    "(iii)": "It is better than chance in every episode",
}
WORTH = {
    "wiped": "against one that is wiped every episode",
    "foreign": "against one formed with other opponents on the same layout",
}
MOST_FIGURES = 5  # columns that fit beside a name


@dataclass(frozen=True)
class Shipped:
    """One report that ships, and the agent whose card it belongs to."""

    name: str
    report: Mapping[str, Any]
    config: Mapping[str, Any]
    train_command: str
    uses: Sequence[str] = ()
    """Lines of its card on the uses of the split final."""
    insight: Mapping[str, Any] | None = None
    """What `crossplay insight --card` found in its memory."""


class _KeptReport(msgspec.Struct):
    world_version: int
    intervals: str
    results: Annotated[list[dict[str, Any]], msgspec.Meta(min_length=1)]
    notes: list[str] = []


class KeptReferences(msgspec.Struct):
    """What a `references.json` must hold for a page to be made of it."""

    steps: int
    seeds: int
    command: str
    reports: dict[str, _KeptReport]
    learned: list[int] = []


def read_shipped(folder: Path, name: str, train_command: str) -> Shipped:
    """The report and the description of a shipped agent."""
    read = {part: json.loads((folder / part).read_text(encoding="utf-8")) for part in ("report.json", "config.json")}
    uses = [line.replace(HEADING, f"#{HEADING}") for line in use_lines(read_uses(folder))]
    return Shipped(
        name, read["report.json"], read["config.json"], train_command, uses, kept_insight(folder, read["config.json"])
    )


def kept_insight(folder: Path, config: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What was found in a memory; nothing where it was not asked for, or of other weights than these."""
    path = folder / INSIGHT
    if not path.is_file():
        return None
    found = dict(json.loads(path.read_text(encoding="utf-8")))
    return found if found["sha256"] == config["sha256"] else None


def results_page(
    world: str,
    shipped: Sequence[Shipped],
    *,
    notes: str,
    figures: Sequence[str] = (),
    references: Mapping[str, Any] | None = None,
) -> str:
    """Markdown: the notes kept by hand, what `crossplay references` found, what each shipped agent scores on every
    split, and the commands.

    Tables show the ``figures`` in their order. ``references``: the contents of a `references.json`.
    """
    lines = [f"# What agents reach in `{world}`", ""]
    if notes:
        lines += ["## In short", "", notes.strip(), ""]
    if references:
        lines += [*_references(references, figures)]
    for each in shipped:
        lines += [*report_lines(each, figures)]
    return "\n".join(lines)


def _references(found: Mapping[str, Any], figures: Sequence[str]) -> Iterator[str]:
    """Agent, blind and oracle of one budget, compared."""
    yield "## Agent and references, trained alike"
    yield ""
    learned = " to ".join(f"{steps:,}" for steps in dict.fromkeys(found.get("learned", [found["steps"]])))
    seeds = "One training seed" if found["seeds"] == 1 else f"{found['seeds']} training seeds"
    for tell, report in found["reports"].items():
        told = "all of the hidden task" if tell == "all" else f"of its {tell} alone"
        yield (
            f"{seeds} each of {learned} agent-steps, with the same settings; the "
            f"oracle is told {told}. Measured on version {report['world_version']}. Each row plays the same "
            f"{report['results'][0]['tasks']:,} tasks; {report['intervals']}."
        )
        yield ""
        yield "```sh"
        yield found["command"]
        yield "```"
        yield ""
        notes = [f"- {note}" for note in report.get("notes", ())]
        yield from [*notes, ""] if notes else []
        yield from _cells(report, figures)


def report_lines(shipped: Shipped, figures: Sequence[str], *, heading: str = "") -> Iterator[str]:
    """What one shipped agent scores on every split, and the commands, under its name or another ``heading``."""
    report, config = shipped.report, shipped.config
    yield f"## {heading or f'`{shipped.name}`'}"
    yield ""
    yield (
        f"Trained on {config['steps']:,} agent-steps; measured on version {report['world_version']}; "
        f"{_checkpoints(report['checkpoints'])}. Each row plays the same {report['results'][0]['tasks']:,} tasks; "
        f"{report.get('intervals', 'intervals are at 95 %')}."
    )
    yield ""
    yield "```sh"
    yield shipped.train_command
    yield report["command"]
    yield "```"
    yield ""
    yield from _cells(report, figures)
    if shipped.insight:
        yield from memory_lines(shipped.insight)
    if shipped.uses:
        yield from (*shipped.uses[1:], "")


def _checkpoints(sources: Sequence[Mapping[str, Any]]) -> str:
    counts = {kind: sum(source["kind"] == kind for source in sources) for kind in ("agent", "blind", "oracle")}
    words = [f"{count} training seed{'s' * (count > 1)} of the {kind}" for kind, count in counts.items() if count]
    return ", ".join(words)


def _cells(report: Mapping[str, Any], figures: Sequence[str]) -> Iterator[str]:
    budgets = unlike_budgets((each["kind"], each["steps"]) for each in report["checkpoints"])
    for cell in report["results"]:
        yield from _cell(cell, figures, budgets)


def _cell(cell: Mapping[str, Any], figures: Sequence[str], budgets: str) -> Iterator[str]:
    episodes = range(1, cell["episodes"] + 1)
    yield f"### {cell['role']}, split `{cell['split']}`"
    yield ""
    rows = [
        (WORDS.get(name, f"bot `{name.removeprefix('bot:')}`"), *(f"{point['value']:.1f}" for point in curve))
        for name, curve in cell["return_by_episode"].items()
    ]
    yield from table(("return by episode", *map(str, episodes)), rows)
    yield ""
    yield from _claims(cell, budgets)
    yield from _figures(cell, figures)


def _claims(cell: Mapping[str, Any], budgets: str) -> Iterator[str]:
    for verdict in cell["verdicts"]:
        words = CLAIMS[verdict["claim"].split()[0]]
        answer = {True: "yes", False: "no", None: _unmeasured(verdict["evidence"])}[verdict["holds"]]
        evidence = "; ".join(f"{label} {_signed(estimate)}" for label, estimate in verdict["evidence"].items())
        yield f"- {words}: **{answer}**{f' ({evidence})' if evidence else ''}."
    if cell.get("headroom"):
        yield f"- What knowing the task is worth, oracle − blind: {_signed(cell['headroom'])}."
    if cell["adaptation"]:
        yield f"- Adaptation, (agent − blind) / (oracle − blind): {plain_estimate(cell['adaptation'])}{budgets}."
    beside = WORTH if cell["adaptation"] else ("foreign",)  # what is lost without any memory stands above already
    for name in (name for name in beside if name in cell["agent_minus"]):
        yield f"- What its memory is worth, {WORTH[name]}: {_signed(cell['agent_minus'][name])}."
    yield ""


def _unmeasured(evidence: Collection[str]) -> str:
    """What a claim lacks, by the differences that were measured for it."""
    lacks = [name for name in RIVALS if f"agent − {name}" not in evidence] if evidence else []
    return f"not told: no {lacks[0]} agent was measured" if len(lacks) == 1 else "not measured"


def _figures(cell: Mapping[str, Any], figures: Sequence[str]) -> Iterator[str]:
    """The learner's own figures where there are some, else the world's: the agent's, and others less the agent's."""
    ordered = sorted(cell["figures"], key=lambda name: figures.index(name) if name in figures else len(figures))
    names = [name for name in ordered if name.startswith("own_")] or ordered
    names = names[:MOST_FIGURES]
    if not names:
        return
    conditions = list(cell["return_by_episode"])
    rows = [
        (
            WORDS.get(condition, f"bot `{condition.removeprefix('bot:')}`"),
            *(_short(cell["figures"][name]["later"][condition]) for name in names),
        )
        for condition in conditions
    ]
    yield from table(("in the later episodes", *(name.replace("_", " ") for name in names)), rows)
    yield ""


def _short(estimate: Mapping[str, float]) -> str:
    """A value and half of its interval, to the digit that the interval leaves certain."""
    half = (estimate["high"] - estimate["low"]) / 2.0
    digits = min(4, max(0, 1 - math.floor(math.log10(half)))) if half > 0.0 else 2
    return f"{estimate['value']:,.{digits}f} ± {half:.{digits}f}"


def _signed(estimate: Mapping[str, float]) -> str:
    return f"{estimate['value']:+.2f} [{estimate['low']:+.2f}, {estimate['high']:+.2f}]"


def plain_estimate(estimate: Mapping[str, float]) -> str:
    """A value and the ends of its interval."""
    return f"{estimate['value']:.2f} [{estimate['low']:.2f}, {estimate['high']:.2f}]"


def headline(cell: Mapping[str, Any]) -> Iterator[str]:
    """The table of README: return by episode of the agent and what it is compared with."""
    shown = [name for name in HEADLINE if name in cell["return_by_episode"]]
    rows = [(WORDS[name], *(f"{point['value']:.1f}" for point in cell["return_by_episode"][name])) for name in shown]
    yield from table(("return by episode", *map(str, range(1, cell["episodes"] + 1))), rows)
