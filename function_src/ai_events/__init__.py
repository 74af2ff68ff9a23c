"""The event logic of the function, free of the Functions Development Kit.

    failures     what can go wrong: refused (for good) or failed (try again, or tell the operator)
    settings     the function's configuration, checked
    strict_json  bytes -> JSON value, under limits
    envelope     JSON value -> Event (OCI's CloudEvents 0.1, read leniently)
    batches      a batch of Connector Hub -> its records, and their answers -> one
    firings      JSON value -> a schedule's firing, or a step of a rotation
    hops         how many handlers a chain of events has come through
    alarms       JSON value -> Event and severity (a Monitoring alarm, delivered by Notifications)
    routes       event type -> what is done with it
    objects      the body of the object that an event names
    results      AI result -> findings, by the first of its graders that knows the shape
    graders      one module per service: a result's JSON -> findings
    findings     what a grader finds, and how all of them read numbers and lists
    severity     score -> severity
    processing   the grading, one function: body -> Answer

    deadline     how long the invocation may still take
    identity     the function's resource principal, and requests signed with it
    service      calls to OCI's services: bounded, and repeated only where that can mend anything
    incidents    the objects that the function writes, each once
    alerts       at least one notification for an event, whoever is killed when
    effects      what an answer leads to: incident, alert, quarantine

Knows nothing of Pulumi, the sandbox or the deployment: what it needs arrives as configuration.
"""
