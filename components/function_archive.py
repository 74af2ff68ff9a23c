"""A function's code as an archive instead of an image: no registry, no Dockerfile, no push.

Source: Oracle's pages "About Code-only Functions", "Creating Code-only Functions" and "Creating Python
Code-only Functions"; the statement for an archive in a bucket is the one that public programs use with them.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import pulumi
import pulumi_oci as oci

from components.archives.building import Archive, build
from components.archives.runtime import runtime_for
from components.errors import BadArguments, checks_of, place, refuse_bad
from components.granted_policy import GrantedPolicy, GrantedPolicyArgs
from components.grants.connectors import ApplicationsIdentity, allow
from components.grants.targets import ObjectTarget
from components.values import limits
from components.values.option import Check, Option


@dataclass(frozen=True, kw_only=True)
class ArchiveOptions:
    """What a stack may say about how an archive's code runs."""

    handler: Annotated[
        str,
        Option(
            "<file>.<function>: what is called, by its Python file without .py and its name in there",
            limits.handler,
        ),
    ] = "func.handler"
    runtime: Annotated[
        str,
        Option("The managed runtime: its language and its system, such as python312.ol9", limits.runtime),
    ] = "python312.ol9"
    runtime_version_id: Annotated[
        str | None,
        Option(
            "OCID of the runtime's version that stays; left out, an update of the function takes the newest",
            limits.runtime_version,
        ),
    ] = None


@dataclass(frozen=True, kw_only=True)
class FolderArchive:
    """Build this folder; `digest` is what the build must have, where it is given."""

    folder: Path
    digest: Annotated[str | None, Check(limits.digest)] = None


@dataclass(frozen=True, kw_only=True)
class ObjectArchive:
    """One version of an object that exists, in a bucket of the region."""

    bucket: Annotated[str, Check(limits.bucket)]
    namespace: str
    object: Annotated[str, Check(limits.object_name)]
    version: Annotated[str, Check(limits.object_version)]
    compartment_id: Annotated[str, Check(limits.compartment)]


@dataclass(frozen=True, kw_only=True)
class FunctionArchiveArgs(ArchiveOptions):
    """Where the archive comes from, the shape of the application it must run on, and for an archive in a
    bucket the compartment whose applications read it and the beginning of the policy's name."""

    source: FolderArchive | ObjectArchive
    shape: Annotated[str, Check(limits.shape)]
    compartment_id: Annotated[str, Check(limits.compartment)]
    prefix: str
    iam_provider: oci.Provider | None = None
    config_path: str = ""

    def __post_init__(self) -> None:
        checks = {**checks_of(self), **checks_of(self.source)}
        if isinstance(self.source, ObjectArchive):
            checks["prefix"] = (limits.iam_name, self.policy_name)
        refuse_bad(self.config_path, checks)

    @property
    def policy_name(self) -> str:
        """The name of the policy that lets the application read the archive."""
        return f"{self.prefix}-archive"


class FunctionArchive(pulumi.ComponentResource):
    """An archive, built of a folder or in a bucket, always pinned: by its bytes, or by the object's version.

    Not for: changing a deployed function from an image to an archive, which OCI cannot (`continuity`).
    """

    details: oci.functions.FunctionSourceDetailsArgs
    digest: str | None

    def __init__(
        self, name: str, args: FunctionArchiveArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("aifunctions:index:FunctionArchive", name, {}, opts)
        if isinstance(args.source, ObjectArchive):
            self.digest = None
            where = self._in_bucket(name, args, args.source)
        else:
            archive = _built(args, args.source)
            self.digest = archive.digest
            where = oci.functions.FunctionSourceDetailsArchiveSourceDetailsArgs(
                archive_source_type="DIRECT_ARCHIVE", archive_file=base64.b64encode(archive.content).decode()
            )
        self.details = oci.functions.FunctionSourceDetailsArgs(
            source_type="ARCHIVE",
            archive_source_details=where,
            handler=args.handler,
            runtime_config=_runtime_config(args),
        )
        self.register_outputs({"digest": self.digest})

    @property
    def function_arguments(self) -> Mapping[str, Any]:
        """What a function is made with."""
        return {"archive": self.details}

    @property
    def shown(self) -> Mapping[str, Any]:
        """What a stack says of it."""
        return {"archive_digest": self.digest} if self.digest else {}

    def _in_bucket(
        self, name: str, args: FunctionArchiveArgs, source: ObjectArchive
    ) -> oci.functions.FunctionSourceDetailsArchiveSourceDetailsArgs:
        identity = ApplicationsIdentity(compartment_id=args.compartment_id)
        target = ObjectTarget(
            bucket=source.bucket, object=source.object, compartment_id=source.compartment_id
        )
        policy = GrantedPolicy(
            f"{name}-grants",
            GrantedPolicyArgs(
                compartment_id=source.compartment_id,
                policy_name=args.policy_name,
                description=f"The archive that the function of {args.prefix} is made of",
                grants=[allow(identity).to_read(target)],
                iam_provider=args.iam_provider,
                config_path=args.config_path,
            ),
            pulumi.ResourceOptions(parent=self),
        )
        return oci.functions.FunctionSourceDetailsArchiveSourceDetailsArgs(
            archive_source_type="OBJECT_STORAGE_ARCHIVE",
            # Read while the function is created, so that the policy must be there before.
            bucket=policy.policy_id.apply(lambda _: source.bucket),
            namespace=source.namespace,
            object=source.object,
            object_version_id=source.version,
        )


def _built(args: FunctionArchiveArgs, source: FolderArchive) -> Archive:
    try:
        archive = build(source.folder, args.handler, runtime_for(args.runtime, args.shape))
    except ValueError as error:
        raise BadArguments(f"{place(args.config_path, 'folder')}: {error}") from None
    if source.digest not in (None, archive.digest):
        raise BadArguments(
            f"{place(args.config_path, 'digest')}: expected {source.digest}, found {archive.digest}: "
            f"{source.folder.name} or its packages are not what they were"
        )
    return archive


def _runtime_config(args: FunctionArchiveArgs) -> oci.functions.FunctionSourceDetailsRuntimeConfigArgs:
    if args.runtime_version_id is None:
        return oci.functions.FunctionSourceDetailsRuntimeConfigArgs(
            runtime_config_type="FUNCTION_UPDATE", functions_runtime_name=args.runtime
        )
    return oci.functions.FunctionSourceDetailsRuntimeConfigArgs(
        runtime_config_type="MANUAL",
        functions_runtime_name=args.runtime,
        functions_runtime_version_id=args.runtime_version_id,
    )
