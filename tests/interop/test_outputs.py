"""Outputs are SUMO's: its elements and attributes, and what they tell adds up to what the record counts."""

import csv
import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

import replays
import worlds
from simulator.app import cli
from simulator.engine import Simulation
from simulator.interop.sumo.outputs import OUTPUTS, Outputs, names_of_record
from simulator.interop.sumo.outputs.emissions import emitted
from simulator.interop.sumo.packing import pack_network
from worlds.road.fields import BUS, CAR, TRUCK
from worlds.world import Refused, World

SCHEMAS = {"tripinfo": "tripinfo_file", "fcd": "fcd_file", "summary": "summary_file", "emissions": "emission_file",
           "detectors": "det_e1_file"}  # fmt: skip
SSM = {"begin", "end", "ego", "foe", "time", "position", "type", "value", "speed"}  # SUMO has no schema of its log


@pytest.fixture
def told(files: tuple[Path, Path], tmp_path: Path) -> dict[str, Path]:
    """All outputs of three minutes at the crossing under the file's program, as XML."""
    found = {name: tmp_path / f"{name}.xml" for name in OUTPUTS}
    flags = [word for name, path in found.items() for word in (f"--{name}", str(path))]
    words = ["sumo", str(files[0]), "--routes", str(files[1]), "--seconds", "180", "--controllers", "fixed"]
    assert cli.run([*words, *flags]) == 0
    return found


def _rows(path: Path, tag: str) -> list[dict[str, str]]:
    return [dict(one.attrib) for one in ElementTree.parse(path).getroot().iter(tag)]


@pytest.mark.plain
def test_sums_trips_places_and_loops_agree(told: dict[str, Path]) -> None:
    trips, steps = _rows(told["tripinfo"], "tripinfo"), _rows(told["summary"], "step")
    places = ElementTree.parse(told["fcd"]).getroot()
    assert len(steps) == len(places) == 180
    assert int(steps[-1]["inserted"]) == len(trips) > 20
    finished = [trip for trip in trips if float(trip["arrival"]) >= 0.0]
    assert int(steps[-1]["arrived"]) == len(finished)
    assert [int(step["running"]) for step in steps] == [len(place) for place in places]
    assert len({trip["id"] for trip in trips}) == len(trips)
    assert {trip["id"].partition(".")[0] for trip in trips} == {"a", "b"}  # what the file calls its flows
    for trip in finished:
        assert float(trip["arrival"]) - float(trip["depart"]) == pytest.approx(float(trip["duration"]), abs=0.02)
        assert 0.0 <= float(trip["waitingTime"]) <= float(trip["timeLoss"]) + 1.0 <= float(trip["duration"]) + 1.0
        assert float(trip["routeLength"]) == pytest.approx(192.0 - float(trip["departPos"]), abs=20.0)
        assert trip["departLane"] in ("north_0", "west_0")
    loops = _rows(told["detectors"], "interval")
    assert {loop["id"] for loop in loops} == {"e1_north_0", "e1_west_0"}
    assert len(finished) <= sum(int(loop["nVehContrib"]) for loop in loops) <= len(trips)


@pytest.mark.plain
def test_places_are_those_of_the_file(told: dict[str, Path]) -> None:
    for row in _rows(told["fcd"], "vehicle"):
        if row["lane"] == "west_0":
            assert float(row["x"]) == pytest.approx(float(row["pos"]), abs=0.02)
            assert float(row["y"]) == pytest.approx(48.40)
            assert float(row["angle"]) == pytest.approx(90.0)
        if row["lane"] == "north_0":
            assert float(row["x"]) == pytest.approx(94.40)
            assert float(row["angle"]) == pytest.approx(180.0)


@pytest.mark.plain
def test_emissions_of_trips_are_the_sum_of_their_moments(told: dict[str, Path]) -> None:
    moments: dict[str, float] = {}
    for row in _rows(told["emissions"], "vehicle"):
        moments[row["id"]] = moments.get(row["id"], 0.0) + float(row["CO2"])  # mg/s, second by second
    whole = ElementTree.parse(told["tripinfo"]).getroot()
    for trip in whole:
        inner = trip.find("emissions")
        assert inner is not None
        assert float(inner.attrib["CO2_abs"]) == pytest.approx(moments[trip.attrib["id"]], rel=0.25, abs=4e3)
        assert float(inner.attrib["fuel_abs"]) == pytest.approx(float(inner.attrib["CO2_abs"]) / 3.169, rel=1e-3)


def test_a_car_emits_what_the_paper_says() -> None:
    steady = emitted(np.array([CAR, TRUCK, BUS]), np.full(3, 50.0 / 3.6), np.zeros(3))
    per_km = steady[:, 0] * 1e-3 / (50.0 / 3.6) * 1e3  # g of CO2
    assert per_km == pytest.approx([160.7, 1024.0, 601.0], rel=0.01)
    pushing, braking = emitted(np.full(2, CAR), np.full(2, 10.0), np.array([1.5, -2.0]))
    assert pushing[0] > 2.0 * braking[0]
    assert braking[1] == pytest.approx(0.217)  # mg of NOx a second, whatever the speed


def _known(schema: str) -> set[str]:
    """Attributes that SUMO's own schema of an output names, and its elements."""
    found = importlib.util.find_spec("sumo")
    assert found is not None
    assert found.submodule_search_locations is not None
    folder = Path(found.submodule_search_locations[0]) / "data" / "xsd"
    paths = [folder / f"{name}.xsd" for name in (schema, "baseTypes")]
    text = "".join(path.read_text() for path in paths if path.exists())
    return set(re.findall(r'(?:attribute|element) name="([\w-]+)"', text))


@pytest.mark.skipif(importlib.util.find_spec("sumo") is None, reason="the extra `sumo` is not installed")
@pytest.mark.parametrize("name", SCHEMAS)
def test_names_are_those_of_sumos_schema(name: str) -> None:
    root, row, columns, step = OUTPUTS[name]
    known = _known(SCHEMAS[name])
    assert {root, row, step} - {""} <= known
    assert {column.partition("_")[2] for column in columns} <= known


def test_the_log_of_conflicts_has_sumos_names() -> None:
    _, _, columns, _ = OUTPUTS["ssm"]
    assert {column.partition("_")[2] for column in columns} == SSM
    assert {column.partition("_")[0] for column in columns} == {"conflict", "minTTC", "maxDRAC", "PET"}


def _drive(world: World, files: dict[str, Path]) -> Simulation:
    sim = Simulation(world, seed=2, seats={"signal_0": "bot:fixed"})
    with Outputs(files, names_of_record(sim.w)) as outputs:
        while not sim.episode_ended:
            sim.tick(np.zeros(1, np.int64))
            w = sim.final if sim.episode_ended else sim.w
            outputs.look(w, int(w["beats"]) * 0.5, 0.5)
    return sim


@pytest.fixture
def world(files: tuple[Path, Path]) -> World:
    """The crossing for a minute."""
    return worlds.get("signals", network=pack_network(*files, seconds=60.0)[0], tasks="as given")


@pytest.mark.plain
def test_tables_are_read_by_pandas(world: World, tmp_path: Path) -> None:
    files = {name: tmp_path / f"{name}.csv" for name in OUTPUTS}
    sim = _drive(world, files)
    with files["tripinfo"].open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert sum(float(row["tripinfo_arrival"]) >= 0.0 for row in rows) == sim.final_figures["throughput"]
    pandas = pytest.importorskip("pandas")
    for name, path in files.items():
        table = pandas.read_csv(path)
        assert list(table.columns) == list(OUTPUTS[name][2])
    sums = tmp_path / "sums.xml"
    _drive(world, {"summary": sums})
    assert list(pandas.read_xml(sums, parser="etree").columns) == [
        name.partition("_")[2] for name in OUTPUTS["summary"][2]
    ]
    places = pandas.read_csv(files["fcd"])
    by_time = places.groupby("timestep_time").size()
    assert int(by_time.iloc[-1]) == int((sim.final["car_lane"] >= 0).sum())


@pytest.mark.plain
def test_a_recording_is_told_like_the_run(world: World, tmp_path: Path) -> None:
    live, game = tmp_path / "live.xml", tmp_path / "game.mcap"
    _drive(world, {"tripinfo": live})
    sim = Simulation(world, seed=2, seats={"signal_0": "bot:fixed"})
    with replays.record(game) as recording:
        recording.begin(sim)
        for _ in range(world.timing.episode_ticks + 10):
            sim.tick(np.zeros(1, np.int64))
            recording.tick(sim)
    again = tmp_path / "again.xml"
    assert cli.run(["outputs", str(game), "--tripinfo", str(again)]) == 0
    first, second = (
        [{name: value for name, value in row.items() if not name.endswith("Lane")} for row in _rows(path, "tripinfo")]
        for path in (live, again)
    )
    assert first == second
    assert {row["departLane"] for row in _rows(again, "tripinfo")} == {"west_0", "north_0"}


def _asked(tmp_path: Path) -> Iterator[tuple[list[str], str]]:
    game = tmp_path / "none.mcap"
    yield ["outputs", str(game)], "nothing is asked for"
    yield ["outputs", str(game), "--fcd", str(tmp_path / "fcd.xml")], "does not exist"


def test_bad_requests_are_refused(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words, sentence in _asked(tmp_path):
        assert cli.run(words) == 2
        assert sentence in capsys.readouterr().err
    for files, sentence in (
        ({"fcd": "x.txt"}, "choose .xml or .csv"), ({"more": "x.xml"}, "is none: choose from"),
        ({"fcd": "x.xml", "summary": "x.xml"}, "for more than one output"),
    ):  # fmt: skip
        paths = {name: tmp_path / path for name, path in files.items()}
        with pytest.raises(Refused, match=sentence):
            Outputs(paths, names_of_record(Simulation(world).w))
    assert not list(tmp_path.glob("x.*"))
