"""HighwayEnv's tasks as builds of highway and junction: roads, cars, choices, reward, recordings, refusals."""

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import replays
import worlds
from simulator.engine import Batch, Simulation
from simulator.engine.trial import run_trials
from worlds.road.drivers.order import enter, take_out, wipe
from worlds.road.highwayenv import numbers, rules
from worlds.road.highwayenv.numbers import FASTER, IDLE, LEFT, OF_WORLD, RIGHT, SCENES, SLOWER, TICKS_PER_DECISION
from worlds.road.highwayenv.roads import ON_RAMP
from worlds.world import Refused, World

TASKS = [(host, task) for host, tasks in OF_WORLD.items() for task in tasks]
PLAYED = [task for task in SCENES if task != "highway"]  # it is highway-fast with more cars, and each is compiled anew
LONG = {SLOWER: 0, IDLE: 1, FASTER: 2}  # choices of the intersection


@cache
def world(task: str, drivers: str = "usual") -> World:
    host = next(host for host, tasks in OF_WORLD.items() if task in tasks)
    return worlds.get(host, task=task, drivers=drivers)


def start(task: str, seed: int = 1) -> Simulation:
    return Simulation(world(task), seed=seed, episodes_per_trial=1)


def alone(task: str) -> Simulation:
    """A task in which nobody else is on the road."""
    sim = start(task)
    for car in range(len(sim.w.car_lane)):
        if car != sim.w.ride[0] and sim.w.car_lane[car] >= 0:
            take_out(sim.w, car)
            wipe(sim.w, car)
    return sim


def choose(sim: Simulation, meant: int) -> float:
    """One decision; what it earned."""
    choice = LONG[meant] if len(sim.world.actions[0].choices) == len(LONG) else meant
    return float(sim.step(np.array([[choice]]))[1][0])


@pytest.mark.parametrize(("host", "task"), TASKS)
def test_every_task_is_a_build_of_its_world(host: str, task: str) -> None:
    assert world(task).name == host
    assert world(task).layout_hash not in (world(task, "varied").layout_hash, worlds.get(host).layout_hash)
    assert world(task).timing.decisions == numbers.DECISIONS[SCENES.index(task)]


@pytest.mark.parametrize("task", PLAYED)
def test_the_road_is_whole_and_the_one_seat_is_on_it(task: str) -> None:
    batch = Batch(world(task), 32, seed=4, split="test-both", episodes_per_trial=1)
    batch.reset()
    assert batch.worlds["sound"].all()
    assert (batch.worlds["ride"] >= 0).all()
    world(task).check(batch.worlds)


def test_there_are_as_many_cars_as_in_highwayenv() -> None:
    for task, others in (("highway-fast", 20), ("merge", 4), ("roundabout", 4)):
        assert int((start(task).w.car_lane >= 0).sum()) == others + 1
    batch = Batch(world("intersection"), 64, seed=3, episodes_per_trial=1)
    batch.reset()
    assert 3.0 < (batch.worlds["car_lane"] >= 0).sum(axis=1).mean() < 9.0  # most of 9 tries at 0.6, some too near


def test_the_car_comes_to_its_target_speed() -> None:
    sim = alone("highway-fast")
    car = sim.w.ride[0]
    assert float(sim.w.car_speed[car]) == 25.0
    for meant, speed in ((FASTER, 30.0), (SLOWER, 25.0), (SLOWER, 20.0), (SLOWER, 20.0), (IDLE, 20.0)):
        for _ in range(4):
            choose(sim, meant if _ == 0 else IDLE)
        assert float(sim.w.car_speed[car]) == pytest.approx(speed, abs=0.1)


def test_a_change_of_lanes_takes_a_moment_and_ends_at_the_edge() -> None:
    sim = alone("highway-fast")
    car = sim.w.ride[0]
    for _ in range(4):
        choose(sim, LEFT)
    assert int(sim.w.lane_left[sim.w.car_lane[car]]) == -1
    before = int(sim.w.car_lane[car])
    sim.tick(np.array([[RIGHT]]))
    assert int(sim.w.car_lane[car]) == before
    for _ in range(TICKS_PER_DECISION - 1):
        sim.tick(np.array([[RIGHT]]))
    assert int(sim.w.car_lane[car]) == int(sim.w.lane_right[before])


def test_nobody_changes_to_the_lane_that_ends_beside_the_main_road() -> None:
    sim = alone("merge")
    for _ in range(8):
        choose(sim, RIGHT)
        assert int(sim.w.car_lane[sim.w.ride[0]]) != ON_RAMP


def test_the_reward_of_the_highway() -> None:
    """(0.1 · lanes to the left / most + 0.4 · (v − 20) / 10 − crash + 1) / 1.5."""
    sim = alone("highway-fast")
    for _ in range(4):
        choose(sim, RIGHT)
    for _ in range(5):
        choose(sim, FASTER)
    assert choose(sim, FASTER) == pytest.approx((0.1 + 0.4 + 1.0) / 1.5, abs=1e-3)
    for _ in range(5):
        choose(sim, SLOWER)
    assert choose(sim, SLOWER) == pytest.approx((0.1 + 1.0) / 1.5, abs=1e-3)
    for _ in range(4):
        choose(sim, LEFT)
    assert choose(sim, IDLE) == pytest.approx(1.0 / 1.5, abs=1e-3)


def test_the_reward_of_merge() -> None:
    """(0.1 · lane + 0.2 · (v − 20) / 10 − 0.05 · change − 0.5 · held up + 1.5) / 1.8."""
    sim = alone("merge")
    assert choose(sim, IDLE) == pytest.approx((0.1 + 0.2 + 1.5) / 1.8, abs=1e-6)
    assert choose(sim, LEFT) == pytest.approx((0.0 + 0.2 - 0.05 + 1.5) / 1.8, abs=1e-6)
    sim = start("merge")
    w = sim.w
    other = next(car for car in range(len(w.car_lane)) if car != w.ride[0])
    for car in range(len(w.car_lane)):
        if car not in (w.ride[0], other):
            take_out(w, car)
            wipe(w, car)
    take_out(w, other)
    w.car_pos[other], w.car_speed[other], w.car_cool[other] = 20.0, 15.0, 50.0
    enter(w, other, ON_RAMP)
    w.car_brisk[other] = 0.0
    held_up = (30.0 - float(w.car_speed[other])) / 30.0
    found = rules.reward_of(w, int(w.ride[0]))
    assert found == pytest.approx((0.1 + 0.2 - 0.5 * held_up + 1.5) / 1.8, abs=1e-6)


def test_the_reward_of_the_roundabout() -> None:
    """(0.2 · target / 2 − 0.05 · change − crash + 1) / 1.2."""
    sim = alone("roundabout")
    assert choose(sim, IDLE) == pytest.approx((0.2 * 0.5 + 1.0) / 1.2)
    assert choose(sim, FASTER) == pytest.approx(1.0)
    assert choose(sim, RIGHT) == pytest.approx((0.2 - 0.05 + 1.0) / 1.2)
    sim.w.hit[0] = 1
    assert rules.reward_of(sim.w, int(sim.w.ride[0])) == pytest.approx((0.2 - 0.05) / 1.2)


def test_the_reward_of_the_intersection() -> None:
    """1 · (v − 7) / 2 − 5 · crash, and 1 for the arrival instead, which ends the drive."""
    sim = alone("intersection")
    assert choose(sim, IDLE) == pytest.approx(1.0)
    choose(sim, SLOWER)
    assert choose(sim, SLOWER) == 0.0
    sim.w.hit[0] = 1
    assert rules.reward_of(sim.w, int(sim.w.ride[0])) == pytest.approx(-5.0)


def test_one_turns_left_at_the_intersection_and_arrives() -> None:
    batch = Batch(world("intersection"), 200, seed=8, episodes_per_trial=1, seats={"driver_0": "bot:idle"}, lanes=[])
    found = run_trials(batch, None, np.zeros(200, np.int64))
    crashed, arrived = found.metrics[:, 0, 0], found.metrics[:, 0, 1]
    assert (crashed + arrived == 1.0).all()
    assert 0.6 < arrived.mean() < 0.95


def test_who_drives_into_another_crashes_and_the_drive_is_over_at_the_end_of_the_second() -> None:
    sim = start("highway-fast", seed=6)
    earned, seconds = 0.0, 0
    while not sim.episode_ended:
        earned, seconds = choose(sim, FASTER), seconds + 1
    assert seconds < sim.world.timing.decisions
    assert int(sim.final["fate"][0]) == numbers.CRASHED
    assert earned < 0.4


def test_what_is_seen_begins_with_the_own_car_and_goes_on_with_the_nearest() -> None:
    seen = start("highway-fast").observations[0, :25].reshape(5, 5)
    assert (seen[:, 0] == 1.0).all()
    assert seen[0, 3] == pytest.approx(25.0 / 80.0)
    assert (np.diff(seen[1:, 1]) >= 0.0).all()
    assert (np.abs(seen) <= 1.0).all()
    assert (seen[1:, 3] < 0.0).all()  # the others are slower


def test_usual_drivers_are_alike_in_all_tasks_and_varied_ones_are_not() -> None:
    def headways(drivers: str, split: str) -> Any:
        batch = Batch(world("merge", drivers), 64, seed=2, split=split, episodes_per_trial=1)
        batch.reset()
        return batch.worlds["mean_headway"]

    usual = headways("usual", "train")
    assert np.ptp(usual) == 0.0
    assert (usual == headways("usual", "test-both")).all()
    train, test = headways("varied", "train"), headways("varied", "test-opponent")
    assert train.min() > test[test < usual[0]].max()
    assert train.max() < test[test > usual[0]].min()


@pytest.mark.parametrize("task", PLAYED)
def test_a_recording_plays_again_bit_for_bit(task: str, tmp_path: Path) -> None:
    sim = Simulation(world(task), seed=5, episodes_per_trial=2)
    path, draws = tmp_path / "game.mcap", np.random.default_rng(1)
    with replays.record(path) as recording:
        recording.begin(sim)
        for _ in range(8 * TICKS_PER_DECISION):
            if sim.deciding:
                action = draws.integers(sim.world.action_sizes[0], size=(1, 1))
            sim.tick(action)
            recording.tick(sim)
    verdict = replays.verify(path)
    assert verdict.ok, verdict.sentence


@pytest.mark.parametrize(
    ("host", "build", "words"),
    [
        ("highway", {"task": "parking"}, "parks in an open lot"),
        ("highway", {"task": "roundabout"}, "is a task of junction: choose from highway, highway-fast, merge"),
        ("junction", {"task": "merge"}, "is a task of highway: choose from roundabout, intersection"),
        ("junction", {"task": "town"}, "choose from roundabout, intersection"),
        ("highway", {"task": "merge", "seats": 2}, "a task has 1"),
        ("highway", {"task": "merge", "drivers": "bad"}, "choose usual, or varied with a task"),
        ("highway", {"drivers": "varied"}, "choose usual, or varied with a task"),
        ("highway", {"seats": 3}, "it takes 1, 2 or 4"),
        ("highway", {"seats": 2.0}, "it is a whole number"),
        ("junction", {"seats": True}, "it is a whole number"),
        ("junction", {"task": "roundabout", "network": "town.net.xml"}, "and a network: choose one of them"),
    ],
)
def test_other_words_are_refused(host: str, build: dict[str, Any], words: str) -> None:
    with pytest.raises(Refused, match=words):
        worlds.get(host, **build)
    with pytest.raises(Refused, match=words):
        worlds.check(host, build)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        *((task, f"which is a task of {host!r} .write {host} --build task={task}.:") for host, task in TASKS[1:]),
        ("parking", "which is a task of HighwayEnv that is not here, since it parks in an open lot"),
        ("nowhere", "unknown world 'nowhere': choose from"),
    ],
)
def test_who_takes_a_task_for_a_world_is_told_how_it_is_built(name: str, words: str) -> None:
    for find in (worlds.get, lambda asked: worlds.check(asked, {})):
        with pytest.raises(Refused, match=words):
            find(name)
