"""Roads from and to files of SUMO: networks, demand, light programs. What cannot be taken over is refused by name."""
