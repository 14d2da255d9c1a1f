"""Where bodies touch: before two ways cross, behind a tail, beside a way that parts; it is seen, and counted."""

from typing import Any

import numpy as np
import pytest

from simulator.interop.sumo.build import Imported, advance, import_network
from simulator.interop.sumo.routes import Demand
from tests.traffic.test_right_of_way import FAST, TICK, TOWN, crossing, demand_of, lane, network, put, way
from worlds.kit.kernel import kernel
from worlds.road.drivers.demand import place_at_gate
from worlds.road.fields import LINK
from worlds.road.lanes.crossings import TOUCH
from worlds.road.measures.safety import watch

NOBODY = Demand({("a", "b"): 1e-9}, 0.0, 600.0)


def built(lanes: list[Any], ways: list[Any], demand: Demand = NOBODY) -> Imported:
    return import_network(network(lanes, ways), demand, 1)


def straight_pair(angle: float) -> Imported:
    """Two ways of 30 m through one junction that cross in their middles at an angle."""
    c, s = float(np.cos(angle)), float(np.sin(angle))
    lanes = [lane("a", 0, (-100, 0), (-15, 0), TOWN), lane("b", 0, (15, 0), (100, 0), TOWN)]
    lanes += [lane("d", 0, (-100 * c, -100 * s), (-15 * c, -15 * s), TOWN)]
    lanes += [lane("e", 0, (15 * c, 15 * s), (100 * c, 100 * s), TOWN)]
    return built(lanes, [way("a_0", "b_0", major=True), way("d_0", "e_0")])


@pytest.mark.parametrize("degrees", [20.0, 45.0, 90.0])
def test_ways_that_cross_at_a_sharp_angle_touch_for_many_metres(degrees: float) -> None:
    w = straight_pair(np.deg2rad(degrees)).records[0]
    far = TOUCH / np.sin(np.deg2rad(degrees))  # from where on the centre-lines are nearer than bodies are wide
    for link in (4, 5):
        side = int(w["lane_conflict"][link])
        assert w["conflict_here"][side] == pytest.approx(15.0)
        assert far <= 15.0 - w["conflict_from"][side] < far + 1.0
        assert far <= w["conflict_to"][side] - 15.0 < far + 1.0
        assert int(w["conflict_lane"][w["conflict_back"][side]]) == link


def test_ways_that_cross_twice_have_a_conflict_at_both_places() -> None:
    lanes = [lane("a", 0, (-100, 0), (-20, 0), TOWN), lane("b", 0, (20, 0), (100, 0), TOWN)]
    lanes += [lane("c", 0, (-10, -100), (-10, -15), TOWN), lane("d", 0, (10, -15), (10, -100), TOWN)]
    round_about = np.array([(-10, -15), (-10, 10), (10, 10), (10, -15)], float)
    w = built(lanes, [way("a_0", "b_0", major=True), way("c_0", "d_0", "t", shape=round_about)]).records[0]
    places = {}
    for link in (4, 5):
        first = int(w["lane_conflict"][link])
        sides = range(first, first + int(w["lane_conflicts"][link]))
        places[link] = [float(w["conflict_here"][side]) for side in sides]
        for side in sides:
            back = int(w["conflict_back"][side])
            assert (int(w["conflict_back"][back]), int(w["conflict_lane"][back])) == (side, link)
            assert w["conflict_there"][side] == pytest.approx(w["conflict_here"][back])
    assert places == {4: pytest.approx([10.0, 30.0]), 5: pytest.approx([15.0, 55.0])}


def test_nobody_trusts_that_one_who_stands_will_be_gone() -> None:
    imported = straight_pair(np.deg2rad(30.0))
    w = imported.records[0]
    put(imported.records, 0, 4, 19.5, 0.0)  # its rear is at the crossing
    w["car_seat"][0] = 0  # somebody drives it who stands
    put(imported.records, 1, 2, 40.0, TOWN)
    advance(imported.records, 60, TICK)
    assert w["car_speed"][1] < 0.1
    assert int(w["collisions"]) == 0


def test_who_turns_off_is_followed_until_he_is_out_of_the_way() -> None:
    imported = import_network(crossing(TOWN, major="ew"), demand_of({"e": 1e-6}), 1)
    w = imported.records[0]
    approach = int(w["source_lane"][0])
    links = [int(link) for link in w["lane_next"][approach] if link >= 0]
    left, ahead = links[0], links[1]
    put(imported.records, 0, left, 7.0, 0.0)  # waits to turn, its rear 2.5 m behind the line
    w["car_last"][0], w["car_seat"][0] = approach, 0
    put(imported.records, 1, approach, 150.0, TOWN)
    (w["car_goal"][1],) = [goal for goal in range(int(w["destinations"])) if w["way"][approach, goal] == ahead]
    advance(imported.records, 60, TICK)
    assert w["car_speed"][1] < 0.1
    assert int(w["car_lane"][1]) == approach or w["car_pos"][1] < 2.5 - 1.0
    assert int(w["collisions"]) == 0


def test_two_who_turn_left_do_not_wait_for_those_who_are_shut_in_behind_them() -> None:
    imported = import_network(crossing(TOWN, major="ew", line=20.0), demand_of({"e": 1e-6, "w": 1e-6}), 1)
    w = imported.records[0]
    approaches = [int(w["source_lane"][source]) for source in range(2)]
    ways = [[int(link) for link in w["lane_next"][approach] if link >= 0] for approach in approaches]
    for arm, (approach, (left, ahead, _)) in enumerate(zip(approaches, ways, strict=True)):
        first, count = int(w["lane_conflict"][left]), int(w["lane_conflicts"][left])
        oncoming = ways[1 - arm][1]
        (met,) = [
            float(w["conflict_from"][side])
            for side in range(first, first + count)
            if w["conflict_lane"][side] == oncoming
        ]
        for car, link, pos in ((2 + arm, left, met - 0.5), (arm, ahead, met - 0.5 - 4.5 - 2.0)):
            put(imported.records, car, link, pos, 0.0)
            w["car_length"][car], w["car_last"][car] = 4.5, approach
            goals = range(int(w["destinations"]))
            w["car_goal"][car] = next(goal for goal in goals if w["way"][approach, goal] == link)
    advance(imported.records, int(30.0 / TICK), TICK)
    assert [int(w["lane_kind"][w["car_lane"][car]]) == LINK for car in range(4)] == [False] * 4
    assert int(w["collisions"]) == 0


def fork() -> Imported:
    """Two lanes side by side; the right one leads ahead by its first way, and to the right by its second."""
    lanes = [lane("a", 0, (0.0, 0.0), (100.0, 0.0), TOWN), lane("a", 1, (0.0, 3.2), (100.0, 3.2), TOWN)]
    lanes += [lane("b", 0, (110.0, 0.0), (200.0, 0.0), TOWN), lane("c", 0, (105.0, -10.0), (105.0, -100.0), TOWN)]
    lanes += [lane("d", 0, (110.0, 3.2), (200.0, 3.2), TOWN)]
    ways = [way("a_0", "b_0"), way("a_0", "c_0", "r"), way("a_1", "d_0")]
    return built(lanes, ways)


def test_nobody_changes_into_the_tail_of_one_who_has_left_the_lane_by_another_way() -> None:
    imported = fork()
    w = imported.records[0]
    off = int(w["lane_next"][0, 1])
    put(imported.records, 0, off, 1.0, 0.0)
    w["car_length"][0], w["car_last"][0], w["car_seat"][0] = 12.0, 0, 0  # a bus whose tail stands 11 m before the line
    put(imported.records, 1, 1, 80.0, 3.0)  # its way leads ahead by the right lane
    (w["car_goal"][1],) = [goal for goal in range(int(w["destinations"])) if w["way"][0, goal] == w["lane_next"][0, 0]]
    advance(imported.records, 40, TICK)
    assert int(w["collisions"]) == 0


def test_a_lane_of_a_few_metres_is_entered_so_that_one_can_stop_at_its_line() -> None:
    lanes = [lane("a", 0, (0.0, 0.0), (17.0, 0.0), TOWN), lane("b", 0, (30.0, 0.0), (100.0, 0.0), TOWN)]
    imported = built(lanes, [way("a_0", "b_0")])
    w = imported.records[0]
    out = np.zeros(2)
    gate(imported.records, 0, 4.5, TOWN, out)
    assert out[1] == pytest.approx(np.sqrt(2.0 * 2.0 * (17.0 - 4.5 - 2.0)))
    put(imported.records, 0, 2, 0.5, 1.0)  # its tail still fills the lane
    w["car_length"][0], w["car_last"][0] = 12.0, 0
    gate(imported.records, 0, 4.5, TOWN, out)
    assert out[0] == -1.0


@kernel
def gate(records, lane, length, desired, out):  # type: ignore[no-untyped-def]
    out[0], out[1] = place_at_gate(records[0], lane, length, 1.0, desired, 0.5)


def test_one_who_stands_at_the_end_of_a_lane_that_ends_gets_away() -> None:
    lanes = [lane("a", index, (0.0, 3.2 * index), (200.0, 3.2 * index), FAST) for index in range(2)]
    lanes.append(lane("b", 0, (201.0, 3.2), (400.0, 3.2), FAST))
    imported = built(lanes, [way("a_1", "b_0", major=True)])
    w = imported.records[0]
    put(imported.records, 0, 0, 198.5, 0.0)
    advance(imported.records, 20, TICK)
    assert int(w["car_lane"][0]) != 0


def test_trips_that_end_on_an_edge_of_two_lanes_do_not_meet_there() -> None:
    lanes = [lane("a", index, (0.0, 3.2 * index), (200.0, 3.2 * index), TOWN) for index in range(2)]
    lanes += [lane("b", index, (210.0, 3.2 * index), (300.0, 3.2 * index), TOWN) for index in range(2)]
    ways = [way("a_0", "b_0"), way("a_1", "b_1")]
    imported = built(lanes, ways, Demand({("a", "a"): 0.5}, 0.0, 600.0))
    w = imported.records[0]
    ends = [int(index) for index in np.flatnonzero(w["lane_kind"] == 3)]
    left, right = (index for index in ends if w["lane_before"][index, 0] in (0, 1))
    assert {int(w["lane_left"][left]), int(w["lane_right"][right])} == {right, left} or int(
        w["lane_left"][right]
    ) == left
    advance(imported.records, 600, TICK)
    assert int(w["arrived"]) > 100
    assert int(w["collisions"]) == 0


@kernel
def look(records, car):  # type: ignore[no-untyped-def]
    w = records[0]
    watch(w, car, w.car_lane[car], 10.0, 0.5)


def test_two_who_touch_across_are_one_collision_however_long() -> None:
    imported = straight_pair(np.deg2rad(90.0))
    w = imported.records[0]
    put(imported.records, 0, 4, 16.0, 0.0)
    put(imported.records, 1, 5, 14.5, 5.0)
    for _ in range(3):
        look(imported.records, 0)
        look(imported.records, 1)
    assert int(w["collisions"]) == 1
    w["car_pos"][1] = 13.0  # its front is 2 m before the crossing: no body is there
    look(imported.records, 0)
    look(imported.records, 1)
    w["car_pos"][1] = 14.5
    look(imported.records, 1)
    assert int(w["collisions"]) == 2


def test_a_lorry_bends_along_its_way() -> None:
    """A bus that turns left does not sweep over one who waits on the other side of its street."""
    imported = import_network(crossing(TOWN), demand_of({"e": 1e-6}), 1)
    w = imported.records[0]
    links = np.flatnonzero(w["lane_kind"] == LINK).tolist()
    for link in links:
        before, after = int(w["lane_before"][link, 0]), int(w["lane_next"][link, 0])
        put(imported.records, 0, after, 2.0, 3.0)
        w["car_length"][0], w["car_last"][0] = 12.0, link
        (waits,) = {int(w["lane_before"][other, 0]) for other in links if touches_road(w, other, after)} - {before}
        put(imported.records, 1, waits, float(w["lane_length"][waits]) - 1.0, 0.0)
        look(imported.records, 0)
        look(imported.records, 1)
        assert int(w["collisions"]) == 0
        for name in ("car_lane", "car_ahead", "car_behind", "lane_head", "lane_tail"):
            w[name] = -1


def touches_road(w: Any, link: int, after: int) -> bool:
    """Whether a link comes in by the road that a lane goes out by: opposite lanes lie side by side."""
    a = int(w["lane_first"][link])
    b = int(w["lane_first"][after])
    return float(np.hypot(w["point_x"][a] - w["point_x"][b], w["point_y"][a] - w["point_y"][b])) < 4.0


def test_two_who_turn_back_for_each_others_places_take_them() -> None:
    lanes = [lane("a", 0, (-100.0, 0.0), (-10.0, 0.0), TOWN), lane("x", 0, (0.0, 0.0), (11.0, 0.0), TOWN)]
    lanes += [lane("b", 0, (121.0, -8.0), (21.0, -8.0), TOWN), lane("y", 0, (11.0, -8.0), (0.0, -8.0), TOWN)]
    lanes += [lane("p", 0, (21.0, 0.0), (121.0, 0.0), TOWN), lane("q", 0, (-10.0, -8.0), (-100.0, -8.0), TOWN)]
    east, west = {"junction": "e"}, {"junction": "w"}
    ways = [way("a_0", "x_0", **west), way("x_0", "p_0", **east), way("x_0", "y_0", "t", **east)]
    ways += [way("b_0", "y_0", **east), way("y_0", "q_0", **west), way("y_0", "x_0", "t", **west)]
    imported = built(lanes, ways, Demand({("a", "q"): 1e-9, ("b", "p"): 1e-9}, 0.0, 600.0))
    w = imported.records[0]
    for first, (here, there) in enumerate(((1, 3), (3, 1))):
        goal = next(
            goal
            for goal in range(int(w["destinations"]))
            if w["way"][here, goal] >= 0 and w["lane_next"][w["way"][here, goal], 0] == there
        )
        for place in range(2):  # 11 m are full with two, and both want to go back
            put(imported.records, 2 * first + place, here, 10.0 - 7.0 * place, 0.0)
            w["car_goal"][2 * first + place] = goal
    advance(imported.records, int(15.0 / TICK), TICK)
    assert [int(w["car_lane"][car]) for car in range(4)] == [1, 1, 3, 3]  # nobody takes a place that is not free
    advance(imported.records, int(120.0 / TICK), TICK)
    assert int(w["arrived"]) == 4
    assert int(w["collisions"]) == 0
