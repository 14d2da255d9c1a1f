"""What the page after a trial says of beliefs, and of which of them it knows the truth."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import numpy as np

from simulator.app.panels.beliefs import has_truth
from simulator.app.panels.results import BeliefRow, belief_tables
from tests.app.test_trial_summary import finished
from worlds.declarations import Fact
from worlds.world import World


def test_beliefs_name_the_likeliest_and_what_is_right() -> None:
    side = Fact("side", slice(0, 2), "layout", ("near_by", "far"))
    other = Fact("bot", slice(2, 4), "opponents", ("pacer", "drifter"), seat=1)
    later = Fact("next_move", slice(4, 5), "opponents", told_to="beliefs")
    lean = Fact("lean", slice(5, 7), "opponents", shares=True, of=("left", "right"))
    knobs = Fact("knobs", slice(7, 9), "opponents")
    world = SimpleNamespace(
        seats=[SimpleNamespace(name=f"walker_{n}", team=0) for n in (0, 1)],
        facts=lambda seat: (side, other, later, lean, knobs),
    )
    belief = np.array([0.25, 0.75, 1.0, 0.0, 0.5, 0.2, 0.9, 0.4, 0.3])
    truth = np.array([0.0, 1.0, 0.0, 1.0, 0.5, 0.0, 1.0, 0.1, 0.2])
    done = finished(beliefs={0: [belief, None]}, truths={0: [truth, None]})

    def rows(spec: str) -> dict[str, BeliefRow]:
        (table,) = belief_tables(cast(World, world), done, {"walker_1": spec})
        assert table.title == "What the agent in walker_0 believed at the end of each episode"
        return {row.fact: row for row in table.rows}

    found = rows("bot:drifter")
    assert list(found) == ["side", "walker_1", "lean"]  # neither what changes all the time nor numbers without a name
    assert [(cell.words, cell.right) for cell in found["side"].cells] == [("far 75%", True), ("–", False)]
    assert found["side"].truth == "far"
    assert [(cell.words, cell.right) for cell in found["walker_1"].cells] == [("pacer 100%", False), ("–", False)]
    assert found["walker_1"].truth == "drifter"
    assert (found["lean"].truth, found["lean"].cells[0].right) == ("right", True)
    for spec in ("human", "agent:beacon"):  # who is no bot of the task has neither kind nor ways that it tells of
        found = rows(spec)
        assert [found[name].truth for name in ("side", "walker_1", "lean")] == ["far", "–", "–"]
        assert not any(cell.right for name in ("walker_1", "lean") for cell in found[name].cells)


def test_what_is_told_of_the_others_holds_where_bots_have_the_seats_of_the_other_team() -> None:
    told, layout = Fact("lean", slice(0, 1), "opponents"), Fact("side", slice(1, 2), "layout")
    named = Fact("bot", slice(2, 3), "opponents", ("pacer",), seat=3)

    def world(*teams: int) -> World:
        return cast(World, SimpleNamespace(seats=[SimpleNamespace(team=team) for team in teams]))

    assert has_truth(world(0, 0, 1, 1), told, 0, {2, 3})  # whatever its mate is
    assert not has_truth(world(0, 0, 1, 1), told, 0, {1, 2})
    assert has_truth(world(0, 0, 0), told, 1, {0, 2})
    assert not has_truth(world(0, 0, 0), told, 1, {0, 1})
    assert has_truth(world(0), told, 0, set())  # nobody else is there
    assert has_truth(world(0, 0), layout, 0, set())
    assert has_truth(world(0, 0, 1, 1), named, 0, {3})
    assert not has_truth(world(0, 0, 1, 1), named, 0, {1, 2})
