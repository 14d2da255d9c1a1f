"""Leagues: who is in one, that it goes on where it was cut, who may meet whom, and what an evaluation says of it."""

from __future__ import annotations

import dataclasses
import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from test_resume import outcome

import agents
import worlds
from agents.checkpoints.league_file import FILE, TESTING, TRAINING, read_league
from agents.evaluation import learned
from agents.evaluation.evaluate import evaluate
from agents.evaluation.league import competitive, league, plan, tastes
from agents.evaluation.lineup import line_up
from agents.evaluation.publish import publish, report_text
from agents.evaluation.report import Report
from agents.evaluation.stage import Stage
from agents.evaluation.standing import NoBar
from agents.settings.declared import changed
from agents.settings.evaluate import EvaluateSettings
from agents.settings.league import LeagueSettings
from agents.settings.of_world import settings_for
from agents.settings.train import TrainSettings
from agents.training.opponents.invited import Opponent
from agents.training.run import Run
from agents.training.train import train
from simulator.app import cli
from worlds.world import Refused, World

ROOT = Path(__file__).resolve().parents[2]
LEARNING = {"lanes": 16, "hidden": 8, "encoder": 8, "minibatches": 2, "episodes": 3, "steps": 5_000}
NAMES = [
    "0-linear-bots", "1-gru-selfplay-found", "2-blind-selfplay-found", "3-linear-bots-place", "4-linear-exploiter",
    "5-linear-exploiter",
]  # fmt: skip


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with the world pair: beacon, with a declaration of how it is learned."""
    place = tmp_path_factory.mktemp("mine")
    text = (ROOT / "tests" / "tiny" / "beacon.py").read_text(encoding="utf-8")
    text = text.replace('name="beacon",', f'name="pair", learning={LEARNING!r},')
    (place / "pair.py").write_text(text, encoding="utf-8")
    worlds.add_folder(place)
    yield place
    del worlds._added["pair"]
    del sys.modules["crossplay_user_world_pair"]


def asked(out: Path, **changes: Any) -> LeagueSettings:
    return changed(LeagueSettings(world="pair", members=6, tasks=20, out=str(out)), **changes)


@pytest.fixture(scope="module")
def strangers(tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole league, cut once after two members were trained."""
    folder = tmp_path_factory.mktemp("leagues") / "pair"
    said: list[str] = []

    def say(line: str) -> None:
        said.append(line)
        if line.startswith("training 2-blind"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt, match="the same command goes on"):
        league(asked(folder), say, progress=False)
    assert [member.sha256 for member in read_league(folder).members] == [None] * 6
    with pytest.raises(Refused, match=r"member .0-linear-bots. of league .* is not trained yet"):
        train(changed(learner(folder / "early"), opponents=(f"league:{folder}",)))
    said.clear()
    league(asked(folder), said.append, progress=False)
    assert said[:2] == ["pair: 2 of 6 trainings of 1,000 steps are there", "training 2-blind-selfplay-found (1 of 2)"]
    return folder


def learner(out: Path, **changes: Any) -> TrainSettings:
    return settings_for(
        worlds.get("pair"), steps=2_000, threads=1, progress=False, self_play=0.5, payoff_tasks=0, out=str(out),
        **changes,
    )  # fmt: skip


def test_who_is_in_it_is_declared_and_every_second_one_is_kept(strangers: Path) -> None:
    found = read_league(strangers)
    assert [member.name for member in found.members] == NAMES
    assert [member.half for member in found.members] == [TRAINING, TESTING] * 3
    assert [member.seed for member in found.members] == list(range(1000, 1006))
    assert [member.exploits for member in found.members] == [None] * 4 + ["0-linear-bots", "3-linear-bots-place"]
    assert [member.taste for member in found.members] == [{}, {"found": 1.0}, {"found": 1.0}, {"place": 1.0}, {}, {}]
    for member in found.members:
        config = agents.load(strangers / member.name).config
        learned = config.learned
        assert config.sha256 == member.sha256
        assert (learned.taste, learned.kept_for_testing) == (member.taste, member.half == TESTING)
        assert config.reference == ("blind" if member.memory == "none" else "none")
        assert set(member.above_random) == {"walker"}


def test_the_same_settings_give_the_same_league(strangers: Path, tmp_path: Path) -> None:
    league(asked(tmp_path / "again", members=4), progress=False)
    for name in NAMES[:4]:
        model = Path(name) / "checkpoint" / "model.safetensors"
        assert (tmp_path / "again" / model).read_bytes() == (strangers / model).read_bytes()
    league(asked(tmp_path / "again"), progress=False)  # grows by two; the others stay
    ours, theirs = ((place / FILE).read_text() for place in (tmp_path / "again", strangers))
    assert ours == theirs


def test_members_that_are_worse_than_random_are_listed_as_such(strangers: Path, tmp_path: Path) -> None:
    folder = tmp_path / "pair"
    shutil.copytree(strangers, folder)
    found = league(asked(folder, members=6), progress=False)
    worse = [
        member.name for member in found.league.members if any(above.worse for above in member.above_random.values())
    ]
    lines = found.text().splitlines()
    assert [line.split()[0] for line in lines if "worse than random play" in line] == worse
    assert all(any(line.split()[:1] == [name] for line in lines) for name in NAMES)
    text = (folder / FILE).read_text()
    facts = json.loads(text)
    facts["members"][1]["above_random"]["walker"] = {"value": -0.5, "low": -0.6, "high": -0.4}
    (folder / FILE).write_text(json.dumps(facts))
    report = measured(folder, tasks=6)
    assert "itself worse than random play" in report_text(report)


def measured(folder: Path, **changes: Any) -> Report:
    settings = EvaluateSettings(
        checkpoint=(str(folder / NAMES[0]),), splits=("test-opponent",), learned=str(folder), threads=1, **changes
    )
    return evaluate(settings, progress=False)


def test_an_agent_meets_the_half_for_training_and_never_the_other(strangers: Path, tmp_path: Path) -> None:
    run = train(changed(learner(tmp_path / "run"), opponents=(f"league:{strangers}",)))
    copies = sorted(path.name for path in (run / "opponents").iterdir())
    assert copies == [f"{at:02d}-{name}" for at, name in enumerate(NAMES[0::2])]
    met = json.loads((run / "metrics.jsonl").read_text().splitlines()[-1])
    assert met["opponents"] == {}, "results are noted where draws are prioritised"
    assert all(f"league:pair/{name}" in (run / "checkpoint" / "config.json").read_text() for name in NAMES[0::2])
    for name in NAMES[1::2]:
        assert name not in (run / "checkpoint" / "config.json").read_text()
    only = train(changed(learner(tmp_path / "one"), opponents=(f"league:{strangers / NAMES[2]}",)))
    assert [path.name for path in (only / "opponents").iterdir()] == [f"00-{NAMES[2]}"]
    kept = strangers / NAMES[1]
    for opponents, sentence in (
        (f"league:{kept}", f"member {NAMES[1]!r} of league .* is kept for testing: a learner may meet {NAMES[0]}, "),
        (str(kept), f"agent {NAMES[1]!r} is kept for testing: nobody learns against it or starts from it"),
        (str(kept / "checkpoint"), "is kept for testing"),
        (f"league:{tmp_path}", "is no league: name a folder that `crossplay league` wrote"),
        (f"league:{strangers / 'nobody'}", f"has no member 'nobody': it has {NAMES[0]}, "),
    ):
        with pytest.raises(Refused, match=sentence):
            train(changed(learner(tmp_path / "no"), opponents=(opponents,)))
    for changes in ({"exploit": str(kept), "self_play": 0.0}, {"start": str(kept)}):
        with pytest.raises(Refused, match="is kept for testing"):
            train(changed(learner(tmp_path / "no"), **changes))


def test_a_run_against_a_league_goes_on_exactly_without_it(strangers: Path, tmp_path: Path) -> None:
    away = tmp_path / "away"
    shutil.copytree(strangers, away)
    settings = changed(learner(tmp_path / "cut"), opponents=(f"league:{away}",), checkpoint_minutes=0.0, rollout=23)
    whole = outcome(train(changed(settings, out=str(tmp_path / "whole"))))

    class Cut(BaseException):
        """Stands for a power cut."""

    def report(figures: dict[str, Any]) -> None:
        if figures["update"] == 3:
            raise Cut

    with pytest.raises(Cut):
        train(settings, report=report)
    shutil.rmtree(away)
    named = tuple(f"league:{away / name}" for name in NAMES[0::2])
    assert outcome(train(changed(settings, opponents=named, resume=True))) == whole


def test_a_blind_stranger_forgets_at_every_episode(strangers: Path) -> None:
    """As a rival in training it decides as the player that plays it in evaluations."""
    world = worlds.get("pair")
    settings = changed(learner(Path("nowhere")), opponents=(f"league:{strangers / NAMES[2]}",), self_play=1.0)
    run = Run(settings, world)
    (opponent,) = run.opponents
    assert isinstance(opponent, Opponent)
    assert opponent.begins >= 0
    run.collector.reset()
    (group,) = run.collector.groups
    rivals, rng = group.rivals, np.random.default_rng(0)
    assert rivals is not None
    size, begun = opponent.network.state_size, 0
    for _ in range(70):
        seen = group.batch.observations[:, 1].copy()
        before = rivals.state[:, 0, :size].clone()
        rivals.decide(group.actions)
        begins = torch.from_numpy(seen[:, opponent.begins] > 0.0)
        begun += int((begins & (before != 0.0).any(dim=1)).sum())
        for column in opponent.carried:
            seen[begins.numpy(), column] = 0.0
        before[begins] = 0.0
        after = opponent.network.step(torch.from_numpy(seen), before).state
        assert torch.equal(rivals.state[:, 0, :size], after)
        group.actions[:, 0] = rng.integers(0, 3, (len(seen), 1))
        group.batch.step(group.actions)
        rivals.begin(group.batch.trial_ends.astype(bool))
    assert begun > 10
    run.close()


def test_the_half_for_testing_is_reported_apart_from_bots(strangers: Path, tmp_path: Path) -> None:
    report = measured(strangers, tasks=12)
    (cell,), (part,) = report.cells, report.learned
    assert cell.split == "test-opponent"
    assert "bot" in cell.later, "with bots as ever"
    assert set(part.later) == {"agent", "wiped", "foreign", "random"}
    assert [member.name for member in part.members] == NAMES[1::2]
    average = np.mean([member.later["agent"].value for member in part.members])
    assert part.later["agent"].value == pytest.approx(average)
    assert part.members[1].told == "linear, learned against bots, taste place +1, seed 1003"
    assert part.members[2].told == "linear, learned against 3-linear-bots-place, seed 1005"
    again = measured(strangers, tasks=12)
    assert again.json()["learned"] == report.json()["learned"]
    text = report_text(report)
    assert "walker on test-opponent, strangers that learned in the place of bots" in text
    assert "agent above wiped surely with " in text
    assert "each keeps its own memory over the trial; intervals are over tasks and members" in text
    publish(report, tmp_path / "report")
    page = (tmp_path / "report" / "report.html").read_text(encoding="utf-8")
    assert "Strangers that learned" in page
    assert all(name in page for name in NAMES[1::2])
    assert "--learned" in report.command


def test_the_stranger_in_the_seat_is_the_member(strangers: Path) -> None:
    """As if it were named for the seat by hand, where the learner sits in the same one; so its memory lasts, too."""
    settings = EvaluateSettings(
        checkpoint=(str(strangers / NAMES[0]),), splits=("test-opponent",), tasks=8, threads=1, greedy=True,
        learned=str(strangers),
    )  # fmt: skip
    by_hand = changed(settings, learned="", seats={"walker_1": f"agent:{strangers / NAMES[3]}"})
    returns = []
    for each in (settings, by_hand):
        lineup = line_up(each)
        stage = Stage(lineup, "walker", "test-opponent", NoBar())
        invited = learned.testing_half(settings, lineup.world)
        company = learned.company_of(stage, invited[1]) if each is settings else None
        returns.append(stage.play("agent", lineup.players["agent"][0], company=company).returns)
    assert invited[1].member.name == NAMES[3]
    np.testing.assert_array_equal(returns[0][0::2], returns[1][0::2])  # in odd tasks the learner has the other seat
    assert (returns[0] != returns[1]).any()


def test_the_card_tells_of_them(strangers: Path, tmp_path: Path) -> None:
    shutil.copytree(strangers, tmp_path / "pair")
    measured(tmp_path / "pair", tasks=6, card=True)
    card = (tmp_path / "pair" / NAMES[0] / "checkpoint" / "README.md").read_text(encoding="utf-8")
    assert "### walker on test-opponent, strangers that learned" in card
    assert "kept for testing" in card


def test_what_cannot_be_measured_is_refused(strangers: Path, tmp_path: Path) -> None:
    settings = EvaluateSettings(checkpoint=(str(strangers / NAMES[0]),), splits=("train",), learned=str(strangers))
    with pytest.raises(Refused, match="those strangers play on test-opponent, name it with --splits"):
        evaluate(settings, progress=False)
    with pytest.raises(Refused, match="is no league"):
        evaluate(changed(settings, splits=("test-opponent",), learned=str(tmp_path)), progress=False)
    seated = changed(settings, splits=("test-opponent",), seats={"walker_1": "random"})
    with pytest.raises(Refused, match="finds no seat beside the walker that bots would have"):
        evaluate(seated, progress=False)


def test_another_league_is_not_mixed_into_a_folder(strangers: Path, tmp_path: Path) -> None:
    for changes, sentence in (
        ({"members": 4}, "has a member '4-linear-exploiter' that this one has not"),
        ({"seed": 7}, "seed is 7: the run in .*0-linear-bots has 1000"),
        ({"steps": 900}, "steps is 900: the run in .*0-linear-bots has 1000"),
        ({"build": {"seats": 3}}, "world_args is"),
    ):
        with pytest.raises(Refused, match=sentence):
            league(asked(strangers, **changes), progress=False)
    with pytest.raises(Refused, match="world 'pair' has one seat as it is built: nobody meets a stranger there"):
        league(asked(tmp_path, build={"seats": 1}), progress=False)


def test_where_all_are_of_one_team_nobody_is_a_saboteur(tiny: Path, tmp_path: Path) -> None:
    pair = worlds.get("pair")
    mates = dataclasses.replace(pair, seats=tuple(dataclasses.replace(seat, team=0) for seat in pair.seats))
    assert competitive(pair)
    assert not competitive(mates)
    planned = list(plan(asked(tmp_path, members=8), mates, tmp_path))
    assert {each.stranger.against for each in planned} == {"bots", "self-play"}
    assert all(not each.member.settings.opponents.exploit for each in planned)
    unwanted = dataclasses.replace(
        mates, figures=tuple(dataclasses.replace(each, unwanted=each.name == "found") for each in mates.figures)
    )
    assert tastes(unwanted) == [{}, {"found": -1.0}, {"place": 1.0}]


def test_members_of_every_game_can_be_planned(tmp_path: Path) -> None:
    for name in ("tag", "duel", "matrix", "poker", "throws", "flags"):
        world: World = worlds.get(name)
        planned = list(plan(LeagueSettings(world=name), world, tmp_path))
        assert len({each.stranger.name for each in planned}) == 8
        for half in (TRAINING, TESTING):
            mine = [each.stranger for each in planned if each.stranger.half == half]
            assert {each.against for each in mine} == {"bots", "self-play", "exploiter"}
            assert {each.memory for each in mine} >= {"gru", "none"}
            names = {each.name for each in mine}
            assert all(each.exploits is None or each.exploits in names for each in mine), "within its half"
        assert {each.member.settings.world.roles for each in planned} == {()}


def test_the_command_line(tiny: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["league", "pair", "--worlds", str(tiny), "--members", "4", "--tasks", "4", "--steps", "200", "--json"]
    assert cli.run([*words, "--jobs", "2", "--out", str(tmp_path / "pair")]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [member["name"] for member in told["members"]] == NAMES[:4]
    assert told["command"].startswith("crossplay league pair --members 4 --steps 200")
