"""What several statements add up to: who holds what where, and the routes from it."""
