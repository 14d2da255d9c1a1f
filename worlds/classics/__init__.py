"""Calibration worlds: small tasks whose best scores are published or can be computed."""
