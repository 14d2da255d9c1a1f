"""Light programs of SUMO's files are driven as they are: every yellow, offset and cycle, by gaps, in rings."""

from itertools import groupby
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from simulator.interop.sumo.bridge import FixedTime, MaxPressure, run_here
from simulator.interop.sumo.build import Imported, advance, import_network
from simulator.interop.sumo.fleet import Fleet
from simulator.interop.sumo.lighting import show, take_over
from simulator.interop.sumo.network import read_network
from simulator.interop.sumo.programmes import Phase, Programme
from simulator.interop.sumo.routes import read_demand
from simulator.interop.sumo.running import Timed, counting_lanes, links_of
from simulator.interop.sumo.scene import SceneHere
from tests.interop.crossing import LIGHT, changed
from worlds.road.fields import AT_STOP, GREEN, RED
from worlds.world import Refused

NOBODY = '<routes><trip id="t" depart="599" from="west" to="east"/></routes>'
NEMA = """<tlLogic id="c" type="NEMA" programID="0" offset="0">
<phase duration="99" minDur="5" maxDur="20" vehext="2" yellow="3" red="1" name="2" state="Gr"/>
<phase duration="99" minDur="6" maxDur="25" vehext="2" yellow="4" red="2" name="4" state="rG"/>
<param key="ring1" value="0,2,0,4"/><param key="ring2" value="0,2,0,4"/><param key="barrierPhases" value="4,4"/>
<param key="barrier2Phases" value="2,2"/><param key="minRecall" value=""/></tlLogic>"""


def imported(files: tuple[Path, Path], light: str = LIGHT, routes: str = "", begin: float = 0.0) -> Imported:
    changed(files[0], LIGHT, light)
    if routes:
        files[1].write_text(routes)
    return import_network(read_network(files[0]), read_demand(files[1], begin, 600.0))


def runs(found: Imported, seconds: float) -> list[tuple[str, float]]:
    """What the only light shows, and for how long, while the vehicles of the file drive."""
    w, controller, scene, shown = found.records[0], FixedTime(found), SceneHere(found), []
    fleet = Fleet(found.records, found.rides, found.edge_of, found.begin)
    w["demand"] = 0.0
    take_over(w, found.lights)
    for tick in range(int(seconds * 2)):
        (state,) = controller.states(tick * 0.5, scene)
        shown.append(state)
        show(w, found.lights[0], state)
        fleet.let_in(tick * 0.5, 0.5)
        advance(found.records, 1, 0.5)
        fleet.look_after(0.5)
    return [(state, 0.5 * len(list(same))) for state, same in groupby(shown)]


@pytest.mark.parametrize("yellow", ["2.7", "3.2", "4.25"])
def test_any_yellow_turns_green_again(files: tuple[Path, Path], yellow: str) -> None:
    found = imported(files, LIGHT.replace('duration="3"', f'duration="{yellow}"'))
    assert found.lights[0].yellow == float(yellow)
    trips = run_here(found, FixedTime(found), 600.0)
    assert trips.finished > 90
    assert trips.delay < 40.0


def test_a_fixed_program_keeps_its_cycle(files: tuple[Path, Path]) -> None:
    found = runs(imported(files, routes=NOBODY), 159.0)
    cycle = [("Gr", 20.0), ("yr", 3.0), ("rr", 1.0), ("rG", 25.0), ("ry", 3.0), ("rr", 1.0)]
    assert found == cycle * 3


@pytest.mark.parametrize(("offset", "begin", "first"), [(7, 0, 7.0), (-13, 0, 40.0), (113, 0, 7.0), (7, 100, 13.0)])
def test_an_offset_delays_all_phases(offset: int, begin: int, first: float) -> None:
    phases = tuple(Phase(state, seconds) for state, seconds in (("Gr", 20.0), ("rr", 5.0), ("rG", 22.0), ("rr", 6.0)))
    clock = Timed(Programme(phases, offset=float(offset)), float(begin))
    starts = [half / 2 for half in range(1, 400) if clock.index(half / 2) == 0 and clock.index((half - 1) / 2) == 3]
    assert starts[0] == first  # SUMO 1.28: a positive offset delays, a negative one advances
    assert starts[1] - starts[0] == 53.0


def test_lights_show_every_letter_of_more_phases_than_a_record_has(files: tuple[Path, Path]) -> None:
    states = ["Gr", "yr", "rr", "rG", "ry", "rr", "gr", "yr", "rr", "rg", "ry", "rr"] * 4
    phases = "".join(f'<phase duration="{3 + index % 3}" state="{state}"/>' for index, state in enumerate(states))
    found = imported(files, f'<tlLogic id="c" type="static" programID="0" offset="0">{phases}</tlLogic>')
    assert len(found.lights[0].states) == 16
    assert [state for state, _ in runs(found, 150.0)][:12] == states[:12]
    trips = run_here(found, MaxPressure(found), 100.0)
    assert trips.began > 0


def test_letters_say_who_gives_way(files: tuple[Path, Path]) -> None:
    found = imported(files)
    w, (light,) = found.records[0], found.lights
    north, west = (lane for lane, _, _ in sorted(light.ways, key=lambda one: one[1]))
    take_over(w, found.lights)
    groups = [int(w["lane_group"][lane]) for lane in (north, west)]
    show(w, light, "Gg")
    assert [int(state) for state in w["group_state"][groups]] == [GREEN, GREEN]
    assert w["lane_rank"][north] > w["lane_rank"][west]
    show(w, light, "gG")
    assert w["lane_rank"][north] < w["lane_rank"][west]
    show(w, light, "us")
    assert [int(state) for state in w["group_state"][groups]] == [RED, GREEN]
    assert int(w["lane_rank"][west]) == AT_STOP


def test_a_ramp_meter_has_one_green_and_meters(files: tuple[Path, Path]) -> None:
    phases = '<phase duration="4" state="Gr"/><phase duration="26" state="rr"/>'
    light = f'<tlLogic id="c" type="static" programID="0" offset="0">{phases}</tlLogic>'
    stream = '<routes><flow id="f" from="north" to="south" end="600" period="6"/></routes>'
    trips = run_here(found := imported(files, light, stream), FixedTime(found), 600.0)
    assert 15 <= trips.finished < 60  # one to three in each of twenty greens


ACTUATED = LIGHT.replace("static", "actuated").replace('duration="20"', 'duration="20" minDur="5" maxDur="40"')


def test_an_actuated_phase_ends_after_its_shortest_time_where_nobody_comes(files: tuple[Path, Path]) -> None:
    found = runs(imported(files, ACTUATED, NOBODY), 76.0)
    assert found[:6] == [("Gr", 5.0), ("yr", 3.0), ("rr", 1.0), ("rG", 25.0), ("ry", 3.0), ("rr", 1.0)]


def test_an_actuated_phase_lasts_as_long_as_somebody_comes(files: tuple[Path, Path]) -> None:
    stream = '<routes><flow id="f" from="north" to="south" end="600" period="{}"/></routes>'
    crowded = runs(imported(files, ACTUATED, stream.format(2)), 160.0)
    assert ("Gr", 40.0) in crowded
    few = '<routes><flow id="f" from="north" to="south" number="5" period="2"/></routes>'
    changed(files[0], ACTUATED, LIGHT)
    state, seconds = runs(imported(files, ACTUATED, few), 60.0)[0]
    assert state == "Gr"
    assert 12.0 < seconds < 25.0  # the last of five comes after 8 s, and 3 s without anybody


@pytest.mark.parametrize(
    ("states", "counted"),
    [
        (("GGg", "yyy"), [0, 1]),  # the left turn never has priority, and stands beside one who has it
        (("GGg", "rrG"), [0]),  # it has a phase of its own
        (("Ggr", "yyr"), [0]),
        (("rGG", "yyy"), [1]),
    ],
)
def test_detectors_count_for_phases_in_which_all_before_them_may_go(
    states: tuple[str, ...], counted: list[int]
) -> None:
    # two lanes side by side: 0 leads to the right by link 0, 1 ahead and to the left by links 1 and 2
    w: Any = {
        "lane_left": np.array([1, -1]), "lane_right": np.array([-1, 0]),
        "lane_before": np.array([[-1], [-1], [0], [1], [1]]), "lane_next": np.array([[2], [3], [5], [6], [7]]),
    }  # fmt: skip
    phases = tuple(Phase(state, 20.0, 5.0, 50.0) for state in states)
    light: Any = SimpleNamespace(ways=((2, 0, 0), (3, 1, 0), (4, 2, 0)), programme=Programme(phases, "actuated"))
    assert counting_lanes(w, light, states[0], links_of(w, light)).tolist() == counted


def test_rings_rest_in_green_until_somebody_calls(files: tuple[Path, Path]) -> None:
    call = '<routes><trip id="t" depart="60" from="west" to="east"/></routes>'
    found = runs(imported(files, NEMA, call), 150.0)
    assert [state for state, _ in found] == ["Gr", "yr", "rr", "rG"]
    assert 60.0 < found[0][1] < 75.0
    assert [seconds for _, seconds in found[1:3]] == [3.0, 1.0]


def test_rings_serve_both_streets(files: tuple[Path, Path]) -> None:
    found = imported(files, NEMA)
    trips = run_here(found, FixedTime(found), 600.0)
    assert trips.finished > 90
    assert trips.delay < 40.0
    changed(files[0], NEMA, LIGHT)
    crowds = '<routes><flow id="f" from="north" to="south" end="600" period="2"/>{}</routes>'.format(
        '<flow id="g" from="west" to="east" end="600" period="2"/>'
    )
    states = runs(imported(files, NEMA, crowds), 300.0)
    assert {state for state, _ in states} == {"Gr", "yr", "rr", "rG", "ry"}
    assert {seconds for state, seconds in states[4:-1] if state == "Gr"} == {20.0}  # maxDur
    assert {seconds for state, seconds in states[4:-1] if state == "rG"} == {25.0}


def test_additional_programs_come_into_force(files: tuple[Path, Path], tmp_path: Path) -> None:
    more = tmp_path / "more.add.xml"
    more.write_text('<additional><tlLogic id="c" programID="0" offset="9"/></additional>')
    found = read_network(files[0], additional=[more]).programme("c")
    assert (found.offset, [phase.seconds for phase in found.phases]) == (9.0, [20.0, 3.0, 1.0, 25.0, 3.0, 1.0])
    more.write_text(f"<additional>{LIGHT.replace('20', '50')}</additional>")
    assert read_network(files[0], additional=[more]).programme("c").phases[0].seconds == 50.0


def test_next_phases_of_a_fixed_program_are_followed(files: tuple[Path, Path]) -> None:
    light = LIGHT.replace('duration="1" state="rr"', 'duration="1" state="rr" next="0"', 1)
    found = read_network(changed(files[0], LIGHT, light)).programme("c")
    assert [phase.state for phase in found.phases] == ["Gr", "yr", "rr"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "</tlLogic>",
            '<condition id="x" value="1"/></tlLogic>',
            "has a condition, which is not followed.*--leave-out",
        ),
        ("</tlLogic>", '<param key="coordinated" value="true"/></tlLogic>', "has a param coordinated"),
        ('duration="20"', 'duration="20" next="1 3"', "has a choice of next phases"),
        ('type="static"', 'type="NEMA"', "has the rings ring1='', ring2=''"),
        ('duration="20"', 'duration="-20"', "has a phase of -20 s"),
        ('duration="20"', 'duration="20" next="one"', "names no phases: numbers from 0"),
    ],
)
def test_rules_that_nobody_follows_are_refused(
    files: tuple[Path, Path],
    old: str,
    new: str,
    words: str,
) -> None:
    with pytest.raises(Refused, match=words):
        read_network(changed(files[0], old, new))


def test_sumo_shows_the_same_at_the_same_time(files: tuple[Path, Path]) -> None:
    libsumo = pytest.importorskip("libsumo", reason="the extra sumo is not installed")
    path = changed(files[0], 'offset="0"><phase', 'offset="17"><phase')
    clock = Timed(read_network(path).programme("c"), 100.0)
    libsumo.start(["sumo", "-n", str(path), "--begin", "100", "--no-warnings", "--xml-validation", "never"])
    try:
        for second in range(120):
            libsumo.simulationStep()
            assert libsumo.trafficlight.getRedYellowGreenState("c") == clock.state(float(second))
    finally:
        libsumo.close()
