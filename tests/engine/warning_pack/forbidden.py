"""The word a name may not have."""

WORD = "forbidden"
