"""A recording of every kind of stranger at play, each beside the agent that is shipped, or among bots where none is."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from simulator.app.play.seating import facts_of, shipped_agents

if TYPE_CHECKING:
    from simulator.engine import Player
    from worlds.declarations import Bot
    from worlds.world import World

SPLITS = {"train": "train", "test": "test-opponent"}
"""Where a kind is met, by the part of the split it belongs to. Final kinds are left out: nobody looks at them."""


@dataclasses.dataclass(frozen=True)
class Introduction:
    """One kind of stranger and the recording that shows it."""

    bot: Bot
    path: Path
    """Of the recording."""
    seat: str
    """Where the stranger sits."""


def introduce(world: World, folder: Path, *, seed: int = 0) -> Iterator[Introduction]:
    """Play and record one trial with each kind that training or a test meets, those of each of the two in one task.

    The recordings are named WORLD-ROLE-KIND.mcap and written one by one into ``folder``.

    Raises:
        Refused: a file cannot be written, or the shipped agent is one of another version of the world.
    """
    import agents

    name = next(iter(shipped_agents(world.name)), "")
    agent = agents.load(name, world=world.name) if name else None
    roles = facts_of(agents.find(name, world.name)).roles if name else ()
    for bot in world.bots:
        if bot.split in SPLITS:
            stranger = _seat_of(world, bot)
            beside = _beside(world, roles, stranger)
            players = {beside: agent} if agent is not None and beside is not None else {}
            yield _recorded(world, bot, folder, stranger, players, seed)


def _recorded(
    world: World, bot: Bot, folder: Path, stranger: int, players: Mapping[int, Player], seed: int
) -> Introduction:
    import replays
    from simulator.engine import Simulation
    from simulator.engine.trial import play_trial

    words = {seat.name: "bot" for seat in world.seats} | {world.seats[stranger].name: f"bot:{bot.name}"}
    simulation = Simulation(
        world, seed=seed, split=SPLITS[bot.split], episodes_per_trial=world.timing.episodes,
        seats={name: text for name, text in words.items() if world.seat_index(name) not in players},
    )  # fmt: skip
    for seat, player in players.items():
        words[world.seats[seat].name] = f"agent:{player.name}"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{world.name}-{bot.role}-{bot.name}.mcap"
    with replays.record(path, players=words) as recorder:
        play_trial(simulation, players, recorder)
    return Introduction(bot, path, world.seats[stranger].name)


def _seat_of(world: World, bot: Bot) -> int:
    """The last seat of the bot's role: shipped agents sit in the first."""
    return max(index for index, seat in enumerate(world.seats) if seat.role == bot.role)


def _beside(world: World, roles: Collection[str], stranger: int) -> int | None:
    """The first other seat that an agent of these roles can take, of another team if there is one; None without one."""
    team = world.seats[stranger].team
    free = [index for index, seat in enumerate(world.seats) if index != stranger and seat.role in roles]
    return min(free, key=lambda index: world.seats[index].team == team, default=None)  # the first of equals
