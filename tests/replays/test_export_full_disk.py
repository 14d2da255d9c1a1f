"""No room on the disk while something is exported: one sentence, and no half file."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(os.name == "nt", reason="limits of a process are those of POSIX")
ROOT = Path(__file__).resolve().parents[2]
FULL = """
import resource, sys
import replays
from worlds.world import Refused
resource.setrlimit(resource.RLIMIT_FSIZE, (600, 600))
for name in sys.argv[2:]:
    try:
        replays.export(sys.argv[1], name, size=(200, 248), end=60)
    except Refused as refusal:
        print(refusal)
    else:
        print("written", name)
"""
NEEDS = {".mp4": "av", ".parquet": "pyarrow", ".minari": "minari"}


def test_a_full_disk_is_one_sentence_and_leaves_no_half_file(recording: Path, tmp_path: Path) -> None:
    kinds = (".gif", ".mp4", ".png", ".csv", ".json", ".parquet", ".npz", ".minari")
    names = [f"x{kind}" for kind in kinds if importlib.util.find_spec(NEEDS.get(kind, "numpy")) is not None]
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(recording), *names], cwd=tmp_path, capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False,
    )  # fmt: skip
    lines = done.stdout.splitlines()
    assert len(lines) == len(names), done.stderr
    for name, line in zip(names, lines, strict=True):
        assert line.startswith(f"'{name}' cannot be written: "), line
    assert not list(tmp_path.iterdir())
