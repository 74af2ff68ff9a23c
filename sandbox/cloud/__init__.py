"""The cloud itself: what exists in it, what it is called, and the words it refuses with. No Pulumi, no HTTP.

store            every resource, name, link and image, in one SQLite file
clock            the cloud's time, which can be set
deliveries       the outbox: what one service owes to another
call             one request: the store, region and tenancy it goes to, and its inputs
service_rules    the shape of what a service refuses and computes (`sandbox.services`)
errors           refusals by OCI's own status and code, and what the sandbox itself cannot do
identities       OCIDs: read, minted, which type fits which property
composed_ids     ids that are a path, such as a bucket's
regions          names, keys, and how OCIDs spell them
references       OCIDs inside inputs, verified
existence        does an OCID stand for something
namespace        the tenancy's Object Storage namespace
image_reference  references of container images
validation       small refusals several services share
listing          look-ups: how a resource is shown, and filters
"""
