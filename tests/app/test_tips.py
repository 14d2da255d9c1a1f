"""Whatever a panel of ImGui shows explains itself under the mouse: every word, bar, curve and cell."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any

import numpy as np
import pygame
import pytest
from imgui_bundle import imgui

import agents
from replays.library import Library
from simulator.app.panels import tips
from simulator.app.panels.cut_short import NAMED, places_of
from simulator.app.panels.minds import ChoiceGroup, ChoiceRow, FactRow, MindsView, draw_minds
from simulator.app.panels.recording import draw_recording, episode_words
from simulator.app.panels.results import BeliefCell, BeliefRow, BeliefTable, Line, SummaryView
from simulator.app.panels.split import PaneView, draw_split, pane_views
from simulator.app.panels.summary import draw_summary
from simulator.app.panels.summary import episode_words as words_of_curves
from simulator.app.play.conditions import SameTask
from simulator.app.play.runs import lockstep_of
from simulator.app.play.texts import text
from simulator.app.shell.gui import Gui
from simulator.app.shell.theme import Look
from simulator.canvas import THEMES
from simulator.engine.minds import BANDS
from tests.app.conftest import FRAME, Opener, Puppet, press, run
from tests.app.small_agents import ship_all
from tests.replays.shelves import record_beacon
from worlds.world import World

SIZE = (1280, 800)
Written = list[tuple[str, tuple[float, float]]]
TEXTS = {"text": 0, "text_unformatted": 0, "text_disabled": 0, "text_wrapped": 0, "text_colored": 1}
"""ImGui's calls that write, and which of their arguments is written."""


@pytest.fixture
def gui() -> Iterator[Gui]:
    pygame.display.init()
    pygame.display.set_mode(SIZE)
    made = Gui(Look(THEMES["dark"]))
    yield made
    made.close()


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Written:
    """All that ImGui writes from now on, and the middle of each."""
    found: Written = []

    def heard(call: Callable[..., Any], which: int) -> Callable[..., Any]:
        def write(*given: Any) -> None:
            call(*given)
            low, high = imgui.get_item_rect_min(), imgui.get_item_rect_max()
            found.append((given[which], ((low.x + high.x) / 2, (low.y + high.y) / 2)))

        return write

    for name, which in TEXTS.items():
        monkeypatch.setattr(imgui, name, heard(getattr(imgui, name), which))
    return found


def said(
    gui: Gui, draw: Callable[[Gui, Look], object], written: Written, own: AbstractSet[str] = frozenset()
) -> list[str]:
    """What nobody explains of a panel that is drawn; ``own`` are sentences that say it themselves."""
    look = Look(THEMES["dark"])
    for _ in range(3):  # tables find their widths
        written.clear()
        gui.begin(SIZE, FRAME)
        draw(gui, look)
        gui.end(pygame.display.get_surface())
    return [words for words, middle in written if words.strip() and words not in own and not gui.tips.told(middle)]


def explained(gui: Gui) -> list[str]:
    """What is explained in words that do not hang on the pixel."""
    return [box.words for box in gui.tips.boxes if isinstance(box.words, str)]


def asked(gui: Gui, part: float) -> str:
    """What the one curve says at a part of its width."""
    (box,) = (box for box in gui.tips.boxes if callable(box.words))
    return gui.tips.told((box.left + part * (box.right - box.left), (box.top + box.bottom) / 2))


def mind(**changes: Any) -> MindsView:
    move = ChoiceGroup("move", (ChoiceRow("east", 0.75, True), ChoiceRow("west", 0.25, False)), 2)
    facts = (
        FactRow("kind", (("bold", 0.8), ("shy", 0.2)), "bold", True),
        FactRow("beacon", (("0.25", float("nan")),)),
    )
    told: dict[str, Any] = {
        "groups": (move, ChoiceGroup("shout", (ChoiceRow("no", 1.0, True),))), "thinks": True, "value": 1.5,
        "values": (1.0, 2.0, 1.5), "facts": facts, "telling": True, "memory": np.full((4, BANDS), 99, np.uint8),
        "score": 2.0, "parts": (("catches", 1.0),),
    }  # fmt: skip
    return MindsView(0, "walker_0 (agent)", (90, 160, 255), **{**told, **changes})


def test_every_part_of_a_mind_explains_itself(gui: Gui, written: Written) -> None:
    assert said(gui, lambda gui, look: draw_minds(gui, look, mind(), SIZE), written) == []
    found = explained(gui)
    assert text("tip.values", count=3, low="1.00", high="2.00") in found
    assert found.count(text("tip.minds.memory")) == 2  # its words, and the strip
    assert "east: 75% likely\neast, which it does now" in found
    assert "kind, as the agent believes: bold 80%, shy 20%" in found


def test_the_mind_of_a_bot_explains_itself(gui: Gui, written: Written) -> None:
    rows = (ChoiceRow("east", float("nan"), True), ChoiceRow("west", float("nan"), False))
    bot = mind(groups=(ChoiceGroup("move", rows),), thinks=False, value=float("nan"), facts=(), memory=None)
    assert said(gui, lambda gui, look: draw_minds(gui, look, bot, SIZE), written) == []


def summary() -> SummaryView:
    row = BeliefRow("beacon", (BeliefCell("left 80 %", True), BeliefCell("right 60 %")), "left")
    lines = (
        Line("you", "you", "as played in the window", (1.0, 2.0)),
        Line("agent", "agent", "it remembers", (1.5,), "playing …"),
        Line("blind", "blind", "without memory", (), "could not be played", "its weights are damaged"),
    )
    return SummaryView(
        "After the trial", "task 1", 2, lines, ("a note",), (BeliefTable("What it believed", (row,)),),
        (("again", "Again"), ("next", "Next task")),
    )  # fmt: skip


def test_every_part_of_the_page_after_a_trial_explains_itself(gui: Gui, written: Written) -> None:
    view = summary()
    own = {view.title, view.task, *view.notes, "blind: its weights are damaged", text("summary.keys")}
    assert said(gui, lambda gui, look: draw_summary(gui, look, view), written, own) == []
    found = explained(gui)
    for number in (1, 2):  # the heads of both tables
        assert text("tip.summary.episode", number=number) in found
        assert text("tip.summary.then", number=number) in found
    assert found.count(text("tip.summary.truth")) == 1
    assert "you: return in episode 2. as played in the window" in found
    assert "beacon, when episode 1 ended: it believed left 80 %, and that is true." in found
    assert asked(gui, 0.3) == words_of_curves(view, 1) == "Episode 1\nyou: 1.0\nagent: 1.5"
    assert asked(gui, 0.9) == "Episode 2\nyou: 2.0"


def test_every_part_of_the_split_view_explains_itself(
    gui: Gui, written: Written, beacon: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ship_all(tmp_path, beacon)
    monkeypatch.setattr(agents, "_SHIPPED", tmp_path)
    task = SameTask(beacon, 13, 0, "train", 2, 0, "", {"walker_0": "human", "walker_1": "bot"}, (0,))
    lockstep = lockstep_of(task, ["agent", "wiped"])
    while lockstep.tick() and lockstep.differences[1] is None:
        pass
    views: list[PaneView] = pane_views(lockstep)
    places = [pygame.Rect(0, 80, 600, 500), pygame.Rect(640, 80, 600, 500)]
    bar = ["1×", "Episode 1 of 2", text("split.keys")]
    assert said(gui, lambda gui, look: draw_split(gui, look, places, views, bar, "playing"), written, {bar[-1]}) == []
    assert views[1].about == "memory wiped. Who plays: walker_0 – agent:beacon, walker_1 – bot"
    assert views[1].returns_about.endswith("how much more that is than what agent has.")


def test_every_number_and_curve_of_a_recording_explains_itself(gui: Gui, written: Written, tmp_path: Path) -> None:
    path = record_beacon(tmp_path / "game.mcap", 400)
    (entry,) = Library(tmp_path, tmp_path / "index.sqlite").refresh()
    assert entry.path == path
    assert len(entry.summary.returns) > 1

    def draw(gui: Gui, look: Look) -> None:
        imgui.set_next_window_size((320, 780))
        imgui.begin("recording")
        draw_recording(gui, look, entry, {})
        imgui.end()

    silent = said(gui, draw, written)
    for seat in entry.summary.seats:
        assert seat not in silent
    assert not {text("library.by_seat"), text("library.by_episode")} & set(silent)
    assert not any(words.replace(".", "").replace("−", "").isdecimal() for words in silent)
    assert asked(gui, 0.99).startswith(f"Episode {len(entry.summary.returns)}\n")


def test_the_curve_of_a_recording_names_the_seat_that_counts_first() -> None:
    returns = np.array([[1.0, 2.0], [3.0, 4.0]])
    lines = episode_words(returns, 9, (1, 0), ("west_0",)).split("\n")
    assert lines[:3] == ["Episode 2", f"{text('seat.number', number=1)}: 4.00", "west_0: 3.00"]


def test_the_mouse_over_a_mind_is_told_and_the_keyboard_is_not(
    open_app: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(tips, "show_tip", lambda gui, look, words: told.append(words))
    app = open_app(seats={"walker_0": Puppet()}, size=SIZE)
    app.prepare_gui().result()
    press("i")
    run(app, 0.3)
    app.game.command("pause")
    run(app, 0.3)
    (box,) = (box for box in app.gui.tips.boxes if box.words == text("tip.minds.score"))
    place = (round((box.left + box.right) / 2), round((box.top + box.bottom) / 2))
    pygame.event.post(pygame.event.Event(pygame.MOUSEMOTION, pos=place, rel=(1, 1), buttons=(0, 0, 0)))
    run(app, 0.1)
    assert set(told) == {text("tip.minds.score")}
    press("h")
    app.frame(FRAME)
    told.clear()
    run(app, 0.1)
    assert told == []


def test_the_tip_names_all_that_were_cut_short() -> None:
    parts = [Path(f"/there/{number}.mcap.7.part") for number in range(NAMED + 3)]
    assert places_of(parts).split("\n") == [*map(str, parts[:NAMED]), "… + 3"]
