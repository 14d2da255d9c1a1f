"""One training run: its worlds, network, collector and learner, joined; and its state, to the last random bit."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch

from agents.checkpoints.description import described_in
from agents.networks import memories
from agents.networks.belief import BeliefShape
from agents.networks.network import Network, Shape
from agents.players.checkpoint_player import CARRIED, pick_device
from agents.settings.train import TrainSettings, complete
from agents.training.collector import MetaCollector
from agents.training.component import Component, State, matching
from agents.training.crew import Crew
from agents.training.curriculum import Curriculum
from agents.training.finetune import FineTune
from agents.training.footprint import needed, refuse_too_large
from agents.training.group import Group
from agents.training.maml import MAML, AdaptingCollector
from agents.training.meta_ppo import MetaPolicy, MetaPPO
from agents.training.opponents.invited import Stranger, can_face, invite, take_over
from agents.training.opponents.selfplay import Pool, Rivals
from agents.training.rollout import Rollout
from agents.training.taste import Taste, refuse_unknown_tastes
from simulator.engine import Batch
from simulator.engine.batch import input_pieces, told_pieces
from worlds.world import Bots, Refused, World

# Numbers that separate the random streams of one seed.
WEIGHTS, DRAWS, POOL, RIVALS, TASKS = 1, 2, 3, 4, 5
LONGEST_CONTEXT = 512
"""Of a transformer that is not told how far to look back; the cache of each lane grows with it."""


def stream(seed: int, purpose: int) -> int:
    """A seed of its own for each purpose."""
    return int(np.random.SeedSequence([seed, purpose]).generate_state(1, np.uint64)[0] >> 1)


def learner_seats(world: World, roles: tuple[str, ...]) -> list[int]:
    """Seats to learn in, in the order in which worlds take them: roles by turns, so that each gets an equal share.

    Raises:
        Refused: a role that the world does not have.
    """
    known = tuple(dict.fromkeys(seat.role for seat in world.seats))
    for role in roles:
        if role not in known:
            raise Refused(f"unknown role {role!r} in world {world.name!r}: choose from {', '.join(known)}")
    by_role = [
        [i for i, seat in enumerate(world.seats) if seat.role == role] for role in known if role in (roles or known)
    ]
    rounds = int(np.lcm.reduce([len(seats) for seats in by_role]))
    return [seats[turn % len(seats)] for turn in range(rounds) for seats in by_role]


def _context(settings: TrainSettings, world: World) -> int:
    """Decisions that a transformer looks back; 0 for other memories."""
    if settings.network.memory != "transformer" or settings.learning.algorithm != "rl2":
        return 0
    return settings.network.context or min(settings.trial.episodes * world.timing.decisions, LONGEST_CONTEXT)


class Run:
    """Everything that a training run consists of."""

    def __init__(self, settings: TrainSettings, world: World, kept: Path | None = None) -> None:
        """A run from its beginning; ``kept`` is the folder of a run that goes on, with copies of the agents it met."""
        settings = complete(settings, world)
        self.settings, self.world = settings, world
        network, learning, rivals = settings.network, settings.learning, settings.opponents
        refuse_unknown_tastes(learning.taste, world)
        self.untold = self._untold()
        self.device = pick_device(settings.run.device)
        testing = settings.run.kept_for_testing
        self.opponents = invite(rivals.met, world, self.device, settings.trial.episodes, kept, testing)
        self._refuse_idle_opponents()
        self.crew = Crew(1 if self.device.type == "cuda" else settings.run.threads)
        self.layout = world.observation + input_pieces(world)
        if settings.trial.reference == "oracle":
            self.layout = self.layout + told_pieces(world)
        belief = BeliefShape.of(world) if learning.belief > 0.0 else None
        if learning.algorithm != "rl2":
            self.layout = world.observation  # without a memory nothing is seen of what was done before
        self.shape = Shape(
            observation=self.layout.total, actions=world.action_sizes, encoder=network.encoder, hidden=network.hidden,
            memory=network.memory if learning.algorithm == "rl2" else memories.NONE,
            context=_context(settings, world), acted=self._acted(), described=self._described(), **self._rows(),
            belief=belief, precision=network.precision,
        )  # fmt: skip
        self.steps_each = learning.rollout or settings.trial.episodes * world.timing.decisions
        self._refuse_unfinished_matches()
        batches = self._batches()
        weights = torch.Generator().manual_seed(stream(settings.run.seed, WEIGHTS))
        self.network = Network(self.shape, weights).to(self.device)
        if network.compile:
            self.network.compile_unrolling()
        if network.start and kept is None:
            take_over(network.start, self.network, world, testing)
        self.policy = MetaPolicy(self.network)
        self.algorithm = _algorithm(self.policy, settings, self.crew)
        self.pool = Pool(
            self.shape, world, settings.world.roles or [seat.role for seat in world.seats], size=rivals.snapshots,
            seed=stream(settings.run.seed, POOL), device=self.device, invited=self.opponents,
            prioritised=rivals.self_play_draw == "prioritised",
        )  # fmt: skip
        sizes, at = world.action_sizes, self.layout.at
        carried = [column for name in CARRIED if name in at for column in range(at[name].start, at[name].stop)]
        self.rollout = Rollout(
            self.steps_each, learning.lanes, self.shape.seen, sizes, self.network.state_size, self.device,
            told=belief.told if belief else 0,
        )  # fmt: skip
        if network.compile:
            self._try_compiled()
        self.collector = self._collector(self._groups(batches), carried)

    def _untold(self) -> list[int]:
        """Columns of what is told that this run's oracle is not told.

        Raises:
            Refused: it would be told nothing.
        """
        world, tell = self.world, self.settings.trial.tell
        if self.settings.trial.reference != "oracle":
            return []
        places = [world.told_pieces.at[name] for name in world.untold(tell)]
        found = [column for at in places for column in range(at.start, at.stop)]
        if tell != "all" and len(found) == world.told_pieces.total:
            raise Refused(f"tell is {tell!r}: world {world.name!r} hides nothing that is about it, so choose all")
        return found

    def _try_compiled(self) -> None:
        """Compile now for what a minibatch will look like: a refusal must come before there is a folder."""
        learning, seen = self.settings.learning, self.shape.seen
        lanes = -(-learning.lanes // learning.minibatches)
        observations = torch.randn(self.steps_each, lanes, seen, generator=torch.Generator().manual_seed(0))
        resets = torch.zeros(self.steps_each, lanes, dtype=torch.uint8, device=self.device)
        self.network.unroll(observations.to(self.device), self.network.initial(lanes), resets)

    def _rows(self) -> dict[str, Any]:
        """What a ledger keeps rows for.

        Raises:
            Refused: the world names nothing.
        """
        memory = self.settings.network.memory
        if memory not in memories.FILING or self.settings.learning.algorithm != "rl2":
            return {}
        if not self.world.things:
            raise Refused(
                f"memory is {memory!r}: world {self.world.name!r} names no things for its rows, choose another"
            )
        at = self.layout.at["things"]
        return {"things": self.world.things, "named": (at.start, at.stop), "noted": self.world.noted}

    def _acted(self) -> int:
        """Where the previous action begins, for those who must know it."""
        if self.settings.learning.algorithm != "rl2":
            return 0
        filing = self.settings.network.memory in memories.SCORING
        return self.layout.at["previous_action"].start if filing or self.world.described else 0

    def _described(self) -> tuple[int, int]:
        """Where the choices are described, if they are and the memory does not judge them itself."""
        filing = self.settings.learning.algorithm == "rl2" and self.settings.network.memory in memories.SCORING
        return described_in(self.world) if not filing else (0, 0)

    def _collector(self, groups: list[Group], carried: list[int]) -> MetaCollector:
        settings, algorithm, at = self.settings, self.algorithm, self.world.told_pieces.at
        bots = [at[told.name] for told in self.world.told if isinstance(told, Bots)]
        make: Any = MetaCollector
        if isinstance(algorithm, MAML):
            make = partial(AdaptingCollector, adaptation=algorithm.adaptation)
        found: MetaCollector = make(
            self.policy, groups, self.rollout, episodes=settings.trial.episodes,
            seed=stream(settings.run.seed, DRAWS), crew=self.crew, forget_episodes=settings.trial.reference == "blind",
            carried=carried, horizon=algorithm.settings.trial.horizon,
            told_bots=bots[0] if bots else slice(0, 0),
        )  # fmt: skip
        return found

    def _refuse_idle_opponents(self) -> None:
        """Refuse agents that could sit against no learner of this run.

        Raises:
            Refused: names the agent and what it learned.
        """
        seats = learner_seats(self.world, self.settings.world.roles)
        for opponent in self.opponents:
            if not any(can_face(self.world, seat, opponent.roles) for seat in seats):
                raise Refused(
                    f"agent {opponent.name!r} learned {', '.join(opponent.roles)} and sits against no learner of "
                    f"{', '.join(dict.fromkeys(self.world.seats[seat].role for seat in seats))} in "
                    f"{self.world.name!r}: choose other --roles, or an agent of the other side"
                )

    def _refuse_unfinished_matches(self) -> None:
        """Refuse rollouts that end within a trial of a player without a network: its memory cannot be saved.

        Raises:
            Refused: names the rollout and the trial.
        """
        trial = self.settings.trial.episodes * self.world.timing.decisions
        strangers = [opponent.name for opponent in self.opponents if isinstance(opponent, Stranger)]
        if strangers and self.steps_each % trial:
            raise Refused(
                f"rollout is {self.steps_each}: against {strangers[0]} it takes whole trials, 0 or a multiple of "
                f"{trial}"
            )

    def _batches(self) -> list[Batch]:
        """Worlds with bots only, and worlds in which every other seat may be a past self; or all seats learn.

        Raises:
            Refused: they, and what is learned from them, do not fit into memory.
        """
        tables = self._seat_tables()
        sizes = [(len(table), table.shape[1]) for _, table in tables]
        parts = needed(self.settings, self.world, self.shape, sizes, self.steps_each)
        refuse_too_large(parts, self.settings, self.device)
        return [self._batch(first, table) for first, table in tables]

    def _seat_tables(self) -> list[tuple[int, np.ndarray]]:
        """Of every batch: the index of its first world, and the seats (N, L) of its lanes."""
        settings, count, total = self.settings, len(self.world.seats), self.settings.learning.lanes
        if settings.opponents.together:
            if total % count:
                raise Refused(
                    f"lanes is {total}: where all {count} seats of {self.world.name!r} learn together it is a multiple "
                    f"of {count}, such as {-(-total // count) * count}"
                )
            return [(0, np.tile(np.arange(count), (total // count, 1)))]
        seats = np.array(learner_seats(self.world, settings.world.roles))
        mine = seats[np.arange(total) % len(seats)]
        share = 1.0 if settings.opponents.exploit else settings.opponents.self_play
        rivals = round(share * total) if count > 1 else 0
        with_bots = total - rivals
        return [
            (first, (mine[first : first + number, None] + np.arange(lanes)) % count)  # the learner's seat comes first
            for first, number, lanes in ((0, with_bots, 1), (with_bots, rivals, count))
            if number
        ]

    def _batch(self, first: int, lanes: np.ndarray) -> Batch:
        """Worlds from the index ``first`` on, with these seats (number, L) as lanes."""
        settings = self.settings
        return Batch(
            self.world, len(lanes), split=settings.world.split, episodes_per_trial=settings.trial.episodes,
            threads=settings.run.threads, seed=settings.run.seed, first_index=first, lanes=lanes, inputs=True,
            reveal=settings.trial.reference == "oracle" or settings.learning.belief > 0.0,
        )  # fmt: skip

    def _groups(self, batches: list[Batch]) -> list[Group]:
        roles, start, groups = [seat.role for seat in self.world.seats], 0, []
        worlds = sum(batch.n for batch in batches)
        for batch in batches:
            rivals = None
            if batch.L > 1 and not self.settings.opponents.together:
                seed = stream(self.settings.run.seed, RIVALS)
                rivals = Rivals(self.pool, batch, self.settings.trial.episodes, seed, self.untold)
            taste = self._taste(batch, roles)
            groups.append(Group(batch, start, roles, rivals, self._curriculum(batch, worlds), self.untold, taste))
            start += groups[-1].count
        return groups

    def _taste(self, batch: Batch, roles: list[str]) -> Taste | None:
        """Who pays the learners of a batch; None where the world does."""
        settings = self.settings
        if not settings.learning.taste:
            return None
        each = batch.L if settings.opponents.together else 1
        mine = [roles[seat] for seat in batch.lanes[:, :each].ravel()]
        return Taste(settings.learning.taste, self.world, batch, mine, settings.trial.episodes)

    def _curriculum(self, batch: Batch, worlds: int) -> Curriculum | None:
        """What draws the tasks of a batch, one of several with so many worlds; None where they come by themselves."""
        settings = self.settings
        if settings.curriculum.kind == "none":
            return None
        return Curriculum(
            batch, episodes=settings.trial.episodes, size=round(settings.curriculum.tasks * batch.n / worlds),
            fresh=settings.curriculum.fresh, seed=stream(stream(settings.run.seed, TASKS), batch.first_index),
        )  # fmt: skip

    def close(self) -> None:
        """Stop the threads."""
        self.crew.close()

    def _parts(self) -> dict[str, Component]:
        """In the order in which they go on: rivals ask the pool who they are."""
        return {"learner": self.algorithm, "pool": self.pool, "collector": self.collector}

    def state_dict(self) -> State:
        """All that decides the updates to come; the rollout must be empty."""
        return {name: part.state_dict() for name, part in self._parts().items()}

    def load_state_dict(self, state: State) -> None:
        """Continue from the state of a run with the same settings.

        Raises:
            ValueError: it is no such state; names the part. The run is of no use afterwards.
        """
        found = matching("the run", state, {name: {} for name in self._parts()})
        for name, part in self._parts().items():
            part.load_state_dict(found[name])


def _algorithm(policy: MetaPolicy, settings: TrainSettings, crew: Crew) -> MetaPPO:
    if settings.learning.algorithm == "rl2":
        return MetaPPO(policy, settings, crew)
    return (FineTune if settings.learning.algorithm == "finetune" else MAML)(policy, settings, crew)
