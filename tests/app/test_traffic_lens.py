"""Traffic in the window: vehicles coloured by a figure, and the numbers of what is clicked."""

import numpy as np
import pygame
import pytest

import worlds
from simulator.app.panels.road_numbers import KMH, lanes_of, numbers
from simulator.app.panels.traffic import (
    MODES,
    RANGES,
    Picked,
    TrafficView,
    congestion_legend,
    draw_traffic,
    figures_of,
    has_roads,
    legend,
    modes_of,
    pick,
    picked_next,
    still_there,
    tints,
)  # fmt: skip
from simulator.app.panels.views import Banner
from simulator.canvas import DARK, LIGHT
from simulator.canvas.theme import Theme
from simulator.engine import Simulation
from tests.app.conftest import FRAME, Opener, press, run
from worlds.road.lanes.places import cars_of, line_of
from worlds.world import World


@pytest.fixture(scope="module")
def busy() -> Simulation:
    """A motorway after some seconds."""
    world = worlds.get("highway")
    simulation = Simulation(world, seed=3, seats={seat.name: "bot" for seat in world.seats})
    idle = np.zeros((len(world.seats), len(world.action_sizes)), np.int64)
    for _ in range(40):
        simulation.tick(idle)
    return simulation


@pytest.mark.parametrize("mode", MODES[1:])
@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_every_vehicle_has_a_colour_of_the_legends_scale(busy: Simulation, mode: str, theme: Theme) -> None:
    colours = tints(busy.w, mode, theme)
    assert colours is not None
    found = list(colours)
    assert len(found) == int((busy.w["car_lane"] >= 0).sum())
    if mode == "speed":
        order = np.argsort(figures_of(busy.w, mode))
        assert found[order[0]] != found[order[-1]]
    told = legend(mode, theme)
    assert len({colour for colour, _ in told}) == len(told)
    if mode in RANGES:
        assert (told[0][1], told[-1][1]) == tuple(f"{end:g}" for end in RANGES[mode])


def test_paint_is_left_alone(busy: Simulation) -> None:
    assert tints(busy.w, "paint", DARK) is None
    assert legend("paint", DARK) == []


def test_a_click_finds_the_vehicle_and_tells_its_numbers(busy: Simulation) -> None:
    w, cars = busy.w, cars_of(busy.w)
    for slot, middle in zip(cars.slot.tolist(), cars.middle.tolist(), strict=True):
        found = pick(w, tuple(middle), 1.0)
        assert found is not None
        assert found.kind == "car"
        told = dict(numbers(busy.world, w, found))
        assert told["Speed"].startswith(f"{float(w['car_speed'][found.index]) * KMH:.0f} of ")
        assert told["Acceleration"] == f"{float(w['car_accel'][found.index]):+.1f} m/s²"
        assert f"exit {int(w['car_goal'][slot]) + 1} of" in told["Route"] or found.index != slot
        ahead = int(w["car_ahead"][found.index])
        if ahead >= 0:
            gap = float(w["car_pos"][ahead] - w["car_length"][ahead] - w["car_pos"][found.index])
            assert told["Gap ahead"].startswith(f"{gap:.1f} m")


def test_a_click_beside_vehicles_finds_the_lane(busy: Simulation) -> None:
    w, cars = busy.w, cars_of(busy.w)
    lane = int(np.argmax(w["lane_length"][: int(w["lanes"])]))
    line = line_of(w, lane)
    along = line[:-1] + 0.5 * np.diff(line, axis=0)
    far = [place for place in along if np.hypot(*(cars.middle - place).T).min() > 25.0]
    place = far[0] if far else line[0]
    found = pick(w, (float(place[0]), float(place[1])), 1.0)
    assert found is not None
    if found.kind == "lane":
        told = dict(numbers(busy.world, w, found))
        on = int((w["car_lane"] == found.index).sum())
        assert told["Vehicles"] == str(on)
        assert told["Limit"] == f"{float(w['lane_limit'][found.index]) * KMH:.0f} km/h"
    assert pick(w, (-1e6, -1e6), 1.0) is None


def test_wishes_and_ways_of_others_are_told_to_who_asks_for_more(busy: Simulation) -> None:
    w = busy.w
    own, other = int(w["ride"][0]), int(np.flatnonzero((w["car_lane"] >= 0) & (w["car_seat"] < 0))[0])
    hidden = {"Wants to go", "Route"}
    for car, telling, seen in ((other, False, False), (other, True, True), (own, False, True)):
        told = dict(numbers(busy.world, w, Picked("car", car), telling=telling, own=0))
        assert (hidden <= set(told)) == seen
        assert bool(hidden & set(told)) == seen
    assert "Kind of driver" in dict(numbers(busy.world, w, Picked("car", own), telling=True))
    assert "Kind of driver" not in dict(numbers(busy.world, w, Picked("car", own), telling=False, own=0))


def test_a_second_click_on_a_lane_is_for_the_whole_road(busy: Simulation) -> None:
    w = busy.w
    lane = int(w["section_lane"][0, 0])
    beside = lanes_of(w, lane)
    assert len(beside) == int(w["main_lanes"])
    road = picked_next(Picked("lane", lane), Picked("lane", beside[-1]), w)
    assert road == Picked("road", beside[-1])
    told = dict(numbers(busy.world, w, road))
    assert told["Vehicles"] == str(int(np.isin(w["car_lane"], beside).sum()))
    assert picked_next(None, Picked("lane", lane), w) == Picked("lane", lane)
    elsewhere = Picked("lane", int(w["section_lane"][3, 0]))
    assert picked_next(Picked("lane", lane), elsewhere, w) == elsewhere


def test_a_vehicle_that_left_is_told_no_more(busy: Simulation) -> None:
    slot = int(np.flatnonzero(busy.w["car_lane"] >= 0)[0])
    since = float(busy.w["car_since"][slot])
    assert still_there(busy.w, Picked("car", slot, since))
    assert not still_there(busy.w, Picked("car", slot, since - 1.0))
    assert not still_there(busy.w, Picked("car", int(np.flatnonzero(busy.w["car_lane"] < 0)[0]), 0.0))


def test_firms_are_coloured_where_there_are_firms(beacon: World) -> None:
    assert "firm" in modes_of(worlds.get("highway"))
    assert "firm" not in modes_of(worlds.get("signals"))
    assert not has_roads(beacon)


def test_the_window_colours_and_tells(open_app: Opener, busy: Simulation) -> None:
    app = open_app(simulation=busy.clone(), size=(900, 600), paused=True)
    app.prepare_gui().wait(120.0)
    run(app, 0.1)
    lens, camera = app.game.lens, app.game.arena.camera_drawn
    assert camera is not None
    press("k")
    app.frame(FRAME)
    assert lens.mode == "speed"
    for middle in cars_of(app.game.scene.shown()).middle.tolist():
        x, y = camera.pixels((middle[0], middle[1]))
        if 20 < x < camera.size[0] - 20 and 20 < y < camera.size[1] - 20:
            app.game._click((round(x), round(y)))
            break
    app.frame(FRAME)
    assert lens.picked is not None
    assert lens.view("K").clock == "0:10"
    assert len(lens.view("K").rows) >= 6
    assert any("H shows" in note for note in lens.view("K", "H").notes)
    press("g")
    app.frame(FRAME)
    assert [len(scale.colours) for scale in lens.view("K").scales] == [len(congestion_legend(DARK))]


def test_delay_and_speed_of_traffic_are_not_laid_over_each_other(open_app: Opener, busy: Simulation) -> None:
    app = open_app(simulation=busy.clone(), size=(900, 600))
    app.prepare_gui().wait(120.0)
    run(app, 0.1)
    lens = app.game.lens
    for key, heat, congestion in (("g", "", True), ("o", "now", False), ("g", "", True), ("g", "", False)):
        press(key)
        app.frame(FRAME)
        assert (lens.heat, "congestion" in app.game.layers) == (heat, congestion)
        assert len(lens.view("K").scales) <= 1


def test_the_numbers_give_way_to_what_was_clicked(open_app: Opener, busy: Simulation) -> None:
    app = open_app(simulation=busy.clone(), size=(1200, 700), paused=True)
    app.prepare_gui().wait(120.0)
    run(app, 0.1)
    lens, camera = app.game.lens, app.game.arena.camera_drawn
    assert camera is not None
    assert lens.box.left > 400
    covered = lens.box.center
    lens.picked, lens._place = Picked("lane", 0), camera.metres(covered)
    run(app, 0.1)
    assert not lens.box.collidepoint(covered)
    assert lens.box.left < 100
    lens.picked = None
    run(app, 0.1)
    assert lens.box.left > 400


def test_who_is_done_and_gone_is_not_looked_for(open_app: Opener, busy: Simulation) -> None:
    """A close view goes along with the next seat that is there, and says so."""
    simulation = busy.clone()
    app = open_app(simulation=simulation, size=(900, 600), paused=True)
    run(app, 0.1)
    arena = app.game.arena
    assert arena.view.following
    assert arena.seen == 0
    simulation.w["done"][0] = 1
    car = int(simulation.w["ride"][0])
    simulation.w["car_lane"][car], simulation.w["ride"][0] = -1, -1
    app.game.scene.cut()
    run(app, 0.1)
    assert (app.game.scene.followed, arena.seen) == (0, 1)


def test_delay_by_lane_is_shown_on_request_and_after_an_episode(open_app: Opener, busy: Simulation) -> None:
    app = open_app(simulation=busy.clone(), size=(900, 600))
    app.prepare_gui().wait(120.0)
    run(app, 1.5)
    lens = app.game.lens
    assert not lens.view("K").scales
    press("o")
    app.frame(FRAME)
    assert lens.heat == "now"
    assert lens.view("K").scales[0].colours
    press("o")
    app.frame(FRAME)
    assert lens.heat == ""  # of the episode before nothing is known yet
    app.game.scene.banner = Banner("Episode 1 over", "", True)
    assert lens.view("K").scales[0].colours


def test_a_small_picture_is_not_covered_by_notes(open_app: Opener) -> None:
    app = open_app()
    app.prepare_gui().result()
    target, view = pygame.Surface((1280, 720), 0, 32), TrafficView("0:10", "paint", "K", notes=("lights tell " * 9,))
    high = []
    for world in ((956, 720), (306, 360)):
        for _ in range(3):  # ImGui lays a window out in the frame after
            app.gui.begin(target.get_size(), 1 / 60)
            box = draw_traffic(app.gui, app.look, view, world)
            app.gui.end(target)
        high.append(box.height)
    assert high[1] < 40 < 80 < high[0]
