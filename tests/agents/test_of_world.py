"""Good defaults live with the world: `crossplay train WORLD` alone gives the agent that is shipped."""

from __future__ import annotations

import dataclasses
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from test_train import SMALL

import agents
import worlds
from agents.checkpoints.description import load_config
from agents.evaluation.card import train_command
from agents.settings.declared import changed, differing, leaves
from agents.settings.files import build_settings, save_settings
from agents.settings.of_world import declared_settings, reference_steps, settings_for
from agents.settings.train import TrainSettings, complete
from agents.training.train import train
from simulator.app import cli
from simulator.app.commands import flags
from worlds.world import Refused, World


def parsed(*words: str) -> TrainSettings:
    settings: TrainSettings = flags.parse("train", cli.command("train"), words)[0]
    return settings


@pytest.mark.parametrize("name", worlds.shipped())
def test_what_a_shipped_world_declares_is_what_train_takes(name: str) -> None:
    world = worlds.get(name)
    settings = complete(changed(parsed(name), world_args=dict(world.build_args)), world)
    assert settings == settings_for(world)
    assert 1 <= reference_steps(world) <= settings.learning.steps


def test_lanes_go_up_to_whole_worlds_where_all_seats_learn_together() -> None:
    world = worlds.get("tag", seats=5)
    together = dataclasses.replace(world, learning={**world.learning, "together": True, "lanes": 64})
    assert settings_for(together).learning.lanes == 65
    assert settings_for(dataclasses.replace(together, learning={"lanes": 64})).learning.lanes == 64


@pytest.mark.parametrize("name", agents.pretrained())
def test_train_alone_gives_what_is_shipped(name: str) -> None:
    """All that stands in the command is which run it was: build, seed, reference, and the machine's threads."""
    config = load_config(agents.pretrained()[name])
    words = shlex.split(train_command(config))[2:]
    assert {word for word in words if word.startswith("--")} <= {"--world-args", "--seed", "--reference", "--threads"}
    kept = build_settings(config.settings, TrainSettings)
    again = complete(parsed(*words), worlds.get(config.world, **kept.world.args))
    assert [leaf.name for leaf in differing(again, kept) if not leaf.note.incidental] == []


@pytest.mark.parametrize("name", agents.pretrained())
def test_the_command_in_a_card_still_trains_the_agent(name: str) -> None:
    folder = agents.pretrained()[name]
    config = load_config(folder)
    line = re.search(r"^crossplay train (.*)$", (folder / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert line is not None
    kept = build_settings(config.settings, TrainSettings)
    again = complete(parsed(*shlex.split(line[1])), worlds.get(config.world, **kept.world.args))
    assert [leaf.name for leaf in differing(again, kept) if not leaf.note.incidental] == []


def test_flags_go_before_a_file_a_file_before_the_world_the_world_before_the_rest(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("epochs = 5\nlanes = 32\n")
    settings = parsed("junction", "--lanes", "64", "--settings", str(tmp_path / "mine.toml"))
    assert (settings.learning.lanes, settings.learning.epochs) == (64, 5)
    assert settings.learning.rate == worlds.get("junction").learning["learning_rate"] != TrainSettings().learning.rate
    assert settings.learning.minibatches == TrainSettings().learning.minibatches
    (tmp_path / "world.toml").write_text("world = 'signals'\n")
    assert parsed("--settings", str(tmp_path / "world.toml")).opponents.together
    assert not parsed("signals", "--no-together").opponents.together


def test_what_goes_with_a_memory_alone_is_left_out_without_one() -> None:
    assert parsed("bandit").network.memory == "tally"
    assert parsed("bandit", "--algorithm", "anil").network.memory == "gru"
    assert parsed("bandit", "--algorithm", "anil").learning.minibatches == 16
    with pytest.raises(Refused, match="memory is 'tally': it goes with algorithm rl2"):
        parsed("bandit", "--algorithm", "anil", "--memory", "tally")


def test_declared_minibatches_fit_themselves_to_fewer_lanes() -> None:
    assert worlds.get("bandit").learning["minibatches"] == 16
    for words, found in (
        (("bandit", "--lanes", "4"), (4, 4)),
        (("bandit", "--lanes", "64"), (64, 16)),
        (("beacon", "--lanes", "3"), (3, 3)),
        (("bandit", "--lanes", "4", "--minibatches", "2"), (4, 2)),
    ):
        learning = parsed(*words).learning
        assert (learning.lanes, learning.minibatches) == found
    assert settings_for(worlds.get("bandit"), lanes=4).learning.minibatches == 4
    with pytest.raises(Refused, match=r"^minibatches is 9: there are only 4 lanes to share between them$"):
        parsed("bandit", "--lanes", "4", "--minibatches", "9")
    with pytest.raises(Refused, match=r"^lanes is -4: allowed is 1 to"):
        parsed("bandit", "--lanes", "-4")


def test_a_refusal_tells_which_values_the_world_declares(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"; world 'signals' declares together = True, which a flag or a settings file"):
        parsed("signals", "--self-play", "0.5")
    assert parsed("signals", "--self-play", "0.5", "--no-together").opponents.self_play == 0.5
    with pytest.raises(Refused, match=r"with roles$"):
        parsed("tag", "--self-play", "0.5", "--together")
    run = str(tmp_path / "run")
    train(changed(SMALL, self_play=0.0, steps=600, lanes=8, out=run, together=True))
    with pytest.raises(Refused, match=f"; the run in {run} has together = True, which"):
        parsed("beacon", "--resume", "--out", run, "--self-play", "0.5")


def test_the_help_of_a_world_shows_its_own_settings(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.run(["train", "junction", "--help"])
    assert "48000000" in "".join(capsys.readouterr().out.split())
    for words in (["train", "--help"], ["train", "nowhere", "--help"]):
        with pytest.raises(SystemExit):
            cli.run(words)
        assert "15000000" in "".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    ("learning", "sentence"),
    [
        ({"lane": 3}, r"'beacon' declares sets unknown 'lane' \(did you mean lanes\?\): known are"),
        ({"lanes": 3.5}, r"'beacon' declares, lanes = 3.5: Expected `int`, got `float`"),
        ({"memory": "elephant"}, r"'beacon' declares, memory = 'elephant': choose from gru, lstm, transformer, linear"),
        ({"hidden": 0}, r"'beacon' declares: hidden is 0: allowed is 1 to 4096"),
        ({"together": True, "self_play": 0.5}, r"'beacon' declares: together fills every seat"),
        ({"seed": 3}, r"'beacon' declares sets 'seed', which each run decides for itself: allowed are roles, episodes"),
        ({"reference": "blind"}, r"sets 'reference', which each run decides for itself"),
    ],
)
def test_a_wrong_declaration_is_refused_in_one_sentence(beacon: World, learning: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        declared_settings(dataclasses.replace(beacon, learning=learning))


@pytest.mark.parametrize("steps", ["many", 0, 1.5, True])
def test_a_wrong_budget_of_references_is_refused(beacon: World, steps: Any) -> None:
    with pytest.raises(Refused, match=f"sets reference_steps = {steps!r}: allowed is a whole number, 1 to"):
        reference_steps(dataclasses.replace(beacon, learning={"reference_steps": steps}))


def test_a_declaration_is_of_plain_values_and_changes_no_layout(beacon: World) -> None:
    with pytest.raises(Refused, match=r"learning is .*: it must be plain values by name"):
        dataclasses.replace(beacon, learning={"lanes": object()})
    learned = dataclasses.replace(beacon, learning={"lanes": 8, "roles": ("walker",)})
    assert learned.layout_hash == beacon.layout_hash
    assert learned.same_rules(beacon)
    assert settings_for(learned, steps=7).learning.lanes == 8
    with pytest.raises(TypeError, match="no setting 'step'"):
        settings_for(learned, step=7)


def test_resume_and_a_folder_are_enough(tmp_path: Path) -> None:
    run = str(tmp_path / "run")
    settings = changed(SMALL, steps=600, lanes=8, out=run, seed=4)
    train(settings)
    again = parsed("--resume", "--out", run)
    assert again == changed(settings, resume=True)
    longer = parsed("beacon", "--resume", "--out", run, "--steps", "900", "--no-progress")
    assert longer == changed(settings, resume=True, steps=900)
    train(longer)
    for words, sentence in (
        (("--lanes", "16"), "lanes is 16: the run in .* has 8"),
        (("tag",), "world is 'tag': the run in .* has 'beacon'"),
        (("--hidden", "8"), "hidden is 8: the run in .* has 16"),
    ):
        with pytest.raises(Refused, match=sentence):
            train(parsed(*words, "--resume", "--out", run))
    save_settings(changed(settings, lanes=16), tmp_path / "mine.toml")
    with pytest.raises(Refused, match="lanes is 16"):
        train(parsed("--settings", str(tmp_path / "mine.toml"), "--resume", "--out", run))
    alone = parsed("tag")
    assert [leaf.name for leaf in leaves(TrainSettings) if leaf.of(parsed("--resume")) != leaf.of(alone)] == [
        "run.resume"
    ], "a folder without a run leaves the world's own settings"
