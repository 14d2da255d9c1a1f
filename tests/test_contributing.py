"""The world in CONTRIBUTING works as the page says: saved as one file, it is listed, played, checked and pinned."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A user's folder with the world of the page."""
    source = re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert source is not None
    place = tmp_path_factory.mktemp("my_worlds")
    (place / "lamp.py").write_text(source[1], encoding="utf-8")
    return place


def python(*words: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """A fresh interpreter: adding a folder of worlds changes where compiled code is kept."""
    paths = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    variables = {**os.environ, "SDL_VIDEODRIVER": "dummy", "PYTHONPATH": paths}
    done = subprocess.run([sys.executable, *words], cwd=cwd, capture_output=True, text=True, env=variables, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done


def crossplay(*words: str, cwd: Path = ROOT) -> str:
    return python("-m", "simulator", *words, cwd=cwd).stdout


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
    (line,) = re.findall(r"^python (-m pytest .*)$", PAGE, re.MULTILINE)
    words = [str(folder) if word == "my_worlds" else word for word in shlex.split(line)]
    told = python(*words, "-q", "-p", "no:cacheprovider").stdout
    assert re.search(r"[1-9]\d* passed", told), told[-2000:]


@pytest.mark.all
def test_the_proof_runs_line_by_line(folder: Path, tmp_path: Path) -> None:
    """Every line that trains or evaluates works after those above it; much shorter here."""
    (tmp_path / "my_worlds").mkdir()
    (tmp_path / "my_worlds" / "lamp.py").write_bytes((folder / "lamp.py").read_bytes())
    lines = re.findall(r"^crossplay ((?:train|evaluate) .*)$", PAGE, re.MULTILINE)
    assert [line.split()[0] for line in lines] == ["train", "train", "train", "evaluate"]
    for line in lines:
        words = shlex.split(line.replace("2000000", "4000"))
        crossplay(*words, *(("--tasks", "2") if words[0] == "evaluate" else ()), cwd=tmp_path)
    report = json.loads((tmp_path / "runs" / "lamp-report" / "report.json").read_text(encoding="utf-8"))
    assert [each["kind"] for each in report["checkpoints"]] == ["agent", "blind", "oracle"]


def test_the_map_of_the_code_is_right() -> None:
    table = re.search(r"^\| to change … \|.*\n\|---\|---\|\n((?:\|.*\n)+)", PAGE, re.MULTILINE)
    assert table is not None
    for row in table[1].splitlines():
        paths = re.findall(r"`([\w./]+/[\w./]*)`", row)
        assert paths, row
        assert [path for path in paths if not (ROOT / path).exists()] == []
