"""A tally: what was seen is filed under the choice that led to it, and one scorer judges all choices alike."""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn

from agents.networks.memories.blocks import bare, set_orthogonal
from agents.networks.memories.interface import Workspace

FACTS = 3  # of a choice besides its notes: how little it was tried, how often, whether it was the last one


class Tally(nn.Module):
    """A sum of notes and a count for every choice, read by a network that is the same for each (Zaheer et al. 2017,
    "Deep Sets"), and a sum of all notes.

    Whatever it learns about trying one choice holds for all of them at once, where other memories learn it choice by
    choice. The last C of its inputs are the previous action, one-hot factor by factor. Of its outputs the first C are
    scores of the choices, the others tell of the situation. A state row holds (notes, count) of one choice after the
    other, then of all steps.
    """

    def __init__(self, inputs: int, hidden: int, choices: int) -> None:
        super().__init__()
        self.choices, self.situation = choices, inputs - choices
        self.notes, units = max(4, hidden // 8), max(8, hidden // 2)
        self.state_size = (choices + 1) * (self.notes + 1)
        self.output_size = choices + hidden
        self.note = bare(self.situation, self.notes)
        self.choice = bare(self.notes + FACTS, units)
        self.choice_now = bare(self.situation, units)
        self.whole = bare(self.situation + self.notes + FACTS - 1 + 2 * units, hidden)
        self.judged, self.judged_whole = bare(units, units), bare(hidden, units)
        self.score = bare(units, 1)
        once = (self.note, self.choice_now, self.whole, self.judged_whole)
        each = (self.choice, self.judged, self.score)
        self.multiplications = sum(layer.weight.numel() for layer in once)
        self.multiplications += choices * sum(layer.weight.numel() for layer in each)

    def initialise(self, generator: torch.Generator) -> None:
        """Orthogonal weights; scores start small, so all choices are nearly as likely."""
        layers = (self.note, self.choice, self.choice_now, self.whole, self.judged, self.judged_whole, self.score)
        root = 2.0**0.5
        for layer, gain in zip(layers, (1.0, root, 0.3, root, root, 1.0, 0.01), strict=True):
            set_orthogonal(layer, gain, generator)

    def initial(self, lanes: int) -> Tensor:
        return self.note.weight.new_zeros((lanes, self.state_size))

    def step(self, inputs: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        seen, chosen = inputs.split([self.situation, self.choices], dim=-1)
        state = state + self._filed(seen, chosen)
        return self._read(seen, chosen, state), state

    @torch.no_grad()
    def advance(self, inputs: Tensor, state: Tensor) -> Tensor:
        outputs, following = self.step(inputs, state)
        state.copy_(following)
        return outputs

    def unroll(
        self, inputs: Tensor, state: Tensor, resets: Tensor, workspace: Workspace | None = None
    ) -> tuple[Tensor, Tensor]:
        seen, chosen = inputs.split([self.situation, self.choices], dim=-1)
        held = _running(self._filed(seen, chosen), state, resets)
        return self._read(seen, chosen, held), held[-1]

    def _filed(self, seen: Tensor, chosen: Tensor) -> Tensor:
        """What a step adds to the state, (…, S): its note and 1 in the rows of the choices (…, C) that led to it."""
        note = self.note(seen)
        note = torch.cat([note, torch.ones_like(note[..., :1])], dim=-1)
        rows = torch.cat([chosen, torch.ones_like(chosen[..., :1])], dim=-1)
        return (rows.unsqueeze(-1) * note.unsqueeze(-2)).flatten(-2)

    def _read(self, seen: Tensor, chosen: Tensor, held: Tensor) -> Tensor:
        """Scores of the choices and the situation, (…, C + H)."""
        rows = held.unflatten(-1, (self.choices + 1, self.notes + 1))
        sums, count = rows[..., : self.notes], rows[..., self.notes :].clamp_min(0.0)
        facts = torch.cat([sums / (count + 1.0), 1.0 / (count + 1.0), 0.3 * count.log1p()], dim=-1)
        of_choices = torch.cat([facts[..., :-1, :], chosen.unsqueeze(-1)], dim=-1)
        each = (self.choice(of_choices) + self.choice_now(seen).unsqueeze(-2)).relu()
        about = torch.cat([seen, facts[..., -1, :], each.mean(dim=-2), each.amax(dim=-2)], dim=-1)
        whole = self.whole(about).relu()
        judged = (self.judged(each) + self.judged_whole(whole).unsqueeze(-2)).relu()
        return torch.cat([cast(Tensor, self.score(judged)).squeeze(-1), whole], dim=-1)


def _running(filed: Tensor, state: Tensor, resets: Tensor) -> Tensor:
    """States (T, B, S) after each of the steps that add `filed` (T, B, S), where resets (T, B) wipe a lane's state just
    before.

    Sums start anew wherever some lane is wiped: to take off what lay before would leave rounding errors behind.
    """
    begins = [0, *(index for index in resets.any(dim=1).nonzero().flatten().tolist() if index > 0)]
    parts = []
    for start, stop in zip(begins, [*begins[1:], len(filed)], strict=True):
        kept = torch.where(resets[start].unsqueeze(1) != 0, 0.0, state)
        parts.append(torch.cat([kept.unsqueeze(0), filed[start:stop]]).cumsum(dim=0)[1:])
        state = parts[-1][-1]
    return torch.cat(parts) if len(parts) > 1 else parts[0]
