"""Junction on a network that somebody gave: one of its junctions, with its signs and lights, and the file's traffic."""
