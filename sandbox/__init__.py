"""A stand-in for Oracle Cloud on one machine: providers, store, event dispatch and function runner.

Holds no rule of the product: what may be granted is decided by `oci_iam`, what is deployed by `components`.
"""
