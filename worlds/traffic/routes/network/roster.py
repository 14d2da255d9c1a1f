"""Who chooses the ways when nobody else does: those of the towns whose habits make sense for whole ways."""

from worlds.kit.bots import names_of
from worlds.traffic.routes.roster import BOTS, PATIENCE, ROLE, WANDER
from worlds.world import Bot, Knob

_OF_TOWNS = {bot.name: bot for bot in BOTS}
NETWORK_BOTS: tuple[Bot, ...] = (
    _OF_TOWNS["quickest"],
    _OF_TOWNS["looker"],
    _OF_TOWNS["impatient"],
    Bot(
        "habitual",
        ROLE,
        (PATIENCE, WANDER, Knob("favourite", 0.0, 1.0)),  # share of the ways, from the quickest on
        about="always takes one and the same way",
    ),
    Bot("random", ROLE, (PATIENCE, Knob("wander", 0.5, 1.0, held_out=(0.7, 0.8))), about="takes any way"),
    Bot(
        "learner",
        ROLE,
        (PATIENCE, WANDER, Knob("pace", 0.3, 1.0, held_out=(0.5, 0.6))),  # share of the last time in what it expects
        about="remembers from day to day how long each way took, and takes the quickest by that",
    ),
    Bot(
        "knowing",
        ROLE,
        (PATIENCE, WANDER, Knob("trust", 0.7, 1.0, held_out=(0.8, 0.85))),
        about="knows the true mean seconds of every street: the reference for what knowledge is worth",
    ),
    _OF_TOWNS["herd"],
    Bot(
        "explorer",
        ROLE,
        (PATIENCE, WANDER, Knob("fresh", 5.0, 40.0)),  # s
        split="final",
        about="a way that it has not taken yet on this day is worth a detour",
    ),
)
kind, knob = names_of(NETWORK_BOTS)
