"""The compiled loop around a world's rules: keys, ticks, ends, the auto-reset and what the lanes see.

This file is a template. ``load_driver`` writes a copy of it into the kernel cache for each world, with the block
between the two marks replaced by that world's rules: a driver built by a closure would be compiled anew at every start.

**The auto-reset rule** (`turn_worlds`): when the last seat of an episode is done, the same step begins the next episode
of the task, or the next task of the world when the trial is over. What the players see after that step already belongs
to the new episode; the last observation of the old one is kept apart. The last action and reward stay visible as
inputs across the episodes of a trial and are cleared between trials.

Playing, turning and looking are kernels of their own: each holds its share of the rules only once, which keeps the
time to compile them down.
"""

import numpy as np

from worlds.kit.bots import draw_bot
from worlds.kit.chance import child_key, open_stream, sided_key, uniform
from worlds.kit.kernel import kernel
from worlds.kit.record import BOT, EXTERNAL, FINAL, FOR_TRAINING, layout_part, opponents_part

# <rules: replaced by load_driver>
from worlds.kit.norules import act, begin, draw_population, draw_task, ended, figures  # isort: skip
from worlds.kit.norules import legal, observe, reveal, solvable, step  # isort: skip

EPISODE_TICKS = 1
OBSERVED = 1
ACTION_SIZES = np.array([1])
CAUSE_KINDS = np.array([0])
GENERATOR_SHARES = np.array([[1.0], [1.0], [1.0]])  # cumulative, in training, in test and in final
ROLES = np.array([0])  # of the seats
BOT_POOLS = np.array([[[1, 0], [1, 0], [0, 0], [0, 0], [0, 0]]])  # by role, see `draw_bot`
KNOB_RANGES = np.array([[[[0.0, 0.0, 0.0, 0.0, 0.0, 0.0]]]])  # by role and kind
KINDS = 1  # entries of a bot in what is told: kinds that have a name
BOTS_AT = -1  # where they are told, −1: they are not
# </rules>

OPPONENTS, LAYOUT = 2**40, 2**40 + 1  # children of the task's key beside the episodes, which are fewer
ASIDE = 2**62 + 1  # child of a world's key beside its trials, which are fewer
NOT_FINITE = 1  # values of `fault`
ON, AGAIN = -1, -2  # what `turn_worlds` does instead of a trial


@kernel
def start_trial(w, trial, split, episodes, pin_kind, pin_knob):  # type: ignore[no-untyped-def]
    """Draw the task of a trial and begin its first episode.

    Opponents and layout have a stream each, so neither depends on the other: tasks of the splits stay paired.
    """
    w.trial = trial
    w.split = split
    w.episodes = episodes
    w.episode = 0
    w.task_key = child_key(family_key(w), trial)
    for seat in range(len(w.done)):
        w.reward[seat] = 0.0
        for factor in range(len(ACTION_SIZES)):
            w.action[seat, factor] = 0
    draw_opponents(w)
    draw_layout(w)
    pin_bots(w, pin_kind, pin_knob)
    start_episode(w)


@kernel
def family_key(w):  # type: ignore[no-untyped-def]
    """The key whose children the tasks are. Those of final and of validation are nobody else's, whatever the seed and
    the trial; all other splits share theirs, so their tasks are paired.
    """
    if w.split < FINAL:
        return np.uint64(w.world_key)
    return child_key(child_key(np.uint64(w.world_key), ASIDE), w.split)


@kernel
def draw_opponents(w):  # type: ignore[no-untyped-def]
    """Who is met: each seat's bot, and those without a seat."""
    open_stream(w, child_key(np.uint64(w.task_key), OPPONENTS))
    part = opponents_part(w)
    for seat in range(len(w.done)):
        draw_bot(w, seat, part, ROLES[seat], BOT_POOLS, KNOB_RANGES)
    draw_population(w)


@kernel
def draw_layout(w):  # type: ignore[no-untyped-def]
    """Where one is: the generator, and all that the rules draw."""
    part = layout_part(w)
    w.layout_key = sided_key(child_key(np.uint64(w.task_key), LAYOUT), int(part != FOR_TRAINING))
    open_stream(w, np.uint64(w.layout_key))
    luck = uniform(w)
    generator = 0
    while luck >= GENERATOR_SHARES[part, generator]:
        generator += 1
    w.generator = generator
    draw_task(w)


@kernel
def pin_bots(w, pin_kind, pin_knob):  # type: ignore[no-untyped-def]
    """Put the bots that the user chose in place of those that the task drew (after the draw: tasks stay paired)."""
    for seat in range(len(pin_kind)):
        if pin_kind[seat] >= 0:
            w.bot_kind[seat] = pin_kind[seat]
        for knob in range(pin_knob.shape[1]):
            if pin_knob[seat, knob] == pin_knob[seat, knob]:  # not NaN: the user gave a value
                w.bot_knob[seat, knob] = pin_knob[seat, knob]


@kernel
def start_episode(w):  # type: ignore[no-untyped-def]
    """Begin the episode that ``w.episode`` names."""
    open_stream(w, child_key(np.uint64(w.task_key), w.episode))
    w.tick = 0
    w.cause = 0
    w.fault = 0
    for seat in range(len(w.done)):
        w.done[seat] = 0
        w.gain[seat] = 0.0
        w.score[seat] = 0.0
    begin(w)


@kernel
def decide(w):  # type: ignore[no-untyped-def]
    """A decision begins: the reward counts from zero and the bots choose."""
    for seat in range(len(w.done)):
        w.reward[seat] = 0.0
    for seat in range(len(w.done)):
        if int(w.driver[seat]) == BOT and int(w.done[seat]) == 0:
            act(w, seat)


@kernel
def obey(w, lanes, actions):  # type: ignore[no-untyped-def]
    """Take over what the external players chose."""
    for lane in range(len(lanes)):
        seat = lanes[lane]
        if int(w.driver[seat]) == EXTERNAL and int(w.done[seat]) == 0:
            for factor in range(len(ACTION_SIZES)):
                w.action[seat, factor] = actions[lane, factor]


@kernel
def tick(w):  # type: ignore[no-untyped-def]
    """One tick of the rules; seats that are done gain nothing more. Sets ``w.cause`` when the last seat is done."""
    for seat in range(len(w.done)):
        w.gain[seat] = 0.0
    step(w, w.action, w.gain)
    w.tick += 1
    running = 0
    cause = 0
    for seat in range(len(w.done)):
        if int(w.done[seat]) == 0:
            gain = w.gain[seat]
            if not np.isfinite(gain):
                w.fault = NOT_FINITE
            w.reward[seat] += gain
            w.score[seat] += gain
            cause = ended(w, seat)
            w.done[seat] = CAUSE_KINDS[cause]
            if cause == 0:
                running += 1
    if running == 0:
        w.cause = cause


@kernel
def look(w, seat, out, with_inputs):  # type: ignore[no-untyped-def]
    """All that a lane sees: the world's pieces and the RL² inputs (Duan et al. 2016)."""
    observe(w, seat, out[:OBSERVED])
    if with_inputs:
        at = OBSERVED
        fresh = w.tick == 0 and w.episode == 0
        for factor in range(len(ACTION_SIZES)):
            for choice in range(ACTION_SIZES[factor]):
                out[at] = 1.0 if w.action[seat, factor] == choice and not fresh else 0.0
                at += 1
        out[at] = w.reward[seat]
        out[at + 1] = 1.0 if w.tick == 0 else 0.0
        out[at + 2] = (w.episode + w.tick / EPISODE_TICKS) / w.episodes
    refuse_broken(w, out)


@kernel
def tell(w, seat, out):  # type: ignore[no-untyped-def]
    """The hidden task, for oracles: who the others are, and what the rules reveal."""
    for index in range(len(out)):
        out[index] = 0.0
    if BOTS_AT >= 0:
        for turn in range(1, len(w.done)):
            other = (seat + turn) % len(w.done)
            if w.bot_kind[other] < KINDS:  # a final kind has no name
                out[BOTS_AT + (turn - 1) * KINDS + w.bot_kind[other]] = 1.0
    reveal(w, seat, out)
    refuse_broken(w, out)


@kernel
def refuse_broken(w, out):  # type: ignore[no-untyped-def]
    """Note a fault if a value is not finite."""
    broken = False
    for index in range(len(out)):
        broken |= not np.isfinite(out[index])
    if broken:
        w.fault = NOT_FINITE


@kernel
def play_worlds(worlds, lanes, actions, ticks, new_decision, rewards, ends, causes, returns, measured):  # type: ignore[no-untyped-def]
    """Up to ``ticks`` ticks in every world, fewer where the episode ends: how many episodes ended, or −1 − index of the
    first faulty world.
    """
    ended_now = 0
    faulty = -1
    for i in range(len(worlds)):
        w = worlds[i]
        for lane in range(lanes.shape[1]):
            ends[i, lane] = w.done[lanes[i, lane]]
        if new_decision:
            decide(w)
        obey(w, lanes[i], actions[i])
        for _ in range(ticks):
            tick(w)
            if w.cause != 0:
                break
        for lane in range(lanes.shape[1]):
            seat = lanes[i, lane]
            rewards[i, lane] = w.reward[seat]
            ends[i, lane] = int(w.done[seat]) - int(ends[i, lane])  # each end is told once
        causes[i] = w.cause
        if w.cause != 0:
            ended_now += 1
            for seat in range(len(w.score)):
                returns[i, seat] = w.score[seat]
            figures(w, measured[i])
        if faulty < 0 and w.fault != 0:
            faulty = i
    return ended_now if faulty < 0 else -1 - faulty


@kernel
def turn_worlds(worlds, trial, split, episodes, pin_kind, pin_knob, turns):  # type: ignore[no-untyped-def]
    """Begin what comes next: trial ``trial`` everywhere; or with ON, where an episode has ended, the next one or the
    next trial; or with AGAIN the present episode. ``turns``: 0 nothing has begun, 1 an episode, 2 a trial.
    """
    for i in range(len(worlds)):
        w = worlds[i]
        turns[i] = 0
        if trial == ON and (w.cause == 0 or w.fault != 0):
            continue
        if trial == ON and w.episode + 1 < w.episodes:
            w.episode += 1
        elif trial != AGAIN:
            turns[i] = 2
            new_trial = w.trial + 1 if trial == ON else trial
            start_trial(
                w,
                new_trial,
                w.split if trial == ON else split,
                w.episodes if trial == ON else episodes,
                pin_kind,
                pin_knob,
            )
            continue
        turns[i] = 1
        start_episode(w)


@kernel
def look_worlds(worlds, lanes, observations, told, legals, active, flags, wanted):  # type: ignore[no-untyped-def]
    """What every lane sees, is told and may do, and whether it is waited for, in the ``wanted`` worlds: the first
    faulty one, or −1.
    """
    faulty = -1
    with_inputs, with_told = int(flags[0]) != 0, int(flags[1]) != 0
    for i in range(len(worlds)):
        if int(wanted[i]) == 0:
            continue
        w = worlds[i]
        for lane in range(lanes.shape[1]):
            seat = lanes[i, lane]
            look(w, seat, observations[i, lane], with_inputs)
            if with_told:
                tell(w, seat, told[i, lane])
            legal(w, seat, legals[i, lane])
            active[i, lane] = int(w.driver[seat]) == EXTERNAL and int(w.done[seat]) == 0
        if faulty < 0 and w.fault != 0:
            faulty = i
    return faulty


@kernel
def measure(worlds, out):  # type: ignore[no-untyped-def]
    """The figures of the first world's episode so far."""
    figures(worlds[0], out)


@kernel
def judge_worlds(worlds, out):  # type: ignore[no-untyped-def]
    """Which tasks can be played as they are meant: 1 or 0 for each world."""
    for i in range(len(worlds)):
        out[i] = 1 if solvable(worlds[i]) else 0
