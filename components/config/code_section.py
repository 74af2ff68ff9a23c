"""The sections of a function's code: an image that is built or given, or an archive that needs no registry.

See `components.config.model` for what a section is.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import model_validator

from components.config.arguments import Context, Place
from components.config.section import Name, section
from components.function_archive import (
    ArchiveOptions,
    FolderArchive,
    FunctionArchiveArgs,
    ObjectArchive,
)
from components.function_image import BuiltImage, FunctionImageArgs, GivenImage
from components.functions_application import FunctionsApplication
from components.values import limits
from components.values.option import Option, options_of

# The folder of the handler that this project ships.
_SHIPPED = "function_src"


@section
class ImageConfig:
    """The image: built from `context`, given by `reference` and `digest`, or that of another function."""

    context: Annotated[
        str | None,
        Option(f"Folder with the Dockerfile, relative to the program; left out, {_SHIPPED}"),
    ] = None
    reference: Annotated[
        str | None,
        Option(
            "An image that exists in the region's registry, with its tag; nothing is built then",
            limits.image_reference,
        ),
    ] = None
    digest: Annotated[
        str | None, Option("sha256 digest of that image; it decides what runs", limits.digest)
    ] = None
    immutable: Annotated[
        bool,
        Option(
            "true: no tag of the repository can be overwritten, and the tag is made of what the image is "
            "built from; false: the tag is the stack's name"
        ),
    ] = False
    of: Annotated[
        Name | None,
        Option(
            "Another function of the stack whose image this one runs: one build and one repository for both"
        ),
    ] = None

    @model_validator(mode="after")
    def _is_one_image(self) -> ImageConfig:
        if self.of is not None and (self.context or self.reference or self.immutable):
            raise ValueError("the image is that of another function (of); say the rest there")
        if self.reference is not None and self.immutable:
            raise ValueError("immutable is about an image that is built, and this one is given")
        if (self.reference is None) != (self.digest is None):
            raise ValueError("reference and digest belong together; give both, or neither to build the image")
        if self.reference is not None and self.context is not None:
            raise ValueError("an image is either built (context) or given (reference, digest)")
        return self

    @property
    def is_built(self) -> bool:
        """Whether it is built and pushed."""
        return self.reference is None and self.of is None

    @property
    def is_shipped(self) -> bool:
        """Whether it is the image of this project's own handler."""
        return self.reference is None and self.context in (None, _SHIPPED)

    def args(self, context: Context, here: Place, application: FunctionsApplication) -> FunctionImageArgs:
        """The image of the function."""
        return FunctionImageArgs(
            source=self._source(context, here.name),
            shape=application.shape,
            config_path=context.path(f"{here.path}.image"),
        )

    def _source(self, context: Context, name: str) -> BuiltImage | GivenImage:
        if self.reference is not None and self.digest is not None:
            return GivenImage(reference=self.reference, digest=self.digest)
        return BuiltImage(
            context=context.root / (self.context or _SHIPPED),
            compartment_id=context.compartment_id,
            repository=f"{context.prefix}/{name}".lower(),
            tag=context.stack,
            immutable=self.immutable,
            registry=context.registry,
        )


@section
class ArchiveObjectConfig:
    """An archive in a bucket that exists: one version of one object."""

    bucket: Annotated[str, Option("Name of the bucket, which exists", limits.bucket)]
    name: Annotated[str, Option("Name of the object", limits.object_name)]
    version: Annotated[str, Option("Id of the version; it decides what runs", limits.object_version)]
    compartment_id: Annotated[
        str | None,
        Option("OCID of the bucket's compartment, where that is not the stack's", limits.compartment),
    ] = None


@section
class ArchiveConfig(ArchiveOptions):
    """The archive: built of a `folder`, or given as an `object`."""

    folder: Annotated[
        str | None,
        Option(
            f"Folder with the handler and its requirements.txt, relative to the program; left out, {_SHIPPED}"
        ),
    ] = None
    digest: Annotated[
        str | None,
        Option("sha256 digest that the built archive must have; another one is refused", limits.digest),
    ] = None
    object: Annotated[
        ArchiveObjectConfig | None,
        Option("An archive that exists in a bucket; nothing is built then"),
    ] = None

    @model_validator(mode="after")
    def _is_one_archive(self) -> ArchiveConfig:
        if self.object is not None and self.folder is not None:
            raise ValueError("an archive is either built (folder) or given (object)")
        if self.object is not None and self.digest is not None:
            raise ValueError("digest is that of a built archive; an object is pinned by its version")
        return self

    @property
    def is_shipped(self) -> bool:
        """Whether it is this project's own handler."""
        return self.object is None and self.folder in (None, _SHIPPED)

    def args(self, context: Context, here: Place, application: FunctionsApplication) -> FunctionArchiveArgs:
        """The archive of the function."""
        return FunctionArchiveArgs(
            **options_of(self, ArchiveOptions),
            source=self._source(context),
            shape=application.shape,
            compartment_id=context.compartment_id,
            prefix=f"{context.prefix}-{here.name}",
            iam_provider=context.iam,
            config_path=context.path(f"{here.path}.source.archive"),
        )

    def _source(self, context: Context) -> FolderArchive | ObjectArchive:
        if self.object is None:
            return FolderArchive(folder=context.root / (self.folder or _SHIPPED), digest=self.digest)
        return ObjectArchive(
            bucket=self.object.bucket,
            namespace=context.namespace,
            object=self.object.name,
            version=self.object.version,
            compartment_id=self.object.compartment_id or context.compartment_id,
        )


@section
class SourceConfig:
    """Code that is no image."""

    archive: Annotated[ArchiveConfig, Option("A zip that a managed runtime of OCI runs")]
