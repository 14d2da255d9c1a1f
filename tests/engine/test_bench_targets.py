"""What speeds are held to: the figures that were asked for, and a missed one is told as missed."""

from agents.training import bench as training
from simulator.engine import bench
from tests.speed.simulation import missed


def test_each_world_is_held_to_what_was_asked_of_it() -> None:
    steps = "agent_steps_per_second"
    assert {world: bench.targets_of(world)[steps][0] for world in ("tag", "duel", "matrix", "poker", "throws")} == {
        "tag": 2e6, "duel": 2e6, "matrix": 3e6, "poker": 20e6, "throws": 20e6,
    }  # fmt: skip
    assert bench.targets_of("poker").keys() == bench.TARGETS.keys()
    assert training.TARGETS["update_share_of_peak"][0] == 0.6


def test_a_figure_below_its_worlds_target_is_missed() -> None:
    def facts(world: str, speed: float) -> dict[str, object]:
        targets = {name: {"value": value} for name, (value, _) in bench.targets_of(world).items()}
        return {"figures": {"agent_steps_per_second": speed, "state_bytes": 2048.0}, "targets": targets}

    assert missed(facts("tag", 1.9e6)) == ["agent_steps_per_second"]
    assert missed(facts("tag", 2.1e6)) == []
    assert missed(facts("poker", 2.1e6)) == ["agent_steps_per_second"]
