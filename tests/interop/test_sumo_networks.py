"""What a stranger's network holds besides roads for cars: left out, changed, and told how often."""

from pathlib import Path

import numpy as np
import pytest

from simulator.app import cli
from simulator.interop.sumo.bridge import FixedTime, run_here
from simulator.interop.sumo.build import import_network
from simulator.interop.sumo.network import read_network
from simulator.interop.sumo.routes import read_demand
from tests.interop.crossing import changed
from worlds.road.fields import FROM_RIGHT
from worlds.world import Refused

FOOTWAYS = (
    '<edge id=":c_c0" function="crossing" crossingEdges="west"><lane id=":c_c0_0" index="0" allow="pedestrian" '
    'speed="1" length="4" shape="0,0 4,0"/></edge><edge id=":c_w0" function="walkingarea"><lane id=":c_w0_0" index="0" '
    'allow="pedestrian" speed="1" length="4" width="0.3" shape="0,0 4,0"/></edge>'
)
PATHS = (
    '<edge id="path" from="w" to="c"><lane id="path_0" index="0" allow="bicycle" speed="5" length="92" '
    'shape="0,50 92,50"/></edge><edge id="track" from="w" to="e"><lane id="track_0" index="0" allow="rail tram" '
    'speed="70" length="200" width="0.5" shape="0,60 200,60"/></edge>'
)


def test_footways_cycle_paths_and_rails_need_no_flag(files: tuple[Path, Path]) -> None:
    network = read_network(changed(files[0], "</net>", f"{FOOTWAYS}{PATHS}</net>"))
    assert network.left_out == {"crossing": 1, "walkingarea": 1, "lane not for cars": 2}
    assert {"path", "track"} <= network.closed
    assert len(network.lanes) == 4


def test_a_bus_lane_is_left_out_and_the_others_stay_beside_each_other(files: tuple[Path, Path]) -> None:
    lanes = "".join(
        f'<lane id="west_{index}" index="{index}" speed="13.89" length="92.00" shape="0,{y} 92,{y}" {more}/>'
        for index, y, more in ((0, 44, 'allow="bus"'), (1, 48, ""), (2, 52, ""))
    )
    old = '<lane id="west_0" index="0" speed="13.89" length="92.00" shape="0.00,48.40 92.00,48.40"/>'
    changed(files[0], old, lanes)
    changed(files[0], 'from="west" to="east" fromLane="0"', 'from="west" to="east" fromLane="1"')
    network = read_network(files[0])
    assert [lane.name for lane in network.lanes if lane.edge == "west"] == ["west_1", "west_2"]
    w = import_network(network, read_demand(files[1], 0.0, 600.0)).records[0]
    assert [int(side) for side in w["lane_left"][:2]] == [1, -1]


@pytest.mark.parametrize("kind", ["rail_crossing", "rail_signal"])
def test_rail_crossings_are_open(files: tuple[Path, Path], kind: str) -> None:
    changed(files[0], 'type="traffic_light"', f'type="{kind}"')
    changed(files[0], 'id="c" type="static"', f'id="c" type="{kind}"')
    network = read_network(files[0])
    imported = import_network(network, read_demand(files[1], 0.0, 600.0))
    words = {"rail_crossing": "rail_crossing that no train passes", "rail_signal": "rail_signal"}
    assert network.left_out | imported.left_out == {f"way over a {words[kind]}, open at all times": 2}
    assert not imported.lights
    assert run_here(imported, FixedTime(imported), 600.0).finished > 90


def test_what_only_netconvert_reads_is_told(files: tuple[Path, Path]) -> None:
    prohibition = '<prohibition prohibitor="west->east" prohibited="north->south"/>'
    network = read_network(changed(files[0], "<location", f"{prohibition}<location"))
    assert network.left_out == {"prohibition: the states of the ways say who goes first": 1}


@pytest.mark.parametrize("width", ["0.2", "1.0", "10", "40"])
def test_any_width_is_drawn(files: tuple[Path, Path], width: str) -> None:
    path = changed(files[0], 'id="west_0" index="0"', f'id="west_0" index="0" width="{width}"')
    w = import_network(read_network(path), read_demand(files[1], 0.0, 600.0)).records[0]
    assert 1.0 <= w["lane_width"][0] <= 9.99
    told = read_network(path).left_out.get("lane width, drawn as 1 to 9.99 m", 0)
    assert told == (0 if width == "1.0" else 1)


def test_left_hand_traffic_is_mirrored(files: tuple[Path, Path]) -> None:
    right = read_network(files[0])
    changed(files[0], '<net version="1.9">', '<net version="1.9" lefthand="true">')
    changed(files[0], 'dir="s" state="o"', 'dir="T" state="o"')
    with pytest.raises(Refused, match="no way for cars leads there"):  # ways that only lead back are none
        import_network(read_network(files[0]), read_demand(files[1], 0.0, 600.0))
    changed(files[0], 'dir="T" state="o"', 'dir="l" state="o"')
    left = read_network(files[0])
    assert left.left_out == {"left-hand traffic, mirrored": 1}
    assert [way.turn for way in left.ways] == ["r", "r"]
    for one, other in zip(right.lanes, left.lanes, strict=True):
        assert np.array_equal(one.shape * (-1.0, 1.0), other.shape)
    imported = import_network(left, read_demand(files[1], 0.0, 600.0))
    assert run_here(imported, FixedTime(imported), 600.0).finished > 90


def test_in_left_hand_traffic_who_comes_from_the_left_goes_first(files: tuple[Path, Path]) -> None:
    changed(files[0], '<net version="1.9">', '<net version="1.9" lefthand="true">')
    changed(files[0], 'type="traffic_light"', 'type="right_before_left"')
    for link in range(2):
        changed(files[0], f' tl="c" linkIndex="{link}"', "")
    w = import_network(read_network(files[0]), read_demand(files[1], 0.0, 600.0)).records[0]
    assert [int(rank) for rank in w["lane_rank"][4:6]] == [FROM_RIGHT, FROM_RIGHT]  # in the mirror


def test_a_road_that_is_not_for_cars_is_named_as_such(files: tuple[Path, Path]) -> None:
    network = read_network(changed(files[0], "</net>", f"{PATHS}</net>"))
    files[1].write_text('<routes><flow id="f" from="path" to="east" number="6"/><trip id="t" depart="0" from="west" '
                        'to="east"/></routes>')  # fmt: skip
    demand = read_demand(files[1], 0.0, 600.0)
    with pytest.raises(Refused, match=r"uses edge 'path', which is not for cars \(--leave-out leaves it out\)"):
        import_network(network, demand)
    imported = import_network(network, demand, leave_out=True)
    assert imported.left_out == {"trip from or to an edge that is not for cars": 6}
    assert len(imported.rides) == 1


def test_the_command_lists_what_was_left_out(
    files: tuple[Path, Path],
    capsys: pytest.CaptureFixture[str],
) -> None:
    changed(files[0], "</net>", f"{FOOTWAYS}{PATHS}</net>")
    files[1].write_text('<routes><person id="p" depart="0"/><flow id="f" from="west" to="east" number="6"/></routes>')
    words = ["sumo", str(files[0]), "--routes", str(files[1]), "--seconds", "60", "--controllers", "fixed"]
    assert cli.run(words) == 2
    assert "<person> 'p' in line 1 of cross.rou.xml is nobody who drives a car" in capsys.readouterr().err
    assert cli.run([*words, "--leave-out"]) == 0
    lines = capsys.readouterr().out.splitlines()
    listed = {line.rsplit(maxsplit=1)[0].strip(): line.rsplit(maxsplit=1)[1] for line in lines if line.strip()}
    assert (listed["person"], listed["crossing"], listed["lane not for cars"]) == ("1", "1", "2")
    assert any("rerouted" in line and "stood 300 s" in line for line in lines)
