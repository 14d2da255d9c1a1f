"""Who plays in tag when nobody else does: the kinds of bots, their knobs, and the draw of one for a seat."""

import numpy as np

from worlds.kit.bots import draw_knobs, knob_table
from worlds.kit.chance import uniform
from worlds.kit.kernel import kernel
from worlds.world import Bot, Knob

ALERT = Knob("alert", 0.5, 1.0)  # share of decisions at which it thinks anew
SLOPPY = Knob("sloppy", 0.0, 0.25)  # share of random moves
FEAR = Knob("fear", 2.0, 6.0, held_out=(4.5, 6.0))  # m


def _bot(name: str, role: str, about: str, *knobs: Knob, split: str = "train") -> Bot:
    return Bot(name, role, (ALERT, SLOPPY, *knobs), split=split, about=about)


BOTS: tuple[Bot, ...] = (
    _bot("direct", "chaser", "runs at whom it sees, looks where it saw them last", Knob("memory", 2, 14, (10, 14))),
    _bot(
        "interceptor",
        "chaser",
        "runs to where the other will be",
        Knob("memory", 2, 12),
        Knob("lead", 0.3, 1.6, held_out=(1.1, 1.6)),  # s
    ),
    _bot(
        "ambusher",
        "chaser",
        "waits at a junction and pounces",
        Knob("patience", 5, 25),  # decisions
        Knob("pounce", 2.0, 5.0, held_out=(3.8, 5.0)),  # m
    ),
    _bot(
        "patroller",
        "chaser",
        "walks from den to den, chases for a while",
        Knob("chase", 2, 16, held_out=(11, 16)),  # decisions
        Knob("turn", 0, 1),  # below a half the round goes 0 1 2 3, else the other way
    ),
    _bot(
        "pack",
        "chaser",
        "comes from the side its mates do not",
        Knob("memory", 2, 12),
        Knob("spread", 0.8, 3.0, held_out=(2.2, 3.0)),  # m beyond the prey
    ),
    _bot(
        "warden",
        "chaser",
        "holds the refuge and leaves it for whoever comes near",
        Knob("leash", 1.5, 5.0, held_out=(3.8, 5.0)),  # m from the refuge
        Knob("restless", 0.0, 0.08),  # chance a decision of going for a round
    ),
    _bot(
        "stalker",
        "chaser",
        "follows at a distance, then strikes",
        Knob("gap", 1.5, 3.5),  # m
        Knob("strike", 0.03, 0.25),  # chance a decision
        split="test",
    ),
    _bot(
        "sweeper",
        "chaser",
        "searches corner after corner, chases only what is close",
        Knob("glance", 2.0, 5.0),  # m
        split="test",
    ),
    _bot("runner", "evader", "roams, bolts to the refuge when threatened", FEAR, Knob("patience", 4, 20)),
    _bot(
        "homebody",
        "evader",
        "goes to the refuge and stays",
        Knob("delay", 0, 12),  # decisions before it goes
        Knob("restless", 0.0, 0.08, held_out=(0.05, 0.08)),  # chance a decision of going for a walk
    ),
    _bot(
        "looper",
        "evader",
        "runs round the dens and rests at the refuge",
        FEAR,
        Knob("rest", 2, 12, held_out=(9, 12)),  # decisions
    ),
    _bot(
        "hider",
        "evader",
        "sits in a far corner until found",
        FEAR,
        Knob("homing", 0.1, 0.6, held_out=(0.4, 0.6)),  # chance that the next place is the refuge
    ),
    _bot(
        "decoy",
        "evader",
        "visits the sham dens to mislead",
        FEAR,
        Knob("linger", 1, 8),  # decisions at each
        Knob("honest", 0.1, 0.5, held_out=(0.35, 0.5)),  # chance that the next den is the refuge
    ),
    _bot(
        "wall_hugger",
        "evader",
        "keeps along walls, goes home late",
        FEAR,
        Knob("outing", 6, 25, held_out=(18, 25)),  # decisions before it goes home
    ),
    _bot(
        "zigzag",
        "evader",
        "makes for the refuge, swerving when seen",
        FEAR,
        Knob("swing", 1, 4),  # decisions a side
        split="test",
    ),
    _bot(
        "opportunist",
        "evader",
        "keeps near the refuge and slips in when nobody is about",
        FEAR,
        Knob("rest", 3, 15),  # decisions inside
        Knob("shadow", 2, 6),  # steps from the refuge
        split="test",
    ),
)

ROLES = ("chaser", "evader")
BY_ROLE = [[bot for bot in BOTS if bot.role == role] for role in ROLES]
KINDS = max(len(bots) for bots in BY_ROLE)
KNOBS = max(len(bot.knobs) for bot in BOTS)
TRAINING = np.array([sum(bot.split == "train" for bot in bots) for bots in BY_ROLE])  # they come first in each role
RESERVED = np.array([len(bots) for bots in BY_ROLE]) - TRAINING
NEW_KIND = 0.7  # share of held-out bots whose whole kind is reserved; the others have a knob held out
KNOB_TABLE = np.zeros((len(ROLES), KINDS, KNOBS, 4))
for _role, _bots in enumerate(BY_ROLE):
    KNOB_TABLE[_role, : len(_bots)] = knob_table(_bots, KNOBS)


@kernel
def draw_bot(w, seat, role, held_out):
    """Kind and knobs of one seat's bot. The number of draws is always the same, so tasks stay paired."""
    reserved = uniform(w) < NEW_KIND and held_out
    luck = uniform(w)
    kind = TRAINING[role] + int(luck * RESERVED[role]) if reserved else int(luck * TRAINING[role])
    w.bot_kind[seat] = kind
    draw_knobs(w, seat, held_out, KNOB_TABLE[role, kind])
