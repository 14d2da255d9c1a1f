"""The trial of a game once more, by others: the very same task, bots and streams of chance."""

from __future__ import annotations

import dataclasses
import threading
from pathlib import Path

import numpy as np
import pytest

import agents
import worlds
from agents.players.simple import RandomPlayer
from simulator.app.play import conditions, rivals
from simulator.app.play.conditions import Condition, Onlooker, SameTask, conditions_of, play_condition, same_task
from simulator.app.play.notes import Finished, TrialNotes, mark_of
from simulator.app.play.rivals import RivalTrials
from simulator.app.play.seating import seat_all
from simulator.engine import Batch, Simulation
from simulator.engine.memory_control import Wiped
from simulator.engine.player import Player
from simulator.engine.trial import play_trial, run_trials
from tests.app.small_agents import ship, ship_all
from worlds.world import Refused, World

SPECS = {"walker_0": "human", "walker_1": "bot"}
EPISODES, SEED = 3, 13


@pytest.fixture(autouse=True)
def shipped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, beacon: World) -> Path:
    """As if these agents, and no others, came with the program."""
    ship_all(tmp_path / "shipped", beacon)
    monkeypatch.setattr(agents, "_SHIPPED", tmp_path / "shipped")
    return tmp_path / "shipped"


def game(world: World, player: Player, trial: int = 0) -> tuple[Simulation, Onlooker]:
    """A game in which somebody has the first seat, played to the end of its trial."""
    simulation = Simulation(world, seed=SEED, split="test-both", episodes_per_trial=EPISODES, seats={"walker_1": "bot"})
    simulation.reset(trial)
    onlooker = Onlooker([0])
    play_trial(simulation, {0: player}, onlooker)
    return simulation, onlooker


def task_of(world: World, specs: dict[str, str] = SPECS, trial: int = 0) -> SameTask:
    simulation, onlooker = game(world, RandomPlayer(world.action_sizes), trial)
    assert onlooker.finished is not None
    return same_task(simulation, onlooker.finished, specs)


def played(task: SameTask, condition: Condition) -> Onlooker:
    onlooker = Onlooker(task.learners)
    play_condition(task, condition, onlooker)
    return onlooker


def test_the_agent_and_its_references_are_found(beacon: World) -> None:
    found = conditions_of(task_of(beacon))
    assert [(each.name, each.agent) for each in found] == [
        ("agent", "beacon"), ("wiped", "beacon"), ("blind", "beacon_blind"), ("oracle", "beacon_oracle"),
    ]  # fmt: skip


@pytest.mark.parametrize("trial", [0, 2])
def test_the_task_is_the_same_byte_by_byte(beacon: World, trial: int) -> None:
    task = task_of(beacon, trial=trial)
    simulation, _ = conditions.seated(task.filled("beacon"))
    assert int(simulation.w["trial"]) == trial
    assert mark_of(simulation) == task.mark
    other = dataclasses.replace(task, trial=trial + 1)
    with pytest.raises(Refused, match="cannot be drawn again"):
        conditions.seated(other.filled("beacon"))


def test_a_trial_that_followed_by_itself_is_the_same_task(beacon: World) -> None:
    """What a window shows as the second task is what `reset(1)` draws."""
    simulation = Simulation(beacon, seed=SEED, episodes_per_trial=2, seats={"walker_1": "bot"})
    notes = TrialNotes(simulation)
    finished: list[Finished] = []
    while len(finished) < 2:
        simulation.tick(np.ones((2, 1), np.int64))
        finished += [found for found in [notes.tick(simulation, {})] if found is not None]
    assert [each.trial for each in finished] == [0, 1]
    task = same_task(simulation, finished[1], SPECS)
    again, _ = conditions.seated(task.filled("beacon"))
    assert mark_of(again) == finished[1].mark


def test_others_get_what_an_evaluation_measures(beacon: World) -> None:
    """`run_trials`, the loop of an evaluation, gives the same numbers on the same task."""
    task = task_of(beacon)
    for condition in conditions_of(task):
        player = agents.load(condition.agent, world="beacon", seed=SEED)
        batch = Batch(
            beacon, 1, split="test-both", episodes_per_trial=EPISODES, seed=SEED, lanes=["walker_0"],
            seats={"walker_1": "bot"}, reveal=player.needs_reveal,
        )  # fmt: skip
        control = Wiped() if condition.wiped else None
        expected = run_trials(batch, player, np.zeros(1, np.int64), control=control).returns[0]
        np.testing.assert_array_equal(played(task, condition).returns, expected, err_msg=condition.name)


def test_an_agent_does_what_it_does_when_it_is_watched(beacon: World) -> None:
    _, watched = game(beacon, agents.load("beacon", world="beacon", seed=SEED))
    task = task_of(beacon)
    assert played(task, Condition("agent", "beacon")).returns == watched.returns


def test_wiping_spares_the_other_seats_of_the_same_player(beacon: World) -> None:
    """Beside somebody who plays the same agent, only the learner's memory is wiped."""
    specs = {"walker_0": "human", "walker_1": "agent:beacon"}
    simulation = Simulation(beacon, seed=SEED, episodes_per_trial=EPISODES)
    simulation.reset()
    onlooker = Onlooker([0])
    players: dict[int, Player] = {0: RandomPlayer(beacon.action_sizes), 1: agents.load("beacon", world="beacon")}
    play_trial(simulation, players, onlooker)
    assert onlooker.finished is not None
    task = same_task(simulation, onlooker.finished, specs)
    assert task.learners == (0,)
    made, seating = conditions.seated(task.filled("beacon"))
    both = conditions.players_of(beacon, seating)
    assert both[0] is both[1]
    wiped: list[list[int]] = []

    class Noted(Wiped):
        def episode_begins(self, player: object, tasks: np.ndarray, episodes: np.ndarray) -> None:
            wiped.append(tasks.tolist())
            super().episode_begins(player, tasks, episodes)

    play_trial(made, both, control=Noted(), learners=task.learners)
    assert wiped == [[0]] * (EPISODES - 1)


def test_beliefs_are_kept_by_episode_with_what_is_true(beacon: World) -> None:
    onlooker = played(task_of(beacon), Condition("agent", "beacon"))
    assert onlooker.finished is not None
    beliefs, truths = onlooker.finished.beliefs[0], onlooker.finished.truths[0]
    assert len(beliefs) == len(truths) == EPISODES
    simulation, _ = conditions.seated(task_of(beacon).filled("beacon"))
    for belief, truth in zip(beliefs, truths, strict=True):
        assert belief is not None
        assert belief.shape == (beacon.told_pieces.total,)
        np.testing.assert_array_equal(truth, simulation.tell(0))


def test_nobody_fits_a_world_that_was_built_otherwise(beacon: World) -> None:
    world = worlds.get("beacon", seats=3)
    simulation = Simulation(world, seed=1, episodes_per_trial=1, seats={"walker_1": "bot", "walker_2": "bot"})
    onlooker = Onlooker([0])
    play_trial(simulation, {0: RandomPlayer(world.action_sizes)}, onlooker)
    assert onlooker.finished is not None
    task = same_task(simulation, onlooker.finished, {**SPECS, "walker_2": "bot"})
    with pytest.raises(Refused, match=r"no shipped agent fits this build of beacon and the role walker"):
        conditions_of(task)


def test_a_trial_that_was_not_seen_whole_is_refused(beacon: World) -> None:
    simulation = Simulation(beacon, seed=SEED, episodes_per_trial=2, seats={"walker_1": "bot"})
    simulation.tick(np.ones((2, 1), np.int64))
    notes, finished = TrialNotes(simulation), None
    while finished is None:
        simulation.tick(np.ones((2, 1), np.int64))
        finished = notes.tick(simulation, {})
    with pytest.raises(Refused, match="not seen from its beginning"):
        same_task(simulation, finished, SPECS)
    with pytest.raises(Refused, match="cannot be seated anew"):
        same_task(simulation, finished, {})


def test_the_learners_are_people_else_agents_else_who_is_followed(beacon: World) -> None:
    assert task_of(beacon).learners == (0,)
    assert task_of(beacon, {"walker_0": "bot", "walker_1": "agent:beacon"}).learners == (1,)
    assert task_of(beacon, {"walker_0": "human", "walker_1": "human"}).learners == (0, 1)
    assert task_of(beacon, {"walker_0": "random", "walker_1": "bot"}).learners == (0,)


def test_an_agent_of_the_game_is_compared_rather_than_a_shipped_one(beacon: World, shipped: Path) -> None:
    ship(shipped.parent / "runs", beacon, seed=5, name="mine")
    task = task_of(beacon, {"walker_0": f"agent:{shipped.parent / 'runs' / 'mine'}", "walker_1": "bot"})
    assert {each.agent for each in conditions_of(task) if each.name in ("agent", "wiped")} == {
        str(shipped.parent / "runs" / "mine")
    }


def test_results_come_one_after_the_other(beacon: World) -> None:
    task = task_of(beacon)
    found = RivalTrials(task, conditions_of(task))
    assert found.wait(120.0)
    assert [(row.condition.name, row.done, row.problem, len(row.returns)) for row in found.rows] == [
        (name, True, "", EPISODES) for name in ("agent", "wiped", "blind", "oracle")
    ]
    again = RivalTrials(task, conditions_of(task), found.known)
    assert again.wait(120.0)
    assert all(old is new for old, new in zip(found.rows, again.rows, strict=True))


def test_what_nobody_wants_any_more_ends_between_two_ticks(beacon: World, monkeypatch: pytest.MonkeyPatch) -> None:
    inside, go_on = threading.Event(), threading.Event()

    class Waiting(rivals.Rival):
        def tick(self, simulation: Simulation) -> None:
            inside.set()
            go_on.wait(60.0)
            super().tick(simulation)

    monkeypatch.setattr(rivals, "Rival", Waiting)
    task = task_of(beacon)
    found = RivalTrials(task, conditions_of(task))
    assert inside.wait(120.0)
    found.stop(0.0)
    go_on.set()
    assert found.wait(60.0)
    assert not found.rows[0].done
    assert not any(row.begun for row in found.rows[1:])
    assert found.known == {}


def test_an_agent_that_breaks_is_told_and_the_others_play_on(beacon: World, shipped: Path) -> None:
    task = task_of(beacon)
    lined_up = conditions_of(task)
    (shipped / "beacon_blind" / "model.safetensors").write_bytes(b"no weights")
    found = RivalTrials(task, lined_up)
    assert found.wait(120.0)
    assert {row.condition.name: bool(row.problem) for row in found.rows} == {
        "agent": False, "wiped": False, "blind": True, "oracle": False,
    }  # fmt: skip


def test_a_seat_that_is_no_learner_keeps_its_player(beacon: World) -> None:
    task = task_of(beacon, {"walker_0": "human", "walker_1": "random"})
    filled = task.filled("beacon")
    assert dict(filled.specs) == {"walker_0": "agent:beacon", "walker_1": "random"}
    seating = seat_all(beacon, filled.specs, seed=SEED)
    assert seating.engine == {"walker_0": "external", "walker_1": "external"}
