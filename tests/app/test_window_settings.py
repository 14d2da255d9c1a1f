from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.app.play.devices import key_code
from simulator.app.shell.controls import COMMANDS, LIVE, REPLAY, Bindings
from simulator.app.shell.settings import WindowSettings, keep_look, load_window_settings, settings_path
from worlds.world import Refused

Factory = pytest.TempPathFactory


def test_without_a_file_there_are_defaults(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("APPDATA", str(tmp_path))
    if tmp_path in settings_path().parents:
        assert load_window_settings() == WindowSettings()


def test_a_file_changes_keys_and_looks(tmp_path: Path) -> None:
    file = tmp_path / "window.toml"
    file.write_text('theme = "light"\ntext_scale = 1.5\n[keys]\npause = ["o", "f9"]\ntake_over = "right shift"\n')
    found = load_window_settings(file)
    assert (found.theme, found.text_scale) == ("light", 1.5)
    bindings = Bindings(found.keys)
    assert bindings.command(LIVE, key_code("f9")) == "pause"
    assert bindings.command(LIVE, key_code("p")) is None
    assert bindings.command(LIVE, key_code("right shift")) == "take_over"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("theme = 3", "Expected `str`, got `int` - at `$.theme`"),
        ("colour = 1", "unknown field `colour`"),
        ("text_scale = 9.0", "<= 2.5"),
        ("theme = ", "is not TOML"),
        ('theme = "pink"', "theme 'pink' is unknown: use dark or light or contrast"),
        ('layers = ["smoke"]', "layer 'smoke' is unknown"),
        ('[keys]\nfly = "f"', "command 'fly' is unknown"),
        ('[keys]\npause = "hyper"', "key 'hyper' is unknown"),
        ('[keys]\npause = "o"\nfog = "o"', "one key, one command"),
    ],
)
def test_a_bad_file_is_refused_in_one_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    file = tmp_path / "window.toml"
    file.write_text(text)
    with pytest.raises(Refused, match="window settings") as refusal:
        load_window_settings(file)
    assert sentence in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_file_that_is_named_must_exist(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="cannot be read"):
        load_window_settings(tmp_path / "none.toml")


def test_no_key_has_two_commands_in_one_scene() -> None:
    bindings = Bindings()
    for command in COMMANDS:
        for scene in (LIVE, REPLAY) if command.where == "any" else (command.where,):
            for key in command.keys:
                assert bindings.command(scene, key_code(key)) == command.name


def test_the_users_key_is_taken_from_a_default() -> None:
    bindings = Bindings({"fog": "p"})
    assert bindings.command(LIVE, key_code("p")) == "fog"
    assert bindings.command(LIVE, key_code("f")) is None
    assert bindings.written("pause") == "Pause"


def test_theme_and_text_size_are_kept_and_all_else_stays(tmp_path: Path) -> None:
    place = tmp_path / "new" / "window.toml"
    keep_look("light", 1.3, place)
    assert load_window_settings(place) == WindowSettings(theme="light", text_scale=1.3)
    place.write_text('reduced_motion = true\n[keys]\npause = "f9"\n')
    keep_look("dark", 0.9, place)
    found = load_window_settings(place)
    assert (found.theme, found.text_scale, found.reduced_motion, found.keys) == ("dark", 0.9, True, {"pause": "f9"})


def test_settings_that_are_no_toml_are_left_alone(tmp_path: Path) -> None:
    place = tmp_path / "window.toml"
    place.write_text("theme =")
    with pytest.raises(Refused, match="window settings"):
        keep_look("light", 1.0, place)
    assert place.read_text() == "theme ="


VALUES = st.one_of(
    st.booleans(), st.integers(-(10**20), 10**20), st.floats(), st.text(max_size=12), st.dates(),
    st.lists(st.one_of(st.integers(), st.sampled_from(["fog", "rays", "f9", "escape", ""])), max_size=3),
    st.dictionaries(st.sampled_from([command.name for command in COMMANDS]), st.sampled_from(["f9", "o", "", "?"])),
)  # fmt: skip
NAMES = st.sampled_from([*(field.name for field in msgspec.structs.fields(WindowSettings)), "colour", ""])


@settings(max_examples=300, deadline=None)
@given(told=st.dictionaries(NAMES, VALUES, max_size=4))
def test_nothing_but_a_refusal_comes_of_wrong_values(told: dict[str, object], tmp_path_factory: Factory) -> None:
    file = tmp_path_factory.mktemp("settings") / "window.toml"
    file.write_bytes(msgspec.toml.encode(told))
    words = ""
    try:
        assert isinstance(load_window_settings(file), WindowSettings)
    except Refused as refusal:
        words = str(refusal)
    assert "\n" not in words
