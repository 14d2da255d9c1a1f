"""The figures of a report in the card of a checkpoint that took part, and the commands that show them again.

`config.json` gets the checkpoint's own returns as `scores`; the weights are not touched.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

import worlds
from agents.checkpoints import checkpoint
from agents.checkpoints.card import card, settings_lines
from agents.checkpoints.files import to_json
from agents.checkpoints.final_uses import read_uses, with_uses
from agents.evaluation.learned import SPLIT, LearnedOpponents
from agents.evaluation.publish import plot
from agents.evaluation.report import Cell, Report, Source
from agents.evaluation.results import later_words, unlike_budgets
from agents.evaluation.statistics import Estimate
from agents.settings.command import command_line, of_world
from agents.settings.declared import changed
from agents.settings.files import build_settings
from agents.settings.generalist import GeneralistSettings
from agents.settings.of_world import settings_for
from agents.settings.train import TrainSettings, complete
from worlds.kit.writing import write_bytes
from worlds.world import Refused

WORDS = {
    "agent": "agent",
    "wiped": "agent, memory wiped every episode",
    "shuffled": "agent, memory of another task",
    "foreign": "agent, memory of other opponents on the same layout",
    "blind": "blind reference",
    "oracle": "oracle reference",
    "random": "random choices",
    "bot": "the task's own bot",
}


def write_cards(folders: Sequence[Path], report: Report) -> None:
    """Write the figures of a report into the checkpoints that took part: README.md, `scores`, and the report once.

    Checkpoints that lie side by side share the report of the first of them; the cards of the others link to it.

    Raises:
        Refused: as `write_card`.
    """
    first = folders[0].resolve()
    for folder in folders:
        here = folder.resolve()
        beside = here != first and here.parent == first.parent
        write_card(folder, report, f"../{first.name}/" if beside else "")


def write_card(folder: Path, report: Report, shared: str = "") -> Path:
    """Write the figures of a report into a checkpoint that took part: README.md, report.json, report.png, `scores`.

    ``shared``: where the report lies already, as seen from the folder; empty: it is written here.

    Raises:
        Refused: no checkpoint there, one that took no part in the report, or a folder that cannot be written.
    """
    config = checkpoint.load_config(folder)
    mine = [source for source in report.sources if source.sha256 == config.sha256]
    if not mine:
        raise Refused(f"checkpoint {folder} took no part in this report: evaluate it first")
    try:
        if shared:
            for name in ("report.json", "report.png"):
                (folder / name).unlink(missing_ok=True)
        else:
            write_bytes(folder / "report.json", to_json(report.brief(), indent=None))
            plot(report, folder / "report.png")
        text = with_uses(evaluated_card(config, report, mine[0], shared), read_uses(folder))
        write_bytes(folder / checkpoint.CARD, text.encode())
        _write_scores(folder, config, _scores(report, mine[0]))
    except OSError as error:
        raise Refused(f"checkpoint {folder} cannot be written: {error.strerror}") from error
    return folder / checkpoint.CARD


def _scores(report: Report, source: Source) -> dict[str, list[float]]:
    """This checkpoint's own mean return by episode, for every role and split."""
    peers = [other for other in report.sources if other.kind == source.kind]
    found = {}
    for cell in report.cells:
        rows = cell.by_seed.get(source.kind, [])
        if len(rows) == len(peers):  # else only some references played this split
            found[f"{cell.role} on {cell.split}"] = [round(value, 6) for value in rows[peers.index(source)]]
    return found


def _write_scores(folder: Path, config: checkpoint.Config, scores: dict[str, list[float]]) -> None:
    """Put the scores beside those of training, which are named by role alone."""
    plain: dict[str, Any] = msgspec.to_builtins(config)
    trained = {role: values for role, values in config.scores.items() if role in config.roles}
    write_bytes(folder / checkpoint.CONFIG, to_json({**plain, "scores": {**trained, **scores}}))


def evaluated_card(config: checkpoint.Config, report: Report, source: Source, shared: str = "") -> str:
    """The text of README.md."""
    return card(config, [*_results(report, shared), *_origin(config, report)], _model_index(config, report, source))


def _model_index(config: checkpoint.Config, report: Report, source: Source) -> Iterator[str]:
    """What machines read of the figures."""
    yield "model-index:"
    yield f"- name: {json.dumps(Path(source.path).name)}"
    yield "  results:"
    for cell in report.cells:
        estimate = cell.curves[source.kind][-1] if source.kind in cell.curves else None
        if estimate is not None:
            yield from _front_result(config, cell, estimate)


def _front_result(config: checkpoint.Config, cell: Cell, estimate: Estimate) -> Iterator[str]:
    where = f"{config.world} version {config.world_version}, {cell.role}, split {cell.split}"
    spread = (estimate.high - estimate.low) / 2.0
    yield "  - task:"
    yield "      type: reinforcement-learning"
    yield "      name: reinforcement-learning"
    yield "    dataset:"
    yield f"      name: {json.dumps(where)}"
    yield f"      type: {json.dumps(config.world)}"
    yield "    metrics:"
    yield "    - type: mean_reward"
    yield f"      name: {json.dumps(f'return of episode {cell.episodes} of a trial, {cell.tasks} tasks')}"
    yield f"      value: {json.dumps(f'{estimate.value:.2f} +/- {spread:.2f}')}"
    yield "      verified: false"


def _results(report: Report, shared: str) -> Iterator[str]:
    yield ""
    yield "## What it scores"
    yield ""
    yield (
        f"Return by episode of a trial on {report.settings.tasks:,} tasks per role and split: {report.intervals}. "
        "Every row plays the same tasks."
    )
    yield ""
    yield f"![return by episode]({shared}report.png)"
    budgets = unlike_budgets((source.kind, source.steps) for source in report.sources)
    for cell in report.cells:
        yield from _cell_results(cell, budgets)
    for learned in report.learned:
        yield from _learned_results(learned)
    if report.alone:
        yield from ("", "### Beside the agent for this world alone", "")
        yield from (f"- adaptation of {each.role} on {each.split}: {each}" for each in report.alone)


def _cell_results(cell: Cell, budgets: str) -> Iterator[str]:
    yield ""
    yield f"### {cell.role} on {cell.split}"
    yield ""
    heads = [f"episode {index + 1}" for index in range(cell.episodes)]
    yield f"| | {' | '.join(heads)} | gain |"
    yield f"|---|{'---|' * (cell.episodes + 1)}"
    for name, curve in cell.curves.items():
        yield f"| {WORDS.get(name, name)} | {' | '.join(str(each) for each in curve)} | {cell.gains[name]} |"
    yield ""
    for finding in cell.findings:
        evidence = "; ".join(f"{label} {estimate}" for label, estimate in finding.evidence)
        yield f"- {finding.claim}: **{finding.word}**{': ' + evidence if evidence else ''}"
    if cell.headroom:
        yield f"- headroom, oracle − blind in {cell.later_words}: {cell.headroom}"
    if cell.adaptation:
        yield f"- adaptation (agent − blind) / (oracle − blind) in {cell.later_words}: {cell.adaptation}{budgets}"
    for name in cell.worth:
        yield f"- agent − {name} in {cell.later_words}: {cell.differences[name]}"
    yield from _figures(cell)


def _learned_results(learned: LearnedOpponents) -> Iterator[str]:
    """Strangers that learned, apart from bots."""
    yield ""
    yield f"### {learned.role} on {SPLIT}, strangers that learned"
    yield ""
    yield f"Played with {learned.about}."
    yield ""
    heads = [f"episode {index + 1}" for index in range(learned.episodes)]
    yield f"| | {' | '.join(heads)} | gain |"
    yield f"|---|{'---|' * (learned.episodes + 1)}"
    for name, curve in learned.curves.items():
        words = WORDS[name] if name != "foreign" else "agent, memory of another such stranger on the same task"
        yield f"| {words} | {' | '.join(str(each) for each in curve)} | {learned.gains[name]} |"
    yield ""
    for finding in learned.findings:
        (label, estimate), *_ = finding.evidence
        yield f"- {finding.claim}: **{finding.word}**: {label} {estimate}"
    if "foreign" in learned.ahead:
        yield f"- agent − foreign in {later_words(learned.episodes)}: {learned.ahead['foreign']}"
    for name in learned.ahead:
        yield f"- agent above {name}: {learned.sure_with(name)}"
    for member in learned.members:
        worse = ", itself worse than random play" * member.worse_than_random
        yield f"- with {member.name} ({member.told}{worse}): {member.later['agent']}"


def _figures(cell: Cell) -> Iterator[str]:
    """The world's figures by condition, each with what the agent has more."""
    if not cell.figures:
        return
    yield ""
    yield f"Figures in {cell.later_words}, and in brackets what the agent has more:"
    yield ""
    yield f"| | {' | '.join(cell.figures)} |"
    yield f"|---|{'---|' * len(cell.figures)}"
    for name in cell.curves:
        entries = [
            f"{figure.values[name].value:.4g}"
            + (f" ({_margin(figure.differences[name])})" if name in figure.differences else "")
            for figure in cell.figures.values()
        ]
        yield f"| {WORDS.get(name, name)} | {' | '.join(entries)} |"


def _margin(estimate: Estimate) -> str:
    return f"{estimate.value:+.4g} [{estimate.low:+.4g}, {estimate.high:+.4g}]"


def _origin(config: checkpoint.Config, report: Report) -> Iterator[str]:
    """Where it came from, how to see the figures again, and where they end."""
    yield ""
    yield "## How it was made, and how to measure it again"
    yield ""
    yield "```sh"
    yield train_command(config)
    yield report.command
    yield "```"
    yield ""
    yield f"Measured with crossplay {report.version}."
    yield from settings_lines(config)
    yield ""
    yield "Checkpoints measured:"
    yield ""
    for source in report.sources:
        yield f"- {source.kind} `{source.path}`, training seed {source.seed}, SHA-256 `{source.sha256}`"
    yield from _limits(config, report)


def train_command(config: checkpoint.Config) -> str:
    """The `crossplay` command that trains this checkpoint again; what the world declares stands in no flag."""
    if not isinstance(config.shared, msgspec.UnsetType):
        return command_line("generalist", build_settings(config.shared.settings, GeneralistSettings, "config.json"))
    settings = build_settings(config.settings, TrainSettings, "config.json")
    world = worlds.get(settings.world.name, **settings.world.args)
    alike = settings_for(world, reference=settings.trial.reference)  # an oracle has no belief, which needs no flag
    usual = changed(alike, world_args={}, reference="none")
    return of_world(command_line("train", complete(settings, world), usual), config.world)


def _limits(config: checkpoint.Config, report: Report) -> Iterator[str]:
    yield ""
    yield "## Limits"
    yield ""
    if config.network.blocks:
        alike = "in every build that describes choices alike"
        yield f"- It plays this version of `{config.world}` {alike}, and no other; anything else is refused."
    else:
        yield f"- It plays this version and size of `{config.world}` and no other; anything else is refused."
    if unlearned := _unlearned(config, report):
        yield f"- It did not learn to play {' or '.join(unlearned)}."
    yield "- Its opponents were scripted bots and its own past; people and other agents play differently."
    for cell in report.cells:
        for finding in cell.findings:
            if finding.holds is False:
                yield f"- Not shown for {cell.role} on {cell.split}: {finding.claim}."


def _unlearned(config: checkpoint.Config, report: Report) -> list[str]:
    roles = dict.fromkeys(seat.role for seat in report.world.seats)
    return [role for role in roles if role not in config.roles]
