"""The curves of a run: read while they are written, whatever is in the file."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulator.app.panels.plots import Chart, PlotLine, fewer, span, unit_of
from simulator.app.play import metrics
from simulator.app.play.metrics import MOST, MetricsTail, last_row, update_of


def line(update: int, **more: Any) -> dict[str, Any]:
    """What the trainer writes, as far as it is looked at."""
    returns = {"walker": [0.1 * update, 0.5, 0.2 * update]}
    told = {"update": update, "steps": 100 * update, "steps_per_second": 50.0, "returns": returns, "gain": 0.1 * update}
    return {**told, "entropy": 1.0, "value_loss": 0.5, **more}


def write(path: Path, *lines: Any, end: str = "\n") -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write("\n".join(each if isinstance(each, str) else json.dumps(each) for each in lines) + end)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "metrics.jsonl"


def test_only_what_is_new_is_read_and_a_cut_line_waits(path: Path) -> None:
    tail = MetricsTail(path)
    assert tail.look() is False  # no file yet
    whole = json.dumps(line(3))
    write(path, line(1), line(2), whole[:40], end="")
    tail.look()
    assert tail.curves().steps.tolist() == [100, 200]
    version = tail.version
    tail.look()
    assert tail.version == version
    write(path, whole[40:])
    tail.look()
    curves = tail.curves()
    assert curves.steps.tolist() == [100, 200, 300]
    assert curves.roles == ("walker",)
    assert curves.columns["first walker"] == pytest.approx([0.1, 0.2, 0.3])
    assert curves.columns["last walker"] == pytest.approx([0.2, 0.4, 0.6])
    assert curves.latest["gain"] == pytest.approx(0.3)


@pytest.mark.parametrize(
    "bad",
    [
        "", "{", "[]", "3", "\x00\x00\x00", '{"update": 2}', '{"steps": "many"}', '{"steps": true}', "nonsense {}",
        '{"steps": 1e999}', '{"steps": null}', "[" * 5000, '{"steps":' + "[" * 5000, '{"steps": ' + "9" * 5000 + "}",
    ],
)  # fmt: skip
def test_lines_that_cannot_be_read_are_left_out(path: Path, bad: str) -> None:
    write(path, line(1), bad, line(2))
    tail = MetricsTail(path)
    tail.look()
    assert tail.curves().steps.tolist() == [100, 200]


def test_bytes_that_are_no_text_are_left_out(path: Path) -> None:
    write(path, line(1))
    with path.open("ab") as file:
        file.write(b'\xff\xfe{"steps": 5}\n{"steps": 7, "gain": "\xff"}\n')
    write(path, line(2))
    tail = MetricsTail(path)
    tail.look()
    assert tail.curves().steps.tolist() == [100, 200]


def test_lines_of_other_versions_tell_what_they_know(path: Path) -> None:
    write(path, {"steps": 10}, {"steps": 20, "gain": 0.5, "returns": [1, 2], "entropy": "low"}, line(1))
    write(path, {"steps": 200, "returns": {"walker": [], "king": [1.0], "odd": "x"}, "gain": math.nan})
    tail = MetricsTail(path)
    tail.look()
    curves = tail.curves()
    assert curves.roles == ("walker", "king", "odd")
    assert curves.columns["gain"][1:3] == pytest.approx([0.5, 0.1])
    assert np.isnan(curves.columns["gain"][[0, 3]]).all()
    assert np.isnan(curves.columns["entropy"][:2]).all()
    assert curves.columns["last king"][3] == 1.0


def test_a_file_that_is_replaced_or_cut_is_read_anew(path: Path) -> None:
    write(path, *(line(number) for number in range(1, 6)))
    tail = MetricsTail(path)
    tail.look()
    other = path.with_name("other")
    write(other, line(1), line(2))  # as a run does that goes on after a crash
    other.replace(path)
    version = tail.version
    tail.look()
    assert tail.version > version
    assert tail.curves().steps.tolist() == [100, 200]
    path.write_text(json.dumps(line(9)) + "\n")
    tail.look()
    assert tail.curves().steps.tolist() == [900]


def test_a_long_file_is_bounded_in_what_is_read_and_kept(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    count = 20_000
    path.write_text("".join(json.dumps(line(number)) + "\n" for number in range(1, count + 1)))
    size = path.stat().st_size
    monkeypatch.setattr(metrics, "LARGE", size // 2)
    monkeypatch.setattr(metrics, "SAMPLES", 50)
    monkeypatch.setattr(metrics, "CHUNK", size // 20)
    decoded: list[bytes] = []
    take = MetricsTail._take

    def noted(self: MetricsTail, lines: list[bytes]) -> None:
        decoded.extend(lines)
        take(self, lines)

    monkeypatch.setattr(MetricsTail, "_take", noted)
    tail = MetricsTail(path)
    while tail.look():
        pass
    assert len(decoded) < 50 + count // 10
    steps = tail.curves().steps
    assert len(steps) <= MOST + 1
    assert steps[0] < 100 * count / 25
    assert steps[-1] > 100 * count * 0.99
    assert (np.diff(steps) > 0).all()
    write(path, line(count + 1))
    tail.look()
    assert tail.curves().latest["steps"] == 100 * (count + 1)


def test_neighbours_are_put_together_to_their_mean(path: Path) -> None:
    count = 2 * MOST + 6
    write(path, *(line(number) for number in range(1, count + 1)))
    tail = MetricsTail(path)
    while tail.look():
        pass
    curves = tail.curves()
    assert len(curves.steps) <= MOST + 1
    assert curves.steps[0] == 100 * (1 + 2 + 3 + 4) / 4 or curves.steps[0] == 150
    assert curves.columns["gain"] == pytest.approx(curves.steps / 1000)


def test_a_line_without_an_end_takes_no_memory(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "LONGEST_LINE", 1000)
    path.write_bytes(b"{" * 5000)
    tail = MetricsTail(path)
    tail.look()
    write(path, "", line(1))
    tail.look()
    assert tail.curves().steps.tolist() == [100]


def test_trials_are_those_that_are_there(path: Path) -> None:
    trial = {"file": "../../etc/tag-update-2.mcap", "seat": "walker_0", "begins": [0, 60], "returns": [0.5, 0.9]}
    write(path, line(1), line(2, replay=trial), line(3, replay={"file": 7}), line(4, replay="x"))
    (path.parent / "replays").mkdir()
    for name in ("tag-update-2.mcap", "tag-update-3.mcap", "notes.txt"):
        (path.parent / "replays" / name).touch()
    tail = MetricsTail(path)
    tail.look()
    first, second = tail.curves().trials
    assert (first.file, first.update, first.step) == ("tag-update-2.mcap", 2, 200.0)
    assert (first.begins, first.returns, first.seat) == ((0, 60), (0.5, 0.9), "walker_0")
    assert (second.file, second.update, second.step, second.begins) == ("tag-update-3.mcap", 3, 300.0, ())


@pytest.mark.parametrize(
    ("name", "update"), [("tag-update-20.mcap", 20), ("x.mcap", 0), ("a-b.mcap", 0), ("-٣.mcap", 0)]
)
def test_a_name_tells_its_update(name: str, update: int) -> None:
    assert update_of(name) == update


def test_the_last_whole_line_counts(path: Path) -> None:
    assert last_row(path) == {}
    write(path, line(1), line(2), "{", '{"update": 3, "steps": 5', end="")
    assert last_row(path)["steps"] == 200


# --- charts ----------------------------------------------------------------------------------------------------------


def test_an_axis_holds_what_is_finite_and_never_has_no_width() -> None:
    nan = math.nan
    assert span([np.array([nan, nan])]) == (0.0, 1.0)
    low, high = span([np.array([2.0, nan, 4.0]), np.array([-1.0])])
    assert low < -1.0
    assert high > 4.0
    for value in (0.0, 1e-9, -3.0, 1e14):
        low, high = span([np.array([value, value])])
        assert low < value < high


def test_fewer_points_have_the_same_mean() -> None:
    values = np.arange(1000.0)
    assert fewer(values, 100) == pytest.approx(np.arange(4.5, 1000, 10))
    assert fewer(values[:3], 100).tolist() == [0, 1, 2]
    assert len(fewer(np.zeros(0))) == 0
    values[0:20] = math.nan
    assert np.isnan(fewer(values, 100)[:2]).all()


def test_steps_are_counted_in_units_that_read_well() -> None:
    assert unit_of(500.0) == (1.0, "")
    assert unit_of(60_000.0) == (1e3, "thousands")
    assert unit_of(15e6) == (1e6, "millions")
    chart = Chart("x", np.array([math.nan]), [PlotLine("a", np.array([math.nan]), (0, 0, 0))])
    assert chart.empty
    assert chart.across[0] == 0.0
    assert chart.across[1] >= 1.0
