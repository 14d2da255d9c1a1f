"""The scripted cooks of loaded kitchens: what each does next, and how it gets there.

A cook thinks anew at every tick. Its job follows from what it carries and from what the kitchen lacks; then it walks to
the nearest tile where the job can be done, round all others if there is a way. Who cannot reach the pots, or the
window, lays things down where somebody else can take them.
"""

from worlds.games.kitchen.classic.constants import (
    COLD,
    COUNTER,
    DECISIONS,
    DISH,
    DISHES,
    FLOOR,
    LEFT,
    NOTHING,
    ONION,
    ONIONS,
    POT,
    RIGHT,
    SOUP,
    STAY,
    TOMATO,
    TOMATOES,
    UP,
    USE,
    WINDOW,
)
from worlds.games.kitchen.classic.cooking import filled, has_room, is_ready
from worlds.games.kitchen.classic.needs import (
    begun_pots,
    can_get,
    carried,
    hot_pots,
    is_complete,
    is_shared,
    lying,
    part_at,
    pot_to_light,
    reaches,
    room_for,
)
from worlds.games.kitchen.classic.roster import kind, knob
from worlds.games.kitchen.classic.state import FAR
from worlds.kit.cells import ACROSS, ALONG
from worlds.kit.chance import integer, uniform
from worlds.kit.kernel import kernel

WAIT, GET_ONION, GET_TOMATO, GET_DISH, GET_SOUP, FILL, DISH_UP, SERVE, PASS, DROP, LIGHT = range(11)  # jobs
NOWHERE = 1_000_000.0
PLACE_WEIGHT = 30.0  # steps that a counter at the other end of the kitchen seems farther
SHY = 4.0  # steps that a pot without a single thing seems farther than one that is begun
NAP = 0.9  # chance to go on resting


@kernel
def act(w, seat):
    """One decision."""
    w.action[seat, 0] = STAY
    if rests(w, seat) or uniform(w) >= w.bot_knob[seat, knob.pace]:
        return
    job = job_of(w, seat)
    if job == WAIT:
        w.action[seat, 0] = make_room(w, seat)
        return
    spread(w, seat, True)
    place = nearest(w, seat, job)
    if place < 0:  # others are in the way: as if they were not
        spread(w, seat, False)
        place = nearest(w, seat, job)
    if place >= 0:
        w.action[seat, 0] = towards(w, seat, place)


@kernel
def rests(w, seat):
    """Whether an idler is at rest: it goes on doing so with a high chance."""
    mine = int(w.bot_kind[seat])
    if mine != kind.idler and mine != kind.sleeper:
        return False
    still = w.action[seat, 0] == STAY and int(w.idle[seat]) == 1
    w.idle[seat] = int(uniform(w) < (NAP if still else w.bot_knob[seat, knob.idle]))
    return int(w.idle[seat]) == 1


# --- what to do ----------------------------------------------------------------------------------------------------


@kernel
def job_of(w, seat):
    """What a cook does next, by what it carries."""
    hand, home = int(w.hand[seat]), int(w.region[int(w.row[seat]), int(w.col[seat])])
    if hand == SOUP:
        return SERVE if reaches(w, home, WINDOW) else PASS
    if hand == DISH:
        if not reaches(w, home, POT):
            return PASS
        return DISH_UP if hot_pots(w) > 0 else WAIT
    if hand != NOTHING:
        if not reaches(w, home, POT):
            return PASS
        if room_for(w, hand) > 0:
            return FILL
        return DROP if dishes_needed(w, seat, home) > 0 else WAIT
    if reaches(w, home, WINDOW) and lying(w, SOUP) > 0:
        return GET_SOUP
    if reaches(w, home, POT) and pot_to_light(w):
        return LIGHT
    return errand(w, seat, home)


@kernel
def errand(w, seat, home):
    """What a cook with empty hands fetches: ingredients or a dish, by need and by taste."""
    mine, station = int(w.bot_kind[seat]), w.bot_knob[seat, knob.station]
    if mine == kind.turncoat:
        station = 0.0 if w.tick < DECISIONS // 2 else 1.0
    thing = thing_needed(w, seat, home)
    dish = dishes_needed(w, seat, home) > 0 and can_get(w, home, DISH, DISHES) and mine != kind.grocer
    if mine == kind.butler:
        thing = NOTHING
    if dish and (thing == NOTHING or station > 1.0 / 3.0):
        return GET_DISH
    if thing == NOTHING:
        return WAIT
    return GET_ONION if thing == ONION else GET_TOMATO


@kernel
def thing_needed(w, seat, home):
    """The ingredient that pots lack and that nobody brings; NOTHING if none does, or if it cannot be had."""
    passes = not reaches(w, home, POT)
    for thing, source in ((ONION, ONIONS), (TOMATO, TOMATOES)):
        room = room_for(w, thing) - carried(w, seat, thing) - (lying(w, thing) if passes else 0)
        if room > 0 and can_get(w, home, thing, source):
            return thing
    return NOTHING


@kernel
def dishes_needed(w, seat, home):
    """Pots on the fire for which nobody has a dish; who likes to serve thinks of all that are begun."""
    passes = not reaches(w, home, POT)
    pots = begun_pots(w) if w.bot_knob[seat, knob.station] > 2.0 / 3.0 else hot_pots(w)
    return pots - carried(w, seat, DISH) - (lying(w, DISH) if passes else 0)


# --- where to ------------------------------------------------------------------------------------------------------


@kernel
def spread(w, seat, round_others):
    """``away``: steps from a cook to every tile of the floor, FAR where there is no way."""
    rows, cols = w.tiles.shape
    for row in range(rows):
        for col in range(cols):
            w.away[row, col] = FAR
    if round_others:
        for other in range(len(w.hand)):
            w.away[int(w.row[other]), int(w.col[other])] = FAR + 1
    w.away[int(w.row[seat]), int(w.col[seat])] = 0
    for steps in range(FAR):
        grown = False
        for row in range(1, rows - 1):
            for col in range(1, cols - 1):
                if int(w.away[row, col]) != steps:
                    continue
                for move in range(RIGHT, UP + 1):
                    there, across = row + ACROSS[move], col + ALONG[move]
                    if int(w.tiles[there, across]) == FLOOR and int(w.away[there, across]) == FAR:
                        w.away[there, across] = steps + 1
                        grown = True
        if not grown:
            return


@kernel
def nearest(w, seat, job):
    """The tile (its number, row by row) where a job is done soonest; −1 if nowhere."""
    rows, cols = w.tiles.shape
    home = int(w.region[int(w.row[seat]), int(w.col[seat])])
    best, found = NOWHERE, -1
    for row in range(rows):
        for col in range(cols):
            if int(w.tiles[row, col]) == FLOOR or not suits(w, seat, job, row, col, home):
                continue
            cost = steps_beside(w, row, col) + extra(w, seat, job, row, col)
            if cost < best:
                best, found = cost, row * cols + col
    return found


@kernel
def steps_beside(w, row, col):
    """Steps to the nearest tile from which one can use another; NOWHERE if there is none."""
    best = NOWHERE
    for move in range(RIGHT, UP + 1):
        there, across = row + ACROSS[move], col + ALONG[move]
        if part_at(w, there, across) != 0 and int(w.away[there, across]) < FAR:
            best = min(best, float(int(w.away[there, across])))
    return best


@kernel
def suits(w, seat, job, row, col, home):
    """Whether a job can be done at a tile."""
    tile, lies = int(w.tiles[row, col]), int(w.lies[row, col])
    if job in (GET_ONION, GET_TOMATO):
        thing, source = (ONION, ONIONS) if job == GET_ONION else (TOMATO, TOMATOES)
        return tile == source or lies == thing
    if job == GET_DISH:
        return tile == DISHES or lies == DISH
    if job == GET_SOUP:
        return lies == SOUP
    if job == FILL:
        thing = 0 if int(w.hand[seat]) == ONION else 1
        inside = int(w.onions[row, col]) if thing == 0 else int(w.tomatoes[row, col])
        return tile == POT and has_room(w, row, col) and inside < int(w.want[thing])
    if job == DISH_UP:
        return tile == POT and int(w.clock[row, col]) != COLD
    if job == SERVE:
        return tile == WINDOW
    if job == LIGHT:
        return is_complete(w, row, col)
    free = tile == COUNTER and lies == NOTHING
    return free and (job == DROP or is_shared(w, row, col, home))


@kernel
def extra(w, seat, job, row, col):
    """What a tile costs beside the way to it, in steps."""
    if job == PASS:
        rows, cols = w.tiles.shape
        return PLACE_WEIGHT * abs((row * cols + col) / (rows * cols) - w.bot_knob[seat, knob.hand])
    if job == FILL:
        return 0.0 if filled(w, row, col) > 0 else SHY
    if job == DISH_UP and not is_ready(w, row, col):
        return float(int(w.time[int(w.onions[row, col]), int(w.tomatoes[row, col])]) - int(w.clock[row, col]))
    return 0.0


@kernel
def towards(w, seat, place):
    """The choice that brings a cook nearer to using a tile: a step, a turn to it, or the use itself."""
    cols = w.tiles.shape[1]
    row, col = place // cols, place % cols
    here, across = int(w.row[seat]), int(w.col[seat])
    stand, best = -1, FAR
    for move in range(RIGHT, UP + 1):
        there, beside_it = row + ACROSS[move], col + ALONG[move]
        if part_at(w, there, beside_it) != 0 and int(w.away[there, beside_it]) < best:
            stand, best = there * cols + beside_it, int(w.away[there, beside_it])
    if stand < 0:
        return STAY
    if best == 0:
        for move in range(RIGHT, UP + 1):
            if here + ACROSS[move] == row and across + ALONG[move] == col:
                return wait_or_use(w, seat, row, col) if int(w.facing[seat]) == move else move
    return first_step(w, seat, stand // cols, stand % cols)


@kernel
def wait_or_use(w, seat, row, col):
    """Use what one looks at; wait before a pot that still cooks."""
    cooking = int(w.tiles[row, col]) == POT and int(w.clock[row, col]) != COLD and not is_ready(w, row, col)
    return STAY if cooking else USE


@kernel
def first_step(w, seat, row, col):
    """The first step of the way to a tile, found backwards; aside if somebody stands on it, as often as one yields."""
    for steps in range(int(w.away[row, col]), 0, -1):
        for move in range(RIGHT, UP + 1):
            before, beside_it = row - ACROSS[move], col - ALONG[move]
            if part_at(w, before, beside_it) != 0 and int(w.away[before, beside_it]) == steps - 1:
                if steps == 1:
                    return step_aside(w, seat, move) if is_taken(w, seat, row, col) else move
                row, col = before, beside_it
                break
    return STAY


@kernel
def is_taken(w, seat, row, col):
    """Whether somebody else stands on a tile."""
    for other in range(len(w.hand)):
        if other != seat and int(w.row[other]) == row and int(w.col[other]) == col:
            return True
    return False


@kernel
def make_room(w, seat):
    """What a cook does who has nothing to do: it stands still, and half of the time goes out of the way of one beside
    it."""
    row, col = int(w.row[seat]), int(w.col[seat])
    for move in range(RIGHT, UP + 1):
        if is_taken(w, seat, row + ACROSS[move], col + ALONG[move]):
            return 1 + integer(w, UP) if uniform(w) < 0.5 else STAY
    return STAY


@kernel
def step_aside(w, seat, move):
    """Some way, as often as a cook yields; else on as before."""
    return 1 + integer(w, UP) if uniform(w) < w.bot_knob[seat, knob.yields] else move


assert LEFT < UP
