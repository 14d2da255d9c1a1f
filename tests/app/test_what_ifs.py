"""What-ifs: branches of a replay in which agents remember what they had seen, the way back, and the tree of them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pygame
import pytest

import replays
import worlds
from replays.memories import rebuild, stretches, trial_begin
from simulator.app.play.branching import WhatIfTree, plan_branch
from simulator.app.play.seating import seat_all
from simulator.app.screens.app import App
from simulator.app.screens.live import LiveScene
from simulator.app.screens.replay import ReplayScene
from simulator.engine import Mind, Simulation
from simulator.engine.trial import SeatedPlayers, play_tick
from tests.app.conftest import FRAME, Opener, live, press, run
from worlds.world import World


class Rememberer:
    """Chooses by a hash of all that it was ever shown in this trial, so that a memory that is not right shows."""

    def __init__(self) -> None:
        self.name = "rememberer"
        self.mind: Mind | None = None
        self.memory = np.zeros(0)

    def reset(self, lanes: int) -> None:
        self.memory = np.zeros(lanes)

    def forget(self) -> None:
        self.memory[:] = 0.0

    def act(self, observations: np.ndarray, legal: np.ndarray) -> np.ndarray:
        self.memory = np.mod(0.37 * self.memory + observations.astype(np.float64) @ WEIGHTS[: observations.shape[1]], 7)
        self.mind = Mind(value=self.memory.astype(np.float32))
        wanted = self.memory.astype(np.int64) % legal.shape[1]
        return np.array([[each if allowed[each] else int(np.argmax(allowed))]
                         for each, allowed in zip(wanted, legal, strict=True)])  # fmt: skip


WEIGHTS = np.linspace(1.0, 3.0, 200)
DECISIONS = 150


def played(path: Path, simulation: Simulation, seated: dict[int, Any], ticks: int, **more: Any) -> list[np.ndarray]:
    """Record a game of players who forget once in between; every choice made, by tick."""
    crew = SeatedPlayers(seated)
    crew.begin()
    actions = np.zeros_like(simulation.applied)
    done = []
    with replays.record(path, **more) as recorder:
        recorder.begin(simulation)
        for tick in range(ticks):
            if tick == 30:
                crew.forget()
                recorder.event("forget", {})
            play_tick(simulation, crew, actions, recorder)
            done.append(simulation.applied.copy())
            if simulation.trial_ended:
                crew.begin()
    return done


@pytest.fixture
def recording(tmp_path: Path, beacon: World) -> Path:
    path = tmp_path / "game.mcap"
    simulation = Simulation(beacon, seed=13, seats={"walker_1": "bot"})
    played(path, simulation, {0: Rememberer()}, 2 * DECISIONS, players={"walker_0": "agent:rememberer"})
    return path


@pytest.mark.parametrize("position", [0, 1, 29, 30, 31, 117, 240])
def test_an_agent_that_is_given_its_memories_back_goes_on_as_recorded(
    recording: Path, beacon: World, position: int
) -> None:
    replay = replays.open(recording)
    replay.seek(position)
    simulation, agent = replay.branch(), Rememberer()
    crew = SeatedPlayers({0: agent})
    crew.begin()
    found = rebuild(replay, position, crew, {0: agent})
    assert found.whole
    assert found.agreed == found.asked <= found.decisions
    actions = np.array(simulation.w["action"], dtype=np.int64)
    while replay.forward():
        play_tick(simulation, crew, actions)
        assert simulation.hash() == replay.simulation.hash()
        if simulation.trial_ended:
            crew.begin()


def test_without_its_memories_it_goes_on_in_another_way(recording: Path) -> None:
    replay = replays.open(recording)
    replay.seek(240)
    simulation, crew = replay.branch(), SeatedPlayers({0: Rememberer()})
    crew.begin()
    actions = np.array(simulation.w["action"], dtype=np.int64)
    same = True
    while replay.forward():
        play_tick(simulation, crew, actions)
        same = same and simulation.hash() == replay.simulation.hash()
    assert not same


def test_a_trial_begins_where_memories_were_blank(tmp_path: Path, beacon: World) -> None:
    simulation, path = Simulation(beacon, seed=1), tmp_path / "game.mcap"
    actions = np.ones((2, 1), np.int64)
    with replays.record(path) as recorder:
        recorder.begin(simulation)
        for tick in range(40):
            if tick == 10:
                simulation.restart_episode()
                recorder.control(simulation, "restart_episode")
            if tick == 20:
                simulation.reset()
                recorder.control(simulation, "reset")
            simulation.tick(actions)
            recorder.tick(simulation)
    replay = replays.open(path)
    assert [trial_begin(replay, at) for at in (5, 10, 15, 19, 20, 35)] == [0, 0, 0, 0, 20, 20]


def test_the_memories_of_a_what_if_of_a_what_if_come_from_the_parent_too(recording: Path, tmp_path: Path) -> None:
    replay = replays.open(recording)
    replay.seek(40)
    simulation, agent, child = replay.branch(), Rememberer(), tmp_path / "child.mcap"
    crew = SeatedPlayers({0: agent})
    crew.begin()
    rebuild(replay, 40, crew, {0: agent})
    actions = np.array(simulation.w["action"], dtype=np.int64)
    with replays.record(child, parent=replays.parent_of(recording, 40)) as recorder:
        recorder.begin(simulation)
        for _ in range(21):
            play_tick(simulation, crew, actions, recorder)
    young = replays.open(child)
    parts, whole = stretches(young, 20, [])
    assert ([(part.start, part.end) for part in parts], whole) == ([(0, 40), (0, 20)], True)
    again = Rememberer()
    crew = SeatedPlayers({0: again})
    crew.begin()
    found = rebuild(young, 20, crew, {0: again})
    assert (found.agreed, found.whole) == (found.asked, True)
    recording.unlink()
    assert not rebuild(young, 20, crew, {0: again}).whole


def test_agents_that_are_gone_are_named_and_their_bots_play(recording: Path) -> None:
    plan = plan_branch(replays.open(recording), None)
    assert plan.seats == {}
    assert plan.missing == [
        "agent:rememberer of walker_0 is not here any more, or has other weights than then: its bot plays"
    ]
    assert plan_branch(replays.open(recording), 0).missing == []


@pytest.mark.slow
@pytest.mark.parametrize(("position", "who"), [(10, None), (30, "random")])
def test_whoever_sits_there_at_that_frame_goes_on(
    tmp_path: Path, beacon: World, position: int, who: str | None
) -> None:
    """A seat changes hands at tick 20: from a bot to a player."""
    simulation, path = Simulation(beacon, seed=1, seats={"walker_0": "bot", "walker_1": "bot"}), tmp_path / "game.mcap"
    actions = np.ones((2, 1), np.int64)
    with replays.record(path) as recorder:
        recorder.begin(simulation)
        for tick in range(40):
            if tick == 20:
                simulation.drive(0, True)
                recorder.control(simulation, "drive", seat=0, external=True)
                recorder.event("seat_change", {"seat": "walker_0", "before": "bot", "player": "random"})
            simulation.tick(actions)
            recorder.tick(simulation)
    replay = replays.open(path)
    replay.seek(position)
    assert plan_branch(replay, None).words.get("walker_0") == who


def test_the_shipped_agent_goes_on_as_recorded(tmp_path: Path) -> None:
    world, path = worlds.get("tag", seats=4), tmp_path / "tag.mcap"
    seating = seat_all(world, {"chaser_0": "agent:tag", "evader_0": "agent:tag"}, seed=5)
    simulation = Simulation(world, seed=5, split="test-both", seats=seating.engine)
    agent = seating.occupants["chaser_0"]()
    words = {"players": seating.words, "checkpoints": seating.checkpoints}
    played(path, simulation, dict.fromkeys((0, 2), agent), 150, **words)
    replay = replays.open(path)
    replay.seek(97)
    plan = plan_branch(replay, None)
    assert (sorted(plan.seats), plan.missing) == (["chaser_0", "evader_0"], [])
    assert plan.seats["chaser_0"] is plan.seats["evader_0"]  # one player with two lanes, as it was
    again = dict.fromkeys((0, 2), plan.seats["chaser_0"]())  # type: ignore[misc, operator]
    crew, branch = SeatedPlayers(again), replay.branch()
    crew.begin()
    found = rebuild(replay, 97, crew, again)
    assert (found.agreed, found.decisions) == (found.asked, 49)
    actions = np.array(branch.w["action"], dtype=np.int64)
    while replay.forward():
        play_tick(branch, crew, actions)
        assert branch.hash() == replay.simulation.hash()


@pytest.fixture
def make(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From now on recorded agents are found, and are `Rememberer`."""

    def found() -> None:
        monkeypatch.setattr("simulator.app.play.branching._check", lambda world, spec, sha256: "")
        monkeypatch.setattr("simulator.app.play.branching._maker", lambda playback, spec: lambda: Rememberer())

    return found


def opened(open_app: Opener, recording: Path, folder: Path) -> App:
    app = open_app(playback=replays.open(recording), whatifs=folder)
    replayed(app).paused = True
    return app


def replayed(app: App) -> ReplayScene:
    assert isinstance(app.scene, ReplayScene)
    return app.scene


def settled(app: App) -> None:
    """Until the agents have their seats."""
    for _ in range(2000):
        app.frame(0.0)
        if isinstance(app.scene, LiveScene) and app.scene.ready:
            return
        pygame.time.wait(2)
    raise AssertionError("nobody was seated")


def test_a_what_if_in_which_all_play_on_is_the_recording_again(
    open_app: Opener, recording: Path, tmp_path: Path, make: Callable[[], None]
) -> None:
    make()
    app = opened(open_app, recording, tmp_path / "what-ifs")
    replayed(app).seek(117)
    press("w")
    settled(app)
    scene, reference = live(app), replays.open(recording)
    (said,) = [words for _, words in app.messages if words.startswith("Memories rebuilt from 59 decisions")]
    agreed, asked = (int(word) for word in said.split() if word.isdecimal() and word != "59")
    assert agreed == asked > 0
    scene.paused = True
    for position in range(118, 220):
        scene.single_step()
        reference.seek(position)
        assert scene.simulation.hash() == reference.simulation.hash()


def test_a_what_if_is_recorded_with_its_parent_and_a_key_goes_back(
    open_app: Opener, recording: Path, tmp_path: Path, make: Callable[[], None]
) -> None:
    make()
    app = opened(open_app, recording, tmp_path / "what-ifs")
    replayed(app).seek(75)
    before = [list(row) for row in replayed(app).history.returns]
    press("b")
    settled(app)
    scene = live(app)
    assert scene.who(0) == "you"
    assert [list(row) for row in scene.history.returns] == before
    run(app, 1.0)
    press("b")
    app.frame(0.0)
    assert replayed(app).position == 75
    (path,) = (tmp_path / "what-ifs").glob("*.mcap")
    child = replays.open(path)
    assert child.parent == replays.parent_of(recording, 75)
    assert child.length == scene.ticks
    assert child.description.players == {"walker_0": "agent:rememberer"}
    assert [event.name for _, event in child.events] == ["take_over"]


def test_the_tree_of_what_ifs_is_walked_by_keys(open_app: Opener, recording: Path, tmp_path: Path) -> None:
    app = opened(open_app, recording, tmp_path / "what-ifs")
    for position in (20, 90):
        replayed(app).seek(position)
        press("b")
        run(app, 0.5)
        press("b")
        app.frame(0.0)
    assert [depth for depth, _ in app.tree.rows()] == [0, 1, 1]
    press("u")
    app.frame(0.0)
    assert replayed(app).playback.parent == replays.parent_of(recording, 20)
    press("b")
    run(app, 0.5)
    press("u")
    app.frame(0.0)
    assert [number for _, number in app.tree.rows()] == [0, 1, 3, 2]
    assert app.tree.current == 2
    press("y")
    app.frame(0.0)
    assert app.tree.current == 3
    parent = replayed(app).playback.parent
    assert parent is not None
    assert parent.name == app.tree.nodes[1].path.name  # type: ignore[union-attr]
    for _ in range(2):
        press("y")
        app.frame(0.0)
    assert (app.tree.current, replayed(app).position) == (0, 90)
    press("y")
    app.frame(FRAME)
    assert app.tree.current == 0


def test_a_click_on_the_list_shows_that_what_if(open_app: Opener, recording: Path, tmp_path: Path) -> None:
    app = opened(open_app, recording, tmp_path / "what-ifs")
    app.prepare_gui().result()
    press("b")
    run(app, 0.3)
    press("b")
    run(app, 0.1)
    shown = app.game.tried.list
    assert shown is not None
    assert len(shown.places) == 2
    for kind in (pygame.MOUSEMOTION, pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP):
        pygame.event.post(pygame.event.Event(kind, pos=shown.places[1], button=1, buttons=(1, 0, 0), rel=(0, 0)))
        app.frame(FRAME)
        app.frame(FRAME)
    assert app.tree.current == 1


def test_without_a_folder_a_what_if_is_played_all_the_same(open_app: Opener, recording: Path) -> None:
    app = open_app(playback=replays.open(recording))
    press("b")
    app.frame(0.0)
    press("space")  # any key begins
    run(app, 0.3)
    assert live(app).ticks > 0
    press("b")
    app.frame(0.0)
    press("u")
    app.frame(0.0)
    assert "That what-if was not recorded" in [words for _, words in app.messages]


def test_a_tree_lists_each_what_if_under_the_one_it_branched_from() -> None:
    tree = WhatIfTree()
    tree.plant("game", None)
    first = tree.grow("a", None)
    tree.grow("b", None)
    tree.current = 0
    tree.grow("c", None)
    assert tree.rows() == [(0, 0), (1, first), (2, 2), (1, 3)]
    tree.current = 2
    assert (tree.beside(1), tree.beside(-1)) == (3, 1)
    tree.current = 3
    assert tree.beside(1) is None
