"""Where things are reached: outputs that programs index and build on are there, and agree with each other."""

from __future__ import annotations

import base64
import ipaddress
import json
from typing import Any

import pytest

from tests.sandbox.conftest import COMPARTMENT, TENANCY, USER, Client, Failed, Resource
from tests.sandbox.services.test_offers import look_up
from tests.sandbox.services.test_refusals import ADB, CLUSTER, PLACE, create

HERE = {"compartmentId": COMPARTMENT}
BLOCK = "10.0.1.0/24"


@pytest.fixture
def vcn(oci: Client) -> Resource:
    """A VCN with a name."""
    return create(oci, "Core/vcn", {**HERE, "cidrBlocks": ["10.0.0.0/16"], "dnsLabel": "net"})


@pytest.fixture
def subnet(oci: Client, vcn: Resource) -> Resource:
    """A subnet with a name."""
    inputs = {**HERE, "vcnId": vcn.id, "cidrBlock": BLOCK, "dnsLabel": "db"}
    return create(oci, "Core/subnet", inputs)


def inside(address: Any) -> bool:
    """Whether an address lies in the subnet."""
    return ipaddress.ip_address(str(address)) in ipaddress.ip_network(BLOCK)


def steady(oci: Client, made: Resource) -> bool:
    """Whether a second look says the same, and the same inputs change nothing."""
    return oci.refresh(made).outputs == made.outputs and not oci.changed(made, made.inputs)


def test_a_mysql_system_has_one_endpoint(oci: Client, subnet: Resource) -> None:
    """By name and by address."""
    inputs = {**HERE, "availabilityDomain": PLACE, "shapeName": "MySQL.2", "hostnameLabel": "orders"}
    made = create(oci, "Mysql/mysqlDbSystem", {**inputs, "subnetId": subnet.id})

    (endpoint,) = made.outputs["endpoints"]
    assert endpoint["hostname"] == "orders.db.net.oraclevcn.com"
    assert (endpoint["ipAddress"], endpoint["port"]) == (made.outputs["ipAddress"], made.outputs["port"])
    assert inside(endpoint["ipAddress"])
    assert steady(oci, made)


def test_a_postgresql_system_has_a_primary_address(oci: Client, subnet: Resource) -> None:
    """Inside of what the program gives."""
    inputs: dict[str, Any] = {
        **HERE,
        "dbVersion": "15",
        "displayName": "pg",
        "shape": "PostgreSQL.VM.Standard.E4.Flex",
    }
    inputs |= {"networkDetails": {"subnetId": subnet.id}, "instanceCount": 2}
    inputs |= {"storageDetails": {"isRegionallyDurable": True, "systemType": "OCI_OPTIMIZED_STORAGE"}}
    made = create(oci, "Psql/dbSystem", inputs)

    assert inside(made.outputs["networkDetails"]["primaryDbEndpointPrivateIp"])
    assert [one["displayName"] for one in made.outputs["instances"]] == ["pg-1", "pg-2"]
    assert steady(oci, made)


def test_a_db_system_has_a_home_a_database_and_a_node(oci: Client, subnet: Resource) -> None:
    """Made with it, and found by look-ups, without passwords."""
    database = {"adminPassword": "Abcdefgh123#", "dbName": "orcl"}
    inputs = {
        **HERE,
        "availabilityDomain": PLACE,
        "databaseEdition": "ENTERPRISE_EDITION",
        "shape": "VM.Standard.E4.Flex",
        "hostname": "host",
        "subnetId": subnet.id,
        "sshPublicKeys": ["ssh-rsa AAAA"],
        "dbHome": {"dbVersion": "19.0.0.0", "database": database},
    }
    made = create(oci, "Database/dbSystem", inputs)

    (home,) = look_up(oci, "Database/getDbHomes", **HERE, dbSystemId=made.id)["dbHomes"]
    (found,) = look_up(oci, "Database/getDatabases", **HERE, dbHomeId=home["id"])["databases"]
    (node,) = look_up(oci, "Database/getDbNodes", **HERE, dbSystemId=made.id)["dbNodes"]
    assert (found["dbName"], node["hostname"]) == ("orcl", "host")
    assert "adminPassword" not in found
    strings = made.outputs["dbHome"]["database"]["connectionStrings"][0]
    assert strings["cdbDefault"] == "host.db.net.oraclevcn.com:1521/orcl.db.net.oraclevcn.com"
    assert steady(oci, made)


def test_an_autonomous_database_says_how_it_is_connected_to(oci: Client, subnet: Resource) -> None:
    """Profiles with and without a wallet; an address where it is in a subnet, and none elsewhere."""
    private = {"dbName": "dwh", "subnetId": subnet.id, "privateEndpointLabel": "dwh"}
    inside_of_it, open_to_all = (
        create(oci, "Database/autonomousDatabase", {**ADB, **more}, str(more)) for more in (private, {})
    )

    assert inside(inside_of_it.outputs["privateEndpointIp"])
    assert inside_of_it.outputs["privateEndpoint"] == "dwh.adb.us-ashburn-1.oraclecloud.com"
    assert open_to_all.outputs["privateEndpointIp"] == ""
    profiles = open_to_all.outputs["connectionStrings"][0]["profiles"]
    wanted = {"consumerGroup": "HIGH", "tlsAuthentication": "SERVER"}
    (profile,) = [one for one in profiles if wanted.items() <= one.items()]
    assert (profile["displayName"], "(port=1521)" in profile["value"]) == ("shop_high", True)


def test_a_mount_target_has_a_private_ip(oci: Client, subnet: Resource) -> None:
    """Which programs look up."""
    target = {**HERE, "availabilityDomain": PLACE, "subnetId": subnet.id}
    made = create(oci, "FileStorage/mountTarget", target)

    (private,) = made.outputs["privateIpIds"]
    found = look_up(oci, "Core/getPrivateIp", privateIpId=private)
    assert inside(found["ipAddress"])
    assert found["ipAddress"] == made.outputs["ipAddress"]


def test_a_drg_has_its_tables(oci: Client, vcn: Resource) -> None:
    """An attachment has the one of its kind, and says which VCN it is of."""
    drg = create(oci, "Core/drg", HERE)
    details = {"networkDetails": {"type": "VCN", "id": vcn.id}}
    made = create(oci, "Core/drgAttachment", {"drgId": drg.id, **details})

    (tables,) = drg.outputs["defaultDrgRouteTables"]
    assert made.outputs["drgRouteTableId"] == tables["vcn"] != tables["ipsecTunnel"]
    assert made.outputs["vcnId"] == vcn.id
    assert oci.record(drg.id)
    rule = {"destination": "0.0.0.0/0", "destinationType": "CIDR_BLOCK", "nextHopDrgAttachmentId": made.id}
    create(oci, "Core/drgRouteTableRouteRule", {"drgRouteTableId": tables["vcn"], **rule})
    assert steady(oci, made)


def test_a_nat_gateway_has_the_reserved_address(oci: Client, vcn: Resource) -> None:
    """Where one is given."""
    address = create(oci, "Core/publicIp", {**HERE, "lifetime": "RESERVED"})
    made = create(oci, "Core/natGateway", {**HERE, "vcnId": vcn.id, "publicIpId": address.id})

    assert made.outputs["natIp"] == address.outputs["ipAddress"]


def test_the_gateway_that_names_its_peer_is_connected(oci: Client, vcn: Resource) -> None:
    """And knows the other side's blocks."""
    other = create(oci, "Core/vcn", {**HERE, "cidrBlocks": ["10.9.0.0/16"]}, "other")
    first = create(oci, "Core/localPeeringGateway", {**HERE, "vcnId": vcn.id})
    made = create(oci, "Core/localPeeringGateway", {**HERE, "vcnId": other.id, "peerId": first.id}, "b")

    assert first.outputs["peeringStatus"] == "NEW"
    assert (made.outputs["peeringStatus"], made.outputs["peerAdvertisedCidr"]) == ("PEERED", "10.0.0.0/16")


def test_a_zone_has_its_servers(oci: Client) -> None:
    """Four, or the VCN's own."""
    public = create(oci, "Dns/zone", {**HERE, "name": "example.com", "zoneType": "PRIMARY"})
    view = {"scope": "PRIVATE", "viewId": create(oci, "Dns/view", {**HERE, "scope": "PRIVATE"}).id}
    private = create(oci, "Dns/zone", {**HERE, "name": "in.example", "zoneType": "PRIMARY", **view}, "p")

    assert len({one["hostname"] for one in public.outputs["nameservers"]}) == 4
    assert private.outputs["nameservers"] == [{"hostname": "vcn-dns.oraclevcn.com."}]


def test_a_session_says_its_command(oci: Client, subnet: Resource) -> None:
    """With its own OCID, the port and the target."""
    bastion = {**HERE, "bastionType": "STANDARD", "targetSubnetId": subnet.id}
    target = {
        "sessionType": "PORT_FORWARDING",
        "targetResourcePrivateIpAddress": "10.0.1.9",
        "targetResourcePort": 5432,
    }
    inputs = {"keyDetails": {"publicKeyContent": "ssh-rsa AAAA"}, "targetResourceDetails": target}
    made = create(oci, "Bastion/session", {"bastionId": create(oci, "Bastion/bastion", bastion).id, **inputs})

    command = made.outputs["sshMetadata"]["command"]
    assert ":10.0.1.9:5432 -p 22 " in command
    assert f"{made.id}@host.bastion.us-ashburn-1" in command


def test_a_container_instance_says_what_became_of_its_parts(oci: Client, subnet: Resource) -> None:
    """Beside what the program said of each."""
    inputs = {
        **HERE,
        "availabilityDomain": PLACE,
        "shape": "CI.Standard.E4.Flex",
        "shapeConfig": {"ocpus": 1, "memoryInGbs": 4},
        "containers": [{"imageUrl": "nginx", "displayName": "web"}],
        "vnics": [{"subnetId": subnet.id}],
    }
    made = create(oci, "ContainerEngine/containerInstance", inputs)

    (container,), (vnic,) = made.outputs["containers"], made.outputs["vnics"]
    assert (container["displayName"], container["containerInstanceId"]) == ("web", made.id)
    assert container["containerId"].startswith("ocid1.computecontainer.")
    assert inside(vnic["privateIp"])
    assert steady(oci, made)


def test_a_repository_is_cloned_by_its_names(oci: Client) -> None:
    """Of namespace, project and itself."""
    topic = {"notificationConfig": {"topicId": "ocid1.onstopic.oc1.iad.aaaaaaaatopic"}}
    project = create(oci, "DevOps/project", {**HERE, "name": "shop", **topic})
    inputs = {"name": "code", "projectId": project.id, "repositoryType": "HOSTED"}
    made = create(oci, "DevOps/repository", inputs)

    path = f"/namespaces/{made.outputs['namespace']}/projects/shop/repositories/code"
    assert made.outputs["httpUrl"].startswith("https://devops.scmservice.us-ashburn-1.")
    assert made.outputs["httpUrl"].endswith(path)
    assert made.outputs["sshUrl"].endswith(path)


def test_a_key_for_mail_says_its_records(oci: Client) -> None:
    """Of the domain it is for; and a user name says whose it is."""
    domain = create(oci, "Email/emailDomain", {**HERE, "name": "mail.example"})
    made = create(oci, "Email/dkim", {"emailDomainId": domain.id, "name": "one"})
    smtp = create(oci, "Identity/smtpCredential", {"userId": USER, "description": "d"})

    assert made.outputs["dnsSubdomainName"] == "one._domainkey.mail.example"
    assert made.outputs["cnameRecordValue"] == "one.mail.example.dkim.iad1.oracleemaildelivery.com"
    assert smtp.outputs["username"].startswith(f"{USER}@ocid1.tenancy.")


class TestKubeConfig:
    """What a program writes into a file, or gives a provider for Kubernetes."""

    def of(self, oci: Client, cluster: Resource, **more: str) -> dict[str, Any]:
        """The document, which is YAML and JSON alike."""
        content = look_up(oci, "ContainerEngine/getClusterKubeConfig", clusterId=cluster.id, **more)[
            "content"
        ]
        found: dict[str, Any] = json.loads(content.removeprefix("---\n"))
        return found

    def test_it_names_the_endpoint_that_is_asked_for(self, oci: Client, subnet: Resource) -> None:
        """The public one where there is one and none is asked for."""
        endpoint = {"isPublicIpEnabled": True, "subnetId": subnet.id}
        cluster = create(oci, "ContainerEngine/cluster", {**CLUSTER, "endpointConfig": endpoint})
        (known,) = cluster.outputs["endpoints"]

        def server(**more: str) -> str:
            return str(self.of(oci, cluster, **more)["clusters"][0]["cluster"]["server"])

        assert server() == f"https://{known['publicEndpoint']}"
        assert server(endpoint="PRIVATE_ENDPOINT") == f"https://{known['privateEndpoint']}"

    def test_it_fetches_tokens_for_the_cluster(self, oci: Client) -> None:
        """By the command line of OCI; the authority is in Base64."""
        cluster = create(oci, "ContainerEngine/cluster", CLUSTER)
        found = self.of(oci, cluster)

        command = found["users"][0]["user"]["exec"]
        assert [command["command"], *command["args"]][:5] == [
            "oci",
            "ce",
            "cluster",
            "generate-token",
            "--cluster-id",
        ]
        assert cluster.id in command["args"]
        authority = found["clusters"][0]["cluster"]["certificate-authority-data"]
        assert base64.b64decode(authority).startswith(b"-----BEGIN CERTIFICATE-----")
        assert found["current-context"] == found["contexts"][0]["name"]

    def test_a_public_endpoint_must_be_there(self, oci: Client) -> None:
        """To be asked for."""
        cluster = create(oci, "ContainerEngine/cluster", CLUSTER)
        with pytest.raises(Failed, match="has no public endpoint"):
            self.of(oci, cluster, endpoint="PUBLIC_ENDPOINT")


def test_a_secret_is_read_by_a_look_up(oci: Client) -> None:
    """Its current version, another by its number, and all without their contents."""
    text = base64.b64encode(b"hunter22").decode()
    inputs = {**HERE, "vaultId": "ocid1.vault.oc1.iad.aaaaaaaavault", "secretName": "pw"}
    inputs["keyId"] = "ocid1.key.oc1.iad.aaaaaaaakey"
    content = {"contentType": "BASE64", "content": text}
    made = create(oci, "Vault/secret", {**inputs, "secretContent": content})

    found = look_up(oci, "Secrets/getSecretbundle", secretId=made.id)
    assert found["secretBundleContents"] == [{"content": text, "contentType": "BASE64"}]
    (version,) = look_up(oci, "Secrets/getSecretbundleVersions", secretId=made.id)["secretBundleVersions"]
    assert (version["versionNumber"], "CURRENT" in version["stages"]) == ("1", True)
    with pytest.raises(Failed, match="has no such version"):
        look_up(oci, "Secrets/getSecretbundle", secretId=made.id, versionNumber="2")


def test_tenancies_are_told_apart(oci: Client) -> None:
    """The default domain of one is not that of another."""
    found = [
        oci.configure(tenancyOcid=tenancy).invoke(
            "oci:Identity/getDomains:getDomains", compartmentId=tenancy
        )["domains"][0]["url"]
        for tenancy in (TENANCY, f"{TENANCY}2")
    ]
    assert found[0] != found[1]
