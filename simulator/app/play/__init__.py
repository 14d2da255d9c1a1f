"""What is played in the window: who sits where, the session, its history and how it is opened."""
