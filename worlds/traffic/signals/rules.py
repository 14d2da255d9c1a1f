"""Signals: run the traffic lights of a town whose streets, drivers and rush hours nobody tells you.

Rules    Cars, lorries and buses drive through a town of 1 to 25 junctions. Each junction shows one of two to five
         phases; a change takes 3 s of yellow and 2 s of red for all, and a green lasts at least 5 s.
         Nobody enters a junction that he cannot leave; who turns left across oncoming traffic gives way.
Who      signal_0 …, one for each junction, all in one team.
Actions  phase: the first to the fifth; where a junction has fewer, or may not change yet, the others are not allowed.
Seen     own: phase, whether a change is under way, seconds of green, number of phases · phases: that it is there, cars
         and queue to serve, cars near the line, cars behind the junction, each · arms: lanes in and out, those
         going out, a signal at the far end, its queue, cars it sends here, each · lanes: that it is there, cars,
         queue, how soon the next car is at the line, each · clock. Cars are what detectors tell, and some are broken.
Hidden   where traffic comes from and goes to, how much of it and when; who drives; which detectors are broken; which
         lane is half blocked and when.
Reward   for every second that a car on the own approaches loses, standing or outside the gates: −0.01; as much again
         for the mean over all junctions.
End      truncated after 400 s.
Varies   town (grid, irregular; test: corridor; final: a hub with spokes, in larger towns a river with one bridge or
         two), lanes, one-way streets, demand, drivers (test: slow ones; final: close ones), faults.
Headroom an oracle collects only a few hundredths more than a blind agent: this is control more than adaptation.
         Figures: docs/results, docs/notes.
Version  3: rules changed (drivers keep off the bodies of others, not off points where ways cross;
         controllers plan by what they count, keep a green for 5 s at least, and two tolerate broken detectors).
"""

from functools import partial
from typing import Any

from worlds.kit.kernel import kernel
from worlds.kit.observation import Pieces
from worlds.road.drivers.driving import wish_speed
from worlds.road.drivers.order import slots_used
from worlds.road.drivers.traffic import (
    slow_wait,
    start_traffic,
    step_traffic,
    stops_of,
    travel_seconds,
    trips_of,
    waited_seconds,
)
from worlds.road.fields import road_is_consistent
from worlds.road.lanes.junctions import MOST_PHASES
from worlds.road.lanes.plan import MOST_ARMS, MOST_LANES
from worlds.road.layouts.given import unpack
from worlds.road.layouts.towns import extent_of
from worlds.road.lights.loads import phases_of
from worlds.road.lights.signalling import ask_phase
from worlds.road.measures.safety import collision_rate, mean_jerk, near_share
from worlds.traffic.signals.bots import act
from worlds.traffic.signals.constants import (
    ALL_RED,
    DECISIONS,
    EPISODE,
    HALTING,
    SCALE,
    SHARED,
    TICK,
    TICKS_PER_DECISION,
    TIME_IS_UP,
    YELLOW,
)
from worlds.traffic.signals.estimates import count, start_counting
from worlds.traffic.signals.lights import is_ready
from worlds.traffic.signals.network.rules import NETWORK_BOTS, pieces
from worlds.traffic.signals.network.rules import act as act_network
from worlds.traffic.signals.network.rules import begin as begin_network
from worlds.traffic.signals.network.rules import ended as ended_network
from worlds.traffic.signals.network.rules import observe as observe_network
from worlds.traffic.signals.network.rules import step as step_network
from worlds.traffic.signals.network.state import consistent_with, decisions_of, given_values, network_state
from worlds.traffic.signals.network.task import GENERATORS as NETWORK_GENERATORS
from worlds.traffic.signals.network.task import draw_population as draw_network_population
from worlds.traffic.signals.network.task import draw_population_as_given, draw_task_as_given
from worlds.traffic.signals.network.task import draw_task as draw_network_task
from worlds.traffic.signals.network.task import draw_task_intact as draw_network_task_intact
from worlds.traffic.signals.network.task import solvable as solvable_network
from worlds.traffic.signals.picture import CLOSEUP, choice_picture, draw, status
from worlds.traffic.signals.roster import BOTS, ROLE
from worlds.traffic.signals.senses import ARM, FLOWS, LANE, OWN, PHASE, detect, observe, reveal
from worlds.traffic.signals.state import state
from worlds.traffic.signals.task import GENERATORS, draw_population, draw_task, draw_task_intact, run_incident, solvable
from worlds.world import (
    RUNNING,
    Action,
    Bots,
    Cause,
    Figure,
    Kernels,
    Numbers,
    OneHot,
    Refused,
    Seat,
    Shares,
    Timing,
    View,
    World,
)

MOST_JUNCTIONS = 25
DETECTORS = {"some broken": draw_task, "intact": draw_task_intact}
NETWORK_DETECTORS = {"some broken": draw_network_task, "intact": draw_network_task_intact}
TASKS = ("varied", "as given")
NUMBERS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth",
)  # fmt: skip
LEARNING = {"together": True, "belief": 0.1}
FIGURES = (
    "travel_time", "delay", "waiting", "queue", "stops", "throughput", "wait_95", "turned_away",
    "collisions", "near", "encroached", "jerk",
)  # fmt: skip


@kernel
def begin(w):
    """One episode of the same task: empty streets, first phases."""
    start_traffic(w, YELLOW, ALL_RED)
    run_incident(w, -1.0)
    w.queued = 0.0
    for seat in range(len(w.arms)):
        w.pent_up[seat] = w.losing[seat] = 0.0
    detect(w)
    start_counting(w)


@kernel
def step(w, actions, rewards):
    """Lights obey, traffic moves, losses count."""
    now = w.tick * TICK
    for seat in range(len(w.arms)):
        if is_ready(w, seat):
            ask_phase(w, seat, int(actions[seat, 0]))
    run_incident(w, now)
    step_traffic(w, now, TICK)
    charge(w, rewards)
    if (w.tick + 1) % TICKS_PER_DECISION == 0:
        detect(w)
        count(w)


@kernel
def charge(w, rewards):
    """Every second lost costs the junction that it is lost at, and all."""
    for seat in range(len(w.arms)):
        w.losing[seat] = 0.0
    everywhere, queued = 0.0, w.queued
    for car in range(slots_used(w)):
        lane = w.car_lane[car]
        if lane < 0:
            continue
        loss = max(0.0, 1.0 - w.car_speed[car] / max(wish_speed(w, car, lane), 0.1))
        everywhere += loss
        if w.car_speed[car] < HALTING:
            queued += TICK
        if w.lane_junction[lane] >= 0:
            w.losing[w.lane_junction[lane]] += loss
    for source in range(int(w.sources)):
        w.losing[w.lane_junction[w.source_lane[source]]] += w.outside[source]
        everywhere += w.outside[source]
        queued += w.outside[source] * TICK
    w.queued = queued
    seats = len(w.arms)
    for seat in range(seats):
        rewards[seat] -= SCALE * TICK * ((1.0 - SHARED) * w.losing[seat] + SHARED * everywhere / seats)


@kernel
def ended(w, seat):
    """The lights run until the time is up."""
    return TIME_IS_UP if w.tick >= EPISODE else 0


@kernel
def legal(w, seat, out):
    """All phases of the junction, once it may change; until then the one that is shown."""
    ready = is_ready(w, seat)
    for phase in range(len(out)):
        allowed = phase < phases_of(w, seat) if ready else phase == w.phase[seat]
        out[phase] = 1 if allowed else 0


@kernel
def figures(w, out):
    """Means over all trips, unfinished ones and those who wait outside included; then safety.

    Times in s, queue in vehicles, wait_95 the wait that 5 % exceed; collisions per 10⁶ vehicle-km, near the share of
    time below 3 s to a collision, encroached crossings less than 2 s after another vehicle, jerk in m/s³.
    """
    now = max(w.tick * TICK, TICK)
    trips = trips_of(w)
    out[0] = travel_seconds(w, now) / max(trips, 1.0)
    out[1] = w.lost / max(trips, 1.0)
    out[2] = waited_seconds(w, now) / max(trips, 1.0)
    out[3] = w.queued / now
    out[4] = stops_of(w) / max(trips, 1.0)
    out[5] = w.arrived
    out[6] = slow_wait(w, 0.95)
    out[7] = w.turned_away
    out[8] = collision_rate(w)
    out[9] = near_share(w)
    out[10] = w.encroached
    out[11] = mean_jerk(w, TICK)


# --- the world ---------------------------------------------------------------------------------------------------


def build(junctions: int = 4, detectors: str = "some broken", network: str = "", tasks: str = "varied") -> World:
    """Signals for a town of 1 to 25 junctions, or for a network that is given.

    Args:
        junctions: of a generated town; a network has as many as it has lights.
        detectors: "intact", or up to 30 % of them broken.
        network: what `simulator.interop.sumo.packing.pack_network` made of SUMO's files; on the command line, and in
            the window, the name of a ``.net.xml`` file, with ``routes=FILE.rou.xml`` beside it.
        tasks: of a network: "varied" around the file's demand, or "as given": the file's demand in every task, drivers
            of one kind, nothing broken or blocked.

    Raises:
        Refused: another number of junctions, other words, a network that cannot be.
    """
    if detectors not in DETECTORS:
        raise Refused(f"signals is given detectors={detectors!r}: choose from {', '.join(DETECTORS)}")
    if tasks not in TASKS:
        raise Refused(f"signals is given tasks={tasks!r}: choose from {', '.join(TASKS)}")
    if network:
        return _on_network(network, detectors, tasks)
    if tasks != "varied":
        raise Refused(f"signals is given tasks={tasks!r} and no network: only what is given can be played as given")
    if not isinstance(junctions, int) or not 1 <= junctions <= MOST_JUNCTIONS:
        raise Refused(f"signals is given junctions={junctions!r}: it takes 1 to {MOST_JUNCTIONS}")
    return World(
        state=state(junctions),
        consistent=road_is_consistent,
        actions=(Action("phase", NUMBERS[:MOST_PHASES]),),
        observation=Pieces(
            own=OWN, phases=PHASE * MOST_PHASES, arms=ARM * MOST_ARMS, lanes=LANE * MOST_ARMS * MOST_LANES, clock=1
        ).within(0.0, 2.0),
        kernels=Kernels(
            draw_population=draw_population, draw_task=DETECTORS[detectors], begin=begin, step=step, ended=ended,
            observe=observe, reveal=reveal, act=act, figures=figures, legal=legal, solvable=solvable,
        ),
        generators=GENERATORS,
        bots=BOTS,
        timing=Timing(TICK, ticks_per_decision=TICKS_PER_DECISION, decisions=DECISIONS),
        view=_view(extent_of(junctions), MOST_PHASES),
        build_args={"junctions": junctions, "detectors": detectors, "network": "", "tasks": "varied"},
        learning={"steps": 20_000_000, **LEARNING, "reference_steps": 20_000_000},
        **_common(junctions, FLOWS),
    )  # fmt: skip


def _on_network(text: str, detectors: str, tasks: str) -> World:
    """Signals for the lights of a network."""
    network = unpack(text)
    sizes, given, decisions = network.sizes, given_values(network), decisions_of(network)
    as_given = tasks == "as given"
    drawn = draw_task_as_given if as_given else NETWORK_DETECTORS[detectors]
    return World(
        state=network_state(network),
        given=given,
        identity=text.partition(":")[0],
        consistent=partial(consistent_with, given),
        actions=(Action("phase", NUMBERS[: sizes["phases"]]),),
        observation=pieces(network, PHASE, ARM, LANE),
        kernels=Kernels(
            draw_population=draw_population_as_given if as_given else draw_network_population, draw_task=drawn,
            begin=begin_network, step=step_network, ended=ended_network, observe=observe_network, reveal=reveal,
            act=act_network, figures=figures, legal=legal, solvable=solvable_network,
        ),
        generators=NETWORK_GENERATORS,
        bots=NETWORK_BOTS,
        timing=Timing(TICK, TICKS_PER_DECISION, decisions, episodes=min(max(DECISIONS * 5 // decisions, 1), 5)),
        view=_view(network.extent, sizes["phases"]),
        build_args={"junctions": sizes["seats"], "detectors": detectors, "network": text, "tasks": tasks},
        learning={"steps": 3_000_000, **LEARNING, "reference_steps": 3_000_000},
        **_common(sizes["seats"], 3 * sizes["arms"] * sizes["arm_lanes"]),
    )  # fmt: skip


def _common(seats: int, flows: int) -> dict[str, Any]:
    """What all worlds of signals declare alike; ``flows``: numbers told of the lanes that come in."""
    others = (Bots(),) if seats > 1 else ()
    return {
        "name": "signals",
        "version": 3,
        "page": __doc__ or "",
        "seats": tuple(Seat(f"signal_{i}", ROLE, 0) for i in range(seats)),
        "told": (
            Numbers("lanes", flows, about="layout"),
            Shares("incident", 3, about="layout"),
            Numbers("load", 1, about="layout"),
            OneHot("course", ("even", "tidal", "surge"), about="layout"),
            Numbers("drivers", 3, about="opponents"),
            *others,
        ),
        "figures": tuple(map(Figure, FIGURES)),
        "causes": (RUNNING, Cause("time is up", "truncated")),
    }


def _view(extent: tuple[float, float], phases: int) -> View:
    keys = {str(phase + 1): phase for phase in range(min(phases, 9))}
    about = "click an approach instead; Tab or a click chooses the junction"
    return View(
        draw, extent, closeup=CLOSEUP, status=status, choice_picture=choice_picture,
        controls={"phase": {"keys": keys, "keep": True, "about": about}},
    )  # fmt: skip
