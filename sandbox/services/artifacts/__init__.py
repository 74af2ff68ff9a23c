"""Container Registry: repositories, and images pushed to them."""
