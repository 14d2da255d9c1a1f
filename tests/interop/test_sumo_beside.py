"""Many networks here and in SUMO: what is kept, what is driven again, what the page says."""

import sys
from pathlib import Path

import pytest

import worlds
from simulator.app import cli
from simulator.app.pages.sumo_page import sumo_page
from simulator.interop.sumo.beside import KEPT, NetworkRow, Runs, compare, drive_all, read_runs, write_runs
from simulator.interop.sumo.bridge import load_sumo
from simulator.interop.sumo.cases import cases_beside, find_cases
from tests.interop.crossing import NET, ROUTES
from worlds.world import Refused


def figures(delay: float, collisions: float = 0.0) -> dict[str, float]:
    return dict.fromkeys(KEPT, 1.0) | {"delay": delay, "collisions": collisions}


def some_runs() -> Runs:
    near = {str(seed): {"here": figures(20.0 + seed), "SUMO": figures(22.0)} for seed in range(3)}
    far = {"0": {"here": figures(60.0, 2.0), "SUMO": figures(30.0)}}
    rows = {
        "near": NetworkRow("own", 900.0, near), "far": NetworkRow("RiLSA", 900.0, far),
        "half": NetworkRow("own", 900.0, {"0": {"here": figures(5.0)}}),
        "odd": NetworkRow("own", 900.0, refused="a rail is no road"),
    }  # fmt: skip
    return Runs("SUMO 1.28.0", rows)


def test_networks_are_compared_over_whole_runs() -> None:
    near, far = compare(some_runs())
    assert (near.name, near.seeds, far.seeds) == ("near", 3, 1)
    assert near.here["delay"][0] == pytest.approx(21.0)
    assert near.here["delay"][1] == pytest.approx(4.303 / 3**0.5, abs=1e-3)  # t of two degrees of freedom
    assert near.apart == pytest.approx(1.0 / 22.0)
    assert (far.here["delay"][1], far.ratio) == (0.0, 2.0)


def test_the_page_says_how_far_apart_they_are() -> None:
    page = sumo_page(some_runs(), "## Why\n\nBecause.")
    assert (
        "Delay is within 15% of SUMO's on 1 of 2 networks and within 30% on 1; collisions here and none in SUMO: far."
        in page
    )
    assert "| near | own | 21.0 ± 2.5 | 22.0 | −5% |" in page
    assert "- odd: a rail is no road" in page
    assert "Seeds: 3, but 1 on far." in page
    assert "--networks sumo-rl/sumo_rl/nets --seconds 900 --seeds 3\n" in page
    assert page.endswith("Because.\n")


def test_runs_are_kept_and_read_again(tmp_path: Path) -> None:
    path = tmp_path / "runs.json"
    assert read_runs(path) is None
    write_runs(path, some_runs())
    assert read_runs(path) == some_runs()
    for runs in ('{"0": {"here": {}, "SUMO": {}}}', '{"0": {"here": {"delay": 1}}}'):
        path.write_text(f'{{"sumo": "SUMO 1", "rows": {{"a": {{"source": "x", "seconds": 9, "runs": {runs}}}}}}}')
        with pytest.raises(Refused, match="seed '0' of 'a' lacks figures"):
            read_runs(path)
    path.write_text('{"sumo": 3}')
    with pytest.raises(Refused, match=r"runs\.json is no file of runs beside SUMO"):
        read_runs(path)


def test_what_a_file_has_is_not_driven_again(tmp_path: Path) -> None:
    pytest.importorskip("libsumo", reason="the extra sumo is not installed")
    path, lines = tmp_path / "runs.json", list[str]()
    name = "grid, right of way"
    found = drive_all(path, (), seeds=1, seconds=60.0, only=(name,), tell=lines.append)
    run = found.rows[name].runs["0"]
    assert run["here"]["began"] == run["SUMO"]["began"] > 10
    assert len(lines) == 1
    drive_all(path, (), seeds=1, seconds=60.0, only=(name,), tell=lines.append)
    assert len(lines) == 1
    drive_all(path, (), seeds=2, seconds=60.0, only=(name,), tell=lines.append)
    assert len(lines) == 2
    with pytest.raises(Refused, match="no network has 'moon' in its name"):
        drive_all(path, (), seeds=1, only=("moon",))


def test_the_command_asks_for_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["sumo", "--table", str(tmp_path / "runs.json"), "--networks", str(tmp_path / "none")]
    assert cli.run(words) == 2
    assert "is no folder" in capsys.readouterr().err


def test_what_sumo_prints_when_it_comes_stands_not_among_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "libsumo.py").write_text("print('Warning!')")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "libsumo", raising=False)
    load_sumo()
    del sys.modules["libsumo"]
    assert capsys.readouterr() == ("", "Warning!\n")


def test_demands_that_say_no_time_are_told_when_they_are_driven(tmp_path: Path) -> None:
    """Their first departure is looked for in whatever lies in a folder."""
    for number, begin in enumerate(("1.2.3", "0x1", "", "9" * 400, "\xe9")):
        folder = tmp_path / "more" / str(number)
        folder.mkdir(parents=True)
        (folder / "cross.net.xml").write_text(NET)
        text = ROUTES.replace('begin="0"', f'begin="{begin}"', 1).replace('begin="0"', 'begin="12.5"')
        (folder / "cross.rou.xml").write_bytes(text.encode("latin-1"))
    found = [case.begin for case in cases_beside(tmp_path / "more", "more")]
    assert found == [12.5] * 5


def test_networks_that_nobody_asks_for_are_not_made(tmp_path: Path) -> None:
    assert not list(find_cases(tmp_path, [worlds.get("junction")], only=("moon",)))
    assert not list(tmp_path.glob("*.xml"))
