"""The shipped languages: nothing is missing, and what a world says and draws is said in all of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pygame
import pytest

import simulator.canvas.signs
import simulator.canvas.vocabulary
import worlds
from simulator.app.pages.markdown import sections, title
from simulator.app.panels.wrapping import lines_of
from simulator.app.play.choices import key_rows
from simulator.app.play.hands import Hands
from simulator.app.play.languages import ENGLISH, SHIPPED, face_for, read_language, use
from simulator.app.play.texts import TEXTS
from simulator.app.shell.controls import COMMANDS
from simulator.canvas import text
from simulator.canvas.render import render
from simulator.canvas.speech import Speech, said
from simulator.engine import Simulation
from worlds.world import Refused, World

CODES = sorted(path.stem for path in SHIPPED.glob("*.toml"))
FOR_WORKERS = ("Version", "Headroom", "Source")  # sections that are for people who work on a world
ENGLISH_WORD = re.compile(r"[A-Za-z]{3,}")
SIGNS = re.compile(r"km/h|m/s²|[A-Z]{4,}|IDM|MOBIL|Tab|Crossplay|REC|sumo-rl|libsignal")  # the same in all languages
STEPS, EVERY = 24, 6  # decisions that are played, and between two pictures


def language_of(code: str) -> Speech:
    return Speech(read_language(code, SHIPPED / f"{code}.toml").words)


def is_said(speech: Speech, words: str) -> bool:
    """Whether a translation of words has none of the English ones left (in a language with other letters)."""
    return not ENGLISH_WORD.search(SIGNS.sub("", speech.said(words)))


@pytest.mark.parametrize("code", CODES)
def test_every_text_of_the_window_is_there(code: str) -> None:
    language = read_language(code, SHIPPED / f"{code}.toml")
    assert language.problems == ()
    assert sorted(TEXTS.keys() - language.window.keys()) == []


def declared(world: World) -> Iterator[str]:
    """What a world declares in words that people see."""
    yield from (title(world.page)[0], world.name)
    yield from (part for seat in world.seats for part in (seat.name, seat.role))
    yield from (words for action in world.actions for words in (action.name, *action.choices))
    yield from (words for bot in world.bots for words in (bot.name, bot.about, *(knob.name for knob in bot.knobs)))
    yield from (generator.name for generator in world.generators)
    yield from (cause.name for cause in world.causes)
    yield from (figure.name for figure in world.figures)
    yield from (sign.words for sign in world.view.legend)
    for seat in range(len(world.seats)):
        yield from (words for fact in world.facts(seat) for words in (fact.name, *fact.choices, *fact.of))
    yield from (words for _, words in key_rows(Hands(world)))
    yield from (facts.get("about", "") for facts in world.view.controls.values())
    for argument in worlds.arguments(world.name):
        yield from (argument.name, *(value for value in argument.values if isinstance(value, str)))


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("name", worlds.shipped())
def test_what_a_world_declares_is_translated(name: str, code: str) -> None:
    world, speech = worlds.get(name), language_of(code)
    goal = title(world.page)[1]
    page = [words for part, words in sections(world.page).items() if part not in FOR_WORKERS]
    assert [words for words in (*declared(world), goal) if not is_said(speech, words)] == []
    assert [words[:60] for words in page if not speech.knows(words)] == []


@pytest.mark.parametrize("code", CODES)
def test_the_help_on_keys_is_translated(code: str) -> None:
    speech = language_of(code)
    assert [each for command in COMMANDS for each in (command.help, command.group) if not is_said(speech, each)] == []


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("name", worlds.shipped())
def test_what_a_world_draws_is_translated(name: str, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    world, speech, drawn = worlds.get(name), language_of(code), set[str]()

    def written(words: str, *arguments: object, **facts: object) -> pygame.Surface:
        drawn.add(words)
        return pygame.Surface((8, 8), pygame.SRCALPHA, 32)

    for module in (simulator.canvas.vocabulary, simulator.canvas.signs):
        monkeypatch.setattr(module, "written", written)
    simulation = Simulation(world, seed=5, split="test-both")
    still = np.zeros((len(world.seats), len(world.actions)), np.int64)
    for step in range(STEPS):
        simulation.step(still)
        if world.view.status is not None:
            drawn |= {world.view.status(simulation.w, seat) for seat in range(len(world.seats))}
        if step % EVERY == 0:
            layers = ("labels", "hidden") if step % (2 * EVERY) else ("labels", "fog")
            render(world, simulation.w, (900, 900), layers=layers, viewer=0)
    assert sorted(words for words in drawn if not is_said(speech, words)) == []


def test_chinese_letters_are_painted_and_are_no_boxes() -> None:
    """Three characters differ from each other and from the sign for what a font lacks."""
    try:
        face_for(read_language("zh", SHIPPED / "zh.toml"))
    except Refused as refusal:
        pytest.skip(str(refusal))
    use("zh")
    try:
        pictures = [pygame.surfarray.array_alpha(text.written(each, 32, (255, 255, 255))) for each in "捉房路\u0378"]
        assert said("tag") == "捉人"
    finally:
        use(ENGLISH)
    inked = [int((picture > 128).sum()) for picture in pictures[:3]]
    assert min(inked) > 60
    signs = {picture.tobytes() for picture in pictures}
    assert len(signs) == len(pictures)


def test_a_line_breaks_between_characters_and_never_before_a_comma() -> None:
    words = "雾散之前站好位置，两队都有计划；按 F1 键。"
    lines = lines_of(words, 8, len)
    assert "".join(lines).replace(" ", "") == words.replace(" ", "")
    assert all(len(line) <= 8 for line in lines)
    assert all(line[0] not in "，；。" for line in lines)
    assert lines_of("two words", 100, len) == ["two words"]
    assert lines_of("甲\n乙", 100, len) == ["甲", "乙"]
