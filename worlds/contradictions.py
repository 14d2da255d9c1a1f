"""What contradicts itself in a world's declarations, beyond the kind of each alone."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from worlds.declarations import CAUSE_KINDS, PARTS, RUNNING, Bot, Bots, Generator, Numbers, OneHot, Refused, Shares

if TYPE_CHECKING:
    from worlds.world import World


def contradiction(world: "World") -> str | None:
    """The first contradiction in words; None where there is none."""
    return next((told for told in _contradictions(world) if told), None)


def _contradictions(world: "World") -> Iterator[str | None]:
    yield None if world.name.isidentifier() else f"the name must be an identifier, not {world.name!r}"
    yield _unlike_record(world)
    if strangers := sorted({bot.role for bot in world.bots} - {seat.role for seat in world.seats}):
        yield f"bots play roles {strangers} that no seat has"
    if world.causes[:1] != (RUNNING,) or any(cause.kind not in CAUSE_KINDS[1:] for cause in world.causes[1:]):
        yield f"causes start with running and then are {CAUSE_KINDS[1:]}"
    yield _unsplit(world)
    yield _unlike_told(world)
    if (world.things > 0) != ("things" in world.observation.at):
        yield f'it has {world.things} things to name: declare their number and a piece "things", or neither'
    yield _misdescribed(world)
    named = {
        "seats": [seat.name for seat in world.seats], "actions": [action.name for action in world.actions],
        "figures": world.figure_names,
    }  # fmt: skip
    for what, names in named.items():
        if len(set(names)) < len(names):
            yield f"two of its {what} have one name: {', '.join(names)}"
    if [figure.per for figure in world.figures] != sorted((figure.per for figure in world.figures), reverse=True):
        yield "figures of the world come before those of each seat"
    if world.view.closeup < 0.0:
        yield f"closeup is a number of metres, not {world.view.closeup:g}"
    yield _unlike_given(world)
    timing = world.timing
    if timing.tick <= 0.0 or min(timing.ticks_per_decision, timing.decisions, timing.episodes) < 1:
        yield "tick, ticks_per_decision, decisions and episodes of its timing must be above 0"


def _misdescribed(world: "World") -> str | None:
    """Choices that no piece of the observation describes, block by block."""
    if not world.described:
        return None
    if world.described not in world.observation.at:
        return f"its choices are described by {world.described!r}, which is no piece of its observation"
    size, choices = world.observation.sizes[world.described], world.action_sizes
    if len(choices) != 1 or size % choices[0]:
        return f"its choices are described by {size} numbers: it takes one action, and as many for each of its choices"
    return None


def _unlike_record(world: "World") -> str | None:
    try:
        _ = world.record
    except Refused as error:
        return str(error)
    return None


def _unlike_given(world: "World") -> str | None:
    """What is given lies in fields of the state, and within their ranges."""
    for name, values in world.given.items():
        if name not in world.state:
            return f"it is given {name!r}, which is no field of its state"
        each = world.state[name]
        if values.shape != each.shape:
            return f"it is given {name!r} of shape {values.shape}: the field has {each.shape}"
        if values.size and not (each.low <= values.min() and values.max() <= each.high):  # false for what is no number
            return f"it is given {name!r} from {values.min()} to {values.max()}: allowed is {each.low} to {each.high}"
    return None


def _unsplit(world: "World") -> str | None:
    """What keeps the engine from drawing tasks of every split."""
    kinds: tuple[Generator | Bot, ...] = (*world.generators, *world.bots)
    for kind in kinds:
        if kind.split not in PARTS:
            return f"{kind.name!r} belongs to split {kind.split!r}: use train, test or final"
    for part in ("train", "test"):
        if not any(each.split == part and each.weight > 0.0 for each in world.generators):
            return f"no generator is for {part}: declare one with split={part!r} and a weight above 0"
    for role in dict.fromkeys(seat.role for seat in world.seats):
        bots = world.bots_of(role)
        if not any(bot.split == "train" for bot in bots):
            return f"no bot plays {role} in training: declare one"
        if not any(bot.split == "test" or any(knob.held_out for knob in bot.knobs) for bot in bots):
            return f"no bot of role {role} is kept for testing: declare one with split='test', or hold out a knob"
        if problem := _unlike_final(world, role, bots):
            return problem
    return None


def _unlike_final(world: "World", role: str, bots: tuple[Bot, ...]) -> str | None:
    """What is wrong with the final bots of a role, or with there being none."""
    for bot, after in zip(bots, bots[1:], strict=False):
        if bot.split == "final" != after.split:
            return f"final bot {bot.name!r} stands before {after.name!r}: final ones come last in their role"
    for knob in (knob for bot in bots for knob in bot.knobs if knob.final):
        low, high = knob.final or (0.0, 0.0)
        if not (low < high and (high <= knob.low or low >= knob.high)):
            return f"the final range of knob {knob.name!r} is {low:g} to {high:g}: it lies outside its usual range"
    has_bot = any(
        bot.split == "final" or (bot.split == "train" and any(knob.final for knob in bot.knobs)) for bot in bots
    )
    if has_bot and not world.has_final:
        return "bots are final and no generator is: declare one with split='final'"
    if world.has_final and not has_bot:
        return f"a generator is final and no bot of role {role} is: declare one, or a knob's final range"
    return None


def _unlike_told(world: "World") -> str | None:
    names = [told.name for told in world.told]
    if len(set(names)) < len(names):
        return f"two of its told facts have one name: {', '.join(names)}"
    for told in world.told:
        if told.about not in ("opponents", "layout"):
            return f"told fact {told.name!r} is about {told.about!r}: use opponents or layout"
        if isinstance(told, OneHot) and len(told.choices) < 2:
            return f"told fact {told.name!r} has {len(told.choices)} names: it takes 2 or more"
        if isinstance(told, Numbers | Shares) and len(told.of) not in (0, told.size):
            return f"told fact {told.name!r} has {told.size} numbers of {len(told.of)} things: name each or none"
        if isinstance(told, Bots) and len(world.seats) < 2:
            return f"told fact {told.name!r} names the bots of other seats, and there are none"
    return None
