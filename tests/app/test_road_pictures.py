"""Roads in pictures: they fill it, they end properly, and what is laid over them is where it should be."""

from typing import Any

import numpy as np
import pygame
import pytest

import worlds
from simulator.app.panels.road_overlay import BOUNDS, HEAT, heat_legend, heat_of
from simulator.app.panels.viewpoint import Viewpoint
from simulator.canvas import DARK, LIGHT, THEMES, Camera, Canvas, fit, render
from simulator.canvas.camera import LANE, fit_strip, follow, is_strip
from simulator.canvas.timelines import BAND, GAP, draw_timeline
from simulator.canvas.words import Words
from simulator.engine import Simulation
from tests.app.conftest import FRAME
from worlds.road.fields import EXIT
from worlds.road.lanes.edges import TAPER, trees, trimmed, ways_on, wedges_of
from worlds.road.lanes.places import line_of
from worlds.road.picture import clock_of, frame_of
from worlds.road.ways_shown import arm_at, demand_of, forward
from worlds.traffic.highway.constants import METRES

SIZE = (1280, 720)
STRIP = (2000.0, 45.0)


@pytest.fixture(scope="module")
def works() -> Any:
    """A motorway on which a lane ends at works, and begins again behind them."""
    world = worlds.get("highway")
    names = [generator.name for generator in world.generators]
    for index in range(60):
        simulation = Simulation(world, seed=1, index=index, seats={seat.name: "bot" for seat in world.seats})
        if names[int(simulation.w["generator"])] == "works":
            return simulation.w
    raise AssertionError("no works among the first tasks")


# --- the camera ----------------------------------------------------------------------------------------------------


def test_a_stretched_camera_leads_there_and_back() -> None:
    camera = Camera((100.0, 20.0), 7.0, SIZE, 2.0)
    assert camera.metres(tuple(camera.pixels((130.0, 26.0)))) == pytest.approx((130.0, 26.0))
    across, down = camera.pixels((101.0, 21.0)) - camera.pixels((100.0, 20.0))
    assert down == pytest.approx(2.0 * across)
    assert camera.turned(0.0) == 0.0
    assert camera.turned(0.25 * np.pi) == pytest.approx(np.arctan(2.0))


def test_lanes_of_a_strip_are_wide_and_other_worlds_keep_their_shape() -> None:
    close = follow(STRIP, SIZE, 15.0, (1000.0, 20.0), stretched=True)
    assert 0.06 * SIZE[1] < LANE * close.scale * close.stretch < 0.09 * SIZE[1]
    assert fit_strip(STRIP, SIZE, (0.0, 0.0)).stretch > 2.0
    assert not is_strip((300.0, 200.0), SIZE)
    assert fit_strip((300.0, 200.0), SIZE, (0.0, 0.0)) == fit((300.0, 200.0), SIZE)
    assert follow(STRIP, SIZE, 15.0, (1000.0, 20.0)).stretch == 1.0


def test_the_road_fills_the_picture(works: Any) -> None:
    world = worlds.get("highway")
    view, frame = Viewpoint(world), frame_of(works)
    view.look_at(frame, SIZE)
    camera = view.camera(SIZE, 0, (500.0, frame[1] + 0.5 * frame[3]), FRAME, FRAME)
    surface = pygame.Surface(SIZE, 0, 32)
    world.view.draw(works, Canvas(surface, world.view.extent, camera=camera, seats=world.seats))
    pixels = pygame.surfarray.array3d(surface).astype(int)
    ground = np.abs(pixels - DARK.colour("land")).max(axis=2) <= 6
    assert ground.mean() < 0.6  # it was 0.8 before lanes were drawn wider
    assert camera.size[0] / camera.scale > 120.0  # and one still sees as far


# --- how roads end -------------------------------------------------------------------------------------------------


def test_a_lane_that_ends_and_one_that_begins_have_a_taper(works: Any) -> None:
    lines = [line_of(works, lane) for lane in range(int(works["lanes"]))]
    wedges = wedges_of(works, lines)
    assert sorted(wedge.ends for wedge in wedges) == [False, True]
    for wedge in wedges:
        line = lines[wedge.lane]
        tip = line[-1] if wedge.ends else line[0]
        assert abs(wedge.tip[0] - tip[0]) == pytest.approx(TAPER)
        assert (wedge.tip[0] > tip[0]) == wedge.ends
        stays = int(works["lane_left" if wedge.side < 0 else "lane_right"][wedge.lane])
        assert wedge.tip[1] == pytest.approx(0.5 * (tip[1] + lines[stays][0, 1]))  # on the edge of the lane that stays


def test_the_taper_is_asphalt_up_to_its_edge(works: Any) -> None:
    world = worlds.get("highway")
    lines = [line_of(works, lane) for lane in range(int(works["lanes"]))]
    wedge = next(wedge for wedge in wedges_of(works, lines) if wedge.ends)
    camera = Camera(tuple(wedge.inner), 12.0, (800, 400))
    surface = pygame.Surface(camera.size, 0, 32)
    world.view.draw(works, Canvas(surface, world.view.extent, camera=camera, seats=world.seats))

    def is_like(part: float, beyond: float, word: str) -> bool:
        edge = wedge.outer + part * (wedge.tip - wedge.outer)
        outwards = (wedge.outer - wedge.inner) / np.hypot(*(wedge.outer - wedge.inner))
        x, y = np.rint(camera.pixels(edge + beyond * outwards)).astype(int)
        return bool(np.abs(np.array(surface.get_at((x, y))[:3]) - DARK.colour(word)).max() <= 6)

    for part in (0.2, 0.5):
        assert is_like(part, -0.8, "asphalt")
        assert is_like(part, 1.6, "verge")
    assert METRES > TAPER


def test_roads_run_out_of_the_picture_side_by_side_unless_the_map_lies_ahead() -> None:
    """Two lanes of one road lead out, not quite alike; a third, short one leads to the road across."""
    lines = [np.array(ends) for ends in (
        ((300.0, 0.0), (0.0, 0.0)), ((-2.0, 4.0), (299.0, 6.0)), ((150.0, 100.0), (150.0, 40.0)),
    )]  # fmt: skip
    network = {
        "source_lane": np.array([0]), "sources": 1, "lane_limit": np.full(3, 14.0), "lane_kind": np.full(3, EXIT),
        "lane_before": np.full((3, 1), -1), "lane_next": np.array([[1], [-1], [-1]]),
    }  # fmt: skip
    found = dict(ways_on(network, lines, 22.0))
    assert sorted(found) == [0, 1, 2]
    lengths = [float(np.hypot(*(line[-1] - line[0]))) for _, line in sorted(found.items())]
    assert lengths[0] > 2 * 300.0
    assert lengths[1] > 2 * 300.0
    assert lengths[2] < 200.0
    along = [found[lane][-1] - found[lane][0] for lane in (0, 1)]
    assert along[0] / lengths[0] == pytest.approx(along[1] / lengths[1])  # they stay beside each other


def test_a_way_over_several_lanes_goes_forward_alone() -> None:
    way = np.array(((0.0, 0.0), (10.0, 0.0), (10.0, 0.0), (9.5, 0.1), (20.0, 0.0), (20.1, 0.0), (20.0, 10.0)))
    assert forward(way).tolist() == [[0.0, 0.0], [10.0, 0.0], [20.0, 0.0], [20.0, 10.0]]
    assert forward(way[1:3]).tolist() == way[1:3].tolist()


def test_a_line_is_cut_at_its_ends() -> None:
    line = np.array(((0.0, 0.0), (10.0, 0.0), (20.0, 0.0)))
    assert trimmed(line, 5.0, 2.0).tolist() == [[5.0, 0.0], [10.0, 0.0], [18.0, 0.0]]
    assert len(trimmed(line, 15.0, 6.0)) == 0


def test_no_tree_stands_on_a_road() -> None:
    road = np.array(((0.0, 50.0), (200.0, 60.0)))
    found = trees([(road, 10.0)], (0.0, 0.0, 200.0, 120.0))
    assert len(found) > 20
    away = np.abs(found[:, 1] - (50.0 + 0.05 * found[:, 0]))
    assert (away > 5.0 + found[:, 2]).all()
    assert (found == trees([(road, 10.0)], (0.0, 0.0, 200.0, 120.0))).all()


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
def test_every_theme_knows_the_words_of_roads(theme: Any) -> None:
    for word in ("land", "verge", "tree", "tree_lit", "tree_shadow", "asphalt", "asphalt_beyond", "casing"):
        assert word in theme.words


# --- what is laid over ---------------------------------------------------------------------------------------------


def test_delay_has_the_colours_of_its_legend() -> None:
    metres = np.full(5, 200.0)
    lost = 2.0 * np.array((0.0, 1.0, BOUNDS[1] + 1.0, BOUNDS[2] + 1.0, 10.0 * BOUNDS[3]))
    assert heat_of(lost, metres).tolist() == [-1, 0, 1, 2, 3]
    assert [words for _, words in heat_legend(DARK)] == ["0", *(f"{bound:g}" for bound in BOUNDS[1:])]
    assert len({colour for colour, _ in heat_legend(LIGHT)}) == len(HEAT)


def test_a_timeline_shows_what_was_what_is_and_what_comes() -> None:
    red, green = (200, 0, 0), (0, 200, 0)
    surface = pygame.Surface((200, 100), 0, 32)
    box = draw_timeline(surface, (50.0, 50.0), (1.0, 0.0), 80, [[(0.0, 0.5, red), (0.75, 1.0, green)]], 0.75)
    assert box.left == 50
    y = box.top + GAP + BAND // 2
    pixels = pygame.surfarray.array3d(surface)
    found = [tuple(pixels[box.left + GAP + x, y].tolist()) for x in (20, 75, 50)]
    assert found[:2] == [red, green]
    assert found[2] not in (red, green)


@pytest.mark.parametrize("way", [-1.0, 1.0])
def test_a_timeline_gives_way_to_a_badge(way: float) -> None:
    surface, words = pygame.Surface((200, 200), 0, 32), Words()
    badge = words.take(pygame.Rect(90, 90, 30, 20))
    alone = draw_timeline(surface, (100.0, 100.0), (0.0, way), 80, [[]], 0.5)
    moved = draw_timeline(surface, (100.0, 100.0), (0.0, way), 80, [[]], 0.5, others=words)
    assert alone.colliderect(badge)
    assert not moved.colliderect(badge)
    assert (moved.centery - alone.centery) * way > 0.0


def test_demand_is_that_of_the_arm_that_is_pointed_at(works: Any) -> None:
    assert demand_of(works, arm_at(works, None)) == []
    assert demand_of(works, arm_at(works, (1000.0, 5000.0))) == []
    start = line_of(works, int(works["source_lane"][0]))[0]
    sources = arm_at(works, start)
    flows = demand_of(works, sources)
    main = int(works["main_lanes"])
    assert sources.tolist() == list(range(main))
    assert sum(flow for _, _, flow in flows) == pytest.approx(3600.0 * float(works["demand"][:main].sum()))


def test_the_clock_stands_in_pictures(works: Any) -> None:
    world = worlds.get("highway")
    assert clock_of(works) == "0:00"
    plain, timed = (render(world, works, SIZE, layers=layers) for layers in ((), ("clock",)))
    where = np.argwhere((plain != timed).any(axis=2))
    assert len(where) > 0
    assert where[:, 0].max() < 60
    assert where[:, 1].min() > SIZE[0] - 120
