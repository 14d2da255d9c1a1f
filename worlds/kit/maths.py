"""Elementary functions that give the same bits compiled, plain and on every platform.

Built from + − × ÷ and square root alone (libm differs between platforms): argument reduction and Taylor series, long
enough that the remainder is below one unit in the last place. Tested against libm to 1e-12.
"""

import numpy as np

from worlds.kit.kernel import kernel

PI = 3.141592653589793
HALF_PI_A = 1.5707963267341256  # π/2 in three parts (Cody and Waite 1980): k·A is exact for |k| < 2^20
HALF_PI_B = 6.077100506303966e-11
HALF_PI_C = 2.0222662487959506e-21
LN2_A = 0.6931471803691238  # ln 2 in two parts, the first with 33 bits
LN2_B = 1.9082149292705877e-10
SQRT_HALF = 0.7071067811865476


@kernel
def total(values):  # type: ignore[no-untyped-def]
    """The sum of a one-dimensional array, added from left to right."""
    amount = 0.0
    for index in range(len(values)):
        amount += values[index]
    return amount


@kernel
def power(base, exponent):  # type: ignore[no-untyped-def]
    """``base`` to a whole power ≥ 0, by repeated squaring."""
    result = 1.0
    factor = base * 1.0
    left = int(exponent)
    while left > 0:
        if left % 2 == 1:
            result *= factor
        factor *= factor
        left //= 2
    return result


@kernel
def distance(a, b):  # type: ignore[no-untyped-def]
    """Metres between two points."""
    x = a[0] - b[0]
    y = a[1] - b[1]
    return np.sqrt(x * x + y * y)


@kernel
def clamp(value, low, high):  # type: ignore[no-untyped-def]
    """``value`` kept within [low, high]."""
    return min(max(value, low), high)


@kernel
def _sin_near_zero(x):  # type: ignore[no-untyped-def]
    square = x * x
    term = x
    amount = x
    for order in range(3, 20, 2):
        term = -term * square / (order * (order - 1))
        amount += term
    return amount


@kernel
def _cos_near_zero(x):  # type: ignore[no-untyped-def]
    square = x * x
    term = 1.0
    amount = 1.0
    for order in range(2, 20, 2):
        term = -term * square / (order * (order - 1))
        amount += term
    return amount


@kernel
def sin(x):  # type: ignore[no-untyped-def]
    """Sine of ``x`` radians, |x| < 10⁶."""
    quarter = np.floor(x / (PI / 2.0) + 0.5)
    rest = ((x - quarter * HALF_PI_A) - quarter * HALF_PI_B) - quarter * HALF_PI_C
    side = int(quarter - 4.0 * np.floor(quarter / 4.0))
    if side == 0:
        return _sin_near_zero(rest)
    if side == 1:
        return _cos_near_zero(rest)
    if side == 2:
        return -_sin_near_zero(rest)
    return -_cos_near_zero(rest)


@kernel
def cos(x):  # type: ignore[no-untyped-def]
    """Cosine of ``x`` radians, |x| < 10⁶."""
    quarter = np.floor(x / (PI / 2.0) + 0.5)
    rest = ((x - quarter * HALF_PI_A) - quarter * HALF_PI_B) - quarter * HALF_PI_C
    side = int(quarter - 4.0 * np.floor(quarter / 4.0))
    if side == 0:
        return _cos_near_zero(rest)
    if side == 1:
        return -_sin_near_zero(rest)
    if side == 2:
        return -_cos_near_zero(rest)
    return _sin_near_zero(rest)


@kernel
def _atan(x):  # type: ignore[no-untyped-def]
    # The half-angle identity atan(x) = 2·atan(x / (1 + √(1 + x²))), three times, leaves |x| < 0.1 for x ≤ 1.
    for _ in range(3):
        x = x / (1.0 + np.sqrt(1.0 + x * x))
    square = x * x
    term = x
    amount = x
    for order in range(3, 20, 2):
        term = -term * square
        amount += term / order
    return 8.0 * amount


@kernel
def atan2(y, x):  # type: ignore[no-untyped-def]
    """Angle of the point (x, y) in (−π, π]; 0 for the origin."""
    if x == 0.0 and y == 0.0:
        return 0.0
    if abs(y) <= abs(x):
        angle = _atan(abs(y) / abs(x))
    else:
        angle = PI / 2.0 - _atan(abs(x) / abs(y))
    if x < 0.0:
        angle = PI - angle
    return -angle if y < 0.0 else angle


@kernel
def exp(x):  # type: ignore[no-untyped-def]
    """e to the power ``x``; 0 below −745, infinite above 709.78."""
    if x > 709.78:
        return np.inf
    if x < -745.0:
        return 0.0
    halves = np.floor(x / (LN2_A + LN2_B) + 0.5)
    rest = (x - halves * LN2_A) - halves * LN2_B
    term = 1.0
    amount = 1.0
    for order in range(1, 16):
        term = term * rest / order
        amount += term
    if halves >= 0.0:
        return amount * power(2.0, halves - 1.0) * 2.0 if halves > 0.0 else amount
    return amount * power(0.5, -halves)


@kernel
def log(x):  # type: ignore[no-untyped-def]
    """Natural logarithm of ``x``; −inf for 0 and below."""
    if x <= 0.0:
        return -np.inf
    if x == np.inf:
        return np.inf
    doublings = 0
    while x > 2.0 * SQRT_HALF:
        x *= 0.5
        doublings += 1
    while x < SQRT_HALF:
        x *= 2.0
        doublings -= 1
    ratio = (x - 1.0) / (x + 1.0)
    square = ratio * ratio
    term = ratio
    amount = ratio
    for order in range(3, 26, 2):
        term *= square
        amount += term / order
    return (2.0 * amount + doublings * LN2_B) + doublings * LN2_A
