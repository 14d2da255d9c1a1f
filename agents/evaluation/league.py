"""A league: agents of other seeds, memories and tastes, to be strangers to those who did not learn with them.

Who is in it is a declared list, and every second one is kept for testing: nobody may learn against those, and
`evaluate --learned` measures an agent against them. In games in which sides compete some members look for the weakness
of another one, from the weights of which they begin; in games in which all are of one team nobody does, no taste is for
what the world calls unwanted, and everybody is paid for the common return: strangers there are odd mates, no saboteurs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec

import worlds
from agents.checkpoints.league_file import (
    FILE,
    TESTING,
    Above,
    Against,
    League,
    LeagueMember,
    half_of,
    read_league,
    write_league,
)
from agents.evaluation.standing import above_random
from agents.evaluation.trainings import Member, Say, complete_all, refuse_others
from agents.settings.command import command_line, of_world
from agents.settings.declared import changed
from agents.settings.files import save_settings
from agents.settings.league import SHARE, LeagueSettings
from agents.settings.of_world import settings_for
from worlds.kit.writing import file_problem, folder_problem, write_bytes
from worlds.world import Refused, World

BLIND = "none"
BOTS: Final = "bots"
MIRROR: Final = "self-play"
EXPLOITER: Final = "exploiter"
FILES = ("settings.toml", FILE, "league.txt")
MIRRORED = 0.5
"""Share of the worlds in which who learns by self-play meets its past."""
LIST: tuple[tuple[str, Against], ...] = (
    ("ledger", BOTS), ("gru", MIRROR),
    (BLIND, MIRROR), ("ledger", BOTS),
    ("", EXPLOITER), ("", EXPLOITER),
    ("gru", BOTS), (BLIND, BOTS),
)  # fmt: skip
"""Memory and company of the members: those for training stand on the left, those for testing on the right. After the
last it begins again, with other tastes. An exploiter has the memory of whom it exploits.
"""
WITHOUT_THINGS = "linear"
"""The memory in place of a ledger where a world names no things to file."""


@dataclass(frozen=True)
class Planned:
    """A member and how it is trained."""

    stranger: LeagueMember
    member: Member


@dataclass(frozen=True)
class Trained:
    """What came of it."""

    settings: LeagueSettings
    league: League
    folder: Path

    def text(self) -> str:
        """A table of the members, with the world's return beside that of random play."""
        league, settings = self.league, self.settings
        lines = [
            f"{league.world}: a league of {len(league.members)} strangers, {league.steps:,} agent-steps each",
            f"{league.rule}; nobody may learn against those for testing",
        ]
        roles = dict.fromkeys(role for member in league.members for role in member.above_random)
        wide = max(len(member.name) for member in league.members)
        for half in dict.fromkeys(member.half for member in league.members):
            lines += ["", f"for {half}: the world's return above that of random play, later episodes of training tasks"]
            for member in league.of(half):
                told = ", ".join(f"{role} {_above(member.above_random[role])}" for role in roles)
                lines.append(f"  {member.name:<{wide}}  seed {member.seed}  {told}{_worse(member)}")
        lines += ["", f"over {settings.tasks:,} tasks a role, each member its one run; again: {self.command}"]
        return "\n".join(lines)

    @property
    def command(self) -> str:
        """The command line that makes it again."""
        return of_world(command_line("league", changed(self.settings, out="")), self.settings.world)

    def json(self) -> dict[str, Any]:
        """Plain values: what stands in `league.json`, and the command."""
        return {**msgspec.to_builtins(self.league), "command": self.command}


def _above(estimate: Above) -> str:
    return f"{estimate.value:+.2f} [{estimate.low:+.2f}, {estimate.high:+.2f}]"


def _worse(member: LeagueMember) -> str:
    worse = [role for role, above in member.above_random.items() if above.worse]
    return f"  worse than random play as {', '.join(worse)}" if worse else ""


def league(settings: LeagueSettings, say: Say = lambda _: None, *, progress: bool = True) -> Trained:
    """Train who is missing and compare everybody with random play.

    Raises:
        Refused: a world for one seat, settings that it does not take, or a folder with another league.
        KeyboardInterrupt: it was interrupted; the same settings go on.
    """
    world = worlds.get(settings.world, **settings.build)
    if len(world.seats) < 2:
        raise Refused(f"world {world.name!r} has one seat as it is built: nobody meets a stranger there")
    folder = Path(settings.out or f"runs/leagues/{world.name}")
    _refuse_places(folder)
    planned = list(plan(settings, world, folder))
    steps = planned[0].member.settings.learning.steps
    for each in planned:
        refuse_others(each.member, world)
    before = _known(folder, planned, world)
    found = League(
        world=world.name, world_version=world.version, layout_hash=world.layout_hash,
        build_args=dict(world.build_args), steps=steps,
        members=tuple(before.get(each.stranger.name, each.stranger) for each in planned),
    )  # fmt: skip
    save_settings(settings, folder / FILES[0])
    write_league(folder, found)
    first = [each.member for each in planned if each.stranger.exploits is None]
    then = [each.member for each in planned if each.stranger.exploits is not None]
    complete_all([first, then], world, settings.jobs, say, progress)
    found = msgspec.structs.replace(found, members=tuple(_measured(planned, world, settings, say)))
    write_league(folder, found)
    trained = Trained(settings, found, folder)
    write_bytes(folder / FILES[2], (trained.text() + "\n").encode())
    return trained


def _measured(planned: Sequence[Planned], world: World, settings: LeagueSettings, say: Say) -> Iterator[LeagueMember]:
    """Every member with what it gets above random play."""
    for number, each in enumerate(planned, 1):
        config, episodes = each.member.config, each.member.settings.trial.episodes
        assert config is not None, "all were trained"
        say(f"comparing {each.stranger.name} with random play ({number} of {len(planned)})")
        above = above_random(each.member.folder, world, tasks=settings.tasks, episodes=episodes)
        yield msgspec.structs.replace(each.stranger, sha256=config.sha256, above_random=above)


def _refuse_places(folder: Path) -> None:
    """Refuse a place where nothing could be written."""
    problems = [(folder, folder_problem(folder)), *((folder / name, file_problem(folder / name)) for name in FILES)]
    for place, problem in problems:
        if problem:
            raise Refused(f"{str(place)!r} {problem}: name another folder with --out")


def _known(folder: Path, planned: Sequence[Planned], world: World) -> dict[str, LeagueMember]:
    """What the folder says of the members that are there already.

    Raises:
        Refused: it holds another league, or one with more members.
    """
    if not (folder / FILE).exists():
        return {}
    there = read_league(folder)
    there.check(world, str(folder))
    ours = {each.stranger.name: each.stranger for each in planned}
    for member in there.members:
        bare = msgspec.structs.replace(member, sha256=None, above_random={})
        if ours.get(member.name) != bare:
            raise Refused(
                f"the league in {str(folder)!r} has a member {member.name!r} that this one has not: give it as many "
                "members and the same seed, or name another folder with --out"
            )
    return {member.name: member for member in there.members}


# --- who is in it ----------------------------------------------------------------------------------------------------


def plan(settings: LeagueSettings, world: World, folder: Path) -> Iterator[Planned]:
    """All members, one after the other."""
    usual = settings_for(world)
    steps = settings.steps or max(1, usual.learning.steps // SHARE)
    liked, rivals = tastes(world), competitive(world)
    latest: dict[str, Planned] = {}
    """By half, the last one whom one can exploit: with a memory, and no exploiter itself."""
    for number in range(settings.members):
        half, (memory, against) = half_of(number), LIST[number % len(LIST)]
        if against == EXPLOITER and not rivals:
            memory, against = ("ledger", "gru")[number % 2], MIRROR
        exploited = latest[half] if against == EXPLOITER else None
        if exploited is not None:
            memory = exploited.stranger.memory
        memory = WITHOUT_THINGS if memory == "ledger" and not world.things else memory
        taste = {} if against == EXPLOITER else liked[(number // 2 + number % 2) % len(liked)]
        words = [str(number), memory if memory != BLIND else "blind", against.replace("-", ""), *map(_word, taste)]
        stranger = LeagueMember(
            name="-".join(words), half=half, seed=settings.seed + number, memory=memory, against=against,
            exploits=exploited.stranger.name if exploited else None, taste=taste,
        )  # fmt: skip
        found = Planned(stranger, _member(settings, world, folder, stranger, exploited, steps))
        if exploited is None and memory != BLIND:
            latest[half] = found
        yield found


def _member(
    settings: LeagueSettings, world: World, folder: Path, stranger: LeagueMember, exploited: Planned | None, steps: int
) -> Member:
    """How a member is trained: as the world declares, in all of its roles, but for what makes it a stranger."""
    blind = stranger.memory == BLIND
    whom = str(exploited.member.folder) if exploited else ""
    own = settings_for(
        world, steps=steps, seed=stranger.seed, threads=settings.threads, device=settings.device, payoff_tasks=0,
        memory="gru" if blind else stranger.memory, reference="blind" if blind else "none", roles=(), together=False,
        self_play=MIRRORED if stranger.against == MIRROR else 0.0, self_play_draw="uniform", taste=stranger.taste,
        exploit=whom, start=whom, kept_for_testing=stranger.half == TESTING, out=str(folder / stranger.name),
    )  # fmt: skip
    return Member(stranger.against, own)


def competitive(world: World) -> bool:
    """Whether there are sides: in a world of one team, whoever spoils the other's play spoils its own."""
    return len({seat.team for seat in world.seats}) > 1


def tastes(world: World) -> list[dict[str, float]]:
    """None, then one for each figure of a seat: what is wanted is liked, what is unwanted is disliked."""
    own = [figure for figure in world.figures if figure.per == "seat"]
    return [{}, *({figure.name: -1.0 if figure.unwanted else 1.0} for figure in own)]


def _word(figure: str) -> str:
    """A figure's name in that of a folder."""
    return "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in figure)[:40]
