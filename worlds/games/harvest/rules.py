"""Harvest: two by two you pick berries with strangers who grab; each stops for another thing, and nobody tells which.

Rules    Four patches bear berries; the more there are, the more come, until a patch is full. An episode has 6 rounds of
         15 ticks. In each the rota sends everybody with somebody to a patch. For 5 ticks all walk there; then a bell
         rings, and for 10 ticks those at their patch may pick one berry a tick, grab three and trample another one,
         zap each other or give each other a berry. Who is zapped lies on the ground for a tick. Two who pick live well
         to the end of the round; where one grabs, the patch is bare after two ticks, and slow to recover. Strangers
         begin every round by grabbing. Each has a key that makes it moderate for a while: your example, the stick (a
         zap), the carrot (a gift), patience (you wait), or nothing: race it for the berries. The wrong thing offends
         some for the rest of the round, and some pay a zap back. Who follows your example follows your grabs as well.
Who      picker_0, picker_1, …: 2 to 8 seats; of an odd number one picks alone in each round.
Actions  do: stay, right, down, left, up, go on (a step on the shortest way to the own patch), pick, grab, zap, give.
         Fences, and what one cannot do where one is, are masked.
Seen     place: own row and column · ways: which of the four next tiles are open · due: offset of the own patch,
         whether one is there · patch: which one, one-hot · stock: its berries · clock: whether the bell has rung, what
         is left till it does or of the round, and of the episode · own: on the ground; berries taken in this round ·
         mine: what one did last (wait, pick, grab, zap, give, lie) · here: whether the partner is there; the berries
         that it took · theirs: what it did last · mate: which of the others it is, one-hot from the next seat on ·
         news: once one has seen what came of one's first two deeds, one's first deed and the last one before the
         partner became moderate, one-hot each; whether it did, whether the first deed was enough, when it was, and zaps
         suffered · things: after such news the numbers of the partner and of what it makes of these two deeds; then
         those of the partner and of what it makes of each of one's deeds, for memories with a row for each.
Hidden   who the others are: what stops each, how often and for how long, what offends it; how fast each patch grows.
Reward   +1 a berry taken · −1 for zapping · −2 for being zapped · a gift moves 1.
End      truncated after 90 ticks.
Varies   fences and patches (meadow, hedge, yard, strips; test: cross, corners; final: spokes), growth; the others, of
         15 kinds with knobs (test: proud, grudging, jealous; final: fickle, turncoat), who forget everything at the end
         of a round, but for a grudge that lasts an episode.
Headroom by players that follow plans in the world itself (tests/tools/headroom/harvest.py --walk, 150 tasks, four
         seats), a seat's return in an episode of train / of test-opponent. Told who the others are, and nothing of the
         layout, 35.3 ± 1.5 / 36.5 ± 1.5; not told, but with a memory of the trial, 32.5 / 32.8 in episodes 3 to 5; the
         same wiped after every episode 22.6 ± 1.3 / 22.7 ± 1.4. So remembering across episodes may be worth 12.7 /
         13.8, and it is all about the others. The best plan for everybody (it opens with two picks) earns 20.6 / 20.6,
         the best bot, stubborn, 18.4 / 19.6, chance −4.1 / −3.4. On paper, at full patches: told 39.3 / 41.8, memory
         36.9 / 38.0, wiped 25.0 / 26.7. Four who only pick earn 60
         each, four who only grab 19.5 (tests/tools/commons.py).
Version  1.
"""

from typing import Any

from worlds.games.harvest.constants import (
    CHOICES,
    DECISIONS,
    DID_GIVE,
    DID_GRAB,
    DID_LIE,
    DID_NOTHING,
    DID_PICK,
    DID_WAIT,
    DID_ZAP,
    DOWN,
    FAILED,
    GIFT,
    GIVE,
    GO,
    GRAB,
    KEYS,
    LEAST_SEATS,
    LEFT,
    MOST_SEATS,
    NAMED,
    NOTED,
    OWN_DEEDS,
    PATCHES,
    PICK,
    RIGHT,
    ROUND,
    ROUNDS,
    STAY,
    TIME_IS_UP,
    UNTRIED,
    UP,
    WALK,
    WORKED,
    ZAP,
    ZAPPED,
    ZAPPING,
)
from worlds.games.harvest.layouts import GENERATORS, carve, fenced_in, solvable
from worlds.games.harvest.legend import LEGEND
from worlds.games.harvest.minds import react, wake
from worlds.games.harvest.patches import draw_growth, fill, grow, share_out, spoilt, wanted
from worlds.games.harvest.picture import HEIGHT, WIDTH, draw, status
from worlds.games.harvest.roster import BOTS, DEED_OF, KINDS, KNOBS, NAMES, ROLE
from worlds.games.harvest.senses import SEAT_FIGURES, WORLD_FIGURES, figures, observe, pieces, reveal
from worlds.games.harvest.state import state
from worlds.games.harvest.walking import (
    act,
    can_walk,
    has_rung,
    is_together,
    may_pick,
    round_now,
    send_out,
    walk,
)
from worlds.kit.chance import integer
from worlds.kit.kernel import kernel
from worlds.kit.observation import Pieces
from worlds.kit.record import BOT
from worlds.world import (
    RUNNING,
    Action,
    Bots,
    Cause,
    Figure,
    Kernels,
    Numbers,
    OneHot,
    Refused,
    Seat,
    Timing,
    View,
    World,
)

# --- the task and the episode ----------------------------------------------------------------------------------------


@kernel
def draw_task(w):
    """A commons and how its patches grow; nobody knows anybody."""
    for seat in range(len(w.mate)):
        for other in range(len(w.mate)):
            for key in range(len(KEYS)):
                w.tried[seat, other, key] = UNTRIED
    carve(w)
    draw_growth(w)


@kernel
def begin(w):
    """One episode: full patches, a rota, and everybody at some patch."""
    fill(w)
    w.shift = integer(w, 2 * len(w.mate))
    for each in range(ROUNDS):
        w.turn[each] = integer(w, PATCHES)
    first = integer(w, PATCHES)
    for seat in range(len(w.mate)):
        patch = (first + seat) % PATCHES
        w.row[seat], w.col[seat] = w.place[patch, 0], w.place[patch, 1]
        w.heading[seat] = w.harvest[seat] = w.when[seat] = 0.0
        w.paid[seat] = w.lain[seat] = w.zaps[seat] = w.zapped[seat] = w.gifts[seat] = w.given[seat] = 0
        w.soothed[seat] = 0
        for other in range(len(w.mate)):
            w.grudge[seat, other] = 0
    begin_round(w, 0)


@kernel
def begin_round(w, turn):
    """Everybody is sent out, fresh."""
    send_out(w, turn)
    for seat in range(len(w.mate)):
        wake(w, seat)
        w.basket[seat] = 0.0
        w.down[seat] = w.soft[seat] = w.stung[seat] = 0
        w.deed[seat] = w.opening[seat] = w.latest[seat] = DID_NOTHING


# --- one tick --------------------------------------------------------------------------------------------------------


@kernel
def step(w, actions, rewards):
    """Everybody does something, pairs share what their patch has, patches grow, strangers react; a round may end."""
    for seat in range(len(w.mate)):
        w.deed[seat] = deed_of(w, seat, actions[seat, 0])
    for seat in range(len(w.mate)):
        w.down[seat] = 0 if int(w.deed[seat]) == DID_LIE else w.down[seat]
        steps_up = DID_PICK <= int(w.deed[seat]) <= DID_GIVE  # from beside the bush
        walk(w, seat, GO if steps_up else actions[seat, 0])
    if has_rung(w):
        for seat in range(len(w.mate)):
            if w.mate[seat] > seat:
                settle(w, seat, w.mate[seat], rewards)
        for seat in range(len(w.mate)):
            hear(w, seat)
    grow(w)
    if (w.tick + 1) % ROUND == 0:
        end_round(w)


@kernel
def deed_of(w, seat, choice):
    """What a choice comes to where a seat is."""
    if w.down[seat] > 0:
        return DID_LIE
    if not may_pick(w, seat):
        return DID_NOTHING
    if choice == PICK:
        return DID_PICK
    if choice == GRAB:
        return DID_GRAB
    if choice in (ZAP, GIVE) and is_together(w, seat):
        return DID_ZAP if choice == ZAP else DID_GIVE
    return DID_WAIT


@kernel
def settle(w, seat, mate, rewards):
    """Two share what they want of their patch; then zaps and gifts. ``mate`` may be nobody."""
    mine = int(w.deed[seat])
    theirs = int(w.deed[mate]) if mate < len(w.mate) else DID_NOTHING
    need = wanted(mine) + spoilt(mine) + wanted(theirs) + spoilt(theirs)
    if need > 0.0:
        share = share_out(w, w.due[seat], need)
        take(w, seat, share * wanted(mine), rewards)
        if mate < len(w.mate):
            take(w, mate, share * wanted(theirs), rewards)
    if mate < len(w.mate):
        treat(w, seat, mate, mine, theirs, rewards)
        treat(w, mate, seat, theirs, mine, rewards)


@kernel
def take(w, seat, berries, rewards):
    """Berries into a basket."""
    if berries > 0.0:
        w.basket[seat] += berries
        w.harvest[seat] += berries
        w.paid[seat] += 1
        w.when[seat] += w.tick
        rewards[seat] += berries


@kernel
def treat(w, seat, mate, mine, theirs, rewards):
    """What one does to the other, and what one makes of it; nobody is zapped who lies on the ground."""
    if mine == DID_ZAP:
        rewards[seat] += ZAPPING
        w.zaps[seat] += 1
        if theirs != DID_LIE:
            rewards[mate] += ZAPPED
            w.zapped[mate] += 1
            w.stung[mate] += 1
            w.down[mate] = 1
    elif mine == DID_GIVE:
        rewards[seat] -= GIFT
        rewards[mate] += GIFT
        w.gifts[seat] += 1
        w.given[mate] += 1
    elif mine == DID_LIE:
        w.lain[seat] += 1
    if theirs != DID_NOTHING and w.soft[seat] == 0:
        probe(w, seat, mine, theirs)


@kernel
def probe(w, seat, mine, theirs):
    """What one did first, what one did last before the partner became moderate, and when that was. While it lies on the
    ground it cannot show what it makes of the deed before, so none takes that one's place."""
    if theirs == DID_PICK and int(w.opening[seat]) != DID_NOTHING:
        w.soft[seat] = w.tick % ROUND - WALK
    elif mine < OWN_DEEDS and theirs != DID_LIE:
        w.latest[seat] = mine
        if int(w.opening[seat]) == DID_NOTHING:
            w.opening[seat] = mine


@kernel
def hear(w, seat):
    """A stranger pays what it owes, and hears what its partner did."""
    if int(w.driver[seat]) != BOT or w.mate[seat] == len(w.mate):
        return
    if int(w.deed[seat]) == DID_ZAP:
        w.anger[seat] = max(w.anger[seat] - 1, 0)
    elif int(w.deed[seat]) == DID_GIVE:
        w.owes[seat] = 0
    react(w, seat, int(w.deed[w.mate[seat]]))


@kernel
def end_round(w):
    """Who tried what with whom is known now; the next round begins."""
    for seat in range(len(w.mate)):
        if w.mate[seat] < len(w.mate):
            w.soothed[seat] += int(w.soft[seat] > 0)
            for key in range(len(KEYS)):
                if int(w.opening[seat]) == (DEED_OF[key] if DEED_OF[key] >= 0 else DID_GRAB):
                    w.tried[seat, w.mate[seat], key] = WORKED if int(w.soft[seat]) > 0 else FAILED
    turn = round_now(w) + 1
    if turn < ROUNDS:
        begin_round(w, turn)


@kernel
def ended(w, seat):
    """Why a seat is done; 0 while it plays on."""
    return TIME_IS_UP if w.tick >= DECISIONS else 0


@kernel
def legal(w, seat, out):
    """Who lies on the ground stays; others walk on floor, and pick at their patch once the bell has rung."""
    up = w.down[seat] == 0
    for choice in range(len(CHOICES)):
        out[choice] = 0
    out[STAY] = 1
    for move in range(RIGHT, UP + 1):
        out[move] = int(up and can_walk(w, seat, move))
    out[GO] = int(up and int(w.steps[w.due[seat], int(w.row[seat]), int(w.col[seat])]) > 0)
    out[PICK] = out[GRAB] = int(may_pick(w, seat))
    out[ZAP] = out[GIVE] = int(may_pick(w, seat) and is_together(w, seat))


# --- the world -------------------------------------------------------------------------------------------------------


LEARNING: dict[str, Any] = {
    "steps": 15_000_000, "lanes": 128, "memory": "ledger", "learning_rate": 0.004, "gamma": 0.99, "belief": 0.3,
    "entropy": 0.06, "entropy_end": 0.002, "reference_steps": 6_000_000,
}  # fmt: skip


def build(seats: int = 4) -> World:
    """Harvest for 2 to 8 seats.

    Raises:
        Refused: another number of seats.
    """
    if not isinstance(seats, int) or not LEAST_SEATS <= seats <= MOST_SEATS:
        raise Refused(f"harvest is given seats={seats!r}: it takes {LEAST_SEATS} to {MOST_SEATS}")
    return World(
        name="harvest",
        version=1,
        page=__doc__ or "",
        seats=tuple(Seat(f"picker_{i}", ROLE, team=i) for i in range(seats)),
        state=state(seats),
        consistent=fenced_in,
        actions=(Action("do", CHOICES),),
        observation=Pieces(pieces(seats)),
        told=(
            Bots(told_to="oracles"),
            OneHot("partner", (*NAMES[:KINDS], "unknown"), about="opponents"),
            OneHot("key", KEYS, about="opponents"),
            Numbers("knobs", KNOBS, about="opponents", told_to="oracles"),
            Numbers("growth", 1, about="layout", told_to="oracles"),
        ),
        things=(seats - 1) * NAMED,
        noted=NOTED,
        figures=(
            *(Figure(name) for name in WORLD_FIGURES),
            *(Figure(name, per="seat", unwanted=name in ("zaps", "zapped")) for name in SEAT_FIGURES),
        ),
        kernels=Kernels(
            draw_task=draw_task, begin=begin, step=step, ended=ended, observe=observe, reveal=reveal, act=act,
            figures=figures, legal=legal, solvable=solvable,
        ),
        generators=GENERATORS,
        bots=BOTS,
        causes=(RUNNING, Cause("time is up", "truncated")),
        timing=Timing(0.3, ticks_per_decision=1, decisions=DECISIONS),
        view=View(draw, (WIDTH, HEIGHT), status=status, legend=LEGEND, controls={"do": CONTROLS}),
        build_args={"seats": seats},
        learning=LEARNING,
    )  # fmt: skip


CONTROLS: dict[str, Any] = {
    "keys": {
        "right": RIGHT, "down": DOWN, "left": LEFT, "up": UP, "g": GO, "1": PICK, "2": GRAB, "3": ZAP, "4": GIVE,
        "space": STAY,
    },
    "rest": STAY, "wait": True, "pad": {"A": PICK, "X": GRAB, "B": ZAP, "Y": GIVE},
    "about": "G goes on by itself; 1 pick, 2 grab, 3 zap, 4 give, space waits",
}  # fmt: skip
