"""Highway: live cameras fine who is too fast, empty boxes do not, both are noticed, and knowing which is which pays."""

from functools import cache
from typing import Any

import numpy as np
import pytest

import worlds
from simulator.engine import Batch, Simulation
from worlds.traffic.highway.constants import (
    ASSIST,
    BRAKE,
    CAMERAS,
    CRASHED,
    CRUISE,
    CUTS_IN,
    EASE,
    FINE,
    FLEETS,
    KEEP,
    LIMIT,
    NOBODY,
    PUSH,
    SIGHT,
    STOPS_SHORT,
    TOLERANCE,
)
from worlds.traffic.highway.senses import ADVICE, LANES, NEIGHBOURS, OWN
from worlds.traffic.highway.task import MOST_LIVE
from worlds.world import Refused, World

N = 160
FAST = 36.0  # m/s
ANSWERS = OWN + LANES + ADVICE + NEIGHBOURS + 1 + CAMERAS  # where it is seen what each camera did


@cache
def world() -> World:
    return worlds.get("highway", seats=1)


@cache
def run(kind: str) -> tuple[Any, np.ndarray, np.ndarray]:
    """With a kind of bot in the seat: N records late in an episode; its return and its figures in the first one."""
    batch = Batch(world(), N, seed=9, episodes_per_trial=1, seats={"driver_0": f"bot:{kind}"}, lanes=[])
    batch.reset()
    returns, figures = np.full(N, np.nan), np.zeros((N, len(world().figure_names)))
    for decision in range(world().timing.decisions):
        late = batch.worlds.copy() if decision == world().timing.decisions - 1 else None
        batch.step(np.zeros((N, 0, 2), np.int64))
        over = (batch.episode_ends > 0) & np.isnan(returns)
        returns[over], figures[over] = batch.episode_returns[over, 0], batch.figures[over]
    return late, returns, figures


def bits(number: int) -> np.ndarray:
    """Which of the cameras a number names."""
    return (number >> np.arange(CAMERAS) & 1).astype(bool)


def before_camera(live: bool) -> Simulation:
    """A seat about to pass a camera too fast, with nobody ahead of it."""
    for index in range(200):
        simulation = Simulation(world(), seed=3, index=index)
        w = simulation.w
        car = int(w["ride"][0])
        lane = int(w["lane_next"][w["car_lane"][car], 0])
        if lane < 0 or w["lane_head"][lane] >= 0 or w["car_ahead"][car] >= 0:
            continue
        w["car_pos"][car] = w["lane_length"][w["car_lane"][car]] - 1.0
        w["car_speed"][car] = FAST
        w["live"][:] = live
        return simulation
    raise AssertionError("no empty lane found")


def test_a_fine_follows_from_how_much_too_fast_one_is() -> None:
    fined, spared = before_camera(True), before_camera(False)
    for simulation in (fined, spared):
        for _ in range(6):
            simulation.step(np.array([[PUSH, KEEP]]))
    assert int(fined.w["fined"][0]) == int(spared.w["spared"][0]) == 1
    assert fined.w["driven"][0] == spared.w["driven"][0]
    cost = float(fined.w["score"][0] - spared.w["score"][0])
    assert FINE * (1.6 - TOLERANCE) * LIMIT < cost < FINE * (FAST - 5.0 - TOLERANCE * LIMIT)


def test_one_to_three_cameras_are_live_and_all_are_alike() -> None:
    batch = Batch(world(), 2000, seed=1, episodes_per_trial=1)
    batch.reset()
    live = batch.worlds["live"]
    counts = live.sum(axis=1)
    assert set(counts.tolist()) == set(range(1, MOST_LIVE + 1))
    assert live.mean(axis=0) == pytest.approx(np.full(CAMERAS, counts.mean() / CAMERAS), abs=0.04)


def test_only_live_cameras_fine_and_the_others_are_noticed() -> None:
    w, _, _ = run("hasty")
    for one in w:
        live, fined, spared = one["live"].astype(bool), bits(int(one["fined"][0])), bits(int(one["spared"][0]))
        assert not (fined & ~live).any()
        assert not (spared & live).any()
        assert int(one["fines"][0]) == fined.sum()
    assert (w["fines"] > 0).mean() > 0.2, "some have arrived, and begun anew"
    assert (w["spared"] > 0).mean() > 0.3


def test_a_camera_s_answer_is_seen_until_the_episode_ends() -> None:
    batch = Batch(world(), 64, seed=2)
    observed = batch.reset()[:, 0]
    assert (observed[:, ANSWERS : ANSWERS + CAMERAS] == 0.0).all()
    pushing = np.tile(np.array([PUSH, KEEP]), (64, 1, 1))
    seen = np.zeros((64, CAMERAS))
    for _ in range(world().timing.decisions):
        live = batch.worlds["live"].astype(bool)
        observed, *_ = batch.step(pushing)
        running = (batch.worlds["ride"][:, 0] >= 0) & (batch.episode_ends == 0)
        answers = observed[:, 0, ANSWERS : ANSWERS + CAMERAS]
        assert (answers[running] == np.where(live, answers > 0.0, -1.0 * (answers < 0.0))[running]).all()
        seen += np.abs(answers)
        anew = batch.episode_ends > 0
        assert (batch.worlds["fined"][anew] == 0).all()
        assert (batch.worlds["spared"][anew] == 0).all()
        assert (batch.worlds["seen"][anew] == 0).all()
    assert (seen.sum(axis=1) > 0).mean() > 0.7


def test_news_is_of_what_has_just_happened_and_names_who_did_it() -> None:
    """Of a second in which a bit of what was seen changes, and of no other; the name is the camera's, or the firm's."""
    batch = Batch(world(), N, seed=6, episodes_per_trial=1)
    batch.reset()
    at, things = world().observation.at, CAMERAS + FLEETS
    known, told = batch.observations[:, 0, at["plan"]][:, -CAMERAS:], np.zeros(4, int)
    for _ in range(world().timing.decisions - 1):
        before = np.concatenate([known, batch.observations[:, 0, at["seen"]]], axis=1)
        batch.step(np.tile([PUSH, KEEP], (N, 1, 1)))
        seen = batch.observations[:, 0]
        known = seen[:, at["plan"]][:, -CAMERAS:]
        news, named = seen[:, at["news"]], np.rint(seen[:, at["things"]] * things).astype(int)
        on = (batch.worlds["ride"][:, 0] >= 0) & (batch.episode_ends == 0)
        fresh = np.concatenate([known, seen[:, at["seen"]]], axis=1) != before
        for task in np.flatnonzero(on).tolist():
            fined, spared, cut, stopped = news[task].astype(bool).tolist()
            if fined or spared:
                assert known[task, named[task, 0] - 1] == fined - spared
            else:
                assert named[task, 0] == 0
                assert not fresh[task, :CAMERAS].any()
            if cut or stopped:
                fleet = named[task, 1] - CAMERAS - 1
                assert batch.worlds["habit"][task, fleet] & (CUTS_IN if cut else STOPS_SHORT)
            else:
                assert named[task, 1] == 0
                assert not fresh[task, CAMERAS:].any()
            told += np.array([fined, spared, cut, stopped])
    assert (told > 20).all()


def test_the_next_camera_and_the_firms_in_sight_are_named() -> None:
    batch = Batch(world(), N, seed=5, episodes_per_trial=1)
    batch.reset()
    at, things, met = world().observation.at, CAMERAS + FLEETS, set[int]()
    for decision in range(70):
        seen = batch.observations[:, 0]
        named = np.rint(seen[:, at["things"]] * things).astype(int)[:, 2:]
        which = seen[:, ANSWERS - CAMERAS : ANSWERS]
        np.testing.assert_array_equal(named[:, 0], (which * np.arange(1, CAMERAS + 1)).sum(axis=1))
        fleets = seen[:, at["neighbours"]].reshape(N, 6, -1)[:, :, -FLEETS:]
        names = (fleets * np.arange(CAMERAS + 1, things + 1)).sum(axis=2)
        np.testing.assert_array_equal(named[:, 1:], names)
        met |= set(named.ravel().tolist())
        batch.step(np.tile([PUSH, decision % 3], (N, 1, 1)))
    assert met == set(range(things + 1)), "everything has been named, and nothing too"


def test_knowing_the_cameras_pays() -> None:
    """Against one who minds none and one who minds all: the same tasks, the same traffic."""
    (_, local, minding), (_, hasty, blind), (_, wary, slow) = run("local"), run("hasty"), run("wary")
    assert local.mean() > max(hasty.mean(), wary.mean()) + 1.0
    fines, speed = world().world_figures.index("fines"), world().world_figures.index("speed")
    assert minding[:, fines].mean() < 0.4 * blind[:, fines].mean()
    assert slow[:, speed].mean() < minding[:, speed].mean() < blind[:, speed].mean()


def habits(split: str) -> np.ndarray:
    """What the fleets of many tasks do (tasks, FLEETS)."""
    batch = Batch(world(), 1000, split=split, seed=1, episodes_per_trial=1)
    batch.reset()
    return np.array(batch.worlds["habit"])


def test_one_fleet_cuts_in_and_another_stops_short_and_for_test_it_may_be_the_same() -> None:
    known, new = habits("train"), habits("test-opponent")
    assert (np.sort(known, axis=1)[:, -3:] == (0, CUTS_IN, STOPS_SHORT)).all()
    both = (new == CUTS_IN + STOPS_SHORT).any(axis=1)
    assert 0.4 < both.mean() < 0.6
    assert ((new & CUTS_IN > 0).sum(axis=1) == 1).all()
    assert ((new & STOPS_SHORT > 0).sum(axis=1) == 1).all()
    for habit in (CUTS_IN, STOPS_SHORT):
        assert (known == habit).mean(axis=0) == pytest.approx(np.full(FLEETS, 1.0 / FLEETS), abs=0.05)


def test_lapses_are_those_of_the_bad_fleets_and_all_fleets_are_as_large() -> None:
    batch = Batch(world(), N, seed=4, episodes_per_trial=1, seats={"driver_0": "bot:hasty"}, lanes=[])
    batch.reset()
    lapses, vehicles = np.zeros((2, 4)), np.zeros(FLEETS)
    for _ in range(40):
        batch.step(np.zeros((N, 0, 2), np.int64))
        w = batch.worlds
        there = (w["car_lane"] >= 0) & (w["fleet"] != NOBODY)
        assert (w["fleet"][(w["car_lane"] >= 0) & (w["car_seat"] >= 0)] == NOBODY).all()
        habit = np.take_along_axis(w["habit"], np.maximum(w["fleet"], 0), axis=1)
        braking = w["own_desire"] > 0.0
        for row, doing in enumerate(((w["lapse"] > 0.0) & ~braking, braking)):
            lapses[row] += np.bincount(habit[there & doing], minlength=4)
        vehicles += np.bincount(w["fleet"][there], minlength=FLEETS)
    assert lapses[0].tolist() == [0, lapses[0, CUTS_IN], 0, 0]
    assert lapses[0, CUTS_IN] > 100
    assert lapses[1, 0] == 0, "the sound ones brake for what is ahead, never for nothing"
    assert lapses[1, STOPS_SHORT] > 100
    assert vehicles / vehicles.sum() == pytest.approx(np.full(FLEETS, 1.0 / FLEETS), abs=0.02)


def test_what_a_driver_has_seen_of_a_fleet_is_true_and_seen_near() -> None:
    w, _, _ = run("hasty")
    cuts, stops = w["habit"] & CUTS_IN > 0, w["habit"] & STOPS_SHORT > 0
    seen = (w["seen"] >> np.arange(2 * FLEETS)) & 1
    assert not (seen[:, :FLEETS] & ~cuts).any()
    assert not (seen[:, FLEETS:] & ~stops).any()
    assert (seen.sum(axis=1) > 0).mean() > 0.2
    assert SIGHT < 250.0, "so much less than the road that not everything is seen"


def test_what_is_told_of_the_next_camera_and_of_the_neighbours_is_about_those_in_sight() -> None:
    """Of the camera that is seen ahead whether it is live, of each vehicle that is seen what its fleet does."""
    batch = Batch(world(), N, seed=5, episodes_per_trial=1, reveal=True, inputs=False)
    batch.reset()
    at = world().told_pieces.at
    checked = np.zeros(2, int)
    for decision in range(30):
        seen, told, w = batch.observations[:, 0], batch.told[:, 0], batch.worlds
        which = seen[:, ANSWERS - CAMERAS : ANSWERS]
        np.testing.assert_array_equal(told[:, at["camera_ahead"]][:, 0], (which * w["live"]).sum(axis=1))
        fleets = seen[:, OWN + LANES + ADVICE : ANSWERS - CAMERAS - 1].reshape(N, 6, -1)[:, :, -FLEETS:]
        for column, habit in enumerate((CUTS_IN, STOPS_SHORT)):
            does = (fleets * (w["habit"] & habit > 0)[:, None]).sum(axis=2)
            np.testing.assert_array_equal(told[:, at["neighbours"]].reshape(N, 6, 2)[:, :, column], does)
            checked[column] += int(does.sum())
        batch.step(np.tile([CRUISE, decision % 3], (N, 1, 1)))
    assert (checked > 50).all()


def test_a_driver_brakes_harder_than_the_car_does_by_itself() -> None:
    hardest = dict.fromkeys((BRAKE, EASE, CRUISE, PUSH), 0.0)
    for pedal in hardest:
        batch = Batch(world(), 64, seed=5, episodes_per_trial=1)
        batch.reset()
        for _ in range(12):
            batch.step(np.tile(np.array([pedal, KEEP]), (64, 1, 1)))
            w = batch.worlds
            own = np.take_along_axis(w["car_accel"], np.maximum(w["ride"], 0), axis=1)[w["ride"] >= 0]
            hardest[pedal] = min(hardest[pedal], float(own.min()))
    assert hardest[BRAKE] < ASSIST
    assert min(hardest[pedal] for pedal in (EASE, CRUISE, PUSH)) >= ASSIST


def test_knowing_the_fleets_saves_most_crashes() -> None:
    crashed = world().world_figures.index("crashed")
    (_, _, local), (_, _, wary), (_, _, hasty) = run("local"), run("wary"), run("hasty")
    assert local[:, crashed].mean() < 0.5 * wary[:, crashed].mean() < wary[:, crashed].mean() < hasty[:, crashed].mean()


def test_crashes_and_fines_count_for_the_seat_that_had_them() -> None:
    simulation = Simulation(worlds.get("highway"), seed=3)
    simulation.w["fate"][1], simulation.w["fines"][:] = CRASHED, (2, 1)
    figures = simulation.figures()
    assert (figures["crashed"], figures["driver_0_crashes"], figures["driver_1_crashes"]) == (1, 0, 1)
    assert (figures["fines"], figures["driver_0_fines"], figures["driver_1_fines"]) == (3, 2, 1)


def test_other_numbers_of_seats_are_refused() -> None:
    with pytest.raises(Refused, match="1, 2 or 4"):
        worlds.get("highway", seats=3)
