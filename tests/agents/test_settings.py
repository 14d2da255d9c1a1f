"""Settings: every number has a range, names are told once, files hold groups or short names, older ones are read."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import pytest

import agents
from agents.settings.command import command_line
from agents.settings.declared import Leaf, Range, by_name, changed, differing, groups, leaves, made
from agents.settings.evaluate import EvaluateSettings
from agents.settings.files import RETIRED, build_settings, load_settings, plain_settings, save_settings
from agents.settings.groups import LearningSettings
from agents.settings.train import TrainSettings
from simulator.app import cli
from simulator.app.commands import flags
from simulator.app.commands.arguments import flags_of, off_flags_of
from worlds.world import Refused

KINDS = [pytest.param(cli.command(name).Settings, id=name) for name in cli.COMMANDS]
FLAT = json.loads((Path(__file__).parent / "flat_settings.json").read_text())
"""As checkpoints and run folders held them before there were groups."""


@pytest.mark.parametrize("kind", KINDS)
def test_every_number_has_a_range_that_its_default_keeps(kind: type) -> None:
    for leaf in leaves(kind):
        numbers = leaf.default if isinstance(leaf.default, tuple) else (leaf.default,)
        if any(isinstance(number, int | float) and not isinstance(number, bool) for number in numbers):
            assert leaf.range is not None, leaf.name
            assert leaf.problem(leaf.default) is None


@pytest.mark.parametrize("kind", KINDS)
def test_every_setting_is_explained_and_has_one_short_name(kind: type) -> None:
    assert all(leaf.doc for leaf in leaves(kind))
    assert len({leaf.short for leaf in leaves(kind)}) == len(leaves(kind))
    for name, group in groups(kind).items():
        assert group.__doc__, name


def test_no_flag_of_the_time_before_groups_was_lost() -> None:
    assert set(FLAT) - set(RETIRED) <= set(by_name(TrainSettings))


def test_a_belief_of_an_earlier_kind_is_refused() -> None:
    for found in ({**FLAT, "belief": 8}, {"network": {"belief": 8}}):
        with pytest.raises(Refused, match="sets belief = 8 for a belief of an earlier kind: train anew"):
            build_settings(found, TrainSettings)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"lanes": 0}, "lanes is 0: allowed is 1 to 1048576"),
        ({"gamma": 1.5}, "gamma is 1.5: allowed is 0 to 1"),
        ({"gamma": float("nan")}, "gamma is nan"),
        ({"learning_rate": 2.0}, "learning_rate is 2: allowed is 0 to 1"),
        ({"split": "validation"}, "split is 'validation': choose from train"),
        ({"minibatches": 1000, "lanes": 10}, "minibatches is 1000: there are only 10 lanes"),
        ({"algorithm": "maml", "memory": "lstm"}, "memory is 'lstm': it goes with algorithm rl2, not maml"),
        ({"opponents": ("tag",)}, "opponents sit in the share of worlds that self_play sets"),
    ],
)
def test_settings_that_are_not_allowed_are_refused(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        made(TrainSettings, **change)


def test_a_group_refuses_by_itself() -> None:
    with pytest.raises(Refused, match="lanes is 0"):
        LearningSettings(lanes=0)
    with pytest.raises(Refused, match=r"confidence is 1: allowed is 0\.5 to below 1"):
        EvaluateSettings(confidence=1.0)


def test_a_range_holds_each_of_several_numbers_and_nothing_that_is_none() -> None:
    few = Range(2, 4)
    assert few.holds(None)
    assert few.holds((2, 4))
    assert not few.holds((2, 5))
    assert not few.holds(float("nan"))
    assert not Range(0.0, 1.0, below=True).holds(1.0)
    large = Range(1, 10**13), Range(0, 2**63 - 1), Range(0, 10**6), Range(1e-8, 1.0)
    assert list(map(str, large)) == [
        "1 to 10,000,000,000,000", "0 to 9,223,372,036,854,775,807", "0 to 1000000", "1e-08 to 1",
    ]  # fmt: skip


def test_settings_are_made_and_changed_by_both_names() -> None:
    settings = changed(made(TrainSettings, learning_rate=0.5, seed=3), **{"learning.rate": 0.25, "episodes": 2})
    assert (settings.learning.rate, settings.run.seed, settings.trial.episodes) == (0.25, 3, 2)
    assert [leaf.name for leaf in differing(settings, made(TrainSettings, seed=3, episodes=2))] == ["learning.rate"]
    with pytest.raises(TypeError, match="no setting 'rate'"):
        changed(settings, rate=0.5)


# --- files ----------------------------------------------------------------------------------------------------------


def test_what_is_written_has_a_table_a_group(tmp_path: Path) -> None:
    settings = made(
        TrainSettings, roles=("walker",), world_args={"seats": 3, "easy": True, "name": "x"}, kl_stop=0.25, seed=2**62
    )
    save_settings(settings, tmp_path / "settings.toml")
    told = tomllib.loads((tmp_path / "settings.toml").read_text())
    assert list(told) == ["world", "trial", "network", "learning", "opponents", "curriculum", "run"]
    assert told["world"]["args"] == {"seats": 3, "easy": True, "name": "x"}
    assert told["learning"]["rate"] == 0.002
    assert load_settings(tmp_path / "settings.toml", TrainSettings) == settings
    assert build_settings(json.loads(json.dumps(plain_settings(settings))), TrainSettings) == settings
    with pytest.raises(Refused, match="cannot be read"):
        load_settings(tmp_path / "none.toml", TrainSettings)


def test_settings_of_the_time_before_groups_are_read() -> None:
    settings = build_settings(FLAT, TrainSettings)
    found = {leaf.short: leaf.of(settings) for leaf in leaves(TrainSettings)}
    wanted = {name: value for name, value in FLAT.items() if name not in RETIRED}
    assert {name: found[name] for name in wanted} == {
        name: tuple(value) if isinstance(value, list) else value for name, value in wanted.items()
    }
    new = set(found) - set(wanted)
    assert {name: found[name] for name in new} == {name: by_name(TrainSettings)[name].default for name in new}


@pytest.mark.parametrize("name", agents.pretrained())
def test_settings_of_what_is_shipped_are_read(name: str) -> None:
    config = json.loads((agents.pretrained()[name] / "config.json").read_text())
    settings = build_settings(config["settings"], TrainSettings, name)
    assert (settings.world.name, settings.run.seed) == (config["world"], config["seed"])


def read(text: str, folder: Path) -> TrainSettings:
    (folder / "settings.toml").write_text(text)
    return load_settings(folder / "settings.toml", TrainSettings)


def test_groups_and_short_names_stand_in_one_file(tmp_path: Path) -> None:
    settings = read("world = 'beacon'\nlearning_rate = 0.5\n[run]\nseed = 3\n[learning]\nlanes = 8", tmp_path)
    assert settings == made(TrainSettings, world="beacon", learning_rate=0.5, seed=3, lanes=8)
    assert read("curriculum = 'learnability'", tmp_path).curriculum.kind == "learnability"
    assert read("[curriculum]\nkind = 'learnability'\ntasks = 9", tmp_path).curriculum.tasks == 9


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("lanes = 'many'", "lanes = 'many': Expected `int`, got `str`"),
        ("[learning]\nlanes = 'many'", "learning.lanes = 'many': Expected `int`, got `str`"),
        ("laness = 3", "sets unknown 'laness' \\(did you mean lanes\\?\\): known are world, world_args"),
        ("[learning]\nlearning_rate = 3", "sets unknown 'learning.learning_rate': known in learning are algorithm, "),
        ("[learn]\nrate = 3", "sets unknown 'learn'.*; and the tables world, trial"),
        ("learning = 3", "sets learning = 3: learning is a table of settings"),
        ("[[learning]]\nrate = 3", r"sets learning = \[{'rate': 3}\]: learning is a table of settings"),
        ("'learning.rate' = 0.1\n[learning]\nrate = 0.2", "sets 'learning.rate' twice, once in the table learning"),
        ("lanes = 3\n[learning]\nlanes = 3", "sets learning.lanes twice"),
        ("lanes = ", "is not TOML"),
        ("lanes = -3", "lanes is -3"),
        ("horizon = 'day'", "horizon = 'day': choose from trial, episode"),
        ("[world.args]\nseats = [1]", "world.args = "),
        ("[run]\nseed = 1979-05-27", "Expected `int`"),
    ],
)
def test_bad_settings_files_are_refused_in_one_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence) as refusal:
        read(text, tmp_path)
    assert "settings file" in str(refusal.value)
    assert "\n" not in str(refusal.value)


# --- what is told of a setting beside its value ----------------------------------------------------------------------


def test_what_may_change_and_what_is_incidental() -> None:
    free = {leaf.name for leaf in leaves(TrainSettings) if leaf.note.may_change}
    assert free == {
        "learning.steps", "opponents.payoff_tasks", "run.out", "run.resume", "run.checkpoint_minutes",
        "run.record_every", "run.progress",
    }  # fmt: skip
    idle = {leaf.name for leaf in leaves(TrainSettings) if leaf.note.incidental}
    assert idle == free - {"learning.steps"}
    assert {leaf.name for leaf in leaves(EvaluateSettings) if leaf.note.incidental} == {
        "record", "replays", "out", "card",
    }  # fmt: skip


def test_a_command_line_has_short_names_and_gives_the_settings_again() -> None:
    settings = made(
        TrainSettings,
        world="beacon", world_args={"seats": 2}, learning_rate=0.5, together=True, seed=3,
        curriculum="learnability", threads=1,
    )  # fmt: skip
    line = command_line("train", changed(settings, out="x", progress=False))
    assert line == (
        "crossplay train beacon --world-args seats=2 --learning-rate 0.5 --together --curriculum learnability "
        "--seed 3 --threads 1"
    )
    assert flags.parse("train", cli.command("train"), line.split()[2:])[0] == settings


@pytest.mark.parametrize("leaf", [leaf for leaf in leaves(TrainSettings) if not leaf.shown.positional], ids=str)
def test_the_long_and_the_short_flag_set_the_same(leaf: Leaf) -> None:
    words, value = another(leaf)
    wanted = settled(lambda: made(TrainSettings, world="beacon", **{leaf.short: value}))
    assert wanted != TrainSettings()
    for flag in off_flags_of(leaf, leaf.default) if value is False else flags_of(leaf):
        assert settled(partial(parsed, "beacon", flag, *words)) == wanted


def another(leaf: Leaf) -> tuple[list[str], Any]:
    """A value that is not the default, and the words for it."""
    if leaf.type is bool:
        return [], not leaf.default
    if leaf.range is not None:
        value = leaf.type(leaf.range.high if leaf.default != leaf.range.high else leaf.range.low)
        return [str(value)], value
    if choices := get_args(leaf.type) if get_origin(leaf.type) is Literal else ():
        return [choices[1]], choices[1]
    if leaf.default == {}:
        return ["seats=2", "named=true"], {"seats": 2, "named": True}
    return (["x", "y"], ("x", "y")) if leaf.default == () else (["x"], "x")


def parsed(*words: str) -> TrainSettings:
    settings: TrainSettings = flags.parse("train", cli.command("train"), words)[0]
    return settings


def settled(make: Callable[[], TrainSettings]) -> TrainSettings | str:
    """Settings, or the sentence that refuses them: the values above do not all go with the defaults of the others."""
    try:
        return make()
    except Refused as refusal:
        return str(refusal)
