"""Leagues of strangers: a `league.json` that is not what it should be is refused with one sentence."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from agents.checkpoints.league_file import (
    FILE,
    MOST,
    League,
    LeagueMember,
    half_of,
    read_league,
    trainers,
    write_league,
)
from agents.settings.evaluate import EvaluateSettings
from agents.training.opponents.invited import named
from simulator.app import cli
from worlds.world import Refused

NAMES = ("0-gru-bots", "1-blind-bots", "2-gru-exploiter")
LONGEST_SENTENCE = 700


def sound(folder: Path) -> dict[str, Any]:
    """Plain values of a league that is as it should be."""
    members = tuple(
        LeagueMember(
            name=name, half=half_of(number), seed=number, memory="gru", against="exploiter" if number == 2 else "bots",
            exploits=NAMES[0] if number == 2 else None, taste={"won": 1.0} if number == 1 else {},
        )
        for number, name in enumerate(NAMES)
    )  # fmt: skip
    league = League(
        world="tag", world_version=3, layout_hash="0" * 64, build_args={"seats": 4}, steps=1000, members=members
    )
    write_league(folder, league)
    assert read_league(folder) == league
    facts: dict[str, Any] = json.loads((folder / FILE).read_text())
    return facts


def at(*path: Any, value: Any) -> Callable[[dict[str, Any]], None]:
    """A change of one value."""

    def change(facts: dict[str, Any]) -> None:
        place: Any = facts
        for part in path[:-1]:
            place = place[part]
        place[path[-1]] = value

    return change


CHANGES = {
    "another kind of file": at("kind", value="crossplay evaluation"),
    "another format": at("format", value=2),
    "an unknown field": at("more", value=1),
    "no members": at("members", value=[]),
    "members that are no list": at("members", value={"a": 1}),
    "a name that leads elsewhere": at("members", 0, "name", value="../../etc"),
    "a name with a slash": at("members", 0, "name", value="a/b"),
    "an absolute name": at("members", 0, "name", value="/etc"),
    "a name that is hidden": at("members", 0, "name", value=".ssh"),
    "a name that ends the line": at("members", 0, "name", value="gru\n"),
    "an endless name": at("members", 0, "name", value="a" * 5000),
    "two of one name": at("members", 1, "name", value=NAMES[0]),
    "a half that there is not": at("members", 1, "half", value="both"),
    "a stranger for testing that is opened for training": at("members", 1, "half", value="training"),
    "an exploiter of nobody": at("members", 2, "exploits", value="someone"),
    "a seed below 0": at("members", 0, "seed", value=-1),
    "a memory of control characters": at("members", 0, "memory", value="\x1b[2J"),
    "a taste of control characters": at("members", 1, "taste", value={"\x1b]0;x\x07": 1.0}),
    "a taste without a number": at("members", 1, "taste", value={"won": "much"}),
    "a taste without bounds": at("members", 1, "taste", value={"won": 1e300}),
    "a hash that is none": at("members", 0, "sha256", value="zz"),
    "a return without bounds": at(
        "members", 0, "above_random", value={"chaser": {"value": 1e300, "low": 0, "high": 0}}
    ),
    "a world that is no name": at("world", value="../tag"),
    "a rule of control characters": at("rule", value="\x1b[31m"),
    "steps of nothing": at("steps", value=0),
    "too many members": lambda facts: facts["members"].extend(facts["members"] * MOST),
    "a member that is no table": at("members", 0, value=7),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_league_that_is_not_sound_is_refused_in_a_sentence(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    facts = sound(tmp_path)
    CHANGES[name](facts)
    (tmp_path / FILE).write_text(json.dumps(facts))
    with pytest.raises(Refused, match="is damaged: ") as refusal:
        trainers(str(tmp_path))
    _is_a_sentence(str(refusal.value))
    assert cli.run(["evaluate", "tag", "--splits", "test-opponent", "--learned", str(tmp_path)]) == 2
    _is_a_sentence(capsys.readouterr().err.strip())


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"[]", b"null", b"\xff\xfe\x00", b'{"kind": "crossplay league"}', b"[" * 100_000, b'{"a":' * 9_000],
)
def test_a_file_that_is_no_league_is_refused_in_a_sentence(data: bytes, tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(data)
    with pytest.raises(Refused, match="is damaged: ") as refusal:
        named((f"league:{tmp_path}",))
    _is_a_sentence(str(refusal.value))


def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b" " * (2**20 + 1))
    with pytest.raises(Refused) as refusal:
        read_league(tmp_path)
    _is_a_sentence(str(refusal.value))


@pytest.mark.parametrize("place", ["", "nowhere", "a\0b", "x" * 5000])
def test_no_league_at_all_is_refused(place: str) -> None:
    with pytest.raises(Refused) as refusal:
        read_league(place)
    _is_a_sentence(str(refusal.value))
    assert EvaluateSettings(learned=place).learned == place


def test_a_member_that_is_not_there_is_refused(tmp_path: Path) -> None:
    sound(tmp_path)
    with pytest.raises(Refused, match=f"member '{NAMES[0]}' of league .* is not trained yet: `crossplay league tag "):
        trainers(str(tmp_path))
    with pytest.raises(Refused, match=f"member '{NAMES[1]}' of league .* is kept for testing"):
        trainers(str(tmp_path / NAMES[1]))


def _is_a_sentence(text: str) -> None:
    assert text
    assert text.isprintable()
    assert len(text) < LONGEST_SENTENCE + 100
