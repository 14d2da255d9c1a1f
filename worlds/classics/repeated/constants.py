"""Numbers that the files of the repeated game share."""

TURNS = 40  # of an episode
EPISODES = 5  # of a trial: 200 turns, as in the published tournaments
HISTORY = TURNS * EPISODES  # turns that the picture shows
SEATS = 2
COOPERATE, DEFECT = range(2)  # choices
NOBODY, KEPT_C, KEPT_D, SLIPPED_C, SLIPPED_D = range(5)  # values of `past`; slipped: the other action was meant
SPAN = 16  # turns that `recent` holds
SPAN_MASK = 2**SPAN - 1
OPENING = 4  # turns that `opening` holds
STATES = 8  # of a machine, at most
HIGHEST = 5.0  # payoff
NOISE = 0.05  # chance that an action comes out as the other one, where there is noise
TIME_IS_UP = 1  # cause
