"""The examples of the README: every command line is understood, every Python block runs."""

import re
import shlex
from pathlib import Path

import pytest

import agents
from simulator.app import cli
from simulator.app.commands import flags

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = {page: (ROOT / page).read_text(encoding="utf-8") for page in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")}
BLOCK = re.compile(r"(<!-- needs a shipped agent -->\n)?```python\n(.*?)```", re.DOTALL)


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
    flags.parse(name, cli.command(name), words)


@pytest.mark.parametrize("block", BLOCK.findall(README), ids=lambda block: block[1].split("\n", 1)[0])
def test_every_python_block_runs(block: tuple[str, str]) -> None:
    needs_agent, source = block
    if needs_agent and not agents.pretrained():
        pytest.skip("no agent is shipped")
    exec(compile(source, "README.md", "exec"), {"__name__": "readme"})  # noqa: S102 - our own page


@pytest.mark.parametrize("page", PAGES)
def test_links_and_pictures_exist(page: str) -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", PAGES[page])
    missing = [target for target in targets if "://" not in target and not (ROOT / target).exists()]
    assert missing == []


def test_the_commands_of_make_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for text in PAGES.values():
        for target in re.findall(r"\bmake ([a-z]+)\b", text):
            assert re.search(rf"^{target}:", makefile, re.MULTILINE) or target in ("and", "them"), target
