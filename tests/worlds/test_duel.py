"""Duel: what a shot hits, who may do what, what strangers go by, and what is told of it."""

import numpy as np
import pytest

import worlds
from simulator.engine import Batch, Simulation
from tests.tools.headroom.duel import paper, play
from worlds.games.duel.bots import choose_place
from worlds.games.duel.constants import (
    COLUMNS,
    COMING,
    CRATE_BALLS,
    DITCH_EAST,
    DITCH_WEST,
    GO_NORTH,
    GO_SOUTH,
    HIT,
    KINDS_OF_SITUATION,
    MIDDLE,
    MISS,
    NORTH,
    PAST,
    READY,
    ROWS,
    SHOOT,
    SOUTH,
    TICKS_PER_DECISION,
)
from worlds.games.duel.duels import is_aimed_at
from worlds.games.duel.roster import AIMS_BY, BOTS, LEAPS_BY
from worlds.kit.grid import FLOOR, WALL
from worlds.kit.sight import clear_line
from worlds.world import Refused, World

WEST_SEAT, EAST_SEAT = 0, 1
LEAPS = {NORTH: GO_NORTH, MIDDLE: 0, SOUTH: GO_SOUTH}
STAND = np.zeros((2, 2), np.int64)


def world() -> World:
    return worlds.get("duel")


def face_to_face(**seats: str) -> Simulation:
    """Two who see each other across a ditch without cover, guns loaded."""
    simulation = Simulation(world(), seed=3, seats=seats)
    w = simulation.w
    w.tiles[1:-1, 1 : COLUMNS + 1] = w.tiles[1:-1, -1 - COLUMNS : -1] = FLOOR
    w.pos[:] = (4.5, 5.5), (10.5, 5.5)
    w.crate[:] = 1.5
    w.bouncy = 0
    simulation.step(STAND)
    return simulation


def acts(west: tuple[int, int] = (0, 0), east: tuple[int, int] = (0, 0)) -> np.ndarray:
    return np.array([west, east])


def until_over(simulation: Simulation, actions: np.ndarray) -> np.ndarray:
    """Rewards of both until no ball is on its way."""
    total = np.zeros(2)
    for _ in range(9):
        _, rewards, _, _ = simulation.step(actions)
        total += rewards
        if not (simulation.w.ball == COMING).any():
            return total
    raise AssertionError("a ball never came to rest")


@pytest.mark.parametrize("leap", LEAPS)
@pytest.mark.parametrize("lead", LEAPS)
def test_a_shot_hits_where_lead_and_leap_agree(lead: int, leap: int) -> None:
    simulation = face_to_face()
    simulation.step(acts(west=(0, SHOOT + lead)))
    assert simulation.w.draw[WEST_SEAT] > 0
    gain = until_over(simulation, acts(east=(LEAPS[leap], 0)))
    assert gain[WEST_SEAT] == (HIT if lead == leap else MISS) == -gain[EAST_SEAT]
    w = simulation.w
    assert (w.lead[0, 1], w.leapt[0, 1], w.hit[0, 1]) == (lead, leap, int(lead == leap))
    assert (w.latest[0, 1], w.latest[1, 0]) == (1, 0)


def test_a_raised_gun_pins_its_mark_and_its_owner() -> None:
    simulation = face_to_face()
    simulation.step(acts(west=(1, SHOOT + NORTH), east=(5, 0)))
    places = simulation.w.pos.copy()
    while simulation.w.draw[WEST_SEAT] > 0 or simulation.w.ball[WEST_SEAT] == COMING:
        assert list(np.flatnonzero(simulation.legal[EAST_SEAT][:9])) == [0, GO_NORTH, GO_SOUTH]
        np.testing.assert_array_equal(simulation.w.pos, places)
        simulation.step(acts(east=(GO_SOUTH, 0)))
    assert simulation.w.lean[EAST_SEAT] > 0.0
    assert simulation.legal[EAST_SEAT][:9].all()
    for _ in range(4):
        simulation.step(STAND)
    assert simulation.w.lean[EAST_SEAT] == 0.0, "whoever leapt comes back to his place"


def test_only_a_loaded_gun_shoots_and_only_at_somebody_in_sight() -> None:
    simulation = face_to_face()
    assert simulation.legal[WEST_SEAT][9:].all()
    simulation.step(acts(west=(0, SHOOT)))
    before = int(simulation.w.balls[WEST_SEAT])
    shots = 0
    for _ in range(5):
        assert list(simulation.legal[WEST_SEAT][9:]) == [1, 0, 0, 0]
        simulation.step(acts(west=(0, SHOOT)))  # asked for in vain
        shots = int(simulation.w.shots[WEST_SEAT])
    assert shots == 1
    assert simulation.w.balls[WEST_SEAT] == before - 1
    hidden = face_to_face()
    hidden.w.tiles[4:7, 5] = WALL
    hidden.step(STAND)
    assert not hidden.w.seen[WEST_SEAT, EAST_SEAT]
    assert list(hidden.legal[WEST_SEAT][9:]) == [1, 0, 0, 0]


def test_the_full_crate_has_balls_and_the_others_none() -> None:
    for crate, gain in ((0, CRATE_BALLS), (1, 0)):
        simulation = face_to_face()
        simulation.w.full = 0
        simulation.w.crate[0, crate] = simulation.w.pos[WEST_SEAT]
        before = int(simulation.w.balls[WEST_SEAT])
        for _ in range(3):
            simulation.step(STAND)
            assert simulation.w.balls[WEST_SEAT] == before + gain
        assert simulation.w.opened[0] == 1 << crate


def test_a_ball_past_its_mark_bounces_once_or_not_at_all() -> None:
    turns = []
    for bouncy in (0, 1):
        simulation = face_to_face()
        simulation.w.bouncy = bouncy
        simulation.step(acts(west=(0, SHOOT + NORTH)))
        ways = []
        for _ in range(12):
            simulation.step(STAND)
            if simulation.w.ball[WEST_SEAT] != READY:
                ways.append(np.sign(simulation.w.ball_vel[WEST_SEAT, 0]))
        assert simulation.w.ball[WEST_SEAT] == READY
        turns.append(-1.0 in ways)
    assert turns == [False, True]


def test_a_mark_at_the_border_can_be_hit_and_the_ball_stays_on_the_map() -> None:
    for leap, gain in ((NORTH, HIT), (MIDDLE, MISS)):
        simulation = face_to_face()
        simulation.w.pos[:] = (5.6, 9.6), (9.4, 1.35)
        simulation.step(acts(west=(0, SHOOT + NORTH)))
        assert until_over(simulation, acts(east=(LEAPS[leap], 0)))[WEST_SEAT] == gain
        world().check(simulation.w)


@pytest.mark.parametrize("split", ["train", "test-both", "final"])
def test_banks_are_the_same_turned_round_and_can_be_played(split: str) -> None:
    batch = Batch(world(), 200, split=split, seed=2)
    batch.reset()
    for w in batch.worlds:
        walls = w["tiles"] == WALL
        np.testing.assert_array_equal(walls, walls[::-1, ::-1])
        np.testing.assert_allclose(w["pos"][0] + w["pos"][1], (15.0, 11.0))
        assert 0.05 <= w["hidden_share"] <= 0.55
        assert world().kernels.solvable(w)  # type: ignore[misc]
    assert len(np.unique(batch.worlds["hidden_share"])) > 20, "places differ in how hard they are"


def test_nobody_walks_over_the_ditch() -> None:
    batch = Batch(world(), 64, seed=4)
    batch.reset()
    actions = np.zeros((64, 2, 2), np.int64)
    actions[:, 0, 0], actions[:, 1, 0] = 1, 5
    for _ in range(20):
        batch.step(actions)
    places = batch.worlds["pos"][:, :, 0]
    assert places[:, 0].max() < DITCH_WEST
    assert places[:, 1].min() > DITCH_EAST
    assert places[:, 0].max() > DITCH_WEST - 1.0


def shots_at(kind: str, count: int = 96) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Situations (n, rows) of shots at a kind without lapses, how it leapt, and how likely that was told to be."""
    batch = Batch(world(), count, seed=6, seats={"east_1": f"bot:{kind}:lapse=0.02"}, lanes=["west_0"], reveal=True)
    batch.reset()
    chance, part = np.random.default_rng(1), world().told_pieces.at["leap"]
    rows, leaps, told = [], [], []
    odds = batch.told[:, 0, part].copy()
    for _ in range(2 * 60):
        actions = chance.integers((9, 4), size=(count, 1, 2))
        drawn = batch.worlds["draw"][:, WEST_SEAT] > 0
        odds[drawn] = batch.told[drawn, 0, part]
        batch.step(actions)
        for task in np.flatnonzero(batch.worlds["fresh"][:, WEST_SEAT] == 1):
            leap = int(batch.worlds["leapt"][task, 0, 1])
            rows.append(batch.worlds["held"][task, WEST_SEAT].copy())
            leaps.append(leap)
            told.append(odds[task, leap])
    return np.array(rows), np.array(leaps), np.array(told)


@pytest.mark.parametrize("kind", [bot.name for bot in BOTS])
def test_what_is_told_of_a_leap_comes_true(kind: str) -> None:
    rows, _, told = shots_at(kind)
    assert len(rows) > 100
    assert told.mean() > 0.9, "of the side to which it leapt, and a third by chance"


def test_kinds_differ_in_what_they_go_by() -> None:
    assert len(LEAPS_BY) == len(AIMS_BY) == len(BOTS)
    trained = {(LEAPS_BY[i], AIMS_BY[i]) for i, bot in enumerate(BOTS) if bot.split == "train"}
    others = {(LEAPS_BY[i], AIMS_BY[i]) for i, bot in enumerate(BOTS) if bot.split != "train" and bot.name != "sulker"}
    assert not trained & others


def test_remembering_across_episodes_is_worth_much_and_within_them_little() -> None:
    told, kept, wiped = (paper(manner, 200, 5)[:, 2:].mean() for manner in ("told", "kept", "wiped"))
    assert wiped < 0.4 * told
    assert kept - wiped > 0.6 * (told - wiped)


def test_a_player_who_remembers_by_what_is_named_does_so_in_the_world_too() -> None:
    kept, wiped = (play(world(), manner, "train", 200, 5)[:, 2:].mean() for manner in ("kept", "wiped"))
    assert kept > wiped + 2.0


def test_both_banks_see_alike() -> None:
    """With both in mirrored places and nothing done yet, all that is not a place is the same."""
    simulation = face_to_face()
    west, east = simulation.observations
    own = world().observation.at["own"]
    np.testing.assert_array_equal(west[own][3:], east[own][3:])
    assert west[own][0] == -east[own][0]


def test_what_a_shot_went_by_is_named_when_it_is_over_and_only_then() -> None:
    """To the shooter that of the leap, to the mark that of the aim; as it was when the gun was raised."""
    simulation = face_to_face()

    def names(seat: int) -> np.ndarray:
        return np.round(simulation.observations[seat, world().observation.at["things"]] * world().things).astype(int)

    assert not names(WEST_SEAT)[:ROWS].any()
    simulation.step(acts(west=(0, SHOOT + MIDDLE)))
    of_leap, of_aim = names(WEST_SEAT)[ROWS:][KINDS_OF_SITUATION:], names(EAST_SEAT)[ROWS:][:KINDS_OF_SITUATION]
    assert of_leap.all()
    assert of_aim.all()
    assert not names(WEST_SEAT)[:ROWS].any(), "the shot is still on its way"
    until_over(simulation, STAND)
    assert names(WEST_SEAT)[:ROWS].tolist() == [0] * KINDS_OF_SITUATION + of_leap.tolist()
    assert names(EAST_SEAT)[:ROWS].tolist() == of_aim.tolist() + [0] * (ROWS - KINDS_OF_SITUATION)
    simulation.step(STAND)
    assert not names(WEST_SEAT)[:ROWS].any()


def test_a_decision_has_as_many_ticks_as_a_gun_takes_to_be_raised() -> None:
    simulation = face_to_face()
    simulation.step(acts(west=(0, SHOOT + MIDDLE)))
    assert simulation.w.ball[WEST_SEAT] == READY, "the ball leaves in the next decision"
    assert simulation.w.draw[WEST_SEAT] == 1
    assert world().timing.ticks_per_decision == TICKS_PER_DECISION
    simulation.step(STAND)
    assert simulation.w.ball[WEST_SEAT] == COMING or simulation.w.hits[WEST_SEAT] == 1


# --- bouncing balls ------------------------------------------------------------------------------------------------


def test_a_ball_that_bounces_may_hit_and_its_shot_is_settled_once() -> None:
    """Aimed at the middle, the mark leaps north and comes back, and the ball comes back from the border behind it."""
    simulation = face_to_face()
    simulation.w.bouncy = 1
    simulation.step(acts(west=(0, SHOOT + MIDDLE)))
    w, paid, settled = simulation.w, [], 0
    for _ in range(12):
        _, rewards, _, _ = simulation.step(acts(east=(GO_NORTH if w.draw[WEST_SEAT] > 0 else 0, 0)))
        settled += int(w.fresh[WEST_SEAT])
        paid.append(rewards[WEST_SEAT])
        assert not (w.ball[WEST_SEAT] == PAST and simulation.legal[WEST_SEAT][10:].any()), "it is not settled yet"
    assert [reward for reward in paid if reward] == [HIT]
    assert settled == 1
    assert (w.lead[0, 1], w.leapt[0, 1], w.hit[0, 1]) == (MIDDLE, NORTH, 1)
    assert (w.hits[0], w.hits_taken[1], w.missed[1], w.shots[0]) == (1, 1, 0, 1)


def test_every_shot_is_a_hit_an_escape_or_still_open() -> None:
    batch = Batch(world(), 128, seed=12, lanes=["west_0"], episodes_per_trial=1)
    batch.reset()
    chance, w = np.random.default_rng(0), batch.worlds
    for _ in range(59):
        batch.step(chance.integers((9, 4), size=(128, 1, 2)))
        is_open = (w["ball"] == COMING) | (w["ball"] == PAST)
        counted = w["hits_taken"][:, ::-1] + w["missed"][:, ::-1] + is_open
        np.testing.assert_array_equal(counted, w["shots"])
        np.testing.assert_array_equal(w["hits"], w["hits_taken"][:, ::-1])
    assert (w["bounced"] == 1).any()


# --- two on each bank ----------------------------------------------------------------------------------------------


def test_nobody_is_shot_at_by_two_and_all_start_apart() -> None:
    four = worlds.get("duel", seats=4)
    batch = Batch(four, 100, seed=3, lanes=[seat.name for seat in four.seats], episodes_per_trial=2)
    batch.reset()
    chance, w, shots = np.random.default_rng(0), batch.worlds, np.zeros(4)
    assert (abs(w["pos"][:, 0] - w["pos"][:, 1]).max(axis=1) > 0.5).all()
    for _ in range(40):
        actions = chance.integers((9, 4), size=(100, 4, 2))
        actions[..., 0] = 0
        batch.step(actions)
        for record in w:
            for mark in range(4):
                assert sum(is_aimed_at(record, shooter, mark) for shooter in range(4)) <= 1
        shots = w["shots"].sum(axis=0)
    assert shots.min() > 20
    assert abs(shots[0] - shots[1]) < 0.25 * shots[0], "neither of a bank has the first say"


# --- what bots know ------------------------------------------------------------------------------------------------


def test_bots_choose_a_place_by_where_they_last_saw_their_rival() -> None:
    """Wherever he stands behind cover, they choose the same."""
    goals, w = set(), face_to_face(east_1="bot:ranger:bold=1.0").w
    w.tiles[3:8, 5] = WALL
    w.seen[:] = 0
    drawn = int(w.drawn)
    for row in range(1, 10):
        for column in range(1, 5):
            if clear_line(w.tiles, column + 0.5, row + 0.5, *w.pos[EAST_SEAT]):
                continue
            w.pos[WEST_SEAT] = column + 0.5, row + 0.5
            w.drawn = drawn
            choose_place(w, EAST_SEAT, False)
            goals.add(tuple(w.goal[EAST_SEAT]))
    assert len(goals) == 1


@pytest.mark.parametrize("kind", [bot.name for bot in BOTS])
def test_what_a_shot_goes_by_stays_while_it_is_on(kind: str) -> None:
    """Both have shot; whatever happens then, neither the told leap nor the told aim changes."""
    simulation = face_to_face(east_1=f"bot:{kind}:lapse=0.02,patience=0")
    w, told = simulation.w, world().told_pieces

    def odds() -> np.ndarray:
        out = np.zeros(told.total, np.float32)
        world().kernels.reveal(w, WEST_SEAT, out)  # type: ignore[misc]
        return np.concatenate([out[told.at["leap"]], out[told.at["aim"]]])

    w.load[:], w.balls[:] = 0, 4
    for _ in range(20):
        simulation.step(acts(west=(0, SHOOT if w.draw[EAST_SEAT] == 0 and w.ball[WEST_SEAT] == READY else 0)))
        if (w.draw > 0).all():
            break
        w.load[:] = 0
    else:
        raise AssertionError("they never shot at the same time")
    before = odds()
    w.hits[:], w.hits_taken[:], w.load[:] = (0, 3), (3, 1), 5
    w.lead[:] = w.leapt[:] = SOUTH
    w.hit[:] = w.latest[:] = 1
    np.testing.assert_array_equal(odds(), before)


# --- records that cannot be ----------------------------------------------------------------------------------------

BAD: dict[str, tuple[dict[str, object], str]] = {
    "a ball that hangs": ({"ball": COMING, "mark": (1, 0)}, "a ball flies that does not cross the ditch"),
    "a ball without mark": ({"ball": COMING, "ball_vel": 8.0, "mark": -1}, "no mark on the other bank"),
    "a shot at oneself": ({"draw": 2, "mark": (0, 1)}, "no mark on the other bank"),
    "a crate off the map": ({"crate": 14.5}, "crate lies off the map"),
    "a ball off the map": ({"ball_at": 14.5}, "ball_at lies off the map"),
    "a body off the map": ({"pos": ((4.5, 11.0), (10.5, 5.5))}, "pos lies off the map"),
    "a swimmer": ({"pos": ((7.5, 5.5), (10.5, 5.5))}, "somebody stands in the ditch or beyond it"),
    "a turncoat": ({"team": 0}, "somebody is of the wrong bank"),
    "a bridge": ({"tiles": WALL}, "its ditch can be walked over"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_record_that_cannot_be_is_refused(name: str) -> None:
    simulation = face_to_face()
    fields, sentence = BAD[name]
    for field, value in fields.items():
        simulation.w[field][:] = value
    with pytest.raises(Refused, match=sentence):
        simulation.restore(simulation.snapshot())
