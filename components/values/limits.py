"""OCI's limits and formats as checks: each takes a value, and returns it or raises ValueError that says why.

Each is named in the annotation of the option or argument it is for (`components.values.option`).

Sources: Oracle's pages "Customizing Oracle Functions" (memory, timeouts), "Passing Custom Configuration
Parameters to Functions" (config keys and the 4 KB), "Reducing Initial Latency Using Provisioned
Concurrency", "Creating Applications" (shapes, subnets), "Using NSGs", "Managing Logs" (retention).
"""

import ipaddress
import re
from collections.abc import Mapping, Sequence

from components.values.regions import REALM_OF, REGION_OF_KEY

MEMORY_IN_MBS = (128, 256, 512, 1024, 2048, 3072)
SHAPES = ("GENERIC_X86", "GENERIC_ARM", "GENERIC_X86_ARM")
LOG_RETENTION_IN_DAYS = (30, 60, 90, 120, 150, 180)
CONFIG_BYTES = 4096
SECURITY_GROUPS = 5  # of an application
LEAST_DETACHED = 5  # seconds
IAM_NAME = 100  # characters of the name of a policy, a group, a dynamic group
# The platform sets variables with these prefixes itself.
RESERVED_CONFIG_PREFIXES = ("FN_", "OCI_")
_OCID = re.compile(r"ocid1\.(?P<type>[a-z0-9]+)\.(?P<realm>oc[0-9]+)\.(?P<region>[a-z0-9-]*)\.[a-z0-9._-]+")
_REGION = re.compile(r"[a-z]{2,}(-[a-z]+)+-[0-9]+")
_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}(?<!-)")
_CONFIG_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_BUCKET = re.compile(r"(?!\.{1,2}$)[A-Za-z0-9._-]{1,256}")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_IMAGE = re.compile(
    r"(?P<host>ocir\.(?P<region>[a-z0-9-]+)\.oci\.oraclecloud\.com|(?P<key>[a-z]{3})\.ocir\.io)"
    r"/[a-z0-9][a-z0-9_-]*(/[a-z0-9]+([._-]+[a-z0-9]+)*)+:[A-Za-z0-9_][A-Za-z0-9._-]{0,127}"
)
_HANDLER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\.[A-Za-z_][A-Za-z0-9_]*")
_RUNTIME = re.compile(r"[a-z]+[0-9]*\.ol[0-9]+")
# What a policy statement can hold between quotes.
_OBJECT = re.compile(r"(?!/)[A-Za-z0-9._@/ -]{1,1024}")
_HOST = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?")


def one_of(value: object, allowed: Sequence[object]) -> None:
    """Raise unless `value` is one of `allowed`, which the message lists in their order."""
    if value not in allowed:
        raise ValueError(f"{value} is not one of {', '.join(map(str, allowed))}")


def between(value: int, low: int, high: int, unit: str) -> int:
    """Raise unless low <= value <= high."""
    if not low <= value <= high:
        raise ValueError(f"{value} is not between {low} and {high} {unit}")
    return value


def memory(value: int) -> int:
    """Memory of a function, in MB."""
    one_of(value, MEMORY_IN_MBS)
    return value


def shape(value: str) -> str:
    """Processor shape of an application; it cannot be changed after creation."""
    one_of(value, SHAPES)
    return value


def timeout(value: int) -> int:
    """Seconds a synchronous invocation may take (default 30)."""
    return between(value, 1, 300, "seconds")


def detached_timeout(value: int) -> int:
    """Seconds a detached invocation may take."""
    return between(value, LEAST_DETACHED, 3600, "seconds")


def log_retention(value: int) -> int:
    """Days the invoke log is kept."""
    one_of(value, LOG_RETENTION_IN_DAYS)
    return value


def provisioned_concurrency(count: int, memory_in_mbs: int) -> int:
    """Calls kept warm: 0 for none, else a multiple of 40 (128 MB), 20 (256 MB) or 10 (more memory)."""
    step = {128: 40, 256: 20}.get(memory_in_mbs, 10)
    if count < 0 or count % step:
        raise ValueError(f"{count} is not a multiple of {step}, as {memory_in_mbs} MB of memory needs")
    return count


def name(value: str) -> str:
    """A name this program builds physical names from (repositories must be lower case)."""
    if not _NAME.fullmatch(value):
        raise ValueError(
            f"{shown(value)} is not a name of 1 to 40 lower-case letters, digits and hyphens that begins "
            "with a letter"
        )
    return value


def region(value: str) -> str:
    """A region identifier such as eu-frankfurt-1 (not a key such as FRA)."""
    if not _REGION.fullmatch(value):
        raise ValueError(f"{shown(value)} is not a region identifier such as eu-frankfurt-1")
    return value


def ocid(value: str, kind: str) -> str:
    """A well-formed OCID of one kind, e.g. `compartment`."""
    match = _OCID.fullmatch(value)
    if match is None:
        raise ValueError(f"{shown(value)} is not an OCID (ocid1.{kind}.…)")
    if match["type"] != kind:
        raise ValueError(f"expected the OCID of {_a(kind)}, found one of {_a(match['type'])}")
    return value


def _a(kind: str) -> str:
    return f"{'an' if kind.startswith(('api', 'apm', 'event')) else 'a'} {kind}"


def tenancy(value: str) -> str:
    """OCID of the tenancy."""
    return ocid(value, "tenancy")


def compartment(value: str) -> str:
    """OCID of a compartment. The tenancy's root is refused: a grant there reaches every compartment."""
    if value.startswith("ocid1.tenancy."):
        raise ValueError(
            "is the OCID of the tenancy, whose root reaches every compartment; name one compartment"
        )
    return ocid(value, "compartment")


def port(value: int) -> int:
    """A port of TCP or UDP."""
    return between(value, 1, 65_535, "(ports)")


def subnets(values: Sequence[str]) -> Sequence[str]:
    """One to three different subnets of an application."""
    for value in values:
        ocid(value, "subnet")
    if not 1 <= len(values) <= 3 or len(set(values)) != len(values):
        raise ValueError("needs one to three different subnets")
    return values


def subnet(value: str) -> str:
    """The subnet of an API gateway."""
    return ocid(value, "subnet")


def load_balancer(value: str) -> str:
    """A load balancer, which a regional firewall stands before."""
    return ocid(value, "loadbalancer")


def certificate(value: str) -> str:
    """What an API gateway serves: a certificate of the Certificates service, or one of API Gateway's own."""
    kind = "apigatewaycertificate" if value.startswith("ocid1.apigatewaycertificate.") else "certificate"
    return ocid(value, kind)


def security_groups(values: Sequence[str]) -> Sequence[str]:
    """At most five network security groups of an application."""
    for value in values:
        ocid(value, "networksecuritygroup")
    if len(values) > SECURITY_GROUPS:
        raise ValueError(f"expected at most 5 network security groups, found {len(values)}")
    return values


def in_region(value: str, wanted: str, why: str = "the stack deploys to {0} (oci:region)") -> str:
    """An OCID that carries a region must carry the one that is wanted; `why` says who wants it."""
    match = _OCID.fullmatch(value)
    found = match["region"] if match else ""
    found = REGION_OF_KEY.get(found, found)
    if _REGION.fullmatch(found) and found != wanted:
        raise ValueError(f"is in {found}, while {why.format(wanted)}")
    return value


def in_realm(value: str, region_: str) -> str:
    """An OCID must be of the realm the region is in: nothing reaches from one realm into another."""
    match, wanted = _OCID.fullmatch(value), REALM_OF.get(region_)
    if match and wanted and match["realm"] != wanted:
        raise ValueError(f"is in the realm {match['realm']}, while {region_} (oci:region) is in {wanted}")
    return value


def regions_of_one_realm(value: str, other: str) -> str:
    """Two regions that one tenancy can have."""
    realm, wanted = REALM_OF.get(value), REALM_OF.get(other)
    if realm and wanted and realm != wanted:
        raise ValueError(f"is in the realm {realm}, while {other} (oci:region) is in {wanted}")
    return value


def iam_name(value: str) -> str:
    """Name of a policy, a group or a dynamic group."""
    if len(value) > IAM_NAME:
        raise ValueError(
            f"the name in OCI would be {value}: expected at most {IAM_NAME} characters, found {len(value)}"
        )
    return value


def function_config(values: Mapping[str, str]) -> Mapping[str, str]:
    """Environment of a function: keys, reserved prefixes, and 4 KB for all keys and values in UTF-8."""
    for key, value in values.items():
        if not _CONFIG_KEY.fullmatch(key):
            raise ValueError(
                f"key {shown(key)} is not ASCII letters, digits and underscores beginning with no digit"
            )
        if key.upper().startswith(RESERVED_CONFIG_PREFIXES):
            raise ValueError(f"key {key} has a prefix that the platform sets itself (FN_, OCI_)")
        if not value.isprintable():
            raise ValueError(f"the value of {key} has a character that is not printable")
    size = sum(len(key.encode()) + len(value.encode()) for key, value in values.items())
    if size > CONFIG_BYTES:
        raise ValueError(
            f"expected at most {CONFIG_BYTES} bytes of keys and values, found {size}"
            " (the application's config included)"
        )
    return values


def bucket(value: str) -> str:
    """Name of an Object Storage bucket."""
    if not _BUCKET.fullmatch(value):
        raise ValueError(
            f"{shown(value)} is not a bucket name of 1 to 256 letters, digits, hyphens, underscores or "
            "periods"
        )
    return value


def digest(value: str) -> str:
    """A pinned image digest."""
    if not _DIGEST.fullmatch(value):
        raise ValueError(f"{shown(value)} is not a digest (sha256: and 64 hexadecimal digits)")
    return value


def image_reference(value: str) -> str:
    """An image in Oracle's registry, by tag; Functions pulls from no other registry."""
    if not _IMAGE.fullmatch(value):
        raise ValueError(
            f"{shown(value)} is not an image of Oracle's registry such as "
            "ocir.eu-frankfurt-1.oci.oraclecloud.com/<namespace>/<repository>:<tag>"
            f"{'; its digest is a key of its own' if '@sha256:' in value else ''}"
        )
    return value


def image_in_region(value: str, wanted: str) -> str:
    """Functions pulls only from the registry of its own region."""
    match = _IMAGE.fullmatch(value)
    found = (match["region"] or REGION_OF_KEY.get(match["key"], "")) if match else ""
    if found and found != wanted:
        raise ValueError(
            f"is in {found}, and Functions pulls only from its own region, {wanted} (oci:region)"
        )
    return value


def handler(value: str) -> str:
    """What OCI calls in an archive of Python code."""
    if not _HANDLER.fullmatch(value):
        raise ValueError(f"{value!r} is not <file>.<function>, such as func.handler")
    return value


def runtime(value: str) -> str:
    """The name of a managed runtime."""
    if not _RUNTIME.fullmatch(value):
        raise ValueError(f"{value!r} is not the name of a runtime, such as python312.ol9")
    return value


def runtime_version(value: str) -> str:
    """OCID of a version of a managed runtime; Oracle's pages do not say of which type."""
    if not _OCID.fullmatch(value):
        raise ValueError(f"{value!r} is not an OCID")
    return value


def object_name(value: str) -> str:
    """The name of an object that a policy statement names."""
    if not _OBJECT.fullmatch(value):
        raise ValueError(f"{value!r} cannot be named in a policy: letters, digits, spaces and . _ @ / - only")
    return value


def object_version(value: str) -> str:
    """Id of a version of an object."""
    if not value:
        raise ValueError("is empty")
    return value


def domain(value: str) -> str:
    """A public DNS name."""
    if not _HOST.fullmatch(value):
        raise ValueError(f"{shown(value)} is not a public host name (no scheme, no port, no path)")
    return value


def public_origin(value: str) -> str:
    """A host an edge policy can forward to: public, and not a function's own invoke endpoint."""
    if value.lower().rstrip(".").endswith(".functions.oci.oraclecloud.com"):
        raise ValueError(
            "is a function's own invoke endpoint, which answers only requests signed by OCI; an edge policy "
            "forwards unsigned ones. Put an API gateway or a load balancer in front and name that"
        )
    try:
        address = ipaddress.ip_address(value)
    except ValueError:
        return domain(value)
    if not address.is_global or address.version != 4:
        raise ValueError(f"{value} is not a public IPv4 address")
    return value


def shown(value: object) -> str:
    """A value as it appears in a message: quoted, and cut when long."""
    text = str(value)
    return repr(text if len(text) <= 60 else text[:57] + "…")


def keys(values: Sequence[str]) -> Sequence[str]:
    """Vault keys that images must be signed with (RSA or ECDSA; which one an OCID is cannot be seen here)."""
    for value in values:
        ocid(value, "key")
    return values


def trace_domain(value: str) -> str:
    """The APM domain traces go to."""
    return ocid(value, "apmdomain")


def group(value: str) -> str:
    """A group, by OCID."""
    return ocid(value, "group")


def users(values: Sequence[str]) -> Sequence[str]:
    """Different users, by OCID."""
    for value in values:
        ocid(value, "user")
    if len(set(values)) != len(values):
        raise ValueError("names a user twice")
    return values


def registry_username(value: str) -> str:
    """`<namespace>/<user>` or `<namespace>/<domain>/<user>`. A secret, so the message never shows it."""
    if not re.fullmatch(r"[^/\s]+(/[^/\s]+){1,2}", value):
        raise ValueError("is not <namespace>/<user> or <namespace>/<domain>/<user>")
    return value


def edge_certificate(value: str) -> str:
    """The certificate an edge policy serves."""
    return ocid(value, "waascertificate")


def group_name(value: str) -> str:
    """A group by name, `Group` or `Domain/Group`, of characters that cannot end a quoted string."""
    if not re.fullmatch(r"[A-Za-z0-9._@ -]+(/[A-Za-z0-9._@ -]+)?", value):
        raise ValueError(f"{shown(value)} is not a group's name, Group or Domain/Group")
    return value


def reason(value: str) -> str:
    """Why something is as it is, in a sentence that a description in OCI can hold."""
    if not (value.strip() and value.isprintable() and len(value) <= 100):
        raise ValueError("expected a reason of 1 to 100 printable characters")
    return value
