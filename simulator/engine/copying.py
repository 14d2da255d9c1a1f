"""Copies of batches, simulations and environments, in this process and in others, that go on bit for bit.

``copy.deepcopy``, ``copy.copy``, ``pickle`` and ``cloudpickle`` take a batch as its world (which travels by name and
build arguments, see ``World.__reduce__``), its arguments and its arrays. Machine code, threads and windows stay behind:
the copy finds or makes its own. Nothing in Crossplay reads such bytes from files.
"""

import copy
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from simulator.engine.loading import load_driver

if TYPE_CHECKING:
    from simulator.engine.batch import Batch

OF_THE_PROCESS = ("_driver", "_helper", "_records", "worlds")


class Whole:
    """Something of which a half copy makes no sense: ``copy.copy`` gives what ``copy.deepcopy`` gives."""

    def __copy__(self) -> Self:
        """A copy that shares no state with this one."""
        return copy.deepcopy(self)


def state_of(batch: "Batch") -> dict[str, Any]:
    """All of a batch that can travel."""
    kept = {name: value for name, value in vars(batch).items() if name not in OF_THE_PROCESS}
    return {**kept, "state": batch.snapshot()}


def revive(batch: "Batch", state: dict[str, Any]) -> None:
    """Make a bare batch what `state_of` told."""
    found = dict(state)
    records = np.frombuffer(found.pop("state"), found["world"].record)
    vars(batch).update({name: _writable(value) for name, value in found.items()})
    batch.worlds = np.zeros(batch.n, batch.world.record).view(np.recarray)
    batch._records = batch.worlds.view(np.ndarray)
    batch._records[...] = records
    batch._driver, _ = load_driver(batch.world)
    batch._helper = None


def _writable(value: Any) -> Any:
    """Arrays that came in read-only memory as ones that kernels can fill."""
    return value if not isinstance(value, np.ndarray) or value.flags.writeable else value.copy()
