"""Parts of the window that show something: scores, charts, timelines, beliefs, the arena."""
