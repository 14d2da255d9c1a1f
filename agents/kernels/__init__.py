"""Fast inner loops of the networks: compiled recurrences, matrix products and pointwise steps."""
