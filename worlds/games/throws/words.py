"""What the last throws were, in sentences: for who does not see them."""

from typing import Any

from worlds.games.throws.picture import NAMES, thrown


def tell(w: Any, seat: int) -> list[str]:
    """What a seat may know now, the last event first."""
    lines = []
    if w.thrown > 0:
        own, other = thrown(w, seat, 0), thrown(w, 1 - seat, 0)
        gain = (own - other + 4) % 3 - 1
        result = "You win" if gain > 0 else "You lose" if gain < 0 else "A draw"
        number = f"Throw {int(w.tick)}" if w.tick > 0 else "Last throw of the episode before"
        lines.append(f"{number}: you {NAMES[own]}, the other one {NAMES[other]}. {result}.")
    lines.append(f"You won {int(w.wins[seat])}, the other one {int(w.wins[1 - seat])}.")
    for who, words in ((seat, "You threw"), (1 - seat, "The other one threw")):
        counts = ", ".join(f"{name} {int(w.count[who, throw])}" for throw, name in enumerate(NAMES))
        lines.append(f"{words} in this episode: {counts}.")
    return lines
