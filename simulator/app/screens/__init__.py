"""The screens of the window and the loop that shows them: a live game, a replay, the laboratory."""
