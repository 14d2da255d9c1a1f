"""The Urban Routing Benchmark: its folders, its routes, its days, and who learns on them."""

import json
from pathlib import Path

import numpy as np
import pytest

from simulator.app import cli
from simulator.app.pages.urb_page import urb_page
from simulator.interop.urb.building import Choices, build_roads, choices_of
from simulator.interop.urb.driving import Day, Here
from simulator.interop.urb.folder import Benchmark, read_folder
from simulator.interop.urb.pathways import streets_of
from simulator.interop.urb.people import FLEETS, LearningPeople, fleet_of
from simulator.interop.urb.protocol import Course, run_course
from simulator.interop.urb.table import UrbRuns, found_of, read_urb
from tests.interop.diamond import NET
from worlds.world import Refused

ENDS = "{'origins': ['wa'], \"destinations\" : ['be', 'nb'],}"
AGENTS = "id,origin,destination,start_time,kind\n" + "".join(f"{i},0,0,{4 * i},Human\n" for i in range(10))
NORTH, SOUTH = ("wa", "an", "nb", "be"), ("wa", "as", "sb", "be")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "diamond"
    place.mkdir()
    (place / "diamond.net.xml").write_text(NET)
    (place / "od_diamond.txt").write_text(ENDS)
    (place / "agents.csv").write_text(AGENTS)
    return place


@pytest.fixture
def bench(folder: Path) -> Benchmark:
    return read_folder(folder)


def test_a_folder_says_who_drives_when_and_from_where_to_where(bench: Benchmark) -> None:
    assert (bench.name, len(bench.commuters)) == ("diamond", 10)
    assert set(bench.commuters.pairs) == {("wa", "be")}
    assert bench.commuters.starts.tolist() == [4.0 * i for i in range(10)]
    assert bench.length == 0.6  # minutes: the last start


@pytest.mark.parametrize(
    ("file", "text", "words"),
    [
        ("od_diamond.txt", "{'origins': ['wa']}", "is not two lists"),
        ("od_diamond.txt", ENDS + " + open('x')", "is not two lists"),
        ("od_diamond.txt", "{'origins': [wa], 'destinations': ['be']}", "names of edges in quotes"),
        ("agents.csv", "id,origin,start_time\n1,0,0\n", "has no column 'destination'"),
        ("agents.csv", "id,origin,destination,start_time\n1,0,2,0\n", "destination='2': a whole number from 0 to 1"),
        ("agents.csv", "id,origin,destination,start_time\n1,0,0,-3\n", "start_time='-3'"),
        ("agents.csv", "id,origin,destination,start_time\n1,0,0\n", "line 2 has 3 values: 4 are named"),
        ("agents.csv", "id,origin,destination,start_time\n1,0,0,5\n1,0,0,6\n", "2 agents and 1 different ids"),
        ("agents.csv", "id,origin,destination,start_time\n", "has no agents"),
        ("paths.csv", "origins,destinations,path\n0,0,wa an be nb\n", "does not lead from edge 'wa' to edge 'be'"),
    ],
)
def test_what_is_malformed_is_refused_by_name(folder: Path, file: str, text: str, words: str) -> None:
    (folder / file).write_text(text)
    with pytest.raises(Refused, match=words.replace("(", r"\(").replace("[", r"\[")):
        read_folder(folder)


def test_what_is_no_folder_of_the_benchmark_is_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="is no folder"):
        read_folder(tmp_path / "none")
    (folder / "agents.csv").unlink()
    with pytest.raises(Refused, match=r"has no file agents\.csv"):
        read_folder(folder)
    (folder / "other.net.xml").write_text(NET)
    with pytest.raises(Refused, match="has 2 files"):
        read_folder(folder)


def test_routes_are_sampled_by_a_seed_or_read(bench: Benchmark, folder: Path) -> None:
    choices = choices_of(bench, 42)
    assert set(choices.routes) == {NORTH, SOUTH}
    assert choices.of.shape == (10, 2)
    free = dict(zip(choices.routes, choices.free[0], strict=True))
    streets = streets_of(bench.network)
    assert free[NORTH] == pytest.approx((77.29 + 2 * 95.42) / 13.89 / 60.0)  # without the last edge, as RouteRL counts
    assert free[SOUTH] == pytest.approx(streets.free_minutes(SOUTH))
    again = choices_of(bench, 42)
    assert again.routes == choices.routes
    assert np.array_equal(again.of, choices.of)
    (folder / "paths.csv").write_text("origins,destinations,path,free_flow_time\n0,0,wa as sb be,0.3\n")
    assert choices_of(read_folder(folder), 42).routes == (SOUTH,)


def test_days_here_are_equal_for_equal_choices_and_differ_by_route(bench: Benchmark) -> None:
    choices = choices_of(bench, 42)
    road = Here(bench, choices, build_roads(bench, choices))
    north = np.full(10, choices.routes.index(NORTH))
    first, second, third = road.drive(north, 7), road.drive(north, 7), road.drive(north, 8)
    assert np.array_equal(first.minutes, second.minutes)
    assert not np.array_equal(first.minutes, third.minutes)
    assert first.counts == {"rerouted": 0, "elsewhere": 0, "removed": 0, "collisions": 0}
    free = choices.free[0, choices.routes.index(NORTH)] + 77.29 / 13.89 / 60.0
    assert free < first.minutes.min()
    assert first.minutes.max() < 3.0 * free
    mixed = north.copy()
    mixed[0] = 1 - mixed[0]
    day = road.drive(mixed, 7)
    assert day.minutes[0] > first.minutes[0]  # the way by the south is longer
    assert abs(day.minutes[0] - first.minutes[0]) < 0.1


def test_days_here_are_near_to_those_in_sumo(bench: Benchmark) -> None:
    pytest.importorskip("libsumo", reason="the extra sumo is not installed")
    from simulator.interop.urb.in_sumo import InSumo

    choices = choices_of(bench, 42)
    taken = np.full(10, choices.routes.index(NORTH))
    here = Here(bench, choices, build_roads(bench, choices)).drive(taken, 42)
    there = InSumo(bench, choices).drive(taken, 42)
    assert here.minutes.mean() == pytest.approx(there.minutes.mean(), rel=0.45)  # bends are taken slower here
    assert there.counts["removed"] == 0


def test_people_move_what_they_expect_towards_what_a_route_took() -> None:
    people = LearningPeople(np.array([[1.0, 2.0], [3.0, np.inf]]))
    assert people.choose().tolist() == [0, 0]
    people.learn(np.array([0, 0]), np.array([7.0, 30.0]))
    assert people.expected.tolist() == [[pytest.approx(2.2), 2.0], [pytest.approx(8.4), np.inf]]
    assert people.choose().tolist() == [1, 0]  # who has one route keeps to it


class TwoStreets:
    """A road where everybody on a street slows down all who are on it; the second is longer."""

    place = "made up"

    def __init__(self) -> None:
        self.days = 0

    def drive(self, taken: np.ndarray, seed: int) -> Day:
        self.days += 1
        load = np.bincount(taken, minlength=2)
        minutes = np.array([1.0 + 0.1 * load[0] ** 2 / 4.0, 4.0 + 0.02 * load[1]])[taken]
        return Day(minutes, {"rerouted": 0, "elsewhere": 0, "removed": 0, "collisions": 0})


def two_streets(n: int) -> Choices:
    return Choices((("a", "b"), ("a", "c")), np.tile([0, 1], (n, 1)), np.tile([1.0, 4.0], (n, 1)))


def test_a_course_compares_the_test_with_the_days_before_it() -> None:
    road, told = TwoStreets(), list[str]()
    course = Course(people=60, training=200, test=3, others=2)
    found = run_course(road, two_streets(20), 42, ["for-all", "empty-roads"], course, tell=told.append)
    people, fleet, empty = found["people"], found["for-all"], found["empty-roads"]
    assert people["t_pre"] == pytest.approx(0.4 * people["t_cav_pre"] + 0.6 * people["t_hdv_pre"])
    assert fleet["t_test"] == pytest.approx(0.4 * fleet["t_cav"] + 0.6 * fleet["t_hdv"])
    assert fleet["t_pre"] == people["t_pre"]
    assert "t_train" in fleet
    assert "t_train" not in empty
    assert fleet["t_test"] < people["t_pre"] - 0.3  # people crowd the short street until both take equally long
    assert empty["t_test"] >= fleet["t_test"]
    assert any("day 200 of 203" in line for line in told)


def test_a_fleet_for_itself_may_cost_others_what_one_for_all_does_not() -> None:
    course = Course(people=60, training=300, test=1, others=0, share=0.5)
    found = run_course(TwoStreets(), two_streets(20), 1, ["together", "for-all"], course, tell=lambda line: None)
    assert found["together"]["t_cav"] <= found["for-all"]["t_cav"]
    assert found["for-all"]["t_test"] <= found["together"]["t_test"]


@pytest.mark.parametrize("name", FLEETS)
def test_every_fleet_keeps_to_routes_that_there_are(name: str) -> None:
    free = np.array([[1.0, np.inf, np.inf], [2.0, 1.0, np.inf], [1.0, 1.5, 3.0]])
    fleet = fleet_of(name, free, np.random.default_rng(0))
    for day in range(40):
        taken = fleet.choose(day, 30)
        assert np.isfinite(free[np.arange(3), taken]).all()
        if day < 30:
            minutes = free[np.arange(3), taken] + 1.0
            fleet.learn(taken, minutes, float(minutes.mean()))


def test_the_command_keeps_runs_and_makes_a_page(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder.parent / "urb.json"
    words = ["urb", str(folder), "--people-days", "4", "--training-days", "6", "--test-days", "2", "--other-days", "1"]
    words += ["--fleets", "together", "empty-roads", "--table", str(path)]
    assert cli.run([*words, "--seeds", "2", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert [one["fleet"] for one in facts["fleets"]] == ["people", "empty-roads", "together"]
    assert facts["commuters"] == 10
    text = path.read_bytes()
    assert cli.run([*words, "--seeds", "2"]) == 0
    assert "seed 4" not in capsys.readouterr().err  # nothing is run anew
    assert path.read_bytes() == text
    runs = read_urb(path)
    assert isinstance(runs, UrbRuns)
    page = urb_page(runs, "## Why\n\nBecause.")
    assert "crossplay urb URB/networks/diamond --seeds 2 --people-days 4" in page
    assert page.endswith("Because.\n")
    best = {one.fleet: one for one in found_of(runs.networks["diamond"])}["together"]
    assert best.seeds == 2
    assert best.t_test[0] > 0.0
    assert best.beside is None


def test_the_command_refuses_in_one_sentence(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["urb", str(folder), "--fleets", "nobody"]) == 2
    assert "'nobody' is none of together" in capsys.readouterr().err
    assert cli.run(["urb", str(folder), "--share", "1"]) == 2
    assert "leaves no car or no person" in capsys.readouterr().err
    assert cli.run(["urb", str(folder.parent)]) == 2
    assert "has 0 files *.net.xml" in capsys.readouterr().err
    (folder / "urb.json").write_text('{"networks": 3}')
    assert cli.run(["urb", str(folder), "--table", str(folder / "urb.json")]) == 2
    assert "is no file of runs of the benchmark" in capsys.readouterr().err
