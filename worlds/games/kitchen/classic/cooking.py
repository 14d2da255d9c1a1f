"""What cooks do in a loaded kitchen: step, collide, take, put, cook and serve, as Overcooked-AI does it.

First everybody who uses something does so, in the order of the seats; then all move at once, and if any two would
collide or swap places nobody moves; then pots cook. A full pot begins by itself. Where a soup of less than a full pot
is worth anything, a pot with less begins when it is used with empty hands.
"""

from worlds.games.kitchen.classic.constants import (
    COLD,
    COUNTER,
    DISH,
    DISHES,
    FLOOR,
    NOTHING,
    ONION,
    ONIONS,
    POT,
    SOUP,
    SOUP_POINTS,
    STAY,
    TOMATO,
    TOMATOES,
    USE,
    WINDOW,
    WORTH_DISH,
    WORTH_PUT,
    WORTH_SOUP,
)
from worlds.kit.cells import ACROSS, ALONG, facing
from worlds.kit.kernel import kernel


@kernel
def is_ready(w, row, col):
    """Whether the soup in a pot is done."""
    ticks = int(w.clock[row, col])
    return ticks != COLD and ticks >= int(w.time[int(w.onions[row, col]), int(w.tomatoes[row, col])])


@kernel
def filled(w, row, col):
    """Things in a pot."""
    return int(w.onions[row, col]) + int(w.tomatoes[row, col])


@kernel
def has_room(w, row, col):
    """Whether a pot takes another thing."""
    return int(w.clock[row, col]) == COLD and filled(w, row, col) < w.holds


@kernel
def can_use(w, seat):
    """Whether using what a cook looks at would do anything."""
    move = int(w.facing[seat])
    row, col = int(w.row[seat]) + ACROSS[move], int(w.col[seat]) + ALONG[move]
    tile, hand = int(w.tiles[row, col]), int(w.hand[seat])
    if tile == COUNTER:
        return (hand == NOTHING) != (int(w.lies[row, col]) == NOTHING)
    if tile in (ONIONS, TOMATOES, DISHES):
        return hand == NOTHING
    if tile == POT:
        if hand == NOTHING:
            return int(w.by_hand) == 1 and int(w.clock[row, col]) == COLD and filled(w, row, col) > 0
        return is_ready(w, row, col) if hand == DISH else hand != SOUP and has_room(w, row, col)
    return tile == WINDOW and hand == SOUP


@kernel
def use(w, seat, rewards):
    """Take, put, fill, begin to cook, dish up or serve; nothing where it would do nothing."""
    if not can_use(w, seat):
        return
    move = int(w.facing[seat])
    row, col = int(w.row[seat]) + ACROSS[move], int(w.col[seat]) + ALONG[move]
    tile = int(w.tiles[row, col])
    if tile == COUNTER:
        use_counter(w, seat, row, col)
    elif tile == ONIONS:
        w.hand[seat] = ONION
    elif tile == TOMATOES:
        w.hand[seat] = TOMATO
    elif tile == DISHES:
        w.hand[seat] = DISH
        if is_dish_useful(w):
            deed(w, seat, WORTH_DISH, rewards)
    elif tile == POT:
        use_pot(w, seat, row, col, rewards)
    else:
        serve(w, seat, rewards)


@kernel
def use_counter(w, seat, row, col):
    """Lay down or pick up."""
    if int(w.hand[seat]) == NOTHING:
        w.hand[seat], w.lies[row, col] = w.lies[row, col], NOTHING
        w.hand_onions[seat], w.onions[row, col] = w.onions[row, col], 0
        w.hand_tomatoes[seat], w.tomatoes[row, col] = w.tomatoes[row, col], 0
    else:
        w.lies[row, col], w.hand[seat] = w.hand[seat], NOTHING
        w.onions[row, col], w.hand_onions[seat] = w.hand_onions[seat], 0
        w.tomatoes[row, col], w.hand_tomatoes[seat] = w.hand_tomatoes[seat], 0


@kernel
def use_pot(w, seat, row, col, rewards):
    """Put something in, dish up, or light the fire."""
    hand = int(w.hand[seat])
    if hand == NOTHING:
        w.clock[row, col] = 0
    elif hand == DISH:
        w.hand[seat] = SOUP
        w.hand_onions[seat], w.onions[row, col] = w.onions[row, col], 0
        w.hand_tomatoes[seat], w.tomatoes[row, col] = w.tomatoes[row, col], 0
        w.clock[row, col] = COLD
        deed(w, seat, WORTH_SOUP, rewards)
    else:
        w.onions[row, col] += int(hand == ONION)
        w.tomatoes[row, col] += int(hand == TOMATO)
        w.hand[seat] = NOTHING
        w.puts[seat] += 1
        rewards[seat] += WORTH_PUT / SOUP_POINTS * w.shaped


@kernel
def deed(w, seat, worth, rewards):
    """A useful dish or a soup on a dish: paid to who did it, where that is paid."""
    w.fetched[seat] += 1
    rewards[seat] += worth / SOUP_POINTS * w.shaped


@kernel
def is_dish_useful(w):
    """Whether there are more pots that cook or have cooked than dishes in hands, and no dish lies about."""
    pots, dishes = 0, 0
    for row in range(w.tiles.shape[0]):
        for col in range(w.tiles.shape[1]):
            if int(w.tiles[row, col]) == POT:
                pots += int(filled(w, row, col) > 0)
            elif int(w.lies[row, col]) == DISH:
                return False
    for seat in range(len(w.hand)):
        dishes += int(int(w.hand[seat]) == DISH)
    return dishes <= pots  # the one just taken counts among them


@kernel
def serve(w, seat, rewards):
    """A soup goes out: all are paid what it is worth."""
    value = w.value[int(w.hand_onions[seat]), int(w.hand_tomatoes[seat])]
    w.hand[seat], w.hand_onions[seat], w.hand_tomatoes[seat] = NOTHING, 0, 0
    w.points += value
    w.served[seat] += 1
    for other in range(len(w.hand)):
        rewards[other] += value / SOUP_POINTS


@kernel
def goes_to(w, seat, move):
    """Row and column where a move would lead; nobody walks onto anything but floor."""
    row, col = int(w.row[seat]), int(w.col[seat])
    if move != STAY and move != USE and int(w.tiles[row + ACROSS[move], col + ALONG[move]]) == FLOOR:
        return row + ACROSS[move], col + ALONG[move]
    return row, col


@kernel
def walk(w, actions):
    """All turn and move at once, or nobody moves where two would collide."""
    clash = False
    for seat in range(len(w.hand)):
        row, col = goes_to(w, seat, actions[seat, 0])
        for other in range(seat):
            there, across = goes_to(w, other, actions[other, 0])
            same = row == there and col == across
            swap = row == w.row[other] and col == w.col[other] and there == w.row[seat] and across == w.col[seat]
            if same or swap:
                clash = True
                w.blocked[seat] += 1
                w.blocked[other] += 1
    for seat in range(len(w.hand)):
        move = actions[seat, 0]
        row, col = goes_to(w, seat, move)
        if move != STAY and move != USE:
            w.facing[seat] = move
            w.heading[seat] = facing(move, w.heading[seat])
        if not clash:
            w.row[seat], w.col[seat] = row, col


@kernel
def cook(w):
    """A tick on the fire; full pots begin by themselves."""
    for row in range(w.tiles.shape[0]):
        for col in range(w.tiles.shape[1]):
            if int(w.tiles[row, col]) == POT:
                if int(w.clock[row, col]) == COLD and filled(w, row, col) == w.holds:
                    w.clock[row, col] = 0
                if int(w.clock[row, col]) != COLD and not is_ready(w, row, col):
                    w.clock[row, col] += 1
