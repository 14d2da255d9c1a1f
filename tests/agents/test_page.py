"""The HTML report: well formed, complete in itself, everything escaped, links that lead somewhere."""

import dataclasses
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import numpy as np
import pytest
from walkers import Walker

import agents.evaluation.lineup
import replays
from agents.evaluation.evaluate import evaluate
from agents.evaluation.publish import page
from agents.evaluation.render.markup import tag
from agents.evaluation.render.plot import colour_range, figure_bytes, matrices_bytes
from agents.evaluation.report import Report
from agents.settings.evaluate import EvaluateSettings
from simulator.app.commands.evaluate import recorders_in

VOID = {"meta", "br", "link", "img", "hr", "input"}
LOADS = {"src", "srcset", "data", "poster", "action"}
NASTY = "<script>alert('x')</script> & \"quotes\""


class Reader(HTMLParser):
    """Fails on tags that do not match, and collects links, names and words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.words = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            assert name not in LOADS
            assert not name.startswith("on")
            if name == "href":
                self.links.append(value or "")
            if name == "id":
                self.ids.append(value or "")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("evaluation")


@pytest.fixture(scope="module")
def report(folder: Path) -> Report:
    """Everything at once, on few tasks, with replays."""
    settings = EvaluateSettings(
        checkpoint=("walker", "sly walker"), blind=("blind",), oracle=("oracle",), splits=("train", "test-both"),
        tasks=12, resamples=100, switch=3, mixes=("1:0", "1:1", "0:1"), crossplay="seat", statistic="both",
        figures=True, replays=True, out=str(folder),
    )  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(agents.evaluation.lineup, "load_player", Walker)
        return evaluate(settings, recorder_factory=recorders_in(folder / "replays"), progress=False)


def test_the_folder_holds_the_report_and_its_replays(report: Report, folder: Path) -> None:
    assert sorted(path.name for path in folder.iterdir()) == [
        "replays", "report.html", "report.json", "report.png", "report.txt", "settings.toml",
    ]  # fmt: skip
    assert [(each.switch, each.split, each.rank) for each in report.recorded] == [
        (switch, split, rank) for switch in (0, 3) for split in ("train", "test-both")
        for rank in ("best", "median", "worst")
    ]  # fmt: skip
    assert {each.file for each in report.recorded} == {
        f"replays/{path.name}" for path in (folder / "replays").iterdir()
    }
    for each in report.recorded:
        replay = replays.open(folder / each.file)
        seat = each.task % 2
        played = [span.returns[seat] for span in replay.episodes[:5] if span.returns]
        assert played == pytest.approx(each.returns)
        assert replays.verify(folder / each.file).ok


def test_the_page_is_well_formed_and_needs_nothing_else(report: Report, folder: Path) -> None:
    text = (folder / "report.html").read_text(encoding="utf-8")
    reader = Reader(text)
    assert text == page(report)
    assert "http" not in text
    assert "url(#" in text  # clip paths of the drawings; nothing else is fetched by url()
    assert text.count("url(") == text.count("url(#")
    assert "script" not in reader.tags
    assert {"svg", "table", "figure", "h2"} <= reader.tags
    assert len(reader.ids) == len(set(reader.ids))
    for link in reader.links:
        if link.startswith("#"):
            assert link[1:] in reader.ids
        else:
            assert (folder / unquote(link)).is_file()


def test_the_page_holds_every_part(report: Report) -> None:
    reader = Reader(page(report))
    for section in ("short", "role-walker", "mixes", "switch", "crossplay", "replays", "origin"):
        assert section in reader.ids
    for words in (
        "adaptation", "headroom", "interquartile mean", "seen opponents", "new throughout", "sly walker",
        report.command,
        f"crossplay replay {report.recorded[0].file}",
        "walker on train, switch before episode 3: median",
        f"{report.cells[0].later['agent'].value:.2f}", "IQM",
    ):  # fmt: skip
        assert words in reader.words


def test_the_picture_has_the_matrices_too(report: Report) -> None:
    def height(picture: bytes) -> int:
        return int.from_bytes(picture[20:24], "big")

    without = figure_bytes(dataclasses.replace(report, matrices=()))
    assert height(figure_bytes(report)) > height(without) + 300
    assert matrices_bytes(report.matrices, "beacon") == matrices_bytes(report.matrices, "beacon")


def test_differences_within_the_intervals_stay_pale(report: Report) -> None:
    for part in report.matrices:
        low, high = colour_range(part)
        every = [each for row in part.scores for each in row]
        assert all(low <= each.value <= high for each in every)
        assert high - low >= max(each.high - each.low for each in every) - 1e-9


def test_a_plain_report_has_no_empty_sections(report: Report) -> None:
    plain = dataclasses.replace(report, crossed=(), mixes=(), switches=(), matrices=(), recorded=())
    reader = Reader(page(plain))
    assert not {"mixes", "switch", "crossplay", "replays"} & set(reader.ids)


def test_names_are_escaped(report: Report) -> None:
    def renamed(value: Any, **changes: Any) -> Any:
        return dataclasses.replace(value, **changes)

    odd = renamed(
        report,
        sources=tuple(renamed(source, path=NASTY) for source in report.sources),
        settings=renamed(report.settings, checkpoint=(NASTY, "b")),
        matrices=tuple(renamed(matrix, names=(NASTY, "b")) for matrix in report.matrices),
        recorded=tuple(renamed(each, file=f"replays/{NASTY}.mcap", role=NASTY) for each in report.recorded),
        cells=tuple(renamed(cell, role=NASTY) for cell in report.cells),
    )
    reader = Reader(page(odd))
    assert "script" not in reader.tags
    assert NASTY in reader.words


def test_text_goes_before_and_behind_elements() -> None:
    made = tag("p", "a ", tag("b", "c"), " d", " e")
    assert (made.text, made[0].text, made[0].tail) == ("a ", "c", " d e")


def test_pages_of_the_same_report_are_the_same(report: Report) -> None:
    assert page(report) == page(report)
    assert np.isfinite(report.mixes[0].drop.value)
