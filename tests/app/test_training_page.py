"""The training page in the window: what it shows in every state, and what keys and clicks ask for."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pygame
import pytest
from test_home import NoMiniatures, tap

from agents.settings.folder import LOCK, RunEnding, tell_ending
from simulator.app.panels.gallery import Wish
from simulator.app.panels.training import short
from simulator.app.panels.training_run import Ask, duration, progress
from simulator.app.play.train_form import TrainForm
from simulator.app.play.training_runs import FAILED, FINISHED, RUNNING, STOPPED, RunCard
from simulator.app.screens.app import App
from simulator.app.screens.home import HomeScreen
from simulator.app.screens.leaving import LeavingScreen, words_of
from simulator.app.screens.training import TrainScreen
from simulator.app.shell.session import Session
from simulator.app.shell.settings import WindowSettings
from tests.app.conftest import FRAME
from worlds.kit.locks import try_hold

PATIENCE = 300.0  # s
RUN = Path("runs") / "beacon-seed0"
Opener = Callable[..., App]


@pytest.fixture
def open_page(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Opener]:
    """Opens the page of the runs in a folder of its own."""
    monkeypatch.setattr("simulator.app.screens.home.Miniatures", NoMiniatures)
    monkeypatch.setattr("simulator.app.screens.home.recordings_folder", lambda: tmp_path)
    monkeypatch.chdir(tmp_path)
    opened: list[App] = []

    def opener(size: tuple[int, int] = (1280, 800), **settings: object) -> App:
        pygame.display.init()
        pygame.event.clear()
        app = App(Session(home=True, settings=WindowSettings(**settings), size=size))  # type: ignore[arg-type]
        opened.append(app)
        until(app, lambda: isinstance(app.top, HomeScreen))
        app.grant(Wish("train", "beacon"))
        until(app, lambda: page(app).view.runs is not None and page(app).view.world is not None)
        return app

    yield opener
    for app in opened:
        app.close()
        for child in app.trainers.children.values():
            child.kill()
            child.wait()


def until(app: App, there: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not there():
        app.frame(FRAME)
        time.sleep(0.005)
        assert time.monotonic() < end
    for _ in range(3):
        app.frame(FRAME)


def page(app: App) -> TrainScreen:
    assert isinstance(app.top, TrainScreen)
    return app.top


def make_run(updates: int = 40, *, saved: int | None = None, asked: int = 10_000, trials: bool = True) -> Path:
    """A folder as a run leaves it, without an agent."""
    (RUN / "replays").mkdir(parents=True)
    (RUN / "resume").mkdir()
    (RUN / "settings.toml").write_text(f'world = "beacon"\nsteps = {asked}\n')
    with (RUN / "metrics.jsonl").open("w") as file:
        for update in range(1, updates + 1):
            told: dict[str, object] = {
                "update": update,
                "steps": 100 * update,
                "steps_per_second": 40.0,
                "gain": 0.01 * update,
            }
            told |= {"entropy": 1.0 / update, "value_loss": 0.5, "returns": {"walker": [0.1, 0.2, 0.01 * update]}}
            if trials and update % 10 == 0:
                name = f"beacon-update-{update}.mcap"
                (RUN / "replays" / name).touch()
                told["replay"] = {"file": f"replays/{name}", "seat": "walker_0", "begins": [0, 60], "returns": [0.5, 1]}
            file.write(json.dumps(told) + "\n")
    counters = {"update": updates if saved is None else saved, "played": 100 * updates}
    (RUN / "resume" / "state.json").write_text(json.dumps({"counters": counters}))
    return RUN


def shown(app: App) -> int:
    """How many colours the picture has."""
    app.draw()
    return len(np.unique(pygame.surfarray.array3d(app.window.surface).reshape(-1, 3), axis=0))


def heard(app: App, monkeypatch: pytest.MonkeyPatch) -> list[Wish]:
    wishes: list[Wish] = []
    monkeypatch.setattr(page(app), "_wished", wishes.append)
    return wishes


def click(app: App, place: tuple[int, int]) -> None:
    pygame.event.post(pygame.event.Event(pygame.MOUSEMOTION, pos=place, rel=(0, 0), buttons=(0, 0, 0)))
    app.frame(FRAME)
    for kind in (pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP):
        pygame.event.post(pygame.event.Event(kind, button=1, pos=place))
        app.frame(FRAME)
        app.frame(FRAME)


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize(
    ("size", "scale"), [((1280, 800), 1.0), ((640, 480), 1.0), ((480, 360), 0.75), ((1920, 1080), 2.0)]
)
def test_the_page_shows_itself_at_every_size(
    open_page: Opener, theme: str, size: tuple[int, int], scale: float
) -> None:
    app = open_page(size, theme=theme, text_scale=scale)
    assert shown(app) > 20
    make_run()
    until(app, lambda: page(app).view.runs)
    page(app).view.chosen = RUN
    until(app, lambda: page(app).view.page.curves is not None)
    assert shown(app) > 40
    page(app).view.listed = True
    app.frame(FRAME)
    assert shown(app) > 20
    assert tuple(pygame.surfarray.array3d(app.window.surface)[2, 2]) == app.look.theme.panel


def test_a_run_is_followed_while_it_grows(open_page: Opener) -> None:
    app = open_page()
    make_run(5)
    lock = try_hold(RUN / LOCK)
    assert lock is not None
    until(app, lambda: page(app).view.runs)
    page(app).view.chosen = RUN
    until(app, lambda: page(app).view.page.curves is not None)
    run = page(app).view.run
    assert run is not None
    assert (run.state, run.done) == (RUNNING, 500)
    with (RUN / "metrics.jsonl").open("a") as file:
        file.write(json.dumps({"update": 6, "steps": 600, "returns": {"walker": [1, 2, 3]}}) + "\n")
    until(app, lambda: getattr(page(app).view.run, "done", 0) == 600)
    curves = page(app).view.page.curves
    assert curves is not None
    assert curves.columns["last walker"][-1] == 3.0
    lock.release()
    tell_ending(RUN, RunEnding("failed", "the sky fell"))
    until(app, lambda: getattr(page(app).view.run, "state", "") == FAILED)
    assert page(app).view.run.sentence == "the sky fell"  # type: ignore[union-attr]


def test_a_mark_on_the_curve_opens_its_trial(open_page: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page()
    make_run()
    until(app, lambda: page(app).view.runs)
    page(app).view.chosen = RUN
    until(app, lambda: page(app).view.page.curves is not None)
    wishes = heard(app, monkeypatch)
    for x in range(400, 1230, 4):  # along the lower edge of the large chart
        click(app, (x, 385))
        if wishes:
            break
    assert wishes == [Wish("replay", path=RUN / "replays" / "beacon-update-10.mcap", at=0)]


def test_keys_alone_reach_what_a_stopped_run_offers(open_page: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page()
    make_run()
    until(app, lambda: page(app).view.runs)
    page(app).view.chosen = RUN
    until(app, lambda: page(app).view.page.curves is not None)
    assert getattr(page(app).view.run, "state", "") == STOPPED
    asked: list[Ask] = []
    monkeypatch.setattr(page(app), "obey", asked.append)
    for _ in range(40):
        tap(app, "tab", "space")
        page(app).view.chosen = RUN
    assert {"back", "resume", "replay"} <= {ask.what for ask in asked}
    assert {ask.at for ask in asked if ask.what == "replay"} == {0, 60}, "each episode has its button"


def test_what_is_wrong_in_the_form_is_said_and_cannot_be_started(open_page: Opener) -> None:
    app = open_page()
    view = page(app).view
    assert view.problem == ""
    assert view.suggestion == "beacon-seed0"
    view.form.values["lanes"] = "0"
    until(app, lambda: view.problem)
    assert view.problem == "lanes is 0: allowed is 1 to 1048576"
    page(app).obey(Ask("start"))
    assert app.recent() == ["lanes is 0: allowed is 1 to 1048576."]
    assert not Path("runs").exists()
    view.form.values["lanes"] = "16"
    make_run()
    view.form.name = RUN.name
    until(app, lambda: view.problem)
    assert "holds something already" in view.problem
    view.form.name = ""
    until(app, lambda: not view.problem)
    assert view.suggestion == "beacon-seed0-2"
    view.form = TrainForm("nowhere")
    view.world = None
    until(app, lambda: view.problem)
    assert "unknown world 'nowhere'" in view.problem


def test_a_run_is_begun_from_the_page_and_the_window_asks_before_it_closes(open_page: Opener) -> None:
    app = open_page()
    view = page(app).view
    view.form.values |= {"steps": "1000000000", "lanes": "16"}
    view.form.base |= {"hidden": 16, "encoder": 16, "threads": 1}
    page(app).obey(Ask("start"))
    assert view.chosen == RUN
    until(app, lambda: getattr(view.run, "state", "") == RUNNING)
    until(app, lambda: view.page.curves is not None and len(view.page.curves.steps))
    pygame.event.post(pygame.event.Event(pygame.QUIT))
    until(app, lambda: isinstance(app.top, LeavingScreen))
    assert app.running
    tap(app, "escape")
    assert isinstance(app.top, TrainScreen)
    app.leave()
    for _ in range(3):
        app.frame(FRAME)
    tap(app, "tab", "space")
    assert not app.running
    assert app.trainers.children[RUN.absolute()].wait(PATIENCE) == 130


@pytest.mark.parametrize(
    ("keys", "running", "stopped"),
    [(("space",), False, []), (("right", "return"), False, [RUN]), (("tab", "tab", "space"), True, [])],
)
def test_each_answer_is_in_reach_of_keys(
    open_page: Opener, monkeypatch: pytest.MonkeyPatch, keys: tuple[str, ...], running: bool, stopped: list[Path]
) -> None:
    app, asked = open_page((640, 480)), list[Path]()
    monkeypatch.setattr(app.trainers, "alive", lambda: [RUN])
    monkeypatch.setattr(app.trainers, "stop", asked.append)
    app.leave()
    for _ in range(3):
        app.frame(FRAME)
    tap(app, *keys)
    assert (app.running, asked) == (running, stopped)


def test_who_insists_on_closing_leaves_runs_alone(open_page: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page()
    monkeypatch.setattr(app.trainers, "alive", lambda: [RUN])
    app.leave()
    app.frame(FRAME)
    assert app.running
    app.leave()
    assert not app.running


def test_escape_leads_back_to_the_gallery(open_page: Opener) -> None:
    app = open_page()
    tap(app, "escape")
    assert isinstance(app.top, HomeScreen)


# --- words -----------------------------------------------------------------------------------------------------------


def test_progress_is_told_in_words() -> None:
    run = RunCard(Path("x"), "x", "tag", RUNNING, done=5_000_000, asked=15_000_000, speed=20_000.0)
    assert progress(run) == "tag  ·  5,000,000 of 15,000,000 steps  ·  20,000 steps/s  ·  8 min left"
    assert "left" not in progress(RunCard(Path("x"), "x", "tag", FINISHED, done=15, asked=15, speed=20.0))
    assert run.part == pytest.approx(1 / 3)
    assert RunCard(Path("x"), "x").part == 0.0


def test_times_and_numbers_are_short() -> None:
    assert [duration(seconds) for seconds in (0.1, 45.0, 600.0, 9000.0, 864000.0)] == [
        "1 s", "45 s", "10 min", "2.5 h", "10.0 days",
    ]  # fmt: skip
    assert [short(value) for value in (0, 999, 60_912, 15e6, 2e9)] == ["0", "999", "60.9 k", "15 M", "2 G"]


def test_what_is_left_running_is_named() -> None:
    assert words_of([Path("runs/a")]) == "The run in a is still training."
    assert words_of([Path("a"), Path("b")]) == "2 runs are still training: a, b."
    assert words_of([Path(name) for name in "abcde"]) == "5 runs are still training: a, b, c …."
