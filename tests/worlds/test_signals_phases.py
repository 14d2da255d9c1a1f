"""What signals show phase by phase: the same numbers whatever the order of phases, arms and lanes."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import worlds
from simulator.engine import Batch, Simulation
from worlds.road.fields import LINK
from worlds.traffic.signals.phases import BLOCK, OWN, ROOM, observe_town_phases
from worlds.traffic.signals.senses import TOP
from worlds.world import Refused, World

DECISIONS = 30


@pytest.fixture(scope="module")
def world() -> World:
    return worlds.get("signals", observation="phases")


def played(world: World, seed: int) -> Simulation:
    """A town in the middle of an episode, its lights changed at random."""
    sim, rng = Simulation(world, seed=seed), np.random.default_rng(seed)
    for _ in range(DECISIONS * world.timing.ticks_per_decision):
        sim.tick(rng.integers(0, 4, len(world.seats)))
    return sim


def seen(w: Any, seat: int, size: int) -> np.ndarray:
    out = np.full(size, np.nan, np.float32)
    observe_town_phases(w, seat, out)
    return out


def test_each_phase_is_shown_and_no_other_may_be_chosen(world: World) -> None:
    batch = Batch(world, 24, seed=2)
    observations, several = batch.reset(), False
    rng = np.random.default_rng(1)
    for _ in range(DECISIONS):
        blocks = observations[..., OWN : OWN + ROOM * BLOCK].reshape(24, 4, ROOM, BLOCK)
        there = blocks[..., 0] == 1.0
        assert (blocks[~there] == 0.0).all()
        assert (batch.worlds["phases"] == there.sum(axis=-1)).all()
        assert not batch.legal[~there].any()
        assert batch.legal.any(axis=-1).all()
        several |= bool((batch.legal.sum(axis=-1) > 1).any())
        assert (blocks[..., 1].sum(axis=-1) == 1.0).all()
        world_part = observations[..., : world.observation.total]
        assert ((world_part >= 0.0) & (world_part <= TOP)).all()
        observations, *_ = batch.step((rng.random(batch.legal.shape) * batch.legal).argmax(axis=-1)[..., None])
    assert several
    assert (np.ptp(blocks[there], axis=0) > 0.0)[1:].sum() >= BLOCK - 3  # all of them tell something


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_reordered_phases_are_seen_reordered(world: World, seed: int) -> None:
    sim = played(world, seed)
    w, size = sim.w.copy(), world.observation.total
    for seat in range(len(world.seats)):
        before, count = seen(sim.w, seat, size), int(w["phases"][seat])
        order = np.roll(np.arange(count), 1)[::-1]
        w["phase_groups"][seat, :count] = sim.w["phase_groups"][seat, order]
        place = {int(old): new for new, old in enumerate(order)}
        for name in ("phase", "phase_before"):
            w[name][seat] = place[int(sim.w[name][seat])]
        after = seen(w, seat, size)
        blocks, others = (part[OWN : OWN + ROOM * BLOCK].reshape(ROOM, BLOCK) for part in (before, after))
        np.testing.assert_allclose(others[:count], blocks[order], atol=1e-6)
        np.testing.assert_array_equal(after[:OWN], before[:OWN])
        np.testing.assert_array_equal(after[-1], before[-1])
        assert (blocks[0] != blocks[1]).any()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_order_of_arms_does_not_show(world: World, seed: int) -> None:
    sim = played(world, seed)
    w, size = sim.w.copy(), world.observation.total
    groups, side = len(w["group_state"]) // len(w["phase"]), w["road_lane"].shape[2]
    for seat in range(len(world.seats)):
        before, arms = seen(sim.w, seat, size), int(w["arms"][seat])
        order = np.roll(np.arange(arms), 1)
        for name in ("arm_road", "arm_bearing"):
            w[name][seat, :arms] = sim.w[name][seat, order]
        moved = {int(old) * side + lane: new * side + lane for new, old in enumerate(order) for lane in range(side)}
        for phase in range(int(w["phases"][seat])):
            bits = int(sim.w["phase_groups"][seat, phase])
            w["phase_groups"][seat, phase] = sum(1 << new for old, new in moved.items() if bits >> old & 1)
        for old, new in moved.items():
            w["group_state"][seat * groups + new] = sim.w["group_state"][seat * groups + old]
        for lane in np.flatnonzero((w["lane_kind"] == LINK) & (w["lane_junction"] == seat)):
            w["lane_group"][lane] = seat * groups + moved[int(sim.w["lane_group"][lane]) - seat * groups]
        np.testing.assert_allclose(seen(w, seat, size), before, atol=1e-6)


def test_broken_detectors_are_believed_until_they_cannot_be_right(world: World) -> None:
    """A stuck one shows cars at once, and after a green without a move that nobody believes it."""
    sim = Simulation(world, seed=4)
    w, size, side = sim.w, world.observation.total, sim.w["road_lane"].shape[2]
    lit = [bit for bit in range(int(w["arms"][0]) * side) if int(w["phase_groups"][0, 0]) >> bit & 1]
    road = int(w["arm_road"][0, lit[0] // side])
    lane = int(w["road_lane"][road, 0 if w["road_b"][road] == 0 else 1, lit[0] % side])
    stuck, cars = OWN + 15, OWN + 2
    w["detector"][:] = 0
    w["detector"][lane] = 2
    shown = []
    for _ in range(8 * world.timing.ticks_per_decision):
        sim.tick(np.zeros(len(world.seats), np.int64))
        if sim.deciding:
            shown.append(seen(sim.w, 0, size)[[stuck, cars]])
    assert shown[0][0] == 0.0
    assert shown[0][1] > 0.0
    assert shown[-1][0] > 0.0


def test_those_behind_a_short_lane_count_as_on_it_where_no_light_parts_them(world: World) -> None:
    w, size, cars, queue = played(world, 1).w.copy(), world.observation.total, 2, 3
    for name in ("seen_cars", "seen_queue"):
        w[name][:] = 0.0
    side = w["road_lane"].shape[2]
    served = [
        (seat, phase, int(w["road_lane"][road, 0 if w["road_b"][road] == seat else 1, bit % side]))
        for seat in range(len(world.seats)) for phase in range(int(w["phases"][seat]))
        for bit in range(int(w["arms"][seat]) * side) if int(w["phase_groups"][seat, phase]) >> bit & 1
        for road in [int(w["arm_road"][seat, bit // side])]
    ]  # fmt: skip
    seat, phase, lane = next(each for each in served if w["lane_before"][each[2], 0] >= 0)
    link = int(w["lane_before"][lane, 0])
    before = int(w["lane_before"][link, 0])
    ways = int((w["lane_next"][before] >= 0).sum())
    w["seen_cars"][before], w["seen_queue"][before] = 3.0, 2.0
    at = OWN + BLOCK * phase

    def shown() -> list[float]:
        return [float(value) for value in seen(w, seat, size)[[at + cars, at + queue]]]

    assert shown() == [0.0, 0.0]  # a light is between
    w["lane_group"][link] = -1
    w["lane_length"][lane] = 120.0
    assert shown() == [0.0, 0.0]  # the lane is long
    w["lane_length"][lane] = 12.0
    assert shown() == pytest.approx([3.0 / ways / 25.0, 2.0 / ways / 10.0])


def test_towns_of_all_sizes_show_as_much(world: World) -> None:
    sizes = {junctions: worlds.get("signals", junctions=junctions, observation="phases") for junctions in (1, 9, 25)}
    for other in sizes.values():
        assert other.observation == world.observation
        assert other.actions == world.actions
        assert other.described == "phases"
    assert world.learning["belief"] == 0.0
    assert worlds.get("signals").described == ""
    assert worlds.get("signals").learning["belief"] > 0.0


def test_other_words_are_refused() -> None:
    with pytest.raises(Refused, match="choose from detectors, sumo-rl, libsignal, phases"):
        worlds.get("signals", observation="phase")


def test_choices_that_nothing_describes_are_refused(world: World) -> None:
    with pytest.raises(Refused, match="described by 'arms', which is no piece of its observation"):
        replace(world, described="arms")
    with pytest.raises(Refused, match="described by 3 numbers: it takes one action"):
        replace(world, described="own")
    with pytest.raises(Refused, match="described is 3: it must be text"):
        replace(world, described=3)  # type: ignore[arg-type]
