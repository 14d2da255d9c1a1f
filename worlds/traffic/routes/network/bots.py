"""What each kind of bot makes of its ways: it chooses before it sets out, and again where it has to stand."""

from worlds.kit.chance import integer, uniform
from worlds.kit.kernel import kernel
from worlds.road.lanes.crossings import FAR
from worlds.traffic.routes.constants import STANDING
from worlds.traffic.routes.network.roster import kind, knob
from worlds.traffic.routes.network.ways import cars_ahead, free_by, goal_of_way, is_open, true_by

SIGHT = 150.0  # m of a way that are seen from where one is
ANYBODY = 1e9  # m/s
HOPE = 0.7  # share of what known ways cost that a learner expects of others: less than 1, so that it tries them


@kernel
def act(w, seat):
    """One decision: ``action[seat, 0]`` is a way, or the last number to keep to the chosen one."""
    keep = w.relation_goal.shape[1]
    w.action[seat, 0] = keep
    again = w.bot_way[seat] >= 0
    if again and w.standing[seat] < w.bot_knob[seat, knob.patience]:
        return
    way = decide(w, seat, again)
    w.bot_way[seat] = way
    w.action[seat, 0] = way


@kernel
def decide(w, seat, again):
    """The cheapest open way as this kind of bot reckons; now and then any."""
    mine, best, keep = w.bot_kind[seat], FAR, w.relation_goal.shape[1]
    luck, which = uniform(w), integer(w, keep)
    found = keep
    if luck < w.bot_knob[seat, knob.wander] and is_open(w, seat, which):
        return which
    for choice in range(keep):
        if not is_open(w, seat, choice):
            continue
        cost = reckon(w, seat, mine, choice)
        if again and mine == kind.impatient and choice == w.choice[seat]:
            cost += w.bot_knob[seat, knob.detour]
        if cost < best:
            best, found = cost, choice
    return found


@kernel
def reckon(w, seat, mine, choice):
    """Seconds, or what this kind of bot takes for them, of an open way."""
    free = free_by(w, seat, choice)
    if mine == kind.looker:
        cars, standing = cars_ahead(w, seat, choice, SIGHT, ANYBODY), cars_ahead(w, seat, choice, SIGHT, STANDING)
        return free + w.bot_knob[seat, knob.per_car] * cars + w.bot_knob[seat, knob.per_standing] * standing
    if mine == kind.herd:
        return free - w.bot_knob[seat, knob.per_car] * cars_ahead(w, seat, choice, SIGHT, ANYBODY)
    if mine == kind.habitual:
        return abs(choice - favourite_of(w, seat)) * 1000.0
    if mine == kind.explorer:
        return free - (w.bot_knob[seat, knob.fresh] if int(w.been[seat, choice]) == 0 else 0.0)
    if mine == kind.learner:
        return free + expected_of(w, seat, choice)
    if mine == kind.knowing:
        trust = w.bot_knob[seat, knob.trust]
        return (1.0 - trust) * free + trust * true_by(w, seat, choice)
    return free


@kernel
def favourite_of(w, seat):
    """The way that a bot of habit always takes."""
    count = 0
    for choice in range(w.relation_goal.shape[1]):
        count += 1 if goal_of_way(w, seat, choice) >= 0 else 0
    return min(int(w.bot_knob[seat, knob.favourite] * count), count - 1)


@kernel
def remember(w, seat, choice, delay):
    """What a way cost this time goes into what is expected of it; the first time all of it does."""
    if w.bot_kind[seat] == kind.learner:
        before = w.learnt[seat, choice]
        w.learnt[seat, choice] += (1.0 if before < 0.0 else w.bot_knob[seat, knob.pace]) * (delay - before)


@kernel
def expected_of(w, seat, choice):
    """Seconds that a learner expects to lose on a way: on one not driven yet a share of what it loses on the others.

    Every way has its lights. A learner that expected nothing of new ways would drive all of them, and most are longer.
    """
    if w.learnt[seat, choice] >= 0.0:
        return w.learnt[seat, choice]
    total, known = 0.0, 0
    for other in range(w.learnt.shape[1]):
        if w.learnt[seat, other] >= 0.0:
            total += w.learnt[seat, other]
            known += 1
    return HOPE * total / known if known > 0 else 0.0
