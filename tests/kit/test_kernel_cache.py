"""The folders of compiled kernels: what an edit makes stale, and what it leaves alone."""

import subprocess
import sys
from pathlib import Path

import pytest

import worlds
from worlds.games.tag import rules
from worlds.kit import kernel


def folder_of(module_file: str) -> Path:
    kernel._folder.cache_clear()
    kernel._text.cache_clear()
    kernel._imported.cache_clear()
    return kernel.cache_folder([Path(module_file)])


def test_a_kernel_follows_every_file_it_imports() -> None:
    here = Path(worlds.__file__).parent
    found = kernel.sources_of([Path(rules.__file__)])
    for part in (
        "games/tag/constants.py",
        "games/tag/bots.py",
        "kit/ways.py",
        "kit/grid.py",
        "kit/chance.py",
        "kit/maths.py",
    ):
        assert here / part in found, part
    assert all(here in path.parents for path in found)


def test_an_edit_moves_those_who_import_it_and_nobody_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CROSSPLAY_CACHE", str(tmp_path / "cache"))
    shared, user, stranger = tmp_path / "a" / "shared.py", tmp_path / "a" / "user.py", tmp_path / "b" / "stranger.py"
    for path in (shared, user, stranger):
        path.parent.mkdir(exist_ok=True)
        path.write_text("from worlds.kit.kernel import kernel\n")
    before = [folder_of(str(path)) for path in (user, stranger)]
    tag = folder_of(rules.__file__)
    shared.write_text("FACTOR = 2\n")
    assert folder_of(str(user)) != before[0]
    assert folder_of(str(stranger)) == before[1]
    assert folder_of(rules.__file__) == tag


def test_machine_code_is_named_by_the_layout_of_its_record() -> None:
    """Names must not depend on what else a process has compiled: code of several processes meets in the cache."""
    source = (
        "import sys, numba, worlds\n"
        "for seats in map(int, sys.argv[1:]):\n"
        "    record = numba.from_dtype(worlds.get('tag', seats=seats).record)\n"
        "print(record.mangling_args)"
    )
    names = [
        subprocess.run([sys.executable, "-c", source, *order], capture_output=True, text=True, check=True).stdout
        for order in (["3"], ["2", "4", "3"], ["2"])
    ]
    assert names[0] == names[1] != names[2]
