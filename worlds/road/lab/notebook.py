"""What was measured already, kept in a file: an interrupted laboratory goes on where it was.

The file is written anew after each experiment, whole or not at all. An experiment counts as measured while the sources
that it was measured with are unchanged.
"""

import dataclasses
import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from worlds.kit.kernel import sources_of
from worlds.kit.writing import write_bytes
from worlds.road.lab.check import MODEL, PUBLISHED, Check, Experiment
from worlds.world import Refused

FORMAT = "crossplay lab 1"
LARGEST = 1e300  # number that is read
LARGEST = 4_000_000  # bytes
_NUMBERS = {"measured": math.nan, "published": math.nan, "low": -math.inf, "high": math.inf}
_WORDS = ("name", "unit", "source", "against")


@dataclass(frozen=True)
class Measurement:
    """One experiment that was made."""

    checks: list[Check]
    seconds: float
    """How long it took."""


class Notebook:
    """Those of some experiments that were made; without a path nothing is kept.

    The sources count as they are now: who edits one while it is measured has it measured again.

    Raises:
        Refused: the file is there and is something else, or cannot be read.
    """

    def __init__(self, path: Path | None, chosen: Mapping[str, Experiment]) -> None:
        self._path = path
        self._pages: dict[str, dict[str, Any]] = {}
        if path is None:
            return
        self._sources = {name: fingerprint(experiment) for name, experiment in chosen.items()}
        if path.exists():
            self._pages = _read(path)

    def measured(self, name: str) -> Measurement | None:
        """What an experiment found, if it was made with these sources."""
        page = self._pages.get(name)
        if page is None or page["sources"] != self._sources[name]:
            return None
        return Measurement([_check(kept) for kept in page["checks"]], page["seconds"])

    def keep(self, name: str, entry: Measurement) -> None:
        """Write down what an experiment found."""
        if self._path is None:
            return
        checks = [_plain(check) for check in entry.checks]
        self._pages[name] = {"sources": self._sources[name], "seconds": entry.seconds, "checks": checks}
        content = {"format": FORMAT, "experiments": self._pages}
        write_bytes(self._path, json.dumps(content, ensure_ascii=True, indent=1, allow_nan=False).encode())


def fingerprint(experiment: Experiment) -> str:
    """Names the sources of an experiment: its file and all of the worlds that it uses."""
    digest = hashlib.sha256()
    for path in sorted(sources_of([Path(experiment.__code__.co_filename)])):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:20]


def _plain(check: Check) -> dict[str, Any]:
    values = dataclasses.asdict(check)
    return {key: None if key in _NUMBERS and not math.isfinite(value) else value for key, value in values.items()}


def _check(kept: dict[str, Any]) -> Check:
    numbers = {key: other if kept[key] is None else kept[key] for key, other in _NUMBERS.items()}
    return Check(**{**kept, **numbers})


def _read(path: Path) -> dict[str, dict[str, Any]]:
    """The pages of a file, checked."""
    wrong = Refused(f"{str(path)!r} is no notebook of the laboratory: name another file, or one that is not there yet")
    try:
        if path.stat().st_size > LARGEST:
            raise wrong
        content = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise wrong from error
    if (
        not isinstance(content, dict)
        or content.get("format") != FORMAT
        or not isinstance(content.get("experiments"), dict)
    ):
        raise wrong
    if not all(_is_page(page) for page in content["experiments"].values()):
        raise wrong
    return dict(content["experiments"])


def _is_page(page: Any) -> bool:
    if not isinstance(page, dict) or set(page) != {"sources", "seconds", "checks"}:
        return False
    if not isinstance(page["sources"], str) or not _is_number(page["seconds"]) or not isinstance(page["checks"], list):
        return False
    return all(_is_check(kept) for kept in page["checks"])


def _is_check(kept: Any) -> bool:
    if not isinstance(kept, dict) or set(kept) != {*_NUMBERS, *_WORDS}:
        return False
    words = all(isinstance(kept[key], str) for key in _WORDS) and kept["against"] in (PUBLISHED, MODEL)
    return words and all(kept[key] is None or _is_number(kept[key]) for key in _NUMBERS)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < LARGEST
