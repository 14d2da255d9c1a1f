"""How the repeated game stands, in sentences: for who does not see it."""

from typing import Any

from worlds.classics.repeated.constants import SLIPPED_C, TURNS

DONE = ("cooperated", "defected")
WAYS = ("cooperate", "defect")


def tell(w: Any, seat: int) -> list[str]:
    """What a seat may know now, the last event first."""
    lines, turns = [], int(w.turns)
    if turns > 0:
        own, other = int(w.played[seat]), int(w.played[1 - seat])
        last = (turns - 1) % len(w.past[seat])
        slips = [" by a slip" if int(w.past[who, last]) >= SLIPPED_C else "" for who in (seat, 1 - seat)]
        lines.append(
            f"Turn {turns}: you {DONE[own]}{slips[0]}, the other one {DONE[other]}{slips[1]}."
            f" It paid you {float(w.payoff[own, other]):.2g} and the other one {float(w.payoff[other, own]):.2g}."
        )
    if w.tick < TURNS:
        lines.append(f"Turn {int(w.tick) + 1} of {TURNS} of this episode is next.")
    met = w.met if seat == 0 else w.met.T
    for own, mine in enumerate(WAYS):
        for other, theirs in enumerate(WAYS):
            paid = f"pays you {float(w.payoff[own, other]):.2g}" if met[own, other] else "has not come up yet"
            lines.append(f"If you {mine} and the other one {theirs}s: it {paid}.")
    return lines
