"""The stack's config: its sections, how a stack file is read and checked, and the arguments made of it."""
