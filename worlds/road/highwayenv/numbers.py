"""Numbers of HighwayEnv's tasks: highway-env 1.12.1, the default configuration of each environment and its classes."""

import numpy as np

HIGHWAY, FAST, MERGE, ROUNDABOUT, INTERSECTION = range(5)  # scenes
SCENES = ("highway", "highway-fast", "merge", "roundabout", "intersection")
"""By number, the words that build them."""
OF_WORLD = {"highway": SCENES[: MERGE + 1], "junction": SCENES[ROUNDABOUT:]}
SOURCES = ("highway-v0", "highway-fast-v0", "merge-v1", "roundabout-v1", "intersection-v2")
"""What HighwayEnv calls them, by number."""

TICK = 0.2  # s; `simulation_frequency` of highway-fast-v0 is 5 Hz, of the others 15 Hz
TICKS_PER_DECISION = 5  # `policy_frequency` 1 Hz
DECISIONS = (40, 30, 20, 11, 13)
"""`duration`, s. Merge has none, but nobody needs more than 18 s there."""
LEFT, IDLE, RIGHT, FASTER, SLOWER = range(5)
ACTIONS = ("lane left", "idle", "lane right", "faster", "slower")  # `DiscreteMetaAction`
LONG_ACTIONS = ("slower", "idle", "faster")  # the same without lanes, as at the intersection
LONG_MEANING = np.array([SLOWER, IDLE, FASTER])
TARGETS = np.array([[20.0, 25.0, 30.0]] * 3 + [[0.0, 8.0, 16.0], [0.0, 4.5, 9.0]])  # m/s; `target_speeds`, by scene
TAU = 0.6  # s; `TAU_ACC`: a car comes so fast to its target speed
TURN_AFTER = 3  # ticks from the choice until a car's middle crosses into the next lane: 0.6 s, `TAU_LATERAL`
CAR_LENGTH = 5.0  # m
HALF = 0.5 * CAR_LENGTH  # places there are of middles, here of front bumpers

# --- roads -------------------------------------------------------------------------------------------------------

LANE = 4.0  # m wide
LANES = np.array([4, 3, 2, 2, 1])  # of the main road, the ring, an arm
LIMITS = np.array([30.0, 30.0, 20.0, 20.0, 10.0])  # m/s; of lanes that name none it is 20
TOP = 30.0  # m from the map's edge to the leftmost lane
LONG = 2500.0  # m; nobody comes to the end of the highway
BEFORE, CONVERGING, MERGING, AFTER = 150.0, 80.0, 80.0, 400.0  # m, of merge's road
RAMP_ASIDE = 6.5  # m from where the ramp runs at first to where it merges
PASSED = 370.0  # m; merge ends there
MIDDLE = np.array([0.0, 0.0, 0.0, 180.0, 120.0])  # m from the map's edges to the middle
RING = np.array([24.0, 20.0])  # m, radius of the outer lane and the inner one
MOUTH = 0.41887902047863906  # rad from the middle of an arm to where traffic leaves and enters the ring: 24°
RING_LINE, RING_GATE = 42.5, 170.0  # m from the middle to where an arm's lane ends, and begins
LINE, GATE = 11.0, 111.0  # m, the same at the intersection
ARRIVED_AT = 25.0  # m beyond the intersection
SHOWN = np.array([130.0, 130.0, 130.0, 130.0, 110.0])

# --- the others --------------------------------------------------------------------------------------------------

BRISK = np.array([3.0, 3.0, 3.0, 3.0, 6.0])  # m/s²; `COMFORT_ACC_MAX`
COMFORT = np.array([5.0, 5.0, 5.0, 5.0, 3.0])  # m/s²; `COMFORT_ACC_MIN`
HARDEST = 6.0  # m/s²; `ACC_MAX` bounds braking too
HEADWAY = 1.5  # s; `TIME_WANTED`
STANDING = np.array([5.0, 5.0, 5.0, 5.0, 2.0])  # m from bumper to bumper; `DISTANCE_WANTED` less a car's length
USUAL_SPEED = np.array([22.5, 22.5, 20.0, 16.0, 8.0])  # m/s at which ours keep as far as theirs do
OUR_STANDING = 2.0  # m; GAP of `driving.py`
CRITICAL = 2.0  # s; a choice: theirs look 3 s ahead for a collision
VEHICLES = (51, 21, 5, 5, 40)
"""Room for so many cars, one's own included."""
EGO_SPACING = np.array([2.0, 1.5])  # `ego_spacing`
SPAWN, APART = 0.6, 15.0  # `spawn_probability`; m to the next car, less and nobody comes
WARM_UP = 15  # ticks of traffic before one's own car is there: 3 s
KEPT_FREE = 20.0  # m around one's own car then

# --- reward ------------------------------------------------------------------------------------------------------

CRASH = np.array([-1.0, -1.0, -1.0, -1.0, -5.0])  # `collision_reward`
KEEP_RIGHT = np.array([0.1, 0.1, 0.1, 0.0, 0.0])  # `right_lane_reward`
SPEED = np.array([0.4, 0.4, 0.2, 0.2, 1.0])  # `high_speed_reward`
CHANGE = np.array([0.0, 0.0, -0.05, -0.05, 0.0])  # `lane_change_reward`
HELD_UP = -0.5  # `merging_speed_reward`
SLOW, FAST_AT = np.array([20.0, 20.0, 20.0, 0.0, 7.0]), np.array([30.0, 30.0, 30.0, 16.0, 9.0])  # `reward_speed_range`
ARRIVED = 1.0  # `arrived_reward`
RAMP_WISH = 30.0  # m/s; the target speed of the car on the ramp, though its lane's limit is 20

# --- what one sees -----------------------------------------------------------------------------------------------

ROWS = (5, 5, 5, 5, 15)
"""`vehicles_count` of the observation, one's own car included."""
FEATURES = (5, 5, 5, 5, 7)
"""presence, x, y, vx, vy; at the intersection also the cosine and the sine of the heading."""
FAR_X = np.array([200.0, 200.0, 200.0, 100.0, 100.0])  # m that count as 1
FAR_Y = np.array([16.0, 12.0, 8.0, 100.0, 100.0])
FAR_V = np.array([80.0, 80.0, 80.0, 15.0, 20.0])  # m/s
SIGHT, BACK = 200.0, 10.0  # m in any direction; m behind, along one's own heading
CAUSES = CRASHED, ARRIVED_CAUSE, TIME_IS_UP = 1, 2, 3
