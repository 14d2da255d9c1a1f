"""Strangers that learned: the tasks of test-opponent with members of a league where its bots would sit.

They are of the half that is kept for testing, which no learner may meet. Each plays every task, in all seats that the
task fills with bots of roles that it learned. It keeps a memory of its own in each seat over the whole trial, so that
it gets to know the agent as the agent gets to know it. Measured are: the agent; the same with its memory wiped at every
episode, or with the one that it formed up to there on the same task against the member before (`foreign`); and random
choices. Intervals are over tasks and members: they are about all strangers that such a league might have had, and about
these checkpoints of the agent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.checkpoints.league_file import FILE, TESTING, LeagueMember, folder_of, read_league
from agents.evaluation.lineup import Lineup, load_player
from agents.evaluation.results import Finding, later_words, plain
from agents.evaluation.stage import Company, Stage, Work, gather
from agents.evaluation.statistics import Estimate
from agents.players.simple import RandomPlayer
from agents.settings.evaluate import EvaluateSettings
from simulator.engine.memory_control import Lent, MemoryControl, Noted, Wiped
from simulator.engine.trial import Trials
from worlds.world import Refused, World

SPLIT = "test-opponent"
CONDITIONS = ("agent", "wiped", "foreign", "random")
GROUP = "members"


@dataclass(frozen=True)
class LearnedStranger:
    """A member that an agent was measured against."""

    name: str
    told: str
    """What made it another one, in words."""
    roles: tuple[str, ...]
    """In which it sits; bots have all other seats."""
    sha256: str
    worse_than_random: bool
    """Whether it gets less than random play, in the world's own return."""
    curves: Mapping[str, list[Estimate]]
    """Return by episode, by condition, with it alone: intervals are over tasks."""
    later: Mapping[str, Estimate]
    """The same in the later episodes."""
    ahead: Mapping[str, Estimate]
    """Agent minus another condition there."""

    def dict(self) -> dict[str, Any]:
        """Plain values with stable keys."""
        return {
            "name": self.name, "told": self.told, "roles": list(self.roles), "sha256": self.sha256,
            "worse_than_random": self.worse_than_random, "later": plain(self.later), "agent_minus": plain(self.ahead),
        }  # fmt: skip


@dataclass(frozen=True)
class LearnedOpponents:
    """One role against the half of a league that is kept for testing."""

    role: str
    league: str
    """Folder of the league."""
    tasks: int
    agents: int
    """Checkpoints of the agent, whose returns are averaged."""
    curves: Mapping[str, list[Estimate]]
    """Return by episode, by condition."""
    gains: Mapping[str, Estimate]
    """Last episode minus first, by condition."""
    later: Mapping[str, Estimate]
    """Mean over the later episodes, by condition."""
    ahead: Mapping[str, Estimate]
    """Agent minus another condition over the later episodes."""
    members: tuple[LearnedStranger, ...]

    @property
    def episodes(self) -> int:
        """Of a trial."""
        return len(self.curves["agent"])

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What adapting to them would show, as `Cell.findings`."""
        gain, words = self.gains["agent"], later_words(self.episodes)
        found = [
            Finding("rises against strangers that learned", gain.above_zero, ((f"episode {self.episodes} − 1", gain),))
        ]
        for name, claim in (("wiped", "beats itself without memory"), ("random", "above random")):
            if name in self.ahead:
                margin = self.ahead[name]
                found.append(Finding(f"{claim} in {words}", margin.above_zero, ((f"agent − {name}", margin),)))
        return tuple(found)

    def sure_with(self, name: str) -> str:
        """With how many of the members alone the agent is surely above a condition, in words."""
        sure = sum(member.ahead[name].above_zero for member in self.members)
        return f"surely with {sure} of {len(self.members)} members"

    @property
    def about(self) -> str:
        """What was measured, in a sentence."""
        return (
            f"{len(self.members)} members of {self.league}, kept for testing, each in all seats that the tasks' bots "
            "would have; each keeps its own memory over the trial; intervals are over tasks and members"
        )

    def dict(self) -> dict[str, Any]:
        """Plain values with stable keys."""
        return {
            "role": self.role, "split": SPLIT, "league": self.league, "tasks": self.tasks, "about": self.about,
            "return_by_episode": {name: [each.dict() for each in curve] for name, curve in self.curves.items()},
            "gain": plain(self.gains), "later": plain(self.later), "agent_minus": plain(self.ahead),
            "verdicts": [{"claim": each.claim, "holds": each.holds} for each in self.findings],
            "members": [member.dict() for member in self.members],
        }  # fmt: skip


@dataclass(frozen=True)
class Invited:
    """A member and where its checkpoint lies."""

    member: LeagueMember
    folder: Path
    roles: tuple[str, ...]


def testing_half(settings: EvaluateSettings, world: World) -> tuple[Invited, ...]:
    """The members that an agent is measured against.

    Raises:
        Refused: the split is not played, no league of this world, or members that are not trained.
    """
    if SPLIT not in settings.splits:
        raise Refused(f"learned is {settings.learned!r}: those strangers play on {SPLIT}, name it with --splits")
    league = read_league(settings.learned)
    league.check(world, settings.learned)
    found = []
    for member in league.of(TESTING):
        folder = folder_of(league, settings.learned, member)
        player = load_player(str(folder), settings)
        player.check(world, True)
        found.append(Invited(member, folder, player.config.roles))
    if not found:
        raise Refused(f"the league in {settings.learned!r} has no member for testing: see its {FILE}")
    return tuple(found)


def refuse_without_seats(stage: Stage, invited: tuple[Invited, ...]) -> None:
    """Refuse to measure against somebody who has no seat.

    Raises:
        Refused: names the member and the role of the learner.
    """
    for each in invited:
        if not _seats(stage, each).shape[1]:
            raise Refused(
                f"member {each.member.name!r} of league {stage.settings.learned!r} learned {', '.join(each.roles)} and "
                f"finds no seat beside the {stage.role} that bots would have: leave out --learned"
            )


def runs_of(lineup: Lineup, invited: tuple[Invited, ...]) -> int:
    """Batches of trials that one role takes."""
    asked = _asked(lineup.settings, invited)
    each = sum(name in asked for name in ("agent", "wiped", "foreign")) * len(invited) + ("foreign" in asked)
    return each * len(lineup.of("agent", SPLIT)) + len(invited) * ("random" in asked)


def _asked(settings: EvaluateSettings, invited: tuple[Invited, ...]) -> tuple[str, ...]:
    """Conditions to measure: memories of another member need one."""
    return tuple(name for name in CONDITIONS if name in settings.measured and (name != "foreign" or len(invited) > 1))


def _seats(stage: Stage, invited: Invited) -> NDArray[np.int64]:
    """(n, g): the seats of a member by task, in the place of bots."""
    roles = np.array([seat.role in invited.roles for seat in stage.world.seats])
    free = stage.bot_seats & roles
    count = int(free[0].sum())
    return np.flatnonzero(free.ravel()).reshape(len(free), count) % len(roles)


def measure_learned(stage: Stage, invited: tuple[Invited, ...], pool: ThreadPoolExecutor) -> LearnedOpponents:
    """Play all conditions with every member; the stage's split is `SPLIT`."""
    asked = _asked(stage.settings, invited)

    def jobs() -> Iterator[Work]:
        yield from (partial(_agent, stage, player, invited, asked) for player in stage.lineup.of("agent", SPLIT))
        if "random" in asked:
            yield partial(_random, stage, invited)

    played = gather(pool, jobs())
    count = len(played[_name("agent", 0)])
    tables = {name: np.stack([_mean(played[_name(name, number)]) for number in range(len(invited))]) for name in asked}
    return summarise(stage, invited, tables, count)


def _mean(members: list[Trials]) -> NDArray[np.float64]:
    """(n, E): the returns, averaged over checkpoints."""
    return np.asarray(np.mean([trials.returns for trials in members], axis=0))


def _name(condition: str, number: int) -> str:
    return f"{condition} with {number}"


def _agent(stage: Stage, player: Any, invited: tuple[Invited, ...], asked: tuple[str, ...]) -> list[tuple[str, Trials]]:
    """One checkpoint with its own memory, without, and with that of the meeting with the member before; at most the
    memories of two meetings are kept.
    """
    found: list[tuple[str, Trials]] = []

    def meet(condition: str, number: int, control: MemoryControl | None) -> Trials:
        company = company_of(stage, invited[number])
        return stage.play(_name(condition, number), player, control=control, company=company)

    def note(number: int) -> tuple[Trials, Any]:
        noted = Noted(stage.seats.size, stage.settings.episodes)
        return meet("agent", number, noted if "foreign" in asked else None), noted.memories

    before = note(len(invited) - 1)[1] if "foreign" in asked else None
    for number in range(len(invited)):
        own, memories = note(number)
        found.append((_name("agent", number), own))
        if "wiped" in asked:
            found.append((_name("wiped", number), meet("wiped", number, Wiped())))
        if "foreign" in asked:
            found.append(
                (_name("foreign", number), meet("foreign", number, Lent(before) if before is not None else None))
            )
        before = memories
    return found


def _random(stage: Stage, invited: tuple[Invited, ...]) -> list[tuple[str, Trials]]:
    player = RandomPlayer(stage.world.action_sizes, seed=stage.settings.seed)
    return [
        (_name("random", number), stage.play(_name("random", number), player, company=company_of(stage, each)))
        for number, each in enumerate(invited)
    ]


def company_of(stage: Stage, invited: Invited) -> Company:
    """Those whom the settings seat, and a member in all places of bots: one player a seat, each with other draws."""
    guests, settings, seats = stage.guests(), stage.settings, _seats(stage, invited)
    strangers = [
        load_player(str(invited.folder), replace(settings, seed=settings.seed + 1 + at)) for at in range(seats.shape[1])
    ]
    return Company(np.concatenate([guests.seats, seats], axis=1), [*guests.players, *strangers])


def summarise(
    stage: Stage, invited: tuple[Invited, ...], tables: Mapping[str, NDArray[np.float64]], agents: int
) -> LearnedOpponents:
    """Put the returns (members, n, E) of all conditions together."""
    comparison = stage.compare(
        {name: list(table) for name, table in tables.items()}, groups=dict.fromkeys(tables, GROUP)
    )
    others = [name for name in tables if name != "agent"]
    return LearnedOpponents(
        role=stage.role, league=stage.settings.learned, tasks=stage.settings.tasks, agents=agents,
        curves={name: comparison.by_episode(name) for name in tables},
        gains={name: comparison.gain(name) for name in tables},
        later={name: comparison.late(name) for name in tables},
        ahead={name: comparison.late("agent", name) for name in others},
        members=tuple(_stranger(stage, each, tables, number) for number, each in enumerate(invited)),
    )  # fmt: skip


def _stranger(
    stage: Stage, invited: Invited, tables: Mapping[str, NDArray[np.float64]], number: int
) -> LearnedStranger:
    member, names = invited.member, list(tables)
    alone = stage.compare({name: [tables[name][number]] for name in names}, groups=dict.fromkeys(names, GROUP))
    return LearnedStranger(
        name=member.name, told=told(member), roles=invited.roles, sha256=member.sha256 or "",
        worse_than_random=any(above.worse for above in member.above_random.values()),
        curves={name: alone.by_episode(name) for name in names},
        later={name: alone.late(name) for name in names},
        ahead={name: alone.late("agent", name) for name in names if name != "agent"},
    )  # fmt: skip


def told(member: LeagueMember) -> str:
    """What makes a member another one than the rest, in a few words."""
    memory = "blind" if member.memory == "none" else member.memory
    company = {"bots": "against bots", "self-play": "in self-play"}.get(member.against, f"against {member.exploits}")
    taste = (
        f", taste {', '.join(f'{name} {weight:+g}' for name, weight in member.taste.items())}" if member.taste else ""
    )
    return f"{memory}, learned {company}{taste}, seed {member.seed}"
