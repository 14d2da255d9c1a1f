"""When a checkpoint was measured on the split final: `final.json` beside its weights, and a part of its card.

Figures on final mean most the first time. Whoever looks again and has changed anything since has chosen by them, so
each look is written down, and stays when the checkpoint is trained on or evaluated anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from agents.checkpoints.description import CARD, damaged
from agents.checkpoints.files import standing, to_json
from simulator.engine.reading import read_bytes
from worlds.kit.writing import write_bytes

USES = "final.json"
HEADING = "## Uses of the split final"
LARGEST = 2**20  # bytes, of each of the two
Short = Annotated[str, Meta(max_length=100, pattern=r"^[ -~]*\Z")]


class Use(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One evaluation on tasks of final."""

    date: Short
    """Of the day, as 2026-11-28."""
    tasks: Annotated[int, Meta(ge=1, le=2**20)]
    """By role."""
    seed: Annotated[int, Meta(ge=0, le=2**63 - 1)]
    """Of the tasks."""
    sha256: Short
    """Of the weights that were measured."""


def read_uses(folder: Path) -> tuple[Use, ...]:
    """The uses of a checkpoint so far, the first one first; none where nothing is written.

    Raises:
        Refused: a file that is damaged.
    """
    path = standing(folder) / USES
    if not path.exists():
        return ()
    try:
        return msgspec.json.decode(read_bytes(path, LARGEST), type=tuple[Use, ...])
    except (ValueError, RecursionError) as error:
        raise damaged(path, error) from error


def add_use(folder: Path, use: Use) -> tuple[Use, ...]:
    """Write one more use into a checkpoint's folder and its card: all of them now.

    Raises:
        Refused: the uses so far or the card cannot be read; nothing is written then.
        OSError: the folder cannot be written.
    """
    uses = (*read_uses(folder), use)
    place = standing(folder)
    card = place / CARD  # strangers may have written it: what is no text in it stays as it is
    text = (read_bytes(card, LARGEST) if card.exists() else b"").decode(errors="surrogateescape")
    write_bytes(place / USES, to_json(msgspec.to_builtins(uses)))
    write_bytes(card, with_uses(text, uses).encode(errors="surrogateescape"))
    return uses


def with_uses(text: str, uses: Sequence[Use]) -> str:
    """A card with its part on uses made anew, at the end; without uses it has none."""
    rest = text.partition(f"\n{HEADING}\n")[0].rstrip("\n")
    return "\n".join([rest, *use_lines(uses), ""])


def use_lines(uses: Sequence[Use]) -> Iterator[str]:
    """The part of a card."""
    if not uses:
        return
    yield ""
    yield HEADING
    yield ""
    yield "Tasks of `final` are drawn by `crossplay evaluate --splits final` alone. Only the first use of it was blind:"
    yield "whoever has changed anything since may have chosen by its figures."
    yield ""
    yield "| use | date | tasks per role | seed | weights |"
    yield "|---|---|---|---|---|"
    for number, use in enumerate(uses, start=1):
        yield f"| {number} | {use.date} | {use.tasks:,} | {use.seed} | `{use.sha256[:16]}` |"
