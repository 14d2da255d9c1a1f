"""Films of what the window shows: of the size asked, the same at every time, and with what belongs there."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import replays
from simulator.app.commands import export
from simulator.app.commands.flags import Options
from simulator.app.play.runs import lockstep_of, task_of_recording
from simulator.app.screens.film import FilmedReplay, ReplayFilm, Shot, SplitFilm
from simulator.app.shell.session import Session
from simulator.canvas import THEMES
from simulator.engine import Simulation
from worlds.world import Refused, World

TICKS = 150
CURVE_HEIGHT = 60  # px above the foot in which the timeline lies


def record(world: World, path: Path, choice: int) -> Path:
    simulation = Simulation(world, seed=13, seats={"walker_1": "bot"})
    with replays.record(path, players={"walker_0": "human"}) as recorder:
        recorder.begin(simulation)
        for tick in range(TICKS):
            simulation.tick(np.full((2, 1), choice if tick > 5 else 1, np.int64))
            recorder.tick(simulation)
    return path


@pytest.fixture(scope="module")
def game(tmp_path_factory: pytest.TempPathFactory, beacon: World) -> Path:
    return record(beacon, tmp_path_factory.mktemp("films") / "game.mcap", 2)


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory, beacon: World) -> Path:
    """The same task, played otherwise."""
    return record(beacon, tmp_path_factory.mktemp("films") / "other.mcap", 0)


def films(*arguments: str) -> str:
    """What the command says."""
    from simulator.app.commands.flags import parse

    settings, options = parse("export", export, arguments)
    assert isinstance(options, Options)
    return export.run(settings, options).text


def pixels(film: ReplayFilm | SplitFilm, *times: float) -> list[np.ndarray]:
    return [np.asarray(picture).astype(int) for picture in film.pictures(times)]


def shot(**facts: object) -> Shot:
    return Shot(**{"size": (640, 480), "seconds": 0.1, **facts})  # type: ignore[arg-type]


def test_panels_and_timeline_are_as_large_as_asked(game: Path, tmp_path: Path) -> None:
    films(str(game), str(tmp_path / "x.gif"), "--panels", "--size", "640x480", "--end", "4")
    with Image.open(tmp_path / "x.gif") as gif:
        assert gif.size == (640, 480)
        assert getattr(gif, "n_frames", 1) <= 5
    assert [path.name for path in tmp_path.iterdir()] == ["x.gif"]


def test_a_moment_looks_the_same_however_one_came_there(game: Path) -> None:
    film = ReplayFilm(replays.open(game), shot(panels=True))
    (alone,) = pixels(film, 7.0)
    assert np.array_equal(pixels(film, 7.0)[0], alone)
    late, later = pixels(film, 7.0, 20.0)
    assert np.array_equal(late, alone)
    assert not np.array_equal(later, late)


def test_the_timeline_of_one_episode_goes_over_that_episode(game: Path) -> None:
    """The play head of its first picture stands at the left end, that of its last one at the right."""
    span = replays.open(game).episodes[1]
    first, last, ink = span.start, span.end - 1, np.array(THEMES["dark"].colour("ink"))

    def heads(ends: tuple[int, int] | None) -> list[float]:
        film = ReplayFilm(replays.open(game), shot(panels=True, size=(900, 600), span=ends))
        feet = [picture[-CURVE_HEIGHT:, :570] for picture in pixels(film, float(first), float(last))]
        found = [(foot == ink).all(axis=2) for foot in feet]
        return [float(np.flatnonzero(foot[int(np.argmax(foot.sum(axis=1)))]).mean()) for foot in found]

    left, right = heads((first, last))
    assert left < 40 < 500 < right
    assert heads(None)[0] > 100


def test_the_play_head_of_a_film_moves(game: Path) -> None:
    film = ReplayFilm(replays.open(game), shot(panels=True, size=(900, 600)))
    early, late = pixels(film, 2.0, 50.0)
    foot = np.abs(early - late)[-CURVE_HEIGHT:, :500].sum(axis=2)
    assert foot.any(axis=0).sum() > 5


def test_a_followed_seat_is_seen_closely(game: Path) -> None:
    playback = replays.open(game)
    whole, close = (pixels(ReplayFilm(playback, shot(follow=0, whole=whole)), 30.0)[0] for whole in (True, False))
    assert not np.array_equal(whole, close)


def test_the_last_tick_of_an_episode_goes_on_to_its_end(beacon: World, game: Path) -> None:
    playback = replays.open(game)
    end = playback.episodes[0].end
    assert 0 < end < TICKS
    scene = FilmedReplay(playback, Session(), say=lambda words: None)
    scene.show_at(end - 0.5)
    assert int(scene.shown()["episode"]) == 0
    scene.show_at(float(end))
    assert int(scene.shown()["episode"]) == 1


def test_runs_beside_each_other_have_one_clock_and_show_what_differs(game: Path, other: Path) -> None:
    task = task_of_recording(game)
    film = SplitFilm(lambda: lockstep_of(task, (str(game), str(other))), shot(size=(800, 480)))
    same, apart = pixels(film, 3.0, 12.0)
    marked = [(picture[:, :4] == THEMES["dark"].colour("bad")).all(axis=2).sum() for picture in (same, apart)]
    assert marked[0] == 0 < marked[1]
    assert TICKS <= film.length() <= TICKS + 1  # who is at the end notices it in the next one


def test_one_recording_beside_another_episode_of_itself(game: Path, tmp_path: Path) -> None:
    assert "wrote" in films(f"{game}@1", str(tmp_path / "x.png"), "--beside", "@2", "--size", "640x400", "--start", "5")
    with Image.open(tmp_path / "x.png") as picture:
        assert picture.size == (640, 400)


def test_a_strip_is_some_moments_side_by_side(game: Path, tmp_path: Path) -> None:
    films(str(game), str(tmp_path / "x.png"), "--frames", "3", "--size", "100x148")
    with Image.open(tmp_path / "x.png") as strip:
        assert strip.size == (3 * 100 + 2 * 4, 148)
        parts = [np.asarray(strip.crop((at * 104, 0, at * 104 + 100, 148))) for at in range(3)]
    assert not np.array_equal(parts[0], parts[1])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("x.gif", "--size", "big"), "size is 'big': write it as 1280x720"),
        (("x.gif", "--panels", "--size", "640x100"), "size is 640 x 100"),
        (("x.csv", "--beside", "@2"), "is no film"),
        (("x.gif", "--observations", "all"), "leave --observations out"),
        (("x.gif", "--beside", "@2", "--panels"), "--panels tell of one run"),
        (("x.gif", "--beside", "@2", "--labels", "a"), "labels are 1: there are 2 runs"),
        (("x.gif", "--beside", "@77"), "names episode '77'"),
        (("x.gif", "--follow", "nobody"), "'nobody'"),
        (("x.gif", "--follow", "walker_0", "--layers", "xray"), "layer 'xray' is unknown"),
        (("x.png", "--frames", "64", "--size", "4000x500"), "it would be 256256 pixels long, and 32768 are allowed"),
        (("x.png", "--frames", "10", "--size", "3000x4000"), "would take 721 MB of memory: allowed are 384"),
        (("x.gif", "--panels", "--end", "99999"), "ticks 0 to 99999 are not in"),
    ],
)
def test_what_cannot_be_filmed_is_refused(arguments: tuple[str, ...], words: str, game: Path, tmp_path: Path) -> None:
    with pytest.raises(Refused) as refusal:
        films(str(game), str(tmp_path / arguments[0]), *arguments[1:])
    assert words in str(refusal.value)
    assert not list(tmp_path.iterdir())
