"""Classical players: what could be done on the calibration worlds before anybody learned to learn."""
