"""What a condition means: the ways in which it can hold, whom they pin, and what follows from what."""
