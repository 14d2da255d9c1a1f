"""What is measured of traffic: safety."""
