"""The command line: help, settings files and flags, refusals in one sentence, exit codes, JSON, lazy imports."""

import dataclasses
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import replays
import worlds
from simulator.app import cli
from simulator.app.commands import common, flags
from simulator.app.play.seating import seat_all, seats_for
from simulator.engine import Simulation
from worlds.world import Refused, World

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def game(beacon: World, tmp_path: Path) -> Path:
    """A short replay."""
    path = tmp_path / "game.mcap"
    simulation = Simulation(beacon, seed=3)
    with replays.record(path) as recording:
        recording.begin(simulation)
        for _ in range(70):
            simulation.tick(np.ones((2, 1), np.int64))
            recording.tick(simulation)
    return path


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = cli.run(arguments)
    out, err = capsys.readouterr()
    return code, out, err


def examples(text: str) -> list[list[str]]:
    """Command lines in a help text or a page, without `crossplay`."""
    lines = re.findall(r"^\s*(?:\$ )?crossplay (\S.*)$", text, re.MULTILINE)
    return [shlex.split(line.split("  #")[0]) for line in lines]


def test_the_overview_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys)
    assert code == 0
    for name in cli.COMMANDS:
        assert re.search(rf"^  {name} +\S.{{20,}}", out, re.MULTILINE), name


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_every_command_has_help_with_examples(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        cli.run([name, "--help"])
    out = capsys.readouterr().out
    assert stop.value.code == 0
    assert f"usage: crossplay {name}" in out
    assert examples(out)


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_the_examples_in_the_help_are_understood(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    settings = tmp_path / "runs" / "short" / "settings.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text("seed = 2\n")
    for words in examples(cli.command(name).__doc__ or ""):
        assert words[0] == name
        flags.parse(name, cli.command(name), words[1:])


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_settings_are_frozen_and_every_field_is_explained(name: str) -> None:
    settings: Any = cli.command(name).Settings
    assert settings.__dataclass_params__.frozen
    source = "\n".join(
        Path(sys.modules[base.__module__].__file__ or "").read_text(encoding="utf-8")
        for base in settings.__mro__
        if dataclasses.is_dataclass(base)
    )
    for field in dataclasses.fields(settings):
        assert re.search(rf'^    {field.name}: [^"]*?(".*?")?[^"]*?\n    """\w', source, re.MULTILINE | re.DOTALL), (
            field.name
        )


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("fly", "unknown command 'fly'"),
        ("worlds nowhere", "unknown world 'nowhere'"),
        ("worlds beacon --colour red", "unrecognized options: --colour (see `crossplay worlds --help`)"),
        ("worlds beacon --biuld seats=2", "unrecognized options: --biuld, did you mean --build?"),
        ("worlds beacon bandit", "unrecognized words: 'bandit'"),
        ("worlds beacon --json=yes", "--json is a switch: it takes no value, not 'yes'"),
        ("play beacon --seed", "--seed takes a value, and none is given"),
        ("play beacon --seed --index 3", "--seed takes a value"),
        ("play beacon --speed fast", "--speed is 'fast': it takes a number"),
        ("play beacon --seat walker_1 --seats walker_1=bot", "is given twice, by --seat and by --seats walker_1=bot"),
        ("play bandit --seats player_0=agent:poker", "agent 'poker' learned world 'poker': it cannot play 'bandit'"),
        ("export a.mcap", "OUT is missing"),
        ("export a.mcap b.gif --size 64", "size is '64': write it as 1280x720"),
        ("export a.mcap b.gif --size 64 8000", "size is (64, 8000): allowed is 64 to 4096"),
        ("bench tag --minutes 3", "--only, --minutes and --out go with `crossplay bench window`, not with 'tag'"),
        ("bench window --only nowhere", "unknown world 'nowhere'"),
        ("bench --parts engine wheels", "--parts is 'wheels': it takes one of engine, window, training"),
        ("train beacon --learning.rate 2", "learning_rate is 2: allowed is 0 to 1"),
        ("train beacon --learning.memory gru", "unrecognized options: --learning.memory"),
        ("train beacon --memory gruu", "--memory is 'gruu': it takes one of gru, lstm"),
        ("train beacon --build 4", "expected NAME=VALUE, not '4'"),
        ("worlds beacon --build seats=9", "takes 1 to 3 seats, not 9"),
        ("worlds beacon --build wings=2", "'wings'"),
        ("worlds beacon --build 4", "expected NAME=VALUE, not '4'"),
        ("worlds beacon --build seats=2 seats=3", "--build names 'seats' twice"),
        ("watch beacon --build", "--build takes one value or more (NAME=VALUE …), and none is given"),
        ("watch beacon --build --seed 3", "--build takes one value or more"),
        ("play beacon --seats", "--seats takes one value or more (SEAT=SPEC …), and none is given"),
        ("evaluate nobody --splits", "--splits takes one value or more, and none is given"),
        ("evaluate nobody --conditions --json", "--conditions takes one value or more"),
        ("evaluate nobody --baselines", "--baselines takes one value or more (BOT …), and none is given"),
        ("train beacon --opponents", "--opponents takes one value or more (AGENT …), and none is given"),
        ("references beacon --tell", "--tell takes one or more of all, opponents, layout, and none is given"),
        ("sumo a.net.xml --routes a.rou.xml --controllers", "--controllers names nobody, and neither does --agent"),
        ("worlds beacon -- --settings /no/such.toml", "unrecognized words: '--settings'"),
        ("worlds beacon --settings -- beacon", "--settings takes a value, and none is given"),
        ("worlds --worlds=", "--worlds is '': it takes a path"),
        ("worlds --worlds /no/such/folder", "'/no/such/folder' does not exist"),
        ("worlds --settings /no/such.toml", "/no/such.toml"),
        ("play beacon --split easy", "'easy'"),
        ("play beacon --speed 99", "speed is 99: allowed is 0.25 to 16"),
        ("play beacon --seed three", "'three'"),
        ("verify", "FILE is missing"),
        ("verify nothing.mcap", "'nothing.mcap'"),
        ("replay nothing.mcap --speed 0", "speed is 0"),
        ("export nothing.mcap film.avi", "film.avi"),
        ("train beacon --steps 0", "steps is 0"),
        ("train beacon --split test-both", "test-both"),
        ("evaluate", "name at least one checkpoint"),
        ("evaluate nobody --tasks 2", "'nobody'"),
        ("evaluate nobody --splits easy", "'easy'"),
        ("evaluate nobody --splits train test-both train", "splits names 'train' twice"),
        ("evaluate nobody --mixes 1:0 1:0", "mixes names '1:0' twice"),
        ("evaluate nobody --record 1", "--out"),
    ],
)
def test_bad_input_gets_one_sentence(line: str, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, *line.split())
    assert code == 2
    assert out == ""
    assert err.startswith("crossplay: ")
    assert words in err
    assert err.count("\n") == 1
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("specs", "words"),
    [
        ({"walker_9": "human"}, "has no seat 'walker_9'"),
        ({"walker_0": "robot"}, "is given 'robot': use human, human:DEVICE, bot"),
        ({"walker_0": "human:me"}, "is given 'human:me'"),
        ({"walker_0": "agent:nobody"}, "'nobody' is no agent"),
    ],
)
def test_bad_seats_are_refused(beacon: World, specs: dict[str, str], words: str) -> None:
    with pytest.raises(Refused, match=re.escape(words)):
        seat_all(beacon, specs)


def test_seats_become_drivers_and_players(beacon: World) -> None:
    knob = beacon.bots[0].knobs[0].name
    seating = seat_all(beacon, {"walker_0": "random", "walker_1": f"bot:pacer:{knob}=0.3"})
    assert seating.followed is None
    assert seat_all(beacon, {"walker_0": "random", "walker_1": "human"}).followed == "walker_1"
    assert seating.engine == {"walker_0": "external", "walker_1": f"bot:pacer:{knob}=0.3"}
    assert seating.occupants["walker_1"] == "bot"
    assert seating.occupants["walker_0"]().name == "random"
    Simulation(beacon, seats=seating.engine)


def parsed(name: str, *words: str) -> Any:
    return flags.parse(name, cli.command(name), words)[0]


def test_a_flag_overrides_the_file(tmp_path: Path) -> None:
    file = tmp_path / "game.toml"
    file.write_text('world = "beacon"\nseed = 4\nspeed = 2.0\n[seats]\nwalker_0 = "random"\n')
    settings = parsed("watch", "--settings", str(file), "--seed", "5")
    assert (settings.world, settings.seed, settings.speed) == ("beacon", 5, 2.0)
    assert settings.seats == {"walker_0": "random"}
    assert parsed("watch", "tag", f"--settings={file}").world == "tag"


def test_a_partial_file_leaves_the_rest_to_the_flags(tmp_path: Path) -> None:
    file = tmp_path / "check.toml"
    file.write_text("")
    assert parsed("verify", "game.mcap", "--settings", str(file)).file == Path("game.mcap")
    with pytest.raises(Refused, match="missing"):
        parsed("verify", "--settings", str(file))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("sed = 4", "sets unknown 'sed'"),
        ('seed = "four"', "Expected `int`"),
        ("seed =", "is not TOML"),
        ("speed = 99.0", "speed is 99"),
    ],
)
def test_bad_files_are_refused(text: str, words: str, tmp_path: Path) -> None:
    file = tmp_path / "bad.toml"
    file.write_text(text)
    with pytest.raises(Refused, match=re.escape(words)):
        parsed("watch", "tag", "--settings", str(file))


def test_a_switch_that_a_file_turned_on_can_be_turned_off(tmp_path: Path) -> None:
    (tmp_path / "game.toml").write_text('fullscreen = true\nrecord = "game.mcap"\n')
    words = ("play", "--settings", str(tmp_path / "game.toml"))
    assert parsed(*words).fullscreen
    assert parsed(*words, "--fullscreen").fullscreen
    assert not parsed(*words, "--no-fullscreen").fullscreen
    assert parsed(*words).record == Path("game.mcap")


def test_a_shell_can_be_taught_the_flags(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        cli.run(["verify", "--tyro-print-completion", "bash"])
    assert not stop.value.code
    assert "--json" in capsys.readouterr().out


@pytest.mark.parametrize(("columns", "most"), [("80", 80), ("120", 120)])
def test_help_shows_every_setting_once_under_its_group(
    columns: str, most: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    with pytest.raises(SystemExit):
        cli.run(["train", "--help"])
    text = capsys.readouterr().out
    text = text[text.index("usage:") :]  # before it are examples, which are not broken into lines
    assert max(map(len, text.splitlines())) <= most
    words = " ".join(re.sub("[│|]", " ", text).split())  # the boxes are drawn with letters where there are no lines
    for name in ("world", "trial", "network", "learning", "opponents", "curriculum", "run", "general"):
        assert words.count(f"{name} options ") == 1
    assert words.count("--learning-rate FLOAT, --learning.rate FLOAT Adam's step size at the start.") == 1
    assert "--memory NAME, --network.memory NAME What carries" in words
    assert "(one of gru, lstm, transformer, linear, associative, tally, ledger; default: gru)" in words


def test_saved_training_settings_load_again(tmp_path: Path) -> None:
    from agents.settings.files import save_settings
    from agents.settings.train import TrainSettings

    chosen = parsed("train", "beacon", "--seed", "3", "--build", "seats=2")
    assert type(chosen) is TrainSettings
    assert chosen.world.args == {"seats": 2}
    save_settings(chosen, tmp_path / "settings.toml")
    again = parsed("train", "--settings", str(tmp_path / "settings.toml"))
    assert again == chosen


def test_worlds_as_a_table_and_as_json(beacon: World, capsys: pytest.CaptureFixture[str]) -> None:
    knob = beacon.bots[0].knobs[0].name
    code, out, _ = run(capsys, "worlds", "beacon")
    assert code == 0
    for word in ("walker_0", knob, "drifter", "own", "near"):
        assert word in out
    code, out, _ = run(capsys, "worlds", "beacon", "--json")
    (facts,) = json.loads(out)["worlds"]
    assert code == 0
    assert facts["name"] == "beacon"
    assert sum(piece["size"] for piece in facts["observation"]) == beacon.observation.total
    assert out.count("\n") == 1


def test_verify_tells_and_exits(game: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "verify", str(game))
    assert code == 0
    assert "all 70 ticks" in out
    code, out, _ = run(capsys, "verify", str(game), "--json")
    assert json.loads(out)["ok"] is True
    assert code == 0


def test_verify_fails_where_the_rules_differ(
    game: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    verdict = replays.Verdict(False, 9, 9, ("pos",), "differs at tick 9, in pos", False)
    monkeypatch.setattr(replays, "verify", lambda path, progress: verdict)
    code, out, _ = run(capsys, "verify", str(game), "--json")
    assert code == 1
    assert json.loads(out)["fields"] == ["pos"]


def test_export_writes_a_film(game: Path, capsys: pytest.CaptureFixture[str]) -> None:
    film = game.with_suffix(".gif")
    code, out, _ = run(capsys, "export", str(game), str(film), "--size", "96x144", "--end", "20")
    assert code == 0
    assert str(film) in out
    assert film.read_bytes()[:4] == b"GIF8"


def test_export_writes_a_table(game: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = game.with_suffix(".csv")
    code, out, _ = run(capsys, "export", str(game), str(table))
    assert code == 0
    assert table.read_text("utf-8").startswith("tick,seconds,trial,episode,seat,action.walk,reward,end")
    code, out, _ = run(capsys, "export", str(game), str(table), "--content", "thoughts")
    assert code == 0
    assert str(table) in out
    assert table.read_text("utf-8").startswith("tick,seat")
    assert "no player in this replay told what it thought" in out


def test_golden_writes_once_and_then_confirms(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "beacon.mcap"
    assert run(capsys, "golden", "beacon", "--out", str(path))[0] == 0
    before = path.read_bytes()
    code, out, _ = run(capsys, "golden", "beacon", "--out", str(path))
    assert code == 0
    assert "unchanged" in out
    assert path.read_bytes() == before


def test_golden_refuses_new_rules_under_the_old_version(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "beacon.mcap"
    run(capsys, "golden", "beacon", "--out", str(path))
    before = path.read_bytes()
    verdict = replays.Verdict(False, 9, 9, ("pos",), "differs at tick 9, in pos", False)
    monkeypatch.setattr(replays, "verify", lambda path: verdict)
    code, _, err = run(capsys, "golden", "beacon", "--out", str(path))
    assert code == 2
    assert "raise" in err
    assert path.read_bytes() == before


def test_the_window_opens_and_closes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    picture, recording = tmp_path / "last.png", tmp_path / "game.mcap"
    words = ["play", "beacon", "--seconds", "6", "--screenshot", str(picture), "--record", str(recording)]
    code, _, err = run(capsys, *words)
    assert (code, err) == (0, "")
    assert picture.read_bytes()[:4] == b"\x89PNG"
    assert replays.verify(recording).ok


def test_json_replaces_what_it_lacks() -> None:
    facts = {"bad": float("nan"), "path": Path("a"), "count": np.int64(3), "row": np.array([1.5])}
    assert json.loads(common.to_json(facts)) == {"bad": None, "path": "a", "count": 3, "row": [1.5]}


def test_an_evaluation_that_is_refused_leaves_no_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "report"
    code, _, error = run(capsys, "evaluate", "nobody", "--record", "1", "--out", str(out))
    assert code == 2
    assert "nobody" in error
    assert not out.exists()


def test_an_interrupt_ends_with_130(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(settings: Any, options: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli.command("worlds"), "run", interrupt)
    code, _, err = run(capsys, "worlds")
    assert code == 130
    assert err == "crossplay: interrupted.\n"


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_the_program_runs_as_a_module(encoding: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "simulator", "worlds", "--wings"], cwd=ROOT, capture_output=True, text=True,
        env={**os.environ, "PYTHONIOENCODING": encoding}, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr == "crossplay: unrecognized options: --wings (see `crossplay worlds --help`).\n"
    assert done.stdout == ""


def test_an_agent_that_learned_in_all_seats_takes_them_all() -> None:
    assert seats_for(worlds.get("signals"), "signals") == [f"signal_{index}" for index in range(4)]
    assert seats_for(worlds.get("junction"), "junction") == ["driver_0"]
