"""Throws: what it pays, what is remembered, what is seen and told."""

import numpy as np
import pytest

import worlds
from agents.players.roshambo import MATCH
from simulator.engine import Batch, Simulation
from worlds.games.throws.constants import EPISODES, THROWS, TRIAL
from worlds.games.throws.roster import BOTS, KINDS
from worlds.world import World

ROCK, PAPER, SCISSORS = range(3)
N = 256


def world() -> World:
    return worlds.get("throws")


def test_each_throw_beats_one_and_loses_to_one() -> None:
    simulation = Simulation(world())
    beats = {(PAPER, ROCK), (SCISSORS, PAPER), (ROCK, SCISSORS)}
    for own in range(3):
        for other in range(3):
            _, rewards, _, _ = simulation.step(np.array([own, other]))
            gain = int((own, other) in beats) - int((other, own) in beats)
            assert tuple(rewards) == (gain, -gain)


def test_a_match_of_the_tournaments_is_so_many_episodes() -> None:
    assert THROWS * EPISODES == TRIAL == 400
    assert MATCH % THROWS == 0


def test_a_stranger_remembers_through_the_trial_and_forgets_after_it() -> None:
    spec = "bot:frequency:fade=1,turn=1,lapse=0"
    simulation = Simulation(world(), seats={"opponent_0": spec}, episodes_per_trial=2)
    sure = []
    for at in range(2 * THROWS + 2):
        simulation.step(np.array([ROCK, 0]))
        sure.append(int(simulation.applied[1, 0]) == PAPER or at in (0, 2 * THROWS))
        if at == 2 * THROWS - 1:
            assert np.ptp(simulation.w.odds[1]) == 0.0, "a new trial, and it still knows something"
    assert all(sure)


def test_who_comes_in_later_knows_nothing_and_nobody_sees_it() -> None:
    simulation = Simulation(world(), seats={"opponent_0": "bot:matcher"}, episodes_per_trial=2)
    donor = Simulation(world(), seats={"opponent_0": "bot:frequency"}).w
    for _ in range(THROWS):
        simulation.step(np.array([ROCK, 0]))
    before = simulation.observations[0].copy()
    simulation.take_opponents(donor, [1], False)
    assert world().bots[int(simulation.w.bot_kind[1])].name == "frequency"
    assert simulation.w.since[1] == simulation.w.thrown == THROWS
    assert np.ptp(simulation.w.odds[1]) == 0.0
    np.testing.assert_array_equal(simulation.observations[0], before)


def test_both_see_the_same_throws_from_their_side() -> None:
    simulation = Simulation(world())
    np.testing.assert_array_equal(simulation.observations[0, :19], np.eye(19)[0])
    for pair in ((ROCK, PAPER), (SCISSORS, PAPER)):
        simulation.step(np.array(pair))
    at = world().observation.at
    own, other = simulation.observations[:, : world().observation.total]
    assert own[at["last"]].argmax() == 3 * SCISSORS + PAPER
    assert other[at["last"]].argmax() == 3 * PAPER + SCISSORS
    assert own[at["before"]].argmax() == 3 * ROCK + PAPER
    assert own[at["mine"]].tolist() == other[at["theirs"]].tolist() == [0.5, 0.0, 0.5]
    things = np.round(own[at["things"]] * world().things).astype(int)
    assert things.tolist() == [1 + 1, 0, 1 + 7, 1 + 9 + 9 * 7 + 1]
    assert world().noted == 2


def test_nothing_hidden_is_seen() -> None:
    """Whoever sits there, and whatever he is about to do: after the same throws the same is seen."""
    seen = []
    for index in range(8):
        simulation = Simulation(world(), index=index)
        for at in range(30):
            simulation.step(np.array([at % 3, at * at % 3]))
        seen.append(simulation.observations.copy())
    assert all((each == seen[0]).all() for each in seen)


def test_strangers_throw_by_the_odds_that_are_told() -> None:
    batch = Batch(world(), N, seed=2, seats={"opponent_0": "bot"}, lanes=["player_0"], reveal=True)
    batch.reset()
    at, rng = world().told_pieces.at["next"], np.random.default_rng(1)
    expected, thrown = np.zeros(3), np.zeros(3)
    for _ in range(40):
        told = batch.told[:, 0, at].copy()
        np.testing.assert_allclose(told.sum(axis=1), 1.0, atol=1e-6)
        expected += told.sum(axis=0)
        batch.step(rng.integers(3, size=(N, 1, 1)))
        throws = batch.worlds.action[:, 1, 0]
        assert (told[np.arange(N), throws] > 0.0).all()
        thrown += np.bincount(throws, minlength=3)
    np.testing.assert_allclose(thrown, expected, atol=4.0 * np.sqrt(40 * N / 4))


def test_nobody_knows_what_a_player_from_outside_will_throw() -> None:
    simulation = Simulation(world(), reveal=True)
    simulation.step(np.array([ROCK, PAPER]))
    np.testing.assert_allclose(simulation.told[:, world().told_pieces.at["next"]], 1.0 / 3.0)


def test_a_bot_may_take_a_seat_over() -> None:
    simulation = Simulation(world())
    simulation.step(np.array([ROCK, PAPER]))
    assert simulation.w.planned.tolist() == [0, 0]
    simulation.drive(1, False)
    simulation.step(np.array([ROCK, 0]))
    assert simulation.w.planned.tolist() == [0, 1]


@pytest.mark.parametrize("kind", [bot.name for bot in BOTS])
def test_a_stranger_is_the_same_in_either_seat(kind: str) -> None:
    """With the same things by heart and against the same throws it plans the same."""
    sides = [Simulation(world(), seats={f"{name}_0": f"bot:{kind}"}) for name in ("player", "opponent")]
    for seat, side in enumerate(sides):
        side.w.row[seat] = sides[1].w.row[1]
        side.w.answer[seat] = sides[1].w.answer[1]
        side.w.weight[seat] = 0.5
        side.w.planned[seat] = 0
    for at in range(40):
        for side in sides:
            side.step(np.array([at % 3, at % 3]))
        assert int(sides[0].applied[0, 0]) == int(sides[1].applied[1, 0])
        np.testing.assert_array_equal(sides[0].w.odds[0], sides[1].w.odds[1])


def test_final_kinds_have_no_name() -> None:
    assert [bot.name for bot in BOTS[KINDS:]] == [bot.name for bot in BOTS if bot.split == "final"]
