"""The split view: runs of one task in lock-step, where they differ, and the screen around them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pygame
import pytest

import agents
import replays
from agents.players.simple import RandomPlayer
from simulator.app.commands import watch
from simulator.app.commands.flags import Options
from simulator.app.panels.overlay import draw_status
from simulator.app.panels.split import bar_words, pane_views, panes
from simulator.app.play.conditions import Onlooker, SameTask, conditions_of, learners_of, play_condition
from simulator.app.play.notes import Tape, TrialNotes
from simulator.app.play.runs import ComparedRuns, Lockstep, ShownRun, lockstep_of, run_of, task_of_recording
from simulator.app.screens.app import App
from simulator.app.screens.split import SplitScreen
from simulator.app.shell.session import Session
from simulator.app.shell.settings import WindowSettings
from simulator.app.shell.theme import Look
from simulator.canvas import THEMES
from simulator.engine import Simulation
from simulator.engine.trial import play_trial
from tests.app.conftest import FRAME, picture, press, run
from tests.app.small_agents import ship_all
from worlds.world import Refused, World

EPISODES, SEED = 3, 13
SPECS = {"walker_0": "human", "walker_1": "bot"}


@pytest.fixture(autouse=True)
def shipped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, beacon: World) -> Path:
    """As if these agents, and no others, came with the program."""
    ship_all(tmp_path / "shipped", beacon)
    monkeypatch.setattr(agents, "_SHIPPED", tmp_path / "shipped")
    return tmp_path / "shipped"


@pytest.fixture
def task(beacon: World) -> SameTask:
    return SameTask(beacon, SEED, 0, "test-both", EPISODES, 0, "", SPECS, learners_of(beacon, SPECS))


def to_the_end(lockstep: Lockstep) -> int:
    ticks = 0
    while lockstep.tick():
        ticks += 1
    return ticks


def game(world: World, recorder: object = None) -> Onlooker:
    """A game that somebody played at random, looked on at or recorded."""
    simulation = Simulation(world, seed=SEED, split="test-both", episodes_per_trial=EPISODES, seats={"walker_1": "bot"})
    onlooker = Onlooker([0])
    play_trial(simulation, {0: RandomPlayer(world.action_sizes, seed=4)}, recorder or onlooker)  # type: ignore[arg-type]
    return onlooker


# --- runs ----------------------------------------------------------------------------------------------------------


def test_runs_get_what_the_page_after_a_trial_tells(task: SameTask) -> None:
    lockstep = lockstep_of(task, ("agent", "wiped", "blind", "oracle"))
    to_the_end(lockstep)
    for found, condition in zip(lockstep.runs, conditions_of(task), strict=True):
        onlooker = Onlooker(task.learners)
        play_condition(task, condition, onlooker)
        assert found.returns == onlooker.returns
    assert lockstep.over


def test_one_clock_and_whoever_is_early_waits(task: SameTask) -> None:
    lockstep = lockstep_of(task, ("agent", "oracle"))
    while lockstep.tick():
        running = [each for each in lockstep.runs if not each.resting]
        assert len({each.ticks for each in running}) <= 1
        assert len({int(each.state["episode"]) for each in lockstep.runs}) == 1


def test_equal_runs_never_differ(task: SameTask) -> None:
    lockstep = lockstep_of(task, ("agent", "agent"))
    while lockstep.tick():
        assert lockstep.differences == [None, None]
    assert lockstep.runs[0].returns == lockstep.runs[1].returns


def test_the_first_tick_that_differs_is_named(task: SameTask) -> None:
    """A walker that goes west beside one that goes east differs at once, in what it does and where it is."""

    def walker(label: str, move: int) -> ShownRun:
        simulation = Simulation(task.world, seed=SEED, episodes_per_trial=2, seats={"walker_1": "bot"})
        moves = iter([1] * 5 + [move] * 1000)

        def step() -> dict[int, object]:
            simulation.tick(np.full((2, 1), next(moves), np.int64))
            return {}

        return ShownRun(label, simulation, step, [0], ["you", "bot"])  # type: ignore[arg-type]

    lockstep = Lockstep([walker("west", 0), walker("east", 2)])
    for tick in range(1, 7):
        lockstep.tick()
        assert (lockstep.differences[1] is None) == (tick < 6)
    found = lockstep.differences[1]
    assert found is not None
    assert (found.tick, found.fields) == (6, ("action", "pos"))
    first, second = pane_views(lockstep)
    assert (first.differs, second.differs) == (False, True)
    assert second.difference == "differs since tick 6 (0.6 s): action, pos"
    assert second.returns.endswith("(+0.0)")


def test_one_episode_beside_another(task: SameTask) -> None:
    whole = run_of(task, "agent")
    while not whole.over:
        whole.tick()
        whole.go_on()
    lockstep = lockstep_of(task, ("agent@1", "agent@3"))
    assert [each.label for each in lockstep.runs] == ["agent, episode 1", "agent, episode 3"]
    assert [int(each.state["episode"]) for each in lockstep.runs] == [0, 2]
    to_the_end(lockstep)
    assert [each.returns for each in lockstep.runs] == [[whole.returns[0]], [whole.returns[2]]]


def test_what_was_played_is_shown_again(task: SameTask, beacon: World) -> None:
    onlooker = game(beacon)
    assert onlooker.finished is not None
    lockstep = lockstep_of(
        dataclasses.replace(task, mark=onlooker.finished.mark), ("you", "agent"), onlooker.finished.tape
    )
    to_the_end(lockstep)
    assert lockstep.runs[0].returns == onlooker.returns
    assert lockstep.runs[0].who[0] == "you"


def test_a_recording_stands_beside_an_agent_on_its_own_task(task: SameTask, beacon: World, tmp_path: Path) -> None:
    path = tmp_path / "game.mcap"
    with replays.record(path, players=SPECS) as recorder:
        game(beacon, recorder)
    own = task_of_recording(path)
    assert (own.seed, own.split, own.episodes, own.learners) == (SEED, "test-both", EPISODES, (0,))
    lockstep = lockstep_of(own, (str(path), "agent"))
    to_the_end(lockstep)
    assert lockstep.runs[0].returns == game(beacon).returns
    assert lockstep.runs[0].label == "game.mcap"
    other = dataclasses.replace(own, mark="of another task")
    with pytest.raises(Refused, match="is of another task"):
        run_of(other, str(path))


def test_any_player_can_stand_beside_an_agent(task: SameTask) -> None:
    lockstep = lockstep_of(task, ("bot:pacer", "random", "agent"))
    to_the_end(lockstep)
    assert [each.label for each in lockstep.runs] == ["bot:pacer", "random", "agent"]


@pytest.mark.parametrize(
    ("words", "match"),
    [
        (("agent",), "1 runs cannot be compared: name 2 to 4"),
        (("agent",) * 5, "5 runs cannot be compared"),
        (("agent@4", "agent"), "episodes 1 to 3"),
        (("agent@x", "agent"), "names episode 'x'"),
        (("human", "agent"), "a run is given 'human'"),
        (("somebody", "agent"), "a run is given 'somebody'"),
        (("you", "agent"), "cannot be shown again"),
        (("missing.mcap", "agent"), "missing.mcap"),
    ],
)
def test_what_is_no_run_is_refused(task: SameTask, words: tuple[str, ...], match: str) -> None:
    with pytest.raises(Refused, match=match):
        lockstep_of(task, words)


def test_a_game_with_an_episode_begun_anew_leaves_no_tape(beacon: World) -> None:
    simulation = Simulation(beacon, episodes_per_trial=1, seats={"walker_1": "bot"})
    notes, finished = TrialNotes(simulation), None
    simulation.tick(np.ones((2, 1), np.int64))
    notes.tick(simulation, {})
    simulation.restart_episode()
    notes.cut()
    while finished is None:
        simulation.tick(np.ones((2, 1), np.int64))
        finished = notes.tick(simulation, {})
    tape: Tape = finished.tape
    assert tape == ()
    assert finished.touched


# --- the screen ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [2, 3, 4])
@pytest.mark.parametrize("size", [(640, 480), (1280, 800), (480, 900)])
@pytest.mark.parametrize("shape", [0.5, 1.0, 10.0])
def test_panes_lie_apart_and_in_the_window(count: int, size: tuple[int, int], shape: float) -> None:
    places = panes(size, count, Look(THEMES["dark"]), shape)
    window = pygame.Rect(0, 0, *size)
    assert len(places) == count
    assert all(window.contains(place) and place.top > 0 for place in places)
    assert all(place.collidelist(places[:at]) == -1 for at, place in enumerate(places))


@pytest.fixture
def app(task: SameTask) -> Iterator[App]:
    pygame.display.init()
    pygame.event.clear()
    made = App(Session(runs=ComparedRuns(lambda: task, ("agent", "wiped")), settings=WindowSettings(), size=(900, 600)))
    made.prepare_gui().wait(120.0)
    for _ in range(6000):
        made.frame(FRAME)
        if isinstance(made.top, SplitScreen):
            break
        pygame.time.wait(10)
    yield made
    made.close()


def shown(app: App) -> SplitScreen:
    assert isinstance(app.top, SplitScreen)
    return app.top


def ticks(app: App) -> list[int]:
    return [each.ticks for each in shown(app).lockstep.runs]


def test_keys_act_on_all(app: App) -> None:
    run(app, 0.5)
    assert ticks(app)[0] == ticks(app)[1] > 2
    press("space")
    run(app, 0.1)
    before = ticks(app)
    run(app, 0.5)
    assert ticks(app) == before
    assert shown(app).resting
    press(".")
    app.frame(FRAME)
    assert ticks(app) == [at + 1 for at in before]
    press("]")
    press("tab")
    app.frame(FRAME)
    assert shown(app).speed == 2.0
    assert [scene.followed for scene in shown(app).scenes] == [1, 1]
    press("=")
    app.frame(FRAME)
    assert shown(app).arenas[0].view.zoom == shown(app).arenas[1].view.zoom > 1.0


def test_f1_tells_the_keys_that_do_something_here_and_what_is_said_is_seen(app: App) -> None:
    app.prepare_gui().result()
    run(app, 0.2)
    press("f1")
    app.frame(FRAME)
    before = ticks(app)
    press("space")  # a key that plays does nothing under the page
    run(app, 0.3)
    assert shown(app).helping
    assert ticks(app) == before
    assert not shown(app).paused
    press("escape")
    run(app, 0.3)
    assert not shown(app).helping
    assert ticks(app) != before
    plain = picture(app)
    app.say("something")
    assert not np.array_equal(picture(app)[:, -60:], plain[:, -60:])


def test_both_worlds_and_their_heads_are_seen(app: App) -> None:
    run(app, 0.3)
    pixels = picture(app)
    left, right = shown(app).places
    for place in (left, right):
        part = pixels[place.left : place.right, place.top : place.bottom]
        assert len(np.unique(part.reshape(-1, 3), axis=0)) > 5
    head = pixels[left.left : left.right, : left.top]
    assert (head == app.look.colour("ink")).all(axis=2).sum() > 30


def test_the_end_of_an_episode_stays_in_view(app: App) -> None:
    screen = shown(app)
    while not screen.lockstep.paused_between:
        app.frame(FRAME)
    final = [np.array(scene.shown()["pos"]) for scene in screen.scenes]
    app.frame(FRAME)
    for each, known in zip(screen.lockstep.runs, final, strict=True):
        np.testing.assert_array_equal(each.simulation.final["pos"], known)
    run(app, 2.0)
    assert int(screen.lockstep.runs[0].state["episode"]) == 1


def test_it_begins_again_and_goes_back(app: App) -> None:
    run(app, 0.5)
    before = shown(app)
    press("home")
    for _ in range(6000):
        app.frame(FRAME)
        if app.top is not before and isinstance(app.top, SplitScreen):
            break
        pygame.time.wait(10)
    assert ticks(app)[0] < 5
    press("escape")
    app.frame(FRAME)
    assert not app.running


def test_the_bar_tells_speed_episode_and_keys(app: App) -> None:
    words = bar_words(shown(app).lockstep, 4.0)
    assert words[:2] == ["4×", "Episode 1 of 3"]
    assert words[-1].startswith("F1 keys    Space pauses")


# --- the command ---------------------------------------------------------------------------------------------------


def test_the_command_shows_runs_side_by_side(tmp_path: Path) -> None:
    pygame.display.init()
    picture_file = tmp_path / "split.png"
    settings = watch.Settings(world="beacon", compare=("agent@1", "wiped"), seconds=0.5, screenshot=picture_file)
    assert str(picture_file) in watch.run(settings, Options()).text
    assert picture_file.is_file()


@pytest.mark.parametrize(
    ("words", "match"),
    [
        (("agent",), "name 2 to 4"),
        (("agent", "nobody"), "a run is given 'nobody'"),
        (("agent@x", "wiped"), "names episode 'x': episodes are 1, 2 and so on"),
        (("agent", "gone.mcap@2"), "'gone.mcap@2' names no recording that is here"),
    ],
)
def test_the_command_refuses_what_is_no_run(
    words: tuple[str, ...], match: str, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    """At once: no window is opened, and no world made for it."""
    monkeypatch.setattr("simulator.app.screens.app.App", None)
    with pytest.raises(Refused, match=match):
        watch.run(watch.Settings(world="beacon", compare=words, seconds=5.0), Options())


def test_words_at_the_foot_of_a_slim_world_are_shown_whole() -> None:
    target = pygame.Surface((180, 200), 0, 32)
    draw_status(target, Look(THEMES["dark"]), "0 caught, 5 missed, leans right", [])
    pixels = np.asarray(pygame.surfarray.array3d(target)).max(axis=2) > 0
    columns = np.flatnonzero(pixels.any(axis=1))
    assert columns[0] > 0
    assert columns[-1] < 179
