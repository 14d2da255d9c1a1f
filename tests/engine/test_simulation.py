"""One world by hand: ticks and decisions, snapshots, clones, drivers, refusals."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import worlds
from simulator.engine import Simulation, WorldFault
from tests.tools.catalogue import build, random_actions
from worlds.world import Refused, World


@pytest.fixture(params=worlds.names())
def world(request: pytest.FixtureRequest) -> World:
    return build(request.param)


@pytest.fixture
def walk() -> Simulation:
    return Simulation(build("beacon", 3), seed=1, episodes_per_trial=2)


STAY = np.ones(3, np.int64)


def test_it_begins_at_once(world: World) -> None:
    simulation = Simulation(world, seed=3)
    assert simulation.deciding
    assert not simulation.episode_ended
    assert simulation.w.tick == 0
    assert simulation.observations.shape[0] == len(world.seats)
    assert simulation.external == tuple(range(len(world.seats)))
    before = simulation.hash()
    simulation.reset()
    assert simulation.hash() == before


def test_ticks_make_decisions(world: World) -> None:
    """Observations are renewed when a decision begins, and stay as they are in between."""
    simulation = Simulation(world, seed=3)
    choice = random_actions(world, len(world.seats))
    for tick in range(3 * world.timing.ticks_per_decision):
        assert simulation.deciding == (tick % world.timing.ticks_per_decision == 0)
        seen = simulation.observations.copy()
        simulation.tick(choice)
        assert simulation.w.tick == tick + 1
        np.testing.assert_array_equal(simulation.applied, choice)
        if not simulation.deciding:
            np.testing.assert_array_equal(simulation.observations, seen)


def test_a_step_is_the_ticks_of_a_decision(world: World) -> None:
    first, second = Simulation(world, seed=3), Simulation(world, seed=3)
    for decision in range(world.timing.decisions + 3):
        choice = random_actions(world, len(world.seats), seed=decision)
        _, rewards, ends, _ = first.step(choice)
        total, told = np.zeros(len(world.seats)), np.zeros(len(world.seats), int)
        second.tick(choice)
        while True:
            total += second.rewards
            told |= second.ends
            if second.deciding:
                break
            second.tick(choice)
        np.testing.assert_array_equal(total, rewards)
        np.testing.assert_array_equal(told, ends)
        assert first.hash() == second.hash()


def test_final_holds_the_end_of_the_episode(world: World) -> None:
    simulation = Simulation(world, seed=2, episodes_per_trial=2)
    decision = 0
    while not simulation.episode_ended:
        simulation.step(random_actions(world, len(world.seats), seed=decision))
        decision += 1
    final = simulation.final
    assert final["cause"] > 0
    assert final["episode"] == 0
    assert final["tick"] > 0
    assert (simulation.w.episode, simulation.w.tick, simulation.w.cause) == (1, 0, 0)
    kept = final.tobytes()
    simulation.step(random_actions(world, len(world.seats)))
    assert not simulation.episode_ended
    assert final.tobytes() == kept, "the copy does not change when play goes on"


def test_snapshots_are_the_state(walk: Simulation) -> None:
    walk.tick(STAY)
    saved = walk.snapshot()
    assert saved == walk.state.tobytes() == walk.w.tobytes()
    assert len(walk.hash()) == 64
    before = walk.hash()
    for _ in range(5):
        walk.step(STAY * 2)
    assert walk.hash() != before
    walk.restore(saved)
    assert walk.hash() == before
    assert not walk.deciding


def test_crcs_name_the_fields_that_differ(walk: Simulation) -> None:
    twin = walk.clone()
    np.testing.assert_array_equal(walk.field_crcs(), twin.field_crcs())
    assert walk.field_crcs().dtype == np.uint32
    twin.state["beacon"] += 0.25
    names = np.array(walk.state.dtype.names)
    assert names[walk.field_crcs() != twin.field_crcs()].tolist() == ["beacon"]


def test_a_clone_is_independent(world: World) -> None:
    simulation = Simulation(world, seed=5, split="test-layout", reveal=True)
    simulation.step(random_actions(world, len(world.seats)))
    twin = simulation.clone()
    assert twin.describe() == simulation.describe()
    assert twin.hash() == simulation.hash()
    np.testing.assert_array_equal(twin.observations, simulation.observations)
    before = simulation.hash()
    twin.step(random_actions(world, len(world.seats), seed=1))
    assert simulation.hash() == before


def test_describe_is_enough_to_build_it_again(world: World) -> None:
    seats = {world.seats[0].name: "bot"}
    simulation = Simulation(world, seed=8, index=3, split="test-both", episodes_per_trial=2, seats=seats, inputs=False)
    facts = simulation.describe()
    assert facts["layout_hash"] == world.layout_hash
    kept = ("seed", "index", "split", "episodes_per_trial", "seats", "inputs", "reveal")
    again = Simulation(worlds.get(facts["world"], **facts["build_args"]), **{name: facts[name] for name in kept})
    assert again.hash() == simulation.hash()
    assert again.describe() == facts


def test_moving_between_tasks_and_episodes(walk: Simulation) -> None:
    first = float(walk.w.beacon)
    walk.step(STAY * 2)
    walk.next_episode()
    assert (walk.w.trial, walk.w.episode, float(walk.w.beacon)) == (0, 1, first)
    begun = walk.hash()
    walk.step(STAY * 2)
    walk.restart_episode()
    assert (walk.w.trial, walk.w.episode, walk.w.tick) == (0, 1, 0)
    assert (walk.w.pos == Simulation.clone(walk).w.pos).all()
    assert begun != ""
    walk.next_episode()
    assert (walk.w.trial, walk.w.episode) == (1, 0)
    assert float(walk.w.beacon) != first
    walk.reset(trial=0)
    assert float(walk.w.beacon) == first
    walk.next_task()
    assert walk.w.trial == 1
    walk.reset()
    assert (walk.w.trial, walk.w.episode) == (1, 0)


def test_restarting_an_episode_gives_the_same_start(world: World) -> None:
    simulation = Simulation(world, seed=4)
    simulation.next_episode()
    begun = {name: np.array(simulation.w[name]) for name in world.record.names or ()}
    for decision in range(min(5, world.timing.decisions - 1)):
        simulation.step(random_actions(world, len(world.seats), seed=decision))
    simulation.restart_episode()
    carried = {"action", "reward", *world.carried}  # what the RL² inputs show of the step before, what others remember
    different = [name for name, value in begun.items() if not np.array_equal(simulation.w[name], value)]
    assert set(different) <= carried


def test_drivers_survive_the_next_task_and_not_a_reset(walk: Simulation) -> None:
    walk.drive(1, external=False)
    assert walk.external == (0, 2)
    walk.next_task()
    assert walk.external == (0, 2)
    walk.next_episode()
    assert walk.external == (0, 2)
    walk.reset()
    assert walk.external == (0, 1, 2)  # type: ignore[comparison-overlap]


def test_bots_ignore_the_actions_they_are_given() -> None:
    seats = {"walker_1": "bot"}
    first = Simulation(build("beacon", 3), seed=1, seats=seats)
    second = Simulation(build("beacon", 3), seed=1, seats=seats)
    for _ in range(8):
        first.tick(np.array([1, 0, 1]))
        second.tick(np.array([1, 2, 1]))
        assert first.hash() == second.hash()
        assert first.applied[0, 0] == first.applied[2, 0] == 1


def test_taking_over_in_the_middle_of_a_decision(walk: Simulation) -> None:
    walk.drive(0, external=False)
    walk.tick(STAY)
    walk.drive(0, external=True)
    before = float(walk.w.pos[0])
    walk.tick(np.array([2, 1, 1]))
    assert float(walk.w.pos[0]) == pytest.approx(before + 0.25)


def test_a_fault_stops_it_until_it_is_restored(walk: Simulation) -> None:
    saved = walk.snapshot()
    walk.state["pos"][0, 2] = np.nan
    with pytest.raises(WorldFault, match="seed 1"):
        walk.step(STAY)
    with pytest.raises(WorldFault):
        walk.tick(STAY)
    walk.restore(saved)
    walk.step(STAY)


@pytest.mark.parametrize(
    ("actions", "words"),
    [
        (np.ones(2, np.int64), "expected integers"),
        (np.ones(3), "expected integers"),
        (np.array([1, 1, 3]), "walk is 3: allowed is 0 to 2"),
        (np.array([1, -1, 1]), "walk is -1"),
    ],
)
def test_bad_actions_are_refused_and_change_nothing(walk: Simulation, actions: NDArray[Any], words: str) -> None:
    before = walk.hash()
    with pytest.raises(Refused, match=words):
        walk.tick(actions)
    assert walk.hash() == before


def test_bad_snapshots_are_refused_and_change_nothing(walk: Simulation) -> None:
    before = walk.hash()
    good = walk.snapshot()
    record = np.frombuffer(good, walk.state.dtype).copy()
    record["trial"] = -1  # type: ignore[call-overload]
    for bad in (b"", good[1:], good * 2, record.tobytes()):
        with pytest.raises(Refused):
            walk.restore(bad)
        assert walk.hash() == before
    with pytest.raises(Refused, match="seat is 9: allowed is 0 to 2"):
        walk.drive(9, external=True)
