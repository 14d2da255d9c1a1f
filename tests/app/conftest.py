"""An application under the dummy driver, players that do as told, and keys pressed without a keyboard."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pygame
import pytest

import worlds
from simulator.app.play.devices import key_code
from simulator.app.screens.app import App
from simulator.app.screens.live import LiveScene
from simulator.app.shell.session import Session
from simulator.app.shell.settings import WindowSettings
from simulator.engine import Mind, Simulation
from worlds.world import World

FRAME = 1 / 60
Opener = Callable[..., App]


class Puppet:
    """Always chooses the same, and counts what it is asked."""

    def __init__(
        self, choice: int = 2, name: str = "puppet", belief: np.ndarray | None = None, factors: int = 1
    ) -> None:
        self.name, self.choice, self.factors = name, choice, factors
        self.belief = belief
        """What it says of the hidden task, (R,)."""
        self.mind: Mind | None = None
        self.resets: list[int] = []
        self.decisions = self.forgotten = 0

    def reset(self, lanes: int) -> None:
        self.resets.append(lanes)

    def forget(self) -> None:
        self.forgotten += 1

    def act(self, observations: np.ndarray, legal: np.ndarray) -> np.ndarray:
        self.decisions += 1
        lanes, size = len(observations), legal.shape[1]
        probabilities = np.full((lanes, size), 1.0 / size, np.float32)
        belief = None if self.belief is None else np.tile(self.belief, (lanes, 1))
        value = np.full(lanes, 0.5 * self.decisions, np.float32)
        self.mind = Mind(probabilities=probabilities, value=value, belief=belief)
        return np.full((lanes, self.factors), self.choice, np.int64)


class Notes:
    """A recorder that only remembers what it was told."""

    def __init__(self) -> None:
        self.ops: list[tuple[str, dict[str, Any]]] = []
        self.events: list[str] = []
        self.begun = self.ticks = self.minds = self.closed = 0

    def begin(self, simulation: Simulation) -> None:
        self.begun += 1

    def tick(self, simulation: Simulation) -> None:
        self.ticks += 1

    def control(self, simulation: Simulation, op: str, **arguments: Any) -> None:
        self.ops.append((op, arguments))

    def mind(self, seat: int, mind: Mind) -> None:
        self.minds += 1

    def event(self, name: str, data: dict[str, Any]) -> None:
        self.events.append(name)

    def close(self) -> None:
        self.closed += 1


def press(key: str | int, *, hold: bool = False) -> None:
    """Post what a keyboard would send."""
    code = key if isinstance(key, int) else key_code(key)
    pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=code, mod=0, unicode=""))
    if not hold:
        release(code)


def release(key: str | int) -> None:
    code = key if isinstance(key, int) else key_code(key)
    pygame.event.post(pygame.event.Event(pygame.KEYUP, key=code, mod=0))


def run(app: App, seconds: float) -> None:
    for _ in range(round(seconds / FRAME)):
        app.frame(FRAME)


def live(app: App) -> LiveScene:
    assert isinstance(app.scene, LiveScene)
    return app.scene


def picture(app: App) -> np.ndarray:
    app.draw()
    return np.asarray(pygame.surfarray.array3d(app.window.surface))


def viewed(world: World, **view: Any) -> World:
    """A world that is looked at and played in another way."""
    return replace(world, view=replace(world.view, **view))


def panel_words(app: App) -> list[tuple[str, pygame.Rect]]:
    """All that is written in the panel of a game, and where."""
    app.prepare_gui().result()
    app.game.panel.refresh()
    app.draw()
    return [each for sheet in app.game.panel.sheets.values() for each in sheet.written]


@pytest.fixture(scope="session")
def beacon() -> World:
    """The small world, played with the keys that the window chooses for it."""
    return viewed(worlds.get("beacon"), controls={})


@pytest.fixture
def simulation(beacon: World) -> Simulation:
    return Simulation(beacon, seed=13, seats={"walker_1": "bot"})


@pytest.fixture
def open_app(beacon: World) -> Iterator[Opener]:
    """Opens an application on the small world; `walker_0` is driven from outside, `walker_1` a bot."""
    opened: list[App] = []

    def opener(**session: Any) -> App:
        if "simulation" not in session and "playback" not in session:
            session["simulation"] = Simulation(beacon, seed=13, seats={"walker_1": "bot"})
        session.setdefault("settings", WindowSettings())
        session.setdefault("size", (900, 600))
        pygame.display.init()
        pygame.event.clear()
        opened.append(App(Session(**session)))
        return opened[-1]

    yield opener
    for app in opened:
        app.close()


@pytest.fixture
def compass() -> Any:
    """What a human's hands need to know of a world with eight directions and a dash."""
    moves = ("stay", "E", "NE", "N", "NW", "W", "SW", "S", "SE")
    return SimpleNamespace(
        name="compass",
        actions=(SimpleNamespace(name="move", choices=moves), SimpleNamespace(name="dash", choices=("no", "yes"))),
        action_sizes=(9, 2),
        view=SimpleNamespace(controls={"move": {"vector": [0, 1, 2, 3, 4, 5, 6, 7, 8]}, "dash": {"hold": "space"}}),
    )
