"""Kitchens from layout files: what is read and refused, and Overcooked's rules."""

from pathlib import Path

import numpy as np
import pytest

import worlds
from simulator.engine import Batch, Simulation
from tests.tools import overcooked
from tests.tools.interdependence import earned, interdependence
from worlds.games.kitchen.classic.constants import DISH, DOWN, LEFT, NOTHING, ONION, RIGHT, SOUP, STAY, UP, USE
from worlds.games.kitchen.classic.roster import BOTS
from worlds.games.kitchen.reader import SHIPPED, read, text_of
from worlds.world import Refused, World

SMALL = """{
    "grid":  \"""XXPXX
                O1 2O
                X   X
                XDXSX\""",
    "start_all_orders": [{"ingredients": ["onion", "onion", "onion"]}],
    "cook_time": 5
}"""


def kitchen(layout: str = "cramped_room") -> World:
    return worlds.get("kitchen", layout=layout)


def acts(first: int = STAY, second: int = STAY) -> np.ndarray:
    return np.array([[first], [second]])


# --- files -----------------------------------------------------------------------------------------------------------


def test_the_five_classic_layouts_are_there_with_their_notice() -> None:
    assert len(SHIPPED) == 5
    for name in SHIPPED:
        layout = read(text_of(name), name)
        assert len(layout.starts) == 2
        assert layout.values[3][0] == 20.0
        assert layout.times[3][0] == 20
    notice = Path(read.__code__.co_filename).with_name("layouts") / "NOTICE"
    assert "MIT License" in notice.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("O1 2O", "O1 2Q", "line 3, column 21: nobody knows the sign 'Q'"),
        ("XXPXX", "XXPXXX", "line 3, column 22: row 2 of the grid has 5 tiles and the first one 6"),
        ("O1 2O", "O1 1O", "line 3, column 20: cook 1 starts here a second time"),
        ("O1 2O", "O1 3O", "line 3, column 20: there is a cook 3, and only 2 in all"),
        ("O1 2O", "O1  O", "line 2, column 17: the kitchen has 1 cooks: 2 to 4 can play"),
        ("X   X", "2   X", "line 4, column 17: cook 2 starts here a second time"),
        ("XDXSX", "XD SX", "line 5, column 19: the border is open here"),
        ("XDXSX", "XXXSX", "line 2, column 17: the kitchen has no dishes"),
        ('"cook_time": 5', '"cook_time": "long"', "line 7, column 18: cook_time is a number from 0 to 1000"),
        ('"cook_time": 5', '"cook_tine": 5', "line 7, column 5: nobody knows the entry 'cook_tine'"),
        ('"cook_time": 5', '"onion_time": 5', "line 7, column 19: onion_time and tomato_time come together"),
        ('"onion", "onion", "onion"', '"onion", "cheese"', "line 6, column 52: an ingredient is 'onion' or 'tomato'"),
        ('"cook_time": 5', '"cook_time": (', "line 8, column 1: closing parenthesis '}' does not match"),
        ("{\n", "open('x') or {\n", "line 1, column 1: a layout is a dictionary"),
    ],
)
def test_a_malformed_file_is_refused_with_line_and_column(before: str, after: str, words: str) -> None:
    assert before in SMALL
    with pytest.raises(Refused) as refused:
        read(SMALL.replace(before, after, 1), "mine.layout")
    assert str(refused.value).startswith(f"mine.layout, {words}")


@pytest.mark.parametrize("text", ["", "[", "{" * 3000, "\0", "{'grid': 3}", "1", "{**{}}", '{"grid": ""}', "{1: 2}"])
def test_any_text_is_read_or_refused(text: str) -> None:
    with pytest.raises(Refused):
        read(text)


def test_a_file_that_is_none_is_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "bytes.layout").write_bytes(b"{\n  \xff\xfe")
    (tmp_path / "large.layout").write_bytes(b"#" * 100_000)
    for name, words in (("nowhere", "is no file"), ("bytes.layout", "line 2, column 3"), ("large.layout", "64 KiB")):
        with pytest.raises(Refused, match=words):
            kitchen(str(tmp_path / name))


def test_a_kitchen_goes_along_without_its_file(tmp_path: Path) -> None:
    file = tmp_path / "mine.layout"
    file.write_text(SMALL, encoding="utf-8")
    world = kitchen(str(file))
    file.unlink()
    again = worlds.get("kitchen", **world.build_args)
    assert again.layout_hash == world.layout_hash
    assert again.same_rules(world)
    arrive, facts = world.__reduce__()
    assert arrive(*facts).same_rules(world), "as it goes to another process"


def test_numbers_of_seats_follow_the_layout() -> None:
    with pytest.raises(Refused, match="a layout of 2 cooks"):
        worlds.get("kitchen", layout="cramped_room", seats=3)


def test_values_and_times_follow_the_file() -> None:
    text = SMALL.replace('"cook_time": 5', '"onion_value": 21, "tomato_value": 13, "onion_time": 15, "tomato_time": 7')
    assert read(text).values[3][0] == 63.0
    assert read(text).times[3][0] == 45
    bonus = SMALL.replace("{\n", '{\n"start_bonus_orders": [{"ingredients": ["onion", "onion", "onion"]}],\n', 1)
    assert read(bonus).values[3][0] == 40.0
    assert read(SMALL).values[2][0] == 0.0, "nobody ordered it"


# --- rules -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def small() -> Simulation:
    return Simulation(worlds.get("kitchen", layout=SMALL, shaped=False), seed=1)


def do(simulation: Simulation, *moves: int) -> float:
    """The first cook does this, and what it was paid."""
    return sum(float(simulation.step(acts(move))[1][0]) for move in moves)


def test_a_soup_is_made_as_in_overcooked(small: Simulation) -> None:
    w = small.w
    do(small, LEFT, USE)
    assert w.hand[0] == ONION
    do(small, RIGHT, UP, USE)
    assert (w.hand[0], w.onions[0, 2]) == (NOTHING, 1)
    for _ in range(2):
        do(small, LEFT, LEFT, USE, RIGHT, UP, USE)
    assert w.clock[0, 2] == 1, "a full pot begins by itself"
    do(small, DOWN, LEFT, DOWN, USE)
    assert w.hand[0] == DISH
    do(small, RIGHT, UP, UP)
    assert w.clock[0, 2] == w.time[3, 0] == 5
    do(small, USE)
    assert (w.hand[0], w.hand_onions[0], w.onions[0, 2]) == (SOUP, 3, 0)
    assert do(small, DOWN, RIGHT, DOWN, USE) == 1.0, "20 points, counted in soups"
    assert w.points == 20.0
    assert w.hand[0] == NOTHING


@pytest.mark.parametrize("fewest", [2, 3])
def test_a_pot_that_is_not_full_begins_by_hand_only_where_such_a_soup_is_ordered(fewest: int) -> None:
    onions = ", ".join(['"onion"'] * fewest)
    text = SMALL.replace('"onion", "onion", "onion"', onions)
    simulation = Simulation(worlds.get("kitchen", layout=text, shaped=False), seed=1)
    w = simulation.w
    w.onions[0, 2] = 2
    w.row[0], w.col[0], w.facing[0] = 1, 2, UP
    do(simulation, DOWN, UP, UP)
    assert simulation.legal[0][USE] == (fewest == 2)
    do(simulation, USE)
    assert w.clock[0, 2] == (1 if fewest == 2 else -1)


def test_a_soup_is_not_taken_before_it_is_done(small: Simulation) -> None:
    w = small.w
    w.onions[0, 2], w.clock[0, 2] = 3, 0
    w.row[0], w.col[0], w.facing[0], w.hand[0] = 1, 2, UP, DISH
    taken = [int(w.hand[0]) for _ in range(6) if do(small, USE) == 0.0]
    assert taken == [DISH] * 5 + [SOUP]


def test_counters_hold_one_thing(small: Simulation) -> None:
    w = small.w
    w.row[0], w.col[0], w.facing[0], w.hand[0] = 2, 1, LEFT, ONION
    do(small, USE)
    assert (w.hand[0], w.lies[2, 0]) == (NOTHING, ONION)
    w.hand[0] = DISH
    assert small.legal[0][USE] == 0 or do(small, USE) == 0.0
    assert (w.hand[0], w.lies[2, 0]) == (DISH, ONION)


def test_nobody_moves_where_two_would_collide(small: Simulation) -> None:
    w = small.w
    small.step(acts(RIGHT, LEFT))
    assert w.col.tolist() == [1.0, 3.0], "both want the middle"
    assert w.facing.tolist() == [RIGHT, LEFT], "but they turn"
    w.col[:] = 1, 2
    small.step(acts(RIGHT, LEFT))
    assert w.col.tolist() == [1.0, 2.0], "nobody swaps places"
    small.step(acts(RIGHT, RIGHT))
    assert w.col.tolist() == [2.0, 3.0], "one follows another"


def test_useful_deeds_are_paid_only_where_that_is_asked_for() -> None:
    for shaped, paid in ((True, 3.0 / 20.0), (False, 0.0)):
        simulation = Simulation(worlds.get("kitchen", layout=SMALL, shaped=shaped), seed=1)
        assert do(simulation, LEFT, USE, RIGHT, UP, USE) == pytest.approx(paid)


def test_the_test_split_is_the_kitchen_in_a_mirror() -> None:
    plain, mirror = (Simulation(kitchen(), seed=1, split=split).w.tiles for split in ("train", "test-layout"))
    np.testing.assert_array_equal(plain, mirror[:, ::-1])


def test_every_state_that_bots_reach_is_allowed() -> None:
    world = kitchen()
    batch = Batch(
        world, 32, split="test-both", seats={"cook_0": "bot", "cook_1": "bot"}, lanes=np.zeros((32, 0), np.int64)
    )
    batch.reset()
    for _ in range(50):
        batch.step(np.zeros((32, 0, 1), np.int64))
        world.check(batch.worlds)
        assert np.isfinite(batch.observations).all()


LAYOUTS = ["cramped_room", *(pytest.param(name, marks=pytest.mark.all) for name in SHIPPED if name != "cramped_room")]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_bots_know_how_to_cook(layout: str) -> None:
    world = kitchen(layout)
    points = earned(world, None, 24, {seat.name: "bot:allrounder" for seat in world.seats}).mean()
    assert points > 80.0
    if layout == "forced_coordination":
        assert interdependence(world, 24, "allrounder")[0] == 1.0


def test_kinds_of_cooks_belong_to_every_part() -> None:
    assert {bot.split for bot in BOTS} == {"train", "test", "final"}


# --- beside published scores -----------------------------------------------------------------------------------------


def test_scores_are_points_of_both_starts_and_fall_when_one_stands_still() -> None:
    world, cook = kitchen(), overcooked.Cook(bot="bot:allrounder")
    together = overcooked.both_ways(world, cook, cook, 6)
    assert together.shape == (12,)
    assert (together % 20 == 0).all(), "whole soups"
    assert together.mean() > 80.0
    assert 0.2 < overcooked.interdependence(world, cook, float(together.mean()), 6) < 0.9
    still = overcooked.Cook(player=overcooked.Still())
    assert overcooked.both_ways(world, still, still, 2).tolist() == [0.0] * 4
    assert overcooked.interdependence(world, still, 0.0, 2) == 0.0


def test_a_second_cook_and_published_scores_stand_beside(capsys: pytest.CaptureFixture[str]) -> None:
    overcooked.main(["bot:waiter", "random", "--layouts", "cramped_room", "--episodes", "3"])
    row = capsys.readouterr().out.splitlines()[1].split()
    assert row[0] == "cramped_room"
    assert row.count("±") == 3
    assert float(row[4]) < float(row[1]), "who does anything by chance is no help"


def test_an_agent_that_is_not_there_is_refused_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        overcooked.main(["runs/none-{layout}", "--layouts", "cramped_room", "--episodes", "2"])
    assert "none-cramped_room" in capsys.readouterr().err


def test_agents_of_a_layout_are_trained_once_and_measured_over_seeds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = str(tmp_path / "{layout}-{seed}")
    arguments = [name, "--layouts", "cramped_room", "--episodes", "2", "--seeds", "2", "--train", "1"]
    overcooked.main(arguments)
    assert "Published" in capsys.readouterr().out
    weights = [tmp_path / f"cramped_room-{seed}" / "checkpoint" / "model.safetensors" for seed in range(2)]
    before = [path.stat().st_mtime_ns for path in weights]
    assert weights[0].read_bytes() != weights[1].read_bytes()
    overcooked.main(arguments)
    assert [path.stat().st_mtime_ns for path in weights] == before, "nobody learns twice"
    assert capsys.readouterr().out.splitlines()[1].startswith("cramped_room")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["bot:waiter", "--seeds", "2"], "more than 1 goes with {seed} in the name"),
        (["bot:waiter", "--train", "5"], "--train has no folders in 'bot:waiter'"),
    ],
)
def test_what_cannot_be_trained_or_pooled_is_refused(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        overcooked.main([*arguments, "--layouts", "cramped_room"])
    assert words in capsys.readouterr().err
