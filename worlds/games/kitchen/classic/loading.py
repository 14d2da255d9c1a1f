"""Turns a layout into a rule: kernels cannot be given tables, so its numbers are written into a module of their own.

Like the loop of every world, that module lies in the cache of compiled kernels, in a folder that is named by its text
and by all rules of loaded kitchens. Only numbers of a checked `Layout` are ever written into it.
"""

import hashlib
import importlib.util
import sys
import threading
from pathlib import Path
from types import ModuleType
from typing import Any

from worlds.games.kitchen.reader import Layout
from worlds.kit.cache import keep_text, make_folder
from worlds.kit.kernel import cache_folder

_loading = threading.Lock()
TEMPLATE = '''"""A kitchen that was read from a layout file. Written by Crossplay."""

import numpy as np

from worlds.games.kitchen.classic.laying import lay_out
from worlds.kit.kernel import kernel

TILES = np.array({tiles})
STARTS = np.array({starts})
VALUES = np.array({values})
TIMES = np.array({times})


@kernel
def draw_task(w):
    """The kitchen, the same in all tasks but for mirrors."""
    lay_out(w, TILES, STARTS, VALUES, TIMES, {holds}, {shaped})
'''


def rule_of(layout: Layout, shaped: bool) -> Any:
    """The kernel that draws tasks of this kitchen; always the same one for the same kitchen."""
    facts = {name: _spelt(getattr(layout, name)) for name in ("tiles", "starts", "values", "times")}
    text = TEMPLATE.format(**facts, holds=int(layout.holds), shaped=int(shaped))
    base = cache_folder(sorted(Path(__file__).parent.glob("*.py")))  # all rules: the world's loop lies there too
    digest = hashlib.sha256(f"{base}\n{text}".encode()).hexdigest()[:20]
    name = f"crossplay_kitchen_{digest}"
    with _loading:
        if name not in sys.modules:
            path = keep_text(make_folder("kitchen.layout", digest), f"{name}.py", text)
            sys.modules[name] = _loaded(name, path)
    return sys.modules[name].draw_task


def _spelt(table: tuple[tuple[float, ...], ...]) -> str:
    """A table of numbers as Python writes it, and nothing else."""
    return repr([[float(value) if isinstance(value, float) else int(value) for value in row] for row in table])


def _loaded(name: str, path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"cannot load the kitchen {path}")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
