"""Game worlds, one file or folder each."""
