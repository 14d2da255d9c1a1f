"""Who sits where: the players of a live game, their memories and their thoughts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, cast

from simulator.engine.minds import Mind
from simulator.engine.player import Player
from simulator.engine.seats import read_spec
from simulator.engine.trial import SeatedPlayers

if TYPE_CHECKING:
    from simulator.engine import Simulation
    from simulator.engine.player import Recorder
    from worlds.world import World

HUMAN, BOT, LOADING = "human", "bot", "…"
Occupant = str | Player | Callable[[], Player] | None
"""Who sits in a seat: "human", "bot" (or "bot:…", which the simulation has been given already), a player, a callable
that loads one (run in the background while the world is visible already), or None: nobody, the seat stays as it is."""


Resume = Callable[[SeatedPlayers, Mapping[int, Player]], str]
"""Gives players, who have begun a trial, the memories of an earlier game (slow); what to say of it."""


class Table:
    """The seats of a world and who fills them.

    Raises:
        Refused: an unknown seat, or a word other than human and bot.
    """

    def __init__(self, world: World, seats: Mapping[str, Occupant], resume: Resume | None = None) -> None:
        self.world = world
        self.said = ""
        """How players got the memories of an earlier game."""
        self._resume, self._resumed = resume, False
        self._rebuilt: tuple[Resume, SeatedPlayers, str] | None = None  # what `load` made of memories
        self.humans: list[int] = []
        self.players: dict[int, Player] = {}
        self._loaders: dict[int, Any] = {}
        for name, occupant in seats.items():
            self._seat(world.seat_index(name), name, occupant)
        self.crew = SeatedPlayers({})
        """The players of the present trial."""
        self.thoughts: dict[int, Mind] = {}
        self._changed: set[int] = set()  # seats that changed hands while players are loaded
        self.bots: set[int] = set()
        """Seats that were given to bots in the middle of the game."""

    def _seat(self, seat: int, name: str, occupant: Occupant) -> None:
        if occupant == HUMAN:
            self.humans.append(seat)
        elif isinstance(occupant, str):
            read_spec(f"seat {name!r}", occupant, (HUMAN, BOT))
        elif hasattr(occupant, "act"):
            self.players[seat] = cast(Player, occupant)
        elif occupant is not None:
            self._loaders[seat] = occupant

    @property
    def loading(self) -> bool:
        """Whether players are still to be loaded."""
        return bool(self._loaders) or self._resume is not None

    def load(self) -> dict[int, Player]:
        """Load the players that are missing (slow: for a background thread); hand the result to `take_seats`."""
        loaded: dict[int, Player] = {}
        made: dict[int, Player] = {}
        resume, players = self._resume, dict(self.players)  # as it is now: who sits where may change meanwhile
        for seat, loader in list(self._loaders.items()):
            if id(loader) not in made:
                made[id(loader)] = loader()
            loaded[seat] = made[id(loader)]
        if resume is not None:
            crew = SeatedPlayers({**players, **loaded})
            crew.begin()
            self._rebuilt = resume, crew, resume(crew, {**players, **loaded})
        return loaded

    def take_seats(self, loaded: Mapping[int, Player]) -> None:
        """Seat the players that `load` gave, but for seats that somebody else was given meanwhile; and their memories,
        unless another trial was begun meanwhile.
        """
        wanted = {seat: player for seat, player in loaded.items() if seat in self._loaders}
        rebuilt, self._rebuilt = self._rebuilt, None
        if rebuilt is not None and rebuilt[0] is self._resume:
            _, self.crew, self.said = rebuilt
            self._resumed = True
            for seat in loaded.keys() - wanted.keys():
                self.crew.leave(seat)
            for seat in self._changed & self.players.keys():
                self.crew.join(seat, self.players[seat])
        self.players.update(wanted)
        self._loaders.clear()
        self._changed.clear()
        self._resume = None

    def reseat(self, seat: int, occupant: str | Player) -> None:
        """Somebody else sits there from now on: a human, the bot of the task, or a player, whose memory begins here."""
        if seat in self.humans:
            self.humans.remove(seat)
        self.players.pop(seat, None)
        self._loaders.pop(seat, None)
        self.bots.discard(seat)
        self.crew.leave(seat)
        self._changed.add(seat)
        self.thoughts.pop(seat, None)
        if occupant == HUMAN:
            self.humans.append(seat)
        elif occupant == BOT:
            self.bots.add(seat)
        else:
            self.players[seat] = cast(Player, occupant)
            self.crew.join(seat, self.players[seat])

    def begin(self) -> None:
        """Start a trial, or go on with the one whose memories were loaded."""
        self.thoughts.clear()
        if self._resumed:
            self._resumed = False
            return
        self._resume = None  # another trial begins: what is being remembered is of the one before
        self.crew = SeatedPlayers(self.players)
        self.crew.begin()

    def claim(self, simulation: Simulation, recorder: Recorder | None) -> None:
        """Take the seats of humans and players out of the hands of bots, and give the bots theirs."""
        for seat in self.bots.intersection(simulation.external):
            hand_over(simulation, recorder, seat, external=False)
        for seat in (*self.humans, *self.players, *self._loaders):
            if seat not in simulation.external:
                hand_over(simulation, recorder, seat, external=True)

    def who(self, seat: int, simulation: Simulation) -> str:
        """Who fills a seat, for people."""
        if seat in self.humans:
            return "you"
        if seat in self.players:
            player = self.players[seat]
            return f"agent:{player.name}" if getattr(player, "sha256", "") else player.name
        if seat in self._loaders:
            return LOADING
        return "bot" if seat not in simulation.external else "nobody"


def hand_over(simulation: Simulation, recorder: Recorder | None, seat: int, *, external: bool) -> None:
    """Give a seat to an external player or to its bot, and write that down."""
    simulation.drive(seat, external)
    if recorder is not None:
        recorder.control(simulation, "drive", seat=seat, external=external)
