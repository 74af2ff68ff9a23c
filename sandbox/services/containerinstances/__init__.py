"""Container Instances: what is offered (`lookups.py`)."""
