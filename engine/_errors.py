"""The one error of this package. Its text is a sentence for the user, with the ways out."""


class EngineError(Exception):
    """No Pulumi CLI could be obtained."""
