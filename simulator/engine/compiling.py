"""Compiling a world's rules on two processors: the first start of a world takes six tenths as long.

Numba holds the interpreter's lock while it compiles, so the second processor needs a process of its own. It compiles
the kernels that play and look into the cache folder while this process compiles those that lay out tasks.
"""

import atexit
import json
import os
import subprocess
import sys
from pathlib import Path

import worlds
from worlds.kit.kernel import compiles
from worlds.world import World

PATIENCE = 600.0  # s, after which this process compiles everything itself
HELPER = "simulator.engine.precompile"


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
            env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
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
    atexit.unregister(helper.kill)
