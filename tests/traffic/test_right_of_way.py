"""Small pictures of the rules of the road: who gives way, who stops, who keeps off whose tail; and nobody is hit."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulator.interop.sumo.build import Imported, advance, ask_light, import_network
from simulator.interop.sumo.network import Lane, Phase, RoadNetwork, Way
from simulator.interop.sumo.routes import Demand
from worlds.kit.kernel import kernel
from worlds.road.drivers.order import enter
from worlds.road.drivers.precedence import come_towards, is_left_turn
from worlds.road.drivers.yielding import AT_LINE
from worlds.road.fields import ALL_STOP, GREEN, LINK

TICK = 0.5  # s
ARMS = {"n": (0.0, 1.0), "e": (1.0, 0.0), "s": (0.0, -1.0), "w": (-1.0, 0.0)}  # clockwise
TURNS = ((1, "l", 0.2), (2, "s", 0.6), (3, "r", 0.2))  # arms on, the turn, the share that takes it
LINE, EDGE = 10.0, 250.0  # m from the middle to the stop lines, and to the edge of the map
ASIDE = 1.6  # m from the middle of a road to the middle of its lanes
TOWN = 50 / 3.6  # m/s
FAST = 120 / 3.6


def lane(edge: str, index: int, start: tuple[float, float], end: tuple[float, float], limit: float) -> Lane:
    shape = np.array((start, end))
    return Lane(f"{edge}_{index}", edge, index, limit, float(np.hypot(*(shape[1] - shape[0]))), 3.2, shape)


def way(start: str, end: str, turn: str = "s", **more: Any) -> Way:
    values = {"junction": "c", "shape": None, "speed": None, "light": "", "link": -1, "major": False, **more}
    return Way(start, end, turn=turn, **values)


def network(lanes: list[Lane], ways: list[Way], lights: dict[str, tuple[Phase, ...]] | None = None) -> RoadNetwork:
    return RoadNetwork(Path("drawn.net.xml"), tuple(lanes), tuple(ways), lights or {}, {})


def crossing(limit: float, *, major: str = "", custom: str = "", stops: str = "", line: float = LINE) -> RoadNetwork:
    """Four arms of one lane each way; those named in `major` go first, those in `stops` have a stop sign."""
    lanes, ways, names = [], [], list(ARMS)
    for order, (arm, (x, y)) in enumerate(ARMS.items()):
        dx, dy = -ASIDE * y, ASIDE * x  # to the right of those who come in
        near, far = (line * x, line * y), (EDGE * x, EDGE * y)
        lanes.append(lane(f"{arm}_in", 0, (far[0] + dx, far[1] + dy), (near[0] + dx, near[1] + dy), limit))
        lanes.append(lane(f"{arm}_out", 0, (near[0] - dx, near[1] - dy), (far[0] - dx, far[1] - dy), limit))
        for step, turn, _ in TURNS:
            other = names[(order + step) % 4]
            ways.append(
                way(
                    f"{arm}_in_0", f"{other}_out_0", turn, major=arm in major, custom="stop" if arm in stops else custom
                )
            )
    return network(lanes, ways)


def demand_of(flows: dict[str, float]) -> Demand:
    """Vehicles an hour by arm; most go straight ahead."""
    names = list(ARMS)
    found = {
        (f"{arm}_in", f"{names[(names.index(arm) + step) % 4]}_out"): share * flow / 3600.0
        for arm, flow in flows.items()
        for step, _, share in TURNS
    }
    return Demand(found, 0.0, 3600.0)


def drive(imported: Imported, minutes: float) -> Any:
    """The record after some minutes from empty roads."""
    advance(imported.records, int(minutes * 60.0 / TICK), TICK)
    return imported.records[0]


def delay(w: Any) -> float:
    """Mean seconds lost so far by those who came."""
    return float(w["lost"]) / int(w["came"].sum())


@pytest.mark.parametrize("limit", [TOWN, 70 / 3.6])
def test_side_roads_give_way_at_any_legal_speed(limit: float) -> None:
    flows = {"e": 450.0, "w": 450.0, "n": 100.0, "s": 100.0}
    w = drive(import_network(crossing(limit, major="ew"), demand_of(flows), 1), 20.0)
    assert int(w["collisions"]) == 0
    assert int(w["arrived"]) > 300
    assert delay(w) < 20.0


def test_who_comes_from_the_right_goes_first_and_nobody_is_hit() -> None:
    imported = import_network(crossing(TOWN, custom="right first"), demand_of(dict.fromkeys(ARMS, 180.0)), 1)
    w = drive(imported, 20.0)
    assert int(w["collisions"]) == 0
    assert int(w["arrived"]) > 170
    assert delay(w) < 40.0


def test_a_stop_sign_among_those_who_come_from_the_right_holds_nobody_for_ever() -> None:
    network = crossing(TOWN, custom="right first", stops="n")
    w = drive(import_network(network, demand_of(dict.fromkeys(ARMS, 180.0)), 1), 20.0)
    assert int(w["collisions"]) == 0
    assert int(w["arrived"]) > 170
    assert float(w["car_stood"].max()) < 120.0


def test_everybody_stands_at_an_all_way_stop() -> None:
    imported = import_network(crossing(TOWN, custom="all stop"), demand_of(dict.fromkeys(ARMS, 180.0)), 1)
    w, entered = imported.records[0], 0
    slowest: dict[int, float] = {}
    for _ in range(int(600.0 / TICK)):
        before = w["car_lane"].copy()
        advance(imported.records, 1, TICK)
        for car in np.flatnonzero(w["car_lane"] >= 0).tolist():
            here, was = int(w["car_lane"][car]), int(before[car])
            if w["lane_kind"][here] == LINK and was >= 0 and w["lane_kind"][was] != LINK:
                assert slowest.pop(car) < 0.1, "a vehicle passed the line without a stop"
                entered += 1
            elif w["lane_junction"][here] >= 0 and w["lane_length"][here] - w["car_pos"][car] < AT_LINE:
                slowest[car] = min(slowest.get(car, 99.0), float(w["car_speed"][car]))
    assert entered > 80
    assert int(w["collisions"]) == 0
    assert (w["lane_rank"][: int(w["lanes"])][w["lane_kind"][: int(w["lanes"])] == LINK] == ALL_STOP).all()
    assert delay(w) < 25.0


def test_who_comes_towards_one_is_told_by_lanes_however_coarsely_a_bend_is_drawn() -> None:
    lanes = [lane("a", 0, (-100, 0), (-10, 0), TOWN), lane("b", 0, (100, -20), (10, -2), TOWN)]
    lanes.append(lane("n", 0, (0, 10), (0, 100), TOWN))
    bends = (("a_0", "l", [(-10, 0), (0, 4), (0, 10)]), ("b_0", "r", [(10, -2), (4, 6), (0, 10)]))
    ways = [way(start, "n_0", turn, shape=np.array(bend, float)) for start, turn, bend in bends]
    imported = import_network(network(lanes, ways), Demand({("a", "n"): 1e-9, ("b", "n"): 1e-9}, 0.0, 600.0), 1)
    w, out = imported.records[0], np.zeros(2)
    towards(imported.records, 3, 4, out)
    assert out.tolist() == [1.0, 1.0]
    for link, start in ((3, 0), (4, 1)):
        ends = w["lane_first"][start] + w["lane_points"][start] - 1
        assert w["point_heading"][w["lane_first"][link]] == w["point_heading"][ends]


@kernel
def towards(records, link, other, out):  # type: ignore[no-untyped-def]
    out[0], out[1] = come_towards(records[0], link, other), is_left_turn(records[0], link)


# --- one behind the other ----------------------------------------------------------------------------------------


@kernel
def put(records, car, lane, pos, speed):  # type: ignore[no-untyped-def]
    w = records[0]
    w.car_pos[car], w.car_speed[car], w.car_length[car] = pos, speed, 4.5
    w.car_desire[car], w.car_headway[car], w.car_brisk[car], w.car_comfort[car] = 1.0, 1.0, 1.4, 2.0
    w.car_gap[car] = 4.5
    w.car_seat[car] = -1
    enter(w, car, lane)


def in_a_row(lengths: tuple[float, ...], limit: float) -> Imported:
    """Lanes of these lengths one after the other, a way of 1 m through a junction between any two; nobody comes."""
    lanes, ways, x = [], [], 0.0
    for order, length in enumerate(lengths):
        lanes.append(lane(f"p{order}", 0, (x, 0.0), (x + length, 0.0), limit))
        x += length + 1.0
    for order in range(len(lengths) - 1):
        ways.append(way(f"p{order}_0", f"p{order + 1}_0", junction=f"c{order}"))
    return import_network(network(lanes, ways), Demand({("p0", lanes[-1].edge): 1e-9}, 0.0, 600.0))


def test_a_driver_who_stops_at_the_line_keeps_off_a_tail_before_it() -> None:
    imported = in_a_row((300.0, 100.0), TOWN)
    w = imported.records[0]
    put(imported.records, 0, 1, 1.0, 0.0)  # its rear stands 2.5 m before the line, and it fills the lane beyond
    put(imported.records, 1, 0, 200.0, TOWN)
    w["car_seat"][0] = 0  # driven by somebody who stands
    advance(imported.records, 80, TICK)
    assert w["car_speed"][1] < 0.1
    assert 300.0 - 2.5 - w["car_pos"][1] > 0.5
    assert int(w["collisions"]) == 0


def test_lanes_of_a_few_metres_hide_nobody() -> None:
    imported = in_a_row((300.0, *((3.0,) * 5), 100.0), TOWN)
    w = imported.records[0]
    put(imported.records, 0, 6, 5.0, 0.0)
    put(imported.records, 1, 0, 200.0, TOWN)
    w["car_seat"][0] = 0
    hardest = 0.0
    for _ in range(80):
        advance(imported.records, 1, TICK)
        hardest = min(hardest, float(w["car_accel"][1]))
    assert int(w["collisions"]) == 0
    assert hardest > -4.0


def on_ramp() -> Imported:
    """Two lanes of a motorway and a ramp come to three lanes by ways 3.5 m long; the third ends."""
    lanes, ways = [], []
    for index in range(2):
        y = 3.2 * (index + 1)
        lanes.append(lane("main", index, (0.0, y), (800.0, y), FAST))
        lanes.append(lane("on", index, (1107.0, y), (1600.0, y), FAST))
    lanes.append(lane("ramp", 0, (400.0, 0.0), (800.0, 0.0), 80 / 3.6))
    lanes += [lane("beside", index, (803.5, 3.2 * index), (1103.5, 3.2 * index), FAST) for index in range(3)]
    for start, end, name in (
        ("main_0", "beside_1", "b"), ("main_1", "beside_2", "b"), ("ramp_0", "beside_0", "b"),
        ("beside_1", "on_0", "c"), ("beside_2", "on_1", "c"),
    ):  # fmt: skip
        ways.append(way(start, end, major=True, junction=name))
    flows = {("main", "on"): 3000.0 / 3600.0, ("ramp", "on"): 500.0 / 3600.0}
    return import_network(network(lanes, ways), Demand(flows, 0.0, 3600.0), 3)


def test_who_joins_a_motorway_sees_those_behind_short_ways() -> None:
    w = drive(on_ramp(), 30.0)
    assert int(w["arrived"]) > 1500
    assert int(w["collisions"]) == 0


# --- lights ------------------------------------------------------------------------------------------------------


def two_lights(yellows: tuple[float, float], red: float = 1.0) -> Imported:
    """A street from west to east with two lights, a street from north to south at each."""
    lanes = [lane("a", 0, (0, 0), (100, 0), TOWN), lane("b", 0, (110, 0), (200, 0), TOWN)]
    lanes.append(lane("c", 0, (210, 0), (300, 0), TOWN))
    ways, lights = [], {}
    for order, (start, end) in enumerate((("a", "b"), ("b", "c"))):
        x, name = 105.0 + 100.0 * order, f"light{order}"
        lanes.append(lane(f"n{order}", 0, (x, 100.0), (x, 5.0), TOWN))
        lanes.append(lane(f"s{order}", 0, (x, -5.0), (x, -100.0), TOWN))
        ways.append(way(f"{start}_0", f"{end}_0", junction=name, light=name, link=0))
        ways.append(way(f"n{order}_0", f"s{order}_0", junction=name, light=name, link=1))
        states = (("Gr", 20.0), ("yr", yellows[order]), ("rr", red), ("rG", 20.0), ("ry", yellows[order]), ("rr", red))
        lights[name] = tuple(Phase(state, seconds) for state, seconds in states)
    flows = {("a", "c"): 0.1, ("n0", "s0"): 0.1, ("n1", "s1"): 0.1}
    return import_network(network(lanes, ways, lights), Demand(flows, 0.0, 3600.0))


def green_after(imported: Imported, light: int, dt: float) -> float:
    """Seconds from asking a light for its second phase to green."""
    w, junction = imported.records[0], imported.lights[light].junction
    (link,) = (
        link
        for link in np.flatnonzero((w["lane_kind"] == LINK) & (w["lane_junction"] == junction)).tolist()
        if int(w["phase_groups"][junction, 1]) >> int(w["lane_group"][link]) % 40 & 1
    )
    ask_light(imported.records, junction, 1)
    for tick in range(int(20.0 / dt)):
        advance(imported.records, 1, dt)
        if w["group_state"][w["lane_group"][link]] == GREEN:
            return tick * dt
    return np.inf


@pytest.mark.parametrize("dt", [0.5, 0.2, 0.1])
@pytest.mark.parametrize("yellow", [3.0, 3.2, 2.7, 4.25])
def test_a_light_turns_green_after_any_yellow_with_any_tick(yellow: float, dt: float) -> None:
    change = yellow + 1.0
    assert change - 1e-6 <= green_after(two_lights((yellow, yellow)), 0, dt) < change + dt


def test_every_light_keeps_its_own_yellow() -> None:
    imported = two_lights((3.2, 5.0))
    assert [light.yellow for light in imported.lights] == [3.2, 5.0]
    assert green_after(imported, 0, TICK) == pytest.approx(4.5)
    assert green_after(imported, 1, TICK) == pytest.approx(6.0)


def test_traffic_passes_a_light_of_an_odd_yellow() -> None:
    imported = two_lights((3.2, 2.7))
    for second in range(600):
        for light in imported.lights:
            ask_light(imported.records, light.junction, second // 30 % 2)
        advance(imported.records, 5, 0.2)
    w = imported.records[0]
    assert int(w["arrived"]) > 100
    assert int(w["collisions"]) == 0
