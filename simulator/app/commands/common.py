"""What the commands share: outcomes, refusals, building a world, and plain tables."""

from __future__ import annotations

import contextlib
import dataclasses
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from worlds.world import World

STARTED = time.perf_counter()  # this file is the first that the command line imports
DONE, FAILED, BAD_INPUT, CUT, INTERRUPTED = 0, 1, 2, 3, 130
"""Exit codes. FAILED: the check that was asked for; CUT: it holds for what is there, which is not the whole."""
FILES = ("file", "routes", "additional", "network")  # settings that are files to read; see `check_files` for the others
TOLD_EVERY = 0.1  # s between two words on how far a command is
LONGEST = (0.0, 1e6)  # s that a window may be asked to stay; without a number it stays until it is closed


@dataclasses.dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a command came to."""

    text: str = ""
    """Printed at the end, unless --json was given."""
    facts: Any = None
    """What --json prints."""
    code: int = DONE
    """How the process ends."""


def refuse(sentence: str) -> NoReturn:
    """Raise Refused; its import is deferred because it brings NumPy and Numba along."""
    from worlds.world import Refused

    raise Refused(sentence)


def check_files(**files: Path | None) -> None:
    """Refuse, by the names of their flags, paths where no file can be written.

    Raises:
        Refused: names the flag and the path.
    """
    for flag, path in files.items():
        if path is not None:
            from worlds.kit.writing import file_problem

            if problem := file_problem(path):
                refuse(f"--{flag} {str(path)!r} {problem}: name another file")


def check_apart(read: Iterable[Path | None], **written: Path | None) -> None:
    """Refuse, by the names of their settings, results that would take the place of a file that they are made of.

    Raises:
        Refused: names the setting and the path.
    """
    results = {name: path for name, path in written.items() if path is not None}
    sources = [path for path in read if path is not None] if results else []
    if sources:
        from worlds.kit.writing import real

        places = {real(path) for path in sources}
        for name, path in results.items():
            if real(path) in places:
                refuse(f"{name} {str(path)!r} is a file that is read here, and would be lost: name another file")


def build_world(name: str, build: Mapping[str, Any] | None = None) -> World:
    """The world of a name, built with its own arguments.

    Raises:
        Refused: an unknown world, or arguments that its build does not take.
    """
    import worlds

    return worlds.get(name, **(build or {}))


def check_world(name: str) -> None:
    """Refuse a name that is no world's; imports no world.

    Raises:
        Refused: names those there are.
    """
    import worlds

    if name not in worlds.names():
        worlds.check(name, {})


def check_build(name: str, build: Mapping[str, Any]) -> None:
    """Refuse build arguments at once: before a window opens, rules are compiled or torch is imported. A network was
    checked when its files were read, and takes a while to build.

    Raises:
        Refused: an unknown world, or arguments that it does not take.
    """
    if build.get("network"):
        import worlds

        worlds.check(name, build)
    elif build:
        build_world(name, build)


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Left-aligned columns under a line of heads."""
    everything = [list(heads), *[list(row) for row in rows]]
    widths = [max(len(row[column]) for row in everything) for column in range(len(heads))]
    lines = ([cell.ljust(width) for cell, width in zip(row, widths, strict=True)] for row in everything)
    first, *others = ("  ".join(cells).rstrip() for cells in lines)
    return "\n".join([first, "  ".join("─" * width for width in widths), *others])


@contextlib.contextmanager
def progress_bar(unit: str) -> Iterator[Callable[[int, int], None]]:
    """A function to call with what is done, and of how much (0: not known); the bar shows on terminals only."""
    from tqdm import tqdm

    with tqdm(unit=unit, leave=False, disable=None) as bar:

        def show(done: int, total: int) -> None:
            bar.total = total or None
            bar.update(done - bar.n)

        yield show


@contextlib.contextmanager
def told_progress() -> Iterator[Callable[[int, int], None]]:
    """The same for other programs: ``DONE/OF`` on standard error, each behind the start of its line."""
    last = 0.0

    def show(done: int, total: int) -> None:
        nonlocal last
        now = time.perf_counter()
        if done >= total or now - last >= TOLD_EVERY:
            last = now
            print(f"{done}/{total}", end="\r", file=sys.stderr, flush=True)

    yield show
    print(file=sys.stderr)


def to_json(facts: Any) -> str:
    """One JSON object on one line; numbers that JSON lacks (NaN, infinity) become null."""
    import msgspec

    try:
        return msgspec.json.encode(facts, enc_hook=_plain).decode()
    except UnicodeEncodeError:  # the name of a file need not be text
        return msgspec.json.encode(_as_text(msgspec.to_builtins(facts, enc_hook=_plain))).decode()


def _plain(value: Any) -> Any:
    if hasattr(value, "tolist"):  # NumPy numbers and arrays
        return value.tolist()
    return str(value)


def _as_text(value: Any) -> Any:
    """The same plain values, with escapes for what is no text in them."""
    from worlds.kit.words import printable

    if isinstance(value, str):
        return value if _is_text(value) else printable(value)
    if isinstance(value, Mapping):
        return {_as_text(key): _as_text(part) for key, part in value.items()}
    return [_as_text(part) for part in value] if isinstance(value, list | tuple) else value


def check_words(settings: Any) -> None:
    """Refuse words that are no text in the encoding of this system: settings are kept as text. Paths may be any bytes,
    and those of files to read have a name.

    Raises:
        Refused: names the setting.
    """
    from agents.settings.declared import leaves

    for leaf in leaves(type(settings)):
        value = leaf.of(settings)
        if leaf.short in FILES and isinstance(value, Path) and value.name in ("", ".."):
            refuse(f"{leaf.short} {str(value)!r} is not a file: name one")
        words = [*value, *value.values()] if isinstance(value, dict) else value if isinstance(value, tuple) else [value]
        for word in words:
            if isinstance(word, str) and not _is_text(word):
                encoding = sys.getfilesystemencoding()
                refuse(f"{leaf.short} is {word!r}: that is no text in {encoding}, the encoding of this system")


def _is_text(word: str) -> bool:
    try:
        word.encode()
    except UnicodeEncodeError:
        return False
    return True
