"""The sandbox in your own tests: an empty cloud or a deployed stack, real OCI clients, your functions.

plugin      the fixtures, found by pytest through the entry point `oci_sandbox`
cloud       one sandbox as a test uses it
functions   a function in it, and what came of a call
stack       a Pulumi program deployed into one
version     of the distribution

Nothing is imported here: pytest imports the plugin in every run, also in those that use none of it.
"""
