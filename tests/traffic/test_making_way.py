"""Small pictures of drivers who make way: left turns that wait inside, lost ones who are seen, lanes that merge."""

from typing import Any

import numpy as np

from simulator.interop.sumo.build import Imported, advance, import_network
from simulator.interop.sumo.network import RoadNetwork
from simulator.interop.sumo.routes import Demand
from tests.traffic.test_right_of_way import TICK, TOWN, crossing, demand_of, drive, lane, network, put, way
from worlds.road.fields import EXIT, GREEN, LINK

NOBODY = 1e-9  # vehicles/s


def imported(drawn: RoadNetwork, *trips: tuple[str, str]) -> Imported:
    """A network on which nobody comes of himself; destinations in the order of the trips."""
    return import_network(drawn, Demand(dict.fromkeys(trips, NOBODY), 0.0, 600.0))


def lane_of(w: Any, x: float, y: float) -> int:
    """The lane that begins nearest to a place of the drawing, told by where lanes lie to each other."""
    first = w["lane_first"][: int(w["lanes"])]
    return int(np.argmin(np.hypot(w["point_x"][first] - x, w["point_y"][first] - y)))


def on_way(w: Any, start: int, goal: int) -> int:
    """The link out of a lane towards a destination."""
    return int(w["way"][start, goal])


def goal_to(w: Any, start: int, turned: float) -> int:
    """The destination to which the way out of a lane turns by so much (rad, clockwise)."""

    def turn(goal: int) -> float:
        link = int(w["way"][start, goal])
        if link < 0:
            return 99.0
        first = int(w["lane_first"][link])
        last = first + int(w["lane_points"][link]) - 1
        change = float(w["point_heading"][last] - w["point_heading"][first])
        return abs((change - turned + np.pi) % (2.0 * np.pi) - np.pi)

    return min(range(int(w["destinations"])), key=turn)


def approaches(w: Any) -> list[int]:
    """Lanes that end at a junction."""
    return [at for at in range(int(w["lanes"])) if w["lane_kind"][at] not in (LINK, EXIT)]


def opposite(w: Any, start: int) -> int:
    """The approach that comes towards another."""
    heading = w["point_heading"][w["lane_first"]]
    return min(approaches(w), key=lambda other: abs(np.cos(heading[other] - heading[start]) + 1.0))


def turning_left(gap: float, cars: int) -> tuple[Imported, int]:
    """Vehicle 0 comes up to a green light to turn left, ``cars`` others ``gap`` m apart come towards it."""
    arms = ("n", "e", "s", "w")
    trips = [(f"{start}_in", f"{end}_out") for start in arms for end in arms if start != end]
    found = imported(crossing(TOWN, major="ew"), *trips)
    w = found.records[0]
    w["lane_group"][w["lane_kind"] == LINK], w["group_state"][0] = 0, GREEN
    main = [at for at in approaches(w) if abs(np.sin(w["point_heading"][w["lane_first"][at]])) < 0.1]
    mine = main[0]
    towards = opposite(w, mine)
    put(found.records, 0, mine, float(w["lane_length"][mine]) - 60.0, 10.0)
    w["car_goal"][0] = goal_to(w, mine, -0.5 * np.pi)
    for car in range(1, cars + 1):
        put(found.records, car, towards, float(w["lane_length"][towards]) - 35.0 - gap * (car - 1), TOWN)
        w["car_goal"][car] = goal_to(w, towards, 0.0)
    return found, on_way(w, mine, int(w["car_goal"][0]))


def test_who_turns_left_waits_in_the_middle_and_holds_nobody_up() -> None:
    found, link = turning_left(gap=25.0, cars=7)
    w = found.records[0]
    stood, hardest = 0.0, 0.0
    for _ in range(60):
        advance(found.records, 1, TICK)
        if w["car_lane"][0] == link and w["car_speed"][0] < 0.1:
            stood = max(stood, float(w["car_pos"][0]))
        others = w["car_lane"][1:8] >= 0
        hardest = min(hardest, float(w["car_accel"][1:8][others].min(initial=0.0)))
    assert stood > 2.0, "it waited at the line"
    assert hardest > -2.5, "those with the right of way braked for it"
    assert int(w["collisions"]) == 0
    assert w["car_lane"][0] < 0 or w["lane_kind"][w["car_lane"][0]] == EXIT, "it still waits"


def test_two_who_turn_left_do_not_wait_for_those_behind_each_other() -> None:
    flows = {"e": 500.0, "w": 500.0, "n": 20.0, "s": 20.0}
    w = drive(import_network(crossing(TOWN, major="ew"), demand_of(flows), 5), 30.0)
    assert int(w["arrived"]) > 400
    assert int(w["collisions"]) == 0


def test_a_left_turn_goes_on_where_nobody_comes() -> None:
    found, link = turning_left(gap=25.0, cars=0)
    w, slowest = found.records[0], 99.0
    for _ in range(40):
        advance(found.records, 1, TICK)
        if w["car_lane"][0] == link:
            slowest = min(slowest, float(w["car_speed"][0]))
    assert 3.0 < slowest < 99.0


def test_who_comes_to_wait_inside_holds_to_it_when_the_line_is_too_near_to_stop_at() -> None:
    """So near the line nobody can stop at it; who was going to wait behind it must not drive on instead."""
    for speed in (3.5, 4.0, 4.5):
        for theirs in (4.0, 9.0, 16.0, 20.0):
            found, _ = turning_left(gap=25.0, cars=1)
            w = found.records[0]
            for car, metres, fast in ((0, 0.4, speed), (1, theirs, 10.5)):
                w["car_pos"][car], w["car_speed"][car] = w["lane_length"][w["car_lane"][car]] - metres, fast
            hardest = np.zeros(2)
            for _ in range(16):
                advance(found.records, 1, TICK)
                hardest = np.minimum(hardest, w["car_accel"][:2])
            assert int(w["collisions"]) == 0, (speed, theirs)
            assert hardest[0] > -6.0, (speed, theirs)
            assert hardest[1] > -3.0, f"who has the right of way braked: {speed, theirs}"


def test_who_leaves_where_others_go_on_keeps_off_their_tails() -> None:
    found, link = turning_left(gap=9.0, cars=7)
    w = found.records[0]
    mine, end = int(w["car_lane"][0]), int(np.flatnonzero(w["lane_kind"][: int(w["lanes"])] == EXIT)[0])
    advance(found.records, 16, TICK)
    w["car_lane"][1:] = -1  # not needed any more; 0 is held by hand
    assert w["car_lane"][0] == link, "the picture is another one"
    put(found.records, 8, mine, float(w["lane_length"][mine]) - 15.0, 8.0)
    goal = goal_to(w, mine, 0.0)
    free = int(np.flatnonzero(w["lane_next"][mine] < 0)[0])
    w["lane_next"][mine, free], w["way"][mine, goal], w["car_goal"][8] = end, end, goal
    for _ in range(20):
        w["car_pos"][0], w["car_speed"][0], w["car_accel"][0] = float(w["car_length"][0]) - 0.7, 0.0, 0.0
        advance(found.records, 1, TICK)
    assert w["car_lane"][8] == mine, "it drove through the tail of another"
    assert int(w["collisions"]) == 0


def test_who_missed_his_way_is_seen_where_he_goes() -> None:
    """One on the main street has no way to where he wants and drives on: who waits beside it must not rely on that."""
    arms = ("n", "e", "s", "w")
    trips = [(f"{start}_in", f"{end}_out") for start in arms for end in arms if start != end]
    for before in (30.0, 45.0, 60.0):
        found = imported(crossing(TOWN, major="ew"), *trips)
        w = found.records[0]
        heading = w["point_heading"][w["lane_first"]]
        main = next(at for at in approaches(w) if abs(np.sin(heading[at])) < 0.1)
        minor = next(at for at in approaches(w) if abs(np.cos(heading[at])) < 0.1)
        put(found.records, 0, main, float(w["lane_length"][main]) - before, TOWN)
        put(found.records, 1, minor, float(w["lane_length"][minor]) - 2.0, 0.0)
        w["car_goal"][1] = goal_to(w, minor, 0.0)
        lost = goal_to(w, main, 0.0)
        w["car_goal"][0], w["way"][main, lost] = lost, -1
        hardest = 0.0
        for _ in range(24):
            advance(found.records, 1, TICK)
            hardest = min(hardest, float(w["car_accel"][0]))
        assert int(w["collisions"]) == 0
        assert hardest > -3.0, "nobody gave way to him"


def merging(cars: int) -> tuple[Imported, int]:
    """Two lanes of 400 m of which the right one ends, ``cars`` vehicles in each, close up; the lane behind the end."""
    lanes = [lane("a", index, (0.0, 3.2 * index), (400.0, 3.2 * index), TOWN) for index in range(2)]
    lanes.append(lane("b", 0, (403.5, 3.2), (900.0, 3.2), TOWN))
    found = imported(network(lanes, [way("a_1", "b_0", major=True)]), ("a", "b"))
    w = found.records[0]
    ends = next(at for at in range(int(w["lanes"])) if w["lane_next"][at, 0] < 0 and w["lane_kind"][at] != EXIT)
    goes_on = int(w["lane_left"][ends])
    for car in range(cars):
        for side, start in enumerate((ends, goes_on)):
            number = 2 * car + side
            put(found.records, number, start, 250.0 - 14.0 * car + 0.5 * side, 9.0)
            w["car_polite"][number], w["car_cool"][number] = 0.2, 0.1 * number % 1.0
    return found, int(w["lane_next"][w["lane_next"][goes_on, 0], 0])


def behind_one_who_must_change(polite: float) -> Any:
    """Vehicle 0 stands at the end of its lane; in the lane beside 1 comes a metre behind its tail, 3 follows."""
    found, _ = merging(2)
    w = found.records[0]
    end = float(w["lane_length"][w["car_lane"][0]])
    for car, before, speed in ((0, 2.0, 0.0), (1, 3.0 + float(w["car_length"][0]), 8.0), (3, 25.0, 5.0)):
        w["car_pos"][car], w["car_speed"][car] = end - before, speed
    w["car_cool"][:4] = (0.0, 9.0, 9.0, 9.0)
    w["car_polite"][3] = polite
    advance(found.records, 1, TICK)
    return w


def test_who_must_change_asks_the_first_one_that_has_space() -> None:
    w = behind_one_who_must_change(polite=0.2)
    assert w["car_heeds"][1] == -1, "one who cannot let it in any more was asked"
    assert w["car_heeds"][3] == 0, "nobody was asked"
    alone = behind_one_who_must_change(polite=-1.0)
    assert alone["car_heeds"][3] == -1
    assert w["car_accel"][3] < alone["car_accel"][3] - 0.2, "it did not ease off"
    assert w["car_accel"][1] == alone["car_accel"][1]


def test_where_a_lane_ends_all_get_in() -> None:
    cars = 8
    found, beyond = merging(cars)
    w = found.records[0]
    order: list[int] = []
    for _ in range(300):
        before = w["car_lane"][: 2 * cars].copy()
        advance(found.records, 1, TICK)
        after = w["car_lane"][: 2 * cars]
        order += np.flatnonzero((after == beyond) & (before != beyond)).tolist()
    assert sorted(order) == list(range(2 * cars)), "somebody did not get in"
    last = max(order.index(car) for car in range(1, 2 * cars, 2))
    assert any(car % 2 == 0 for car in order[:last]), "nobody was let in before the other lane was empty"
    assert int(w["collisions"]) == 0
