"""Recordings that all tests of replays share, made once."""

from pathlib import Path

import pytest

import worlds
from tests.replays.files import play
from worlds.world import World


@pytest.fixture(scope="session")
def tag() -> World:
    return worlds.get("tag", seats=4)


@pytest.fixture(scope="session")
def recording(tag: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """270 ticks of tag: four seats, two episodes a trial, every kind of intervention."""
    path = tmp_path_factory.mktemp("recording") / "tag.mcap"
    play(tag, path)
    return path
