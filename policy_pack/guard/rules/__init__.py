"""One module a rule, named after it. Each offers `applies(resource)` and `check(case)`; `guard.catalogue`
says the rest.
"""
