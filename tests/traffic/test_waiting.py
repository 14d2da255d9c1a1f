"""Small pictures of drivers who have to change lanes and wait for that, rather than end up elsewhere."""

from typing import Any

import numpy as np

from simulator.interop.sumo.build import Imported, advance, import_network
from simulator.interop.sumo.network import RoadNetwork
from simulator.interop.sumo.routes import Demand
from tests.traffic.test_right_of_way import TICK, TOWN, lane, network, put, way
from worlds.road.drivers.making_room import WAITS
from worlds.road.fields import STAY


def fork() -> RoadNetwork:
    """Two lanes of 200 m: the right one leads to ``b``, the left one to ``c``."""
    lanes = [lane("a", index, (0.0, -3.2 * index), (200.0, -3.2 * index), TOWN) for index in range(2)]
    lanes += [lane("b", 0, (215.0, 0.0), (500.0, 0.0), TOWN), lane("c", 0, (215.0, -9.0), (500.0, -9.0), TOWN)]
    return network(lanes, [way("a_0", "b_0", major=True), way("a_1", "c_0", major=True)])


def forking() -> tuple[Imported, int, int]:
    """Nobody comes there. The record and the right and the left lane."""
    found = import_network(fork(), Demand({("a", "b"): 1e-9, ("a", "c"): 1e-9}, 0.0, 600.0))
    w = found.records[0]
    left = int(np.flatnonzero(w["lane_right"][: int(w["lanes"])] >= 0)[0])
    right = int(w["lane_right"][left])
    return found, right, left


def goal_of(w: Any, start: int) -> int:
    """Where a lane leads."""
    return int(np.flatnonzero(w["way"][start, : int(w["destinations"])] >= 0)[0])


def test_who_has_no_other_way_is_marked() -> None:
    found, right, left = forking()
    w = found.records[0]
    for mine, other, side in ((right, left, -1), (left, right, 1)):
        assert w["way"][mine, goal_of(w, other)] == STAY
        assert w["steer"][mine, goal_of(w, other)] == side


def blocked(patient: bool) -> tuple[Imported, int, int, int]:
    """Vehicle 0 comes up in the right lane and wants to go where the left one leads; that is full of standing ones."""
    found, right, left = forking()
    w = found.records[0]
    put(found.records, 0, right, 120.0, 8.0)
    w["car_goal"][0] = goal_of(w, left) if patient else goal_of(w, right)
    for car in range(1, 20):
        put(found.records, car, left, 199.0 - 6.0 * car, 0.0)
        w["car_goal"][car], w["car_polite"][car] = goal_of(w, left), -1.0
        w["car_length"][car] = 4.5
    return found, right, left, int(w["car_goal"][0])


def hold(w: Any) -> None:
    """Those in the left lane stay where they are."""
    cars = np.arange(1, 20)
    w["car_pos"][cars], w["car_speed"][cars], w["car_accel"][cars] = 199.0 - 6.0 * cars, 0.0, 0.0


def test_who_must_change_stands_until_there_is_room_and_then_goes_his_way() -> None:
    found, right, left, goal = blocked(patient=True)
    w = found.records[0]
    for _ in range(round(15.0 / TICK)):
        hold(w)
        advance(found.records, 1, TICK)
    hold(w)
    assert w["car_lane"][0] == right, "it drove on"
    assert w["car_speed"][0] < 0.1
    assert float(w["lane_length"][right] - w["car_pos"][0]) > 0.5, "it stands where the change is not possible any more"
    assert w["car_blink"][0] == 1
    beyond = int(w["way"][left, goal])
    for _ in range(round(60.0 / TICK)):
        before = int(w["car_lane"][0])
        advance(found.records, 1, TICK)
        if w["car_lane"][0] == beyond:
            break
    assert before in (left, beyond), "it went elsewhere"
    assert int(w["collisions"]) == 0


def test_who_need_not_change_does_not_wait() -> None:
    found, right, _, _ = blocked(patient=False)
    w = found.records[0]
    for _ in range(round(15.0 / TICK)):
        hold(w)
        advance(found.records, 1, TICK)
    assert w["car_lane"][0] != right


def test_who_has_waited_for_long_drives_on() -> None:
    found, right, _, _ = blocked(patient=True)
    w = found.records[0]
    for _ in range(round((WAITS + 40.0) / TICK)):
        hold(w)
        advance(found.records, 1, TICK)
    assert w["car_lane"][0] != right


def test_two_who_wait_for_each_others_lane_come_away() -> None:
    found, right, left = forking()
    w = found.records[0]
    put(found.records, 0, right, 195.0, 0.0)
    put(found.records, 1, left, 195.0, 0.0)
    w["car_goal"][0], w["car_goal"][1] = goal_of(w, left), goal_of(w, right)
    for _ in range(round(40.0 / TICK)):
        advance(found.records, 1, TICK)
    assert not np.isin(w["car_lane"][:2], (right, left)).any(), "they stand for ever"
    assert int(w["collisions"]) == 0
