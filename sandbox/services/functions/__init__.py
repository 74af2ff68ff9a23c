"""Functions: applications and functions."""
