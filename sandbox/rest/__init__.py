"""The REST door: unmodified OCI clients talk to the cloud over TLS, with real signatures and real rights.

    client ──CONNECT──► proxy ──► TLS for the host asked for (authority) ──► application
                          │                                                    │
                          └─ 403 for hosts that are not Oracle's               ├─ signature    who signed it?
                                                                               ├─ caller       who is that?
                                                                               ├─ routing      which
                                                                               operation? ├─ authorization
                                                                               oci_iam.decide └─
                                                                               services/<service>/endpoints

oracle_hosts   the names of Oracle's hosts: which service and region one stands for
authority      the local certificate authority, and a certificate for each host asked for
proxy          CONNECT: Oracle's hosts end here, others are refused unless allowed by name
signature      one signed request verified, on the bytes as sent
credentials    users' API keys, and session tokens of resource principals
caller         the principal behind a credential, and what IAM knows of it
routing        host and path to one operation of a service
authorization  every permission of an operation, decided
suggestion     the statement that would allow a request, and where it belongs
request_log    what was asked, by whom, and how it was decided
application    one HTTP request, from signature to answer
server         the process that owns all of it
serving        that process found, or started
principals     `--as user:alice` and the like
run            a command under an identity
equipment      what a function's container gets to come here as itself
command        `sandbox serve`, `run` and `why`

Loopback only. Bodies, keys and tokens are never logged.
"""
