"""Train and score agents on tasks whose best score is published or can be computed, beside classical references.

Each row of the table trains an agent with several seeds and plays paired held-out tasks with it; index policies,
posterior sampling, known-model optima and others play the same tasks. --quick proves within two minutes that
meta-learning works at all. What is done stays in the folder, so that an interrupted calibration goes on where it was.
Exit code 1: a bar was missed.

Examples:
  crossplay calibrate --quick
  crossplay calibrate bandit-10-5
  crossplay calibrate --seeds 3 --json
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from agents.settings.calibrate import CalibrateSettings
from simulator.app.commands.common import DONE, FAILED, Outcome
from simulator.app.commands.flags import Options

JSON = True


Settings = CalibrateSettings


def run(settings: CalibrateSettings, options: Options) -> Outcome:
    """Calibrate."""
    from agents.calibration.calibrate import calibrate
    from worlds.kit.writing import write_bytes

    table = calibrate(settings, lambda line: print(line, file=sys.stderr, flush=True))
    facts = table.json()
    write_bytes(Path(settings.out) / "table.json", (json.dumps(facts, indent=2) + "\n").encode())
    return Outcome(text=table.text(), facts=facts, code=DONE if table.held else FAILED)
