"""The panel draws whatever number it is given: huge, tiny, infinite or none at all."""

import math
import time

import numpy as np
import pygame
import pytest

from simulator.app.panels import charts
from simulator.app.panels.charts import nice_range
from simulator.app.panels.choosing import ShownChoices, bars, cards, rose
from simulator.app.panels.numbers import LARGEST, bounded, places, scored, share, short
from simulator.app.panels.pictures import Picture
from simulator.app.panels.sheet import PanelSheet
from simulator.app.play.history import History
from simulator.engine import Mind
from tests.app.conftest import Opener, Puppet, picture, run
from worlds.world import World

ABSURD = (0.0, -0.0, 5e-324, 1e6, 1e20, -1e30, 3.4e38, -1.7e308, 1.7e308, math.inf, -math.inf, math.nan)
BOX = pygame.Rect(10, 10, 300, 120)
COLOUR = (200, 60, 60)
MOST_SECONDS = 5.0  # of processor time, for what takes some hundredths


def test_a_share_lies_between_nothing_and_all() -> None:
    assert [share(value) for value in (0.25, -1.0, 1e30, math.inf, -math.inf, math.nan)] == [0.25, 0, 1, 1, 0, 0]


def test_places_leave_out_what_is_no_number() -> None:
    assert places([(0.0, 1.0), (1.0, math.nan), (2.0, -math.inf)]) == [(0.0, 1.0), (2.0, -LARGEST)]
    assert bounded(1.7e308) == LARGEST


@pytest.mark.parametrize("value", ABSURD)
def test_every_number_is_written_in_few_letters(value: float) -> None:
    assert len(short(value, 2, sign=True)) <= 10


def test_usual_numbers_are_written_as_before() -> None:
    assert [short(12.34), short(-0.5, sign=True), short(3.0, sign=True), short(0.125, 2)] == [
        "12.3", "-0.5", "+3.0", "0.12",
    ]  # fmt: skip
    assert short(1e30, sign=True) == "+1e+30"


def test_scores_have_the_decimals_of_their_game() -> None:
    assert [scored(-3.75), scored(0.25, sign=True), scored(2.0), scored(0.5), scored(-0.0)] == [
        "-3.75", "+0.25", "2.0", "0.5", "0.0",
    ]  # fmt: skip
    assert [scored(float(np.float32(0.1) * 7)), scored(0.123), scored(123.5), scored(math.nan), scored(math.inf)] == [
        "0.7", "0.1", "123.5", "nan", "inf",
    ]  # fmt: skip


@pytest.mark.parametrize("first", ABSURD)
def test_a_range_holds_every_number(first: float) -> None:
    for second in ABSURD:
        low, high, step = nice_range([first, second])
        assert low <= 0.0 <= high
        assert math.isfinite(high - low)
        assert 2 <= (high - low) / step <= 7
        assert all(low <= bounded(value) <= high for value in (first, second) if not math.isnan(value))


@pytest.mark.parametrize("first", ABSURD)
def test_every_chart_draws_every_number(first: float, open_app: Opener) -> None:
    app = open_app()
    app.prepare_gui().result()
    gui, target, started = app.gui, pygame.Surface((320, 140), 0, 32), time.thread_time()
    for second in ABSURD:
        gui.begin(target.get_size(), 1 / 60)
        sheet = PanelSheet(gui, app.look, "all", BOX)
        charts.sparkline(sheet, BOX, [first, 1.0, second], COLOUR)
        parts = np.array([first, second])
        group = ShownChoices("go", ["left", "right"], parts, 1, False, 0, [0, 1], [])
        picture_of: Picture = ("white", np.full((9, 9, 3), 255, np.uint8))
        bars(sheet, BOX, group, COLOUR)
        cards(sheet, BOX, {0: picture_of, 1: picture_of}, group, COLOUR, None)
        rose(sheet, BOX, group._replace(parts=np.resize(parts, 9), names=["way"] * 9), COLOUR)
        history = History(3, 10)
        history.past.append([np.array([second]), np.array([first])])
        history.returns = [np.array([first])]
        history.traces = [[(0.5, np.array([second])), (1.0, np.array([first]))], [(0.2, np.array([second]))]]
        charts.adaptation_curve(sheet, BOX, history, 0, COLOUR, {"oracle": [first, second], "blind": [second]})
        sheet.show()
        gui.end(target)
    assert time.thread_time() - started < MOST_SECONDS


class Absurd(Puppet):
    """Thinks of nothing but one number."""

    def __init__(self, number: float, told: int) -> None:
        super().__init__()
        self.number, self.told = number, told

    def act(self, observations: np.ndarray, legal: np.ndarray) -> np.ndarray:
        actions = super().act(observations, legal)
        with np.errstate(over="ignore"):
            parts, values, guesses = (
                np.full(shape, self.number).astype(np.float32)
                for shape in (legal.shape, (len(legal),), (len(legal), self.told))
            )
        self.mind = Mind(probabilities=parts, value=values, belief=guesses)
        return actions


@pytest.mark.parametrize("number", [1e20, -3e38, math.inf, math.nan])
def test_the_panel_of_an_absurd_player_is_drawn(number: float, open_app: Opener, beacon: World) -> None:
    absurd = Absurd(number, beacon.told_pieces.total)
    app = open_app(
        seats={"walker_0": absurd}, size=(1100, 760), follow="walker_0", references={"walker": {"blind": [number]}}
    )
    run(app, 1.0)
    assert absurd.decisions > 1
    assert picture(app).any()


def test_a_long_key_stays_inside_its_column(open_app: Opener) -> None:
    app = open_app()
    app.prepare_gui().result()
    gui, target, wide = app.gui, pygame.Surface((320, 140), 0, 32), 26
    names = ["Space", *"123456789", "0"]
    box = pygame.Rect(10, 10, wide * len(names), 100)
    gui.begin(target.get_size(), 1 / 60)
    sheet = PanelSheet(gui, app.look, "all", box)
    bars(sheet, box, ShownChoices("move", ["go"] * len(names), None, 0, False, 0, list(range(11)), names), COLOUR)
    written = dict(sheet.written)
    sheet.show()
    gui.end(target)
    assert {"Space", "1"} <= set(written)  # whole, not cut short
    assert box.left <= written["Space"].left < written["Space"].right <= box.left + wide
    assert written["Space"].height < written["1"].height
