"""What is played in the window: who sits where, what their hands do, and the history of a trial."""
