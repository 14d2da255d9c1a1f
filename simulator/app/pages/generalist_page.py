"""The page of what an agent for several worlds reaches, made from the reports that ship with its parts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from simulator.app.pages.markdown import table
from simulator.app.pages.results_page import Shipped, plain_estimate, report_lines


def generalist_page(
    name: str, parts: Mapping[str, Shipped], *, notes: str, figures: Mapping[str, Sequence[str]]
) -> str:
    """Markdown: the notes kept by hand, one table over all worlds, then what the agent scores in each of them.

    ``figures``: those of each world, in the order of its tables.
    """
    lines = [f"# What `{name}`, one agent for several worlds, reaches", ""]
    if notes:
        lines += ["## In short", "", notes.strip(), ""]
    lines += _made(parts)
    lines += _over_worlds(parts)
    for world, shipped in parts.items():
        lines += [*report_lines(shipped, figures.get(world, ()), heading=f"`{world}`")]
    return "\n".join(lines)


def _made(parts: Mapping[str, Shipped]) -> Iterator[str]:
    steps = sum(shipped.config["steps"] for shipped in parts.values())
    hidden = next(iter(parts.values())).config["network"]["hidden"]
    worlds = ", ".join(f"`{world}`" for world in parts)
    yield (
        f"One network for {worlds}: an encoder, heads and a scale of values for each world, and one memory of {hidden} "
        "units for all. "
        f"It learned from {steps:,} agent-steps in all. Its weights are kept in float16, and all figures were measured "
        "with these."
    )
    yield ""


def _over_worlds(parts: Mapping[str, Shipped]) -> Iterator[str]:
    """Adaptation in every world, beside that of the agent for this world alone."""
    rows = []
    for world, shipped in parts.items():
        alone = {(each["role"], each["split"]): each for each in shipped.report.get("alone", ())}
        for cell in shipped.report["results"]:
            rows.append((f"`{world}`", cell["role"], cell["split"], *_adaptation(cell, alone)))
    yield "## All worlds"
    yield ""
    yield "Adaptation is (agent − blind) / (oracle − blind); the share is that of the agent for this world alone."
    yield ""
    yield from table(("world", "role", "split", "gain", "adaptation", "for this world alone", "share"), rows)
    yield ""


def _adaptation(cell: Mapping[str, Any], alone: Mapping[tuple[str, str], Mapping[str, Any]]) -> tuple[str, ...]:
    curve = cell["return_by_episode"]["agent"]
    gain = f"{curve[-1]['value'] - curve[0]['value']:+.2f}"
    mine = plain_estimate(cell["adaptation"]) if cell["adaptation"] else "not measured"
    beside = alone.get((cell["role"], cell["split"]))
    if beside is None:
        return gain, mine, "not measured", "–"
    share = beside["share"]
    return gain, mine, plain_estimate(beside["adaptation_alone"]), "–" if share is None else f"{share:.2f}"
