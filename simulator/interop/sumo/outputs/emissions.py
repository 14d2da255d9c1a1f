"""What vehicles emit from moment to moment, by speed and acceleration.

Model and numbers: Int Panis, Broekx and Liu 2006, "Modelling instantaneous traffic emission and the influence of
traffic speed limits", Science of the Total Environment 371, 270–285, table 2: E = max(0, f₁ + f₂ v + f₃ v² + f₄ a +
f₅ a² + f₆ v a) in g/s, measured in city traffic of Euro 1–3 vehicles. Cars burn petrol here. It tells no carbon
monoxide. Fuel follows from CO₂: 3.169 g of it for each gram (EMEP/EEA air pollutant emission inventory guidebook 2019,
1.A.3.b).
"""

import numpy as np

from worlds.road.fields import BUS, CAR, TRUCK

POLLUTANTS = ("CO2", "NOx", "HC", "PMx")
CLASSES = {CAR: "IntPanis2006/petrol_car", TRUCK: "IntPanis2006/heavy_duty", BUS: "IntPanis2006/bus"}
FUEL = 3.169  # g of CO2 for each gram of fuel
GENTLE = -0.5  # m/s²; below it other coefficients hold
Row = tuple[float, float, float, float, float, float]
DRIVING: dict[str, dict[int, Row]] = {
    "CO2": {
        CAR: (5.53e-1, 1.61e-1, -2.89e-3, 2.66e-1, 5.11e-1, 1.83e-1),
        TRUCK: (1.52e0, 1.88e0, -6.95e-2, 4.71e0, 5.88e0, 2.09e0),
        BUS: (9.04e-1, 1.13e0, -4.27e-2, 2.81e0, 3.45e0, 1.22e0),
    },
    "NOx": {
        CAR: (6.19e-4, 8.00e-5, -4.03e-6, -4.13e-4, 3.80e-4, 1.77e-4),
        TRUCK: (3.56e-2, 9.71e-3, -2.40e-4, 3.26e-2, 1.33e-2, 1.15e-2),
        BUS: (2.36e-2, 6.51e-3, -1.70e-4, 2.17e-2, 8.94e-3, 7.57e-3),
    },
    "HC": {
        CAR: (4.47e-3, 7.32e-7, -2.87e-8, -3.41e-6, 4.94e-6, 1.66e-6),
        TRUCK: (1.04e-3, 4.87e-4, -1.49e-5, 1.27e-3, 2.10e-4, 1.00e-4),
        BUS: (1.55e-3, 8.20e-4, -2.42e-5, 1.86e-3, 3.21e-4, 1.36e-4),
    },
    "PMx": {
        CAR: (0.0, 1.57e-5, -9.21e-7, 0.0, 3.75e-5, 1.89e-5),
        TRUCK: (2.14e-4, 3.35e-4, -2.22e-5, 2.07e-3, 1.80e-3, 2.27e-4),
        BUS: (2.23e-4, 3.47e-4, -2.38e-5, 2.08e-3, 1.76e-3, 2.23e-4),
    },
}
BRAKING: dict[str, dict[int, Row]] = {
    "NOx": {CAR: (2.17e-4, 0.0, 0.0, 0.0, 0.0, 0.0)},
    "HC": {CAR: (2.63e-3, 0.0, 0.0, 0.0, 0.0, 0.0)},
}
"""Of cars below `GENTLE`; the paper has one row for lorries and buses."""


def emitted(kind: np.ndarray, speed: np.ndarray, accel: np.ndarray) -> np.ndarray:
    """(n, 4) mg/s of each of `POLLUTANTS`, of vehicles of these kinds, speeds (m/s) and accelerations (m/s²)."""
    terms = np.stack((np.ones_like(speed), speed, speed * speed, accel, accel * accel, speed * accel), axis=1)
    found = np.zeros((len(kind), len(POLLUTANTS)))
    for column, pollutant in enumerate(POLLUTANTS):
        for which, row in DRIVING[pollutant].items():
            mine = kind == which
            found[mine, column] = terms[mine] @ np.array(row)
            if which in BRAKING.get(pollutant, {}):
                braking = mine & (accel < GENTLE)
                found[braking, column] = terms[braking] @ np.array(BRAKING[pollutant][which])
    return 1e3 * np.maximum(found, 0.0)
