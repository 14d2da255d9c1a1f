"""What a loaded kitchen lacks, what lies about in it, and what can be reached from where."""

from worlds.games.kitchen.classic.constants import COLD, ONION, POT, RIGHT, UP
from worlds.games.kitchen.classic.cooking import filled, has_room
from worlds.kit.cells import ACROSS, ALONG
from worlds.kit.kernel import kernel


@kernel
def room_for(w, thing):
    """How many of an ingredient the pots still take, for the soup that is made here."""
    room = 0
    for row in range(w.tiles.shape[0]):
        for col in range(w.tiles.shape[1]):
            if int(w.tiles[row, col]) == POT and has_room(w, row, col):
                inside = int(w.onions[row, col]) if thing == ONION else int(w.tomatoes[row, col])
                room += max(int(w.want[0 if thing == ONION else 1]) - inside, 0)
    return room


@kernel
def hot_pots(w):
    """Pots that cook or have cooked."""
    count = 0
    for row in range(w.tiles.shape[0]):
        for col in range(w.tiles.shape[1]):
            count += int(int(w.tiles[row, col]) == POT and int(w.clock[row, col]) != COLD)
    return count


@kernel
def begun_pots(w):
    """Pots with something in them."""
    count = 0
    for row in range(w.tiles.shape[0]):
        for col in range(w.tiles.shape[1]):
            count += int(int(w.tiles[row, col]) == POT and filled(w, row, col) > 0)
    return count


@kernel
def pot_to_light(w):
    """Whether a pot holds all that the soup takes and does not cook yet."""
    for row in range(w.tiles.shape[0]):
        for col in range(w.tiles.shape[1]):
            if is_complete(w, row, col):
                return True
    return False


@kernel
def is_complete(w, row, col):
    """Whether a cold pot holds all that the soup takes."""
    if int(w.tiles[row, col]) != POT or int(w.clock[row, col]) != COLD:
        return False
    return filled(w, row, col) >= int(w.want[0]) + int(w.want[1])


@kernel
def carried(w, seat, thing):
    """How many others carry a thing."""
    count = 0
    for other in range(len(w.hand)):
        count += int(other != seat and int(w.hand[other]) == thing)
    return count


@kernel
def lying(w, thing):
    """How many of a thing lie on counters."""
    count = 0
    for row in range(w.tiles.shape[0]):
        for col in range(w.tiles.shape[1]):
            count += int(int(w.lies[row, col]) == thing)
    return count


@kernel
def can_get(w, home, thing, source):
    """Whether one can take a thing from where one can walk: from its source, or from a counter."""
    for row in range(w.tiles.shape[0]):
        for col in range(w.tiles.shape[1]):
            if int(w.tiles[row, col]) == source or int(w.lies[row, col]) == thing:
                if beside(w, row, col, home):
                    return True
    return False


@kernel
def reaches(w, home, code):
    """Whether one can walk up to a tile of this code from a part of the floor."""
    for row in range(w.tiles.shape[0]):
        for col in range(w.tiles.shape[1]):
            if int(w.tiles[row, col]) == code and beside(w, row, col, home):
                return True
    return False


@kernel
def part_at(w, row, col):
    """The part of the floor of a tile; 0 off the floor and off the kitchen."""
    inside = 0 <= row < w.tiles.shape[0] and 0 <= col < w.tiles.shape[1]
    return int(w.region[row, col]) if inside else 0


@kernel
def beside(w, row, col, home):
    """Whether a tile lies at a part of the floor."""
    for move in range(RIGHT, UP + 1):
        if part_at(w, row + ACROSS[move], col + ALONG[move]) == home:
            return True
    return False


@kernel
def is_shared(w, row, col, home):
    """Whether a tile lies at another part of the floor too."""
    for move in range(RIGHT, UP + 1):
        part = part_at(w, row + ACROSS[move], col + ALONG[move])
        if part != 0 and part != home:
            return True
    return False
