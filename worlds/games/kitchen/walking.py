"""How cooks walk, take and put; the right room is the left one seen in a mirror."""

from worlds.games.kitchen.constants import (
    BINS,
    NOBODY,
    NOTHING,
    PLACES,
    PORTER,
    STAY,
    TO_BIN,
    TO_POT,
    UP,
    USE,
    WIDTH,
)
from worlds.games.kitchen.habits import mate_of
from worlds.games.kitchen.roster import knob
from worlds.kit.cells import ACROSS, ALONG, facing
from worlds.kit.chance import uniform
from worlds.kit.grid import FLOOR
from worlds.kit.kernel import kernel


@kernel
def side_of(seat):
    """The room of a seat, PORTER or COOK."""
    return seat % 2


@kernel
def mirrored(seat, col):
    """A column as one of the left room."""
    return col if side_of(seat) == PORTER else WIDTH - 1 - col


@kernel
def steps_to(w, seat, place, row, col):
    """Steps from a tile of the seat's room to one of its places."""
    return int(w.steps[place, row, mirrored(seat, col)])


@kernel
def place_at(w, seat):
    """The place at which a seat stands; PLACES if at none."""
    row, col = int(w.row[seat]), int(w.col[seat])
    for place in range(PLACES):
        if steps_to(w, seat, place, row, col) == 0:
            return place
    return PLACES


@kernel
def is_busy(w, seat):
    """Whether a seat still has something to do for its order."""
    return int(w.over[seat]) == 0 and int(w.put_pot[seat]) == NOTHING and mate_of(w, seat) != NOBODY


@kernel
def can_use(w, seat, place):
    """Whether a seat that stands at a place could take or put something there."""
    if place == PLACES or not is_busy(w, seat):
        return False
    return int(w.hand[seat]) != place if place < BINS else int(w.hand[seat]) != NOTHING


@kernel
def can_walk(w, seat, move):
    """Whether a step of a seat ends on floor."""
    return int(w.tiles[int(w.row[seat]) + ACROSS[move], int(w.col[seat]) + ALONG[move]]) == FLOOR


@kernel
def do(w, seat, choice):
    """One choice of a seat; what is not possible does nothing."""
    if choice > USE:
        place = choice - TO_BIN
        if not can_use(w, seat, place):
            return
        choice = step_to(w, seat, place)
        if choice == STAY:
            use(w, seat, place)
    if choice == USE:
        place = place_at(w, seat)
        if can_use(w, seat, place):
            use(w, seat, place)
    elif choice != STAY and can_walk(w, seat, choice):
        w.row[seat] += ACROSS[choice]
        w.col[seat] += ALONG[choice]
        w.heading[seat] = facing(choice, w.heading[seat])


@kernel
def use(w, seat, place):
    """Take from a bin, or put into a pot, under its lid."""
    if place < BINS:
        w.hand[seat] = place
        return
    w.put_item[seat], w.put_pot[seat] = w.hand[seat], place - BINS
    w.put_at[seat] = w.tick
    w.hand[seat] = NOTHING


@kernel
def step_to(w, seat, place):
    """The step that leads nearer to a place; STAY at the place itself."""
    row, col = int(w.row[seat]), int(w.col[seat])
    here = steps_to(w, seat, place, row, col)
    for move in range(1, UP + 1):
        if here > 0 and steps_to(w, seat, place, row + ACROSS[move], col + ALONG[move]) < here:
            return move
    return STAY


@kernel
def act(w, seat):
    """A bot rests, fetches what it has in mind, and takes it where it has in mind; at its own pace."""
    w.action[seat, 0] = STAY
    if not is_busy(w, seat):
        return
    if w.rest[seat] > 0:
        w.rest[seat] -= 1
    elif uniform(w) < w.bot_knob[seat, knob.pace]:
        item = int(w.plan_item[seat])
        w.action[seat, 0] = TO_POT + int(w.plan_pot[seat]) if int(w.hand[seat]) == item else TO_BIN + item


assert TO_POT == TO_BIN + BINS
