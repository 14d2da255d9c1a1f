"""Whom a learner meets in the other seats: past selves, invited agents, and the scores against them."""
