"""Evaluation on a world built otherwise than the agent learned it, where that changes nothing it sees or does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from test_checkpoint import facts

import worlds
from agents.checkpoints import checkpoint
from agents.evaluation.evaluate import evaluate
from agents.networks.network import Network, Shape
from agents.settings.evaluate import EvaluateSettings
from simulator.app import cli
from simulator.engine import Batch
from worlds.world import Refused


@pytest.fixture(scope="module")
def player(tmp_path_factory: pytest.TempPathFactory) -> str:
    """An untrained agent for the game `repeated` with noise."""
    world = worlds.get("repeated")
    layout = Batch(world, 1).layout
    folder = tmp_path_factory.mktemp("build") / "player"
    described = facts(
        world, build_args=dict(world.build_args), roles=(world.seats[0].role,), observation=dict(layout.sizes),
        settings={"episodes": 2},
    )  # fmt: skip
    network = Network(Shape(observation=layout.total, actions=world.action_sizes, encoder=4, hidden=4))
    checkpoint.save(Path(folder), network, described)
    return str(folder)


def measured(player: str, **build: Any) -> dict[str, Any]:
    settings = EvaluateSettings(
        checkpoint=(player,), splits=("train",), tasks=20, build=build, conditions=("agent", "random")
    )
    found: dict[str, Any] = evaluate(settings, progress=False).json()
    return found


def test_the_world_is_built_as_asked_and_the_report_says_so(player: str) -> None:
    plain, quiet = measured(player), measured(player, noise=0)
    assert plain["build_args"] == dict(worlds.get("repeated").build_args)
    assert quiet["build_args"] == {**plain["build_args"], "noise": 0}
    assert plain["results"] != quiet["results"]


def test_a_build_that_changes_what_is_seen_is_refused(player: str) -> None:
    with pytest.raises(Refused, match=r"repeated is built with noise=0\.3: choose from 0, 0\.05"):
        measured(player, noise=0.3)
    with pytest.raises(Refused, match="seats"):
        measured(player, seats=3)


@pytest.mark.parametrize("word", ["merge", "highway"])
def test_arguments_that_nobody_gave_are_not_blamed(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The shipped agent of `highway` learned with two seats, and a task of HighwayEnv has one."""
    differs = f"built with seats=2, not with seats=1, task={word}, drivers=usual: build the world like that, or train"
    with pytest.raises(Refused, match=f"agent 'highway' learned world 'highway' {differs}"):
        evaluate(EvaluateSettings(checkpoint=("highway",), build={"task": word}), progress=False)
    assert cli.run(["evaluate", "highway", "--build", f"task={word}"]) == 2
    assert differs in capsys.readouterr().err


def test_arguments_that_a_world_does_not_take_are_blamed_as_they_were_given() -> None:
    with pytest.raises(Refused, match="highway is given task='flying': choose from highway, highway-fast, merge"):
        evaluate(EvaluateSettings(checkpoint=("highway",), build={"task": "flying"}), progress=False)
    with pytest.raises(Refused, match="highway is given seats=4 and task='merge': a task has 1"):
        evaluate(EvaluateSettings(checkpoint=("highway",), build={"task": "merge", "seats": 4}), progress=False)


def test_only_what_differs_is_told() -> None:
    asked = EvaluateSettings(checkpoint=("signals",), build={"observation": "phases"})
    with pytest.raises(Refused, match="built with observation=detectors, not with observation=phases: build"):
        evaluate(asked, progress=False)
