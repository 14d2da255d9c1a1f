"""What a world declares, as plain values: for its page and for `crossplay worlds`."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from worlds.declarations import PARTS

if TYPE_CHECKING:
    from worlds.world import Bot, Fact, World


def describe(world: World) -> dict[str, Any]:
    """The declarations of a world as plain values."""
    return {
        "name": world.name,
        "version": world.version,
        "layout_hash": world.layout_hash,
        "build": dict(world.build_args),
        "seats": [dataclasses.asdict(seat) for seat in world.seats],
        "actions": [{"name": action.name, "choices": list(action.choices)} for action in world.actions],
        "observation": _pieces(world.observation.at),
        "told": [_fact(world, fact) for fact in world.facts(0)],
        "generators": [dataclasses.asdict(generator) for generator in world.generators],
        "bots": [dataclasses.asdict(bot) for bot in _sorted_bots(world)],
        "causes": [dataclasses.asdict(cause) for cause in world.causes],
        "figures": [dataclasses.asdict(figure) for figure in world.figures],
        "decisions": world.timing.decisions,
        "episodes": world.timing.episodes,
        "decision_seconds": world.timing.decision_seconds,
        "state_bytes": world.record.itemsize,
        "page": world.page,
    }


def _fact(world: World, fact: Fact) -> dict[str, Any]:
    """One hidden fact: the part of the task it is about, whose bot it names, and how many numbers tell it."""
    seat = world.seats[fact.seat].name if fact.seat >= 0 else ""
    size = fact.at.stop - fact.at.start
    return {
        "fact": fact.name,
        "about": fact.about,
        "told_to": fact.told_to,
        "seat": seat,
        "size": size,
        "choices": list(fact.choices),
        "of": list(fact.of),
    }


def roles(world: World) -> list[str]:
    """Roles in the order of the seats."""
    return list(dict.fromkeys(seat.role for seat in world.seats))


def _sorted_bots(world: World) -> list[Bot]:
    order = roles(world)
    return sorted(world.bots, key=lambda bot: (order.index(bot.role), PARTS.index(bot.split)))


def _pieces(at: dict[str, slice]) -> list[dict[str, Any]]:
    return [
        {"piece": name, "at": f"{part.start}…{part.stop - 1}", "size": part.stop - part.start}
        for name, part in at.items()
    ]
