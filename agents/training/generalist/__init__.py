"""One agent for several worlds: a network for each world, and one memory for all of them."""
