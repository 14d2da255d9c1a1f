"""Agents: networks that learn to adapt, and the checkpoints they are kept in. Importing this package imports no
torch.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agents.players.checkpoint_player import CheckpointPlayer

_SHIPPED = Path(__file__).resolve().parent / "pretrained"


def pretrained() -> dict[str, Path]:
    """The shipped checkpoints by name."""
    return {path.parent.name: path.parent for path in sorted(_SHIPPED.glob("*/config.json"))}


def find(path_or_name: str | Path) -> Path:
    """The folder of a checkpoint: a checkpoint folder, a run folder that holds one, or the name of a shipped one.

    Raises:
        Refused: none of these.
    """
    from agents.checkpoints.files import standing
    from worlds.world import Refused

    shipped, folder, given = pretrained(), Path(path_or_name), str(path_or_name)
    if given in shipped:
        return shipped[given]
    for place in (standing(folder), standing(folder / "checkpoint")) if given and "\0" not in given else ():
        if (place / "config.json").is_file():
            return place
    names = ", ".join(shipped) or "none yet"
    raise Refused(
        f"{str(path_or_name)!r} is no agent: name a checkpoint folder, a run folder, or a shipped agent ({names})"
    )


def load(path_or_name: str | Path, *, device: str = "cpu", seed: int = 0, sample: bool = True) -> CheckpointPlayer:
    """A player from a checkpoint.

    Args:
        path_or_name: see `find`.
        device: `cpu`, `cuda` or `auto`.
        seed: of its draws.
        sample: draw actions by their probabilities, or take the likeliest.

    Raises:
        Refused: no such checkpoint, or one that is damaged.
    """
    from agents.checkpoints import checkpoint
    from agents.players.checkpoint_player import CheckpointPlayer

    folder = find(path_or_name)
    if checkpoint.load_config(folder).network.memory == "none":
        from agents.players.learning_player import (
            LearningPlayer,  # brings the learners along, so only where it is needed
        )

        return LearningPlayer(folder, device=device, seed=seed, sample=sample)
    return CheckpointPlayer(folder, device=device, seed=seed, sample=sample)
