"""What a record of kitchen holds, for a number of seats."""

from worlds.games.kitchen.constants import (
    BINS,
    DECISIONS,
    GUESTS,
    HEIGHT,
    KEEPS_LEAST,
    KEEPS_MOST,
    LIMIT,
    NEWS,
    NOBODY,
    NOTHING,
    PLACES,
    POTS,
    RIGHT,
    ROWS,
    SITUATIONS,
    WIDTH,
)
from worlds.world import Field

MOST_REST = 16  # ticks


def state(seats: int) -> dict[str, Field]:
    """The fields; ``mates`` is how many others a seat can have an order with."""
    each, mates = (seats,), (seats, (seats + 1) // 2)
    last_row, last_col = HEIGHT - 2, WIDTH - 2
    return {
        "row": Field("f8", each, 1, last_row, smooth="linear"),
        "col": Field("f8", each, 1, last_col, smooth="linear"),
        "heading": Field("f8", each, 0.0, 4.8, unit="rad", smooth="angle", doc="of the last step"),
        "difficulty": Field("f8", (), 0.0, 40.0, doc="steps from a bin to a pot, in the mean"),
        "keeps": Field("i8", (), KEEPS_LEAST, KEEPS_MOST, unit="ticks", hidden=True, doc="until a single thing burns"),
        "turn": Field("i8", (), 0, DECISIONS, doc="rounds of orders so far"),
        "shift": Field("i8", (), 0, 1, doc="who begins with whom"),
        "began": Field("i8", (), 0, DECISIONS, unit="ticks", doc="when the orders of this round came in"),
        "put_at": Field("i8", each, 0, DECISIONS, unit="ticks", doc="when it put something into a pot"),
        "rest": Field("i8", each, 0, MOST_REST, unit="ticks", doc="the bots' own memory: before it begins,"),
        "lately": Field("i8", each, NOBODY, seats - 1, doc="with whom it had its last order"),
        "flash": Field("i8", each, 0, NEWS, unit="ticks", doc="that people are still shown how the last order went"),
        "rights": Field("i8", each, 0, DECISIONS, doc="dishes of this episode that went together"),
        "plains": Field("i8", each, 0, DECISIONS, doc="dishes that did not"),
        "fails": Field("i8", each, 0, DECISIONS, doc="orders that failed, for whatever reason"),
        "burns": Field("i8", each, 0, DECISIONS, doc="orders that failed because one was too late"),
        "puts": Field("i8", each, 0, DECISIONS, doc="orders for which it put something into a pot"),
        "plan_item": Field("u1", each, 0, BINS - 1, hidden=True, doc="what it means to bring,"),
        "plan_pot": Field("u1", each, 0, POTS - 1, hidden=True, doc="and where to"),
        "guest": Field("u1", each, 0, GUESTS - 1, doc="whose order it works for"),
        "hand": Field("u1", each, 0, NOTHING, doc="what it carries"),
        "put_item": Field("u1", each, 0, NOTHING, hidden=True, doc="what it put in for this order,"),
        "put_pot": Field("u1", each, 0, NOTHING, hidden=True, doc="and where"),
        "over": Field("u1", each, 0, 1, doc="whether its order of this round is over"),
        "fresh": Field("u1", each, 0, 1, doc="whether that was in the last tick"),
        "late": Field("u1", each, 0, 1, doc="whether the last order failed because one was too late"),
        "brought": Field("u1", mates, 0, NOTHING, doc="what it brought last, with each mate,"),
        "place": Field("u1", mates, 0, NOTHING, doc="where it put that,"),
        "went": Field("u1", mates, 0, RIGHT, doc="and how the order went"),
        "ever": Field("u1", mates, 0, 1, doc="whether they had an order in this episode"),
        "held": Field("u1", (seats, ROWS), 0, SITUATIONS - 1, doc="what its choices of this order go by"),
        "board": Field("u1", (BINS, BINS), 0, 2, doc="what went together in this episode: 1 no, 2 yes"),
        "known": Field("u1", (BINS, BINS), 0, 2, carried=True, doc="the same of the trial, for people"),
        "recipe": Field("u1", (BINS,), 0, BINS - 1, hidden=True, doc="by the porter's: the cook's that goes with it"),
        "spot": Field("u1", (PLACES, 2), 1, HEIGHT, doc="row and column of the left room from which one uses a place"),
        "stand": Field("u1", (PLACES, 2), 0, HEIGHT, doc="row and column of the place itself"),
        "tiles": Field("u1", (HEIGHT, WIDTH), 0, 1, doc="1 is wall, or a table"),
        "steps": Field("u1", (PLACES, HEIGHT, WIDTH), 0, 255, doc="walking distances of the left room to each place"),
        "pot_habit": _habit((seats, SITUATIONS), POTS - 1, "pot, by situation"),
        "item_habit": _habit((seats, SITUATIONS), BINS - 1, "ingredient, by situation"),
        "yields": _habit(mates, 1, "whether it gives in to each mate"),
    }


def _habit(shape: tuple[int, ...], high: int, doc: str) -> Field:
    return Field("u1", shape, 0, high, hidden=True, population=True, doc=doc)


assert MOST_REST > LIMIT // 2
