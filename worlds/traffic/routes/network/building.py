"""Builds routes for a network that somebody gave."""

from functools import partial

from worlds.kit.observation import Pieces
from worlds.road.layouts.given import unpack_for
from worlds.traffic.routes import rules as of_towns
from worlds.traffic.routes.constants import TICK, TICKS_PER_DECISION
from worlds.traffic.routes.legend import ON_NETWORKS
from worlds.traffic.routes.network import rules, task
from worlds.traffic.routes.network.bots import act
from worlds.traffic.routes.network.picture import draw, status
from worlds.traffic.routes.network.roster import NETWORK_BOTS
from worlds.traffic.routes.network.senses import NOTED, OWN, TOLD_DRIVERS, WAY, observe, reveal
from worlds.traffic.routes.network.state import consistent_with, decisions_of, given_values, network_state
from worlds.traffic.routes.roster import ROLE
from worlds.world import (
    RUNNING,
    Action,
    Bots,
    Cause,
    Figure,
    Kernels,
    Numbers,
    Seat,
    Shares,
    Timing,
    View,
    World,
)

TASKS = {
    "varied": (task.draw_population, task.draw_task),
    "as given": (task.draw_population_as_given, task.draw_task_as_given),
}
VERSION = 8  # of the rules on networks; towns keep theirs, whose bots are as they were
TRIAL = 400  # decisions of a trial, as in the towns; the least is one episode
NUMBERS = ("first", "second", "third", "fourth")


def build_on_network(seats: int, text: str, tasks: str) -> World:
    """Routes for so many seats on a packed network.

    Raises:
        Refused: a text that is no network, or one that was packed for another world.
    """
    network = unpack_for("routes", text)
    given, decisions, ways = given_values(network), decisions_of(network), network.sizes["choices"]
    draw_population, draw_task = TASKS[tasks]
    return World(
        name="routes",
        version=VERSION,
        page=rules.__doc__ or "",
        seats=tuple(Seat(f"traveller_{i}", ROLE, i) for i in range(seats)),
        state=network_state(network, seats),
        given=given,
        identity=text.partition(":")[0],
        consistent=partial(consistent_with, given),
        actions=(Action("way", (*NUMBERS[:ways], "keep")),),
        observation=Pieces(own=OWN, ways=WAY * ways, before=ways + 1, things=NOTED + ways, clock=1).within(-3.0, 3.0),
        told=_told(ways, seats),
        things=ways,
        noted=NOTED,
        figures=tuple(map(Figure, of_towns.FIGURES)),
        kernels=Kernels(
            draw_population=draw_population, draw_task=draw_task, begin=rules.begin, step=rules.step,
            ended=rules.ended, observe=observe, reveal=reveal, act=act, figures=of_towns.figures, legal=rules.legal,
            solvable=task.solvable,
        ),
        generators=task.GENERATORS,
        bots=NETWORK_BOTS,
        causes=(RUNNING, Cause("time is up", "truncated")),
        timing=Timing(TICK, TICKS_PER_DECISION, decisions, episodes=min(max(TRIAL // decisions, 2), 5)),
        view=View(
            draw, network.extent, status=status, legend=ON_NETWORKS,
            controls={
                "way": {
                    "keys": {str(way + 1): way for way in range(ways)}, "keep": True,
                    "about": "click a way instead",
                }
            },
        ),
        build_args={"seats": seats, "network": text, "tasks": tasks},
        learning={
            "steps": 1_000_000, "lanes": 64, "together": True, "memory": "ledger", "belief": 0.1,
            "reference_steps": 1_000_000,
        },
    )  # fmt: skip


def _told(ways: int, seats: int) -> tuple[Numbers | Shares | Bots, ...]:
    """What is hidden in a task, in the order in which it is told."""
    others = (Bots(told_to="oracles"),) if seats > 1 else ()
    return (
        Numbers("detours", ways, about="layout"),
        Shares("quickest", ways, about="layout", of=NUMBERS[:ways]),
        Numbers("load", 1, about="opponents", told_to="oracles"),
        Numbers("drivers", TOLD_DRIVERS, about="opponents", told_to="oracles"),
        Numbers("to_go", 1, about="layout", told_to="oracles"),
        *others,
    )
