"""What ImGui asks for, pixel by pixel."""

from collections.abc import Callable, Iterator

import numpy as np
import pygame
import pytest
from imgui_bundle import imgui, implot

from simulator.app.shell.gui import Gui
from simulator.app.shell.raster import paint_triangles
from simulator.app.shell.skin import word
from simulator.app.shell.theme import Look
from simulator.canvas import DARK, THEMES

SIZE = (240, 160)
RED, GREEN = (200, 30, 40), (20, 180, 60)
WHOLE = imgui.WindowFlags_.no_decoration | imgui.WindowFlags_.no_saved_settings
Say = Callable[[], None]


@pytest.fixture
def gui() -> Iterator[Gui]:
    made = Gui(Look(DARK))
    yield made
    made.close()


def show(gui: Gui, say: Say, frames: int = 2) -> np.ndarray:
    """The picture (width, height, 3) of a window that says something; letters come in the first frame."""
    target = pygame.Surface(SIZE, 0, 32)
    for _ in range(frames):
        target.fill((9, 9, 9))
        gui.begin(SIZE, 1 / 60)
        imgui.set_next_window_pos((0, 0))
        imgui.set_next_window_size(SIZE)
        imgui.begin("window", None, WHOLE)
        say()
        imgui.end()
        gui.end(target)
    return np.asarray(pygame.surfarray.array3d(target))


def paint(vertices: list[tuple[float, float]], index: list[int], colour: int) -> np.ndarray:
    """Triangles of one colour on 20 × 20 clear pixels."""
    pixels = np.zeros((20, 20), np.uint32)
    places = np.zeros((len(vertices), 5), np.float32)
    places[:, :2] = vertices
    colours, texture = np.full(len(vertices), colour, np.uint32), np.full((1, 1, 4), 255, np.uint8)
    words, box = np.array(index, np.uint32), np.array([0, 0, 20, 20])
    paint_triangles(pixels, places, colours, words, 0, texture, box, np.zeros((6, 6)))
    return pixels


def test_a_rectangle_fills_the_pixels_whose_centres_it_holds(gui: Gui) -> None:
    corners = [(2.0, 3.0), (8.4, 3.0), (8.4, 9.6), (2.0, 9.6)]
    filled = paint(corners, [0, 1, 2, 0, 2, 3], 0xFF0000FF) == 0xFFFF0000
    assert filled[3:10, 2:8].all()
    assert filled.sum() == 7 * 6
    seen = show(gui, lambda: imgui.get_window_draw_list().add_rect_filled((10, 20), (30, 41), word(RED)))
    drawn = (seen == RED).all(axis=2)
    assert drawn[10:30, 20:41].all()
    assert drawn.sum() == 20 * 21


def test_a_half_clear_rectangle_lets_half_through(gui: Gui) -> None:
    seen = show(
        gui, lambda: imgui.get_window_draw_list().add_rect_filled((10, 10), (20, 20), word((255, 255, 255), 128))
    )
    expected = [round(255 * 128 / 255 + part * 127 / 255) for part in DARK.panel]
    assert np.abs(seen[15, 15].astype(int) - expected).max() <= 1


def test_nothing_is_painted_outside_the_box(gui: Gui) -> None:
    def say() -> None:
        pen = imgui.get_window_draw_list()
        pen.push_clip_rect((50, 50), (60, 70))
        pen.add_rect_filled((0, 0), SIZE, word(RED))
        pen.add_circle_filled((55, 60), 40, word(GREEN))
        pen.pop_clip_rect()

    seen = show(gui, say)
    inside = np.zeros(SIZE, bool)
    inside[50:60, 50:70] = True
    assert (seen[inside] == GREEN).all()
    assert (seen[~inside] == DARK.panel).all()


def test_neighbouring_triangles_share_no_pixel_and_leave_no_gap() -> None:
    middle = (9.3, 8.7)
    rim = [(1.2, 2.1), (17.9, 1.4), (18.3, 17.2), (10.0, 18.8), (2.2, 16.1)]
    fan = [number for at in range(5) for number in (0, 1 + at, 1 + (at + 1) % 5)]
    painted = paint([middle, *rim], fan, 0x80FFFFFF)
    assert set(np.unique(painted)) == {0, 0x80808080}
    assert 200 < np.count_nonzero(painted) < 300


def test_either_way_round_is_the_same() -> None:
    corners = [(2.0, 3.0), (15.5, 4.25), (8.0, 17.75)]
    assert np.array_equal(paint(corners, [0, 1, 2], 0xFF0000FF), paint(corners, [2, 1, 0], 0xFF0000FF))


def test_a_circle_has_soft_edges(gui: Gui) -> None:
    seen = show(gui, lambda: imgui.get_window_draw_list().add_circle_filled((100, 80), 30.3, word((255, 255, 255))))
    red = seen[:, :, 0].astype(int)
    between = (red > DARK.panel[0]) & (red < 255)
    assert (red == 255).sum() == pytest.approx(np.pi * 30.3**2, rel=0.06)
    assert 100 < between.sum() < 500


def test_a_picture_is_copied_at_its_size_and_sampled_at_others(gui: Gui) -> None:
    made = np.zeros((8, 8, 3), np.uint8)
    made[:, 4:] = (200, 100, 50)

    def at(size: int) -> np.ndarray:
        return show(gui, lambda: imgui.get_window_draw_list().add_image(
            gui.painter.picture("two", lambda: made), (16, 16), (16 + size, 16 + size)))  # fmt: skip

    assert np.array_equal(at(8)[16:24, 16:24], made.swapaxes(0, 1))
    large = at(32)[16:48, 16:48]
    assert (large[:14] == 0).all()
    assert (large[18:] == (200, 100, 50)).all()
    assert (np.diff(large[12:20, 8, 0].astype(int)) >= 0).all()
    assert 0 < large[16, 8, 0] < 200


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_text_is_as_large_as_asked_for(gui: Gui, theme: str) -> None:
    heights = []
    for scale in (0.75, 1.0, 1.25, 2.0):
        look = Look(THEMES[theme], scale)
        gui.wear(look)
        seen = show(gui, lambda: imgui.text("HIH"), frames=3)
        ink = (seen == look.colour("ink")).all(axis=2)
        assert ink.any(), scale
        strong = np.abs(seen.astype(int) - look.theme.panel).sum(axis=2) > 60
        rows = np.flatnonzero(strong.any(axis=0))
        heights.append(rows[-1] - rows[0] + 1)
    assert heights == sorted(heights)
    assert heights[3] == pytest.approx(2 * heights[1], abs=2)
    assert heights[0] == pytest.approx(0.75 * heights[1], abs=1.5)


def test_a_plot_shows_its_line(gui: Gui) -> None:
    values = np.array([0.0, 1.0, 0.0, 1.0])

    def plot(line: bool) -> None:
        if implot.begin_plot("##plot", (200, 120), implot.Flags_.canvas_only):
            implot.setup_axes_limits(0, 3, 0, 1, implot.Cond_.always)
            if line:
                implot.plot_line("line", values, spec=implot.Spec(line_color=imgui.ImVec4(1, 0, 0, 1), line_weight=2.0))
            implot.end_plot()

    without, seen = show(gui, lambda: plot(False)), show(gui, lambda: plot(True))
    red = (seen != without).any(axis=2)
    columns = np.flatnonzero(red.any(axis=1))
    assert columns[-1] - columns[0] > 140
    assert red.any(axis=1)[columns[0] : columns[-1] + 1].all()


def test_what_did_not_change_is_not_painted_again(gui: Gui) -> None:
    words = ["same"]
    first = show(gui, lambda: imgui.text(words[0]), frames=3)
    painted = gui.painter.painted
    assert np.array_equal(show(gui, lambda: imgui.text(words[0])), first)
    assert gui.painter.painted == painted
    words[0] = "other"
    assert not np.array_equal(show(gui, lambda: imgui.text(words[0])), first)
    assert gui.painter.painted > painted


def test_letters_that_come_later_are_seen(gui: Gui) -> None:
    show(gui, lambda: imgui.text("A"))
    blank = show(gui, lambda: None)
    for letter in ("é", "→", "×", "\uf04b"):
        assert not np.array_equal(show(gui, lambda letter=letter: imgui.text(letter)), blank), letter  # type: ignore[misc]


def test_a_click_presses_a_button(gui: Gui) -> None:
    pressed: list[bool] = []
    say = lambda: pressed.append(imgui.button("Play", (100, 40)))  # noqa: E731
    show(gui, say)
    place = (40, 30)
    gui.handle(pygame.event.Event(pygame.MOUSEMOTION, pos=place, rel=(0, 0), buttons=(0, 0, 0)))
    show(gui, say)
    gui.handle(pygame.event.Event(pygame.MOUSEBUTTONDOWN, button=1, pos=place))
    show(gui, say)
    gui.handle(pygame.event.Event(pygame.MOUSEBUTTONUP, button=1, pos=place))
    show(gui, say)
    assert sum(pressed) == 1


@pytest.mark.parametrize("how", ["keyboard", "gamepad"])
def test_keys_and_pads_reach_a_button(gui: Gui, how: str) -> None:
    pressed: list[str] = []

    def say() -> None:
        for name in ("one", "two"):
            if imgui.button(name):
                pressed.append(name)

    def tap(down: pygame.event.Event, up: pygame.event.Event) -> None:
        for event in (down, up):
            gui.handle(event)
            show(gui, say)

    kinds = (pygame.KEYDOWN, pygame.KEYUP)
    show(gui, say, frames=3)
    if how == "keyboard":
        for key in (pygame.K_DOWN, pygame.K_DOWN, pygame.K_SPACE):
            tap(*(pygame.event.Event(kind, key=key, mod=0) for kind in kinds))
    else:
        for _ in range(2):
            tap(*(pygame.event.Event(pygame.JOYHATMOTION, value=(0, way)) for way in (-1, 0)))
        tap(*(pygame.event.Event(kind, button=0) for kind in (pygame.JOYBUTTONDOWN, pygame.JOYBUTTONUP)))
    assert pressed == ["two"]


def test_a_texture_that_lies_turned_on_a_rectangle_is_painted_so() -> None:
    """As on a level line of a plot: the columns of its texture, from clear to full, lie along its height."""
    pixels = np.zeros((20, 20), np.uint32)
    places = np.zeros((4, 5), np.float32)
    places[:, :4] = [(2, 4, 0.0, 0.5), (18, 4, 0.0, 0.5), (18, 8, 1.0, 0.5), (2, 8, 1.0, 0.5)]
    texture = np.full((1, 4, 4), 255, np.uint8)
    texture[0, :, 3] = (0, 80, 160, 255)
    index, box = np.array([0, 1, 2, 0, 2, 3], np.uint32), np.array([0, 0, 20, 20])
    paint_triangles(pixels, places, np.full(4, 0xFF0000FF, np.uint32), index, 0, texture, box, np.zeros((6, 6)))
    cover = pixels >> 24
    assert (cover[4:8, 2:18] == cover[4:8, 2:3]).all()
    assert cover[4:8, 2].tolist() == [0, 80, 160, 255]


@pytest.mark.parametrize("high", [60.0, 60.3, 60.5])
def test_a_level_line_of_a_plot_has_the_same_colour_all_along(gui: Gui, high: float) -> None:
    def say() -> None:
        implot.set_next_axes_limits(0.0, 10.0, 0.0, 120.0)
        if implot.begin_plot("##plot", (220, 140), implot.Flags_.canvas_only):
            implot.setup_axes("", "", implot.AxisFlags_.no_decorations, implot.AxisFlags_.no_decorations)
            line = implot.Spec(line_color=(1.0, 1.0, 0.0, 1.0), line_weight=2.0)
            implot.plot_line("line", np.array([1.0, 9.0]), np.array([high, high]), line)
            implot.end_plot()

    picture = show(gui, say, 3).astype(int)
    yellow = np.minimum(picture[..., 0], picture[..., 1]) - picture[..., 2]
    row = int(yellow.max(axis=0).argmax())
    along = yellow[60:170, row]
    assert along.min() > 100
    assert along.max() - along.min() < 8
