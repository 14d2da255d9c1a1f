"""Pictures of replays: the right number of frames, of the right size and colours, whole or not at all."""

import importlib.util
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageSequence

import replays
from replays.film import Film, FilmStyle
from simulator.engine import Simulation
from worlds.world import Refused, World


def frames_of(path: Path) -> list[tuple[np.ndarray, int]]:
    """Every frame (H, W, 3) of a GIF, and its milliseconds."""
    with Image.open(path) as gif:
        return [
            (np.asarray(frame.convert("RGB")).astype(int), int(frame.info["duration"]))
            for frame in ImageSequence.Iterator(gif)
        ]


def test_a_gif_has_one_frame_a_tick(recording: Path, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    out = replays.export(
        recording, tmp_path / "x.gif", size=(160, 208), start=20, end=50, progress=lambda *done: told.append(done)
    )
    found = frames_of(out)
    assert len(found) == 31
    assert {picture.shape for picture, _ in found} == {(208, 160, 3)}
    assert {duration for _, duration in found} == {100}
    assert told == [(done, 31) for done in range(1, 32)]
    assert [path.name for path in tmp_path.iterdir()] == ["x.gif"]


def test_a_gif_shows_what_the_rules_draw(recording: Path, tmp_path: Path) -> None:
    replays.export(recording, tmp_path / "x.gif", size=(160, 208), start=100, end=110)
    film = Film(replays.open(recording), FilmStyle(size=(160, 208)), smooth=False)
    for frame, (picture, _) in enumerate(frames_of(tmp_path / "x.gif")):
        expected = np.asarray(film.picture(100.0 + frame)).astype(int)
        assert np.abs(picture - expected).mean() < 4.0  # 255 colours


@pytest.mark.parametrize(("fps", "speed", "frames"), [(20.0, 1.0, 41), (5.0, 1.0, 11), (10.0, 4.0, 6), (30.0, 1.0, 61)])
def test_frames_and_time_follow_from_rate_and_speed(
    fps: float, speed: float, frames: int, recording: Path, tmp_path: Path
) -> None:
    replays.export(recording, tmp_path / "x.gif", size=(96, 144), end=20, fps=fps, speed=speed)
    times = [duration for _, duration in frames_of(tmp_path / "x.gif")]
    assert sum(times) == pytest.approx(1000 * frames / fps, abs=10)
    assert len(times) <= frames  # equal neighbours are one longer frame


def test_a_png_is_one_state(recording: Path, tmp_path: Path) -> None:
    replays.export(recording, tmp_path / "x.png", start=70, size=(200, 100), header=False)
    with Image.open(tmp_path / "x.png") as picture:
        assert (picture.size, picture.format) == ((200, 100), "PNG")


def test_smooth_frames_lie_between_ticks(tag: World) -> None:
    simulation = Simulation(tag, seed=4)
    states = [simulation.w.copy()]
    for _ in range(12):
        simulation.tick(np.tile([1, 0, 0], (4, 1)))
        states.append(simulation.w.copy())
    for before, after in pairwise(states):
        half = replays.blend(tag, before, after, 0.5)
        assert np.allclose(half["pos"], (before["pos"] + after["pos"]) / 2)
        assert (half["score"] == before["score"]).all()
    assert replays.blend(tag, states[0], states[4], 0.5) is states[0]  # not neighbours
    far = states[1].copy()
    far["pos"][0] += 8.0
    assert (replays.blend(tag, states[0], far, 0.5)["pos"][0] == states[0]["pos"][0]).all()  # was put there
    turned = states[1].copy()
    states[0]["heading"][0], turned["heading"][0] = 3.0, -3.0
    assert abs(replays.blend(tag, states[0], turned, 0.5)["heading"][0]) == pytest.approx(np.pi)


def test_drawing_changes_no_state(recording: Path) -> None:
    replay = replays.open(recording)
    film = Film(replay, FilmStyle(size=(96, 144)), smooth=True)
    for time in (3.0, 3.5, 3.75, 4.0, 99.5, 10.0):
        film.picture(time)
    replay.seek(10)
    assert replay.diverged is None
    other = replays.open(recording)
    other.seek(10)
    assert replay.simulation.hash() == other.simulation.hash()


@pytest.mark.parametrize(
    ("name", "facts", "words"),
    [
        ("x.avi", {}, "choose a name that ends with .gif, .mp4, .png, .csv, .json, .parquet"),
        ("x.gif", {"fps": 60.0}, "fps is 60.0: allowed is 0.1 to 50 for .gif"),
        ("x.gif", {"fps": 0.0}, "fps is 0.0"),
        ("x.gif", {"fps": float("nan")}, "fps is nan"),
        ("x.gif", {"size": (10, 640)}, "size is 10 x 640"),
        ("x.gif", {"speed": 0.0}, "speed is 0.0"),
        ("x.gif", {"start": -1}, "ticks -1 to 270 are not in"),
        ("x.gif", {"start": 30, "end": 20}, "ticks 30 to 20 are not in"),
        ("x.gif", {"end": 10**9}, "it has 0 to 270"),
        ("x.gif", {"viewer": 4}, "viewer is 4"),
        ("x.gif", {"viewer": "chaser_0"}, "viewer is 'chaser_0'"),
        ("x.gif", {"layers": ["xray"]}, "'xray'"),
        ("x.gif", {"speed": 1 / 64, "fps": 50.0}, "frames are too many for .gif"),
        ("x.csv", {"end": 10**9}, "it has 0 to 270"),
        ("taken.gif", {"end": 2}, "is a folder, not a file"),
    ],
)
def test_what_cannot_be_drawn_is_refused(
    name: str, facts: dict[str, object], words: str, recording: Path, tmp_path: Path
) -> None:
    (tmp_path / "taken.gif").mkdir()
    with pytest.raises(Refused) as refusal:
        replays.export(recording, tmp_path / name, **facts)  # type: ignore[arg-type]
    assert words in str(refusal.value)
    assert [path.name for path in tmp_path.iterdir()] == ["taken.gif"]


def test_an_interrupted_export_leaves_nothing(recording: Path, tmp_path: Path) -> None:
    def interrupt(done: int, of: int) -> None:
        if done == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        replays.export(recording, tmp_path / "x.gif", size=(96, 144), end=20, progress=interrupt)
    assert not list(tmp_path.iterdir())


def test_a_video_without_its_extra_is_refused(recording: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["replays.reel"], "find_spec", lambda name: None)
    with pytest.raises(Refused, match=r"install it with pip install 'av>=14'"):
        replays.export(recording, tmp_path / "x.mp4")


@pytest.mark.skipif(importlib.util.find_spec("av") is None, reason="needs the extra 'video'")
def test_a_video_has_its_frames(recording: Path, tmp_path: Path) -> None:
    import av

    replays.export(recording, tmp_path / "x.mp4", size=(160, 208), end=30, fps=30.0)
    with av.open(str(tmp_path / "x.mp4")) as video:
        stream = video.streams.video[0]
        assert sum(1 for _ in video.decode(stream)) == 91
        assert (stream.width, stream.height) == (160, 208)
