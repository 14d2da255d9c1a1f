"""What a seat's car does by itself and what a tick brought it: in generated towns and on given networks alike."""

from worlds.kit.kernel import kernel
from worlds.road.drivers.changing import THINK, consider, move_finger
from worlds.road.drivers.driving import acceleration
from worlds.road.fields import LINK
from worlds.traffic.routes.constants import HALTING, LEFT, NEAR_TURN, PROGRESS, RIGHT, TICK
from worlds.traffic.routes.ways import turn_of_link


@kernel
def follow_road(w, car):
    """Drive as all others do towards the car's goal: change lanes for the turn, blink before it."""
    lane = w.car_lane[car]
    left, right = w.lane_left[lane], w.lane_right[lane]
    if (left >= 0 or right >= 0) and w.car_cool[car] <= 0.0:
        w.car_cool[car] = THINK
        ahead_left = move_finger(w, left, -1, w.car_pos[car]) if left >= 0 else -1
        ahead_right = move_finger(w, right, -1, w.car_pos[car]) if right >= 0 else -1
        consider(w, car, lane, ahead_left, ahead_right)
        lane = w.car_lane[car]
    link = lane if int(w.lane_kind[lane]) == LINK else w.way[lane, w.car_goal[car]]
    if link >= 0 and int(w.lane_kind[link]) == LINK and w.lane_length[lane] - w.car_pos[car] < NEAR_TURN:
        turn = turn_of_link(w, link)
        w.car_blink[car] = 1 if turn == LEFT else 2 if turn == RIGHT else 0
    w.car_accel[car] = acceleration(w, car)


@kernel
def come_nearer(w, seat, car, left, rewards):
    """Pay a seat for the free-flow seconds, of which so many are `left`; count how far it drove and how it waited."""
    lane = w.car_lane[car]
    rewards[seat] += PROGRESS * (w.remaining[seat] - left)
    w.gained[seat] += w.remaining[seat] - left
    w.driven[seat] += w.car_far[car] * w.lane_free[lane] / max(w.lane_length[lane], 1.0)
    w.remaining[seat] = left
    stands = w.car_speed[car] < HALTING
    w.held_up[seat] += TICK if stands else 0.0
    w.standing[seat] = w.standing[seat] + TICK if stands else 0.0
