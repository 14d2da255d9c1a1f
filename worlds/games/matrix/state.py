"""What a record of matrix holds, for a number of seats."""

from worlds.games.matrix.constants import (
    BLUE,
    LONG,
    MOST_PAID,
    NOBODY,
    NOTHING,
    OUTCOMES,
    PLACES,
    ROUNDS,
    SHOWN,
    SIDE,
    TABLES,
)
from worlds.games.matrix.games import GAMES
from worlds.games.matrix.roster import BOTS
from worlds.world import Field


def _trial(kind: str, shape: tuple[int, ...], low: float, high: float, doc: str = "") -> Field:
    """What strangers remember from one episode of a trial to the next; nobody sees it."""
    return Field(kind, shape, low, high, hidden=True, carried=True, doc=doc)


def state(seats: int) -> dict[str, Field]:
    """The fields; ``dates`` is how many others a seat can meet, those of the other side."""
    each, dates = (seats,), (seats, seats // 2)
    paid, last = MOST_PAID, SIDE - 1
    return {
        "row": Field("f8", each, 1, last - 1, smooth="linear"),
        "col": Field("f8", each, 1, last - 1, smooth="linear"),
        "heading": Field("f8", each, 0.0, 4.8, unit="rad", smooth="angle", doc="of the last step"),
        "payoff": Field("f8", (2, 2, 2), -paid, paid, hidden=True, doc="[side, own colour, other's colour]"),
        "difficulty": Field("f8", (), 0.0, 60.0, doc="longest way that a round may ask for, in rounds"),
        "won": Field("f8", each, -paid, paid, doc="what the game paid in the last meeting"),
        "earned": Field("f8", each, -paid * ROUNDS, paid * ROUNDS, doc="what the game paid in this episode"),
        "lean": _trial("f8", dates, 0.0, 1.0, "share of blue in the date's picks of late"),
        "gains": _trial("f8", (*dates, 2), -paid, paid, "what each colour paid of late"),
        "game": Field("i8", (), 0, len(GAMES) - 1, hidden=True),
        "good": Field("i8", (), 0, BLUE, hidden=True, doc="the colour that stands for the good action"),
        "shift": Field("i8", (), 0, seats // 2 - 1, doc="who meets whom in the first round"),
        "holder": _trial("i8", each, NOBODY, len(BOTS) - 1, "the kind whose memory this is"),
        "met": _trial("i4", dates, 0, LONG, "meetings of the trial"),
        "hurt": _trial("i4", dates, 0, LONG, "bad actions that the date picked"),
        "bad": _trial("i4", dates, 0, LONG, "meetings in a row that paid less than nothing"),
        "anger": _trial("i4", dates, 0, LONG, "avenger: answers still to come"),
        "meetings": Field("i4", each, 0, ROUNDS, doc="of the episode"),
        "takings": Field("i4", each, 0, ROUNDS, doc="rounds of the episode in which it took something"),
        "arrivals": Field("i4", each, 0, ROUNDS, doc="rounds of the episode in which it brought something"),
        "missed": Field("i4", each, 0, ROUNDS, doc="rounds of the episode without a meeting"),
        "answered": Field("i4", each, 0, ROUNDS, doc="meetings of the episode in which the pick was the best answer"),
        "mine": _trial("u1", dates, 0, BLUE, "colour that the stranger picked last"),
        "theirs": _trial("u1", dates, 0, BLUE, "colour that the date picked last"),
        "turned": _trial("u1", dates, 0, 1, "whether it changes its mind, or for a bully: has changed it"),
        "mood": _trial("u1", each, 0, BLUE, "what anybody picked last against it"),
        "bag": Field("u1", each, 0, NOTHING, hidden=True, doc="what each carries"),
        "packed": Field("u1", each, 0, 1, doc="whether it has taken anything in this round"),
        "came": Field("u1", each, 0, 1, doc="whether it has brought something to its table in this round"),
        "over": Field("u1", each, 0, 1, doc="whether it has met its date in this round"),
        "former": Field("u1", dates, 0, OUTCOMES, carried=True, doc="how the last meeting with each ended; 0: no such"),
        "asked": Field("u1", each, 0, OUTCOMES, doc="how the meeting before had ended, with whom it met last"),
        "news": Field("u1", each, 0, 1, doc="whether it met somebody in the last tick"),
        "shows": Field("u1", each, 0, SHOWN, unit="ticks", doc="that the last meeting is still shown"),
        "venue": Field("u1", each, 0, TABLES - 1, doc="the table of the last meeting"),
        "shown": Field("u1", (seats, 2), 0, BLUE, doc="what both picked in the last meeting, the own pick first"),
        "whom": Field("u1", each, 0, seats // 2 - 1, doc="the date of the last meeting"),
        "known": Field("u1", (seats, 2, 2), 0, 1, carried=True, doc="[own, other's colour]: payoffs seen in the trial"),
        "turn": Field("u1", (ROUNDS,), 0, TABLES - 1, doc="by round: moves everybody's table on"),
        "place": Field("u1", (PLACES, 2), 1, last - 1, doc="row and column, tables first, then stalls"),
        "tiles": Field("u1", (SIDE, SIDE), 0, 1, doc="1 is wall"),
        "steps": Field("u1", (PLACES, SIDE, SIDE), 0, 255, doc="walking distance to each place"),
    }
