"""What Functions refuses and fills in."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.cloud.store import Store
from tests.sandbox.conftest import (
    APPLICATION,
    COMPARTMENT,
    FUNCTION,
    SUBNET,
    Client,
    Failed,
    application,
    function,
)

FOREIGN = "ocid1.fnapp.oc1.iad.aaaaforeign"
DIGEST = f"sha256:{'ab' * 32}"
TOPIC = "oci:Ons/notificationTopic:NotificationTopic"


def source(**more: Any) -> dict[str, Any]:
    return {"sourceType": "CONTAINER_IMAGE", "image": "iad.ocir.io/tenancyns/app/fn:1.0", **more}


class TestApplication:
    @pytest.mark.parametrize(
        ("more", "text"),
        [
            ({"shape": "GENERIC"}, "400-InvalidParameter, shape must be one of GENERIC_X86"),
            ({"subnetIds": []}, "400-InvalidParameter, subnetIds must name 1 to 3 subnets, not 0"),
            ({"subnetIds": [SUBNET] * 4}, "400-InvalidParameter, subnetIds must name 1 to 3 subnets, not 4"),
            (
                {"networkSecurityGroupIds": [f"ocid1.networksecuritygroup.oc1.iad.{n}" for n in "abcdef"]},
                "400-LimitExceeded, an application can have at most 5 network security groups",
            ),
            ({"config": {"1A": "x"}}, "400-InvalidParameter, config key '1A' of the application"),
            ({"config": {"A-B": "x"}}, "400-InvalidParameter, config key 'A-B' of the application"),
            ({"config": {"A": "x\n"}}, "400-InvalidParameter, the value of config key 'A'"),
            ({"config": {"A": "x" * 4096}}, "config of the application is 4097 bytes; at most 4096"),
            ({"config": {"A": "é" * 2048}}, "config of the application is 4097 bytes"),
            ({"displayName": " "}, "400-MissingParameter, displayName must not be blank"),
            ({"imagePolicyConfig": {"isPolicyEnabled": True}}, "400-MissingParameter, imagePolicyConfig.key"),
        ],
    )
    def test_what_is_refused(self, oci: Client, more: dict[str, Any], text: str) -> None:
        """At create and at update."""
        with pytest.raises(Failed) as failed:
            oci.create(APPLICATION, "app", application(**more))
        made = oci.create(APPLICATION, "app", application())
        with pytest.raises(Failed):
            oci.update(made, application(**more))

        assert text in str(failed.value)

    def test_config_may_take_all_of_its_bytes(self, oci: Client) -> None:
        """Keys and values together."""
        made = oci.create(APPLICATION, "app", application(config={"A": "x" * 4095}))

        assert len(made.outputs["config"]["A"]) == 4095

    def test_names_are_unique_in_a_compartment(self, oci: Client) -> None:
        """In another compartment the name is free."""
        oci.create(APPLICATION, "app", application())
        oci.create(APPLICATION, "b", application(compartmentId="ocid1.compartment.oc1..aaaaother"))

        with pytest.raises(Failed, match="409-Conflict, 'app' already exists"):
            oci.create(APPLICATION, "c", application())

    def test_it_is_not_deleted_with_functions_in_it(self, oci: Client) -> None:
        """They are named; without them it goes."""
        app = oci.create(APPLICATION, "app", application())
        fn = oci.create(FUNCTION, "fn", function(app.id))
        with pytest.raises(Failed) as failed:
            oci.delete(app)
        oci.delete(fn)
        oci.delete(app)

        assert str(failed.value) == "409-Conflict, application 'app' still has functions: fn"

    def test_with_verified_images_it_holds_five_functions(self, oci: Client) -> None:
        """The sixth is one too many, whichever comes first."""
        policy = {"isPolicyEnabled": True, "keyDetails": [{"kmsKeyId": "ocid1.key.oc1.iad.aaaa"}]}
        app = oci.create(APPLICATION, "app", application(imagePolicyConfig=policy))
        for number in range(5):
            oci.create(FUNCTION, f"fn{number}", function(app.id, displayName=f"fn{number}"))

        with pytest.raises(Failed, match="400-LimitExceeded"):
            oci.create(FUNCTION, "fn5", function(app.id, displayName="fn5"))


class TestFunction:
    @pytest.mark.parametrize("memory", ["128", "256", "512", "1024", "2048", "3072"])
    def test_every_size_oci_has_is_accepted(self, oci: Client, memory: str) -> None:
        """As text, as the SDK has it."""
        made = oci.create(FUNCTION, "fn", function(FOREIGN, memoryInMbs=memory))

        assert made.outputs["memoryInMbs"] == memory

    @pytest.mark.parametrize(
        ("more", "text"),
        [
            ({"memoryInMbs": "200"}, "400-InvalidParameter, memoryInMbs must be one of 128, 256"),
            ({"timeoutInSeconds": 301}, "400-InvalidParameter, timeoutInSeconds must be between 1 and 300"),
            ({"timeoutInSeconds": 0}, "400-InvalidParameter, timeoutInSeconds must be between 1 and 300"),
            ({"detachedModeTimeoutInSeconds": 4}, "must be between 5 and 3600, not 4"),
            ({"detachedModeTimeoutInSeconds": 3601}, "must be between 5 and 3600, not 3601"),
            ({"config": {"A": "x" * 4096}}, "config of the function is 4097 bytes"),
            (
                {"provisionedConcurrencyConfig": {"strategy": "CONSTANT", "count": 30}},
                "provisionedConcurrencyConfig.count must be a multiple of 20 for 256 MB, not 30",
            ),
            ({"successDestination": {"kind": "STREAM"}}, "successDestination of kind STREAM requires stream"),
            (
                {"failureDestination": {"kind": "NOTIFICATION", "topicId": "ocid1.queue.oc1.iad.a"}},
                "failureDestination.topicId must be the OCID of a onstopic, not of a queue",
            ),
            ({"sourceDetails": source(imageDigest="sha256:12")}, "imageDigest must be sha256: and 64 hex"),
            ({"sourceDetails": source(image="docker.io/me/fn:1")}, "must be in Oracle's container registry"),
            (
                {"sourceDetails": source(image="iad.ocir.io/sandboxns/fn:1")},
                "does not exist or you do not have",
            ),
        ],
    )
    def test_what_is_refused(self, oci: Client, more: dict[str, Any], text: str) -> None:
        """At create and at update, where the preview was fine."""
        oci.preview(FUNCTION, "fn", function(FOREIGN, **more))
        with pytest.raises(Failed) as failed:
            oci.create(FUNCTION, "fn", function(FOREIGN, **more))
        made = oci.create(FUNCTION, "fn", function(FOREIGN))
        with pytest.raises(Failed):
            oci.update(made, function(FOREIGN, **more))

        assert text in str(failed.value)

    def test_application_and_function_share_the_bytes_of_config(self, oci: Client) -> None:
        """4 KB for both."""
        app = oci.create(APPLICATION, "app", application(config={"A": "x" * 2000}))

        with pytest.raises(Failed, match="are 4102 bytes together"):
            oci.create(FUNCTION, "fn", function(app.id, config={"B": "x" * 2100}))

    def test_names_are_unique_in_an_application(self, oci: Client) -> None:
        """The application's, whoever creates it."""
        oci.create(FUNCTION, "fn", function(FOREIGN))

        with pytest.raises(Failed, match="409-Conflict, 'fn' already exists"):
            oci.create(FUNCTION, "again", function(FOREIGN))

    def test_what_it_takes_from_its_application(self, oci: Client) -> None:
        """Compartment and shape; defaults for the rest."""
        app = oci.create(APPLICATION, "app", application(shape="GENERIC_ARM"))
        fn = oci.create(FUNCTION, "fn", function(app.id))

        assert {
            key: fn.outputs[key]
            for key in ("compartmentId", "shape", "timeoutInSeconds", "detachedModeTimeoutInSeconds")
        } == {
            "compartmentId": COMPARTMENT,
            "shape": "GENERIC_ARM",
            "timeoutInSeconds": 30,
            "detachedModeTimeoutInSeconds": 30,
        }

    def test_the_endpoint_never_changes(self, oci: Client) -> None:
        """It is an https address of Functions in the region."""
        fn = oci.create(FUNCTION, "fn", function(FOREIGN))
        after = oci.update(fn, function(FOREIGN, memoryInMbs="512"))

        assert fn.outputs["invokeEndpoint"].startswith("https://")
        assert fn.outputs["invokeEndpoint"].endswith(".us-ashburn-1.functions.oci.oraclecloud.com")
        assert after.outputs["invokeEndpoint"] == fn.outputs["invokeEndpoint"]

    def test_old_and_new_way_to_name_an_image_show_the_same(self, oci: Client) -> None:
        """Moving from one to the other changes nothing."""
        old = function(FOREIGN, image="iad.ocir.io/tenancyns/app/fn:1.0", imageDigest=DIGEST)
        del old["sourceDetails"]
        fn = oci.create(FUNCTION, "fn", old)

        assert fn.outputs["sourceDetails"] == source(imageDigest=DIGEST)
        assert oci.changed(fn, function(FOREIGN, sourceDetails=source(imageDigest=DIGEST))) == {}

    def test_a_new_image_shows_in_every_output(self, oci: Client) -> None:
        """After the update."""
        fn = oci.create(FUNCTION, "fn", function(FOREIGN))
        other = f"sha256:{'cd' * 32}"
        after = oci.update(fn, function(FOREIGN, sourceDetails=source(imageDigest=other)))

        assert after.outputs["imageDigest"] == after.outputs["sourceDetails"]["imageDigest"] == other
        assert oci.record(fn.id).outputs["imageDigest"] == other

    def test_a_digest_nobody_knows_is_not_invented(self, oci: Client) -> None:
        """Nor is the former image's kept."""
        fn = oci.create(FUNCTION, "fn", function(FOREIGN))
        after = oci.update(
            fn, function(FOREIGN, sourceDetails=source(image="iad.ocir.io/tenancyns/app/fn:2"))
        )

        assert fn.outputs["imageDigest"] == DIGEST
        assert "imageDigest" not in after.outputs
        assert "imageDigest" not in after.outputs["sourceDetails"]

    def test_the_registry_is_that_of_the_region(self, oci: Client) -> None:
        """Where the provider says which region that is."""
        oci.configure(region="eu-frankfurt-1")

        with pytest.raises(Failed, match="must be in the registry of the function's region eu-frankfurt-1"):
            oci.create(FUNCTION, "fn", function(FOREIGN))

    @pytest.mark.parametrize("image", ["fra.ocir.io", "ocir.eu-frankfurt-1.oci.oraclecloud.com"])
    def test_both_names_of_the_registry_are_accepted(self, oci: Client, image: str) -> None:
        """The key of the region, and the longer domain."""
        oci.configure(region="eu-frankfurt-1")

        assert oci.create(
            FUNCTION, "fn", function(FOREIGN, sourceDetails=source(image=f"{image}/ns/fn:1"))
        ).id

    def test_an_image_that_was_pushed_is_found(self, oci: Client, store: Store) -> None:
        """By tag, and by digest; a digest nobody pushed isn't."""
        tag = "iad.ocir.io/sandboxns/fn:1"
        store.add_image(DIGEST, tag, ref="", platforms=[], context="", pushed=True)
        by_tag = oci.create(FUNCTION, "fn", function(FOREIGN, sourceDetails=source(image=tag)))
        other = function(
            FOREIGN, displayName="x", sourceDetails=source(image=tag, imageDigest=f"sha256:{'ef' * 32}")
        )

        assert by_tag.outputs["imageDigest"] == DIGEST
        with pytest.raises(Failed, match="does not exist or you do not have access to it"):
            oci.create(FUNCTION, "x", other)

    def test_a_destination_of_the_store_must_exist(self, oci: Client) -> None:
        """A deleted topic doesn't."""
        topic = oci.create(TOPIC, "t", {"compartmentId": COMPARTMENT})
        made = function(FOREIGN, failureDestination={"kind": "NOTIFICATION", "topicId": topic.id})
        oci.delete(oci.create(FUNCTION, "fn", made))
        oci.delete(topic)

        with pytest.raises(Failed, match="404-NotAuthorizedOrNotFound"):
            oci.create(FUNCTION, "fn", made)

    def test_invoking_during_a_deploy_is_not_emulated(self, oci: Client) -> None:
        """And says so, rather than inventing an answer."""
        with pytest.raises(Failed, match="501-NotImplemented"):
            oci.create(
                "oci:Functions/invokeFunction:InvokeFunction", "i", {"functionId": "ocid1.fnfunc.oc1.iad.a"}
            )
