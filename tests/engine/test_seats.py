"""How seats are written: one reader for every command, and one sentence for what it does not take."""

import re

import pytest

from agents.evaluation.lineup import MEASURED
from simulator.engine.seats import IN_ENGINE, PLAYERS, SeatSpec, read_seats, read_spec, spec_kind
from worlds.world import Refused, World

WHOSE = "seat 'walker_0'"


@pytest.mark.parametrize(
    ("text", "kind", "name", "knobs"),
    [
        ("human", "human", "", ""),
        ("bot", "bot", "", ""),
        ("bot:pacer", "bot", "pacer", ""),
        ("bot:pacer:bold=0.3,sharp=1", "bot", "pacer", "bold=0.3,sharp=1"),
        ("agent:runs/tag", "agent", "runs/tag", ""),
        ("agent:C:/runs/tag", "agent", "C:/runs/tag", ""),
        ("axelrod:Tit For Tat", "axelrod", "Tit For Tat", ""),
        ("roshambo:greenberg", "roshambo", "greenberg", ""),
        ("random", "random", "", ""),
    ],
)
def test_every_form_is_read(text: str, kind: str, name: str, knobs: str) -> None:
    assert read_spec(WHOSE, text, PLAYERS) == SeatSpec(text, kind, name, knobs)
    assert spec_kind(text) == kind


@pytest.mark.parametrize(
    "text", ["", ":", "robot", "Human", "human:", "random:7", "bot:", "bot::bold=1", "bot:pacer:", "agent",
             "agent:", "axelrod", "axelrod:", "roshambo", "roshambo:", "external", " bot", "bot "],
)  # fmt: skip
def test_other_words_are_refused_with_all_forms(text: str) -> None:
    forms = (
        "human, human:DEVICE, bot, bot:KIND, bot:KIND:KNOB=VALUE,…, agent:NAME_OR_FOLDER, axelrod:NAME, roshambo:NAME "
        "or random"
    )
    with pytest.raises(Refused, match=re.escape(f"{WHOSE} is given {text!r}: use {forms}") + "$"):
        read_spec(WHOSE, text, PLAYERS)


@pytest.mark.parametrize(("text", "allowed"), [("human", IN_ENGINE), ("agent:tag", IN_ENGINE), ("human", MEASURED)])
def test_kinds_are_refused_where_they_cannot_sit(text: str, allowed: tuple[str, ...]) -> None:
    with pytest.raises(Refused, match=re.escape(f"{WHOSE} is given {text!r}: use ")):
        read_spec(WHOSE, text, allowed)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("bot:runner", "no bot 'runner' plays walker in 'beacon': choose from pacer, drifter"),
        ("bot:pacer:speed=1", "bot 'pacer' has no knob 'speed': it has bold"),
        ("bot:pacer:bold=2", "knob bold of bot 'pacer' is given 2: allowed is 0.1 to 0.9"),
        ("bot:pacer:bold", "knob bold of bot 'pacer' is given '': it takes a number"),
    ],
)
def test_bots_are_refused_with_seat_part_and_what_is_allowed(beacon: World, text: str, words: str) -> None:
    with pytest.raises(Refused, match=re.escape(f"{WHOSE} is given {text!r}: {words}")):
        read_seats(beacon, {"walker_0": text})
