"""Who departs when, in what, and by which way: as SUMO reads it, or refused by name."""

import math
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulator.interop.sumo.bridge import FixedTime, run_here
from simulator.interop.sumo.build import import_network
from simulator.interop.sumo.courses import plan_courses
from simulator.interop.sumo.drivers import driver_of
from simulator.interop.sumo.fleet import Fleet
from simulator.interop.sumo.flows import AVERAGE, Departure, Start, draw_departures
from simulator.interop.sumo.network import RoadNetwork
from simulator.interop.sumo.routes import Demand, read_demand
from simulator.interop.sumo.scene import RoadScene
from tests.traffic.test_right_of_way import lane, network, way
from worlds.road.fields import BUS, CAR
from worlds.world import Refused


def read(tmp_path: Path, text: str, seconds: float = 1800.0, **more: Any) -> Demand:
    path = tmp_path / "a.rou.xml"
    path.write_text(f"<routes>{text}</routes>")
    return read_demand(path, 0.0, seconds, **more)


def departures(demand: Demand, seed: int = 0) -> list[Departure]:
    return draw_departures(demand.streams, demand.begin, demand.begin + demand.seconds, seed)


@pytest.mark.parametrize(
    ("words", "times"),
    [
        ('number="10" period="5"', np.arange(10) * 5.0),
        ('period="0" number="5"', np.zeros(5)),
        ('number="4"', np.arange(4) * 450.0),  # spread over the run, whose end is the flow's
        ('number="4" end="8"', np.arange(4) * 2.0),
        ('period="600"', [0.0, 600.0, 1200.0]),
        ('begin="0:10:00" period="600" end="1801"', [600.0, 1200.0]),
        ('vehsPerHour="6" end="3600"', [0.0, 600.0, 1200.0]),
        ('perHour="6" number="2"', [0.0, 600.0]),
    ],
)
def test_flows_depart_as_in_sumo(tmp_path: Path, words: str, times: Any) -> None:
    demand = read(tmp_path, f'<flow id="f" from="a" to="b" {words}/>')
    assert [departure.time for departure in departures(demand)] == pytest.approx(list(times))
    assert demand.flows["a", "b"] * 1800.0 == pytest.approx(len(times))


@pytest.mark.parametrize("words", ['probability="0.1"', 'period="exp(0.1)"'])
def test_flows_by_chance_depart_about_as_often(tmp_path: Path, words: str) -> None:
    demand = read(tmp_path, f'<flow id="f" from="a" to="b" begin="100" end="1100" {words}/>')
    assert demand.flows["a", "b"] * 1800.0 == pytest.approx(100.0)
    counts = [len(departures(demand, seed)) for seed in range(40)]
    assert np.mean(counts) == pytest.approx(100.0, abs=8.0)
    times = [departure.time for departure in departures(demand)]
    assert times == sorted(times)
    assert times[0] >= 100.0
    assert times[-1] < 1100.0
    assert departures(demand) == departures(demand)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ('vehsPerHour="-100"', "vehsPerHour=-100: 0 or more"),
        ('number="-10"', "number=-10: a whole number from 0 on"),
        ('number="1.5"', "number=1.5: a whole number"),
        ('probability="3"', "probability=3: 0 to 1"),
        ('begin="100" end="50" number="3"', "begins at 100 s and ends at 50 s"),
        ('period="0"', "period=0 and no number"),
        ('period="1e-320"', "period=9.99989e-321: at most 1000 vehicles a second"),
        ('vehsPerHour="1e11"', "vehsPerHour=1e.11: at most 1000 vehicles a second"),
        ('period="exp(0)"', r"period=exp\(0\): a rate above 0"),
        ('period="5" vehsPerHour="4"', "has vehsPerHour and period: only one"),
        ('number="1e9" period="1e-9"', "sends more vehicles than one run takes"),
        ('begin="soon" number="1"', "begin='soon' .* is no time"),
        ('begin="1:2" number="1"', "begin='1:2' .* is no time"),
    ],
)
def test_flows_that_sumo_refuses_are_refused_by_name(tmp_path: Path, words: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence) as caught:
        departures(read(tmp_path, f'<flow id="odd" from="a" to="b" {words}/>'))
    assert "line 1 of a.rou.xml" in str(caught.value)


def test_intervals_say_when_their_flows_begin_and_end(tmp_path: Path) -> None:
    demand = read(tmp_path, '<interval begin="60" end="120"><flow id="f" from="a" to="b" number="3"/></interval>')
    assert [departure.time for departure in departures(demand)] == [60.0, 80.0, 100.0]


def test_types_and_ways_are_drawn_from_distributions(tmp_path: Path) -> None:
    demand = read(
        tmp_path,
        '<vTypeDistribution id="mix"><vType id="car" probability="3"/><vType id="bus" vClass="bus" probability="1"/>'
        '</vTypeDistribution><route id="r" edges="a b c"/><routeDistribution id="ways" routes="r" probabilities="1">'
        '<route id="s" edges="a d c" probability="2"/></routeDistribution>'
        '<flow id="f" type="mix" route="ways" number="1200" end="1800"/>',
    )
    found = departures(demand)
    kinds, ways = Counter(one.type.kind for one in found), Counter(one.route for one in found)
    assert kinds[CAR] == pytest.approx(900, abs=60)
    assert kinds[BUS] == pytest.approx(300, abs=60)
    assert ways["a", "d", "c"] == pytest.approx(800, abs=60)
    assert demand.flows == {("a", "c"): pytest.approx(1200 / 1800)}


def test_a_type_says_how_long_fast_and_brisk(tmp_path: Path) -> None:
    demand = read(
        tmp_path,
        '<vType id="t" vClass="truck" length="9.5" maxSpeed="20" speedFactor="normc(0.9,0.1,0.8,1.0)" accel="1.1" '
        'decel="4.5" tau="1.6" minGap="3" sigma="0.5"/><flow id="f" type="t" from="a" to="b" number="50"/>',
    )
    kind = demand.streams[0].types[0][0]
    assert (kind.length, kind.max_speed, kind.accel, kind.decel, kind.tau) == (9.5, 20.0, 1.1, 4.5, 1.6)
    assert (kind.min_gap, kind.sigma) == (3.0, 0.5)
    factors = [departure.factor for departure in departures(demand)]
    assert all(0.8 <= factor <= 1.0 for factor in factors)
    assert len(set(factors)) > 10
    assert demand.left_out == {}


def test_what_a_type_leaves_out_is_as_in_sumo(tmp_path: Path) -> None:
    demand = read(tmp_path, '<vType id="t" vClass="bus"/><flow id="f" type="t" from="a" to="b" number="1"/>')
    kind = demand.streams[0].types[0][0]
    assert (kind.length, kind.accel, kind.decel, kind.tau, kind.min_gap) == (12.0, 1.2, 4.0, 1.0, 2.5)
    assert kind.factor[:2] == (1.0, 0.0)  # buses keep to the limit
    driver = driver_of(kind, 1.0)
    assert driver.room == pytest.approx(12.5)  # 2.5 m before it, of which 2 m are everybody's here
    assert driver.brisk == pytest.approx(0.9)  # what sigma=0.5 leaves of 1.2
    assert driver.dawdles == pytest.approx(0.3)
    assert driver_of(kind, 0.2).dawdles == pytest.approx(0.06)


def test_departures_say_where_and_how_fast(tmp_path: Path) -> None:
    words = 'departLane="best_prob" departSpeed="max" departPos="random_free"'
    demand = read(tmp_path, f'<trip id="t" depart="0" from="a" to="b" {words}/>')
    assert demand.streams[0].start == Start("best", math.inf, "random")
    usual = read(tmp_path, '<trip id="t" depart="0" from="a" to="b"/>')
    assert usual.streams[0].start == Start("best", AVERAGE, "base")
    odd = read(tmp_path, '<trip id="t" depart="0" from="a" to="b" departLane="middle"/>')
    assert odd.left_out == {"departLane, departSpeed or departPos of a trip, driven as usual": 1}
    given = read(tmp_path, '<trip id="t" depart="0" departPos="30" departSpeed="5" from="a" to="d"/>', 60.0)
    imported = import_network(two_ways(), given)
    Fleet(imported.records, imported.rides, imported.edge_of, imported.begin).let_in(0.0, 0.5)
    assert float(imported.records["car_pos"][0].max()) == 30.0
    assert float(imported.records["car_speed"][0].max()) == 5.0


def test_nobody_departs_into_the_way_of_those_who_come(tmp_path: Path) -> None:
    text = '<flow id="f" from="a" to="d" period="3" number="60" departSpeed="max"/><route id="r" edges="b d"/>'
    demand = read(tmp_path, f'{text}<flow id="g" route="r" period="4" number="40"/>', 300.0)
    _, trips = visited(demand, 300.0)
    assert trips.finished > 60
    assert trips.collisions == 0


def test_lanes_shorter_than_a_vehicle_let_nobody_into_another(tmp_path: Path) -> None:
    lanes = [
        lane("a", 0, (0.0, 0.0), (0.2, 0.0), 14.0), lane("b", 0, (10.0, 5.0), (160.0, 5.0), 14.0),
        lane("c", 0, (10.0, 0.0), (160.0, 0.0), 14.0),
    ]  # fmt: skip
    short = network(lanes, [way("a_0", "b_0", "l"), way("a_0", "c_0")])
    demand = read(tmp_path, '<flow id="f" from="a" to="c" period="2" number="30"/>', 120.0)
    imported = import_network(short, demand)
    trips = run_here(imported, FixedTime(imported), 120.0)
    assert trips.finished > 10
    assert trips.collisions == 0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            '<person id="p" depart="0"/>',
            "<person> 'p' in line 1 of a.rou.xml is nobody who drives a car.*leaves it out",
        ),
        ('<trip id="t" depart="triggered" from="a" to="b"/>', "departs triggered.*leaves it out"),
        ('<vType id="bike" vClass="bicycle"/><trip id="t" type="bike" depart="0" from="a" to="b"/>', "is a bicycle"),
        ('<trip id="t" depart="0" fromTaz="1" to="b"/>', "goes from a district or a junction"),
        (
            '<vehicle id="v" depart="0"><route edges="a b"/><stop lane="a_0"/></vehicle>',
            "<stop> in line 1.*nobody stops",
        ),
        ('<trip id="t" type="ufo" depart="0" from="a" to="b"/>', "is of type 'ufo', which is not there"),
        ('<vType id="v" length="-5"/>', "length=-5 of <vType> 'v'.*above 0"),
        ('<vType id="v" speedFactor="fast"/>', "speedFactor='fast' of <vType> 'v'.*normc"),
        ('<vTypeDistribution id="m" vTypes="a b" probabilities="1"/>', "has 2 names and 1 shares"),
        ('<rerouter id="r"/>', "<rerouter> 'r' in line 1.*cannot be imported"),
    ],
)
def test_who_cannot_be_driven_is_refused_by_name(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(Refused, match=words):
        read(tmp_path, text)


def test_who_cannot_be_driven_is_left_out_and_counted(tmp_path: Path) -> None:
    demand = read(
        tmp_path,
        '<person id="p" depart="0"/><person id="q" depart="0"/><vType id="bike" vClass="bicycle"/>'
        '<trip id="t" type="bike" depart="0" from="a" to="b"/><trip id="u" depart="0" from="a" to="b"/>'
        '<trip id="s" depart="3" departPos="50" from="a" to="b"><stop lane="a_0"/></trip>',
        leave_out=True,
    )
    assert len(departures(demand)) == 2
    assert demand.left_out == {"person": 2, "trip of a bicycle": 1, "stop": 1}


def two_ways() -> RoadNetwork:
    """From a to d either by the short b or by the long c."""
    lanes = [
        lane("a", 0, (0.0, 0.0), (100.0, 0.0), 13.9),
        lane("b", 0, (110.0, 0.0), (200.0, 0.0), 13.9),
        lane("c", 0, (110.0, 20.0), (200.0, 20.0), 7.0),
        lane("d", 0, (210.0, 0.0), (300.0, 0.0), 13.9),
    ]
    pairs = (("a", "b"), ("a", "c"), ("b", "d"), ("c", "d"))
    ways = [way(f"{start}_0", f"{end}_0", junction=f"j{start if start == 'a' else end}") for start, end in pairs]
    return network(lanes, ways)


def visited(demand: Demand, seconds: float = 300.0) -> tuple[Counter[str], Any]:
    """How many vehicles were ever on each edge, and what came of all."""
    imported = import_network(two_ways(), demand)
    names, seen = [name.rpartition("_")[0] for name in imported.lanes], Counter[str]()
    w = imported.records[0]
    before = np.full(len(w["car_lane"]), -1)
    controller = FixedTime(imported)

    def look(second: float, scene: RoadScene) -> list[str]:
        now = w["car_lane"].astype(int)
        seen.update(names[one] for one in now[(now != before) & (now >= 0) & (now < len(names))])
        before[:] = now
        return controller.states(second, scene)

    trips = run_here(imported, type("Looking", (), {"in_files": True, "states": staticmethod(look)})(), seconds)
    return seen, trips


def test_vehicles_drive_the_way_of_the_file(tmp_path: Path) -> None:
    text = (
        '<route id="long" edges="a c d"/><flow id="f" route="long" number="10" period="10"/>'
        '<flow id="g" from="a" to="d" number="5" period="20"/><trip id="v" depart="30" from="a" via="c" to="d"/>'
    )
    seen, trips = visited(read(tmp_path, text, 300.0))
    assert (trips.began, trips.finished) == (16, 16)
    assert (seen["b"], seen["c"]) == (5, 11)
    assert (trips.rerouted, trips.elsewhere, trips.blocked, trips.waiting, trips.collisions) == (0, 0, 0, 0, 0)


def test_ways_to_one_end_share_a_column_unless_they_disagree(tmp_path: Path) -> None:
    text = (
        '<route id="1" edges="a b d"/><route id="2" edges="b d"/>'
        '<route id="3" edges="a c d"/><route id="4" edges="c d"/>'
        + "".join(f'<flow id="{name}" route="{name}" number="3"/>' for name in "1234")
    )
    found = plan_courses(two_ways(), read(tmp_path, text), leave_out=False)
    assert len(found.columns) == 2
    assert found.column_of["a", "b", "d"] != found.column_of["a", "c", "d"]


def test_a_way_that_is_none_is_refused_or_counted(tmp_path: Path) -> None:
    text = '<route id="r" edges="a d"/><flow id="f" route="r" number="3"/>'
    demand = read(tmp_path, text)
    with pytest.raises(Refused, match=r"goes from edge 'a' to 'd', and no way for cars leads there.*--leave-out"):
        import_network(two_ways(), demand)
    imported = import_network(two_ways(), demand, leave_out=True)
    assert imported.left_out == {"trip by another way than the file's": 3}
    with pytest.raises(Refused, match=r"goes by edge 'moon', which drawn\.net\.xml does not have"):
        import_network(two_ways(), read(tmp_path, text.replace("a d", "a moon d")), leave_out=True)


@pytest.mark.parametrize("who", ['trip id="t" depart="0"', 'flow id="t" number="2"'])
def test_edges_to_go_by_way_of_are_there_and_can_be_reached_or_refused(tmp_path: Path, who: str) -> None:
    def by(via: str) -> Demand:
        return read(tmp_path, f'<{who} from="a" via="{via}" to="d"/>')

    with pytest.raises(Refused, match=r"'t' in line 1 of .* goes by way of edge 'moon', which drawn.net.xml does not"):
        import_network(two_ways(), by("c moon"), leave_out=True)
    with pytest.raises(Refused, match=r"from 'a' by way of 'b', 'c' to 'd', and no way .* from edge 'b' to 'c' in"):
        import_network(two_ways(), by("b c"))
    left_out = import_network(two_ways(), by("b c"), leave_out=True).left_out
    assert left_out == {"trip by another way than the file's": 2 if "flow" in who else 1}
    for twice in ("c c", "a c", "a a c d", " c  d "):  # as SUMO 1.28 drives them
        found = plan_courses(two_ways(), by(twice), leave_out=False)
        assert [dict(column) for _, column in found.columns] == [{"a": "c", "c": "d", "d": ""}]
    with pytest.raises(Refused, match=r"via='' of <\w+> 't' in line 1 of a.rou.xml names no edge: one or more"):
        by("")


def test_ends_that_are_not_there_are_told_before_what_is_between(tmp_path: Path) -> None:
    text = '<trip id="t" depart="0" from="moon" via="c" to="d"/>'
    with pytest.raises(Refused, match=r"from 'moon' to 'd' names an edge that drawn.net.xml does not have"):
        import_network(two_ways(), read(tmp_path, text))


def test_a_slow_vehicle_drives_no_faster_than_it_can(tmp_path: Path) -> None:
    kinds = '<vType id="slow" maxSpeed="4"/><vType id="long" length="15" vClass="bus"/>'
    quick = read(tmp_path, '<flow id="f" from="a" to="d" number="1"/>', 300.0)
    slow = read(tmp_path, f'{kinds}<flow id="f" type="slow" from="a" to="d" number="1"/>', 300.0)
    assert visited(quick, 60.0)[1].finished == 1
    assert visited(slow, 60.0)[1].finished == 0  # 300 m at 4 m/s
    assert visited(slow, 100.0)[1].finished == 1


def test_departures_come_when_the_file_says(tmp_path: Path) -> None:
    demand = read(tmp_path, '<flow id="f" from="a" to="d" begin="120" number="20" period="2"/>', 300.0)
    assert visited(demand, 115.0)[1].began == 0
    assert visited(demand, 200.0)[1].began == 20


def test_who_finds_no_room_waits_and_is_counted(tmp_path: Path) -> None:
    demand = read(tmp_path, '<flow id="f" from="a" to="d" period="0" number="200"/>', 60.0)
    _, trips = visited(demand, 60.0)
    assert trips.began == 200
    assert trips.waiting > 100
    assert trips.turned_away == 0
    assert trips.delay > 30.0  # the wait outside is part of it
