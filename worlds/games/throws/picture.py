"""How throws looks: the last throws large, the score between them, and the throws before as a strip, in metres."""

from typing import Any

import numpy as np

from worlds.games.throws.constants import PAPER, ROCK, SCISSORS, SEATS
from worlds.kit.drawing import Canvas

WIDTH, HEIGHT = 20.0, 13.0  # m
BIG, SMALL = 1.9, 0.27  # m; half the size of a throw
MIDDLES = (5.0, 15.0)  # m from the left; of the two players
STAGE = 3.6  # m from the top; of the last throws
SHOWN = 28  # throws of the strip
LEFT, TOP, PITCH = 1.6, 8.2, 0.62  # m; of the strip
BUTTONS = 11.6  # m from the top; of what can be clicked
NAMES = ("rock", "paper", "scissors")
SIDES = np.linspace(0.0, 2.0 * np.pi, 8)[:-1]
STONE = np.stack([np.cos(SIDES), np.sin(SIDES)], axis=1) * [[1.0], [0.86], [0.95], [0.9], [1.0], [0.85], [0.95]]


def draw(w: Any, canvas: Canvas) -> None:
    """Back to front."""
    draw_stage(w, canvas)
    draw_counts(w, canvas)
    draw_strip(w, canvas)
    draw_buttons(canvas)


def thrown(w: Any, seat: int, ago: int) -> int:
    """What a seat threw ``ago`` throws before the last one."""
    return (int(w.low[seat]) >> ago & 1) + 2 * (int(w.high[seat]) >> ago & 1)


def draw_throw(canvas: Canvas, middle: tuple[float, float], half: float, throw: int, style: str) -> None:
    """A throw by its outline, told apart without colour: a stone, a written sheet, a pair of scissors."""
    x, y = middle
    line = max(0.09 * half, 0.04)
    if throw == ROCK:
        canvas.polygon(STONE * 0.85 * half + [x, y], style)
    elif throw == PAPER:
        canvas.box(middle, 1.3 * half, 1.7 * half, style)
        for row in (-0.45, 0.0, 0.45):
            canvas.line([(x - 0.45 * half, y + row * half), (x + 0.45 * half, y + row * half)], "floor", width=line)
    elif throw == SCISSORS:
        for side in (-1.0, 1.0):
            tip, grip = (x + 0.5 * side * half, y - 0.9 * half), (x - 0.4 * side * half, y + 0.45 * half)
            canvas.line([tip, grip], style, width=2.2 * line)
            canvas.ring((x - 0.48 * side * half, y + 0.65 * half), 0.3 * half, style)


def draw_stage(w: Any, canvas: Canvas) -> None:
    """The last throws, the winner's framed, and the score of the episode."""
    begun = int(w.thrown) > 0
    throws = [thrown(w, seat, 0) if begun else -1 for seat in range(SEATS)]
    gain = (throws[0] - throws[1] + 4) % 3 - 1 if begun else 0
    for seat, x in enumerate(MIDDLES):
        won = gain == (1, -1)[seat]
        canvas.box((x, STAGE), 5.4, 5.0, "goal" if won else "shadow")
        canvas.box((x, STAGE), 5.1, 4.7, "floor")
        if begun:
            draw_throw(canvas, (x, STAGE), BIG, throws[seat], f"seat_{seat}")
        canvas.seat(seat, (x + (-3.3, 3.3)[seat], STAGE), -np.pi / 2, 0.3)
        canvas.text((x, 0.55), f"{int(w.wins[seat])} won", size=0.7, style="ink")
    if gain != 0:  # towards the winner
        canvas.arrow((WIDTH / 2 + 0.7 * gain, STAGE - 0.9), (WIDTH / 2 - 0.7 * gain, STAGE - 0.9), "goal", width=0.14)
    elif begun:
        canvas.text((WIDTH / 2, STAGE - 0.9), "draw", size=0.9)
    canvas.text((WIDTH / 2, STAGE + 0.6), f"{int(w.score[0]):+d}", size=1.1)
    canvas.text((WIDTH / 2, STAGE + 1.5), f"throw {int(w.tick)}", size=0.5, style="muted")


def draw_counts(w: Any, canvas: Canvas) -> None:
    """How often each threw what in this episode; with the hidden task shown also the odds of what comes next."""
    total = max(int(w.tick), 1)
    for seat, x in enumerate(MIDDLES):
        for throw in range(3):
            left, y = x - 2.2 + 1.65 * throw, 6.85
            share = int(w.count[seat, throw]) / total
            draw_throw(canvas, (left, y), 0.3, throw, "muted")
            canvas.box((left + 0.75, y), 0.9, 0.4, "den")
            canvas.box((left + 0.3 + 0.45 * share, y), 0.9 * share, 0.4, f"seat_{seat}")
            if canvas.shows("hidden"):
                odds = 0.9 * float(w.odds[seat, throw])
                canvas.box((left + 0.3 + odds / 2, y + 0.32), odds, 0.12, "goal")


def draw_strip(w: Any, canvas: Canvas) -> None:
    """The last throws, the newest on the right; a mark on the side of whoever won."""
    count = min(int(w.thrown), SHOWN)
    for seat in range(SEATS):
        canvas.disc((0.8, TOP + 1.5 * PITCH * seat), 0.2, f"seat_{seat}", outline=True)
    for ago in range(count):
        x = LEFT + PITCH * (SHOWN - 1 - ago)
        first, second = thrown(w, 0, ago), thrown(w, 1, ago)
        gain = (first - second + 4) % 3 - 1
        draw_throw(canvas, (x, TOP), SMALL, first, "seat_0")
        draw_throw(canvas, (x, TOP + 1.5 * PITCH), SMALL, second, "seat_1")
        if gain != 0:
            canvas.box((x, TOP - 0.5 if gain > 0 else TOP + 1.5 * PITCH + 0.5), 0.42, 0.12, "goal")
        if ago == int(w.tick) - 1:
            canvas.line([(x - PITCH / 2, TOP - 0.6), (x - PITCH / 2, TOP + 1.5 * PITCH + 0.6)], "muted", width=0.05)


def draw_buttons(canvas: Canvas) -> None:
    """What can be thrown, with its key; a click throws it."""
    seat = canvas.viewer or 0
    for throw, name in enumerate(NAMES):
        x = WIDTH / 2 + 4.4 * (throw - 1)
        canvas.box((x, BUTTONS), 4.0, 1.7, "wall_side")
        canvas.box((x, BUTTONS), 3.85, 1.55, "wall")
        draw_throw(canvas, (x - 1.2, BUTTONS), 0.55, throw, f"seat_{seat}")
        canvas.text((x + 0.45, BUTTONS - 0.2), name, size=0.55)
        canvas.text((x + 0.45, BUTTONS + 0.4), f"key {throw + 1}", size=0.38, style="muted")
        canvas.button(np.array([[x, BUTTONS - 0.8], [x, BUTTONS + 0.8]]), 4.0, seat, 0, throw)


def status(w: Any, seat: int) -> str:
    """For people."""
    return f"{int(w.score[seat]):+d} after {int(w.tick)} throws"
