"""What the followed agent thinks, in full: as plain data, and over the world of live games and replays."""

import math
from pathlib import Path

import numpy as np
import pytest
import torch

import replays
import worlds
from agents.players.checkpoint_player import bands
from simulator.app.panels.minds import MOST_CHOICES, minds_view
from simulator.app.play.history import PAST_MEMORIES, History
from simulator.app.screens.app import App
from simulator.engine import Mind, Simulation
from simulator.engine.minds import BANDS
from tests.app.conftest import FRAME, Opener, Puppet, live, picture, press, run
from worlds.world import World


class Thinker(Puppet):
    """Offers every signal; its memory changes a little more at each decision."""

    def act(self, observations: np.ndarray, legal: np.ndarray) -> np.ndarray:
        actions, lanes = super().act(observations, legal), len(observations)
        assert self.mind is not None
        memory = np.full((lanes, BANDS), min(8 * self.decisions, 255), np.uint8)
        self.mind = Mind(**dict(self.mind), memory=memory)
        return actions


def belief(world: World) -> np.ndarray:
    return np.linspace(0.1, 0.9, world.told_pieces.total).astype(np.float32)


def test_every_choice_has_its_name_and_probability(open_app: Opener, beacon: World) -> None:
    app = open_app(seats={"walker_0": Thinker(choice=2, belief=belief(beacon))})
    run(app, 1.0)
    view = minds_view(live(app), telling=False)
    assert [[(row.name, row.chosen) for row in group.rows] for group in view.groups] == [
        [("west", False), ("stay", False), ("east", True)]
    ]
    assert [row.part for row in view.groups[0].rows] == pytest.approx([1 / 3] * 3)
    assert view.thinks
    assert view.value > 0.0
    assert len(view.values) > 1
    assert view.score == pytest.approx(float(live(app).simulation.w["score"][0]))
    assert not any(fact.truth for fact in view.facts)


def test_the_truth_is_told_to_spectators_who_ask(open_app: Opener, beacon: World) -> None:
    app = open_app(seats={"walker_0": Thinker(belief=belief(beacon))})
    run(app, 0.5)
    facts = minds_view(live(app), telling=True).facts
    assert facts
    assert any(fact.truth for fact in facts)
    named = [fact for fact in facts if not math.isnan(fact.guesses[0][1])]
    for fact in named:
        likely = [part for _, part in fact.guesses]
        assert likely == sorted(likely, reverse=True)
        assert not fact.truth or fact.right == (fact.guesses[0][0] == fact.truth)


def test_a_bot_tells_what_it_does_and_nothing_more(open_app: Opener) -> None:
    app = open_app(seats={"walker_0": Puppet()})
    live(app).followed = 1
    run(app, 0.3)
    view = minds_view(live(app), telling=True)
    assert not view.thinks
    assert sum(row.chosen for row in view.groups[0].rows) == 1
    assert all(math.isnan(row.part) for row in view.groups[0].rows)


def test_of_many_choices_the_likeliest_are_shown(open_app: Opener) -> None:
    bandit = worlds.get("bandit", arms=30) if "arms" in worlds.get("bandit").build_args else worlds.get("bandit")
    app = open_app(simulation=Simulation(bandit, seed=1), seats={bandit.seats[0].name: Puppet(choice=0)})
    run(app, 0.3)
    (group,) = minds_view(live(app), telling=False).groups
    count = len(bandit.actions[0].choices)
    assert len(group.rows) == min(count, MOST_CHOICES)
    assert group.left_out == max(count - MOST_CHOICES, 0)
    assert sum(row.chosen for row in group.rows) == 1


def test_the_memory_strip_grows_by_a_column_a_decision_and_goes_with_the_trial() -> None:
    history = History(3, 60)
    for number in range(PAST_MEMORIES + 5):
        history.think(0, Mind(memory=np.full(BANDS, number % 256, np.uint8)))
    assert len(history.memories[0]) == PAST_MEMORIES
    history.new_trial()
    assert not history.memories


@pytest.mark.parametrize("size", [(1280, 800), (640, 480)])
@pytest.mark.parametrize("theme", ["dark", "light"])
def test_a_key_lays_it_over_live_games_and_replays(
    open_app: Opener, beacon: World, tmp_path: Path, size: tuple[int, int], theme: str
) -> None:
    path = tmp_path / "game.mcap"
    seats = {"walker_0": Thinker(belief=belief(beacon))}
    app = open_app(seats=seats, recorder=replays.record(path), size=size, follow="walker_0")
    run(app, 1.0)
    check_key(app)
    assert minds_view(live(app), telling=False).memory is not None
    app.close()
    again = open_app(playback=replays.open(path), size=size, follow="walker_0")
    run(again, 0.8)
    check_key(again)
    scene = again.scene
    assert scene is not None
    memory = minds_view(scene, telling=True).memory
    assert memory is not None
    assert memory.shape[1] == BANDS
    assert (np.diff(memory[:, 0].astype(int)) == 8).all()


def check_key(app: App) -> None:
    """The key shows it at the left of the window, and takes it away again."""
    app.game.command("pause")
    app.prepare_gui().result()
    before = picture(app)
    shown = []
    for _ in range(2):
        press("i")
        for _ in range(3):
            app.frame(FRAME)
        shown.append(picture(app))
    left = app.look.px(200)
    assert (shown[0][:left] != before[:left]).any()
    assert (shown[1][:left] == before[:left]).all()


# --- how much a memory changed ---------------------------------------------------------------------------------------


def test_bands_tell_where_and_how_much_a_memory_changed() -> None:
    before, after = torch.zeros(2, 3 * BANDS + 1), torch.zeros(2, 3 * BANDS + 1)
    after[1, 3:6] = 0.1
    after[1, 6] = 1e30
    after[1, 9] = math.nan
    found = bands(before, after)
    assert found is not None
    assert found.shape == (2, BANDS)
    assert found.dtype == np.uint8
    assert found[0].tolist() == [0] * BANDS
    assert found[1, :4].tolist() == [0, 128, 255, 0]
    assert bands(torch.zeros(1, BANDS - 1), torch.zeros(1, BANDS - 1)) is None
