"""Who runs the lights in `crossplay sumo`: programs and max pressure, bots of `signals`, or an agent that learned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from simulator.app.commands.common import refuse
from worlds.world import Refused

if TYPE_CHECKING:
    from agents.players.foreign_networks import ForeignNetwork
    from simulator.interop.sumo.build import Imported
    from simulator.interop.sumo.controllers import Controller
    from simulator.interop.sumo.network import RoadNetwork
    from simulator.interop.sumo.routes import Demand
    from worlds.world import World

PLAIN = ("fixed", "max-pressure")
"""Controllers that need no world."""
BOT = "bot:"
AGENT = "agent"
USUAL = 1800.0  # s of a run where nothing says how long
FILE = ".safetensors"
"""Of weights that other libraries wrote."""
AS_GIVEN = {"tasks": "as given", "detectors": "intact"}
"""What a world is built with whose traffic is a file's."""


def check_controllers(names: tuple[str, ...], agent: str) -> None:
    """Refuse words that are no controller, and lights that nobody runs, before any file is read.

    Raises:
        Refused: it is named, with what there is.
    """
    from worlds.traffic.signals.network.rules import NETWORK_BOTS

    bots = [f"{BOT}{bot.name}" for bot in NETWORK_BOTS if bot.split != "final"]
    if not (names or agent):
        refuse(f"--controllers names nobody, and neither does --agent: choose from {', '.join((*PLAIN, *bots))}")
    for name in names:
        kind = ":".join(name.split(":")[:2])  # knobs follow
        if name not in PLAIN and kind not in bots:
            refuse(f"--controllers {name!r} is unknown: choose from {', '.join((*PLAIN, *bots))}")


class LightCrew(Protocol):
    """Who runs the lights as ``--agent``."""

    @property
    def name(self) -> str:
        """As it was given."""

    @property
    def seconds(self) -> float:
        """Longest that it can."""

    @property
    def usual(self) -> float:
        """How long, where nothing says it."""

    def controller(self, imported: Imported, network: RoadNetwork, demand: Demand, seed: int) -> Controller:
        """It, for one run."""


@dataclass(frozen=True)
class AgentCrew:
    """An agent that learned in this project, in the world on its network; or one that judges phases alike, on any."""

    name: str
    world: World | None
    """None: the world is built on the network that is driven."""
    seconds: float
    usual: float
    build: Mapping[str, str] = field(default_factory=dict)
    """What such a world is built with."""

    def controller(self, imported: Imported, network: RoadNetwork, demand: Demand, seed: int) -> Controller:
        """The agent in its seats, the file's greens in others.

        Raises:
            Refused: another network than the agent's.
        """
        import agents
        from agents.players.seated import player_of
        from simulator.app.play.seating import facts_of, seats_for
        from simulator.engine.seats import SeatSpec
        from simulator.interop.sumo.seated import SeatedLights

        world = self.world or _world(imported, network, demand, **self.build)
        taken = set(seats_for(world, self.name))
        episodes = facts_of(agents.find(self.name, world.name)).learned.episodes or world.timing.episodes
        player = player_of(world, SeatSpec(f"agent:{self.name}", "agent", self.name), seed=seed, episodes=episodes)
        return SeatedLights(
            imported, world, {order: player for order, seat in enumerate(world.seats) if seat.name in taken},
            {seat.name: "bot:programme" for seat in world.seats if seat.name not in taken},
            seed=seed, episodes=episodes,
        )  # fmt: skip


@dataclass(frozen=True)
class NetworkCrew:
    """A network that learned by sumo-rl's definitions, the same for all lights."""

    name: str
    found: ForeignNetwork
    seconds: float
    usual: float = USUAL

    def controller(self, imported: Imported, network: RoadNetwork, demand: Demand, seed: int) -> Controller:
        """It, at every light.

        Raises:
            Refused: it knows more phases than any light has, or a light shows more numbers than it takes.
        """
        from simulator.interop.sumo.rl_views import OBSERVATION, ViewedPlayer, views_of
        from simulator.interop.sumo.seated import SeatedLights

        found = self.found
        world = _world(imported, network, demand, observation=OBSERVATION, reward="diff-waiting-time")
        views = views_of(world, network)
        most = max(len(view.phases) for view in views)
        if found.choices > most:
            raise Refused(
                f"{found.name!r} knows {found.choices} phases: the lights of this network have {most} at most"
            )
        for view in views:
            if len(view.columns) > found.sees or len(view.phases) > found.choices:
                raise Refused(
                    f"{found.name!r} takes {found.sees} numbers and knows {found.choices} phases: light {view.name!r} "
                    f"shows {len(view.columns)} and has {len(view.phases)}, and as many are needed"
                )
        choosers = [partial(found.choose, choices=len(view.phases)) for view in views]
        player = ViewedPlayer(views, choosers, found.name)
        return SeatedLights(imported, world, dict.fromkeys(range(len(views)), player), seed=seed)


def crew_of(agent: str) -> LightCrew:
    """Who is named: an agent with its network, or a file of weights.

    Raises:
        Refused: it learned another world, generated towns, or what no file tells; a file holds no network.
    """
    import worlds
    from worlds.road.layouts.given import LIMITS

    if Path(agent).suffix == FILE:
        if not Path(agent).is_file():
            refuse(f"--agent {agent!r} is no file")
        from agents.players.foreign_networks import load_network

        return NetworkCrew(agent, load_network(agent), float(LIMITS["seconds"][1]))
    import agents
    from simulator.app.play.seating import build_for, facts_of

    build, facts = build_for("signals", agent, {}), facts_of(agents.find(agent, "signals"))
    if not (build.get("network") or facts.network.blocks):
        refuse(
            f"--agent {agent!r} learned generated towns: one that learned on this network can drive it, or one that "
            "learned with observation=phases, see --help"
        )
    if facts.reveal:
        refuse(f"--agent {agent!r} is an oracle, which is told the hidden task: SUMO's files do not tell it")
    if facts.network.blocks:
        alike: dict[str, str] = {name: str(build[name]) for name in ("reward", "observation") if name in build}
        return AgentCrew(agent, None, float(LIMITS["seconds"][1]), USUAL, alike)
    world = worlds.get("signals", **{**build, **AS_GIVEN})
    lasting = world.timing.decisions * world.timing.ticks_per_decision * world.timing.tick
    return AgentCrew(agent, world, lasting, lasting)


def controller_of(
    name: str, imported: Imported, network: RoadNetwork, demand: Demand, crew: LightCrew | None, seed: int
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
        return crew.controller(imported, network, demand, seed)
    world = _world(imported, network, demand)
    return SeatedLights(imported, world, {}, {seat.name: name for seat in world.seats}, seed=seed)


def _world(imported: Imported, network: RoadNetwork, demand: Demand, **build: str) -> World:
    import worlds
    from simulator.interop.sumo.packing import pack_imported

    return worlds.get("signals", network=pack_imported(network, demand, imported), **AS_GIVEN, **build)
