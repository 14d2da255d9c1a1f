"""Players of the world `signals` run the lights of a network's files: what they see there is what the world shows."""

import importlib.util
import json
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import worlds
from agents.checkpoints import checkpoint
from agents.networks.network import Network, Shape
from simulator.app import cli
from simulator.engine import Mind, Simulation
from simulator.engine.player import Player
from simulator.interop.sumo.bridge import run_here, run_in_sumo
from simulator.interop.sumo.build import Imported, import_network
from simulator.interop.sumo.mirror import WorldMirror
from simulator.interop.sumo.network import read_network
from simulator.interop.sumo.packing import pack_network
from simulator.interop.sumo.routes import read_demand
from simulator.interop.sumo.scene import RoadScene, Vehicles
from simulator.interop.sumo.seated import SeatedLights
from tests.interop.crossing import changed
from worlds.road.layouts.given import unpack
from worlds.world import Refused, World

SECONDS = 200.0
BOT = {"signal_0": "bot:max_pressure"}


class Alternating:
    """Asks for the other phase whenever it may, and keeps what it saw."""

    name = "alternating"

    def __init__(self) -> None:
        self.mind: Mind | None = None
        self.seen: list[np.ndarray] = []

    def reset(self, lanes: int) -> None:
        """Nothing is remembered."""

    def forget(self) -> None:
        """Nothing is remembered."""

    def act(self, observations: np.ndarray, legal: np.ndarray) -> np.ndarray:
        """The second phase in odd decisions."""
        self.seen.append(observations.copy())
        return np.full((len(observations), 1), len(self.seen) % 4 // 2, np.int64)


def build(files: tuple[Path, Path], **args: str) -> World:
    """Signals at the crossing, as its files say."""
    return worlds.get("signals", network=pack_network(*files, seconds=SECONDS)[0], tasks="as given", **args)


def told(sim: Simulation, world: World) -> Vehicles:
    """Where the world's own traffic is, as somebody else would tell it."""
    w, lanes = sim.w, unpack(world.build_args["network"]).lanes
    used = np.flatnonzero(w["car_lane"] >= 0)[::-1]
    lane = w["car_lane"][used].astype(np.int64)
    outside = {lanes[int(w["source_lane"][at])].rpartition("_")[0]: int(w["outside"][at]) for at in range(2)}
    return Vehicles(
        [(int(car), float(w["car_since"][car])) for car in used], lane, w["lane_length"][lane] - w["car_pos"][used],
        w["car_speed"][used], w["car_desire"][used], w["car_waited"][used], w["car_length"][used], w["car_kind"][used],
        outside,
    )  # fmt: skip


@pytest.mark.parametrize(("reward", "observation"), [("time lost", "detectors"), ("diff-waiting-time", "sumo-rl")])
def test_traffic_that_is_only_told_is_seen_and_paid_as_the_worlds_own(
    files: tuple[Path, Path], reward: str, observation: str
) -> None:
    world = build(files, reward=reward, observation=observation)
    own, player = Simulation(world, seed=3, seats=BOT), Alternating()
    bot, agent = WorldMirror(world, {}, BOT, seed=3), WorldMirror(world, {0: player}, seed=3)
    decided, paid = 0, 0.0
    for _ in range(int(2 * SECONDS) - 1):
        bot.foresee()
        own.tick(np.zeros(1, np.int64))
        bot.tick(told(own, world))
        agent.foresee()
        agent.tick(told(own, world))
        np.testing.assert_allclose(bot.simulation.rewards, own.rewards, atol=1e-9)
        paid += float(abs(own.rewards).sum())
        for name in ("phase", "phase_time", "group_state", "counted", "action"):
            np.testing.assert_array_equal(bot.simulation.w[name], own.w[name], err_msg=name)
        if own.deciding:
            np.testing.assert_allclose(bot.observations, own.observations, atol=1e-6)
            decided += 1
    assert decided == int(SECONDS / 5.0) - 1
    assert paid > 0.0
    assert len(player.seen) == decided + 1
    assert np.ptp(np.concatenate(player.seen), axis=0).max() > 0.0
    world.check(bot.simulation.state)


class Spy(SeatedLights):
    """Compares what the seats see with what SUMO says at every decision."""

    def __init__(
        self, imported: Imported, world: World, players: Mapping[int, Player], seats: Mapping[str, str]
    ) -> None:
        super().__init__(imported, world, players, seats)
        self.world, self.given = world, seats
        self.shown: list[str] = []
        self.decided = 0

    def states(self, second: float, scene: RoadScene) -> list[str]:
        """As always, but looked at."""
        import libsumo

        letters = super().states(second, scene)
        sim: Any = self.mirror.simulation
        self.shown += letters
        if not sim.deciding:
            return letters
        self.decided += 1
        for index, name in enumerate(unpack(sim.world.build_args["network"]).lanes):
            cars = [car for car in libsumo.vehicle.getIDList() if libsumo.vehicle.getLaneID(car) == name]
            ahead = [libsumo.lane.getLength(name) - libsumo.vehicle.getLanePosition(car) for car in cars]
            assert sim.w["seen_cars"][index] == libsumo.lane.getLastStepVehicleNumber(name) == len(cars)
            assert sim.w["seen_queue"][index] == libsumo.lane.getLastStepHaltingNumber(name)
            assert sim.w["seen_near"][index] == sum(metres < 40.0 for metres in ahead)
        again = Simulation(self.world, seats=self.given)
        again.restore(sim.snapshot())  # the world itself, with the same vehicles, lights and detectors
        np.testing.assert_array_equal(again.observations, sim.observations)
        return letters


@pytest.mark.parametrize("seats", [BOT, {}])
def test_what_is_seen_in_sumo_is_what_the_world_shows_of_the_same(
    files: tuple[Path, Path], seats: dict[str, str]
) -> None:
    pytest.importorskip("libsumo", reason="the extra sumo is not installed")
    world = build(files)
    network, demand = read_network(files[0]), read_demand(files[1], 0.0, SECONDS)
    imported = import_network(network, demand)
    players: dict[int, Player] = {} if seats else {0: Alternating()}
    spy = Spy(imported, world, players, seats)
    trips = run_in_sumo(network, files[1], imported, spy, demand)
    assert spy.decided == int(SECONDS / 5.0)
    assert trips.finished > 5
    assert spy.mirror.unseen == 0
    assert_changes(spy.shown)


def assert_changes(shown: list[str]) -> None:
    """Every change takes the program's 3 s of yellow and 1 s of red, and there is one."""
    lasted = [[shown[0], 0.0]]
    for letters in shown:
        if letters != lasted[-1][0]:
            lasted.append([letters, 0.0])
        lasted[-1][1] += 1.0  # type: ignore[operator]
    between = {letters: seconds for letters, seconds in lasted[1:-1] if "G" not in str(letters)}
    assert between == {"yr": 3.0, "ry": 3.0, "rr": 1.0}


def test_the_same_lights_are_shown_here(files: tuple[Path, Path]) -> None:
    world = build(files)
    imported = import_network(read_network(files[0]), read_demand(files[1], 0.0, SECONDS))
    player = Alternating()
    controller = SeatedLights(imported, world, {0: player})
    shown: list[str] = []
    states: Callable[[float, RoadScene], list[str]] = controller.states

    def look(second: float, scene: RoadScene) -> list[str]:
        letters = states(second, scene)
        if second == int(second):
            shown.extend(letters)
        here, w = imported.records[0], controller.mirror.simulation.w
        assert Counter(here["car_lane"].tolist()) - Counter([-1] * len(here["car_lane"])) == Counter(
            w["car_lane"][w["car_lane"] >= 0].tolist()
        )
        return letters

    controller.states = look  # type: ignore[method-assign]
    trips = run_here(imported, controller, SECONDS)
    assert len(player.seen) == int(SECONDS / 5.0)
    assert trips.finished > 5
    assert_changes(shown)


def test_another_network_is_refused(files: tuple[Path, Path]) -> None:
    world = build(files)
    west = 'id="west_0" index="0" speed="13.89" length='
    changed(files[0], f'{west}"92.00"', f'{west}"112.00"')
    imported = import_network(read_network(files[0]), read_demand(files[1], 0.0, SECONDS))
    with pytest.raises(Refused, match="'west_0' has another length"):
        SeatedLights(imported, world, {}, BOT)
    with pytest.raises(Refused, match="seat 'signal_0' needs a bot or a player"):
        WorldMirror(world, {})
    with pytest.raises(Refused, match="built without a network"):
        WorldMirror(worlds.get("signals"), {})


def learned(folder: Path, world: World, **changes: Any) -> str:
    """An agent for a world, never trained."""
    layout = Simulation(world).layout
    facts = {
        "world": world.name, "world_version": world.version, "layout_hash": world.layout_hash,
        "build_args": dict(world.build_args), "roles": ("signal",), "observation": dict(layout.sizes), "inputs": True,
        "reveal": False, "reference": "none", "split": "train", "settings": {"together": True, "episodes": 1},
        "seed": 1, "steps": 1, "commit": "abc", "scores": {"signal": [0.0]}, **changes,
    }  # fmt: skip
    shape = Shape(observation=layout.total, actions=world.action_sizes, encoder=4, hidden=4)
    checkpoint.save(folder, Network(shape, torch.Generator().manual_seed(1)), facts)
    return str(folder)


def test_the_command_lets_an_agent_run_the_lights(
    files: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    agent = learned(tmp_path / "agent", build(files))
    words = ["sumo", str(files[0]), "--routes", str(files[1]), "--controllers", "fixed", "--agent", agent, "--json"]
    assert cli.run(words) == 0
    told = json.loads(capsys.readouterr().out)["delay"]
    places = {"here", "SUMO"} if importlib.util.find_spec("libsumo") is not None else {"here"}
    assert {name: set(runs) for name, runs in told.items()} == {"fixed": places, "agent": places}
    for run in told["agent"].values():
        assert run["began"] >= run["finished"] > 5  # as long as its episodes
        assert run["travel"] > run["delay"] > 0.0
        assert run["collisions"] == 0
    assert cli.run([*words, "--seconds", "300"]) == 2
    assert "learned episodes of 200 s: --seconds 200 at most" in capsys.readouterr().err
    oracle = learned(tmp_path / "oracle", build(files), reveal=True, reference="oracle")
    assert cli.run([*words[:-2], oracle]) == 2
    assert "is an oracle" in capsys.readouterr().err
    town = learned(tmp_path / "town", worlds.get("signals", junctions=1))
    assert cli.run([*words[:-2], town]) == 2
    assert "learned generated towns" in capsys.readouterr().err


def test_slots_are_free_again_in_the_order_in_which_they_were_taken(files: tuple[Path, Path]) -> None:
    """In another process a set of names has another order: the same command would end otherwise."""
    mirror = WorldMirror(build(files), {}, BOT, seed=3)
    mirror._slots, mirror._free = {f"vehicle {place}": place for place in range(12)}, []
    nobody = np.zeros(0)
    mirror._write(
        Vehicles([], nobody.astype(np.int64), nobody, nobody, nobody, nobody, nobody, nobody.astype(np.int64), {})
    )
    assert mirror._free == list(range(12))
