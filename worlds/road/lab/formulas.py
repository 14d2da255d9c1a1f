"""Published formulas that experiments are held against. Flows in vehicles an hour, times in seconds."""

import math
from collections.abc import Sequence

HOUR = 3600.0  # s
PERMISSIVE_GAP, PERMISSIVE_FOLLOW_UP = 4.5, 2.5  # s; HCM 2016, equation 31-100
SNEAKERS = 2.0  # vehicles that turn left at the end of each green; HCM 2016, chapter 31, exhibit 31-13
BASE_SATURATION = 1900.0  # vehicles an hour and lane; HCM 2016, chapter 19
TRAVEL_FACTOR = 0.8  # beta of Robertson 1969


def webster_delay(cycle: float, green: float, saturation: float, flow: float) -> float:
    """Webster's mean delay at a light for an effective green (Webster 1958)."""
    share, load, per_second = green / cycle, flow * cycle / (saturation * green), flow / HOUR
    uniform = cycle * (1.0 - share) ** 2 / (2.0 * (1.0 - share * load))
    chance = load**2 / (2.0 * per_second * (1.0 - load))
    return uniform + chance - 0.65 * math.cbrt(cycle / per_second**2) * load ** (2.0 + 5.0 * share)


def hcm_delay(cycle: float, green: float, capacity: float, flow: float, hours: float) -> float:
    """Mean delay at a fixed light during so many hours (HCM 2016, equations 19-20 and 19-26, k = 0.5 and I = 1)."""
    share, load = green / cycle, flow / capacity
    uniform = 0.5 * cycle * (1.0 - share) ** 2 / (1.0 - min(load, 1.0) * share)
    excess = load - 1.0
    return uniform + 900.0 * hours * (excess + math.sqrt(excess**2 + 4.0 * load / (capacity * hours)))


def potential_capacity(flow: float, critical_gap: float, follow_up: float) -> float:
    """Vehicles an hour that enter from a queue through the gaps of a flow (HCM 2016, equation 20-18)."""
    if flow <= 0.0:
        return HOUR / follow_up
    return flow * math.exp(-flow * critical_gap / HOUR) / (1.0 - math.exp(-flow * follow_up / HOUR))


def critical_gap(flow: float, capacity: float, follow_up: float) -> float:
    """The critical gap for which `potential_capacity` gives a capacity; NaN where nobody entered."""
    if capacity <= 0.0:
        return math.nan
    share = capacity * (1.0 - math.exp(-flow * follow_up / HOUR)) / flow
    return -math.log(share) * HOUR / flow


def permissive_capacity(cycle: float, green: float, opposing: float) -> float:
    """Left turns an hour from a lane of their own across one lane of opposing traffic (HCM 2016, chapter 31).

    Nobody turns while the queue of the opposing traffic discharges; then through its gaps, and two at the end.
    """
    queue_seconds = opposing * (cycle - green) / (BASE_SATURATION - opposing)
    free = max(green - queue_seconds, 0.0)
    through_gaps = potential_capacity(opposing, PERMISSIVE_GAP, PERMISSIVE_FOLLOW_UP)
    return (through_gaps * free + HOUR * SNEAKERS) / cycle


def roundabout_capacity(circulating: float) -> tuple[float, float]:
    """Vehicles an hour that enter one lane past one that circulates: HCM 2010, HCM 2016 (equation 22-1)."""
    return 1130.0 * math.exp(-1.0e-3 * circulating), 1380.0 * math.exp(-1.02e-3 * circulating)


def car_equivalent(cars_only: float, mixed: float, share: float) -> float:
    """Cars that one lorry counts for, from the capacity without lorries and with a share of them.

    The equal-capacity method: HCM 2016, equation 12-10 solved for the equivalent.
    """
    return 1.0 + (cars_only / mixed - 1.0) / share


def dispersed(profile: Sequence[float], alpha: float, travel: float, step: float = 1.0) -> list[float]:
    """What Robertson's recurrence makes of the flow profile of a cycle, ``travel`` s farther on (Robertson 1969).

    ``profile``: vehicles in each step of the cycle, which repeats for ever.
    """
    late = round(TRAVEL_FACTOR * travel / step)
    keep = 1.0 / (1.0 + alpha * TRAVEL_FACTOR * travel / step)
    steps, flow = len(profile), sum(profile) / len(profile)
    out = [0.0] * steps
    for at in range(20 * steps):  # until the beginning is forgotten
        flow = keep * profile[(at - late) % steps] + (1.0 - keep) * flow
        out[at % steps] = flow
    return out


def dispersion_factor(near: Sequence[float], far: Sequence[float], travel: float, step: float = 1.0) -> float:
    """The alpha, in hundredths up to 1, with which `dispersed` comes nearest to a profile that was seen farther on."""

    def missed(hundredths: int) -> float:
        guess = dispersed(near, hundredths / 100.0, travel, step)
        return sum((one - other) ** 2 for one, other in zip(guess, far, strict=True))

    return min(range(101), key=missed) / 100.0
