"""Fields of text, written in with a gamepad alone: the keys on the screen, and the pages they come to."""

import pygame
import pytest
from imgui_bundle import imgui

from simulator.app.panels.gallery import Wish
from simulator.app.panels.screen_keys import below, covers, label, place_of
from simulator.app.play.codes import write_code
from simulator.app.play.screen_keys import AGAIN, COLUMNS, DELAY, HEIGHT, ScreenKeys
from simulator.app.play.setups import Setup
from simulator.app.play.texts import TEXTS
from simulator.app.screens.app import App
from simulator.app.screens.gui_screen import GuiScreen
from simulator.app.screens.library import LibraryScreen
from simulator.app.screens.replay import ReplayScene
from simulator.app.screens.replay_bar import ReplayBar
from simulator.app.screens.setup import CodeScreen, SetupScreen
from tests.app.conftest import FRAME, press
from tests.app.test_page_gamepads import FAR, L1, R1, A, B, X, app, hit, push
from tests.app.test_setup import wait

BACK, START = 6, 7
__all__ = ["app"]  # a fixture


def on(page: GuiScreen | ReplayBar) -> ScreenKeys:
    """The keys that are on the screen."""
    assert page.typing.keys is not None
    return page.typing.keys


def write(app: App, page: GuiScreen | ReplayBar, signs: str) -> None:
    for sign in signs:
        strike(app, page, "space" if sign == " " else sign)


def strike(app: App, page: GuiScreen | ReplayBar, name: str) -> None:
    """Walk to a key and press it."""
    if name.isupper() != on(page).capitals and name.isalpha() and len(name) == 1:
        strike(app, page, "shift")
    keys = on(page)
    wanted = next(key for key in keys.keys if name in (key.sign, key.word))
    while keys.row != wanted.row:
        push(app, "down")
    while keys.marked != wanted:
        push(app, "right" if keys.marked.column < wanted.column else "left")
    hit(app, A)


def typing() -> bool:
    return imgui.get_io().want_text_input


def search(app: App, page: LibraryScreen) -> None:
    """Go to the field that searches, as Ctrl F does."""
    page.view.to_search = True
    for _ in range(4):
        app.frame(FRAME)
    assert typing()


def library(app: App) -> LibraryScreen:
    app.grant(Wish("library"))
    page = app.top
    assert isinstance(page, LibraryScreen)
    wait(app, lambda: not page.view.busy and len(page.view.rows) == 2)
    return page


def test_every_key_is_walked_to_and_the_last_is_beside_the_first() -> None:
    keys, met = ScreenKeys(), set()
    for _ in range(HEIGHT):
        for _ in range(COLUMNS):
            met.add(keys.marked)
            keys.push((1, 0))
        keys.push((0, 1))
    assert met == set(keys.keys)
    keys = ScreenKeys()
    signs = []
    for way in ((0, 0), (-1, 0), (0, -1), (0, -1), (1, 0)):
        keys.push(way)
        signs.append(keys.marked.sign or keys.marked.word)
    assert signs == ["q", "p", "0", "done", "shift"]
    keys.press()
    keys.push((0, 2))
    assert keys.press().sign == "Q"


def test_a_direction_that_is_held_goes_on() -> None:
    keys = ScreenKeys()
    keys.hold((1, 0))
    keys.hold((1, 0))  # said twice, as a stick does
    assert keys.column == 1
    keys.advance(0.9 * DELAY)
    assert keys.column == 1
    keys.advance(0.2 * DELAY)
    keys.advance(1.1 * AGAIN)
    assert keys.column == 3
    keys.hold((0, 0))
    keys.advance(10.0)
    assert keys.column == 3


@pytest.mark.parametrize("size", [(1280, 800), (640, 480)])
def test_the_keys_do_not_cover_the_field(app: App, size: tuple[int, int]) -> None:
    for field in range(0, size[1], 20):
        left, top, wide, high = place_of(app.look, size, float(field))
        assert left >= 0.0
        assert left + wide <= size[0]
        assert top >= 0.0
        assert top + high <= size[1]
        assert not covers(app.look, (left, top, wide, high), float(field)) or size[1] < 2.5 * high


def test_recordings_are_searched_with_a_gamepad(app: App) -> None:
    page = library(app)
    hit(app, BACK)
    write(app, page, "olx")
    hit(app, X)
    assert page.view.search == "ol"
    assert [entry.path.name for entry in page.view.rows] == ["old.mcap"]
    hit(app, B)
    assert (page.typing.keys, typing(), app.top) == (None, False, page)
    assert page.view.search == "ol"
    hit(app, BACK)  # once more
    strike(app, page, "delete")
    assert page.view.search == "o"
    strike(app, page, "done")
    assert (page.typing.keys, typing(), app.top) == (None, False, page)
    assert page.view.search == "o"
    hit(app, A)  # the row has the pad again
    wait(app, lambda: isinstance(app.scene, ReplayScene))


def test_a_time_in_a_replay_is_typed_with_a_gamepad(app: App) -> None:
    page = library(app)
    hit(app, A)
    wait(app, lambda: isinstance(app.scene, ReplayScene) and app.scene.ready and app.has_gui)
    scene, bar = app.scene, app.game.bar
    assert isinstance(scene, ReplayScene)
    assert bar is not None
    wait(app, lambda: bar.timeline is not None)
    scene.paused = True
    scene.seek(0)
    hit(app, L1)
    assert typing()
    push(app, "right")
    assert scene.position == 0, "the pad walks among the keys, not through the replay"
    strike(app, bar, "0")
    strike(app, bar, "shift")
    strike(app, bar, ":")
    strike(app, bar, "shift")
    write(app, bar, "01")
    strike(app, bar, "done")
    assert (bar.typing.keys, typing()) == (None, False)
    assert scene.position == round(1.0 / scene.world.timing.tick)
    hit(app, L1)
    hit(app, B)  # the keys go, the replay stays
    assert (bar.typing.keys, typing(), app.scene) == (None, False, scene)
    hit(app, B)
    wait(app, lambda: app.top is page)


def test_a_recording_is_named_and_tagged_with_a_gamepad(app: App) -> None:
    page = library(app)
    push(app, "down")
    hit(app, START)
    write(app, page, "My 1-a")
    hit(app, B)  # the keys go, the two fields stay
    assert page.typing.keys is None
    assert page.view.editing is not None
    push(app, "down")
    hit(app, A)
    write(app, page, "fun,b")
    assert (page.view.name, page.view.tags) == ("My 1-a", "fun,b")
    strike(app, page, "done")
    wait(app, lambda: page.view.editing is None and not page.view.busy)
    named = next(entry for entry in page.view.rows if entry.own_name)
    assert (named.path.stem, named.own_name, named.tags) == ("old", "My 1-a", ("fun", "b"))
    hit(app, START)
    hit(app, B)
    hit(app, B)  # now the fields go, too
    assert page.view.editing is None
    assert app.top is page


def test_numbers_are_written_with_a_gamepad(app: App) -> None:
    """Also where the shoulders lead into a field; who only goes past one is not disturbed."""
    app.grant(Wish("setup", "bandit"))
    page = app.top
    assert isinstance(page, SetupScreen)
    wait(app, lambda: page.view.preview is not None)
    for _ in range(FAR):
        hit(app, R1)
        assert page.typing.keys is None
        if typing():
            hit(app, A)
            write(app, page, "42")
            hit(app, B)
            wait(app, lambda: app.top is page and page.view.build.making is None)  # a world that is built anew
        if page.view.setup.seed == 42:
            return
    raise AssertionError("the seed was not written")


def test_a_share_code_is_written_with_a_gamepad(app: App, beacon: object) -> None:
    import worlds

    code = write_code(Setup(world="bandit", seed=3), worlds.get("bandit"))
    app.grant(Wish("code"))
    page = app.top
    assert isinstance(page, CodeScreen)
    for _ in range(3):
        app.frame(FRAME)
    assert page.typing.keys is None  # the keyboard may have led here
    hit(app, A)
    write(app, page, code)
    assert page.code == code
    strike(app, page, "done")
    assert isinstance(app.top, SetupScreen)
    assert app.top.view.setup.seed == 3


def test_who_has_a_keyboard_sees_no_keys(app: App) -> None:
    page = library(app)
    search(app, page)
    assert page.typing.keys is None
    hit(app, A)
    assert page.typing.keys is not None
    press(pygame.K_LEFT)
    app.frame(FRAME)
    assert page.typing.keys is None


def test_a_stick_walks_and_lets_go(app: App) -> None:
    page = library(app)
    search(app, page)
    hit(app, A)
    for axis, value in ((0, 0.9), (0, 0.95), (0, 0.1), (1, 0.9), (1, 0.0)):
        pygame.event.post(pygame.event.Event(pygame.JOYAXISMOTION, instance_id=1, axis=axis, value=value))
        app.frame(FRAME)
    assert label(on(page).marked) == "s"


def test_what_the_keys_cover_is_shown_on_them(app: App) -> None:
    page = library(app)
    hit(app, START)
    write(app, page, "ab")
    assert app.gui.written == "ab"
    field = app.gui.field
    assert field is not None
    large, small = (place_of(app.look, size, field) for size in ((1280, 800), (640, 480)))
    assert below(app.look, large, field, "ab") == TEXTS["type.hint"]
    assert below(app.look, small, small[1] + 50.0, "ab") == "ab|"


def test_the_marked_key_is_read_aloud(app: App) -> None:
    class Page:
        def __init__(self) -> None:
            self.said: list[str] = []

        def announce(self, words: str) -> None:
            self.said.append(words)

    page, told = library(app), Page()
    search(app, page)
    page.tell(told)  # type: ignore[arg-type]
    hit(app, A)
    for way in ("right", "down"):
        page.tell(told)  # type: ignore[arg-type]
        page.tell(told)  # type: ignore[arg-type]
        push(app, way)
    page.tell(told)  # type: ignore[arg-type]
    assert told.said == ["Keys on the screen: q", "w", "s"]
