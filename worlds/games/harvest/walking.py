"""The rota that says who picks where with whom, how seats walk, and what bots choose."""

from worlds.games.harvest.constants import GO, PATCHES, RIGHT, ROUND, ROUNDS, STAY, UP, WALK
from worlds.games.harvest.minds import harvest_choice
from worlds.kit.cells import ACROSS, ALONG, facing
from worlds.kit.chance import integer
from worlds.kit.grid import WALL
from worlds.kit.kernel import kernel

# --- the rota --------------------------------------------------------------------------------------------------------


@kernel
def round_now(w):
    """The round that is played."""
    return min(w.tick // ROUND, ROUNDS - 1)


@kernel
def has_rung(w):
    """Whether the bell of this round has rung, so that picking is allowed."""
    return w.tick % ROUND >= WALK


@kernel
def partner(seat, turn, seats):
    """Whom a seat is sent out with at a turn of the rota: everybody with everybody, one after the other.

    That is the circle method for round robins (Kirkman 1847): all but one stand in a circle. Of an odd number one
    stays alone; it is given the number ``seats``.
    """
    circle = seats + seats % 2 - 1
    if seat == circle:
        return turn % circle
    other = (2 * turn - seat) % circle
    return circle if other == seat else other


@kernel
def send_out(w, turn):
    """Everybody gets a partner and each pair a patch of its own."""
    seats, pairs = len(w.mate), 0
    for seat in range(seats):
        mate = min(partner(seat, w.shift + turn, seats), seats)
        w.mate[seat] = mate
        if mate > seat:
            w.due[seat] = (pairs + int(w.turn[turn])) % PATCHES
            pairs += 1
        else:
            w.due[seat] = w.due[mate]


@kernel
def is_at(w, seat, patch):
    """Whether a seat stands in a patch or beside it."""
    return int(w.steps[patch, int(w.row[seat]), int(w.col[seat])]) <= 1


@kernel
def may_pick(w, seat):
    """Whether a seat can do more than walk: at its patch, after the bell, on its feet."""
    return has_rung(w) and w.down[seat] == 0 and is_at(w, seat, w.due[seat])


@kernel
def is_together(w, seat):
    """Whether whom a seat is sent out with is at their patch too."""
    mate = w.mate[seat]
    return mate < len(w.mate) and is_at(w, mate, w.due[seat])


# --- steps -----------------------------------------------------------------------------------------------------------


@kernel
def can_walk(w, seat, move):
    """Whether a step of a seat ends on floor."""
    return int(w.tiles[int(w.row[seat]) + ACROSS[move], int(w.col[seat]) + ALONG[move]]) != WALL


@kernel
def walk(w, seat, choice):
    """One step, if there is one to take; going on leads to the heart of the own patch."""
    if w.down[seat] > 0:
        return
    if choice == GO:
        choice = step_on(w, seat)
    if STAY < choice <= UP and can_walk(w, seat, choice):
        w.row[seat] += ACROSS[choice]
        w.col[seat] += ALONG[choice]
        w.heading[seat] = facing(choice, w.heading[seat])


@kernel
def step_on(w, seat):
    """The step that leads nearer to the own patch; which of several is left to chance."""
    row, col, patch = int(w.row[seat]), int(w.col[seat]), w.due[seat]
    here = int(w.steps[patch, row, col])
    if here == 0:
        return STAY
    start = integer(w, UP)
    for turn in range(UP):
        move = RIGHT + (start + turn) % UP
        if int(w.steps[patch, row + ACROSS[move], col + ALONG[move]]) < here:
            return move
    return STAY


@kernel
def act(w, seat):
    """A bot walks to its patch, waits for the bell, and then does what its mood says."""
    if w.down[seat] > 0:
        w.action[seat, 0] = STAY
    elif has_rung(w) and is_at(w, seat, w.due[seat]):
        w.action[seat, 0] = harvest_choice(w, seat, is_together(w, seat))
    else:
        at_heart = int(w.steps[w.due[seat], int(w.row[seat]), int(w.col[seat])]) == 0
        w.action[seat, 0] = STAY if at_heart else GO
