"""One module per rule, named after it. Each offers `applies(resource)` and `check(case)`; the `catalogue`
says the rest.
"""
