"""The path of a recording in the place of a command: how a file manager hands files over."""

from pathlib import Path

import pytest

from simulator.app import cli
from tests.app.test_cli import run
from tests.replays.shelves import record_beacon


@pytest.mark.parametrize("name", ["game.mcap", "GAME.MCAP", "cut.mcap.77.part", "no-ending"])
def test_the_path_of_a_recording_alone_opens_it(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = record_beacon(tmp_path / name, 70)
    picture = path.with_name("picture.png")
    code, out, err = run(capsys, str(path), "--seconds", "0.1", "--screenshot", str(picture))
    assert (code, err) == (0, "")
    assert str(picture) in out
    assert picture.exists()
    if name != "no-ending":  # a word without a folder is a command, unless it is named as recordings are
        monkeypatch.setattr(cli, "_run_command", lambda *told: int(told == ("replay", [name, "--paused"])))
        assert cli.run([name, "--paused"]) == 1


def test_what_is_no_recording_is_refused_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notes.txt").write_text("no recording")
    (tmp_path / "fly").write_text("no command")
    (tmp_path / "notes.mcap").write_text("no recording")
    (tmp_path / "folder.mcap").mkdir()
    for words, said in {
        "nothing.mcap": "replay 'nothing.mcap' does not exist",
        "notes.mcap": "'notes.mcap' is not a Crossplay replay",
        str(tmp_path / "notes.txt"): "notes.txt' is not a Crossplay replay",
        "folder.mcap": "'folder.mcap' is not a file",
        "fly": "unknown command 'fly'",
        "notes.txt": "unknown command 'notes.txt'",
        "./nothing": "unknown command './nothing'",
        str(tmp_path): "unknown command",
        "-x.mcap": "unknown command '-x.mcap'",
        "notes.mcap notes.mcap": "unrecognized words: 'notes.mcap'",
    }.items():
        code, out, err = run(capsys, *words.split())
        assert (code, out) == (2, ""), words
        assert said in err
        assert err.count("\n") == 1
