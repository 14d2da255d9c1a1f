"""The page after a trial: what it shows, and what follows it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import pygame
import pytest

import agents
from simulator.app.panels.results import (
    Line,
    belief_tables,
    played_lines,
    plays_itself,
    progress,
    rival_lines,
    without_own,
)
from simulator.app.play.conditions import Condition, same_task
from simulator.app.play.notes import Finished, TrialNotes
from simulator.app.play.rivals import Rival, RivalTrials
from simulator.app.play.setups import Setup
from simulator.app.screens import summary as page
from simulator.app.screens.app import App
from simulator.app.screens.game import GameScreen
from simulator.app.screens.home import HomeScreen
from simulator.app.screens.summary import DEAF, GOES_ON, SummaryScreen
from simulator.app.shell.settings import WindowSettings
from simulator.app.shell.start import session_of
from simulator.engine import Mind, Simulation
from tests.app.conftest import FRAME, Notes, Opener, Puppet, live, picture, press, run
from tests.app.small_agents import ship_all
from worlds.world import World

EAST = 2
Trial = Callable[..., App]


@pytest.fixture(autouse=True)
def shipped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, beacon: World) -> Path:
    """As if these agents, and no others, came with the program."""
    ship_all(tmp_path / "shipped", beacon)
    monkeypatch.setattr(agents, "_SHIPPED", tmp_path / "shipped")
    return tmp_path / "shipped"


@pytest.fixture
def trial(open_app: Opener, beacon: World) -> Trial:
    """A game of two episodes whose trial has ended: the page after it is seen."""

    def opener(specs: dict[str, str] | None = None, **session: Any) -> App:
        specs = specs or {"walker_0": "human", "walker_1": "bot"}
        made = session_of(Setup(world="beacon", split="test-both", seed=13, episodes=2, seats=specs))
        simulation = made.simulation
        assert callable(simulation)
        session = {"summary": True, "speed": 4.0, **session}
        app = open_app(simulation=simulation(), seats=made.seats, specs=made.specs, **session)
        app.prepare_gui().wait(120.0)
        to_the_end(app)
        return app

    return opener


def to_the_end(app: App) -> None:
    """Play until the page is there."""
    for _ in range(3000):
        if app.screens and isinstance(app.top, SummaryScreen):
            return
        app.frame(FRAME)
    raise AssertionError("the trial did not end")


def shown(app: App) -> SummaryScreen:
    assert isinstance(app.top, SummaryScreen)
    return app.top


def computed(app: App) -> SummaryScreen:
    """The page once all others have played."""
    screen = shown(app)
    app.frame(FRAME)
    assert screen.rivals is not None
    assert screen.rivals.wait(120.0)
    app.frame(FRAME)
    return screen


def by_name(screen: SummaryScreen) -> dict[str, Line]:
    return {line.name: line for line in screen.view.lines}


# --- the page in the window --------------------------------------------------------------------------------------


def test_the_page_tells_you_and_the_others_on_this_task(trial: Trial) -> None:
    app = trial()
    screen = computed(app)
    assert [line.name for line in screen.view.lines] == ["you", "agent", "memory wiped", "blind", "oracle"]
    assert all(len(line.returns) == 2 and not line.words for line in screen.view.lines)
    assert screen.left is None
    assert [what for what, _ in screen.view.choices] == ["again", "next", "watch", "compare", "close"]
    (table,) = screen.view.beliefs
    assert table.title == "What the agent in your place believed at the end of each episode"


def test_the_agent_in_the_game_is_not_played_twice(trial: Trial) -> None:
    screen = computed(trial({"walker_0": "agent:beacon", "walker_1": "bot"}))
    assert [line.name for line in screen.view.lines] == ["this game", "memory wiped", "blind", "oracle"]
    assert screen.view.lines[0].kind == "agent"
    assert screen.left is not None  # nobody plays


def test_what_was_changed_by_hand_is_told(trial: Trial, open_app: Opener) -> None:
    app = trial({"walker_0": "agent:beacon", "walker_1": "bot"})
    shown(app)._choose("next")
    app.frame(FRAME)
    press("x")
    to_the_end(app)
    screen = computed(app)
    assert [line.name for line in screen.view.lines] == ["this game", "agent", "memory wiped", "blind", "oracle"]
    assert any("changed by hand" in note for note in screen.view.notes)


def test_again_begins_the_same_task_with_blank_memories(trial: Trial) -> None:
    notes = Notes()
    app = trial(recorder=notes)
    mark = shown(app).finished.mark
    known = computed(app).rivals
    shown(app)._choose("again")
    scene = live(app)
    assert scene.notes.mark == mark
    assert (int(scene.simulation.w["trial"]), int(scene.simulation.w["episode"])) == (0, 0)
    assert ("reset", {"trial": 0}) in notes.ops
    to_the_end(app)
    screen = computed(app)
    assert screen.finished.mark == mark
    assert known is not None
    assert screen.rivals is not None
    assert screen.rivals.rows == known.rows  # the others' trials were played before


def test_next_task_goes_on(trial: Trial) -> None:
    app = trial()
    shown(app)._choose("next")
    app.frame(FRAME)
    assert isinstance(app.top, GameScreen)
    run(app, 0.3)
    assert int(live(app).simulation.w["trial"]) == 1
    assert not live(app).held
    assert live(app).simulation.w["tick"] > 0


def test_the_agent_plays_it_as_it_was_computed(trial: Trial) -> None:
    app = trial()
    screen = computed(app)
    expected = by_name(screen)["agent"].returns
    screen._choose("watch")
    for _ in range(600):
        app.frame(FRAME)
        if app.scene is not None and live(app).ready:
            break
    live(app).speed = 4.0
    to_the_end(app)
    assert shown(app) is not screen
    assert shown(app).view.lines[0].returns == expected
    app.pop()
    app.pop()
    assert app.top is screen


def test_escape_goes_on_and_the_gallery_is_reached(trial: Trial) -> None:
    app = trial()
    run(app, DEAF + 0.1)
    press("escape")
    app.frame(FRAME)
    assert isinstance(app.top, GameScreen)
    to_the_end(app)
    shown(app)._choose("close")
    assert not app.running


def test_back_to_the_gallery(open_app: Opener) -> None:
    app = open_app(home=True)
    for _ in range(600):
        app.frame(FRAME)
        if isinstance(app.top, HomeScreen):
            break
    specs = {"walker_0": "human", "walker_1": "bot"}
    app.open(session_of(Setup(world="beacon", episodes=1, seats=specs), speed=4.0))
    to_the_end(app)
    assert shown(app).view.choices[-1][0] == "gallery"
    shown(app)._choose("gallery")
    assert isinstance(app.top, HomeScreen)
    assert app.running


def test_keys_choose(trial: Trial) -> None:
    app = trial()
    run(app, DEAF + 0.1)
    for key in ("right", "return"):
        press(key)
        run(app, 0.1)
    assert isinstance(app.top, GameScreen)
    assert int(live(app).simulation.w["trial"]) == 1  # the second button: the next task


def test_whoever_still_plays_chooses_nothing_by_that(trial: Trial) -> None:
    app = trial()
    press("return")
    press("escape")
    run(app, 0.2)
    assert isinstance(app.top, SummaryScreen)


def test_a_gamepad_chooses(trial: Trial) -> None:
    app = trial()
    run(app, DEAF + 0.1)
    for kind in (pygame.JOYBUTTONDOWN, pygame.JOYBUTTONUP):
        pygame.event.post(pygame.event.Event(kind, button=0, instance_id=0, joy=0))
        run(app, 0.2)
    assert isinstance(app.top, GameScreen)
    assert int(live(app).simulation.w["trial"]) == 0  # the first button: again


def test_where_nobody_plays_it_goes_on_by_itself(trial: Trial) -> None:
    app = trial({"walker_0": "random", "walker_1": "bot"})
    assert shown(app).left == pytest.approx(GOES_ON, abs=0.1)
    run(app, GOES_ON + 0.3)
    assert isinstance(app.top, GameScreen)
    assert int(live(app).simulation.w["trial"]) == 1


def test_whoever_touches_something_is_waited_for(trial: Trial) -> None:
    app = trial({"walker_0": "random", "walker_1": "bot"})
    pygame.event.post(pygame.event.Event(pygame.MOUSEMOTION, pos=(30, 30), rel=(1, 1), buttons=(0, 0, 0)))
    run(app, GOES_ON + 0.5)
    assert isinstance(app.top, SummaryScreen)
    assert shown(app).left is None


def test_a_session_with_an_end_goes_on_even_where_somebody_plays(trial: Trial) -> None:
    assert shown(trial(seconds=600.0, speed=16.0)).left is not None  # who plays fast has the page, too


def test_fast_watching_is_not_interrupted_but_the_page_can_be_asked_for(open_app: Opener, beacon: World) -> None:
    simulation = Simulation(beacon, seed=13, episodes_per_trial=1, seats={"walker_1": "bot"})
    app = open_app(simulation=simulation, seats={"walker_0": Puppet()}, summary=True, speed=16.0)
    app.prepare_gui().wait(120.0)
    press("f9")
    app.frame(FRAME)
    assert isinstance(app.top, GameScreen)  # no trial has ended
    while live(app).finished is None:
        app.frame(FRAME)
    assert isinstance(app.top, GameScreen)
    press("f9")
    app.frame(FRAME)
    assert "cannot be seated anew" in " ".join(shown(app).view.notes) or "cannot be seated anew" in shown(app).reason


def test_without_an_agent_yours_stands_alone(trial: Trial, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(agents, "_SHIPPED", tmp_path / "empty")
    app = trial()
    app.frame(FRAME)
    screen = shown(app)
    assert [line.name for line in screen.view.lines] == ["you"]
    assert screen.view.notes == (
        "Nobody to compare with: no shipped agent fits this build of beacon and the role walker",
    )
    assert [what for what, _ in screen.view.choices] == ["again", "next", "close"]


def test_no_column_begins_collapsed(trial: Trial, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(agents, "_SHIPPED", tmp_path / "nothing")
    app = trial()
    first = np.asarray(pygame.surfarray.array3d(app.window.surface))[:, :-80]  # of the buttons one is marked later
    run(app, 0.1)
    assert np.array_equal(first, picture(app)[:, :-80])


def test_closing_the_window_stops_the_work(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    stopped: list[float] = []

    class Told(RivalTrials):
        def stop(self, seconds: float = 0.3) -> None:
            stopped.append(seconds)
            super().stop(seconds)

    monkeypatch.setattr(page, "RivalTrials", Told)
    app = trial()
    app.frame(FRAME)
    rivals = shown(app).rivals
    assert rivals is not None
    app.close()
    assert stopped
    assert rivals.wait(60.0)


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize(("size", "scale"), [((640, 480), 1.0), ((1280, 800), 1.0), ((1920, 1080), 2.0)])
def test_the_page_fits_every_window(trial: Trial, theme: str, size: tuple[int, int], scale: float) -> None:
    app = trial(settings=WindowSettings(theme=theme, text_scale=scale), size=size)
    computed(app)
    run(app, 0.1)
    pixels = picture(app)
    assert pixels.shape[:2] == size
    assert (pixels == app.look.colour("ink")).all(axis=2).sum() > 200
    marks = [app.look.colour(style) for style in ("ray", "demand", "bad", "good")]
    assert all((pixels == mark).all(axis=2).any() for mark in marks)


# --- the view, without a window --------------------------------------------------------------------------------------


def finished(seats: int = 2, beliefs: dict[int, list[np.ndarray | None]] | None = None, **more: Any) -> Finished:
    found = Finished(0, "mark", (np.arange(seats) + 1.0, np.arange(seats) + 3.0), {}, {}, False)
    return dataclasses.replace(found, beliefs=beliefs or {}, **more)


def test_two_people_have_a_line_each(beacon: World) -> None:
    lines = played_lines(finished(), beacon, None, (0, 1), 0)
    assert [(line.name, line.returns, line.mean) for line in lines] == [
        ("you, walker_0", (1.0, 3.0), 2.0), ("you, walker_1", (2.0, 4.0), 3.0),
    ]  # fmt: skip


def test_several_agents_have_the_mean(beacon: World) -> None:
    specs = {"walker_0": "agent:beacon", "walker_1": "agent:beacon"}
    simulation = Simulation(beacon, episodes_per_trial=2)
    task = same_task(simulation, finished(), specs)
    (line,) = played_lines(finished(), beacon, task, (), 0)
    assert (line.kind, line.returns) == ("agent", (1.5, 3.5))
    assert plays_itself(finished(), task)
    assert not plays_itself(finished(touched=True), task)
    both = [Condition("agent", "beacon"), Condition("wiped", "beacon")]
    assert without_own(both, finished(), task) == both[1:]
    assert without_own(both, finished(touched=True), task) == both


def test_a_game_without_beliefs_shows_those_of_the_compared_agent(beacon: World) -> None:
    belief = np.zeros(beacon.told_pieces.total)
    agent = finished(beliefs={0: [belief, belief]}, truths={0: [belief, belief]})
    (table,) = belief_tables(beacon, finished(), {}, agent)
    assert "in your place" in table.title
    assert belief_tables(beacon, finished(), {}) == ()


def test_lines_say_what_is_still_to_come(beacon: World) -> None:
    rows = [Rival(Condition(name, "beacon"), (0,), Event()) for name in ("agent", "wiped", "blind", "oracle")]
    rows[0].begun = rows[0].done = rows[1].begun = True
    rows[0].returns, rows[1].returns = [1.0, 2.0], [1.0]
    rows[3].done, rows[3].problem = True, "it is damaged"
    lines = rival_lines(rows)
    assert [line.words for line in lines] == ["", "plays …", "waits", "not played"]
    assert lines[3].problem == "it is damaged"
    assert "Computing: 2 of 4" in progress(rows)
    assert "Computing" not in progress(rows[:1])


def test_minds_without_beliefs_leave_none(beacon: World) -> None:
    simulation = Simulation(beacon, episodes_per_trial=1, seats={"walker_1": "bot"})
    notes, found = TrialNotes(simulation), None
    while found is None:
        simulation.tick(np.full((2, 1), EAST, np.int64))
        found = notes.tick(simulation, {0: Mind(value=1.0)})
    assert found.beliefs == {}
    assert len(found.returns) == 1
