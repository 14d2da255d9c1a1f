"""An agent for several worlds is taken like any other in each of them, and a strange one is refused."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import safetensors.torch
import torch
from walkers import Walker

import agents
import worlds
from agents.checkpoints import checkpoint
from agents.evaluation import lineup
from agents.evaluation.alone import Alone, worlds_in_turn
from agents.evaluation.card import train_command, write_card
from agents.evaluation.evaluate import evaluate
from agents.evaluation.publish import page, report_text
from agents.evaluation.statistics import Estimate
from agents.settings.declared import changed, made
from agents.settings.evaluate import EvaluateSettings
from agents.settings.files import plain_settings
from agents.settings.generalist import GeneralistSettings
from agents.settings.of_world import settings_for
from agents.training.facts import facts_of
from agents.training.generalist.run import JointRun
from agents.training.opponents.invited import Opponent, invite, keep
from agents.training.run import Run
from simulator.app.cli import run as command
from simulator.app.commands import watch
from simulator.app.commands.flags import Options
from simulator.app.pages.generalist_page import generalist_page
from simulator.app.pages.results_page import read_shipped
from simulator.app.play.seating import build_for, seat_all, seats_for, shipped_agents, usual_agent
from worlds.world import Refused

SETTINGS = made(
    GeneralistSettings,
    world=("beacon", "bandit"), memory="ledger", hidden=16, encoder=12, lanes=4, threads=1, progress=False,
)  # fmt: skip


def untrained(folder: Path, **build: Any) -> Path:
    """An agent for two worlds that has learned nothing yet; the build arguments are those of beacon."""
    run = JointRun(SETTINGS, {"beacon": worlds.get("beacon", **build), "bandit": worlds.get("bandit")})
    facts = {name: facts_of(each, 5, "") for name, each in run.runs.items()}
    checkpoint.save_generalist(folder, run.memory, run.networks, facts, plain_settings(SETTINGS))
    run.close()
    return folder


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return untrained(tmp_path_factory.mktemp("original") / "jack", named=True)


@pytest.fixture
def jack(tmp_path: Path, original: Path) -> Path:
    return Path(shutil.copytree(original, tmp_path / "jack"))


@pytest.fixture
def shipped(tmp_path: Path, jack: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of shipped agents with two for the same world: one for several, and one for it alone."""
    monkeypatch.setattr(agents, "_SHIPPED", tmp_path)
    alone(tmp_path / "beacon_alone")
    return tmp_path


def alone(folder: Path) -> None:
    """An agent for one world, untrained."""
    settings = settings_for(worlds.get("beacon"), hidden=8, encoder=8, lanes=4, threads=1, progress=False)
    run = Run(settings, worlds.get("beacon"))
    checkpoint.save(folder, run.network, facts_of(run, 5, ""))
    run.close()


def test_it_is_small_and_holds_what_is_shared_once(jack: Path) -> None:
    shared = safetensors.torch.load_file(jack / "model.safetensors")
    assert all(weight.dtype == torch.float16 for weight in shared.values())
    for world in ("beacon", "bandit"):
        own = safetensors.torch.load_file(jack / world / "model.safetensors")
        assert not [name for name in own if name.startswith("memory.")]
        assert {name for name, weight in own.items() if weight.dtype != torch.float16} == {"value_mean", "value_std"}


def test_it_takes_its_seat_in_every_world(jack: Path) -> None:
    for world in (worlds.get("beacon", named=True), worlds.get("bandit")):
        seat = world.seats[0].name
        seating = seat_all(world, {seat: f"agent:{jack}"})
        assert seating.occupants[seat]().name == "jack"
        assert seating.checkpoints[seat] == checkpoint.load_config(jack / world.name).sha256
        assert build_for(world.name, str(jack), {}) == dict(world.build_args)
        assert seats_for(world, str(jack)) == [seat]
    with pytest.raises(Refused, match="agent 'jack' learned beacon, bandit: it cannot play 'cartpole'"):
        build_for("cartpole", str(jack), {})


def test_it_comes_before_agents_for_one_world(shipped: Path) -> None:
    assert agents.generalists() == {"jack": shipped / "jack"}
    assert list(agents.pretrained()) == ["beacon_alone"]
    assert shipped_agents("beacon") == ["jack", "beacon_alone"]
    assert shipped_agents("bandit") == ["jack"]
    assert shipped_agents("beacon", "blind") == []
    assert agents.load("jack/bandit").world_name == agents.load("jack", world="bandit").world_name == "bandit"
    with pytest.raises(Refused, match=r"'nobody' is no agent: .* \(jack, beacon_alone\)"):
        agents.find("nobody")


def test_who_plays_unless_somebody_is_named_plays_the_world_as_it_is_built() -> None:
    assert usual_agent("signals", {}) == usual_agent("signals", {"junctions": 4}) == "signals"
    assert usual_agent("tag", {"seats": 3}) == usual_agent("signals", {"observation": "sumo-rl"}) == ""


def test_who_judges_choices_by_what_it_is_told_of_each_plays_every_build() -> None:
    assert usual_agent("signals", {"observation": "phases"}) == "signals_phases"
    for build in ({"junctions": 2}, {"network": "town@0:"}):
        assert usual_agent("signals", build) == "signals_phases"
    assert usual_agent("signals", {"network": "town@0:", "observation": "detectors"}) == ""


def test_the_usual_agent_sees_what_it_learned_from(monkeypatch: pytest.MonkeyPatch) -> None:
    built = []
    monkeypatch.setattr(watch, "open_game", lambda name, settings, choose, agent: built.append(settings.build))
    for build in ({"junctions": 2}, {}):
        watch.run(watch.Settings(world="signals", build=build), Options())
    assert (built[0]["junctions"], built[0]["observation"]) == (2, "phases")
    assert built[1] == {}


def test_it_is_measured_in_each_of_its_worlds(jack: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    flags = ["--tasks", "2", "--splits", "train", "--conditions", "agent", "wiped", "random", "--threads", "1"]
    out = tmp_path / "report"
    assert command(["evaluate", str(jack), *flags, "--out", str(out), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert list(told["worlds"]) == ["beacon", "bandit"]
    assert [path.parent.name for path in sorted(out.glob("*/report.html"))] == ["bandit", "beacon"]
    assert command(["evaluate", str(jack), "--world", "bandit", *flags, "--json"]) == 0
    one = json.loads(capsys.readouterr().out)
    assert one["results"] == told["worlds"]["bandit"]["results"]
    assert " --world bandit " in one["command"]
    assert command(["evaluate", str(jack), "--world", "tag", *flags]) == 2
    assert "agent 'jack' learned beacon, bandit: it cannot play 'tag'" in capsys.readouterr().err


def test_its_card_and_page_tell_what_the_agent_for_this_world_alone_does(
    shipped: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Walkers without a network stand for the references, and for the agent for this world alone."""
    untrained(shipped / "jack")
    real = lineup.load_player
    monkeypatch.setattr(
        lineup, "load_player", lambda path, asked: real(path, asked) if path == "jack" else Walker(path)
    )
    settings = EvaluateSettings(
        checkpoint=("jack",),
        world="beacon",
        blind=("blind",),
        oracle=("oracle",),
        splits=("train",),
        tasks=60,
        threads=1,
    )
    assert worlds_in_turn(settings) == ("beacon",)
    assert worlds_in_turn(changed(settings, world="")) == ("beacon", "bandit")
    report = evaluate(settings, progress=False)
    (found,) = report.alone
    assert (found.role, found.split, found.beside) == ("walker", "train", "beacon_alone")
    own = evaluate(changed(settings, checkpoint=("beacon_alone",), world=""), progress=False)
    assert own.alone == ()
    assert (found.adaptation, found.alone) == (report.cells[0].adaptation, own.cells[0].adaptation)
    assert report.json()["alone"][0]["share"] == pytest.approx(found.adaptation.value / found.alone.value, abs=1e-5)
    assert "beside the agent for this world alone" in report_text(report)
    assert "Beside the agent for this world alone" in page(report)
    part = shipped / "jack" / "beacon"
    card = write_card(part, report).read_text()
    assert "### Beside the agent for this world alone" in card
    assert "a part of one agent for beacon, bandit" in card
    line = train_command(checkpoint.load_config(part))
    assert line.startswith("crossplay generalist beacon bandit --memory ledger --hidden 16 --encoder 12 --lanes 4")
    made_page = generalist_page("jack", {"beacon": read_shipped(part, "jack", line)}, notes="Words.", figures={})
    assert "| `beacon` | walker | train |" in made_page
    assert line in made_page


def test_a_share_is_told_where_there_is_something_to_share() -> None:
    some, none = Estimate(0.8, 0.7, 0.9), Estimate(0.1, -0.2, 0.4)
    assert Alone("walker", "train", "other", Estimate(0.6, 0.5, 0.7), some).share == pytest.approx(0.75)
    assert Alone("walker", "train", "other", some, none).share is None


def test_it_can_be_an_opponent(jack: Path, tmp_path: Path) -> None:
    world = worlds.get("beacon", named=True)
    (invited,) = invite((str(jack),), world, torch.device("cpu"), 5)
    assert isinstance(invited, Opponent)
    keep([invited], tmp_path / "run")
    (kept,) = (tmp_path / "run" / "opponents").iterdir()
    shutil.rmtree(jack)
    network, config = checkpoint.load(kept)
    assert not hasattr(config.shared, "sha256")
    weights = network.state_dict()
    assert all(torch.equal(weights[name], weight) for name, weight in invited.network.state_dict().items())


def edit(folder: Path, change: Callable[[dict[str, Any]], Any]) -> None:
    config = json.loads((folder / "config.json").read_text())
    change(config)
    (folder / "config.json").write_text(json.dumps(config))


def put(folder: Path, data: bytes) -> str:
    """These weights; their hash."""
    (folder / "model.safetensors").write_bytes(data)
    return hashlib.sha256(data).hexdigest()


def weights(folder: Path, change: Callable[[torch.Tensor], torch.Tensor]) -> bytes:
    found = safetensors.torch.load_file(folder / "model.safetensors")
    data: bytes = safetensors.torch.save({name: change(weight) for name, weight in found.items()})
    return data


WRONG: dict[str, tuple[Callable[[Path], Any], str]] = {
    "another memory": (
        lambda jack: put(jack, weights(jack, lambda weight: weight + 1)),
        "SHA-256 is not the one that config.json",
    ),
    "no memory": (lambda jack: (jack / "model.safetensors").unlink(), "model.safetensors"),
    "half a memory": (
        lambda jack: put(jack, (jack / "model.safetensors").read_bytes()[:-8]),
        "has .* bytes and announces",
    ),
    "a memory in float32": (
        lambda jack: put(jack, weights(jack, torch.Tensor.float)),
        "does not hold the weights that config.json announces",
    ),
    "weights in float32": (
        lambda jack: put(jack / "beacon", weights(jack / "beacon", torch.Tensor.float)),
        "does not hold the weights",
    ),
    "a memory of other units": (
        lambda jack: edit(jack / "beacon", lambda c: c["shared"]["memory"].update(hidden=8)),
        r"encoder and memory have \(12, 16\) units, those it shares \(12, 8\)",
    ),
    "a memory with fewer rows": (
        lambda jack: edit(jack / "beacon", lambda c: c["shared"]["memory"].update(pointers=0, noted=0)),
        "it names 1 rows, the memory that it shares 0",
    ),
    "a memory that writes on more rows than it has": (
        lambda jack: edit(jack / "beacon", lambda c: c["shared"]["memory"].update(noted=2)),
        "writes on 2 of 1 rows",
    ),
    "a huge memory": (
        lambda jack: edit(jack / "beacon", lambda c: c["shared"]["memory"].update(pointers=4096, noted=4096)),
        "does not hold the weights",
    ),
    "worlds without this one": (
        lambda jack: edit(jack / "beacon", lambda c: c["shared"].update(worlds=["tag"])),
        "is shared by tag",
    ),
    "a path for a world": (
        lambda jack: edit(jack / "beacon", lambda c: c["shared"].update(worlds=["../tag"])),
        "expected `str` matching",
    ),
    "an unknown field": (
        lambda jack: edit(jack / "beacon", lambda c: c["shared"].update(code="x")),
        "unknown field `code`",
    ),
    "no list of worlds": (lambda jack: edit(jack, lambda c: c.update(worlds="beacon")), "Expected `array`"),
    "no size of the memory": (lambda jack: edit(jack, lambda c: c.update(memory={})), "missing required field"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_strange_one_is_refused(case: str, jack: Path) -> None:
    change, sentence = WRONG[case]
    change(jack)
    with pytest.raises((Refused, FileNotFoundError), match=sentence):
        agents.load(jack, world="beacon")
    if case not in ("no list of worlds", "no size of the memory"):
        assert agents.find(jack, "beacon") == jack / "beacon"


def test_weights_that_are_not_finite_are_refused(jack: Path) -> None:
    sha256 = put(jack, weights(jack, lambda weight: weight * torch.inf))
    edit(jack / "beacon", lambda c: c["shared"].update(sha256=sha256))
    with pytest.raises(Refused, match="holds values that are not finite"):
        agents.load(jack, world="beacon")
