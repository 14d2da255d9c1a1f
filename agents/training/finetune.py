"""Plain PPO, fine-tuned in the trial: one policy without memory for all tasks, which learns on when it plays.

Training is PPO over tasks as if each episode stood alone (Schulman et al. 2017): nothing prepares the policy for being
moved later. In a trial its weights then follow the policy gradient on its own episodes (see `learning_player`). What
MAML gains over this is what learning to be moved is worth.
"""

from __future__ import annotations

from agents.settings.declared import changed
from agents.settings.train import TrainSettings
from agents.training.crew import Crew
from agents.training.meta_ppo import MetaPolicy, MetaPPO


class FineTune(MetaPPO):
    """PPO whose credit ends with the episode: without a memory nothing that is done now can help in the next one."""

    def __init__(self, policy: MetaPolicy, settings: TrainSettings, crew: Crew) -> None:
        super().__init__(policy, changed(settings, horizon="episode"), crew)
