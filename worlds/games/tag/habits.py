"""Which way strangers lean when it comes to a clash: habits of a few plain rules each.

A lean is a side, 0 left, 1 low, 2 right, both of the two as the chaser sees it. A habit knows the clashes that it had
with the same one in this episode: how many, which way each leaned in the last, and how that ended for itself.
"""

from worlds.games.tag.constants import SIDES
from worlds.kit.kernel import kernel

STUBBORN, ROUNDER, COPIER, SORE, FIDGET, DRILLED, CONTRARY, PAIRED, TIRING = range(9)
"""Numbers of the habits: the places of the kinds in their role, the same in both."""


@kernel
def habitual(habit, opening, turn, row, met, own, theirs, won):
    """The side of the next lean. ``opening`` is one, ``turn`` is 1 or 2 sides further on, ``row`` three times a drilled
    one's second side and its third; ``met`` counts clashes so far; ``own``, ``theirs`` and ``won`` tell of the last.
    """
    if met == 0:
        return opening
    if habit == ROUNDER:
        return (own + turn) % SIDES
    if habit == COPIER:
        return theirs
    if habit == SORE:
        return own if won else (own + turn) % SIDES
    if habit == FIDGET:
        return (own + turn) % SIDES if won else own
    if habit == DRILLED:
        return row % SIDES if met % SIDES == 2 else (row // SIDES if met % SIDES == 1 else opening)
    if habit == CONTRARY:
        return (theirs + turn) % SIDES
    if habit == PAIRED:
        return (opening + turn * (met // 2)) % SIDES
    if habit == TIRING:
        return opening if met < 2 else (opening + turn) % SIDES
    return own  # stubborn
