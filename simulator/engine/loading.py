"""Writes and loads the compiled loop of a world: a copy of driver.py with that world's rules in it."""

import hashlib
import importlib.util
import os
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, cast

import numpy as np

from worlds.kit import norules
from worlds.kit.bots import knob_table, pools_of
from worlds.kit.cache import keep_text
from worlds.kit.kernel import cache_folder
from worlds.world import CAUSE_KINDS, PARTS, Bot, Bots, World

TEMPLATE = Path(__file__).with_name("driver.py")
OPENING, CLOSING = "# <rules: replaced by load_driver>\n", "# </rules>\n"
DRIVER = "crossplay_driver_"  # begins the names of drivers
_loading = threading.Lock()  # a second thread must not see a driver that is half loaded
if hasattr(os, "register_at_fork"):  # whoever held it in the parent is not there to let go in the child
    os.register_at_fork(after_in_child=lambda: globals().update(_loading=threading.Lock()))
RULES = (
    "draw_population", "draw_task", "begin", "step", "ended", "observe", "reveal", "act", "figures", "legal",
    "solvable",
)  # fmt: skip


def load_driver(world: World) -> tuple[ModuleType, bool]:
    """The driver module of ``world``, and whether it is new: it is written once into the kernel cache, so its machine
    code is found again.
    """
    text = _driver_text(world)
    name = f"{DRIVER}{world.name}_{hashlib.sha256(text.encode()).hexdigest()[:16]}"
    sources = [
        Path(_plain(getattr(world.kernels, rule) or getattr(norules, rule)).__code__.co_filename) for rule in RULES
    ]
    with _loading:
        if name in sys.modules:
            return sys.modules[name], False
        folder = cache_folder(sources)
        new = not (folder / f"{name}.py").exists()
        return _load(name, keep_text(folder, f"{name}.py", text)), new


def world_driven_by(module: str) -> str:
    """Name of the world whose driver is the module of this name; empty where it is no driver."""
    return module.removeprefix(DRIVER).rpartition("_")[0] if module.startswith(DRIVER) else ""


def _load(name: str, path: Path) -> ModuleType:
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
    lines += [f"{name} = {value}" for name, value in _numbers(world).items()]
    return before + "\n".join(lines) + "\n" + after


def _numbers(world: World) -> dict[str, str]:
    """The declarations that the driver needs, as it spells them."""
    roles = list(dict.fromkeys(seat.role for seat in world.seats))
    bots = [world.bots_of(role) for role in roles]
    places = [world.told_pieces.at[told.name].start for told in world.told if isinstance(told, Bots)]
    arrays = {
        "ACTION_SIZES": list(world.action_sizes),
        "CAUSE_KINDS": [CAUSE_KINDS.index(cause.kind) for cause in world.causes],
        "GENERATOR_SHARES": [_shares(world, part) for part in PARTS],
        "ROLES": [roles.index(seat.role) for seat in world.seats],
        "BOT_POOLS": [_pools(kinds, world.most_kinds) for kinds in bots],
        "KNOB_RANGES": [_ranges(world, kinds) for kinds in bots],
    }
    return {
        "EPISODE_TICKS": str(world.timing.episode_ticks),
        "OBSERVED": str(world.observation.total),
        "KINDS": str(world.named_kinds),
        "BOTS_AT": str(places[0] if places else -1),
        **{name: f"np.array({value})" for name, value in arrays.items()},
    }


def _shares(world: World, part: str) -> list[float]:
    """Of every generator: the chance that it, or one before it, is drawn."""
    weights = np.array([each.weight if each.split == part else 0.0 for each in world.generators])
    sums = np.cumsum(weights)
    if sums[-1] == 0.0:  # no generator is final; nobody gets to ask for one
        return [1.0] * len(sums)
    found: list[float] = np.where(sums == sums[-1], 1.0, sums / sums[-1]).tolist()
    return found


def _pools(bots: Sequence[Bot], kinds: int) -> list[list[int]]:
    return [[len(pool), *pool, *[0] * (kinds - len(pool))] for pool in pools_of(bots)]


def _ranges(world: World, bots: Sequence[Bot]) -> list[Any]:
    table = knob_table(bots, world.knob_columns)
    found: list[Any] = np.pad(table, ((0, world.most_kinds - len(bots)), (0, 0), (0, 0))).tolist()
    return found


def _import_line(rule: str, function: Callable[..., Any]) -> str:
    plain = _plain(function)
    return f"from {plain.__module__} import {plain.__name__} as {rule}"


def _plain(function: Callable[..., Any]) -> Callable[..., Any]:
    """The Python function behind a kernel."""
    return cast(Callable[..., Any], getattr(function, "py_func", function))
