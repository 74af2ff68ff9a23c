"""Who may do what.

`grant` renders and judges one statement, `connectors` builds grants from intent, `refusal` words what is
refused, and `transform` refuses statements that did not come from a grant.
"""
