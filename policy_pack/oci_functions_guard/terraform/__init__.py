"""Reads the policies of Terraform configuration (.tf, .tf.json) for `oci-iam`, without running Terraform.

The optional part `[terraform]` of the distribution: python-hcl2 parses, and what is certain is reduced
(literals, locals, lists, a few functions); what is not known before an apply stays an unknown. Does not
judge, does not follow calls of other modules, and reads no variable's value: that can be set from outside.

    values        what an expression is reduced to
    expressions   reduces the trees of python-hcl2
    functions     Terraform's own functions, those that are reduced
    templates     strings and heredocs
    modules       files of one folder: their blocks, locals and variables
    reading       the policies in them, as items with places
"""
