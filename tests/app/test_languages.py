"""Other languages: what a file may say, what is said in English, and with which letters."""

from __future__ import annotations

import locale
from collections.abc import Iterator
from pathlib import Path

import platformdirs
import pytest

from simulator.app.play.languages import ENGLISH, current, of_system, read_language, use
from simulator.app.play.texts import TEXTS, text
from simulator.app.shell.settings import WindowSettings, keep_look, load_window_settings
from simulator.canvas.speech import Speech, said
from worlds.world import Refused

HEAD = 'name = "Probe"\nenglish = "Test"\n'


@pytest.fixture(autouse=True)
def _english_afterwards() -> Iterator[None]:
    yield
    use(ENGLISH)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's own folder of languages."""
    monkeypatch.setattr(platformdirs, "user_config_path", lambda *_, **__: tmp_path)
    made = tmp_path / "languages"
    made.mkdir()
    return made


def write(folder: Path, words: str) -> Path:
    path = folder / "xx.toml"
    path.write_text(HEAD + words, encoding="utf-8")
    return path


def test_a_file_changes_words_and_english_says_the_rest(folder: Path) -> None:
    write(folder, '[window]\n"home.play" = "Spiel"\n[words]\n"chaser" = "Jaeger"\n')
    use("xx")
    assert text("home.play") == "Spiel"
    assert text("home.watch") == TEXTS["home.watch"]
    assert text("see.seat", seat="chaser_0") == "you see what Jaeger 0 sees"
    use(ENGLISH)
    assert text("home.play") == TEXTS["home.play"]
    assert said("chaser_0") == "chaser_0"


@pytest.mark.parametrize(
    "line",
    ['"hud.clock" = "{now}"', '"hud.clock" = "{now} {all.__class__}"', '"hud.clock" = "{now} {all} {more}"',
     '"hud.clock" = "{now} {all"', '"hud.clock" = "{now} {all:>999999999}"', '"hud.clock" = "{now} {all!r}"'],
)  # fmt: skip
def test_other_gaps_than_in_english_are_told_and_not_used(folder: Path, line: str) -> None:
    path = write(folder, f"[window]\n{line}\n")
    assert len(read_language("xx", path).problems) == 1
    use("xx")
    assert text("hud.clock", now="1.0", all="15") == "1.0 of 15 s"


def test_unknown_names_and_lost_gaps_are_told(folder: Path) -> None:
    path = write(folder, '[window]\n"no.such" = "x"\n[words]\n"{0} points" = "Punkte"\n')
    language = read_language("xx", path)
    assert len(language.problems) == 2
    assert not language.window
    assert not language.words


@pytest.mark.parametrize("words", ["[windows]\n", "[window]\na = 1\n", "name = 3\n", "[window\n"])
def test_what_is_no_language_is_refused_with_a_sentence(folder: Path, words: str) -> None:
    with pytest.raises(Refused, match="language file"):
        read_language("xx", write(folder, words))


def test_a_large_file_is_refused_unread(folder: Path) -> None:
    with pytest.raises(Refused):
        read_language("xx", write(folder, "# " + "x" * (1 << 19)))


def test_an_unknown_language_is_refused_and_changes_nothing() -> None:
    with pytest.raises(Refused, match="'nn' is unknown: there are en, zh"):
        use("nn")
    assert current() == ENGLISH


def test_letters_that_no_font_has_are_refused(folder: Path) -> None:
    write(folder, '[font]\ninstall = "install one"\n[window]\n"home.play" = "\U000e0fff\u0378"\n')
    path = folder / "xx.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("\U000e0fff", "\U0001d2e0"), encoding="utf-8")
    with pytest.raises(Refused, match=r"no font of this system has the letters of Test \(xx\): install one"):
        use("xx")
    assert current() == ENGLISH
    assert text("home.play") == TEXTS["home.play"]


def test_words_of_worlds_have_gaps_for_numbers_and_words() -> None:
    speech = Speech(
        {
            "round {0} of {1}": "{1} Runden, dies ist {0}", "for the {guest}": "dem {guest}", "red guest": "roten Gast",
            "stay": "bleib", ", ": "; ",
        }
    )  # fmt: skip
    assert speech.said("round 3 of 12") == "12 Runden, dies ist 3"
    assert speech.said("for the red guest") == "dem roten Gast"
    assert speech.said("stay, for the red_guest") == "bleib; dem roten Gast"
    assert speech.said("stay 4") == "bleib 4"
    assert speech.said("go {0} on") == "go {0} on"
    assert not speech.knows("go on")
    assert speech.knows("3.5")


def test_the_choice_is_kept_and_a_wrong_one_refused(tmp_path: Path) -> None:
    place = tmp_path / "window.toml"
    keep_look("light", 1.2, place)
    assert load_window_settings(place).language == ""
    keep_look("light", 1.2, place, language="zh")
    keep_look("dark", 1.0, place)
    assert load_window_settings(place) == WindowSettings(language="zh")
    place.write_text('language = "qq"')
    with pytest.raises(Refused, match="language 'qq' is unknown: use en, zh"):
        load_window_settings(place)


@pytest.mark.parametrize(
    ("words", "code"),
    [("zh_CN.UTF-8", "zh"), ("zh_TW:en", "zh"), ("de_DE@euro", "en"), ("C", "en"), ("nb:zh", "zh"), ("", "en")],
)
def test_the_system_says_which_language(monkeypatch: pytest.MonkeyPatch, words: str, code: str) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANGUAGE", words)
    monkeypatch.setattr(locale, "getlocale", lambda: (None, None))
    assert of_system(["en", "zh"]) == code
