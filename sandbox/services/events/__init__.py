"""Events: rules and their actions."""
