"""The world in CONTRIBUTING works as the page says: saved as one file, it is listed, played, checked and pinned."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A user's folder with the world of the page."""
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    source = re.search(r"```python\n(.*?)```", page, re.DOTALL)
    assert source is not None
    place = tmp_path_factory.mktemp("my_worlds")
    (place / "lamp.py").write_text(source[1], encoding="utf-8")
    return place


def python(*words: str) -> subprocess.CompletedProcess[str]:
    """A fresh interpreter: adding a folder of worlds changes where compiled code is kept."""
    variables = {**os.environ, "SDL_VIDEODRIVER": "dummy"}
    done = subprocess.run(
        [sys.executable, *words], cwd=ROOT, capture_output=True, text=True, env=variables, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done


def crossplay(*words: str) -> str:
    return python("-m", "simulator", *words).stdout


def test_it_is_listed(folder: Path) -> None:
    names = [world["name"] for world in json.loads(crossplay("worlds", "--worlds", str(folder), "--json"))["worlds"]]
    assert "lamp" in names


def test_it_can_be_watched(folder: Path) -> None:
    picture = folder / "lamp.png"
    crossplay("watch", "lamp", "--worlds", str(folder), "--seconds", "3", "--screenshot", str(picture))
    assert picture.exists()


def test_it_gets_a_golden_replay(folder: Path) -> None:
    crossplay("golden", "lamp", "--worlds", str(folder))
    golden = folder / "golden" / "lamp.mcap"
    assert json.loads(crossplay("verify", str(golden), "--worlds", str(folder), "--json"))["ok"] is True


def test_it_keeps_the_promises_of_a_world(folder: Path) -> None:
    """The same tests as for shipped worlds, by the command of the page."""
    told = python(
        "-m", "pytest", "-q", "-p", "no:cacheprovider", "--worlds", str(folder), "-k", "lamp", "tests/test_contract.py",
        "tests/test_determinism.py",
    ).stdout  # fmt: skip
    assert re.search(r"[1-9]\d* passed", told), told[-2000:]
