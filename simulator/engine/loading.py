"""Writes and loads the compiled loop of a world: a copy of driver.py with that world's rules in it."""

import hashlib
import importlib.util
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, cast

from simulator.engine.writing import write_whole
from worlds.kit import norules
from worlds.kit.kernel import cache_folder
from worlds.world import CAUSE_KINDS, World

TEMPLATE = Path(__file__).with_name("driver.py")
OPENING, CLOSING = "# <rules: replaced by load_driver>\n", "# </rules>\n"
_loading = threading.Lock()  # a second thread must not see a driver that is half loaded
RULES = ("draw_task", "begin", "step", "ended", "observe", "reveal", "act", "metrics", "legal")


def load_driver(world: World) -> tuple[ModuleType, bool]:
    """The driver module of ``world``, and whether it is new: it is written once into the kernel cache, so its machine
    code is found again.
    """
    text = _driver_text(world)
    name = f"crossplay_driver_{world.name}_{hashlib.sha256(text.encode()).hexdigest()[:16]}"
    sources = [
        Path(_plain(getattr(world.kernels, rule) or getattr(norules, rule)).__code__.co_filename) for rule in RULES
    ]
    with _loading:
        if name in sys.modules:
            return sys.modules[name], False
        path = cache_folder(sources) / f"{name}.py"
        new = not path.exists()
        return _load(name, text, path), new


def _load(name: str, text: str, path: Path) -> ModuleType:
    if not path.exists():
        write_whole(path, text.encode())
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"cannot load the driver {path}")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _driver_text(world: World) -> str:
    before, rest = TEMPLATE.read_text(encoding="utf-8").split(OPENING)
    after = rest.split(CLOSING)[1]
    lines = [_import_line(rule, getattr(world.kernels, rule) or getattr(norules, rule)) for rule in RULES]
    kinds = [CAUSE_KINDS.index(cause.kind) for cause in world.causes]
    lines += [
        f"TICKS_PER_DECISION = {world.ticks_per_decision}",
        f"EPISODE_TICKS = {world.episode_decisions * world.ticks_per_decision}",
        f"OBSERVED = {world.observation.total}",
        f"TOLD = {world.told.total}",
        f"ACTION_SIZES = np.array({list(world.action_sizes)})",
        f"CAUSE_KINDS = np.array({kinds})",
    ]
    return before + "\n".join(lines) + "\n" + after


def _import_line(rule: str, function: Callable[..., Any]) -> str:
    plain = _plain(function)
    return f"from {plain.__module__} import {plain.__name__} as {rule}"


def _plain(function: Callable[..., Any]) -> Callable[..., Any]:
    """The Python function behind a kernel."""
    return cast(Callable[..., Any], getattr(function, "py_func", function))
