"""Traffic worlds, one file or folder each."""
