"""Tag's scripted players: each leans as its habit says, and all run alike, on an open stage."""

from typing import Any

import numpy as np
import pytest

import worlds
from worlds.games.tag.bots import BOTS, FAVOUR, REST, SEARCH, act, habit_of, knob
from worlds.games.tag.constants import NOBODY
from worlds.games.tag.rules import note
from worlds.kit.grid import COL_STEP, ROW_STEP, WALL, passable
from worlds.kit.ways import walk_distances

CHASER, MATE, EVADER, OTHER = range(4)  # the seats of the stage
LEFT, LOW, RIGHT = range(3)
EAST, WEST = 1, 5
CORNERS = ((2, 2), (2, 12), (12, 2), (12, 12))  # tiles of the dens
on_stage = [pytest.mark.plain, pytest.mark.bounds]


def index_of(kind: str, role: str) -> int:
    return [bot.name for bot in BOTS if bot.role == role].index(kind)


def stage(seat: int, kind: str, **knobs: float) -> Any:
    """An empty hall with a den in each corner; nobody sees anybody; this seat is a careful bot in the middle."""
    w = np.zeros(1, worlds.get("tag", seats=4).record)[0]
    w.key, w.tick, w.fog = 5, 2, 9.0
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
    role = "evader" if w.team[seat] else "chaser"
    bot = next(bot for bot in BOTS if (bot.name, bot.role) == (kind, role))
    w.bot_kind[seat] = index_of(kind, role)
    for name, value in ({each.name: each.low for each in bot.knobs} | {"sloppy": 0.0} | knobs).items():
        w.bot_knob[seat, getattr(knob, name)] = value
    return w


def put(w: Any, seat: int, x: float, y: float, seen_by: int) -> None:
    """Somebody in sight, the nearest for who sees it if it is of the other side."""
    w.pos[seat] = x, y
    w.seen[seat, seen_by] = w.seen[seen_by, seat] = 1
    if w.team[seat] != w.team[seen_by]:
        w.rival[seen_by], w.rival[seat] = seat + 1, seen_by + 1


def decide(w: Any, seat: int) -> int:
    act(w, seat)
    return int(w.action[seat, 0])


def nears_den(w: Any, seat: int, den: int, move: int) -> bool:
    row, col = int(w.pos[seat, 1]), int(w.pos[seat, 0])
    return bool(w.steps[den, row + ROW_STEP[move], col + COL_STEP[move]] < w.steps[den, row, col])


def walk(w: Any, seat: int, decisions: int) -> list[int]:
    """Decides and takes whole steps, tile by tile; the moves."""
    moves = []
    for _ in range(decisions):
        w.tick += 2
        move = decide(w, seat)
        row, col = int(w.pos[seat, 1]), int(w.pos[seat, 0])
        if passable(w.tiles, row, col, move):
            w.pos[seat] += COL_STEP[move], ROW_STEP[move]
        moves.append(move)
    return moves


# --- habits --------------------------------------------------------------------------------------------------------


def leans(seat: int, kind: str, others: list[int], **knobs: float) -> list[int]:
    """How a bot leans in a row of clashes with one who leans to ``others``; one more than there are of them."""
    w = stage(seat, kind, **knobs)
    other = EVADER if seat == CHASER else CHASER
    found = [int(habit_of(w, seat, other))]
    for theirs in others:
        won = (found[-1] == theirs) == (seat == CHASER)
        note(w, seat, other, found[-1], won)
        note(w, other, seat, theirs, not won)
        found.append(int(habit_of(w, seat, other)))
    return found


class TestHabits:
    pytestmark = on_stage

    @pytest.mark.parametrize("seat", [CHASER, EVADER])
    def test_stubborn_ones_lean_one_way(self, seat: int) -> None:
        assert leans(seat, "stubborn", [LEFT, RIGHT, LOW], opening=1.5) == [LOW] * 4

    @pytest.mark.parametrize(("turn", "expected"), [(0.5, [LOW, RIGHT, LEFT, LOW]), (1.5, [LOW, LEFT, RIGHT, LOW])])
    def test_rounders_go_on(self, turn: float, expected: list[int]) -> None:
        assert leans(EVADER, "rounder", [LOW, LOW, LEFT], opening=1.5, turn=turn) == expected

    def test_copiers_do_what_was_done_to_them(self) -> None:
        assert leans(CHASER, "copier", [RIGHT, LEFT, LOW], opening=0.5) == [LEFT, RIGHT, LEFT, LOW]

    def test_contrary_ones_go_on_from_there(self) -> None:
        assert leans(CHASER, "contrary", [RIGHT, LEFT, LOW], opening=0.5, turn=0.5) == [LEFT, LEFT, LOW, RIGHT]

    def test_sore_ones_keep_what_worked_and_fidgets_what_did_not(self) -> None:
        theirs = [LEFT, RIGHT]  # a catch, then a slip
        assert leans(CHASER, "sore", theirs, opening=0.5, turn=0.5) == [LEFT, LEFT, LOW]
        assert leans(EVADER, "sore", theirs, opening=0.5, turn=0.5) == [LEFT, LOW, LOW]
        assert leans(CHASER, "fidget", theirs, opening=0.5, turn=0.5) == [LEFT, LOW, LOW]
        assert leans(EVADER, "fidget", theirs, opening=0.5, turn=0.5) == [LEFT, LEFT, LOW]

    def test_drilled_ones_repeat_their_row(self) -> None:
        row = 3 * RIGHT + LOW + 0.5
        assert leans(EVADER, "drilled", [LEFT] * 5, opening=0.5, row=row) == [LEFT, RIGHT, LOW] * 2

    def test_paired_ones_do_all_twice_and_tiring_ones_change_once(self) -> None:
        assert leans(CHASER, "paired", [LEFT] * 5, opening=0.5, turn=0.5) == [LEFT, LEFT, LOW, LOW, RIGHT, RIGHT]
        assert leans(CHASER, "tiring", [LEFT] * 4, opening=0.5, turn=1.5) == [LEFT, LEFT, RIGHT, RIGHT, RIGHT]

    def test_a_habit_is_for_each_other_one_apart(self) -> None:
        w = stage(CHASER, "rounder", opening=0.5)
        note(w, CHASER, EVADER, LEFT, False)
        assert habit_of(w, CHASER, EVADER) == LOW
        assert habit_of(w, CHASER, OTHER) == LEFT

    @pytest.mark.parametrize("bot", BOTS, ids=[f"{bot.role}-{bot.name}" for bot in BOTS])
    def test_all_lean_by_their_opening_at_first_and_stray_now_and_then(self, bot: Any) -> None:
        seat, other = (CHASER, EVADER) if bot.role == "chaser" else (EVADER, CHASER)
        w = stage(seat, bot.name, opening=2.5)
        put(w, other, 9.0, 7.5, seen_by=seat)
        act(w, seat)
        assert w.action[seat, 2] == RIGHT
        w.bot_knob[seat, knob.sloppy] = 1.0
        found = set()
        for _ in range(40):
            act(w, seat)
            found.add(int(w.action[seat, 2]))
        assert found == {LEFT, LOW, RIGHT}


# --- how they run --------------------------------------------------------------------------------------------------


class TestChasers:
    pytestmark = on_stage

    def test_runs_at_an_evader_until_its_wind_is_gone_and_walks_a_while(self) -> None:
        w = stage(CHASER, "stubborn", wind=8.0)
        w.mood[CHASER] = 0
        put(w, EVADER, 13.0, 7.5, seen_by=CHASER)
        w.pos[CHASER] = 2.5, 7.5
        moves = [decide(w, CHASER) for _ in range(9)]
        assert moves == [EAST] * 9
        moves = [decide(w, CHASER) for _ in range(REST)]
        assert EAST not in moves, "walks to the den in mind, in the corner"
        assert decide(w, CHASER) == EAST, "and runs again"

    def test_looks_where_it_saw_them_last_and_then_walks_on(self) -> None:
        w = stage(CHASER, "stubborn", wind=30.0)
        w.mood[CHASER] = 1
        w.last_seen[CHASER] = 7, 2
        w.lost[CHASER] = 1
        assert decide(w, CHASER) == WEST
        w.lost[CHASER] = SEARCH + 1
        assert nears_den(w, CHASER, 1, decide(w, CHASER))

    @pytest.mark.parametrize(("favourite", "won", "way"), [
        (0.5, 0, EAST), (1.5, 0, WEST), (1.5, 1, EAST), (2.5, 1, WEST), (2.5, 0, EAST),
    ])  # fmt: skip
    def test_hunts_whom_it_favours(self, favourite: float, won: int, way: int) -> None:
        """The nearest is in the east; whom it clashed with last is in the west, and slipped it or was caught."""
        w = stage(CHASER, "stubborn", wind=30.0, favourite=favourite)
        put(w, OTHER, 7.5 - 3.0 - 0.5 * FAVOUR, 7.5, seen_by=CHASER)
        put(w, EVADER, 10.5, 7.5, seen_by=CHASER)
        w.last_prey[CHASER] = OTHER + 1
        w.won[CHASER, OTHER] = won
        assert decide(w, CHASER) == way

    def test_walks_from_den_to_den(self) -> None:
        w = stage(CHASER, "stubborn")
        moods = set()
        for _ in range(150):
            walk(w, CHASER, 1)
            moods.add(int(w.mood[CHASER]))
        assert moods == {0, 1, 2, 3}


class TestEvaders:
    pytestmark = on_stage

    def test_runs_off_when_somebody_is_nearer_than_it_bears(self) -> None:
        w = stage(EVADER, "stubborn", fear=3.0, linger=10.0)
        w.mood[EVADER] = 3
        w.pos[EVADER] = w.den[3]
        put(w, CHASER, 9.0, 12.5, seen_by=EVADER)
        assert decide(w, EVADER) == 0, "lingers"
        put(w, CHASER, 10.0, 12.5, seen_by=EVADER)
        before = np.hypot(*(w.pos[EVADER] - w.pos[CHASER]))
        walk(w, EVADER, 3)
        assert np.hypot(*(w.pos[EVADER] - w.pos[CHASER])) > before

    def test_lingers_at_a_den_as_long_as_it_likes(self) -> None:
        w = stage(EVADER, "stubborn", linger=6.0)
        w.mood[EVADER] = 2
        w.pos[EVADER] = w.den[2]
        assert walk(w, EVADER, 7) == [0] * 7
        assert any(walk(w, EVADER, 40))


@pytest.mark.plain
def test_bots_dash_when_the_other_side_is_close_and_they_can() -> None:
    w = stage(CHASER, "stubborn", wind=30.0)
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
    w = stage(CHASER, "stubborn", wind=30.0)
    put(w, EVADER, 9.0, 7.5, seen_by=CHASER)
    w.vel[CHASER] = 0.0
    moves = set()
    for _ in range(60):
        w.action[CHASER, 0] = EAST
        moves.add(decide(w, CHASER))
    assert len(moves) > 5


def test_nobody_in_sight_is_nobody() -> None:
    w = stage(CHASER, "stubborn")
    assert int(w.rival[CHASER]) - 1 == NOBODY
    decide(w, CHASER)
