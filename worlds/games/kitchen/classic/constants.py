"""Numbers and codes of kitchens that are loaded from layout files."""

from worlds.games.kitchen.reader import SIGNS

TICK = 0.15  # s
DECISIONS = 400  # of an episode, as everybody measures these kitchens
FLOOR, COUNTER, ONIONS, TOMATOES, DISHES, POT, WINDOW = range(len(SIGNS))  # tiles
NOTHING, ONION, TOMATO, DISH, SOUP = range(5)  # in a hand, or on a counter
OBJECTS = ("nothing", "onion", "tomato", "dish", "soup")
STAY, RIGHT, DOWN, LEFT, UP, USE = range(6)
CHOICES = ("stay", "right", "down", "left", "up", "use")
COLD = -1  # clock of a pot that does not cook
FULL = 3  # things, at most, in a pot
WORTH_PUT, WORTH_DISH, WORTH_SOUP = 3.0, 3.0, 5.0  # what learners are paid besides, as Overcooked-AI does
SOUP_POINTS = 20.0  # in which rewards are counted: 1 is a soup of three onions
TIME_IS_UP = 1
NOBODY = -1
REGIONS = 32  # parts of a kitchen between which nobody can walk, at most
