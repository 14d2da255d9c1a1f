"""Junction: drivers keep to the custom, crashes are counted, trips are accounted for, knowing the custom pays."""

from functools import cache
from typing import Any

import numpy as np
import pytest

import worlds
from simulator.engine import Batch, Simulation
from worlds.road.drivers.order import clear_cars, enter, take_out, wipe
from worlds.road.drivers.precedence import comes_from_right, goes_first, is_first_come
from worlds.road.drivers.yielding import STAND, may_enter
from worlds.road.fields import AT_STOP, LINK
from worlds.road.lanes.bodies import overlap, touching
from worlds.road.layouts.crossroads import FIRST_FIRST, MAIN_ROAD, RIGHT_FIRST, is_stop
from worlds.traffic.junction.constants import (
    ARRIVAL,
    CRASH,
    CRUISE,
    FINE,
    HARD,
    HELD,
    PACE,
    PAUSE,
    STOP_ZONE,
    TICK,
    TICKS_PER_DECISION,
    WASTED,
)
from worlds.traffic.junction.senses import EVENTS, OWN, PER_ARM, SIGHTED, STREAMS, observe
from worlds.world import Refused, World

N = 192
DECISION = TICKS_PER_DECISION * TICK  # s
AWAY = 12.0  # m before the line


@cache
def world() -> World:
    return worlds.get("junction", seats=1)


@cache
def crossings(custom: int) -> tuple[Any, ...]:
    """Fresh tasks at crossings (no roundabouts) where this custom holds."""
    batch = Batch(world(), N, seed=5, episodes_per_trial=1)
    batch.reset()
    return tuple(w for w in batch.worlds.copy() if w["custom"] == custom and w["generator"] < 3)


def meetings(w: Any) -> list[tuple[int, int]]:
    """Pairs of links that cross, come from different arms, and have no stop lines before them."""
    pairs = []
    for lane in range(int(w["lanes"])):
        first = int(w["lane_conflict"][lane])
        for other in w["conflict_lane"][first : first + int(w["lane_conflicts"][lane])].tolist():
            free = AT_STOP not in (w["lane_rank"][lane], w["lane_rank"][other])
            if free and lane < other and w["lane_next"][lane, 0] != w["lane_next"][other, 0]:
                pairs.append((lane, other))
    return pairs


def put_before(w: Any, slot: int, link: int, away: float, speed: float = 9.0) -> None:
    """A driver of the place before the line of a link that he will take."""
    lane = int(w["lane_before"][link, 0])
    goals = [goal for goal in range(int(w["destinations"])) if w["way"][lane, goal] == link]
    w["car_goal"][slot], w["car_length"][slot], w["car_speed"][slot] = goals[0], 4.5, speed
    w["car_gap"][slot], w["car_brisk"][slot] = 4.0, 1.5
    w["car_pos"][slot] = w["lane_length"][lane] - away
    enter(w, slot, lane)


def who_may(w: Any, link: int, other: int, away: float = AWAY, farther: float = 0.0) -> tuple[bool, bool]:
    """Whether each of two who come to two links may enter; the second is some metres farther away."""
    w = w.copy()
    clear_cars(w)
    put_before(w, 0, link, away)
    put_before(w, 1, other, away + farther)
    return bool(may_enter(w, 0, link, away)), bool(may_enter(w, 1, other, away + farther))


def test_seven_of_ten_junctions_in_training_are_crossings() -> None:
    batch = Batch(world(), 2000, seed=1, episodes_per_trial=1)
    batch.reset()
    shares = np.bincount(batch.worlds["generator"], minlength=len(world().generators)) / 2000
    assert shares == pytest.approx(np.array([0.35, 0.35, 0.15, 0.15, 0.0, 0.0]), abs=0.03)


def test_a_main_road_goes_first() -> None:
    seen = 0
    for w in crossings(MAIN_ROAD):
        for link, other in meetings(w):
            main = [bool(int(w["main_arms"]) >> int(w["lane_arm"][one]) & 1) for one in (link, other)]
            if main[0] != main[1]:
                assert goes_first(w, link, other) == main[1]
                first, second = who_may(w, link, other)
                assert (first, second)[main[1]], "one of the main road waits for one who is not"
                seen += int(not (first, second)[main[0]])
    assert seen > 20, "hardly anybody gave way to the main road"


def test_who_comes_from_the_right_goes_first() -> None:
    seen = 0
    for w in crossings(RIGHT_FIRST):
        for link, other in meetings(w):
            assert comes_from_right(w, link, other) != comes_from_right(w, other, link)
            first, second = who_may(w, link, other)
            right = bool(comes_from_right(w, link, other))
            assert (first, second)[right]
            seen += int(not (first, second)[not right])
    assert seen > 20


def test_the_right_is_the_right() -> None:
    """Somebody who drives west comes from the right of one who drives north; y grows southwards."""
    w = crossings(RIGHT_FIRST)[0].copy()
    w["lane_first"][:2] = 0, 2
    w["lane_points"][:2] = 2
    w["point_heading"][:4] = -np.pi / 2, -np.pi / 2, np.pi - 0.01, np.pi - 0.01
    assert comes_from_right(w, 0, 1)
    assert not comes_from_right(w, 1, 0)


def test_who_is_there_first_goes_first() -> None:
    for w in crossings(FIRST_FIRST)[:8]:
        for link, other in meetings(w):
            assert who_may(w, link, other, farther=6.0)[0]
            assert who_may(w, other, link, farther=6.0)[0]
            assert sum(who_may(w, link, other)) >= 1, "both wait for ever"


def test_who_forces_his_way_does_not_give_way() -> None:
    seen = 0
    for task in crossings(MAIN_ROAD)[:8]:
        for link, other in meetings(task):
            if goes_first(task, link, other) and not who_may(task, link, other)[0]:
                w = task.copy()
                clear_cars(w)
                put_before(w, 0, link, AWAY)
                put_before(w, 1, other, AWAY)
                w["car_gap"][0] = 0.2
                assert may_enter(w, 0, link, AWAY)
                seen += 1
    assert seen > 5


def stopped_meetings(w: Any) -> list[tuple[int, int]]:
    """Pairs of links that cross: one behind a stop line, one without."""
    pairs = []
    for lane in np.flatnonzero(w["lane_rank"][: int(w["lanes"])] == AT_STOP).tolist():
        first = int(w["lane_conflict"][lane])
        for other in w["conflict_lane"][first : first + int(w["lane_conflicts"][lane])].tolist():
            if w["lane_rank"][other] != AT_STOP:
                pairs.append((lane, other))
    return pairs


@pytest.mark.parametrize("custom", [MAIN_ROAD, RIGHT_FIRST, FIRST_FIRST])
def test_who_comes_from_a_stop_line_gives_way_to_all_others(custom: int) -> None:
    for w in crossings(custom)[:16]:
        for link, other in stopped_meetings(w):
            assert goes_first(w, link, other)
            assert not goes_first(w, other, link)
            assert not is_first_come(w, link, other)


def test_some_arms_have_stop_lines_but_never_all_and_none_of_the_main_road() -> None:
    for custom in (MAIN_ROAD, RIGHT_FIRST, FIRST_FIRST):
        for w in crossings(custom):
            stops = [is_stop(w, arm) for arm in range(int(w["arm_count"]))]
            assert 0 < sum(stops) < len(stops)
            assert int(w["stop_arms"]) & int(w["main_arms"]) == 0
            assert not is_stop(w, -1)


def test_drivers_stand_at_a_stop_line_even_when_nobody_comes() -> None:
    seen = 0
    for task in crossings(RIGHT_FIRST)[:16]:
        for link, _ in stopped_meetings(task)[:1]:
            w = task.copy()
            clear_cars(w)
            put_before(w, 0, link, 1.0, speed=0.0)
            assert not may_enter(w, 0, link, 1.0)
            w["car_stood"][0] = STAND
            assert may_enter(w, 0, link, 1.0)
            w["car_stood"][0], w["car_gap"][0] = 0.0, 0.2
            assert may_enter(w, 0, link, 1.0), "who forces his way does not stop"
            seen += 1
    assert seen > 8


def approach(index: int, stand: float) -> tuple[Simulation, int, float]:
    """Alone at its first line, a seat stands some seconds and passes it: its arm, and what it collected by a fine."""
    simulation = Simulation(world(), seed=5, index=index)
    w = simulation.w
    clear_cars_but(w, int(w["ride"][0]))
    w["demand"][:] = 0.0
    car = int(w["ride"][0])
    lane, driven = int(w["car_lane"][car]), 0.0
    w["car_pos"][car], w["car_speed"][car] = w["lane_length"][lane] - 0.5 * STOP_ZONE, 0.0
    for _ in range(round(stand / DECISION)):
        simulation.step(np.full((1, 1), HARD))
    start, ticks, driven = float(w["score"][0]), int(w["tick"]), float(w["driven"][0])
    while not w["passed"][0]:
        simulation.step(np.full((1, 1), CRUISE))
    earned = (w["driven"][0] - driven) / PACE + (w["tick"] - ticks) * TICK * WASTED
    return simulation, int(w["source_arm"][w["car_from"][car]]), float(w["score"][0]) - start - float(earned)


def clear_cars_but(w: Any, mine: int) -> None:
    """Take everybody else off the road."""
    for car in np.flatnonzero(w["car_lane"] >= 0):
        if car != mine:
            take_out(w, car)
            wipe(w, car)


@pytest.mark.parametrize("stand", [0.0, 1.0, STAND])
def test_a_stop_line_fines_for_what_is_missing_of_the_stop(stand: float) -> None:
    seen = {False: 0, True: 0}
    for index in range(24):
        simulation, arm, fine = approach(index, stand)
        w = simulation.w
        stop = bool(is_stop(w, arm))
        missing = max(1.0 - float(w["halted"][0]) / STAND, 0.0)
        assert stand <= w["halted"][0] < stand + DECISION
        assert fine == pytest.approx(FINE * missing if stop else 0.0, abs=1e-3)
        assert w["rest"][0] == pytest.approx(HELD * missing if stop else 0.0)
        assert w["fines"][0] == w["fined"][0, arm] == (stop and stand < STAND)
        assert w["spared"][0, arm] == (not stop and stand < STAND)
        seen[stop] += 1
    assert min(seen.values()) > 3


def test_nothing_that_is_seen_tells_of_a_stop_line_before_it_is_passed() -> None:
    """The same task with other stop lines looks the same until somebody has come to one."""
    w = Simulation(world(), seed=5, index=1).w
    seen = np.zeros((2, OWN + STREAMS + EVENTS), np.float32)
    observe(w, 0, seen[0])
    w["stop_arms"] = 2 ** int(w["arm_count"]) - 1 - w["stop_arms"]
    observe(w, 0, seen[1])
    assert seen.any()
    assert (seen[0] == seen[1]).all()


def set_crash(simulation: Simulation) -> None:
    """Put the seat's car and another onto a conflict."""
    w = simulation.w
    lane = int(w["ride"][0])
    clear_cars(w)
    link, other = meetings(w)[0]
    for slot, on in ((lane, link), (lane + 1, other)):
        first = int(w["lane_conflict"][on])
        partner = other if on == link else link
        side = first + w["conflict_lane"][first : first + int(w["lane_conflicts"][on])].tolist().index(partner)
        before = int(w["lane_before"][on, 0])
        w["car_goal"][slot] = next(g for g in range(int(w["destinations"])) if w["way"][before, g] == on)
        w["car_length"][slot], w["car_last"][slot] = 4.5, before
        w["car_pos"][slot] = w["conflict_here"][side] + 2.0
        enter(w, slot, on)
    w["car_seat"][lane] = 0


def crashing() -> Simulation:
    """A crossing where the seat has just been put into somebody's way."""
    for index in range(20):
        simulation = Simulation(world(), seed=5, index=index)
        if simulation.w["generator"] < 3 and meetings(simulation.w):
            set_crash(simulation)
            return simulation
    raise AssertionError("no crossing found")


def test_a_crash_is_seen_and_takes_both_off_the_road() -> None:
    simulation = crashing()
    w = simulation.w
    car = int(w["ride"][0])
    assert overlap(w, car, car + 1)
    assert touching(w, car) == car + 1
    score = float(w["score"][0])
    simulation.step(np.full((1, 1), CRUISE))
    assert w["crashes"][0] == 1
    assert w["crossings"][0] == 0
    assert w["car_lane"][car] < 0 or w["car_seat"][car] != 0
    assert w["ride"][0] == -1
    assert float(w["score"][0]) - score == pytest.approx(CRASH + DECISION * WASTED, abs=2.0 / PACE)


def test_who_crashed_sets_out_again_after_a_pause() -> None:
    simulation = crashing()
    waits = 0
    simulation.step(np.full((1, 1), CRUISE))
    while simulation.w["ride"][0] < 0:
        simulation.step(np.full((1, 1), CRUISE))
        waits += 1
        assert waits < 40
    assert waits * DECISION >= PAUSE - DECISION
    assert simulation.w["crashes"][0] == 1


def test_who_was_fined_is_held_up_before_the_next_trip() -> None:
    """The same trip with and without a fine: the next one begins later by what the patrol takes."""
    waits = []
    for held in (0.0, HELD):
        simulation = Simulation(world(), seed=5, index=0)
        w = simulation.w
        trip, wait = int(w["trips"][0]), 0
        w["rest"][0] = held
        while w["crossings"][0] == 0:
            clear_cars_but(w, int(w["ride"][0]))
            w["passed"][0] = 1
            simulation.step(np.full((1, 1), CRUISE))
        while w["trips"][0] == trip:
            simulation.step(np.full((1, 1), CRUISE))
            wait += 1
        waits.append(wait)
    assert waits[1] - waits[0] == pytest.approx(HELD / DECISION, abs=1.0)


def test_a_crash_counts_for_the_seat_that_had_it() -> None:
    simulation = Simulation(worlds.get("junction"), seed=3)
    simulation.w["crashes"][:], simulation.w["crossings"][:] = (0, 2), (3, 1)
    figures = simulation.figures()
    assert (figures["crashes"], figures["driver_0_crashes"], figures["driver_1_crashes"]) == (2, 0, 2)
    assert (figures["crossings"], figures["driver_0_crossings"], figures["driver_1_crossings"]) == (4, 3, 1)


def run(kind: str, split: str = "train", seats: int = 1) -> Any:
    """The records of N tasks after an episode (but its last decision) with a kind of bot in the first seat."""
    made = worlds.get("junction", seats=seats)
    who = {seat.name: "bot" for seat in made.seats} | {"driver_0": f"bot:{kind}"}
    batch = Batch(made, N, split=split, seed=9, episodes_per_trial=1, seats=who, lanes=[])
    batch.reset()
    for _ in range(made.timing.decisions - 1):
        batch.step(np.zeros((N, 0, 1), np.int64))
    return batch.worlds


@pytest.mark.parametrize("kind", ["local", "forcing", "random"])
def test_trips_are_accounted_for(kind: str) -> None:
    w = run(kind)
    assert (w["trips"] == w["crossings"] + w["crashes"] + (w["ride"] >= 0)).all()
    assert (w["crossings"].mean(axis=0) > 1.0).all()
    earned = w["driven"] / PACE + ARRIVAL * w["crossings"] + CRASH * w["crashes"]
    earned = earned + WASTED * TICK * w["tick"][:, None]
    assert (w["score"] < earned + 1e-3).all()
    assert (w["score"] > earned + FINE * w["fines"] - 1e-3).all(), "a fine is at most FINE"
    unfined = w["fines"] == 0
    assert w["score"][unfined] == pytest.approx(earned[unfined], abs=1e-3)
    assert (unfined.mean() > 0.85) == (kind == "local"), "who knows the signs stops there"


def test_knowing_the_custom_pays_and_spares_crashes() -> None:
    """Against one who gives way to nobody and one who gives way to all: the same tasks, the same traffic."""
    local, forcing, cautious, pushy = (run(kind) for kind in ("local", "forcing", "cautious", "pushy"))
    for other in (forcing, cautious, pushy):
        assert local["score"].mean() > other["score"].mean()
    assert forcing["crashes"].sum() > 3 * local["crashes"].sum()
    assert local["crossings"].sum() > 1.3 * cautious["crossings"].sum()


def test_the_traffic_is_the_same_whoever_drives() -> None:
    """Where nobody was turned away at a full gate. Styles that draw lots, as the forcing one, shift the stream."""
    local, cautious = run("local"), run("cautious")
    full = (local["turned_away"] > 0) | (cautious["turned_away"] > 0)
    assert (local["came"] == cautious["came"])[~full].all()
    assert full.mean() < 0.1


def test_nobody_is_seen_round_the_corner_from_afar() -> None:
    batch = Batch(world(), N, seed=4)
    observed = batch.reset()[:, 0]
    told = observed[:, OWN : OWN + STREAMS].reshape(N, -1, PER_ARM)[:, :, SIGHTED:]
    assert (told == 0.0).all(), "trips begin far from the line"
    seen = 0
    for _ in range(40):
        observed = batch.step(np.full((N, 1, 1), CRUISE))[0][:, 0]
        told = observed[:, OWN : OWN + STREAMS].reshape(N, -1, PER_ARM)[:, :, SIGHTED:]
        sees = observed[:, 9] > 0.0
        assert (told[~sees] == 0.0).all()
        seen += int((told[sees] != 0.0).any(axis=(1, 2)).sum())
    assert seen > 100


def test_cars_stay_on_their_ways() -> None:
    """Two seats and traffic, with rough drivers: whoever is on a link came from its approach."""
    w = run("bluffing", split="test-both", seats=2)
    for one in w:
        for car in np.flatnonzero(one["car_lane"] >= 0):
            lane = int(one["car_lane"][car])
            if one["lane_kind"][lane] == LINK:
                assert one["car_last"][car] in one["lane_before"][lane]


def test_other_numbers_of_seats_are_refused() -> None:
    with pytest.raises(Refused, match="1, 2 or 4"):
        worlds.get("junction", seats=3)
