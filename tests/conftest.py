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
from worlds.world import World

ROOT = Path(__file__).resolve().parents[1]
TINY = ROOT / "tests" / "tiny"
ASKED_FOR = {"sizes": "EVERY_SIZE", "all": "EVERYTHING"}
"""Markers of tests that run only when the variable beside them is 1: sizes of large worlds that take minutes each, and
slow tests that say the same as cheaper ones until something rare breaks (`make test-all`).
"""

hypothesis.settings.register_profile("crossplay", deadline=None, print_blob=True)  # the first call compiles kernels
hypothesis.settings.load_profile("crossplay")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--worlds", metavar="DIR", help="also test the worlds of this folder")


def pytest_configure(config: pytest.Config) -> None:
    worlds.add_folder(TINY)
    if folder := config.getoption("--worlds"):
        worlds.add_folder(folder)
        os.environ["CROSSPLAY_TEST_WORLDS"] = str(Path(folder).resolve())  # for the interpreters that tests start


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what a marker of `ASKED_FOR` keeps back, unless its variable is 1."""
    held = [marker for marker, variable in ASKED_FOR.items() if os.environ.get(variable) != "1"]
    extra = [item for item in items if any(item.get_closest_marker(marker) for marker in held)]
    if extra:
        config.hook.pytest_deselected(items=extra)
        items[:] = [item for item in items if not any(item.get_closest_marker(marker) for marker in held)]


@pytest.fixture(scope="session")
def beacon() -> World:
    """A world that compiles at once."""
    return worlds.get("beacon")
