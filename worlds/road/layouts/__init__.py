"""Ways to lay out roads: motorways, towns, crossings, roundabouts."""
