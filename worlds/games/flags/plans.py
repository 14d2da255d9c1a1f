"""What strangers plan: which post each takes next, by a few plain rules for every kind.

A *post* is a task and a lane: 0, 1, 2 raid in the north, the middle, the south, and 3, 4, 5 guard there. A plan knows
the round, and of the last one: the own post and whether it paid (a raid that came through, a guard that caught
somebody), the post of the *rival*, which is the seat opposite, and that of the mate.
"""

from worlds.games.flags.constants import GUARD, LANES, NO_POST, POSTS, RAID
from worlds.kit.kernel import kernel

(DRILLED, ALL_IN, TURTLE, PATROL, SPLIT, SHADOW, FLANK, FIDGET, DECOY, CONTRARY, PARTNER, LATE, AVENGER) = range(13)
"""Numbers of the plans: the places of the kinds in the roster."""


@kernel
def lane_of(post):
    """The lane of a post."""
    return post % LANES


@kernel
def task_of(post):
    """RAID or GUARD."""
    return post // LANES


@kernel
def post_of(task, lane):
    """The post of a task in a lane, counted on from the north round and round."""
    return task * LANES + lane % LANES


@kernel
def planned(plan, opening, turn, row, turns, own, won, rival, mate):
    """The next post. ``opening`` is the first one, ``turn`` is 1 or 2 lanes further on, ``row`` the second, third and
    fourth of a drilled one, packed; ``turns`` counts rounds so far; ``own``, ``rival`` and ``mate`` are posts of the
    last round, NO_POST where somebody took none.
    """
    if turns == 0 or (own == NO_POST and plan != DRILLED):
        return first(plan, opening)
    if plan == DRILLED:
        return drill(row, turns)
    if plan in (TURTLE, FLANK, CONTRARY, AVENGER):
        return by_rival(plan, turn, own, rival)
    if plan == SHADOW:
        return own if mate == NO_POST else mate
    if plan == PARTNER:
        return own if mate == NO_POST else post_of(1 - task_of(mate), lane_of(mate) + turn)
    if plan == DECOY:
        return opening if turns < 2 else post_of(1 - task_of(opening), lane_of(opening) + turn)
    if plan == LATE:
        later = post_of(task_of(opening), lane_of(opening) + turn)
        return opening if turns < 2 else (later if turns == 2 else post_of(1 - task_of(opening), opening))
    return by_itself(plan, turn, own, won)


@kernel
def drill(row, turns):
    """The post of a drilled one after its first: a digit of ``row``, the lowest for the second round."""
    for _ in range(turns - 1):
        row //= POSTS
    return row % POSTS


@kernel
def first(plan, opening):
    """The post of the first round."""
    if plan in (ALL_IN, FLANK, AVENGER):
        return post_of(RAID, opening)
    return post_of(GUARD, opening) if plan == TURTLE else opening


@kernel
def by_rival(plan, turn, own, rival):
    """Those who go by where their rival was."""
    if rival == NO_POST:
        return own
    if plan == TURTLE:
        return post_of(GUARD, lane_of(rival))
    if plan == FLANK:
        return post_of(RAID, lane_of(rival) + turn)
    if plan == AVENGER:
        return post_of(RAID, lane_of(rival))
    return post_of(GUARD, lane_of(rival)) if task_of(rival) == RAID else post_of(RAID, lane_of(rival) + turn)


@kernel
def by_itself(plan, turn, own, won):
    """Those who go by what they did last and whether it paid."""
    task, lane = task_of(own), lane_of(own)
    if plan == ALL_IN:
        return own if won else post_of(RAID, lane + turn)
    if plan == PATROL:
        return post_of(task, lane + turn)
    if plan == SPLIT:
        return post_of(1 - task, lane + turn) if task == GUARD else post_of(1 - task, lane)
    return post_of(task, lane + turn) if won else post_of(1 - task, lane)  # fidget
