"""Beliefs: the hidden task is read from what was played, and labels teach without being seen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from bandits import Bandits, Learner
from test_checkpoint import PIECES, facts, played
from test_resume import LONG, crash_after, outcome
from test_train import SMALL
from torch import Tensor
from torch.distributions import Bernoulli, Categorical

import agents
from agents.checkpoints import checkpoint
from agents.networks import memories
from agents.networks.belief import Belief, BeliefShape
from agents.networks.network import Network, Shape
from agents.players.checkpoint_player import CheckpointPlayer
from agents.settings.declared import changed, made
from agents.settings.groups import CurriculumSettings
from agents.settings.train import TrainSettings
from agents.training.run import Run
from agents.training.train import train
from simulator.engine import Batch
from worlds.world import Bots, Refused, World

SETTINGS = made(
    TrainSettings,
    lanes=64, hidden=16, encoder=16, belief=0.5, told=0.0, learning_rate=5e-3, gamma=0.95, minibatches=4, threads=1,
    progress=False,
)  # fmt: skip
BELIEF = BeliefShape(told=7, one_hot=((0, 3),), shares=((3, 5),))


def learner(settings: TrainSettings = SETTINGS, **changes: int) -> Learner:
    return Learner(Bandits(64, reveal=True, **changes), settings)


def chance_of_truth(taught: Learner) -> Tensor:
    """Mean probability of the arm that pays, by decision of the trial, in a fresh collection of whole trials."""
    taught.collect()
    rollout = taught.rollout
    guesses = rollout.observations[..., taught.network.shape.observation :]
    return (guesses * rollout.told).sum(dim=-1).mean(dim=1)


def test_the_hidden_arm_is_inferred_from_the_history() -> None:
    """Four arms; 12 pulls tell which one pays, the first observation tells nothing."""
    taught = learner()
    taught.learn(60)
    chances = chance_of_truth(taught)
    assert float(chances[1]) == pytest.approx(0.25, abs=0.15)
    assert float(chances[-1]) > 0.85
    assert taught.algorithm.last.belief_right > 0.6


def test_labels_teach_and_are_never_seen_by_who_is_not_told() -> None:
    honest, deceived = learner(), learner(lies=1)
    for each in (honest, deceived):
        each.collect()
    assert not torch.equal(honest.rollout.told, deceived.rollout.told)
    for name in ("observations", "actions", "logs", "values"):
        assert torch.equal(getattr(honest.rollout, name), getattr(deceived.rollout, name)), name
    for each in (honest, deceived):
        each.algorithm.update(each.rollout, 16, 1)
    weights = zip(honest.network.parameters(), deceived.network.parameters(), strict=True)
    assert not any(torch.equal(mine, other) for mine, other in weights)


def test_who_is_told_sees_the_truth_and_is_not_asked() -> None:
    """A quarter of the lanes; what they would have guessed is neither seen nor judged."""
    teacher = learner()
    teacher.collector.teaching = 0.25
    teacher.collect()
    rollout, size = teacher.rollout, teacher.network.shape.observation
    assert 15 <= int(rollout.taught.sum()) <= 17
    assert torch.equal(rollout.observations[:, rollout.taught, size:], rollout.told[:, rollout.taught])
    others = ~rollout.taught
    assert not torch.isclose(rollout.observations[:, others, size:], rollout.told[:, others]).all(dim=-1).any()
    belief, weights = teacher.network.belief, torch.ones(rollout.steps, rollout.lanes)
    assert belief is not None
    everybody = torch.arange(64)
    features = torch.randn(*weights.shape, 16, generator=torch.Generator().manual_seed(0))
    asked = teacher.algorithm._ask(belief, rollout, everybody, features, weights)
    rollout.told[:, rollout.taught] = 0.5
    again = teacher.algorithm._ask(belief, rollout, everybody, features, weights)
    assert float(asked.facts.detach()) == float(again.facts.detach())


def test_nobody_is_told_from_the_middle_of_a_run_on() -> None:
    told = CurriculumSettings(told=0.5)
    assert [told.teaching(progress) for progress in (0.0, 0.25, 0.5, 1.0)] == [0.5, 0.25, 0.0, 0.0]


def test_the_loss_is_that_of_the_distributions() -> None:
    """One fact of three names, two shares, two numbers, by torch's own distributions."""
    belief, generator = Belief(5, BELIEF), torch.Generator().manual_seed(2)
    belief.initialise(generator)
    features, told = torch.randn(4, 6, 5, generator=generator), torch.rand(4, 6, 7, generator=generator)
    named = torch.randint(0, 3, (4, 6), generator=generator)
    told[..., :3] = torch.nn.functional.one_hot(named, 3)
    told[..., 3:5] = (told[..., 3:5] > 0.5).float()
    weights = torch.rand(4, 6, generator=generator)
    with torch.no_grad():
        found, guesses = belief.loss(features, told, weights), belief.guesses(features)
    one_hot, shares = Categorical(probs=guesses[..., :3]), Bernoulli(probs=guesses[..., 3:5])
    nats = -one_hot.log_prob(named) - shares.log_prob(told[..., 3:5]).sum(dim=-1)
    squares = 0.5 * (guesses[..., 5:] - told[..., 5:]).square().sum(dim=-1)
    torch.testing.assert_close(found.facts, (weights * (nats + squares)).sum())
    right = one_hot.log_prob(named).exp() + shares.log_prob(told[..., 3:5]).exp().sum(dim=-1)
    torch.testing.assert_close(found.right, (weights * right / 3.0).sum())


def test_a_fact_that_is_not_known_costs_nothing() -> None:
    belief = Belief(5, BeliefShape(told=3, one_hot=((0, 3),)))
    belief.initialise(torch.Generator().manual_seed(0))
    features, weights = torch.ones(2, 2, 5), torch.ones(2, 2)
    assert float(belief.loss(features, torch.zeros(2, 2, 3), weights).facts.detach()) == 0.0


def test_what_is_told_to_oracles_alone_costs_and_is_guessed_nothing() -> None:
    asked = BeliefShape(told=7, one_hot=((0, 3),), unasked=((3, 5), (6, 7)))
    belief, generator = Belief(5, asked), torch.Generator().manual_seed(2)
    belief.initialise(generator)
    features, told = torch.randn(4, 6, 5, generator=generator), torch.zeros(4, 6, 7)
    told[..., 0], weights = 1.0, torch.ones(4, 6)
    loss = belief.loss(features, told, weights).facts
    others = told.clone()
    others[..., 3:5], others[..., 6] = 1.0, 9.0
    torch.testing.assert_close(belief.loss(features, others, weights).facts, loss)
    others[..., 5] = 9.0
    assert float((belief.loss(features, others, weights).facts - loss).detach()) > 1.0
    loss.backward()
    assert belief.head.weight.grad is not None
    assert (belief.head.weight.grad.abs().sum(dim=1) > 0.0).tolist() == [True, True, True, False, False, True, False]
    with torch.no_grad():
        assert (belief.guesses(features).abs().sum(dim=(0, 1)) > 0.0).tolist() == [True] * 3 + [False] * 2 + [
            True,
            False,
        ]


def test_a_blind_agent_believes_nothing_from_the_episode_before() -> None:
    blind = learner(changed(SETTINGS, reference="blind"))
    blind.collect()
    first = blind.rollout.observations[::3]  # of every episode
    assert (first[1:] == first[:1]).all()


def test_a_run_with_a_belief_goes_on_exactly(tmp_path: Path) -> None:
    """In windows shorter than a trial, among believing rivals, while fewer and fewer lanes are told the truth."""
    settings = changed(LONG, belief=0.5, steps=6_000)
    whole = outcome(train(changed(settings, out=str(tmp_path / "whole"))))
    cut = changed(settings, out=str(tmp_path / "cut"))
    crash_after(5, cut)
    weights, figures = outcome(train(changed(cut, resume=True)))
    assert figures == whole[1]
    assert weights == whole[0]
    assert figures[-1]["belief_loss"] < figures[0]["belief_loss"]


def test_a_checkpoint_tells_what_it_believes_however_many_play(tmp_path: Path, beacon: World) -> None:
    shape = Shape(observation=8, actions=(3,), encoder=6, hidden=5, belief=BeliefShape.of(beacon))
    network = Network(shape, torch.Generator().manual_seed(1))
    checkpoint.save(tmp_path / "agent", network, facts(beacon, observation=PIECES))
    read, config = checkpoint.load(tmp_path / "agent")
    assert config.network == shape
    for mine, other in zip(network.state_dict().values(), read.state_dict().values(), strict=True):
        assert torch.equal(mine, other)
    many, few = (CheckpointPlayer(tmp_path / "agent", seed=3) for _ in range(2))
    np.testing.assert_array_equal(played(many, beacon, 5)[:, :2], played(few, beacon, 2))
    assert many.mind is not None
    assert few.mind is not None
    assert many.mind["belief"].shape == (5, beacon.told_pieces.total)
    np.testing.assert_allclose(many.mind["belief"][:2], few.mind["belief"], atol=1e-6)


def test_absurd_beliefs_are_refused(tmp_path: Path, beacon: World) -> None:
    shape = Shape(observation=8, actions=(3,), encoder=6, hidden=5, belief=BeliefShape(told=4))
    checkpoint.save(tmp_path / "agent", Network(shape), facts(beacon))
    path = tmp_path / "agent" / "config.json"
    text = path.read_text()
    for before, after, words in (
        ('"told": 4', '"told": 99999999', "told is 99999999: expected `int` <= 65536"),
        ('"one_hot": []', '"one_hot": [[2, 9]]', "cannot be"),
        ('"shares": []', '"shares": [[2, 2]]', "cannot be"),
        ('"told": 4', '"told": 5', "does not hold the weights"),
        ('"told": 4', '"told": 4, "latent": 1', "unknown field `latent`"),
    ):
        assert before in text
        path.write_text(text.replace(before, after))
        with pytest.raises(Refused, match=words):
            agents.load(tmp_path / "agent")


def test_an_oracle_takes_no_belief() -> None:
    with pytest.raises(Refused, match="takes no belief"):
        made(TrainSettings, belief=0.1, reference="oracle")


def test_what_is_told_lies_behind_what_is_seen(beacon: World) -> None:
    """The collector's labels are what the rules reveal, and the policy's input is that of a run without a belief."""
    runs = [Run(changed(SMALL, belief=belief, self_play=0.0), beacon) for belief in (0.0, 0.1)]
    for run in runs:
        run.collector.reset()
    plain, believing = (run.collector.groups[0].batch for run in runs)
    assert isinstance(plain, Batch)
    assert isinstance(believing, Batch)
    size = runs[0].shape.observation
    assert runs[1].shape.observation == size
    np.testing.assert_array_equal(believing.observations[..., :size], plain.observations)
    runs[1].collector.collect(n_step=16)
    told = runs[1].rollout.told[0, :, 0].numpy()
    assert (told > 0.0).all()
    assert len(np.unique(told)) > 4


def test_who_is_told_the_truth_is_told_what_a_belief_is_asked_for(beacon: World) -> None:
    told = (*beacon.told, Bots("kinds", told_to="oracles"))
    world = replace(beacon, told=told)
    run = Run(changed(SMALL, belief=0.1, told=1.0, self_play=0.0), world)
    run.collector.reset()
    run.collector.collect(n_step=16)
    seen = run.rollout.observations[:-1, :, run.shape.observation :]
    bots = world.told_pieces.at["kinds"]
    assert (run.rollout.told[..., bots] == 0.0).all()
    assert (seen[..., bots] == 0.0).all()
    assert float(run.rollout.told.abs().max()) > 0.0
    assert (run.collector.groups[0].batch.told[..., bots].sum(axis=-1) > 0.0).all()
    with pytest.raises(Refused, match="'beacon' has nothing that a belief could name, so belief must be 0"):
        Run(changed(SMALL, belief=0.1, self_play=0.0), replace(beacon, told=told[1:]))


@pytest.mark.parametrize("memory", [kind for kind in memories.KINDS if kind not in memories.FILING])
def test_a_belief_goes_with_every_memory(tmp_path: Path, beacon: World, memory: Any) -> None:
    """At every decision the policy is shown what it guessed one decision ago, in training as in play."""
    settings = changed(SMALL, belief=0.1, told=0.0, memory=memory, steps=2_000, self_play=0.0)
    run = Run(settings, beacon)
    run.collector.reset()
    run.collector.collect(n_step=16)
    rollout, belief = run.rollout, run.network.belief
    assert belief is not None
    size = run.shape.observation
    with torch.no_grad():
        output = run.network.unroll(rollout.observations, rollout.start, rollout.sealed["resets"])
        guesses = belief.guesses(output.features[:-1]) * (rollout.sealed["resets"][1:] == 0).unsqueeze(2)
    torch.testing.assert_close(rollout.observations[1:, :, size:], guesses, atol=1e-5, rtol=1e-4)
    assert float(guesses.abs().max()) > 0.0
    run.close()
    player = agents.load(train(changed(settings, out=str(tmp_path / "run"))))
    played(player, beacon, 3)
    assert player.mind is not None
    assert player.mind["belief"].shape == (3, beacon.told_pieces.total)
