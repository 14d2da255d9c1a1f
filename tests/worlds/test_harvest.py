"""Harvest: who is sent where with whom, what berries and deeds pay, and what is seen, told and measured."""

import numpy as np
import pytest

import worlds
from simulator.engine import Batch, Simulation
from worlds.games.harvest.constants import (
    CHOICES,
    DID_GRAB,
    DID_LIE,
    DID_PICK,
    DID_WAIT,
    DID_ZAP,
    EXAMPLE,
    FAILED,
    FULL,
    GIFT,
    GIVE,
    GO,
    GRAB,
    GRABBED,
    LUSH_LEAST,
    MOST_ZAPS,
    NOTED,
    PATCHES,
    PICK,
    PICKED,
    PICKING,
    ROUND,
    ROUNDS,
    SPROUT,
    STAY,
    STICK,
    TRAMPLED,
    UNTRIED,
    WALK,
    WORKED,
    ZAP,
    ZAPPED,
    ZAPPING,
)
from worlds.games.harvest.layouts import APART, GENERATORS, apart, longest_way, solvable
from worlds.games.harvest.minds import key_of
from worlds.games.harvest.roster import BOTS, KINDS, NAMES
from worlds.games.harvest.senses import SEAT_FIGURES, WORLD_FIGURES
from worlds.games.harvest.walking import partner
from worlds.world import Refused, World

N = 120
SIZES = range(2, 9)
SURE = "nerve=1,calm=12,slip=0,reserve=1.5"


def world(seats: int = 2) -> World:
    return worlds.get("harvest", seats=seats)


def at_the_bell(spec: str = "", seats: int = 2, seed: int = 4, turn: int = 0) -> Simulation:
    """Everybody at its patch as the bell of a round rings; the patches are full and grow fast."""
    simulation = Simulation(world(seats), seed=seed, seats={"picker_1": f"bot:{spec}"} if spec else {})
    go_on_to(simulation, turn)
    return simulation


def go_on_to(simulation: Simulation, turn: int) -> None:
    """Play by staying until the bell of a round rings, and then stand at the patches."""
    w, choices = simulation.w, np.full((len(simulation.w.mate), 1), STAY)
    while int(w.tick) < turn * ROUND + WALK:
        simulation.step(choices)
    for seat in range(len(w.mate)):
        w.row[seat], w.col[seat] = w.place[int(w.due[seat])]
    w.stock[:] = FULL
    w.growth[:] = LUSH_LEAST


def do(simulation: Simulation, *choices: int) -> np.ndarray:
    """One tick; the rewards."""
    return simulation.step(np.array(choices)[:, None])[1]


def knobs(name: str) -> str:
    """A stranger of a kind whom one right deed calms for good, and who never slips."""
    known = {knob.name for knob in BOTS[NAMES.index(name)].knobs}
    return f"{name}:" + ",".join(each for each in SURE.split(",") if each.split("=")[0] in known)


# --- the rota --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seats", SIZES)
def test_everybody_is_sent_out_with_everybody_as_often_as_can_be(seats: int) -> None:
    circle = seats + seats % 2 - 1
    met = np.zeros((seats, seats + 1), int)
    for turn in range(circle):
        mates = [min(int(partner(seat, turn, seats)), seats) for seat in range(seats)]
        for seat, mate in enumerate(mates):
            assert mate != seat
            assert mate == seats or mates[mate] == seat
            met[seat, mate] += 1
    assert (met[:, :seats] == 1 - np.eye(seats, dtype=int)).all()
    assert (met[:, seats] == seats % 2).all(), "of an odd number, each is alone once"


@pytest.mark.parametrize("seats", SIZES)
def test_every_pair_has_a_patch_of_its_own(seats: int) -> None:
    simulation = Simulation(world(seats), seed=1)
    for _ in range(ROUNDS):
        w = simulation.w
        at: dict[int, set[int]] = {}
        for seat in range(seats):
            at.setdefault(int(w.due[seat]), set()).add(seat)
        assert len(at) == (seats + 1) // 2
        for pickers in at.values():
            for seat in pickers:
                assert pickers <= {seat, int(w.mate[seat])}
        for _ in range(ROUND):
            do(simulation, *[STAY] * seats)


def test_who_is_alone_picks_alone() -> None:
    simulation = at_the_bell(seats=3)
    w = simulation.w
    alone = int(np.flatnonzero(w.mate == 3)[0])
    choices = [STAY] * 3
    choices[alone] = PICK
    assert do(simulation, *choices)[alone] == PICKED
    choices[alone] = ZAP
    assert do(simulation, *choices).tolist() == [0.0] * 3


# --- berries and deeds -----------------------------------------------------------------------------------------------


def test_nobody_picks_before_the_bell_or_elsewhere() -> None:
    simulation = Simulation(world(), seed=4)
    w = simulation.w
    for seat in range(2):
        w.row[seat], w.col[seat] = w.place[int(w.due[seat])]
    assert do(simulation, PICK, GRAB).tolist() == [0.0, 0.0]
    simulation = at_the_bell()
    w = simulation.w
    w.row[0], w.col[0] = w.place[(int(w.due[0]) + 1) % PATCHES]
    assert do(simulation, PICK, PICK).tolist() == [0.0, PICKED]


def test_a_pick_takes_one_and_a_grab_takes_three_and_spoils_one() -> None:
    simulation = at_the_bell()
    w = simulation.w
    patch, growth = int(w.due[0]), float(w.growth[0])
    assert do(simulation, PICK, GRAB).tolist() == [PICKED, GRABBED]
    left = FULL - PICKED - GRABBED - TRAMPLED
    assert w.stock[patch] == pytest.approx(left + growth * left * (1.0 - left / FULL) + SPROUT)


def test_too_few_berries_are_shared_by_what_each_wants() -> None:
    simulation = at_the_bell()
    patch = int(simulation.w.due[0])
    simulation.w.stock[patch] = 2.5
    rewards = do(simulation, PICK, GRAB)
    np.testing.assert_allclose(rewards, [0.5, 1.5])
    assert simulation.w.stock[patch] == pytest.approx(SPROUT)


def test_two_who_pick_live_well_and_two_who_grab_do_not() -> None:
    earned = []
    for choice in (PICK, GRAB):
        simulation = at_the_bell()
        earned.append(sum(float(do(simulation, choice, choice)[0]) for _ in range(PICKING)))
    assert earned[0] > 2.0 * earned[1]


def test_a_zap_costs_both_and_fells_for_a_tick() -> None:
    simulation = at_the_bell()
    assert do(simulation, ZAP, PICK).tolist() == [ZAPPING, PICKED + ZAPPED]
    assert do(simulation, ZAP, PICK).tolist() == [ZAPPING, 0.0], "who lies there is not zapped again"
    assert simulation.w.deed.tolist() == [DID_ZAP, DID_LIE]
    assert do(simulation, STAY, PICK).tolist() == [0.0, PICKED]
    assert simulation.w.lain.tolist() == [0, 1]


def test_a_gift_moves_a_berry() -> None:
    assert do(at_the_bell(), GIVE, STAY).tolist() == [-GIFT, GIFT]


def test_masks_say_what_can_be_done() -> None:
    simulation = Simulation(world(), seed=4)
    legal, out = simulation.world.kernels.legal, np.zeros(len(CHOICES), np.uint8)
    assert legal is not None
    legal(simulation.w, 0, out)
    assert not out[[PICK, GRAB, ZAP, GIVE]].any()
    simulation = at_the_bell()
    legal(simulation.w, 0, out)
    assert out[[PICK, GRAB, ZAP, GIVE]].all()
    assert not out[GO]
    do(simulation, STAY, ZAP)
    legal(simulation.w, 0, out)
    assert np.flatnonzero(out).tolist() == [STAY]


def test_going_on_brings_everybody_there_before_the_bell() -> None:
    for split in ("train", "test-layout", "final"):
        batch = Batch(world(4), N, split=split, seed=2)
        batch.reset()
        for _ in range(WALK):
            batch.step(np.full((N, 4, 1), GO))
        for w in batch.worlds:
            there = [int(w.steps[int(w.due[seat]), int(w.row[seat]), int(w.col[seat])]) for seat in range(4)]
            assert max(there) <= 1


def test_commons_are_fenced_varied_and_near_enough() -> None:
    for split in ("train", "test-layout", "final"):
        batch = Batch(world(), N, split=split, seed=3)
        batch.reset()
        for w in batch.worlds:
            assert solvable(w)
            assert apart(w) >= APART
            assert longest_way(w) <= WALK + 1
        fences = batch.worlds["tiles"][:, 1:-1, 1:-1].any(axis=(1, 2))
        assert fences.mean() > 0.8, "most commons are no open meadow"
        kinds = {GENERATORS[int(each)].split for each in batch.worlds["generator"]}
        assert kinds == {{"test-layout": "test"}.get(split, split)}


# --- what is seen, told and measured ---------------------------------------------------------------------------------


def test_a_seat_sees_what_its_partner_did_and_not_what_it_is() -> None:
    views = []
    for spec in (knobs("stubborn"), knobs("deterrable")):
        simulation = at_the_bell(spec)
        do(simulation, STAY, STAY)
        views.append(simulation.observations[0].copy())
    np.testing.assert_array_equal(views[0], views[1])
    theirs = world().observation.at["theirs"]
    assert np.flatnonzero(views[0][theirs]).tolist() == [DID_GRAB]
    assert np.flatnonzero(views[0][world().observation.at["mine"]]).tolist() == [DID_WAIT]


def seen(simulation: Simulation, seat: int, piece: str) -> np.ndarray:
    """A piece of what a seat sees now."""
    out = np.zeros(simulation.world.observation.total, np.float32)
    simulation.world.kernels.observe(simulation.w, seat, out)
    return out[simulation.world.observation.at[piece]]


def named(simulation: Simulation, seat: int) -> list[int]:
    """The numbers of the things that a seat is shown now."""
    return [round(float(each) * simulation.world.things) for each in seen(simulation, seat, "things")]


def test_before_the_bell_the_partner_is_looked_up_and_nothing_is_noted() -> None:
    simulation = Simulation(world(4), seed=3)
    for seat in range(4):
        turn = (int(simulation.w.mate[seat]) - seat) % 4
        answers = [4 + 5 * (turn - 1) + deed for deed in range(5)]
        assert named(simulation, seat) == [0] * NOTED + [turn, *answers]
        assert np.flatnonzero(seen(simulation, seat, "mate")).tolist() == [turn - 1]
        assert not seen(simulation, seat, "news").any()


@pytest.mark.parametrize(
    ("choices", "deeds", "told"),
    [
        ([ZAP, STAY, STAY], (DID_ZAP, DID_ZAP), [1.0, 1.0, 2 / PICKING]),
        ([PICK, ZAP, STAY, STAY], (DID_PICK, DID_ZAP), [1.0, 0.0, 3 / PICKING]),
        ([PICK, PICK, PICK], (DID_PICK, DID_PICK), [0.0, 0.0, 0.0]),
    ],
)
def test_notes_are_of_what_was_done_and_whether_it_calmed(
    choices: list[int], deeds: tuple[int, int], told: list[float]
) -> None:
    simulation = at_the_bell(knobs("deterrable"))
    for index, choice in enumerate(choices):
        assert named(simulation, 0)[:NOTED] == [0] * NOTED or index > 2
        do(simulation, choice, STAY)
        simulation.w.stock[:] = FULL
    news = seen(simulation, 0, "news")
    assert named(simulation, 0)[:NOTED] == [1, 2 + deeds[0], 2 + deeds[1]]
    assert np.flatnonzero(news[:10]).tolist() == [deeds[0], 5 + deeds[1]]
    np.testing.assert_allclose(news[10:13], told)


def test_who_calmed_at_the_first_deed_is_noted_so() -> None:
    simulation = at_the_bell(knobs("reciprocating"))
    for _ in range(3):
        do(simulation, PICK, STAY)
    assert named(simulation, 0)[:NOTED] == [1, 2 + DID_PICK, 2 + DID_PICK]
    np.testing.assert_allclose(seen(simulation, 0, "news")[10:], [1.0, 1.0, 1 / PICKING, 0.0])


def test_zaps_of_a_round_are_told() -> None:
    simulation = at_the_bell("vengeful:slip=0,revenge=2")
    for choice in (ZAP, STAY, STAY, STAY):
        do(simulation, choice, STAY)
    assert seen(simulation, 0, "news")[13] == pytest.approx(1 / MOST_ZAPS), "the second one met who lay there"
    go_on_to(simulation, 1)
    assert simulation.w.stung.tolist() == [0, 0]


def test_told_are_kind_and_key_of_the_partner() -> None:
    assert all(bot.split == "final" for bot in BOTS[KINDS:]), "whose kinds have no name"
    batch = Batch(world(4), N, seed=6, reveal=True, split="test-opponent")
    batch.reset()
    at = world(4).told_pieces.at
    for index, w in enumerate(batch.worlds):
        for seat in range(4):
            mate = int(w.mate[seat])
            told = batch.told[index, seat]
            assert int(told[at["partner"]].argmax()) == int(w.bot_kind[mate])
            assert int(told[at["key"]].argmax()) == int(key_of(w, mate))


def test_figures_are_those_of_perolat_and_others() -> None:
    simulation = at_the_bell()
    w = simulation.w
    do(simulation, GRAB, ZAP)  # tick 5: three berries for the first, who is felled
    do(simulation, STAY, PICK)  # tick 6: one for the second
    out = np.zeros(len(world().figure_names))
    figures = world().kernels.figures
    assert figures is not None
    figures(w, out)
    found = dict(zip(WORLD_FIGURES, out, strict=False))
    ticks = WALK + 2
    assert found["collective_return"] == pytest.approx(GRABBED + ZAPPED + ZAPPING + PICKED)
    assert found["efficiency"] == pytest.approx(4.0 / ticks)
    assert found["equality"] == pytest.approx(1.0 - 2.0 * 2.0 / (2.0 * 2.0 * 4.0))
    assert found["sustainability"] == pytest.approx((5.0 + 6.0) / 2.0)
    assert found["peace"] == pytest.approx((2.0 * ticks - 1.0) / ticks)
    own = dict(zip(SEAT_FIGURES, out[len(WORLD_FIGURES) :], strict=False))
    assert own == {"berries": 3.0, "zaps": 0.0, "zapped": 1.0, "gifts": 0.0, "given": 0.0, "soothed": 0.0}


def test_the_notebook_keeps_what_was_tried() -> None:
    for choice, known in ((ZAP, WORKED), (PICK, FAILED)):
        simulation = at_the_bell(knobs("deterrable"))
        key = EXAMPLE if choice == PICK else STICK
        assert int(simulation.w.tried[0, 1, key]) == UNTRIED
        do(simulation, choice, STAY)
        for _ in range(PICKING - 1):
            do(simulation, PICK, STAY)
        assert int(simulation.w.tried[0, 1, key]) == known
        assert np.count_nonzero(simulation.w.tried[0]) == 1


@pytest.mark.parametrize("seats", [1, 9])
def test_other_numbers_of_seats_are_refused(seats: int) -> None:
    with pytest.raises(Refused, match="harvest is given seats"):
        worlds.get("harvest", seats=seats)
