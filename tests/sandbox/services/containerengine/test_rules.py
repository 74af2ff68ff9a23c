"""What a cluster answers with."""

from __future__ import annotations

import pytest

from tests.sandbox.conftest import COMPARTMENT, Client

CLUSTER = "oci:ContainerEngine/cluster:Cluster"


@pytest.mark.parametrize("public", [True, False])
def test_programs_find_the_api_server(oci: Client, public: bool) -> None:
    """Most programs read the first endpoint, for a kubeconfig; the public one only where there is one."""
    subnet = "ocid1.subnet.oc1.eu-frankfurt-1.aaaaaaaasubnet"
    made = oci.create(
        CLUSTER,
        "c",
        {
            "compartmentId": COMPARTMENT,
            "kubernetesVersion": "v1.30.1",
            "name": "c",
            "vcnId": "ocid1.vcn.oc1.eu-frankfurt-1.aaaaaaaavcn",
            "endpointConfig": {"isPublicIpEnabled": public, "subnetId": subnet},
        },
    )

    (endpoint,) = made.outputs["endpoints"]
    assert endpoint["privateEndpoint"].endswith(":6443")
    assert bool(endpoint["publicEndpoint"]) is public
    assert oci.read(made) == made
