"""All rows of the calibration table: what they train fits its world, and their budgets and floors are declared."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

import worlds
from agents import calibration
from agents.calibration.control import CARTPOLE, GRIDNAV
from agents.calibration.row import Row, play_tasks
from agents.settings.train import complete


@pytest.mark.parametrize("row", calibration.rows().values(), ids=lambda row: row.name)
def test_a_row_fits_its_world(row: Row) -> None:
    world = worlds.get(row.settings.world.name, **row.settings.world.args)
    settings = complete(row.settings, world)
    assert settings.world.split == "train"
    assert row.split.startswith("test")
    assert settings.trial.episodes == world.timing.episodes
    assert row.minutes > 0
    assert len({bar.name for bar in row.bars}) == len(row.bars)
    assert row.tasks >= 1_000  # bars ask for more, see each row


@pytest.mark.parametrize(
    ("row", "first", "last"),
    [
        (GRIDNAV, "goal known", "sweep, memory wiped"),
        (CARTPOLE, "LQR, physics known", "LQR, textbook physics"),
    ],
    ids=lambda value: value.name if isinstance(value, Row) else "",
)
def test_who_knows_the_task_is_best(row: Row, first: str, last: str) -> None:
    world = worlds.get(row.settings.world.name, **row.settings.world.args)
    bar, totals = row.bars[0], {}
    with ThreadPoolExecutor(1) as pool:
        for name, contestant in row.references.items():
            totals[name] = bar.score(play_tasks(row, world, contestant, 60, 5, pool)).mean()
    assert max(totals, key=totals.__getitem__) == first
    assert min(totals, key=totals.__getitem__) == last
