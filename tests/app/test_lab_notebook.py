"""What an interrupted `crossplay lab` keeps: each experiment once it is made, for as long as its sources stand."""

import importlib.util
import json
import math
import signal
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from simulator.app import cli
from worlds.road.lab.check import MODEL, Check, at_most, within
from worlds.road.lab.notebook import FORMAT, Measurement, Notebook
from worlds.world import Refused

SOURCE = '''
"""Two experiments, of which the second stops as the test wants."""
import os
import signal
import sys

import worlds.road.lab.check as check

calls = []
stop = None


def first():
    calls.append("first")
    return [check.within("steady", 99.0, 100.0, 0.03, "m", "a source")]


def second():
    calls.append("second")
    if stop is not None:
        os.kill(os.getpid(), stop)
    return [check.at_most("open", 1.0, 2.0, "m", "another", check.MODEL)]


check.experiments = lambda: {"first": first, "second": second}
if __name__ == "__main__":
    stop = int(sys.argv[1])
    from simulator.app import cli

    sys.exit(cli.run(["lab", "--out", sys.argv[2]]))
'''


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "sources" / "two_experiments.py"
    path.parent.mkdir()
    path.write_text(SOURCE)
    return path


def loaded(path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script as a module; the laboratory has its experiments until the test ends."""
    import worlds.road.lab.check

    monkeypatch.setattr(worlds.road.lab.check, "experiments", worlds.road.lab.check.experiments)
    spec = importlib.util.spec_from_file_location("two_experiments", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(("stop", "code"), [(signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)])
def test_what_was_measured_before_a_stop_is_not_measured_again(
    script: Path,
    tmp_path: Path,
    stop: signal.Signals,
    code: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = tmp_path / "lab.json"
    stopped = subprocess.run(
        [sys.executable, str(script), str(int(stop)), str(out)], capture_output=True, text=True, check=False
    )
    assert stopped.returncode == code, stopped.stderr
    assert "✓ steady: 99 m" in stopped.stderr
    module = loaded(script, monkeypatch)
    assert cli.run(["lab", "--out", str(out)]) == 0
    told = capsys.readouterr()
    assert module.calls == ["second"]
    assert "first, measured before" in told.err
    assert "2 of 2 checks hold" in told.out
    assert cli.run(["lab", "--out", str(out), "--json"]) == 0
    assert module.calls == ["second"]
    facts = json.loads(capsys.readouterr().out)
    assert [check["name"] for check in facts["published"]] == ["steady"]
    assert [check["name"] for check in facts["model"]] == ["open"]


def test_an_experiment_with_other_sources_is_measured_again(
    script: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "lab.json"
    loaded(script, monkeypatch)
    assert cli.run(["lab", "--out", str(out)]) == 0
    script.write_text(SOURCE.replace("99.0", "98.0"))
    module = loaded(script, monkeypatch)
    assert cli.run(["lab", "--out", str(out)]) == 0
    assert module.calls == ["first", "second"]


def sample() -> list[Check]:
    """Never run by these tests: what is kept is handed over."""
    return [within("a", 1.0, 2.0, 0.1, "m", "x"), at_most("b", math.nan, 2.0, "", "y", MODEL)]


def test_checks_come_back_as_they_were_kept(tmp_path: Path) -> None:
    path = tmp_path / "lab.json"
    Notebook(path, {"one": sample}).keep("one", Measurement(sample(), 1.5))
    back = Notebook(path, {"one": sample}).measured("one")
    assert back is not None
    assert back.seconds == 1.5
    assert back.checks[0] == sample()[0]
    assert math.isnan(back.checks[1].measured)
    assert back.checks[1].low == -math.inf
    assert back.checks[1].against == MODEL
    assert Notebook(path, {"two": sample}).measured("two") is None
    assert Notebook(None, {"one": sample}).measured("one") is None


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        "no JSON",
        "[" * 100_000,
        json.dumps({"format": FORMAT}),
        json.dumps({"format": FORMAT, "experiments": {"one": []}}),
        json.dumps(
            {"format": FORMAT, "experiments": {"one": {"sources": "", "seconds": 1, "checks": [{"name": "a"}]}}}
        ),
    ],
)
def test_another_file_is_refused_and_left_alone(content: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    path.write_text(content)
    with pytest.raises(Refused, match="no notebook of the laboratory"):
        Notebook(path, {})
    assert path.read_text() == content
