"""What a service's REST endpoints are made of. No server, no TLS, no signatures: those are `sandbox.rest`.

operation      one operation of a service as data: route, rights, handler
request        one request as a handler gets it: verified, decided, read
response       what a handler answers
asked          the resource or compartment that a request names
answers        what users give as answers of operations that the sandbox cannot know
platform       what an endpoint may ask of the rest of the sandbox: run a function
paging         one page of a list, and the token of the next
work_requests  what OCI does in the background, done
etags          `if-match`, `if-none-match`
tags           defined tags, as the API and as the Pulumi provider write them
"""
