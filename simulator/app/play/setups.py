"""A set-up: all that decides a game, as plain data, and what can be chosen for it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from worlds.declarations import OPEN_SPLITS

if TYPE_CHECKING:
    from worlds.declarations import Bot, Knob
    from worlds.world import World

STEPS = 200  # of a slider, from the lowest to the highest value of a knob
SPLITS = (*OPEN_SPLITS, "validation")
"""That can be chosen in the window; `final` is for evaluations alone."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Setup:
    """A game before it begins."""

    world: str
    build: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    split: str = "train"
    seed: int = 0
    index: int = 0
    episodes: int = 0
    """Of a trial; 0: as many as the world says."""
    seats: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """Seat → spec of `simulator.engine.seats`; the task's own bots sit in all others."""
    devices: Mapping[str, int] = dataclasses.field(default_factory=dict)
    """Seat of a person → what plays it (see `simulator.app.play.people`)."""


@dataclasses.dataclass(frozen=True)
class Choice:
    """One player that may sit in a seat."""

    spec: str
    kind: str
    """person, drawn, random, bot or agent."""
    name: str = ""
    about: str = ""
    scores: tuple[float, ...] = ()
    """Of an agent: its mean return by episode, as its card says."""
    bot: Bot | None = None


def knob_value(knob: Knob, step: int) -> float:
    """The value of a slider's step."""
    return knob.low + (knob.high - knob.low) * min(max(step, 0), STEPS) / STEPS


def knob_step(knob: Knob, value: float) -> int:
    """The step nearest to a value."""
    width = knob.high - knob.low
    return min(max(round((value - knob.low) / width * STEPS), 0), STEPS) if width > 0.0 else 0


def bot_spec(bot: Bot, values: Mapping[str, float]) -> str:
    """The spec of a bot with all its knobs set, those that are not named to the middle of their range."""
    chosen = {knob.name: values.get(knob.name, (knob.low + knob.high) / 2.0) for knob in bot.knobs}
    knobs = ",".join(f"{name}={value!r}" for name, value in chosen.items())
    return f"bot:{bot.name}" + (f":{knobs}" if knobs else "")


def knobs_of(spec: str) -> dict[str, float]:
    """The knobs that a bot's spec names; those that are no numbers are left out."""
    found: dict[str, float] = {}
    for part in filter(None, spec.partition(":")[2].partition(":")[2].split(",")):
        name, _, number = part.partition("=")
        try:
            found[name] = float(number)
        except ValueError:
            continue
    return found


def choices(world: World, seat: int, agents: Sequence[Choice] = ()) -> list[Choice]:
    """Who may sit in a seat. Bots that are kept for the very end are left out: nobody looks at them."""
    role = world.seats[seat].role
    bots = [bot for bot in world.bots_of(role) if bot.split != "final"]
    return [
        Choice("human", "person"),
        Choice("bot", "drawn"),
        *agents,
        *(Choice(bot_spec(bot, {}), "bot", bot.name, bot.about, bot=bot) for bot in bots),
        Choice("random", "random"),
    ]


def chosen(options: Sequence[Choice], spec: str) -> int:
    """Which of the choices a spec is; of a bot its kind decides, not its knobs. −1: none of them."""
    head = ":".join(spec.split(":")[:2])
    return next((at for at, option in enumerate(options) if ":".join(option.spec.split(":")[:2]) == head), -1)


def generators_of(world: World, split: str) -> list[str]:
    """The layouts that tasks of a split are drawn from."""
    part = "test" if split in ("test-layout", "test-both") else "train"
    return [each.name for each in world.generators if each.split == part]


def agents_for(world: World, seat: int) -> list[Choice]:
    """The shipped agents that fit a seat, with what their cards say."""
    import agents
    from agents.checkpoints.fitting import knows_layout
    from simulator.app.play.seating import facts_of

    found = []
    for name, folder in agents.pretrained().items():
        facts = facts_of(folder)
        role = world.seats[seat].role
        fits = facts.world == world.name and role in facts.roles and knows_layout(facts, world)
        if fits and not facts.reveal:
            found.append(Choice(f"agent:{name}", "agent", name, scores=tuple(facts.scores.get(role, ()))))
    return found


def resettled(setup: Setup, world: World, options: Sequence[Sequence[Choice]]) -> tuple[Setup, list[str]]:
    """A set-up in the world as it is built now, ``options`` by seat: seats that are still there keep who sits in them,
    and a person whose seat is gone gets the first one. And the seats whose player does not play this build.
    """
    kept: dict[str, str] = {}
    lost: list[str] = []
    for seat, offered in zip(world.seats, options, strict=True):
        spec = setup.seats.get(seat.name, "")
        if spec.split(":")[0] in ("bot", "agent") and chosen(offered, spec) < 0:
            lost.append(seat.name)
        elif spec:
            kept[seat.name] = spec
    if _people(setup.seats) and not _people(kept):
        kept = {
            world.seats[0].name: "human",
            **{name: spec for name, spec in kept.items() if name != world.seats[0].name},
        }
    devices = {name: device for name, device in setup.devices.items() if name in kept}
    return dataclasses.replace(setup, seats=kept, devices=devices, index=0), lost


def _people(seats: Mapping[str, str]) -> bool:
    return any(spec.split(":")[0] == "human" for spec in seats.values())
