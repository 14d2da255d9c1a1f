"""What controllers see of lanes that towns do not have: too short to stand on, or let go in part by a phase."""

from pathlib import Path

import numpy as np
import pytest

import worlds
from simulator.app.commands.lights import controller_of
from simulator.engine import Batch, Simulation
from simulator.interop.sumo.bridge import run_here
from simulator.interop.sumo.build import import_network
from simulator.interop.sumo.network import read_network
from simulator.interop.sumo.packing import pack_network
from simulator.interop.sumo.routes import read_demand
from tests.interop.crossing import LIGHT, changed
from worlds.road.fields import ROAD
from worlds.road.layouts.given import unpack
from worlds.traffic.signals.bots import pressure
from worlds.traffic.signals.estimates import count
from worlds.traffic.signals.phases import BLOCK, OWN, ROOM, observe_phases
from worlds.traffic.signals.reach import (
    TIGHT,
    cars_before,
    gap_before,
    near_before,
    queue_before,
    share_let_go,
    tight_between,
)
from worlds.traffic.signals.senses import detect

SECONDS = 300.0
WEST = '<lane id="west_0" index="0" speed="13.89" length="92.00" shape="0.00,48.40 92.00,48.40"/></edge>'
CUT = (
    '<lane id="west_0" index="0" speed="13.89" length="90.20" shape="0.00,48.40 90.20,48.40"/></edge>'
    '<edge id=":m_0" function="internal"><lane id=":m_0_0" index="0" speed="13.89" length="0.90" '
    'shape="90.20,48.40 91.10,48.40"/></edge>'
    '<edge id="gate" from="m" to="c" priority="1"><lane id="gate_0" index="0" speed="13.89" length="0.90" '
    'shape="91.10,48.40 92.00,48.40"/></edge>'
)
NODE = (
    '<junction id="m" type="priority" x="90.6" y="48" incLanes="west_0" intLanes=":m_0_0" shape="90,52 91,44">'
    '<request index="0" response="0" foes="0" cont="0"/></junction><junction id="c"'
)
JOINED = (
    '<connection from="west" to="gate" fromLane="0" toLane="0" via=":m_0_0" dir="s" state="M"/>'
    '<connection from=":m_0" to="gate" fromLane="0" toLane="0" dir="s" state="M"/><connection from="gate" to="east"'
)
TURNING = (
    '<tlLogic id="c" type="static" programID="0" offset="0"><phase duration="20" state="Grr"/>'
    '<phase duration="3" state="yrr"/><phase duration="25" state="rGG"/><phase duration="3" state="ryy"/>'
    '<phase duration="25" state="rrG"/><phase duration="3" state="rry"/></tlLogic>'
)
RIGHT = '<connection from="west" to="south" fromLane="0" toLane="0" tl="c" linkIndex="2" dir="r" state="o"/>'


@pytest.fixture
def cut(files: tuple[Path, Path]) -> tuple[Path, Path]:
    """The crossing, its western street in two: the piece before the light is 0.9 m long."""
    net, routes = files
    changed(net, WEST, CUT)
    changed(net, 'id="west" from="w" to="c"', 'id="west" from="w" to="m"')
    changed(net, 'incLanes="north_0 west_0"', 'incLanes="north_0 gate_0"')
    changed(net, '<junction id="c"', NODE)
    changed(net, '<connection from="west" to="east"', JOINED)
    return net, changed(routes, 'from="west" to="east" begin', 'from="west" to="east" departLane="0" begin')


@pytest.fixture
def shared(files: tuple[Path, Path]) -> str:
    """The crossing, where the western lane turns right too: north; west; those alone who turn right."""
    net, routes = files
    changed(net, LIGHT, TURNING)
    changed(net, '<connection from=":c_0"', RIGHT + '<connection from=":c_0"')
    changed(net, '<request index="0" response="00" foes="10"', '<request index="0" response="000" foes="110"')
    changed(
        net, '<request index="1" response="00" foes="01" cont="0"/>',
        '<request index="1" response="000" foes="001" cont="0"/>'
        '<request index="2" response="000" foes="001" cont="0"/>',
    )  # fmt: skip
    changed(routes, "<trip ", '<flow id="c" from="west" to="south" begin="0" end="600" vehsPerHour="60"/><trip ')
    return pack_network(net, routes, seconds=SECONDS)[0]


@pytest.mark.parametrize("name", ["max-pressure", "bot:max_pressure", "bot:actuated", "bot:longest_queue", "bot:sotl"])
def test_who_waits_for_it_is_served(cut: tuple[Path, Path], name: str) -> None:
    network, demand = read_network(cut[0]), read_demand(cut[1], 0.0, SECONDS)
    imported = import_network(network, demand, 0)
    trips = run_here(imported, controller_of(name, imported, network, demand, None, 0), SECONDS)
    assert trips.began > 40
    assert trips.finished > 0.7 * trips.began  # half of them come by the cut street


def test_detectors_of_it_reach_back(cut: tuple[Path, Path]) -> None:
    text, _ = pack_network(*cut, seconds=SECONDS)
    lanes = unpack(text).lanes
    west, gate, east, north = (lanes.index(f"{name}_0") for name in ("west", "gate", "east", "north"))
    w = Simulation(worlds.get("signals", network=text, tasks="as given"), seed=1).w
    way = int(w["lane_next"][west, 0])
    w["car_lane"][:] = w["lane_head"][:] = w["lane_tail"][:] = -1
    for car, (lane, pos, speed) in enumerate(((way, 0.8, 0.0), (west, 85.0, 0.0), (west, 20.0, 10.0))):
        w["car_lane"][car], w["car_pos"][car], w["car_speed"][car] = lane, pos, speed
    detect(w)
    assert (cars_before(w, gate), queue_before(w, gate), near_before(w, gate)) == (3.0, 2.0, 2.0)
    assert 0.0 < gap_before(w, gate) < 1.0
    assert (cars_before(w, north), queue_before(w, north), gap_before(w, north)) == (0.0, 0.0, 99.0)
    assert tight_between(w, west, east) == gate
    assert tight_between(w, west, gate) == tight_between(w, gate, east) == -1
    w["counted_in"][:] = w["car_lane"]
    w["car_lane"][0] = w["car_lane"][1] = east  # both passed the light since the last look
    before = w["counted"].copy()
    count(w)
    assert (w["counted"] - before)[[west, gate, east]].tolist() == [0.0, 2.0, 2.0]


def test_a_phase_lets_go_its_share_of_a_lane(shared: str) -> None:
    lanes = unpack(shared).lanes
    west, north = lanes.index("west_0"), lanes.index("north_0")
    w = Simulation(worlds.get("signals", network=shared, tasks="as given", observation="phases"), seed=1).w
    assert w["phases"][0] == 3
    assert [share_let_go(w, 0, phase, west) for phase in range(3)] == [0.0, 1.0, 0.5]
    assert [share_let_go(w, 0, phase, north) for phase in range(3)] == [1.0, 0.0, 0.0]
    w["car_lane"][:] = w["lane_head"][:] = w["lane_tail"][:] = -1
    for car in range(4):
        w["car_lane"][car], w["car_pos"][car], w["car_speed"][car] = west, 80.0 - 8.0 * car, 0.0
    detect(w)
    assert [pressure(w, 0, phase, False) for phase in range(3)] == [0.0, 4.0, 2.0]
    seen = np.zeros(OWN + ROOM * BLOCK + 1)
    observe_phases(w, 0, seen)
    cars = seen[OWN : OWN + 3 * BLOCK].reshape(3, BLOCK)[:, 2]
    assert cars[0] == 0.0
    assert cars[1] == 2.0 * cars[2] > 0.0


@pytest.mark.parametrize("junctions", [4, 9])
def test_towns_have_nothing_of_it(junctions: int) -> None:
    world = worlds.get("signals", junctions=junctions)
    for split in ("train", "test-both", "final"):
        batch = Batch(world, 50, split=split, seed=3)
        batch.reset()
        for w in batch.worlds:
            lanes = np.flatnonzero(w["lane_kind"][: int(w["lanes"])] == ROAD)
            assert w["lane_length"][lanes].min() > TIGHT
            before = w["lane_before"][lanes].ravel()
            assert (w["lane_group"][before[before >= 0]] >= 0).all()
            for seat in range(junctions):
                for lane in lanes[w["lane_junction"][lanes] == seat]:
                    assert {share_let_go(w, seat, phase, lane) for phase in range(int(w["phases"][seat]))} <= {0.0, 1.0}
