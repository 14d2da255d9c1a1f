"""Invited opponents, which sit against a learner and never learn: finished agents, named by their checkpoints, those of
a league that are for training, and players that nobody here wrote.
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
from agents.checkpoints.description import CONFIG, LARGEST_WEIGHTS, MODEL, load_config
from agents.checkpoints.files import write_folder
from agents.checkpoints.league_file import is_league, trainers
from agents.networks.network import Network
from agents.players import axelrod as strategies
from agents.players.checkpoint_player import CheckpointPlayer
from agents.players.seated import player_of
from agents.settings.train import LEAGUE
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
    begins: int = -1
    """Of a blind one: the column of what it sees that tells it to forget; −1 for all others."""
    carried: tuple[int, ...] = ()
    """Of a blind one: the columns that still tell of the last episode then."""


@dataclass(frozen=True)
class Stranger:
    """Players without a network: strategies of the Axelrod library, by turns."""

    name: str
    roles: tuple[str, ...]
    player: Callable[[int], strategies.AxelrodPlayer]
    """From a seed."""


def named(specs: Sequence[str], resume: bool = False) -> tuple[str, ...]:
    """Opponents one by one: a league's half for training by its members. A run to ``resume`` has named them already,
    and has copies of them.

    Raises:
        Refused: no such league, or a member that is kept for testing.
    """
    found: list[str] = []
    for text in specs:
        spec = opponent_spec(text)
        of_league = spec.kind == "league" and (is_league(spec.name) or not resume)
        found += [LEAGUE + member for member in trainers(spec.name)] if of_league else [text]
    return tuple(found)


def invite(
    paths: Sequence[str], world: World, device: torch.device, episodes: int, run: Path | None = None,
    kept: bool = False,
) -> list[Opponent | Stranger]:  # fmt: skip
    """The agents at ``paths``, or their copies in the folder of a ``run`` that goes on, and what ``axelrod:SPEC`` names
    for trials of so many ``episodes``. Learners that are ``kept`` for testing may meet others that are.

    Raises:
        Refused: no such checkpoint, one of another world, or a reference that is not of a league; no such strategy; or
            somebody who is kept for testing.
    """
    found: list[Opponent | Stranger] = []
    for number, path in enumerate(paths):
        spec = opponent_spec(path)
        if spec.kind == "axelrod":
            found.append(_stranger(spec, world, episodes))
        else:
            name = name_of(spec.name)
            folder = find(run / KEPT_IN / _copy(number, name)) if run else find(spec.name, world.name)
            opponent = _opponent(folder, name, world, device, of_league=spec.kind == "league")
            if not kept:
                refuse_kept(opponent.folder, name)
            found.append(opponent)
    return found


def refuse_kept(folder: Path, name: str) -> None:
    """Keep agents for testing from all learners.

    Raises:
        Refused: this is one.
    """
    if load_config(folder).learned.kept_for_testing:
        raise Refused(f"agent {name!r} is kept for testing: nobody learns against it or starts from it")


def opponent_spec(text: str) -> SeatSpec:
    """An opponent as in the specs of seats; what names no kind is an agent.

    Raises:
        Refused: a kind without a name, or one that is kept for testing.
    """
    kinds = ("agent", "axelrod", "league")
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


def _opponent(folder: Path, name: str, world: World, device: torch.device, of_league: bool) -> Opponent:
    player = CheckpointPlayer(folder, device=device.type)
    player.check(world, True)
    if player.reference and not (of_league and player.reference == "blind"):
        raise Refused(f"agent {name!r} is a {player.reference} reference, a yardstick: name agents as opponents")
    if not player.reference:
        return Opponent(name, player.network, player.config.roles, folder)
    begins, carried = player.forgetting
    return Opponent(name, player.network, player.config.roles, folder, begins, carried)


def take_over(path: str, network: Network, world: World, kept: bool = False) -> None:
    """Give a new run's network the weights of the agent at ``path``; runs that are ``kept`` for testing may begin with
    those of others that are.

    Raises:
        Refused: no such checkpoint, one of another world or of other sizes, a reference, or one that is kept for
            testing.
    """
    player = CheckpointPlayer(find(path, world.name))
    player.check(world, True)
    if not kept:
        refuse_kept(player.folder, path)
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
