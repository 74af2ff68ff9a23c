"""Which rights the deployer of a Pulumi program needs: its calls, and the statements for just these."""
