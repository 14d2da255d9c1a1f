"""What strangers of harvest make of what one does."""

import pytest

from tests.worlds.test_harvest import at_the_bell, do, go_on_to, knobs
from worlds.games.harvest.constants import (
    CARROT,
    DID_GRAB,
    DID_LIE,
    DID_PICK,
    DID_ZAP,
    EXAMPLE,
    FULL,
    GIFT,
    GIVE,
    GRAB,
    KEYS,
    PATIENCE,
    PICK,
    RACE,
    ROUNDS,
    STAY,
    STICK,
    ZAP,
)
from worlds.games.harvest.roster import KEY, NAMES

OPENS = {EXAMPLE: PICK, STICK: ZAP, CARROT: GIVE, PATIENCE: STAY}


def deeds_of(spec: str, choices: list[int], turn: int = 0) -> list[int]:
    """What a stranger does after the bell, tick by tick, while seat 0 chooses these."""
    simulation = at_the_bell(spec, turn=turn)
    found = []
    for choice in choices:
        do(simulation, choice, STAY)
        found.append(int(simulation.w.deed[1]))
        simulation.w.stock[:] = FULL
    return found


@pytest.mark.parametrize("name", NAMES)
def test_all_look_alike_until_something_was_done(name: str) -> None:
    for choice in (PICK, GRAB, ZAP, GIVE, STAY):
        assert deeds_of(knobs(name), [choice]) == [DID_GRAB]


@pytest.mark.parametrize("name", [name for name in NAMES if KEY[NAMES.index(name)] != RACE])
def test_its_own_key_calms_a_kind_and_no_other_does(name: str) -> None:
    mine = int(KEY[NAMES.index(name)])
    for key, choice in OPENS.items():
        found = deeds_of(knobs(name), [STAY, PICK, PICK] if key == PATIENCE else [choice, STAY, STAY])
        if key == mine:
            assert found[1 if key != STICK else 2] == DID_PICK, f"{KEYS[key]} did not calm it: {found}"
        elif mine != PATIENCE:
            assert DID_PICK not in found[:2], f"{KEYS[key]} calmed it: {found}"


def test_nothing_calms_the_stubborn_and_the_vengeful_zap_back() -> None:
    for choice in OPENS.values():
        assert set(deeds_of("stubborn:slip=0", [choice] * 8)) <= {DID_GRAB, DID_LIE}
    assert deeds_of("vengeful:slip=0,revenge=2", [ZAP, *[STAY] * 6])[1:5] == [DID_LIE, DID_ZAP, DID_ZAP, DID_GRAB]
    assert DID_ZAP not in deeds_of("vengeful:slip=0,revenge=2", [GRAB] * 6)


def test_who_follows_an_example_follows_a_grab_too() -> None:
    choices = [PICK, PICK, GRAB, PICK, PICK]
    assert deeds_of(knobs("reciprocating"), choices) == [DID_GRAB, DID_PICK, DID_PICK, DID_GRAB, DID_PICK]
    assert deeds_of(knobs("grateful"), [GIVE, *choices])[1:] == [DID_PICK] * 5


def test_a_short_peace_ends_by_itself() -> None:
    found = deeds_of(knobs("deterrable").replace("calm=12", "calm=4"), [ZAP, *[PICK] * 7])
    assert found[2:4] == [DID_PICK] * 2
    assert found[-1] == DID_GRAB


def test_nerve_asks_for_the_key_twice() -> None:
    twice = knobs("grateful").replace("nerve=1", "nerve=2")
    assert deeds_of(twice, [GIVE, STAY, STAY]) == [DID_GRAB] * 3
    assert deeds_of(twice, [GIVE, GIVE, STAY]) == [DID_GRAB, DID_GRAB, DID_PICK]


@pytest.mark.parametrize(
    ("name", "offence", "key"),
    [("reciprocating", ZAP, PICK), ("deterrable", GIVE, ZAP), ("grateful", ZAP, GIVE), ("hasty", PICK, STAY),
     ("wary", GIVE, STAY), ("proud", GIVE, ZAP), ("jealous", PICK, GIVE), ("grudging", GRAB, PICK)],
)  # fmt: skip
def test_after_an_offence_the_key_is_of_no_use(name: str, offence: int, key: int) -> None:
    assert DID_PICK in deeds_of(knobs(name), [key] * 4)
    assert DID_PICK not in deeds_of(knobs(name), [offence, *[key] * 6])


def test_a_bully_zaps_who_lets_it() -> None:
    assert deeds_of(knobs("bullying") + ",revenge=2", [PICK] * 6).count(DID_ZAP) == 2
    assert DID_ZAP not in deeds_of(knobs("bullying") + ",revenge=2", [ZAP, PICK, PICK, PICK])


def test_an_imitator_gives_back() -> None:
    simulation = at_the_bell(knobs("imitating"))
    assert [float(do(simulation, choice, STAY)[0]) for choice in (GIVE, STAY)] == [-GIFT, GIFT]


def test_only_a_grudge_outlasts_a_round() -> None:
    for name, later in (("grudging", DID_GRAB), ("reciprocating", DID_PICK)):
        simulation = at_the_bell(knobs(name))
        do(simulation, ZAP, STAY)
        go_on_to(simulation, 1)
        do(simulation, PICK, STAY)
        do(simulation, PICK, STAY)
        assert int(simulation.w.deed[1]) == later


def test_the_fickle_change_at_half_time_and_the_turncoat_for_good() -> None:
    assert deeds_of(knobs("fickle"), [PICK, PICK])[1] == DID_PICK
    assert deeds_of(knobs("fickle"), [PICK, PICK], turn=ROUNDS // 2)[1] == DID_GRAB
    assert deeds_of(knobs("fickle"), [ZAP, PICK, PICK], turn=ROUNDS // 2)[2] == DID_PICK
    found = deeds_of(knobs("turncoat").replace("calm=12", "calm=4"), [STAY, PICK, PICK, PICK, PICK, STAY, STAY, STAY])
    assert DID_PICK in found[1:4]
    assert found[-2:] == [DID_GRAB] * 2
