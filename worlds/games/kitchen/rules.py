"""Kitchen: put your half of a dish into the pot where your mate puts his; nobody tells you which it will be.

Rules    A wall divides the kitchen, and three pots stand in it, under lids. Porters work in the left room, cooks in the
         right one, and neither sees the other. For every order, which comes from one of three guests, a porter and a
         cook each fetch one thing from one of three bins in their room and put it into one of the pots. When both have
         done so, the lids are lifted. Two things in one pot are a dish; each thing of the porters goes together with
         one of the cooks, and only now it shows whether these two do. Things in two pots are lost, and so is a thing
         that stays alone in a pot for too long, or an order that takes 24 ticks. Then the next orders come in. With
         more than two seats everybody has another mate in every round, and of three one porter has a break.
Who      porter_0, cook_1, and with 3 or 4 seats porter_2, cook_3.
Actions  go: stay, right, down, left, up, use what one stands at, or on to one of three bins or pots (a step on the
         shortest way; there: take, or put in). What does nothing is masked.
Seen     own: role, place, what one carries, whether one has put it in · ways · far: steps to bins and pots · order:
         guest, age, over, how long the own thing is in a pot · last: what this mate and oneself brought last in this
         episode and where, how that went, whether it was just now · board: what went together in this episode · clock ·
         mates: with whom one works · things: the mate whose order is just over and the situations that its pot and
         ingredient went by; then, while an order is on, the same of what they may go by now, for memories with a row
         for each.
Hidden   who the others are, by what they choose, how fast and how lazy they are, to whom they give in;
         what goes together; how long things keep; what happens in the other room.
Reward   each of the two: +2 for a dish that goes together, +0.5 for another one, −0.25 for an order that failed, and
         +0.25 for putting something in.
End      truncated after 72 ticks.
Varies   the kitchen (open, island, galley, alcoves; test: posts, bar; final: hook), bins and pots; what goes together;
         how long things keep; the others, of 13 kinds with habits of their own, pace, rests and lapses. Built with
         layout=FILE it is a kitchen in Overcooked-AI's layout format, by the rules of that game: 400 ticks, 20 points
         for a soup of three onions; cramped_room, asymmetric_advantages, coordination_ring, forced_coordination and
         counter_circuit are at hand by their names.
Headroom scripted players (tests/tools/headroom/kitchen.py, 600 tasks), mean return of episodes 3 to 5 of train /
         test-opponent, ± 0.2: told all 9.0 / 9.1; told the others alone 7.1 / 7.2; told the kitchen alone 3.2 / 3.1;
         Bayes player who remembers the trial 7.9 / 7.1 (by episode on train 2.9, 5.7, 7.3, 8.1, 8.3); the same, wiped
         at every episode start 2.8 / 2.7; always the same pot and thing 2.2 / 1.8; best single bot 2.1 / 1.8; by
         chance 1.9 / 1.9. So remembering is worth 6.2 at most, and knowing the others alone 70 % of that. On a reduced
         model of five orders: told 10.0, told the others 8.1, told the kitchen 3.9, remembers 9.1, wiped 3.3, by chance
         2.1. Nobody earns anything alone: who stands still takes every dish from both (interdependence 1).
Version  1.
"""

from typing import Any

from worlds.games.kitchen.classic.rules import build_from
from worlds.games.kitchen.constants import (
    BINS,
    CHOICES,
    DECISIONS,
    FAILED,
    GUESTS,
    HEIGHT,
    LIMIT,
    NEWS,
    NOBODY,
    NOTHING,
    PAY,
    PLACES,
    PLAIN,
    POTS,
    PUT,
    RIGHT,
    ROOM,
    SIZES,
    STAY,
    TICK,
    TIME_IS_UP,
    TO_BIN,
    UP,
    USE,
)
from worlds.games.kitchen.generators import GENERATORS, draw_task, solvable, walled_in
from worlds.games.kitchen.habits import draw_population, make_up_its_mind, mate_of, note_situations
from worlds.games.kitchen.legend import LEGEND
from worlds.games.kitchen.picture import CONTROLS, EXTENT, draw, status
from worlds.games.kitchen.roster import BOTS, KNOBS, ROLES
from worlds.games.kitchen.senses import (
    BOARD,
    LAST,
    NAMED_ROWS,
    OF_MATE,
    ORDER,
    OWN,
    SEAT_FIGURES,
    figures,
    observe,
    reveal,
)
from worlds.games.kitchen.state import state
from worlds.games.kitchen.walking import act, can_use, can_walk, do, mirrored, place_at
from worlds.kit.chance import integer
from worlds.kit.grid import FLOOR
from worlds.kit.kernel import kernel
from worlds.kit.observation import Pieces
from worlds.world import (
    RUNNING,
    Action,
    Bots,
    Cause,
    Figure,
    Kernels,
    Numbers,
    Refused,
    Seat,
    Shares,
    Timing,
    View,
    World,
)

# --- an episode ------------------------------------------------------------------------------------------------------


@kernel
def begin(w):
    """One episode of the same task: everybody somewhere in his room, and the first orders."""
    w.turn = w.began = 0
    w.shift = integer(w, 2)
    for own in range(BINS):
        for theirs in range(BINS):
            w.board[own, theirs] = 0
    row, col = some_tile(w)
    for seat in range(len(w.hand)):
        if seat == 2:  # the second of a room stands somewhere else
            row, col = some_tile(w)
        w.row[seat], w.col[seat] = row, mirrored(seat, col)
        w.heading[seat] = 0.0
        w.rights[seat] = w.plains[seat] = w.fails[seat] = w.burns[seat] = w.puts[seat] = w.flash[seat] = 0
        w.fresh[seat] = w.late[seat] = 0
        w.lately[seat] = NOBODY
        for mate in range(w.brought.shape[1]):
            w.brought[seat, mate] = w.place[seat, mate] = NOTHING
            w.went[seat, mate] = FAILED
            w.ever[seat, mate] = 0
    begin_round(w)


@kernel
def some_tile(w):
    """A free tile of the left room."""
    start = integer(w, ROOM * (HEIGHT - 2))
    for turn in range(ROOM * (HEIGHT - 2)):
        place = (start + turn) % (ROOM * (HEIGHT - 2))
        row, col = 1 + place // ROOM, 1 + place % ROOM
        if int(w.tiles[row, col]) == FLOOR:
            return row, col
    return 1, 1


@kernel
def begin_round(w):
    """Orders come in: one for every porter and his mate. Strangers make up their minds."""
    w.began = w.tick
    for seat in range(len(w.hand)):
        w.hand[seat] = w.put_item[seat] = w.put_pot[seat] = NOTHING
        w.put_at[seat] = w.rest[seat] = w.over[seat] = 0
    for seat in range(0, len(w.hand), 2):
        mate, guest = mate_of(w, seat), integer(w, GUESTS)
        w.guest[seat] = guest
        if mate != NOBODY:
            w.guest[mate] = guest
    for seat in range(len(w.hand)):
        mate = mate_of(w, seat)
        if mate == NOBODY:
            w.over[seat] = 1
        else:
            note_situations(w, seat, mate)
            make_up_its_mind(w, seat, mate)


# --- one tick --------------------------------------------------------------------------------------------------------


@kernel
def step(w, actions, rewards):
    """Once all orders are over, the next ones come in; everybody acts; it shows what came of each order."""
    if all_over(w):
        w.turn += 1
        begin_round(w)
    for seat in range(len(w.hand)):
        w.fresh[seat] = 0
        w.flash[seat] = max(w.flash[seat] - 1, 0)
        before = int(w.put_pot[seat])
        do(w, seat, actions[seat, 0])
        if int(w.put_pot[seat]) != before:
            w.puts[seat] += 1
            rewards[seat] += PUT
    for seat in range(0, len(w.hand), 2):
        if int(w.over[seat]) == 0:
            look_at_order(w, seat, mate_of(w, seat), rewards)


@kernel
def all_over(w):
    """Whether nobody has an order any more."""
    for seat in range(len(w.hand)):
        if int(w.over[seat]) == 0:
            return False
    return True


@kernel
def look_at_order(w, porter, cook, rewards):
    """The order of two: over when both have put something in, when one has burnt, or after too long."""
    here, there = int(w.put_pot[porter]), int(w.put_pot[cook])
    if here != NOTHING and there != NOTHING:
        went = FAILED
        if here == there:
            fits = int(w.recipe[int(w.put_item[porter])]) == int(w.put_item[cook])
            went = RIGHT if fits else PLAIN
            write_on_board(w, int(w.put_item[porter]), int(w.put_item[cook]), went)
        settle(w, porter, cook, went, 0, rewards)
        return
    alone = here != NOTHING or there != NOTHING
    since = w.tick - max(w.put_at[porter], w.put_at[cook])
    if (alone and since >= w.keeps) or w.tick + 1 - w.began >= LIMIT:
        settle(w, porter, cook, FAILED, 1, rewards)


@kernel
def write_on_board(w, leek, fish, went):
    """What was just found out: 1 these two do not go together, 2 they do."""
    w.board[leek, fish] = w.known[leek, fish] = went


@kernel
def settle(w, porter, cook, went, late, rewards):
    """An order is over: both are paid and remember what each put where."""
    for seat in (porter, cook):
        w.lately[seat] = cook if seat == porter else porter
        mate = w.lately[seat] // 2
        rewards[seat] += PAY[went]
        w.rights[seat] += int(went == RIGHT)
        w.plains[seat] += int(went == PLAIN)
        w.fails[seat] += int(went == FAILED)
        w.burns[seat] += late
        w.went[seat, mate] = went
        w.ever[seat, mate] = w.over[seat] = w.fresh[seat] = 1
        w.late[seat] = late
        w.flash[seat] = NEWS
        if int(w.put_pot[seat]) != NOTHING:
            w.brought[seat, mate], w.place[seat, mate] = w.put_item[seat], w.put_pot[seat]


@kernel
def ended(w, seat):
    """Everyone works until the time is up."""
    return TIME_IS_UP if w.tick >= DECISIONS else 0


@kernel
def legal(w, seat, out):
    """One can stay, step on floor, take what one does not carry yet, and put in what one carries, once an order."""
    out[STAY] = 1
    for move in range(1, UP + 1):
        out[move] = int(can_walk(w, seat, move))
    out[USE] = int(can_use(w, seat, place_at(w, seat)))
    for place in range(PLACES):
        out[TO_BIN + place] = int(can_use(w, seat, place))


# --- the world -------------------------------------------------------------------------------------------------------


TOLD = (
    Bots(),
    Shares("pot", POTS, about="opponents", of=("north", "middle", "south")),
    Shares("brings", BINS, about="opponents", of=("a", "b", "c")),
    Numbers("knobs", KNOBS, about="opponents"),
    Numbers("begins", 1, about="opponents"),
    Shares("goes_with", BOARD, about="layout", of=tuple(f"{theirs}{own}" for theirs in "abc" for own in "abc")),
    Numbers("keeps", 1, about="layout"),
)
"""Of the hidden task."""


LEARNING: dict[str, Any] = {
    "steps": 15_000_000, "lanes": 128, "memory": "ledger", "epochs": 3, "gamma": 0.97, "learning_rate": 0.003,
    "belief": 0.1, "reference_steps": 8_000_000,
}  # fmt: skip


def build(seats: int = 2, layout: str = "", shaped: bool = True) -> World:
    """Kitchen for 2, 3 or 4 seats; or the one of a layout in Overcooked's format, by that game's rules.

    Args:
        layout: the name of a shipped layout, a file, or its text.
        shaped: pay useful deeds in such a kitchen too, and not only soups.

    Raises:
        Refused: another number of seats, or a layout that is none.
    """
    if layout:
        return build_from(layout, seats, shaped, __doc__ or "")
    if not isinstance(seats, int) or seats not in SIZES:
        raise Refused(f"kitchen is given seats={seats!r}: it takes 2, 3 or 4")
    mates = (seats + 1) // 2
    return World(
        name="kitchen",
        version=1,
        page=__doc__ or "",
        seats=tuple(Seat(f"{ROLES[seat % 2]}_{seat}", ROLES[seat % 2], team=0) for seat in range(seats)),
        state=state(seats),
        actions=(Action("go", CHOICES),),
        observation=Pieces(
            own=OWN, ways=4, far=PLACES, order=ORDER, last=LAST, board=BOARD, clock=2, mates=mates,
            things=2 * NAMED_ROWS,
        ),
        told=TOLD,
        things=mates * OF_MATE,
        noted=NAMED_ROWS,
        figures=(
            Figure("difficulty"),
            *(Figure(name, per="seat", unwanted=name in ("failed_orders", "late_orders")) for name in SEAT_FIGURES),
        ),
        kernels=Kernels(
            draw_population=draw_population, draw_task=draw_task, begin=begin, step=step, ended=ended,
            observe=observe, reveal=reveal, act=act, figures=figures, legal=legal, solvable=solvable,
        ),
        generators=GENERATORS,
        bots=BOTS,
        causes=(RUNNING, Cause("time is up", "truncated")),
        timing=Timing(TICK, ticks_per_decision=1, decisions=DECISIONS),
        view=View(draw, EXTENT, status=status, legend=LEGEND, controls={"go": CONTROLS}),
        build_args={"seats": seats, "layout": "", "shaped": shaped},
        learning=LEARNING,
        consistent=walled_in,
    )  # fmt: skip
