"""The command line: finds the command, runs it and turns every refusal into one sentence.

Exit codes: 0 done, 1 the check that was asked for failed, 2 bad input, 130 interrupted.
"""

import contextlib
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

from simulator import crossplay_version
from simulator.app.commands.common import BAD_INPUT, DONE, FAILED, INTERRUPTED, refuse, to_json

COMMANDS = (
    "play",
    "watch",
    "train",
    "evaluate",
    "insight",
    "calibrate",
    "replay",
    "verify",
    "export",
    "worlds",
    "bench",
    "lab",
    "sumo",
    "golden",
    "docs",
    "demo",
)


def run(arguments: Sequence[str]) -> int:
    """Run one command, for example ``run(["verify", "game.mcap"])``; its exit code."""
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(overview())
        return DONE
    if arguments[0] == "--version":
        print(f"crossplay {crossplay_version()}")
        return DONE
    try:
        return _run(arguments[0], arguments[1:])
    except KeyboardInterrupt as stop:
        return _say(f"interrupted; {stop}" if str(stop) else "interrupted", INTERRUPTED)
    except BrokenPipeError:  # the reader of our output went away, as in `crossplay worlds | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except OSError as error:
        if error.filename is None:
            raise
        return _say(f"{error.filename}: {error.strerror or error}", BAD_INPUT)
    except ValueError as error:
        if not _is_refusal(error):
            raise
        return _say(str(error), BAD_INPUT)


def overview() -> str:
    """What `crossplay --help` prints: one line a command."""
    return "\n".join(
        [
            "usage: crossplay COMMAND [OPTIONS]",
            "",
            "Play, train and replay agents that adapt to worlds they never saw.",
            "",
            *[f"  {name:9}  {summary(name)}" for name in COMMANDS],
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


def _run(name: str, arguments: Sequence[str]) -> int:
    module = command(name)
    from simulator.app.commands.flags import parse

    settings, general = parse(name, module, arguments)
    if general.worlds is not None:
        import worlds

        worlds.add_folder(general.worlds)
    as_json = getattr(general, "json", False)
    from simulator.engine import stopping  # after all that can be refused without it: it brings Numba along

    aside = contextlib.redirect_stdout(sys.stderr) if as_json else contextlib.nullcontext()
    with stopping.listening(), aside:
        outcome = module.run(settings, general)
    if as_json:
        print(to_json(outcome.facts))
    elif outcome.text:
        print(outcome.text)
    sys.stdout.flush()
    return outcome.code


def _say(sentence: str, code: int) -> int:
    print(f"crossplay: {sentence.rstrip('.')}.", file=sys.stderr)
    return code


def _is_refusal(error: ValueError) -> bool:
    from worlds.world import Refused

    return isinstance(error, Refused)
