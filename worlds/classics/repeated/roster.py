"""Who plays the repeated game when nobody else does: the kinds of strategies, and their knobs.

Most are strategies of the literature that the Axelrod library plays too, under the name in ``NAMESAKES``. Such a kind
lies on the side of the split on which its namesake lies, so that nothing named is trained on and tested on; Appeaser is
left out because it plays as Win-Stay Lose-Shift does, which lies on the other side. The random families (memory_one,
memory_two, machine, threshold, fickle) are ours; one draw of them may by chance act like a named one.
"""

import hashlib

from worlds.kit.bots import names_of
from worlds.world import PARTS, Bot, Knob

ROLES = ("player", "opponent")
NICE = Knob("nice", 0.0, 1.0)  # chance of cooperating before there is anything to go by
NAMESAKES = {
    "cooperator": "Cooperator",
    "defector": "Defector",
    "alternator": "Alternator",
    "random": "Random",
    "tit_for_tat": "Tit For Tat",
    "suspicious_tit_for_tat": "Suspicious Tit For Tat",
    "anti_tit_for_tat": "Anti Tit For Tat",
    "bully": "Bully",
    "tit_for_two_tats": "Tit For 2 Tats",
    "two_tits_for_tat": "Two Tits For Tat",
    "hard_tit_for_tat": "Hard Tit For Tat",
    "generous_tit_for_tat": "GTFT",
    "contrite_tit_for_tat": "Contrite Tit For Tat",
    "omega_tit_for_tat": "Omega TFT",
    "win_stay_lose_shift": "Win-Stay Lose-Shift",
    "firm_but_fair": "Firm But Fair",
    "extortion": "ZD-Extort-2",
    "grudger": "Grudger",
    "soft_grudger": "Soft Grudger",
    "gradual": "Gradual",
    "punisher": "Punisher",
    "forgiver": "Forgiver",
    "majority": "Go By Majority",
    "adaptive": "Adaptive",
    "resurrection": "Resurrection",
    "prober": "Prober",
    "hard_prober": "Hard Prober",
    "handshake": "Handshake",
}
"""Our kind → the Axelrod library's name of the same strategy."""
ABOUT = {
    "cooperator": "always cooperates",
    "defector": "always defects",
    "alternator": "cooperates and defects by turns",
    "random": "tosses a coin",
    "tit_for_tat": "does what was done to it",
    "suspicious_tit_for_tat": "as tit for tat, but begins with a defection",
    "anti_tit_for_tat": "does the opposite of what was done to it",
    "bully": "as anti tit for tat, but begins with a defection",
    "tit_for_two_tats": "defects after two defections in a row",
    "two_tits_for_tat": "answers a defection with two",
    "hard_tit_for_tat": "answers a defection with three",
    "generous_tit_for_tat": "tit for tat that forgives now and then",
    "contrite_tit_for_tat": "tit for tat that accepts the answer to its own slip",
    "omega_tit_for_tat": "tit for tat that breaks deadlocks and gives up on the random",
    "win_stay_lose_shift": "repeats what paid well, changes what did not",
    "firm_but_fair": "cooperates unless it was exploited, forgives two thirds of mutual defections",
    "extortion": "a zero-determinant strategy that takes twice the other's surplus",
    "grudger": "cooperates until the first defection, never after it",
    "soft_grudger": "answers a defection with four, then two cooperations",
    "gradual": "answers the n-th defection with n, then calms down",
    "punisher": "punishes for as long as the other's share of defections calls for",
    "forgiver": "defects while more than a tenth were defections",
    "majority": "does what the other did more often",
    "adaptive": "tries both for a while, then plays what earned more",
    "resurrection": "tit for tat that stays with defection after five of its own",
    "prober": "defects once; exploits who lets it pass, else tit for tat",
    "hard_prober": "defects twice; exploits who lets it pass, else tit for tat",
    "handshake": "a secret greeting; cooperates with its own kind alone",
    "memory_one": "a chance of cooperating for each outcome of the last turn; below 0 never, above 1 always",
    "memory_two": "a table of chances for the outcomes of the last two turns, drawn with the task",
    "machine": "a finite-state machine drawn with the task",
    "threshold": "defects when the other's share of defections, over a span it fades by, is above a limit",
    "fickle": "by turns in a good mood, in which two defections in a row count, and in a bad one, in which two "
    "cooperations in a row do",
}
KNOB_LISTS: dict[str, tuple[Knob, ...]] = {
    "random": (Knob("cooperation", 0.3, 0.7),),
    "generous_tit_for_tat": (Knob("generosity", 0.05, 0.6, held_out=(0.25, 0.4)),),
    "memory_one": (
        NICE,
        Knob("after_cc", -0.5, 1.5),  # own action first
        Knob("after_cd", -0.5, 1.5, held_out=(0.1, 0.4)),
        Knob("after_dc", -0.5, 1.5),
        Knob("after_dd", -0.5, 1.5, held_out=(0.6, 0.9)),
    ),
    "memory_two": (NICE,),
    "machine": (NICE, Knob("states", 2.0, 7.0)),
    "threshold": (
        NICE,
        Knob("limit", 0.05, 0.95, held_out=(0.4, 0.55)),
        Knob("span", 2.0, 30.0),  # turns
    ),
    "fickle": (NICE, Knob("span", 6.0, 30.0)),  # turns that a mood lasts
}
FINAL = ("fickle",)


def is_held_out(name: str) -> bool:
    """Whether a strategy of this name (as the Axelrod library spells it) is kept for testing: by a hash of the name."""
    return hashlib.sha256(name.encode()).digest()[0] % 2 == 1


def _split(kind: str) -> str:
    if kind in FINAL:
        return "final"
    return "test" if kind in NAMESAKES and is_held_out(NAMESAKES[kind]) else "train"


NAMES: tuple[str, ...] = tuple(sorted(ABOUT, key=lambda kind: PARTS.index(_split(kind))))  # those for training first
BOTS: tuple[Bot, ...] = tuple(
    Bot(kind, role, KNOB_LISTS.get(kind, ()), split=_split(kind), about=ABOUT[kind]) for role in ROLES for kind in NAMES
)
kind, knob = names_of(BOTS)
KINDS, KNOBS = len(NAMES) - len(FINAL), max(knob) + 1  # kinds that have a name in what is told
