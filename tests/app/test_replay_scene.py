from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pygame
import pytest

import replays
from simulator.app.panels.timeline import ROW, Timeline
from simulator.app.play.clocks import clock, seconds_of
from simulator.app.screens.app import App
from simulator.app.screens.replay import ReplayScene
from simulator.app.shell.controls import BY_NAME
from simulator.engine import Simulation
from tests.app.conftest import FRAME, Opener, Puppet, live, picture, press, run
from worlds.world import World

TICKS = 150


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory, beacon: World) -> Path:
    path = tmp_path_factory.mktemp("replays") / "game.mcap"
    simulation = Simulation(beacon, seed=13, seats={"walker_1": "bot"})
    puppet = Puppet(2)
    with replays.record(path, players={"walker_0": "agent:puppet"}) as recorder:
        recorder.begin(simulation)
        actions = np.ones((2, 1), np.int64)
        for tick in range(TICKS):
            if simulation.deciding:
                puppet.choice = (tick // 20) % 3
                actions[0] = puppet.act(simulation.observations[:1], simulation.legal[:1])
                assert puppet.mind is not None
                recorder.mind(0, puppet.mind.of(0))
            simulation.tick(actions)
            recorder.tick(simulation)
    return path


@pytest.fixture
def app(open_app: Opener, recording: Path) -> App:
    return open_app(playback=replays.open(recording))


def scene_of(app: App) -> ReplayScene:
    assert isinstance(app.scene, ReplayScene)
    return app.scene


def with_bar(app: App) -> Timeline:
    """The bar, once ImGui is there and all is known of the recording."""
    app.prepare_gui().result()
    survey = scene_of(app).survey
    assert survey is not None
    while not survey.done:
        app.frame(0.0)
    for _ in range(3):
        app.frame(0.0)
    assert app.game.bar is not None
    assert app.game.bar.timeline is not None
    return app.game.bar.timeline


def point(app: App, kind: int, place: tuple[float, float]) -> None:
    """Move the mouse, or press or let go of its button, and let ImGui take it in."""
    pos = (round(place[0]), round(place[1]))
    pygame.event.post(pygame.event.Event(kind, pos=pos, button=1, buttons=(1, 0, 0), rel=(1, 0)))
    app.frame(0.0)
    app.frame(0.0)


def click(app: App, place: tuple[float, float]) -> None:
    for kind in (pygame.MOUSEMOTION, pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP):
        point(app, kind, place)


def test_a_replay_plays_what_was_recorded(app: App) -> None:
    run(app, 1.0)
    scene = scene_of(app)
    assert scene.position == pytest.approx(10, abs=1)
    assert scene.who(0) == "agent:puppet"
    assert scene.who(1) == "bot"
    thought = scene.thought(0)
    assert thought is not None
    assert thought["probabilities"].sum() == pytest.approx(1.0)
    assert scene.diverged is None


JUMPS = ("step_back", "seek_back", "seek_forward", "seek_start", "seek_end", "previous_episode", "next_episode")


@pytest.mark.parametrize("name", [*JUMPS, "play_pause", "branch"])
def test_each_key_of_a_replay_does_what_the_help_says(app: App, name: str) -> None:
    scene = scene_of(app)
    scene.paused = True
    scene.seek(90)
    starts = [start for start, _ in scene.boundaries]
    expected = {
        "play_pause": 90, "step_back": 89, "seek_back": 80, "seek_forward": 100, "seek_start": 0, "seek_end": TICKS,
        "previous_episode": max(start for start in starts if start < 88),
        "next_episode": min(start for start in starts if start > 90), "branch": 90,
    }  # fmt: skip
    press(BY_NAME[name].keys[0])
    app.frame(0.0)
    if name == "branch":
        assert live(app).simulation.hash() == scene.simulation.hash()
        return
    assert scene.position == expected[name]
    if name == "play_pause":
        assert not scene.paused


def test_each_button_does_what_its_key_does(app: App) -> None:
    bar, scene = with_bar(app), scene_of(app)
    for name, _ in ROW:
        found = []
        for way in ("key", "button"):
            scene.paused, scene.reverse = True, False
            scene.seek(90)
            app.frame(0.0)
            if way == "key":
                press(BY_NAME[name].keys[0])
                app.frame(0.0)
            else:
                click(app, bar.buttons[name])
            found.append((scene.position, scene.paused, scene.reverse))
        assert found[0] == found[1], name


def test_it_plays_backwards_at_any_speed_through_the_very_states_that_were_played_forwards(app: App) -> None:
    scene = scene_of(app)
    states = [scene.simulation.hash()]
    while scene.playback.forward():
        states.append(scene.simulation.hash())
    scene.seek(TICKS)
    press("r")
    seen = set()
    for speed in (16.0, 1.0, 4.0):
        scene.set_speed(speed)
        for _ in range(12):
            app.frame(FRAME)
            assert scene.simulation.hash() == states[scene.position]
            seen.add(scene.position)
    assert len(seen) > 8
    assert scene.reverse
    scene.set_speed(16.0)
    while not scene.paused:
        app.frame(FRAME)
    assert (scene.position, scene.reverse) == (0, False)


def test_a_typed_time_is_jumped_to(app: App) -> None:
    bar, scene = with_bar(app), scene_of(app)
    scene.paused = True
    press("j")
    for _ in range(4):
        app.frame(0.0)
    assert bar.typing
    for letter in "0:07.5":
        pygame.event.post(pygame.event.Event(pygame.TEXTINPUT, text=letter))
        app.frame(0.0)
    press(pygame.K_RETURN)
    for _ in range(4):
        app.frame(0.0)
    assert scene.position == 75


@pytest.mark.parametrize("words", ["", "x", "1:", "1:2:3:4", "-5", "1e5", "nan", "∞"])
def test_what_is_no_time_is_none(words: str) -> None:
    assert seconds_of(words) is None


def test_times_are_read_as_they_are_written() -> None:
    for seconds in (0.0, 7.5, 65.3, 3725.0):
        assert seconds_of(clock(seconds)) == pytest.approx(seconds)
    assert seconds_of("1:01:01") == pytest.approx(3661.0)


def test_bookmarks_are_kept_beside_the_recording(open_app: Opener, recording: Path, tmp_path: Path) -> None:
    path = tmp_path / "own.mcap"
    path.write_bytes(recording.read_bytes())
    scene = scene_of(open_app(playback=replays.open(path)))
    for at in (30, 70):
        scene.seek(at)
        scene.command("bookmark")
    again = scene_of(open_app(playback=replays.open(path)))
    assert again.bookmarks == [30, 70]
    again.seek(30)
    again.command("bookmark")
    assert replays.read_bookmarks(path) == [70]


def test_marks_are_clicked_and_walked_by_keys(open_app: Opener, recording: Path, tmp_path: Path) -> None:
    path = tmp_path / "own.mcap"
    path.write_bytes(recording.read_bytes())
    app = open_app(playback=replays.open(path))
    bar, scene = with_bar(app), scene_of(app)
    scene.paused = True
    scene.seek(20)
    scene.command("bookmark")
    ends = [mark.position for mark in scene.marks if mark.kind == "end"]
    assert ends
    app.frame(0.0)
    flag = next(flag for flag in bar.flags if flag.kind == "end")
    click(app, (flag.x, bar.groove.top - 10))
    assert scene.position == flag.position
    scene.command("seek_start")
    places = sorted({mark.position for mark in scene.marks} - {0})
    assert len(places) > 1
    for place in places:
        press("up")
        app.frame(0.0)
        assert scene.position == place
    press("down")
    app.frame(0.0)
    assert scene.position == places[-2]


def test_the_head_stands_on_the_return_of_the_followed_seat(app: App) -> None:
    with_bar(app)
    scene = scene_of(app)
    for at in (1, 44, 90):
        scene.seek(at)
        shown = scene.simulation.final if scene.simulation.episode_ended else scene.simulation.w
        assert np.allclose(scene.scores[at], shown["score"])
    for span in scene.playback.episodes:
        if span.returns is not None:
            assert np.allclose(scene.scores[span.end], span.returns)


def test_seeking_and_playing_come_to_the_same_state(app: App, recording: Path) -> None:
    scene = scene_of(app)
    scene.seek(57)
    there = scene.simulation.hash()
    other = replays.open(recording)
    while other.position < 57:
        other.forward()
    assert other.simulation.hash() == there
    scene.seek(120)
    scene.seek(57)
    assert scene.simulation.hash() == there


def test_the_mouse_drags_the_handle(app: App) -> None:
    bar, scene = with_bar(app), scene_of(app)
    scene.paused = True
    groove = bar.groove
    point(app, pygame.MOUSEMOTION, (groove.left + groove.width / 4, groove.centery))
    point(app, pygame.MOUSEBUTTONDOWN, (groove.left + groove.width / 4, groove.centery))
    assert scene.position == pytest.approx(TICKS / 4, abs=1)
    for x in (groove.centerx, groove.right + 500):
        point(app, pygame.MOUSEMOTION, (x, groove.centery))
        assert scene.position == min(round((x - groove.left) / groove.width * TICKS), TICKS)
    point(app, pygame.MOUSEBUTTONUP, (groove.right + 500, groove.centery))
    point(app, pygame.MOUSEMOTION, (groove.left, groove.centery))
    assert scene.position == TICKS


def test_positions_outside_are_kept_inside(app: App) -> None:
    scene = scene_of(app)
    scene.seek(10**9)
    assert scene.position == TICKS
    scene.seek(-5)
    assert scene.position == 0


def test_the_end_pauses_and_playing_again_starts_over(app: App) -> None:
    scene = scene_of(app)
    scene.seek(TICKS - 1)
    run(app, 0.5)
    assert (scene.position, scene.paused) == (TICKS, True)
    press("space")
    run(app, 0.3)
    assert scene.position < 20
    assert not scene.paused


def test_drawing_a_replay_does_not_change_it(app: App) -> None:
    scene = scene_of(app)
    scene.seek(70)
    before = scene.simulation.hash()
    app.draw()
    assert scene.simulation.hash() == before
    assert scene.position == 70


def test_the_curve_after_a_seek_has_the_finished_episodes(app: App) -> None:
    scene = scene_of(app)
    finished = [span for span in scene.playback.episodes if span.returns is not None and span.trial == 0]
    scene.seek(finished[1].end + 3)
    assert np.allclose(scene.history.returns, [span.returns for span in finished[:2]])
    scene.seek(finished[0].start + 3)
    assert scene.history.returns == []


def test_a_branch_is_a_live_game_in_which_the_followed_seat_is_mine(app: App) -> None:
    scene_of(app).seek(40)
    press("b")
    run(app, 0.3)
    assert live(app).ticks == 0  # it waits for a key
    press("space")
    run(app, 0.3)
    scene = live(app)
    assert scene.who(0) == "you"
    assert scene.ticks > 0
    assert app.game.bar is None
    assert scene.simulation.external == (0,)
    assert [words for _, words in app.messages] == ["Live from here"]


def test_a_branch_keeps_the_returns_of_the_episodes_before_it(app: App) -> None:
    replayed = scene_of(app)
    replayed.seek(replayed.playback.episodes[1].start + 3)
    before = [list(row) for row in replayed.history.returns]
    press("b")
    app.frame(0.0)
    assert len(before) == 1
    assert [list(row) for row in live(app).history.returns] == before


def test_a_branch_seats_whom_the_session_names(open_app: Opener, recording: Path) -> None:
    puppet = Puppet()
    app = open_app(playback=replays.open(recording), seats={"walker_1": "human", "walker_0": puppet})
    press("b")
    run(app, 0.3)
    press("space")
    run(app, 0.3)
    assert live(app).table.humans == [1]
    assert puppet.decisions > 0


def test_divergence_is_written_over_the_world(app: App) -> None:
    scene = scene_of(app)
    app.frame(0.0)
    app.prepare_gui().result()
    before = picture(app)
    scene.playback.diverged = (12, ("pos", "score"))
    assert scene.diverged == "DIVERGED at tick 12: pos, score"
    picture(app)  # a window of ImGui that is new takes a frame to find its size
    assert (picture(app) != before).any()


def test_a_replay_can_be_opened_in_the_background(open_app: Opener, recording: Path) -> None:
    app = open_app(playback=lambda: replays.open(recording))
    for _ in range(3000):
        app.frame(FRAME)
        if app.scene is not None:
            break
        pygame.time.wait(5)
    assert scene_of(app).length == TICKS


def test_anything_like_a_playback_will_do(open_app: Opener, simulation: Simulation) -> None:
    class Still:
        def __init__(self) -> None:
            self.simulation, self.length, self.position = simulation, 0, 0
            self.diverged: Any = None
            self.info: dict[str, Any] = {}
            self.episodes = [SimpleNamespace(start=0, end=0, trial=0, episode=0, returns=None)]

        def seek(self, position: int) -> None:
            self.position = position

        def forward(self) -> bool:
            return False

        def minds(self, position: int) -> dict[int, Any]:
            return {}

    app = open_app(playback=Still())
    run(app, 0.2)
    assert scene_of(app).paused


def test_a_gamepad_walks_plays_and_branches(app: App) -> None:
    def push(kind: int, **facts: Any) -> None:
        pygame.event.post(pygame.event.Event(kind, instance_id=2, **facts))
        app.frame(0.0)

    scene = scene_of(app)
    scene.paused = True
    scene.seek(60)
    push(pygame.JOYHATMOTION, hat=0, value=(-1, 0))
    back = scene.playback.position
    push(pygame.JOYHATMOTION, hat=0, value=(0, 0))
    push(pygame.JOYHATMOTION, hat=0, value=(1, 0))
    assert (back < 60, scene.playback.position) == (True, 60)
    push(pygame.JOYBUTTONDOWN, button=0)
    assert not scene.paused
    push(pygame.JOYBUTTONDOWN, button=5)
    assert scene.followed == 1
    push(pygame.JOYBUTTONDOWN, button=3)
    assert live(app).table.humans


def test_a_gamepad_leaves_a_replay(app: App) -> None:
    pygame.event.post(pygame.event.Event(pygame.JOYBUTTONDOWN, instance_id=2, button=1))
    app.frame(FRAME)
    assert not app.running
