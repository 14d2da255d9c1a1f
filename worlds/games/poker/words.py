"""What the table of poker shows, in sentences: for who does not see it."""

from typing import Any

from worlds.games.poker.constants import ACTOR, BET, PASS, RAISE, SEATS, SHOWN, VARIANTS, WAYS
from worlds.games.poker.picture import LETTERS, letter

NAMES = {"J": "jack", "Q": "queen", "K": "king", "A": "ace", "T": "ten", "9": "nine"}


def tell(w: Any, seat: int) -> list[str]:
    """What a seat may know now, the last event first."""
    game, hand = VARIANTS[int(w.generator)], min(int(w.hand), len(w.cards) - 1)
    lines = [_ended(w, seat, int(w.hand) - 1)] if w.hand > 0 else []
    if done := _done(w, seat):
        lines.append(f"This round of betting: {done}.")
    if w.hand < w.hands:
        lines.append(f"Hand {hand + 1} of {int(w.hands)}. Your card: {card(w, int(w.cards[hand, seat]))}.")
        if game.rounds == 2:
            lines.append(f"Public card: {card(w, int(w.cards[hand, 2])) if w.stage == 1 else 'not turned up yet'}.")
        own, other = int(w.chips[seat]), int(w.chips[1 - seat])
        lines.append(f"The pot holds {own + other} chips, {own} of them yours.")
    ranks = ", ".join(NAMES[each] for each in LETTERS[game.ranks])
    lines.append(f"The game: {game.name.replace('_', ' ')}, cards from low to high: {ranks}.")
    return lines


def card(w: Any, rank: int) -> str:
    """A card by its name."""
    return NAMES[letter(w, rank)]


def _done(w: Any, seat: int) -> str:
    """What was done in this round of betting."""
    parts, bets = [], 0
    for place, choice in WAYS[int(w.place)]:
        if choice not in (PASS, RAISE):
            break
        who = int(w.first) if ACTOR[place] == 0 else 1 - int(w.first)
        verb = ("raise" if bets else "bet") if choice == RAISE else "call" if place >= BET else "check"
        bets += int(choice == RAISE)
        parts.append(f"you {verb}" if who == seat else f"the other one {verb}s")
    return ", then ".join(parts)


def _ended(w: Any, seat: int, hand: int) -> str:
    """How a hand of this episode ended."""
    how, won = int(w.over[hand]), float(w.won[hand]) * (1.0 if seat == 0 else -1.0)
    if how == SHOWN:
        own, other = (card(w, int(w.cards[hand, each])) for each in (seat, SEATS - 1 - seat))
        shown = f"cards shown: you {own}, the other one {other}"
        if VARIANTS[int(w.generator)].rounds == 2:
            shown += f", public card {card(w, int(w.cards[hand, 2]))}"
    else:
        shown = "you folded" if how == 1 + seat else "the other one folded"
    result = "won" if won > 0 else "lost" if won < 0 else "drew"
    return f"Hand {hand + 1}: {shown}. You {result}" + (f" {abs(won):.2f} bets." if won else ".")
