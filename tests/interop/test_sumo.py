"""SUMO's files: what is read, what is refused by name, what is written, and both simulators side by side."""

import shutil
import subprocess
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from simulator.app import cli
from simulator.interop.sumo.bridge import FixedTime, MaxPressure, run_here, run_in_sumo
from simulator.interop.sumo.build import Imported, advance, import_network
from simulator.interop.sumo.export import write_network
from simulator.interop.sumo.flows import draw_departures
from simulator.interop.sumo.network import RoadNetwork, read_network
from simulator.interop.sumo.routes import Demand, read_demand
from tests.interop.crossing import changed
from worlds.road.fields import ALL_STOP, EXIT, FIRST_COME, FROM_RIGHT, GREEN, LINK, ROAD, YELLOW
from worlds.world import Refused


@pytest.fixture
def imported(files: tuple[Path, Path]) -> Imported:
    return import_network(read_network(files[0]), read_demand(files[1], 0.0, 600.0))


def test_lanes_ways_and_lights_are_taken_over(imported: Imported) -> None:
    w = imported.records[0]
    assert imported.lanes == ("west_0", "east_0", "north_0", "south_0")
    kinds = [int(kind) for kind in w["lane_kind"][: int(w["lanes"])]]
    assert kinds == [ROAD, EXIT, ROAD, EXIT, LINK, LINK]
    assert w["lane_length"][0] == 92.0
    first = int(w["lane_first"][2])
    assert w["point_y"][first] < w["point_y"][first + 1]  # southwards is downwards
    assert int(w["conflicts"]) == 2
    (light,) = imported.lights
    assert (light.seconds, light.yellow, light.all_red) == ((20.0, 25.0), 3.0, 1.0)
    assert (w["phase_yellow"][light.junction], w["phase_all_red"][light.junction]) == (3.0, 1.0)
    assert int(w["phases"][light.junction]) == 2


def test_demand_is_the_mean_of_a_time(files: tuple[Path, Path]) -> None:
    early, whole = read_demand(files[1], 0.0, 600.0), read_demand(files[1], 0.0, 1200.0)
    assert early.flows["north", "south"] == pytest.approx(0.1)
    assert whole.flows["north", "south"] == pytest.approx(0.05)
    assert whole.flows["west", "east"] == pytest.approx(0.1 + 1.0 / 1200.0)
    with pytest.raises(Refused, match="nobody departs"):
        read_demand(files[1], 5000.0, 10.0)


def test_who_begins_too_early_is_told_when_somebody_departs(tmp_path: Path) -> None:
    routes = tmp_path / "day.rou.xml"
    routes.write_text(
        '<routes><trip id="a" depart="25200" from="b" to="c"/><trip id="d" depart="26000" from="b" to="c"/></routes>'
    )
    with pytest.raises(Refused, match=r"between 0 and 400 s: the next ones do at 25200 s \(begin=25200\)$"):
        read_demand(routes, 0.0, 400.0)
    with pytest.raises(Refused, match=r"between 30000 and 30400 s$"):
        read_demand(routes, 30000.0, 400.0)


def test_traffic_obeys_the_imported_light(imported: Imported) -> None:
    w = imported.records[0]
    trips = run_here(imported, FixedTime(imported), 600.0)
    assert trips.finished > 90
    assert 5.0 < trips.delay < 40.0
    assert int(w["collisions"]) == 0
    states = set()
    for _ in range(120):
        advance(imported.records, 1, 0.5)
        shown = [int(w["group_state"][w["lane_group"][link]]) for link in (4, 5)]
        states |= set(shown)
        assert shown.count(GREEN) + shown.count(YELLOW) <= 1
    assert states


@pytest.mark.parametrize(
    ("kind", "rank"), [("right_before_left", FROM_RIGHT), ("allway_stop", ALL_STOP), ("zipper", FIRST_COME)]
)
def test_junctions_without_signs_keep_their_custom(files: tuple[Path, Path], kind: str, rank: int) -> None:
    path = changed(files[0], 'type="traffic_light"', f'type="{kind}"')
    for link in range(2):
        changed(path, f' tl="c" linkIndex="{link}"', "")
    routes = changed(files[1], 'probability="0.1"', 'probability="0.04"')  # half of what all-way stops let through
    imported = import_network(read_network(path), read_demand(routes, 0.0, 600.0))
    w = imported.records[0]
    assert not imported.lights
    assert [int(rank) for rank in w["lane_rank"][4:6]] == [rank, rank]
    trips = run_here(imported, FixedTime(imported), 600.0)
    assert trips.finished > 70
    assert trips.delay < (30.0 if kind == "allway_stop" else 10.0)


def test_a_turn_at_red_is_a_green_that_gives_way(files: tuple[Path, Path]) -> None:
    network = read_network(changed(files[0], 'state="Gr"', 'state="Gs"'))
    assert network.left_out == {}
    w = import_network(network, read_demand(files[1], 0.0, 600.0)).records[0]
    by_name = dict(zip((way.start for way in network.ways), w["lane_rank"][4:6], strict=True))
    assert by_name["north_0"] > by_name["west_0"]


def test_max_pressure_serves_both_streets(imported: Imported) -> None:
    trips = run_here(imported, MaxPressure(imported), 600.0)
    assert trips.finished > 90
    assert trips.delay < 25.0


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('type="traffic_light"', 'type="canal_lock"', "junction 'c' in line .* is a canal_lock"),
        (
            'type="traffic_light"',
            'type="left_before_right"',
            "is a left_before_right.*--leave-out lets who comes first",
        ),
        ('function="internal"', 'function="canal"', "edge ':c_0' in line 1 of cross.net.xml is a canal"),
        ('index="0" speed', 'index="0" allow="tram" speed', "has no lane for cars"),
        ('state="Gr"', 'state="Gq"', "light 'c' shows 'q'"),
        ('type="static"', 'type="magic"', "light 'c' in line .* is 'magic'"),
        ('type="static"', 'type="delay_based"', "light 'c' in line .* is delay_based.*--leave-out"),
        ('duration="25"', 'duration="25" next="9"', "names a next phase that is not there: 0 to 5"),
        ('linkIndex="1"', 'linkIndex="7"', "names link 7 of light 'c'"),
        ('dir="s" state="o"', 'dir="north" state="o"', "has dir='north'"),
        ('id="west_0"', 'id="east_0"', "lane 'east_0' .* is number 0 of edge 'west'"),
        ('shape="0.00,48.40 92.00,48.40"', 'shape="here there"', "lane 'west_0' in .* has the shape 'here there'"),
        ('speed="13.89"', 'speed="fast"', "speed='fast' of <lane> in line 1 of cross.net.xml is no number"),
        ('speed="13.89"', 'speed="nan"', "speed='nan' of <lane>"),
        ("<location", "<canal/><location", "<canal> in line 1 of cross.net.xml"),
        ('<net version="1.9">', '<!DOCTYPE net [<!ENTITY a "b">]><net version="1.9">', "document type or entities"),
        ("</net>", "", "is no XML"),
        ("net version", "graph version", "is no XML|does not begin with <net>"),
    ],
)
def test_what_cannot_be_imported_is_refused_by_name(files: tuple[Path, Path], old: str, new: str, words: str) -> None:
    with pytest.raises(Refused, match=words):
        read_network(changed(files[0], old, new))


def test_deep_nesting_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "deep.net.xml"
    path.write_text("<net>" * 1000 + "</net>" * 1000)
    with pytest.raises(Refused, match="nested too deeply"):
        read_network(path)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('to="east"', 'to="moon"', "names an edge that cross.net.xml does not have"),
        ('from="west" to="east"', 'from="west" to="south"', "nobody gets from edge 'west' to edge 'south'"),
        ('route="down"', 'route="up"', "takes route 'up', which is not there"),
        ("<trip ", "<person ", "<person> 'late' in line 4 of cross.rou.xml is nobody who drives"),
        ('vehsPerHour="360"', "", "has no 'number'"),
    ],
)
def test_trips_that_cannot_be_driven_are_refused_by_name(
    files: tuple[Path, Path], old: str, new: str, words: str
) -> None:
    with pytest.raises(Refused, match=words):
        import_network(read_network(files[0]), read_demand(changed(files[1], old, new), 0.0, 1200.0))


def test_what_is_left_out_is_counted(files: tuple[Path, Path]) -> None:
    changed(files[1], 'from="west" to="east" begin', 'from="west" to="south" begin')
    network, demand = read_network(files[0]), read_demand(files[1], 0.0, 1200.0)
    imported = import_network(network, demand, leave_out=True)
    assert imported.lost == pytest.approx(0.1)
    assert imported.left_out == {"trip that nobody can drive": sum("<flow> 'b'" in name for name in drawn(demand))}
    changed(files[0], 'id="east_0" index="0"', 'id="east_0" index="0" allow="tram"')
    assert read_network(files[0]).left_out == {"lane not for cars": 1, "way not for cars": 1}


def drawn(demand: Demand, seed: int = 0) -> list[str]:
    """What departs, by the name of its element."""
    end = demand.begin + demand.seconds
    return [departure.name for departure in draw_departures(demand.streams, demand.begin, end, seed)]


def test_an_export_describes_the_same_roads(imported: Imported, tmp_path: Path) -> None:
    written = write_network(imported.records[0], tmp_path / "out", "cross")
    assert sorted(path.name for path in written) == [
        "cross.con.xml", "cross.edg.xml", "cross.netccfg", "cross.nod.xml", "cross.rou.xml", "cross.tll.xml",
    ]  # fmt: skip
    trees = {path.name.split(".")[1]: ElementTree.parse(path).getroot() for path in written}
    assert len(trees["edg"]) == 4
    assert len(trees["nod"]) == 5
    assert len(trees["con"]) == 2
    states = [phase.get("state") for phase in trees["tll"].iter("phase")]
    assert states == ["Gr", "yr", "rr", "rG", "ry", "rr"]
    rates = {flow.get("from"): float(flow.get("vehsPerHour", "0")) for flow in trees["rou"]}
    assert sorted(rates.values()) == [pytest.approx(360.0), pytest.approx(360.0)]


def netconvert() -> str | None:
    return shutil.which("netconvert")


@pytest.mark.skipif(netconvert() is None, reason="SUMO's netconvert is not installed")
def test_an_export_comes_back_through_netconvert(imported: Imported, tmp_path: Path) -> None:
    write_network(imported.records[0], tmp_path, "cross")
    subprocess.run([str(netconvert()), "-c", "cross.netccfg"], cwd=tmp_path, check=True, capture_output=True)
    back = read_network(tmp_path / "cross.net.xml")
    assert (len(back.lanes), len(back.ways), len(back.lights)) == (4, 2, 1)
    again = import_network(back, read_demand(tmp_path / "cross.rou.xml", 0.0, 600.0))
    assert float(again.records["demand"].sum()) == pytest.approx(0.2)


def test_sumo_drives_the_same_files_alike(files: tuple[Path, Path]) -> None:
    pytest.importorskip("libsumo", reason="the extra sumo is not installed")
    network, demand = read_network(files[0]), read_demand(files[1], 0.0, 600.0)
    here, there = delays(network, files[1], demand)
    assert here == pytest.approx(there, rel=0.5)


def delays(network: RoadNetwork, routes: Path, demand: Any) -> tuple[float, float]:
    """Mean delay of the file's own program, here over ten seeds (arrivals are random) and in SUMO."""
    runs = []
    for seed in range(10):
        imported = import_network(network, demand, seed)
        runs.append(run_here(imported, FixedTime(imported), demand.seconds).delay)
    there = run_in_sumo(network, routes, imported, FixedTime(imported), demand)
    assert there.finished > 90
    return float(np.mean(runs)), there.delay


def test_the_command_tells_delays_and_draws(
    files: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    picture = tmp_path / "cross.png"
    words = ["--routes", str(files[1]), "--seconds", "300", "--controllers", "fixed", "--picture", str(picture)]
    assert cli.run(["sumo", str(files[0]), *words]) == 0
    out = capsys.readouterr().out
    assert "4 lanes, 2 ways through junctions, 1 light programs" in out
    assert "fixed" in out
    assert picture.stat().st_size > 1000
    assert cli.run(["sumo"]) == 2
    assert cli.run(["sumo", str(tmp_path / "none.net.xml"), "--routes", str(files[1])]) == 2
    assert "No such file" in capsys.readouterr().err
