"""Tastes: what a learner is paid beside the world's reward, and that nothing else changes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from test_resume import crash_after, outcome
from test_train import SMALL

import agents
from agents.evaluation.evaluate import evaluate
from agents.settings.command import command_line
from agents.settings.declared import changed
from agents.settings.evaluate import EvaluateSettings
from agents.settings.files import load_settings
from agents.settings.train import TrainSettings
from agents.training.run import Run
from agents.training.taste import Taste
from agents.training.train import train
from simulator.app import cli
from simulator.engine import Batch
from worlds.world import Refused, World

EASTERN = {"reward": 0.0, "place": 0.5}
"""Likes to be far in the east, and nothing else."""


def test_a_taste_pays_what_the_figures_of_the_own_seat_grow_by(beacon: World) -> None:
    lanes = np.array([[1, 0], [0, 1]] * 8)
    batch, twin = (Batch(beacon, 16, episodes_per_trial=2, lanes=lanes, seed=3) for _ in range(2))
    taste = Taste({"reward": 2.0, "place": 0.5, "found": -1.0}, beacon, batch, ["walker"] * 16, 2)
    batch.reset()
    twin.reset()
    rng = np.random.default_rng(0)
    placed, known = batch.worlds["pos"][np.arange(16), lanes[:, 0]].copy(), 0
    for _ in range(90):
        actions = rng.integers(0, 3, (16, 2))
        live = batch.active[:, 0] > 0
        paid = taste.step(actions)
        twin.step(actions)
        assert batch.snapshot() == twin.snapshot()
        found = (batch.ends[:, 0] == 1).astype(float)
        at = batch.worlds["pos"][np.arange(16), lanes[:, 0]]
        goes_on = live & (batch.episode_ends == 0)
        expected = 2.0 * batch.rewards[:, 0] + 0.5 * (at - placed) - found
        np.testing.assert_allclose(paid[goes_on], expected[goes_on], atol=1e-5)
        known += int(goes_on.sum())
        placed = at.copy()
        ended = np.flatnonzero(batch.episode_ends)
        taste.note(ended, np.zeros(len(ended), np.int64), np.zeros((len(ended), 1)))
    assert known > 500
    assert not taste.sums[ended].any()


def test_what_an_episode_pays_is_its_return_and_its_figures(beacon: World) -> None:
    """In the step that ends an episode too, whose figures are gone when the next one has begun."""
    batch = Batch(beacon, 32, episodes_per_trial=3, lanes=["walker_0"], seed=1)
    taste = Taste({"place": 0.5, "found": 3.0}, beacon, batch, ["walker"] * 32, 3)
    batch.reset()
    started = batch.worlds["pos"][:, 0].copy()
    rng, seen = np.random.default_rng(1), 0
    for _ in range(70):
        taste.step(rng.integers(0, 3, (32, 1)))
        for world in np.flatnonzero(batch.episode_ends):
            found, place = batch.figures[world, 1:3]
            own = batch.episode_returns[world, 0] + 0.5 * (place - started[world]) + 3.0 * found
            assert taste.sums[world] == pytest.approx(own, abs=1e-5)
            started[world] = batch.worlds["pos"][world, 0]
            seen += 1
        ended = np.flatnonzero(batch.episode_ends)
        taste.note(ended, np.zeros(len(ended), np.int64), np.zeros((len(ended), 1)))
    assert seen >= 64


@pytest.fixture(scope="module")
def eastern(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("taste") / "eastern"
    return train(changed(SMALL, steps=15_000, self_play=0.0, taste=EASTERN, learning_rate=0.01, out=str(folder)))


def test_a_taste_changes_what_is_learned(eastern: Path, tmp_path: Path) -> None:
    plain = train(changed(SMALL, steps=15_000, self_play=0.0, learning_rate=0.01, out=str(tmp_path / "plain")))
    places = {}
    for run in (eastern, plain):
        settings = EvaluateSettings(
            checkpoint=(str(run),), conditions=("random",), splits=("train",), tasks=100, figures=True, threads=1
        )
        report = evaluate(settings, progress=False)
        places[run] = report.cells[0].figures["own_place"].values["agent"].value
    assert places[eastern] > 8.0 > 7.0 > places[plain], "the line is 10 m long, and the beacon as often in the west"


def test_returns_stay_true_and_what_is_paid_stands_beside_them(eastern: Path) -> None:
    lines = [json.loads(line) for line in (eastern / "metrics.jsonl").read_text().splitlines()]
    returns, paid = lines[-1]["returns"]["walker"], lines[-1]["paid"]["walker"]
    assert max(returns) <= 1.0
    assert min(paid) > 1.5, "half of some 5 m to the east"


def test_an_agent_with_a_taste_is_marked(eastern: Path) -> None:
    card = (eastern / "checkpoint" / "README.md").read_text(encoding="utf-8")
    assert "It has a taste of its own (reward +0, place +0.5)" in card
    assert agents.load(eastern).config.learned.taste == EASTERN
    report = evaluate(EvaluateSettings(checkpoint=(str(eastern),), splits=("train",), tasks=4, threads=1))
    assert [note for note in report.notes if "taste of its own (reward +0, place +0.5)" in note]
    settings = load_settings(eastern / "settings.toml", TrainSettings)
    assert settings.learning.taste == EASTERN
    assert "--taste reward=0.0 place=0.5" in command_line("train", settings)


def test_a_run_with_a_taste_goes_on_exactly(tmp_path: Path) -> None:
    """Within episodes, with rivals: what they paid so far is part of the state."""
    settings = changed(
        SMALL, steps=6_000, checkpoint_minutes=0.0, self_play=0.5, rollout=37, taste={"place": -1.0, "found": 2.0}
    )
    whole = outcome(train(changed(settings, out=str(tmp_path / "whole"))))
    cut = changed(settings, out=str(tmp_path / "cut"))
    crash_after(5, cut)
    assert outcome(train(changed(cut, resume=True))) == whole


def test_all_seats_together_have_the_taste(beacon: World) -> None:
    run = Run(changed(SMALL, self_play=0.0, together=True, taste=EASTERN), beacon)
    (group,) = run.collector.groups
    assert group.taste is not None
    run.collector.reset()
    paid = group.step()
    assert paid.shape == (16,)
    run.close()


@pytest.mark.parametrize(
    ("taste", "sentence"),
    [
        ({"speed": 1.0}, "taste has 'speed': world 'beacon' counts reward, found, place for each seat"),
        ({"finders": 1.0}, "taste has 'finders': world 'beacon' counts reward, found, place"),
        ({"found": float("nan")}, "taste has 'found' = nan: allowed is -1000 to 1000"),
        ({"found": 1e4}, "taste has 'found' = 10000.0: allowed is -1000 to 1000"),
        ({"reward": -1.0}, "taste has reward=-1: the world's reward weighs 0 or more"),
        ({"found": True}, "taste has 'found' = True: allowed is -1000 to 1000"),
    ],
)
def test_a_taste_that_cannot_be_paid_is_refused(taste: dict[str, Any], sentence: str, tmp_path: Path) -> None:
    with pytest.raises(Refused, match=sentence):
        train(changed(SMALL, taste=taste, out=str(tmp_path / "run")))
    assert not (tmp_path / "run" / "checkpoint").exists()


def test_a_taste_goes_with_a_memory() -> None:
    with pytest.raises(Refused, match=r"taste is .*: it goes with algorithm rl2, not maml"):
        changed(SMALL, algorithm="maml", self_play=0.0, taste=EASTERN)


def test_the_command_line_names_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["train", "bandit", "--steps", "10", "--out", str(tmp_path / "run"), "--taste"]
    assert cli.run([*words, "reward=much"]) == 2
    assert "taste has 'reward' = 'much': allowed is -1000 to 1000" in capsys.readouterr().err
