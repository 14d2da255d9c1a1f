"""The parts of an evaluation: who is measured on what, what came of it, and how it is shown."""
