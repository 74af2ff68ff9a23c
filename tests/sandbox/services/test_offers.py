"""What programs of other people look up before they create anything: there is an answer that can be used."""

from __future__ import annotations

import re
from typing import Any

import pytest

from sandbox.providers.sdk import Sdk
from tests.sandbox.conftest import COMPARTMENT, TENANCY, Client, Failed
from tests.sandbox.providers.test_data_sources import misfits

SDK = Sdk("pulumi_oci")
HERE = {"compartmentId": COMPARTMENT}

# Look-up, arguments, where the items are.
OFFERED: list[tuple[str, dict[str, Any], str]] = [
    ("ContainerEngine/getAddonOptions", {"kubernetesVersion": "v1.34.1"}, "addonOptions"),
    ("ContainerEngine/getClusterOption", {"clusterOptionId": "all"}, "kubernetesVersions"),
    ("ContainerEngine/getNodePoolOption", {"nodePoolOptionId": "all"}, "sources"),
    ("ContainerEngine/getPodShapes", HERE, "podShapes"),
    ("ContainerInstances/getContainerInstanceShapes", HERE, "containerInstanceShapeCollections.items"),
    ("Core/getCpeDeviceShapes", {}, "cpeDeviceShapes"),
    ("Core/getFastConnectProviderServices", HERE, "fastConnectProviderServices"),
    ("Core/getImageShapes", {"imageId": "ocid1.image.oc1.iad.aaaaaaaaimage"}, "imageShapeCompatibilities"),
    ("Core/getPeerRegionForRemotePeerings", {}, "peerRegionForRemotePeerings"),
    ("Core/getShapes", HERE, "shapes"),
    ("Core/getVirtualCircuitBandwidthShapes", {"providerServiceId": "x"}, "virtualCircuitBandwidthShapes"),
    ("Core/getVolumeBackupPolicies", {}, "volumeBackupPolicies"),
    ("DataScience/getFastLaunchJobConfigs", HERE, "fastLaunchJobConfigs"),
    ("DataScience/getJobShapes", HERE, "jobShapes"),
    ("DataScience/getModelDeploymentShapes", HERE, "modelDeploymentShapes"),
    ("DataScience/getNotebookSessionShapes", HERE, "notebookSessionShapes"),
    ("Database/getAutonomousCharacterSets", {}, "autonomousDatabaseCharacterSets"),
    ("Database/getAutonomousDbVersions", {**HERE, "dbWorkload": "OLTP"}, "autonomousDbVersions"),
    ("Database/getDbSystemShapes", HERE, "dbSystemShapes"),
    ("Database/getDbVersions", HERE, "dbVersions"),
    ("Database/getGiVersions", HERE, "giVersions"),
    ("GenerativeAi/getModels", {**HERE, "capabilities": ["CHAT"]}, "modelCollections.items"),
    ("Limits/getLimitDefinitions", {**HERE, "serviceName": "compute"}, "limitDefinitions"),
    ("Limits/getLimitValues", {**HERE, "serviceName": "compute"}, "limitValues"),
    ("Limits/getServices", HERE, "services"),
    ("LoadBalancer/getPolicies", HERE, "policies"),
    ("LoadBalancer/getProtocols", HERE, "protocols"),
    ("LoadBalancer/getShapes", HERE, "shapes"),
    ("Mysql/getMysqlConfigurations", {**HERE, "shapeName": "MySQL.2"}, "configurations"),
    ("Mysql/getMysqlVersion", HERE, "versions"),
    ("Mysql/getShapes", HERE, "shapes"),
    (
        "NetworkLoadBalancer/getNetworkLoadBalancersPolicies",
        {},
        "networkLoadBalancersPolicyCollections.items",
    ),
    (
        "NetworkLoadBalancer/getNetworkLoadBalancersProtocols",
        {},
        "networkLoadBalancersProtocolCollections.items",
    ),
    ("Psql/getDefaultConfigurations", {"dbVersion": "15"}, "defaultConfigurationCollections.items"),
    ("Psql/getShapes", HERE, "shapeCollections.items"),
]


def look_up(oci: Client, name: str, /, **args: Any) -> dict[str, Any]:
    """A look-up by its short name."""
    return oci.invoke(f"oci:{name}:{name.partition('/')[2]}", **args)


def items(answer: dict[str, Any], place: str) -> list[Any]:
    """What is at a dotted place, through collections of one."""
    name, _, rest = place.partition(".")
    found: list[Any] = answer[name]
    return items(found[0], rest) if rest else found


@pytest.mark.parametrize(("name", "args", "place"), OFFERED, ids=[name for name, _, _ in OFFERED])
def test_what_oracle_offers_is_listed(oci: Client, name: str, args: dict[str, Any], place: str) -> None:
    """At least one item, of the types that the SDK has; the same ones the next time."""
    answer = look_up(oci, name, **args)

    assert items(answer, place)
    source = SDK.data_source(f"oci:{name}:{name.partition('/')[2]}")
    assert not misfits(source, source.answers, answer)
    assert look_up(oci, name, **args) == answer


@pytest.mark.parametrize(
    ("system", "version", "shape", "name"),
    [
        ("Canonical Ubuntu", "22.04", "VM.Standard.A1.Flex", r"Canonical-Ubuntu-22\.04-aarch64-.*"),
        ("Canonical Ubuntu", "24.04", "VM.Standard.E2.1.Micro", r"Canonical-Ubuntu-24\.04-2.*"),
        ("Oracle Linux", "8", "VM.Standard.E4.Flex", r"Oracle-Linux-8\.\d+-2.*"),
        ("Oracle Linux", "7.9", "VM.Standard2.1", r"Oracle-Linux-7\.9-2.*"),
        ("Windows", "Server 2022 Standard", "VM.Standard.E5.Flex", r"Windows-Server-2022-.*"),
    ],
)
def test_the_newest_image_of_a_system_fits_the_shape(
    oci: Client, system: str, version: str, shape: str, name: str
) -> None:
    """Programs take the first one, without looking at it."""
    asked = {**HERE, "operatingSystem": system, "operatingSystemVersion": version, "shape": shape}

    newest, older, *_ = look_up(oci, "Core/getImages", **asked, sortOrder="DESC")["images"]
    oldest = look_up(oci, "Core/getImages", **asked, sortOrder="ASC")["images"][0]

    assert re.fullmatch(name, newest["displayName"])
    assert newest["timeCreated"] >= older["timeCreated"] >= oldest["timeCreated"] != newest["timeCreated"]
    assert look_up(oci, "Core/getImage", imageId=newest["id"])["displayName"] == newest["displayName"]


def test_images_are_filtered_by_a_pattern(oci: Client) -> None:
    """As in many programs, where the pattern keeps machines of other kinds out."""
    pattern = {"name": "display_name", "values": [r"^Oracle-Linux-9\.\d+-\d{4}\..*$"], "regex": True}
    found = look_up(oci, "Core/getImages", **HERE, operatingSystem="Oracle Linux", filters=[pattern])

    assert {image["operatingSystemVersion"] for image in found["images"]} == {"9"}


@pytest.mark.parametrize(
    ("pattern", "asked"),
    [
        (r"(Oracle-Linux).*?(aarch64).*?(1\.34\.1)", {}),
        (r"(Oracle-Linux)-(?!.*?(?:GPU|aarch64)).*?(1\.34\.1)", {}),
        (r"Oracle-Linux-8.*-OKE-1\.29\.1", {"nodePoolK8sVersion": "v1.29.1"}),
        (r"Oracle-Linux-8.*-aarch64-.*", {"nodePoolOsArch": "AARCH64"}),
    ],
)
def test_images_of_nodes_are_found_by_their_names(oci: Client, pattern: str, asked: dict[str, Any]) -> None:
    """By the patterns that programs have, for the version they ask for."""
    found = look_up(oci, "ContainerEngine/getNodePoolOption", nodePoolOptionId="all", **asked)

    assert any(re.search(pattern, source["sourceName"]) for source in found["sources"])
    assert all(source["imageId"].startswith("ocid1.image.oc1.") for source in found["sources"])


def test_models_are_those_that_can_do_what_is_asked(oci: Client) -> None:
    """All that is asked, of the vendor that is asked for; and each can be looked up by itself."""
    asked = {"capabilities": ["CHAT", "FINE_TUNE"], "vendor": "meta"}
    found = items(look_up(oci, "GenerativeAi/getModels", **HERE, **asked), "modelCollections.items")

    assert found
    for model in found:
        assert model["vendor"] == "meta"
        assert {"CHAT", "FINE_TUNE"} <= set(model["capabilities"])
    shown = look_up(oci, "GenerativeAi/getModel", modelId=found[0]["id"])
    assert shown["displayName"] == found[0]["displayName"]


def test_a_limit_that_is_asked_for_has_room(oci: Client) -> None:
    """In the availability domain that is asked for."""
    asked = {"serviceName": "compute", "name": "standard-e2-micro-core-count", "scopeType": "AD"}
    values = look_up(oci, "Limits/getLimitValues", **HERE, **asked, availabilityDomain="SbOx:IAD-AD-2")

    assert [(one["availabilityDomain"], one["value"]) for one in values["limitValues"]] == [
        ("SbOx:IAD-AD-2", "100")
    ]
    wanted = {"serviceName": "compute", "limitName": "standard-e4-core-count"}
    room = look_up(oci, "Limits/getResourceAvailability", **HERE, **wanted)
    assert (room["available"], room["used"]) == ("100", "0")


def test_one_availability_domain_is_found_by_its_number(oci: Client) -> None:
    """The same as in the list; there are three."""
    listed = look_up(oci, "Identity/getAvailabilityDomains", compartmentId=TENANCY)["availabilityDomains"]
    found = look_up(oci, "Identity/getAvailabilityDomain", compartmentId=TENANCY, adNumber=2)

    assert (found["name"], found["id"]) == (listed[1]["name"], listed[1]["id"])
    with pytest.raises(Failed, match="availability domain 4 not found"):
        look_up(oci, "Identity/getAvailabilityDomain", compartmentId=TENANCY, adNumber=4)


def test_the_default_domain_is_in_the_root(oci: Client) -> None:
    """Under one address, by whichever look-up; a user made there knows the domain."""
    oci.configure(tenancyOcid=TENANCY)
    (domain,) = look_up(oci, "Identity/getDomains", compartmentId=TENANCY, displayName="Default")["domains"]
    made = oci.create(
        "oci:Identity/domainsUser:DomainsUser",
        "u",
        {"idcsEndpoint": domain["url"], "userName": "bob", "schemas": ["urn:ietf:params:scim:schemas:core"]},
    )

    assert look_up(oci, "Identity/getDomain", domainId=domain["id"])["url"] == domain["url"]
    assert made.outputs["domainOcid"] == domain["id"]
    assert look_up(oci, "Identity/getDomains", compartmentId=COMPARTMENT)["domains"] == []
