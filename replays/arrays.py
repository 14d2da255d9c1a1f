"""What seats saw and did as arrays to learn from: a NumPy file, or a data set of Minari for learning offline."""

import contextlib
import os
import shutil
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from replays.decisions import SeatDecision, columns_of, decisions
from simulator.engine.spaces import action_space, observation_space
from worlds.kit.writing import folder_problem, writing
from worlds.world import Refused

if TYPE_CHECKING:
    from replays.playback import Playback
    from replays.verdict import Progress

ARRAYS = (".npz", ".minari")
DATA, META = "data", "metadata.json"


def check_arrays(target: Path) -> None:
    """Refuse what cannot be written.

    Raises:
        Refused: a package is missing, or there is something at the place of a data set.
    """
    if target.suffix.lower() != ".minari":
        return
    if find_spec("minari") is None or find_spec("h5py") is None:
        raise Refused("a data set of Minari needs its package: install it with pip install 'minari[hdf5]>=0.5.4'")
    if target.exists():
        raise Refused(f"data set {str(target)!r} exists: name a new one")
    if problem := folder_problem(target):
        raise Refused(f"data set {str(target)!r} {problem}: name another one")


def write_arrays(
    target: Path, replay: "Playback", ticks: tuple[int, int], seats: Sequence[int], progress: "Progress | None" = None
) -> None:
    """Write what some seats saw and did from the first to the last of ``ticks``; it appears when it is complete.

    ``NAME.npz`` holds by seat, T decisions long: ``SEAT.tick``, ``.trial``, ``.episode``, ``.observations`` (T, O)
    float32, ``.actions`` (T, K), ``.rewards``, ``.ends``; and ``names`` (O,). ``NAME.minari`` is a folder that Minari
    reads: an episode of one seat is one of its episodes.

    Raises:
        Refused: nothing was decided there, seats of unlike kinds in one data set, or it cannot be written.
    """
    told = _told(decisions(replay, seats, ticks), ticks, progress)
    found = sorted(told, key=lambda each: (each.seat, each.tick))
    if not found:
        raise Refused(f"nobody decides anything in ticks {ticks[0]} to {ticks[1]} of {str(replay.path)!r}")
    try:
        if target.suffix.lower() == ".npz":
            with writing(target) as file:
                np.savez_compressed(file, allow_pickle=False, **_by_seat(replay, found))
        else:
            _write_minari(target, replay, found)
    except OSError as error:
        raise Refused(f"{str(target)!r} cannot be written: {error.strerror or error}") from error


def _told(found: Iterator[SeatDecision], ticks: tuple[int, int], progress: "Progress | None") -> Iterator[SeatDecision]:
    for each in found:
        if progress is not None:
            progress(each.tick - ticks[0], ticks[1] - ticks[0])
        yield each


def _by_seat(replay: "Playback", found: Sequence[SeatDecision]) -> dict[str, np.ndarray]:
    arrays = {"names": np.array(columns_of(replay))}
    for seat, group in groupby(found, key=lambda each: each.seat):
        rows, name = list(group), replay.world.seats[seat].name
        arrays |= {
            f"{name}.tick": np.array([row.tick for row in rows]),
            f"{name}.trial": np.array([row.trial for row in rows]),
            f"{name}.episode": np.array([row.episode for row in rows]),
            f"{name}.observations": np.stack([row.observation for row in rows]),
            f"{name}.actions": np.array([row.action for row in rows]),
            f"{name}.rewards": np.array([row.reward for row in rows]),
            f"{name}.ends": np.array([row.end for row in rows]),
        }
    return arrays


# --- Minari --------------------------------------------------------------------------------------------------------


def _write_minari(target: Path, replay: "Playback", found: Sequence[SeatDecision]) -> None:
    """The folder is made under another name and renamed."""
    from minari import MinariDataset
    from minari.dataset.minari_storage import MinariStorage

    world = replay.world
    half = target.absolute().with_name(f".{target.name}.{os.getpid()}.tmp")  # Minari takes no relative path
    try:
        shutil.rmtree(half, ignore_errors=True)
        half.mkdir(parents=True)
        storage = MinariStorage.new(
            half / DATA, observation_space(replay.simulation.layout), action_space(world.action_sizes),
            jpeg_encoding=False,
        )  # fmt: skip
        names = sorted({world.seats[each.seat].name for each in found})
        storage.update_metadata(_facts(replay, names))
        storage.update_episodes(_episodes(replay, found))
        MinariDataset(half / DATA)  # what cannot be read is not kept
        half.rename(target)
    finally:
        with contextlib.suppress(OSError):
            shutil.rmtree(half, ignore_errors=True)


def _facts(replay: "Playback", seats: Sequence[str]) -> dict[str, Any]:
    from importlib.metadata import version

    world, subject = replay.world, replay.description.subject
    players = {seat: replay.description.players.get(seat, "bot") for seat in seats}
    return {
        "dataset_id": f"crossplay/{world.name}/recorded-v{world.version}",
        "minari_version": version("minari"),
        "algorithm_name": ", ".join(f"{seat}: {player}" for seat, player in players.items()),
        "description": f"a recording of {world.name}, split {subject.split}, seed {subject.seed}: {', '.join(seats)}",
        "requirements": ["crossplay"],
    }


def _episodes(replay: "Playback", found: Sequence[SeatDecision]) -> list[Any]:
    """The episodes of every seat; a decision that was cut is left out, and its episode ends before it."""
    from minari.data_collector import EpisodeBuffer

    alone, episodes = len(replay.world.action_sizes) == 1, list[Any]()
    for (seat, _, _), group in groupby(_numbered(found), key=lambda each: (each[1].seat, each[1].trial, each[0])):
        rows = [row for _, row in group]
        seen = [row.observation for row in rows]
        seen.append(rows[-1].after)
        if rows[-1].end == "cut":
            rows, seen = rows[:-1], seen[:-1]
        if not rows:
            continue
        actions = np.array([row.action for row in rows], np.int64)
        ended = [row.end == "terminated" for row in rows]
        episodes.append(
            EpisodeBuffer(
                id=len(episodes), seed=int(replay.description.subject.seed), observations=np.stack(seen),
                actions=actions[:, 0] if alone else actions, rewards=[row.reward for row in rows], terminations=ended,
                truncations=[False] * (len(rows) - 1) + [not ended[-1]],
                infos={"seat": np.full(len(seen), seat), "trial": np.full(len(seen), rows[0].trial)},
            )
        )  # fmt: skip
    return episodes


def _numbered(found: Sequence[SeatDecision]) -> Iterator[tuple[int, SeatDecision]]:
    """Every decision with the number of its stretch: one that follows an end, or belongs to another episode, begins a
    new one.
    """
    number = 0
    for order, each in enumerate(found):
        before = found[order - 1] if order else each
        turned = (before.seat, before.trial, before.episode) != (each.seat, each.trial, each.episode)
        number += bool(turned or (order and before.end))
        yield number, each
