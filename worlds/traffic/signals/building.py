"""Builds the worlds of signals: for generated towns, and for networks that somebody gave."""

from functools import partial
from typing import Any

from worlds.kit.observation import Pieces
from worlds.road.fields import road_is_consistent
from worlds.road.lanes.junctions import MOST_PHASES
from worlds.road.lanes.plan import MOST_ARMS, MOST_LANES
from worlds.road.layouts.given import unpack_for
from worlds.road.layouts.given_demand import draw_given_drivers, set_city_drivers
from worlds.road.layouts.given_room import room_of
from worlds.road.layouts.given_tables import GivenNetwork
from worlds.road.layouts.given_words import TASKS
from worlds.road.layouts.towns import extent_of, town_capacity
from worlds.traffic.signals import presets, rules
from worlds.traffic.signals.bots import act
from worlds.traffic.signals.constants import DECISIONS, TICK, TICKS_PER_DECISION
from worlds.traffic.signals.legend import LEGEND
from worlds.traffic.signals.network import rules as on_network
from worlds.traffic.signals.network import task as of_network
from worlds.traffic.signals.network.state import consistent_with, decisions_of, given_values, network_state
from worlds.traffic.signals.phases import ROOM
from worlds.traffic.signals.picture import CLOSEUP, choice_picture, draw, status
from worlds.traffic.signals.roster import BOTS, ROLE
from worlds.traffic.signals.senses import ARM, FLOWS, LANE, OWN, PHASE, observe, reveal
from worlds.traffic.signals.state import state, vehicles_of
from worlds.traffic.signals.task import GENERATORS, draw_population, draw_task, draw_task_intact, solvable
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

TOWN_VERSION, NETWORK_VERSION = 4, 5  # of the rules; detectors of given networks reach further since 5
MOST_JUNCTIONS = 25
DETECTORS = {
    "some broken": (draw_task, of_network.draw_task),
    "intact": (draw_task_intact, of_network.draw_task_intact),
}
NUMBERS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth",
)  # fmt: skip
TOWN_STEPS, NETWORK_STEPS = 30_000_000, 3_000_000  # that agents learn from
PHASES_STEPS = 15_360_000  # the same in towns where phases are judged alike: what one teaches holds for all
NETWORK_LANES = 64  # played at once: so few steps need many updates
TRIAL = 400  # decisions of a trial, as in the towns; the least is one episode


def build(
    junctions: int = 4,
    detectors: str = "some broken",
    network: str = "",
    tasks: str = "varied",
    reward: str = "time lost",
    observation: str = "detectors",
) -> World:
    """Signals for a town of 1 to 25 junctions, or for the lights of a network that is given.

    Args:
        junctions: of a generated town; a network has as many as it has lights.
        detectors: "intact", or up to 30 % of them broken.
        network: what `simulator.interop.sumo.packing.pack_network` made of SUMO's files; on the command line the name
            of a ``.net.xml`` file, with ``routes=FILE.rou.xml`` beside it.
        tasks: of a network: "varied" around the file's demand, or "as given": the file's demand in every task, drivers
            of one kind, nothing broken or blocked.
        reward: what is paid, one of `presets.REWARDS`.
        observation: what is seen, one of `presets.OBSERVATIONS`.

    Raises:
        Refused: another number of junctions, other words, a network that cannot be.
    """
    check_build(junctions, detectors, network, tasks, reward, observation)
    parts = _of_network(unpack_for("signals", network), detectors, tasks) if network else _of_town(junctions, detectors)
    sizes, kernels, fields, given = (parts.pop(name) for name in ("sizes", "kernels", "state", "given"))
    if reward != presets.TIME_LOST:
        fields = {**fields, **presets.reward_fields(sizes["seats"], sizes["lanes"], sizes["vehicles"])}
        given = {**given, **presets.reward_given(reward)}
        stages = ("begin_on_network", "step_on_network") if network else ("begin_in_town", "step_in_town")
        kernels |= {"begin": getattr(presets, stages[0]), "step": getattr(presets, stages[1])}
    pieces = _pieces(sizes)
    if observation != "detectors":
        kernels["observe"] = presets.OBSERVERS[observation][1 if network else 0]
        pieces = presets.observation_pieces(observation, sizes["phases"], sizes["arms"], sizes["arm_lanes"])
    args = {
        "junctions": sizes["seats"], "detectors": detectors, "network": network, "tasks": tasks, "reward": reward,
        "observation": observation,
    }  # fmt: skip
    if observation == presets.PHASES:  # judged alike wherever it is built
        steps = {} if network else {"steps": PHASES_STEPS, "reference_steps": PHASES_STEPS}
        parts |= {"described": "phases", "learning": {**parts["learning"], "belief": 0.0, **steps}}
    room = ROOM if observation == presets.PHASES else sizes["phases"]
    rule = Kernels(reveal=reveal, figures=rules.figures, legal=rules.legal, **kernels)
    return World(
        state=fields, given=given, identity=network.partition(":")[0], observation=pieces, kernels=rule,
        build_args=args,
        **_alike(sizes, room), **parts,
    )  # fmt: skip


def check_build(junctions: int, detectors: str, network: str, tasks: str, reward: str, observation: str) -> None:
    """Refuse words that there are not, and what does not go together, before a network is read.

    Raises:
        Refused: another number of junctions, other words.
    """
    for name, value, choices in (
        ("detectors", detectors, tuple(DETECTORS)), ("tasks", tasks, TASKS), ("reward", reward, presets.REWARDS),
        ("observation", observation, presets.OBSERVATIONS),
    ):  # fmt: skip
        if value not in choices:
            raise Refused(f"signals is given {name}={value!r}: choose from {', '.join(choices)}")
    if not network and tasks != "varied":
        raise Refused(f"signals is given tasks={tasks!r} and no network: only what is given can be played as given")
    if not isinstance(junctions, int) or (not 1 <= junctions <= MOST_JUNCTIONS and not network):
        raise Refused(f"signals is given junctions={junctions!r}: it takes 1 to {MOST_JUNCTIONS}")


def _alike(sizes: dict[str, int], phases: int) -> dict[str, Any]:
    """What all worlds of signals declare alike, with so many phases to choose from."""
    return {
        "name": "signals",
        "page": rules.__doc__ or "",
        "seats": tuple(Seat(f"signal_{seat}", ROLE, 0) for seat in range(sizes["seats"])),
        "actions": (Action("phase", NUMBERS[:phases]),),
        "told": _told(sizes),
        "figures": tuple(map(Figure, rules.FIGURES)),
        "causes": (RUNNING, Cause("time is up", "truncated")),
    }


def _of_town(junctions: int, detectors: str) -> dict[str, Any]:
    """What a generated town has of its own."""
    capacity = town_capacity(junctions, vehicles_of(junctions))
    sizes = {
        "seats": junctions, "lanes": capacity.lanes, "vehicles": capacity.vehicles, "phases": MOST_PHASES,
        "arms": MOST_ARMS, "arm_lanes": MOST_LANES,
    }  # fmt: skip
    return {
        "version": TOWN_VERSION,
        "sizes": sizes,
        "state": state(junctions),
        "given": {},
        "consistent": road_is_consistent,
        "kernels": {
            "draw_population": draw_population, "draw_task": DETECTORS[detectors][0], "begin": rules.begin,
            "step": rules.step, "ended": rules.ended, "observe": observe, "act": act, "solvable": solvable,
        },
        "generators": GENERATORS,
        "bots": BOTS,
        "timing": Timing(TICK, ticks_per_decision=TICKS_PER_DECISION, decisions=DECISIONS),
        "view": _view(extent_of(junctions), MOST_PHASES),
        "learning": _learning(TOWN_STEPS),
    }  # fmt: skip


def _of_network(network: GivenNetwork, detectors: str, tasks: str) -> dict[str, Any]:
    """What a given network has of its own."""
    given, decisions, as_given = given_values(network), decisions_of(network), tasks == "as given"
    return {
        "version": NETWORK_VERSION,
        "sizes": room_of(network),
        "state": network_state(network),
        "given": given,
        "consistent": partial(consistent_with, given),
        "kernels": {
            "draw_population": set_city_drivers if as_given else draw_given_drivers,
            "draw_task": of_network.draw_task_as_given if as_given else DETECTORS[detectors][1],
            "begin": on_network.begin, "step": on_network.step, "ended": on_network.ended,
            "observe": on_network.observe, "act": on_network.act, "solvable": of_network.solvable,
        },
        "generators": of_network.GENERATORS,
        "bots": on_network.NETWORK_BOTS,
        "timing": Timing(TICK, TICKS_PER_DECISION, decisions, episodes=1 if as_given else _episodes(decisions)),
        "view": _view(network.extent, network.sizes["phases"]),
        "learning": {**_learning(NETWORK_STEPS), "lanes": NETWORK_LANES},
    }  # fmt: skip


def _episodes(decisions: int) -> int:
    """Of a trial on a network: those of a task as given are all alike, so that one is as good as five."""
    return min(max(TRIAL // decisions, 1), 5)


def _pieces(sizes: dict[str, int]) -> Pieces:
    """What a seat sees by its detectors."""
    phases, arms, lanes = sizes["phases"], sizes["arms"], sizes["arm_lanes"]
    return Pieces(
        own=OWN - MOST_PHASES + phases, phases=PHASE * phases, arms=ARM * arms, lanes=LANE * arms * lanes, clock=1
    ).within(0.0, 2.0)


def _told(sizes: dict[str, int]) -> tuple[Any, ...]:
    flows = FLOWS // (MOST_ARMS * MOST_LANES) * sizes["arms"] * sizes["arm_lanes"]
    others = (Bots(),) if sizes["seats"] > 1 else ()
    return (
        Numbers("lanes", flows, about="layout"),
        Shares("incident", 3, about="layout"),
        Numbers("load", 1, about="layout"),
        OneHot("course", ("even", "tidal", "surge"), about="layout"),
        Numbers("drivers", 3, about="opponents"),
        *others,
    )


def _learning(steps: int) -> dict[str, Any]:
    return {"steps": steps, "together": True, "belief": 0.1, "reference_steps": steps}


def _view(extent: tuple[float, float], phases: int) -> View:
    keys = {str(phase + 1): phase for phase in range(min(phases, 9))}
    about = "click an approach instead; Tab or a click chooses the junction"
    return View(
        draw, extent, closeup=CLOSEUP, status=status, choice_picture=choice_picture, legend=LEGEND,
        controls={"phase": {"keys": keys, "keep": True, "about": about}},
    )  # fmt: skip
