"""The event logic of the function, free of the Functions Development Kit.

    failures   what can go wrong: refused (for good) or failed (try again, or call the operator)
    settings   the function's configuration, checked
    strict_json  bytes -> JSON value, under limits
    envelope   JSON value -> Event (OCI's CloudEvents 0.1, read leniently)
    routes     event type -> what is done with it
    objects    the body of the object that an event names
    results    AI result (several shapes) -> scores
    severity   score -> severity
    processing  all of it, one call: body -> Answer

Knows nothing of Pulumi, the sandbox or the deployment: what it needs arrives as configuration.
"""
