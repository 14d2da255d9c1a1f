"""Measures the engine and checks the required figures: `python tests/speed/simulation.py [WORLD] [--json] [--quick]`.

A script, no test: a timing depends on the machine's load and must not fail a test run. Exit code 1: a figure is missed.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import worlds
from simulator.engine import bench

AT_LEAST = {"agent_steps_per_second", "second_core"}  # the other targets are upper limits


def missed(facts: dict[str, Any]) -> list[str]:
    """Figures that are worse than their target."""
    found = []
    for name, value in facts["figures"].items():
        if name in facts["targets"]:
            target = facts["targets"][name]["value"]
            if value < target if name in AT_LEAST else value > target:
                found.append(name)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("world", nargs="?", default="tag")
    parser.add_argument("--seats", type=int, default=4)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--quick", action="store_true", help="three batch sizes, no start times")
    chosen = parser.parse_args()
    facts = bench.report(
        worlds.get(chosen.world, seats=chosen.seats),
        sizes=(64, 1024, 4096) if chosen.quick else bench.SIZES,
        seconds=0.5 if chosen.quick else 2.0,
        starts=not chosen.quick,
        progress=lambda line: print(line, file=sys.stderr),
    )
    late = missed(facts)
    print(
        json.dumps(facts, indent=2) if chosen.json else f"{bench.table(facts)}\n\nmissed: {', '.join(late) or 'none'}"
    )
    return 1 if late else 0


if __name__ == "__main__":
    sys.exit(main())
