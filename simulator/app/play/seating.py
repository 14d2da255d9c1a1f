"""The players of one game in the window: for each seat a bot of the engine, a person, or a player made for it.

`simulator.engine.seats` reads the specs, and `agents.players.seated` makes the players that are neither bot nor person.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator.app.play.people import check_people, device_of
from simulator.engine.seats import PLAYERS, given, read_spec, spec_kind
from worlds.declarations import Refused

if TYPE_CHECKING:
    from agents.checkpoints.description import Config
    from simulator.engine import Player
    from worlds.world import World


@dataclasses.dataclass
class Seating:
    """The players of one game."""

    engine: dict[str, str] = dataclasses.field(default_factory=dict)
    """Seat → spec of the engine."""
    occupants: dict[str, Any] = dataclasses.field(default_factory=dict)
    """Seat → "human", "bot", or a callable that loads a player (one callable per player, shared by its seats)."""
    words: dict[str, str] = dataclasses.field(default_factory=dict)
    """Seat → as the user wrote it, for recordings."""
    devices: dict[str, int] = dataclasses.field(default_factory=dict)
    """Seat of a human → what plays it, where that is named (see `simulator.app.play.people`)."""
    checkpoints: dict[str, str] = dataclasses.field(default_factory=dict)
    """Seat → SHA-256 of the weights of its agent."""

    @property
    def followed(self) -> str | None:
        """The seat that the window follows: the first with a human, else with an agent."""
        for kind in ("human", "agent"):
            for seat, words in self.words.items():
                if spec_kind(words) == kind:
                    return seat
        return None


def seat_all(
    world: World, specs: Mapping[str, str], *, seed: int = 0, episodes: int | None = None,
    devices: Mapping[str, int] | None = None,
) -> Seating:  # fmt: skip
    """Fill every seat of a world: as the specs say, with the task's own bots elsewhere. ``devices`` are those of humans
    whose spec names none.

    Raises:
        Refused: an unknown seat, spec, bot, agent, or player of another library, or people who cannot play together.
    """
    import agents
    from agents.checkpoints.fitting import check_fit
    from agents.checkpoints.generalist import named
    from agents.players.seated import OUTSIDE, player_of

    for name in specs:
        world.seat_index(name)
    seating = Seating(devices=dict(devices or {}))
    loaders: dict[str, Callable[[], Player]] = {}
    for seat in world.seats:
        whose, text = f"seat {seat.name!r}", str(specs.get(seat.name, "bot"))
        spec = read_spec(whose, text, PLAYERS)
        seating.words[seat.name] = text if spec.kind != "human" else "human"
        if spec.kind == "human" and spec.name:
            seating.devices[seat.name] = device_of(whose, spec.name)
        seating.engine[seat.name] = text if spec.kind == "bot" else "external"
        if spec.kind in ("human", "bot"):
            seating.occupants[seat.name] = spec.kind
            continue
        make = functools.partial(player_of, world, spec, seed=seed, episodes=episodes)
        with given(whose, text):  # now, so that a wrong name is refused at the start
            if spec.kind in OUTSIDE:
                seating.occupants[seat.name] = functools.partial(_same, make())
                continue
            if spec.kind == "agent":
                folder = agents.find(spec.name, world.name)
                facts = facts_of(folder)
                check_fit(facts, named(folder), world)  # now, and not once all rules are compiled
                seating.checkpoints[seat.name] = facts.sha256
        seating.occupants[seat.name] = loaders.setdefault(text, make)
    humans = [seat for seat, occupant in seating.occupants.items() if occupant == "human"]
    check_people(world, humans, seating.devices)
    return seating


def shipped_agents(world: str, reference: str = "none") -> list[str]:
    """Names of the shipped checkpoints of a world: agents, those for several worlds first, or their "blind" or "oracle"
    references.
    """
    import agents

    several = [name for name, folder in agents.generalists().items() if (folder / world).is_dir()]
    found = {name: facts_of(folder) for name, folder in agents.pretrained().items()}
    alone = [name for name, facts in found.items() if (facts.world, facts.reference) == (world, reference)]
    return [*several, *alone] if reference == "none" else alone


def fitting_agent(world: str) -> str:
    """The first shipped agent that learned the installed version of a world; "": none did, and bots play."""
    import agents
    import worlds

    version = worlds.get(world).version
    fitting = (name for name in shipped_agents(world) if facts_of(agents.find(name, world)).world_version == version)
    return next(fitting, "")


def usual_agent(world: str, build: Mapping[str, Any]) -> str:
    """The first shipped agent that plays a world built like that; "": none does, and bots play.

    One that learned another build plays it if it judges choices by what it is told of each, and that is still told.
    """
    import agents
    import worlds

    found = {name: facts_of(agents.find(name, world)) for name in shipped_agents(world)}
    for name, facts in found.items():
        if all(key in facts.build_args and facts.build_args[key] == value for key, value in build.items()):
            return name
    judges = {name: facts for name, facts in found.items() if facts.network.blocks}
    usual = worlds.get(world).build_args if judges else {}
    for name, facts in judges.items():
        chosen = {key: value for key, value in facts.build_args.items() if usual.get(key) != value}
        if all(build.get(key, value) == value for key, value in chosen.items()):
            return name
    return ""


def build_for(world: str, agent: str, specs: Mapping[str, str]) -> dict[str, Any]:
    """How a world must be built for an agent to play it: for the named one, or the first one among the seats.

    Raises:
        Refused: that agent learned another world.
    """
    import agents

    read = [read_spec(f"seat {seat!r}", str(text), PLAYERS) for seat, text in specs.items()]
    named = [spec.name for spec in read if spec.kind == "agent"]
    chosen = next(filter(None, (agent, *named)), "")
    if not chosen:
        return {}
    facts = facts_of(agents.find(chosen, world))
    if facts.world != world:
        raise Refused(f"agent {chosen!r} learned world {facts.world!r}: it cannot play {world!r}")
    return dict(facts.build_args)


def seats_for(world: World, agent: str) -> list[str]:
    """The seats that an agent takes unless told otherwise: the first; all of its roles if it learned in all at once."""
    import agents

    facts = facts_of(agents.find(agent, world.name))
    if not facts.learned.together:
        return [world.seats[0].name]
    return [seat.name for seat in world.seats if seat.role in facts.roles]


def facts_of(folder: Path) -> Config:
    """What a checkpoint says of itself, without loading torch: world, build_args, reference and more.

    Raises:
        Refused: its description cannot be read.
    """
    from agents.checkpoints.description import load_config

    return load_config(folder)


def _same(player: Player) -> Player:
    return player
