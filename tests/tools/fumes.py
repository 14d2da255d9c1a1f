"""What vehicles emit by our model beside SUMO's HBEFA 4, while SUMO drives: the same speeds and accelerations for both.

``python -m tests.tools.fumes``; needs the extra `sumo` and SUMO's netconvert. The classes are of the model's
years (Euro 3).
No test: the two are different measurements of different engines, so no tolerance could be justified.
"""

import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from simulator.interop.sumo.outputs.emissions import POLLUTANTS, emitted
from tests.tools.networks import Site, crossing
from worlds.road.fields import BUS, CAR, TRUCK

KINDS = {
    "car": (CAR, "passenger", "HBEFA4/PC_petrol_Euro-3"),
    "lorry": (TRUCK, "truck", "HBEFA4/RT_gt14-20t_Euro-III"),
    "bus": (BUS, "bus", "HBEFA4/UBus_Std_gt15-18t_Euro-III"),
}
SECONDS = 1800.0
FLOWS = (360.0, 360.0)  # vehicles/h of each arm


def per_km(site: Site, kind: int) -> tuple[np.ndarray, np.ndarray]:
    """(4,) g/km each by SUMO's model and by ours, of all vehicles of a run."""
    import libsumo

    theirs, ours, metres = np.zeros(len(POLLUTANTS)), np.zeros(len(POLLUTANTS)), 0.0
    asked: Any = libsumo.vehicle
    amounts = (asked.getCO2Emission, asked.getNOxEmission, asked.getHCEmission, asked.getPMxEmission)
    libsumo.start(["sumo", "-n", str(site.network), "-r", str(site.routes), "--no-warnings", "--no-step-log"])
    while libsumo.simulation.getTime() < site.seconds:
        libsumo.simulationStep()
        names = asked.getIDList()
        speed = np.array([asked.getSpeed(name) for name in names])
        accel = np.array([asked.getAcceleration(name) for name in names])
        theirs += np.array([[amount(name) for amount in amounts] for name in names]).reshape(-1, len(amounts)).sum(0)
        ours += emitted(np.full(len(names), kind), speed, accel).sum(0)
        metres += speed.sum()
    libsumo.close()
    return theirs / metres, ours / metres  # mg/m are g/km


def main() -> None:
    """Print one row for each kind of vehicle."""
    print(f"{'g/km, SUMO : ours':<18}" + "".join(f"{name:>20}" for name in POLLUTANTS))
    with tempfile.TemporaryDirectory(prefix="crossplay-") as place:
        site = crossing(Path(place), "light", "traffic_light", 50 / 3.6, FLOWS, SECONDS)
        driven = site.routes.read_text()
        for name, (kind, group, measured) in KINDS.items():
            described = f'<vType id="fumes" vClass="{group}" emissionClass="{measured}"/><flow'
            mixed = driven.replace("<flow", described, 1).replace("<flow ", '<flow type="fumes" ')
            site.routes.write_text(mixed)
            theirs, ours = per_km(site, kind)
            cells = (f"{their:.4g} : {our:.4g}" for their, our in zip(theirs, ours, strict=True))
            print(f"{name:<18}" + "".join(f"{cell:>20}" for cell in cells))


if __name__ == "__main__":
    main()
