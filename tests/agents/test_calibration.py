"""The calibration table: everybody plays the same tasks, what is done is kept, bars are judged by what was scored."""

from __future__ import annotations

import dataclasses
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import agents.training.train
from agents import calibration
from agents.calibration.calibrate import calibrate
from agents.calibration.row import CHUNK, Bar, Row, first_episode, later_episodes, play_tasks, total
from agents.players.simple import RandomPlayer
from agents.settings.calibrate import CalibrateSettings
from agents.settings.declared import changed, made
from agents.settings.train import TrainSettings
from simulator.app.cli import run as crossplay
from simulator.engine.trial import Trials
from worlds.world import Refused, World

TRAINING = made(
    TrainSettings,
    world="beacon", world_args={"seats": 2}, lanes=16, hidden=8, encoder=8, minibatches=2, episodes=3, steps=2_000,
    progress=False,
)  # fmt: skip


def random_player(world: World, seed: int) -> RandomPlayer:
    return RandomPlayer(world.action_sizes, seed=seed)


ROW = Row(
    name="tiny", title="a tiny row", settings=TRAINING, minutes=1.0, tasks=40,
    bars=(Bar(name="total", score=total, least=-1e9), Bar(name="first", score=first_episode, least=1e9, goal=2e9)),
    references={"random": random_player, "its bot": lambda _world, _seed: "bot:drifter"},
    published={"somebody (2020)": "3.1"}, quick=TRAINING, floor="random",
)  # fmt: skip


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calibration, "rows", lambda: {"tiny": ROW})


def asked(folder: Path, **changes: Any) -> CalibrateSettings:
    return dataclasses.replace(CalibrateSettings(out=str(folder), seeds=2, threads=1, device="cpu"), **changes)


@pytest.mark.usefixtures("table")
def test_a_finished_calibration_is_read_from_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    first = calibrate(asked(tmp_path), said.append)
    assert sum("training with seed" in line for line in said) == 2

    def refuse_to_train(*_: Any, **__: Any) -> Path:
        raise AssertionError("trained again")

    monkeypatch.setattr(agents.training.train, "train", refuse_to_train)
    said.clear()
    assert (
        calibrate(asked(tmp_path, threads=2), said.append).json()["rows"][0]["bars"] == first.json()["rows"][0]["bars"]
    )
    assert not any("plays" in line for line in said)


@pytest.mark.usefixtures("table")
def test_one_more_seed_trains_only_that_seed(tmp_path: Path) -> None:
    calibrate(asked(tmp_path, seeds=1))
    said: list[str] = []
    found = calibrate(asked(tmp_path), said.append)
    assert [line for line in said if "training" in line] == ["tiny: training with seed 1"]
    assert np.array(found.rows[0].by_seed).shape == (2, 2)


@pytest.mark.usefixtures("table")
def test_scores_belong_to_one_checkpoint_and_one_number_of_tasks(tmp_path: Path) -> None:
    calibrate(asked(tmp_path, seeds=1))
    said: list[str] = []
    calibrate(asked(tmp_path, seeds=1, tasks=10), said.append)
    assert "tiny: agent 0 plays 10 tasks" in said


@pytest.mark.usefixtures("table")
def test_a_run_of_other_settings_is_not_scored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calibrate(asked(tmp_path, seeds=1, references=False))
    other = dataclasses.replace(ROW, settings=changed(TRAINING, gamma=0.5))
    monkeypatch.setattr(calibration, "rows", lambda: {"tiny": other})
    with pytest.raises(Refused, match=r"gamma is 0\.5: the run in .* has 0\.99"):
        calibrate(asked(tmp_path, seeds=1))


@pytest.mark.usefixtures("table")
def test_bars_are_judged_by_the_scores(tmp_path: Path) -> None:
    result = calibrate(asked(tmp_path)).rows[0]
    assert [result.met(0), result.met(1), result.held] == [True, False, False]
    for index in range(2):
        assert result.scores["agent"][index].value == pytest.approx(np.mean([seed[index] for seed in result.by_seed]))
    text = "\n".join(result.lines())
    assert "total: at least -1e+09 — reached" in text
    assert "first: at least 1e+09, goal 2e+09 — MISSED" in text
    assert "published: somebody (2020)" in text


@pytest.mark.usefixtures("table")
def test_the_command_fails_when_a_bar_is_missed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["calibrate", "tiny", "--seeds", "1", "--threads", "1", "--out", str(tmp_path)]
    assert crossplay([*command, "--json"]) == 1
    facts = json.loads(capsys.readouterr().out)
    assert facts["held"] is False
    assert facts["rows"][0]["bars"][0]["reached"] is True
    assert json.loads((tmp_path / "table.json").read_text()) == facts
    assert crossplay(["calibrate", "huge", "--out", str(tmp_path)]) == 2
    assert "unknown row 'huge': choose from tiny" in capsys.readouterr().err


@pytest.mark.usefixtures("table")
def test_a_quick_proof_compares_with_what_does_not_adapt(tmp_path: Path) -> None:
    result = calibrate(asked(tmp_path, quick=True)).rows[0]
    floor, agent = result.scores["random"], result.scores["agent"]
    for index in range(2):
        assert result.met(index) == (agent[index].low > floor[index].high)
    assert "above random" in "\n".join(result.lines())


def test_a_quick_proof_needs_its_floor() -> None:
    with pytest.raises(Refused, match="by 'nobody': that is none of its references"):
        dataclasses.replace(ROW, floor="nobody")


def test_contestants_play_the_same_tasks_in_any_number_of_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    import worlds

    world = worlds.get("beacon", seats=2)
    with ThreadPoolExecutor(2) as pool:
        whole = play_tasks(ROW, world, lambda _world, _seed: "bot:drifter", 12, 5, pool)
        monkeypatch.setattr("agents.calibration.row.CHUNK", 5)
        parts = play_tasks(ROW, world, lambda _world, _seed: "bot:drifter", 12, 5, pool)
    assert CHUNK > 12
    np.testing.assert_array_equal(whole.returns, parts.returns)


def test_scores_of_trials() -> None:
    trials = Trials(np.array([[1.0, 2.0, 6.0]]), np.zeros((1, 3, 0)), np.zeros((1, 3), np.uint8))
    assert [float(score(trials)[0]) for score in (total, first_episode, later_episodes)] == [9.0, 1.0, 4.0]


def test_numbers_out_of_range_are_refused() -> None:
    with pytest.raises(Refused, match="seeds is 0: allowed is 1 to 100"):
        CalibrateSettings(seeds=0)
    with pytest.raises(Refused, match="tasks is 1"):
        CalibrateSettings(tasks=1)
