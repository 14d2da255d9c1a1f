"""What happened on the roads: the numbers of lanes, delay, lights and detectors, live and in a replay."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import replays
import worlds
from simulator.app.play.road_log import HALTING, RoadLog, coming
from simulator.app.screens.replay import ReplayScene
from simulator.app.screens.road_walk import RoadWatch
from simulator.app.shell.session import Session
from simulator.engine import Simulation
from worlds.road.fields import GREEN, RED, YELLOW
from worlds.world import World

TICKS = 100  # 25 s


@pytest.fixture(scope="module")
def world() -> World:
    return worlds.get("highway")


def drive(world: World) -> Simulation:
    return Simulation(world, seed=3, seats={seat.name: "bot" for seat in world.seats})


@pytest.fixture(scope="module")
def states(world: World) -> list[Any]:
    """The states of a motorway after every tick."""
    simulation = drive(world)
    idle = np.zeros((len(world.seats), len(world.action_sizes)), np.int64)
    found = []
    for _ in range(TICKS):
        simulation.tick(idle)
        found.append(simulation.state.copy()[0])
    return found


@pytest.fixture
def log(world: World, states: list[Any]) -> RoadLog:
    log = RoadLog(world)
    for w in states:
        log.tick(w)
    return log


def on(w: Any, lane: int) -> np.ndarray:
    return np.flatnonzero(w["car_lane"] == lane)


def test_a_lanes_last_minute_is_what_the_states_say(log: RoadLog, states: list[Any]) -> None:
    last = states[-1]
    for lane in range(int(last["lanes"])):
        metres = float(last["lane_length"][lane])
        told = log.minute([lane], metres, log.filled)
        assert told is not None
        cars = [on(w, lane) for w in states]
        speeds = np.concatenate([w["car_speed"][there] for w, there in zip(states, cars, strict=True)])
        assert told.seconds == pytest.approx(TICKS * float(last["beat_seconds"]))
        assert told.density == pytest.approx(1000.0 * len(speeds) / TICKS / metres, rel=1e-4)
        if len(speeds):
            assert told.speed == pytest.approx(float(speeds.mean()), rel=1e-4)
        assert told.queue == pytest.approx((speeds < HALTING).sum() / TICKS, abs=1e-4)


def test_who_passes_a_lanes_end_is_counted_and_who_changes_lanes_is_not(log: RoadLog, states: list[Any]) -> None:
    first = states[0]
    over = np.zeros(int(first["lanes"]), int)
    aside = 0
    for before, after in zip(states, states[1:], strict=False):
        same = (before["car_since"] == after["car_since"]) & (before["car_lane"] >= 0) & (after["car_lane"] >= 0)
        for car in np.flatnonzero(same & (before["car_lane"] != after["car_lane"])):
            was, now = int(before["car_lane"][car]), int(after["car_lane"][car])
            over[was] += now in first["lane_next"][was]
            aside += now in (first["lane_left"][was], first["lane_right"][was])
    assert over.sum() > 5
    assert aside > 0  # or the test could not fail
    for lane in np.flatnonzero(over).tolist():
        told = log.minute([lane], 1.0, log.filled)
        assert told is not None
        assert told.flow * told.seconds / 3600.0 == pytest.approx(over[lane])


def test_delay_adds_up_and_can_be_asked_for_any_second(log: RoadLog, states: list[Any]) -> None:
    def lost(states: list[Any]) -> float:
        total = 0.0
        for w in states:
            used = np.flatnonzero(w["car_lane"] >= 0)
            limit = w["lane_limit"][w["car_lane"][used]]
            total += float(np.maximum(1.0 - w["car_speed"][used] / limit, 0.0).sum()) * float(w["beat_seconds"])
        return total

    assert float(log.delay(log.filled).sum()) == pytest.approx(lost(states), rel=1e-3)
    assert float(log.delay(10.0).sum()) == pytest.approx(lost(states[:40]), rel=1e-3)
    w = states[-1]
    car = int(np.flatnonzero(w["car_lane"] >= 0)[0])
    told = log.delay_of(w, car)
    assert told is not None
    assert told >= 0.0


def test_going_back_forgets_what_came_after(log: RoadLog, world: World, states: list[Any]) -> None:
    for w in states[40:60]:
        log.tick(w)
    fresh = RoadLog(world)
    for w in states[:60]:
        fresh.tick(w)
    assert log.filled == fresh.filled
    assert np.allclose(log.delay(15.0), fresh.delay(15.0), rtol=1e-4)
    assert log.knows(states[59])
    assert not log.knows(states[-1])


def test_a_gap_begins_anew(world: World, states: list[Any]) -> None:
    log = RoadLog(world)
    log.tick(states[0])
    log.tick(states[50])
    assert log.begun == pytest.approx(50 * float(states[0]["beat_seconds"]))
    assert not log.knows(states[20])


def test_a_replay_is_asked_anywhere(world: World, states: list[Any], log: RoadLog, tmp_path: Path) -> None:
    path, simulation = tmp_path / "drive.mcap", drive(world)
    idle = np.zeros((len(world.seats), len(world.action_sizes)), np.int64)
    with replays.record(path) as recorder:
        recorder.begin(simulation)
        for _ in range(TICKS):
            simulation.tick(idle)
            recorder.tick(simulation)
    playback = replays.open(path)
    scene = ReplayScene(playback, Session(playback=playback, paused=True), say=print)
    watch = RoadWatch(scene)
    scene.command("seek_end")
    for _ in range(20_000):
        if watch.log.knows(states[-1]):
            break
        watch.advance()
    assert np.allclose(watch.log.delay(20.0), log.delay(20.0), rtol=1e-4)
    state = playback.simulation.state.tobytes()
    watch.advance()
    assert playback.simulation.state.tobytes() == state


# --- lights --------------------------------------------------------------------------------------------------------


@pytest.fixture
def crossing() -> Any:
    """A record with one junction that changes from its first phase (group 0) to its second (groups 1 and 2)."""
    w = np.zeros(1, worlds.get("signals").record)[0]
    w["phases"][0], w["phase_groups"][0, :2] = 2, (0b001, 0b110)
    w["phase_before"][0], w["phase"][0] = 0, 1
    w["phase_yellow"][0], w["phase_all_red"][0], w["phase_time"][0] = 3.0, 2.0, 1.0
    w["beat_seconds"], w["beat"], w["beats"] = 0.5, 40.0, 40
    return w


def test_what_is_decided_of_a_change_is_told(crossing: Any) -> None:
    assert [(round(s.start, 6), round(s.end - s.start, 6), s.state) for s in coming(crossing, 0)[:2]] == [
        (20.0, 2.0, YELLOW), (22.0, 2.0, RED),
    ]  # fmt: skip
    assert coming(crossing, 0)[-1].state == RED
    assert [s.state for s in coming(crossing, 1)] == [RED, GREEN]
    assert coming(crossing, 1)[-1].start == pytest.approx(24.0)
    crossing["phase_time"][0] = 9.0
    assert coming(crossing, 0) == []  # nobody knows what comes after a green


def test_a_group_that_stays_green_stays_so(crossing: Any) -> None:
    crossing["phase_groups"][0, :2] = (0b011, 0b110)
    assert {s.state for s in coming(crossing, 1)} == {GREEN}


def test_lights_are_remembered(crossing: Any) -> None:
    log = RoadLog(worlds.get("signals"))
    for tick in range(1, 21):
        crossing["beats"], crossing["beat"] = tick, tick
        crossing["group_state"][0] = GREEN if tick < 9 else YELLOW if tick < 15 else RED
        log.tick(crossing)
    found = log.colours(0, 2.0, 9.0)
    assert [stretch.state for stretch in found] == [GREEN, YELLOW, RED]
    assert (found[0].start, found[0].end, found[-1].end) == pytest.approx((2.0, 4.5, 9.0))
