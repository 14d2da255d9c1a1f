"""Signals on a network that somebody gave: its lights, its demand, the same traffic."""
