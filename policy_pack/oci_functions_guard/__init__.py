"""The policy pack: CrossGuard rules over `oci_iam`.

Importing the package imports neither pulumi nor pulumi_policy, so that the `catalogue` can be read by the
documentation and by `oci-iam check-config` where neither is installed.

    protocol ◄─ server ─┐
                        ├─► examiner ─► rules/<one module a rule> ─► rule
              policies ─┘                                             │
                             ┌────────────────────────────────────────┤
                             ▼                                        ▼
       deadline, pack_config ─► catalogue, schema      memory ─► sets ─► judged_policy ─► evidence
                                 exemptions                                    │             │
                                                                               ▼             ▼
                                                        oci_iam ◄── statements, registered ─► resource
"""
