"""Grids: what carving leaves, where walking leads, how far one sees."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.tools.mapping import Tiles, distances, draw, reached_from
from worlds.kit import grid, sight, ways
from worlds.kit.grid import COL_STEP, FLOOR, ROW_STEP, WALL
from worlds.kit.record import record
from worlds.kit.ways import UNREACHED
from worlds.world import Field

pytestmark = [pytest.mark.plain, pytest.mark.bounds]

SIDE = 11
STATE = record({"tiles": Field("u1", (SIDE, SIDE), 0, 5)})


def chance(seed: int) -> Any:
    """A record whose stream is this seed's, with walled-in tiles full of floor."""
    w = np.zeros(1, STATE)[0]
    w.key = seed
    w.tiles[...] = WALL
    w.tiles[1:-1, 1:-1] = FLOOR
    return w


def scattered(seed: int) -> Tiles:
    """Noise of walls, arrows and floor inside a border; it need not be connected."""
    source = np.random.default_rng(seed)
    tiles = np.ones((SIDE, SIDE), np.uint8)
    tiles[1:-1, 1:-1] = source.choice(6, (SIDE - 2, SIDE - 2), p=[0.6, 0.24, 0.04, 0.04, 0.04, 0.04])
    return tiles


def floor_tiles(tiles: Tiles) -> list[tuple[int, int]]:
    return [(int(row), int(col)) for row, col in np.argwhere(tiles == FLOOR)]


def dead_ends(tiles: Tiles) -> int:
    return sum(grid.exits(tiles, row, col) == 1 for row, col in floor_tiles(tiles))


def is_one_piece(tiles: Tiles) -> bool:
    return bool((reached_from(tiles, floor_tiles(tiles)[0]) == (tiles != WALL)).all())


# --- carving -----------------------------------------------------------------------------------------------------


def test_fill_box_takes_both_ends_and_stays_on_the_grid() -> None:
    tiles = np.zeros((4, 5), np.uint8)
    grid.fill_box(tiles, 1, 1, 2, 3, WALL)
    assert np.argwhere(tiles == WALL).tolist() == [[row, col] for row in (1, 2) for col in (1, 2, 3)]
    grid.fill_box(tiles, -3, 3, 9, 99, WALL)
    assert (tiles[:, 3:] == WALL).all()
    assert (tiles[0, :3] == FLOOR).all()


@pytest.mark.parametrize("seed", range(4))
def test_a_maze_without_loops_is_a_spanning_tree(seed: int) -> None:
    w = chance(seed)
    grid.maze(w, w.tiles, 0.0)
    cells = (SIDE // 2) ** 2
    assert (w.tiles[1::2, 1::2] == FLOOR).all()
    assert (w.tiles == FLOOR).sum() == cells + cells - 1, "a tree has one passage fewer than cells"
    assert set(np.unique(w.tiles)) == {FLOOR, WALL}
    assert is_one_piece(w.tiles)


def test_a_maze_with_all_loops_keeps_only_its_posts() -> None:
    w = chance(1)
    grid.maze(w, w.tiles, 1.0)
    assert (w.tiles[1:-1, 1:-1] == WALL).sum() == (SIDE // 2 - 1) ** 2


def test_more_loops_open_more_walls() -> None:
    opened = []
    for loops in (0.1, 0.5):
        w = chance(3)
        grid.maze(w, w.tiles, loops)
        opened.append(int((w.tiles == FLOOR).sum()))
    assert opened[0] < opened[1]


@pytest.mark.parametrize("seed", range(4))
def test_braid_leaves_a_maze_no_dead_end(seed: int) -> None:
    w = chance(seed)
    grid.maze(w, w.tiles, 0.0)
    before = w.tiles.copy()
    grid.braid(w, w.tiles, 0.0)
    assert (w.tiles == before).all()
    assert dead_ends(w.tiles) > 0
    grid.braid(w, w.tiles, 1.0)
    assert dead_ends(w.tiles) == 0
    assert (w.tiles[before == FLOOR] == FLOOR).all(), "braiding only opens walls"
    assert (w.tiles[[0, -1]] == WALL).all()
    assert (w.tiles[:, [0, -1]] == WALL).all()


def test_caves_are_walled_in_and_denser_when_asked() -> None:
    walls = []
    for density in (0.2, 0.6):
        w = chance(7)
        grid.cave(w, w.tiles, density)
        assert set(np.unique(w.tiles)) <= {FLOOR, WALL}
        assert (w.tiles[[0, -1]] == WALL).all()
        assert (w.tiles[:, [0, -1]] == WALL).all()
        walls.append(int((w.tiles == WALL).sum()))
    assert walls[0] < walls[1]


@pytest.mark.parametrize("seed", range(6))
def test_keep_connected_walls_up_the_rest(seed: int) -> None:
    tiles, scratch = scattered(seed), np.zeros((SIDE, SIDE), np.uint8)
    before = tiles.copy()
    goal = floor_tiles(tiles)[5]
    kept = distances(tiles, goal) != UNREACHED
    assert ways.keep_connected(tiles, *goal, scratch) == kept.sum()
    assert (tiles[kept] == before[kept]).all()
    assert (tiles[~kept] == WALL).all()


def test_exits_counts_the_open_sides() -> None:
    tiles = draw("#####", "#.#.#", "#.>.#", "#.#.#", "#####")
    assert [grid.exits(tiles, row, col) for row, col in ((1, 1), (2, 1), (2, 2))] == [1, 3, 2]


def test_free_tile_finds_every_floor_tile_and_nothing_else() -> None:
    w = chance(5)
    w.tiles[...] = draw(*["#" * SIDE] * 4, "#..>.######", "#..<.######", *["#" * SIDE] * 5)
    found = {tuple(map(int, grid.free_tile(w))) for _ in range(300)}
    assert found == set(floor_tiles(w.tiles))


def test_free_tile_finds_the_only_one() -> None:
    w = chance(5)
    w.tiles[...] = WALL
    w.tiles[9, 2] = FLOOR
    assert {tuple(map(int, grid.free_tile(w))) for _ in range(20)} == {(9, 2)}


# --- walking -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sign", "refused"), [("#", {1, 3, 5, 7}), (".", set()), (">", {5}), ("<", {1}), ("^", {7}), ("v", {3})]
)
def test_arrows_refuse_whoever_comes_against_them(sign: str, refused: set[int]) -> None:
    tiles = draw("###", f"#{sign}#", "###")
    assert {code for code in (1, 3, 5, 7) if not grid.enterable(tiles, 1, 1, code)} == refused


def test_diagonal_steps_cut_no_corner() -> None:
    tiles = draw("#####", "#...#", "#.#.#", "#...#", "#####")
    assert not any(grid.passable(tiles, row, col, code) for row, col in ((1, 2), (2, 1)) for code in (2, 4, 6, 8))
    tiles[2, 2] = FLOOR
    assert grid.passable(tiles, 2, 1, 2)
    tiles[2, 2] = grid.EAST_ONLY
    assert not grid.passable(tiles, 3, 1, 2), "diagonals need plain floor all around"


@pytest.mark.parametrize("seed", range(30))
def test_walking_distances_are_the_shortest(seed: int) -> None:
    tiles, out = scattered(seed), np.zeros((SIDE, SIDE), np.uint8)
    for goal in floor_tiles(tiles)[::9]:
        reached = ways.walk_distances(tiles, *goal, out)
        expected = distances(tiles, goal)
        assert (out == expected).all()
        assert reached == (expected != UNREACHED).sum()


def test_distances_respect_arrows() -> None:
    tiles, out = draw("######", "#.>..#", "#.##.#", "#....#", "######"), np.zeros((5, 6), np.uint8)
    ways.walk_distances(tiles, 1, 3, out)
    assert out[1, 1] == 2
    ways.walk_distances(tiles, 1, 1, out)
    assert out[1, 3] == 8, "back only the long way round"


@pytest.mark.parametrize("seed", range(10))
def test_following_next_step_arrives(seed: int) -> None:
    tiles, steps = scattered(seed), np.zeros((SIDE, SIDE), np.uint8)
    goal = floor_tiles(tiles)[20]
    ways.walk_distances(tiles, *goal, steps)
    for row, col in np.argwhere((steps != UNREACHED) & (tiles != WALL)).tolist():
        left = int(steps[row, col])
        while (code := ways.next_step(steps, tiles, row, col)) != 0:
            assert grid.passable(tiles, row, col, code)
            row, col = int(row + ROW_STEP[code]), int(col + COL_STEP[code])
            assert steps[row, col] < left
            left = int(steps[row, col])
        assert (row, col) == goal


def test_next_step_takes_the_diagonal_over_open_floor() -> None:
    tiles, steps = chance(0).tiles.copy(), np.zeros((SIDE, SIDE), np.uint8)
    ways.walk_distances(tiles, 2, 7, steps)
    assert ways.next_step(steps, tiles, 7, 2) == 2
    assert ways.next_step(steps, tiles, 2, 2) == 1


def test_downhill_points_to_the_next_tile() -> None:
    tiles, steps = chance(0).tiles.copy(), np.zeros((SIDE, SIDE), np.uint8)
    ways.walk_distances(tiles, 5, 8, steps)
    assert ways.downhill(steps, tiles, 3.5, 5.5) == (1.0, 0.0)
    dx, dy = ways.downhill(steps, tiles, 3.2, 5.9)
    assert dx > 0.9
    assert dy == pytest.approx(-np.sqrt(1.0 - dx * dx))
    assert ways.downhill(steps, tiles, 8.5, 5.5) == (0.0, 0.0)
    assert ways.downhill(steps, tiles, 8.5, 5.1) == (0.0, 1.0), "on the goal's tile, to its middle"


# --- seeing ------------------------------------------------------------------------------------------------------


def points(tiles: Tiles, seed: int) -> NDArray[np.float64]:
    """Pairs (ax, ay, bx, by) on open tiles."""
    source = np.random.default_rng(seed)
    open_tiles = np.argwhere(tiles != WALL)
    pairs = open_tiles[source.integers(len(open_tiles), size=(200, 2))][:, :, ::-1] + source.random((200, 2, 2))
    return np.asarray(pairs.reshape(-1, 4))


@pytest.mark.parametrize("seed", range(5))
def test_a_line_is_clear_exactly_if_no_wall_lies_on_it(seed: int) -> None:
    tiles = scattered(seed)
    share = np.linspace(0.0, 1.0, 4001)
    shaved = 0  # corners cut off between two samples
    for ax, ay, bx, by in points(tiles, seed).tolist():
        on_line = tiles[(ay + (by - ay) * share).astype(int), (ax + (bx - ax) * share).astype(int)] == WALL
        clear = bool(sight.clear_line(tiles, ax, ay, bx, by))
        assert clear == bool(sight.clear_line(tiles, bx, by, ax, ay)), "seeing is mutual"
        assert not (clear and on_line.any())
        shaved += not clear and not on_line.any()
    assert shaved <= 2


def test_sight_passes_a_corner_unless_walls_meet_there() -> None:
    tiles = draw("####", "#..#", "#..#", "####")
    assert sight.clear_line(tiles, 1.5, 1.5, 2.5, 2.5)
    tiles[1, 2] = WALL
    assert sight.clear_line(tiles, 1.5, 1.5, 2.5, 2.5)
    tiles[2, 1] = WALL
    assert not sight.clear_line(tiles, 1.5, 1.5, 2.5, 2.5)


def test_arrows_do_not_hide() -> None:
    assert sight.clear_line(draw("#####", "#.v.#", "#####"), 1.5, 1.5, 3.5, 1.5)
