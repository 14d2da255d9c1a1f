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
    """The shipped checkpoints of one world by name; see `generalists` for the others."""
    several = generalists()
    folders = {path.parent.name: path.parent for path in sorted(_SHIPPED.glob("*/config.json"))}
    return {name: folder for name, folder in folders.items() if name not in several}


def generalists() -> dict[str, Path]:
    """The shipped checkpoints of agents for several worlds by name; each has a folder for each of its worlds."""
    return {path.parent.parent.name: path.parent.parent for path in sorted(_SHIPPED.glob("*/*/config.json"))}


def find(path_or_name: str | Path, world: str = "") -> Path:
    """The folder of a checkpoint: a checkpoint folder, a run folder that holds one, or the name of a shipped one.

    Of an agent for several worlds it is the part for one of them, which ``world`` names, or the end of the path, as in
    AGENT/WORLD.

    Raises:
        Refused: none of these, or an agent for several worlds that did not learn this one.
    """
    from agents.checkpoints.generalist import part_of
    from worlds.world import Refused

    given = str(path_or_name)
    found = _standing(given)
    if found is not None:
        return part_of(found, world) if world else found
    whole, _, part = given.rpartition("/")
    above = _standing(whole)
    if above is not None and part and part_of(above, part) != above:
        return part_of(above, part)
    names = ", ".join([*generalists(), *pretrained()]) or "none yet"
    raise Refused(f"{given!r} is no agent: name a checkpoint folder, a run folder, or a shipped agent ({names})")


def _standing(given: str) -> Path | None:
    """The folder of a checkpoint that is named so, if there is one."""
    from agents.checkpoints.files import standing

    if not given or "\0" in given:
        return None
    shipped = {**pretrained(), **generalists()}
    if given in shipped:
        return shipped[given]
    folder = Path(given)
    return next(
        (at for at in (standing(folder), standing(folder / "checkpoint")) if (at / "config.json").is_file()), None
    )


def load(
    path_or_name: str | Path, *, world: str = "", device: str = "cpu", seed: int = 0, sample: bool = True
) -> CheckpointPlayer:
    """A player from a checkpoint.

    Args:
        path_or_name: see `find`.
        world: of an agent for several worlds, the one to play.
        device: `cpu`, `cuda` or `auto`.
        seed: of its draws.
        sample: draw actions by their probabilities, or take the likeliest.

    Raises:
        Refused: no such checkpoint, or one that is damaged.
    """
    from agents.checkpoints import checkpoint
    from agents.players.checkpoint_player import CheckpointPlayer

    folder = find(path_or_name, world)
    if checkpoint.load_config(folder).network.memory == "none":
        from agents.players.learning_player import (
            LearningPlayer,  # brings the learners along, so only where it is needed
        )

        return LearningPlayer(folder, device=device, seed=seed, sample=sample)
    return CheckpointPlayer(folder, device=device, seed=seed, sample=sample)
