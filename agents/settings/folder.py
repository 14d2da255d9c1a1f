"""What lies in the folder of a training run, by name: for those who write it and for those who look at it.

Looking at a run needs no torch, so the names stand here, and who may say what of a run's end with them.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import msgspec

from worlds.kit.locks import abandoned, holder
from worlds.kit.reading import opened
from worlds.kit.writing import write_bytes
from worlds.world import Refused

RUNS = Path("runs")
"""Where runs are kept that name no folder."""
SETTINGS, METRICS, CHECKPOINT = "settings.toml", "metrics.jsonl", "checkpoint"
RESUME, STATE = "resume", "state.json"
"""What a run goes on from."""
REPLAYS = "replays"
"""Trials that were recorded while it trained."""
LOCK = ".lock"
"""Held by the process that trains there, which writes its number into it."""
STOP = "stop"
"""A wish that the process whose number it holds saves and ends: a file and no signal, which could reach a stranger."""
ENDED = "ended.json"
"""How the last training there ended; missing while one goes on, and after one that was killed."""
LARGEST = 2**16  # bytes of the two files above


class RunEnding(msgspec.Struct, frozen=True):
    """How a training ended."""

    how: str
    """saved (all its steps are made, or it was asked to end), stopped (without saving), or failed."""
    sentence: str = ""
    """Why it failed."""


def refuse_begun(folder: Path) -> None:
    """Refuse a folder in which a new run cannot begin, since it holds one that can go on.

    Raises:
        Refused: it does.
    """
    if (folder / RESUME / STATE).exists():
        raise Refused(
            f"run folder {folder} holds a run already: add --resume to go on with it, or name another with --out"
        )


def trainer_of(folder: Path) -> int | None:
    """Number of the process that trains in a folder now, 0 where it is not known; None if nobody does."""
    lock = folder / LOCK
    if not lock.exists() or not os.access(lock, os.W_OK) or abandoned(lock):
        return None
    return holder(lock) or 0


def ask_to_stop(folder: Path, process: int) -> None:
    """Ask the process that trains in a folder to save and end after the present update.

    Raises:
        OSError: the wish cannot be written.
    """
    write_bytes(folder / STOP, str(process).encode())


def stop_asked(folder: Path) -> bool:
    """Whether somebody asked this process to end; a wish for another one is an old one."""
    return holder(folder / STOP) == os.getpid()


def ending_of(folder: Path) -> RunEnding | None:
    """How the last training in a folder ended; None where nothing that can be read says so."""
    try:
        with opened(folder / ENDED) as file:
            return msgspec.json.decode(file.read(LARGEST), type=RunEnding)
    except (OSError, msgspec.DecodeError, ValueError, RecursionError):
        return None


def tell_ending(folder: Path, ending: RunEnding) -> None:
    """Write how a training ended; a full disk must not hide why."""
    with contextlib.suppress(OSError):
        write_bytes(folder / ENDED, msgspec.json.encode(ending))


def forget_ending(folder: Path) -> None:
    """A training begins."""
    with contextlib.suppress(OSError):
        (folder / ENDED).unlink(missing_ok=True)
