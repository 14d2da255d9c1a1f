"""Signals that no panel is made for have a row of their own, live and in replays."""

from pathlib import Path

import numpy as np
import pytest

import replays
from simulator.app.panels.thoughts import signal_rows
from simulator.engine import Mind
from simulator.engine.minds import SIGNALS, Signal
from tests.app.conftest import Opener, Puppet, live, run
from tests.app.test_beliefs import SIZE, words_of

SURPRISE = Signal(name="surprise_now", unit="nat", about="how little it expected what it saw", low=0)
WEIGHTS = Signal(name="weights", shape=(5,), about="of five experts", low=0, high=1)


@pytest.fixture(autouse=True)
def declared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SIGNALS, "surprise_now", SURPRISE)
    monkeypatch.setitem(SIGNALS, "weights", WEIGHTS)


class Surprised(Puppet):
    """Offers nothing but signals of its own."""

    def act(self, observations: np.ndarray, legal: np.ndarray) -> np.ndarray:
        actions, lanes = super().act(observations, legal), len(observations)
        self.mind = Mind(surprise_now=np.full(lanes, 1.25), weights=np.tile(np.linspace(0.0, 0.5, 5), (lanes, 1)))
        return actions


def test_a_row_says_the_numbers_and_the_unit() -> None:
    mind = Mind(value=3.0, weights=np.linspace(0.0, 0.5, 5), surprise_now=1.25)
    few, many = signal_rows(mind)
    assert (few.title, few.words, few.parts) == ("surprise now", "1.25 nat", None)
    assert (many.title, many.words) == ("weights", "0.00 to 0.50")
    assert many.parts is not None
    np.testing.assert_allclose(many.parts, np.linspace(0.0, 0.5, 5))
    assert signal_rows(None) == signal_rows(Mind(value=3.0)) == []


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf, 3e38])
def test_any_number_makes_a_row(number: float) -> None:
    for row in signal_rows(Mind(weights=np.full(5, number), surprise_now=number)):
        assert row.parts is None or np.isfinite(row.parts).all()


def test_the_window_shows_it_live_and_in_the_replay(open_app: Opener, tmp_path: Path) -> None:
    path = tmp_path / "game.mcap"
    played = open_app(seats={"walker_0": Surprised()}, recorder=replays.record(path), size=SIZE, follow="walker_0")
    run(played, 1.0)
    assert live(played).thought(0) is not None
    shown = words_of(played)
    played.close()
    app = open_app(playback=replays.open(path), size=SIZE, follow="walker_0")
    run(app, 0.5)
    recorded = words_of(app)
    for words in (shown, recorded):
        assert {"Also on its mind", "surprise now", "1.25 nat", "weights", "0.00 to 0.50"} <= set(words)
        assert not any(each.startswith("value") for each in words)  # it offers none
