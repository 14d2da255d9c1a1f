"""Share codes: short, exact, and safe to read whoever wrote them."""

import random
import re
import zlib
from base64 import urlsafe_b64encode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import worlds
from simulator.app import cli
from simulator.app.commands.arguments import CODED
from simulator.app.play.codes import read_code, read_payload, write_code
from simulator.app.play.setups import STEPS, Setup, bot_spec, choices, generators_of, knob_step, knob_value
from simulator.engine import Simulation
from worlds.world import Refused, World

EASY = ("bandit", "tag", "throws")


def full(world: World, steps: random.Random) -> Setup:
    """Every seat a bot with every knob on some step of its slider."""
    seats = {}
    for seat in world.seats:
        bots = [bot for bot in world.bots_of(seat.role) if bot.split != "final"]
        if bots:
            bot = max(bots, key=lambda bot: len(bot.knobs))
            values = {knob.name: knob_value(knob, steps.randint(0, STEPS)) for knob in bot.knobs}
            seats[seat.name] = bot_spec(bot, values)
    return Setup(world=world.name, build=world.build_args, split="test-both", seed=2**40 + 7, index=3, seats=seats)


@pytest.mark.parametrize("name", worlds.shipped())
def test_a_code_is_short_and_rebuilds_the_set_up_of_every_world(name: str) -> None:
    world = worlds.get(name)
    setup = full(world, random.Random(5))
    code = write_code(setup, world)
    assert len(code) < 200
    assert read_code(code) == setup


def test_a_code_of_eight_seats_with_all_knobs_set_is_short() -> None:
    world = worlds.get("tag", seats=8)
    setup = full(world, random.Random(1))
    assert dict(setup.build) == {"seats": 8}
    code = write_code(setup, world)
    assert len(code) < 200
    assert read_code(code) == setup


def test_task_and_opponents_are_the_same_bit_for_bit() -> None:
    world = worlds.get("tag")
    setup = full(world, random.Random(2))
    again = read_code(write_code(setup, world))
    states = [
        Simulation(world, seed=each.seed, index=each.index, split=each.split, seats=dict(each.seats)).hash()
        for each in (setup, again)
    ]
    assert states[0] == states[1]


def test_every_kind_of_player_comes_back() -> None:
    world = worlds.get("tag")
    names = [seat.name for seat in world.seats]
    agent = write_agent = "agent:tag"
    specs = dict(zip(names, ("human", agent, "random", "bot:copier"), strict=False))
    bot = world.bots_of(world.seats[3].role)[0]
    specs[names[3]] = bot_spec(bot, {bot.knobs[0].name: bot.knobs[0].low / 3 + bot.knobs[0].high / 1.5})
    setup = Setup(world="tag", split="train", seats=specs, devices={names[0]: 1}, episodes=7)
    assert write_agent == agent
    assert read_code(write_code(setup, world)) == setup


def test_an_agent_with_other_weights_is_refused() -> None:
    world = worlds.get("tag")
    setup = Setup(world="tag", seats={world.seats[0].name: "agent:tag"})
    code = write_code(setup, world, lambda name: "ab" * 32)
    with pytest.raises(Refused, match="other weights of agent 'tag'"):
        read_code(code)


def test_a_wrong_letter_is_noticed() -> None:
    world = worlds.get("bandit")
    code = write_code(Setup(world="bandit", seed=99), world)
    for at in range(2, len(code)):
        other = code[:at] + ("A" if code[at] != "A" else "B") + code[at + 1 :]
        try:
            assert read_code(other) == read_code(code)  # the last letter may hold bits that mean nothing
            assert at == len(code) - 1
        except Refused:
            continue


@pytest.mark.parametrize(
    ("code", "reason"),
    [("hello", "begins with XP"), ("XP!!!!", "letters that no code has"), ("XPAAAAAAAA", "checksum"), ("", "begins"),
     ("XP" + "A" * 400, "at most"), ("XPé", "begins")],
)  # fmt: skip
def test_what_is_no_code_is_refused_with_the_reason(code: str, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        read_code(code)


@pytest.fixture(scope="module")
def payloads() -> list[bytes]:
    found = []
    for name in EASY:
        world = worlds.get(name)
        code = write_code(full(world, random.Random(3)), world)
        found.append(bytes(__import__("base64").urlsafe_b64decode(code[2:] + "=" * (-len(code[2:]) % 4)))[:-3])
    return found


@settings(max_examples=400, deadline=None)
@given(data=st.data())
def test_nothing_but_a_refusal_comes_of_wrong_bytes(payloads: list[bytes], data: st.DataObject) -> None:
    """Codes with a right checksum, changed anywhere: a set-up, or a refusal."""
    payload = bytearray(data.draw(st.sampled_from(payloads)))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(payload)))
        payload[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    try:
        assert isinstance(read_payload(bytes(payload)), Setup)
    except Refused:
        return


@settings(max_examples=200, deadline=None)
@given(words=st.text(max_size=210))
def test_nothing_but_a_refusal_comes_of_wrong_words(words: str) -> None:
    for code in (words, f"XP{words}"):
        try:
            read_code(code)
        except Refused:
            continue


def test_a_bad_code_ends_a_command_with_its_reason(capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("home", "play", "watch"):
        assert cli.run([command, "--code", "XPnonsense"]) == 2
        assert "share code 'XPnonsense' is damaged" in capsys.readouterr().err


def test_an_empty_code_is_no_missing_one(capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("home", "play", "watch"):
        assert cli.run([command, "--code", ""]) == 2
        assert "the share code is empty: one begins with XP" in capsys.readouterr().err


def test_commands_that_take_no_code_say_which_do(capsys: pytest.CaptureFixture[str]) -> None:
    takers = [name for name in cli.COMMANDS if "code" in cli.command(name).Settings.__dataclass_fields__]
    assert sorted(takers) == sorted(re.findall(r"\w+", CODED.replace(" and ", ", ")))
    code = write_code(Setup(world="bandit", seed=4), worlds.get("bandit"))
    for name in cli.COMMANDS:
        if name not in takers:
            assert cli.run([name, "--code", code]) == 2
            said = capsys.readouterr().err
            assert f"--code goes with {CODED} alone, as a share code is one task and who plays it" in said
            assert said.count("\n") == 1


def test_what_a_code_decides_cannot_be_given_beside_it(capsys: pytest.CaptureFixture[str]) -> None:
    world = worlds.get("bandit")
    code = write_code(Setup(world="bandit", seed=4), world)
    assert cli.run(["play", "--code", code, "--seed", "5"]) == 2
    assert "seed 5 is given beside --code" in capsys.readouterr().err


def test_a_code_for_another_version_of_a_world_is_refused() -> None:
    body = bytearray([1, 6]) + b"bandit" + bytes([99, 0, 0, 0, 0, 0, 1, 0])
    body += zlib.crc32(body).to_bytes(4, "big")[:3]
    with pytest.raises(Refused, match="version 99 of world 'bandit'"):
        read_code("XP" + urlsafe_b64encode(body).decode().rstrip("="))


def test_the_steps_of_a_slider_are_kept() -> None:
    knob = worlds.get("tag").bots[0].knobs[0]
    assert [knob_step(knob, knob_value(knob, step)) for step in range(STEPS + 1)] == list(range(STEPS + 1))


def test_choices_leave_out_what_is_kept_for_the_very_end() -> None:
    world = worlds.get("tag")
    names = {choice.name for choice in choices(world, 0)}
    final = {bot.name for bot in world.bots if bot.split == "final"}
    assert final
    assert not names & final
    assert all(
        name in [g.name for g in world.generators if g.split == "train"] for name in generators_of(world, "train")
    )
