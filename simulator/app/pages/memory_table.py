"""What `crossplay insight` found in an agent's memory, as a part of its page of results."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from simulator.app.pages.markdown import table

BOTS = "bot of "
"""How the facts begin that name who sits in another seat."""
OTHERS = "other opponents"


def memory_lines(found: Mapping[str, Any]) -> Iterator[str]:
    """Markdown of an agent's `insight.json`: what is read from the memory, and what choices change with it.

    Who the others are is told of every split, all else of the first alone: the others of that split are those that
    training knew.
    """
    yield "### What its memory holds"
    yield ""
    yield (
        "After an episode, a linear probe reads each hidden fact from the memory, fitted on other tasks than it is "
        f"asked of; {found['tasks']:,} tasks. Scores are means over a fact's entries, or over the seats that it names: "
        "accuracy of names, AUC of yes or no, R² of numbers."
    )
    yield ""
    yield "```sh"
    yield found["command"]
    yield "```"
    yield ""
    first = found["probes"][0]["split"] if found["probes"] else ""
    shown = [row for row in found["probes"] if row["split"] == first or row["fact"].startswith(BOTS)]
    if shown:
        last = max(len(row["episodes"]) for row in shown)
        heads = (
            "role and split",
            "fact",
            "about",
            "by chance",
            "after episode 1",
            f"after episode {last}",
            "times chance",
        )
        yield from table(heads, [_probe(row) for row in shown])
        yield ""
    if found["changes"]:
        yield from _changes(found["changes"])


def _probe(row: Mapping[str, Any]) -> tuple[str, ...]:
    end = row["episodes"][-1]
    named = row["measure"] == "accuracy" and end is not None and row["chance"] > 0.0
    return (
        f"{row['role']}, `{row['split']}`", f"{row['fact']} ({row['measure']})", row["about"], f"{row['chance']:.2f}",
        _value(row["episodes"][0]), _value(end), f"{end['value'] / row['chance']:.1f}" if named else "–",
    )  # fmt: skip


def _changes(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """How far the choices are from those with another memory, in the last episode."""
    last = max(len(row["nats"]) for row in rows)
    yield (
        f"How much its choices depend on whom it remembers: how far they are, in episode {last}, from those that it "
        "would make with another memory, seeing the same (Kullback-Leibler divergence, nats a decision)."
    )
    yield ""
    by_place: dict[str, dict[str, str]] = {}
    for row in rows:
        place = by_place.setdefault(f"{row['role']}, `{row['split']}`", {})
        place[row["memory"]] = _value(row["nats"][-1])
    names = dict.fromkeys(row["memory"] for row in rows)
    words = [f"with the memory of {name}" if name == OTHERS else "with none" for name in names]
    yield from table(
        ("role and split", *words), [(place, *(at.get(name, "–") for name in names)) for place, at in by_place.items()]
    )
    yield ""


def _value(estimate: Mapping[str, float] | None) -> str:
    """A value ± half of its interval; a stroke where the fact hardly varies."""
    if estimate is None:
        return "–"
    value = round(estimate["value"], 2) + 0.0  # −0.00 is 0.00
    return f"{value:.2f} ± {(estimate['high'] - estimate['low']) / 2.0:.2f}"
