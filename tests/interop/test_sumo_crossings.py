"""Rail crossings close to cars when the file's trains come, at the seconds at which SUMO closes them."""

import subprocess
from pathlib import Path

import numpy as np
import pytest

from simulator.interop.sumo.bridge import FixedTime, MaxPressure, run_here, run_in_sumo
from simulator.interop.sumo.build import Imported, advance, import_network
from simulator.interop.sumo.fleet import Fleet
from simulator.interop.sumo.lighting import show
from simulator.interop.sumo.network import read_network
from simulator.interop.sumo.packing import pack_network
from simulator.interop.sumo.routes import read_demand
from simulator.interop.sumo.running import Timed
from tests.interop.crossing import LIGHT, NET, changed
from worlds.road.fields import RED
from worlds.road.layouts.given import unpack
from worlds.world import Refused

NODES = {"w": (-3000, 0), "w2": (-600, 0), "x": (0, 0), "e": (3000, 0), "a": (0, 500), "n": (0, 300), "s": (0, -300),
         "b": (0, -500), "d": (250, 100)}  # fmt: skip
RAILS = {"ww": ("w", "w2", 27.8), "wx": ("w2", "x", 22.0), "xe": ("x", "e", 33.0), "-ww": ("w2", "w", 27.8),
         "-wx": ("x", "w2", 22.0), "-xe": ("e", "x", 33.0)}  # fmt: skip
ROADS = {"an": "", "nx": "", "xs": "", "sb": "", "nd": "0,300 250,300 250,100", "ds": "250,100 250,-300 0,-300"}
TYPES = '<vType id="rail" vClass="rail"/><vType id="urban" vClass="rail_urban"/><vType id="tram" vClass="tram"/>'
CARS = '<flow id="cars" from="an" to="sb" begin="0" end="900" vehsPerHour="400"/>'
TRAINS = {
    "one way": '<flow id="t" type="rail" begin="20" end="900" period="240"><route edges="ww wx xe"/></flow>',
    "from rest": '<vehicle id="t" type="rail" depart="30" departSpeed="0"><route edges="wx xe"/></vehicle>',
    "both ways": """<flow id="t" type="rail" begin="20" end="900" period="240"><route edges="ww wx xe"/></flow>
        <flow id="u" type="urban" begin="100" end="900" period="300" from="-xe" to="-ww"/>""",
    "stops": """<vehicle id="t" type="urban" depart="10" departSpeed="10"><route edges="ww wx xe"/>
        <stop lane="wx_0" startPos="440" endPos="450" duration="45"/></vehicle>
        <vehicle id="u" type="tram" depart="300"><route edges="-xe -wx -ww"/>
        <stop trainStop="hall" duration="10" until="480"/></vehicle>""",
}
HALL = '<trainStop id="hall" lane="-xe_0" startPos="-60" endPos="-20"/>'


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A road over two tracks, and a way round, made by SUMO's netconvert."""
    sumo = pytest.importorskip("sumo", reason="the extra sumo is not installed")
    folder = tmp_path_factory.mktemp("rails")
    kinds = {"x": "rail_crossing"}
    nodes = "".join(
        f'<node id="{name}" x="{x}" y="{y}" type="{kinds.get(name, "priority")}"/>' for name, (x, y) in NODES.items()
    )
    edges = "".join(
        f'<edge id="{name}" from="{start}" to="{end}" speed="{speed}" allow="rail rail_urban tram"/>'
        for name, (start, end, speed) in RAILS.items()
    ) + "".join(
        f'<edge id="{name}" from="{name[0]}" to="{name[1]}" speed="13.9"{f" shape={shape!r}" if shape else ""}/>'
        for name, shape in ROADS.items()
    )
    (folder / "nodes.xml").write_text(f"<nodes>{nodes}</nodes>")
    (folder / "edges.xml").write_text(f"<edges>{edges}</edges>")
    command = [str(Path(sumo.SUMO_HOME) / "bin" / "netconvert"), "-n", str(folder / "nodes.xml")]
    path = folder / "rails.net.xml"
    subprocess.run([*command, "-e", str(folder / "edges.xml"), "-o", str(path)], check=True, capture_output=True)
    return path


def written(network: Path, trains: str, rules: dict[str, int] | None = None) -> tuple[Path, Path]:
    """Demand, and what stands in an additional file."""
    routes, more = network.with_name("t.rou.xml"), network.with_name("t.add.xml")
    routes.write_text(f"<routes>{TYPES}{CARS}{trains}</routes>")
    told = "".join(f'<param key="{key}" value="{value}"/>' for key, value in (rules or {}).items())
    params = f'<tlLogic id="x" programID="0">{told}</tlLogic>' if told else ""
    more.write_text(f"<additional>{HALL}{params}</additional>")
    return routes, more


def imported(network: Path, routes: Path, more: Path) -> Imported:
    demand = read_demand(routes, 0.0, 900.0, additional=[more])
    return import_network(read_network(network, additional=[more]), demand)


def in_sumo(network: Path, routes: Path, more: Path) -> str:
    libsumo = pytest.importorskip("libsumo", reason="the extra sumo is not installed")
    words = ["sumo", "-n", str(network), "-r", str(routes), "-a", str(more), "--no-warnings", "--no-step-log"]
    libsumo.start([*words, "--xml-validation", "never"])
    shown = ""
    try:
        for _ in range(900):
            libsumo.simulationStep()
            shown += libsumo.trafficlight.getRedYellowGreenState("x")[0]
    finally:
        libsumo.close()
    return shown


RULES: dict[str, dict[str, int]] = {
    "usual": {},
    "long": {"time-gap": 40, "opening-delay": 8, "min-green": 20},
    "by distance": {"space-gap": 400, "yellow-time": 3},
}


@pytest.mark.parametrize("name", TRAINS)
@pytest.mark.parametrize("rules", RULES)
def test_crossings_close_when_sumo_closes_them(network: Path, name: str, rules: str) -> None:
    files = written(network, TRAINS[name], RULES[rules])
    (crossing,) = imported(network, *files).crossings
    clock = Timed(crossing.programme, 0.0)
    here, there = "".join(clock.state(float(second)) for second in range(900)), in_sumo(network, *files)
    assert there.count("r") > 20
    assert abs(here.count("G") - there.count("G")) <= 4
    assert sum(one != other for one, other in zip(here, there, strict=True)) <= 12


def test_cars_wait_while_a_crossing_is_closed_whoever_runs_the_lights(network: Path) -> None:
    routes, more = written(network, TRAINS["both ways"])
    found = imported(network, routes, more)
    (crossing,) = found.crossings
    (lane,) = (way for way, _, _ in crossing.ways)
    w, clock, waited, passed = found.records[0], Timed(crossing.programme, 0.0), 0, 0
    fleet = Fleet(found.records, found.rides, found.edge_of, 0.0)
    w["demand"] = 0.0
    for tick in range(1800):
        show(w, crossing, clock.state(0.5 * tick))
        fleet.let_in(0.5 * tick, 0.5)
        advance(found.records, 1, 0.5)
        fleet.look_after(0.5)
        on_it = bool((w["car_lane"] == lane).any())
        shut = clock.state(0.5 * tick) == "r" and clock.since(0.5 * tick) > 3.0
        assert not (shut and on_it)
        passed += on_it
        waited += shut and int((w["car_speed"][w["car_lane"] >= 0] < 0.1).sum())
    assert passed > 50
    assert waited > 100
    for controller in (FixedTime, MaxPressure):
        found = imported(network, routes, more)
        trips = run_here(found, controller(found), 900.0)
        assert trips.collisions == 0
        assert trips.delay > 5.0


def test_trips_of_cars_alone_are_compared(network: Path) -> None:
    pytest.importorskip("libsumo", reason="the extra sumo is not installed")
    routes, more = written(network, TRAINS["stops"])
    roads, demand = read_network(network, additional=[more]), read_demand(routes, 0.0, 900.0, additional=[more])
    found = import_network(roads, demand)
    here = run_here(found, FixedTime(found), 900.0)
    found = import_network(roads, demand)
    there = run_in_sumo(roads, routes, found, FixedTime(found), demand)
    assert here.began == there.began == 100
    assert abs(here.delay - there.delay) < 5.0


def test_what_closes_is_told(network: Path) -> None:
    found = imported(network, *written(network, TRAINS["one way"]))
    assert found.left_out["rail on rails of its own, which only closes crossings"] == 1
    (words,) = (what for what in found.left_out if what.startswith("rail crossing"))
    assert words.startswith("rail crossing 'x', closed 4 times for ")
    quiet = imported(network, *written(network, ""))
    assert not quiet.crossings
    assert quiet.left_out == {"way over a rail_crossing that no train passes, open at all times": 1}


def test_worlds_by_the_clock_close_crossings_too(network: Path) -> None:
    routes, _ = written(network, TRAINS["one way"])
    text, left_out = pack_network(network, routes, world="routes", seconds=400)
    given = unpack(text)
    assert given.lights == ("x",)
    assert given.tables["phase_groups"][0].tolist() == [1, 0, 1, 0, 1]
    open_for = given.tables["green_given"][0, [0, 2, 4]].sum()
    (words,) = (what for what in left_out if what.startswith("rail crossing"))
    assert words == f"rail crossing 'x', closed 2 times for {400 - open_for:g} s together"
    changes = 4 * float(given.tables["light_yellow"][0])
    assert float(given.tables["green_given"][0].sum()) + changes == pytest.approx(400.0)
    _, left_out = pack_network(network, routes, world="routes", seconds=3600)
    assert any(what.startswith("rail crossing 'x', closed 4 times for ") for what in left_out)
    more = routes.read_text().replace('period="240"', 'period="120"')
    routes.write_text(more.replace('end="900" period', 'end="3600" period'))
    _, left_out = pack_network(network, routes, world="routes", seconds=3600)
    assert any("open since a world has no room for its" in what for what in left_out)
    _, left_out = pack_network(network, routes, world="junction", seconds=400)
    assert "rail crossing 'x', open at all times in the world junction" in left_out


# --- without SUMO: a street from the north over a track from the west, both of 92 m --------------------------------


@pytest.fixture
def short(tmp_path: Path) -> tuple[Path, Path]:
    path, routes = tmp_path / "short.net.xml", tmp_path / "short.rou.xml"
    path.write_text(NET)
    for old, new in (
        ('type="traffic_light"', 'type="rail_crossing"'), (LIGHT, ""),
        ('tl="c" linkIndex="1"', 'tl="c" linkIndex="-1"'),
        *((f'<lane id="{lane}"', f'<lane id="{lane}" allow="tram"') for lane in ("west_0", "east_0", ":c_1_0")),
    ):  # fmt: skip
        changed(path, old, new)
    return path, routes


STREET = '<flow id="cars" from="north" to="south" begin="0" end="600" vehsPerHour="360"/>'
TRAM = '<vType id="tram" vClass="tram"/><vehicle id="t" type="tram" depart="100"><route edges="west east"/>{}</vehicle>'


def drawn(files: tuple[Path, Path], trains: str) -> Imported:
    files[1].write_text(f"<routes>{trains}{STREET}</routes>")
    return import_network(read_network(files[0]), read_demand(files[1], 0.0, 600.0))


def test_a_crossing_is_yellow_then_red_then_open(short: tuple[Path, Path]) -> None:
    (crossing,) = drawn(short, TRAM.format("")).crossings
    letters = [phase.state for phase in crossing.programme.phases]
    assert letters == ["G", "y", "r", "u", "G"]
    seconds = [phase.seconds for phase in crossing.programme.phases]
    assert 100.0 <= seconds[0] <= 103.0
    assert seconds[1] == 5.0
    assert seconds[3] == 3.0
    assert sum(seconds) == 600.0


def test_parameters_of_the_junction_count(short: tuple[Path, Path]) -> None:
    usual = drawn(short, TRAM.format("")).crossings[0].programme
    changed(
        short[0], '<request index="0" response="00" foes="10" cont="0"/>', '<param key="opening-delay" value="20"/>'
    )
    later = drawn(short, TRAM.format("")).crossings[0].programme
    assert later.phases[2].seconds - usual.phases[2].seconds == pytest.approx(17.0, abs=1.0)


def test_a_train_at_a_stop_keeps_its_crossing_open(short: tuple[Path, Path]) -> None:
    stop = '<stop lane="west_0" endPos="40" duration="200"/>'
    (crossing,) = drawn(short, TRAM.format(stop)).crossings
    clock = Timed(crossing.programme, 0.0)
    assert clock.state(250.0) == "G"
    assert clock.state(312.0) == "r"


def test_red_is_red_in_the_record(short: tuple[Path, Path]) -> None:
    found = drawn(short, TRAM.format(""))
    w, (crossing,) = found.records[0], found.crossings
    groups = w["lane_group"][[lane for lane, _, _ in crossing.ways]]
    assert len(np.unique(groups)) == 1
    show(w, crossing, "r")
    assert (w["group_state"][groups] == RED).all()


@pytest.mark.parametrize(
    ("trains", "words"),
    [
        (TRAM.format("").replace("west east", "north south"), "is a tram on edge 'north', which is a road"),
        (TRAM.format("").replace("west east", "west moon"), "uses edge 'moon', which short.net.xml does not have"),
        (TRAM.format('<stop busStop="none"/>'), "is at 'none', which is not there"),
        (TRAM.format("<stop/>"), "is nowhere: name a lane"),
        ('<vType id="t" vClass="tram" accel="0"/>', "that no train has: 0.01 to 10,000"),
        (
            TRAM.format("")
            .replace('vehicle id="t"', 'flow id="t" period="0.05" end="600"')
            .replace("vehicle", "flow")
            .replace('depart="100"', ""),
            "12000 trains run by the demand: at most 5000",
        ),
    ],
)
def test_trains_that_cannot_be_run_are_refused(short: tuple[Path, Path], trains: str, words: str) -> None:
    with pytest.raises(Refused, match=words):
        drawn(short, trains)


def test_a_train_on_a_road_is_left_out(short: tuple[Path, Path]) -> None:
    short[1].write_text(f"<routes>{TRAM.format('').replace('west east', 'north south')}{STREET}</routes>")
    demand = read_demand(short[1], 0.0, 600.0, leave_out=True)
    found = import_network(read_network(short[0]), demand, leave_out=True)
    assert found.left_out["tram on a road"] == 1
    assert not found.crossings


def test_a_rule_that_is_no_time_is_refused(short: tuple[Path, Path]) -> None:
    changed(short[0], '<request index="0" response="00" foes="10" cont="0"/>', '<param key="time-gap" value="soon"/>')
    with pytest.raises(Refused, match="rail crossing 'c' has time-gap='soon': 0 to 3600"):
        drawn(short, TRAM.format(""))
