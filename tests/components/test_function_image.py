"""A function's image, built or given: what it registers, and what it refuses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pulumi
import pytest

from components import (
    FunctionImage,
)
from components.errors import BadArguments
from components.function_image import PLATFORMS, BuiltImage, GivenImage, Registry
from components.values.content_tag import content_tag
from tests.components.arguments import (
    COMPARTMENT,
    DIGEST,
    REFERENCE,
    arguments,
    refusal,
)

REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"shape": "ARM"}, "shape: ARM is not one of"),
    ({"source": GivenImage(reference="busybox", digest=DIGEST)}, "reference: 'busybox' is not"),
    ({"source": GivenImage(reference=REFERENCE, digest="latest")}, "digest: 'latest' is not"),
]


@pytest.mark.parametrize(("changes", "reason"), REFUSED)
def test_bad_arguments_are_refused_before_anything_is_registered(
    changes: dict[str, Any], reason: str
) -> None:
    """Arguments OCI would refuse cannot be constructed; the message begins with the place in the config."""
    assert refusal("image", changes).startswith(reason)


def test_a_folder_without_dockerfile_is_refused(tmp_path: Path) -> None:
    """A build context without a Dockerfile is refused by its name."""
    registry = Registry(region="eu-frankfurt-1", namespace="n", username="n/u", auth_token="t")
    source = BuiltImage(
        context=tmp_path, registry=registry, compartment_id=COMPARTMENT, repository="r", tag="t"
    )

    with pytest.raises(BadArguments, match=rf"^context: {tmp_path.name} contains no Dockerfile$"):
        arguments("image", source=source)


@pytest.mark.parametrize("shape", PLATFORMS)
def test_the_platforms_fit_the_shape(world: Any, tmp_path: Path, shape: str) -> None:
    """x86, Arm or both, whatever machine builds; the push goes to the region's registry."""
    (tmp_path / "Dockerfile").touch()
    registry = Registry(region="eu-frankfurt-1", namespace="ax", username="ax/u", auth_token="t")
    source = BuiltImage(
        context=tmp_path, registry=registry, compartment_id=COMPARTMENT, repository="apps/r", tag="dev"
    )

    world.run(lambda: FunctionImage("i", arguments("image", source=source, shape=shape)))

    inputs = world.one("docker-build:index:Image").inputs
    expected = {
        "GENERIC_X86": ["linux/amd64"],
        "GENERIC_ARM": ["linux/arm64"],
        "GENERIC_X86_ARM": ["linux/amd64", "linux/arm64"],
    }
    assert inputs["platforms"] == expected[shape]
    assert inputs["tags"] == ["ocir.eu-frankfurt-1.oci.oraclecloud.com/ax/apps/r:dev"]
    assert inputs["context"] == {"location": str(tmp_path)}
    assert list(inputs["registries"]) == ["<secret>"]
    assert world.one("oci:Artifacts/containerRepository:ContainerRepository").inputs["isPublic"] is False


def test_an_immutable_repository_gets_a_tag_of_the_content(world: Any, tmp_path: Path) -> None:
    """Another one for another content, so that no push collides with one before it; said off, it is off."""
    registry = Registry(region="eu-frankfurt-1", namespace="ax", username="ax/u", auth_token="t")
    tags, kept = [], []
    for text, immutable in (("FROM a", True), ("FROM b", True), ("FROM b", False)):
        (tmp_path / "Dockerfile").write_text(text)
        source = BuiltImage(
            context=tmp_path,
            registry=registry,
            compartment_id=COMPARTMENT,
            repository="r",
            tag="dev",
            immutable=immutable,
        )
        seen = type(world)().run(lambda source=source: FunctionImage("i", arguments("image", source=source)))
        (reference,) = seen.one("docker-build:index:Image").inputs["tags"]
        tags.append(reference.rpartition(":")[2])
        repository = seen.one("oci:Artifacts/containerRepository:ContainerRepository")
        kept.append(repository.inputs["isImmutable"])

    assert kept == [True, True, False]
    assert len(set(tags)) == 3
    assert tags[1:] == [content_tag(tmp_path, PLATFORMS["GENERIC_X86"]), "dev"]


def test_a_given_image_registers_nothing_below(world: Any) -> None:
    """An image by reference and digest is passed on as it is."""
    seen: list[list[str]] = []

    def program() -> None:
        image = FunctionImage("i", arguments("image"))
        pulumi.Output.all(image.reference, image.digest).apply(seen.append)

    world.run(program)

    assert seen == [[REFERENCE, DIGEST]]
    assert [each.type for each in world.recorder.registered.values()] == ["aifunctions:index:FunctionImage"]
