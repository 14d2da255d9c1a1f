"""A person's own game: nothing is lost by one key, nothing starts by itself, and nobody sees what is not theirs."""

from pathlib import Path

import numpy as np
import pytest

import replays
import worlds
from replays.memories import rebuild
from simulator.app.play.branching import plan_branch
from simulator.app.play.seating import seat_all
from simulator.app.play.texts import text
from simulator.app.screens.app import App
from simulator.app.screens.game import GameScreen
from simulator.app.screens.replay import ReplayScene
from simulator.app.screens.summary import SummaryScreen
from simulator.engine import Simulation
from simulator.engine.trial import SeatedPlayers, play_tick
from tests.app.conftest import FRAME, Opener, Puppet, live, picture, press, run
from tests.app.test_what_ifs import Rememberer
from worlds.world import World


@pytest.fixture
def recording(tmp_path: Path, beacon: World) -> Path:
    """Two episodes a trial, played by a person."""
    path = tmp_path / "game.mcap"
    simulation = Simulation(beacon, seed=13, seats={"walker_1": "bot"}, episodes_per_trial=2)
    with replays.record(path, players={"walker_0": "human"}) as recorder:
        recorder.begin(simulation)
        for _ in range(30):
            simulation.tick(np.full((2, 1), 2, np.int64))
            recorder.tick(simulation)
    return path


def branched(open_app: Opener, recording: Path, folder: Path) -> App:
    """A what-if that a person plays, from the middle of a trial."""
    app = open_app(playback=replays.open(recording), whatifs=folder)
    app.prepare_gui().result()
    assert isinstance(app.scene, ReplayScene)
    app.scene.paused = True
    app.scene.seek(20)
    press("b")
    app.frame(FRAME)
    return app


# --- leaving -------------------------------------------------------------------------------------------------------


def test_escape_asks_once_before_a_trial_is_lost(open_app: Opener) -> None:
    app = open_app(seats={"walker_0": "human"})
    run(app, 1.0)
    ticks = live(app).ticks
    press("escape")
    run(app, 0.5)
    assert app.running
    assert app.game.halt.leaving
    assert live(app).ticks <= ticks + 1  # it stands still meanwhile
    press("return")
    run(app, 0.5)
    assert live(app).ticks > ticks + 1
    press("escape")
    run(app, 0.1)
    press("escape")
    run(app, 0.1)
    assert not app.running


@pytest.mark.parametrize(
    "session", [{"seats": {"walker_0": Puppet()}}, {"seats": {"walker_0": "human"}, "paused": True}]
)
def test_where_nothing_is_lost_escape_leaves_at_once(open_app: Opener, session: dict[str, object]) -> None:
    app = open_app(**session)
    run(app, 0.5)
    press("escape")
    run(app, 0.1)
    assert not app.running


def test_the_question_is_seen(open_app: Opener) -> None:
    app = open_app(seats={"walker_0": "human"})
    run(app, 1.0)
    live(app).paused = True
    before = picture(app)
    press("escape")
    run(app, 0.1)
    assert not np.array_equal(before, picture(app))


# --- what-ifs ------------------------------------------------------------------------------------------------------


def test_a_what_if_that_a_person_plays_waits_for_a_key(open_app: Opener, recording: Path, tmp_path: Path) -> None:
    app = branched(open_app, recording, tmp_path / "what-ifs")
    run(app, 1.0)
    assert live(app).ticks == 0
    press("space")
    run(app, 1.0)
    assert live(app).ticks > 0


def test_a_what_if_that_waits_can_be_left_by_its_key(open_app: Opener, recording: Path, tmp_path: Path) -> None:
    app = branched(open_app, recording, tmp_path / "what-ifs")
    press("b")
    run(app, 0.1)
    assert isinstance(app.scene, ReplayScene)


def test_a_what_if_to_be_watched_begins_at_once(open_app: Opener, recording: Path, tmp_path: Path) -> None:
    app = open_app(playback=replays.open(recording), whatifs=tmp_path / "what-ifs")
    press("w")
    run(app, 1.0)
    assert live(app).ticks > 0


def test_the_page_after_a_trial_is_there_in_a_what_if(open_app: Opener, recording: Path, tmp_path: Path) -> None:
    app = branched(open_app, recording, tmp_path / "what-ifs")
    press("space")
    app.frame(FRAME)
    press("f9")
    app.frame(FRAME)
    assert text("summary.none") in app.recent()
    scene = live(app)
    scene.speed = 16.0
    for _ in range(3000):
        app.frame(FRAME)
        if scene.finished is not None:
            break
    assert scene.finished is not None
    press("f9")
    app.frame(FRAME)
    assert isinstance(app.top, SummaryScreen)
    app.frame(FRAME)
    app.pop()
    assert isinstance(app.top, GameScreen)


# --- going back in time --------------------------------------------------------------------------------------------


def test_going_back_across_a_trials_end_keeps_what_was_noted(open_app: Opener, beacon: World) -> None:
    simulation = Simulation(beacon, seed=13, seats={"walker_1": "bot"}, episodes_per_trial=2)
    app = open_app(simulation=simulation, seats={"walker_0": "human"})
    scene = live(app)
    while scene.finished is None:
        app.frame(FRAME)
    first = scene.finished
    assert len(first.returns) == 2
    run(app, 2.0)  # into the next trial
    while int(scene.simulation.w["trial"]) == first.trial:
        app.frame(FRAME)
    while int(scene.simulation.w["trial"]) != first.trial:
        press("f7")
        app.frame(FRAME)
    scene.finished = None
    press("p")
    while scene.finished is None:
        app.frame(FRAME)
    assert scene.finished.trial == first.trial
    assert len(scene.finished.returns) == 2
    assert scene.finished.mark == first.mark
    assert scene.finished.touched


# --- memories ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("position", [25, 45])
def test_who_sat_down_in_between_remembers_only_what_came_then(tmp_path: Path, beacon: World, position: int) -> None:
    simulation, path = Simulation(beacon, seed=13, episodes_per_trial=20), tmp_path / "game.mcap"
    crew = SeatedPlayers({0: Rememberer(), 1: Rememberer()})
    crew.begin()
    actions = np.zeros_like(simulation.applied)
    with replays.record(path, players={"walker_0": "agent:old", "walker_1": "agent:old"}) as recorder:
        recorder.begin(simulation)
        for tick in range(60):
            if tick == 20:
                crew.join(1, Rememberer())
                recorder.event("seat_change", {"seat": "walker_1", "before": "agent:old", "player": "agent:new"})
            decides = simulation.deciding
            thoughts = play_tick(simulation, crew, actions, recorder)
            assert len(thoughts) == (2 if decides else 0)  # who joined is heard, too
    replay = replays.open(path)
    replay.seek(position)
    branch, players = replay.branch(), {0: Rememberer(), 1: Rememberer()}
    again = SeatedPlayers(players)
    again.begin()
    found = rebuild(replay, position, again, players)
    assert found.agreed == found.asked > 0
    actions = np.array(branch.w["action"], dtype=np.int64)
    while replay.forward():
        play_tick(branch, again, actions)
        assert branch.hash() == replay.simulation.hash()


def test_who_came_later_shares_no_memory_with_others(
    tmp_path: Path, beacon: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simulator.app.play.branching._check", lambda world, spec, sha256: "")
    simulation, path = Simulation(beacon, seed=13), tmp_path / "game.mcap"
    with replays.record(path, players={"walker_0": "agent:one", "walker_1": "random"}) as recorder:
        recorder.begin(simulation)
        for tick in range(20):
            if tick == 10:
                recorder.event("seat_change", {"seat": "walker_1", "before": "random", "player": "agent:one"})
            simulation.tick(np.ones((2, 1), np.int64))
            recorder.tick(simulation)
    replay = replays.open(path)
    replay.seek(15)
    plan = plan_branch(replay, None)
    assert set(plan.words.values()) == {"agent:one"}
    assert plan.seats["walker_0"] is not plan.seats["walker_1"]


# --- what is seen --------------------------------------------------------------------------------------------------


@pytest.fixture
def poker(open_app: Opener) -> App:
    world = worlds.get("poker")
    seating = seat_all(world, {world.seats[0].name: "human"})
    app = open_app(
        simulation=Simulation(world, seed=5, seats=seating.engine), seats=seating.occupants, size=(1100, 700)
    )
    app.prepare_gui().wait(120.0)
    run(app, 0.2)
    return app


def test_who_plays_does_not_see_another_hand(poker: App) -> None:
    scene = live(poker)
    world = slice(0, 700), slice(0, 600)
    before = picture(poker)[world]
    press("tab")
    run(poker, 0.1)
    assert scene.followed == 1
    assert scene.viewer == 0
    assert np.array_equal(before, picture(poker)[world])
    assert text("see.kept.more", seat=scene.world.seats[1].name, key="H") in poker.recent()
    assert poker.game.deck is not None
    assert scene.world.seats[1].name not in poker.game.deck.view().seeing


def test_who_asks_for_more_sees_it_and_the_screen_says_so(poker: App) -> None:
    before = picture(poker)
    press("h")
    run(poker, 0.1)
    assert not np.array_equal(before, picture(poker))
    assert poker.game.deck is not None
    assert poker.game.deck.view().seeing == text("see.all")
    press("tab")
    run(poker, 0.1)
    assert live(poker).viewer == 1


def test_who_watches_sees_whom_the_camera_follows(open_app: Opener) -> None:
    app = open_app(seats={"walker_0": Puppet()})
    press("tab")
    run(app, 0.1)
    assert live(app).viewer == live(app).followed == 1
