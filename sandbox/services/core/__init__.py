"""Networking and Compute."""
