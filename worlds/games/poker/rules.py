"""Poker: Kuhn and Leduc poker, hand after hand, against somebody whose ways nobody tells you.

Rules    Both ante a chip and get a card. They bet in turn: check, bet, call, raise or fold, with bets of a fixed size
         and so many bets and raises a round. Kuhn's game has one card of each rank and one round; the higher card wins.
         Leduc has two cards of each rank; after the first round a public card is turned up and a second round follows
         with larger bets. Who pairs the public card wins, else the higher card, and equal cards share the pot.
         Cards are dealt fairly and anew for every hand, whoever plays and whatever was done. The button alternates:
         the other one acts first, in both rounds. An episode is 8 hands of a game with one round, 6 of one with two:
         200 hands are 25 or 34 episodes. The shipped agent learned in trials of 15.
Who      player_0 and opponent_0, each for itself; the game is the same from both sides.
Actions  play: wait, fold, check or call, bet or raise. A decision is one choice of the seat whose turn it is; the other
         one can only wait.
Seen     turn: to act · button: acts last · card: own rank, one-hot · public: rank, one-hot, once it is turned up ·
         second: the second round · place: what was done in this round, one-hot · first_round: how it ended, one-hot ·
         chips: in the pot, own and the other's, in parts of the most · rules: ranks, copies of each, rounds, raises,
         the bet of each round, all in parts of the most · over: how the hand before ended (I folded, the other did,
         cards were shown), one-hot, in the first decision of a hand · shown: the other's card then, if it was shown ·
         paid: what that hand paid · left: share of the episode's hands.
Hidden   who the other one is. The game itself is seen: who sits down to play knows the deck and the stakes.
Reward   chips won or lost when a hand is over, counted in the last round's bet.
End      truncated after 8 or 6 hands.
Varies   the game: Kuhn's with 3 or 4 ranks, Leduc with 2 bets a round or 1 (test: Kuhn's with 5 ranks, Leduc with 4;
         final: Kuhn's with bets of two chips, Leduc with even bets). The other one, of 22 kinds: by its cards, by the
         book, by its mood, or by what the player does; most have two knobs. It remembers through the whole trial.
Headroom on paper, bets a hand against the training opponents, each in one mood: what is exact is so for 96 of them, the
         Bayes player (agents/players/classical/poker_bayes.py) knows 240 others (tests/tools/headroom/poker.py):
         kuhn: random −0.13, equilibrium 0.07, best fixed strategy 0.12, Bayes player who forgets between episodes 0.19,
         who does not, by episode: 0.19, 0.23, 0.25, 0.25, 0.26, best response to each 0.28.
         kuhn_four: −0.11, 0.09, 0.12, 0.18; 0.18, 0.22, 0.23, 0.24, 0.24; 0.26.
         leduc: −0.13, 0.08, 0.23, 0.27; 0.27, 0.31, 0.33, 0.34, 0.35; 0.36.
         leduc_single: −0.08, 0.08, 0.15, 0.17; 0.17, 0.20, 0.21, 0.21, 0.21; 0.23.
         Played, 600 tasks of test-both, return an episode, mean of five, ± 0.3: equilibrium 0.5, Bayes player who
         forgets 1.3, who does not 1.4, who is told the other one 1.9 (tests/tools/solved.py poker). Kinds that it never
         met cost the Bayes player most of what it could win.
         Trained, one seed of 30 million steps, 1,000 tasks, return of episodes 3 to 15 on train / test-opponent: the
         shipped agent 1.40 / 1.29 ± 0.08, 0.38 ± 0.04 / 0.25 ± 0.04 more than with its memory wiped after every episode
         and 0.75 / 0.48 more than with the memory of another opponent; equilibrium 0.55 / 0.62. After 200 hands against
         test-opponent it is 0.47 ± 0.29 of the way from equilibrium to best response in kuhn, 0.34 ± 0.35 in kuhn_four,
         0.74 ± 0.23 in leduc and 0.35 ± 0.33 in leduc_single; to an equilibrium player it loses 0.026 ± 0.009,
         0.004 ± 0.009, 0.012 ± 0.008 and 0.008 ± 0.007 bets a hand
         (tests/tools/poker_bar.py poker --tasks 400 --balance 1000).
Source   Kuhn 1950, "A simplified two-person poker"; Southey et al. 2005, "Bayes' bluff". The values for who acts first,
         −1/18 and −0.0856 chips a hand, are the published ones.
Version  1.
"""

from worlds.games.poker.bots import act, draw_population, meet, take_it, watch
from worlds.games.poker.constants import (
    AFTER_CHECK,
    BET,
    BIG,
    CAP,
    COPIES,
    DECISIONS,
    END_OF_PASS,
    FOLD,
    FOLDED_0,
    FOLDED_1,
    HANDS,
    LARGE_BET,
    MOST_HANDS,
    MOST_RANKS,
    OPEN,
    OUT_OF_HANDS,
    PASS,
    RAISE,
    RAISES,
    RANK_COUNT,
    ROUNDS,
    RULES,
    SEATS,
    SHOWN,
    SMALL_BET,
    VARIANTS,
    WAIT,
)
from worlds.games.poker.legend import LEGEND
from worlds.games.poker.picture import HEIGHT, WIDTH, draw, status
from worlds.games.poker.roster import BOTS, KNOBS, MANNER_WORDS, ROLES, ROW
from worlds.games.poker.senses import OBSERVATION, observe, reveal
from worlds.games.poker.state import STATE
from worlds.games.poker.words import tell
from worlds.kit.chance import integer
from worlds.kit.kernel import kernel
from worlds.world import (
    RUNNING,
    Action,
    Bots,
    Cause,
    Figure,
    Generator,
    Kernels,
    Numbers,
    Seat,
    Shares,
    Timing,
    View,
    World,
)

# --- the trial and the episode -----------------------------------------------------------------------------------


@kernel
def draw_task(w):
    """Two who do not know each other; the game is the generator's."""
    w.played = 0
    for seat in range(SEATS):
        meet(w, seat)
        w.earned[seat] = 0.0


@kernel
def begin(w):
    """One episode: all of its cards are dealt at once, so that nothing that anybody does changes them."""
    w.hands = RULES[w.generator, HANDS]
    for hand in range(MOST_HANDS):
        w.over[hand] = 0
        w.won[hand] = 0.0
        for card in range(w.cards.shape[1]):
            w.cards[hand, card] = 0  # those of a longer episode before
    for hand in range(w.hands):
        deal(w, hand)
    w.hand = 0
    for what in range(w.counts.shape[1]):
        for seat in range(SEATS):
            w.counts[seat, what] = 0
    start_hand(w)


@kernel
def deal(w, hand):
    """A card for each seat and a public one, without putting any back."""
    ranks, copies = RULES[w.generator, RANK_COUNT], RULES[w.generator, COPIES]
    size = ranks * copies
    first, second, third = integer(w, size), integer(w, size - 1), integer(w, size - 2)
    second += int(second >= first)
    low, high = min(first, second), max(first, second)
    third += int(third >= low)
    third += int(third >= high)
    w.cards[hand, 0] = first // copies
    w.cards[hand, 1] = second // copies
    w.cards[hand, 2] = third // copies


@kernel
def start_hand(w):
    """Both ante; who has not the button acts first. The players' seats have it by turns."""
    w.first = w.hand % SEATS
    w.turn = w.first
    w.stage = 0
    w.place = OPEN
    w.end = -1
    for seat in range(SEATS):
        w.chips[seat] = 1


# --- one choice --------------------------------------------------------------------------------------------------


@kernel
def step(w, actions, rewards):
    """The seat whose turn it is chooses; the other one waits."""
    seat = w.turn
    choice = allowed(w, actions[seat, 0])
    note(w, seat, choice)
    if choice == FOLD:
        finish(w, rewards, FOLDED_0 + seat)
    elif choice == RAISE:
        put_more(w, seat)
    else:
        check_or_call(w, seat, rewards)


@kernel
def allowed(w, wanted):
    """What is done when somebody wants something: who cannot raise calls, and there is no fold without a bet."""
    if wanted == RAISE and RAISES[w.place] < RULES[w.generator, CAP]:
        return RAISE
    return FOLD if wanted == FOLD and w.place >= BET else PASS


@kernel
def note(w, seat, choice):
    """The other one remembers it, and the figures count it."""
    watch(w, 1 - seat, w.place, choice)
    facing = int(w.place >= BET)
    w.counts[seat, 0] += 1 - facing
    w.counts[seat, 1] += (1 - facing) * int(choice == RAISE)
    w.counts[seat, 2] += facing
    w.counts[seat, 3] += facing * int(choice == FOLD)


@kernel
def put_more(w, seat):
    """Bet or raise: one bet more than the other one has in."""
    w.chips[seat] = w.chips[1 - seat] + RULES[w.generator, SMALL_BET if w.stage == 0 else LARGE_BET]
    w.place += 2  # from OPEN to BET, AFTER_CHECK to CHECK_BET, BET to RAISED, CHECK_BET to CHECK_RAISED
    w.turn = 1 - seat


@kernel
def check_or_call(w, seat, rewards):
    """The round goes on, or ends with even chips: then comes the second one, or cards are shown."""
    w.chips[seat] = w.chips[1 - seat]
    if w.place == OPEN:
        w.place = AFTER_CHECK
        w.turn = 1 - seat
    elif w.stage + 1 < RULES[w.generator, ROUNDS]:
        w.end = END_OF_PASS[w.place]
        w.stage = 1
        w.place = OPEN
        w.turn = w.first
    else:
        finish(w, rewards, SHOWN)


@kernel
def finish(w, rewards, how):
    """A hand is over: the loser pays what it has in, and the next hand starts."""
    won = outcome(w, how) / RULES[w.generator, BIG]
    w.over[w.hand] = how
    w.won[w.hand] = won
    for seat in range(SEATS):
        own = won if seat == 0 else -won
        rewards[seat] += own
        w.earned[seat] += own
        take_it(w, seat, own)
        w.counts[seat, 4] += int(how == SHOWN)
    w.hand += 1
    w.played += 1
    start_hand(w)


@kernel
def outcome(w, how):
    """Chips that seat 0 wins."""
    if how == FOLDED_0:
        return -w.chips[0]
    if how == FOLDED_1:
        return w.chips[1]
    own, other = value(w, 0), value(w, 1)
    return w.chips[1] if own > other else -w.chips[0] if own < other else 0


@kernel
def value(w, seat):
    """What a hand is worth when cards are shown: a pair beats all ranks."""
    rank = w.cards[w.hand, seat]
    is_pair = w.stage == 1 and rank == w.cards[w.hand, 2]
    return rank + (MOST_RANKS if is_pair else 0)


@kernel
def ended(w, seat):
    """The episode has so many hands."""
    return OUT_OF_HANDS if w.hand >= w.hands else 0


@kernel
def legal(w, seat, out):
    """Who is not to act waits."""
    mine = w.turn == seat
    out[WAIT] = int(not mine)
    out[FOLD] = int(mine and w.place >= BET)
    out[PASS] = int(mine)
    out[RAISE] = int(mine and RAISES[w.place] < RULES[w.generator, CAP])


@kernel
def solvable(w):
    """A deck for both, and for the public card."""
    rules = RULES[w.generator]
    return rules[RANK_COUNT] * rules[COPIES] >= SEATS + rules[ROUNDS] - 1


@kernel
def figures(w, out):
    """Of the world: hands shown; of each seat: how often it bets where it may, and folds when it is bet to."""
    out[0] = w.counts[0, 4] / w.hands
    for seat in range(SEATS):
        out[1 + 2 * seat] = w.counts[seat, 1] / max(w.counts[seat, 0], 1)
        out[2 + 2 * seat] = w.counts[seat, 3] / max(w.counts[seat, 2], 1)


# --- the world ---------------------------------------------------------------------------------------------------


def build() -> World:
    """The only size there is."""
    return World(
        name="poker",
        version=1,
        page=__doc__ or "",
        seats=tuple(Seat(f"{role}_0", role, team=team) for team, role in enumerate(ROLES)),
        state=STATE,
        actions=(Action("play", ("wait", "fold", "check or call", "bet or raise")),),
        observation=OBSERVATION,
        told=(
            Bots(),
            Numbers("knobs", KNOBS, about="opponents"),
            Shares("manner", ROW, about="opponents", of=MANNER_WORDS),
            Shares("mood", 3, about="opponents", of=("saw-bets", "saw-folds", "steams")),
            Shares("next", 3, about="opponents", of=("folds", "calls", "raises")),
        ),
        figures=(Figure("shown"), Figure("bets", per="seat"), Figure("folds", per="seat")),
        kernels=Kernels(
            draw_population=draw_population, draw_task=draw_task, begin=begin, step=step, ended=ended, observe=observe,
            reveal=reveal, act=act, figures=figures, legal=legal, solvable=solvable,
        ),
        generators=tuple(Generator(each.name, split=each.part) for each in VARIANTS),
        bots=BOTS,
        causes=(RUNNING, Cause("out of hands", "truncated")),
        timing=Timing(0.8, ticks_per_decision=1, decisions=DECISIONS),
        view=View(draw, (WIDTH, HEIGHT), status=status, tell=tell, legend=LEGEND, controls={"play": CONTROLS}),
        learning={
            "roles": ("player",), "steps": 30_000_000, "episodes": 15, "rollout": 240, "lanes": 128,
            "learning_rate": 0.003, "gamma": 0.9, "gae_lambda": 0.8, "belief": 0.05, "reference_steps": 10_000_000,
        },
    )  # fmt: skip


CONTROLS = {
    "keys": {"f": FOLD, "c": PASS, "b": RAISE}, "rest": WAIT, "wait": True, "pad": {"A": PASS, "B": FOLD, "X": RAISE},
    "about": "or click what you want to do",
}  # fmt: skip
