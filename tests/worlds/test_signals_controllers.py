"""Signals: everybody meets the same traffic, no car drives into another, and good controllers beat a bad one."""

from functools import cache
from typing import Any

import numpy as np
import pytest

import worlds
from simulator.engine import SPLITS, Batch, Simulation
from worlds.road.fields import GREEN, LINK
from worlds.traffic.signals.constants import FINE, SHORTEST_GREEN, STUCK, TICK
from worlds.traffic.signals.estimates import FROZEN, PRIOR
from worlds.traffic.signals.roster import BOTS
from worlds.world import Refused, World

N = 48
KINDS = [bot.name for bot in BOTS]


@cache
def world() -> World:
    return worlds.get("signals")


def batch_of(kind: str, n: int = N, split: str = "train") -> Batch:
    """Worlds in which every signal is run by one kind of bot."""
    seats = {seat.name: f"bot:{kind}" for seat in world().seats}
    batch = Batch(world(), n, split=split, seed=3, episodes_per_trial=1, seats=seats, lanes=[])
    batch.reset()
    return batch


@cache
def figures(kind: str) -> dict[str, float]:
    """Means of the metrics over N episodes."""
    batch = batch_of(kind)
    for _ in range(world().timing.decisions):
        batch.step(np.zeros((N, 0, 1), np.int64))
    return dict(zip(world().figure_names, batch.figures.mean(axis=0).tolist(), strict=True))


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "fixed"])
def test_every_controller_beats_equal_greens(kind: str) -> None:
    assert figures(kind)["delay"] < 0.95 * figures("fixed")["delay"]


def test_trips_are_accounted_for() -> None:
    found = figures("webster")
    assert found["waiting"] < found["delay"] < found["travel_time"]
    assert 60.0 < found["throughput"] < 400.0
    assert found["turned_away"] == 0.0
    assert found["wait_95"] > found["waiting"]


@pytest.mark.parametrize("kind", ["actuated", "max_pressure_aware"])
def test_who_minds_broken_detectors_loses_less(kind: str) -> None:
    tolerant = {"actuated": "actuated_tolerant", "max_pressure_aware": "max_pressure_tolerant"}[kind]
    assert figures(tolerant)["delay"] < 0.95 * figures(kind)["delay"]


def test_all_detectors_can_be_whole() -> None:
    whole, broken = (worlds.get("signals", detectors=words) for words in ("intact", "some broken"))
    records = []
    for one in (whole, broken):
        batch = Batch(one, 16, seed=3, episodes_per_trial=1)
        batch.reset()
        records.append(batch.worlds.copy())
    assert (records[0].detector == FINE).all()
    assert (records[1].detector != FINE).any()
    np.testing.assert_array_equal(records[0].demand, records[1].demand)
    with pytest.raises(Refused, match=r"detectors='none': choose from some broken, intact"):
        worlds.get("signals", detectors="none")


def test_counts_are_of_those_who_passed_a_whole_detector_and_stuck_ones_are_found_out() -> None:
    batch = batch_of("fixed", 24)
    for _ in range(world().timing.decisions - 1):
        batch.step(np.zeros((24, 0, 1), np.int64))
    w = batch.worlds
    assert (w.counted[w.detector != FINE] == 0.0).all()
    checked = 0
    for one in w:
        sources = one.source_lane[: int(one.sources)]
        if (one.detector[sources] == FINE).all():  # who changes lanes between two looks is counted in one or in both
            came = int((one.came - one.outside)[: int(one.sources)].sum())
            assert one.counted[np.unique(sources)].sum() == pytest.approx(came, rel=0.1)
            checked += 1
    assert checked > 2
    watched = w.plan_flow != PRIOR
    found, stuck = w.frozen >= FROZEN, w.detector == STUCK
    assert stuck[watched].sum() > 20
    assert found[stuck & watched].mean() > 0.95
    assert found[(w.detector == FINE) & watched].mean() < 0.02


def test_counts_run_on_through_a_trial_and_end_with_it() -> None:
    seats = {seat.name: "bot:fixed" for seat in world().seats}
    batch = Batch(world(), 2, seed=3, episodes_per_trial=2, seats=seats, lanes=[])
    batch.reset()
    counted = []
    for _ in range(2 * world().timing.decisions):
        batch.step(np.zeros((2, 0, 1), np.int64))
        counted.append(batch.worlds.counted.sum(axis=1))
    middle = world().timing.decisions
    assert (counted[middle] >= counted[middle - 2]).all()
    assert (counted[-2] > 1.5 * counted[middle]).all()
    assert (counted[-1] == 0.0).all()


def test_the_traffic_is_the_same_whoever_runs_the_lights() -> None:
    arrivals = []
    for kind in ("fixed", "max_pressure"):
        batch = batch_of(kind, 8)
        for _ in range(world().timing.decisions - 1):
            batch.step(np.zeros((8, 0, 1), np.int64))
        arrivals.append((batch.worlds.came.copy(), batch.worlds.demand.copy()))
    assert np.array_equal(arrivals[0][0], arrivals[1][0])
    assert np.array_equal(arrivals[0][1], arrivals[1][1])
    assert arrivals[0][0].sum() > 8 * 60


@pytest.mark.parametrize("split", SPLITS)
def test_slow_drivers_are_kept_for_test_and_the_task_is_told(split: str) -> None:
    batch = Batch(world(), 24, split=split, seed=9, reveal=True)
    batch.reset()
    w, facts = batch.worlds, {fact.name: fact for fact in world().facts(0)}
    assert ((w.mean_headway >= 1.3) == (split in ("test-opponent", "test-both"))).all()
    assert ((w.mean_headway < 0.9) == (split == "final")).all()
    told = batch.told[:, 0]
    np.testing.assert_allclose(told[:, facts["load"].at], w.load[:, None], rtol=1e-6)
    np.testing.assert_allclose(told[:, facts["drivers"].at][:, 0], w.mean_headway - 1.0, rtol=1e-6, atol=1e-7)
    np.testing.assert_array_equal(told[:, facts["course"].at].argmax(axis=1), w.course)


@pytest.mark.parametrize("split", SPLITS)
def test_nobody_drives_into_the_one_ahead(split: str) -> None:
    """But for two that come out of a junction into one lane at the same moment, once in thousands of trips."""
    for kind in ("webster", "sotl"):
        batch = batch_of(kind, 16, split)
        touched = 0
        for _ in range(world().timing.decisions - 1):
            batch.step(np.zeros((16, 0, 1), np.int64))
            touched += touching(batch.worlds)
        assert touched <= 2


def touching(records: Any) -> int:
    """How many vehicles overlap the one ahead in their lane, over all worlds; none may on the open road."""
    count = 0
    for w in records:
        cars = np.flatnonzero((w.car_lane >= 0) & (w.car_ahead >= 0))
        ahead = w.car_ahead[cars]
        touches = w.car_pos[ahead] - w.car_length[ahead] - w.car_pos[cars] < -0.01
        assert (w.car_pos[cars[touches]] < 15.0).all(), "a collision that is no merge"
        count += int(touches.sum())
    return count


def test_nobody_enters_on_red() -> None:
    simulation = Simulation(world(), seed=5, seats={seat.name: "bot:max_pressure" for seat in world().seats})
    nothing = np.zeros((4, 1), np.int64)
    entered = 0
    for _ in range(500):
        before = simulation.w.car_lane.copy()
        simulation.tick(nothing)
        w = simulation.w
        for car in np.flatnonzero((w.car_lane >= 0) & (before >= 0) & (w.car_lane != before)):
            lane = int(w.car_lane[car])
            if w.lane_kind[lane] == LINK:
                entered += 1
                assert w.group_state[w.lane_group[lane]] > 0, "a car went in on red"
    assert entered > 50


def test_a_change_shows_yellow_and_then_red_to_all() -> None:
    simulation = Simulation(world(), seed=2)
    w = simulation.w
    ahead = [1 - int(phase > 0) for phase in w.phase]
    wanted = np.array([[phase] for phase in ahead])
    while not (w.phase == ahead).all():
        simulation.tick(wanted)
        w = simulation.w
    states = [w.group_state.copy()]
    for _ in range(int(5.0 / TICK)):
        simulation.tick(wanted)
        states.append(simulation.w.group_state.copy())
    assert (states[0] != GREEN).any()
    assert (states[-1] == GREEN).any()
    assert simulation.legal.sum() == 4, "a new green lasts at least " + str(SHORTEST_GREEN) + " s"
