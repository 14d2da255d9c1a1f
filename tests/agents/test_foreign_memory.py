"""Foreign memory: formed on the same layout against others; and figures in the order in which people read them."""

import dataclasses

import numpy as np
import pytest
from test_evaluate import report
from test_evaluate import seated as seated
from walkers import Walker

import worlds
from agents.evaluation.strangers import strangers
from simulator.app.pages.results_page import _figures
from simulator.engine.batch import Batch
from simulator.engine.memory_control import Lent
from simulator.engine.trial import figure_names, figures_to_read
from worlds.world import Figure, Refused, World


def test_foreign_memory_is_formed_on_the_same_layout_with_others(seated: list[Walker]) -> None:
    """A walker remembers where the beacon is, whoever else walks; of another task it is no good."""
    cell = report(conditions=("wiped", "shuffled", "foreign")).cell("walker", "test-both")
    assert cell.worth == ("wiped", "shuffled", "foreign")
    assert abs(cell.differences["foreign"].value) < 0.1 * cell.differences["shuffled"].value
    lent = [given for walker in seated for given in walker.given]
    assert lent
    assert {"agent_minus"} <= cell.dict().keys()


def test_memory_is_lent_at_that_point_of_that_row() -> None:
    memories = np.arange(24, dtype=np.float32).reshape(4, 2, 3)
    player = Walker("walker")
    player.reset(4)
    Lent(memories).episode_begins(player, np.array([1, 3]), np.array([1, 1]))
    assert (player.memory[[1, 3]] == memories[[1, 3], 1]).all()
    assert (player.memory[[0, 2]] == 0).all()


def test_strangers_are_of_other_kinds_and_of_the_same_split() -> None:
    world = worlds.get("repeated")
    seats = np.zeros((50, len(world.seats)), dtype=bool)
    seats[:, 1] = True
    for split, train in (("train", True), ("test-opponent", False)):
        found = strangers(world, split, seats, seed=3)
        own = Batch(world, 50, split=split, seed=3)
        own.reset()
        kinds, theirs = own.worlds["bot_kind"][:, 1], found.donors["bot_kind"][:, 1]
        assert (kinds != theirs).all()
        bots = world.bots_of(world.seats[1].role)
        assert train == all(bots[kind].split == "train" for kind in theirs)
        assert found.episode == 0


def test_nobody_is_foreign_where_a_task_draws_no_opponents() -> None:
    alone = {"walker_1": "bot:pacer"}
    assert "foreign" not in report(seats=alone, tasks=4).cell("walker", "test-both").curves
    with pytest.raises(Refused, match="nobody to exchange"):
        report(seats=alone, conditions=("foreign",), tasks=4)


def test_what_is_unwanted_stands_first_and_side_by_side(beacon: World) -> None:
    figures = (Figure("finders"), Figure("found", per="seat"), Figure("place", per="seat", unwanted=True))
    assert figures_to_read(dataclasses.replace(beacon, figures=figures)) == ("finders", "own_place", "own_found")
    junction = figures_to_read(worlds.get("junction"))
    assert junction[:2] == ("crashes", "fines")
    assert [name for name in junction if name.startswith("own_")][:2] == ["own_crashes", "own_fines"]
    assert set(junction) == set(figure_names(worlds.get("junction")))
    estimate = {"value": 1.0, "low": 0.5, "high": 1.5}
    cell = {
        "return_by_episode": {"agent": [estimate]},
        "figures": {name: {"later": {"agent": estimate}} for name in ("own_crashes", "own_speed", "own_fines")},
    }
    assert next(_figures(cell, junction)) == "| in the later episodes | own crashes | own fines | own speed |"
