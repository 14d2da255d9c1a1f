"""Signals on a given network: lights, traffic and losses as in the towns, episodes as long as is asked for."""

import numpy as np

from worlds.kit.kernel import kernel
from worlds.road.drivers.traffic import start_traffic, step_traffic
from worlds.road.layouts.given_demand import run_demand
from worlds.road.lights.loads import phases_of
from worlds.road.lights.programmes import start_programmes
from worlds.road.lights.signalling import ask_phase
from worlds.traffic.signals.bots import choice_of
from worlds.traffic.signals.constants import (
    ALL_RED,
    DECISION,
    TICK,
    TICKS_PER_DECISION,
    TIME_IS_UP,
    YELLOW,
)
from worlds.traffic.signals.estimates import count, start_counting
from worlds.traffic.signals.lights import is_ready
from worlds.traffic.signals.roster import BOTS, ROLE
from worlds.traffic.signals.rules import charge
from worlds.traffic.signals.senses import detect, observe_junction
from worlds.traffic.signals.task import run_incident
from worlds.world import Bot

PROGRAMME = "programme"
NETWORK_BOTS: tuple[Bot, ...] = (
    *(bot for bot in BOTS if bot.split != "final"),
    Bot(PROGRAMME, ROLE, about="the file's own program: its greens in turn, as long as there, to the decision's 5 s"),
    *(bot for bot in BOTS if bot.split == "final"),
)
BY_FILE = len([bot for bot in BOTS if bot.split != "final"])  # its number; the final ones come after it


@kernel
def begin(w):
    """One episode of the same task: empty streets, first phases, the file's changes of lights."""
    start_traffic(w, YELLOW, ALL_RED)
    start_programmes(w)
    run_incident(w, -1.0)
    run_demand(w, 0.0, TICK)
    w.queued = 0.0
    for seat in range(len(w.arms)):
        w.pent_up[seat] = w.losing[seat] = 0.0
    detect(w)
    start_counting(w)


@kernel
def move(w, actions):
    """Lights obey, traffic moves."""
    now = w.tick * TICK
    for seat in range(len(w.arms)):
        if is_ready(w, seat):
            ask_phase(w, seat, int(actions[seat, 0]))
    run_incident(w, now)
    run_demand(w, now, TICK)
    step_traffic(w, now, TICK)


@kernel
def look(w):
    """Once a decision detectors are read and counted."""
    if (w.tick + 1) % TICKS_PER_DECISION == 0:
        detect(w)
        count(w)


@kernel
def step(w, actions, rewards):
    """Lights obey, traffic moves, losses count."""
    move(w, actions)
    charge(w, rewards)
    look(w)


@kernel
def ended(w, seat):
    """The lights run until the time is up."""
    return TIME_IS_UP if w.tick >= w.last_tick else 0


@kernel
def observe(w, seat, out):
    """What a seat sees: as in the towns, with as many arms, lanes and phases as there are."""
    out[observe_junction(w, seat, out)] = w.tick / w.last_tick


@kernel
def act(w, seat):
    """One decision of a controller."""
    mine = w.bot_kind[seat]
    if mine == BY_FILE:
        w.action[seat, 0] = by_file(w, seat)
    else:
        w.action[seat, 0] = choice_of(w, seat, mine if mine < BY_FILE else mine - 1)


@kernel
def by_file(w, seat):
    """The green that the file's program shows when the change that begins now is over."""
    phases = phases_of(w, seat)
    change = w.light_yellow[seat] + w.light_all_red[seat]
    whole = 0.0
    for phase in range(phases):
        whole += w.green_given[seat, phase] + change
    if whole <= 0.0 or not is_ready(w, seat):
        return int(w.phase[seat])
    now = w.tick * TICK - w.offset_given[seat] + 0.5 * DECISION
    now -= whole * np.floor(now / whole)
    for phase in range(phases):
        now -= w.green_given[seat, phase] + change
        if now < 0.0:
            return phase
    return phases - 1
