"""A network of SUMO's files is a world: it travels in one argument, plays by the rules of the towns, and is checked."""

import base64
import hashlib
import pickle
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import replays
import worlds
from simulator.app.commands import flags, train, watch
from simulator.app.commands.networks import TAKES_NETWORKS, read_networks
from simulator.engine import Simulation
from simulator.interop.sumo.packing import pack_network, with_packed
from worlds.kit.writing import write_bytes
from worlds.road.layouts.given import GivenNetwork, pack, unpack
from worlds.road.layouts.given_tables import KINDS
from worlds.world import Refused, World


@pytest.fixture
def packed(files: tuple[Path, Path]) -> str:
    """The crossing, with its demand."""
    return pack_network(*files, seconds=60.0)[0]


@pytest.fixture
def world(packed: str) -> World:
    """Signals at the crossing, as its files say."""
    return worlds.get("signals", network=packed, tasks="as given")


@pytest.mark.plain
def test_a_network_has_a_seat_for_each_light_and_the_files_demand(packed: str, world: World) -> None:
    network = unpack(packed)
    assert network.lights == ("c",)
    assert [seat.name for seat in world.seats] == ["signal_0"]
    assert network.lanes[:2] == ("west_0", "east_0")
    per_hour = 3600.0 * network.tables["flow_given"].sum()
    assert per_hour == pytest.approx(360.0 + 360.0, rel=1e-3)  # a flow by the hour, and one of a chance of 0.1
    assert network.tables["green_given"][0, :2].tolist() == [20.0, 25.0]
    assert (float(network.tables["light_yellow"][0]), float(network.tables["light_all_red"][0])) == (3.0, 1.0)
    assert world.timing.decisions == 12


@pytest.mark.plain
def test_lights_let_go_what_the_files_greens_let_go(world: World) -> None:
    sim = Simulation(world, seed=1)
    green = {}
    for phase in (0, 1):
        for _ in range(40):
            sim.tick(np.array([phase]))
        links = [lane for lane in range(int(sim.w["lanes"])) if sim.w["lane_group"][lane] >= 0]
        lit = [lane for lane in links if sim.w["group_state"][sim.w["lane_group"][lane]] == 2]
        green[phase] = [unpack(world.build_args["network"]).lanes[int(sim.w["lane_before"][lane, 0])] for lane in lit]
    assert green == {0: ["north_0"], 1: ["west_0"]}


@pytest.mark.plain
@pytest.mark.parametrize("bot", ["fixed", "programme", "max_pressure", "actuated", "longest_queue", "webster"])
def test_controllers_run_its_lights(world: World, bot: str) -> None:
    sim = Simulation(world, seed=2, seats={"signal_0": f"bot:{bot}"})
    shown = set()
    while not sim.episode_ended:
        sim.tick(np.zeros(1, np.int64))
        shown.add(int(sim.final["phase"][0] if sim.episode_ended else sim.w["phase"][0]))
    figures = sim.final_figures
    assert shown == {0, 1}
    assert figures["throughput"] > 0
    assert figures["collisions"] == 0
    world.check(sim.state)


@pytest.mark.plain
def test_without_routes_flows_are_drawn_anew_in_every_task(files: tuple[Path, Path]) -> None:
    world = worlds.get("signals", network=pack_network(files[0], seconds=60.0)[0])
    sim = Simulation(world, seed=3)
    flows = []
    for trial in range(3):
        sim.reset(trial)
        flows.append(tuple(sim.w["flow_mean"].ravel()))
    assert len(set(flows)) == 3
    assert all(np.count_nonzero(flow) == 2 for flow in flows)  # nobody turns at this crossing


@pytest.mark.plain
@pytest.mark.parametrize("split", ["train", "test-both", "final"])
@pytest.mark.parametrize("routed", [True, False])
def test_a_task_is_the_same_whatever_was_played_before(files: tuple[Path, Path], routed: bool, split: str) -> None:
    network = pack_network(*files[: 1 + routed], seconds=60.0)[0]
    world = worlds.get("signals", network=network)
    used = Simulation(world, seed=4, split=split)
    for _ in range(30):
        used.tick(np.ones(1, np.int64))
    for trial in (0, 2, 1, 0):
        used.reset(trial)
        fresh = Simulation(world, seed=4, split=split)
        if trial:
            fresh.reset(trial)
        assert used.state.tobytes() == fresh.state.tobytes()


@pytest.mark.plain
def test_splits_differ_in_demand_and_a_blocked_lane_is_free_again(packed: str) -> None:
    world = worlds.get("signals", network=packed)
    limits = unpack(packed).tables["lane_limit"].astype(float)
    seen: dict[str, list[float]] = {"train": [], "test-both": []}
    blocked = 0
    for split, found in seen.items():
        sim = Simulation(world, seed=5, split=split)
        for trial in range(12):
            sim.reset(trial)
            found.append(float(sim.w["flow_mean"].max() / sim.w["flow_given"].max()))
            assert (sim.w["lane_limit"][: len(limits)] == limits).all()
            blocked += int(sim.w["incident_lane"]) >= 0
            world.check(sim.state)
            while not sim.episode_ended and trial == 0:
                sim.tick(np.zeros(1, np.int64))
    assert blocked > 0
    assert np.ptp(seen["test-both"]) > np.ptp(seen["train"])


@pytest.mark.plain
def test_another_network_is_another_world_and_worlds_travel(
    files: tuple[Path, Path], packed: str, world: World
) -> None:
    files[1].write_text(files[1].read_text().replace('"360"', '"540"'))
    other = worlds.get("signals", network=pack_network(*files, seconds=60.0)[0], tasks="as given")
    assert other.record == world.record
    assert other.layout_hash != world.layout_hash
    again = pickle.loads(pickle.dumps(world))  # noqa: S301  (the test's own bytes)
    assert again.layout_hash == world.layout_hash


@pytest.mark.plain
def test_a_recording_plays_when_the_files_are_gone(files: tuple[Path, Path], world: World, tmp_path: Path) -> None:
    sim, path = Simulation(world, seed=4), tmp_path / "game.mcap"
    with replays.record(path) as recording:
        recording.begin(sim)
        for tick in range(60):
            sim.tick(np.array([tick // 30]))
            recording.tick(sim)
    for file in files:
        file.unlink()
    assert replays.verify(path).ok
    playback = replays.open(path)
    assert playback.world.build_args["network"] == world.build_args["network"]


@pytest.mark.plain
@pytest.mark.parametrize("field", ["lane_next", "lane_length", "phase_groups", "way", "flow_given", "lane_limit"])
def test_records_with_other_roads_are_refused(world: World, field: str) -> None:
    sim = Simulation(world, seed=1)
    state = sim.state.copy()
    values = state[field]
    values.flat[0] = values.flat[0] + 1 if values.flat[0] < 1 else values.flat[0] - 1
    with pytest.raises(Refused, match=field):
        world.check(state)


def _loop(network: GivenNetwork) -> None:
    network.tables["lane_left"][0], network.tables["lane_right"][0] = 0, 0


def _tiny(network: GivenNetwork) -> None:
    network.tables["lane_length"][0] = 1e-9


def _nowhere(network: GivenNetwork) -> None:
    network.tables["lane_next"][0, 0] = 1000


def _no_number(network: GivenNetwork) -> None:
    network.tables["point_x"][0] = np.nan


def _backwards(network: GivenNetwork) -> None:
    network.tables["way"][0, 0] = network.tables["way"][1, 0] = 0


def _no_phase(network: GivenNetwork) -> None:
    network.tables["phases"][0] = 1


def _crowd(network: GivenNetwork) -> None:
    network.tables["flow_given"][0, 0] = 1e9


@pytest.mark.parametrize("harm", [_loop, _tiny, _nowhere, _no_number, _backwards, _no_phase, _crowd])
def test_tables_that_cannot_be_are_refused(packed: str, harm: Callable[[GivenNetwork], None]) -> None:
    known = unpack(packed)
    network = replace(known, tables={name: table.copy() for name, table in known.tables.items()})
    harm(network)
    with pytest.raises(Refused, match="network 'cross'"):
        pack(network)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda text: text[:-9], "is not what its name|is damaged"),
        (lambda text: text.replace("@", "@0", 1), "neither a file nor a packed network"),
        (lambda text: "x" * 1_000_000, "neither a file nor a packed network"),
        (lambda text: _named(zlib.compress(bytes(1 << 26))), "unpacks to more than"),
        (lambda text: _named(zlib.compress(b"\x02\x00\x00\x00{}")), "none of a network"),
        (lambda text: _named(zlib.compress(b"\xff" * 64)), "none of a network"),
    ],
)
def test_texts_that_are_no_network_are_refused(packed: str, change: Callable[[str], str], words: str) -> None:
    with pytest.raises(Refused, match=words):
        worlds.get("signals", network=change(packed))


def _named(data: bytes) -> str:
    return f"evil@{hashlib.sha256(data).hexdigest()[:16]}:{base64.b85encode(data).decode()}"


def test_what_cannot_be_a_world_is_refused_by_name(files: tuple[Path, Path], tmp_path: Path) -> None:
    network, routes = files
    for build, words in (
        ({"network": str(tmp_path / "none.net.xml")}, "none.net.xml.*cannot be read"),
        ({"network": str(network), "routes": str(routes), "seconds": 5}, "^seconds=5: an episode lasts 10 to 7200 s$"),
        (
            {"network": str(network), "routes": str(routes), "begin": -1},
            "^begin=-1: episodes begin between second 0 and",
        ),
        ({"network": str(network), "routes": str(routes), "begin": 5000}, "nobody departs"),
        (
            {"network": str(network), "routes": str(routes), "seconds": "x"},
            "seconds='x' is no number .*: allowed is 10 to 7200",
        ),
        ({"network": str(network), "routes": str(routes), "begin": True}, "begin=True is no number of seconds"),
        ({"network": str(network), "routes": str(routes), "leave_out": "no"}, "leave_out='no' is neither"),
        ({"network": str(network), "seconds": 9.999999}, "seconds=9.999999: an episode lasts 10 to 7200 s"),
        ({"network": str(network), "routes": 5}, "No such file"),
    ):
        with pytest.raises(Refused, match=words):
            with_packed(build)
    dark = tmp_path / "dark.net.xml"
    dark.write_text(network.read_text().replace(' tl="c" linkIndex="0"', "").replace(' tl="c" linkIndex="1"', ""))
    with pytest.raises(Refused, match=r"dark\.net\.xml has no light with two greens"):
        pack_network(dark, routes)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("signals wings=2 network=no.net.xml", "world 'signals' cannot be built with 'wings': it takes junctions, "),
        ("signals network=no.net.xml rutes=no.rou.xml", "with 'rutes': it takes .* routes, additional, begin, seconds"),
        ("signals network=no.net.xml reward=gold", "signals is given reward='gold': choose from time lost, queue"),
        ("routes network=no.net.xml routes=no.rou.xml seats=3", "routes is given seats=3: it takes 1, 2 or 4"),
        ("junction network=no.net.xml routes=no.rou.xml seats=many", "seats='many': it is a whole number"),
        ("junction network=no.net.xml tasks=hard", "junction is given tasks='hard': choose varied, or"),
        ("tag network=no.net.xml", "world 'tag' cannot be built with 'network': it takes seats$"),
        ("routes routes=no.rou.xml", "routes='no.rou.xml' is of a network: name its file too"),
    ],
)
def test_wrong_words_are_refused_before_any_file_is_read(line: str, words: str) -> None:
    world, *build = line.split()
    with pytest.raises(Refused, match=words):
        flags.parse("watch", watch, [world, "--build", *build])


def test_a_run_that_is_there_is_told_before_any_file_is_read(tmp_path: Path) -> None:
    write_bytes(tmp_path / "resume" / "state.json", b"{}")
    words = ["signals", "--out", str(tmp_path), "--build", "network=no.net.xml"]
    with pytest.raises(Refused, match=f"run folder {tmp_path} holds a run already: add --resume"):
        flags.parse("train", train, words)


def test_worlds_that_take_networks_are_those_that_they_are_cut_for() -> None:
    assert TAKES_NETWORKS == KINDS


def test_the_command_line_reads_the_files(files: tuple[Path, Path]) -> None:
    network, routes = files
    words = ["signals", "--build", f"network={network}", f"routes={routes}", "seconds=60"]
    settings, _ = flags.parse("watch", watch, words)
    assert set(settings.build) == {"network"}
    assert unpack(settings.build["network"]).sizes["seconds"] == 60


# --- presets -----------------------------------------------------------------------------------------------------


def _paid(packed: str, **build: Any) -> list[float]:
    """Rewards of each decision at a light that never changes, so that one street waits."""
    world = worlds.get("signals", network=packed, tasks="as given", **build)
    sim, found = Simulation(world, seed=6), []
    for decision in range(world.timing.decisions - 1):
        total = 0.0
        for _ in range(world.timing.ticks_per_decision):
            sim.tick(np.array([0]))
            total += float(sim.rewards[0])
        standing = (sim.w["car_lane"] >= 0) & (sim.w["car_speed"] < 0.1)
        before = sim.w["lane_junction"][sim.w["car_lane"]] == 0
        link = sim.w["lane_kind"][sim.w["car_lane"]] == 1
        found.append(total)
        if build["reward"] == "queue":
            assert total == -float((standing & before & ~link).sum()), decision
    return found


@pytest.mark.plain
def test_rewards_are_what_their_names_say(packed: str) -> None:
    queue = _paid(packed, reward="queue")
    assert queue[-1] <= -2.0  # the street that is never let go
    assert sorted(queue, reverse=True)[0] <= 0.0
    waiting = _paid(packed, reward="waiting time")
    gained = _paid(packed, reward="diff-waiting-time")
    assert waiting[-1] < waiting[3] <= 0.0
    assert np.cumsum(gained) == pytest.approx(waiting)  # so it is defined
    speed = _paid(packed, reward="average speed")
    assert all(0.0 <= value <= 1.0 for value in speed)
    pressure = _paid(packed, reward="pressure")
    assert pressure[-1] < 0.0


@pytest.mark.plain
def test_observations_are_those_of_others(packed: str) -> None:
    for kind, size in (("sumo-rl", 5 + 1 + 2 * 10), ("libsignal", 5 + 10)):
        world = worlds.get("signals", network=packed, tasks="as given", observation=kind)
        assert world.observation.total == size
        sim = Simulation(world, seed=6, inputs=False)
        for _ in range(80):
            sim.tick(np.array([0]))
        seen = sim.observations[0]
        lanes = [lane for lane in sim.w["road_lane"].ravel() if lane >= 0 and sim.w["lane_junction"][lane] == 0]
        cars = sum(float(sim.w["seen_cars"][lane]) for lane in lanes)
        assert seen[:5].tolist() == [1.0, 0.0, 0.0, 0.0, 0.0]
        if kind == "libsignal":
            assert seen[5:].sum() == pytest.approx(cars)
        else:
            room = 92.0 / 7.5
            assert seen[6:16].sum() == pytest.approx(cars / room, rel=1e-5)
            assert 0.0 <= seen[16:].sum() <= seen[6:16].sum()


def test_other_words_are_refused(packed: str) -> None:
    for name in ("reward", "observation", "tasks", "detectors"):
        with pytest.raises(Refused, match=f"{name}='more': choose from"):
            worlds.get("signals", network=packed, **{name: "more"})
    with pytest.raises(Refused, match="only what is given"):
        worlds.get("signals", tasks="as given")


# --- a rule of one's own -----------------------------------------------------------------------------------------


@pytest.mark.plain
def test_the_rule_of_the_page_pays(packed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = Path(worlds.__file__).parents[1] / "docs" / "how-to" / "bring-your-own-network.md"
    source = page.read_text(encoding="utf-8").split("```py\n")[1].partition("```")[0]
    assert source.startswith('"""my_worlds/mysignals.py')
    (tmp_path / "mysignals.py").write_text(source)
    monkeypatch.setattr(worlds, "_added", {})  # other tests do not meet it
    worlds.add_folder(tmp_path)
    sim = Simulation(worlds.get("mysignals", network=packed, tasks="as given"), seed=6)
    for _ in range(100):
        sim.tick(np.array([0]))
        standing = (sim.w["car_lane"] >= 0) & (sim.w["car_speed"] < 0.1)
        assert sim.rewards[0] == pytest.approx(-0.01 * standing.sum())
    assert sim.rewards[0] < 0.0


@pytest.mark.parametrize("word", ["network", "routes"])
def test_an_argument_that_names_no_file_is_refused(word: str) -> None:
    with pytest.raises(Refused, match=f"^{word}= names no file"):
        read_networks({("build",): {"network": "town.net.xml", word: ""}, ("world",): "signals"})


def test_a_refusal_names_the_argument_by_which_it_can_be_left_out(files: tuple[Path, Path], tmp_path: Path) -> None:
    network, lost = files[0], tmp_path / "lost.rou.xml"
    lost.write_text('<routes><trip id="a" depart="1" fromTaz="1" toTaz="2"/></routes>')
    with pytest.raises(Refused, match="leave_out=true beside network="):
        read_networks({("build",): {"network": str(network), "routes": str(lost)}, ("world",): "signals"})
