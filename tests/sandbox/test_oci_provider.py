"""The stand-in `oci`: check, diff, create, read, update, delete as the engine asks for them."""

from __future__ import annotations

import pytest

from sandbox.providers.wire import UNKNOWN, Secret, plain
from sandbox.store import Store

from .conftest import APPLICATION, COMPARTMENT, FUNCTION, GROUP, Client, Failed, application, function


def test_create_answers_with_an_ocid_of_the_type_and_region(oci: Client) -> None:
    """A function's id is an `fnfunc` OCID of the provider's region."""
    app = oci.configure(region="eu-frankfurt-1").create(APPLICATION, "app", application())
    fn = oci.create(
        FUNCTION,
        "fn",
        function(app.id, sourceDetails={"sourceType": "CONTAINER_IMAGE", "image": "fra.ocir.io/ns/fn:1"}),
    )

    assert app.id.startswith("ocid1.fnapp.oc1.eu-frankfurt-1.aaaaaaaa")
    assert fn.id.startswith("ocid1.fnfunc.oc1.eu-frankfurt-1.aaaaaaaa")
