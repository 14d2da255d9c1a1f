"""Tag's scripted players: each does what its name says, on an open stage."""

from typing import Any

import numpy as np
import pytest

import worlds
from worlds.games.tag.bots import BOTS, OUTING, act, knob
from worlds.kit.grid import COL_STEP, ROW_STEP, WALL, passable
from worlds.kit.ways import walk_distances

SIDE = 15
CHASER, MATE, EVADER, OTHER = range(4)  # the seats of the stage
EAST, WEST = 1, 5
NOBODY = -1
CORNERS = ((2, 2), (2, 12), (12, 2), (12, 12))  # tiles of the dens; the first one is the refuge
on_stage = [pytest.mark.plain, pytest.mark.bounds]


def index_of(kind: str) -> int:
    role = next(bot.role for bot in BOTS if bot.name == kind)
    return [bot.name for bot in BOTS if bot.role == role].index(kind)


def stage(seat: int, kind: str, **knobs: float) -> Any:
    """An empty hall with a den in each corner; nobody sees anybody; this seat is a careful bot in the middle."""
    w = np.zeros(1, worlds.get("tag", seats=4).record)[0]
    w.key, w.tick, w.holder, w.fog = 5, 2, NOBODY, 9.0
    w.tiles[...] = WALL
    w.tiles[1:-1, 1:-1] = 0
    for den, (row, col) in enumerate(CORNERS):
        w.den[den] = col + 0.5, row + 0.5
        walk_distances(w.tiles, row, col, w.steps[den])
    w.team[...] = 0, 0, 1, 1
    w.pos[...] = 13.5, 1.5
    w.pos[seat] = 7.5, 7.5
    w.vel[...] = 1.0
    w.cool[...] = 20
    bot = next(bot for bot in BOTS if bot.name == kind)
    w.bot_kind[seat] = index_of(kind)
    for name, value in ({each.name: each.low for each in bot.knobs} | {"alert": 1.0, "sloppy": 0.0} | knobs).items():
        w.bot_knob[seat, getattr(knob, name)] = value
    return w


def put(w: Any, seat: int, x: float, y: float, seen_by: int) -> None:
    w.pos[seat] = x, y
    w.seen[seat, seen_by] = w.seen[seen_by, seat] = 1


def decide(w: Any, seat: int) -> int:
    act(w, seat)
    return int(w.action[seat, 0])


def tile(w: Any, seat: int) -> tuple[int, int]:
    return int(w.pos[seat, 1]), int(w.pos[seat, 0])


def nears_den(w: Any, seat: int, den: int, move: int) -> bool:
    """Whether the move makes the walk to a den shorter."""
    row, col = tile(w, seat)
    return bool(w.steps[den, row + ROW_STEP[move], col + COL_STEP[move]] < w.steps[den, row, col])


def walk(w: Any, seat: int, decisions: int) -> list[int]:
    """Decides and takes whole steps, tile by tile; the moves."""
    moves = []
    for _ in range(decisions):
        w.tick += 2
        move = decide(w, seat)
        row, col = tile(w, seat)
        if passable(w.tiles, row, col, move):
            w.pos[seat] += COL_STEP[move], ROW_STEP[move]
        moves.append(move)
    return moves


# --- chasers on the stage ----------------------------------------------------------------------------------------


class TestChasers:
    pytestmark = on_stage

    @pytest.mark.parametrize("kind", ["direct", "interceptor", "pack", "patroller", "sweeper"])
    def test_runs_at_an_evader_close_by(self, kind: str) -> None:
        w = stage(CHASER, kind)
        put(w, EVADER, 9.0, 7.5, seen_by=CHASER)
        w.vel[EVADER] = 0.0
        assert decide(w, CHASER) == EAST

    def test_direct_looks_where_it_saw_them_last_and_then_forgets(self) -> None:
        w = stage(CHASER, "direct", memory=6)
        put(w, EVADER, 2.5, 7.5, seen_by=CHASER)
        assert decide(w, CHASER) == WEST
        w.seen[...] = 0
        w.mood[CHASER] = 1  # on its mind: the den in the north-east
        moves = walk(w, CHASER, 8)
        assert moves[:4] == [WEST] * 4
        assert nears_den(w, CHASER, 1, moves[-1])

    def test_interceptor_aims_ahead(self) -> None:
        w = stage(CHASER, "interceptor", lead=1.0)
        put(w, EVADER, 7.5, 4.5, seen_by=CHASER)
        w.vel[EVADER] = 3.0, 0.0
        assert decide(w, CHASER) == 2, "north-east, though the prey is north"
        assert w.goal[CHASER].tolist() == [10.5, 4.5]

    def test_ambusher_waits_and_pounces(self) -> None:
        w = stage(CHASER, "ambusher", pounce=3.0, patience=12)
        walk(w, CHASER, OUTING)
        assert w.timer[CHASER] > 0, "waiting"
        put(w, EVADER, w.pos[CHASER, 0], w.pos[CHASER, 1] + 4.0, seen_by=CHASER)
        assert decide(w, CHASER) == 0
        w.pos[EVADER, 1] -= 1.5
        assert decide(w, CHASER) == 7

    def test_patroller_gives_up_a_chase(self) -> None:
        w = stage(CHASER, "patroller", chase=3, turn=0.0)
        w.mood[CHASER] = 1
        put(w, EVADER, 2.5, 7.5, seen_by=CHASER)
        moves = walk(w, CHASER, 4)
        assert moves[:3] == [WEST] * 3
        assert nears_den(w, CHASER, 1, moves[3])

    @pytest.mark.parametrize(("turn", "after"), [(0.0, 2), (1.0, 0)])
    def test_patroller_goes_round(self, turn: float, after: int) -> None:
        w = stage(CHASER, "patroller", turn=turn)
        w.mood[CHASER] = 1
        w.pos[CHASER] = w.den[1]
        decide(w, CHASER)
        assert w.mood[CHASER] == after

    def test_pack_comes_from_the_far_side(self) -> None:
        w = stage(CHASER, "pack", spread=2.0)
        w.pos[MATE] = 7.5, 3.5
        put(w, EVADER, 7.5, 5.0, seen_by=CHASER)
        decide(w, CHASER)
        assert w.goal[CHASER].tolist() == [7.5, 7.0], "the mate is north of the prey, so it goes to the south"

    def test_warden_goes_to_the_refuge_and_holds_it(self) -> None:
        w = stage(CHASER, "warden", leash=3.0, restless=0.0)
        assert nears_den(w, CHASER, w.refuge, decide(w, CHASER))
        w.pos[CHASER] = w.den[w.refuge]
        assert walk(w, CHASER, 10) == [0] * 10
        put(w, EVADER, 7.5, 2.5, seen_by=CHASER)
        assert decide(w, CHASER) == 0, "beyond the leash"
        w.pos[EVADER, 0] = 4.5
        assert decide(w, CHASER) == EAST

    def test_restless_warden_leaves(self) -> None:
        w = stage(CHASER, "warden", restless=0.08)
        w.pos[CHASER] = w.den[w.refuge]
        assert any(walk(w, CHASER, 100))

    @pytest.mark.parametrize(("gap", "way"), [(1.2, -1), (2.5, 0), (5.0, 1)])
    def test_stalker_keeps_its_distance(self, gap: float, way: int) -> None:
        w = stage(CHASER, "stalker", gap=2.5, strike=0.0)
        put(w, EVADER, 7.5 + gap, 7.5, seen_by=CHASER)
        assert COL_STEP[decide(w, CHASER)] == way

    def test_stalker_strikes_now_and_then(self) -> None:
        w = stage(CHASER, "stalker", gap=2.5, strike=0.25)
        put(w, EVADER, 10.0, 7.5, seen_by=CHASER)
        struck = [decide(w, CHASER) == EAST for _ in range(200)]
        assert 0.3 < np.mean(struck) < 0.95

    def test_sweeper_passes_by_who_is_far(self) -> None:
        w = stage(CHASER, "sweeper", glance=3.0)
        w.mood[CHASER] = 1
        put(w, EVADER, 2.5, 7.5, seen_by=CHASER)
        assert nears_den(w, CHASER, 1, decide(w, CHASER))

    def test_gatekeeper_keeps_between_the_refuge_and_the_evader(self) -> None:
        w = stage(CHASER, "gatekeeper", share=0.5, pounce=2.0)
        put(w, EVADER, 12.5, 2.5, seen_by=CHASER)  # the refuge is at (2.5, 2.5)
        walk(w, CHASER, 12)
        assert np.abs(w.pos[CHASER] - (7.5, 2.5)).max() <= 1.0
        put(w, EVADER, w.pos[CHASER, 0] + 1.5, w.pos[CHASER, 1], seen_by=CHASER)
        assert COL_STEP[decide(w, CHASER)] == 1, "who is near is caught"

    def test_gatekeeper_stays_near_the_refuge_when_it_sees_nobody(self) -> None:
        w = stage(CHASER, "gatekeeper")
        w.pos[CHASER] = 12.5, 12.5
        assert nears_den(w, CHASER, 0, decide(w, CHASER))

    def test_safe_evaders_are_left_alone(self) -> None:
        w = stage(CHASER, "direct")
        w.mood[CHASER] = 3
        put(w, EVADER, 2.5, 7.5, seen_by=CHASER)
        w.safe[EVADER] = 1
        assert nears_den(w, CHASER, 3, decide(w, CHASER))


# --- evaders on the stage ----------------------------------------------------------------------------------------


class TestEvaders:
    pytestmark = on_stage

    @pytest.mark.parametrize(("kind", "knobs"), [("runner", {"patience": 20.0}), ("zigzag", {}), ("homebody", {})])
    def test_runs_home_when_threatened(self, kind: str, knobs: dict[str, float]) -> None:
        w = stage(EVADER, kind, **knobs)
        put(w, CHASER, 8.5, 8.5, seen_by=EVADER)
        before = int(w.steps[w.refuge, 7, 7])
        walk(w, EVADER, 12)
        assert w.steps[w.refuge][tile(w, EVADER)] < before - 5

    @pytest.mark.parametrize("kind", ["looper", "hider", "decoy", "wall_hugger", "opportunist"])
    def test_gets_away_when_threatened(self, kind: str) -> None:
        w = stage(EVADER, kind)
        put(w, CHASER, 9.0, 7.5, seen_by=EVADER)
        walk(w, EVADER, 3)
        assert np.hypot(*(w.pos[EVADER] - w.pos[CHASER])) > 2.5

    def test_runner_roams_until_then_and_recovers(self) -> None:
        w = stage(EVADER, "runner", patience=4)
        w.mood[EVADER] = 3
        assert nears_den(w, EVADER, 3, decide(w, EVADER))
        put(w, CHASER, 8.5, 7.5, seen_by=EVADER)
        assert nears_den(w, EVADER, 0, decide(w, EVADER))
        w.seen[...] = 0
        assert nears_den(w, EVADER, 3, walk(w, EVADER, 6)[-1])

    def test_homebody_goes_home_after_a_while_and_stays(self) -> None:
        w = stage(EVADER, "homebody", delay=5, restless=0.0)
        w.tick = 0
        decide(w, EVADER)
        w.mood[EVADER] = 3
        assert nears_den(w, EVADER, 3, walk(w, EVADER, 3)[-1])
        walk(w, EVADER, 40)
        assert tile(w, EVADER) == CORNERS[0]
        assert walk(w, EVADER, 20) == [0] * 20

    def test_looper_goes_round_and_rests_at_home(self) -> None:
        w = stage(EVADER, "looper", rest=6)
        visited = []
        for _ in range(120):
            if tile(w, EVADER) in CORNERS:
                visited.append(CORNERS.index(tile(w, EVADER)))
            walk(w, EVADER, 1)
        order = [den for turn, den in enumerate(visited) if turn == 0 or visited[turn - 1] != den]
        assert order == [(order[0] + turn) % 4 for turn in range(len(order))]
        assert len(order) > 4
        assert visited.count(0) > 2 * visited.count(1)

    def test_hider_sits_in_a_corner(self) -> None:
        w = stage(EVADER, "hider", homing=0.1)
        w.mood[EVADER] = 4  # away from den 0
        moves = walk(w, EVADER, 20)
        assert moves[-5:] == [0] * 5
        row, col = tile(w, EVADER)
        assert w.steps[0, row, col] > 15

    def test_decoy_visits_shams_and_sometimes_home(self) -> None:
        w = stage(EVADER, "decoy", linger=1, honest=0.35)
        chosen = []
        for _ in range(300):
            w.mood[EVADER], w.timer[EVADER] = 1, 5
            w.pos[EVADER] = w.den[1]
            decide(w, EVADER)
            chosen.append(int(w.mood[EVADER]))
        assert set(chosen) == {0, 1, 2, 3}
        assert 0.2 < np.mean(np.array(chosen) == w.refuge) < 0.5

    def test_wall_hugger_keeps_along_walls_and_goes_home_late(self) -> None:
        w = stage(EVADER, "wall_hugger", outing=14)
        w.pos[EVADER] = 7.5, 13.5
        w.vel[EVADER] = 3.0, 0.0
        for _ in range(5):
            walk(w, EVADER, 1)
            assert tile(w, EVADER)[0] == 13
        walk(w, EVADER, 40)
        assert tile(w, EVADER) == CORNERS[0]

    def test_zigzag_swerves_to_both_sides(self) -> None:
        w = stage(EVADER, "zigzag", swing=1, fear=4.0)
        put(w, CHASER, 9.0, 9.0, seen_by=EVADER)
        moves = set()
        for _ in range(4):
            w.pos[EVADER] = 7.5, 7.5
            moves.add(decide(w, EVADER))
        assert moves == {3, 5}, "left and right of north-west, where home is"

    def test_opportunist_shadows_the_refuge(self) -> None:
        w = stage(EVADER, "opportunist", shadow=6, rest=3, fear=2.0)
        w.pos[EVADER] = 5.5, 4.5
        put(w, CHASER, 9.5, 4.5, seen_by=EVADER)
        assert decide(w, EVADER) == 0, "somebody is about"
        w.seen[...] = 0
        assert nears_den(w, EVADER, w.refuge, decide(w, EVADER))
        w.pos[EVADER] = w.den[w.refuge]
        w.safe[EVADER] = 1
        w.timer[EVADER] = 5  # the rest is over
        assert decide(w, EVADER) != 0

    @pytest.mark.parametrize(("gap", "way"), [(5.0, 1), (2.0, -1)])
    def test_teaser_goes_near_and_off_again(self, gap: float, way: int) -> None:
        w = stage(EVADER, "teaser", gap=3.0, patience=30.0)
        w.timer[EVADER] = 10
        put(w, CHASER, 7.5 + gap, 7.5, seen_by=EVADER)
        assert COL_STEP[decide(w, EVADER)] == way

    def test_teaser_goes_home_once_it_has_had_enough(self) -> None:
        w = stage(EVADER, "teaser", patience=10.0)
        w.timer[EVADER] = 0
        assert nears_den(w, EVADER, 0, decide(w, EVADER))

    @pytest.mark.parametrize("kind", [bot.name for bot in BOTS if bot.role == "evader"])
    def test_nobody_waits_at_a_closed_door(self, kind: str) -> None:
        """While chasers hold the refuge, evaders beside it go somewhere else sooner or later."""
        w = stage(EVADER, kind)
        w.holder = 0
        w.pos[EVADER] = 4.5, 2.5
        places = set()
        for _ in range(60):
            walk(w, EVADER, 1)
            places.add(tile(w, EVADER))
        assert len(places) > 5


# --- every kind --------------------------------------------------------------------------------------------------


@pytest.mark.plain
@pytest.mark.parametrize("bot", BOTS, ids=[bot.name for bot in BOTS])
def test_sloppy_bots_stray_and_slow_bots_keep_on(bot: Any) -> None:
    seat = CHASER if bot.role == "chaser" else EVADER
    w = stage(seat, bot.name, sloppy=1.0)
    assert len({decide(w, seat) for _ in range(100)}) == 9
    w = stage(seat, bot.name, alert=0.0)
    w.action[seat] = 4, 1
    assert decide(w, seat) == 4
    assert w.action[seat, 1] == 0, "a dash is asked for once"


@pytest.mark.plain
def test_bots_dash_when_the_other_side_is_close_and_they_can() -> None:
    w = stage(CHASER, "direct")
    put(w, EVADER, 9.0, 7.5, seen_by=CHASER)
    assert decide(w, CHASER) == EAST
    assert w.action[CHASER, 1] == 0, "not recovered"
    w.cool[CHASER] = 0
    decide(w, CHASER)
    assert w.action[CHASER, 1] == 1
    w.pos[EVADER, 0] = 12.5
    decide(w, CHASER)
    assert w.action[CHASER, 1] == 0, "too far"


@pytest.mark.plain
def test_whoever_is_stuck_tries_something_else() -> None:
    w = stage(CHASER, "direct")
    put(w, EVADER, 9.0, 7.5, seen_by=CHASER)
    w.vel[CHASER] = 0.0
    moves = set()
    for _ in range(60):
        w.action[CHASER, 0] = EAST
        moves.add(decide(w, CHASER))
    assert len(moves) > 5
