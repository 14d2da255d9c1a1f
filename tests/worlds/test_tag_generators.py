"""Tag's arenas: each generator, many seeds, looked at with a second, simple set of walking rules."""

import hashlib
from typing import Any

import numpy as np
import pytest

import worlds
from tests.tools.mapping import distances, reached_from
from worlds.games.tag.generators import (
    FEWEST_OPEN,
    GENERATORS,
    NEAREST_DENS,
    ONE_WAYS,
    carve,
    pillars,
    place_dens,
    solvable,
)
from worlds.kit.grid import FLOOR, WALL, fill_box
from worlds.kit.ways import UNREACHED, keep_connected

NAMES = [generator.name for generator in GENERATORS]
SEEDS = 200
# How the sha256 of tiles, steps and dens of seeds 0 … 2 begins: the same on every machine, compiled and plain.
DIGESTS = {
    "rooms": "2d263f813756c964",
    "maze": "5de55b4f549d67e6",
    "caves": "1e940919d6f821f1",
    "pillars": "05e2a5a6f1699f9b",
    "rings": "98547aafde4d2f30",
    "alleys": "3b18731433006644",
    "slants": "9accaeab7e736109",
}


def arena(name: str, seed: int) -> Any:
    """A record with one generator's layout of one seed."""
    w = np.zeros(1, worlds.get("tag").record)[0]
    w.generator = NAMES.index(name)
    w.key = 1000003 * (seed + 1)
    carve(w)
    return w


@pytest.fixture(scope="module", params=NAMES)
def arenas(request: pytest.FixtureRequest) -> list[Any]:
    return [arena(request.param, seed) for seed in range(SEEDS)]


def den_tiles(w: Any) -> list[tuple[int, int]]:
    return [(int(y), int(x)) for x, y in w.den]


def test_the_border_is_wall(arenas: list[Any]) -> None:
    for w in arenas:
        assert (w.tiles[[0, -1]] == WALL).all()
        assert (w.tiles[:, [0, -1]] == WALL).all()


def test_everyone_gets_everywhere(arenas: list[Any]) -> None:
    """Every open tile has a way to every den, and every den a way to every open tile."""
    for w in arenas:
        is_open = w.tiles != WALL
        for steps, den in zip(w.steps, den_tiles(w), strict=True):
            expected = distances(w.tiles, den)
            assert (steps == expected).all(), "arrows count"
            assert ((expected != UNREACHED) == is_open).all()
        assert (reached_from(w.tiles, den_tiles(w)[0]) == is_open).all()


def test_arenas_can_be_played_and_broken_ones_cannot(arenas: list[Any]) -> None:
    assert all(solvable(w) for w in arenas)
    w = arenas[0].copy()
    row, col = den_tiles(w)[2]
    w.steps[1, row, col] = UNREACHED
    assert not solvable(w), "no way from one den to another"
    w = arenas[0].copy()
    row, col = den_tiles(w)[2]
    w.steps[1, row, col] = NEAREST_DENS - 1
    assert not solvable(w), "two dens are close"
    w = arenas[0].copy()
    w.tiles[np.cumsum(w.tiles != WALL).reshape(w.tiles.shape) >= FEWEST_OPEN] = WALL
    assert not solvable(w), "no room to run"


def test_dens_stand_on_floor_and_apart(arenas: list[Any]) -> None:
    pairs = []
    for w in arenas:
        tiles = den_tiles(w)
        assert len(set(tiles)) == len(tiles)
        assert (w.den % 1.0 == 0.5).all(), "in the middle of a tile"
        for index, (row, col) in enumerate(tiles):
            assert w.tiles[row, col] == FLOOR
            pairs += [int(w.steps[other, row, col]) for other in range(len(tiles)) if other != index]
    assert min(pairs) >= NEAREST_DENS
    assert 5 <= np.mean(pairs) <= 11, "a den is a short run from the next"


def test_there_is_room_to_run(arenas: list[Any]) -> None:
    for w in arenas:
        assert (w.tiles != WALL).sum() >= FEWEST_OPEN


def test_some_arenas_have_arrows(arenas: list[Any]) -> None:
    arrows = [int((w.tiles > WALL).sum()) for w in arenas]
    assert max(arrows) <= ONE_WAYS
    assert 0 < np.mean(np.array(arrows) > 0) < 0.6


def test_no_two_seeds_give_the_same_arena(arenas: list[Any]) -> None:
    assert len({w.tiles.tobytes() for w in arenas}) == SEEDS
    assert len({w.den.tobytes() for w in arenas}) > SEEDS * 0.9


def test_generators_differ() -> None:
    """Share of wall and of corridor: no two generators are alike in both."""
    looks = []
    for name in NAMES:
        tiles = np.stack([arena(name, seed).tiles for seed in range(20)]) == WALL
        sides = tiles[:, :-2, 1:-1] & tiles[:, 2:, 1:-1] | tiles[:, 1:-1, :-2] & tiles[:, 1:-1, 2:]
        corridor = ~tiles[:, 1:-1, 1:-1] & sides
        looks.append((tiles.mean(), corridor.mean()))
    for index, (wall, corridor) in enumerate(looks):
        for other_wall, other_corridor in looks[:index]:
            assert abs(wall - other_wall) + abs(corridor - other_corridor) > 0.02


def test_the_last_resort_holds() -> None:
    """Plain pillars, where every try of a generator has failed, take the dens whatever the luck."""
    for seed in range(SEEDS):
        w = np.zeros(1, worlds.get("tag").record)[0]
        w.key = seed
        fill_box(w.tiles, 0, 0, len(w.tiles), len(w.tiles), WALL)
        pillars(w, False)
        open_tiles = keep_connected(w.tiles, 1, 1, w.steps[0])
        assert open_tiles == (w.tiles != WALL).sum() > FEWEST_OPEN
        assert place_dens(w, open_tiles)


@pytest.mark.plain
@pytest.mark.bounds
@pytest.mark.parametrize("name", NAMES)
def test_layouts_are_the_same_everywhere(name: str) -> None:
    digest = hashlib.sha256()
    for seed in range(3):
        w = arena(name, seed)
        digest.update(w.tiles.tobytes() + w.steps.tobytes() + w.den.tobytes())
    assert digest.hexdigest()[:16] == DIGESTS[name]
