"""How a refused statement may be replaced: candidates, requests that try them, and what is missing."""
