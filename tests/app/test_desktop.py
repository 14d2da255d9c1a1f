"""The window on its desktop: never larger than it, as large as it was meant, with an icon, still for who wants that."""

import ctypes
from types import SimpleNamespace
from typing import Any

import numpy as np
import pygame
import pytest

from simulator.app.panels.sheet import PanelSheet
from simulator.app.panels.viewpoint import Viewpoint
from simulator.app.shell import desktop
from simulator.app.shell.gui import Gui
from simulator.app.shell.icon import icon
from simulator.app.shell.settings import WindowSettings
from simulator.app.shell.theme import Look
from simulator.app.shell.window import SMALLEST, Window
from simulator.canvas import DARK, THEMES


@pytest.fixture(autouse=True)
def display() -> None:
    pygame.display.init()


@pytest.mark.parametrize(("room", "frame", "size"), [
    ((1280, 770), (2, 30), (1278, 740)), ((4000, 3000), (2, 30), (1280, 800)), ((200, 100), (0, 0), SMALLEST),
])  # fmt: skip
def test_a_window_fits_the_desktop_with_its_frame(
    monkeypatch: pytest.MonkeyPatch, room: tuple[int, int], frame: tuple[int, int], size: tuple[int, int]
) -> None:
    monkeypatch.setattr(desktop, "usable", lambda: room)
    monkeypatch.setattr("simulator.app.shell.window.borders", lambda: frame)
    assert Window("Crossplay", (1280, 800)).size == size


def test_nothing_is_known_of_a_desktop_that_nobody_sees() -> None:
    assert desktop.usable() is None
    assert desktop.fitted((9999, 9999)) == (9999, 9999)
    assert desktop.borders() == (0, 0)
    assert desktop.density() == 1.0


@pytest.mark.parametrize(
    ("dots", "density"), [(b"96", 1.0), (b"192", 2.0), (b"120", 1.25), (b"9600", 5.0), (None, 1.0)]
)
def test_the_scale_of_an_x_desktop(monkeypatch: pytest.MonkeyPatch, dots: bytes | None, density: float) -> None:
    def function(answer: Any) -> Any:
        called: Any = lambda *given: answer  # noqa: E731
        return called

    x = SimpleNamespace(XOpenDisplay=function(1), XGetDefault=function(dots), XCloseDisplay=function(0))
    monkeypatch.setattr(pygame.display, "get_driver", lambda: "x11")
    monkeypatch.setattr(ctypes, "CDLL", lambda name: x)
    assert desktop.density() == density
    settings = WindowSettings(text_scale=1.5, reduced_motion=True)
    look = desktop.look_of(settings)
    assert look.px(20) == round(30 * density)
    assert look.scaled(1).scale == 1.6  # what is kept is the user's own scale, whatever the desktop's
    assert look.still
    assert desktop.size_of(settings) == (1280 * density, 800 * density)


def test_a_desktop_that_says_nonsense_is_not_listened_to(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(name: str) -> Any:
        raise OSError(name)

    monkeypatch.setattr(pygame.display, "get_driver", lambda: "x11")
    monkeypatch.setattr(ctypes, "CDLL", broken)
    assert desktop.density() == 1.0
    assert desktop._sdl() is None


def test_sdl_itself_is_asked() -> None:
    """The library that pygame brings is found: else a window could be larger than what panels leave."""
    sdl = desktop._sdl()
    assert sdl is not None
    version = (ctypes.c_uint8 * 3)()
    sdl.SDL_GetVersion(version)
    assert tuple(version) == tuple(pygame.get_sdl_version())


@pytest.mark.parametrize("pixels", [16, 32, 64, 256])
def test_the_icon_has_two_marks_that_differ_in_lightness_too(pixels: int) -> None:
    made = icon(pixels)
    colours = pygame.surfarray.array3d(made).reshape(-1, 3)
    light = colours @ [0.299, 0.587, 0.114]
    assert made.get_at((0, 0)).a < 20  # round corners
    for colour in (DARK.colour("goal"), DARK.colour("ray")):
        assert np.any(np.abs(colours.astype(int) - colour).sum(axis=1) < 60)
    assert light.max() - light.min() > 120


def test_a_still_camera_neither_glides_nor_looks_ahead() -> None:
    world: Any = SimpleNamespace(view=SimpleNamespace(extent=(100.0, 100.0), closeup=20.0))
    view = Viewpoint(world)
    view.still = True
    view.command("follow")
    for step in range(20):  # the seat runs, and then another one is followed
        seat, place = (0, (20.0 + step, 50.0)) if step < 10 else (1, (60.0, 60.0))
        camera = view.camera((400, 400), seat, place, 1 / 60, 1 / 60)
        assert camera.centre == pytest.approx(place)


def test_a_look_is_a_whole_in_the_desktops_pixels() -> None:
    assert Look(DARK, 1.5, density=2.0).px(10) == 30
    assert Look(DARK, 1.0, density=2.0).other_theme().density == 2.0


@pytest.mark.parametrize("size", [11.0, 13.0])
def test_letters_of_a_panel_grow_with_dense_pixels_as_with_the_text(size: float) -> None:
    target, boxes = pygame.display.set_mode((800, 600), 0, 32), []
    for scale, dense in ((2.0, 1.0), (1.0, 2.0)):
        look = Look(THEMES["dark"], scale, density=dense)
        gui = Gui(look)
        gui.begin(target.get_size(), 1 / 60)
        boxes.append(
            PanelSheet(gui, look, "words", pygame.Rect(0, 0, 400, 400)).text((20, 40), "some words", size=size)
        )
        gui.end(target)
        gui.close()
    assert boxes[0] == boxes[1]
    assert boxes[0].height >= 2 * size
