"""Routes on a given network: several ways are found, taken, and told apart; what offers no choice is refused."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import replays
import worlds
from simulator.engine import Simulation
from simulator.interop.sumo.packing import pack_network, with_packed
from tests.interop.crossing import changed
from tests.interop.diamond import write_diamond
from worlds.road.layouts.given import GivenNetwork, pack, unpack
from worlds.traffic.routes.constants import ARRIVAL, COST, PROGRESS, TICK
from worlds.traffic.routes.network.bots import HOPE, expected_of, remember
from worlds.traffic.routes.network.roster import kind, knob
from worlds.world import Refused, World

NORTH, SOUTH, KEEP = range(3)


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """A street that parts in two."""
    return write_diamond(tmp_path)


@pytest.fixture
def packed(files: tuple[Path, Path]) -> str:
    """The same as a build argument."""
    return pack_network(*files, seconds=80.0, world="routes")[0]


@pytest.fixture
def world(packed: str) -> World:
    """One commuter there, as the files say."""
    return worlds.get("routes", network=packed, seats=1, tasks="as given")


def drive(sim: Simulation, choice: int) -> list[int]:
    """Play an episode by one choice; the lanes on which the seat was."""
    lanes: list[int] = []
    while not sim.episode_ended:
        sim.tick(np.array([choice]))
        w = sim.final if sim.episode_ended else sim.w
        if int(w["ride"][0]) >= 0 and (not lanes or lanes[-1] != int(w["car_lane"][w["ride"][0]])):
            lanes.append(int(w["car_lane"][w["ride"][0]]))
    return lanes


@pytest.mark.plain
def test_both_ways_are_found_the_quicker_one_first(packed: str) -> None:
    network = unpack(packed)
    t = network.tables
    assert (network.kind, network.sizes["relations"], network.sizes["choices"]) == ("routes", 1, 2)
    free = [float(t["free_seconds"][t["relation_source"][0, way], t["relation_goal"][0, way]]) for way in (0, 1)]
    assert free[NORTH] < free[SOUTH] < 1.5 * free[NORTH]
    assert float(t["relation_flow"][0]) == pytest.approx(7 / 80)  # one every 12 s, seven in 80 s


@pytest.mark.parametrize(("choice", "edge"), [(NORTH, "an_0"), (SOUTH, "as_0")])
def test_who_chooses_a_way_drives_it(packed: str, world: World, choice: int, edge: str) -> None:
    names = unpack(packed).lanes
    lanes = [names[lane] for lane in drive(Simulation(world, seed=1), choice) if lane < len(names)]
    assert lanes[:2] == ["wa_0", edge]


def test_an_arrival_is_a_trip_and_rewards_are_those_of_the_towns(world: World) -> None:
    sim, total, ticks = Simulation(world, seed=2), 0.0, 0
    while int(sim.w["trips"][0]) == 0:
        sim.tick(np.array([NORTH]))
        total += float(sim.rewards[0])
        ticks += 1
    assert total == pytest.approx(PROGRESS * float(sim.w["gained"][0]) + ARRIVAL - COST * TICK * ticks, abs=1e-3)
    assert float(sim.w["trips_free"][0]) == pytest.approx(float(sim.w["gained"][0]), rel=0.05)
    assert int(sim.w["ride"][0]) == -1
    assert int(sim.w["been"][0, NORTH]) == 1
    assert int(sim.w["been"][0, SOUTH]) == 0


def test_on_one_way_the_other_is_closed(world: World) -> None:
    sim = Simulation(world, seed=3)
    assert sim.legal[0].tolist() == [1, 1, 1]
    while int(sim.w["ride"][0]) < 0 or float(sim.w["car_pos"][sim.w["ride"][0]]) < 30.0:
        sim.tick(np.array([NORTH]))
    assert sim.legal[0].tolist() == [1, 1, 1]  # both ways begin alike
    names = unpack(str(world.build_args["network"])).lanes
    while int(sim.w["car_lane"][sim.w["ride"][0]]) != names.index("an_0") or not sim.deciding:
        sim.tick(np.array([NORTH]))
    assert sim.legal[0].tolist() == [1, 0, 1]


@pytest.mark.parametrize("split", ["train", "test-both", "final"])
def test_tasks_differ_and_do_not_hang_on_what_was_played(packed: str, split: str) -> None:
    world = worlds.get("routes", network=packed, seats=1)
    used = Simulation(world, seed=4, split=split)
    for _ in range(40):
        used.tick(np.array([SOUTH]))
    flows = set()
    for trial in (0, 1, 0):
        used.reset(trial)
        fresh = Simulation(world, seed=4, split=split)
        if trial:
            fresh.reset(trial)
        assert used.state.tobytes() == fresh.state.tobytes()
        world.check(used.state)
        flows.add(float(used.w["flow_mean"].sum()))
    assert len(flows) == 2


def slowed(world: World, trials: int) -> Any:
    """The first task in which a street crawls."""
    sim = Simulation(world, seed=5)
    for trial in range(trials):
        sim.reset(trial)
        if int(sim.w["slow_lane"][0]) >= 0:
            return sim
    raise AssertionError("nothing crawls in any task")


def test_streets_that_crawl_lie_on_one_way_each_and_the_oracle_is_told_the_quicker(packed: str) -> None:
    sim = slowed(worlds.get("routes", network=packed, seats=1), 12)
    w = sim.w
    for lane in w["slow_lane"][w["slow_lane"] >= 0]:
        assert w["lane_limit"][lane] < 0.5 * w["limit_given"][lane]
        assert np.count_nonzero(w["left_by"][0, :, lane] < 1e7) == 1
    only = [(w["left_by"][0, way] < 1e7) & (w["left_by"][0, 1 - way] > 1e7) for way in (NORTH, SOUTH)]
    seconds = [float(w["lane_mean"][lanes].sum()) for lanes in only]
    told = sim.tell(0)
    quicker = int(np.argmin(seconds))
    assert told[2 + quicker] == 1.0
    assert told[1 - quicker] == pytest.approx(abs(seconds[0] - seconds[1]) / 60.0, abs=0.01)


@pytest.mark.parametrize("bot", ["quickest", "looker", "impatient", "habitual", "random", "learner", "knowing", "herd"])
def test_bots_commute(packed: str, bot: str) -> None:
    world = worlds.get("routes", network=packed, seats=1)
    sim = Simulation(world, seed=6, seats={"traveller_0": f"bot:{bot}"})
    while not sim.episode_ended:
        sim.tick(np.array([KEEP]))
    world.check(sim.final)
    assert sim.final_figures["trip_seconds"] >= 0.0


@pytest.mark.plain
def test_a_learner_tries_another_way_only_if_the_known_one_is_bad(world: World) -> None:
    """Lights hold everybody: a few lost seconds are no cause to try another way."""
    sim = Simulation(world, seed=1)
    w = sim.w
    w["learnt"][0] = (5.0, -1.0)
    assert expected_of(w, 0, NORTH) == 5.0
    assert expected_of(w, 0, SOUTH) == pytest.approx(HOPE * 5.0)
    w["learnt"][0] = (-1.0, -1.0)
    assert expected_of(w, 0, NORTH) == expected_of(w, 0, SOUTH) == 0.0
    w["bot_kind"][0], w["bot_knob"][0, knob.pace] = kind.learner, 0.5
    remember(w, 0, NORTH, 30.0)
    assert w["learnt"][0, NORTH] == 30.0
    remember(w, 0, NORTH, 10.0)
    assert w["learnt"][0, NORTH] == 20.0


def test_a_recording_plays_when_the_files_are_gone(files: tuple[Path, Path], world: World, tmp_path: Path) -> None:
    sim, path = Simulation(world, seed=4), tmp_path / "game.mcap"
    with replays.record(path) as recording:
        recording.begin(sim)
        for tick in range(60):
            sim.tick(np.array([SOUTH if tick < 30 else KEEP]))
            recording.tick(sim)
    for file in files:
        file.unlink()
    assert replays.verify(path).ok


def test_what_offers_no_choice_is_refused(files: tuple[Path, Path], tmp_path: Path) -> None:
    network, routes = files
    with pytest.raises(Refused, match="without demand: name it with routes="):
        with_packed({"network": str(network)}, "routes")
    with pytest.raises(Refused, match="only the world junction drives at one"):
        with_packed({"network": str(network), "routes": str(routes), "junction": "b"}, "routes")
    changed(routes, 'to="be"', 'to="an"')
    with pytest.raises(Refused, match=r"no trip in the demand of diamond\.net\.xml has a second way"):
        with_packed({"network": str(network), "routes": str(routes)}, "routes")


def test_a_network_of_another_world_is_refused(files: tuple[Path, Path], packed: str) -> None:
    for other in ("signals", "junction"):
        with pytest.raises(Refused, match=f"was packed for routes: {other} needs"):
            worlds.get(other, network=packed)
    with pytest.raises(Refused, match="tasks='given'"):
        worlds.get("routes", network=packed, tasks="given")
    with pytest.raises(Refused, match="with a network"):
        worlds.get("routes", tasks="as given")


def _nowhere(tables: dict[str, np.ndarray]) -> None:
    tables["relation_goal"][0, 1] = 1000


def _one_way(tables: dict[str, np.ndarray]) -> None:
    tables["relation_goal"][0, 1] = tables["relation_source"][0, 1] = -1


def _astray(tables: dict[str, np.ndarray]) -> None:
    tables["way"][:, tables["relation_goal"][0, 1]] = -1


def _nobody(tables: dict[str, np.ndarray]) -> None:
    tables["relation_flow"][0] = 0.0


@pytest.mark.parametrize("harm", [_nowhere, _one_way, _astray, _nobody])
def test_tables_that_cannot_be_are_refused(packed: str, harm: Callable[[dict[str, np.ndarray]], None]) -> None:
    known: GivenNetwork = unpack(packed)
    tables = {name: table.copy() for name, table in known.tables.items()}
    harm(tables)
    with pytest.raises(Refused, match="network 'diamond' cannot be"):
        pack(replace(known, tables=tables))
