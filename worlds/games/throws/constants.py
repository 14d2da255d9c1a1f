"""Numbers that the files of throws share."""

THROWS = 20  # of an episode: few, so that most of what can be known of a stranger must be kept from episode to episode
EPISODES = 20  # of a trial
TRIAL = THROWS * EPISODES
SEATS = 2
ROCK, PAPER, SCISSORS = range(3)  # choices; each is beaten by the next one
SPAN = 60  # throws that the record holds, a bit of each in a number
LAST_THROWS = 2**SPAN - 1
LONGEST = 20  # repeat that counts; longer ones count as that long
PAIRS, DOUBLES = 9, 81  # what two throw at once; twice running
SITUATIONS = 27  # that strangers tell apart, at most
ROW = 9  # throws of the longest cycle
PREDICTORS = 6  # of those that keep scores
STRATEGIES = 3 * PREDICTORS
NOTHING = 3  # a guess where there is none
NOBODY = -1  # whose memory a seat holds before anybody sits there
LONG = 10**9  # more throws than any trial has
TIME_IS_UP = 1  # cause
