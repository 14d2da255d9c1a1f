"""The calibration rows of bandits and decision processes: everybody in them plays, and the best know the task."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

import worlds
from agents.calibration.bandits import ROWS as BANDITS
from agents.calibration.mdps import ROWS as PROCESSES
from agents.calibration.row import Row, play_tasks


@pytest.mark.parametrize("row", [*BANDITS, *PROCESSES], ids=lambda row: row.name)
def test_every_reference_plays_the_row(row: Row) -> None:
    world = worlds.get(row.settings.world.name, **row.settings.world.args)
    bar, totals = row.bars[0], {}
    with ThreadPoolExecutor(1) as pool:
        for name, contestant in row.references.items():
            totals[name] = bar.score(play_tasks(row, world, contestant, 60, 5, pool)).mean()
    assert max(totals, key=totals.__getitem__) in ("odds known", "task known")
    assert min(totals, key=totals.__getitem__) in ("any fixed plan", "random")
    assert row.settings.world.split == "train"
    assert row.split == "test-both"
