"""The costliest decisions in the window: the list, its marks, the branch with the better action, and why it is off."""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pygame
import pytest

import replays
from replays.losses import Loss
from simulator.app.play.mistakes import Mistake, find_mistakes, in_words, why_none
from simulator.app.screens.app import App
from simulator.app.screens.replay import ReplayScene
from simulator.engine import Simulation
from tests.app.conftest import FRAME, Opener, live, picture, press, run
from tests.app.small_agents import train
from worlds.world import World

FOUND = [Mistake(40, 0, 0.5, "west", "east", "0:04.0"), Mistake(16, 0, 0.25, "stay", "east", "0:01.6")]


@pytest.fixture
def recording(tmp_path: Path, beacon: World) -> Path:
    path = tmp_path / "game.mcap"
    simulation = Simulation(beacon, seed=13, seats={"walker_1": "bot"})
    with replays.record(path, players={"walker_0": "human"}) as recorder:
        recorder.begin(simulation)
        for _ in range(120):
            simulation.tick(np.ones((2, 1), np.int64))
            recorder.tick(simulation)
    return path


@pytest.fixture
def app(open_app: Opener, recording: Path, monkeypatch: pytest.MonkeyPatch) -> App:
    """A replay of a world whose oracle found two mistakes."""
    monkeypatch.setattr("simulator.app.screens.replay_bar.why_none", lambda world: [""] * len(world.seats))
    monkeypatch.setattr(
        "simulator.app.screens.replay_bar.find_mistakes", lambda playback, position, seat, progress: FOUND
    )
    app = open_app(playback=replays.open(recording), paused=True)
    app.prepare_gui().result()
    run(app, 0.1)
    return app


def scene_of(app: App) -> ReplayScene:
    assert isinstance(app.scene, ReplayScene)
    return app.scene


def listed(app: App) -> Any:
    press("e")
    for _ in range(500):
        app.frame(FRAME)
        if app.game.bar is not None and app.game.bar.list is not None:
            break
        pygame.time.wait(2)
    run(app, 0.1)
    assert app.game.bar is not None
    assert app.game.bar.list is not None
    return app.game.bar.list


def click(app: App, place: tuple[int, int]) -> None:
    for kind in (pygame.MOUSEMOTION, pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP):
        pygame.event.post(pygame.event.Event(kind, pos=place, button=1, buttons=(1, 0, 0), rel=(0, 0)))
        app.frame(FRAME)
        app.frame(FRAME)


def test_mistakes_are_listed_and_marked_and_a_click_looks_at_one(app: App) -> None:
    shown = listed(app)
    marks = [(mark.position, mark.words) for mark in scene_of(app).marks if mark.kind == "mistake"]
    assert marks == [(40, "costs 0.50: west; better east"), (16, "costs 0.25: stay; better east")]
    click(app, shown.places["row 1"])
    assert scene_of(app).position == 16
    click(app, shown.places["close"])
    assert [mark for mark in scene_of(app).marks if mark.kind == "mistake"] == []


def test_each_opens_a_branch_with_the_better_action_shown(app: App) -> None:
    shown = listed(app)
    here = scene_of(app).playback
    click(app, shown.places["branch 0"])
    scene = live(app)
    assert scene.hints() == ["Better here: east"]
    here.seek(40)
    assert scene.ticks > 0 or scene.simulation.hash() == here.simulation.hash()
    press("b")
    app.frame(0.0)
    assert scene_of(app).position == 40
    scene_of(app).seek(50)
    press("b")
    app.frame(0.0)
    assert live(app).hints() != ["Better here: east"]


def test_it_is_seen_how_far_the_oracle_is_and_it_can_be_given_up(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, ended = threading.Event(), threading.Event()

    def slow(playback: object, position: int, seat: int, progress: Callable[[int, int], None]) -> list[Mistake]:
        try:
            while True:
                progress(1, 4)
                begun.set()
                time.sleep(0.005)
        finally:
            ended.set()

    monkeypatch.setattr("simulator.app.screens.replay_bar.find_mistakes", slow)
    bar = app.game.bar
    assert bar is not None
    plain = picture(app)
    press("e")
    app.frame(FRAME)
    assert begun.wait(30.0)
    assert not np.array_equal(picture(app)[:500, :32], plain[:500, :32])
    said: list[str] = []
    monkeypatch.setattr("simulator.app.screens.replay_bar.draw_strip", lambda gui, look, words, *_: said.append(words))
    app.frame(FRAME)
    assert said == ["The oracle weighs every decision of walker_0: 25 %   E: give it up"]
    press("e")
    app.frame(FRAME)
    assert ended.wait(30.0)
    assert bar._job is None
    assert bar.mistakes is None


def test_of_whom_nothing_was_found_is_who_was_asked_about(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on = threading.Event()

    def nothing(*_: object) -> list[Mistake]:
        go_on.wait(30.0)
        return []

    monkeypatch.setattr("simulator.app.screens.replay_bar.find_mistakes", nothing)
    press("e")
    app.frame(FRAME)
    scene_of(app).followed = 1
    go_on.set()
    for _ in range(500):
        app.frame(FRAME)
        if app.messages:
            break
        pygame.time.wait(2)
    assert [words for _, words in app.messages] == ["In this trial walker_0 lost nothing that the oracle sees"]


NO_ORACLE = "Off: no oracle is shipped, none is among your runs; crossplay references beacon trains one"


def test_the_button_says_why_it_is_off(
    open_app: Opener, recording: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    app = open_app(playback=replays.open(recording), paused=True)
    app.prepare_gui().result()
    for _ in range(1000):
        app.frame(FRAME)
        if scene_of(app).why_off("mistakes"):
            break
        pygame.time.wait(5)
    assert scene_of(app).why_off("mistakes") == NO_ORACLE
    press("e")
    app.frame(0.0)
    assert [words for _, words in app.messages] == [NO_ORACLE]


def test_an_oracle_of_another_version_does_not_judge(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, beacon: World
) -> None:
    monkeypatch.chdir(tmp_path)
    train(Path("runs/oracle"), beacon, "oracle", world_version=beacon.version + 1)
    name = str(Path("runs/oracle"))
    assert why_none(beacon) == [f"Off: {name} learned another version or size of beacon"] * 2


def test_an_oracle_that_the_user_trained_judges(
    recording: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, beacon: World
) -> None:
    monkeypatch.chdir(tmp_path)
    train(Path("runs/references/beacon/oracle-seed0"), beacon, "oracle")
    assert why_none(beacon) == ["", ""]
    found = find_mistakes(replays.open(recording), 60, 0)
    assert all(each.seat == 0 and each.done != each.better for each in found)


def test_only_what_differs_is_told(beacon: World) -> None:
    told = in_words(beacon, Loss(12, 1, 0.125, (0,), (2,)))
    assert (told.done, told.better, told.time, told.seat) == ("west", "east", "0:01.2", 1)
