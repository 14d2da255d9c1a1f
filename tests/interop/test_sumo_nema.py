"""NEMA programs beside SUMO's own controller: the same lights, second by second, coordinated or not."""

import re
import subprocess
from itertools import groupby
from pathlib import Path

import pytest

from simulator.interop.sumo.bridge import FixedTime, MaxPressure, run_here
from simulator.interop.sumo.build import Imported, advance, import_network
from simulator.interop.sumo.fleet import Fleet
from simulator.interop.sumo.lighting import show, take_over
from simulator.interop.sumo.nema import first_second
from simulator.interop.sumo.network import read_network
from simulator.interop.sumo.programmes import Phase, Programme
from simulator.interop.sumo.ring_control import RingControl
from simulator.interop.sumo.rings import RingPlan, pairs_of_greens, plan_rings
from simulator.interop.sumo.routes import read_demand
from simulator.interop.sumo.scene import SceneHere
from tests.interop.crossing import NET, changed
from worlds.world import Refused

# A crossing of four roads with a lane of their own for left turns, phases as NEMA numbers them.
GREENS = {1: "rrrrrrrrGrrr", 2: "GGgrrrrrrrrr", 3: "rrrrrrrrrrrG", 4: "rrrGGgrrrrrr",
          5: "rrGrrrrrrrrr", 6: "rrrrrrGGgrrr", 7: "rrrrrGrrrrrr", 8: "rrrrrrrrrGGg"}  # fmt: skip
LONGEST = {1: 15, 2: 35, 3: 13, 4: 17, 5: 20, 6: 30, 7: 15, 8: 15}
RINGS = {"ring1": "1,2,3,4", "ring2": "5,6,7,8", "barrierPhases": "4,8", "coordinatePhases": "2,6",
         "total-cycle-length": "100"}  # fmt: skip
COORDINATED = {**RINGS, "coordinate-mode": "true", "minRecall": "2,6"}
FLOWS = {"nw": 60, "ns": 300, "ne": 90, "sn": 300, "se": 60, "sw": 80, "ew": 200, "en": 50, "es": 60, "we": 180,
         "ws": 50, "wn": 60}  # fmt: skip
PROGRAMS = {
    "TS2": (COORDINATED, 10),
    "Type170": ({**COORDINATED, "controllerType": "Type170", "fixForceOff": "true"}, 37),
    "lagging left turns": ({**COORDINATED, "ring1": "2,1,3,4", "ring2": "6,5,7,8", "minRecall": "2,4,6,8"}, -5),
    "maximum recalls": ({**COORDINATED, "maxRecall": "4,8", "latchingDetectors": "3,7"}, 0),
    "cross phase": ({**COORDINATED, "minRecall": "", "crossPhaseSwitching:6": "1"}, 83),
    "uncoordinated": ({**RINGS, "minRecall": "2,6"}, 0),
    "at rest": ({**RINGS, "minRecall": ""}, 0),
}
SIDES = "nesw"
AT = {"n": (0, 300), "e": (300, 0), "s": (0, -300), "w": (-300, 0)}


def written(parameters: dict[str, str], offset: int) -> str:
    phases = "".join(
        f'<phase duration="90" minDur="5" maxDur="{LONGEST[name]}" vehext="2" yellow="3" red="2" name="{name}" '
        f'state="{state}"/>'
        for name, state in GREENS.items()
    )
    params = "".join(f'<param key="{key}" value="{value}"/>' for key, value in parameters.items())
    return f'<tlLogic id="c" type="NEMA" programID="0" offset="{offset}">{phases}{params}</tlLogic>'


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The crossing, made by SUMO's netconvert, without demand."""
    sumo = pytest.importorskip("sumo", reason="the extra sumo is not installed")
    folder = tmp_path_factory.mktemp("nema")
    nodes = '<node id="c" x="0" y="0" type="traffic_light"/>'
    nodes += "".join(f'<node id="{side}" x="{x}" y="{y}"/>' for side, (x, y) in AT.items())
    edges = "".join(
        f'<edge id="{side}c" from="{side}" to="c" numLanes="2" speed="13.9"/>'
        f'<edge id="c{side}" from="c" to="{side}" numLanes="1" speed="13.9"/>'
        for side in SIDES
    )
    ways = "".join(
        f'<connection from="{side}c" to="c{SIDES[(place + turn) % 4]}" fromLane="{int(turn == 1)}" toLane="0"/>'
        for place, side in enumerate(SIDES)
        for turn in (3, 2, 1)
    )
    for kind, text in (("node", nodes), ("edge", edges), ("connection", ways)):
        (folder / f"{kind}.xml").write_text(f"<{kind}s>{text}</{kind}s>")
    command = [str(Path(sumo.SUMO_HOME) / "bin" / "netconvert")]
    for option, kind in (("-n", "node"), ("-e", "edge"), ("-x", "connection")):
        command += [option, str(folder / f"{kind}.xml")]
    subprocess.run([*command, "-o", str(folder / "bare.net.xml")], check=True, capture_output=True)
    return folder / "bare.net.xml"


def with_program(network: Path, name: str) -> Path:
    path = network.with_name(f"{name.replace(' ', '-')}.net.xml")
    path.write_text(re.sub(r"<tlLogic.*?</tlLogic>", written(*PROGRAMS[name]), network.read_text(), flags=re.DOTALL))
    return path


def with_flows(network: Path, scale: float) -> Path:
    path = network.with_name("flows.rou.xml")
    flows = "".join(
        f'<flow id="{turn}" from="{turn[0]}c" to="c{turn[1]}" begin="0" end="900" vehsPerHour="{rate * scale}"/>'
        for turn, rate in FLOWS.items()
    )
    path.write_text(f"<routes>{flows}</routes>")
    return path


def in_sumo(path: Path, routes: Path | None, seconds: int, begin: int = 0) -> list[tuple[str, set[str]]]:
    """What SUMO shows second by second, and the lanes at whose detectors it sees somebody after that."""
    libsumo = pytest.importorskip("libsumo", reason="the extra sumo is not installed")
    words = ["sumo", "-n", str(path), "--begin", str(begin), "--no-warnings", "--no-step-log"]
    libsumo.start([*words, "--xml-validation", "never", *(["-r", str(routes)] if routes else [])])
    found = []
    try:
        lanes = {name: libsumo.lanearea.getLaneID(name) for name in libsumo.lanearea.getIDList()}
        for _ in range(seconds):
            libsumo.simulationStep()
            seen = {lane for name, lane in lanes.items() if libsumo.lanearea.getLastStepVehicleNumber(name)}
            found.append((libsumo.trafficlight.getRedYellowGreenState("c"), seen))
    finally:
        libsumo.close()
    return found


def lanes_of_phases(program: Programme, path: Path) -> dict[int, set[str]]:
    ways = read_network(path).ways
    return {
        int(phase.name): {way.start for way in ways if way.light == "c" and phase.state[way.link] == "G"}
        for phase in program.phases
    }


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize(("scale", "begin"), [(0.0, 0), (0.6, 0), (1.2, 0), (0.0, 1234)])
def test_rings_show_what_sumo_shows(network: Path, name: str, scale: float, begin: int) -> None:
    path = with_program(network, name)
    program = read_network(path).programme("c")
    lanes = lanes_of_phases(program, path)
    shown = in_sumo(path, with_flows(network, scale) if scale else None, 500, begin)
    control, first = RingControl(plan_rings(program, "the light")), first_second(program, begin)
    occupied: set[int] = set()
    for second, (state, seen) in enumerate(shown):
        if second >= first:
            control.step(1000 * (begin + second), occupied)
        assert control.shown() == state, second
        occupied = {phase for phase, mine in lanes.items() if mine & seen}


def drive(found: Imported, seconds: int) -> list[str]:
    """What the light shows second by second, while the vehicles of the file drive here."""
    w, controller, scene, shown = found.records[0], FixedTime(found), SceneHere(found), []
    fleet = Fleet(found.records, found.rides, found.edge_of, found.begin)
    w["demand"] = 0.0
    take_over(w, found.lights)
    for tick in range(2 * seconds):
        (state,) = controller.states(0.5 * tick, scene)
        shown.append(state)
        show(w, found.lights[0], state, clearing=True)
        fleet.let_in(0.5 * tick, 0.5)
        fleet.hold()
        advance(found.records, 1, 0.5)
        fleet.look_after(0.5)
    return shown[::2]


@pytest.mark.parametrize("name", ["TS2", "Type170"])
def test_drivers_here_get_the_greens_of_sumo(network: Path, name: str) -> None:
    path, routes = with_program(network, name), with_flows(network, 1.0)
    shown = [state for state, _ in in_sumo(path, routes, 900)]
    here = drive(import_network(read_network(path), read_demand(routes, 0.0, 900.0)), 900)
    for link in (1, 2, 4, 5, 7, 8, 10, 11):
        lit = [100.0 * sum(state[link] == "G" for state in states) / 900 for states in (here, shown)]
        assert abs(lit[0] - lit[1]) < 8.0, (link, lit)  # s of each cycle of 100


def test_any_controller_runs_pairs_of_phases(network: Path) -> None:
    path, routes = with_program(network, "TS2"), with_flows(network, 1.0)
    found = import_network(read_network(path), read_demand(routes, 0.0, 900.0))
    (light,) = found.lights
    assert len(light.states) == 8
    assert "GGgrrrGGgrrr" in light.states
    assert (light.yellow, light.all_red) == (3.0, 2.0)
    trips = run_here(found, MaxPressure(found), 600.0)
    assert trips.finished > 100
    assert trips.collisions == 0


def plan(**changes: str) -> RingPlan:
    parameters = {name.replace("_", "-"): value for name, value in changes.items()}
    return plan_rings(program_of({**COORDINATED, **parameters}), "the light")


def program_of(parameters: dict[str, str]) -> Programme:
    phases = tuple(
        Phase(state, 90.0, 5.0, float(LONGEST[name]), (), str(name), 3.0, 2.0) for name, state in GREENS.items()
    )
    return Programme(phases, "NEMA", 0.0, parameters)


def test_force_offs_begin_where_the_type_says() -> None:
    ends = {phase.name: phase.force_off / 1000 for ring in plan().rings for phase in ring}
    # phase 2 turns green after 20 s of its ring, phase 6 after 25 s: TS2 counts from the earlier one
    assert ends == {1: 95.0, 2: 35.0, 3: 53.0, 4: 75.0, 5: 0.0, 6: 35.0, 7: 55.0, 8: 75.0}
    ends = {phase.name: phase.force_off / 1000 for ring in plan(controllerType="Type170").rings for phase in ring}
    assert ends == {1: 55.0, 2: 95.0, 3: 13.0, 4: 35.0, 5: 60.0, 6: 95.0, 7: 15.0, 8: 35.0}


def test_pairs_of_phases_last_as_long_as_in_a_full_cycle() -> None:
    pairs = pairs_of_greens(plan())
    assert pairs["GGgrrrGGgrrr"] == 30.0  # phases 2 and 6
    assert pairs["rrGrrrrrGrrr"] == 15.0  # 1 and 5
    assert pairs["rrrrrrGGGrrr"] == 5.0  # 1 and 6 never meet: their shortest green


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"total_cycle_length": "90"}, "maxDur, yellow and red of ring1 are 100 s together: its cycle is 90 s"),
        ({"total_cycle_length": "long"}, "has a cycle of 'long' s: 1 to 86,400"),
        ({"controllerType": "Type9"}, "controllerType='Type9': TS2 or Type170"),
        ({"barrierPhases": "2,6"}, "barrierPhases='2,6'"),
        ({"ring1": "1,2,3,9"}, "has phase 9 in ring1, but no phase of that name|has the rings"),
        ({"ring2": ""}, "has the rings ring1='1,2,3,4', ring2=''"),
        ({"ring1": "1,2,3,4,5"}, "each ring has two places"),
        ({"crossPhaseSwitching:6": "9"}, "crossPhaseSwitching:6 to phase 9, which is in no ring"),
    ],
)
def test_rings_that_sumo_refuses_are_refused(changes: dict[str, str], words: str) -> None:
    with pytest.raises(Refused, match=words):
        plan(**changes)
    if "total_cycle_length" in changes and changes["total_cycle_length"] == "90":
        plan(**changes, ignore_errors="true")


def test_coordination_needs_no_flag(tmp_path: Path) -> None:
    path = tmp_path / "cross.net.xml"
    path.write_text(NET)
    old = NET[NET.index("<tlLogic") : NET.index("</tlLogic>") + len("</tlLogic>")]
    phases = "".join(
        f'<phase duration="9" minDur="5" maxDur="20" yellow="3" red="2" name="{name}" state="{state}"/>'
        for name, state in (("2", "Gr"), ("4", "rG"))
    )
    rings = {"ring1": "0,2,0,4", "ring2": "0,2,0,4", "barrierPhases": "4,4", "coordinatePhases": "2,2",
             "coordinate-mode": "true", "cycle-length": "50"}  # fmt: skip
    params = "".join(f'<param key="{key}" value="{value}"/>' for key, value in rings.items())
    changed(path, old, f'<tlLogic id="c" type="NEMA" programID="0" offset="0">{phases}{params}</tlLogic>')
    found = read_network(path)
    assert found.programme("c").kind == "NEMA"
    assert not any("light" in what for what in found.left_out)


# --- delay_based programs on the same crossing -----------------------------------------------------------------------

DELAYED = ("GGgrrrGGgrrr", "yygrrryygrrr", "rrGrrrrrGrrr", "rryrrrrryrrr", "rrrGGgrrrGGg", "rrryygrrryyg",
           "rrrrrGrrrrrG", "rrrrryrrrrry")  # fmt: skip


def delayed(network: Path, offset: int) -> Path:
    path = network.with_name("delayed.net.xml")
    phases = "".join(
        f'<phase duration="3" state="{state}"/>' if "y" in state
        else f'<phase duration="33" minDur="5" maxDur="45" state="{state}"/>'
        for state in DELAYED
    )  # fmt: skip
    program = f'<tlLogic id="c" type="delay_based" programID="0" offset="{offset}">{phases}</tlLogic>'
    path.write_text(re.sub(r"<tlLogic.*?</tlLogic>", program, network.read_text(), flags=re.DOTALL))
    return path


@pytest.mark.parametrize("offset", [0, 17, -9])
def test_delay_based_greens_without_traffic_are_those_of_sumo(network: Path, offset: int) -> None:
    path, routes = delayed(network, offset), network.with_name("late.rou.xml")
    routes.write_text('<routes><trip id="t" depart="399" from="nc" to="cs"/></routes>')
    here = drive(import_network(read_network(path), read_demand(routes, 0.0, 400.0)), 400)
    assert here == [state for state, _ in in_sumo(path, routes, 400)]


def test_delay_based_greens_last_as_long_as_they_help(network: Path) -> None:
    path, found = delayed(network, 0), {}
    for scale in (0.4, 1.6):
        routes = with_flows(network, scale)
        here = drive(import_network(read_network(path), read_demand(routes, 0.0, 900.0)), 900)
        for place, states in (("here", here), ("SUMO", [state for state, _ in in_sumo(path, routes, 900)])):
            lasted = [len(list(same)) for state, same in groupby(states) if state == DELAYED[0]]
            found[place, scale] = sum(lasted[1:-1]) / len(lasted[1:-1])
    for place in ("here", "SUMO"):
        assert 5.0 <= found[place, 0.4] < 20.0
        assert found[place, 1.6] > 2.0 * found[place, 0.4]
    assert abs(found["here", 0.4] - found["SUMO", 0.4]) < 6.0
    assert abs(found["here", 1.6] - found["SUMO", 1.6]) < 15.0
