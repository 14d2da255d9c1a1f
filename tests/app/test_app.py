import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pygame
import pytest

from simulator.app.panels.arena import Pops
from simulator.app.panels.charts import nice_range
from simulator.app.panels.hud import panel_width
from simulator.app.panels.numbers import as_paid
from simulator.app.panels.overlay import help_sections, status_height
from simulator.app.play.texts import text
from simulator.app.screens.app import App, play
from simulator.app.screens.game_words import keys_of
from simulator.app.screens.what_if_list import COMMANDS as OF_WHAT_IFS
from simulator.app.shell.controls import BY_NAME, COMMANDS, LAYER_COMMANDS, LIVE, Bindings
from simulator.app.shell.session import Session
from simulator.app.shell.settings import WindowSettings
from simulator.engine import Simulation
from tests.app.conftest import FRAME, Notes, Opener, Puppet, live, panel_words, picture, press, release, run, viewed
from worlds.world import Refused, World

Glance = Callable[[App], object]
CHANGES: dict[str, Glance] = {
    "menu": lambda app: app.game.menu.open,
    "keys": lambda app: type(app.top),
    "pause": lambda app: live(app).paused,
    "play_pause": lambda app: live(app).paused,
    "step": lambda app: (live(app).ticks, live(app).paused),
    "minds": lambda app: app.game.minding is not None,
    "slower": lambda app: live(app).speed,
    "faster": lambda app: live(app).speed,
    "take_over": lambda app: live(app).taken,
    "rewind": lambda app: [words for _, words in app.messages],
    "seats": lambda app: app.game.deck is not None and app.game.deck.choosing,
    "colours": lambda app: [words for _, words in app.messages],
    "restart_episode": lambda app: int(live(app).simulation.w["tick"]) == 0,
    "restart_trial": lambda app: int(live(app).simulation.w["tick"]) == 0,
    "next_task": lambda app: int(live(app).simulation.w["trial"]),
    "forget": lambda app: live(app).table.players[0].forgotten,  # type: ignore[attr-defined]
    "record": lambda app: live(app).recorder is None,
    "next_seat": lambda app: live(app).followed,
    "follow": lambda app: app.game.arena.view.following,
    "map": lambda app: app.game.arena.overview.shown,
    "summary": lambda app: [words for _, words in app.messages],
    "give_back": lambda app: [words for _, words in app.messages],
    "zoom_in": lambda app: app.game.arena.view.zoom,
    "fog": lambda app: "fog" in app.game.layers,
    "rays": lambda app: "rays" in app.game.layers,
    "hidden": lambda app: "hidden" in app.game.layers,
    "labels": lambda app: "labels" in app.game.layers,
    "trails": lambda app: "trails" in app.game.layers,
    "congestion": lambda app: "congestion" in app.game.layers,
    "route": lambda app: "route" in app.game.layers,
    "heat": lambda app: [words for _, words in app.messages],  # there are no roads
    "theme": lambda app: app.look.theme.name,
    "smaller_text": lambda app: app.look.scale,
    "larger_text": lambda app: app.look.scale,
    "debug": lambda app: app.debugging,
    "fullscreen": lambda app: app.window.fullscreen,
    "help": lambda app: app.game.helping,
    "quit": lambda app: app.running,
}


@pytest.fixture
def playing(open_app: Opener) -> App:
    app = open_app(seats={"walker_0": Puppet()}, make_recorder=Notes)
    run(app, 0.5)
    return app


HERE = [command.name for command in COMMANDS if command.where in ("any", LIVE) and command.name not in OF_WHAT_IFS]


@pytest.mark.parametrize("name", HERE)
def test_each_key_does_what_the_help_says(
    playing: App, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if name == "screenshot":
        monkeypatch.setattr("simulator.app.shell.stage.picture_path", lambda: tmp_path / "picture.png")
        press("f12")
        playing.frame(0.0)
        assert (tmp_path / "picture.png").is_file()
        return
    if name == "normal_speed":
        live(playing).speed = 8.0
        press("\\")
        playing.frame(0.0)
        assert live(playing).speed == 1.0
        return
    if name == "zoom_out":
        playing.game.arena.view.zoom = 2.0
        press("-")
        playing.frame(0.0)
        assert playing.game.arena.view.zoom < 2.0
        return
    for key in BY_NAME[name].keys:
        before = CHANGES[name](playing)
        press(key, hold=True)
        playing.frame(0.0)
        assert CHANGES[name](playing) != before, key
        release(key)
        playing.frame(0.0)
        if name == "restart_trial":
            run(playing, 0.3)


def test_the_help_page_lists_every_command_and_the_seats_keys(playing: App) -> None:
    rows = [row for _, rows in keys_of(playing.game) for row in rows]
    told = {words for _, words in rows}
    useless = {
        "give_back",
        "colours",
        "heat",
        *OF_WHAT_IFS,
        *LAYER_COMMANDS,
    } - playing.game.arena.layers  # there are no roads
    for command in COMMANDS:
        if command.where in ("any", LIVE):
            assert (command.help in told) == (command.name not in useless), command.name
    assert ("← →", "walk") in rows
    replayed = [words for _, rows in help_sections(Bindings(), "replay", []) for _, words in rows]
    assert {command.help for command in COMMANDS if command.where != LIVE} <= set(replayed)


@pytest.mark.parametrize(("width", "scale"), [(640, 1.0), (800, 1.0), (800, 1.6), (1280, 1.0), (1280, 2.0)])
def test_words_at_the_left_and_at_the_right_of_the_panel_do_not_meet(
    open_app: Opener, width: int, scale: float
) -> None:
    app = open_app(recorder=Notes(), paused=True, size=(width, 600), settings=WindowSettings(text_scale=scale))
    run(app, 0.1)
    drawn = panel_words(app)
    assert any("Episode 1 of" in words for words, _ in drawn)
    boxes = [box for _, box in drawn]
    met = [(drawn[i][0], drawn[j][0]) for i, box in enumerate(boxes) for j in box.collidelistall(boxes) if i < j]
    assert met == []
    panel = app.game.panel.box
    assert all(panel.left <= box.left and box.right <= panel.right for box in boxes)


def test_a_message_is_shown_whole(open_app: Opener) -> None:
    path = "/home/somebody/Pictures/Crossplay/crossplay 2026-11-29 03.17.15.00.png"
    app = open_app(paused=True, size=(1280, 600))
    run(app, 0.1)
    app.say(f"Saved {path}")
    words = [line for line, _ in panel_words(app)]
    lines = words[words.index("F1 help   Tab next seat   Esc close") + 1 :]
    assert len(lines) > 1
    assert "".join(reversed(lines)).replace(" ", "") == f"Saved {path}".replace(" ", "")


def test_everything_in_the_panel_explains_itself(open_app: Opener) -> None:
    app = open_app(seats={"walker_0": Puppet()}, recorder=Notes(), size=(1280, 720))
    run(app, 1.0)
    silent = [
        words for words, box in panel_words(app)
        if not app.game.panel.told(box.center) and words != text("hud.foot")
    ]  # fmt: skip
    assert silent == []


def test_a_click_on_a_row_of_the_panel_follows_its_seat(open_app: Opener) -> None:
    app = open_app(paused=True)
    run(app, 0.1)
    (place,) = (box for words, box in panel_words(app) if words == "walker_1")
    pygame.event.post(pygame.event.Event(pygame.MOUSEBUTTONDOWN, button=1, pos=place.center))
    app.frame(FRAME)
    assert live(app).followed == 1


def test_the_whole_world_stands_above_its_status(open_app: Opener, beacon: World) -> None:
    world = viewed(beacon, status=lambda w, seat: "somewhere", extent=(12.0, 12.0))
    app = open_app(simulation=Simulation(world), seats={"walker_0": "human"}, size=(900, 400))
    run(app, 0.1)
    camera = app.game.arena.camera_drawn
    assert camera is not None
    foot = status_height(app.look, "somewhere", live(app).hints())
    assert foot > 0
    assert camera.pixels(world.view.extent)[1] <= 400 - foot
    for _ in range(4):
        app.game.arena.view.command("zoom_in")
    run(app, 0.1)
    assert app.game.arena.camera_drawn == app.game.arena.camera(camera.size)
    assert app.game.arena.overview.box is not None
    assert app.game.arena.overview.box.bottom <= 400 - foot


def test_a_layer_that_a_world_does_not_draw_is_told_so(playing: App) -> None:
    playing.game.arena.layers.discard("congestion")
    press("g")
    playing.frame(0.0)
    assert playing.messages[-1][1] == "Roads coloured by how fast traffic flows: this world has none"


def test_help_tells_the_users_own_keys(open_app: Opener) -> None:
    app = open_app(settings=WindowSettings(keys={"next_task": "f9"}))
    rows = {words: keys for _, rows in keys_of(app.game) for keys, words in rows}
    assert rows[BY_NAME["next_task"].help] == "F9"
    press("f9")
    app.frame(FRAME)
    assert int(live(app).simulation.w["trial"]) == 1


def test_a_question_mark_typed_with_shift_is_understood(playing: App) -> None:
    pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=pygame.K_SLASH, mod=pygame.KMOD_SHIFT, unicode="?"))
    playing.frame(FRAME)
    assert playing.game.helping


def test_escape_closes_the_help_first(playing: App) -> None:
    press("f1")
    playing.frame(FRAME)
    press("escape")
    playing.frame(FRAME)
    assert (playing.game.helping, playing.running) == (False, True)


@pytest.mark.parametrize("size", [(1280, 800), (900, 600), (640, 400), (500, 900)])
@pytest.mark.parametrize("scale", [0.7, 1.0, 2.5])
def test_every_size_and_text_scale_can_be_drawn(open_app: Opener, size: tuple[int, int], scale: float) -> None:
    app = open_app(size=size, settings=WindowSettings(text_scale=scale), seats={"walker_0": Puppet()})
    run(app, 0.3)
    press("f1")
    run(app, 0.05)
    assert app.window.size == size
    assert len(np.unique(picture(app).reshape(-1, 3), axis=0)) > 20


def test_the_window_can_be_resized(playing: App) -> None:
    pygame.display.set_mode((700, 500), pygame.RESIZABLE)
    pygame.event.post(pygame.event.Event(pygame.VIDEORESIZE, size=(700, 500), w=700, h=500))
    run(playing, 0.1)
    assert picture(playing).shape == (700, 500, 3)


def test_full_screen_and_back_keeps_the_size(playing: App) -> None:
    size = playing.window.size
    for _ in range(2):
        press("f11")
        playing.frame(FRAME)
    assert playing.window.size == size


def test_panel_shows_scores_curve_and_thoughts(open_app: Opener) -> None:
    app = open_app(seats={"walker_0": Puppet()}, references={"walker": {"oracle": [1.0] * 5, "blind": [0.2] * 5}})
    run(app, 0.2)
    before = picture(app)[600:]
    run(app, 2.0)
    assert (picture(app)[600:] != before).any()


def test_a_stay_ends_by_itself_with_a_picture(beacon: World, tmp_path: Path) -> None:
    shot = tmp_path / "pictures" / "last.png"
    session = Session(
        simulation=Simulation(beacon), seats={"walker_0": "human"}, seconds=0.4, screenshot=shot, size=(640, 480),
        settings=WindowSettings(), keys=[(0.1, "+right"), (0.2, "f")],
    )  # fmt: skip
    outcome = play(session)
    assert outcome.screenshot == shot
    assert pygame.image.load(str(shot)).get_size() == (640, 480)
    assert outcome.first_frame is not None
    assert outcome.ticks > 0
    assert not pygame.display.get_init()


def test_a_stay_is_counted_from_when_everybody_is_seated(beacon: World) -> None:
    def slow() -> Puppet:
        time.sleep(0.6)
        return Puppet()

    outcome = play(
        Session(simulation=Simulation(beacon), seats={"walker_0": slow}, seconds=0.3, settings=WindowSettings())
    )
    assert outcome.ticks > 0, "it ended before anybody played"


def test_a_number_of_frames_ends_a_stay(beacon: World, capsys: pytest.CaptureFixture[str]) -> None:
    outcome = play(Session(simulation=Simulation(beacon), frames=5, settings=WindowSettings(), timing=True))
    assert outcome.frames == 5
    assert "first frame" in capsys.readouterr().err


def test_closing_the_window_finishes_the_recording(beacon: World) -> None:
    notes = Notes()
    pygame.display.init()
    pygame.event.post(pygame.event.Event(pygame.QUIT))
    play(Session(simulation=Simulation(beacon), recorder=notes, settings=WindowSettings(), seconds=5.0))
    assert notes.closed == 1


def test_a_picture_that_cannot_be_written_is_refused(beacon: World, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    session = Session(
        simulation=Simulation(beacon), frames=2, screenshot=tmp_path / "file" / "x.png", settings=WindowSettings()
    )
    with pytest.raises(Refused, match=r"screenshot .* cannot be written"):
        play(session)
    assert not pygame.display.get_init()


def test_wrong_settings_of_a_session_are_refused(beacon: World) -> None:
    with pytest.raises(Refused, match="theme 'pink'"):
        App(Session(simulation=Simulation(beacon), settings=WindowSettings(theme="pink")))


def test_reduced_motion_has_no_trails_and_no_waiting(open_app: Opener) -> None:
    app = open_app(settings=WindowSettings(reduced_motion=True), seats={"walker_0": Puppet(1)}, speed=4.0)
    assert "trails" not in app.game.layers
    while not live(app).history.returns:
        app.frame(FRAME)
    assert live(app).banner is None


def test_without_a_display_there_is_one_sentence(monkeypatch: pytest.MonkeyPatch, beacon: World) -> None:
    pygame.display.quit()
    monkeypatch.setenv("SDL_VIDEODRIVER", "nowhere")
    with pytest.raises(Refused, match="no window can be opened"):
        App(Session(simulation=Simulation(beacon), settings=WindowSettings()))


def test_what_kind_a_bot_is_shows_only_with_what_the_task_hides(playing: App) -> None:
    run(playing, 0.1)
    assert "bot" in [words for words, _ in panel_words(playing)]
    press("h")
    run(playing, 0.1)
    assert any(words.startswith("bot: ") for words, _ in panel_words(playing))


@pytest.mark.parametrize("values", [[], [0.0], [np.nan], [-2.0, 48.0], [1e-3], [-7.0, -3.0], [1e9, 2.0]])
def test_the_scale_of_the_curve_holds_all_values(values: list[float]) -> None:
    low, high, step = nice_range(values)
    finite = [value for value in values if np.isfinite(value)]
    assert low <= min([0.0, *finite]) <= max([0.0, *finite]) <= high
    assert 1 <= (high - low) / step <= 8


def test_points_made_one_after_the_other_rise_as_few_numbers() -> None:
    pops = Pops(2)
    score = np.zeros(2)
    for _ in range(20):
        pops.watch({"score": score}, 1, 0.05)
        score[1] += 0.5
    assert {seat for seat, _, _ in pops.rising} == {1}
    assert 1 <= len(pops.rising) <= 4
    pops.watch({"score": score}, 2, 0.05)  # another episode
    assert pops.rising == []


def test_points_rise_as_they_were_paid_and_what_trickles_in_is_gathered() -> None:
    """A small loss is shown, without what was earned little by little before it."""
    pops, score = Pops(1), np.zeros(1)
    pops.watch({"score": score}, 1, 0.05)
    for change in (0.05, 0.05, -0.25):
        score[0] += change
        pops.watch({"score": score}, 1, 0.05)
    assert [as_paid(points) for _, points, _ in pops.rising] == ["-0.25"]
    for _ in range(14):
        score[0] += 0.05
        pops.watch({"score": score}, 1, 0.2)
    assert [as_paid(points) for _, points, _ in pops.rising] == ["+0.75"]
    assert [as_paid(points) for points in (2.0, -1.5, 12.34)] == ["+2", "-1.5", "+12"]


def test_a_click_on_a_seat_follows_it_and_the_wheel_zooms(playing: App) -> None:
    playing.frame(FRAME)
    size = playing.window.surface.get_width() - panel_width(900, playing.look), 600
    x, y = playing.game.arena.camera(size).pixels(playing.game.arena.placed[1])
    pygame.event.post(pygame.event.Event(pygame.MOUSEBUTTONDOWN, button=1, pos=(int(x), int(y))))
    pygame.event.post(pygame.event.Event(pygame.MOUSEBUTTONDOWN, button=1, pos=(2, 2)))  # on nobody
    pygame.event.post(pygame.event.Event(pygame.MOUSEWHEEL, x=0, y=1))
    playing.frame(FRAME)
    assert live(playing).followed == 1
    assert playing.game.arena.view.zoom > 1.0


def test_space_pauses_unless_it_plays(open_app: Opener, beacon: World) -> None:
    world = viewed(beacon, controls={"walk": {"hold": "space", "choice": 2, "rest": 1}})
    app = open_app(simulation=Simulation(world), seats={"walker_0": "human"})
    press("space", hold=True)
    run(app, 0.2)
    assert not live(app).paused
    assert live(app).simulation.applied[0, 0] == 2
