"""What was worked out in the background comes late, and undoes nothing that was changed meanwhile."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from simulator.app.panels.deck import Asked
from simulator.app.play.table import BOT, HUMAN, Table
from simulator.app.screens.changes import reseat
from simulator.app.screens.deck import Coming, Deck
from simulator.app.screens.setup import SetupScreen
from simulator.app.shell.recordings import CutShort
from simulator.app.shell.start import unused
from simulator.engine import Simulation
from tests.app.conftest import FRAME, Opener, Puppet, live
from worlds.world import Refused, World


class Ready:
    """A job that is done."""

    done, words = True, "somebody"

    def __init__(self, made: Callable[[], Any]) -> None:
        self.result = made


def test_a_seat_that_changed_hands_while_its_agent_was_loaded_stays_changed(
    beacon: World, simulation: Simulation
) -> None:  # fmt: skip
    late, other = Puppet(name="late"), Puppet(name="other")
    table = Table(beacon, {"walker_0": lambda: late, "walker_1": lambda: late})
    loaded = table.load()
    table.reseat(0, HUMAN)
    table.reseat(1, other)
    table.take_seats(loaded)
    table.begin()
    assert not table.loading
    assert table.players == {1: other}
    assert table.who(0, simulation) == "you"


def test_memories_of_a_trial_that_was_left_meanwhile_are_not_given(beacon: World) -> None:
    player, crews = Puppet(), []

    def resume(crew: Any, players: Any) -> str:
        crews.append(crew)
        return "memories rebuilt"

    for left in (False, True):
        table = Table(beacon, {"walker_0": player}, resume)
        loaded = table.load()
        if left:
            table.begin()  # another trial
        table.take_seats(loaded)
        assert (table.crew is crews[-1]) != left
        assert bool(table.said) != left


def test_who_was_reseated_while_memories_were_rebuilt_has_a_place_in_the_crew(beacon: World) -> None:
    table = Table(beacon, {"walker_0": lambda: Puppet(), "walker_1": Puppet()}, lambda crew, players: "rebuilt")
    loaded, other = table.load(), Puppet(name="other")
    table.reseat(0, other)
    table.reseat(1, BOT)
    table.take_seats(loaded)
    assert [(player, seats) for player, seats in table.crew._groups if seats == [0]] == [(other, [0])]


def test_a_new_trial_while_agents_are_loaded_is_not_begun_twice(open_app: Opener) -> None:
    app = open_app(seats={"walker_0": Puppet()})
    player = live(app).table.players[0]
    assert isinstance(player, Puppet)
    before = list(player.resets)
    live(app).seat_players({})
    assert player.resets == before


@pytest.fixture
def deck(open_app: Opener) -> Deck:
    app = open_app(seats={"walker_0": "human"}, paused=True)
    app.prepare_gui().result()
    app.frame(FRAME)
    assert app.game.deck is not None
    return app.game.deck


def test_the_last_choice_for_a_seat_counts(deck: Deck) -> None:
    scene = deck.scene
    deck._options = [deck._all_options(seat, []) for seat in range(2)]
    names = [choice.spec for choice, _ in deck._options[1]]
    deck._making[1] = Coming(Ready(Puppet), "random", "bot")  # type: ignore[arg-type]
    deck._choose(1, *deck._options[1][names.index("bot")])
    deck.advance()
    assert scene.who(1) == "bot"
    deck.drawn.asked = Asked(reseat=(1, names.index("random")))
    deck.advance()
    assert list(deck._making) == [1]


def test_nobody_is_seated_where_somebody_else_sat_down_meanwhile(deck: Deck) -> None:
    said: list[str] = []
    scene = deck.scene
    deck._making[1] = Coming(Ready(Puppet), "random", "bot")  # type: ignore[arg-type]
    scene.by_hand.seat([1], {})
    reseat(scene, 0, "bot")
    reseat(scene, 1, "human")
    scene.say = said.append
    deck.advance()
    assert scene.who(1).startswith("you")
    assert said == ["somebody does not sit down: walker_1 changed hands meanwhile"]


def test_an_old_previews_refusal_says_nothing_of_what_was_chosen_since(
    open_app: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    from simulator.app.play.setups import Setup

    def refuse() -> None:
        raise Refused("no such layout")

    app = open_app()
    screen = SetupScreen(app, Setup(world="bandit"), lambda setup: None)
    screen._wanted, screen._shown = "new", "old"
    screen._finish(Ready(refuse))  # type: ignore[arg-type]
    assert not screen.view.problem
    screen._wanted = "old"
    screen._finish(Ready(refuse))  # type: ignore[arg-type]
    assert "no such layout" in screen.view.problem


def test_a_recording_that_was_deleted_during_the_look_does_not_come_back(tmp_path: Path) -> None:
    part, other = tmp_path / "a.mcap.part", tmp_path / "b.mcap.part"
    for path in (part, other):
        path.write_bytes(b"")
    cut = CutShort([tmp_path])
    cut.parts = [part, other]
    cut._job = Ready(lambda: [part, other])  # type: ignore[assignment]
    cut.obey("delete", part)
    assert cut.advance() == [other]


def test_two_exports_at_one_moment_have_two_names(tmp_path: Path) -> None:
    first = unused(tmp_path / "x.gif")
    assert unused(first, {first}) == tmp_path / "x-2.gif"
