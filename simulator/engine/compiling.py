"""Compiling a world's rules on two processors: the first start of a world takes six tenths as long.

Numba holds the interpreter's lock while it compiles, so the second processor needs a process of its own. It compiles
the kernels that play and look into the cache folder while this process compiles those that lay out tasks.
"""

import atexit
import contextlib
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import worlds
from worlds.kit.kernel import compiles
from worlds.world import World

PATIENCE = 600.0  # s, after which this process compiles everything itself
HELPER = "simulator.engine.precompile"
_COMMAND = (
    "from simulator.engine.compiling import end_with_parent; end_with_parent(); "
    "from simulator.__main__ import main; main()"
)


def start_helper(world: World) -> "subprocess.Popen[bytes] | None":
    """A process that compiles half of a world's kernels; None where it would not pay, or could not find the world.

    ``CROSSPLAY_COMPILERS=1`` keeps compiling in this process.
    """
    alone = not compiles() or os.environ.get("CROSSPLAY_COMPILERS") == "1" or (os.cpu_count() or 1) < 2
    if alone or world.name not in worlds.names():
        return None
    facts = {"world": world.name, "build": dict(world.build_args), "folders": [str(f) for f in worlds.added_folders()]}
    root = str(Path(__file__).resolve().parents[2])
    places = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH", "")]))
    environment = {**os.environ, "CROSSPLAY_COMPILERS": "1", "PYTHONPATH": places}
    try:
        helper = subprocess.Popen(
            [sys.executable, "-m", HELPER, json.dumps(facts)],
            env=environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
    except OSError:
        return None
    atexit.register(helper.kill)
    return helper


def await_helper(helper: "subprocess.Popen[bytes]") -> None:
    """Wait until it has done its share; what it leaves undone is compiled here."""
    try:
        helper.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        helper.kill()
        helper.wait()
    if helper.stdin is not None:
        helper.stdin.close()
    atexit.unregister(helper.kill)


def run_tied(words: list[str], environment: dict[str, str]) -> int:
    """Run ``crossplay WORDS`` in a process that ends with this one, however this one ends; its exit code."""
    with tied(words, environment) as child:
        return child.wait()


def tied(
    words: list[str], environment: dict[str, str] | None = None, *, quiet: bool = False
) -> "subprocess.Popen[bytes]":
    """Begin ``crossplay WORDS`` in a process that ends with this one. ``quiet``: what it prints is lost, but for its
    refusals, and Ctrl-C does not reach it, so that whoever began it says when it ends.
    """
    return subprocess.Popen(
        [sys.executable, "-c", _COMMAND, *words], env=environment, stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL if quiet else None, start_new_session=quiet,
    )  # fmt: skip


def end_with_parent() -> None:
    """End this process when its parent does, be it by a signal that no program can catch: standard input is a pipe
    that nobody writes to, so it ends with the parent.
    """

    def watch() -> None:
        with contextlib.suppress(OSError):
            while os.read(0, 4096):
                pass
        os._exit(1)

    threading.Thread(target=watch, name="crossplay: parent", daemon=True).start()
