"""Who takes part in an evaluation: checkpoints, references, and players of the seats that the learner does not take."""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from msgspec import UNSET, UnsetType

from agents.checkpoints.fitting import built_as_asked
from agents.evaluation.results import BASELINE, Source
from agents.players.seated import MADE, player_of
from agents.settings.evaluate import EvaluateSettings
from simulator.engine.seats import given, read_seats, read_spec, refuse_final_bots
from worlds.world import Refused, World

MEASURED = ("bot", *MADE)
"""Kinds of players that may have the seats that the learner does not take."""
SAME_CHECKPOINT = dict.fromkeys(("agent", "wiped", "shuffled", "foreign"), "agent")


@dataclass(frozen=True)
class Lineup:
    """Everyone who plays."""

    settings: EvaluateSettings
    world: World
    players: dict[str, list[Any]]
    """By agent, blind, oracle: one player per checkpoint."""
    guests: dict[int, Callable[[], Any]]
    """Makers of players for the seats that ``settings.seats`` takes from the task's bots."""
    bots: dict[str, str]
    """Seats whose bot is chosen by the settings."""
    sources: tuple[Source, ...]
    together: bool
    """Whether the learner takes all seats of its role at once, as it did in training."""

    @property
    def in_part(self) -> bool:
        """Whether the agent is one for several worlds."""
        config = self.players["agent"][0].config
        return not isinstance(getattr(config, "shared", UNSET), UnsetType)

    def baselines(self, role: str) -> tuple[str, ...]:
        """Specs of the bots to measure in a role."""
        asked, final = self.settings.baselines, "final" in self.settings.splits
        every = tuple(bot.name for bot in self.world.bots_of(role) if final or bot.split != "final")
        return every if asked == ("all",) else tuple(spec.removeprefix(BASELINE) for spec in asked)

    def plain(self, role: str) -> tuple[str, ...]:
        """The conditions to measure, baselines apart, in the order of the report."""
        return tuple(name for name in self.settings.measured if name != "foreign" or self.meets_others(role))

    def measured(self, role: str) -> tuple[str, ...]:
        """The conditions to measure, in the order of the report."""
        return (*self.plain(role), *(BASELINE + spec for spec in self.baselines(role)))

    def meets_others(self, role: str) -> bool:
        """Whether a task draws anybody beside the learner of a role: bots, or drivers without a seat."""
        free = [seat for seat in self.world.seats if seat.name not in self.settings.seats]
        mine = sum(seat.role == role for seat in free) if self.together else 1
        return bool(self.world.population) or len(free) > mine

    def of(self, condition: str, split: str) -> list[Any]:
        """The players of a condition; references trained on this very split go before those trained on `train`."""
        players = self.players.get(SAME_CHECKPOINT.get(condition, condition), [])
        own = [player for player in players if player.train_split == split]
        return own or [player for player in players if player.train_split == "train"]

    def runs(self, role: str, split: str) -> int:
        """Batches of trials that one role takes on a split."""
        each = {"foreign": 2}  # one of them forms the memory
        plain = sum(
            each.get(name, 1) * (len(self.of(name, split)) or int(name in ("random", "bot")))
            for name in self.plain(role)
        )
        return plain + len(self.baselines(role))


def line_up(settings: EvaluateSettings) -> Lineup:
    """Load everyone.

    Raises:
        Refused: no checkpoint, one that does not fit the first one's world, or one of the wrong kind.
    """
    if not settings.checkpoint:
        raise Refused("nothing to evaluate: name at least one checkpoint")
    players = {kind: [load_player(path, settings) for path in getattr(settings, kind)] for kind in ("blind", "oracle")}
    players["agent"] = [load_player(path, settings) for path in settings.checkpoint]
    first = players["agent"][0]
    world = built_as_asked(first.world_name, first.build_args, settings.build)
    if settings.world not in ("", world.name):
        raise Refused(f"world is {settings.world!r}: checkpoint {settings.checkpoint[0]!r} learned {world.name!r}")
    for kind, members in players.items():
        for player, path in zip(members, _paths(settings, kind), strict=True):
            _check_kind(player, path, kind)
            player.check(world, True)
    episodes = settings.episodes or getattr(players["agent"][0], "episodes", 0) or world.timing.episodes
    settings = dataclasses.replace(settings, episodes=episodes)
    guests, bots = _read_seats(world, settings)
    read_seats(world, bots)
    _keep_final(world, bots, settings)
    sources = tuple(
        Source.of(kind, path, player)
        for kind in ("agent", "blind", "oracle")
        for path, player in zip(_paths(settings, kind), players[kind], strict=True)
    )
    return Lineup(settings, world, players, guests, bots, sources, _learned_together(players, settings))


def _learned_together(players: dict[str, list[Any]], settings: EvaluateSettings) -> bool:
    found = {
        path: getattr(player, "together", False)
        for kind, members in players.items()
        for player, path in zip(members, _paths(settings, kind), strict=True)
    }
    if len(set(found.values())) > 1:
        alone = ", ".join(path for path, together in found.items() if not together)
        raise Refused(f"some checkpoints learned in all seats together, but not {alone}: evaluate the two kinds apart")
    return any(found.values())


def _paths(settings: EvaluateSettings, kind: str) -> tuple[str, ...]:
    return settings.checkpoint if kind == "agent" else getattr(settings, kind)


def load_player(path: str, settings: EvaluateSettings) -> Any:
    """The player of a checkpoint, sampling by the evaluation's seed."""
    from agents import load

    return load(path, world=settings.world, device=settings.device, seed=settings.seed, sample=not settings.greedy)


def _guest(path: str, settings: EvaluateSettings, world: str) -> Any:
    player = load_player(path, dataclasses.replace(settings, world=world))
    _check_kind(player, path, "agent")
    return player


def _check_kind(player: Any, path: str, kind: str) -> None:
    reference = player.reference or "agent"
    if reference != kind:
        raise Refused(f"checkpoint {path!r} is of kind {reference!r}: it cannot be measured as {kind!r}")


def _read_seats(world: World, settings: EvaluateSettings) -> tuple[dict[int, Callable[[], Any]], dict[str, str]]:
    """Players and bots that the settings put into seats other than the learner's."""
    guests: dict[int, Callable[[], Any]] = {}
    bots: dict[str, str] = {}
    for name, text in settings.seats.items():
        seat = world.seat_index(name)
        whose = f"seat {name!r}"
        spec = read_spec(whose, text, MEASURED)
        with given(whose, text):
            if spec.kind == "bot":
                bots[name] = text
                continue
            seed = settings.seed + 1 + seat if spec.kind == "random" else settings.seed
            guests[seat] = partial(
                player_of,
                world,
                spec,
                seed=seed,
                episodes=settings.episodes,
                load=partial(_guest, settings=settings, world=world.name),
            )
            guests[seat]()  # now, so that a wrong one is refused at the start
    return guests, bots


def roles_of(lineup: Lineup) -> tuple[str, ...]:
    """The roles to measure, in the order of the seats: those that all checkpoints learned."""
    world, settings = lineup.world, lineup.settings
    known = tuple(dict.fromkeys(seat.role for seat in world.seats))
    members = [player for players in lineup.players.values() for player in players]
    learned = tuple(role for role in known if all(role in player.config.roles for player in members))
    for role in settings.roles:
        if role not in known:
            raise Refused(f"unknown role {role!r} in world {world.name!r}: choose from {', '.join(known)}")
        if role not in learned:
            raise Refused(
                f"role {role!r} was not learned by all checkpoints: they share {', '.join(learned) or 'none'}"
            )
    if not learned:
        raise Refused("the checkpoints share no role: evaluate those of one role together")
    chosen = tuple(role for role in learned if role in (settings.roles or learned))
    for role in chosen:
        for spec in lineup.baselines(role):
            seats = {learner.name: BASELINE + spec for learner in world.seats if learner.role == role}
            read_seats(world, seats)
            _keep_final(world, seats, settings)
        if not measured_seats(world, role, settings):
            raise Refused(f"no seat of role {role!r} is left for the learner: give fewer of them to others")
    return chosen


def _keep_final(world: World, seats: dict[str, str], settings: EvaluateSettings) -> None:
    """Let final kinds of bots play only where the use of final is written down."""
    if "final" not in settings.splits:
        refuse_final_bots(world, seats, "name that with --splits, and this use of it is written into the agent's card")


def measured_seats(world: World, role: str, settings: EvaluateSettings) -> list[int]:
    """Seats of a role that the settings give to nobody else."""
    return [i for i, seat in enumerate(world.seats) if seat.role == role and seat.name not in settings.seats]
