"""Harvest's numbers: sizes, rounds, prices and codes."""

SIDE = 9  # tiles of the commons, border fences included
WALK = 5  # ticks before the bell of a round
PICKING = 10  # ticks after it
ROUND = WALK + PICKING
ROUNDS = 6  # of an episode
DECISIONS = ROUND * ROUNDS
LEAST_SEATS, MOST_SEATS = 2, 8
PATCHES = 4
PATCH_NAMES = ("A", "B", "C", "D")
FULL = 8.0  # berries that a patch can bear
SPROUT = 0.15  # berries that come by themselves in a tick, however bare a patch is
SLOW_LEAST, SLOW_MOST = 0.8, 1.0  # growth a tick of a slow patch, see `grow`
LUSH_LEAST, LUSH_MOST = 1.2, 1.4  # and of a lush one
PICKED, GRABBED, TRAMPLED = 1.0, 3.0, 1.0  # berries that a pick takes; that a grab takes, and spoils
ZAPPING, ZAPPED, GIFT = -1.0, -2.0, 1.0  # rewards of zapping and of being zapped; what a gift moves
MOST_ZAPS = 3  # that a stranger still means to pay back
STAY, RIGHT, DOWN, LEFT, UP, GO, PICK, GRAB, ZAP, GIVE = range(10)  # choices
CHOICES = ("stay", "right", "down", "left", "up", "go on", "pick", "grab", "zap", "give")
DID_WAIT, DID_PICK, DID_GRAB, DID_ZAP, DID_GIVE, DID_LIE, DID_NOTHING = range(7)  # what one did; lie: on the ground
DEEDS = ("wait", "pick", "grab", "zap", "give", "lie", "nothing")
SEEN_DEEDS = DID_NOTHING  # those that observations tell apart
EXAMPLE, STICK, CARROT, PATIENCE, RACE = range(5)  # what makes a stranger moderate; nothing does: race for the berries
KEYS = ("example", "stick", "carrot", "patience", "race")
UNTRIED, FAILED, WORKED = range(3)  # what is known of a key
TIME_IS_UP = 1  # cause
