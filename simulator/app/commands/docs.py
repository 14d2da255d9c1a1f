"""Write the pages of docs/ that follow from declarations, cards and reports, or check that they are up to date.

It works in a checkout of the project: docs/worlds and docs/results are written anew, and the table between two marks in
README.md. What is written by hand about results stands in docs/notes; a references.json that `crossplay references`
wrote is shown, too, if it lies in docs/references as WORLD.json.

Examples:
  crossplay docs
  crossplay docs --check
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator.app.commands.common import DONE, FAILED, Outcome, refuse
from simulator.app.commands.flags import Flag, Options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.app.pages.results_page import Shipped
    from worlds.world import World

JSON = False
PROJECT = Path(__file__).resolve().parents[3]
OPENING, CLOSING = "<!-- made by crossplay docs -->\n", "<!-- end -->\n"
BY_HAND = ("calibration.md", "speed.md")  # results that no report of a shipped agent holds
HEADLINE = ("tag", "chaser", "test-both")  # agent, role and split of the table in README


@dataclasses.dataclass(frozen=True, kw_only=True)
class Settings:
    """What to do with the pages."""

    check: Flag = False
    """Write nothing; exit code 1 if a page differs from what would be written."""


def run(settings: Settings, options: Options) -> Outcome:
    """Write or check all pages."""
    if not (PROJECT / "docs").is_dir():
        refuse(f"no folder docs in {PROJECT}: the pages are made in a checkout of the project")
    from worlds.kit.writing import write_bytes

    wanted = pages()
    stale = [name for name, text in wanted.items() if _read(PROJECT / name) != text]
    odd = sorted(set(_made()) - set(wanted))
    if settings.check:
        names = ", ".join([*stale, *odd])
        text = f"stale: {names}; run `crossplay docs`" if names else f"{len(wanted)} pages are up to date"
        return Outcome(text=text, code=FAILED if names else DONE)
    for name in stale:
        write_bytes(PROJECT / name, wanted[name].encode())
    for name in odd:
        (PROJECT / name).unlink()
    return Outcome(text=f"wrote {len(stale)} of {len(wanted)} pages" + (f", removed {len(odd)}" if odd else ""))


def pages() -> dict[str, str]:
    """Text of every page by its place in the project."""
    import worlds
    from simulator.app.pages.results_page import results_page
    from simulator.app.pages.world_page import index_page, world_page
    from simulator.engine.trial import figures_to_read

    built = [worlds.get(name) for name in worlds.shipped()]
    shipped = {world.name: shipped_agents(world.name) for world in built}
    found = {"docs/worlds/README.md": index_page(built)}
    for world in built:
        notes = _read(PROJECT / "docs" / "notes" / f"{world.name}.md")
        results = None
        if shipped[world.name] or notes:
            results = f"docs/results/{world.name}.md"
            found[results] = results_page(
                world.name, shipped[world.name], notes=notes, figures=figures_to_read(world),
                references=_references(world.name),
            )  # fmt: skip
        picture = f"docs/pictures/{world.name}.png"
        found[f"docs/worlds/{world.name}.md"] = world_page(
            world,
            picture=f"../pictures/{world.name}.png" if (PROJECT / picture).is_file() else None,
            results=f"../results/{world.name}.md" if results else None,
        )
    found |= _generalists(built) | _beside_sumo() | _urb() | _of_highwayenv()
    found["README.md"] = _readme()
    return found


def _beside_sumo() -> dict[str, str]:
    """The page of what `crossplay sumo --table` found, if its file was put into docs/references."""
    from simulator.app.pages.sumo_page import sumo_page
    from simulator.interop.sumo.beside import read_runs

    runs = read_runs(PROJECT / "docs" / "references" / "sumo.json")
    notes = _read(PROJECT / "docs" / "notes" / "sumo.md")
    return {} if runs is None else {"docs/results/sumo.md": sumo_page(runs, notes)}


def _urb() -> dict[str, str]:
    """The page of what `crossplay urb --table` found, if its file was put into docs/references."""
    from simulator.app.pages.urb_page import urb_page
    from simulator.interop.urb.table import read_urb

    runs = read_urb(PROJECT / "docs" / "references" / "urb.json")
    notes = _read(PROJECT / "docs" / "notes" / "urb.md")
    return {} if runs is None else {"docs/results/urb.md": urb_page(runs, notes)}


def _of_highwayenv() -> dict[str, str]:
    """The page of what tests/tools/highwayenv.py found, if its file was put into docs/references."""
    from simulator.app.pages.highwayenv_page import highwayenv_page, read_highway_runs

    runs = read_highway_runs(PROJECT / "docs" / "references" / "highwayenv.json")
    notes = _read(PROJECT / "docs" / "notes" / "highwayenv.md")
    return {} if runs is None else {"docs/results/highwayenv.md": highwayenv_page(runs, notes)}


def _generalists(built: Sequence[World]) -> dict[str, str]:
    """A page for each shipped agent for several worlds that was measured in all of them."""
    import agents
    from agents.checkpoints.checkpoint import load_config
    from agents.checkpoints.generalist import read_generalist
    from agents.evaluation.card import train_command
    from simulator.app.pages.generalist_page import generalist_page
    from simulator.app.pages.results_page import read_shipped
    from simulator.engine.trial import figures_to_read

    found, figures = {}, {world.name: figures_to_read(world) for world in built}
    for name, folder in agents.generalists().items():
        several = read_generalist(folder)
        parts = {world: folder / world for world in (several.worlds if several else ())}
        if all((part / "report.json").is_file() for part in parts.values()):
            shipped = {
                world: read_shipped(part, name, train_command(load_config(part))) for world, part in parts.items()
            }
            notes = _read(PROJECT / "docs" / "notes" / f"{name}.md")
            found[f"docs/results/{name}.md"] = generalist_page(name, shipped, notes=notes, figures=figures)
    return found


def shipped_agents(world: str) -> list[Shipped]:
    """The shipped agents of a world that have a report of their own, those that are no references first."""
    import agents
    from agents.checkpoints.checkpoint import load_config
    from agents.evaluation.card import train_command
    from simulator.app.pages.results_page import read_shipped

    found = []
    for name, folder in agents.pretrained().items():
        config = load_config(folder)
        if config.world == world and (folder / "report.json").is_file():
            found.append(read_shipped(folder, name, train_command(config)))
    return found


def _references(world: str) -> dict[str, Any] | None:
    """What `crossplay references` found, if its file was put into docs/references.

    Raises:
        Refused: it holds something else.
    """
    import msgspec

    from simulator.app.pages.results_page import KeptReferences
    from simulator.interop.kept_runs import read_kept

    path, words = PROJECT / "docs" / "references" / f"{world}.json", "what `crossplay references` found"
    found: dict[str, Any] | None = read_kept(path, dict[str, Any], words)
    if found is None:
        return None
    try:
        msgspec.convert(found, KeptReferences)
    except msgspec.ValidationError as error:
        refuse(f"{path.name} is no file of {words}: {error}")
    return found


def _readme() -> str:
    """README with its table made anew."""
    import agents
    from simulator.app.pages.results_page import headline, read_shipped

    text = _read(PROJECT / "README.md")
    if OPENING not in text or CLOSING not in text:
        return text
    agent, role, split = HEADLINE
    report = read_shipped(agents.find(agent), agent, "").report
    cell = next(each for each in report["results"] if (each["role"], each["split"]) == (role, split))
    before, rest = text.split(OPENING, 1)
    return before + OPENING + "\n".join(headline(cell)) + "\n" + CLOSING + rest.split(CLOSING, 1)[1]


def _made() -> list[str]:
    """Pages that stand where only made ones belong."""
    return [
        str(path.relative_to(PROJECT).as_posix())
        for folder in ("worlds", "results")
        for path in sorted((PROJECT / "docs" / folder).glob("*.md"))
        if path.name not in BY_HAND
    ]


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""
