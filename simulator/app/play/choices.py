"""Every choice of a seat with its key, as plain data: what the start card draws and what can be clicked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pygame

from simulator.app.play.devices import key_label
from simulator.app.play.hands import WINDS, Hands, Hold, Keys, Vector

if TYPE_CHECKING:
    from worlds.world import Action, World

WAYS = ("up", "left", "down", "right")


@dataclass(frozen=True)
class KeyedChoice:
    """One choice of one action."""

    factor: int
    choice: int
    key: str
    """As it stands on the keyboard."""
    words: str


def keyed_choices(hands: Hands) -> list[KeyedChoice]:
    """The choices that have a key of their own, in the order of the actions; without the eight ways of a direction."""
    found = []
    for factor, (action, plan) in enumerate(zip(hands.world.actions, hands.plans, strict=True)):
        keys: Mapping[int, int] = {}
        if isinstance(plan, Keys):
            keys = plan.choices
        elif isinstance(plan, Vector):
            keys = plan.others
        elif isinstance(plan, Hold):
            keys = {plan.key: plan.choice}
        seen: set[int] = set()
        for key, choice in keys.items():
            if choice not in seen:
                seen.add(choice)
                words = action.name if isinstance(plan, Hold) else action.choices[choice]
                words = f"{action.name} {words}" if factor and words != action.name and " " not in words else words
                found.append(KeyedChoice(factor, choice, key_label(pygame.key.name(key)), words))
    return found


def key_rows(hands: Hands) -> list[tuple[tuple[str, ...], str]]:
    """(keys, what they do), directions together, every other key by itself."""
    rows: list[tuple[tuple[str, ...], str]] = []
    single = keyed_choices(hands)
    for factor, (action, plan) in enumerate(zip(hands.world.actions, hands.plans, strict=True)):
        mine = [each for each in single if each.factor == factor]
        if isinstance(plan, Vector):
            rows.append((tuple(plan.words.split(" ")), action.name))
        elif isinstance(plan, Keys) and (ways := _ways(action, mine)):
            rows.append((tuple(each.key for each in ways), action.name))
            mine = [each for each in mine if each not in ways]
        rows += [((each.key,), each.words) for each in mine]
    return rows


def key_notes(world: World) -> list[str]:
    """What a world says of its actions, beside what each key does; of several each by its name."""
    declared = ((action.name, world.view.controls.get(action.name, {}).get("about")) for action in world.actions)
    return [about if len(world.actions) == 1 else f"{name}: {about}" for name, about in declared if about]


def _ways(action: Action, mine: list[KeyedChoice]) -> list[KeyedChoice]:
    """The four directions of an action in the order of W A S D, if it has them all."""
    by_way = {WINDS.get(action.choices[each.choice], action.choices[each.choice]): each for each in mine}
    return [by_way[way] for way in WAYS] if all(way in by_way for way in WAYS) else []
