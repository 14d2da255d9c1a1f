"""The folders of compiled kernels: what an edit makes stale, and what it leaves alone."""

import ctypes
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import worlds
from worlds.games.tag import rules
from worlds.kit import cache, kernel


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


# --- folders that cannot be written, and folders of others ---------------------------------------------------------

ROOT = Path(__file__).resolve().parents[2]
NOBODY = """
import pwd
def getpwuid(number): raise KeyError(number)
pwd.getpwuid = getpwuid
"""
PLAY = """
import worlds
from simulator.engine import Batch
worlds.add_folder("tests/tiny")
batch = Batch(worlds.get("beacon", seats=SEATS), 1)
batch.reset()
batch.step([[1] * SEATS])
print(sum(sum(kernel.stats.cache_misses.values()) for kernel in (batch._driver.play_worlds, batch._driver.look_worlds)))
"""


@pytest.fixture(scope="module")
def prepared() -> Iterator[Path]:
    """An image: the kernels of one world, compiled by somebody else into a folder that is read-only afterwards."""
    with tempfile.TemporaryDirectory(prefix="crossplay-test-") as place:
        folder = Path(place)
        folder.chmod(0o755)
        play(folder, seats=2)
        (folder / "tmp").mkdir()
        (folder / "tmp").chmod(0o777)
        for path in (folder / "kernels", *(folder / "kernels").rglob("*")):
            path.chmod(0o555 if path.is_dir() else 0o444)
        yield folder
        for path in (folder / "kernels", *(folder / "kernels").rglob("*")):
            path.chmod(0o755)


def play(
    cache_folder: Path | None, *, seats: int, bound: bool = False, first: str = "", **variables: str
) -> subprocess.CompletedProcess[str]:
    """Play beacon in a new process, with a cache, or without a word about where it is; ``bound`` by permissions."""
    unset = ("HOME", "XDG_CACHE_HOME", "CROSSPLAY_CACHE")
    kept = {name: value for name, value in os.environ.items() if name not in unset}
    named = {"CROSSPLAY_CACHE": str(cache_folder)} if cache_folder else {}
    environment = {**kept, **named, "CROSSPLAY_COMPILERS": "1", "PYTHONDONTWRITEBYTECODE": "1", **variables}
    code = first + PLAY.replace("SEATS", str(seats))
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, check=True, capture_output=True, text=True,
        preexec_fn=obey_permissions if bound and os.getuid() == 0 else None,
    )  # fmt: skip


def obey_permissions() -> None:
    """Give up what lets root write into read-only folders, from the next program on."""
    drop, override, read_search = 24, 1, 2  # PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
    system = ctypes.CDLL(None, use_errno=True)
    for capability in (override, read_search):
        if system.prctl(drop, capability, 0, 0, 0):
            raise OSError(ctypes.get_errno(), "cannot give up a capability")


posix = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="gives up a right as Linux has it")


@posix
def test_a_complete_cache_that_is_read_only_is_used_as_it_is(prepared: Path) -> None:
    done = play(prepared, seats=2, bound=True, TMPDIR=str(prepared / "tmp"))
    assert (done.stdout.strip(), done.stderr) == ("0", "")
    assert not list((prepared / "tmp").iterdir())


@posix
def test_what_a_read_only_cache_lacks_is_compiled_into_a_folder_of_the_user(prepared: Path) -> None:
    first, second = (play(prepared, seats=1, bound=True, TMPDIR=str(prepared / "tmp")) for _ in range(2))
    assert int(first.stdout) > 0
    assert first.stderr.count("\n") == 1
    assert f"the kernel cache {prepared / 'kernels'} cannot be written, so kernels that are not there" in first.stderr
    assert (second.stdout.strip(), second.stderr) == ("0", "")
    [spare] = (prepared / "tmp").iterdir()
    assert spare.stat().st_mode & 0o077 == 0


@posix
def test_a_user_without_a_home_gets_a_folder_of_his_own(tmp_path: Path) -> None:
    done = play(None, seats=2, first=NOBODY, TMPDIR=str(tmp_path))
    assert done.stderr.count("\n") == 1
    assert (
        f"this user has no home folder, so kernels that are not there yet are compiled into {tmp_path}" in done.stderr
    )
    assert play(None, seats=2, first=NOBODY, TMPDIR=str(tmp_path)).stderr == ""


@posix
def test_a_spare_folder_that_others_can_write_is_not_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    planted = tmp_path / f"crossplay-{os.getuid()}"
    planted.mkdir()
    planted.chmod(0o777)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    cache.spare_root.cache_clear()
    try:
        assert planted not in cache.spare_root().parents
        planted.chmod(0o700)
        cache.spare_root.cache_clear()
        assert cache.spare_root() == planted / "kernels"
    finally:
        cache.spare_root.cache_clear()


def old_folders(root: Path, days: float) -> list[Path]:
    made = [root / "kernels" / "family" / str(number) for number in range(cache.KEPT_FOLDERS + 3)]
    for number, path in enumerate(made):
        path.mkdir(parents=True)
        used = time.time() - 86400.0 * days - 60.0 * number
        os.utime(path, (used, used))
    return made


def use(cache_folder: Path) -> None:
    """Begin to use a cache, in a new process."""
    environment = {**os.environ, "CROSSPLAY_CACHE": str(cache_folder)}
    subprocess.run([sys.executable, "-c", "import worlds.kit.chance"], cwd=ROOT, env=environment, check=True)


@posix
def test_folders_are_cleared_by_the_only_user_of_a_cache(tmp_path: Path) -> None:
    old, young = old_folders(tmp_path / "old", 2.0), old_folders(tmp_path / "young", 0.5)
    for name in ("old", "young"):
        use(tmp_path / name)
    assert [path.exists() for path in old] == [True] * cache.KEPT_FOLDERS + [False] * 3
    assert all(path.exists() for path in young)


@posix
def test_no_folder_is_cleared_while_another_process_uses_the_cache(tmp_path: Path) -> None:
    environment = {**os.environ, "CROSSPLAY_CACHE": str(tmp_path)}
    with subprocess.Popen(
        [sys.executable, "-c", "import worlds.kit.chance; print('in use', flush=True); input()"],
        cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as other:  # fmt: skip
        assert other.stdout is not None
        other.stdout.readline()  # it is in use from here on
        made = old_folders(tmp_path, 60.0)
        use(tmp_path)
        assert all(path.exists() for path in made)
        assert other.stdin is not None
        other.stdin.write(b"\n")
        other.stdin.close()
        other.wait()
    use(tmp_path)
    assert sum(path.exists() for path in made) == cache.KEPT_FOLDERS


def test_a_cache_that_is_removed_meanwhile_is_begun_again(tmp_path: Path) -> None:
    again = PLAY.replace("SEATS", "1") + "import shutil, sys; shutil.rmtree(sys.argv[1])\n" + PLAY.replace("SEATS", "2")
    environment = {**os.environ, "CROSSPLAY_CACHE": str(tmp_path / "cache"), "CROSSPLAY_COMPILERS": "1"}
    command = [sys.executable, "-c", again, str(tmp_path / "cache")]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert list((tmp_path / "cache").rglob("*.nbc"))
