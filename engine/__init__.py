"""Gets a Pulumi CLI with a Python language host. Knows nothing of stacks, programs or Oracle Cloud."""
