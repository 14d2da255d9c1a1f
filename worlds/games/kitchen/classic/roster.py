"""Who cooks in loaded kitchens when nobody else does.

``station`` says what one does first where both is needed: below a third it fetches ingredients, above two thirds it
fetches dishes early, between it dishes up once something cooks. ``hand`` is where it lays things down for others: on
counters early in the rows of the kitchen (0) or late ones (1). ``yields`` is how often it steps aside when somebody is
in its way.
"""

from worlds.declarations import knob_columns
from worlds.kit.bots import names_of
from worlds.world import Bot, Knob

ROLE = "cook"
PACE = Knob("pace", 0.6, 0.95, held_out=(0.7, 0.8))  # share of ticks in which it does something
YIELDS = Knob("yields", 0.2, 1.0)
HAND = Knob("hand", 0.0, 1.0, held_out=(0.4, 0.6))


def _bot(name: str, about: str, station: tuple[float, float], *knobs: Knob, split: str = "train") -> Bot:
    return Bot(name, ROLE, (PACE, HAND, Knob("station", *station), *(knobs or (YIELDS,))), split=split, about=about)


BOTS: tuple[Bot, ...] = (
    _bot("allrounder", "does what is most urgent", (0.34, 0.66)),
    _bot("fetcher", "fetches ingredients first, and dishes up when nothing is to be fetched", (0.0, 0.33)),
    _bot("waiter", "fetches a dish as soon as a pot is begun, and ingredients otherwise", (0.67, 1.0)),
    _bot("pusher", "does what is most urgent and never steps aside", (0.34, 0.66), Knob("yields", 0.0, 0.02)),
    _bot("idler", "does what is most urgent, but rests now and then for a long while", (0.0, 1.0),
         YIELDS, Knob("idle", 0.02, 0.06)),
    _bot("grocer", "fetches ingredients and never touches a dish", (0.0, 0.33), split="test"),
    _bot("butler", "dishes up and serves and never touches an ingredient", (0.67, 1.0), split="test"),
    _bot("sleeper", "naps every now and then, and fetches ingredients when awake", (0.0, 0.33),
         YIELDS, Knob("idle", 0.06, 0.1), split="test"),
    _bot("turncoat", "fetches ingredients in the first half of an episode, and serves in the second", (0.0, 1.0),
         split="final"),
)  # fmt: skip
kind, knob = names_of(BOTS)
KNOBS = max(knob_columns(BOTS).values()) + 1
