"""A recording of every kind of stranger at play, each beside the agent that is shipped, or among bots where none is."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
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
    returns: tuple[float, ...]
    """Of the stranger, by episode."""


def introduce(world: World, folder: Path, *, seed: int = 0) -> Iterator[Introduction]:
    """Play and record one trial with each kind that training or a test meets; all play the same task but for it.

    The recordings are named WORLD-ROLE-KIND.mcap and written one by one into ``folder``.

    Raises:
        Refused: a file cannot be written, or the shipped agent is one of another version of the world.
    """
    agent = next(iter(shipped_agents(world.name)), "")
    for bot in world.bots:
        if bot.split in SPLITS:
            yield _recorded(world, bot, folder, agent, seed)


def _recorded(world: World, bot: Bot, folder: Path, agent: str, seed: int) -> Introduction:
    import replays
    from simulator.engine import Simulation
    from simulator.engine.trial import play_trial

    stranger = _seat_of(world, bot)
    words = {seat.name: "bot" for seat in world.seats} | {world.seats[stranger].name: f"bot:{bot.name}"}
    players = _beside(world, agent, stranger)
    simulation = Simulation(
        world, seed=seed, split=SPLITS[bot.split], episodes_per_trial=world.timing.episodes,
        seats={name: text for name, text in words.items() if world.seat_index(name) not in players},
    )  # fmt: skip
    for seat in players:
        words[world.seats[seat].name] = f"agent:{agent}"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{world.name}-{bot.role}-{bot.name}.mcap"
    with replays.record(path, players=words) as recorder:
        returns = play_trial(simulation, players, recorder)
    return Introduction(bot, path, world.seats[stranger].name, tuple(float(value) for value in returns[:, stranger]))


def _seat_of(world: World, bot: Bot) -> int:
    """The last seat of the bot's role: shipped agents sit in the first."""
    return max(index for index, seat in enumerate(world.seats) if seat.role == bot.role)


def _beside(world: World, agent: str, stranger: int) -> dict[int, Player]:
    """The shipped agent in the first other seat that it learned, of another team if there is one; nobody without it."""
    if not agent:
        return {}
    import agents

    facts = facts_of(agents.find(agent))
    team = world.seats[stranger].team
    free = [index for index, seat in enumerate(world.seats) if index != stranger and seat.role in facts.roles]
    free.sort(key=lambda index: world.seats[index].team == team)  # a stable sort
    return {free[0]: agents.load(agents.find(agent))} if free else {}
