"""A live game goes back in time and on from there, and seats change hands; both are recorded so that replays verify."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import replays
from agents.players.simple import RandomPlayer
from simulator.app.panels.deck import Asked
from simulator.app.screens.app import App
from simulator.app.screens.changes import KEPT, reseat
from simulator.app.screens.replay import ReplayScene
from simulator.engine import Simulation
from simulator.engine.trial import SeatedPlayers
from tests.app.conftest import FRAME, Notes, Opener, Puppet, live, press, run, viewed
from worlds.world import Refused, World

WEST, STAY, EAST = range(3)
BOTH = {"walker_0": "human", "walker_1": "human"}


class Counter(Puppet):
    """Remembers how often it was asked in this trial."""

    def __init__(self) -> None:
        super().__init__(EAST, "counter")
        self.asked = 0

    def reset(self, lanes: int) -> None:
        super().reset(lanes)
        self.asked = 0

    def act(self, observations: np.ndarray, legal: np.ndarray) -> np.ndarray:
        self.asked += 1
        return super().act(observations, legal)

    def keep(self) -> int:
        return self.asked

    def go_back(self, kept: int) -> None:
        self.asked = kept


def until(app: App, seconds: float) -> None:
    """Let so much of the game pass."""
    scene = live(app)
    end = scene.rewind.clock + seconds
    while scene.rewind.clock < end - 1e-6:
        app.frame(FRAME)


def long_episodes(beacon: World, **view: Any) -> Simulation:
    return Simulation(viewed(beacon, **view), seed=13, seats={"walker_1": "bot"}, episodes_per_trial=40)


def test_a_press_goes_back_three_seconds_and_the_game_stands_there(open_app: Opener, beacon: World) -> None:
    app = open_app(simulation=long_episodes(beacon), seats={"walker_0": Counter()})
    scene = live(app)
    states = {}
    for _ in range(60):
        states[round(scene.rewind.clock, 3)] = scene.simulation.hash()
        until(app, scene.world.timing.tick)
    clock = scene.rewind.clock
    press("f7")
    run(app, 0.1)
    assert scene.paused
    assert 3.0 <= clock - scene.rewind.clock <= 4.0
    assert scene.simulation.hash() == states[round(scene.rewind.clock, 3)]
    assert scene.rewind.gone == pytest.approx(clock - scene.rewind.clock)
    press("p")
    run(app, 0.5)
    assert not scene.paused
    assert scene.rewind.gone == 0.0


def test_a_key_that_plays_goes_on(open_app: Opener, beacon: World) -> None:
    app = open_app(simulation=long_episodes(beacon), seats={"walker_0": "human"})
    until(app, 5.0)
    press("f7")
    run(app, 0.1)
    assert live(app).paused
    press("right", hold=True)
    run(app, 0.4)
    assert not live(app).paused
    assert int(live(app).simulation.applied[0, 0]) == EAST


def test_what_follows_is_what_followed_before_if_the_same_is_done(open_app: Opener, beacon: World) -> None:
    """Chance, bots, memories and scores: all of it went back."""
    counter = Counter()
    app = open_app(simulation=long_episodes(beacon), seats={"walker_0": counter})
    scene = live(app)
    until(app, 8.0)
    clock, state, asked = scene.rewind.clock, scene.simulation.hash(), counter.asked
    returns = np.array(scene.history.returns)
    press("f7")
    press("f7")
    run(app, 0.1)
    assert counter.asked < asked
    assert len(scene.history.returns) == int(scene.simulation.w["episode"])
    press("p")
    app.frame(FRAME)
    until(app, clock - scene.rewind.clock)
    assert (scene.simulation.hash(), counter.asked) == (state, asked)
    assert np.array_equal(np.array(scene.history.returns), returns)
    assert counter.resets == [1]


def test_no_more_than_half_a_minute_is_kept(open_app: Opener, beacon: World) -> None:
    app = open_app(simulation=long_episodes(beacon), seats={"walker_0": Counter()}, speed=16.0)
    scene = live(app)
    until(app, 2 * KEPT)
    clock = scene.rewind.clock
    for _ in range(40):
        press("f7")
        app.frame(FRAME)
    assert KEPT - 1.0 <= clock - scene.rewind.clock <= KEPT + 1.0
    assert any("nothing earlier" in words for _, words in app.messages)


def test_a_turn_is_taken_back_where_the_world_waits(open_app: Opener, beacon: World) -> None:
    controls = {"walk": {"keys": {"left": WEST, "right": EAST}, "rest": STAY, "wait": True}}
    app = open_app(simulation=long_episodes(beacon, controls=controls), seats={"walker_0": "human"})
    scene = live(app)
    hashes = [scene.simulation.hash()]
    for _ in range(3):
        press("right")
        run(app, 0.5)
        hashes.append(scene.simulation.hash())
    for expected in (hashes[2], hashes[0]):  # a decision of this world has two ticks
        press("f7")
        run(app, 0.3)
        assert scene.simulation.hash() == expected
        assert not scene.paused
    press("left")
    run(app, 0.5)
    assert scene.simulation.hash() != hashes[2]


def test_a_player_whose_memory_cannot_go_back_stops_it(open_app: Opener) -> None:
    app = open_app(seats={"walker_0": Puppet()})
    run(app, 2.0)
    state = live(app).simulation.hash()
    press("f7")
    app.frame(0.0)
    assert live(app).simulation.hash() == state
    assert any("What puppet remembers cannot be taken back" in words for _, words in app.messages)


def test_who_sits_where_stays_when_time_goes_back(open_app: Opener, beacon: World) -> None:
    notes = Notes()
    app = open_app(simulation=long_episodes(beacon), seats={"walker_0": "human"}, recorder=notes)
    scene = live(app)
    until(app, 4.0)
    reseat(scene, 0, "bot")
    reseat(scene, 1, "human")
    until(app, 1.0)
    press("f7")
    run(app, 0.1)
    assert scene.simulation.external == (1,)
    assert [person.seat for person in scene.people] == [1]
    assert [op for op, _ in notes.ops] == ["drive", "drive", "restore", "drive", "drive"]


def test_random_players_and_new_ones_go_back_too() -> None:
    legal = np.ones((1, 3), np.uint8)
    seen = np.zeros((1, 1), np.float32)
    old, late = RandomPlayer((3,), seed=4), RandomPlayer((3,), seed=5)
    crew = SeatedPlayers({0: old})
    crew.begin()
    kept = crew.keep()
    first = [int(old.act(seen, legal)[0, 0]) for _ in range(20)]
    crew.join(1, late)
    late_first = [int(late.act(seen, legal)[0, 0]) for _ in range(20)]
    crew.go_back(kept)
    assert [int(old.act(seen, legal)[0, 0]) for _ in range(20)] == first
    assert [int(late.act(seen, legal)[0, 0]) for _ in range(20)] == late_first


def test_a_recording_that_was_rewound_verifies_and_counts_each_episode_once(
    open_app: Opener, beacon: World, tmp_path: Path
) -> None:
    path = tmp_path / "back.mcap"
    app = open_app(
        simulation=long_episodes(beacon), seats={"walker_0": Counter()}, recorder=replays.record(path), speed=4.0
    )
    scene = live(app)
    while len(scene.history.returns) < 2:
        app.frame(FRAME)
    until(app, 1.0)
    reseat(scene, 1, "random", RandomPlayer((3,), seed=1))
    until(app, 1.0)
    for _ in range(4):
        press("f7")
        app.frame(FRAME)
    press("p")
    while len(scene.history.returns) < 3:
        app.frame(FRAME)
    until(app, 1.0)
    returns = [row.tolist() for row in scene.history.returns]
    app.close()
    verdict = replays.verify(path)
    assert verdict.ok, verdict.sentence
    playback = replays.open(path)
    names = [event.name for _, event in playback.events]
    assert names.count("rewind") == 4
    assert names.count("seat_change") == 1
    shown = open_app(playback=playback, paused=True)
    replay = shown.scene
    assert isinstance(replay, ReplayScene)
    replay.seek(replay.length)
    assert [row.tolist() for row in replay.history.returns] == returns
    assert replay.who(1) == "random"
    replay.seek(0)
    assert replay.who(1) == "bot"


# --- seats change hands ----------------------------------------------------------------------------------------------


def test_a_seat_goes_from_bot_to_agent_to_human_and_back(open_app: Opener) -> None:
    notes = Notes()
    app = open_app(seats={"walker_0": "human"}, recorder=notes)
    scene, counter = live(app), Counter()
    reseat(scene, 1, "random", counter)
    run(app, 0.5)
    assert (scene.who(1), scene.simulation.external) == ("counter", (0, 1))
    assert counter.asked > 0
    assert int(scene.simulation.applied[1, 0]) == EAST
    reseat(scene, 1, "human")
    assert [scene.who(seat) for seat in range(2)] == ["you 1", "you 2"]
    press("left", hold=True)
    run(app, 0.3)
    assert int(scene.simulation.applied[1, 0]) == WEST
    reseat(scene, 1, "bot")
    assert (scene.who(0), scene.who(1), scene.simulation.external) == ("you", "bot", (0,))
    assert notes.events == ["seat_change"] * 3
    press("backspace")  # a new trial keeps them
    run(app, 0.1)
    assert scene.simulation.external == (0,)


def test_others_keep_their_memories(open_app: Opener) -> None:
    counter = Counter()
    app = open_app(seats={"walker_0": counter})
    run(app, 0.5)
    asked = counter.asked
    reseat(live(app), 1, "random", Counter())
    run(app, 0.5)
    assert counter.resets == [1]
    assert counter.asked > asked


def test_a_bot_that_took_a_seat_keeps_it_in_the_next_trial(open_app: Opener, beacon: World) -> None:
    app = open_app(simulation=Simulation(beacon, seed=13, seats={"walker_1": "bot"}), seats={"walker_0": Counter()})
    scene = live(app)
    reseat(scene, 0, "bot")
    press("backspace")
    run(app, 0.2)
    assert scene.simulation.external == ()
    assert scene.who(0) == "bot"


def test_people_who_cannot_play_together_are_not_seated(open_app: Opener) -> None:
    app = open_app(seats={"walker_0": "human"}, devices={"walker_0": 1})
    scene = live(app)
    with pytest.raises(Refused, match="both play with gamepad 1"):
        reseat(scene, 1, "human", device=1)
    assert ([person.seat for person in scene.people], scene.simulation.external) == ([0], (0,))


def test_the_menu_changes_a_seat(open_app: Opener) -> None:
    app = open_app(seats={"walker_0": "human"})
    app.prepare_gui().wait(120.0)
    scene, deck = live(app), app.game.deck
    assert deck is not None
    press("f8")
    app.frame(FRAME)
    assert deck.choosing
    for _ in range(600):
        app.frame(FRAME)
        if deck.view().menu:
            break
    ticks, rows = scene.ticks, deck.view().menu
    assert [row.names[row.at] for row in rows] == ["You: the keyboard", "bot, as the task draws it"]
    deck.drawn.asked = Asked(reseat=(1, rows[1].names.index("random choices")))
    for _ in range(600):
        app.frame(FRAME)
        if scene.who(1) == "random":
            break
    assert scene.who(1) == "random"
    assert scene.ticks == ticks  # the game stands still under the menu
    press("escape")
    run(app, 0.3)
    assert not deck.choosing
    assert scene.ticks > ticks


# --- what is seen ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("layers", "known", "words"),
    [
        ({"fog"}, {"fog"}, "you see what your seat sees"), (set(), {"fog"}, "you see all but what the task hides"),
        ({"fog", "hidden"}, {"fog"}, "you see everything"), (set(), set(), "what the task hides stays hidden"),
    ],
)  # fmt: skip
def test_the_screen_says_how_much_is_seen(open_app: Opener, layers: set[str], known: set[str], words: str) -> None:
    app = open_app(seats={"walker_0": "human"})
    assert app.game.deck is not None
    app.game.layers, app.game.arena.layers = frozenset(layers), known
    assert app.game.deck.view().seeing == words


def test_a_person_alone_begins_with_the_agents_view(open_app: Opener, beacon: World) -> None:
    assert {"fog", "rays"} <= open_app(seats={"walker_0": "human"}).game.layers
    assert "fog" not in open_app(seats={"walker_0": Puppet()}).game.layers
    assert "fog" not in open_app(seats={"walker_0": "human"}, layers=frozenset()).game.layers
    both = open_app(simulation=Simulation(beacon), seats=BOTH)
    assert "fog" not in both.game.layers
    assert live(both).viewer is None


def test_follow_begins_at_ones_own_seat(open_app: Opener) -> None:
    assert live(open_app(seats={"walker_0": Puppet(), "walker_1": "human"})).followed == 1
