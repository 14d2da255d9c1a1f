"""The harness itself: it passes a plain refusal, and complains about what it is there to find."""

import dataclasses
from typing import Any

import pytest

from tests.hostile.harness import MOST_MEMORY, Ran, assert_refused, refused, run


def test_a_plain_refusal_passes() -> None:
    refused("worlds", "nowhere", says="'nowhere'")


def test_what_the_tests_hold_is_not_charged_to_the_command() -> None:
    held = b"\1" * MOST_MEMORY
    assert run(["--version"]).memory < len(held) // 2


GOOD = Ran(code=2, out="", errors="crossplay: the file is bad.\n", seconds=1.0, memory=2**20)
BAD: dict[str, dict[str, Any]] = {
    "another exit code": {"code": 1},
    "a traceback": {"errors": "Traceback (most recent call last)\ncrossplay: the file is bad.\n"},
    "two sentences": {"errors": "crossplay: the file is bad.\nwarning: it is.\n"},
    "another sentence": {"errors": "crossplay: something is wrong.\n"},
    "an escape": {"errors": "crossplay: the file is \x1b[31mbad.\n"},
    "much memory": {"memory": 2**30},
}


@pytest.mark.parametrize("name", BAD)
def test_it_complains_of(name: str) -> None:
    assert_refused(GOOD, "the file is bad")
    with pytest.raises(AssertionError):
        assert_refused(dataclasses.replace(GOOD, **BAD[name]), "the file is bad")
