"""The inside of tianshou that training relies on, in the one release that it was written for."""

import re
from importlib import metadata
from pathlib import Path

import torch
from test_train import SMALL

from agents.training import tianshou_inside
from agents.training.run import Run
from agents.training.tianshou_inside import RELEASE, torch_optimiser
from worlds.world import World

ROOT = Path(__file__).resolve().parents[2]
REACH = re.compile(r"(?<!self)(?<!cls)(?<!super\(\))\._[a-z]\w*")


def test_it_is_the_release_that_was_looked_into() -> None:
    assert metadata.version("tianshou") == RELEASE
    assert f'"tianshou=={RELEASE}"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def test_the_optimiser_of_torch_holds_the_weights(beacon: World) -> None:
    run = Run(SMALL, beacon)
    optimiser = torch_optimiser(run.algorithm.optimiser)
    assert isinstance(optimiser, torch.optim.Adam)
    held = {id(weight) for group in optimiser.param_groups for weight in group["params"]}
    assert held == {id(weight) for weight in run.network.parameters()}


def test_one_file_reaches_into_it() -> None:
    inside = Path(tianshou_inside.__file__)
    sources = sorted((ROOT / "agents" / "training").rglob("*.py"))
    assert [path.name for path in sources if REACH.search(path.read_text(encoding="utf-8"))] == [inside.name]
