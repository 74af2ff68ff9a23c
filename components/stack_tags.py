"""The stack's tags on every resource that can carry them, also on those of components written later.

A resource that can carry tags is told by the arguments of its class in the SDK. So no component hands tags
on, and none can forget to.

Not for: resources that a component written in another language creates, which this process never sees.
"""

from __future__ import annotations

import copy
import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Annotated, Any, Final

import pulumi
from pulumi.runtime import register_stack_transformation

from components.errors import BadArguments, checks_of, refuse_bad
from components.values import tag
from components.values.option import Check, Option

# What OCI puts on a resource by itself where the tenancy's tag defaults say so, as most tenancies do.
_BY_ORACLE: Final = ("Oracle-Tags.CreatedBy", "Oracle-Tags.CreatedOn")
_CHECKS: Final = {"freeform_tags": tag.freeform, "defined_tags": tag.defined}


@dataclass(frozen=True, kw_only=True)
class TagOptions:
    """What a stack may say about tags."""

    freeform: Annotated[
        Mapping[str, str], Option("Free-form tags of every resource, at most 10", tag.freeform)
    ] = field(default_factory=dict)
    defined: Annotated[
        Mapping[str, str],
        Option("Defined tags of every resource, `Namespace.key: value`; the keys must exist", tag.defined),
    ] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class StackTags(TagOptions):
    """The tags of a stack. `ignored` are defined tags that are others' to set, as the provider's own setting
    ignoreDefinedTags names them: tag defaults of the tenancy, for example."""

    ignored: Annotated[Sequence[str], Check(_names)] = ()
    config_path: str = ""

    def __post_init__(self) -> None:
        refuse_bad(self.config_path, checks_of(self))
        both = {each.lower() for each in self.ignored}.intersection(each.lower() for each in self.defined)
        if both:
            names = ", ".join(sorted(each for each in self.defined if each.lower() in both))
            raise BadArguments(f"{self.config_path}.defined: oci:ignoreDefinedTags leaves {names} to others")

    def put_on_everything(self) -> None:
        """From now on, every resource that can carry tags carries these; its own win on equal keys.

        A tag that is no longer said is taken off: what is sent is never less than the empty map.
        """
        register_stack_transformation(self._transformation)

    def _transformation(
        self, args: pulumi.ResourceTransformationArgs
    ) -> pulumi.ResourceTransformationResult | None:
        said = {"freeform_tags": self.freeform, "defined_tags": self.defined}
        known = _arguments(type(args.resource))
        carried = {name: tags for name, tags in said.items() if name in known}
        if not carried or args.opts.id is not None:
            return None
        tagged = {name: _with(args, name, tags) for name, tags in carried.items()}
        opts = copy.copy(args.opts)
        if "defined_tags" in carried:
            opts.ignore_changes = [*(opts.ignore_changes or []), *self._left_alone()]
        return pulumi.ResourceTransformationResult(props={**args.props, **tagged}, opts=opts)

    def _left_alone(self) -> list[str]:
        return [f'definedTags["{name}"]' for name in dict.fromkeys((*_BY_ORACLE, *self.ignored))]


def _names(values: Sequence[str]) -> None:
    for value in values:
        if not isinstance(value, str) or not value or '"' in value:
            raise ValueError(f"{value!r} is not the Namespace.key of a tag")


def _arguments(kind: type) -> Mapping[str, Any]:
    """The arguments of a resource's class. Every class of the SDK hands its own on to this one method."""
    made = getattr(kind, "_internal_init", None)
    return inspect.signature(made).parameters if made is not None else {}


def _with(
    args: pulumi.ResourceTransformationArgs, name: str, tags: Mapping[str, str]
) -> pulumi.Input[Mapping[str, str]]:
    """The stack's tags and the resource's own. Raises `BadArguments` when they are too many together."""
    own: Any = args.props.get(name)
    where = f"{args.type_} {args.name}"
    if isinstance(own, pulumi.Output):
        return own.apply(partial(_checked, where, name, tags))
    if any(isinstance(value, pulumi.Output) for value in (own or {}).values()):
        return pulumi.Output.from_input(own).apply(partial(_checked, where, name, tags))
    return _checked(where, name, tags, own)


def _checked(where: str, name: str, tags: Mapping[str, str], own: Mapping[str, str] | None) -> dict[str, str]:
    joined = tag.together(tags, own or {})
    try:
        _CHECKS[name](joined)
    except ValueError as error:
        raise BadArguments(f"{where}: {name}: {error}") from None
    return joined
