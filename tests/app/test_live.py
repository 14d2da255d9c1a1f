import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pygame
import pytest

import replays
import worlds
from simulator.app.play.seating import Seating
from simulator.app.screens.live import LiveScene
from simulator.app.shell.jobs import Job, compiled_part, warmed
from simulator.app.shell.start import recorder
from simulator.engine import Simulation
from tests.app.conftest import FRAME, Notes, Opener, Puppet, live, press, release, run, viewed
from worlds.world import Refused, World

WEST, STAY, EAST = range(3)
NAMES = worlds.get("beacon").actions[0].choices


def test_time_passes_at_the_speed_asked_for(open_app: Opener) -> None:
    app = open_app(speed=1.0)
    run(app, 1.0)
    assert live(app).ticks == pytest.approx(1.0 / live(app).world.timing.tick, abs=1)
    fast = open_app(speed=4.0)
    run(fast, 1.0)
    assert live(fast).ticks == pytest.approx(4 * live(app).ticks, abs=4)


def test_players_decide_when_a_decision_begins(open_app: Opener) -> None:
    puppet = Puppet(EAST)
    app = open_app(seats={"walker_0": puppet})
    run(app, 1.0)
    scene = live(app)
    assert puppet.decisions == pytest.approx(scene.ticks / 2, abs=1)
    assert scene.simulation.applied[0, 0] == EAST
    assert puppet.resets == [1]
    thought = scene.thought(0)
    assert thought is not None
    assert thought["probabilities"].shape == (3,)
    assert float(thought["value"]) == puppet.decisions / 2
    assert list(scene.history.values[0])[-1] == float(thought["value"])


def test_one_player_may_fill_two_seats(open_app: Opener, beacon: World) -> None:
    puppet = Puppet()
    app = open_app(simulation=Simulation(beacon), seats={"walker_0": puppet, "walker_1": puppet})
    run(app, 0.3)
    assert puppet.resets == [2]


def test_memories_are_kept_in_a_trial_and_wiped_after_it(open_app: Opener, beacon: World) -> None:
    puppet = Puppet(STAY)
    simulation = Simulation(beacon, episodes_per_trial=2, seats={"walker_1": "bot"})
    app = open_app(simulation=simulation, seats={"walker_0": puppet}, speed=16.0)
    scene = live(app)
    while scene.simulation.w["trial"] == 0:
        assert puppet.resets == [1]
        app.frame(FRAME)
    assert puppet.resets == [1, 1]
    assert len(scene.history.returns) == 2 or scene.history.past


def test_a_human_acts_at_every_tick(open_app: Opener) -> None:
    app = open_app(seats={"walker_0": "human"})
    scene = live(app)
    press("right", hold=True)
    run(app, 0.3)
    assert scene.simulation.applied[0, 0] == EAST
    release("right")
    run(app, 0.15)
    assert scene.simulation.applied[0, 0] == STAY


def test_a_world_that_waits_stands_still_until_its_human_chooses(open_app: Opener, beacon: World) -> None:
    world = viewed(beacon, controls={"walk": {"keys": {"left": WEST, "right": EAST}, "wait": True}})
    app = open_app(simulation=Simulation(world), seats={"walker_0": "human"})
    scene = live(app)
    run(app, 1.0)
    assert (scene.ticks, scene.waiting, scene.paused) == (0, True, False)
    press("right")
    run(app, 1.0)
    assert (scene.ticks, int(scene.simulation.applied[0, 0])) == (1, EAST)
    scene.order(0, 0, WEST)
    run(app, 1.0)
    assert (scene.ticks, int(scene.simulation.applied[0, 0])) == (2, WEST)
    press("left", hold=True)
    run(app, 1.0)
    assert scene.ticks > 4
    release("left")


def test_a_world_that_waits_does_nothing_impossible_and_says_so(open_app: Opener, beacon: World) -> None:
    """Neither a tap, nor a key held, nor a click costs a tick, and none is done later."""
    world = viewed(beacon, controls={"walk": {"keys": {"left": WEST, "right": EAST}, "rest": STAY, "wait": True}})
    app = open_app(simulation=Simulation(world), seats={"walker_0": "human"})
    scene = live(app)
    scene.simulation.w.pos[0] = 0.0
    for act in (lambda: press("left"), lambda: press("left", hold=True), lambda: scene.order(0, 0, WEST)):
        app.messages.clear()
        act()
        run(app, 0.5)
        assert (scene.ticks, scene.waiting) == (0, True)
        assert [words for _, words in app.messages] == [
            f"{NAMES[WEST]} is not possible now: choose {NAMES[STAY]}, {NAMES[EAST]}"
        ]
        release("left")
        run(app, 0.1)
    press("right")
    run(app, 1.0)
    assert (scene.ticks, int(scene.simulation.applied[0, 0])) == (1, EAST)


@pytest.mark.parametrize(("player", "rate"), [("human", 0.25), (None, 2.0)])
def test_time_runs_slowly_while_a_human_is_pressed(
    open_app: Opener, beacon: World, player: str | None, rate: float
) -> None:
    world = viewed(beacon, presses=lambda w, seat: seat == 0 and int(w["tick"]) < 6)
    seats = {"walker_0": player} if player else {"walker_0": Puppet(STAY)}
    scene = live(open_app(simulation=Simulation(world), speed=2.0, seats=seats))
    assert scene.rate == rate
    scene.simulation.w.tick = 6
    assert scene.rate == 2.0


def test_a_world_that_waits_goes_on_while_its_human_has_nothing_to_choose(open_app: Opener, beacon: World) -> None:
    """It is not the human's turn: one choice alone is allowed."""
    world = viewed(beacon, controls={"walk": {"keys": {"left": WEST, "right": EAST}, "wait": True}})
    scene = live(open_app(simulation=Simulation(world), seats={"walker_0": "human"}))
    assert scene.waiting
    scene.simulation.legal[0] = [0, 1, 0]
    assert not scene.waiting


def test_a_world_that_waits_goes_on_where_no_human_plays(open_app: Opener, beacon: World) -> None:
    world = viewed(beacon, controls={"walk": {"keys": {"left": WEST, "right": EAST}, "wait": True}})
    app = open_app(simulation=Simulation(world), seats={"walker_0": Puppet()})
    run(app, 0.5)
    assert live(app).ticks > 0


def test_keys_that_play_are_not_commands(open_app: Opener, beacon: World) -> None:

    world = viewed(beacon, controls={"walk": {"keys": {"p": 0}, "rest": 1}})
    app = open_app(simulation=Simulation(world), seats={"walker_0": "human"})
    press("p")
    run(app, 0.05)
    assert not live(app).paused


def test_losing_the_keyboard_lets_go_of_all_keys(open_app: Opener) -> None:
    app = open_app(seats={"walker_0": "human"})
    press("right", hold=True)
    run(app, 0.2)
    pygame.event.post(pygame.event.Event(pygame.WINDOWFOCUSLOST))
    run(app, 0.3)
    assert live(app).simulation.applied[0, 0] == STAY


def test_holding_a_key_takes_over_a_bot_and_letting_go_gives_it_back(open_app: Opener) -> None:
    notes = Notes()
    app = open_app(recorder=notes, follow="walker_1")
    scene = live(app)
    assert list(scene.simulation.external) == [0]
    press("left shift", hold=True)
    press("left", hold=True)
    run(app, 0.3)
    assert list(scene.simulation.external) == [0, 1]
    assert scene.simulation.applied[1, 0] == WEST
    assert scene.who(1) == "you (holding)"
    release("left shift")
    run(app, 0.1)
    assert list(scene.simulation.external) == [0]
    drives = [arguments for op, arguments in notes.ops if op == "drive"]
    assert drives == [{"seat": 1, "external": True}, {"seat": 1, "external": False}]
    assert notes.events == ["take_over", "let_go"]


def test_an_agent_that_is_taken_over_goes_on_remembering(open_app: Opener) -> None:
    puppet = Puppet(EAST)
    app = open_app(seats={"walker_0": puppet})
    press("left shift", hold=True)
    press("left", hold=True)
    run(app, 0.4)
    scene = live(app)
    assert scene.simulation.applied[0, 0] == WEST
    asked = puppet.decisions
    assert asked > 0
    release("left shift")
    run(app, 0.4)
    assert scene.simulation.applied[0, 0] == EAST
    assert puppet.resets == [1]
    assert puppet.decisions > asked


def test_a_new_task_lets_go_of_the_seat_taken_over(open_app: Opener) -> None:
    app = open_app(follow="walker_1")
    press("left shift", hold=True)
    press("n")
    run(app, 0.1)
    assert live(app).taken is None
    assert live(app).simulation.external == (0,)


def test_a_recording_of_the_window_lies_on_the_disk_tick_by_tick(open_app: Opener, tmp_path: Path) -> None:
    seating = cast(Seating, SimpleNamespace(words={"walker_0": "puppet"}, checkpoints={}))
    app = open_app(seats={"walker_0": Puppet()}, make_recorder=lambda: recorder(tmp_path / "game.mcap", seating))
    press("f2")
    run(app, 1.7)
    assert live(app).recorder is not None
    for _ in range(5):
        run(app, 0.1)
        cut = replays.open(tmp_path / "game.mcap")  # what a killed process would leave
        assert cut.truncated
        assert cut.length == pytest.approx(live(app).ticks, abs=2)
        assert cut.length % 50 > 10  # no state is due at that
    assert replays.verify(tmp_path / "game.mcap").ok


def test_every_tick_and_intervention_is_recorded(open_app: Opener) -> None:
    notes = Notes()
    app = open_app(seats={"walker_0": Puppet()}, recorder=notes)
    scene = live(app)
    run(app, 0.5)
    assert (notes.begun, notes.ticks) == (1, scene.ticks)
    assert notes.minds > 0
    for key in ("r", "backspace", "n", "x"):
        press(key)
        run(app, 0.05)
    assert [op for op, _ in notes.ops] == ["restart_episode", "reset", "next_task"]
    assert notes.events == ["forget"]
    app.close()
    assert notes.closed == 1


def test_humans_get_the_seats_that_bots_hold(open_app: Opener, beacon: World) -> None:
    notes = Notes()
    simulation = Simulation(beacon, seats={"walker_0": "bot", "walker_1": "bot"})
    app = open_app(simulation=simulation, seats={"walker_1": "human"}, recorder=notes)
    assert simulation.external == (1,)
    assert notes.ops == [("drive", {"seat": 1, "external": True})]
    press("backspace")
    run(app, 0.05)
    assert simulation.external == (1,)


def test_the_end_of_an_episode_stays_in_view(open_app: Opener) -> None:
    app = open_app(seats={"walker_0": Puppet(STAY)}, speed=4.0)
    scene = live(app)
    while not scene.history.returns:
        app.frame(FRAME)
    ticks = scene.ticks
    assert scene.banner is not None
    assert int(scene.shown()["episode"]) == 0
    assert int(scene.simulation.w["episode"]) == 1
    run(app, 0.2)
    assert scene.ticks == ticks
    run(app, 3.0)
    assert scene.banner is None
    assert scene.ticks > ticks


def test_drawing_is_smooth_between_ticks_and_never_changes_the_state(open_app: Opener) -> None:
    app = open_app(seats={"walker_0": Puppet(EAST)}, speed=0.25, layers=frozenset({"fog", "rays", "labels", "trails"}))
    scene = live(app)
    run(app, 1.0)
    places = set()
    for _ in range(12):
        before = scene.simulation.hash()
        app.draw()
        assert scene.simulation.hash() == before
        app.frame(FRAME)
        places.add(float(scene.shown()["pos"][0]))
    assert len(places) > 8


def test_agents_are_loaded_in_the_background_behind_a_visible_world(open_app: Opener) -> None:
    puppet = Puppet()
    allowed = SimpleNamespace(yes=False)

    def load() -> Puppet:
        while not allowed.yes:
            time.sleep(0.005)
        return puppet

    app = open_app(seats={"walker_0": load})
    run(app, 0.3)
    assert app.outcome.first_frame is not None
    assert app.outcome.seated is None
    assert live(app).ticks == 0
    allowed.yes = True
    wait_for(app, lambda: live(app).ticks > 0)
    assert app.outcome.seated is not None
    assert live(app).who(0) == "puppet"


def test_a_refusal_in_the_background_ends_the_window(open_app: Opener) -> None:
    def load() -> Puppet:
        raise Refused("agent 'x' was trained for another world")

    app = open_app(seats={"walker_0": load})
    with pytest.raises(Refused, match="agent 'x'"):
        wait_for(app, lambda: False)


def test_the_world_is_prepared_behind_a_progress_bar(open_app: Opener, beacon: World) -> None:
    app = open_app(simulation=lambda: Simulation(beacon, seed=4), seats={"walker_0": "human"}, paused=True)
    app.frame(FRAME)
    assert app.outcome.window is not None
    wait_for(app, lambda: app.scene is not None)
    simulation = live(app).simulation
    assert simulation.hash() == Simulation(beacon, seed=4).hash()  # warming up left it as it was
    part = compiled_part()
    assert part is None or 0.0 <= part <= 1.0


def test_warming_up_leaves_a_simulation_as_it_was(simulation: Simulation) -> None:
    before = simulation.hash()
    assert warmed(simulation) is simulation
    assert simulation.hash() == before


def test_a_job_hands_over_results_and_errors() -> None:
    assert Job("adding", lambda: 1 + 1).result() == 2
    job: Job[float] = Job("dividing", lambda: 1 / 0)
    assert job.wait(5.0)
    with pytest.raises(ZeroDivisionError):
        job.result()


@pytest.mark.parametrize(
    ("seats", "sentence"),
    [
        ({"walker_9": "human"}, "has no seat 'walker_9'"),
        ({"walker_0": "robot"}, "seat 'walker_0' is given 'robot': use human, human:DEVICE, bot"),
    ],
)
def test_wrong_seats_are_refused(open_app: Opener, seats: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        open_app(seats=seats)


def test_scores_of_each_episode_make_the_curve(open_app: Opener, beacon: World) -> None:
    simulation = Simulation(beacon, episodes_per_trial=3, seats={"walker_1": "bot"})
    app = open_app(simulation=simulation, seats={"walker_0": Puppet(EAST)}, speed=16.0)
    scene: LiveScene = live(app)
    expected: list[np.ndarray] = []
    while not scene.history.past:
        app.frame(FRAME)
        history = scene.history
        if len(history.returns) > len(expected):
            expected.append(np.array(scene.simulation.final["score"]))
    assert np.allclose(scene.history.past[0], expected)
    assert len(expected) == 3


def wait_for(app: Any, condition: Any, seconds: float = 60.0) -> None:
    end = time.perf_counter() + seconds
    while not condition() and time.perf_counter() < end:
        app.frame(FRAME)
        time.sleep(0.002)
    assert condition()


def test_a_tip_goes_with_the_next_key(open_app: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_app()
    told: list[bool] = []
    app.prepare_gui().result()
    monkeypatch.setattr(app.game.panel, "tip", lambda *_: told.append(True))
    pygame.event.post(pygame.event.Event(pygame.MOUSEMOTION, pos=(900, 300), rel=(0, 0), buttons=(0, 0, 0)))
    for _ in range(3):
        app.frame(FRAME)
    assert told
    press("p")
    app.frame(FRAME)
    told.clear()
    app.frame(FRAME)
    assert not told
