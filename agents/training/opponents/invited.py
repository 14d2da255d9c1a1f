"""Invited opponents, which sit against a learner and never learn: finished agents, named by their checkpoints, and
players that nobody here wrote.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import torch

from agents import find
from agents.checkpoints import checkpoint
from agents.checkpoints.description import CONFIG, LARGEST_WEIGHTS, MODEL
from agents.checkpoints.files import write_folder
from agents.networks.network import Network
from agents.players import axelrod as strategies
from agents.players.checkpoint_player import CheckpointPlayer
from agents.players.seated import player_of
from simulator.engine.reading import read_bytes
from simulator.engine.seats import SeatSpec, read_spec, spec_kind
from worlds.world import Refused, World

KEPT_IN = "opponents"
"""Folder of a run that holds copies of the agents it met: they are there when it goes on, whatever became of them."""


@dataclass(frozen=True)
class Opponent:
    """A frozen agent, and the roles it may sit in."""

    name: str
    network: Network
    roles: tuple[str, ...]
    folder: Path
    """Of its checkpoint."""


@dataclass(frozen=True)
class Stranger:
    """Players without a network: strategies of the Axelrod library, by turns."""

    name: str
    roles: tuple[str, ...]
    player: Callable[[int], strategies.AxelrodPlayer]
    """From a seed."""


def invite(
    paths: Sequence[str], world: World, device: torch.device, episodes: int, run: Path | None = None
) -> list[Opponent | Stranger]:
    """The agents at ``paths``, or their copies in the folder of a ``run`` that goes on, and what ``axelrod:SPEC`` names
    for trials of so many ``episodes``.

    Raises:
        Refused: no such checkpoint, one of another world, or a reference; no such strategy, or one that is kept for
            testing.
    """
    found: list[Opponent | Stranger] = []
    for number, path in enumerate(paths):
        spec = opponent_spec(path)
        if spec.kind == "axelrod":
            found.append(_stranger(spec, world, episodes))
        else:
            name = name_of(spec.name)
            folder = find(run / KEPT_IN / _copy(number, name)) if run else find(spec.name, world.name)
            found.append(_opponent(folder, name, world, device))
    return found


def opponent_spec(text: str) -> SeatSpec:
    """An opponent as in the specs of seats; what names no kind is an agent.

    Raises:
        Refused: a kind without a name, or one that is kept for testing.
    """
    kinds = ("agent", "axelrod")
    if spec_kind(text) == "roshambo":
        raise Refused(f"opponent {text!r} is kept for testing: nobody trains against RoShamBo bots")
    return read_spec("an opponent", text if spec_kind(text) in kinds else f"agent:{text}", kinds)


def _stranger(spec: SeatSpec, world: World, episodes: int) -> Stranger:
    def player(seed: int) -> strategies.AxelrodPlayer:
        found: strategies.AxelrodPlayer = player_of(world, spec, seed=seed, episodes=episodes)
        return found

    strategies.refuse_held_out(player(0).names)
    return Stranger(spec.text, tuple(dict.fromkeys(seat.role for seat in world.seats)), player)


def name_of(path: str) -> str:
    """What the agent at a path is called: its folder, or that of the run which a checkpoint lies in."""
    given = Path(os.path.abspath(path))  # "." has no name of its own
    return given.parent.name if given.name == "checkpoint" else given.name


def _copy(number: int, name: str) -> str:
    return f"{number:02d}-{name}"


def _opponent(folder: Path, name: str, world: World, device: torch.device) -> Opponent:
    player = CheckpointPlayer(folder, device=device.type)
    player.check(world, True)
    if player.reference:
        raise Refused(f"agent {name!r} is a {player.reference} reference, a yardstick: name agents as opponents")
    return Opponent(name, player.network, player.config.roles, folder)


def take_over(path: str, network: Network, world: World) -> None:
    """Give a new run's network the weights of the agent at ``path``.

    Raises:
        Refused: no such checkpoint, one of another world or of other sizes, or a reference.
    """
    player = CheckpointPlayer(find(path, world.name))
    player.check(world, True)
    if player.reference:
        raise Refused(f"agent {path!r} is a {player.reference} reference, a yardstick: start from an agent")
    ours, theirs = msgspec.structs.asdict(network.shape), msgspec.structs.asdict(player.network.shape)
    del ours["precision"]  # weights are float32 in any
    for name, size in ours.items():
        if theirs[name] != size:
            raise Refused(f"agent {path!r} has {name} {theirs[name]}, the run {size}: give the run the agent's sizes")
    network.load_state_dict(player.network.state_dict())


def keep(opponents: Sequence[Opponent | Stranger], run: Path) -> None:
    """Copy the checkpoints of those that have one into the folder of a run."""
    for number, opponent in enumerate(opponents):
        if isinstance(opponent, Stranger):
            continue
        place = run / KEPT_IN / _copy(number, opponent.name)
        if checkpoint.is_part(opponent.folder):
            checkpoint.save_alone(opponent.folder, place)
            continue
        files = {name: read_bytes(opponent.folder / name, LARGEST_WEIGHTS) for name in (MODEL, CONFIG)}
        write_folder(place, files)


def can_face(world: World, seat: int, roles: Sequence[str]) -> bool:
    """Whether somebody of these roles can sit against the learner in ``seat``: in a seat of another team, or in any
    other seat where all are of one team.
    """
    others = [other for index, other in enumerate(world.seats) if index != seat]
    against = [other for other in others if other.team != world.seats[seat].team] or others
    return any(other.role in roles for other in against)
