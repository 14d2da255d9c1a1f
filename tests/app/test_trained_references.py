"""References that the user trained: which of them plays beside an agent, and what is said of those that do not."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

import agents
import worlds
from simulator.app.panels.results import reference_notes
from simulator.app.play import trained
from simulator.app.play.conditions import SameTask, conditions_of, references_of
from simulator.app.play.rivals import RivalTrials
from simulator.app.play.runs import lockstep_of
from simulator.app.play.trained import Beside, reference_of
from tests.app.small_agents import ship, train
from worlds.kit.locks import held
from worlds.world import Refused, World

OWN = Path("runs/references/beacon")
ORACLE, BLIND = OWN / "oracle-seed0", OWN / "blind-seed0"


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, beacon: World) -> Path:
    """A place without runs, and an agent that is shipped without references."""
    ship(tmp_path / "shipped", beacon)
    monkeypatch.setattr(agents, "_SHIPPED", tmp_path / "shipped")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def oracle(world: World) -> Beside:
    return reference_of(world, "oracle", ["walker"])


def task_of(world: World) -> SameTask:
    return SameTask(world, 13, 0, "test-both", 2, 0, "", {"walker_0": "human", "walker_1": "bot"}, (0,))


def test_what_the_user_trained_is_compared_where_nothing_is_shipped(beacon: World) -> None:
    assert [each.name for each in conditions_of(task_of(beacon))] == ["agent", "wiped"]
    train(BLIND, beacon, "blind")
    train(ORACLE, beacon, "oracle")
    task = task_of(beacon)
    lined_up = conditions_of(task)
    assert [(each.name, each.agent) for each in lined_up[2:]] == [("blind", str(BLIND)), ("oracle", str(ORACLE))]
    assert reference_notes(references_of(task)) == [f"References that you trained: {BLIND}, {ORACLE}"]
    found = RivalTrials(task, lined_up)
    assert found.wait(120.0)
    assert [(row.problem, len(row.returns)) for row in found.rows] == [("", 2)] * 4


def test_shipped_ones_come_first(beacon: World, folder: Path) -> None:
    train(ORACLE, beacon, "oracle")
    ship(folder / "shipped", beacon, reference="oracle", name="beacon_oracle")
    assert oracle(beacon) == Beside("beacon_oracle")
    assert reference_notes(references_of(task_of(beacon))) == []


def test_the_newest_one_plays_but_not_before_one_that_is_ready(beacon: World) -> None:
    train(ORACLE, beacon, "oracle", age=100.0)
    train(Path("runs/mine"), beacon, "oracle", age=50.0)
    train(Path("runs/deep/er/still"), beacon, "oracle", age=70.0)
    assert oracle(beacon).name == str(Path("runs/mine"))
    with held(Path("runs/mine/.lock")):
        assert oracle(beacon).name == str(Path("runs/deep/er/still"))


def test_one_that_was_trained_anew_is_read_anew_and_others_are_not(
    beacon: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    train(ORACLE, beacon, "oracle", age=100.0)
    before = oracle(beacon)
    train(ORACLE, beacon, "oracle", seed=8, age=50.0)
    assert oracle(beacon).weights != before.weights
    read = []
    monkeypatch.setattr(trained, "facts_of", lambda folder: read.append(folder))
    monkeypatch.setattr(trained, "shipped_agents", lambda *given: [])
    oracle(beacon)
    assert read == []


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"world_version": 99}, "learned another version or size of beacon"),
        ({"split": "test-both"}, "learned on test-both, not on train"),
        ({"settings": {"tell": "layout"}}, "is told of its layout only"),
        ({"settings": {"taste": {"found": 1.0}}}, "was not paid for the world's reward alone"),
    ],
)
def test_one_that_does_not_fit_is_passed_over_and_told(beacon: World, changes: dict[str, Any], why: str) -> None:
    train(ORACLE, beacon, "oracle", **changes)
    misfit = f"{ORACLE} {why}"
    assert oracle(beacon) == Beside(misfit=misfit)
    assert reference_notes(references_of(task_of(beacon))) == [f"Not compared: {misfit}"]
    with pytest.raises(Refused, match="nobody plays as 'oracle' in 'beacon'"):
        lockstep_of(task_of(beacon), ["agent", "oracle"])
    train(Path("runs/older"), beacon, "oracle", age=50.0)
    assert oracle(beacon).name == str(Path("runs/older"))


def test_one_of_another_build_or_role_does_not_play(beacon: World) -> None:
    train(ORACLE, beacon, "oracle")
    assert oracle(worlds.get("beacon", seats=3)).misfit == f"{ORACLE} learned another version or size of beacon"
    assert reference_of(beacon, "oracle", ["pilot"]).misfit == f"{ORACLE} did not learn to play a pilot"


def test_broken_runs_are_passed_over(beacon: World) -> None:
    for name, data in (("cut", b"{"), ("odd", b'{"world": "beacon", "reference": "oracle"}'), ("deep", b"[" * 99999)):
        (OWN / name / "checkpoint").mkdir(parents=True)
        (OWN / name / "settings.toml").touch()
        (OWN / name / "checkpoint" / "config.json").write_bytes(data)
    (OWN / "pipe" / "checkpoint").mkdir(parents=True)
    (OWN / "pipe" / "settings.toml").touch()
    if hasattr(os, "mkfifo"):
        os.mkfifo(OWN / "pipe" / "checkpoint" / "config.json")
    assert oracle(beacon) == Beside()
    train(ORACLE, beacon, "oracle")
    assert oracle(beacon).name == str(ORACLE)
