"""What OCI's services define for IAM, as data: permissions, families, operations, resource-types.

Each table names its sources. Functions that answer from them lie outside (`granted`).
"""
