"""The HTML report: well formed, complete in itself, everything escaped, links that lead somewhere."""

import copy
import dataclasses
import re
import subprocess
import sys
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
from agents.evaluation.render.page import environment
from agents.evaluation.render.plot import colour_range, figure_bytes, label, matrices_bytes
from agents.evaluation.report import Report
from agents.settings.evaluate import EvaluateSettings
from simulator.app.commands.evaluate import recorders_in

VOID = {"meta", "br", "link", "img", "hr", "input"}
LOADS = {"src", "srcset", "data", "poster", "action"}
NASTY = "<script>alert('x')</script> & \"quotes\" --> {{ 7 * 7 }} {% raw %} $\\frac$ </style></title>"


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
    assert "://" not in text
    assert "url(#" in text  # clip paths of the drawings; nothing else is fetched by url()
    assert text.count("url(") == text.count("url(#")
    assert "script" not in reader.tags
    assert {"svg", "table", "figure", "h2"} <= reader.tags
    assert len(reader.ids) == len(set(reader.ids))
    for link in reader.links:
        if link.startswith("#"):
            assert unquote(link[1:]) in reader.ids
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


def test_names_from_outside_are_words_and_nothing_else(report: Report) -> None:
    odd = hostile(report)
    reader = Reader(page(odd))
    kept = Reader(page(report))
    assert reader.tags == kept.tags
    assert [link for link in reader.links if not link.startswith(("#", "replays/"))] == []
    assert all(unquote(link[1:]) in reader.ids for link in reader.links if link.startswith("#"))
    world, agent, seat, baseline = (f"{who} {NASTY}" for who in ("world", "agent", "role", "baseline"))
    for words in (
        f"{world}: does the agent adapt?", f"Crossplay: {world}", f"town={NASTY}", agent, seat, f"{seat} on train",
        f"agent − {baseline}", f"figure {NASTY}", f"replays/{NASTY}.mcap".rpartition("/")[2], odd.command,
    ):  # fmt: skip
        assert words in reader.words
    assert NASTY not in page(odd)  # not even within a style, a title or an attribute


def test_a_dollar_sign_in_a_name_begins_no_formula(report: Report) -> None:
    odd = hostile(report, "$\\frac$")
    assert figure_bytes(odd)
    assert matrices_bytes(odd.matrices, "beacon")
    assert "$\\frac$" in "".join(re.findall(r"<text[^>]*>([^<]*)</text>", page(odd)))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", ["x" * 240, "エージェント", "\x1b[31m red", "two\nlines"])
def test_long_and_odd_names_leave_room_for_the_picture_and_nobody_is_warned(name: str, report: Report) -> None:
    odd = hostile(report, name)
    assert figure_bytes(odd)
    assert matrices_bytes(odd.matrices, "beacon")
    text = page(odd)
    assert "".join(sorted(set(text))).strip("\n").isprintable()
    Reader(text)


def test_a_name_keeps_both_ends() -> None:
    assert label("agent", 12) == "agent"
    assert label("a" * 20 + "b" * 20, 4) == "aaaa…bbbb"
    assert label("a\n\x1bb", 12) == "a \\x1bb"


def hostile(report: Report, name: str = NASTY) -> Report:
    """The report as if everybody who named something meant harm."""

    def renamed(value: Any, **changes: Any) -> Any:
        return dataclasses.replace(value, **changes)

    def with_baseline(values: Any) -> dict[str, Any]:
        return {baseline if key == "bot" else key: value for key, value in values.items()}

    world = copy.copy(report.world)  # a world refuses such a name itself; the page does not rely on it
    object.__setattr__(world, "name", f"world {name}")
    object.__setattr__(world, "build_args", {"town": name})
    role, baseline = f"role {name}", f"baseline {name}"
    cells = tuple(
        renamed(
            cell, role=role,
            **{part: with_baseline(getattr(cell, part)) for part in ("curves", "gains", "later", "differences", "iqm")},
            figures={
                f"figure {name}": renamed(
                    figure, values=with_baseline(figure.values), differences=with_baseline(figure.differences)
                )
                for figure in cell.figures.values()
            },
        )
        for cell in report.cells
    )  # fmt: skip
    return renamed(
        report, world=world, cells=cells,
        sources=tuple(renamed(source, path=f"{source.kind} {name}") for source in report.sources),
        settings=renamed(report.settings, checkpoint=(name, "b")),
        crossed=tuple(renamed(crossed, role=role) for crossed in report.crossed),
        mixes=tuple(renamed(part, role=role) for part in report.mixes),
        switches=tuple(renamed(part, role=role) for part in report.switches),
        matrices=tuple(renamed(matrix, role=role, names=(f"agent {name}", "b")) for matrix in report.matrices),
        recorded=tuple(renamed(each, file=f"replays/{name}.mcap", role=role) for each in report.recorded),
    )  # fmt: skip


def test_every_template_compiles_and_escapes() -> None:
    templates = environment().list_templates()
    assert {"page.html.jinja", "macros.html.jinja", "style.css"} <= set(templates)
    for name in templates:
        environment().get_template(name)
    assert environment().from_string("{{ name }}").render(name=NASTY).count("<") == 0


def test_templates_are_read_when_a_page_is_written() -> None:
    source = "import agents.evaluation.publish, sys; print('jinja2' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_pages_of_the_same_report_are_the_same(report: Report) -> None:
    assert page(report) == page(report)
    assert np.isfinite(report.mixes[0].drop.value)
