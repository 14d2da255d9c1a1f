"""Beliefs: the hidden task is read from what was played, and labels teach without being seen."""

from __future__ import annotations

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
from torch.distributions import Normal, kl_divergence

import agents
from agents.checkpoints import checkpoint
from agents.networks import memories
from agents.networks.belief import Belief, BeliefShape, belief_loss
from agents.networks.network import Network, Shape
from agents.players.checkpoint_player import CheckpointPlayer
from agents.settings.declared import changed, made
from agents.settings.train import TrainSettings
from agents.training.run import Run
from agents.training.train import train
from simulator.engine import Batch
from worlds.world import Refused, World

SETTINGS = made(
    TrainSettings,
    lanes=64, hidden=16, encoder=16, belief=4, belief_hidden=16, learning_rate=5e-3, gamma=0.95, minibatches=4,
    threads=1, progress=False,
)  # fmt: skip
BELIEF = BeliefShape(latent=3, hidden=6, told=7, one_hot=((0, 4),))


def belief_of(shape: BeliefShape = BELIEF) -> Belief:
    found = Belief(5, shape)
    found.initialise(torch.Generator().manual_seed(0))
    return found


def learner(**changes: int) -> Learner:
    return Learner(Bandits(64, reveal=True, **changes), SETTINGS)


def chance_of_truth(taught: Learner) -> Tensor:
    """Mean probability of the arm that pays, by decision of the trial, in a fresh collection of whole trials."""
    taught.collect()
    rollout, belief = taught.rollout, taught.network.belief
    assert belief is not None
    with torch.no_grad():
        guesses = belief.guesses(rollout.observations[..., -2 * SETTINGS.network.belief :])
    return (guesses * rollout.told).sum(dim=-1).mean(dim=1)


def test_the_hidden_arm_is_inferred_from_the_history() -> None:
    """Four arms; 12 pulls tell which one pays, the first observation tells nothing."""
    taught = learner()
    taught.learn(60)
    chances = chance_of_truth(taught)
    assert float(chances[0]) == pytest.approx(0.25, abs=0.06)
    assert float(chances[-1]) > 0.85
    assert taught.algorithm.believer is not None
    assert taught.algorithm.believer.last.belief_told_right > 0.6


def test_labels_teach_the_belief_and_are_never_seen_by_the_policy() -> None:
    honest, deceived = learner(), learner(lies=1)
    for each in (honest, deceived):
        each.collect()
    assert not torch.equal(honest.rollout.told, deceived.rollout.told)
    for name in ("observations", "actions", "logs", "values"):
        assert torch.equal(getattr(honest.rollout, name), getattr(deceived.rollout, name)), name
    for each in (honest, deceived):
        each.algorithm.update(each.rollout, 16, 1)
    weights = zip(honest.network.named_parameters(), deceived.network.parameters(), strict=True)
    same = {name: torch.equal(mine, other) for (name, mine), other in weights}
    assert all(equal for name, equal in same.items() if not name.startswith("belief."))
    assert not same["belief.encoder.weight"]


def test_unrolling_a_trial_is_stepping_through_it() -> None:
    belief, generator = belief_of(), torch.Generator().manual_seed(1)
    seen = torch.randn(12, 3, 5, generator=generator)
    resets = (torch.rand(12, 3, generator=generator) < 0.2).to(torch.uint8)
    state = torch.randn(3, 6, generator=generator)
    with torch.no_grad():
        posteriors, before = belief.unroll(seen, state, resets)
        last = belief._posterior(state)
        for t in range(12):
            kept = (resets[t] == 0).float().unsqueeze(1)
            torch.testing.assert_close(before[t], last * kept)
            last, state = belief.step(seen[t], state * kept)
            torch.testing.assert_close(posteriors[t], last)


def test_the_loss_is_that_of_the_distributions() -> None:
    belief, generator = belief_of(), torch.Generator().manual_seed(2)
    posteriors, before = torch.randn(2, 5, 4, 6, generator=generator)
    told = torch.randn(5, 4, 7, generator=generator)
    told[..., :4] = torch.nn.functional.one_hot(torch.randint(0, 4, (5, 4), generator=generator), 4)
    told[0, 0, :4] = 0.0  # not known
    noise, shares = torch.randn(5, 4, 3, generator=generator), torch.full((5, 4), 1 / 20)
    with torch.no_grad():
        found = belief_loss(belief, posteriors, before, noise, told, shares)
        normal = [Normal(part[..., :3], (0.5 * part[..., 3:]).exp()) for part in (posteriors, before)]
        torch.testing.assert_close(found.surprise, kl_divergence(*normal).sum(dim=-1).mean())
        decoded = belief.decode(normal[0].mean + normal[0].stddev * noise)
        nats = -(decoded[..., :4].log_softmax(dim=-1) * told[..., :4]).sum(dim=-1)
        squares = 0.5 * (decoded[..., 4:] - told[..., 4:]).square().sum(dim=-1)
        torch.testing.assert_close(found.facts, (nats + squares).mean())


def test_a_blind_agent_believes_nothing_from_the_episode_before() -> None:
    blind = Learner(Bandits(64, reveal=True), changed(SETTINGS, reference="blind"))
    blind.collect()
    first = blind.rollout.observations[::3]  # of every episode
    assert (first[1:] == first[:1]).all()


def test_a_run_with_a_belief_goes_on_exactly(tmp_path: Path) -> None:
    """Weights, optimiser and noise of the belief, in windows shorter than a trial and among believing rivals."""
    settings = changed(LONG, belief=3, belief_hidden=8, steps=6_000)
    whole = outcome(train(changed(settings, out=str(tmp_path / "whole"))))
    cut = changed(settings, out=str(tmp_path / "cut"))
    crash_after(5, cut)
    weights, figures = outcome(train(changed(cut, resume=True)))
    assert figures == whole[1]
    assert weights == whole[0]
    assert figures[-1]["belief_facts"] < figures[0]["belief_facts"]


def test_a_checkpoint_tells_what_it_believes_however_many_play(tmp_path: Path, beacon: World) -> None:
    shape = Shape(observation=8, actions=(3,), encoder=6, hidden=5, belief=BeliefShape.of(beacon, 3, 4))
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
    shape = Shape(observation=8, actions=(3,), encoder=6, hidden=5, belief=BeliefShape(latent=2, hidden=3, told=4))
    checkpoint.save(tmp_path / "agent", Network(shape), facts(beacon))
    path = tmp_path / "agent" / "config.json"
    text = path.read_text()
    for before, after, words in (
        ('"told": 4', '"told": 99999999', "told is 99999999: expected `int` <= 65536"),
        ('"one_hot": []', '"one_hot": [[2, 9]]', "cannot be"),
        ('"latent": 2', '"latent": 3', "does not hold the weights"),
        ('"latent": 2', '"latent": 2, "more": 1', "unknown field `more`"),
    ):
        assert before in text
        path.write_text(text.replace(before, after))
        with pytest.raises(Refused, match=words):
            agents.load(tmp_path / "agent")


def test_an_oracle_takes_no_belief() -> None:
    with pytest.raises(Refused, match="takes no belief"):
        made(TrainSettings, belief=4, reference="oracle")


def test_what_is_told_lies_behind_what_is_seen(beacon: World) -> None:
    """The collector's labels are what the rules reveal, and the policy's input is that of a run without a belief."""
    runs = [Run(changed(SMALL, belief=belief, self_play=0.0), beacon) for belief in (0, 3)]
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


@pytest.mark.parametrize("memory", memories.KINDS)
def test_a_belief_goes_with_every_memory(tmp_path: Path, beacon: World, memory: Any) -> None:
    """The policy is shown, at every decision, what the belief made of it, in training as in play."""
    settings = changed(SMALL, belief=3, belief_hidden=8, memory=memory, steps=2_000, self_play=0.0)
    run = Run(settings, beacon)
    run.collector.reset()
    run.collector.collect(n_step=16)
    rollout, belief = run.rollout, run.network.belief
    assert belief is not None
    size = run.shape.observation
    with torch.no_grad():
        posteriors, _ = belief.unroll(rollout.observations[..., :size], rollout.start[:, -8:], rollout.sealed["resets"])
    torch.testing.assert_close(rollout.observations[..., size:], posteriors, atol=1e-5, rtol=1e-4)
    run.close()
    player = agents.load(train(changed(settings, out=str(tmp_path / "run"))))
    played(player, beacon, 3)
    assert player.mind is not None
    assert player.mind["belief"].shape == (3, beacon.told_pieces.total)
