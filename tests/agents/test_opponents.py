"""Invited opponents and exploiters: who may sit where, who is refused, and that they stay as they were."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from test_checkpoint import facts
from test_resume import crash_after, outcome
from test_train import SMALL

import worlds
from agents.checkpoints import checkpoint
from agents.networks.network import Network, Shape
from agents.settings.declared import changed, made
from agents.settings.train import TrainSettings
from agents.training.opponents.invited import Opponent, can_face, invite, keep
from agents.training.opponents.selfplay import BOTS, INVITED, Pool
from agents.training.run import Run
from agents.training.train import train
from simulator.engine import Batch
from worlds.kit.record import BOT, EXTERNAL
from worlds.world import Refused, Seat, World

CPU = torch.device("cpu")
SHAPE = Shape(observation=8, actions=(3,), encoder=6, hidden=5)
LEAGUE = changed(
    SMALL, steps=12_000, checkpoint_minutes=0.0, self_play=0.5, snapshots=2, snapshot_every=5, rollout=37,
    self_play_draw="prioritised", curriculum="learnability", curriculum_tasks=6,
)  # fmt: skip


def agent(folder: Path, world: World, /, **changes: Any) -> str:
    """A checkpoint of an agent that learned nothing, with a smaller memory than the learners here have."""
    told = {**facts(world), **changes}
    checkpoint.save(folder, Network(SHAPE, torch.Generator().manual_seed(1)), told)
    return str(folder)


@pytest.fixture
def hunt() -> World:
    """Two hunters against one walker: beacon with other roles and teams."""
    base = worlds.get("beacon", seats=3)
    seats = (Seat("hunter_0", "hunter", 0), Seat("hunter_1", "hunter", 0), Seat("walker_0", "walker", 1))
    hunters = tuple(dataclasses.replace(bot, role="hunter") for bot in base.bots)
    return dataclasses.replace(base, seats=seats, bots=base.bots + hunters)


def league(world: World, opponents: list[Opponent], prioritised: bool = False) -> Pool:
    return Pool(
        SHAPE, world, ("hunter", "walker"), size=2, seed=0, device=CPU, invited=opponents, prioritised=prioritised
    )


def member(name: str, *roles: str) -> Opponent:
    return Opponent(name, Network(SHAPE), roles, Path())


def test_opponents_sit_on_another_team(hunt: World, beacon: World) -> None:
    assert can_face(hunt, 0, ("walker",))
    assert not can_face(hunt, 0, ("hunter",))  # it could only be the learner's mate
    assert can_face(hunt, 2, ("hunter",))
    assert not can_face(hunt, 2, ("walker",))
    assert can_face(beacon, 0, ("walker",))  # each for itself
    mates = dataclasses.replace(beacon, seats=tuple(dataclasses.replace(seat, team=0) for seat in beacon.seats))
    assert can_face(mates, 0, ("walker",))  # all of one team: they are company


def test_only_those_who_can_face_the_learner_are_drawn(hunt: World) -> None:
    pool = league(hunt, [member("a", "hunter"), member("b", "walker"), member("c", "hunter", "walker")])
    assert pool.against(0) == [INVITED - 1, INVITED - 2]
    assert pool.against(2) == [INVITED, INVITED - 2]
    drawn = pool.draw(np.tile([0, 2], 300)).reshape(300, 2)
    assert set(drawn[:, 0]) == {INVITED - 1, INVITED - 2}
    assert set(drawn[:, 1]) == {INVITED, INVITED - 2}
    assert league(hunt, [member("a", "hunter")]).against(0) == [BOTS]


def test_draws_favour_opponents_that_the_learner_does_badly_against(hunt: World) -> None:
    pool = league(hunt, [member("a", "walker"), member("b", "walker")], prioritised=True)
    for value in range(40):
        pool.results.note("hunter", INVITED, float(value))
        pool.results.note("hunter", INVITED - 1, value - 100.0)
        pool.results.note("hunter", BOTS, value + 100.0)
    pool.weigh()
    weights = dict(zip(pool.against(0), pool.results.weights("hunter", pool.against(0)), strict=True))
    drawn = pool.draw(np.zeros(4000, np.int64))
    for number, weight in weights.items():
        assert np.mean(drawn == number) == pytest.approx(weight, abs=0.03)
    assert weights[INVITED - 1] > weights[INVITED] > weights[BOTS] > 0.0


def test_an_opponent_sits_in_the_seats_of_its_roles_only(tmp_path: Path, hunt: World) -> None:
    path = agent(tmp_path / "hunters", hunt, roles=("hunter",), build_args={"seats": 3})
    run = Run(changed(SMALL, self_play=0.0, exploit=path, roles=("walker",)), hunt)
    run.collector.reset()
    (group,) = run.collector.groups
    batch, rivals = group.batch, group.rivals
    assert isinstance(batch, Batch)
    assert rivals is not None
    assert (rivals.who == INVITED).all()
    assert (batch.worlds["driver"] == EXTERNAL).all()
    assert rivals.state.shape == (SMALL.learning.lanes, 2, max(SMALL.network.hidden, SHAPE.hidden))
    run.close()
    walkers = agent(tmp_path / "walkers", hunt, roles=("walker",), build_args={"seats": 3})
    run = Run(changed(SMALL, self_play=0.0, exploit=walkers, roles=("hunter",)), hunt)
    run.collector.reset()
    drivers = run.collector.groups[0].batch.worlds["driver"]  # type: ignore[attr-defined]
    assert (drivers[0::2] == [EXTERNAL, BOT, EXTERNAL]).all()  # the learner's mate is a bot
    assert (drivers[1::2] == [BOT, EXTERNAL, EXTERNAL]).all()
    run.close()


def test_an_agent_that_faces_nobody_is_refused(tmp_path: Path, hunt: World) -> None:
    path = agent(tmp_path / "hunters", hunt, roles=("hunter",), build_args={"seats": 3})
    with pytest.raises(Refused, match="'hunters' learned hunter and sits against no learner of hunter in 'beacon'"):
        Run(changed(SMALL, self_play=0.0, exploit=path, roles=("hunter",)), hunt)
    alone = worlds.get("beacon", seats=1)
    path = agent(tmp_path / "hermit", alone, build_args={"seats": 1})
    with pytest.raises(Refused, match="'hermit' learned walker and sits against no learner of walker"):
        Run(changed(SMALL, self_play=0.0, exploit=path, world_args={"seats": 1}), alone)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"world": "tag"}, "learned world 'tag': it cannot play 'beacon'"),
        ({"world_version": 7}, "learned version 7 of world 'beacon': this is version"),
        ({"layout_hash": "0" * 64}, "with another state, other told facts or other names of seats"),
        ({"reference": "blind"}, "is a blind reference, a yardstick: name agents"),
    ],
)
def test_foreign_agents_are_refused(tmp_path: Path, beacon: World, changes: dict[str, Any], sentence: str) -> None:
    path = agent(tmp_path / "stranger", beacon, **changes)
    with pytest.raises(Refused, match=sentence):
        train(changed(SMALL, self_play=0.0, exploit=path, out=str(tmp_path / "run")))
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"exploit": "tag", "self_play": 0.5}, "exploit fills every world with copies of one agent"),
        ({"exploit": "tag", "together": True}, "exploit fills every world with copies of one agent"),
        ({"opponents": ("tag",)}, "opponents sit in the share of worlds that self_play sets, and that is 0"),
        ({"self_play_draw": "prioritised"}, "self_play_draw is 'prioritised' but self_play is 0"),
    ],
)
def test_contradicting_settings_are_refused(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        made(TrainSettings, **changes)


def test_a_run_keeps_copies_of_whom_it_meets(tmp_path: Path, beacon: World) -> None:
    path = agent(tmp_path / "friend", beacon)
    (opponent,) = invite([path], beacon, CPU, 2)
    keep([opponent], tmp_path / "run")
    (again,) = invite(["friend"], beacon, CPU, 2, tmp_path / "run")
    assert isinstance(opponent, Opponent)
    assert isinstance(again, Opponent)
    assert again.name == opponent.name == "friend"
    for name, weights in opponent.network.state_dict().items():
        assert torch.equal(again.network.state_dict()[name], weights)


def test_a_league_and_a_curriculum_go_on_exactly_after_crashes(tmp_path: Path, beacon: World) -> None:
    path = agent(tmp_path / "friend", beacon)
    settings = changed(LEAGUE, opponents=(path,))
    whole = outcome(train(changed(settings, out=str(tmp_path / "whole"))))
    cut = changed(settings, out=str(tmp_path / "cut"))
    crash_after(5, cut)
    (tmp_path / "friend").rename(tmp_path / "lost")  # the run has its own copy
    crash_after(14, changed(cut, resume=True))
    weights, figures = outcome(train(changed(cut, resume=True)))
    assert figures == whole[1]
    assert weights == whole[0]
    met = figures[-1]["opponents"]["walker"]
    assert {"bots", "00-friend"} < set(met)
    assert sum(facts["weight"] for facts in met.values()) == pytest.approx(1.0, abs=1e-5)
    assert figures[-1]["curriculum"][0]["tasks"] == 2.0  # of 6: a share for each half of the worlds, one for each seat
    snapshots = sorted(path.name for path in (tmp_path / "cut" / "snapshots").iterdir())
    assert len(snapshots) == settings.opponents.snapshots
    assert {name for name in met if name.startswith("update")} <= set(snapshots)


def test_an_exploiter_learns_and_its_prey_does_not(tmp_path: Path, beacon: World) -> None:
    path = agent(tmp_path / "prey", beacon)
    run = train(changed(SMALL, self_play=0.0, exploit=path, steps=2000, out=str(tmp_path / "run")))
    config = checkpoint.load_config(run / "checkpoint")
    assert config.reference == "none"  # it may be seated, and invited by others
    assert config.settings["opponents"]["exploit"] == "prey"  # type: ignore[index, call-overload]
    before, _ = checkpoint.load(tmp_path / "prey")
    after, _ = checkpoint.load(run / "opponents" / "00-prey")
    assert all(torch.equal(weights, after.state_dict()[name]) for name, weights in before.state_dict().items())
    invited = changed(SMALL, self_play=0.5, opponents=(str(run),), out=str(tmp_path / "next"), steps=2000)
    assert train(invited).exists()


def test_a_run_may_begin_with_the_weights_of_an_agent(tmp_path: Path, beacon: World) -> None:
    path = agent(tmp_path / "elder", beacon)
    settings = changed(SMALL, start=path, encoder=SHAPE.encoder, hidden=SHAPE.hidden)
    run = Run(settings, beacon)
    for name, weights in checkpoint.load(tmp_path / "elder")[0].state_dict().items():
        assert torch.equal(run.network.state_dict()[name], weights)
    run.close()
    with pytest.raises(Refused, match="has encoder 6, the run 16: give the run the agent's sizes"):
        Run(changed(settings, encoder=16), beacon)
    blind = agent(tmp_path / "blind", beacon, reference="blind", split="test-both")
    with pytest.raises(Refused, match="blind reference, a yardstick: start from an agent"):
        Run(changed(settings, start=blind), beacon)
