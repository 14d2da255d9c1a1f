"""Junction at a junction of a given network: its signs, lights and traffic, and what offers nothing to decide."""

from pathlib import Path

import numpy as np
import pytest

import replays
import worlds
from simulator.engine import Simulation
from simulator.interop.sumo.packing import pack_network, with_packed
from tests.interop.crossing import changed
from tests.interop.diamond import write_diamond
from worlds.road.drivers.yielding import STAND
from worlds.road.fields import GREEN, RED
from worlds.road.layouts.given import unpack
from worlds.traffic.junction.constants import CRUISE, EPISODE, PUSH
from worlds.world import Refused, World


def stop_signs(network: Path) -> Path:
    """The crossing without its light: who comes from the west stops."""
    changed(network, ' tl="c" linkIndex="0" dir="s" state="o"', ' dir="s" state="M"')
    changed(network, ' tl="c" linkIndex="1" dir="s" state="o"', ' dir="s" state="s"')
    return changed(network, 'type="traffic_light"', 'type="priority_stop"')


def at_crossing(files: tuple[Path, Path], tasks: str = "as given") -> World:
    """One driver at the crossing of two one-way streets."""
    packed, left_out = pack_network(*files, seconds=600.0, world="junction")
    assert "all but the busiest junction, which is 'c'" in left_out
    return worlds.get("junction", network=packed, seats=1, tasks=tasks)


@pytest.fixture
def lit(files: tuple[Path, Path]) -> World:
    """With its light."""
    return at_crossing(files)


@pytest.fixture
def signed(files: tuple[Path, Path]) -> World:
    """With a stop sign."""
    stop_signs(files[0])
    return at_crossing(files)


def source_of(world: World, name: str) -> int:
    """The source that is a lane of the file."""
    network = unpack(str(world.build_args["network"]))
    return [network.lanes[lane] for lane in network.tables["source_lane"]].index(name)


@pytest.mark.plain
def test_a_junction_has_the_files_arms_lengths_and_flows(lit: World) -> None:
    network = unpack(str(lit.build_args["network"]))
    assert network.kind == "junction"
    assert network.name == "cross-c"
    assert network.sizes["arm_count"] == 4  # two ways in, two ways out
    assert network.lights == ("c",)
    lengths = {name: float(network.tables["lane_length"][lane]) for lane, name in enumerate(network.lanes)}
    assert max(lengths.values()) == 90.0
    assert 3600.0 * float(network.tables["flow_given"].sum()) == pytest.approx(720.0, rel=0.01)


@pytest.mark.plain
def test_a_light_holds_the_seat_and_is_seen(lit: World) -> None:
    sim = Simulation(lit, seed=1)
    at, held = lit.observation.at["light"], 0
    while not sim.episode_ended:
        w, car = sim.w, int(sim.w["ride"][0])
        lane = int(w["car_lane"][car]) if car >= 0 else -1
        if lane >= 0 and w["lane_kind"][lane] == 0 and sim.deciding:
            group = int(w["lane_group"][w["way"][lane, w["car_goal"][car]]])
            state = int(w["group_state"][group])
            assert sim.observations[0][at][[0, 1, 3]].tolist() == [1.0, float(state == RED), float(state == GREEN)]
            left = float(w["lane_length"][lane] - w["car_pos"][car])
            held += state == RED and left < 5.0
            assert left > 0.0
        sim.tick(np.array([CRUISE]))
    lit.check(sim.final)
    assert held > 0 or int(sim.final["crossings"][0]) > 0


@pytest.mark.plain
def test_lights_run_the_files_program(lit: World) -> None:
    sim = Simulation(lit, seed=2)
    shown: list[int] = []
    for _ in range(EPISODE - 1):
        sim.tick(np.array([CRUISE]))
        states = {int(state) for state in sim.w["group_state"]}
        assert states != {GREEN}  # both streets at once
        shown.append(int(sim.w["phase"][0]))
    changes = np.flatnonzero(np.diff(shown))
    assert len(changes) >= 1
    assert all(gap in (4 * 24, 4 * 29) for gap in np.diff(changes))  # greens of 20 and 25 s, 3 s of yellow, 1 s of red


@pytest.mark.plain
def test_who_runs_the_files_stop_sign_is_fined(signed: World) -> None:
    west = source_of(signed, "west_0")
    sim, fines, passed = Simulation(signed, seed=3), 0.0, 0
    assert int(sim.w["stop_arms"]) == 1 << int(sim.w["source_arm"][west])
    for _ in range(3 * EPISODE):
        was, car = int(sim.w["passed"][0]), int(sim.w["ride"][0])
        from_west = car >= 0 and int(sim.w["car_from"][car]) == west
        fined = float(sim.w["fines"][0])
        sim.tick(np.array([PUSH]))
        if not sim.episode_ended and int(sim.w["passed"][0]) > was and from_west:
            passed += float(sim.w["halted"][0]) < STAND  # a queue may have held it up for long enough
            fines += float(sim.w["fines"][0]) - fined
    assert passed > 0
    assert fines == passed


@pytest.mark.plain
@pytest.mark.parametrize("bot", ["local", "waiting", "hesitant", "racing"])
def test_bots_keep_to_lights(lit: World, bot: str) -> None:
    sim = Simulation(lit, seed=4, seats={"driver_0": f"bot:{bot}"})
    while not sim.episode_ended:
        lane = int(sim.w["car_lane"][sim.w["ride"][0]]) if sim.w["ride"][0] >= 0 else -1
        sim.tick(np.array([CRUISE]))
        w = sim.final if sim.episode_ended else sim.w
        now = int(w["car_lane"][w["ride"][0]]) if w["ride"][0] >= 0 else -1
        if now >= 0 and lane >= 0 and now != lane and w["lane_group"][now] >= 0:
            assert int(w["group_state"][w["lane_group"][now]]) != RED
    lit.check(sim.final)
    assert sim.final_figures["crashes"] == 0


@pytest.mark.plain
@pytest.mark.parametrize("split", ["train", "test-both", "final"])
def test_tasks_differ_and_do_not_hang_on_what_was_played(files: tuple[Path, Path], split: str) -> None:
    stop_signs(files[0])
    world = at_crossing(files, "varied")
    used = Simulation(world, seed=5, split=split)
    for _ in range(40):
        used.tick(np.array([PUSH]))
    flows = set()
    for trial in (0, 1, 0):
        used.reset(trial)
        fresh = Simulation(world, seed=5, split=split)
        if trial:
            fresh.reset(trial)
        assert used.state.tobytes() == fresh.state.tobytes()
        world.check(used.state)
        flows.add(float(used.w["flow_mean"].sum()))
    assert len(flows) == 2


@pytest.mark.plain
def test_a_recording_plays_when_the_files_are_gone(files: tuple[Path, Path], lit: World, tmp_path: Path) -> None:
    sim, path = Simulation(lit, seed=6), tmp_path / "game.mcap"
    with replays.record(path) as recording:
        recording.begin(sim)
        for _ in range(60):
            sim.tick(np.array([CRUISE]))
            recording.tick(sim)
    for file in files:
        file.unlink()
    assert replays.verify(path).ok


def test_the_busiest_junction_is_taken_or_the_one_that_is_named(tmp_path: Path) -> None:
    network, routes = (str(path) for path in write_diamond(tmp_path))
    routes_both = routes.replace("diamond.rou", "both.rou")
    ways = "".join(
        f'<flow id="{name}" begin="0" end="3600" vehsPerHour="200"><route edges="wa a{name} {name}b be"/></flow>'
        for name in "ns"
    )
    Path(routes_both).write_text(f"<routes>{ways}</routes>")
    packed, told = with_packed({"network": network, "routes": routes_both, "seats": 1}, "junction")
    assert "all but the busiest junction, which is 'b'" in told
    named, told = with_packed({"network": network, "routes": routes_both, "seats": 1, "junction": "b"}, "junction")
    assert not any("busiest" in what for what in told)
    assert named == packed


def test_what_offers_nothing_to_decide_is_refused(tmp_path: Path) -> None:
    network, routes = (str(path) for path in write_diamond(tmp_path))
    for junction, words in (
        ("nowhere", "no junction 'nowhere' for cars: its busiest are"),
        ("a", "no ways from two edges cross or join at junction 'a'"),
    ):
        with pytest.raises(Refused, match=words):
            with_packed({"network": network, "routes": routes, "junction": junction}, "junction")
    alone = Path(routes.replace("diamond.rou", "alone.rou"))
    alone.write_text('<routes><flow id="a" from="wa" to="an" begin="0" end="3600" vehsPerHour="300"/></routes>')
    with pytest.raises(Refused, match=r"diamond\.net\.xml has no junction where ways from two edges cross or join"):
        with_packed({"network": network, "routes": str(alone)}, "junction")
    with pytest.raises(Refused, match="nobody of the demand comes to junction 'b'"):
        with_packed({"network": network, "routes": str(alone), "junction": "b"}, "junction")
    with pytest.raises(Refused, match="without demand: name it with routes="):
        with_packed({"network": network}, "junction")
