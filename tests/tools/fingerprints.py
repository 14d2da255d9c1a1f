"""Plays fixed games and prints their state hashes as JSON; run in other interpreters by test_determinism.py.

python tests/tools/fingerprints.py WORLD GAMES TICKS
"""

import json
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))


def fingerprints(name: str, games: int, ticks: int) -> list[list[str]]:
    """State hashes after every tenth tick of some games in which every other seat is a bot."""
    import numpy as np

    from simulator.engine import SPLITS, Simulation
    from tests.tools.catalogue import build, random_actions

    world = build(name)
    bots = {seat.name: "bot" for seat in world.seats[1::2]}
    found = []
    for game in range(games):
        simulation = Simulation(world, seed=7, index=game, split=SPLITS[game % 4], episodes_per_trial=2, seats=bots)
        choices = random_actions(world, ticks // world.timing.ticks_per_decision + 1, len(world.seats), seed=game)
        hashes = [simulation.hash()]
        for tick in range(ticks):
            simulation.tick(choices[tick // world.timing.ticks_per_decision])
            if tick % 10 == 9:
                seen = np.concatenate([simulation.observations.ravel(), simulation.rewards])
                hashes.append(f"{simulation.hash()} {seen.astype('<f4').tobytes().hex()[:256]}")
        found.append(hashes)
    return found


if __name__ == "__main__":
    import warnings

    import worlds

    warnings.filterwarnings("ignore", message="overflow encountered")  # random words wrap on purpose
    for folder in [str(ROOT / "tests" / "tiny"), *filter(None, [os.environ.get("CROSSPLAY_TEST_WORLDS")])]:
        worlds.add_folder(folder)
    print(json.dumps(fingerprints(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))))
