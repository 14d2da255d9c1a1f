"""The page of one world, made from its declarations and its docstring."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from simulator.app.pages.declarations import describe
from simulator.app.pages.markdown import sections, table, title

if TYPE_CHECKING:
    from worlds.world import World

TOLD_ELSEWHERE = ("Version", "Who", "Actions", "Seen")
"""Sections that come with the tables they explain, or follow from the declarations."""
MOST_NAMES = 8  # that fit into a cell
_AUDIENCES = {"all": "both", "oracles": "oracles alone", "beliefs": "beliefs alone"}
PARTS = {"train": "training", "test": "test only", "final": "final only"}


def world_page(world: World, *, picture: str | None, results: str | None) -> str:
    """Markdown of a world's page; ``picture`` and ``results`` are links from it, where there are such files."""
    return "\n".join([*_head(world, picture, results), *_rules(world), *_tables(world), ""])


def index_page(built: Sequence[World]) -> str:
    """Markdown of the list of all worlds."""
    rows = [
        (f"[`{world.name}`]({world.name}.md)", title(world.page)[1].rstrip("."), _players(world), str(world.version))
        for world in built
    ]
    return "\n".join(
        [
            "# The worlds",
            "",
            "Each page tells the rules, what is hidden and what an agent sees; so does `crossplay worlds NAME`.",
            "",
            *table(("world", "goal", "seats", "version"), rows),
            "",
        ]
    )


def _head(world: World, picture: str | None, results: str | None) -> Iterator[str]:
    name, goal = title(world.page)
    yield f"# {name}"
    yield ""
    yield goal[:1].upper() + goal[1:]
    yield ""
    if picture is not None:
        yield f"![{name}]({picture})"
        yield ""
    yield f"`crossplay play {world.name}` plays it, `crossplay watch {world.name}` shows it."
    if results is not None:
        yield f"What agents reach here: [results]({results})."
    yield ""


def _rules(world: World) -> Iterator[str]:
    for name, words in sections(world.page).items():
        if name not in TOLD_ELSEWHERE:
            yield f"**{name}.** {words[:1].upper()}{words[1:]}"
            yield ""


def _tables(world: World) -> Iterator[str]:
    facts, told = describe(world), sections(world.page)
    episode = facts["decisions"] * facts["decision_seconds"]
    yield "## Seats and actions"
    yield ""
    yield (
        f"{told.get('Who', '')} An episode has {facts['decisions']} decisions of {facts['decision_seconds']:g} s "
        f"({episode:g} s); a trial has {facts['episodes']} episodes."
    ).strip()
    yield ""
    yield from table(
        ("seat", "role", "team"), [(seat["name"], seat["role"], str(seat["team"])) for seat in facts["seats"]]
    )
    yield ""
    yield from table(("action", "choices"), [(each["name"], ", ".join(each["choices"])) for each in facts["actions"]])
    yield ""
    yield "## Observation"
    yield ""
    yield f"{told.get('Seen', '')} {world.observation.total} numbers in all."
    yield ""
    yield from table(("piece", "at", "numbers"), _pieces(facts["observation"]))
    yield ""
    yield "## What the task hides"
    yield ""
    yield "An oracle is told these numbers; a belief is trained to name them."
    yield ""
    yield from _told(facts["told"])
    yield ""
    yield from _kinds(facts)
    yield "## Figures"
    yield ""
    yield "Measured in every episode, beside the return:"
    yield ""
    rows = [(f"`{figure['name']}`", f"of {figure['per']}") for figure in facts["figures"]]
    yield from table(("figure", "of"), [(name, per.removeprefix("of ")) for name, per in rows])
    yield ""
    yield f"Version {world.version}; the whole state of one world takes {facts['state_bytes']:,} bytes."


def _kinds(facts: dict[str, Any]) -> Iterator[str]:
    yield "## Layouts and bots"
    yield ""
    rows = [(f"`{each['name']}`", PARTS[each["split"]]) for each in facts["generators"]]
    yield from table(("layout", "used for"), rows)
    yield ""
    bots = [
        (each["role"], f"`{each['name']}`", PARTS[each["split"]], each["about"], _knobs(each["knobs"]))
        for each in facts["bots"]
    ]
    yield from table(("role", "bot", "used for", "what it does", "knobs"), bots)
    yield ""


def _knobs(knobs: Sequence[dict[str, Any]]) -> str:
    return ", ".join(f"{knob['name']} {knob['low']:g}–{knob['high']:g}{_kept(knob)}" for knob in knobs)


def _kept(knob: dict[str, Any]) -> str:
    """The regions of a knob that are kept from training."""
    regions = {"test": knob["held_out"], "final": knob["final"]}
    words = [f"{part} {region[0]:g}–{region[1]:g}" for part, region in regions.items() if region]
    return f" ({', '.join(words)})" if words else ""


def _pieces(rows: Sequence[dict[str, Any]]) -> list[tuple[str, str, str]]:
    return [(f"`{row['piece']}`", row["at"], str(row["size"])) for row in rows]


def _players(world: World) -> str:
    roles = list(dict.fromkeys(seat.role for seat in world.seats))
    return ", ".join(f"{sum(seat.role == role for seat in world.seats)} {role}" for role in roles)


def _told(facts: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """A table of what is told, with a column for whom where it is not always both."""
    rows = [(fact["fact"], fact["about"], _numbers(fact)) for fact in facts]
    if all(fact["told_to"] == "all" for fact in facts):
        return table(("fact", "about", "numbers"), rows)
    whom = [(*row, _AUDIENCES[fact["told_to"]]) for row, fact in zip(rows, facts, strict=True)]
    return table(("fact", "about", "numbers", "told to"), whom)


def _numbers(fact: Mapping[str, Any]) -> str:
    """How many numbers a told fact takes, and what each is of; the kinds of bots have a table of their own."""
    names = fact["of"] or ([] if fact["seat"] else fact["choices"])
    return f"{fact['size']}: {' · '.join(names)}" if 0 < len(names) <= MOST_NAMES else str(fact["size"])
