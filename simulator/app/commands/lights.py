"""Who runs the lights in `crossplay sumo`: programs and max pressure, bots of `signals`, or an agent that learned it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulator.app.commands.common import refuse

if TYPE_CHECKING:
    from simulator.interop.sumo.build import Imported
    from simulator.interop.sumo.controllers import Controller
    from simulator.interop.sumo.network import RoadNetwork
    from simulator.interop.sumo.routes import Demand
    from worlds.world import World

PLAIN = ("fixed", "max-pressure")
"""Controllers that need no world."""
BOT = "bot:"
AGENT = "agent"
AS_GIVEN = {"tasks": "as given", "detectors": "intact"}
"""What a world is built with whose traffic is a file's."""


def check_controllers(names: tuple[str, ...]) -> None:
    """Refuse words that are no controller, before any file is read.

    Raises:
        Refused: it is named, with what there is.
    """
    from worlds.traffic.signals.network.rules import NETWORK_BOTS

    bots = [f"{BOT}{bot.name}" for bot in NETWORK_BOTS if bot.split != "final"]
    for name in names:
        if name not in PLAIN and name.partition(":")[2].partition(":")[0] not in [
            bot.removeprefix(BOT) for bot in bots
        ]:
            refuse(f"--controllers {name!r} is unknown: choose from {', '.join((*PLAIN, *bots))}")


@dataclass(frozen=True)
class Crew:
    """An agent with the world that it plays."""

    name: str
    world: World
    seats: Mapping[str, str]
    """Bots of the seats that it does not take."""
    mine: tuple[int, ...]
    episodes: int
    seconds: float
    """Longest that its world goes on."""


def crew_of(agent: str) -> Crew:
    """The agent of a name or folder, and its network.

    Raises:
        Refused: it learned another world, generated towns, or what no file tells.
    """
    import agents
    import worlds
    from simulator.app.play.seating import build_for, facts_of, seats_for

    build = build_for("signals", agent, {})
    if not build.get("network"):
        refuse(f"--agent {agent!r} learned generated towns: one that learned on this network can drive it, see --help")
    facts = facts_of(agents.find(agent, "signals"))
    if facts.reveal:
        refuse(f"--agent {agent!r} is an oracle, which is told the hidden task: SUMO's files do not tell it")
    world = worlds.get("signals", **{**build, **AS_GIVEN})
    taken = set(seats_for(world, agent))
    seats = {seat.name: "bot:programme" for seat in world.seats if seat.name not in taken}
    mine = tuple(order for order, seat in enumerate(world.seats) if seat.name in taken)
    timing = world.timing
    lasting = timing.decisions * timing.ticks_per_decision * timing.tick
    return Crew(agent, world, seats, mine, facts.learned.episodes or timing.episodes, lasting)


def controller_of(
    name: str, imported: Imported, network: RoadNetwork, demand: Demand, crew: Crew | None, seed: int
) -> Controller:
    """Who a word of --controllers, or `AGENT`, stands for.

    Raises:
        Refused: the network cannot be a world, or is not the agent's.
    """
    from simulator.interop.sumo.controllers import CONTROLLERS
    from simulator.interop.sumo.seated import SeatedLights

    if name in PLAIN:
        return CONTROLLERS[name](imported)
    if name == AGENT and crew is not None:
        return SeatedLights(
            imported, crew.world, lambda: _players(crew, seed), crew.seats, seed=seed, episodes=crew.episodes
        )
    world = _world(imported, network, demand)
    return SeatedLights(imported, world, None, {seat.name: name for seat in world.seats}, seed=seed)


def _players(crew: Crew, seed: int) -> dict[int, Any]:
    from agents.players.seated import player_of
    from simulator.engine.seats import SeatSpec

    spec = SeatSpec(f"agent:{crew.name}", "agent", crew.name)
    player = player_of(crew.world, spec, seed=seed, episodes=crew.episodes)
    return dict.fromkeys(crew.mine, player)


def _world(imported: Imported, network: RoadNetwork, demand: Demand) -> World:
    import worlds
    from simulator.interop.sumo.packing import pack_imported

    return worlds.get("signals", network=pack_imported(network, demand, imported), **AS_GIVEN)
