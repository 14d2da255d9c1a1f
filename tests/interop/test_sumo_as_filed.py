"""What files say is driven: who waits for whom at ties, how fast one goes round a bend, who departs beside whom."""

import re
from pathlib import Path

import numpy as np
import pytest

from simulator.interop.sumo.build import import_network
from simulator.interop.sumo.fleet import Fleet
from simulator.interop.sumo.network import read_network
from simulator.interop.sumo.requests import in_order, link_of
from simulator.interop.sumo.routes import Demand
from tests.interop.crossing import NET, changed
from tests.interop.test_sumo_demand import read
from tests.traffic.test_right_of_way import TOWN, lane, network, put, way
from tests.traffic.test_waiting import fork, forking
from worlds.road.lanes.network import SIDEWAYS
from worlds.world import Refused


def test_a_lane_inside_a_junction_names_its_link() -> None:
    assert link_of(":center_3_0") == 3
    assert link_of(":a_b_2_1") == 3
    assert link_of("") == link_of("lane_0") == link_of(":c_x_0") == link_of(f":c_{'9' * 5000}_0") == -1


def test_nobody_comes_before_those_whom_he_lets_pass() -> None:
    requests = {0: frozenset({2}), 1: frozenset({0}), 2: frozenset[int]()}
    assert in_order([0, 1, 2], requests) == [2, 0, 1]
    assert in_order([0, 1], {0: frozenset({1}), 1: frozenset({0})}) == [0, 1], "who wait for each other stay"
    assert in_order([5, -1, 4], {}) == [0, 1, 2], "of whom nothing is said stay"


@pytest.mark.parametrize(("north", "west", "first"), [("10", "00", "west_0"), ("00", "01", "north_0")])
def test_ways_stand_in_the_order_of_the_requests(tmp_path: Path, north: str, west: str, first: str) -> None:
    net = tmp_path / "cross.net.xml"
    net.write_text(NET)
    changed(net, 'index="0" response="00"', f'index="0" response="{north}"')
    changed(net, 'index="1" response="00"', f'index="1" response="{west}"')
    assert read_network(net).ways[0].start == first


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('index="0" response="00"', 'index="0" response="ab"', "response='ab'"),
        ('index="0" response="00"', f'index="0" response="{"0" * 300}"', "at most 256"),
        ('index="0" response="00"', 'index="-1" response="00"', "index='-1'"),
        ('index="0" response="00"', 'index="0.5" response="00"', "index='0.5'"),
        ('index="0" response="00"', 'index="1" response="00"', "once"),
    ],
)
def test_requests_that_cannot_be_are_refused(tmp_path: Path, old: str, new: str, words: str) -> None:
    net = tmp_path / "cross.net.xml"
    net.write_text(NET)
    with pytest.raises(Refused, match=re.escape(words)):
        read_network(changed(net, old, new))


@pytest.mark.parametrize(("filed", "driven"), [(12.0, 12.0), (None, np.sqrt(SIDEWAYS * 10.0))])
def test_in_a_bend_one_goes_as_fast_as_the_file_says(filed: float | None, driven: float) -> None:
    """A quarter of a circle of 10 m; where the file says nothing, as fast as is comfortable."""
    turn = np.linspace(0.0, np.pi / 2.0, 60)
    bend = np.stack((100.0 + 10.0 * np.sin(turn), 10.0 * np.cos(turn) - 10.0), axis=1)
    lanes = [lane("a", 0, (0.0, 0.0), (100.0, 0.0), TOWN), lane("b", 0, (110.0, -10.0), (110.0, -99.0), TOWN)]
    found = import_network(
        network(lanes, [way("a_0", "b_0", turn="r", shape=bend, speed=filed)]), Demand({("a", "b"): 1e-9}, 0.0, 60.0)
    )
    assert float(found.records["lane_limit"][0, 2]) == pytest.approx(driven, rel=0.02)


def test_who_waits_for_a_full_lane_keeps_nobody_from_the_one_beside(tmp_path: Path) -> None:
    trips = '<trip id="left" depart="0" from="a" to="c"/><trip id="ahead" depart="0" from="a" to="b"/>'
    demand = read(tmp_path, trips + '<trip id="left2" depart="0" from="a" to="c"/>', 60.0)
    _, right, left = forking()
    found = import_network(fork(), demand)
    put(found.records, 19, left, 5.0, 0.0)
    fleet = Fleet(found.records, found.rides, found.edge_of, found.begin)
    fleet.let_in(0.0, 0.5)
    lanes = found.records["car_lane"][0]
    assert (lanes == right).sum() == 1
    assert (lanes == left).sum() == 1, "only the one who stands there"
    assert fleet.waiting == 2
