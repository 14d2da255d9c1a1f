"""The window itself: what is asked of it, its settings, keys, gamepads, theme and background jobs."""
