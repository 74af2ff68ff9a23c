"""What both judges ask of a text: whether OCI refuses it, and whether it is harmless in every reading."""
