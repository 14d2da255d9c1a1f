"""What an agent thinks: what it believes about the hidden task, and whether that is right."""
