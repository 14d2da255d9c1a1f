"""What a run folder holds to go on from, read with every type checked, and the lock that gives it to one process."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import msgspec
import safetensors.torch
from torch import Tensor

from agents.checkpoints.files import recover, to_json, write_folder
from simulator.engine.reading import read_bytes
from worlds.kit.locks import holder, try_hold
from worlds.kit.writing import folder_problem, write_bytes
from worlds.world import Refused

FOLDER, STATE, TENSORS = "resume", "state.json", "state.safetensors"
METRICS = "metrics.jsonl"
LOCK = ".lock"
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
    """See `agents.training.schedule.Schedule`; runs of earlier versions tell none."""
    bent_from: Annotated[float, msgspec.Meta(ge=0.0, le=1.0)] = 0.0


class SavedGenerator(msgspec.Struct, frozen=True):
    """As `agents.players.chance.generator_words` tells it."""

    words: dict[str, str]
    has_uint32: int
    uinteger: Count


class SavedCurriculum(msgspec.Struct, frozen=True):
    """As `agents.training.curriculum.Curriculum.state` tells it."""

    generator: SavedGenerator
    usual: dict[str, float]


class SavedPool(msgspec.Struct, frozen=True):
    """The snapshots that may be drawn, and how many were taken."""

    drawn_from: list[Count]
    taken: Count


class Facts(msgspec.Struct, frozen=True):
    """As `agents.training.run.Run.state` tells them."""

    curricula: dict[str, SavedCurriculum]
    scale: tuple[float, float, float]
    pool: SavedPool
    pool_generator: SavedGenerator
    counters: tuple[Count, Count]


class Saved(msgspec.Struct, frozen=True):
    """All of `resume/state.json`."""

    settings: dict[str, Any]
    counters: Counters
    facts: Facts
    sha256: str = ""
    """Of `resume/state.safetensors`; runs of earlier versions tell none."""


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
    lock = try_hold(folder / LOCK)
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


def write(folder: Path, settings: dict[str, Any], counters: dict[str, Any], state: tuple[Any, Any]) -> None:
    """Write the exact state of a run, tensors and plain facts."""
    tensors = safetensors.torch.save(state[0])
    told = {
        "settings": settings,
        "counters": counters,
        "facts": state[1],
        "sha256": hashlib.sha256(tensors).hexdigest(),
    }
    write_folder(folder / FOLDER, {TENSORS: tensors, STATE: to_json(told)})


def read(folder: Path) -> Saved | None:
    """What was saved last; None where nothing was.

    Raises:
        Refused: it is damaged.
    """
    recover(folder / FOLDER)
    path = folder / FOLDER / STATE
    if not path.exists():
        return None
    data = read_bytes(path, LARGEST_STATE)
    with damage(path):
        return msgspec.json.decode(data, type=Saved)


def read_tensors(folder: Path, saved: Saved) -> dict[str, Tensor]:
    """The tensors of what was saved last.

    Raises:
        Refused: they are damaged, or those of another moment.
    """
    path = folder / FOLDER / TENSORS
    data = read_bytes(path, LARGEST_TENSORS)
    with damage(path):
        if saved.sha256 and hashlib.sha256(data).hexdigest() != saved.sha256:
            raise ValueError(f"its SHA-256 is not the one that {STATE} names")
        return dict(safetensors.torch.load(data))


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
