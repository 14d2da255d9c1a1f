"""The collector: what it stores is what happened, memory is wiped where it must be and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from bandits import Bandits, Learner

import worlds
from agents.settings.declared import changed, made
from agents.settings.train import TrainSettings, complete
from agents.training.run import Run, learner_seats
from simulator.engine import Batch
from worlds.world import Refused, World

SETTINGS = made(
    TrainSettings,
    world="beacon", world_args={"seats": 2}, lanes=8, hidden=8, encoder=8, minibatches=2, threads=1, self_play=0.0,
    rollout=50, episodes=3, progress=False,
)  # fmt: skip


def collected(settings: TrainSettings, world: World, times: int = 1) -> Run:
    run = Run(settings, world)
    run.collector.reset()
    for _ in range(times):
        run.rollout.reset()
        run.collector.collect(n_step=settings.learning.lanes)
    run.close()
    return run


def test_learning_sees_what_playing_saw(beacon: World) -> None:
    """Unrolling the stored sequence gives the values of playing it; windows begin where the last one ended."""
    run = collected(SETTINGS, beacon, times=3)
    rollout = run.rollout
    assert rollout.sealed["resets"].any()
    assert rollout.start.abs().sum() > 0  # this window begins inside a trial
    with torch.no_grad():
        thought = run.network.unroll(rollout.observations, rollout.start, rollout.sealed["resets"])
    torch.testing.assert_close(thought.value, rollout.values[:-1], atol=1e-5, rtol=1e-5)
    assert (rollout.legal.gather(2, rollout.actions) == 1).all()


def test_memory_is_wiped_after_a_trial_and_only_then(beacon: World) -> None:
    settings = changed(SETTINGS, rollout=SETTINGS.trial.episodes * beacon.timing.decisions + 10)
    signals = collected(settings, beacon).rollout.signals  # longer than any trial, so every lane ends one
    assert (signals["resets"][0] == 1).all()
    np.testing.assert_array_equal(signals["resets"][1:], signals["trial_ends"][:-1])
    assert signals["trial_ends"].any(axis=0).all()
    assert signals["episode_ends"].sum() > signals["trial_ends"].sum()


def test_blind_agents_begin_every_episode_with_nothing(beacon: World) -> None:
    run = collected(changed(SETTINGS, reference="blind"), beacon)
    signals, at = run.rollout.signals, run.layout.at
    np.testing.assert_array_equal(signals["resets"][1:], signals["episode_ends"][:-1])
    starts = run.rollout.observations[torch.from_numpy(signals["resets"]).bool()]
    for piece in ("previous_action", "previous_reward"):
        assert (starts[:, at[piece]] == 0).all()
    assert (starts[:, at["episode_start"]] == 1).all()
    others = run.rollout.observations[~torch.from_numpy(signals["resets"]).bool()]
    assert (others[:, at["previous_action"]].sum(dim=1) == 1).all()


def test_seats_that_wait_for_others_do_not_count(beacon: World) -> None:
    run = collected(SETTINGS, beacon)
    signals = run.rollout.signals
    waits = signals["live"] == 0
    assert waits.any()
    assert (signals["rewards"][waits] == 0).all()
    assert run.collector.last.n_collected_steps == int(signals["live"].sum())
    done_before_the_end = (signals["ends"][:-1] > 0) & (signals["episode_ends"][:-1] == 0)
    assert (signals["live"][1:][done_before_the_end] == 0).all()


def test_truncated_episodes_are_continued_by_the_value_of_their_last_observation() -> None:
    settings = changed(SETTINGS, horizon="episode")
    for kind in (1, 2):
        learner = Learner(Bandits(8, kind=kind), settings)
        learner.collect()
        ends = torch.from_numpy(learner.rollout.signals["ends"])
        assert (ends > 0).any()
        found = learner.rollout.cut_values
        assert ((found != 0) == (ends == 2)).all()
    learner = Learner(Bandits(8, kind=2), changed(settings, rollout=3))
    learner.collect()  # one episode: its last observation is `final_observations`, seen with the memory after step 2
    final = torch.from_numpy(learner.bandits.final_observations[:, 0])
    with torch.no_grad():
        expected = learner.network.step(final, learner.collector.state).value
    torch.testing.assert_close(learner.rollout.cut_values[2], expected)


def test_returns_are_booked_by_role_and_episode() -> None:
    learner = Learner(Bandits(8, episodes=4), SETTINGS)
    stats = learner.collect()
    curve = stats.curve["player"]
    assert len(curve) == 4
    assert stats.n_collected_episodes == len(stats.returns) == 8 * (50 // 3)
    assert (stats.lens == 3).all()
    assert np.mean(stats.returns) == pytest.approx(np.mean(curve), abs=0.5)
    assert stats.gain == pytest.approx(curve[-1] - curve[0], abs=1e-5)


def test_what_is_collected_does_not_depend_on_the_threads(beacon: World) -> None:
    runs = [collected(changed(SETTINGS, threads=threads), beacon) for threads in (1, 2)]
    assert torch.equal(runs[0].rollout.actions, runs[1].rollout.actions)
    assert torch.equal(runs[0].rollout.observations, runs[1].rollout.observations)


def test_roles_get_equal_shares() -> None:
    tag = worlds.get("tag", seats=5)  # two chasers, three evaders
    seats = learner_seats(tag, ())
    roles = [tag.seats[seat].role for seat in seats]
    assert roles.count("chaser") == roles.count("evader")
    assert set(seats) == set(range(5))
    assert {tag.seats[seat].role for seat in learner_seats(tag, ("evader",))} == {"evader"}
    with pytest.raises(Refused, match=r"unknown role 'goalkeeper'.*chaser, evader"):
        learner_seats(tag, ("goalkeeper",))


def test_an_oracle_is_told_and_the_others_are_not(beacon: World) -> None:
    assert "told_beacon" in collected(changed(SETTINGS, reference="oracle"), beacon).layout.sizes
    assert "told_beacon" not in collected(SETTINGS, beacon).layout.sizes


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_a_gpu_collects_and_learns(beacon: World) -> None:
    run = Run(changed(SETTINGS, device="cuda"), beacon)
    run.collector.reset()
    run.collector.collect(n_step=SETTINGS.learning.lanes)
    learned = run.algorithm.update(run.rollout, 4, 1)
    assert np.isfinite(learned.value_loss)
    run.close()


def test_learners_of_all_seats_see_what_their_seats_see(beacon: World) -> None:
    run = collected(changed(SETTINGS, together=True, threads=2), beacon)
    (group,) = run.collector.groups
    batch = group.batch
    assert (batch.n, batch.L, group.count) == (4, 2, 8)
    assert group.seats.tolist() == [0, 1] * 4
    alone = Batch(beacon, 4, seed=SETTINGS.run.seed, episodes_per_trial=SETTINGS.trial.episodes, inputs=True)
    seen = alone.reset()
    taken = run.rollout.actions[:, :, 0].numpy()
    for t in range(run.rollout.steps):
        np.testing.assert_array_equal(run.rollout.observations[t].numpy(), seen.reshape(8, -1))
        seen, rewards, _, ends = alone.step(taken[t].reshape(4, 2))
        np.testing.assert_array_equal(run.rollout.signals["rewards"][t], rewards.reshape(8))
        np.testing.assert_array_equal(run.rollout.signals["trial_ends"][t], np.repeat(ends, 2))


def test_lanes_of_all_seats_fill_whole_worlds(beacon: World) -> None:
    with pytest.raises(Refused, match="where all 2 seats of 'beacon' learn together it is a multiple of 2, such as 8"):
        Run(changed(SETTINGS, together=True, lanes=7), beacon)
    with pytest.raises(Refused, match="together fills every seat with the learner"):
        changed(SETTINGS, together=True, self_play=0.5)


def test_nobody_is_met_in_a_world_of_one_seat() -> None:
    alone = changed(SETTINGS, world="two_state", world_args={}, self_play=0.5)
    with pytest.raises(Refused, match=r"self_play is 0.5: 'two_state' has one seat, so nobody is met there"):
        complete(alone, worlds.get("two_state"))
    assert complete(changed(alone, self_play=0.0), worlds.get("two_state")).trial.episodes > 1
