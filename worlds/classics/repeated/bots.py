"""The strategies. Each knows what was played, slips included, and what it meant itself; none sees the other's table.

They follow the definitions of the Axelrod library (tests/worlds/test_repeated_axelrod.py compares them move for move);
memory_one to threshold are families of our own. A strategy's memory lives as long as the trial, not only an episode.
"""

from worlds.classics.repeated.constants import COOPERATE, DEFECT, STATES
from worlds.classics.repeated.roster import NAMES
from worlds.kit.chance import uniform
from worlds.kit.kernel import kernel

COOPERATOR, DEFECTOR = NAMES.index("cooperator"), NAMES.index("defector")
ALTERNATOR, RANDOM = NAMES.index("alternator"), NAMES.index("random")
TIT_FOR_TAT, SUSPICIOUS = NAMES.index("tit_for_tat"), NAMES.index("suspicious_tit_for_tat")
ANTI, BULLY = NAMES.index("anti_tit_for_tat"), NAMES.index("bully")
TWO_TATS, TWO_TITS = NAMES.index("tit_for_two_tats"), NAMES.index("two_tits_for_tat")
HARD, GENEROUS = NAMES.index("hard_tit_for_tat"), NAMES.index("generous_tit_for_tat")
CONTRITE, OMEGA = NAMES.index("contrite_tit_for_tat"), NAMES.index("omega_tit_for_tat")
WIN_STAY, FIRM, EXTORTION = NAMES.index("win_stay_lose_shift"), NAMES.index("firm_but_fair"), NAMES.index("extortion")
GRUDGER, SOFT_GRUDGER = NAMES.index("grudger"), NAMES.index("soft_grudger")
GRADUAL, PUNISHER = NAMES.index("gradual"), NAMES.index("punisher")
FORGIVER, MAJORITY = NAMES.index("forgiver"), NAMES.index("majority")
ADAPTIVE, RESURRECTION = NAMES.index("adaptive"), NAMES.index("resurrection")
PROBER, HARD_PROBER, HANDSHAKE = NAMES.index("prober"), NAMES.index("hard_prober"), NAMES.index("handshake")
MEMORY_ONE, MEMORY_TWO = NAMES.index("memory_one"), NAMES.index("memory_two")
MACHINE, THRESHOLD = NAMES.index("machine"), NAMES.index("threshold")
DEADLOCK, RANDOMNESS = 3, 8  # thresholds of Omega Tit For Tat (Slany and Kienreich 2007)
TRIALS_OF_C, TRIALS_OF_D = 6, 5  # turns for which Adaptive tries each action
TENTH = 10  # Forgiver: one defection in so many is too many
PUNISHER_SCALE = 20  # turns for which Punisher would punish one who always defects


@kernel
def act(w, seat):
    """One decision of a bot: ``action[seat]`` = cooperate or defect."""
    kind = w.bot_kind[seat]
    if kind in (MEMORY_ONE, MEMORY_TWO, MACHINE, THRESHOLD):
        w.action[seat, 0] = from_family(w, seat, kind)
    elif is_plain(kind):
        w.action[seat, 0] = by_last_turns(w, seat, kind)
    elif is_probing(kind):
        w.action[seat, 0] = by_opening(w, seat, kind)
    else:
        w.action[seat, 0] = by_account(w, seat, kind)


@kernel
def toss(w, chance):
    """Cooperate with a chance."""
    return COOPERATE if uniform(w) < chance else DEFECT


@kernel
def last(w, seat):
    """What a seat played in the last turn."""
    return w.recent[seat] & 1


# --- by the last few turns ---------------------------------------------------------------------------------------


@kernel
def is_plain(kind):
    """Whether a strategy goes by the last three turns alone."""
    return kind in (
        COOPERATOR, DEFECTOR, ALTERNATOR, RANDOM, TIT_FOR_TAT, SUSPICIOUS, ANTI, BULLY, TWO_TATS, TWO_TITS, HARD,
        GENEROUS, WIN_STAY, FIRM, EXTORTION,
    )  # fmt: skip


@kernel
def by_last_turns(w, seat, kind):
    """Plain strategies."""
    own, other, theirs = last(w, seat), last(w, 1 - seat), w.recent[1 - seat]
    if kind == COOPERATOR:
        return COOPERATE
    if kind == DEFECTOR:
        return DEFECT
    if kind == RANDOM:
        return toss(w, w.bot_knob[seat, 0])
    if w.turns == 0:
        return DEFECT if kind in (SUSPICIOUS, BULLY) else COOPERATE
    if kind == ALTERNATOR:
        return 1 - own
    if kind in (TIT_FOR_TAT, SUSPICIOUS):
        return other
    if kind in (ANTI, BULLY):
        return 1 - other
    if kind == TWO_TATS:
        return DEFECT if theirs & 3 == 3 else COOPERATE
    if kind == TWO_TITS:
        return DEFECT if theirs & 3 else COOPERATE
    if kind == HARD:
        return DEFECT if theirs & 7 else COOPERATE
    if kind == GENEROUS:
        return COOPERATE if other == COOPERATE else toss(w, w.bot_knob[seat, 0])
    if kind == WIN_STAY:
        return COOPERATE if own == other else DEFECT
    if kind == FIRM:
        return by_chances(w, own, other, 1.0, 0.0, 1.0, 2.0 / 3.0)
    return by_chances(w, own, other, 8.0 / 9.0, 1.0 / 2.0, 1.0 / 3.0, 0.0)  # EXTORTION


@kernel
def by_chances(w, own, other, after_cc, after_cd, after_dc, after_dd):
    """Memory of one turn: a chance of cooperating for each outcome, the own action first."""
    if own == COOPERATE:
        return toss(w, after_cc if other == COOPERATE else after_cd)
    return toss(w, after_dc if other == COOPERATE else after_dd)


# --- by the first few turns --------------------------------------------------------------------------------------


@kernel
def is_probing(kind):
    """Whether a strategy opens with a test of the other."""
    return kind in (PROBER, HARD_PROBER, HANDSHAKE)


@kernel
def by_opening(w, seat, kind):
    """Fixed first actions, then by how the other answered them. Bit t of ``opening`` is turn t."""
    turn, answer = w.turns, w.opening[1 - seat]
    if kind == HANDSHAKE:
        if turn < 2:
            return COOPERATE if turn == 0 else DEFECT
        return COOPERATE if answer & 3 == 2 else DEFECT
    if turn < (3 if kind == PROBER else 4):
        return DEFECT if turn == 0 or (turn == 1 and kind == HARD_PROBER) else COOPERATE
    return DEFECT if (answer >> 1) & 3 == 0 else last(w, 1 - seat)


# --- with an account of the past ---------------------------------------------------------------------------------


@kernel
def by_account(w, seat, kind):
    """Strategies that count or keep a mood; ``mark`` is theirs."""
    other = last(w, 1 - seat)
    if kind == ADAPTIVE:
        return try_both(w, seat)
    if w.turns == 0:
        return COOPERATE
    if kind == GRUDGER:
        return DEFECT if w.defections[1 - seat] > 0 else COOPERATE
    if kind == FORGIVER:
        return DEFECT if TENTH * w.defections[1 - seat] > w.turns else COOPERATE
    if kind == MAJORITY:
        return DEFECT if 2 * w.defections[1 - seat] > w.turns else COOPERATE
    if kind == RESURRECTION:
        return DEFECT if w.turns >= 5 and w.recent[seat] & 31 == 31 else other
    if kind == CONTRITE:
        return repent(w, seat, other)
    if kind == OMEGA:
        return weigh(w, seat, other)
    if kind == SOFT_GRUDGER:
        return sulk(w, seat, other)
    if kind == GRADUAL:
        return escalate(w, seat, other)
    return punish(w, seat, other)


@kernel
def try_both(w, seat):
    """Adaptive: ``tally`` holds what each action earned so far."""
    if w.turns > 0:
        own = last(w, seat)
        w.tally[seat, own] += w.payoff[own, last(w, 1 - seat)]
    if w.turns < TRIALS_OF_C + TRIALS_OF_D:
        return COOPERATE if w.turns < TRIALS_OF_C else DEFECT
    return COOPERATE if w.tally[seat, COOPERATE] > w.tally[seat, DEFECT] else DEFECT


@kernel
def repent(w, seat, other):
    """Contrite Tit For Tat: ``mark`` 0 is 1 after a defection that was not meant, until it has cooperated."""
    own, meant = last(w, seat), w.action[seat, 0]
    if w.mark[seat, 0] == 1 and own == COOPERATE:
        w.mark[seat, 0] = 0
        return COOPERATE
    if meant != own and own == DEFECT and other == COOPERATE:
        w.mark[seat, 0] = 1
    return other


@kernel
def weigh(w, seat, other):
    """Omega Tit For Tat: ``mark`` 0 counts deadlocks, 1 randomness."""
    if w.turns == 1:
        return other
    if w.mark[seat, 0] >= DEADLOCK:
        w.mark[seat, 0] = DEADLOCK + 1 if w.mark[seat, 0] == DEADLOCK else 0
        return COOPERATE
    pair = w.recent[1 - seat] & 3
    changed = pair == 1 or pair == 2
    w.mark[seat, 1] += int(changed) + int(last(w, seat) != other) - int(pair == 0)
    if w.mark[seat, 1] >= RANDOMNESS:
        return DEFECT
    w.mark[seat, 0] = w.mark[seat, 0] + 1 if changed else 0
    return other


@kernel
def sulk(w, seat, other):
    """Soft Grudger: ``mark`` 0 counts the turns of D, D, D, C, C still to come after the first D."""
    left = w.mark[seat, 0]
    if left > 0:
        w.mark[seat, 0] = left - 1
        return DEFECT if left > 2 else COOPERATE
    if other == DEFECT:
        w.mark[seat, 0] = 5
    return other


@kernel
def escalate(w, seat, other):
    """Gradual: ``mark`` 0 counts punishments to come, 1 the turns of calm after them."""
    if w.mark[seat, 0] > 0:
        w.mark[seat, 0] -= 1
        return DEFECT
    if w.mark[seat, 1] > 0:
        w.mark[seat, 1] -= 1
        return COOPERATE
    if other == DEFECT:
        w.mark[seat, 0] = w.defections[1 - seat] - 1
        w.mark[seat, 1] = 2
    return other


@kernel
def punish(w, seat, other):
    """Punisher: ``mark`` 0 is 1 while it punishes, 1 counts the turns of it, 2 is how many there will be."""
    if w.mark[seat, 1] >= w.mark[seat, 2]:
        w.mark[seat, 0] = 0
        w.mark[seat, 1] = 0
    if w.mark[seat, 0] == 1:
        w.mark[seat, 1] += 1
        return DEFECT
    if other == DEFECT:
        w.mark[seat, 2] = w.defections[1 - seat] * PUNISHER_SCALE // max(w.turns, 1)
        w.mark[seat, 0] = 1
    return other


# --- families of our own -----------------------------------------------------------------------------------------


@kernel
def from_family(w, seat, kind):
    """One of many of a kind: what makes it that one are its knobs and the tables drawn with the task."""
    own, other = last(w, seat), last(w, 1 - seat)
    if w.turns == 0:
        return toss(w, w.bot_knob[seat, 0])
    if kind == MEMORY_ONE:
        knobs = w.bot_knob[seat]
        return by_chances(w, own, other, knobs[1], knobs[2], knobs[3], knobs[4])
    if kind == MEMORY_TWO:
        if w.turns == 1:
            return toss(w, w.bot_knob[seat, 0])
        return toss(w, w.table[seat, (w.recent[seat] & 3) << 2 | (w.recent[1 - seat] & 3)])
    if kind == THRESHOLD:
        fade = 1.0 / max(w.bot_knob[seat, 2], 1.0)
        w.faded[seat] += fade * (other - w.faded[seat])
        return DEFECT if w.faded[seat] > w.bot_knob[seat, 1] else COOPERATE
    before = int(w.state[seat])
    states = min(max(int(w.bot_knob[seat, 1]), 1), STATES)
    w.state[seat] = int(w.machine_next[seat, before, other]) % states
    return int(w.machine_says[seat, before, other])
