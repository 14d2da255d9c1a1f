"""The window itself: what is asked of it, its settings, keys, gamepads, theme and background jobs."""

JOB = "crossplay job: "
"""Begins the names of threads that work in the background of a window (see `simulator.app.shell.jobs`)."""
