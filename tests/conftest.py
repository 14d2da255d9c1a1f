"""What all tests share: quiet and single-threaded libraries, the tiny worlds of the tests, and worlds of your own.

`python -m pytest --worlds DIR tests/test_contract.py` checks the worlds of a folder as well.
"""

import os

for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")  # the test processes share the cores; before numpy and torch are imported
os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
os.environ.setdefault("SDL_AUDIODRIVER", "dummy")
os.environ.setdefault("MPLBACKEND", "Agg")

from pathlib import Path

import hypothesis
import pytest

import worlds
from simulator.app.commands import first_time
from worlds.world import World

ROOT = Path(__file__).resolve().parents[1]
TINY = ROOT / "tests" / "tiny"
ASKED_FOR = {"sizes": "EVERY_SIZE", "all": "EVERYTHING"}
"""Markers of tests that run only when the variable beside them is 1: sizes of large worlds that take minutes each, and
slow tests that say the same as cheaper ones until something rare breaks (`make test-all`).
"""

ROUNDING = (
    "agents", "kit", "replays", "traffic", "test_determinism.py", "test_golden.py", "app/test_canvas.py",
    "app/test_mistakes.py", "app/test_rasteriser.py", "app/test_trial_summary.py", "engine/test_batch.py",
    "interop/test_given_junction.py", "interop/test_given_routes.py", "interop/test_sumo_crossings.py",
    "interop/test_sumo_nema.py", "worlds/test_junction.py", "worlds/test_routes.py", "worlds/test_tabular.py",
)  # fmt: skip
"""Folders and files below tests/ that CI runs a second time, as on another processor.

Rules keep to operations that give the same bits everywhere (test_architecture.py reads the kernels), and the golden
replays of all worlds, played with the machine code of that processor, hold them to it. So the other tests of rules see
the same numbers there. What torch computes differs: all tests of learning are here. What windows, files, commands and
refusals do is no matter of numbers.
"""
WORDS_ONLY = frozenset(
    f"agents/test_{name}.py"
    for name in (
        "card", "columns", "damaged_run", "evaluate_build", "of_world", "page", "results", "rows", "run_endings",
        "settings", "tables",
    )
)  # fmt: skip
"""Tests among those that compare words and files."""

hypothesis.settings.register_profile("crossplay", deadline=None, print_blob=True)  # the first call compiles kernels
hypothesis.settings.load_profile("crossplay")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--worlds", metavar="DIR", help="also test the worlds of this folder")


def pytest_configure(config: pytest.Config) -> None:
    worlds.add_folder(TINY)
    first_time.PATIENCE = 1e6  # s: what commands say in tests does not hang on how fast kernels compile
    if folder := config.getoption("--worlds"):
        worlds.add_folder(folder)
        os.environ["CROSSPLAY_TEST_WORLDS"] = str(Path(folder).resolve())  # for the interpreters that tests start


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what hangs on rounding; leave out what a marker of `ASKED_FOR` keeps back, unless its variable is 1."""
    for item in items:
        if hangs_on_rounding(item.path):
            item.add_marker("rounding")
    held = [marker for marker, variable in ASKED_FOR.items() if os.environ.get(variable) != "1"]
    extra = [item for item in items if any(item.get_closest_marker(marker) for marker in held)]
    if extra:
        config.hook.pytest_deselected(items=extra)
        items[:] = [item for item in items if not any(item.get_closest_marker(marker) for marker in held)]


def hangs_on_rounding(path: Path) -> bool:
    """Whether tests of this file are run as on another processor, too."""
    if not path.is_relative_to(ROOT / "tests"):
        return False
    name = path.relative_to(ROOT / "tests").as_posix()
    return name not in WORDS_ONLY and any(name == place or name.startswith(f"{place}/") for place in ROUNDING)


@pytest.fixture(scope="session")
def beacon() -> World:
    """A world that compiles at once."""
    return worlds.get("beacon")
