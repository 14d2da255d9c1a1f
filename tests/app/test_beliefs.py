"""What an agent believes of the hidden task is in the panel, live and in replays, with the truth only if it may be."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import replays
import worlds
from simulator.app.panels import beliefs
from simulator.engine import Simulation
from tests.app.conftest import Opener, Puppet, live, panel_words, run
from worlds.world import World

SIZE = (1100, 760)


@pytest.fixture(scope="module")
def tag() -> World:
    return worlds.get("tag")


def sure_of(world: World, seat: int, **entries: str) -> np.ndarray:
    """A belief that is sure of some facts, given by the name of the entry, and knows nothing of the others."""
    found = np.zeros(world.told_pieces.total, np.float32)
    for fact in world.facts(seat):
        if fact.one_hot:
            chosen = entries.get(fact.name)
            parts = found[fact.at]
            parts[:] = 1.0 / len(fact.choices) if chosen is None else 0.0
            if chosen is not None:
                parts[fact.choices.index(chosen)] = 1.0
    return found


def words_of(app: Any) -> list[str]:
    """Everything that is written in the panel."""
    return [words for words, _ in panel_words(app)]


def test_the_panel_says_who_it_thinks_you_are(open_app: Opener, tag: World) -> None:
    simulation = Simulation(tag, seed=3, seats={seat.name: "bot" for seat in tag.seats[1:]})
    puppet = Puppet(0, belief=sure_of(tag, 0, refuge="den B", evader_0="copier"), factors=3)
    app = open_app(simulation=simulation, seats={"chaser_0": puppet, "evader_0": "human"}, size=SIZE, follow="chaser_0")
    run(app, 0.5)
    words = words_of(app)
    assert "Who it thinks you are" in words
    assert "den B 100%" in words
    assert "copier 100%" in words
    assert words[words.index("copier 100%") - 1] == "you"
    assert not any(", is " in each for each in words)


def test_who_only_watches_is_not_called_you(open_app: Opener, tag: World) -> None:
    simulation = Simulation(tag, seed=3, seats={seat.name: "bot" for seat in tag.seats[1:]})
    puppet = Puppet(0, belief=sure_of(tag, 0, refuge="den B"), factors=3)
    app = open_app(simulation=simulation, seats={"chaser_0": puppet}, size=SIZE)
    run(app, 0.3)
    words = words_of(app)
    assert "What it believes" in words
    assert "Who it thinks you are" not in words


def test_named_shares_are_told_in_words() -> None:
    arms, belief, stops = ("A", "B", "C"), np.array([0.9, 0.2, 0.6]), np.array([1.0, 0.0, 0.0])
    assert beliefs.several(arms, belief, None) == ("A C", "ink")
    assert beliefs.several(arms, belief, stops) == ("A C, is A", "ink")
    assert beliefs.several(arms, np.array([0.8, 0.1, 0.4]), stops) == ("A", "good")
    assert beliefs.several(arms, np.zeros(3), None) == ("none", "ink")


def test_named_numbers_stand_behind_their_names() -> None:
    assert beliefs.numbered(("chasers", "evaders"), np.array([0.0, -0.2])) == "chasers 0.00  evaders -0.20"
    assert beliefs.numbered((), np.array([0.44])) == "0.44"


def test_the_truth_is_shown_with_the_hidden_layer_only(open_app: Opener, tag: World) -> None:
    simulation = Simulation(tag, seed=3, seats={seat.name: "bot" for seat in tag.seats[1:]})
    refuge = int(simulation.w["refuge"])
    wrong = f"den {'ABCD'[(refuge + 1) % 4]}"
    puppet = Puppet(0, belief=sure_of(tag, 0, refuge=wrong), factors=3)
    app = open_app(simulation=simulation, seats={"chaser_0": puppet}, size=SIZE, paused=False)
    run(app, 0.3)
    secret = f"{wrong} 100%, is den {'ABCD'[refuge]}"
    assert secret not in words_of(app)
    app.game.command("hidden")
    assert secret in words_of(app)


def test_without_a_belief_there_is_no_such_card(open_app: Opener) -> None:
    app = open_app(seats={"walker_0": Puppet()})
    run(app, 0.3)
    assert not {"Who it thinks you are", "What it believes"} & set(words_of(app))


def test_a_replay_shows_the_belief_that_was_recorded(open_app: Opener, beacon: World, tmp_path: Path) -> None:
    path = tmp_path / "game.mcap"
    puppet = Puppet(2, belief=np.array([0.37], np.float32))
    played = open_app(seats={"walker_0": puppet}, recorder=replays.record(path))
    run(played, 1.0)
    assert live(played).thought(0) is not None
    played.close()
    app = open_app(playback=replays.open(path))
    run(app, 0.5)
    words = words_of(app)
    assert "What it believes" in words
    assert "0.37" in words


def test_facts_with_names_come_first_and_rows_without_room_are_left_out(tag: World) -> None:
    facts = beliefs.in_order(tag.facts(0))
    assert [fact.one_hot for fact in facts] == sorted((fact.one_hot for fact in facts), reverse=True)
    assert {fact.name for fact in facts[:4]} == {"refuge", "chaser_1", "evader_0", "evader_1"}


def test_names_are_told_as_words() -> None:
    parts = np.array((0.25, 0.75))
    assert beliefs._words(["green_wave", "actuated_tolerant"], parts, None) == ("actuated tolerant 75%", "ink")
    assert beliefs.numbered(["fair_share"], np.array((0.5,))) == "fair share 0.50"
    assert beliefs.several(["fair_share", "other"], parts[::-1], None) == ("fair share", "ink")
