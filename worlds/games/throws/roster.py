"""Who throws when nobody else does: the kinds of strangers, and the knobs that make one of many of a kind.

``turn`` is what a stranger adds to the throw it looks at: 0 the same throw, 1 the one that beats it, 2 the one that it
beats. ``order`` says what it takes for the same situation: the other's last throw (0), the last throws of both (1),
the other's last two (2), its own last two (3), the last throws of both and the other's one before (4). Both are cut to
whole numbers.
"""

import numpy as np

from worlds.declarations import knob_columns
from worlds.kit.bots import knob_table, names_of
from worlds.world import Bot, Knob

ROLE = "player"
LAPSE = Knob("lapse", 0.0, 0.1)  # share of throws made by chance
FADE = Knob("fade", 0.7, 1.0, held_out=(0.86, 0.92))  # what is left of a count when the next one comes
TURN = Knob("turn", 0.0, 3.0)
ORDER = Knob("order", 0.0, 5.0, held_out=(2.0, 3.0))
FIRST_WAY, SECOND_WAY = Knob("first", 0.0, 6.0), Knob("second", 0.0, 6.0)  # see `by_way`
SCORES_FADE = Knob("scores_fade", 0.9, 0.99)
BREADTH = Knob("breadth", 2.0, 6.99)  # predictors in use


def _bot(name: str, about: str, *knobs: Knob, split: str = "train") -> Bot:
    return Bot(name, ROLE, knobs, split=split, about=about)


BOTS: tuple[Bot, ...] = (
    _bot("random", "throws by chance, each as often; nothing can be won or lost against it"),
    _bot("biased", "throws by chance, some more often than others",
         Knob("rock", 0.05, 1.0), Knob("paper", 0.05, 1.0, held_out=(0.4, 0.6)), Knob("scissors", 0.05, 1.0)),
    _bot("drifter", "throws by chance, and what it throws most often changes slowly",
         Knob("pace", 0.02, 0.1, held_out=(0.05, 0.06))),  # farthest that a weight moves in one throw
    _bot("cycle", "throws the same short row again and again",
         Knob("length", 1.0, 9.99, held_out=(6.0, 7.0)), LAPSE),
    _bot("de_bruijn", "throws a long fixed row that holds every short word once",
         Knob("word", 2.0, 4.99, held_out=(3.0, 4.0)), Knob("start", 0.0, 1.0), LAPSE),
    _bot("copy", "throws by what the other threw one to four throws ago",
         Knob("lag", 1.0, 4.99, held_out=(3.0, 4.0)), TURN, LAPSE),
    _bot("frequency", "counts what the other throws and answers the commonest", FADE, TURN, LAPSE),
    _bot("markov", "counts what the other throws in each situation and answers the commonest",
         ORDER, FADE, TURN, LAPSE),
    _bot("recaller", "answers in proportion to what the other threw in like situations, the latest most",
         ORDER, Knob("recall", 0.9, 0.999), TURN, LAPSE),
    _bot("table", "has a fixed answer for each situation",
         ORDER, Knob("sure", 0.8, 1.0)),  # chance of that answer
    _bot("rotator", "moves on from its own last throw by whether it won, drew or lost",
         Knob("on_win", 0.0, 3.0), Knob("on_draw", 0.0, 3.0), Knob("on_loss", 0.0, 3.0),
         Knob("lapse", 0.0, 0.1, held_out=(0.03, 0.05))),
    _bot("win_stay", "stays with what won, leaves what lost, as many people do",
         Knob("stay", 0.6, 1.0), Knob("leave", 0.6, 1.0, held_out=(0.7, 0.8)),
         Knob("upwards", 0.0, 1.0)),  # share of moves to the throw that beats its last one
    _bot("matcher", "looks for the longest repeat of the last throws and answers what followed it",
         Knob("stream", 0.0, 2.99),  # 0 the throws of both, 1 the other's, 2 its own
         Knob("longest", 2.0, 20.0, held_out=(6.0, 9.0)), TURN, LAPSE),
    _bot("second_guesser", "expects the other to answer its own habits, and answers that answer, or one further on",
         Knob("base", 0.0, 1.99),  # habits: 0 its commonest throw, 1 that after the last throws of both
         Knob("level", 1.0, 3.99), FADE, LAPSE),
    _bot("switcher", "has two simple ways and changes to the other one when it falls behind",
         FIRST_WAY, SECOND_WAY, Knob("patience", 1.0, 8.0, held_out=(4.0, 5.5)), LAPSE),
    _bot("mixture", "takes one of two simple ways at each throw, by chance",
         FIRST_WAY, SECOND_WAY, Knob("share", 0.1, 0.9, held_out=(0.4, 0.6))),
    _bot("chooser", "guesses by several methods, of itself and of the other, and follows what would have won most",
         ORDER, FADE, SCORES_FADE, BREADTH, LAPSE),
    _bot("voter", "guesses by several methods and draws among them by what each would have won",
         ORDER, FADE, SCORES_FADE, BREADTH, split="test"),
    _bot("gambler", "throws more often what has paid of late",
         Knob("scores_fade", 0.8, 0.98), Knob("sharpness", 4.0, 16.0), split="test"),
    _bot("leveller", "keeps its own throws even: what it threw least often comes next",
         Knob("fade", 0.6, 0.98), TURN, LAPSE, split="test"),
    _bot("echo", "answers what the other did the last time that it had thrown what it just threw",
         TURN, LAPSE, split="test"),
    _bot("turn_counter", "counts how the other turns from throw to throw and answers the commonest turn",
         FADE, TURN, LAPSE, split="final"),
    _bot("cautious", "guesses by several methods, and throws by chance while it is behind",
         ORDER, FADE, SCORES_FADE, BREADTH, Knob("limit", 0.0, 3.0), split="final"),
)  # fmt: skip
kind, knob = names_of(BOTS)
KINDS = sum(bot.split != "final" for bot in BOTS)  # those that have a name in what is told
_columns = knob_columns(BOTS)
KNOBS = max(_columns.values()) + 1
_ranges = knob_table(BOTS, _columns)
KNOB_LOW = np.ascontiguousarray(_ranges[:, :, 0])
"""(kinds, knobs): the lower end of each, 0 where there is none."""
KNOB_SPAN = np.where(_ranges[:, :, 1] > _ranges[:, :, 0], _ranges[:, :, 1] - _ranges[:, :, 0], 1.0)
"""(kinds, knobs): how far each reaches."""


def _de_bruijn(word: int) -> list[int]:
    """A shortest row of three symbols, read round, that holds each word of this length once: Lyndon words in order
    (Fredricksen and Maiorana 1978).
    """
    found: list[int] = []
    row = [0] * (3 * word)

    def extend(at: int, period: int) -> None:
        if at > word:
            found.extend(row[1 : period + 1] if word % period == 0 else ())
            return
        row[at] = row[at - period]
        extend(at + 1, period)
        for symbol in range(row[at - period] + 1, 3):
            row[at] = symbol
            extend(at + 1, at)

    extend(1, 1)
    return found


WORDS = (2, 3, 4)
LONG_ROWS = np.array([symbol for word in WORDS for symbol in _de_bruijn(word)], np.uint8)
"""The rows for words of 2, 3 and 4 throws, one behind the other: 9, 27 and 81 throws."""
