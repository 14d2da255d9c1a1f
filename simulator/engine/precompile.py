"""The helper's part of compiling a world's rules, as a program: compile the kernels that play and look, and run none.

`simulator.engine.compiling` starts it beside a process that needs the world.
"""

import json
import sys
from typing import Any

import worlds
from simulator.engine.batch import Batch
from simulator.engine.compiling import end_with_parent
from worlds.kit.kernel import compile_for


def compile_share(facts: str) -> None:
    """Compile into the cache the hot kernels of the world that ``facts`` (JSON: world, build, folders) names."""
    end_with_parent()
    told: dict[str, Any] = json.loads(facts)
    for folder in told["folders"]:
        worlds.add_folder(folder)
    batch = Batch(worlds.get(told["world"], **told["build"]), 1)
    for kernel, arguments in batch.hot_kernels():
        compile_for(kernel, arguments)


if __name__ == "__main__":
    compile_share(sys.argv[1])
