"""Learning: collecting trials, losses, the run and its checkpoints, curricula and gradient baselines."""
