"""Self-play: frozen opponents, drawn anew for every trial: past selves of a run, invited agents, the task's bots."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from agents.networks.network import Network, Shape, draw, outline
from agents.training.component import (
    State,
    load_draws,
    load_module,
    load_pcg,
    matching,
    module_state,
    numbered,
    pcg_state,
)
from agents.training.opponents.invited import Opponent, Stranger, can_face
from agents.training.opponents.scores import Results
from agents.training.sampler import SeatSampler
from simulator.engine.checks import MOST
from simulator.engine.late import first_late
from simulator.engine.player import shown
from worlds.world import Refused, World

BOTS = -1
"""The number of the task's own bots; snapshots count from 0 up, invited agents from `INVITED` down."""
INVITED = -2


class Pool:
    """Frozen opponents by number. Snapshots of a network join as the run goes on; a full pool drops a random one, which
    lives on until no trial uses it.
    """

    def __init__(
        self, shape: Shape, world: World, roles: Sequence[str], *, size: int, seed: int, device: torch.device,
        invited: Sequence[Opponent | Stranger] = (), prioritised: bool = False,
    ) -> None:  # fmt: skip
        """Snapshots of networks of this ``shape`` that learn ``roles`` of the world, and the ``invited``.

        ``prioritised`` draws by `Results.weights`, the task's bots among the opponents; else the networks come equally
        often and the bots only where there is nobody else.
        """
        self.shape, self.size, self.device = shape, size, device
        self.world, self.roles, self.prioritised = world, tuple(roles), prioritised
        learners = [seat for seat, facts in enumerate(world.seats) if facts.role in roles]
        everybody = all(can_face(world, seat, roles) for seat in learners)
        self._alike = everybody and not invited and not prioritised
        """Whether all that may be met are snapshots, each in any seat with the same chance."""
        self.generator = np.random.Generator(np.random.PCG64(seed))
        self.invited = {INVITED - place: opponent for place, opponent in enumerate(invited)}
        self.networks: dict[int, Network] = {
            number: opponent.network for number, opponent in self.invited.items() if isinstance(opponent, Opponent)
        }
        self.drawn_from: list[int] = []
        """Numbers of the snapshots that new trials may draw."""
        self.taken = 0
        """Snapshots taken so far."""
        self.results = Results()
        self._drawn: dict[int, tuple[np.ndarray, np.ndarray]] = {}

    @property
    def width(self) -> int:
        """Numbers in the largest memory of a network that may sit here."""
        sitting = [outline(self.shape), *self.networks.values()]
        return max(network.state_size for network in sitting)

    def add(self, network: Network) -> None:
        """Take a snapshot."""
        if len(self.drawn_from) == self.size:
            self.drawn_from.pop(int(self.generator.integers(self.size)))
        self.put(self.taken, network.state_dict())
        self.drawn_from.append(self.taken)
        self.taken += 1
        self.weigh()

    def put(self, number: int, weights: dict[str, Tensor]) -> None:
        """Keep these weights as a snapshot."""
        copy = Network(self.shape).to(self.device)
        load_module(f"snapshot {number}", copy, weights)
        self.networks[number] = copy.eval().requires_grad_(False)

    def weigh(self) -> None:
        """From now on draw by the results known at this moment."""
        self._drawn.clear()

    def draw(self, seats: np.ndarray) -> np.ndarray:
        """Numbers of opponents (k,) for learners in these seats (k,)."""
        if self._alike:
            if not self.drawn_from:
                return np.full(len(seats), BOTS, np.int64)
            return self.generator.choice(np.array(self.drawn_from, np.int64), len(seats))
        points = self.generator.random(len(seats))
        chosen = np.empty(len(seats), np.int64)
        for seat in np.unique(seats):
            mine = seats == seat
            numbers, sums = self._of_seat(int(seat))
            place = np.searchsorted(sums, points[mine], side="right")
            chosen[mine] = numbers[np.minimum(place, len(numbers) - 1)]
        return chosen

    def _of_seat(self, seat: int) -> tuple[np.ndarray, np.ndarray]:
        """Whom a learner in this seat may meet, and their cumulated chances."""
        if seat not in self._drawn:
            numbers = self.against(seat)
            weights = np.full(len(numbers), 1.0 / len(numbers))
            if self.prioritised:
                weights = self.results.weights(self.world.seats[seat].role, numbers)
            self._drawn[seat] = np.array(numbers, np.int64), np.cumsum(weights)
        return self._drawn[seat]

    def against(self, seat: int) -> list[int]:
        """Numbers of the opponents that a learner in this seat may meet."""
        frozen = [*self.invited, *self.drawn_from]
        able = [number for number in frozen if can_face(self.world, seat, self.roles_of(number))]
        return [BOTS, *able] if self.prioritised or not able else able

    def roles_of(self, number: int) -> tuple[str, ...]:
        """The roles that an opponent sits in; the bots sit in all others."""
        if number == BOTS:
            return ()
        return self.invited[number].roles if number in self.invited else self.roles

    def names(self, every: int) -> dict[int, str]:
        """What opponents are called, with a snapshot every so many updates."""
        invited = {number: f"{INVITED - number:02d}-{opponent.name}" for number, opponent in self.invited.items()}
        snapshots = {number: f"update-{(number + 1) * every}" for number in self.drawn_from}
        return {BOTS: "bots", **invited, **snapshots}

    def drop_unused(self, used: set[int]) -> None:
        """Forget snapshots that neither new nor running trials can meet."""
        gone = {number for number in self.networks if number >= 0} - set(self.drawn_from) - used
        for number in gone:
            del self.networks[number]
        self.results.forget(gone)

    def state_dict(self) -> State:
        """The snapshots and which of them may be drawn, the generator of draws, and the results; of the invited the run
        keeps copies.
        """
        snapshots = {number: network for number, network in self.networks.items() if number not in self.invited}
        return {
            "snapshots": {str(number): module_state(network) for number, network in snapshots.items()},
            "drawn_from": np.array(self.drawn_from, np.int64), "taken": self.taken,
            "draws": pcg_state(self.generator), "results": self.results.state_dict(),
        }  # fmt: skip

    def load_state_dict(self, state: State) -> None:
        """Go on from a `state_dict`, see `component`."""
        found = matching("the pool", state, self.state_dict(), growing=("drawn_from",))
        snapshots, chosen = numbered("the pool of snapshots", found["snapshots"]), found["drawn_from"].tolist()
        if any(not 0 <= number < found["taken"] for number in snapshots):
            raise ValueError(f"the pool holds snapshots other than the {found['taken']} that were taken")
        if not set(chosen) <= set(snapshots) or len(set(chosen)) < len(chosen) or len(chosen) > self.size:
            raise ValueError(f"the pool draws from snapshots that it does not hold, or from more than {self.size}")
        self.networks = {number: network for number, network in self.networks.items() if number in self.invited}
        for number, weights in snapshots.items():
            self.put(number, weights)
        self.drawn_from, self.taken = chosen, found["taken"]
        load_pcg("the pool", self.generator, found["draws"])
        self.results.load_state_dict(found["results"])
        roles = {seat.role for seat in self.world.seats}
        if any(role not in roles or not self.knows(number) for role, number in self.results.known):
            raise ValueError("the pool has results of somebody unknown")
        self.weigh()

    def knows(self, number: int) -> bool:
        """Whether there is an opponent of this number."""
        return number == BOTS or number in self.networks or number in self.invited


class Rivals:
    """The players of lanes 1 … L − 1 in every world of a batch: in each trial one opponent, with a memory for each
    seat.

    They belong to the task: the same opponent throughout a trial, its memory kept from episode to episode. They never
    learn. Seats of roles that the opponent did not learn are left to the bots of the task.
    """

    def __init__(
        self, pool: Pool, batch: SeatSampler, episodes: int, seed: int, untold: Sequence[int] = ()
    ) -> None:  # fmt: skip
        """The rivals of a ``batch`` with trials of so many ``episodes``; ``untold`` as in `shown`."""
        self.pool, self.batch, self.first, self.untold = pool, batch, first_late(episodes), untold
        self.seats = batch.lanes
        """(N, L): the learner's seat, then the rivals'."""
        self.who = np.full(batch.n, BOTS, np.int64)
        """Number of the opponent in each world."""
        self.state = torch.zeros(batch.n, batch.L - 1, pool.width, device=pool.device)
        self.late = np.zeros((batch.n, 2))
        """(N, 2): number and sum of the learner's late returns in the present trial."""
        self.generator = torch.Generator().manual_seed(seed)
        strangers = [(number, facts) for number, facts in pool.invited.items() if isinstance(facts, Stranger)]
        self.strangers = {
            number: facts.player(int(np.random.SeedSequence([seed, place]).generate_state(1, np.uint64)[0] >> 1))
            for place, (number, facts) in enumerate(strangers)
        }
        """Players without a network by number; row (world, rival's lane) of each is lane world × (L − 1) + lane − 1."""

    def reset(self) -> None:
        """The batch was reset: every lane is external again, and all trials are new."""
        self.late[:] = 0.0
        for player in self.strangers.values():
            player.reset(self.seats[:, 1:].size)
        self._renew(np.arange(len(self.who)))

    def note(self, worlds: np.ndarray, episodes: np.ndarray, returns: np.ndarray) -> None:
        """Episodes with these indices in their trials ended in some worlds, with these returns of the learner (k,)."""
        late = episodes >= self.first
        self.late[worlds[late]] += np.stack([np.ones(late.sum()), returns[late]], axis=1)

    def begin(self, chosen: np.ndarray) -> None:
        """New trials have begun in the `chosen` (N,) worlds: draw who plays there and wipe the memories."""
        worlds = np.flatnonzero(chosen)
        if not len(worlds):
            return
        if self.pool.prioritised:
            for world in worlds:
                role = self.pool.world.seats[self.seats[world, 0]].role
                number, total = self.late[world]
                self.pool.results.note(role, int(self.who[world]), total / number)
        self.late[worlds] = 0.0
        self._renew(worlds)

    def _renew(self, worlds: np.ndarray) -> None:
        self.who[worlds] = self.pool.draw(self.seats[worlds, 0])
        self.state[torch.from_numpy(worlds).to(self.state.device)] = 0.0
        for world in worlds:
            self._seat(int(world))
        self.pool.drop_unused(set(self.who.tolist()))

    def _seat(self, world: int) -> None:
        """Hand a world's rival seats to their opponent, or back to the bots."""
        roles = self.pool.roles_of(int(self.who[world]))
        for seat in self.seats[world, 1:].tolist():
            self.batch.drive(world, seat, self.pool.world.seats[seat].role in roles)

    @torch.no_grad()
    def decide(self, actions: np.ndarray) -> None:
        """Write the rivals' actions into `actions` (N, L, K), lanes 1 onwards."""
        batch, device, sizes = self.batch, self.pool.device, self.pool.shape.actions
        count, lanes = len(self.who), batch.L - 1
        uniforms = torch.rand(count, lanes, len(sizes), generator=self.generator).to(device)
        for number in np.unique(self.who[self.who != BOTS]).tolist():
            worlds = np.flatnonzero(self.who == number)
            if number in self.strangers:
                places = (worlds[:, None] * lanes + np.arange(lanes)).ravel()
                seen = batch.observations[worlds, 1:].reshape(len(places), -1)
                chosen = self.strangers[number].act_in(places.tolist(), seen)
                actions[worlds, 1:] = chosen.reshape(len(worlds), lanes, -1)
                continue
            network = self.pool.networks[number]
            rows = torch.from_numpy(worlds).to(device)
            seen = shown(batch.observations[worlds, 1:], batch.told[worlds, 1:], network.shape.observation, self.untold)
            width = network.state_size
            memory = self.state[rows][..., :width].flatten(0, 1)
            self._forget(number, seen, memory)
            output = network.step(torch.from_numpy(seen.reshape(len(worlds) * lanes, -1)).to(device), memory)
            if not bool(torch.isfinite(output.outputs).all()):
                raise Refused(
                    f"opponent {self.pool.names(1).get(number, number)!r} decides with numbers that are not finite: "
                    "its weights are too large, leave it out"
                )
            legal = torch.from_numpy(batch.legal[worlds, 1:].reshape(len(worlds) * lanes, -1)).to(device)
            picked, _ = draw(output.outputs, legal, uniforms[rows].flatten(0, 1), sizes)
            self.state[rows, :, :width] = output.state.view(len(worlds), lanes, -1)
            actions[worlds, 1:] = picked.cpu().numpy().reshape(len(worlds), lanes, -1)

    def _forget(self, number: int, seen: np.ndarray, memory: torch.Tensor) -> None:
        """Blank what a blind opponent must not know when an episode begins, of what it sees (n, L − 1, O) and of its
        memory (n · (L − 1), S).
        """
        opponent = self.pool.invited.get(number)
        if not isinstance(opponent, Opponent) or opponent.begins < 0:
            return
        begins = seen[..., opponent.begins] > 0.0
        for column in opponent.carried:
            seen[begins, column] = 0.0
        memory[torch.from_numpy(begins.ravel()).to(memory.device)] = 0.0

    def state_dict(self) -> State:
        """Who plays where, what they remember, the results so far, the generator of draws, the strangers' matches."""
        return {
            "who": self.who.copy(), "state": self.state.clone(), "late": self.late.copy(),
            "draws": self.generator.get_state(),
            "matches": {str(number): player.coming() for number, player in self.strangers.items()},
        }  # fmt: skip

    def load_state_dict(self, state: State) -> None:
        """Go on from a `state_dict`, see `component`; the pool goes first, and the batch knows who drives the seats."""
        found = matching("the rivals", state, self.state_dict())
        if not all(self.pool.knows(number) for number in set(found["who"].tolist())):
            raise ValueError("the rivals are somebody unknown")
        if (found["late"][:, 0] < 0.0).any():
            raise ValueError("the rivals met a learner fewer than 0 times")
        ours = {str(number): np.zeros(self.seats[:, 1:].size, np.int64) for number in self.strangers}
        matches = matching("the rivals' matches", found["matches"], ours)
        for number, player in self.strangers.items():
            coming = matches[str(number)]
            if ((coming < 0) | (coming > MOST)).any():
                raise ValueError(f"the rivals' matches are none of 0 to {MOST}")
            player.go_on(coming)
        load_draws("the rivals", self.generator, found["draws"])
        self.who, self.late = found["who"], found["late"]
        self.state.copy_(found["state"])
