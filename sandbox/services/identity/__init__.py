"""IAM: groups, dynamic groups, memberships, policies, compartments, and the tenancy itself."""
