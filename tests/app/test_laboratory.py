"""The laboratory's window, and what `crossplay lab` prints."""

import json
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pygame
import pytest
from imgui_bundle import imgui

from simulator.app import cli
from simulator.app.commands import lab
from simulator.app.panels.ring import FEWEST, Ring
from simulator.app.screens import laboratory
from simulator.app.screens.laboratory import Laboratory
from simulator.app.shell.settings import WindowSettings
from tests.app.conftest import press
from worlds.road.lab import misses
from worlds.road.lab.check import MODEL, Check, at_most, within

FRAME = 1 / 60
GOOD = within("a thing that holds", 99.0, 100.0, 0.03, "m", "a source")
BAD = at_most("a thing that does not", 1234.0, 2.0, "%", "another")
OWN = within("what the code promises", 2.0, 2.0, 0.1, "", "the model", MODEL)
Experiments = dict[str, Callable[[], list[Check]]]


@pytest.fixture
def two() -> Experiments:
    return {"first": lambda: [GOOD], "second": lambda: [BAD]}


@pytest.fixture
def window(two: Experiments) -> Laboratory:
    laboratory = Laboratory(two, size=(900, 600))
    while laboratory.ring is None or len(laboratory.found) < 2:
        laboratory.frame(FRAME)
        pygame.time.wait(5)
    return laboratory


def test_a_jam_forms_on_the_ring_and_runs_backwards() -> None:
    ring = Ring()
    ring.advance(20.0)
    assert ring.jam_speed() is None
    ring.advance(500.0)
    speed = ring.jam_speed()
    assert speed is not None
    assert -30.0 < speed < -10.0
    assert float(ring.speeds.min()) < 1.0


def test_the_keys_of_the_window(window: Laboratory) -> None:
    assert window.ring is not None
    for key, changes in (
        ("space", lambda: window.paused),
        ("]", lambda: window.speed),
        ("f4", lambda: window.look.theme.name),
        ("up", lambda: window.ring.cars if window.ring else 0),
        ("d", lambda: window.ring.calm if window.ring else 0),
    ):
        before = changes()
        press(key)
        window.frame(FRAME)
        assert changes() != before, key
    for _ in range(40):
        window.ring.change_cars(-1)
    assert window.ring.cars == FEWEST
    press("escape")
    window.frame(FRAME)
    assert not window.running


@pytest.mark.parametrize("size", [(1280, 800), (640, 400)])
def test_the_window_draws_in_any_size(two: Experiments, size: tuple[int, int]) -> None:
    laboratory = Laboratory(two, size=size, seconds=0.3)
    assert laboratory.run() == [("first", GOOD), ("second", BAD)]


def test_the_command_prints_the_table_and_fails_with_a_check(
    two: Experiments, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("worlds.road.lab.check.experiments", lambda: two)
    assert cli.run(["lab"]) == 1
    out = capsys.readouterr().out
    assert "1 of 2 checks hold" in out
    assert "97 … 103" in out
    assert "at most 2" in out
    assert cli.run(["lab", "first", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["published"][0]["measured"] == 99.0
    assert facts["model"] == []
    assert facts["failed"] == 0
    assert list(facts["seconds"]) == ["first"]
    assert cli.run(["lab", "third"]) == 2
    assert "choose from first, second" in capsys.readouterr().err


def test_results_are_told_as_they_come(two: Experiments, capsys: pytest.CaptureFixture[str]) -> None:
    def third() -> list[Check]:
        err = capsys.readouterr().err  # of the first alone: the others are not made yet
        assert "✓ a thing that holds: 99 m (97 … 103)" in err
        assert " took " in err
        return [OWN]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("worlds.road.lab.check.experiments", lambda: {"first": two["first"], "third": third})
        assert cli.run(["lab"]) == 0


def test_the_model_beside_itself_has_a_table_of_its_own(
    two: Experiments, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("worlds.road.lab.check.experiments", lambda: {**two, "third": lambda: [OWN]})
    cli.run(["lab"])
    data, model = capsys.readouterr().out.split(lab.HEADINGS["model"])
    assert lab.HEADINGS["published"] in data
    assert BAD.name in data
    assert OWN.name not in data
    assert OWN.name in model


def test_a_known_miss_is_told_with_its_reason_and_fails_nothing(
    two: Experiments, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("worlds.road.lab.check.experiments", lambda: two)
    monkeypatch.setattr(misses, "KNOWN", {"second": {BAD.name: misses.Miss(1234.0, "the roads are icy")}})
    assert cli.run(["lab"]) == 0
    out = capsys.readouterr().out
    assert "the roads are icy" in out
    assert "1 of 2 checks hold, 1 known miss" in out
    monkeypatch.setattr(misses, "KNOWN", {"second": {BAD.name: misses.Miss(1000.0, "the roads are icy")}})
    assert cli.run(["lab"]) == 1
    assert "1 fails unexpectedly" in capsys.readouterr().out
    monkeypatch.setattr(misses, "KNOWN", {"first": {GOOD.name: misses.Miss(90.0, "it was cold")}})
    assert cli.run(["lab", "first"]) == 0
    assert "1 in the table of known misses holds now" in capsys.readouterr().out


def test_the_window_says_what_each_check_found(window: Laboratory, monkeypatch: pytest.MonkeyPatch) -> None:
    window.found.append(("third", OWN))
    words = said_in(window, monkeypatch)
    order = ["Beside published data", GOOD.name, "1,234", BAD.name, "The model beside itself", OWN.name]
    assert set(order) <= set(words)
    assert words.index(GOOD.name) < words.index(BAD.name) < words.index("The model beside itself")
    assert "2 of 3 hold" in words
    window.now = "politeness on a motorway"
    assert "measuring politeness on a motorway …" in said_in(window, monkeypatch)


def said_in(window: Laboratory, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """All words of one frame, in their order."""
    words: list[str] = []
    with monkeypatch.context() as patch:
        for name, at in (("text", 0), ("text_colored", 1), ("text_wrapped", 0), ("selectable", 0)):
            plain = getattr(imgui, name)

            def heard(*given: Any, plain: Callable[..., Any] = plain, at: int = at) -> Any:
                words.append(given[at])
                return plain(*given)

            patch.setattr(imgui, name, heard)
        window.draw()
    return words


def test_a_check_under_the_pointer_tells_its_source_and_why_it_misses(
    window: Laboratory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(misses, "KNOWN", {"second": {BAD.name: misses.Miss(1234.0, "the roads are icy")}})
    monkeypatch.setattr(imgui, "is_item_hovered", lambda: True)
    words = said_in(window, monkeypatch)
    assert "A known miss: the roads are icy" in words
    assert f"Source: {GOOD.source}" in words


def test_a_long_table_moves_by_key_and_by_wheel(window: Laboratory) -> None:
    window.found += [(str(number), GOOD) for number in range(80)]
    window.paused = True
    before = settled(window)
    press("pagedown")
    assert (settled(window) != before).any()
    press("pageup")
    assert (settled(window) == before).all()
    pygame.event.post(pygame.event.Event(pygame.MOUSEMOTION, pos=(700, 500), rel=(0, 0), buttons=(0, 0, 0)))
    pygame.event.post(pygame.event.Event(pygame.MOUSEWHEEL, x=0, y=-3))
    assert (settled(window) != before).any()


def settled(window: Laboratory) -> np.ndarray:
    """The picture after some frames."""
    for _ in range(4):
        window.frame(FRAME)
    return pygame.surfarray.array3d(window.window.surface)


def test_the_window_speaks_the_language_of_the_settings(two: Experiments, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(laboratory, "load_window_settings", lambda: WindowSettings(language="zh"))
    monkeypatch.setattr(laboratory, "use", lambda code: spoken.append(code))
    spoken: list[str] = []
    Laboratory(two, size=(640, 400)).window.close()
    assert spoken == ["zh"]


def test_an_open_range_is_told_in_words() -> None:
    assert lab.allowed(Check("", 1.0, 2.0, 2.0, math.inf, "", "")) == "at least 2"
