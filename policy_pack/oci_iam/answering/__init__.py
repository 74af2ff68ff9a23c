"""What answers to questions rest on: doubts, suggestions, and principals made up to stand for any."""
