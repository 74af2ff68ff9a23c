"""Data sources: every one of the installed SDK, answered in the shape the SDK reads."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from sandbox.cloud.call import Cloud
from sandbox.cloud.errors import NotEmulated, ServiceError
from sandbox.cloud.store import Store
from sandbox.providers import data_sources
from sandbox.providers.sdk import DataSource, Property, Sdk
from tests.sandbox.conftest import COMPARTMENT, FUNCTION, SUBNET, Client, Failed, application, function

APPLICATION = "oci:Functions/application:Application"
VCN, SUBNETS = "oci:Core/vcn:Vcn", "oci:Core/subnet:Subnet"
SDK = Sdk("pulumi_oci")

_OF_KIND = {"list": list, "map": dict, "object": dict, "str": str, "int": int, "bool": bool}


def tokens() -> list[str]:
    """Every data source of the SDK."""
    found = []
    for path in sorted(SDK.root.rglob("get_*.py")):
        token = re.search(r"invoke\('([^']+)'", path.read_text())
        found += [token[1]] if token else []
    return found


def misfits(source: DataSource, properties: dict[str, Property], value: dict[str, Any]) -> list[str]:
    """The properties whose value is not of the type the SDK will ask of it."""
    wrong = [name for name in value if name not in properties]
    for name, property in properties.items():
        if name in value:
            type = property.type
            if not isinstance(value[name], _OF_KIND.get(type.kind, object)):
                wrong.append(name)
            elif type.kind == "list" and type.of is not None and type.of.kind == "object":
                nested = source.object(type.of.name)
                wrong += [f"{name}.{one}" for item in value[name] for one in misfits(source, nested, item)]
    return wrong


@pytest.mark.slow
def test_every_data_source_has_an_answer_or_says_so(tmp_path: Path) -> None:
    """On an empty store: a list, or a resource from outside the sandbox. None breaks or has a wrong type."""
    outcomes: Counter[str] = Counter()
    with Store(tmp_path / "store.db") as store:
        cloud = Cloud(store, "eu-frankfurt-1", "ocid1.tenancy.oc1..aaaaaaaaroot")
        for token in tokens():
            name = token.rpartition(":")[2].removeprefix("get")
            own = f"{name[:1].lower()}{name[1:]}Id"
            args = {"compartmentId": COMPARTMENT, own: "ocid1.anything.oc1..aaaaaaaaelsewhere"}
            try:
                answer = data_sources.answer(SDK, cloud, token, args)
            except NotEmulated:
                outcomes["not emulated"] += 1
                continue
            except ServiceError:
                outcomes["refused"] += 1
                continue
            outcomes["answered"] += 1
            source = SDK.data_source(token)
            assert not misfits(source, source.answers, answer), token
    assert outcomes["answered"] > 1300
    assert outcomes["not emulated"] < 1100


def test_nested_objects_are_lists_of_one(oci: Client) -> None:
    """A resource has one source and one tracing; its data source lists of one, in the plural where the SDK
    says so."""
    app = oci.create(APPLICATION, "app", application())
    made = oci.create(
        FUNCTION,
        "fn",
        {
            **function(app.id),
            "provisionedConcurrencyConfig": {"strategy": "CONSTANT", "count": 40},
            "memoryInMbs": "128",
        },
    )

    shown = oci.invoke("oci:Functions/getFunction:getFunction", functionId=made.id)
    listed = oci.invoke("oci:Functions/getFunctions:getFunctions", applicationId=app.id)["functions"]

    assert [one["strategy"] for one in shown["provisionedConcurrencyConfigs"]] == ["CONSTANT"]
    assert isinstance(shown["sourceDetails"], list)
    assert listed[0]["sourceDetails"] == shown["sourceDetails"]
    source = SDK.data_source("oci:Functions/getFunction:getFunction")
    assert not misfits(source, source.answers, shown)


def test_resources_without_rules_are_listed_and_shown(oci: Client) -> None:
    """By their arguments and filters, also where the SDK wraps a list into a collection."""
    vcn = oci.create(VCN, "v", {"compartmentId": COMPARTMENT, "cidrBlocks": ["10.0.0.0/16"]})
    made = [
        oci.create(
            SUBNETS,
            name,
            {"compartmentId": COMPARTMENT, "vcnId": vcn.id, "cidrBlock": block, "displayName": name},
        )
        for name, block in (("public", "10.0.1.0/24"), ("private", "10.0.2.0/24"))
    ]
    token = "oci:Core/getSubnets:getSubnets"

    everything = oci.invoke(token, compartmentId=COMPARTMENT, vcnId=vcn.id)["subnets"]
    one = oci.invoke(token, compartmentId=COMPARTMENT, displayName="private")["subnets"]
    none = oci.invoke(token, compartmentId=COMPARTMENT, vcnId="ocid1.vcn.oc1..another")["subnets"]
    shown = oci.invoke("oci:Core/getSubnet:getSubnet", subnetId=made[0].id)
    foreign = oci.invoke("oci:Core/getSubnet:getSubnet", subnetId=SUBNET)

    assert {item["id"] for item in everything} == {subnet.id for subnet in made}
    assert [item["displayName"] for item in one] == ["private"]
    assert none == []
    assert (shown["displayName"], shown["vcnId"]) == ("public", vcn.id)
    assert (foreign["id"], foreign["state"]) == (SUBNET, "AVAILABLE")


def test_one_that_is_gone_is_not_found(oci: Client) -> None:
    """What this store made and deleted does not exist, whoever asks."""
    vcn = oci.create(VCN, "v", {"compartmentId": COMPARTMENT, "cidrBlocks": ["10.0.0.0/16"]})
    oci.delete(vcn)

    with pytest.raises(Failed, match=f"404-NotAuthorizedOrNotFound, Vcn {vcn.id} not found"):
        oci.invoke("oci:Core/getVcn:getVcn", vcnId=vcn.id)


def test_one_of_another_type_is_not_found(oci: Client) -> None:
    """An OCID of this store stands for what it was made for, and for nothing else."""
    vcn = oci.create(VCN, "v", {"compartmentId": COMPARTMENT, "cidrBlocks": ["10.0.0.0/16"]})

    with pytest.raises(Failed, match=f"404-NotAuthorizedOrNotFound, Subnet {vcn.id} not found"):
        oci.invoke("oci:Core/getSubnet:getSubnet", subnetId=vcn.id)


def test_what_oracle_offers(oci: Client) -> None:
    """The services behind a service gateway, and images by system and shape."""
    oci.configure(region="eu-frankfurt-1")
    services = oci.invoke(
        "oci:Core/getServices:getServices",
        filters=[{"name": "name", "values": ["All .* Services In Oracle Services Network"], "regex": True}],
    )["services"]
    images = oci.invoke(
        "oci:Core/getImages:getImages",
        compartmentId=COMPARTMENT,
        operatingSystem="Oracle Linux",
        shape="VM.X",
    )["images"]

    assert [service["cidrBlock"] for service in services] == ["all-fra-services-in-oracle-services-network"]
    assert [image["operatingSystemVersion"] for image in images] == ["10", "9", "8", "7.9"] * 2
    assert not [image for image in images if "aarch64" in image["displayName"]]


def test_texts_a_service_fills_in_are_there(oci: Client) -> None:
    """Endpoints, addresses and the like are known after a create, and stay the same."""
    vault = oci.create(
        "oci:Kms/vault:Vault", "v", {"compartmentId": COMPARTMENT, "displayName": "v", "vaultType": "DEFAULT"}
    )
    subnet = oci.create(
        SUBNETS, "s", {"compartmentId": COMPARTMENT, "vcnId": "ocid1.vcn.oc1..a", "cidrBlock": "10.0.1.0/24"}
    )

    assert re.fullmatch(r"https://[\w.-]+\.oraclecloud\.com", vault.outputs["managementEndpoint"])
    assert vault.outputs["managementEndpoint"] != vault.outputs["cryptoEndpoint"]
    assert re.fullmatch(r"10\.0\.\d+\.\d+", subnet.outputs["virtualRouterIp"])
    assert oci.read(vault) == vault


def test_data_sources_show_what_there_is(oci: Client) -> None:
    """By id and by filter; secrets stay out."""
    app = oci.create(APPLICATION, "app", application())
    fn = oci.create(FUNCTION, "fn", function(app.id))
    oci.create(FUNCTION, "other", function("ocid1.fnapp.oc1.iad.aaaaforeign", displayName="other"))
    listed = oci.invoke("oci:Functions/getFunctions:getFunctions", applicationId=app.id)
    named = oci.invoke(
        "oci:Functions/getApplications:getApplications",
        compartmentId=COMPARTMENT,
        filters=[{"name": "display_name", "values": ["a.*"], "regex": True}],
    )

    assert [item["id"] for item in listed["functions"]] == [fn.id]
    assert [item["id"] for item in named["applications"]] == [app.id]
    assert (
        oci.invoke("oci:Functions/getFunction:getFunction", functionId=fn.id)["invokeEndpoint"]
        == fn.outputs["invokeEndpoint"]
    )


def test_an_argument_that_is_missing_or_unknown_is_named(oci: Client) -> None:
    """As the provider does before it asks a service."""
    with pytest.raises(Failed, match='missing required argument "compartmentId"'):
        oci.invoke("oci:Core/getVcns:getVcns", displayName="x")
    with pytest.raises(Failed, match='unexpected argument "name"'):
        oci.invoke("oci:Core/getVcns:getVcns", compartmentId=COMPARTMENT, name="x")


def test_a_list_of_an_identity_domain_is_filtered_and_counted(oci: Client) -> None:
    """By an expression; without the Terraform provider's filters."""
    endpoint = "https://idcs-0.identity.oraclecloud.com"
    for name in ("readers", "writers"):
        group = {"idcsEndpoint": endpoint, "schemas": ["s"], "displayName": name}
        oci.create("oci:Identity/domainsGroup:DomainsGroup", name, group)
    token = "oci:Identity/getDomainsGroups:getDomainsGroups"

    found = oci.invoke(token, idcsEndpoint=endpoint, groupFilter='displayName eq "writers"')
    elsewhere = oci.invoke(token, idcsEndpoint="https://another.example.com")

    assert [group["displayName"] for group in found["groups"]] == ["writers"]
    assert (found["totalResults"], elsewhere["totalResults"]) == (1, 0)


def test_one_is_found_by_the_names_in_its_path(oci: Client) -> None:
    """`backendSetName` is the name of a backend set; a load balancer has several."""
    balancer = "ocid1.loadbalancer.oc1.iad.aaaa"
    for name in ("blue", "green"):
        inputs = {
            "healthChecker": {"protocol": "TCP"},
            "loadBalancerId": balancer,
            "name": name,
            "policy": "ROUND_ROBIN",
        }
        oci.create("oci:LoadBalancer/backendSet:BackendSet", name, inputs)
    listed = oci.invoke("oci:LoadBalancer/getBackendSets:getBackendSets", loadBalancerId=balancer)

    assert [each["name"] for each in listed["backendsets"]] == ["blue", "green"]


def test_collections_hold_their_items(oci: Client) -> None:
    """Where the answer wraps a list, at the place the facts name."""
    inputs = {"compartmentId": COMPARTMENT, "displayName": "p"}
    oci.create("oci:AiLanguage/project:Project", "p", inputs)
    found = oci.invoke("oci:AiLanguage/getProjects:getProjects", compartmentId=COMPARTMENT)

    assert [item["displayName"] for item in found["projectCollections"][0]["items"]] == ["p"]
