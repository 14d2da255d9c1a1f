"""What a run folder holds to go on from, read with every type checked, and the lock that gives it to one process.

`resume/state.json` tells the settings, the counters and the plain numbers of the run's state, in tables as the
components save them (`component`); `resume/state.safetensors` holds their tensors and arrays, each under its path in
those tables. Nothing in either can run code.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import msgspec
import numpy as np
import safetensors.torch
import torch
from torch import Tensor

from agents.checkpoints.files import recover, to_json, write_folder
from agents.settings.folder import LOCK, RESUME
from agents.settings.folder import METRICS as METRICS
from agents.settings.folder import STATE as STATE
from agents.training.component import State
from simulator.engine.reading import read_bytes
from worlds.kit.locks import Lock, holder, try_hold
from worlds.kit.writing import folder_problem, write_bytes
from worlds.world import Refused

FOLDER, TENSORS = RESUME, "state.safetensors"
FORMAT = 2
"""Of both files; runs saved in format 1 tell none."""
STEP = "/"
"""Between the names in a path."""
PATIENCE, PAUSE = 0.5, 0.01  # s that a lock is tried for, and between two tries
LARGEST_STATE = 2**24  # bytes; it has some kilobytes
LARGEST_TENSORS = 2**34  # bytes
LARGEST_METRICS = 2**31  # bytes
Count = Annotated[int, msgspec.Meta(ge=0, le=2**62)]


class Counters(msgspec.Struct, frozen=True):
    """How far a run has come."""

    update: Count
    played: Count
    seconds: float
    bent_at: Count = 0
    """See `agents.training.schedule.Schedule`."""
    bent_from: Annotated[float, msgspec.Meta(ge=0.0, le=1.0)] = 0.0

    def __post_init__(self) -> None:
        if self.bent_at > self.played:
            raise ValueError(f"its schedule was bent at step {self.bent_at}, and only {self.played} were played")


class Saved(msgspec.Struct, frozen=True):
    """All of `resume/state.json`."""

    format: int
    settings: dict[str, Any]
    counters: Counters
    numbers: dict[str, Any]
    """The state of the run without its tensors."""
    sha256: str
    """Of `resume/state.safetensors`."""


class _Head(msgspec.Struct, frozen=True):
    """What tells a format from others."""

    format: int | None = None
    facts: msgspec.Raw = msgspec.Raw()
    """Format 1 has them."""


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Make a run folder and keep every other training out of it; a folder in which nothing came to be is removed.

    Raises:
        Refused: another process trains there, or no folder can be there.
    """
    if problem := folder_problem(folder):
        raise Refused(f"run folder {str(folder)!r} {problem}: name another with --out")
    new = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    lock = _hold(folder / LOCK)
    if lock is None:
        number = holder(folder / LOCK)
        who = "another process" if number is None else f"process {number}"
        raise Refused(f"{who} is training in run folder {str(folder)!r}: wait for it, or name another with --out")
    with lock:
        try:
            yield
        finally:
            if new and [path.name for path in folder.iterdir()] == [LOCK]:
                with contextlib.suppress(OSError):
                    (folder / LOCK).unlink()
                    folder.rmdir()


def unsaved(steps: int) -> str:
    """Why an interrupted run saved nothing; ``steps`` are those that it had when it began."""
    return f"nothing was learned {f'beyond {steps:,} steps' if steps else 'yet'}, so there was nothing to save"


def _hold(path: Path) -> Lock | None:
    """The lock of a file; whoever looks whether somebody trains there has it for a moment."""
    end = time.monotonic() + PATIENCE
    while (lock := try_hold(path)) is None and time.monotonic() < end:
        time.sleep(PAUSE)
    return lock


def write(folder: Path, settings: dict[str, Any], counters: dict[str, Any], state: State) -> None:
    """Write the exact state of a run: tables by name of tensors, arrays and plain numbers."""
    arrays, numbers = split(state)
    tensors = safetensors.torch.save(arrays)
    told = {
        "format": FORMAT,
        "settings": settings,
        "counters": counters,
        "numbers": numbers,
        "sha256": hashlib.sha256(tensors).hexdigest(),
    }
    write_folder(folder / FOLDER, {TENSORS: tensors, STATE: to_json(told)})


def read(folder: Path) -> Saved | None:
    """What was saved last; None where nothing was.

    Raises:
        Refused: it is damaged, or of another format.
    """
    recover(folder / FOLDER)
    path = folder / FOLDER / STATE
    if not path.exists():
        return None
    data = read_bytes(path, LARGEST_STATE)
    with damage(path):
        head = msgspec.json.decode(data, type=_Head)
    found = 1 if head.format is None and bytes(head.facts) else head.format
    if found not in (None, FORMAT):
        raise Refused(
            f"{str(path)!r} was saved in format {found}, and this version goes on from format {FORMAT}: finish the run "
            "with the version that began it, or begin anew with another --out"
        )
    with damage(path):
        return msgspec.json.decode(data, type=Saved)


def read_state(folder: Path, saved: Saved) -> State:
    """The state of the run that was saved last.

    Raises:
        Refused: they are damaged, or those of another moment.
    """
    path = folder / FOLDER / TENSORS
    data = read_bytes(path, LARGEST_TENSORS)
    with damage(path):
        if hashlib.sha256(data).hexdigest() != saved.sha256:
            raise ValueError(f"its SHA-256 is not the one that {STATE} names")
        return join(safetensors.torch.load(data), saved.numbers)


def split(state: State) -> tuple[dict[str, Tensor], State]:
    """The tensors and arrays of a state, each by its path, and the tables with all else that was in them."""
    arrays, rest = dict[str, Tensor](), State()
    for name, value in state.items():
        if STEP in name:
            raise ValueError(f"{name!r} cannot be a name in a saved state: it holds {STEP!r}")
        if isinstance(value, dict):
            inner, rest[name] = split(value)
            arrays |= {f"{name}{STEP}{path}": array for path, array in inner.items()}
        elif isinstance(value, Tensor | np.ndarray):
            arrays[name] = torch.as_tensor(value).detach().cpu().contiguous()
        else:
            rest[name] = value
    return arrays, rest


def join(arrays: Mapping[str, Tensor], rest: State) -> State:
    """The state that was `split` into these; it takes over the tables of ``rest``.

    Raises:
        ValueError: a path that leads to no table, or two values of one name.
    """
    for path, array in arrays.items():
        *tables, name = path.split(STEP)
        place: Any = rest
        for table in tables:
            place = place.get(table) if isinstance(place, dict) else None
        if not isinstance(place, dict) or name in place:
            raise ValueError(f"{path!r} has no place in the tables of {STATE}")
        place[name] = array
    return rest


@contextlib.contextmanager
def damage(path: Path) -> Iterator[None]:
    """Turn whatever a damaged file of a run provokes into one sentence."""
    try:
        yield
    except (OSError, MemoryError):
        raise
    except Exception as error:
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise Refused(
            f"{str(path)!r} is damaged, so the run cannot go on: {reason}; put a copy of {FOLDER}/ there, or begin "
            "anew with another --out"
        ) from error


def figures(folder: Path) -> list[tuple[bytes, dict[str, Any]]]:
    """The lines of a run's metrics with what they say; a last line that a crash cut is left out.

    Raises:
        Refused: another line cannot be read.
    """
    path = folder / METRICS
    if not path.exists():
        return []
    lines = read_bytes(path, LARGEST_METRICS).rstrip(b"\0\n").split(b"\n")  # a power cut can leave zeros at the end
    found = []
    for number, line in enumerate(lines, 1):
        told = _figures(line)
        if told is not None:
            found.append((line, told))
        elif number < len(lines):
            raise Refused(f"{str(path)!r} is damaged in line {number}: take that line out, and the run can go on")
    return found


def _figures(line: bytes) -> dict[str, Any] | None:
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict) or not isinstance(told.get("update"), int):
        return None
    numbers = (told.get("steps", 0), told.get("seconds", 0.0))
    return told if all(isinstance(number, int | float) for number in numbers) else None


def forget_after(folder: Path, update: int) -> None:
    """Drop the figures of updates that a crash undid."""
    if (folder / METRICS).exists():
        kept = [line + b"\n" for line, told in figures(folder) if told["update"] <= update]
        write_bytes(folder / METRICS, b"".join(kept))
