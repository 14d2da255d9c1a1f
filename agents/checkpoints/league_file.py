"""What a folder of strangers that learned says of them, `league.json`: who they are, and which are kept for testing.

Strangers write such files, too: whatever is missing, of another kind or at odds with the rest is refused with one
sentence. Which half a member is in follows from its number alone, never from what it scores.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta

from agents.checkpoints.description import Built, Config, Hash, Name, Seed, Text, damaged, load_config
from agents.checkpoints.files import standing, to_json
from agents.settings.groups import TASTE
from simulator.engine.reading import read_bytes
from worlds.kit.words import built_words, shown
from worlds.kit.writing import write_bytes
from worlds.world import Refused, World

FILE = "league.json"
FORMAT: Final = 1
LARGEST = 2**20  # bytes
MOST = 64  # members
TRAINING: Final = "training"
TESTING: Final = "testing"
HALVES = (TRAINING, TESTING)
RULE = "members of even numbers are for training, those of odd numbers for testing"

Half = Literal["training", "testing"]
Against = Literal["bots", "self-play", "exploiter"]
Folder = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,99}\Z")]
Number = Annotated[float, Meta(ge=-1e12, le=1e12)]


class Above(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much more a member gets than random play, in the world's own return."""

    value: Number
    low: Number
    high: Number

    @property
    def worse(self) -> bool:
        """Whether it gets less."""
        return self.value < 0.0


class LeagueMember(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A member."""

    name: Folder
    """Its folder in that of the league."""
    half: Half
    seed: Seed
    memory: Text
    """What carries knowledge from one decision to the next; none: it is blind, and forgets at every episode."""
    against: Against
    """Whom it learned with."""
    exploits: Folder | None = None
    """The member whose weakness it looked for, from whose weights it began."""
    taste: dict[Text, Annotated[float, Meta(ge=TASTE.low, le=TASTE.high)]] = {}
    """What it was paid for beside the world's reward."""
    sha256: Hash | None = None
    """Of its weights, once it is trained."""
    above_random: dict[Text, Above] = {}
    """By role, in the later episodes of training tasks, once it was measured."""


class League(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What `league.json` says."""

    kind: Literal["crossplay league"] = "crossplay league"
    format: Literal[1] = FORMAT
    world: Name
    world_version: Annotated[int, Meta(ge=0, le=10**9)]
    layout_hash: Hash
    build_args: dict[Name, Built]
    steps: Annotated[int, Meta(ge=1, le=10**13)]
    """Agent-steps that each member was to learn from."""
    rule: Text = RULE
    members: Annotated[tuple[LeagueMember, ...], Meta(min_length=1, max_length=MOST)]

    def problem(self) -> str | None:
        """What contradicts itself here, if anything."""
        names = [member.name for member in self.members]
        if len(set(names)) < len(names):
            return f"two of its members are called {max(names, key=names.count)!r}"
        for number, member in enumerate(self.members):
            if member.half != half_of(number):
                return f"member {number}, {member.name!r}, is for {member.half}, and {self.rule}"
            if member.exploits is not None and member.exploits not in names:
                return f"member {member.name!r} exploits {member.exploits!r}, which is none of its members"
        words = (self.rule, *(word for member in self.members for word in (member.memory, *member.taste)))
        odd = [word for word in words if not word.isprintable()]
        return f"it holds {odd[0][:80]!a}, which cannot be printed" if odd else None

    def of(self, half: str) -> tuple[LeagueMember, ...]:
        """The members of a half."""
        return tuple(member for member in self.members if member.half == half)

    def check(self, world: World, folder: str) -> None:
        """Refuse a league of another world.

        Raises:
            Refused: names the world or the version.
        """
        if (self.world, self.world_version, self.layout_hash) != (world.name, world.version, world.layout_hash):
            built = built_words(self.build_args) or "the defaults"
            raise Refused(
                f"the league in {folder!r} plays world {self.world!r} version {self.world_version} ({built}): this is "
                f"{world.name!r} version {world.version}, or another size of it"
            )


def half_of(number: int) -> Half:
    """Which half a member is in: fixed before anything is trained."""
    return TRAINING if number % 2 == 0 else TESTING


def write_league(folder: Path, league: League) -> None:
    """Write `league.json` into a folder, whole or not at all."""
    facts: dict[str, Any] = msgspec.to_builtins(league)
    write_bytes(folder / FILE, to_json(facts))


def is_league(folder: str | Path) -> bool:
    """Whether a folder says that it is one."""
    return os.path.isfile(Path(folder) / FILE)  # false, too, for what no path can be


def read_league(folder: str | Path) -> League:
    """What a folder says of its members.

    Raises:
        Refused: no such file, or one that is damaged or contradicts itself.
    """
    path = Path(folder) / FILE
    if not is_league(folder):
        raise Refused(f"{shown(str(folder))} is no league: name a folder that `crossplay league` wrote")
    try:
        league = msgspec.json.decode(read_bytes(path, LARGEST), type=League)
    except Refused:
        raise
    except (ValueError, RecursionError) as error:  # JSON, Unicode and msgspec errors are ValueErrors
        raise Refused(f"league {str(path)!r} is damaged: {_brief(error)}") from error
    if problem := league.problem():
        raise Refused(f"league {str(path)!r} is damaged: {problem}")
    return league


def _brief(error: Exception) -> str:
    return str(damaged(Path(), error)).partition("is damaged: ")[2]


def folder_of(league: League, folder: str | Path, member: LeagueMember) -> Path:
    """Where the checkpoint of a member lies; it is the one that the league knows.

    Raises:
        Refused: it is not trained yet, or another one lies there.
    """
    run = Path(folder) / member.name
    place = standing(run / "checkpoint")
    if member.sha256 is None or not place.is_dir():
        raise Refused(
            f"member {member.name!r} of league {str(folder)!r} is not trained yet: `crossplay league {league.world} "
            f"--out {folder}` goes on"
        )
    config: Config = load_config(place)
    if config.sha256 != member.sha256:
        raise Refused(f"member {member.name!r} of league {str(folder)!r} is not the one that {FILE} names: train anew")
    if config.learned.kept_for_testing != (member.half == TESTING):
        raise Refused(
            f"member {member.name!r} of league {str(folder)!r} is not marked as of the half for {member.half}"
        )
    return place


def trainers(text: str) -> list[str]:
    """The members of a league that a learner may meet, each as `FOLDER/NAME`: the half for training, or the one member
    of it that is named.

    Raises:
        Refused: no league, no such member, or one that is kept for testing.
    """
    folder, name = Path(text), ""
    if not is_league(folder) and is_league(folder.parent):
        folder, name = folder.parent, folder.name
    league = read_league(folder)
    open_to_all = [member.name for member in league.of(TRAINING)]
    known = {member.name: member for member in league.members}
    if name and name not in known:
        raise Refused(f"league {str(folder)!r} has no member {shown(name)}: it has {', '.join(open_to_all)}")
    if name and known[name].half == TESTING:
        raise Refused(
            f"member {name!r} of league {str(folder)!r} is kept for testing: "
            f"a learner may meet {', '.join(open_to_all)}"
        )
    return [str(folder_of(league, folder, known[each]).parent) for each in ([name] if name else open_to_all)]
