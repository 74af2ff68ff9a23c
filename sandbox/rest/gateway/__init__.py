"""API Gateway's data plane: what answers at the host name of a deployed gateway.

    host ─► deployment ─► route ─► rate limit ─► CORS ─► token ─► scope ─► checks ─► headers ─► backend

asked           one request, as policies look at it
refusal         what a gateway itself answers
apis            deployments of a gateway as the store has them, and which route a request is for
support         what of a specification is honoured; what is not refuses the route, or is named
tokens          who sent a request: JSON Web Tokens, keys static or kept here for a remote JWKS
authorizer      the same, where a function decides it
checks          headers, query parameters and body that a route wants
rate_limit      requests a second
cors            what browsers ask and are told
transformation  headers and query parameters changed, to and from the backend
variables       `${request.headers[name]}` and the like
backend         a function invoked as the gateway, or a stock response
minting         `sandbox token`
access_log      one line a request
gateways        all of it, in order

A part of a specification that is not honoured is never passed over where that would let more through than
OCI does: the route answers 501.
"""
