"""The strategies. Each knows what was played, slips included, and what it meant itself; none sees the other's table.

They follow the definitions of the Axelrod library (tests/worlds/test_repeated_axelrod.py compares them move for move);
memory_one to threshold are families of our own. A strategy's memory lives as long as the trial, not only an episode.
"""

from worlds.classics.repeated.constants import COOPERATE, DEFECT, STATES
from worlds.classics.repeated.roster import kind, knob
from worlds.kit.chance import uniform
from worlds.kit.kernel import kernel

DEADLOCK, RANDOMNESS = 3, 8  # thresholds of Omega Tit For Tat (Slany and Kienreich 2007)
TRIALS_OF_C, TRIALS_OF_D = 6, 5  # turns for which Adaptive tries each action
TENTH = 10  # Forgiver: one defection in so many is too many
PUNISHER_SCALE = 20  # turns for which Punisher would punish one who always defects


@kernel
def act(w, seat):
    """One decision of a bot: ``action[seat]`` = cooperate or defect."""
    mine = w.bot_kind[seat]
    if mine in (kind.memory_one, kind.memory_two, kind.machine, kind.threshold, kind.fickle):
        w.action[seat, 0] = from_family(w, seat, mine)
    elif is_plain(mine):
        w.action[seat, 0] = by_last_turns(w, seat, mine)
    elif is_probing(mine):
        w.action[seat, 0] = by_opening(w, seat, mine)
    else:
        w.action[seat, 0] = by_account(w, seat, mine)


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
def is_plain(mine):
    """Whether a strategy goes by the last three turns alone."""
    return mine in (
        kind.cooperator, kind.defector, kind.alternator, kind.random, kind.tit_for_tat, kind.suspicious_tit_for_tat,
        kind.anti_tit_for_tat, kind.bully, kind.tit_for_two_tats, kind.two_tits_for_tat, kind.hard_tit_for_tat,
        kind.generous_tit_for_tat, kind.win_stay_lose_shift, kind.firm_but_fair, kind.extortion,
    )  # fmt: skip


@kernel
def by_last_turns(w, seat, mine):
    """Plain strategies."""
    own, other, theirs = last(w, seat), last(w, 1 - seat), w.recent[1 - seat]
    if mine == kind.cooperator:
        return COOPERATE
    if mine == kind.defector:
        return DEFECT
    if mine == kind.random:
        return toss(w, w.bot_knob[seat, knob.cooperation])
    if w.turns == 0:
        return DEFECT if mine in (kind.suspicious_tit_for_tat, kind.bully) else COOPERATE
    if mine == kind.alternator:
        return 1 - own
    if mine in (kind.tit_for_tat, kind.suspicious_tit_for_tat):
        return other
    if mine in (kind.anti_tit_for_tat, kind.bully):
        return 1 - other
    if mine == kind.tit_for_two_tats:
        return DEFECT if theirs & 3 == 3 else COOPERATE
    if mine == kind.two_tits_for_tat:
        return DEFECT if theirs & 3 else COOPERATE
    if mine == kind.hard_tit_for_tat:
        return DEFECT if theirs & 7 else COOPERATE
    if mine == kind.generous_tit_for_tat:
        return COOPERATE if other == COOPERATE else toss(w, w.bot_knob[seat, knob.generosity])
    if mine == kind.win_stay_lose_shift:
        return COOPERATE if own == other else DEFECT
    if mine == kind.firm_but_fair:
        return by_chances(w, own, other, 1.0, 0.0, 1.0, 2.0 / 3.0)
    return by_chances(w, own, other, 8.0 / 9.0, 1.0 / 2.0, 1.0 / 3.0, 0.0)  # extortion


@kernel
def by_chances(w, own, other, after_cc, after_cd, after_dc, after_dd):
    """Memory of one turn: a chance of cooperating for each outcome, the own action first."""
    if own == COOPERATE:
        return toss(w, after_cc if other == COOPERATE else after_cd)
    return toss(w, after_dc if other == COOPERATE else after_dd)


# --- by the first few turns --------------------------------------------------------------------------------------


@kernel
def is_probing(mine):
    """Whether a strategy opens with a test of the other."""
    return mine in (kind.prober, kind.hard_prober, kind.handshake)


@kernel
def by_opening(w, seat, mine):
    """Fixed first actions, then by how the other answered them. Bit t of ``opening`` is turn t."""
    turn, answer = w.turns, w.opening[1 - seat]
    if mine == kind.handshake:
        if turn < 2:
            return COOPERATE if turn == 0 else DEFECT
        return COOPERATE if answer & 3 == 2 else DEFECT
    if turn < (3 if mine == kind.prober else 4):
        return DEFECT if turn == 0 or (turn == 1 and mine == kind.hard_prober) else COOPERATE
    return DEFECT if (answer >> 1) & 3 == 0 else last(w, 1 - seat)


# --- with an account of the past ---------------------------------------------------------------------------------


@kernel
def by_account(w, seat, mine):
    """Strategies that count or keep a mood; ``mark`` is theirs."""
    other = last(w, 1 - seat)
    if mine == kind.adaptive:
        return try_both(w, seat)
    if w.turns == 0:
        return COOPERATE
    if mine == kind.grudger:
        return DEFECT if w.defections[1 - seat] > 0 else COOPERATE
    if mine == kind.forgiver:
        return DEFECT if TENTH * w.defections[1 - seat] > w.turns else COOPERATE
    if mine == kind.majority:
        return DEFECT if 2 * w.defections[1 - seat] > w.turns else COOPERATE
    if mine == kind.resurrection:
        return DEFECT if w.turns >= 5 and w.recent[seat] & 31 == 31 else other
    if mine == kind.contrite_tit_for_tat:
        return repent(w, seat, other)
    if mine == kind.omega_tit_for_tat:
        return weigh(w, seat, other)
    if mine == kind.soft_grudger:
        return sulk(w, seat, other)
    if mine == kind.gradual:
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
def from_family(w, seat, mine):
    """One of many of a kind: what makes it that one are its knobs and the tables drawn with the task."""
    own, other = last(w, seat), last(w, 1 - seat)
    if w.turns == 0:
        return toss(w, w.bot_knob[seat, knob.nice])
    if mine == kind.memory_one:
        knobs = w.bot_knob[seat]
        return by_chances(
            w, own, other, knobs[knob.after_cc], knobs[knob.after_cd], knobs[knob.after_dc], knobs[knob.after_dd]
        )
    if mine == kind.memory_two:
        if w.turns == 1:
            return toss(w, w.bot_knob[seat, knob.nice])
        return toss(w, w.table[seat, (w.recent[seat] & 3) << 2 | (w.recent[1 - seat] & 3)])
    if mine == kind.fickle:
        return by_mood(w, seat)
    if mine == kind.threshold:
        fade = 1.0 / max(w.bot_knob[seat, knob.span], 1.0)
        w.faded[seat] += fade * (other - w.faded[seat])
        return DEFECT if w.faded[seat] > w.bot_knob[seat, knob.limit] else COOPERATE
    before = int(w.state[seat])
    states = min(max(int(w.bot_knob[seat, knob.states]), 1), STATES)
    w.state[seat] = int(w.machine_next[seat, before, other]) % states
    return int(w.machine_says[seat, before, other])


@kernel
def by_mood(w, seat):
    """Fickle: the mood turns every so many turns; who is rather nice begins with the good one."""
    span = max(int(w.bot_knob[seat, knob.span]), 1)
    is_good = (w.turns // span % 2 == 0) == (w.bot_knob[seat, knob.nice] >= 0.5)
    lately = w.recent[1 - seat] & 3
    if w.turns < 2 or is_good:
        return DEFECT if lately == 3 else COOPERATE
    return COOPERATE if lately == 0 else DEFECT
