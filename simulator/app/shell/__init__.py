"""The window itself: its loop, settings, keys, gamepads, theme and background jobs."""
