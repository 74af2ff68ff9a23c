"""The stack's config: one model of everything `Pulumi.<stack>.yaml` may say, and errors that name the place.

`load` reads what the engine hands the program; `check_file` reads the file itself, before an engine runs, and
also finds what only the text shows (a key given twice, YAML that isn't). Both give every problem of the file,
each on one line: `Pulumi.dev.yaml: functions.responder.memory_in_mbs: 200 is not one of 128, 256, …`.

Not for: defaults of OCI, which stay OCI's, or for values that need a look-up.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import pulumi
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)

from components import limits
from components.config_mistakes import SECRETS, how_to_set, missing, mistakes
from components.contradictions import contradictions
from components.errors import ConfigError
from components.event_filter import EventFilter
from components.event_types import EventType, event_type
from components.people import GroupArgs
from components.sec_rule import Action, SecRule, check_template
from components.stack_file import read_stack_file

PROJECT = "oci-ai-functions"
# What the handler reads to refuse events of other compartments; a rule also sees those of child compartments.
_COMPARTMENTS = "ALLOWED_COMPARTMENT_IDS"


class Section(BaseModel):
    """A part of the config: nothing is coerced, nothing unknown is let through."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)


def _of(kind: str) -> Callable[[str], str]:
    return partial(limits.ocid, kind=kind)


Name = Annotated[str, AfterValidator(limits.name)]
Environment = Annotated[dict[str, str], AfterValidator(limits.function_config)]
KnownEventType = Annotated[EventType, BeforeValidator(event_type)]


class GroupConfig(Section):
    """A group of people for one function."""

    existing_id: Annotated[str, AfterValidator(_of("group"))] | None = Field(
        default=None, description="OCID of an existing group; left out, a group is created for this stack"
    )
    existing_name: Annotated[str, AfterValidator(limits.group_name)] | None = Field(
        default=None,
        description="An existing group by name, or Domain/Group in an identity domain; adding no members",
    )
    members: Annotated[list[str], AfterValidator(limits.users)] = Field(
        default=[], description="OCIDs of users who are added to the group"
    )

    @model_validator(mode="after")
    def _is_one_group(self) -> "GroupConfig":
        if problem := self.args().problem():
            raise ValueError(problem)
        return self

    def args(self) -> GroupArgs:
        """The group as the component takes it."""
        return GroupArgs(
            existing_id=self.existing_id, existing_name=self.existing_name, members=tuple(self.members)
        )


class AccessConfig(Section):
    """Who may do what with one function. A group that is left out does not exist."""

    invokers: GroupConfig | None = Field(
        default=None, description="People who may invoke this function, nothing else"
    )
    developers: GroupConfig | None = Field(
        default=None, description="People who may change this function and its application, without invoking"
    )
    auditors: GroupConfig | None = Field(
        default=None, description="People who may read functions and applications of the compartment"
    )

    def groups(self) -> dict[str, GroupArgs | None]:
        """The groups by role."""
        roles = {"invokers": self.invokers, "developers": self.developers, "auditors": self.auditors}
        return {role: group.args() if group else None for role, group in roles.items()}


class BucketConfig(Section):
    """A bucket whose objects call the function."""

    name: Annotated[str, AfterValidator(limits.bucket)] = Field(
        description="Name of the bucket; a bucket that is created gets the stack's name appended"
    )
    existing: bool = Field(
        default=False,
        description="true: the bucket exists, in this compartment, with object events switched on",
    )

    def physical_name(self, stack: str) -> str:
        """The bucket's name in OCI."""
        return self.name if self.existing else f"{self.name}-{stack}"


class TriggerConfig(Section):
    """Events that call the function."""

    event_types: list[KnownEventType] = Field(
        description="Event types, of which one must match, e.g. com.oraclecloud.objectstorage.createobject"
    )
    bucket: BucketConfig | None = Field(
        default=None, description="The bucket to watch; needed for, and only for, events of objects"
    )
    resource_names: list[str] = Field(
        default=[], description="Names of the resource, `*` for any text, of which one must match"
    )
    attributes: dict[str, list[str]] = Field(
        default={}, description="Details of the event (additionalDetails), each with its allowed values"
    )
    event_principal: Literal["eventrule", "service", "both"] = Field(
        default="both",
        description="As whom Events invokes: a resource principal, the service cloudEvents, or both "
        "(Oracle's pages do not settle it)",
    )
    enabled: bool = Field(default=True, description="false: the rule exists and calls nothing")

    @model_validator(mode="after")
    def _can_match(self) -> "TriggerConfig":
        if problem := self.filter().problem(self.bucket.name if self.bucket else None):
            raise ValueError(problem)
        return self

    def filter(self) -> EventFilter:
        """The filter as the component takes it."""
        return EventFilter(
            event_types=tuple(self.event_types),
            resource_names=tuple(self.resource_names),
            attributes={key: tuple(values) for key, values in self.attributes.items()},
        )


class ImageConfig(Section):
    """The image: built from `context`, or given by `reference` and `digest`."""

    context: str = Field(
        default="function_src", description="Folder with the Dockerfile, relative to the program"
    )
    reference: Annotated[str, AfterValidator(limits.image_reference)] | None = Field(
        default=None,
        description="An image that exists in the region's registry, with its tag; nothing is built then",
    )
    digest: Annotated[str, AfterValidator(limits.digest)] | None = Field(
        default=None, description="sha256 digest of that image; it decides what runs"
    )

    @model_validator(mode="after")
    def _is_one_image(self) -> "ImageConfig":
        if (self.reference is None) != (self.digest is None):
            raise ValueError("reference and digest belong together; give both, or neither to build the image")
        if self.reference is not None and "context" in self.model_fields_set:
            raise ValueError("an image is either built (context) or given (reference, digest)")
        return self


class FunctionConfig(Section):
    """One function."""

    memory_in_mbs: Annotated[int, AfterValidator(limits.memory)] = Field(
        default=256, description="Memory in MB: 128, 256, 512, 1024, 2048 or 3072"
    )
    timeout_in_seconds: Annotated[int, AfterValidator(limits.timeout)] = Field(
        default=30, description="Longest synchronous call, 1 to 300 seconds"
    )
    detached_mode_timeout_in_seconds: Annotated[int, AfterValidator(limits.detached_timeout)] | None = Field(
        default=None,
        description="Longest detached call, 5 to 3600 seconds; left out, the synchronous timeout",
    )
    provisioned_concurrency: int = Field(
        default=0,
        description="Calls kept warm: 0, or a multiple of 40 (128 MB), 20 (256 MB), 10 (more memory)",
    )
    image: ImageConfig = Field(default=ImageConfig(), description="Where the code comes from")
    config: Environment = Field(
        default={}, description="Environment variables, never secrets; 4 KB together with the application's"
    )
    access: AccessConfig = Field(default=AccessConfig(), description="Who may invoke, change and read it")
    triggers: dict[Name, TriggerConfig] = Field(default={}, description="What calls it, by name")

    @model_validator(mode="after")
    def _concurrency_fits_memory(self) -> "FunctionConfig":
        try:
            limits.provisioned_concurrency(self.provisioned_concurrency, self.memory_in_mbs)
        except ValueError as error:
            raise ValueError(f"provisioned_concurrency: {error}") from None
        return self


class ApplicationConfig(Section):
    """The application all functions of the stack live in."""

    name: Name = Field(
        default="ai-functions", description="Begins, with the stack's name, every physical name in OCI"
    )
    shape: Annotated[str, AfterValidator(limits.shape)] = Field(
        default="GENERIC_X86",
        description="GENERIC_X86, GENERIC_ARM or GENERIC_X86_ARM (needs images for both); changing it "
        "replaces the application",
    )
    network_security_group_ids: Annotated[list[str], AfterValidator(limits.security_groups)] = Field(
        default=[], description="OCIDs of at most 5 network security groups"
    )
    config: Environment = Field(
        default={}, description="Environment variables of every function, never secrets"
    )
    log_retention_in_days: Annotated[int, AfterValidator(limits.log_retention)] = Field(
        default=30, description="Days the invoke log is kept: 30, 60, 90, 120, 150 or 180"
    )
    image_signing_key_ids: Annotated[list[str], AfterValidator(limits.keys)] = Field(
        default=[], description="OCIDs of Vault keys; given, only images signed with one of them run"
    )
    trace_domain_id: Annotated[str, AfterValidator(_of("apmdomain"))] | None = Field(
        default=None, description="OCID of the APM domain that gets traces; left out, no tracing"
    )


class SecRuleConfig(Section):
    """One ModSecurity rule."""

    variables: list[str] = Field(description="What is looked at, e.g. ARGS or REQUEST_HEADERS:User-Agent")
    operator: str = Field(description="A regular expression, or an operator such as @detectSQLi")
    msg: str = Field(description="What the log says on a match")
    phase: int = Field(default=2, description="1 headers, 2 body, 3 and 4 the response")
    action: Action = Field(default="deny", description=f"One of {', '.join(get_args(Action))}")
    transformations: list[str] = Field(default=[], description="Applied first, e.g. lowercase, urlDecodeUni")

    @model_validator(mode="after")
    def _renders(self) -> "SecRuleConfig":
        self.rule()
        return self

    def rule(self) -> SecRule:
        """The rule as the component takes it."""
        return SecRule(**self.model_dump())


class EdgeRuleConfig(Section):
    """A custom protection rule: `rules`, or a `template` written by hand."""

    rules: list[SecRuleConfig] = Field(default=[], description="The rules, in order")
    template: str | None = Field(default=None, description="The whole template, with OCI's placeholders")

    @model_validator(mode="after")
    def _is_one_template(self) -> "EdgeRuleConfig":
        if bool(self.rules) == (self.template is not None):
            raise ValueError("give either rules or template")
        if self.template is not None:
            check_template(self.template)
        return self

    def content(self) -> list[SecRule] | str:
        """The rule as the component takes it."""
        return self.template if self.template is not None else [each.rule() for each in self.rules]


class EdgeConfig(Section):
    """An edge WAF policy before a public origin; it does not protect a function's own endpoint."""

    domain: Annotated[str, AfterValidator(limits.domain)] = Field(
        description="The public DNS name that is protected; changing it replaces the policy"
    )
    origin: Annotated[str, AfterValidator(limits.public_origin)] = Field(
        description="Public host the edge forwards to, e.g. an API gateway's; never a function's endpoint"
    )
    rules: dict[Name, EdgeRuleConfig] = Field(description="Custom protection rules by name", min_length=1)
    mode: Literal["DETECT", "BLOCK"] = Field(default="DETECT", description="What a match does")
    certificate_id: Annotated[str, AfterValidator(_of("waascertificate"))] | None = Field(
        default=None, description="OCID of the WAAS certificate; given, the edge serves HTTPS only"
    )


class StackConfig(Section):
    """Everything a stack of this project can be told."""

    region: Annotated[str, AfterValidator(limits.region)] = Field(
        description="oci:region, where everything but IAM is created, e.g. eu-frankfurt-1"
    )
    home_region: Annotated[str, AfterValidator(limits.region)] | None = Field(
        default=None, description="The tenancy's home region, where IAM is written; left out, it is looked up"
    )
    tenancy_id: Annotated[str, AfterValidator(limits.tenancy)] = Field(description="OCID of the tenancy")
    compartment_id: Annotated[str, AfterValidator(limits.compartment)] = Field(
        description="OCID of the compartment that everything but groups is created in"
    )
    subnet_ids: Annotated[list[str], AfterValidator(limits.subnets)] = Field(
        description="OCIDs of one to three subnets; changing them replaces the application"
    )
    application: ApplicationConfig = Field(default=ApplicationConfig(), description="The application")
    functions: dict[Name, FunctionConfig] = Field(description="The functions by name", min_length=1)
    edge: EdgeConfig | None = Field(default=None, description="An edge WAF policy; left out, there is none")
    registry_username: Annotated[SecretStr, AfterValidator(lambda value: _username(value))] | None = Field(
        default=None,
        description="Secret. Who pushes images: <namespace>/<user>, or <namespace>/<domain>/<user>",
    )
    registry_auth_token: SecretStr | None = Field(
        default=None, min_length=1, description="Secret. That user's OCI auth token"
    )

    def environment(self, name: str) -> dict[str, str]:
        """A function's own variables, and as a default the one compartment whose events it takes."""
        inherited = self.application.config
        default = {} if _COMPARTMENTS in inherited else {_COMPARTMENTS: self.compartment_id}
        return {**default, **self.functions[name].config}

    def builds(self) -> list[str]:
        """Names of the functions whose image is built."""
        return [name for name, function in self.functions.items() if function.image.reference is None]


def _username(value: SecretStr) -> SecretStr:
    limits.registry_username(value.get_secret_value())
    return value


def load() -> StackConfig:
    """The config of the stack being deployed. Raises `ConfigError` with every problem."""
    stack = f"Pulumi.{pulumi.get_stack()}.yaml"
    raw = dict(_engine_values(pulumi.Config(PROJECT)))
    _refuse_secrets([key for key in raw if pulumi.runtime.is_config_secret(f"{PROJECT}:{key}")], stack)
    raw["region"] = pulumi.Config("oci").get("region")
    config = validate({key: value for key, value in raw.items() if value is not None}, stack)
    absent = [key for key in SECRETS if config.builds() and getattr(config, key) is None]
    if absent:
        raise ConfigError(*(f"{stack}: {key}: {missing(key)}" for key in absent))
    return config


def check_file(path: Path) -> StackConfig:
    """The config a stack file holds, checked without an engine. Raises `ConfigError` with every problem.

    Encrypted values cannot be looked into, and the two secrets need not be there.
    """
    values = read_stack_file(path)
    _refuse_strange_namespaces(values, path.name)
    clear = [key for key in SECRETS if not _is_encrypted(values.get(f"{PROJECT}:{key}", {"secure": ""}))]
    if clear:
        raise ConfigError(
            *(f"{path.name}: {key}: is in clear in this file; set it with {how_to_set(key)}" for key in clear)
        )
    prefix = f"{PROJECT}:"
    raw = {key.removeprefix(prefix): value for key, value in values.items() if key.startswith(prefix)}
    _refuse_secrets([path for key, value in raw.items() for path in _encrypted(key, value)], path.name)
    raw = {key: value for key, value in raw.items() if key not in SECRETS}
    if "oci:region" in values:
        raw["region"] = values["oci:region"]
    return validate(raw, path.name)


def validate(raw: Mapping[str, Any], source: str) -> StackConfig:
    """The model of these values. Raises `ConfigError`, one line a problem, each beginning with `source`."""
    try:
        # By way of JSON, where a list may be a tuple and a text an event type, while nothing else is coerced.
        config = StackConfig.model_validate_json(json.dumps(raw, ensure_ascii=False).encode())
    except ValidationError as invalid:
        raise ConfigError(*(f"{source}: {line}" for line in mistakes(invalid, StackConfig))) from None
    except (TypeError, ValueError, RecursionError):
        raise ConfigError(f"{source}: holds something that is not plain data") from None
    problems = list(contradictions(config))
    if problems:
        raise ConfigError(*(f"{source}: {problem}" for problem in problems))
    return config


def _refuse_secrets(paths: list[str], source: str) -> None:
    """A secret elsewhere would end in clear in the state, and a function's config is read by its readers."""
    misplaced = [path for path in paths if path not in SECRETS]
    if misplaced:
        reason = (
            "is a secret, and would be readable in OCI and in the state; keep it in a Vault secret instead"
        )
        raise ConfigError(*(f"{source}: {path}: {reason}" for path in misplaced))


def _encrypted(path: str, value: Any) -> Iterator[str]:
    """The places of all encrypted values in a value."""
    if _is_encrypted(value):
        yield path
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from _encrypted(f"{path}.{key}", each)
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _encrypted(f"{path}[{index}]", each)


def _refuse_strange_namespaces(values: Mapping[str, Any], source: str) -> None:
    """A key under no namespace, or under nearly this project's, would be ignored in silence."""
    problems = []
    for key in values:
        namespace, colon, name = key.rpartition(":")
        if not colon:
            problems.append(f"{source}: {key}: needs a namespace: {PROJECT}:{key}")
        elif namespace != PROJECT and get_close_matches(namespace, [PROJECT], cutoff=0.8):
            problems.append(f"{source}: {key}: unknown key; did you mean {PROJECT}:{name}?")
    if problems:
        raise ConfigError(*problems)


def _engine_values(config: pulumi.Config) -> Iterator[tuple[str, Any]]:
    """Every value of the project, also those no field is named after: a misspelt key must not go unseen."""
    prefix = f"{PROJECT}:"
    for full in pulumi.runtime.config.CONFIG.get() | pulumi.runtime.get_config_env():
        if full.startswith(prefix):
            key = full.removeprefix(prefix)
            yield key, _decoded(key, config.get(key))


def _decoded(key: str, value: str | None) -> Any:
    """Objects and lists arrive as JSON text, everything else as it is."""
    field = StackConfig.model_fields.get(key)
    if value is None or field is None or not value.lstrip().startswith(("{", "[")):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _is_encrypted(value: Any) -> bool:
    return isinstance(value, dict) and set(value) == {"secure"}
