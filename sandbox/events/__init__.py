"""Oracle's Events service, as far as it is documented: matching, authorisation, delivery.

matcher    does a rule's condition match an event, and if not, why
input_file what a person gives as a file, read within a limit
envelope   event files read and checked
samples    events to try, made to fit what is deployed
snapshot   rules, functions, buckets and IAM as they are in the sandbox's store
objects    bodies of objects, and what of them one function may read
invocation one function: may it be invoked, may it read its object, and the run
dispatch   an event through every rule into the functions
invoke     a function invoked directly by a user
trace      what happened, as text or JSON
function_log  what functions printed, kept within a bound
command    the command line
"""
