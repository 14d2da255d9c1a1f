"""A network's record has room to spare, so that its kernels serve networks like it, and the room changes nothing."""

from pathlib import Path

import numpy as np
import pytest

import worlds
from simulator.engine import Simulation
from simulator.interop.sumo.packing import pack_network
from tests.interop.crossing import changed
from tests.interop.diamond import write_diamond
from worlds.road.layouts import given_room
from worlds.road.layouts.given import pack, unpack
from worlds.road.layouts.given_room import COUNTED, LEAST, room_for, room_of
from worlds.road.layouts.given_tables import LIMITS
from worlds.world import World

KINDS = ("signals", "routes", "junction")


def text_of(kind: str, files: tuple[Path, Path], folder: Path) -> str:
    """A packed network for a kind of world."""
    return pack_network(*(write_diamond(folder) if kind == "routes" else files), seconds=120.0, world=kind)[0]


def played(world: World) -> list[bytes]:
    """What seats see and earn in three tasks of a world, and what its figures say."""
    found: list[bytes] = []
    sim = Simulation(world, seed=4, split="test-both")
    choices = np.array([len(action.choices) for action in world.actions])
    for trial in range(3):
        sim.reset(trial)
        while not sim.episode_ended:
            seats = np.arange(len(world.seats))[:, None] + int(sim.w["tick"]) // 40
            sim.tick(seats % choices)
            found.append(sim.observations.tobytes() + sim.rewards.tobytes())
        found.append(repr(sorted(sim.final_figures.items())).encode())
        world.check(sim.state)
    return found


@pytest.mark.plain
def test_there_is_room_for_all_and_half_as_much_again_at_most() -> None:
    rooms = [room_for(count) for count in range(1, 70_000)]
    assert all(count <= room <= max(LEAST, 1.5 * count) for count, room in enumerate(rooms, 1))
    assert len(set(rooms)) == 26
    for name in COUNTED:
        assert room_for(LIMITS[name][1]) == LIMITS[name][1], f"the most {name} take no more room"


@pytest.mark.plain
@pytest.mark.parametrize("kind", KINDS)
def test_the_room_changes_nothing(
    kind: str, files: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = text_of(kind, files, tmp_path)
    roomy = worlds.get(kind, network=text)
    monkeypatch.setattr(given_room, "room_for", lambda count: count)
    exact = worlds.get(kind, network=text)
    assert exact.record.itemsize < roomy.record.itemsize
    assert played(roomy) == played(exact)


@pytest.mark.plain
def test_who_comes_from_where_needs_no_other_kernels(files: tuple[Path, Path]) -> None:
    before = unpack(text_of("signals", files, files[0].parent))
    changed(files[1], '<flow id="a" route="down" begin="0" end="600" vehsPerHour="360"/>', "")
    after = unpack(text_of("signals", files, files[0].parent))
    assert (after.sizes["sources"], before.sizes["sources"]) == (1, 2)
    records = [worlds.get("signals", network=pack(network)).record for network in (before, after)]
    assert records[0] == records[1]


@pytest.mark.plain
def test_sizes_of_a_record_are_those_of_its_network_and_no_less(files: tuple[Path, Path]) -> None:
    network = unpack(text_of("signals", files, files[0].parent))
    room = room_of(network)
    assert set(room) == set(network.sizes)
    assert all(room[name] >= size for name, size in network.sizes.items())
    assert {name for name, size in network.sizes.items() if room[name] != size} <= set(COUNTED)
