"""The screens of the window: a live game, a replay, the laboratory."""
