"""What strangers go by: the situations of an order, and what each kind makes of them.

How the last order of the two went in this episode counts too: they *met* if both used one pot, and it was *right* if
what they brought went together. Before the first order all pots and ingredients count as the middle one, and nothing
went well.

Situations of a stranger's pot (rows 0 … 3, six each): 0 the guest × whether they met · 1 its own last pot × whether
they met · 2 the other's last pot × whether they met · 3 what the other brought last × whether they met.
Of what it brings (rows 4 … 7): 4 the guest × right · 5 what it brought last × right · 6 what the other brought last ×
right · 7 the other's last pot × right.
They are noted when an order comes in, so they stay what they are until it is over.
"""

from worlds.games.kitchen.constants import (
    BINS,
    FAILED,
    MIDDLE,
    NOBODY,
    NOTHING,
    POT_ROWS,
    POTS,
    RIGHT,
    ROWS,
)
from worlds.games.kitchen.roster import BY_TALLY, ITEM_BY, POT_BY, kind, knob
from worlds.kit.chance import integer, uniform
from worlds.kit.kernel import kernel

FED_UP = 2  # failures after which a sulker does the opposite


@kernel
def draw_population(w):
    """The habits of this task's strangers: an answer to each situation, and to whom each gives in."""
    for seat in range(len(w.hand)):
        for situation in range(w.pot_habit.shape[1]):
            w.pot_habit[seat, situation] = integer(w, POTS)
            w.item_habit[seat, situation] = integer(w, BINS)
        for mate in range(w.yields.shape[1]):
            w.yields[seat, mate] = integer(w, 2)


@kernel
def mate_of(w, seat):
    """With whom a seat has an order now; NOBODY while it has a break."""
    turn = int(w.turn) + int(w.shift)
    if len(w.hand) == 2:
        return 1 - seat
    if len(w.hand) == 3:
        porter = 2 * (turn % 2)
        return porter if seat == 1 else 1 if seat == porter else NOBODY
    return (1 - seat % 2) + 2 * ((seat // 2 + turn) % 2)


@kernel
def last_of(w, seat, mate, item):
    """What a seat put in last with a mate (``item`` 1) or where (0); the middle one before there was any."""
    last = int(w.brought[seat, mate // 2]) if item == 1 else int(w.place[seat, mate // 2])
    return MIDDLE if last == NOTHING else last


@kernel
def note_situations(w, seat, mate):
    """What a seat's choices in the order that comes in now go by, into ``held``."""
    went = int(w.went[seat, mate // 2])
    met, right = int(went != FAILED), int(went == RIGHT)
    guest = int(w.guest[seat])
    own_pot, own_item = last_of(w, seat, mate, 0), last_of(w, seat, mate, 1)
    pot, item = last_of(w, mate, seat, 0), last_of(w, mate, seat, 1)
    w.held[seat, 0] = 2 * guest + met
    w.held[seat, 1] = 2 * own_pot + met
    w.held[seat, 2] = 2 * pot + met
    w.held[seat, 3] = 2 * item + met
    w.held[seat, 4] = 2 * guest + right
    w.held[seat, 5] = 2 * own_item + right
    w.held[seat, 6] = 2 * item + right
    w.held[seat, 7] = 2 * pot + right


@kernel
def tally_of(w, seat, mate):
    """The situation of who goes by how much went well so far."""
    went = int(w.went[seat, mate // 2])
    return 2 * min(int(w.rights[seat]), 2) + int(went != FAILED)


@kernel
def pot_of(w, seat, mate):
    """The pot that a stranger goes to, unless it lapses."""
    mine = int(w.bot_kind[seat])
    by = POT_BY[mine]
    if by == BY_TALLY:
        return int(w.pot_habit[seat, tally_of(w, seat, mate)])
    situation = int(w.held[seat, by])
    last = situation // 2
    if mine == kind.rotator:
        return turned(last, w.bot_knob[seat, knob.step])
    if mine == kind.stubborn:
        return last if situation % 2 == 1 else turned(last, w.bot_knob[seat, knob.step])
    if mine == kind.courteous:
        gives_in = situation % 2 == 1 or int(w.yields[seat, mate // 2]) == 1
        return last if gives_in else int(w.pot_habit[seat, 0])
    pot = int(w.pot_habit[seat, situation])
    return POTS - 1 - pot if mine == kind.sulker and w.fails[seat] >= FED_UP else pot


@kernel
def item_of(w, seat, mate):
    """What a stranger brings, unless it lapses."""
    mine = int(w.bot_kind[seat])
    by = ITEM_BY[mine]
    if by == BY_TALLY:
        return int(w.item_habit[seat, tally_of(w, seat, mate)])
    situation = int(w.held[seat, POT_ROWS + by])
    last = situation // 2
    if mine == kind.rotator:
        return turned(last, w.bot_knob[seat, knob.item_step])
    if mine == kind.stubborn:
        return last if situation % 2 == 1 else turned(last, w.bot_knob[seat, knob.item_step])
    item = int(w.item_habit[seat, situation])
    return BINS - 1 - item if mine == kind.sulker and w.fails[seat] >= FED_UP else item


@kernel
def turned(choice, step):
    """So many on, the first after the last."""
    return (choice + min(int(step), POTS)) % POTS


@kernel
def rest_of(w, seat, mate):
    """Ticks before a stranger begins with an order."""
    went = int(w.went[seat, mate // 2])
    laze = w.bot_knob[seat, knob.laze] if int(w.bot_kind[seat]) == kind.lazybones and went == RIGHT else 0.0
    return int(w.bot_knob[seat, knob.rest] + laze)


@kernel
def make_up_its_mind(w, seat, mate):
    """What a stranger will do for the order that comes in now."""
    lapse = w.bot_knob[seat, knob.lapse]
    luck = uniform(w)
    w.plan_pot[seat] = int(luck / lapse * POTS) if luck < lapse else pot_of(w, seat, mate)
    luck = uniform(w)
    w.plan_item[seat] = int(luck / lapse * BINS) if luck < lapse else item_of(w, seat, mate)
    w.rest[seat] = rest_of(w, seat, mate)


@kernel
def tell_odds(w, seat, choice, out, at):
    """The odds of three choices of a stranger whose habit is one of them, into ``out`` from ``at`` on."""
    lapse = w.bot_knob[seat, knob.lapse]
    for index in range(POTS):
        out[at + index] = lapse / POTS + (1.0 - lapse if index == choice else 0.0)


assert ROWS == 2 * POT_ROWS
