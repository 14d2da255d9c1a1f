"""The command line: finds the command, runs it and turns every refusal into one sentence.

Exit codes: 0 done, 1 the check that was asked for failed, 2 bad input or a system that cannot do it (no space, no
memory), 3 right as far as it goes, of a recording that was cut short, 130 interrupted.
"""

import contextlib
import importlib
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import NoReturn, TextIO

from simulator.app import faults
from simulator.app.commands.common import BAD_INPUT, DONE, FAILED, INTERRUPTED, refuse, to_json

COMMANDS = (
    "home",
    "play",
    "watch",
    "train",
    "generalist",
    "references",
    "league",
    "evaluate",
    "insight",
    "calibrate",
    "library",
    "replay",
    "verify",
    "export",
    "outputs",
    "worlds",
    "bench",
    "lab",
    "sumo",
    "urb",
    "golden",
    "docs",
    "demo",
)
RECORDING = re.compile(r"\.mcap(\.\d+\.part)?$", re.IGNORECASE)  # ends the name of a recording, also of one cut short


def run(arguments: Sequence[str]) -> int:
    """Run one command, for example ``run(["verify", "game.mcap"])``; its exit code.

    Whatever the input or the system provokes ends in one sentence; an error of Crossplay's own in a traceback.
    """
    try:
        return _settled(_guarded(arguments))
    except SystemExit as stop:  # after a help text
        if not isinstance(stop.code, int | None):
            raise
        if code := _settled(stop.code or DONE):
            return code
        raise
    except BrokenPipeError:
        return FAILED


def _guarded(arguments: Sequence[str]) -> int:
    try:
        return _run(arguments)
    except KeyboardInterrupt as stop:
        return _say(f"interrupted; {stop}" if str(stop) else "interrupted", INTERRUPTED)
    except BrokenPipeError:
        faults.drop("stdout")
        raise
    except Exception as error:
        said = faults.sentence(error)
        if said is None:
            raise
        code = _say(said, BAD_INPUT)
        if _opens_window(arguments) and _unheard():
            _show(said)
        return code


def _opens_window(arguments: Sequence[str]) -> bool:
    """Whether the program is begun as desktops begin it: alone, or with a file."""
    return not arguments or _is_recording(arguments[0])


def _unheard() -> bool:
    """Whether nobody reads what is printed, but somebody would see a window."""
    return not any(stream is not None and _at_terminal(stream) for stream in (sys.stdin, sys.stderr)) and _has_display()


def _at_terminal(stream: TextIO) -> bool:
    try:
        return stream.isatty()
    except (OSError, ValueError):  # it is closed
        return False


def _show(sentence: str) -> None:
    """The sentence in a window; it was said before, so where none can be opened nothing more is said."""
    from simulator.app.screens.refusal import show_refusal
    from worlds.kit.words import one_line
    from worlds.world import Refused

    with contextlib.suppress(Refused, OSError, KeyboardInterrupt):
        show_refusal(f"{one_line(sentence).rstrip('.')}.")


def _settled(code: int) -> int:
    """The exit code, once all that was printed has arrived."""
    lost = faults.settle()
    if lost is None or code == BAD_INPUT:
        return code
    return _say(lost, BAD_INPUT)


def overview() -> str:
    """What `crossplay --help` prints: one line a command."""
    return "\n".join(
        [
            "usage: crossplay COMMAND [OPTIONS]",
            "       crossplay game.mcap [OPTIONS]     the same as crossplay replay game.mcap",
            "",
            "Play, train and replay agents that adapt to worlds they never saw.",
            "",
            *[f"  {name:10}  {summary(name)}" for name in COMMANDS],
            "",
            "`crossplay COMMAND --help` tells the rest; `crossplay --version` the version.",
        ]
    )


def summary(name: str) -> str:
    """The first line of a command's help text, read without importing what the command needs."""
    source = Path(__file__).with_name("commands") / f"{name}.py"
    return source.read_text(encoding="utf-8").split("\n", 1)[0].strip('"').rstrip(".")


def command(name: str) -> ModuleType:
    """The module of a command: its docstring is the help text, `Settings` its settings, `run` what it does.

    Raises:
        Refused: no such command.
    """
    if name not in COMMANDS:
        refuse(f"unknown command {name!r}: choose from {', '.join(COMMANDS)}")
    return importlib.import_module(f"simulator.app.commands.{name}")


def _run(arguments: Sequence[str]) -> int:
    if not arguments and _has_display():
        return _run_command("home", [])
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        _print(overview())
        return DONE
    if arguments[0] == "--version":
        from importlib.metadata import version

        _print(f"crossplay {version('crossplay')}")
        return DONE
    if _is_recording(arguments[0]):
        return _run_command("replay", arguments)
    return _run_command(arguments[0], arguments[1:])


def _is_recording(word: str) -> bool:
    """Whether the first word is a file and no command: named as recordings are, or by its path, as file managers do."""
    if word in COMMANDS or word.startswith("-"):
        return False
    named = bool(RECORDING.search(word))
    return named or (any(mark in word for mark in (os.sep, os.altsep) if mark) and os.path.isfile(word))


def _has_display() -> bool:
    from simulator.canvas.display import has_display

    return has_display()


def _run_command(name: str, arguments: Sequence[str]) -> int:
    module = command(name)
    from simulator.app.commands.flags import parse
    from worlds.kit.words import printable

    settings, general = parse(name, module, arguments)
    if general.worlds is not None:
        import worlds

        worlds.add_folder(general.worlds)
    as_json = getattr(general, "json", False)
    from simulator.app.commands.first_time import told_of_compiling  # after all that can be refused without them:
    from simulator.engine import stopping  # they bring Numba along

    aside = contextlib.redirect_stdout(sys.stderr) if as_json else contextlib.nullcontext()
    with stopping.listening(_end), told_of_compiling(module, settings), aside:
        outcome = module.run(settings, general)
    if as_json:
        _print(to_json(outcome.facts))
    elif outcome.text:
        _print(printable(outcome.text))
    return outcome.code


def _end() -> NoReturn:
    """End now as an interruption does: the main thread is busy, and somebody waits."""
    code = _say("interrupted", INTERRUPTED)
    faults.settle()
    os._exit(code)


def _print(text: str) -> None:
    try:
        print(text)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OSError(error.errno, error.strerror, "standard output") from error


def _say(sentence: str, code: int) -> int:
    from worlds.kit.words import one_line

    with contextlib.suppress(OSError):  # there is nobody to tell
        print(f"crossplay: {one_line(sentence).rstrip('.')}.", file=sys.stderr)
    return code
