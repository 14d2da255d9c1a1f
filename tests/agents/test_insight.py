"""Insight: what is believed beside what is true, by episode, for facts that have names."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch
from test_checkpoint import facts

import worlds
from agents.checkpoints import checkpoint
from agents.explain.insight import InsightSettings, insight, table
from agents.explain.insight import facts as plain
from agents.networks.belief import BeliefShape
from agents.networks.network import Network, Shape
from simulator.app.cli import run
from simulator.engine import Batch
from worlds.world import Refused, World

TASKS = 40


@pytest.fixture(scope="module")
def believer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An agent for tag that holds den C for the refuge whatever happens, and knows nothing else."""
    world = worlds.get("tag")
    layout = Batch(world, 1).layout
    belief = BeliefShape.of(world)
    network = Network(Shape(observation=layout.total, actions=world.action_sizes, encoder=4, hidden=4, belief=belief))
    assert network.belief is not None
    with torch.no_grad():
        network.belief.head.weight.zero_()
        network.belief.head.bias.zero_()
        network.belief.head.bias[2] = np.log(7.0)  # 0.7 beside three times 0.1
    folder = tmp_path_factory.mktemp("insight") / "believer"
    described = facts(
        world, build_args={"seats": 4}, roles=("chaser", "evader"), observation=dict(layout.sizes),
        settings={"episodes": 2},
    )  # fmt: skip
    checkpoint.save(folder, network, described)
    return folder


def test_the_probability_of_the_truth_is_measured(believer: Path) -> None:
    settings = InsightSettings(checkpoint=str(believer), splits=("train", "test-both"), tasks=TASKS, resamples=200)
    rows = insight(settings)
    world = worlds.get("tag")
    for split in ("train", "test-both"):
        batch = Batch(world, TASKS, split=split, episodes_per_trial=2, seed=settings.seed)
        batch.reset()
        expected = np.where(batch.worlds["refuge"] == 2, 0.7, 0.1).mean()
        row = next(row for row in rows if (row.split, row.role, row.fact) == (split, "chaser", "refuge"))
        assert row.guess == 0.25
        assert [each.value for each in row.episodes] == pytest.approx([expected, expected], abs=1e-6)
        assert row.episodes[0].low < expected < row.episodes[0].high
        assert len(row.decisions) == 2 * world.timing.decisions
    kinds = {row.fact: row for row in rows if row.split == "train" and row.role == "evader"}
    assert set(kinds) == {"refuge", "bot of chaser, known kind", "bot of evader, known kind"}
    assert kinds["bot of evader, known kind"].episodes[0].value == pytest.approx(1 / 8)
    assert kinds["bot of evader, known kind"].guess == pytest.approx(1 / 6)
    assert any(row.fact == "bot of evader, new kind" for row in rows if row.split == "test-both")
    assert "chaser on test-both" in table(rows)
    json.dumps(plain(rows))


def test_the_command_prints_it(believer: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["insight", str(believer), "--splits", "train", "--tasks", "8", "--resamples", "100", "--json"]
    assert run(arguments) == 0
    found = json.loads(capsys.readouterr().out)
    assert {row["fact"] for row in found["rows"]} >= {"refuge"}


def test_who_has_no_belief_and_what_has_no_names_are_refused(tmp_path: Path, beacon: World) -> None:
    shape = Shape(observation=8, actions=(3,), encoder=6, hidden=5)
    checkpoint.save(tmp_path / "plain", Network(shape), facts(beacon))
    with pytest.raises(Refused, match="has no belief"):
        insight(InsightSettings(checkpoint=str(tmp_path / "plain")))
    believing = msgspec.structs.replace(shape, belief=BeliefShape.of(beacon))
    checkpoint.save(tmp_path / "believing", Network(believing), facts(beacon))
    with pytest.raises(Refused, match="names none"):
        insight(InsightSettings(checkpoint=str(tmp_path / "believing")))
