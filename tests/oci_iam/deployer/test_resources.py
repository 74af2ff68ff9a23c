"""Where resources lie, and what their properties hold."""

from __future__ import annotations

import pytest

from oci_iam.deployer.resources import IMAGE, REPOSITORY, Graph, Resource, repository_in, repository_of, shown

T, HOME, OTHER = "ocid1.tenancy.oc1..t", "ocid1.compartment.oc1..home", "ocid1.compartment.oc1..other"
APPLICATION = Resource(
    "oci:Functions/application:Application", "ocid1.fnapp.oc1..a", {"compartmentId": OTHER}
)
FUNCTION = Resource(
    "oci:Functions/function:Function", "ocid1.fnfunc.oc1..f", {"applicationId": APPLICATION.id}
)
IMAGES = Resource(
    REPOSITORY, "ocid1.containerrepo.oc1..r", {"compartmentId": OTHER, "displayName": "team/app"}
)
TAG = "ocir.eu-frankfurt-1.oci.oraclecloud.com/ns/team/app:1"


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        (APPLICATION, OTHER),
        (FUNCTION, OTHER),
        (
            Resource("oci:Functions/function:Function", "", {"applicationId": "ocid1.fnapp.oc1..elsewhere"}),
            HOME,
        ),
        (Resource(IMAGE, "sha256:a", {"tags": [TAG]}), OTHER),
        (Resource(IMAGE, "sha256:a", {"tags": []}), HOME),
    ],
)
def test_the_compartment_of_a_resource(resource: Resource, expected: str) -> None:
    """Its own word, that of what it belongs to or is pushed to, else the stack's."""
    assert Graph([APPLICATION, FUNCTION, IMAGES], T, HOME).compartment_of(resource) == expected


def test_the_compartment_of_an_ocid() -> None:
    """Of a resource that is there, of a given subnet, and of anything else."""
    graph = Graph([APPLICATION, FUNCTION], T, HOME, "ocid1.compartment.oc1..net")

    assert graph.compartment_of_id(FUNCTION.id) == OTHER
    assert graph.compartment_of_id("ocid1.subnet.oc1.eu-milan-1.a") == "ocid1.compartment.oc1..net"
    assert graph.compartment_of_id("ocid1.onstopic.oc1..a") == HOME
    assert Graph([], T, HOME).compartment_of_id("ocid1.subnet.oc1.eu-milan-1.a") == HOME


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        (TAG, "team/app"),
        ("fra.ocir.io/ns/app", "app"),
        (f"fra.ocir.io/ns/app@sha256:{'a' * 64}", "app"),
        ("localhost:5000/app:1", ""),
        ("app:1", ""),
        ("", ""),
    ],
)
def test_the_repository_of_an_image(reference: str, expected: str) -> None:
    """What follows the namespace, without tag and digest."""
    assert repository_in(reference) == expected


def test_an_image_that_is_pushed_nowhere_has_no_repository() -> None:
    """A build without tags stays where it is."""
    assert repository_of(Resource(IMAGE, "", {"tags": [None, "x"]})) == ""


def test_objects_within_a_property() -> None:
    """At any depth; what is no object is passed over."""
    found = Resource("t", "", {"a": {"b": [{"c": 1}, 2]}}).within("a")

    assert list(found) == [{"b": [{"c": 1}, 2]}, {"c": 1}]


def test_how_a_resource_is_named() -> None:
    """By its kind, and the program's name for it or its own."""
    assert shown(Resource("oci:Queue/queue:Queue", "", {"displayName": "q"})) == "Queue q"
    assert shown(Resource("oci:Queue/queue:Queue", "", {}, "jobs")) == "Queue jobs"
