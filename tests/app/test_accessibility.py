"""By the tree alone: a reader that sees nothing sets up, starts and plays worlds that wait, and hears what happens."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pygame
import pytest
from imgui_bundle import imgui

import worlds
from simulator.app.play.codes import write_code
from simulator.app.play.setups import Setup
from simulator.app.screens.app import App
from simulator.app.screens.live import LiveScene
from simulator.app.shell.accessibility.calls import CALLS, ORIGINALS
from simulator.app.shell.accessibility.page import PageMaker, row_words
from simulator.app.shell.accessibility.tree import CLICK, FOCUS, LESS, MORE, ROLES, ROOT, SET, AccessNode, AccessTree
from simulator.app.shell.session import Session
from simulator.app.shell.settings import WindowSettings
from simulator.engine import Simulation
from tests.app.conftest import FRAME, Opener
from tests.app.test_home import NoMiniatures

PATIENCE = 600.0  # s; rules may have to be compiled
STEP = 0.1  # s of each frame


class BlindPerson:
    """Knows the window by its tree alone, and acts by asking its nodes."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.heard: list[str] = []
        self._known: set[int] = set()
        app.mirror.listening = True

    @property
    def tree(self) -> AccessTree:
        return self.app.mirror.tree

    def wait(self, frames: int = 3) -> None:
        for _ in range(frames):
            self.app.frame(STEP)
            for node in self.tree.walk():
                assert node.role in ROLES
                if node.live and node.number not in self._known:
                    self._known.add(node.number)
                    self.heard.append(node.name)

    def wait_for(self, role: str, name: str) -> AccessNode:
        end = time.monotonic() + PATIENCE
        while True:
            self.wait(1)
            found = [node for node in self.tree.all(role) if node.name.startswith(name)]
            if found and found[0].enabled:
                return found[0]
            assert time.monotonic() < end, self.tree.outline()

    def ask(self, role: str, name: str, what: str = CLICK, value: str | float | None = None) -> None:
        """Ask the first such node."""
        self.app.mirror.ask(self.wait_for(role, name).number, what, value)
        self.wait()

    def choices(self) -> list[AccessNode]:
        """What can be chosen now, if it is this person's turn."""
        pages = [
            page for page in self.tree.all("page") if page.name == "Your choices"
            and any(node.name == "your turn" for node in self.tree.all("text", page.number))
        ]  # fmt: skip
        return [node for page in pages for node in self.tree.all("button", page.number) if node.enabled]

    def play_to_the_end(self) -> int:
        """Always the first of what can be chosen; the number of turns until the trial is over."""
        turns, end = 0, time.monotonic() + PATIENCE
        while not any(page.name.startswith("Trial over") for page in self.tree.all("page")):
            self.wait(1)
            if found := self.choices():
                self.app.mirror.ask(found[0].number, CLICK)
                turns += 1
                self.wait(2)
            assert time.monotonic() < end, self.tree.outline()
        return turns


@pytest.fixture
def arrive(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[[], BlindPerson]]:
    """Somebody who sees nothing opens the program."""
    monkeypatch.setattr("simulator.app.screens.home.Miniatures", NoMiniatures)
    for place in ("screens.home", "screens.app", "shell.start"):
        monkeypatch.setattr(f"simulator.app.{place}.recordings_folder", lambda: tmp_path)
    monkeypatch.chdir(tmp_path)
    opened: list[App] = []

    def arrived() -> BlindPerson:
        pygame.display.init()
        pygame.event.clear()
        opened.append(App(Session(home=True, settings=WindowSettings(reduced_motion=True), size=(960, 600))))
        return BlindPerson(opened[0])

    yield arrived
    for app in opened:
        app.close()


WORLDS = {"poker": "Hand 1", "throws": "Throw 1", "bandit": "Machine 1 paid"}
"""The world, and how a sentence on the first turn begins that is read aloud."""


@pytest.mark.parametrize("name", WORLDS)
def test_a_trial_from_set_up_to_its_end_by_the_tree_alone(arrive: Callable[[], BlindPerson], name: str) -> None:
    person = arrive()
    title = worlds.get(name).page.partition(":")[0]
    person.ask("button", f"{title}: ", FOCUS)
    assert person.tree.nodes[person.tree.focus].name.startswith(f"{title}: ")
    person.ask("button", "Set up")
    person.ask("slider", "Episodes", SET, 2)
    assert person.tree.find("slider", "Episodes").value == "2"
    assert person.tree.find("combo", f"{worlds.get(name).seats[0].name}").value == "You"
    person.ask("button", "Start")
    person.ask("button", "Begin")
    assert play_and_listen(person, WORLDS[name]) > 3
    rows = person.tree.all("row")
    assert any(row.name.startswith("you, 1: ") and "2: " in row.name for row in rows), person.tree.outline()
    person.ask("button", "Again")
    person.wait_for("game", title)


def play_and_listen(person: BlindPerson, first: str) -> int:
    """Play the trial; the number of turns. What was read aloud tells the turns, the choices and the episodes."""
    person.wait_for("game", "")
    for _ in range(2):
        person.ask("button", "double speed")
    turns = person.play_to_the_end()
    assert sum("Your turn: " in words for words in person.heard) >= turns
    assert any(first in words for words in person.heard), person.heard
    assert any("Episode 1 is over: " in words for words in person.heard), person.heard
    assert any("The trial is over after episode 2: " in words for words in person.heard), person.heard
    return turns


def test_matrix_without_the_walk_by_a_share_code(arrive: Callable[[], BlindPerson]) -> None:
    """A build that the set-up page has no knob for: its code is entered, again by the tree alone."""
    world = worlds.get("matrix", walk=False)
    seats = {world.seats[0].name: "human"}
    code = write_code(Setup(world="matrix", build={"walk": False}, seats=seats, episodes=2), world)
    person = arrive()
    person.ask("button", "Enter a share code")
    person.ask("edit", "Enter a share code", SET, "nonsense")
    person.ask("button", "Use it")
    assert any(words.startswith("This code cannot be used: ") for words in person.heard)
    person.ask("edit", "Enter a share code", SET, code)
    person.ask("button", "Use it")
    person.ask("button", "Start")
    person.ask("button", "Begin")
    assert play_and_listen(person, "Turn 1: you cooperated") == 80


def test_lists_numbers_and_sliders(arrive: Callable[[], BlindPerson]) -> None:
    person = arrive()
    person.ask("button", "Poker: ", FOCUS)
    person.ask("button", "Set up")
    person.ask("combo", "opponent_0")
    combo = person.tree.find("combo", "opponent_0")
    assert combo.expanded
    assert person.tree.all("choice", combo.number)[1].checked
    person.ask("choice", "bot: tight")
    assert person.tree.find("combo", "opponent_0").value == "bot: tight"
    assert not person.tree.find("combo", "opponent_0").expanded
    person.ask("number", "Seed", SET, 7)
    person.ask("number", "Seed", MORE)
    person.ask("number", "Seed", LESS)
    amount = person.tree.find("number", "Seed").amount
    assert amount is not None
    assert amount[0] == 7.0
    knob = person.tree.all("slider")[1]
    assert knob.value
    person.ask("slider", knob.name, MORE)
    assert person.tree.find("slider", knob.name).value != knob.value
    code = person.tree.find("edit", "Share code")
    assert len(code.value) > 10
    assert SET not in code.asks


def test_keys_reach_what_the_tree_names(arrive: Callable[[], BlindPerson]) -> None:
    """Tab and the arrows move the focus of the tree, and Enter does what a click does."""
    person = arrive()
    person.wait_for("button", "Duel: ")
    seen = set()
    for _ in range(30):
        for kind in (pygame.KEYDOWN, pygame.KEYUP):
            pygame.event.post(pygame.event.Event(kind, key=pygame.K_TAB, mod=0, unicode=""))
            person.wait(1)
        person.wait(2)
        seen.add(person.tree.nodes[person.tree.focus].name)
    wanted = {node.name for node in person.tree.all("button")}
    assert len(wanted & seen) > 20, wanted - seen


def test_nothing_is_built_or_replaced_while_nobody_reads(open_app: Opener) -> None:
    app = open_app(seats={"walker_0": "human"})
    app.prepare_gui().wait(120.0)
    for _ in range(3):
        app.frame(FRAME)
    assert app.gui.ears is None
    assert app.mirror.tree == AccessTree()
    app.mirror.listening = True
    app.frame(FRAME)
    assert app.mirror.tree.all("game")
    assert all(getattr(imgui, name) is ORIGINALS[name] for name in CALLS)  # between two frames


def test_a_reader_changes_nothing_that_is_seen(open_app: Opener) -> None:
    pictures = []
    for listening in (False, True):
        app = open_app(seats={"walker_0": "human"}, paused=True)
        app.prepare_gui().wait(120.0)
        app.mirror.listening = listening
        for _ in range(4):
            app.frame(0.0)
        pictures.append(pygame.image.tobytes(app.window.surface, "RGB"))
        app.close()
    assert pictures[0] == pictures[1]


def test_commands_are_buttons_with_their_keys(open_app: Opener) -> None:
    app = open_app(seats={"walker_0": "human"})
    person = BlindPerson(app)
    person.wait()
    pause = person.tree.find("button", "pause and go on")
    assert pause.keys == "P or Pause"
    scene = app.game.scene
    assert isinstance(scene, LiveScene)
    person.ask("button", "pause and go on")
    assert scene.paused
    assert any("paused" in node.name for node in person.tree.all("text"))
    person.ask("button", "names")
    assert any(words.startswith("Names") for words in person.heard)  # messages are read aloud


TOLD = ("poker", "throws", "repeated", "bandit", "two_state", "gridnav", "mdp", "frozen_lake")


@pytest.mark.parametrize("name", TOLD)
def test_sentences_of_worlds_hold_to_the_end_of_every_episode(name: str) -> None:
    """Every seat is told something at every tick, and never another's hidden card."""
    world = worlds.get(name)
    simulation = Simulation(world, seed=3, seats={seat.name: "bot" for seat in world.seats})
    assert world.view.tell is not None
    for _ in range(60):
        for w in (simulation.w, simulation.final):
            for seat in range(len(world.seats)):
                lines = world.view.tell(w, seat)
                assert lines
                assert all(line.endswith(".") for line in lines), lines
        simulation.tick(simulation.w["action"].copy())


def test_poker_tells_no_card_of_the_other_one_before_it_is_shown() -> None:
    world = worlds.get("poker")
    simulation = Simulation(world, seed=3, seats={seat.name: "bot" for seat in world.seats})
    assert world.view.tell is not None
    for _ in range(80):
        w = simulation.w
        hand = min(int(w.hand), len(w.cards) - 1)
        told = [world.view.tell(w, 0)]
        for rank in range(3):  # whatever the other one holds
            twin = simulation.clone().w
            twin.cards[hand, 1] = rank
            told.append(world.view.tell(twin, 0))
        assert all(each == told[0] for each in told)
        simulation.tick(w["action"].copy())


def test_a_page_keeps_its_numbers_and_news_are_told_once() -> None:
    page = PageMaker()
    trees = []
    for words in ("one", "two"):
        page.begin("window")
        page.announce(words)
        with page.inside("group", "box"):
            page.text("a", words)
        trees.append(page.end())
    assert [node.number for node in trees[0].walk()] == [node.number for node in trees[1].walk()][:-1]
    assert [node.name for node in trees[1].walk() if node.live] == ["one", "two"]
    assert [node.name for node in trees[1].changed_since(trees[0])] == ["two", "News", "two"]


def test_rows_read_as_sentences() -> None:
    assert row_words(("who", "1", "2"), ("you", "3.0", "")) == "you, 1: 3.0"
    page = PageMaker()
    page.begin("window")
    page.table("scores", ("", "points"), [("a", "1"), ("b", "2")])
    tree = page.end()
    assert [node.name for node in tree.all("row")] == ["a, points: 1", "b, points: 2"]
    with pytest.raises(LookupError, match="no row 'c'"):
        tree.find("row", "c")
    assert tree.nodes[ROOT].name == "window"
