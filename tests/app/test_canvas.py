import numpy as np
import pygame
import pytest

import worlds
from simulator.canvas import CONTRAST, DARK, LAYERS, LIGHT, THEMES, Canvas, Theme, fit, follow, render
from simulator.canvas.text import font, house_files, house_lacks, is_sign, written
from simulator.canvas.theme import Colour, contrasting, seat_colours, seat_marks, seat_shapes
from simulator.engine import Simulation
from worlds.world import Refused, Seat, World

SEATS = (Seat("red_0", "red", 0), Seat("red_1", "red", 0), Seat("blue_0", "blue", 1))


def canvas(size: tuple[int, int] = (200, 200), extent: tuple[float, float] = (10.0, 10.0), **options: object) -> Canvas:
    surface = pygame.Surface(size, 0, 32)
    return Canvas(surface, extent, camera=fit(extent, size), seats=SEATS, **options)  # type: ignore[arg-type]


def pixels(drawn: Canvas) -> np.ndarray:
    return np.asarray(pygame.surfarray.array3d(drawn.surface))


def at(drawn: Canvas, point: tuple[float, float]) -> tuple[int, ...]:
    x, y = np.rint(drawn.camera.pixels(point)).astype(int)
    return tuple(int(part) for part in pixels(drawn)[x, y])


@pytest.mark.parametrize("layers", [(), tuple(LAYERS)])
@pytest.mark.parametrize("name", worlds.names())
def test_every_world_draws_without_changing_its_state(name: str, layers: tuple[str, ...]) -> None:
    world = worlds.get(name)
    simulation = Simulation(world, seed=2)
    before = simulation.snapshot()
    picture = render(world, simulation.w, (160, 120), layers=layers, viewer=0 if layers else None)
    assert picture.shape == (120, 160, 3)
    assert picture.dtype == np.uint8
    assert len(np.unique(picture.reshape(-1, 3), axis=0)) > 3
    assert simulation.snapshot() == before


def test_the_same_state_gives_the_same_picture(beacon: World) -> None:
    simulation = Simulation(beacon, seed=2)
    assert (render(beacon, simulation.w) == render(beacon, simulation.w)).all()


def test_an_unknown_layer_is_refused(beacon: World) -> None:
    with pytest.raises(Refused, match="layer 'smoke' is unknown; there are clock, congestion, fog, hidden"):
        render(beacon, Simulation(beacon).w, layers=("smoke",))


def test_metres_become_pixels_and_back() -> None:
    camera = fit((20.0, 10.0), (400, 300))
    assert camera.pixels((10.0, 5.0)).tolist() == [200.0, 150.0]
    x, y = camera.pixels((3.0, 4.0))
    assert camera.metres((x, y)) == pytest.approx((3.0, 4.0))
    assert camera.pixels((3.0, 9.0))[1] > y  # y grows downwards


def test_a_following_camera_stays_over_the_world() -> None:
    camera = follow((10.0, 10.0), (300, 300), 3.0, (0.0, 9.9))
    left, top = camera.metres((0.0, 0.0))
    right, bottom = camera.metres((300.0, 300.0))
    assert -0.5 < left < right < 10.5
    assert -0.5 < top < bottom < 10.5
    assert follow((10.0, 10.0), (300, 300), 1.0, (0.0, 0.0)).centre == (5.0, 5.0)


def test_shapes_land_where_they_are_asked_for() -> None:
    drawn = canvas()
    drawn.disc((2.0, 2.0), 0.8, "good")
    drawn.box((7.0, 2.0), 2.0, 1.0, "bad", angle=0.3)
    drawn.polygon([(1.0, 6.0), (3.0, 6.0), (3.0, 9.0)], "goal")
    drawn.ring((7.0, 7.0), 1.5, "hazard", width=0.3)
    void = at(drawn, (9.5, 5.0))
    assert at(drawn, (2.0, 2.0)) == DARK.colour("good")
    assert at(drawn, (7.0, 2.0)) == DARK.colour("bad")
    assert at(drawn, (2.6, 6.6)) == DARK.colour("goal")
    assert at(drawn, (7.0, 7.0)) == void == DARK.colour("void")
    assert at(drawn, (8.35, 7.0)) == DARK.colour("hazard")


def test_edges_are_anti_aliased() -> None:
    drawn = canvas()
    drawn.disc((5.0, 5.0), 2.0, "goal")
    assert len(np.unique(pixels(drawn).reshape(-1, 3), axis=0)) > 8


def test_a_part_of_a_ring_starts_at_the_top_and_goes_clockwise() -> None:
    drawn = canvas()
    drawn.ring((5.0, 5.0), 3.0, "good", part=0.5, width=0.6)
    assert at(drawn, (7.7, 5.0)) == DARK.colour("good")
    assert at(drawn, (2.3, 5.0)) == DARK.colour("void")


def test_lines_arrows_text_and_fog_draw_something() -> None:
    blank = pixels(canvas())
    for draw in (
        lambda c: c.line([(1, 1), (9, 3), (2, 8)], "ink", width=0.4),
        lambda c: c.line([(1, 1), (9, 3)], "ray", width=0.02, alpha=90),
        lambda c: c.arrow((1, 1), (8, 8), "accent_3"),
        lambda c: c.text((5, 5), "word", size=1.0),
        lambda c: c.seat(1, (5, 5), 0.4, 0.5, mark="safe"),
    ):
        drawn = canvas(layers=LAYERS, viewer=0)
        draw(drawn)
        assert (pixels(drawn) != blank).any()


def test_fog_dims_only_what_is_outside() -> None:
    drawn = canvas()
    drawn.polygon([(0, 0), (10, 0), (10, 10), (0, 10)], "ink")
    drawn.fog([(3, 3), (7, 3), (7, 7), (3, 7)])
    assert at(drawn, (5.0, 5.0)) == DARK.colour("ink")
    assert max(at(drawn, (1.0, 1.0))) < 150
    assert max(at(drawn, (9.0, 5.0))) < 150


@pytest.mark.parametrize("points", [[], [(1.0, 1.0)], [(1.0, 1.0), (np.nan, 2.0), (3.0, 3.0)]])
def test_impossible_shapes_are_left_out(points: list[tuple[float, float]]) -> None:
    drawn = canvas()
    shape = np.array(points, dtype=float).reshape(-1, 2)
    drawn.polygon(shape, "ink")
    drawn.line(shape, "ink")
    drawn.disc((5.0, 5.0), 0.0, "ink")
    drawn.arrow((1.0, 1.0), (1.0, 1.0), "ink")
    assert (pixels(drawn) == DARK.colour("void")).all()


def test_far_away_shapes_cost_nothing_and_break_nothing() -> None:
    drawn = canvas()
    drawn.disc((1e6, 1e6), 3.0, "ink")
    drawn.polygon([(-1e7, -1e7), (1e7, -1e7), (0.0, 1e7)], "goal")
    assert at(drawn, (5.0, 5.0)) == DARK.colour("goal")


def test_walls_and_floor_look_different_and_the_grid_is_row_then_column() -> None:
    drawn = canvas(extent=(4.0, 4.0))
    grid = np.zeros((4, 4), np.uint8)
    grid[0, 3] = 1  # top right
    drawn.tiles(grid, {1: "wall"})
    assert at(drawn, (3.5, 0.5)) == DARK.colour("wall")
    assert at(drawn, (0.5, 3.5)) in (DARK.colour("floor"), DARK.colour("floor_alt"))


def test_ground_larger_than_a_piece_has_no_gaps() -> None:
    drawn = canvas(size=(403, 397), extent=(50.0, 50.0))
    drawn.tiles(np.zeros((50, 50), np.uint8), {})
    inner = pixels(drawn)[10:390, 10:385].reshape(-1, 3)
    assert not (inner == DARK.colour("void")).all(axis=1).any()


def test_one_way_tiles_show_their_direction() -> None:
    looks = []
    for way in ("east", "west", "north", "south"):
        drawn = canvas(extent=(1.0, 1.0))
        drawn.tiles(np.ones((1, 1), np.uint8), {1: f"one_way_{way}"})
        looks.append(pixels(drawn).tobytes())
    assert len(set(looks)) == 4


def test_layers_of_a_viewer_need_one() -> None:
    assert not canvas(layers={"fog", "rays"}).shows("fog")
    assert canvas(layers={"fog", "rays"}, viewer=0).shows("rays")
    assert canvas(layers={"hidden"}).shows("hidden")


def test_seats_differ_by_shape_colour_and_number() -> None:
    assert seat_shapes(SEATS) == ("triangle", "triangle", "circle")
    assert len(set(seat_colours(SEATS))) == 3
    assert seat_marks(SEATS) == ("0", "1", "0")
    alone = tuple(Seat(f"car_{index}", "car", index) for index in range(8))
    assert len(set(seat_colours(alone))) == 8


def test_seats_tell_where_they_are() -> None:
    drawn = canvas()
    drawn.seat(2, np.array((3.0, 4.0)), 0.0, 0.4)
    assert drawn.placed == {2: (3.0, 4.0)}


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
def test_themes_know_the_same_words_and_keep_unknown_ones_stable(theme: Theme) -> None:
    assert set(theme.words) == set(DARK.words)
    assert theme.colour("never heard of") == theme.colour("never heard of")
    assert theme.colour("accent_1") != theme.colour("accent_2")
    assert contrasting((255, 255, 255))[0] < 50 < contrasting((0, 0, 0))[0]


def test_high_contrast_is_what_the_guidelines_ask() -> None:
    """WCAG 2.2: 7 : 1 for text (1.4.6, enhanced), 3 : 1 for what is no text (1.4.11)."""

    def light(colour: Colour) -> float:
        parts = np.array(colour) / 255
        linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
        return float(linear @ (0.2126, 0.7152, 0.0722))

    def ratio(first: Colour, second: Colour) -> float:
        dim, bright = sorted((light(first), light(second)))
        return (bright + 0.05) / (dim + 0.05)

    assert ratio((255, 255, 255), (0, 0, 0)) == pytest.approx(21.0)
    for ground in (CONTRAST.panel, CONTRAST.card):
        assert min(ratio(CONTRAST.colour(word), ground) for word in ("ink", "muted", "good", "bad", "ray")) >= 7.0
        assert min(ratio(colour, ground) for colour in (*CONTRAST.accents, CONTRAST.line)) >= 3.0
    floor, asphalt = CONTRAST.colour("floor"), CONTRAST.colour("asphalt")
    assert ratio(CONTRAST.colour("wall"), floor) >= 3.0
    assert min(ratio(CONTRAST.colour(word), asphalt) for word in ("lane_mark", "casing", "car_0", "car_4")) >= 3.0


def test_words_have_the_font_of_the_panels_and_signs_that_it_lacks_another() -> None:
    panels, other = house_files()
    assert panels.name == "Roboto-Regular.ttf"
    own = pygame.font.Font(str(panels), 20)
    assert written("north", 20, (255, 255, 255)).get_size() == own.size("north")
    assert is_sign("→")
    assert not is_sign("×")
    wide = written("A → B", 20, (255, 255, 255)).get_width()
    assert wide == own.size("A ")[0] + pygame.font.Font(str(other), 20).size("→")[0] + own.size(" B")[0]
    assert not house_lacks("A→×β")
    assert house_lacks("北") == {"北"}


def test_fonts_survive_the_end_of_pygame() -> None:
    written("before", 20, (255, 255, 255))
    pygame.quit()
    assert font(20).render("after", True, (255, 255, 255)).get_width() > 0
    pygame.display.init()


def test_names_of_seats_that_stand_together_do_not_cover_each_other() -> None:
    drawn = canvas(layers={"labels"})
    for seat in range(3):
        drawn.seat(seat, (5.0 + 0.1 * seat, 4.0), 0.0, 0.5)
    drawn.finish()
    boxes = drawn.words.boxes
    assert len(boxes) == 3
    assert all(box.collidelist(boxes[order + 1 :]) == -1 for order, box in enumerate(boxes))


def test_what_stands_still_is_painted_once_for_a_key_and_a_camera() -> None:
    middle, painted = (5.0, 5.0), []

    def seen(key: str, style: str, zoom: float = 1.0, **options: object) -> tuple[int, ...]:
        def paint(still: Canvas) -> None:
            painted.append(style)
            still.box(middle, 2.0, 2.0, style)

        drawn = canvas(**options)  # type: ignore[arg-type]
        drawn.camera = fit(drawn.extent, drawn.camera.size, zoom=zoom)
        drawn.still(("test of still", key), paint)
        return at(drawn, middle)

    assert [seen("a", "goal") for _ in range(4)] == [DARK.colour("goal")] * 4
    assert painted == ["goal"] * 2  # the first may be of a view that moves, so the second is kept
    assert seen("b", "bad") == seen("a", "bad", size=(160, 160)) == DARK.colour("bad")
    assert seen("a", "goal", theme=LIGHT) == LIGHT.colour("goal")
    assert [seen("a", "bad", zoom) for zoom in (1.5, 1.6, 1.7)] == [DARK.colour("bad")] * 3
    assert seen("a", "bad") == DARK.colour("goal")
