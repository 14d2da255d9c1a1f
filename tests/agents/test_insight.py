"""Insight: what a memory holds, what it is worth and what it changes; what is believed beside what is true."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy import stats
from test_checkpoint import facts

import agents
import worlds
from agents.checkpoints import checkpoint
from agents.checkpoints.description import INSIGHT
from agents.explain.insight import InsightSettings, insight, table
from agents.explain.insight import facts as plain
from agents.explain.memory import MemoryStudy, divergence, likeliest
from agents.explain.probes import areas, explained, halves, probe, ridge
from agents.networks.belief import BeliefShape
from agents.networks.network import Network, Shape
from simulator.app.cli import run
from simulator.app.pages.memory_table import memory_lines
from simulator.app.pages.results_page import kept_insight
from simulator.engine import Batch
from simulator.engine.memory_control import Lent
from worlds.world import Fact, Refused, World

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
    settings = InsightSettings(checkpoint=str(believer), splits=("train", "test-both"), tasks=TASKS)
    found = insight(settings)
    rows = found.beliefs
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
    assert "chaser on test-both" in table(found)
    json.dumps(plain(found))


def test_the_command_prints_it(believer: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["insight", str(believer), "--splits", "train", "--tasks", "8", "--json"]
    assert run(arguments) == 0
    found = json.loads(capsys.readouterr().out)
    assert {row["fact"] for row in found["rows"]} >= {"refuge"}


def test_what_was_found_is_kept_beside_the_agent_and_stands_on_its_page(
    believer: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["insight", str(believer), "--splits", "train", "--tasks", "8", "--card"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == f"kept in {believer / INSIGHT}"
    kept = json.loads((believer / INSIGHT).read_text())
    assert kept["sha256"] == checkpoint.load_config(believer).sha256
    assert kept["command"].endswith(" --splits train --tasks 8")
    assert {row["about"] for row in kept["probes"]} <= {"opponents", "layout"}
    assert "rows" not in kept
    lines = "\n".join(memory_lines(kept))
    assert kept["command"] in lines
    assert "| chaser, `train` | 0.00 ± 0.00 | 0.00 ± 0.00 |" in lines, "it chooses alike, whatever it remembers"


def test_what_was_found_in_other_weights_is_not_shown(believer: Path) -> None:
    (believer / INSIGHT).write_text(json.dumps({"sha256": "0" * 64, "probes": [], "changes": []}))
    config = {"sha256": checkpoint.load_config(believer).sha256}
    assert kept_insight(believer, config) is None
    (believer / INSIGHT).write_text(json.dumps({**config, "probes": [], "changes": []}))
    assert kept_insight(believer, config) is not None
    (believer / INSIGHT).unlink()
    assert kept_insight(believer, config) is None


def test_what_is_kept_of_shipped_agents_is_of_their_weights() -> None:
    folders = [folder for folder in agents.pretrained().values() if (folder / INSIGHT).is_file()]
    assert folders
    for folder in folders:
        assert kept_insight(folder, {"sha256": checkpoint.load_config(folder).sha256}) is not None, folder


def test_a_page_tells_the_seen_kinds_beside_chance() -> None:
    estimate = {"value": 0.6, "low": 0.5, "high": 0.7}
    row = {"split": "train", "role": "cook", "about": "opponents", "chance": 0.2, "entries": 1, "measure": "accuracy"}
    kind = {**row, "fact": "bot of porter", "episodes": [None, estimate]}
    knobs = {**row, "fact": "knobs", "measure": "R²", "chance": 0.0, "episodes": [estimate, estimate]}
    probes = [kind, knobs, {**kind, "split": "test-both"}, {**knobs, "split": "test-both"}]
    found = {"command": "crossplay insight cook", "tasks": 40, "probes": probes, "changes": []}
    lines = [line for line in memory_lines(found) if line.startswith("| cook")]
    assert lines == [
        "| cook, `train` | bot of porter (accuracy) | opponents | 0.20 | – | 0.60 ± 0.10 | 3.0 |",
        "| cook, `train` | knobs (R²) | opponents | 0.00 | 0.60 ± 0.10 | 0.60 ± 0.10 | – |",
        "| cook, `test-both` | bot of porter (accuracy) | opponents | 0.20 | – | 0.60 ± 0.10 | 3.0 |",
    ]


def test_who_has_no_memory_is_refused(tmp_path: Path, beacon: World) -> None:
    size = Batch(beacon, 1).observation_size
    shape = Shape(observation=size, actions=(3,), encoder=6, hidden=5, memory="none")
    learned = {"algorithm": "maml", "inner_rate": 0.1, "inner_steps": 1, "gamma": 0.9, "gae_lambda": 0.9}
    checkpoint.save(tmp_path / "plain", Network(shape), facts(beacon, settings=learned))
    with pytest.raises(Refused, match="has no memory"):
        insight(InsightSettings(checkpoint=str(tmp_path / "plain")))


# --- probes ----------------------------------------------------------------------------------------------------------


def readable(tasks: int = 400, width: int = 12) -> tuple[np.ndarray, np.ndarray]:
    """Memories whose first two numbers tell something, and those numbers."""
    memory = np.random.default_rng(5).normal(size=(tasks, width))
    return memory, memory[:, :2]


def test_a_probe_reads_what_is_there_and_nothing_else() -> None:
    memory, inside = readable()
    outside = np.random.default_rng(6).normal(size=(400, 2))
    flags = Fact("flags", slice(0, 2), "layout")
    for source, yes, numbers in ((inside, 0.95, 0.95), (outside, 0.0, -0.1)):
        binary, real = (source > 0.0).astype(float), source
        area, explained = probe(memory, binary, flags)[0], probe(memory, real, flags)[0]
        assert (area.measure, area.chance, area.entries) == ("AUC", 0.5, 2)
        assert (explained.measure, explained.chance, explained.entries) == ("R²", 0.0, 2)
        assert area.value > yes if yes else abs(area.value - 0.5) < 0.1
        assert explained.value > numbers
    assert explained.value < 0.05


def test_names_are_read_by_the_likeliest() -> None:
    memory, _ = readable()
    kinds = np.eye(3)[memory[:, :3].argmax(axis=1)]
    score = probe(memory, kinds, Fact("kind", slice(0, 3), "opponents", tuple("abc")))[0]
    assert score.measure == "accuracy"
    assert score.value > 0.8
    assert 0.25 < score.chance < 0.45


def test_chance_of_a_kind_is_how_often_the_likeliest_is_drawn() -> None:
    for name, role in (("tag", "evader"), ("duel", "duellist"), ("kitchen", "porter")):
        world = worlds.get(name)
        seat = next(at for at, each in enumerate(world.seats) if each.role == role)
        for split in ("train", "test-layout", "test-opponent", "test-both"):
            batch = Batch(world, 2000, split=split, seed=3)
            batch.reset()
            often = np.bincount(batch.worlds["bot_kind"][:, seat]).max() / 2000
            assert often == pytest.approx(likeliest(world.bots_of(role), split), abs=0.05)


def test_what_hardly_varies_is_not_probed() -> None:
    memory, _ = readable(40)
    rare = np.zeros((40, 1))
    rare[3] = 1.0
    assert probe(memory, rare, Fact("rare", slice(0, 1), "layout")) == []
    assert probe(memory, np.full((40, 2), 0.3), Fact("always", slice(0, 2), "layout")) == []
    assert probe(memory, np.eye(3)[np.zeros(40, int)], Fact("one", slice(0, 3), "layout", tuple("abc"))) == []


def test_ridge_is_ridge() -> None:
    memory, inside = readable(60, 5)
    wide = np.hstack([memory, np.ones((60, 1))])  # what never changes tells nothing
    guess = ridge(wide[:40], inside[:40], wide[40:])
    assert guess == pytest.approx(inside[40:], abs=0.02)
    few = np.random.default_rng(0).normal(size=(10, 50))  # more numbers than tasks
    assert np.isfinite(ridge(few, few[:, :1], few)).all()


def test_the_area_is_that_of_ranks_and_its_parts_give_its_variance() -> None:
    rng = np.random.default_rng(8)
    yes = rng.random(300) < 0.3
    guess = np.round(rng.normal(size=300) + yes, 1)  # with ties
    each = [stats.mannwhitneyu(guess[h & yes], guess[h & ~yes]).statistic / ((h & yes).sum() * (h & ~yes).sum())
            for h in halves(300)]  # fmt: skip
    assert areas(guess, yes).mean() == pytest.approx(np.mean(each))
    samples = []
    for seed in range(300):
        rng = np.random.default_rng(seed)
        yes = rng.random(200) < 0.4
        samples.append(areas(rng.normal(size=200) + yes, yes))
    spread = np.std([sample.mean() for sample in samples])
    told = np.mean([sample.std(ddof=1) / np.sqrt(200) for sample in samples])
    assert told == pytest.approx(spread, rel=0.2)


def test_explained_variance_by_hand() -> None:
    true = np.array([0.0, 1.0, 4.0, 3.0])  # halves (0, 4) and (1, 3): each half's mean guesses the other
    assert explained(true, true).mean() == pytest.approx(1.0)
    assert explained(np.full(4, 2.0), true).mean() == pytest.approx(0.0)


def test_divergence_adds_up_over_factors() -> None:
    own, other = np.array([[0.5, 0.5, 1.0, 0.0]]), np.array([[0.25, 0.75, 0.5, 0.5]])
    expected = 0.5 * np.log(2.0) + 0.5 * np.log(0.5 / 0.75) + np.log(2.0)
    assert divergence(own, other) == pytest.approx([expected])
    assert divergence(own, own) == pytest.approx([0.0])


def test_memories_are_read_lent_and_shadowed(tmp_path: Path, beacon: World) -> None:
    """An untrained agent with a real memory: shapes, first episodes alike, refusals of what has none."""
    size = Batch(beacon, 1).observation_size
    network = Network(Shape(observation=size, actions=(3,), encoder=6, hidden=5))
    checkpoint.save(tmp_path / "plain", network, facts(beacon))
    found = insight(InsightSettings(checkpoint=str(tmp_path / "plain"), splits=("test-both",), tasks=TASKS))
    assert found.beliefs == ()
    assert [(row.fact, row.measure, row.role) for row in found.probes] == [("beacon", "R²", "walker")]
    (foreign,) = found.foreign
    assert foreign.own[0] == foreign.foreign[0]
    assert foreign.lost[0].value == 0.0
    others, nothing = found.changes
    assert (others.memory, nothing.memory) == ("other opponents", "nothing")
    assert others.episodes[0].value == nothing.episodes[0].value == 0.0
    assert nothing.episodes[-1].value > 0.0
    words = table(found)
    assert "walker on test-both" in words
    assert "lost in episodes 3" in words
    json.dumps(plain(found))
    assert plain(found)["changes"][1]["memory"] == "nothing"


def test_a_shadow_with_the_same_memory_does_the_same(tmp_path: Path, beacon: World) -> None:
    """What is lent is what was remembered at that point: lending an agent its own memory changes nothing."""
    size = Batch(beacon, 1).observation_size
    checkpoint.save(
        tmp_path / "plain", Network(Shape(observation=size, actions=(3,), encoder=6, hidden=5)), facts(beacon)
    )
    player = agents.load(tmp_path / "plain", seed=1)
    study = MemoryStudy(beacon, player, "train", 0, tasks=8, seed=3)
    lent = Lent(np.roll(study._watcher.memory, 1, axis=1))
    again, watcher = study._run(control=lent, shadows={})
    assert (again.returns == study._own.returns).all()
    assert (watcher.memory == study._watcher.memory).all()
