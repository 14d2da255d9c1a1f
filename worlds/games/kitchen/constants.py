"""Kitchen's numbers: sizes, pay and codes."""

TICK = 0.35  # s
DECISIONS = 72  # of an episode; a tick each
SIZES = (2, 3, 4)  # numbers of seats
PORTER, COOK = range(2)  # even seats work in the left room, odd ones in the right one
HEIGHT, WIDTH = 7, 11  # tiles, border included
WALL_COLUMN = 5  # the wall between the two rooms, in which the pots stand
ROOM = 4  # columns of a room
BINS, POTS = 3, 3  # of a room; in the wall
PLACES = BINS + POTS  # that a seat can go to: bins first
GUESTS = 3  # whose orders these are; what a guest is called tells nothing but who it is
PORTER_ITEMS = ("leek", "carrot", "beet")
COOK_ITEMS = ("fish", "egg", "cheese")
POT_NAMES = ("north", "middle", "south")
NOTHING = 3  # no ingredient, no pot
NOBODY = -1
MIDDLE = 1  # what counts as the last pot and ingredient before there was any
FAILED, PLAIN, RIGHT = range(3)  # how an order went
PAY = (-0.25, 0.5, 2.0)  # each of the two, by how it went
PUT = 0.25  # each, for putting something in a pot, once an order
LIMIT = 24  # ticks; an order that takes longer has failed
KEEPS_LEAST, KEEPS_MOST = 6, 14  # ticks that an ingredient may be alone in a pot before it burns
NEWS = 4  # ticks for which people are shown how an order went
SITUATIONS = 6  # that a row tells apart
POT_ROWS = ITEM_ROWS = 4  # ways to tell situations apart, see habits.py
ROWS = POT_ROWS + ITEM_ROWS
STAY, RIGHTWARDS, DOWN, LEFTWARDS, UP, USE, TO_BIN, TO_POT = 0, 1, 2, 3, 4, 5, 6, 9  # choices
CHOICES = (
    "stay", "right", "down", "left", "up", "use",
    *(f"to bin {name}" for name in "abc"), *(f"to the {name} pot" for name in POT_NAMES),
)  # fmt: skip
TIME_IS_UP = 1  # cause
