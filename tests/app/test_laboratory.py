"""The laboratory's window, and what `crossplay lab` prints."""

import json
import math
from collections.abc import Callable
from typing import Any

import pygame
import pytest

from simulator.app import cli
from simulator.app.commands import lab
from simulator.app.panels.ring import FEWEST, Ring
from simulator.app.screens.laboratory import Laboratory, lines_of
from simulator.app.shell.theme import Look
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


@pytest.mark.parametrize("size", [(800, 600), (1280, 800)])
def test_what_is_measured_now_does_not_cover_the_heads_of_the_table(
    two: Experiments, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    laboratory = Laboratory(two, size=size)
    laboratory.ring, laboratory.now = Ring(), "politeness on a motorway"
    drawn: list[pygame.Rect] = []
    text = Look.text

    def watched(*given: Any, **how: Any) -> pygame.Rect:
        drawn.append(text(*given, **how))
        return drawn[-1]

    monkeypatch.setattr(Look, "text", watched)
    laboratory.draw()
    met = [(i, j) for i, box in enumerate(drawn) for j in box.collidelistall(drawn) if i < j]
    assert len(drawn) > 10
    assert met == []
    laboratory.window.close()


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


def test_the_rows_of_the_window_stand_under_headings() -> None:
    lines = lines_of([("first", GOOD), ("third", OWN), ("second", BAD)])
    assert lines == [
        "Beside published data",
        ("first", GOOD),
        ("second", BAD),
        "The model beside itself",
        ("third", OWN),
    ]


def test_a_long_table_moves_and_stops_at_its_ends(window: Laboratory) -> None:
    window.found += [("more", GOOD)] * 80
    before = pygame.surfarray.array3d(window.window.surface)
    press("pagedown")
    window.paused = True
    window.frame(FRAME)
    assert window.scrolled == 10
    assert (pygame.surfarray.array3d(window.window.surface) != before).any()
    window.scroll(1000)
    assert window.scrolled == len(lines_of(window.found)) - 1
    window.scroll(-1000)
    assert window.scrolled == 0


def test_an_open_range_is_told_in_words() -> None:
    assert lab.allowed(Check("", 1.0, 2.0, 2.0, math.inf, "", "")) == "at least 2"
