"""What can be set when agents are trained, evaluated and calibrated, with ranges and help texts."""
