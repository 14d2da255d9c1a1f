"""How fast training is: `python tests/speed/training.py [--json] [--world tag] [--updates 5] [--lanes 512] …`.

A script, no test. Run it on a quiet machine: it wants all cores. `crossplay bench` prints the same figures.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from agents.settings.declared import made
from agents.settings.train import TrainSettings
from agents.training import bench


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--world", default="tag")
    parser.add_argument("--updates", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    for name in ("lanes", "minibatches", "hidden", "encoder", "epochs", "threads"):
        parser.add_argument(f"--{name}", type=int, default=getattr(TrainSettings(), name))
    parser.add_argument("--self-play", type=float, default=0.0)
    parser.add_argument("--memory", default="gru")
    given = vars(parser.parse_args())
    as_json, updates = given.pop("json"), given.pop("updates")
    figures = bench.measure(made(TrainSettings, progress=False, **given), updates)
    print(json.dumps(figures) if as_json else bench.table(figures))


if __name__ == "__main__":
    main()
