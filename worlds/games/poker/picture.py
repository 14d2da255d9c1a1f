"""How poker looks: the table with both hands, the pot and what can be done, and the hands before, in metres."""

from typing import Any

import numpy as np

from worlds.games.poker.constants import (
    BET,
    CAP,
    FOLD,
    FOLDED_0,
    PASS,
    RAISE,
    RAISES,
    RULES,
    SEATS,
    SHOWN,
    VARIANTS,
)
from worlds.games.poker.roster import NAMES
from worlds.kit.drawing import Canvas

WIDTH, HEIGHT = 32.0, 20.0  # m
CENTRE = 11.0  # m, of the table, from the left
CARD_WIDE, CARD_TALL = 2.4, 3.3  # m
ROWS = {0: 14.9, 1: 4.1}  # m, of each seat's card
MIDDLE = 9.5  # m, of the public card
LIST, LIST_TOP, LIST_STEP = 22.4, 3.9, 1.5  # m, of the hands before
LETTERS = {3: "JQK", 4: "JQKA", 5: "TJQKA", 6: "9TJQKA"}  # by number of ranks


def draw(w: Any, canvas: Canvas) -> None:
    """Back to front."""
    canvas.disc((CENTRE, MIDDLE), 8.2, "den", outline=True)
    canvas.text((CENTRE, 0.8), _title(w), size=0.8, style="muted")
    for seat in range(SEATS):
        draw_seat(w, canvas, seat)
    draw_middle(w, canvas)
    draw_choices(w, canvas)
    draw_past(w, canvas)


def _title(w: Any) -> str:
    game = VARIANTS[int(w.generator)]
    stakes = f"bets of {game.bets[0]}" + (f", then {game.bets[1]}" if game.rounds == 2 else "")
    return f"{game.name.replace('_', ' ')}: {LETTERS[game.ranks]}, {stakes}"


def letter(w: Any, rank: int) -> str:
    """The name of a card."""
    return LETTERS[VARIANTS[int(w.generator)].ranks][rank]


def faces_up(canvas: Canvas, seat: int) -> bool:
    """Whether a seat's card is open to who looks: the own one is, and all are for who asks for what is hidden."""
    return seat == (canvas.viewer or 0) or canvas.shows("hidden")


def draw_card(canvas: Canvas, middle: tuple[float, float], name: str, *, small: float = 1.0) -> None:
    """A card with its name, or its back when there is none."""
    wide, tall = CARD_WIDE * small, CARD_TALL * small
    canvas.box(middle, wide + 0.14, tall + 0.14, "outline")
    canvas.box(middle, wide, tall, "ink" if name else "wall_side")
    if name:
        canvas.text(middle, name, size=2.3 * small, style="void")
    else:
        canvas.box(middle, wide - 0.5, tall - 0.5, "wall")


def draw_seat(w: Any, canvas: Canvas, seat: int) -> None:
    """Who sits there, its card and its chips; a ring around whose turn it is, D for the button."""
    y, hand = ROWS[seat], min(int(w.hand), len(w.cards) - 1)
    rank = int(w.cards[hand, seat])
    draw_card(canvas, (CENTRE, y), letter(w, rank) if faces_up(canvas, seat) else "")
    canvas.seat(seat, (CENTRE - 4.4, y), 0.0, 0.75)
    if int(w.turn) == seat:
        canvas.ring((CENTRE - 4.4, y), 1.2, "goal")
    known = canvas.shows("hidden") and int(w.driver[seat]) == 0
    canvas.text((CENTRE - 4.4, y + 1.9), NAMES[int(w.bot_kind[seat])].replace("_", " ") if known else "", size=0.7)
    if int(w.first) != seat:
        canvas.disc((CENTRE + 2.6, y), 0.6, "ink", label="D", outline=True)
    canvas.text((CENTRE + 5.2, y), f"{float(w.score[seat]):+.2f}", size=0.8, style=f"seat_{seat}")
    draw_chips(canvas, int(w.chips[seat]), y + (-2.9 if seat == 0 else 2.9), f"seat_{seat}")


def draw_chips(canvas: Canvas, count: int, y: float, style: str) -> None:
    """A chip for each that a seat has in, and how many."""
    for chip in range(count):
        canvas.disc((CENTRE - 0.42 * (count - 1) / 2 + 0.42 * chip, y), 0.38, style, outline=True)
    canvas.text((CENTRE + 0.3 * count + 0.9, y), str(count), size=0.75)


def draw_middle(w: Any, canvas: Canvas) -> None:
    """The public card, or its back, and the pot."""
    if VARIANTS[int(w.generator)].rounds == 2:
        hand = min(int(w.hand), len(w.cards) - 1)
        is_open = int(w.stage) == 1 or canvas.shows("hidden")
        draw_card(canvas, (CENTRE, MIDDLE), letter(w, int(w.cards[hand, 2])) if is_open else "", small=0.8)
    canvas.text((CENTRE + 4.4, MIDDLE), f"pot {int(w.chips.sum())}", size=0.9, style="goal")


def draw_choices(w: Any, canvas: Canvas) -> None:
    """Buttons for who is looking, bright while it may choose."""
    seat = canvas.viewer or 0
    mine, facing = int(w.turn) == seat, int(w.place) >= BET
    can_raise = RAISES[int(w.place)] < RULES[int(w.generator), CAP]
    names = (
        (FOLD, "fold [F]", facing),
        (PASS, "call [C]" if facing else "check [C]", True),
        (RAISE, "raise [B]" if facing else "bet [B]", bool(can_raise)),
    )
    for index, (choice, name, may) in enumerate(names):
        middle = (CENTRE + 5.4 * (index - 1), 18.7)
        lit = mine and may
        canvas.box(middle, 5.0, 1.5, "wall_edge" if lit else "floor")
        canvas.box(middle, 4.8, 1.3, "wall" if lit else "floor")
        canvas.text(middle, name, size=0.8, style="ink" if lit else "muted")
        if lit:
            ends = np.array([[middle[0] - 1.8, middle[1]], [middle[0] + 1.8, middle[1]]])
            canvas.button(ends, 1.4, seat, 0, choice)


def draw_past(w: Any, canvas: Canvas) -> None:
    """The hands before, the newest last: the cards that were shown, how it ended and what it paid who is looking."""
    viewer = canvas.viewer or 0
    canvas.text((LIST + 3.6, 1.4), "hands of this episode", size=0.7, style="muted")
    canvas.text((LIST + 0.2, 2.3), "own", size=0.55, style="muted")
    canvas.text((LIST + 1.7, 2.3), "other", size=0.55, style="muted")
    for hand in range(int(w.hand)):
        y, how = LIST_TOP + LIST_STEP * hand, int(w.over[hand])
        won = float(w.won[hand]) * (1.0 if viewer == 0 else -1.0)
        for column, seat in enumerate((viewer, 1 - viewer)):
            is_open = how == SHOWN or faces_up(canvas, seat)
            text = letter(w, int(w.cards[hand, seat])) if is_open else "?"
            canvas.text((LIST + 0.2 + 1.5 * column, y), text, size=0.7, style="ink" if is_open else "muted")
        words = "shown" if how == SHOWN else "I folded" if how - FOLDED_0 == viewer else "it folded"
        canvas.text((LIST + 4.3, y), words, size=0.6, style="muted")
        canvas.text((LIST + 7.6, y), f"{won:+.2f}", size=0.65, style="good" if won > 0 else "bad" if won < 0 else "ink")


def status(w: Any, seat: int) -> str:
    """How a seat fares."""
    hands = int(w.played)
    return f"{float(w.earned[seat]):+.2f} bets in {hands} {'hand' if hands == 1 else 'hands'}"
