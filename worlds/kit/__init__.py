"""The kit: what every world is built from. NumPy and Numba only."""
