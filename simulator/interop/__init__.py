"""Other people's formats and programs: roads from and to SUMO."""
