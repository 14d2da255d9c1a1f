"""Exports from the window: a key opens a form, a process of its own does the work, and the window tells the end."""

import json
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import replays
from simulator.app.play.texts import text
from simulator.app.play.trainers import own_folder
from simulator.app.screens import exporting
from simulator.app.screens.app import App
from simulator.app.screens.exporting import Exporting
from simulator.app.shell.exports import ExportRun
from simulator.engine import Simulation
from tests.app.conftest import Opener, press, run
from worlds.world import World

TICKS = 40
PATIENCE = 240.0  # s for a process on a busy machine


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory, beacon: World) -> Path:
    path = tmp_path_factory.mktemp("exports") / "game.mcap"
    simulation = Simulation(beacon, seed=13, seats={"walker_1": "bot"})
    with replays.record(path) as recorder:
        recorder.begin(simulation)
        for _ in range(TICKS):
            simulation.tick(np.full((2, 1), 2, np.int64))
            recorder.tick(simulation)
    return path


@pytest.fixture
def app(open_app: Opener, recording: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> App:
    monkeypatch.setattr(exporting, "folder_of", lambda form: tmp_path / "made")
    app = open_app(playback=replays.open(recording))
    app.prepare_gui().result()
    run(app, 0.2)
    return app


def form_of(app: App) -> Exporting:
    assert app.game.exporting is not None
    return app.game.exporting


def long_film(recording: Path, out: Path) -> list[str]:
    """One that takes minutes."""
    return [str(recording), str(out), "--fps", "50", "--speed", "0.02", "--size", "64x112", *own_folder("beacon")]


def finish(app: App) -> None:
    end = time.monotonic() + PATIENCE
    while app.exports and time.monotonic() < end:
        app.frame(0.05)
        time.sleep(0.05)
    assert not app.exports


def test_a_key_opens_the_form_and_escape_closes_it(app: App) -> None:
    press("x")
    run(app, 0.1)
    assert form_of(app).form is not None
    assert app.game.scene.paused
    position = app.game.scene.ticks
    press("space")
    run(app, 0.1)
    assert app.game.scene.ticks == position  # keys belong to the form now
    press("escape")
    run(app, 0.1)
    assert form_of(app).form is None
    assert app.running


def test_what_is_seen_is_exported_in_the_background(app: App, tmp_path: Path) -> None:
    form_of(app).open()
    form = form_of(app).form
    assert form is not None
    form.kind, form.size, form.panels = "png", (640, 480), True
    form_of(app).start(form)
    form_of(app).close()
    app.frame(0.05)
    assert len(app.exports) == 1
    finish(app)
    (made,) = (tmp_path / "made").iterdir()
    with Image.open(made) as picture:
        assert picture.size == (640, 480)
    assert text("export.done", path=made) in app.recent()


def test_a_table_of_this_episode(app: App, tmp_path: Path) -> None:
    form_of(app).open()
    form = form_of(app).form
    assert form is not None
    form.kind, form.part = "csv", "episode"
    form_of(app).start(form)
    finish(app)
    (made,) = (tmp_path / "made").iterdir()
    heads, *rows = made.read_text("utf-8").splitlines()
    assert heads.startswith("tick,seconds,trial,episode,seat,action.")
    assert {row.split(",")[3] for row in rows} == {"0"}


def test_an_export_that_fails_says_why(tmp_path: Path) -> None:
    export = ExportRun(tmp_path / "x.gif", [str(tmp_path / "none.mcap"), str(tmp_path / "x.gif")])
    while not export.advance():
        time.sleep(0.05)
    assert "none.mcap" in export.problem
    export.close()
    assert not export.folder.exists()
    assert not list(tmp_path.iterdir())


def test_an_export_that_is_given_up_leaves_nothing(recording: Path, tmp_path: Path) -> None:
    out = tmp_path / "x.gif"
    export = ExportRun(out, long_film(recording, out))
    while export.part is None and not export.advance():
        time.sleep(0.05)
    assert export.part is not None, export.problem
    export.stop()
    export.close()
    assert export.advance()
    assert not list(tmp_path.iterdir())


def test_closing_the_window_while_something_is_exported_asks_once(app: App, recording: Path, tmp_path: Path) -> None:
    out = tmp_path / "x.gif"
    app.exports.append(ExportRun(out, long_film(recording, out)))
    app.leave()
    assert app.running
    assert text("export.open", count=1) in app.recent()
    app.leave()
    assert not app.running


def test_what_the_command_tells_is_read(tmp_path: Path) -> None:
    def words(folder: Path) -> list[str]:
        (folder / "told").write_text(json.dumps("words"), "utf-8")
        return [str(tmp_path / "none.mcap"), str(tmp_path / "x.gif")]

    export = ExportRun(tmp_path / "x.gif", words)
    while not export.advance():
        time.sleep(0.05)
    assert (export.folder / "told").exists()
    assert export.problem
    export.close()
