"""What a request finds in the cloud it goes to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sandbox.cloud.call import Cloud
from sandbox.cloud.errors import NotFound
from tests.sandbox.cloud.conftest import APPLICATION, Keep


def test_a_minted_ocid_names_the_region(cloud: Cloud) -> None:
    """Unless its type is the same everywhere."""
    assert cloud.mint("fnfunc").startswith("ocid1.fnfunc.oc1.iad.")
    assert cloud.mint("group").startswith("ocid1.group.oc1..")


def test_a_resource_lives_in_its_region(cloud: Cloud, keep: Keep) -> None:
    """Another one does not see it; who only guesses its region sees everything."""
    here, there, nowhere = keep(), keep(region="eu-paris-1"), keep(region="")

    assert [cloud.sees(record) for record in (here, there, nowhere)] == [True, False, True]
    assert cloud.list(APPLICATION) == [here, nowhere]
    assert replace(cloud, is_region_given=False).list(APPLICATION) == [here, there, nowhere]


def test_where_a_new_resource_lives(cloud: Cloud) -> None:
    """What is IAM's is in no region, and neither is what is created in a guessed one."""
    assert cloud.region_for(APPLICATION) == "us-ashburn-1"
    assert cloud.region_for("oci:Identity/policy:Policy") == ""
    assert replace(cloud, is_region_given=False).region_for(APPLICATION) == ""


def test_a_reference_is_to_something_of_its_type_that_is_there(cloud: Cloud, keep: Keep) -> None:
    """A foreign OCID is taken as existing."""
    here, there, other = keep(), keep(region="eu-paris-1"), keep("oci:Core/vcn:Vcn")

    assert cloud.existing(here.id, APPLICATION, "application") == here
    assert cloud.existing("ocid1.fnapp.oc1.iad.aaaaforeign", APPLICATION, "application") is None
    for id in (there.id, other.id, cloud.mint("fnapp")):
        with pytest.raises(NotFound, match=f"application {id} not found"):
            cloud.existing(id, APPLICATION, "application")
