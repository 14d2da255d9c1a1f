"""Spots of poker: where in the betting somebody is to act. They have names, for memories with a row for each.

What somebody does at a spot is a habit, and a shown card tells what was behind it. So a seat is told the names of these
spots of the *other* one: the two at which it acted in the hand that has just ended, or the one at which it has just
acted, where there is something new to note; and those that it will come to if the seat checks or calls, and if it bets
or raises.
"""

from worlds.games.poker.constants import (
    CAP,
    END_OF_PASS,
    ENDS,
    OPEN,
    PLACES,
    RAISES,
    ROUNDS,
    RULES,
    SEATS,
)
from worlds.kit.kernel import kernel

SPOTS = PLACES * (1 + ENDS)  # of the first round, then of the second by how the first one ended
ACTED = 2  # spots of the other one that have something new to note
NAMED = ACTED + 2  # and those that it may come to


@kernel
def spot_of(stage, end, place):
    """The name of a spot, from 1 on."""
    return 1 + (place if stage == 0 else PLACES * (1 + end) + place)


@kernel
def forget_line(w):
    """Nobody has acted."""
    w.acted = 0
    for seat in range(SEATS):
        w.line[seat, 0] = 0
        w.line[seat, 1] = 0


@kernel
def write_line(w, seat):
    """A seat acts where the hand is now; the first one who does so in a hand ends the memory of the one before."""
    if w.stage == 0 and w.place == OPEN:
        forget_line(w)
    w.acted = seat
    w.line[seat, 1] = w.line[seat, 0]
    w.line[seat, 0] = spot_of(w.stage, w.end, w.place)


@kernel
def name_spots(w, seat, out, at):
    """Four numbers from ``out[at]`` on, see `World.things`; 0 where there is no such spot."""
    other = 1 - seat
    hand_begins = w.stage == 0 and w.place == OPEN
    out[at] = w.line[other, 0] / SPOTS if hand_begins or w.acted == other else 0.0
    out[at + 1] = w.line[other, 1] / SPOTS if hand_begins else 0.0
    if w.turn == seat:
        out[at + 2] = after_pass(w, other) / SPOTS
        raises = RAISES[w.place] < RULES[w.generator, CAP]
        out[at + 3] = spot_of(w.stage, w.end, w.place + 2) / SPOTS if raises else 0.0
    else:
        out[at + 2] = spot_of(w.stage, w.end, w.place) / SPOTS
        out[at + 3] = 0.0


@kernel
def after_pass(w, other):
    """Where the other one acts next if the one whose turn it is checks or calls; 0 where it does not."""
    end = END_OF_PASS[w.place]
    if end < 0:
        return spot_of(w.stage, w.end, w.place + 1)  # a check that opens the round
    if w.stage + 1 < RULES[w.generator, ROUNDS] and w.first == other:
        return spot_of(1, end, OPEN)
    return 0
