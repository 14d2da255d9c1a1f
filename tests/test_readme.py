"""README and docs: every command line is understood, every Python block runs, every link leads somewhere."""

import re
import shlex
from pathlib import Path

import pytest

import agents
from simulator.app import cli
from simulator.app.commands import flags
from worlds.world import Refused

ROOT = Path(__file__).resolve().parents[1]
LONGEST_README = 160  # lines
PLACES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted(ROOT.glob("docs/**/*.md")),
]
PAGES = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in PLACES}
BLOCK = re.compile(r"(?:<!-- needs ([^\n]*) -->\n)?```python\n(.*?)```", re.DOTALL)
EXAMPLES = [
    pytest.param(needs, source, id=f"{page}-{number}")
    for page, text in PAGES.items()
    if page != "CONTRIBUTING.md"  # its world has tests of its own
    for number, (needs, source) in enumerate(BLOCK.findall(text))
]


def commands() -> list[tuple[str, str]]:
    """Every `crossplay …` line in the shell blocks, with its page."""
    found = []
    for page, text in PAGES.items():
        for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL):
            found += [(page, line) for line in block.splitlines() if line.startswith("crossplay ")]
    return found


@pytest.mark.parametrize(("page", "line"), commands())
def test_every_command_is_understood(page: str, line: str) -> None:
    name, *words = shlex.split(line)[1:]
    try:
        flags.parse(name, cli.command(name), words)
    except Refused as refusal:  # flags are read before worlds; test_contributing.py has this folder
        if not str(refusal).startswith("worlds folder 'my_worlds' does not exist"):
            raise


@pytest.mark.parametrize(("needs", "source"), EXAMPLES)
def test_every_python_block_runs(needs: str, source: str) -> None:
    """Blocks that need another library run where it is installed."""
    if needs == "a shipped agent":
        assert agents.pretrained()
    else:
        for library in needs.split():
            pytest.importorskip(library)
    exec(compile(source, "page", "exec"), {"__name__": "page"})  # noqa: S102 - our own page


def test_readme_is_short() -> None:
    assert len(PAGES["README.md"].splitlines()) <= LONGEST_README


def test_pages_that_are_made_are_up_to_date() -> None:
    outcome = cli.command("docs").run(cli.command("docs").Settings(check=True), None)
    assert outcome.code == 0, outcome.text


@pytest.mark.parametrize("page", PAGES)
def test_links_and_pictures_exist(page: str) -> None:
    targets = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", PAGES[page])
    here = (ROOT / page).parent
    missing = [target for target in targets if "://" not in target and not (here / target).exists()]
    assert missing == []


def test_the_commands_of_make_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for text in PAGES.values():
        for target in re.findall(r"(?:`|^)make ([a-z-]+)", text, re.MULTILINE):
            assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
