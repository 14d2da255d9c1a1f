"""What strangers make of what is done to them, and what they do to the berries: their moods last for one round.

A stranger keeps ``calm`` (ticks for which it stays moderate), ``tries`` (how often its key was used), ``anger`` (zaps
still to come), ``owes`` (a gift), ``bullied`` (zaps nobody asked for) and ``closed`` (nothing helps). Only a grudge
lasts longer: to the end of the episode.
"""

from worlds.games.harvest.constants import (
    DID_GIVE,
    DID_GRAB,
    DID_LIE,
    DID_NOTHING,
    DID_ZAP,
    EXAMPLE,
    GIVE,
    GRAB,
    MOST_ZAPS,
    PICK,
    ROUND,
    ROUNDS,
    STAY,
    STICK,
    ZAP,
)
from worlds.games.harvest.roster import DEED_OF, KEY, OFFENDED_BY, PAYS_BACK, kind, knob
from worlds.kit.chance import uniform
from worlds.kit.kernel import kernel


@kernel
def wake(w, seat):
    """A round begins: everybody is greedy, and nobody is angry."""
    w.calm[seat] = w.tries[seat] = w.anger[seat] = w.closed[seat] = w.owes[seat] = w.bullied[seat] = 0


@kernel
def key_of(w, seat):
    """What makes a stranger moderate now."""
    mine = w.bot_kind[seat]
    if mine == kind.fickle and w.tick >= ROUND * (ROUNDS // 2):
        return STICK
    return KEY[mine]


@kernel
def react(w, seat, deed):
    """What a stranger makes of the deed of whom it shares the patch with; lying on the ground is none."""
    if w.calm[seat] > 0:
        w.calm[seat] -= 1
        if w.calm[seat] == 0:
            w.tries[seat] = 0
            if w.bot_kind[seat] == kind.turncoat:
                w.closed[seat] = 1
    if deed in (DID_LIE, DID_NOTHING):
        return
    mine, key = w.bot_kind[seat], key_of(w, seat)
    if deed == DID_GRAB and key == EXAMPLE:
        w.calm[seat] = w.tries[seat] = 0  # that is an example too
    if deed == DEED_OF[key]:
        be_told(w, seat)
    elif w.calm[seat] == 0 and (OFFENDED_BY[mine] >> deed) & 1 == 1:
        w.closed[seat] = 1
    if deed == DID_ZAP and key != STICK:
        w.calm[seat] = 0
        w.anger[seat] = min(w.anger[seat] + zaps_back(w, seat), MOST_ZAPS)
    if mine == kind.imitating and deed == DID_GIVE:
        w.owes[seat] = 1
    if mine == kind.grudging and deed in (DID_GRAB, DID_ZAP):
        w.grudge[seat, w.mate[seat]] = 1
    if mine == kind.bullying:
        bully(w, seat, deed)


@kernel
def be_told(w, seat):
    """The key was used once more: often enough, and it becomes moderate."""
    if w.closed[seat] == 1 or w.grudge[seat, w.mate[seat]] == 1:
        return
    w.tries[seat] += 1
    if w.tries[seat] >= int(w.bot_knob[seat, knob.nerve]):
        w.calm[seat] = int(w.bot_knob[seat, knob.calm])


@kernel
def zaps_back(w, seat):
    """With how many zaps a stranger pays one back."""
    pays = PAYS_BACK[w.bot_kind[seat]]
    return int(w.bot_knob[seat, knob.revenge]) if pays == 2 else pays


@kernel
def bully(w, seat, deed):
    """Zaps who lets it, so many times a round; a zap ends that at once."""
    if deed == DID_ZAP:
        w.anger[seat] = 0
    elif w.calm[seat] == 0 and w.tries[seat] == 0 and w.bullied[seat] < int(w.bot_knob[seat, knob.revenge]):
        w.bullied[seat] += 1
        w.anger[seat] = 1


@kernel
def harvest_choice(w, seat, together):
    """What a stranger does at its patch once the bell has rung; ``together``: whether whom it meets is there."""
    stock, moderate = w.stock[w.due[seat]], w.calm[seat] > 0 or w.mate[seat] == len(w.calm)
    if together and w.anger[seat] > 0:
        return ZAP
    if together and w.owes[seat] > 0:
        return GIVE
    if w.mate[seat] < len(w.calm) and uniform(w) < w.bot_knob[seat, knob.slip]:
        moderate = not moderate
    if not moderate:
        return GRAB
    return PICK if stock >= max(w.bot_knob[seat, knob.reserve], 1.0) else STAY
