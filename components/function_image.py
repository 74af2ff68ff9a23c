"""A function's container image, built and pushed or given, always with the digest that pins it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import pulumi
import pulumi_docker_build as docker_build
import pulumi_oci as oci

from components.errors import checks_of, refuse_bad
from components.values import limits
from components.values.content_tag import content_tag
from components.values.option import Check

PLATFORMS = {
    "GENERIC_X86": (docker_build.Platform.LINUX_AMD64,),
    "GENERIC_ARM": (docker_build.Platform.LINUX_ARM64,),
    "GENERIC_X86_ARM": (docker_build.Platform.LINUX_AMD64, docker_build.Platform.LINUX_ARM64),
}


@dataclass(frozen=True, kw_only=True)
class Registry:
    """Oracle's container registry in one region, and who pushes to it.

    `username` is `<namespace>/<user>` (`<namespace>/<domain>/<user>` in an identity domain) and `auth_token`
    an OCI auth token; both are secrets, in the state too.
    """

    region: str
    namespace: str
    username: pulumi.Input[str]
    auth_token: pulumi.Input[str]

    @property
    def address(self) -> str:
        """The registry's host."""
        return f"ocir.{self.region}.oci.oraclecloud.com"


@dataclass(frozen=True, kw_only=True)
class BuiltImage:
    """Build this context and push it to this repository (`repository` must be lower case).

    With `immutable` no tag of the repository can be overwritten, and the tag is made of the context instead.
    """

    context: Annotated[Path, Check(_holds_dockerfile)]
    registry: Registry
    compartment_id: Annotated[str, Check(limits.compartment)]
    repository: str
    tag: str
    immutable: bool = False


@dataclass(frozen=True, kw_only=True)
class GivenImage:
    """An image that exists: reference by tag, and the digest that counts."""

    reference: Annotated[str, Check(limits.image_reference)]
    digest: Annotated[str, Check(limits.digest)]


@dataclass(frozen=True, kw_only=True)
class FunctionImageArgs:
    """Where the image comes from, and the shape of the application it must run on."""

    source: BuiltImage | GivenImage
    shape: Annotated[str, Check(limits.shape)]
    config_path: str = ""

    def __post_init__(self) -> None:
        refuse_bad(self.config_path, {**checks_of(self), **checks_of(self.source)})


class FunctionImage(pulumi.ComponentResource):
    """An image and its digest.

    A built image goes to a repository that exists first: pushed to a name that does not exist, OCI would make
    the repository in the tenancy's root, out of reach of the compartment's policies. The tag is a label for
    people; what runs is the digest, so that a tag pushed over never changes a function.

    Not for: signing images.
    """

    reference: pulumi.Output[str]
    digest: pulumi.Output[str]

    def __init__(
        self, name: str, args: FunctionImageArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("aifunctions:index:FunctionImage", name, {}, opts)
        if isinstance(args.source, GivenImage):
            self.reference = pulumi.Output.from_input(args.source.reference)
            self.digest = pulumi.Output.from_input(args.source.digest)
        else:
            self.reference, self.digest = self._build(name, args.source, args.shape)
        self.register_outputs({"reference": self.reference, "digest": self.digest})

    @property
    def function_arguments(self) -> Mapping[str, Any]:
        """What a function is made with."""
        return {"image": self.reference, "image_digest": self.digest}

    @property
    def shown(self) -> Mapping[str, Any]:
        """What a stack says of it."""
        return self.function_arguments

    def _build(
        self, name: str, source: BuiltImage, shape: str
    ) -> tuple[pulumi.Output[str], pulumi.Output[str]]:
        repository = oci.artifacts.ContainerRepository(
            f"{name}-repository",
            compartment_id=source.compartment_id,
            display_name=source.repository,
            is_public=False,
            is_immutable=source.immutable,
            opts=pulumi.ResourceOptions(parent=self),
        )
        registry = source.registry
        tag = content_tag(source.context, PLATFORMS[shape]) if source.immutable else source.tag
        reference = f"{registry.address}/{registry.namespace}/{source.repository}:{tag}"
        image = docker_build.Image(
            f"{name}-image",
            push=True,
            context=docker_build.BuildContextArgs(location=str(source.context)),
            dockerfile=docker_build.DockerfileArgs(location=str(source.context / "Dockerfile")),
            # Named always: the default is the builder's own platform, wrong on an Arm laptop.
            platforms=list(PLATFORMS[shape]),
            tags=[reference],
            registries=[
                docker_build.RegistryArgs(
                    address=registry.address,
                    username=pulumi.Output.secret(registry.username),
                    password=pulumi.Output.secret(registry.auth_token),
                )
            ],
            opts=pulumi.ResourceOptions(parent=self, depends_on=[repository]),
        )
        return pulumi.Output.from_input(reference), image.digest


def _holds_dockerfile(context: Path) -> None:
    if not (context / "Dockerfile").is_file():
        raise ValueError(f"{context.name} contains no Dockerfile")
