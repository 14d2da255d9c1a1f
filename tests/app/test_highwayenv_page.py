"""The page of HighwayEnv's tasks: what it says of runs, and what it refuses."""

import json
from pathlib import Path
from typing import Any

import pytest

from simulator.app.pages.highwayenv_page import highwayenv_page, read_highway_runs
from worlds.world import Refused


def figures(mean: float, spread: float = 0.0, count: int = 100) -> dict[str, Any]:
    return {name: [mean, spread, count] for name in ("return", "crashed", "speed", "decisions", "arrived")}


def some_runs(path: Path) -> Path:
    players = {
        "dqn": {"0": figures(10.0), "1": figures(12.0), "2": figures(14.0)},
        "ppo": {"0": figures(9.0, 5.0)},
        "idle": {"0": figures(3.0)}, "there-idle": {"0": figures(4.0, 2.0)}, "there-faster": {"0": figures(1.0)},
    }  # fmt: skip
    path.write_text(json.dumps({"steps": 20000, "long": 0, "version": "1.12.1", "tasks": {"merge": players}}))
    return path


def test_intervals_are_over_seeds_where_there_are_several_and_over_episodes_else(tmp_path: Path) -> None:
    runs = read_highway_runs(some_runs(tmp_path / "runs.json"))
    assert runs is not None
    page = highwayenv_page(runs, "## Why\n\nBecause.")
    width = 4.303 * 2.0 / 3**0.5  # t of two degrees of freedom
    assert f"| merge | DQN | 12.00 ± {width:.2f} | 12.00 ± {width:.2f} | 12.0 ± {width:.1f} | 3 |" in page
    assert "| merge | PPO | 9.00 ± 0.98 | 9.00 ± 0.98 | 9.0 ± 1.0 | 1 |" in page
    assert "| merge | idle | 3.00 / 4.00 ± 0.39 |" in page
    assert "faster" not in page
    assert page.endswith("Because.\n")


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "runs.json"
    assert read_highway_runs(path) is None
    path.write_text('{"steps": 3}')
    with pytest.raises(Refused, match="no file of runs"):
        read_highway_runs(path)
