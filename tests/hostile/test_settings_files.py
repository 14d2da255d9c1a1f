"""Settings files of strangers: none runs code, none takes the stack, the memory or the time of who reads it."""

import os
from pathlib import Path

import pytest

import worlds
from agents.settings.declared import made
from agents.settings.files import load_settings, save_settings
from agents.settings.train import TrainSettings
from agents.training.train import train
from simulator.app import cli
from simulator.app.commands import flags
from simulator.app.shell.settings import load_window_settings
from simulator.engine.toml import MOST_BYTES, parse_toml
from tests.hostile.harness import refused
from worlds.world import Refused

EVIL = "from pathlib import Path\nPath(__file__).with_name('ran').touch()\n"
TINY = Path(__file__).resolve().parents[1] / "tiny"

ENDLESS = {
    "arrays in arrays": "seed = " + "[" * 20_000 + "]" * 20_000,
    "tables in tables": "seed = " + "{a=" * 20_000 + "1" + "}" * 20_000,
    "a number of 5,000 digits": "seed = " + "9" * 5_000,
    "a hexadecimal number of 5,000 digits": "seed = 0x" + "f" * 5_000,
    "a key of 20,000 parts": "a." * 20_000 + "a = 1",
    "a quoted key of 20,000 parts": '"a" . ' * 20_000 + "a = 1",
    "a table of 20,000 parts": "[" + "a." * 20_000 + "a]",
    "more than any settings": "#" * (MOST_BYTES + 1),
}


@pytest.fixture
def evil(tmp_path: Path) -> Path:
    """A folder of worlds that leaves a file behind when it is imported."""
    folder = tmp_path / "evil"
    folder.mkdir()
    (folder / "lamp.py").write_text(EVIL)
    return folder


@pytest.mark.parametrize("key", ["worlds_folder", "worlds"])
def test_a_settings_file_that_names_a_folder_of_worlds_is_refused_and_runs_nothing(
    evil: Path, tmp_path: Path, key: str
) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(f'{key} = "{evil}"\nworld = "lamp"\n')
    with pytest.raises(Refused, match="name the folder with --worlds"):
        flags.parse("train", cli.command("train"), ["--settings", str(file)])
    with pytest.raises(Refused, match="name the folder with --worlds"):
        load_settings(file, TrainSettings)
    assert not (evil / "ran").exists()


def test_the_command_runs_nothing_either(evil: Path, tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(f'worlds_folder = "{evil}"\nworld = "lamp"\n')
    refused("train", "--settings", file, says="--worlds", cwd=tmp_path)
    assert not (evil / "ran").exists()


def test_a_run_of_an_own_world_tells_no_folder_and_goes_on_with_the_flag(tmp_path: Path) -> None:
    """The folder that an older run wrote into its files is passed over where the command line names one."""
    run = tmp_path / "run"
    small = {"steps": 64, "lanes": 8, "episodes": 1, "rollout": 4, "hidden": 8, "encoder": 8, "minibatches": 1}
    settings = made(TrainSettings, world="beacon", out=str(run), threads=1, device="cpu", progress=False, **small)  # type: ignore[arg-type]
    train(settings)
    told = run / "settings.toml"
    assert "worlds" not in told.read_text()
    state = run / "resume" / "state.json"
    assert "worlds" not in state.read_text()

    told.write_text('worlds_folder = "/once/upon/a/time"\n' + told.read_text())
    state.write_text(state.read_text().replace('"world": ', '"worlds_folder": "/once/upon/a/time", "world": ', 1))
    words = ["train", "--settings", str(told), "--resume", "--steps", "128"]
    assert cli.run(words) == 2
    assert cli.run([*words, "--worlds", str(TINY)]) == 0
    assert load_settings(told, TrainSettings).learning.steps == 128


def test_an_older_file_without_a_folder_is_read(tmp_path: Path) -> None:
    save_settings(made(TrainSettings, seed=7), tmp_path / "settings.toml")
    older = 'worlds_folder = ""\n' + (tmp_path / "settings.toml").read_text()
    (tmp_path / "settings.toml").write_text(older)
    assert load_settings(tmp_path / "settings.toml", TrainSettings).run.seed == 7


@pytest.mark.parametrize("kind", ENDLESS)
def test_a_file_that_would_never_end_is_refused_by_every_reader(kind: str, tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(ENDLESS[kind])
    for read in (
        lambda: load_settings(file, TrainSettings),
        lambda: flags.parse("play", cli.command("play"), ["--settings", str(file)]),
        lambda: load_window_settings(file),
    ):
        with pytest.raises(Refused):
            read()


@pytest.mark.parametrize("kind", ["arrays in arrays", "a key of 20,000 parts"])
def test_the_command_takes_no_time_and_no_memory_for_it(kind: str, tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text(ENDLESS[kind])
    refused("train", "--settings", tmp_path / "settings.toml", says="settings.toml")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names")
def test_only_regular_files_are_settings(tmp_path: Path) -> None:
    refused("play", "--settings", "/dev/zero", says="not a regular file")
    os.mkfifo(tmp_path / "pipe")
    config = tmp_path / "crossplay"
    config.mkdir()
    os.mkfifo(config / "window.toml")
    for place in (tmp_path, tmp_path / "pipe", tmp_path / "none"):
        with pytest.raises(Refused, match="cannot be read"):
            flags.parse("play", cli.command("play"), ["--settings", str(place)])
    with pytest.raises(Refused, match="not a regular file"):
        load_window_settings(config / "window.toml")


def test_quotes_and_comments_may_hold_anything(tmp_path: Path) -> None:
    text = "# " + "[" * 50 + "\n" + "world = '" + "a." * 50 + "[{'\n" + 'out = """\n' + "9" * 300 + '\\"""" # [[[\n'
    assert parse_toml(text, "it") == {"world": "a." * 50 + "[{", "out": "9" * 300 + '"'}


@pytest.mark.parametrize("size", ["width = 16384", "height = 16384", "width = 7681", "height = 4321", "width = 319"])
def test_no_window_is_larger_than_screens_are(size: str, tmp_path: Path) -> None:
    (tmp_path / "window.toml").write_text(size)
    with pytest.raises(Refused, match="Expected `int`"):
        load_window_settings(tmp_path / "window.toml")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("seed = 99999999999999999999999999", "seed"),
        ("seconds = nan", "seconds is nan"),
        ("seconds = inf", "seconds is inf"),
        ("speed = -inf", "speed is -inf"),
        ("seed = 1979-05-27", "Expected `int`"),
        ("seats = 3", "Expected `object`"),
        ('"\\u001b[31m" = 1', "sets unknown '\\\\x1b[31m'"),
    ],
)
def test_values_that_no_command_takes_are_refused(text: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text(text)
    with pytest.raises(Refused) as refusal:
        flags.parse("play", cli.command("play"), ["--settings", str(tmp_path / "bad.toml")])
    assert says.replace("\\\\", "\\") in str(refusal.value)


def test_no_folder_was_added_by_any_of_these() -> None:
    assert "lamp" not in worlds.names()
