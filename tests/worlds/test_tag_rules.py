"""Tag's clashes: who catches whom, what it pays and costs, and what is known of it afterwards."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import worlds
from simulator.engine import Batch, Simulation
from tests.worlds.test_tag_bots import CHASER, EVADER, LEFT, LOW, MATE, OTHER, RIGHT, put, stage
from worlds.games.tag.bots import knob
from worlds.games.tag.constants import (
    AT_THEM,
    AWAY,
    CATCHING,
    CAUGHT,
    DEN,
    DENS,
    EPISODE,
    FREE,
    GASP,
    HOLDING,
    MISSED,
    REACH,
    SIDES,
    SLIPPED,
    STUMBLE,
    TOLD_MET,
)
from worlds.games.tag.generators import detour
from worlds.games.tag.rules import figures, step, watch
from worlds.games.tag.senses import NOTED, OWN, PER_DEN, PER_OTHER, ROWS, WAYS, observe, reveal
from worlds.kit.grid import WALL

on_stage = [pytest.mark.plain, pytest.mark.bounds]
NEAR = REACH - 0.3
pytestmark = on_stage


def meeting(gap: float = NEAR) -> Any:
    """A chaser and an evader in the middle of the hall, the others out of sight."""
    w = stage(CHASER, "stubborn", opening=2.5)
    w.vel[...] = 0.0
    w.speed[...] = 4.0, 3.0
    w.cool_time = 20
    w.refuge, w.fog = 3, 5.0
    w.pos[MATE], w.pos[OTHER] = (1.5, 7.5), (1.5, 13.5)
    put(w, EVADER, 7.5 + gap, 7.5, seen_by=CHASER)
    pair(w, CHASER, EVADER)
    return w


def pair(w: Any, chaser: int, evader: int) -> None:
    """Make two the rivals of each other, as `watch` does with those that are closest."""
    w.rival[chaser], w.rival[evader] = evader + 1, chaser + 1


def play(w: Any, lunge: int, turn: int, *, move: tuple[int, int] = (0, 0), ticks: int = 1) -> Any:
    """Some ticks in which the chaser and the evader lean so; what each earned."""
    rewards = np.zeros(4)
    for _ in range(ticks):
        actions = np.zeros((4, 3), np.int64)
        actions[CHASER, 0], actions[EVADER, 0] = move
        actions[CHASER, 2], actions[EVADER, 2] = lunge, turn
        w.action[...] = actions
        step(w, actions, rewards)
        w.tick += 1
    return rewards


@pytest.mark.parametrize("side", [LEFT, LOW, RIGHT])
def test_the_same_side_is_a_catch(side: int) -> None:
    w = meeting()
    rewards = play(w, side, side)
    assert rewards[CHASER] == CATCHING
    assert rewards[EVADER] == CAUGHT
    assert np.hypot(*(w.pos[EVADER] - w.pos[CHASER])) > 3.0, "sent far away"
    assert (w.down[CHASER], w.free[EVADER]) == (GASP, FREE)
    assert (w.catches[CHASER], w.catches[EVADER], w.slips[CHASER]) == (1, 1, 0)


@pytest.mark.parametrize(("lunge", "turn"), [(LEFT, LOW), (LEFT, RIGHT), (LOW, LEFT), (RIGHT, LOW)])
def test_another_side_is_a_slip(lunge: int, turn: int) -> None:
    w = meeting()
    rewards = play(w, lunge, turn)
    assert rewards[CHASER] == MISSED
    assert rewards[EVADER] == SLIPPED
    assert np.hypot(*(w.pos[EVADER] - w.pos[CHASER])) < REACH
    assert (w.down[CHASER], w.free[EVADER]) == (STUMBLE, FREE)
    assert (w.slips[CHASER], w.slips[EVADER], w.catches[CHASER]) == (1, 1, 0)


def test_who_missed_lies_on_the_ground_and_then_lunges_again() -> None:
    w = meeting()
    play(w, LEFT, LOW)
    place = w.pos[CHASER].copy()
    assert not play(w, LEFT, LEFT, move=(1, 0), ticks=STUMBLE - 1)[CHASER]
    np.testing.assert_array_equal(w.pos[CHASER], place)
    assert play(w, LEFT, LEFT, ticks=1)[CHASER] == CATCHING


def test_who_just_slipped_one_cannot_be_touched_by_another() -> None:
    w = meeting()
    play(w, LEFT, LOW)
    put(w, MATE, 7.5 + NEAR, 8.0, seen_by=EVADER)
    pair(w, MATE, EVADER)
    w.action[MATE] = 0
    assert not play(w, LOW, LEFT)[MATE]
    w.free[EVADER] = 0
    pair(w, MATE, EVADER)
    assert play(w, LOW, LEFT)[MATE] == CATCHING, "leans left, as all others here do"


def test_nobody_clashes_out_of_reach_or_out_of_sight() -> None:
    assert not play(meeting(REACH + 0.1), LEFT, LEFT).any()
    w = meeting()
    w.tiles[5:10, 8] = WALL
    w.pos[CHASER], w.pos[EVADER] = (7.95, 7.5), (9.05, 7.5)
    watch(w)
    assert not play(w, LEFT, LEFT).any(), "there is a wall between them"


def test_two_clash_only_if_both_lean_for_each_other() -> None:
    """Who is closer to somebody else leans for that one: that pair clashes, and its lean tells nothing of others."""
    w = meeting()
    w.rival[EVADER] = MATE + 1
    assert not play(w, LEFT, LEFT).any()
    w = meeting()
    w.rival[CHASER] = OTHER + 1
    assert not play(w, LEFT, LEFT).any()


def test_a_rival_is_the_nearest_who_is_ready() -> None:
    w = meeting()
    put(w, OTHER, 7.5 + 2 * NEAR, 7.5, seen_by=CHASER)
    watch(w)
    assert (w.rival[CHASER], w.rival[EVADER], w.rival[OTHER]) == (EVADER + 1, CHASER + 1, CHASER + 1)
    w.free[EVADER] = FREE
    watch(w)
    assert w.rival[CHASER] == OTHER + 1, "the nearest cannot be touched"
    w.pos[OTHER], w.free[OTHER] = (1.5, 13.5), FREE
    watch(w)
    assert w.rival[CHASER] == EVADER + 1, "nobody else is in sight"


@pytest.mark.parametrize("split", ["train", "test-both"])
def test_nobody_starts_at_a_den(split: str) -> None:
    for index in range(60):
        w = Simulation(worlds.get("tag"), index=index, split=split).w
        gaps = np.linalg.norm(w.pos[:, None] - w.den[None], axis=2)
        assert gaps.min() > DEN + 0.5, (index, gaps.min())


def test_the_refuge_pays_a_little_and_keeps_nobody_safe() -> None:
    w = meeting()
    w.pos[OTHER] = w.den[3]
    assert play(w, LEFT, LOW)[OTHER] == HOLDING
    assert w.held[OTHER] == 1
    assert min(CATCHING, SLIPPED) > HOLDING * EPISODE, "all of an episode there is worth less than one clash"
    w = meeting()
    w.pos[CHASER], w.pos[EVADER] = w.den[3] - (0.5, 0.0), w.den[3]
    assert play(w, LEFT, LEFT)[CHASER] == CATCHING + HOLDING


@pytest.mark.parametrize(("move", "way"), [(AT_THEM, 1.0), (AWAY, -1.0)])
def test_one_can_run_at_the_nearest_or_away(move: int, way: float) -> None:
    w = meeting(4.0)
    w.last_seen[CHASER] = 7, 11
    play(w, LEFT, LEFT, move=(move, 0))
    assert np.sign(w.vel[CHASER, 0]) == way


def test_what_happened_is_seen_and_what_will_happen_is_told() -> None:
    """Notes of a clash; and how likely each lean has the better of the next: by the opening, then by the habit."""
    w = meeting()
    seen, told = np.zeros(worlds.get("tag").observation.total, np.float32), np.zeros(37, np.float32)
    w.bot_knob[CHASER] = 0.0
    w.bot_kind[CHASER] = 1  # rounder
    reveal(w, EVADER, told)
    better = slice(DENS + 6, DENS + 9)
    assert told[better].tolist() == [0.0, 1.0, 1.0], "a chaser that lunges to the left"
    play(w, LEFT, RIGHT, ticks=2)
    told[...] = 0.0
    reveal(w, EVADER, told)
    assert told[better].tolist() == [1.0, 0.0, 1.0]
    observe(w, EVADER, seen)
    turn = (CHASER - EVADER) % 4 - 1
    start = OWN + WAYS + PER_DEN * DENS + PER_OTHER * turn
    assert seen[start] == 1.0, "in sight"
    assert seen[start + 8 : start + 17].tolist() == [1 / TOLD_MET, 1.0, 0, 0, 1, 1, 0, 0, 1]
    assert names_of(seen) == [turn, FIRST, 0, turn, FIRST + 1, AFTER + SIDES * RIGHT + LEFT], "the last clash, the next"
    w.free[EVADER] = w.down[CHASER] = 0
    pair(w, CHASER, EVADER)
    play(w, RIGHT, LOW, ticks=2)
    observe(w, EVADER, seen)
    assert names_of(seen)[1:3] == [FIRST + 1, AFTER + SIDES * RIGHT + LEFT], "what it came after, not how it ended"
    assert names_of(seen)[4:] == [FIRST + 2, AFTER + SIDES * LOW + RIGHT]


FIRST, AFTER = 1, 1 + TOLD_MET  # rows of somebody: it, its clashes by number, and by what both leaned to before


def names_of(seen: NDArray[np.float32]) -> list[int]:
    """Whom and which clash a seat's observation names: who it is, and the rows of that one; 0 where none is named."""
    rows = (seen[OWN + WAYS + PER_DEN * DENS + 3 * PER_OTHER :][: 2 * NOTED] * 3 * ROWS).round().astype(int)
    found = []
    for at in range(0, 2 * NOTED, NOTED):
        who = (rows[at] - 1) // ROWS
        found += [who, *(max(row - 1 - who * ROWS, 0) for row in rows[at + 1 : at + NOTED])]
    return [int(each) for each in found]


def test_a_chaser_is_told_where_the_evader_will_be() -> None:
    w = meeting()
    told = np.zeros(37, np.float32)
    w.bot_kind[EVADER], w.bot_knob[EVADER] = 0, 0.0
    w.bot_knob[EVADER, knob.opening], w.bot_knob[EVADER, knob.sloppy] = 1.5, 0.3
    reveal(w, CHASER, told)
    assert told[DENS + 6 : DENS + 9].tolist() == pytest.approx([0.1, 0.8, 0.1])
    w.rival[CHASER] = 0
    told[...] = 0.0
    reveal(w, CHASER, told)
    assert not told[DENS + 6 : DENS + 9].any(), "nobody is near"


def test_figures_count_clashes_and_who_had_the_better_of_them() -> None:
    w, out = meeting(), np.zeros(4 + 2 * 4)
    play(w, LEFT, LEFT)
    figures(w, out)
    assert out[:2].tolist() == [1.0, 0.0]
    assert out[4:].tolist() == [1, 1, 0, 0, 1, 0, 0, 0]


def test_the_difficulty_is_how_much_longer_ways_are_than_in_an_empty_arena() -> None:
    batch = Batch(worlds.get("tag"), 64, seed=5)
    batch.reset()
    found = []
    for w in batch.worlds.view(np.recarray):
        spots = np.floor(w["den"]).astype(int)
        pairs = [(a, b) for a in range(len(spots)) for b in range(len(spots)) if a != b]
        ways = sum(int(w["steps"][b, spots[a, 1], spots[a, 0]]) for a, b in pairs)
        bare = sum(np.abs(spots[a] - spots[b]).sum() for a, b in pairs)
        assert detour(w) == pytest.approx(ways / bare)
        found.append(ways / bare)
    assert min(found) >= 1.0
    assert len(np.unique(np.round(found, 3))) > 20, "arenas differ in how hard they are"
