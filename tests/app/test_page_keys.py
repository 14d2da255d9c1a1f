"""F1 on pages that are no game: their keys, made of the table of texts and of the bindings."""

import numpy as np
import pytest

from simulator.app.panels.gallery import Wish
from simulator.app.panels.page_keys import page_keys
from simulator.app.play.texts import TEXTS
from simulator.app.screens.gui_screen import GuiScreen
from simulator.app.screens.home import HomeScreen
from simulator.app.screens.library import LibraryScreen
from simulator.app.screens.open_replay import OpenScreen
from simulator.app.screens.setup import CodeScreen, SetupScreen
from simulator.app.screens.summary import SummaryScreen
from simulator.app.screens.training import TrainScreen
from simulator.app.shell.controls import BY_NAME, Bindings
from tests.app.conftest import FRAME, picture
from tests.app.test_home import OpenHome, open_home, tap

__all__ = ["open_home"]
PAGES = (HomeScreen, LibraryScreen, OpenScreen, CodeScreen, SetupScreen, SummaryScreen, TrainScreen)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_has_keys_of_its_own(page: type[GuiScreen]) -> None:
    assert f"keys.{page.page}" in TEXTS
    rows = page_keys(page.page, Bindings())
    assert all(keys and words for keys, words in rows)
    assert len({keys for keys, _ in rows}) == len(rows)


def test_keys_of_the_window_are_those_that_are_bound() -> None:
    rows = {words: keys for keys, words in page_keys("home", Bindings({"theme": "f10"}))}
    assert rows[BY_NAME["theme"].help] == "F10"


def test_f1_shows_them_and_f1_or_escape_goes_back(open_home: OpenHome) -> None:
    app = open_home()
    screen = app.top
    assert isinstance(screen, HomeScreen)
    before = picture(app)
    for closing in ("f1", "escape"):
        tap(app, "f1")
        assert screen.helping
        app.frame(FRAME)
        assert not np.array_equal(before, picture(app))
        chosen = screen.view.chosen
        tap(app, "right", "return")
        assert (screen.view.chosen, app.top) == (chosen, screen)
        tap(app, closing)
        assert not screen.helping
    assert app.running


def test_the_gallery_goes_on_where_it_was(open_home: OpenHome) -> None:
    app = open_home()
    screen = app.top
    assert isinstance(screen, HomeScreen)
    names = [card.name for card in screen.view.cards]
    tap(app, "right")
    chosen = screen.view.chosen
    assert chosen == names[1]  # the first key counts
    app.grant(Wish("open"))
    for _ in range(3):
        app.frame(FRAME)
    tap(app, "escape")
    assert app.top is screen
    app.frame(FRAME)
    assert screen.view.chosen == chosen
    tap(app, "right")
    assert names.index(screen.view.chosen) == names.index(chosen) + 1
