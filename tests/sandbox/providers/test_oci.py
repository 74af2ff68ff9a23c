"""The stand-in `oci`: check, diff, create, read, update, delete as the engine asks for them."""

from __future__ import annotations

import pytest

from sandbox.cloud.store import Store
from sandbox.providers.stubs import provider_pb2
from sandbox.providers.wire import Secret, plain
from sandbox.services.bridge_base import UNKNOWN
from tests.sandbox.conftest import (
    APPLICATION,
    COMPARTMENT,
    FUNCTION,
    GROUP,
    SUBNET,
    TENANCY,
    Client,
    Failed,
    application,
    function,
)

BUCKET = "oci:ObjectStorage/bucket:Bucket"
VCN = "oci:Core/vcn:Vcn"


def bucket(**more: object) -> dict[str, object]:
    return {"compartmentId": COMPARTMENT, "namespace": "ns", "name": "data", **more}


class TestCheck:
    def test_every_missing_required_property_is_named(self, oci: Client) -> None:
        """All of them at once, not one a run."""
        with pytest.raises(Failed) as failed:
            oci.check(APPLICATION, "app", {})

        assert str(failed.value) == (
            'missing required property "compartmentId"; missing required property "displayName"; '
            'missing required property "subnetIds"'
        )

    @pytest.mark.parametrize(
        ("inputs", "problem"),
        [
            (application(display="x"), 'unexpected property "display"; did you mean "displayName"?'),
            (
                application(freeform_tags={}),
                'unexpected property "freeform_tags"; did you mean "freeformTags"?',
            ),
            (application(zzzzz=1), 'unexpected property "zzzzz"'),
            (
                application(traceConfig={"isEnable": True}),
                'unexpected property "traceConfig.isEnable"; did you mean "isEnabled"?',
            ),
            (
                application(imagePolicyConfig={"isPolicyEnabled": True, "keyDetails": [{}]}),
                'missing required property "imagePolicyConfig.keyDetails[0].kmsKeyId"',
            ),
            (application(subnetIds="one"), '"subnetIds" must be a list, not a string'),
            (application(config=["a"]), '"config" must be a map, not a list'),
            (application(traceConfig="on"), '"traceConfig" must be an object, not a string'),
            (application(displayName=[]), '"displayName" must be a string, not a list'),
            (
                application(traceConfig={"isEnabled": "maybe"}),
                '"traceConfig.isEnabled" must be true or false, not a string',
            ),
        ],
    )
    def test_a_wrong_input_is_refused_with_its_place(
        self, oci: Client, inputs: dict[str, object], problem: str
    ) -> None:
        """Unknown keys, nested ones too, get the nearest known name; wrong types say what they are."""
        with pytest.raises(Failed) as failed:
            oci.check(APPLICATION, "app", inputs)

        assert str(failed.value) == problem

    @pytest.mark.parametrize("timeout", ["1.5", 1.5, "soon", True])
    def test_a_whole_number_is_whole(self, oci: Client, timeout: object) -> None:
        """A fraction, a word or a truth value is no timeout."""
        with pytest.raises(Failed, match='"timeoutInSeconds" must be a whole number'):
            oci.check(FUNCTION, "fn", function("ocid1.fnapp.oc1.iad.aaaa", timeoutInSeconds=timeout))

    def test_what_the_real_bridge_converts_is_converted(self, oci: Client) -> None:
        """A number for a string, digits for a number, "true" for a truth value."""
        checked = oci.check(
            FUNCTION,
            "fn",
            function(
                "ocid1.fnapp.oc1.iad.aaaa",
                memoryInMbs=256,
                timeoutInSeconds="30",
                traceConfig={"isEnabled": "true"},
                config={"LEVEL": 3},
            ),
        )

        assert {
            key: checked[key] for key in ("memoryInMbs", "timeoutInSeconds", "traceConfig", "config")
        } == {
            "memoryInMbs": "256",
            "timeoutInSeconds": 30,
            "traceConfig": {"isEnabled": True},
            "config": {"LEVEL": "3"},
        }

    def test_unknown_and_secret_values_pass(self, oci: Client) -> None:
        """What isn't known yet cannot be wrong; a secret is judged like its value and stays one."""
        checked = oci.check(
            APPLICATION,
            "app",
            application(displayName=UNKNOWN, config=Secret({"A": 1}), subnetIds=[UNKNOWN, Secret("s")]),
        )

        assert checked["displayName"] is UNKNOWN
        assert checked["config"] == Secret({"A": "1"})
        assert checked["subnetIds"] == [UNKNOWN, Secret("s")]

    def test_a_type_the_sdk_does_not_have_is_refused(self, oci: Client) -> None:
        """The name is in the message."""
        with pytest.raises(Failed, match="the installed SDK has no resource type oci:Nope/nope:Nope"):
            oci.check("oci:Nope/nope:Nope", "x", {})


class TestAutonaming:
    def test_a_missing_name_is_invented_from_the_resources_name(self, oci: Client) -> None:
        """Seven hex digits, decided by the engine's seed."""
        first = oci.check(GROUP, "invokers", {"description": "d"})
        again = oci.check(GROUP, "invokers", {"description": "d"})
        other = oci.check(GROUP, "invokers", {"description": "d"}, randomSeed=b"other")

        assert first == again
        assert first != other
        assert first["name"].startswith("invokers-")
        assert len(first["name"]) == len("invokers-") + 7

    def test_an_invented_name_is_kept(self, oci: Client) -> None:
        """Whatever the next seed is."""
        first = oci.check(GROUP, "g", {"description": "d"})

        again = oci.check(GROUP, "g", {"description": "e"}, first, randomSeed=b"other")

        assert again["name"] == first["name"]

    def test_a_name_taken_out_of_the_program_is_replaced_by_an_invented_one(self, oci: Client) -> None:
        """The old name was the person's, so it isn't kept."""
        checked = oci.check(GROUP, "g", {"description": "d"}, {"description": "d", "name": "mine"})

        assert checked["name"].startswith("g-")

    def test_a_display_name_is_never_invented(self, oci: Client) -> None:
        """It stays missing where it is required and absent where it isn't."""
        assert "displayName" not in oci.check(VCN, "net", {"compartmentId": COMPARTMENT})

    @pytest.mark.parametrize(("mode", "name"), [("PROPOSE", "dev-g"), ("ENFORCE", "dev-g")])
    def test_the_engines_naming_config_is_followed(self, oci: Client, mode: str, name: str) -> None:
        """`pulumi:autonaming` proposes a name."""
        options = provider_pb2.CheckRequest.AutonamingOptions
        checked = oci.check(
            GROUP,
            "g",
            {"description": "d"},
            autonaming=options(proposed_name="dev-g", mode=options.Mode.Value(mode)),
        )

        assert checked["name"] == name

    def test_naming_can_be_switched_off(self, oci: Client) -> None:
        """Then a name is required."""
        options = provider_pb2.CheckRequest.AutonamingOptions
        with pytest.raises(Failed, match='missing required property "name"'):
            oci.check(GROUP, "g", {"description": "d"}, autonaming=options(mode=options.DISABLE))


class TestPreview:
    def test_what_the_service_fills_in_is_unknown(self, oci: Client) -> None:
        """Inputs are shown, and optional ones the service chooses are as unknown as its outputs."""
        shown = oci.preview(FUNCTION, "fn", function("ocid1.fnapp.oc1.iad.aaaa"))

        assert shown["displayName"] == "fn"
        assert {name for name, value in shown.items() if value is UNKNOWN} == {
            "compartmentId",
            "config",
            "definedTags",
            "detachedModeTimeoutInSeconds",
            "failureDestination",
            "freeformTags",
            "image",
            "imageDigest",
            "invokeEndpoint",
            "provisionedConcurrencyConfig",
            "shape",
            "state",
            "successDestination",
            "timeCreated",
            "timeUpdated",
            "timeoutInSeconds",
            "traceConfig",
        }

    def test_nothing_is_created(self, oci: Client, store: Store) -> None:
        """A preview leaves the store as it is."""
        oci.preview(APPLICATION, "app", application())

        assert store.list() == []

    def test_an_update_keeps_what_is_known(self, oci: Client) -> None:
        """The endpoint of a function doesn't become unknown because its memory changes."""
        app = oci.create(APPLICATION, "app", application())
        fn = oci.create(FUNCTION, "fn", function(app.id))

        shown = oci.update(fn, function(app.id, memoryInMbs="512"), preview=True).outputs

        assert shown["invokeEndpoint"] == fn.outputs["invokeEndpoint"]
        assert shown["memoryInMbs"] == "512"
        assert oci.record(fn.id).outputs["memoryInMbs"] == "256"

    def test_a_new_image_without_a_digest_makes_the_digest_unknown(self, oci: Client) -> None:
        """The service looks the tag up when it updates."""
        app = oci.create(APPLICATION, "app", application())
        fn = oci.create(FUNCTION, "fn", function(app.id))
        source = {"sourceType": "CONTAINER_IMAGE", "image": "iad.ocir.io/tenancyns/app/fn:2.0"}

        shown = oci.update(fn, function(app.id, sourceDetails=source), preview=True).outputs

        assert shown["imageDigest"] is UNKNOWN
        assert shown["image"] == "iad.ocir.io/tenancyns/app/fn:2.0"


class TestCreate:
    def test_the_id_is_an_ocid_of_the_type_and_region(self, oci: Client) -> None:
        """A function's id is an `fnfunc` OCID of the provider's region."""
        app = oci.configure(region="eu-frankfurt-1").create(
            APPLICATION, "app", application(subnetIds=["ocid1.subnet.oc1.eu-frankfurt-1.aaaa"])
        )

        assert app.id.startswith("ocid1.fnapp.oc1.eu-frankfurt-1.aaaaaaaa")
        assert len(app.id.rpartition(".")[2]) == 60

    def test_without_a_region_it_is_that_of_the_ocids_in_use(self, oci: Client) -> None:
        """A subnet of Zurich makes an application of Zurich."""
        app = oci.create(APPLICATION, "app", application(subnetIds=["ocid1.subnet.oc1.eu-zurich-1.aaaa"]))

        assert app.id.startswith("ocid1.fnapp.oc1.eu-zurich-1.")

    def test_without_any_region_it_is_ashburn(self, oci: Client) -> None:
        """Written `iad`, as OCI writes it."""
        topic = oci.create("oci:Ons/notificationTopic:NotificationTopic", "t", {"compartmentId": COMPARTMENT})

        assert topic.id.startswith("ocid1.onstopic.oc1.iad.")

    def test_iam_belongs_to_no_region(self, oci: Client) -> None:
        """A group's OCID leaves the region empty."""
        group = oci.configure(region="eu-frankfurt-1").create(GROUP, "g", {"description": "d"})

        assert group.id.startswith("ocid1.group.oc1..aaaaaaaa")

    def test_a_bucket_is_known_by_its_path(self, oci: Client) -> None:
        """As the SDK documents for `pulumi import`; the OCID is an output of its own."""
        made = oci.create(BUCKET, "b", bucket())

        assert made.id == "n/ns/b/data"
        assert made.outputs["bucketId"].startswith("ocid1.bucket.oc1.iad.")

    def test_a_resource_is_in_the_store_with_its_urn(self, oci: Client, store: Store) -> None:
        """URN and id of every create are kept, so that a cut-off deploy can find them."""
        app = oci.create(APPLICATION, "app", application())

        assert [(record.id, record.type) for record in store.created(app.urn)] == [(app.id, APPLICATION)]

    def test_creating_again_makes_another_one(self, oci: Client, store: Store) -> None:
        """OCI doesn't know URNs."""
        first = oci.create(GROUP, "g", {"description": "d", "name": "one"})
        second = oci.create(GROUP, "g", {"description": "d", "name": "two"})

        assert [record.id for record in store.created(first.urn)] == [first.id, second.id]

    def test_outputs_hold_every_input(self, oci: Client) -> None:
        """And what the service fills in."""
        app = oci.create(APPLICATION, "app", application(config={"A": "1"}))

        assert app.outputs | app.inputs == app.outputs
        assert app.outputs["shape"] == "GENERIC_X86"
        assert app.outputs["state"] == "ACTIVE"

    def test_minted_parts_of_a_network_can_be_used(self, oci: Client) -> None:
        """The default route table of a network is a real id to others, and gone with the network."""
        net = oci.create(VCN, "net", {"compartmentId": COMPARTMENT, "cidrBlocks": ["10.0.0.0/16"]})
        table = net.outputs["defaultRouteTableId"]
        subnet = {
            "compartmentId": COMPARTMENT,
            "vcnId": net.id,
            "cidrBlock": "10.0.0.0/24",
            "routeTableId": table,
        }
        oci.delete(oci.create("oci:Core/subnet:Subnet", "s", subnet))
        oci.delete(net)

        with pytest.raises(Failed, match="404-NotAuthorizedOrNotFound"):
            oci.create("oci:Core/subnet:Subnet", "s", {**subnet, "vcnId": "ocid1.vcn.oc1.iad.aaaaforeign"})


class TestReferences:
    @pytest.mark.parametrize(
        ("id", "text"),
        [
            ("nonsense", "400-InvalidParameter, applicationId is not an OCID: 'nonsense'"),
            (
                "ocid1.fnfunc.oc1.iad.aaaa",
                "400-InvalidParameter, applicationId must be the OCID of a fnapp, not of a fnfunc:"
                " ocid1.fnfunc.oc1.iad.aaaa",
            ),
        ],
    )
    def test_an_id_of_the_wrong_kind_is_refused(self, oci: Client, id: str, text: str) -> None:
        """At create, as OCI does; a preview doesn't know."""
        oci.preview(FUNCTION, "fn", function(id))
        with pytest.raises(Failed) as failed:
            oci.create(FUNCTION, "fn", function(id))

        assert str(failed.value) == text

    def test_a_foreign_id_is_taken_as_existing(self, oci: Client) -> None:
        """A program's own application lives outside the sandbox."""
        fn = oci.create(FUNCTION, "fn", function("ocid1.fnapp.oc1.iad.aaaaforeign"))

        assert fn.outputs["state"] == "ACTIVE"

    def test_strict_refuses_a_foreign_id(self, oci: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        """With OCI_SANDBOX_STRICT only what is in the store exists, and tenancies."""
        monkeypatch.setenv("OCI_SANDBOX_STRICT", "1")
        oci.create(GROUP, "g", {"description": "d", "compartmentId": TENANCY})

        with pytest.raises(Failed, match=r"404-NotAuthorizedOrNotFound, compartmentId .* not found"):
            oci.create(APPLICATION, "app", application())

    def test_an_id_of_something_deleted_is_not_found(self, oci: Client) -> None:
        """The store knows its own ids, even those that are gone."""
        app = oci.create(APPLICATION, "app", application())
        oci.delete(app)

        with pytest.raises(Failed) as failed:
            oci.create(FUNCTION, "fn", function(app.id))

        assert str(failed.value) == f"404-NotAuthorizedOrNotFound, applicationId {app.id} not found"

    def test_ids_in_lists_and_objects_are_looked_at_too(self, oci: Client) -> None:
        """Not only at the top."""
        with pytest.raises(Failed, match=r"subnetIds\[1\] must be the OCID of a subnet, not of a vcn"):
            oci.create(APPLICATION, "app", application(subnetIds=[SUBNET, "ocid1.vcn.oc1.iad.aaaa"]))


class TestDiff:
    def test_defined_tags_have_no_letter_case_and_may_be_ignored(self, oci: Client) -> None:
        """Those that the provider's configuration names are somebody else's."""
        tags = {"Ops.Owner": "a", "Oracle-Tags.CreatedBy": "x"}
        made = oci.create(BUCKET, "b", bucket(definedTags=tags))
        others = {"ops.owner": "a", "Oracle-Tags.CreatedBy": "y"}

        assert oci.changed(made, bucket(definedTags={key.lower(): tags[key] for key in tags})) == {}
        assert oci.changed(made, bucket(definedTags=others)) != {}

        oci.configure(ignoreDefinedTags='["Oracle-Tags.CreatedBy"]')

        assert oci.changed(made, bucket(definedTags=others)) == {}

    def test_the_same_inputs_are_no_change(self, oci: Client) -> None:
        """Right after a create."""
        app = oci.create(APPLICATION, "app", application(config={"A": "1"}))

        assert oci.changed(app, application(config={"A": "1"})) == {}

    def test_an_updatable_input_updates(self, oci: Client) -> None:
        """Maps are compared key by key."""
        app = oci.create(APPLICATION, "app", application(config={"A": "1", "B": "2", "C": "3"}))

        assert oci.changed(app, application(config={"A": "1", "B": "x", "D.E": "4"})) == {
            "config.B": "UPDATE",
            "config.C": "DELETE",
            'config["D.E"]': "ADD",
        }

    def test_a_fixed_input_replaces(self, oci: Client) -> None:
        """The shape of an application cannot be changed."""
        app = oci.create(APPLICATION, "app", application())

        answer = oci.diff(app, application(shape="GENERIC_ARM", displayName="other"))

        assert list(answer.replaces) == ["displayName", "shape"]
        assert list(answer.diffs) == ["displayName", "shape"]

    def test_a_nested_fixed_input_replaces(self, oci: Client) -> None:
        """A function's kind of source is fixed, its image isn't."""
        fn = oci.create(FUNCTION, "fn", function("ocid1.fnapp.oc1.iad.aaaa"))
        source = {"sourceType": "PRE_BUILT_FUNCTIONS", "pbfListingId": "ocid1.pbflisting.oc1..aaaa"}

        assert oci.changed(fn, function("ocid1.fnapp.oc1.iad.aaaa", sourceDetails=source)) == {
            "sourceDetails.imageDigest": "DELETE",
            "sourceDetails.pbfListingId": "ADD_REPLACE",
            "sourceDetails.sourceType": "UPDATE_REPLACE",
        }

    def test_for_other_types_the_documentation_decides(self, oci: Client) -> None:
        """What is not marked "(Updatable)" replaces, nested properties included."""
        stream = "oci:Streaming/stream:Stream"
        inputs = {"name": "s", "partitions": 1, "compartmentId": COMPARTMENT}
        made = oci.create(stream, "s", inputs)

        assert oci.changed(made, {**inputs, "partitions": 2, "freeformTags": {"a": "b"}}) == {
            "freeformTags": "ADD",
            "partitions": "UPDATE_REPLACE",
        }

    def test_what_the_service_chose_is_no_change_when_the_program_says_the_same(self, oci: Client) -> None:
        """A timeout of 30 seconds is the default; writing it down changes nothing."""
        fn = oci.create(FUNCTION, "fn", function("ocid1.fnapp.oc1.iad.aaaa"))

        assert oci.changed(fn, function("ocid1.fnapp.oc1.iad.aaaa", timeoutInSeconds=30)) == {}
        assert oci.changed(fn, function("ocid1.fnapp.oc1.iad.aaaa", timeoutInSeconds=31)) == {
            "timeoutInSeconds": "UPDATE"
        }

    def test_an_input_the_service_fills_in_keeps_its_value_when_taken_out(self, oci: Client) -> None:
        """As in Terraform: optional and computed."""
        fn = oci.create(FUNCTION, "fn", function("ocid1.fnapp.oc1.iad.aaaa", timeoutInSeconds=60))

        assert oci.changed(fn, function("ocid1.fnapp.oc1.iad.aaaa")) == {}
        assert oci.update(fn, function("ocid1.fnapp.oc1.iad.aaaa")).outputs["timeoutInSeconds"] == 60

    def test_an_unknown_value_is_a_change(self, oci: Client) -> None:
        """And replaces where a known one would."""
        fn = oci.create(FUNCTION, "fn", function("ocid1.fnapp.oc1.iad.aaaa"))

        assert oci.changed(fn, function(UNKNOWN, memoryInMbs=UNKNOWN)) == {
            "applicationId": "UPDATE_REPLACE",
            "memoryInMbs": "UPDATE",
        }

    def test_ignored_changes_are_ignored(self, oci: Client) -> None:
        """With everything below the path."""
        app = oci.create(APPLICATION, "app", application(config={"A": "1"}))

        answer = oci.diff(app, application(config={"A": "2"}), ("config",))

        assert answer.changes == provider_pb2.DiffResponse.DIFF_NONE

    def test_a_secret_that_is_the_same_is_no_change(self, oci: Client) -> None:
        """Whether or not it was one before."""
        app = oci.create(APPLICATION, "app", application(config={"A": "1"}))

        assert oci.changed(app, application(config=Secret({"A": "1"}))) == {}

    def test_a_name_of_ones_own_deletes_before_it_replaces(self, oci: Client) -> None:
        """As the real bridge does: two groups of one name cannot be there at once."""
        own = oci.create(GROUP, "g", {"description": "d", "name": "mine", "compartmentId": TENANCY})
        invented = oci.create(GROUP, "h", {"description": "d", "compartmentId": TENANCY})
        other = "ocid1.tenancy.oc1..aaaaother"

        assert oci.diff(own, {**own.inputs, "compartmentId": other}).deleteBeforeReplace is True
        assert oci.diff(invented, {**invented.inputs, "compartmentId": other}).deleteBeforeReplace is False
        assert oci.diff(own, {**own.inputs, "description": "e"}).deleteBeforeReplace is False

    def test_a_display_name_does_not(self, oci: Client) -> None:
        """The bridge knows only `name`: replacing an application of the same name meets a 409 at OCI too."""
        app = oci.create(APPLICATION, "app", application())

        assert oci.diff(app, application(shape="GENERIC_ARM")).deleteBeforeReplace is False
        with pytest.raises(Failed, match="409-Conflict, 'app' already exists"):
            oci.create(APPLICATION, "app", application(shape="GENERIC_ARM"))


class TestUpdate:
    def test_new_values_are_kept_and_old_ones_go(self, oci: Client) -> None:
        """A key taken out of a map is gone; the id and the creation time stay."""
        app = oci.create(APPLICATION, "app", application(config={"A": "1", "B": "2"}))

        after = oci.update(app, application(config={"B": "3"}))

        assert after.outputs["config"] == {"B": "3"}
        assert after.outputs["timeCreated"] == app.outputs["timeCreated"]
        assert oci.record(app.id).outputs == after.outputs

    def test_something_deleted_by_hand_is_not_found(self, oci: Client, store: Store) -> None:
        """The engine thinks it is there; it isn't."""
        app = oci.create(APPLICATION, "app", application())
        store.delete(app.id)

        with pytest.raises(Failed, match=f"404-NotAuthorizedOrNotFound, Application {app.id} not found"):
            oci.update(app, application(config={"A": "1"}))

    def test_something_deleted_by_hand_is_said_once(
        self, oci: Client, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """To the engine it is unchanged, as on OCI; the warning names the way back."""
        apps = [oci.create(APPLICATION, name, application(displayName=name)) for name in "abc"]
        said: list[tuple[str, str]] = []
        monkeypatch.setattr(oci.provider, "warn", lambda urn, text: said.append((urn, text)))
        store.delete(apps[0].id)
        store.delete(apps[1].id)
        for app, name in zip(apps, "abc", strict=True):
            assert oci.changed(app, application(displayName=name)) == {}

        assert said == [
            (
                apps[0].urn,
                "no longer exists; `pulumi refresh` removes it from the state, and an up creates it again",
            )
        ]

    def test_an_emptied_store_is_refused(self, oci: Client, store: Store) -> None:
        """Nothing of what the engine knows exists: that is never unchanged."""
        app = oci.create(APPLICATION, "app", application())
        store.delete(app.id)

        with pytest.raises(Failed) as failed:
            oci.diff(app, application())

        assert str(failed.value) == (
            f"{store.path}: lost or emptied: it contains none of this stack's resources; restore the file, "
            "or remove them from the state: pulumi refresh"
        )

    def test_a_refused_update_changes_nothing(self, oci: Client) -> None:
        """All or nothing."""
        fn = oci.create(FUNCTION, "fn", function("ocid1.fnapp.oc1.iad.aaaa"))

        with pytest.raises(Failed, match="400-InvalidParameter"):
            oci.update(fn, function("ocid1.fnapp.oc1.iad.aaaa", memoryInMbs="200"))

        assert oci.record(fn.id).outputs == plain(fn.outputs)


class TestRead:
    def test_nothing_changed_reads_as_it_was(self, oci: Client) -> None:
        """Inputs and outputs, to the letter: a refresh right after a deploy finds nothing."""
        app = oci.create(APPLICATION, "app", application(config=Secret({"A": "1"})))

        assert oci.read(app) == app

    def test_drift_is_found(self, oci: Client, store: Store) -> None:
        """Somebody changes the configuration by hand; the next diff wants it back."""
        app = oci.create(APPLICATION, "app", application(config={"A": "1"}))
        record = oci.record(app.id)
        store.update(app.id, record.inputs, {**record.outputs, "config": {"A": "2", "B": "3"}})

        found = oci.refresh(app)

        assert found.inputs["config"] == {"A": "2", "B": "3"}
        assert oci.changed(found, application(config={"A": "1"})) == {
            "config.A": "UPDATE",
            "config.B": "DELETE",
        }

    def test_what_is_gone_has_no_id(self, oci: Client, store: Store) -> None:
        """The engine then drops it from the state, or says that an import failed."""
        app = oci.create(APPLICATION, "app", application())
        store.delete(app.id)

        assert oci.read(app) is None

    def test_an_import_gives_the_inputs_it_was_made_with(self, oci: Client) -> None:
        """So that the program written for it has no change."""
        app = oci.create(APPLICATION, "app", application(config={"A": "1"}))

        found = oci.importing(APPLICATION, "imported", app.id)
        assert found is not None

        assert found.inputs == application(config={"A": "1"})
        assert found.outputs == app.outputs

    def test_an_id_of_another_type_does_not_exist(self, oci: Client) -> None:
        """An application cannot be imported as a function."""
        app = oci.create(APPLICATION, "app", application())

        assert oci.importing(FUNCTION, "fn", app.id) is None
        assert oci.importing(APPLICATION, "app", "ocid1.fnapp.oc1.iad.aaaamissing") is None

    def test_a_changed_bucket_default_does_not_show(self, oci: Client) -> None:
        """What the provider itself puts in is an input from the start."""
        made = oci.create(BUCKET, "b", bucket())

        assert made.inputs["accessType"] == "NoPublicAccess"
        assert oci.read(made) == made


class TestSecrets:
    def test_an_output_that_came_from_a_secret_is_one(self, oci: Client) -> None:
        """At create, update and read, at the place where it was, and nowhere else."""
        app = oci.create(APPLICATION, "app", application(config={"A": Secret("1"), "B": "2"}))
        updated = oci.update(app, application(config={"A": Secret("9"), "B": "2"}))

        assert app.outputs["config"] == {"A": Secret("1"), "B": "2"}
        assert updated.outputs["config"] == {"A": Secret("9"), "B": "2"}
        assert oci.refresh(updated).outputs["config"] == {"A": Secret("9"), "B": "2"}
        assert oci.refresh(updated).inputs["config"] == {"A": Secret("9"), "B": "2"}

    def test_an_import_closes_what_was_a_secret(self, oci: Client) -> None:
        """Nobody tells the provider which values were secret; the store remembers the property."""
        app = oci.create(APPLICATION, "app", application(config={"A": Secret("1")}))

        found = oci.importing(APPLICATION, "x", app.id)
        assert found is not None
        assert found.inputs["config"] == Secret({"A": "1"})

    def test_a_preview_keeps_it_closed(self, oci: Client) -> None:
        """Inputs come back as they went in."""
        shown = oci.preview(APPLICATION, "app", application(config={"A": Secret("1")}))

        assert shown["config"] == {"A": Secret("1")}


class TestDelete:
    def test_deleting_twice_is_fine(self, oci: Client, store: Store) -> None:
        """What is gone is gone."""
        app = oci.create(APPLICATION, "app", application())

        oci.delete(app)
        oci.delete(app)

        assert store.list() == []

    def test_a_name_is_free_again(self, oci: Client) -> None:
        """After the delete."""
        oci.delete(oci.create(APPLICATION, "app", application()))

        assert oci.create(APPLICATION, "app", application()).outputs["displayName"] == "app"


class TestProtocol:
    def test_a_wrong_configuration_key_is_refused(self, oci: Client) -> None:
        """`oci:regoin` in a stack file does nothing silently."""
        from sandbox.providers.wire import encode

        request = provider_pb2.CheckRequest(urn="urn", news=encode({"regoin": "x", "region": "y"}))

        assert [failure.reason for failure in oci.stub.CheckConfig(request).failures] == [
            "unknown configuration key 'regoin' of the provider oci"
        ]

    def test_a_data_source_that_is_not_emulated_says_so(self, oci: Client) -> None:
        """By name, and never with an invented answer."""
        token = "oci:Core/getByoipRanges:getByoipRanges"
        with pytest.raises(Failed) as failed:
            oci.invoke(token, compartmentId=COMPARTMENT)

        assert str(failed.value) == (
            f"501-NotImplemented, the sandbox does not emulate the data source {token}"
        )

    def test_the_version_is_the_sdks(self, oci: Client) -> None:
        """The engine compares it with the one the program asks for."""
        from google.protobuf.empty_pb2 import Empty

        assert oci.stub.GetPluginInfo(Empty()).version == "5.5.0"

    def test_cancelling_is_answered(self, oci: Client) -> None:
        """Nothing is broken off; see the test of slow creates."""
        oci.cancel()

    def test_a_mistake_of_the_sandbox_is_one_line(self, oci: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        """With its place and without a traceback."""
        monkeypatch.setattr("sandbox.providers.oci.composed_ids.new_id", lambda *_: 1 / 0)

        with pytest.raises(
            Failed, match=r"^500-InternalError, the sandbox itself failed at .*ZeroDivisionError"
        ):
            oci.create(APPLICATION, "app", application())


def test_the_tenancy_is_the_programs_own_where_it_names_one(oci: Client) -> None:
    """In its inputs, or in the provider's configuration."""
    made = oci.configure(tenancyOcid=TENANCY).create("oci:Identity/group:Group", "g", {"description": "d"})

    assert made.outputs["compartmentId"] == TENANCY


def test_where_a_secret_is_among_the_inputs_is_kept_with_them(oci: Client) -> None:
    """The input for the state, the place itself for what is hidden in logs; also after an update."""
    inputs = application(config={"TOKEN": Secret("hush"), "LEVEL": "info"})
    made = oci.create(APPLICATION, "app", inputs)
    assert oci.record(made.id).secret == ("config", "/config/TOKEN")

    oci.update(made, application(config=Secret({"TOKEN": "hush"})))
    assert oci.record(made.id).secret == ("config",)
