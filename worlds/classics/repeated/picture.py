"""How the repeated game looks: the trial turn by turn, what each outcome pays, and who earns what, in metres."""

from typing import Any

from worlds.classics.repeated.constants import EPISODES, KEPT_D, SEATS, SLIPPED_C, SLIPPED_D, TURNS
from worlds.classics.repeated.roster import NAMES
from worlds.kit.drawing import Canvas

WIDTH, HEIGHT = 30.0, 20.0  # m
LEFT, TOP, PITCH, GAP = 3.4, 3.0, 0.64, 1.95  # m; of the turns: first column, first row, column to column, row to row
TILE = 0.56  # m
PAY_LEFT, PAY_TOP, CELL = 3.4, 13.4, 2.9  # m; of the table of payoffs
STYLES = ("floor", "good", "bad", "good", "bad")  # by value of `past`
MARKS = "CD"


def draw(w: Any, canvas: Canvas) -> None:
    """Back to front."""
    canvas.still(("repeated", w.past.tobytes()), lambda still: draw_turns(w, still))
    draw_now(w, canvas)
    draw_payoffs(w, canvas)
    draw_players(w, canvas)


def draw_turns(w: Any, canvas: Canvas) -> None:
    """A row of tiles an episode, the player above the opponent; a dot where the hand slipped."""
    canvas.text((LEFT + PITCH * TURNS / 2.0, 1.2), "what was played, turn by turn", size=0.7, style="muted")
    for episode in range(EPISODES):
        top = TOP + GAP * episode
        canvas.text((LEFT - 1.1, top + PITCH / 2.0), str(episode + 1), size=0.7, style="muted")
        for turn in range(TURNS):
            index = episode * TURNS + turn
            for seat in range(SEATS):
                value = int(w.past[seat, index])
                middle = (LEFT + PITCH * turn, top + PITCH * seat)
                canvas.box(middle, TILE, TILE, STYLES[value])
                if value in (KEPT_D, SLIPPED_D):
                    canvas.line([(middle[0] - 0.17, middle[1]), (middle[0] + 0.17, middle[1])], "outline", width=0.1)
                if value in (SLIPPED_C, SLIPPED_D):
                    canvas.disc(middle, 0.13, "ink")


def draw_now(w: Any, canvas: Canvas) -> None:
    """The turn that is played next."""
    episode, turn = divmod(int(w.turns) % (TURNS * EPISODES), TURNS)
    canvas.box((LEFT + PITCH * turn, TOP + GAP * episode + PITCH / 2.0), 0.12, 2.0 * PITCH, "goal")


def draw_payoffs(w: Any, canvas: Canvas) -> None:
    """What the player (its row) and the opponent (its column) get: only outcomes that came up, unless all is shown."""
    all_known = canvas.shows("hidden")
    for own in range(2):
        canvas.text((PAY_LEFT + CELL * (own + 0.5), PAY_TOP - 0.5), MARKS[own], size=0.8, style="seat_1")
        canvas.text((PAY_LEFT - 0.7, PAY_TOP + CELL * (own + 0.5)), MARKS[own], size=0.8, style="seat_0")
        for other in range(2):
            middle = (PAY_LEFT + CELL * (other + 0.5), PAY_TOP + CELL * (own + 0.5))
            is_last = w.turns > 0 and (own, other) == (int(w.played[0]), int(w.played[1]))
            canvas.box(middle, CELL - 0.15, CELL - 0.15, "den" if is_last else "floor")
            known = all_known or int(w.met[own, other]) > 0
            mine = short(float(w.payoff[own, other])) if known else "?"
            theirs = short(float(w.payoff[other, own])) if known else "?"
            canvas.text((middle[0] - 0.6, middle[1] + 0.65), mine, size=0.6, style="seat_0")
            canvas.text((middle[0] + 0.6, middle[1] - 0.65), theirs, size=0.6, style="seat_1")


def short(payoff: float) -> str:
    """A payoff in so few letters that it stays in its half of a cell."""
    return f"{payoff:.1f}" if abs(payoff) >= 1.0 else f"{payoff:.2f}"


def draw_players(w: Any, canvas: Canvas) -> None:
    """Who plays, what each did last, and its mean payoff in the trial."""
    most = max(float(w.payoff.max()), 0.1)
    for seat, role in enumerate(("player", "opponent")):
        y = PAY_TOP + CELL * (seat + 0.5)
        canvas.seat(seat, (11.9, y - 0.3), 0.0, 0.5)
        known = canvas.shows("hidden") and int(w.driver[seat]) == 0
        canvas.text((16.6, y - 0.5), role, size=0.6)
        canvas.text((16.6, y + 0.5), NAMES[int(w.bot_kind[seat])] if known else "", size=0.5, style="muted")
        mean = float(w.earned[seat]) / max(int(w.turns), 1)
        canvas.box((20.5 + 3.5, y), 7.0, 0.9, "floor")
        length = max(7.0 * mean / most, 0.02)
        canvas.box((20.5 + length / 2.0, y), length, 0.9, f"seat_{seat}")
        canvas.text((28.8, y), f"{mean:.2f}", size=0.6)
    canvas.text((24.0, PAY_TOP - 0.5), "payoff a turn, this trial", size=0.6, style="muted")


def status(w: Any, seat: int) -> str:
    """How a seat fares."""
    return f"{float(w.earned[seat]) / max(int(w.turns), 1):.2f} a turn"
