"""API Gateway: gateways, and the APIs deployed on them. What answers at a gateway's host is
`sandbox.rest.gateway`."""

GATEWAY = "oci:ApiGateway/gateway:Gateway"
DEPLOYMENT = "oci:ApiGateway/deployment:Deployment"
