"""Matrix's numbers: sizes, rounds and codes."""

SIDE = 9  # tiles of the arena, border walls included
ROUND = 10  # ticks; whoever has not met its date by then gets nothing
ROUNDS = 6  # of an episode
DECISIONS = ROUND * ROUNDS
SIZES = (2, 4, 6, 8)  # numbers of seats
TABLES, STALLS = 4, 4
PLACES = TABLES + STALLS  # tables first; walking distances lead to each
RED, BLUE, NOTHING = range(3)  # in a bag; the first two are also what is picked
GOOD, BAD = range(2)  # the two actions of a game, whatever their colours
PACKED = 0.25  # reward of taking something, once a round
ON_TIME = 0.75  # reward of bringing it to the own table, once a round
GAP_LEAST, GAP_MOST = 0.8, 1.4  # between the payoffs of a game, one rank and the next
MOST_PAID = 3.0  # farthest that a payoff lies from 0
STAY, RIGHT, DOWN, LEFT, UP, TAKE_RED, TAKE_BLUE, GO = range(8)  # choices
CHOICES = ("stay", "right", "down", "left", "up", "take red", "take blue", "go on")
SIGHT = 3  # tiles; a stall farther away, along a row or a column, is not seen
NOBODY = -1
LONG = 10**9  # more meetings than any trial has
TIME_IS_UP = 1  # cause
OUTCOMES = 4  # of a meeting: two colours each
NOTED = 2  # names of whom one has just met: notes of it are taken
SHOWN = 4  # ticks that a meeting stays in view, into the next round too
