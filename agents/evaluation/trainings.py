"""Trainings of one folder: what is finished there is kept, what is not goes on where it was saved."""

from __future__ import annotations

import shlex
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import worlds
from agents.checkpoints.description import CONFIG, Config, load_config
from agents.checkpoints.files import standing
from agents.settings.command import command_line
from agents.settings.declared import changed, differing, leaves
from agents.settings.files import build_settings, load_settings
from agents.settings.folder import RESUME, STATE
from agents.settings.of_world import settings_for
from agents.settings.train import TrainSettings, shareable
from simulator.engine.compiling import tied
from worlds.world import Refused, World

MACHINE = ("run.threads", "run.device")
"""Settings that a finished run may differ in: the machine it was made on."""
PAUSE = 0.2  # s between two looks at the trainings
INTERRUPTED = 130  # exit code
Say = Callable[[str], None]


@dataclass(frozen=True)
class Member:
    """One training."""

    kind: str
    """agent, blind or oracle; or what a member of a league is."""
    settings: TrainSettings

    @property
    def folder(self) -> Path:
        """Of its run."""
        return Path(self.settings.run.out)

    @property
    def finished(self) -> bool:
        """Whether its checkpoint has learned from all its steps."""
        config = self.config
        return config is not None and config.steps >= self.settings.learning.steps

    @property
    def config(self) -> Config | None:
        """What its checkpoint says of itself, None where there is none."""
        place = standing(self.folder / "checkpoint")
        return load_config(place) if (place / CONFIG).exists() else None

    @property
    def begun(self) -> bool:
        """Whether there is a state to go on from; a crash can leave it under its old name."""
        return (standing(self.folder / RESUME) / STATE).exists()


def complete_all(waves: Sequence[Sequence[Member]], world: World, jobs: int, say: Say, progress: bool) -> None:
    """Train all that is missing, of all steps that its settings name; whoever is in a later wave needs what is in the
    earlier ones.

    Raises:
        Refused: a folder with a run of other settings.
        KeyboardInterrupt: it was interrupted; the same settings go on.
    """
    members = [member for wave in waves for member in wave]
    for member in members:
        refuse_others(member, world)
    found = [[member for member in wave if not member.finished] for wave in waves]
    done, steps = len(members) - sum(map(len, found)), members[0].settings.learning.steps
    say(f"{world.name}: {done} of {len(members)} trainings of {steps:,} steps are there")
    try:
        for missing in found:
            _train(missing, jobs, world, say, progress)
    except KeyboardInterrupt as stop:
        raise KeyboardInterrupt("the same command goes on") from stop


def refuse_others(member: Member, world: World) -> None:
    """Refuse to go on in the folder of a run of other settings, or with a checkpoint of another world: what is compared
    must be alike.
    """
    path, config = member.folder / "settings.toml", member.config
    if path.exists():
        _refuse_differing(member, load_settings(path, TrainSettings))
    if config is not None:
        place = f"the checkpoint in {str(member.folder)!r}"
        _refuse_differing(member, build_settings(config.settings, TrainSettings, place))
        version, here = (config.world_version, config.layout_hash), (world.version, world.layout_hash)
        if version != here:
            raise Refused(
                f"{place} learned version {config.world_version} of world {config.world!r}, or another layout of it: "
                f"this is version {world.version}, so name another folder with --out"
            )


def _refuse_differing(member: Member, before: TrainSettings) -> None:
    free = (leaf for leaf in leaves(TrainSettings) if leaf.note.incidental or leaf.name in MACHINE)
    for leaf in differing(shareable(member.settings), shareable(before), free):
        raise Refused(
            f"{leaf.short} is {leaf.of(member.settings)!r}: the run in {member.folder} has {leaf.of(before)!r}, "
            "so name another folder with --out"
        )


def _train(members: Sequence[Member], jobs: int, world: World, say: Say, progress: bool) -> None:
    if jobs > 1 and len(members) > 1:
        _side_by_side(list(members), jobs, world, say)
        return
    from agents.training.train import train  # brings tianshou along

    for number, member in enumerate(members, 1):
        say(f"training {member.folder.name} ({number} of {len(members)})")
        train(_to_go_on(member, progress=progress), hint=False)
        if not member.finished:
            raise KeyboardInterrupt


def _to_go_on(member: Member, **changes: Any) -> TrainSettings:
    """The same for a run that has begun; on the machine that it began on, which its state knows."""
    settings = changed(member.settings, **changes)
    if not member.begun:
        return settings
    before = load_settings(member.folder / "settings.toml", TrainSettings)
    return changed(settings, resume=True, threads=before.run.threads, device=before.run.device)


def _side_by_side(waiting: list[Member], jobs: int, world: World, say: Say) -> None:
    """Train in processes of their own; when one fails, or this one is interrupted, the others save and end."""
    running: dict[str, subprocess.Popen[bytes]] = {}
    count = len(waiting)
    try:
        while waiting or running:
            while waiting and len(running) < jobs:
                member = waiting.pop(0)
                say(f"training {member.folder.name} ({count - len(waiting)} of {count})")
                running[member.folder.name] = tied(_words(member, world), quiet=True)
            time.sleep(PAUSE)
            for name, child in list(running.items()):
                if child.poll() is not None:
                    _close(running.pop(name))
                    if child.returncode == INTERRUPTED:
                        raise KeyboardInterrupt
                    if child.returncode:
                        raise subprocess.CalledProcessError(child.returncode, f"training {name}")
    finally:
        for child in running.values():
            child.send_signal(signal.SIGTERM)
        for child in running.values():
            _close(child)


def _close(child: subprocess.Popen[bytes]) -> None:
    """Wait for its end, and let its input go only then: it ends at once when nobody holds that."""
    child.wait()
    if child.stdin is not None:
        child.stdin.close()


def _words(member: Member, world: World) -> list[str]:
    """The command that trains, or goes on."""
    settings = _to_go_on(member)
    usual = changed(settings_for(world), world_args={})
    words = shlex.split(command_line("train", settings, usual))[1:]
    words += ["--out", str(member.folder), "--payoff-tasks", "0", "--no-progress"]
    *_, folder, _ = worlds.travel(world)[1]
    return words + ["--resume"] * settings.run.resume + (["--worlds", folder] if folder else [])
