"""What is drawn beside an agent's curve: how its references did on such tasks, from the report shipped with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import msgspec

from worlds.declarations import Refused

DEMO_SPLIT: Final = "test-both"
DEMO_SEED = 900_001
REFERENCES = ("blind", "oracle")
LARGEST_REPORT = 2**24  # bytes


class ShippedEstimate(msgspec.Struct):
    """An estimate in a report."""

    value: float


class ShippedCell(msgspec.Struct):
    """What a report says of one role on one split; see `agents.evaluation.report`."""

    split: str
    role: str
    return_by_episode: dict[str, list[ShippedEstimate]]


class ShippedReport(msgspec.Struct):
    """The part of a report that is shown."""

    results: list[ShippedCell]


def reference_lines(folder: Path) -> dict[str, dict[str, Any]]:
    """Return by episode of the references on these tasks, from the evaluation that is shipped with the agent."""
    from simulator.engine.reading import read_bytes

    path = folder / "report.json"
    if not path.exists():
        return {}

    try:
        parts = msgspec.json.decode(read_bytes(path, LARGEST_REPORT), type=ShippedReport).results
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refused(f"report {str(path)!r} is damaged: {error}") from error
    return {
        part.role: {
            name: [episode.value for episode in part.return_by_episode[name]]
            for name in REFERENCES
            if name in part.return_by_episode
        }
        for part in parts
        if part.split == DEMO_SPLIT
    }
