"""Two people on one keyboard: where each action's key lies in their half, by one rule for all worlds.

Directions lie under the fingers that rest (W A S D and the arrows), and what Space does lies under the thumb (Space and
Enter). Numbers 1 to 6 are six neighbours: 1 to 6 at the left, U I O above J K L at the right. Every other key stays
where it is if it lies in the own half, and else takes the next free one. A choice has one key, the first that the world
names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from worlds.world import Refused

if TYPE_CHECKING:
    from worlds.world import Action, World

OPTIONS = ("rest", "keep", "once", "wait", "pad", "about")  # of a control that names its keys without the word "keys"
NUMBERS = "123456"
Guess = Callable[["Action"], Mapping[str, int]]
Place = tuple[str, str]  # an action and one of the world's keys for it


@dataclass(frozen=True)
class Half:
    """One half of a keyboard: keys as SDL names them."""

    name: str
    ways: Mapping[str, str]
    """Arrow → key."""
    main: str
    """In place of Space."""
    numbers: str
    """In place of 1 to 6."""
    others: str
    """For everything else, the nearest first."""

    @property
    def room(self) -> tuple[str, ...]:
        """All keys, in the order in which they are given to what has no place of its own."""
        return (*self.others, *self.numbers, self.main, *self.ways.values())


LEFT = Half("left half", {"up": "w", "left": "a", "down": "s", "right": "d"}, "space", "123456", "qerfzxcvtgb")
RIGHT = Half(
    "right half", {"up": "up", "left": "left", "down": "down", "right": "right"}, "return", "uiojkl", "nmhyp7890"
)


def halved(world: World, half: Half, guess: Guess) -> dict[str, dict[str, Any]]:
    """The controls of a world with the keys of one half, for all of its actions; ``guess`` names the keys of an action
    that the world leaves out.

    Raises:
        Refused: the actions need more keys than half a keyboard has.
    """
    controls = {action.name: _spec(world, action, guess) for action in world.actions}
    wanted = {name: list(_keys(spec)) for name, spec in controls.items()}
    places = [(name, key) for name, keys in wanted.items() for key, _ in keys]
    walks = any("vector" in spec for spec in controls.values())
    given = _given(world, half, places, walks)
    return {name: _renamed(spec, name, wanted[name], given) for name, spec in controls.items()}


def _spec(world: World, action: Action, guess: Guess) -> dict[str, Any]:
    """What the world says of an action, its keys under the word "keys" unless it is a hold."""
    spec = dict(world.view.controls.get(action.name, {}))
    if "hold" in spec or "vector" in spec:
        return spec
    keys = spec.get("keys") or {key: at for key, at in spec.items() if key not in OPTIONS and key != "keys"}
    return {**{key: value for key, value in spec.items() if key in OPTIONS}, "keys": keys or guess(action)}


def _keys(spec: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """The keys of an action and their choices, each choice once."""
    if "hold" in spec:
        yield spec["hold"], spec.get("choice", 1)
        return
    seen: set[int] = set()
    for key, choice in spec.get("keys", {}).items():
        if choice not in seen:
            seen.add(choice)
            yield key, choice


def _given(world: World, half: Half, places: list[Place], walks: bool) -> dict[Place, str]:
    """(action, key of the world) → key of the half."""
    own = {**half.ways, "space": half.main, **dict(zip(NUMBERS, half.numbers, strict=True))}
    given = {place: own[place[1]] for place in places if place[1] in own}
    taken = {*given.values(), *(half.ways.values() if walks else ())}
    rest = [place for place in places if place not in given]
    for place in rest:
        if place[1] in half.room and place[1] not in taken:
            given[place] = place[1]
            taken.add(place[1])
    free = iter([key for key in half.room if key not in taken])
    for place in rest:
        if place not in given and (key := next(free, "")):
            given[place] = key
    if len(given) < len(places):
        needed, room = len(places) + 4 * walks, len(half.room)
        raise Refused(
            f"world {world.name!r} takes {needed} keys and the {half.name} of a keyboard has {room}: "
            "give one of the two people a gamepad"
        )
    return given


def _renamed(
    spec: dict[str, Any], name: str, keys: list[tuple[str, int]], given: Mapping[Place, str]
) -> dict[str, Any]:
    """The same with other keys; what the world says of its keys is no longer true and goes."""
    kept = {key: value for key, value in spec.items() if key not in ("about", "keys", "hold")}
    if "hold" in spec:
        return {**kept, "hold": given[name, spec["hold"]]}
    return {**kept, "keys": {given[name, key]: choice for key, choice in keys}}
