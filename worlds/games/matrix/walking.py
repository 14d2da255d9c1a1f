"""How seats walk and take, where they are due, and how bots find their ways."""

from worlds.games.matrix.constants import (
    GO,
    NOTHING,
    PLACES,
    RED,
    ROUND,
    ROUNDS,
    SIGHT,
    STAY,
    TABLES,
    TAKE_BLUE,
    TAKE_RED,
    UP,
)
from worlds.games.matrix.minds import blue_chance
from worlds.kit.cells import ACROSS, ALONG, facing
from worlds.kit.chance import integer, uniform
from worlds.kit.grid import WALL
from worlds.kit.kernel import kernel

FAR_AWAY = 1_000_000  # steps; no way is that long

# --- who meets whom, and where --------------------------------------------------------------------------------------


@kernel
def round_now(w):
    """The round that is played."""
    return min(w.tick // ROUND, ROUNDS - 1)


@kernel
def date_of(w, seat):
    """Which of the other side a seat is to meet in this round, counted within that side."""
    pairs = len(w.bag) // 2
    way = 1 if seat % 2 == 0 else pairs - 1
    return (seat // 2 + way * (round_now(w) + w.shift)) % pairs


@kernel
def seat_of(seat, date):
    """The seat of one of the other side."""
    return 2 * date + 1 - seat % 2


@kernel
def table_of(w, seat):
    """The table where a seat is due in this round: every pair has one of its own."""
    pair = seat // 2 if seat % 2 == 0 else date_of(w, seat)
    return (pair + int(w.turn[round_now(w)])) % TABLES


@kernel
def stands_on(w, seat, place):
    """Whether a seat is at a place."""
    return int(w.row[seat]) == int(w.place[place, 0]) and int(w.col[seat]) == int(w.place[place, 1])


@kernel
def at_stall(w, seat):
    """Whether a seat is at a stall."""
    for stall in range(TABLES, PLACES):
        if stands_on(w, seat, stall):
            return True
    return False


# --- what seats do ---------------------------------------------------------------------------------------------------


@kernel
def can_walk(w, seat, move):
    """Whether a step of a seat ends on floor."""
    return int(w.tiles[int(w.row[seat]) + ACROSS[move], int(w.col[seat]) + ALONG[move]]) != WALL


@kernel
def do(w, seat, choice):
    """One choice of a seat; what is not possible does nothing."""
    if choice == GO:
        goal = goal_of(w, seat)
        choice = step_to(w, seat, goal) if goal >= 0 else STAY
    if choice in (TAKE_RED, TAKE_BLUE):
        if at_stall(w, seat) and int(w.over[seat]) == 0:
            w.bag[seat] = choice - TAKE_RED + RED
    elif choice != STAY and can_walk(w, seat, choice):
        w.row[seat] += ACROSS[choice]
        w.col[seat] += ALONG[choice]
        w.heading[seat] = facing(choice, w.heading[seat])


@kernel
def leads(w, seat, move, place):
    """Whether a step brings a seat nearer to a place."""
    row, col = int(w.row[seat]), int(w.col[seat])
    return int(w.steps[place, row + ACROSS[move], col + ALONG[move]]) < int(w.steps[place, row, col])


@kernel
def stall_in_sight(w, seat):
    """The stall that is nearest by foot among those within sight; −1 if none is."""
    row, col, nearest, found = int(w.row[seat]), int(w.col[seat]), FAR_AWAY, -1
    for stall in range(TABLES, PLACES):
        down, right = int(w.place[stall, 0]) - row, int(w.place[stall, 1]) - col
        if abs(down) <= SIGHT and abs(right) <= SIGHT and int(w.steps[stall, row, col]) < nearest:
            nearest, found = int(w.steps[stall, row, col]), stall
    return found


@kernel
def goal_of(w, seat):
    """Where going on leads: with something in the bag to the own table, else to the nearest stall in sight, if any."""
    return table_of(w, seat) if int(w.bag[seat]) != NOTHING else stall_in_sight(w, seat)


# --- bots ------------------------------------------------------------------------------------------------------------


@kernel
def act(w, seat):
    """A bot walks to the next stall, takes what it means to, and takes it to its table; then it waits at a stall."""
    done = int(w.over[seat]) == 1
    if int(w.bag[seat]) != NOTHING and not done:
        w.action[seat, 0] = step_to(w, seat, table_of(w, seat))
    elif at_stall(w, seat):
        blue = not done and uniform(w) < blue_chance(w, seat, date_of(w, seat))
        w.action[seat, 0] = STAY if done else TAKE_BLUE if blue else TAKE_RED
    else:
        w.action[seat, 0] = step_to(w, seat, handy_stall(w, seat, done))


@kernel
def handy_stall(w, seat, done):
    """The stall on the shortest way to the table; once that is over, simply the nearest."""
    row, col, table = int(w.row[seat]), int(w.col[seat]), table_of(w, seat)
    best, found = FAR_AWAY, TABLES
    for stall in range(TABLES, PLACES):
        way = int(w.steps[stall, row, col])
        if not done:
            way += int(w.steps[table, int(w.place[stall, 0]), int(w.place[stall, 1])])
        if way < best:
            best, found = way, stall
    return found


@kernel
def step_to(w, seat, place):
    """The step that leads nearer to a place; which of several is left to chance."""
    row, col = int(w.row[seat]), int(w.col[seat])
    here, start = int(w.steps[place, row, col]), integer(w, UP)
    for turn in range(UP):
        move = 1 + (start + turn) % UP
        if int(w.steps[place, row + ACROSS[move], col + ALONG[move]]) < here:
            return move
    return STAY
