"""Data Science: what is offered (`lookups.py`)."""
