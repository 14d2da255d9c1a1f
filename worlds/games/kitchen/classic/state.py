"""What a record of a loaded kitchen holds."""

from worlds.games.kitchen.classic.constants import COLD, DECISIONS, FULL, RIGHT, SOUP, UP, WINDOW
from worlds.games.kitchen.reader import LARGEST, MOST_TIME, MOST_VALUE
from worlds.world import Field

FAR = 250  # steps; no way in a kitchen is that long


def state(seats: int, rows: int, cols: int) -> dict[str, Field]:
    """The fields for so many cooks on so many tiles."""
    each, tiles = (seats,), (rows, cols)
    most = float(MOST_VALUE * MOST_VALUE * FULL)
    return {
        "row": Field("f8", each, 0, LARGEST, smooth="linear"),
        "col": Field("f8", each, 0, LARGEST, smooth="linear"),
        "heading": Field("f8", each, 0.0, 4.8, unit="rad", smooth="angle"),
        "value": Field("f8", (4, 4), 0.0, most, doc="[onions, tomatoes]: what a soup is worth"),
        "points": Field("f8", (), 0.0, most * DECISIONS, doc="what soups were worth in this episode"),
        "time": Field("i8", (4, 4), 1, FULL * MOST_TIME, unit="ticks", doc="[onions, tomatoes]: how long it cooks"),
        "holds": Field("i8", (), 1, FULL, doc="things that a pot takes"),
        "by_hand": Field("i8", (), 0, 1, doc="whether a soup of less than a full pot is worth anything"),
        "shaped": Field("i8", (), 0, 1, doc="whether useful deeds are paid too"),
        "want": Field("i8", (2,), 0, FULL, doc="onions and tomatoes of the soup that bots make"),
        "served": Field("i8", each, 0, DECISIONS, doc="soups of this episode"),
        "puts": Field("i8", each, 0, DECISIONS, doc="things put into pots"),
        "fetched": Field("i8", each, 0, DECISIONS, doc="useful dishes, and soups taken from pots"),
        "blocked": Field("i8", each, 0, DECISIONS, doc="steps that somebody was in the way of"),
        "clock": Field("i4", tiles, COLD, FULL * MOST_TIME, unit="ticks", doc="since a pot began to cook"),
        "facing": Field("u1", each, RIGHT, UP, doc="the move that leads where it looks"),
        "hand": Field("u1", each, 0, SOUP),
        "hand_onions": Field("u1", each, 0, FULL, doc="in the soup that it carries"),
        "hand_tomatoes": Field("u1", each, 0, FULL),
        "start": Field("u1", (seats, 2), 0, LARGEST, doc="row and column"),
        "tiles": Field("u1", tiles, 0, WINDOW),
        "lies": Field("u1", tiles, 0, SOUP, doc="what lies on a counter"),
        "onions": Field("u1", tiles, 0, FULL, doc="in a pot, or in a soup on a counter"),
        "tomatoes": Field("u1", tiles, 0, FULL),
        "idle": Field("u1", each, 0, 1, doc="whether a bot is at rest"),
        "region": Field("u1", tiles, 0, 255, doc="part of the floor, from 1 on, that hangs together"),
        "away": Field("u1", tiles, 0, 255, doc="the bots' own scratch: steps from the one that thinks"),
    }
