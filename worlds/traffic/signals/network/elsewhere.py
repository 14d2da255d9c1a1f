"""Signals on a given network whose traffic drives elsewhere: in SUMO, or in another record of the same roads.

Whoever lets it drive writes down after every tick who is where (`TRAFFIC`). Lights, detectors, rewards, observations
and scripted controllers are the world's own, so a player sees and earns what it does in this project's traffic.
"""

from dataclasses import replace

from worlds.kit.kernel import kernel
from worlds.road.lights.signalling import ask_phase, run_lights
from worlds.traffic.signals.constants import TICK
from worlds.traffic.signals.lights import is_ready
from worlds.traffic.signals.network.rules import act, look
from worlds.traffic.signals.presets import TIME_LOST, pay
from worlds.traffic.signals.rules import charge
from worlds.world import World

TRAFFIC = ("car_lane", "car_pos", "car_speed", "car_desire", "car_waited", "car_kind", "car_length")
"""Of every vehicle, by the names of the record's fields; beside them ``outside``, who waits to come in."""


@kernel
def obey(w, actions):
    """Lights obey, as in `rules.move`; nobody moves."""
    for seat in range(len(w.arms)):
        if is_ready(w, seat):
            ask_phase(w, seat, int(actions[seat, 0]))
    run_lights(w, TICK)


@kernel
def step(w, actions, rewards):
    """One tick whose traffic is written down already."""
    obey(w, actions)
    charge(w, rewards)
    look(w)


@kernel
def step_paid(w, actions, rewards):
    """The same with one of the rewards of others."""
    step(w, actions, rewards)
    pay(w, rewards)


@kernel
def foresee(worlds, actions, deciding):
    """What lights show in the tick to come, in a copy of a record: scripted controllers decide first if they do now."""
    w = worlds[0]
    for seat in range(len(w.arms)):
        if int(w.driver[seat]) != 0:
            w.action[seat, 0] = actions[seat, 0]
        elif deciding:
            act(w, seat)
    obey(w, w.action)


def driven_elsewhere(world: World) -> World:
    """A world of signals on a network, for traffic that drives elsewhere; its agents are those of the world."""
    paid = world.build_args["reward"] != TIME_LOST
    return replace(world, kernels=replace(world.kernels, step=step_paid if paid else step))
