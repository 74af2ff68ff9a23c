"""The policy pack: CrossGuard rules over `oci_iam`.

Importing the package imports neither pulumi nor pulumi_policy, so that the `catalogue` can be read by the
documentation and by `oci-iam check-config` where neither is installed.

    protocol ◄─ server ─┐
                        ├─► guard ─► rule ─► rules/<one module a rule>
              policies ─┘             │        │
                                      ▼        ▼
            deadline, exemptions, schema     case ─► memory ─► statements ─► oci_iam
                                                └────► resource ─► values
"""
