"""The networks: encoder, memory, heads, belief, and how gradient learners adapt."""
