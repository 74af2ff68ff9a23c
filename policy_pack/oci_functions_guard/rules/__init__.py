"""One module a rule, named after it. Each offers `applies(resource)` and `check(case)`; the `catalogue` says
the rest.
"""
