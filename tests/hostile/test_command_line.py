"""The command line under bad conditions: full disks, closed streams, names that are no text, broken worlds."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import replays
import worlds
from simulator.app import cli, faults
from simulator.app.commands import flags
from simulator.engine import Simulation
from tests.hostile.harness import ROOT, refused, run
from worlds.kit.words import LONGEST, one_line, printable, shell_line, shown
from worlds.kit.writing import write_bytes, writing
from worlds.world import Refused

TINY = ROOT / "tests" / "tiny"
LAMP = (TINY / "beacon.py").read_text(encoding="utf-8").replace('name="beacon"', 'name="lamp"')
FULL = pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")


def told(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """The one sentence with which a command refuses, run in this process."""
    assert cli.run(words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("crossplay: ")
    assert err.count("\n") == 1
    assert err[:-1].isprintable()
    return err


def shell(line: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """A line for the shell, `crossplay` standing for the real command."""
    crossplay = f'crossplay() {{ "{sys.executable}" -m simulator "$@"; }}; '
    variables = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    return subprocess.run(["bash", "-c", crossplay + line], env=variables, capture_output=True, check=False)


# --- no space, no streams -------------------------------------------------------------------------------------------


@FULL
@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("crossplay --version > /dev/full", b"standard output"),
        ("crossplay play --help > /dev/full", b"No space left"),
        ("crossplay worlds bandit --json >&-", b"standard output cannot be written: Bad file descriptor"),
        ("crossplay worlds bandit 2> /dev/full > /dev/full", b""),
    ],
)
def test_output_that_cannot_be_written_is_told(line: str, says: bytes) -> None:
    done = shell(line)
    assert done.returncode == 2
    assert says in done.stderr
    assert done.stderr.count(b"\n") == (1 if says else 0)
    assert done.stdout == b""


def test_nothing_is_printed_into_a_file_that_takes_the_place_of_a_closed_stream(tmp_path: Path) -> None:
    done = shell(f'cd "{tmp_path}"; crossplay golden bandit --out golden.mcap >&- 2>&-', NUMBA_DISABLE_JIT="1")
    assert done.returncode == 2
    assert (tmp_path / "golden.mcap").read_bytes().startswith(b"\x89MCAP0\r\n")


def test_a_full_disk_is_told_with_the_file_and_leaves_nothing(tmp_path: Path) -> None:
    """A limit on the size of files stands for the disk; the compiled loop of the world is written before."""
    code = f"""
import resource, signal, sys
import worlds
from simulator.app.cli import run
from simulator.engine.loading import load_driver
load_driver(worlds.get("signals"))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
sys.exit(run(["sumo", "--world", "signals", "--write", {str(tmp_path / "out")!r}]))
"""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], cwd=ROOT, capture_output=True, check=False, text=True,
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
    )  # fmt: skip
    assert done.returncode == 2, done.stderr
    assert done.stderr.startswith(f"crossplay: {tmp_path / 'out'}/signals.")
    assert done.stderr.endswith(": File too large.\n")
    assert not list((tmp_path / "out").glob("*tmp*")) + list((tmp_path / "out").glob(".*"))


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    file = tmp_path / "folder" / "x"
    write_bytes(file, b"old")
    with pytest.raises(OSError, match="No space") as full, writing(file):
        raise OSError(28, "No space left on device")
    assert full.value.filename == str(file)
    assert file.read_bytes() == b"old"
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names")
def test_no_file_takes_the_place_of_a_device(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A pipe stands for the devices, which a test must not touch: as root, a rename over /dev/null breaks a system."""
    game = ROOT / "tests" / "golden" / "bandit.mcap"
    for name in ("x.mcap", "x.png"):
        pipe = tmp_path / name
        os.mkfifo(pipe)
        (tmp_path / f"link.{name}").symlink_to(pipe)
        for target in (pipe, tmp_path / f"link.{name}"):
            with pytest.raises(OSError, match="no plain file") as refusal:
                write_bytes(target, b"")
            assert refusal.value.filename == str(target)
            with pytest.raises(Refused, match="no plain file"):
                replays.record(target).begin(Simulation(worlds.get("beacon")))
    assert "no plain file" in told(capsys, "export", str(game), str(tmp_path / "x.png"), "--size", "64", "64")
    assert all(path.is_fifo() for path in tmp_path.iterdir())


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (OSError(28, "No space left on device"), "No space left on device"),
        (OSError(28, "No space left on device", "a\x1b[31m"), "a\\x1b[31m: No space"),
        (OSError(36, "File name too long", "x/" * 5000), "/: File name too long"),
        (OSError(36, "File name too long", b"x/" * 5000), "/: File name too long"),
        (OSError(), "OSError"),
        (MemoryError(), "not enough memory"),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to"), "not enough memory"),
        (RecursionError("maximum recursion depth exceeded"), "nested too deeply"),
        (UnicodeEncodeError("utf-8", "\udcff", 0, 1, "surrogates not allowed"), "encoding of this system"),
        (subprocess.CalledProcessError(2, ["x"]), "exit code 2"),
        (Refused("two\nlines " + "x" * 5000), "two lines"),
    ],
)
def test_what_the_system_refuses_is_one_sentence(
    error: Exception, says: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(settings: object, options: object) -> None:
        raise error

    monkeypatch.setattr(cli.command("verify"), "run", fail)
    assert says in told(capsys, "verify", "x")


def test_an_error_of_our_own_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(settings: object, options: object) -> None:
        raise KeyError("ours")

    monkeypatch.setattr(cli.command("verify"), "run", fail)
    with pytest.raises(KeyError):
        cli.run(["verify", "x"])
    assert faults.sentence(RuntimeError("ours")) is None


def test_a_full_kernel_cache_is_no_damage_of_a_replay(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device", "/cache/kernels/x")

    monkeypatch.setattr(worlds, "get", full)
    assert told(capsys, "verify", str(ROOT / "tests" / "golden" / "bandit.mcap")) == (
        "crossplay: /cache/kernels/x: No space left on device.\n"
    )


# --- names and values of strangers ----------------------------------------------------------------------------------


def test_strange_values_are_shown_without_drawing() -> None:
    assert printable("a\x1b[31m\udcff\u202e\nü × …") == "a\\x1b[31m\\udcff\\u202e\nü × …"
    assert one_line(" a\n\tb \r" + "c" * 5000).startswith("a b ccc")
    assert len(one_line("c" * 5000)) < 1000
    assert one_line("c" * 5000, 3) == "cc…"
    assert one_line("\x1b" * 5000, 20) == "\\x1b" * 4 + "\\x1…"
    assert shown("a\n\x1b\udcff") == "'a\\n\\x1b\\udcff'"
    assert len(shown("x" * 5000)) == LONGEST
    assert shown(10**5000).startswith("<int: ")


@pytest.mark.skipif(not Path("/bin/bash").exists(), reason="there is no bash to ask")
@pytest.mark.parametrize("word", ["plain", "two words", "it's", "$(rm)", "a\x1b[31mb", "ü", "\udcff\\'", "a\nb"])
def test_a_hint_is_taken_apart_into_its_words(word: str) -> None:
    line = shell_line("printf", "%s", word)
    assert line.isprintable()
    done = subprocess.run(["bash", "-c", os.fsencode(line)], capture_output=True, check=True)
    assert done.stdout == os.fsencode(word)


def test_names_that_are_no_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["train", "bandit"], ["evaluate", "tag"], ["calibrate"]):
        assert "is no text" in told(capsys, *words, "--out", str(tmp_path / "\udcff"))
    assert "is no text" in told(capsys, "play", "bandit", "--seats", "a=agent:\udcff")
    assert not list(tmp_path.iterdir())

    game = tmp_path / "\udcff\x1b[31m.mcap"
    game.write_bytes((ROOT / "tests" / "golden" / "bandit.mcap").read_bytes())
    assert cli.run(["verify", str(game), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["file"].endswith("\\udcff\\x1b[31m.mcap")
    assert cli.run(["export", str(game), str(game.with_suffix(".png")), "--size", "64", "128"]) == 0
    out = capsys.readouterr().out
    assert out.strip().isprintable()
    assert "\\udcff\\x1b[31m.png" in out


def test_a_system_of_ascii_reads_names_and_refuses_to_keep_them(tmp_path: Path) -> None:
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0"}
    refused("evaluate", "tag", "--out", "fü", says="is no text in ascii", cwd=tmp_path, environment=plain)
    assert not list(tmp_path.iterdir())
    game = tmp_path / "ü.mcap"
    game.write_bytes((ROOT / "tests" / "golden" / "bandit.mcap").read_bytes())
    ran = run(["verify", "ü.mcap", "--json"], cwd=tmp_path, environment=plain)
    assert ran.code == 0, ran.errors


@pytest.mark.parametrize("columns", ["1", "2", "1000000000"])
def test_help_fits_terminals_that_nobody_has(
    columns: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    with pytest.raises(SystemExit):
        cli.run(["verify", "--help"])
    widths = [len(line) for line in capsys.readouterr().out.splitlines()]
    assert flags.NARROWEST / 2 < max(widths) <= flags.WIDEST
    assert "FILE is missing" in told(capsys, "verify")
    assert os.environ["COLUMNS"] == columns


# --- arguments ------------------------------------------------------------------------------------------------------

NUMBERS = {
    "play bandit": ("--seconds", "--speed", "--seed", "--index", "--episodes"),
    "watch bandit": ("--seconds", "--speed"),
    "replay x": ("--seconds", "--speed"),
    "export x y.gif": ("--fps", "--speed", "--start", "--end", "--index"),
    "demo --headless": ("--seconds", "--tasks", "--seed"),
    "lab": ("--seconds",),
    "sumo": ("--seconds", "--begin", "--seed"),
    "insight x": ("--tasks", "--seed"),
    "calibrate": ("--seeds", "--tasks", "--threads"),
    "evaluate x": ("--tasks", "--episodes", "--confidence", "--resamples", "--record", "--switch", "--threads"),
    "train bandit": ("--steps", "--learning-rate", "--gamma", "--checkpoint-minutes", "--kl-stop", "--inner-rate"),
}


@pytest.mark.parametrize("line", NUMBERS)
def test_no_command_takes_a_number_without_end(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    for flag in NUMBERS[line]:
        for value in ("nan", "inf", "-1", "9" * 5000):
            name = flag[2:].replace("-", "_")
            assert name in told(capsys, *line.split(), f"{flag}={value}").replace("-", "_"), (flag, value[:9])


ARGUMENTS = {
    "a folder as a replay": (["verify", "{tmp}"], "not"),
    "a device as a replay": (["verify", "/dev/zero"], "/dev/zero"),
    "an empty name of a replay": (["verify", ""], "FILE is '': it takes a path"),
    "an empty name of a world": (["watch", ""], "unknown world '': choose from bandit, "),
    "a replay as a folder of worlds": (["worlds", "--worlds", "{game}"], "does not exist"),
    "a size that no number has": (["worlds", "tag", "--build", "seats=nan"], "seats"),
    "a size beyond all memory": (["worlds", "bandit", "--build", "arms=1000000000000"], "arms"),
    "a size that is text": (["worlds", "tag", "--build", "seats=many"], "seats"),
    "an argument that no world has": (["worlds", "tag", "--build", "name=3"], "name"),
    "an escape as a command": (["\x1b[31m"], "unknown command"),
    "a folder as a picture": (["export", "{game}", "{tmp}/folder.png"], "folder.png"),
    "a folder as a golden replay": (
        ["golden", "beacon", "--worlds", "{tiny}", "--out", "{tmp}"],
        "is a folder, not a file: name another file",
    ),
    "a picture below a file": (["export", "{game}", "{game}/x.png"], "x.png"),
}


@pytest.mark.parametrize("kind", ARGUMENTS)
def test_arguments_of_the_wrong_kind(kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "folder.png").mkdir()
    game = ROOT / "tests" / "golden" / "bandit.mcap"
    words, says = ARGUMENTS[kind]
    filled = [word.format(tmp=tmp_path, game=game, tiny=TINY) for word in words]
    assert says.format(tmp=tmp_path) in told(capsys, *filled)


# --- worlds with broken code ----------------------------------------------------------------------------------------

OBSERVED = "    out[0] = w.pos[seat] / LENGTH"
WORLDS: dict[str, tuple[str | bytes, str]] = {
    "syntax": (LAMP.replace("def build(", "def build(("), "line"),
    "import": (LAMP.replace("import numpy", "import no_such_module\nimport numpy"), "ModuleNotFoundError"),
    "exit": ("import sys\nsys.exit(0)\n", "line 2 ends the program"),
    "no text": (b'"""\xff"""', "SyntaxError"),
    "no Python": (b"\x00\xff", "SyntaxError"),
    "no build": ("x = 1\n", "has no build()"),
    "build is a number": ("build = 1\n", "has no build()"),
    "build fails": ("def build():\n    return {}['a']\n", "line 2: KeyError: 'a'"),
    "build ends": ("def build():\n    raise SystemExit(0)\n", "line 2 ends the program"),
    "build never ends": ("def build():\n    return build()\n", "line 2: RecursionError"),
    "build gives a number": ("def build():\n    return 1\n", "gave a int"),
    "another name": (LAMP.replace('name="lamp"', 'name="candle"'), "named 'candle'"),
    "no picture": (LAMP.replace("View(draw,", "View(None,"), "draw of its view is None: it must be a function"),
    "no time": (LAMP.replace("tick=0.1", 'tick="a"'), "tick of its timing is 'a': it must be a number"),
    "no size": (LAMP.replace("(LENGTH, 1.0)", "(float('nan'), 1.0)"), "extent of its view is (nan, 1.0)"),
    "no choices": (LAMP.replace('("west", "stay", "east")', "()"), "each with choices"),
    "no rule": (LAMP.replace("step=step", "step=None"), "rule step is None"),
    "a plain rule": (LAMP.replace("@kernel\ndef step", "def step"), "rule step is a plain function"),
    "odd arguments": (LAMP.replace('{"seats": seats}', "[1]"), "build_args is [1]"),
}


@pytest.fixture
def lamp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str | bytes], Path]]:
    """Makes a folder with one world, lamp, of the given source, that is forgotten after the test."""
    monkeypatch.setattr(worlds, "_added", dict(worlds._added))

    def make(source: str | bytes) -> Path:
        folder = tmp_path / "mine"
        folder.mkdir()
        (folder / "lamp.py").write_bytes(source if isinstance(source, bytes) else source.encode())
        return folder

    yield make
    for name in [name for name in sys.modules if re.match("crossplay_(user_world|driver)_lamp", name)]:
        del sys.modules[name]


@pytest.mark.parametrize("kind", WORLDS)
def test_a_broken_world_is_told_by_its_file(
    kind: str, lamp: Callable[[str | bytes], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    source, says = WORLDS[kind]
    sentence = told(capsys, "worlds", "lamp", "--worlds", str(lamp(source)))
    assert says in sentence
    assert "lamp" in sentence


@pytest.mark.parametrize(
    ("wrong", "says"),
    [("    out[0] = w.nothing[seat]", "'nothing'"), ("    out[0] = no_such_name", "no_such_name")],
)
def test_a_rule_that_does_not_compile_is_told_by_its_line(
    wrong: str, says: str, lamp: Callable[[str | bytes], Path], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folder = lamp(LAMP.replace(OBSERVED, wrong))
    line = 1 + LAMP[: LAMP.index(OBSERVED)].count("\n")
    sentence = told(capsys, "golden", "lamp", "--worlds", str(folder), "--out", str(tmp_path / "x.mcap"))
    assert says in sentence
    assert any(f"lamp.py, line {near}" in sentence for near in (line - 2, line - 1, line))  # the rule, or its line
    assert not list(tmp_path.glob("x.mcap*"))


def test_a_picture_that_fails_is_told_by_its_line(
    lamp: Callable[[str | bytes], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = lamp(LAMP.replace("    canvas.line(", "    1 / 0\n    canvas.line("))
    sentence = told(capsys, "play", "lamp", "--worlds", str(folder), "--seconds", "600")
    assert "lamp.py, line" in sentence
    assert "ZeroDivisionError" in sentence


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names")
def test_a_pipe_is_no_world(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "lamp.py")
    with pytest.raises(Refused, match="holds no world"):
        worlds.add_folder(tmp_path)


def test_the_real_command_tells_a_broken_world(tmp_path: Path) -> None:
    (tmp_path / "lamp.py").write_text("def build(:\n")
    refused("worlds", "--worlds", tmp_path, says="lamp.py, line 1: SyntaxError")


def test_the_kernel_cache_is_told_to_be_code() -> None:
    text = cli.command("worlds").__doc__ or ""
    assert "CROSSPLAY_CACHE" in text
    assert "can run code as you" in " ".join(text.split())


def test_an_older_game_of_another_world_stays_a_refusal(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "x.mcap").write_bytes(b"\x89MCAP0\r\n" + bytes(100))
    assert "x.mcap" in told(capsys, "verify", str(tmp_path / "x.mcap"))
    with pytest.raises(Refused):
        replays.open(tmp_path / "x.mcap")
