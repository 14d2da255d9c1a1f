"""Traffic lights: heads, phases and the loads that plans are made for."""
