"""A run that cannot fit into memory is refused with the figures, before anything is taken."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from test_train import SMALL

from agents.settings.declared import changed
from agents.training import footprint
from agents.training import run as runs
from agents.training.run import Run
from worlds.world import Refused, World

ROOT = Path(__file__).resolve().parents[2]


def counted(settings: Any, world: World, monkeypatch: pytest.MonkeyPatch) -> tuple[Run, dict[str, int]]:
    found: dict[str, int] = {}
    monkeypatch.setattr(runs, "refuse_too_large", lambda parts, *_: found.update(parts))
    return Run(settings, world), found


@pytest.mark.parametrize(
    "changes", [{}, {"together": True, "self_play": 0.0}, {"reference": "oracle"}, {"belief": 0.1}]
)
def test_what_is_allocated_once_is_counted_to_the_byte(
    beacon: World, monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any]
) -> None:
    run, found = counted(changed(SMALL, **changes), beacon, monkeypatch)
    rollout = run.rollout
    tensors = [value for value in vars(rollout).values() if isinstance(value, torch.Tensor)]
    bytes_held = sum(tensor.numel() * tensor.element_size() for tensor in tensors)
    assert found["rollout"] == bytes_held
    assert found["messages"] == sum(signal.nbytes for signal in rollout.signals.values())
    arrays = 0
    for group in run.collector.groups:
        batch: Any = group.batch
        held = {id(each): each.nbytes for each in vars(batch).values() if isinstance(each, np.ndarray)}
        arrays += sum(held.values()) - batch.lanes.nbytes - batch._flags.nbytes - batch._records.nbytes
    assert found["worlds"] == arrays
    assert found["weights"] == 16 * sum(weight.numel() for weight in run.network.parameters())
    run.close()


def test_a_run_that_is_too_large_is_told_what_it_needs_and_what_there_is(
    beacon: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(footprint, "host_memory", lambda: 10**9)
    with pytest.raises(Refused) as refusal:
        Run(changed(SMALL, lanes=200_000, minibatches=8), beacon)
    told = str(refusal.value)
    assert told.startswith("this run needs at least ")
    assert "one minibatch" in told
    assert "and 1.0 GB can be had: take fewer lanes than 200,000" in told
    monkeypatch.setattr(footprint, "host_memory", lambda: None)  # a system that does not say
    Run(SMALL, beacon).close()


def test_an_address_space_that_is_too_small_is_seen(tmp_path: Path) -> None:
    """As under `ulimit -v`; the run is refused and leaves no folder."""
    pytest.importorskip("resource")
    source = (
        "import resource, sys; sys.path[:0] = ['.', 'tests/agents']; import worlds; worlds.add_folder('tests/tiny');"
        "from test_train import small; from agents.training.train import train; from pathlib import Path;"
        "pages = int(open('/proc/self/statm').read().split()[0]) * resource.getpagesize();"
        "resource.setrlimit(resource.RLIMIT_AS, (pages + 2 * 10**9,) * 2);"
        f"train(small(Path({str(tmp_path / 'run')!r}), lanes=400_000))"
    )
    if not Path("/proc/self/statm").exists():
        pytest.skip("this system does not say how large the process is")
    done = subprocess.run([sys.executable, "-c", source], cwd=ROOT, capture_output=True, text=True, check=False)
    assert "Refused: this run needs at least" in done.stderr
    assert "of memory" in done.stderr
    assert not (tmp_path / "run").exists()
