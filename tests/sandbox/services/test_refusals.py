"""Wrong values of services that say their rules as data, names taken, and deletes of what is used."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.cloud.declared import address, between, block, formed, one_of
from tests.sandbox.conftest import COMPARTMENT, TENANCY, Client, Failed, Resource, refused

HERE = {"compartmentId": COMPARTMENT}
SUBNET = "ocid1.subnet.oc1.iad.aaaaaaaasubnet"
VCN = "ocid1.vcn.oc1.iad.aaaaaaaavcn"
PLACE = "SbOx:IAD-AD-1"

ADB = {**HERE, "dbName": "shop", "adminPassword": "Abcdefgh123#"}
BASTION = {**HERE, "bastionType": "STANDARD", "targetSubnetId": SUBNET}
BUDGET = {
    "compartmentId": TENANCY,
    "amount": 100,
    "resetPeriod": "MONTHLY",
    "targetType": "COMPARTMENT",
    "targets": [COMPARTMENT],
}
CLUSTER = {**HERE, "name": "c", "vcnId": VCN, "kubernetesVersion": "v1.34.1"}
FLEXIBLE = {"minimumBandwidthInMbps": 10, "maximumBandwidthInMbps": 100}
BALANCER = {
    **HERE,
    "displayName": "l",
    "shape": "flexible",
    "shapeDetails": FLEXIBLE,
    "subnetIds": [SUBNET],
}
INSTANCE = {
    **HERE,
    "availabilityDomain": PLACE,
    "shape": "VM.Standard.E4.Flex",
    "createVnicDetails": {"subnetId": SUBNET},
}
MYSQL = {
    **HERE,
    "availabilityDomain": PLACE,
    "shapeName": "MySQL.2",
    "subnetId": SUBNET,
    "adminUsername": "a",
}
VOLUME = {**HERE, "availabilityDomain": PLACE, "sizeInGbs": "100"}
ZONE = {**HERE, "name": "example.com", "zoneType": "PRIMARY"}


def network(**given: str) -> dict[str, Any]:
    """The options of a cluster that say its blocks."""
    return {"options": {"kubernetesNetworkConfig": given}}


def type_of(name: str) -> str:
    """A resource type by its short name."""
    kind = name.rpartition("/")[2]
    return f"oci:{name}:{kind[:1].upper()}{kind[1:]}"


def create(oci: Client, name: str, inputs: dict[str, Any], called: str = "r") -> Resource:
    """A resource by the short name of its type."""
    return oci.create(type_of(name), called, inputs)


# Type, what is right, what is wrong of it, what is said.
WRONG: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    ("Bastion/bastion", BASTION, {"bastionType": "OTHER"}, "bastionType: expected one of STANDARD"),
    ("Bastion/bastion", BASTION, {"maxSessionTtlInSeconds": 10}, "expected 1800 to 10800, found 10"),
    ("Bastion/bastion", BASTION, {"clientCidrBlockAllowLists": ["any"]}, "expected a CIDR block"),
    ("Budget/budget", BUDGET, {"amount": 0}, "amount: expected 1 to"),
    ("Budget/budget", BUDGET, {"resetPeriod": "WEEKLY"}, "resetPeriod: expected one of MONTHLY"),
    ("Budget/budget", BUDGET, {"targetType": "USER"}, "expected one of COMPARTMENT, TAG"),
    ("ContainerEngine/cluster", CLUSTER, {"kubernetesVersion": "1.34"}, "expected a version such as"),
    ("ContainerEngine/cluster", CLUSTER, {"type": "HUGE"}, "expected one of BASIC_CLUSTER, ENHANCED"),
    (
        "ContainerEngine/cluster",
        CLUSTER,
        {"clusterPodNetworkOptions": [{"cniType": "CALICO"}]},
        "clusterPodNetworkOptions.cniType: expected one of",
    ),
    (
        "ContainerEngine/cluster",
        CLUSTER,
        network(podsCidr="10.96.0.0/12", servicesCidr="10.96.0.0/16"),
        "servicesCidr: 10.96.0.0/16 overlaps podsCidr's block",
    ),
    ("ContainerEngine/cluster", CLUSTER, network(podsCidr="10.0/8"), "expected a CIDR block"),
    ("Core/instance", INSTANCE, {"availabilityDomain": "SbOx:IAD-AD-4"}, "found 'SbOx:IAD-AD-4'"),
    ("Core/instance", INSTANCE, {"faultDomain": "FAULT-DOMAIN-4"}, "expected FAULT-DOMAIN-1 to"),
    ("Core/instance", INSTANCE, {"createVnicDetails": {}}, "createVnicDetails.subnetId must be given"),
    (
        "Core/instance",
        INSTANCE,
        {"createVnicDetails": {"subnetId": SUBNET, "hostnameLabel": "a_b"}},
        "hostnameLabel: expected",
    ),
    ("Core/instance", INSTANCE, {"shapeConfig": {"ocpus": 0.5}}, "shapeConfig.ocpus: expected at least 1"),
    (
        "Core/instance",
        INSTANCE,
        {"shapeConfig": {"ocpus": 2, "memoryInGbs": 200}},
        "shapeConfig.memoryInGbs: expected 2 to 128",
    ),
    ("Core/instance", INSTANCE, {"metadata": {"user_data": "#!/bin/sh"}}, "expected text in Base64"),
    ("Core/instance", INSTANCE, {"metadata": {"a": "x" * 33_000}}, "at most 32000 bytes"),
    ("Core/volume", VOLUME, {"sizeInGbs": "10"}, "sizeInGbs: expected 50 to 32768"),
    ("Core/volume", VOLUME, {"vpusPerGb": "15"}, "vpusPerGb: expected 0 to 120 in steps of 10"),
    ("Database/autonomousDatabase", ADB, {"dbName": "my-db"}, "dbName: expected at most 30 letters"),
    ("Database/autonomousDatabase", ADB, {"dbWorkload": "OLAP"}, "expected one of OLTP, DW"),
    ("Database/autonomousDatabase", ADB, {"adminPassword": "weak"}, "adminPassword: expected 12 to 30"),
    ("Database/autonomousDatabase", ADB, {"adminPassword": "Admin1234567"}, "a secret value is not accepted"),
    ("Dns/zone", ZONE, {"scope": "PRIVATE"}, "viewId must be given"),
    ("Dns/zone", ZONE, {"zoneType": "SECONDARY"}, "externalMasters must be given"),
    (
        "Limits/quota",
        {"compartmentId": TENANCY, "name": "q", "description": "d"},
        {"statements": ["allow all"]},
        "statements: expected set, unset or zero",
    ),
    ("LoadBalancer/loadBalancer", BALANCER, {"shape": "huge"}, "shape: expected one of flexible"),
    ("LoadBalancer/loadBalancer", BALANCER, {"shapeDetails": None}, "shapeDetails must be given"),
    (
        "LoadBalancer/loadBalancer",
        BALANCER,
        {"shapeDetails": {"minimumBandwidthInMbps": 200, "maximumBandwidthInMbps": 100}},
        "expected at most 100, found 200",
    ),
    ("Mysql/mysqlDbSystem", MYSQL, {"adminPassword": "weak"}, "adminPassword: expected 8 to 32"),
]


@pytest.mark.parametrize(("name", "right", "wrong", "text"), WRONG, ids=[f"{w[0]} {w[3]}" for w in WRONG])
def test_a_wrong_value_is_refused(
    oci: Client, name: str, right: dict[str, Any], wrong: dict[str, Any], text: str
) -> None:
    """In one line that names the place; a password is not shown."""
    refused(oci, type_of(name), {**right, **wrong}, text)


@pytest.mark.parametrize(
    ("name", "right"), list({w[0]: w[1] for w in WRONG}.items()), ids=list({w[0]: 0 for w in WRONG})
)
def test_what_is_right_is_taken(oci: Client, name: str, right: dict[str, Any]) -> None:
    """And there is no change the next time."""
    right = {"statements": ["zero compute quotas in tenancy"], **right} if name == "Limits/quota" else right
    made = create(oci, name, right)

    assert not oci.changed(made, made.inputs)
    assert oci.read(made) == made


def test_a_refused_password_is_not_shown(oci: Client) -> None:
    """Nor any other part of it."""
    with pytest.raises(Failed) as failed:
        create(oci, "Database/autonomousDatabase", {**ADB, "adminPassword": "S3cret"})
    assert "S3cret" not in str(failed.value)


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        ("Database/autonomousDatabase", ADB, {"dbName": "SHOP"}),
        ("Dns/zone", ZONE, {"name": "Example.com"}),
        ("Core/instance", INSTANCE, {"createVnicDetails": {"subnetId": SUBNET, "hostnameLabel": "web"}}),
        (
            "Identity/tagNamespace",
            {"compartmentId": TENANCY, "name": "Ops", "description": "d"},
            {"name": "ops"},
        ),
    ],
)
def test_a_name_is_given_once(oci: Client, name: str, one: dict[str, Any], other: dict[str, Any]) -> None:
    """Whatever its case; and again once it is free."""
    same = {**one, **other}
    made = create(oci, name, same if name == "Core/instance" else one)

    refused(oci, type_of(name), same, "409-Conflict")
    oci.delete(made)
    create(oci, name, same)


class TestLoadBalancer:
    """Names and ports of one load balancer."""

    @pytest.fixture
    def balancer(self, oci: Client) -> str:
        """One with a backend set `web`."""
        id = create(oci, "LoadBalancer/loadBalancer", BALANCER).id
        create(oci, "LoadBalancer/backendSet", self.backend_set(id))
        return id

    def backend_set(self, balancer: str, **more: Any) -> dict[str, Any]:
        """What is right."""
        checker = {"protocol": "TCP"}
        found = {"loadBalancerId": balancer, "name": "web", "policy": "ROUND_ROBIN", "healthChecker": checker}
        return {**found, **more}

    def listener(self, balancer: str, **more: Any) -> dict[str, Any]:
        """What is right."""
        found = {"loadBalancerId": balancer, "name": "http", "defaultBackendSetName": "web"}
        return {**found, "port": 80, "protocol": "HTTP", **more}

    def backend(self, balancer: str, **more: Any) -> dict[str, Any]:
        """What is right."""
        found = {"loadBalancerId": balancer, "backendsetName": "web", "ipAddress": "10.0.0.9", "port": 80}
        return {**found, **more}

    @pytest.mark.parametrize(
        ("name", "wrong", "text"),
        [
            ("backendSet", {}, "409-Conflict"),
            ("backendSet", {"name": "b", "policy": "RANDOM"}, "policy: expected one of ROUND_ROBIN"),
            ("backendSet", {"name": "b", "healthChecker": {"protocol": "UDP"}}, "expected one of HTTP, TCP"),
            ("listener", {"defaultBackendSetName": "other"}, "has no backend set other"),
            ("listener", {"port": 70000}, "port: expected 1 to 65535"),
            ("listener", {"protocol": "FTP"}, "protocol: expected one of HTTP"),
            ("backend", {"backendsetName": "other"}, "has no backend set other"),
            ("backend", {"ipAddress": "10.0.0.999"}, "ipAddress: expected an IP address"),
        ],
    )
    def test_what_does_not_fit_is_refused(
        self, oci: Client, balancer: str, name: str, wrong: dict[str, Any], text: str
    ) -> None:
        """As the service does."""
        right = {"backendSet": self.backend_set, "listener": self.listener, "backend": self.backend}[name]
        refused(oci, type_of(f"LoadBalancer/{name}"), right(balancer, **wrong), text)

    def test_a_port_is_of_one_listener(self, oci: Client, balancer: str) -> None:
        """Unless names of hosts tell them apart."""
        create(oci, "LoadBalancer/listener", self.listener(balancer))

        refused(oci, type_of("LoadBalancer/listener"), self.listener(balancer, name="b"), "409-Conflict")
        create(oci, "LoadBalancer/listener", self.listener(balancer, name="c", hostnameNames=["app"]), "c")

    def test_a_backend_set_stays_while_it_is_used(self, oci: Client) -> None:
        """By a listener; without one it goes."""
        balancer = create(oci, "LoadBalancer/loadBalancer", BALANCER).id
        made = create(oci, "LoadBalancer/backendSet", self.backend_set(balancer))
        listener = create(oci, "LoadBalancer/listener", self.listener(balancer))

        with pytest.raises(Failed, match="is in use by the listener"):
            oci.delete(made)
        oci.delete(listener)
        oci.delete(made)

    def test_the_reserved_address_is_the_balancers(self, oci: Client) -> None:
        """Wherever it is shown."""
        address = create(oci, "Core/publicIp", {**HERE, "lifetime": "RESERVED"})
        made = create(oci, "LoadBalancer/loadBalancer", {**BALANCER, "reservedIps": [{"id": address.id}]})

        assert made.outputs["ipAddresses"] == [address.outputs["ipAddress"]]
        assert made.outputs["ipAddressDetails"][0]["ipAddress"] == address.outputs["ipAddress"]


class TestNetworkLoadBalancer:
    """The same, as far as it goes, of the one without HTTP."""

    def made(self, oci: Client) -> tuple[str, Resource]:
        """One with a backend set `tcp`."""
        balancer = {**HERE, "displayName": "n", "subnetId": SUBNET}
        id = create(oci, "NetworkLoadBalancer/networkLoadBalancer", balancer).id
        checker = {"protocol": "TCP", "port": 80}
        inputs = {
            "networkLoadBalancerId": id,
            "name": "tcp",
            "policy": "FIVE_TUPLE",
            "healthChecker": checker,
        }
        return id, create(oci, "NetworkLoadBalancer/backendSet", inputs)

    def test_backends_and_listeners_have_their_set(self, oci: Client) -> None:
        """One that is there, and that stays while a listener sends to it."""
        id, of_it = self.made(oci)
        inputs = {"networkLoadBalancerId": id, "name": "l", "port": 80, "protocol": "TCP"}
        backend = {"networkLoadBalancerId": id, "ipAddress": "10.0.0.9", "port": 80, "backendSetName": "no"}

        refused(oci, type_of("NetworkLoadBalancer/backend"), backend, "has no backend set no")
        listening = type_of("NetworkLoadBalancer/listener")
        refused(oci, listening, {**inputs, "defaultBackendSetName": "no"}, "has no backend set no")
        refused(oci, listening, {**inputs, "defaultBackendSetName": "tcp", "port": 70000}, "0 to 65535")
        listener = create(oci, "NetworkLoadBalancer/listener", {**inputs, "defaultBackendSetName": "tcp"})
        with pytest.raises(Failed, match="is in use by the listener"):
            oci.delete(of_it)
        oci.delete(listener)
        oci.delete(of_it)

    def test_a_name_is_given_once(self, oci: Client) -> None:
        """Of one balancer's sets."""
        _, of_it = self.made(oci)
        refused(oci, type_of("NetworkLoadBalancer/backendSet"), of_it.inputs, "409-Conflict")


class TestVolumes:
    """What is attached."""

    def attached(self, oci: Client) -> tuple[Resource, Resource, Resource]:
        """A volume, an instance and the attachment of both."""
        volume, instance = create(oci, "Core/volume", VOLUME), create(oci, "Core/instance", INSTANCE)
        return volume, instance, create(oci, "Core/volumeAttachment", self.inputs(volume, instance))

    def inputs(self, volume: Resource, instance: Resource) -> dict[str, Any]:
        """An attachment's."""
        return {"attachmentType": "paravirtualized", "instanceId": instance.id, "volumeId": volume.id}

    def test_a_volume_is_attached_once(self, oci: Client) -> None:
        """Unless both share it."""
        volume, instance, _ = self.attached(oci)
        refused(oci, type_of("Core/volumeAttachment"), self.inputs(volume, instance), "is attached already")

    def test_an_attached_volume_stays(self, oci: Client) -> None:
        """Until it is detached."""
        volume, _, attachment = self.attached(oci)
        with pytest.raises(Failed, match="is in use by the attachment"):
            oci.delete(volume)
        oci.delete(attachment)
        oci.delete(volume)

    def test_both_are_in_one_availability_domain(self, oci: Client) -> None:
        """As the service says of the volume."""
        volume = create(oci, "Core/volume", {**VOLUME, "availabilityDomain": "SbOx:IAD-AD-2"})
        instance = create(oci, "Core/instance", INSTANCE)
        refused(oci, type_of("Core/volumeAttachment"), self.inputs(volume, instance), "is in SbOx:IAD-AD-2")

    def test_a_volume_only_grows(self, oci: Client) -> None:
        """And a clone is as large as what it is made of."""
        volume = create(oci, "Core/volume", VOLUME)
        with pytest.raises(Failed, match="from 100 to 60 it would shrink"):
            oci.update(volume, {**volume.inputs, "sizeInGbs": "60"})
        grown = oci.update(volume, {**volume.inputs, "sizeInGbs": "200"})
        backup = create(oci, "Core/volumeBackup", {"volumeId": volume.id})
        assert grown.outputs["sizeInGbs"] == backup.outputs["sizeInGbs"] == "200"


class TestDefinedTags:
    """Of a namespace that a program made."""

    def made(self, oci: Client) -> Resource:
        """`Ops.Env`, dev or prod."""
        space = create(
            oci, "Identity/tagNamespace", {"compartmentId": TENANCY, "name": "Ops", "description": "d"}
        )
        validator = {"validatorType": "ENUM", "values": ["dev", "prod"]}
        key = {"tagNamespaceId": space.id, "name": "Env", "description": "d", "validator": validator}
        return create(oci, "Identity/tag", key)

    @pytest.mark.parametrize(
        ("tags", "text"),
        [
            ({"Ops.Cost": "1"}, "tag namespace Ops has no key Cost"),
            ({"ops.env": "test"}, "definedTags.ops.env: expected one of dev, prod, found 'test'"),
        ],
    )
    def test_what_the_namespace_does_not_have_is_refused(
        self, oci: Client, tags: dict[str, str], text: str
    ) -> None:
        """Keys and values alike, on any resource."""
        self.made(oci)
        refused(oci, type_of("Core/vcn"), {**HERE, "cidrBlocks": ["10.0.0.0/16"], "definedTags": tags}, text)

    def test_other_namespaces_are_taken_as_existing(self, oci: Client) -> None:
        """Those of the tenancy, and Oracle's own; a value that is allowed is taken."""
        self.made(oci)
        tags = {"Ops.Env": "dev", "Oracle-Tags.CreatedBy": "me", "Finance.Cost": "1"}
        create(oci, "Core/vcn", {**HERE, "cidrBlocks": ["10.0.0.0/16"], "definedTags": tags})

    def test_names_have_neither_spaces_nor_periods(self, oci: Client) -> None:
        """A key is its namespace's once."""
        space = {"compartmentId": TENANCY, "name": "a.b", "description": "d"}
        refused(oci, type_of("Identity/tagNamespace"), space, "without spaces and periods")
        key = self.made(oci)
        refused(oci, type_of("Identity/tag"), {**key.inputs, "name": "ENV"}, "409-Conflict")


class TestDns:
    """Records of a zone."""

    @pytest.mark.parametrize(
        ("domain", "item", "text"),
        [
            ("www.example.org", {"rdata": "192.0.2.1"}, "expected a name in the zone example.com"),
            ("www.example.com", {"rdata": "www"}, "items[0].rdata: expected an IPv4 address, found 'www'"),
            ("www.example.com", {"rdata": "192.0.2.1", "ttl": -1}, "items[0].ttl: expected 0 or more"),
        ],
    )
    def test_a_record_fits_its_zone(self, oci: Client, domain: str, item: dict[str, Any], text: str) -> None:
        """By name, type and time to live."""
        zone = create(oci, "Dns/zone", ZONE)
        record = {"domain": domain, "rtype": "A", "ttl": 60, **item}
        inputs = {"zoneNameOrId": zone.id, "domain": domain, "rtype": "A", "items": [record]}
        refused(oci, type_of("Dns/rrset"), inputs, text)


class TestClusters:
    """Clusters and their pools."""

    def pool(self, cluster: Resource, **more: Any) -> dict[str, Any]:
        """A pool of three nodes in two places."""
        places = [{"availabilityDomain": f"SbOx:IAD-AD-{number}", "subnetId": SUBNET} for number in (1, 2)]
        config = {"size": 3, "placementConfigs": places}
        found = {**HERE, "clusterId": cluster.id, "name": "p", "nodeShape": "VM.Standard.E4.Flex"}
        return {**found, "kubernetesVersion": "v1.34.1", "nodeConfigDetails": config, **more}

    def test_nodes_are_not_newer_than_their_cluster(self, oci: Client) -> None:
        """They may be older."""
        cluster = create(oci, "ContainerEngine/cluster", CLUSTER)
        newer = self.pool(cluster, kubernetesVersion="v1.35.0")
        refused(
            oci, type_of("ContainerEngine/nodePool"), newer, "nodes of v1.35.0 are newer than the cluster"
        )
        create(oci, "ContainerEngine/nodePool", self.pool(cluster, kubernetesVersion="v1.33.1"))

    def test_a_cluster_stays_while_it_has_a_pool(self, oci: Client) -> None:
        """And goes without."""
        cluster = create(oci, "ContainerEngine/cluster", CLUSTER)
        pool = create(oci, "ContainerEngine/nodePool", self.pool(cluster))
        with pytest.raises(Failed, match="is in use by the node pool"):
            oci.delete(cluster)
        oci.delete(pool)
        oci.delete(cluster)

    def test_a_pool_has_its_nodes(self, oci: Client) -> None:
        """As many as it is to have, each with an address of its own; fewer after it shrank."""
        cluster = create(oci, "ContainerEngine/cluster", CLUSTER)
        pool = create(oci, "ContainerEngine/nodePool", self.pool(cluster))

        nodes = pool.outputs["nodes"]
        assert len(nodes) == len({node["privateIp"] for node in nodes}) == 3
        assert [node["availabilityDomain"][-1] for node in nodes] == ["1", "2", "1"]
        config = {**pool.inputs["nodeConfigDetails"], "size": 1}
        smaller = oci.update(pool, {**pool.inputs, "nodeConfigDetails": config})
        assert [node["name"] for node in smaller.outputs["nodes"]] == [nodes[0]["name"]]
        assert oci.refresh(smaller).outputs == smaller.outputs

    def test_blocks_of_pods_lie_beside_those_of_the_vcn(self, oci: Client) -> None:
        """Where the VCN is of this store."""
        vcn = create(oci, "Core/vcn", {**HERE, "cidrBlocks": ["10.0.0.0/16"]})
        inputs = {**CLUSTER, "vcnId": vcn.id, **network(podsCidr="10.0.0.0/16")}
        refused(oci, type_of("ContainerEngine/cluster"), inputs, "overlaps the VCN's block 10.0.0.0/16")


def test_an_export_has_a_path_of_its_own(oci: Client) -> None:
    """And keeps its file system."""
    system = create(oci, "FileStorage/fileSystem", {**HERE, "availabilityDomain": PLACE})
    target = {**HERE, "availabilityDomain": PLACE, "subnetId": SUBNET}
    set = create(oci, "FileStorage/mountTarget", target).outputs["exportSetId"]
    inputs = {"exportSetId": set, "fileSystemId": system.id, "path": "/shared"}
    export = create(oci, "FileStorage/export", inputs)

    refused(oci, type_of("FileStorage/export"), inputs, "409-Conflict")
    refused(oci, type_of("FileStorage/export"), {**inputs, "path": "a"}, "a path that begins with /")
    with pytest.raises(Failed, match="is in use by the export"):
        oci.delete(system)
    oci.delete(export)
    oci.delete(system)


@pytest.mark.parametrize(
    ("algorithm", "length", "fits"),
    [("AES", 32, True), ("AES", 20, False), ("RSA", 256, True), ("RSA", 2048, False)],
)
def test_a_key_has_a_length_of_its_kind(oci: Client, algorithm: str, length: int, fits: bool) -> None:
    """In bytes."""
    vault = create(oci, "Kms/vault", {**HERE, "displayName": "v", "vaultType": "DEFAULT"})
    shape = {"algorithm": algorithm, "length": length}
    inputs = {**HERE, "displayName": "k", "keyShape": shape}
    inputs["managementEndpoint"] = vault.outputs["managementEndpoint"]
    if fits:
        create(oci, "Kms/key", inputs)
    else:
        refused(oci, type_of("Kms/key"), inputs, f"found {length}")


@pytest.mark.parametrize(
    ("check", "right", "wrong"),
    [
        (one_of("A", "B"), ["A", "b"], ["C", ""]),
        (between(1, 10), [1, "10", 2.5], [0, 11, "x"]),
        (between(0, 30, 10), [0, "20"], [15, 40]),
        (formed(r"/\w+", "a path"), ["/a"], ["a", "/a b"]),
        (block, ["10.0.0.0/8", "fd00::/8"], ["10.0.0.1/8", "any"]),
        (address, ["10.0.0.1", "fd00::1"], ["10.0.0.0/8", "host"]),
    ],
)
def test_checks_say_what_they_expect(check: Any, right: list[Any], wrong: list[Any]) -> None:
    """Nothing where the value fits."""
    assert not [value for value in right if check(value)]
    assert all(check(value) for value in wrong)
