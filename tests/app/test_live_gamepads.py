"""Gamepads in a running game: play, take over, pause, leave; a pad for each person."""

import pygame

import worlds
from simulator.engine import Simulation
from tests.app.conftest import Opener, live, press, release, run
from worlds.world import World

WEST, STAY, EAST = range(3)
NAMES = worlds.get("beacon").actions[0].choices


def test_a_gamepad_plays_takes_over_and_pauses(open_app: Opener) -> None:
    app = open_app(seats={"walker_0": "human"})
    scene = live(app)
    pygame.event.post(pygame.event.Event(pygame.JOYAXISMOTION, instance_id=3, axis=0, value=-1.0))
    run(app, 0.3)
    assert scene.simulation.applied[0, 0] == WEST
    pygame.event.post(pygame.event.Event(pygame.JOYAXISMOTION, instance_id=3, axis=0, value=0.0))
    pygame.event.post(pygame.event.Event(pygame.JOYHATMOTION, instance_id=3, hat=0, value=(1, 0)))
    run(app, 0.3)
    assert scene.simulation.applied[0, 0] == EAST
    pygame.event.post(pygame.event.Event(pygame.JOYDEVICEREMOVED, instance_id=3))
    run(app, 0.3)
    assert scene.simulation.applied[0, 0] == STAY
    for button, kind in ((5, pygame.JOYBUTTONDOWN), (4, pygame.JOYBUTTONDOWN), (8, pygame.JOYBUTTONDOWN)):
        pygame.event.post(pygame.event.Event(kind, instance_id=3, button=button))
    run(app, 0.05)
    assert (scene.followed, scene.taken, scene.paused) == (1, 1, True)
    pygame.event.post(pygame.event.Event(pygame.JOYBUTTONUP, instance_id=3, button=4))
    run(app, 0.05)
    assert scene.taken is None


def test_a_gamepad_leaves_a_game_and_is_asked_before_a_trial_is_lost(open_app: Opener) -> None:
    app = open_app(seats={"walker_0": "human"})
    run(app, 0.5)
    for button, leaving in ((6, True), (0, False), (6, True)):
        pygame.event.post(pygame.event.Event(pygame.JOYBUTTONDOWN, instance_id=3, button=button))
        run(app, 0.05)
        assert (app.game.halt.leaving, app.running) == (leaving, True)
    pygame.event.post(pygame.event.Event(pygame.JOYBUTTONDOWN, instance_id=3, button=6))
    run(app, 0.05)
    assert not app.running


def test_a_gamepad_that_is_gone_again_at_once_is_no_error(open_app: Opener) -> None:
    app = open_app()
    pygame.event.post(pygame.event.Event(pygame.JOYDEVICEADDED, device_index=99))
    run(app, 0.05)


def test_a_second_human_plays_with_the_gamepad(open_app: Opener, beacon: World) -> None:
    app = open_app(simulation=Simulation(beacon), seats={"walker_0": "human", "walker_1": "human"})
    press("a", hold=True)
    pygame.event.post(pygame.event.Event(pygame.JOYAXISMOTION, instance_id=0, axis=0, value=1.0))
    run(app, 0.2)
    assert live(app).simulation.applied[:, 0].tolist() == [WEST, EAST]


def test_a_human_plays_with_the_gamepad_that_was_chosen(open_app: Opener, beacon: World) -> None:
    app = open_app(
        simulation=Simulation(beacon), seats={"walker_0": "human", "walker_1": "human"}, devices={"walker_0": 1}
    )
    scene = live(app)
    assert scene.keyboard_seat == 1
    pygame.event.post(pygame.event.Event(pygame.JOYHATMOTION, instance_id=7, value=(1, 0)))
    press("left", hold=True)
    run(app, 0.3)
    assert [int(row[0]) for row in scene.simulation.applied] == [EAST, WEST]
    release("left")
