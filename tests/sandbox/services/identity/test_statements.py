"""How IAM takes statements: names exist, places lie below the attachment, texts are OCI's."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.services.bridge_base import UNKNOWN
from sandbox.services.identity import DOMAIN, DOMAIN_DYNAMIC_GROUP, DOMAIN_GROUP
from tests.sandbox.conftest import COMPARTMENT, GROUP, POLICY, TENANCY, Client, Failed

DYNAMIC = "oci:Identity/dynamicGroup:DynamicGroup"
COMPARTMENTS = "oci:Identity/compartment:Compartment"
FUNCTION = "ocid1.fnfunc.oc1.eu-frankfurt-1.aaaaaaaafunction"


def policy(*statements: str, at: str = COMPARTMENT) -> dict[str, Any]:
    return {"compartmentId": at, "name": "grants", "description": "d", "statements": list(statements)}


def create(oci: Client, *statements: str, at: str = COMPARTMENT) -> Any:
    """A policy; deleted again, so that the next one may have its name."""
    made = oci.create(POLICY, "p", policy(*statements, at=at))
    oci.delete(made)
    return made


def refusal(oci: Client, *statements: str, at: str = COMPARTMENT) -> str:
    """What is said of a policy."""
    with pytest.raises(Failed) as failed:
        oci.create(POLICY, "p", policy(*statements, at=at))
    return str(failed.value)


def compartment(oci: Client, name: str, parent: str = TENANCY) -> str:
    """A compartment of the store."""
    made = oci.create(COMPARTMENTS, name, {"compartmentId": parent, "name": name, "description": "d"})
    return str(made.id)


class TestText:
    @pytest.mark.parametrize(
        ("statement", "reason"),
        [
            (f"Allow group a to read buckets in compartment {COMPARTMENT}", "without `id`"),
            (
                f"Allow group a to use fn-invocation in compartment id {COMPARTMENT} "
                f"where target.function.id = {FUNCTION}",
                "needs quotes",
            ),
            (
                f"Allow group a to manage objects in compartment id {COMPARTMENT} "
                "where all {request.permission != 'OBJECT_DELETE', target.bucket.name = images}",
                "has an invalid right-hand side in its condition: images needs quotes",
            ),
            (f"Allow group a to manage not-a-type in compartment id {COMPARTMENT}", "names no resource-type"),
        ],
    )
    def test_a_text_that_ocis_parser_refuses(self, oci: Client, statement: str, reason: str) -> None:
        """Named by the statement's number, with the one thing to write."""
        fine = f"Allow group a to read buckets in compartment id {COMPARTMENT}"

        said = refusal(oci, fine, statement)

        assert said.startswith("400-InvalidParameter, statement 2 ")
        assert reason in said

    @pytest.mark.parametrize(
        "rest",
        [
            "where request.user.id = target.user.id",
            "where target.bucket.name = /img*/",
            "where request.networkSource.name = 'office'",
        ],
    )
    def test_variables_and_patterns_are_right_hand_sides(self, oci: Client, rest: str) -> None:
        """Only a bare word is none."""
        assert create(oci, f"Allow group a to read buckets in compartment id {COMPARTMENT} {rest}")

    def test_a_resource_type_the_sandbox_does_not_know_can_be_named(
        self, oci: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """OCI has more of them than any list."""
        statement = f"Allow group a to read brand-new-things in compartment id {COMPARTMENT}"
        assert "OCI_SANDBOX_RESOURCE_TYPES" in refusal(oci, statement)

        monkeypatch.setenv("OCI_SANDBOX_RESOURCE_TYPES", "other-things,brand-new-things")

        assert create(oci, statement)


class TestPrincipals:
    @pytest.mark.parametrize("subject", ["group invokers", "dynamic-group fns", "group Other/team"])
    def test_a_name_outside_the_store_is_taken_as_existing(self, oci: Client, subject: str) -> None:
        """Most programs grant to groups they did not create."""
        assert create(oci, f"Allow {subject} to read buckets in compartment id {COMPARTMENT}")

    @pytest.mark.parametrize(
        ("subject", "said"),
        [
            ("group invokers", "names a group that does not exist: invokers"),
            ("dynamic-group fns", "names a dynamic group that does not exist: fns"),
        ],
    )
    def test_not_so_when_strict(
        self, oci: Client, monkeypatch: pytest.MonkeyPatch, subject: str, said: str
    ) -> None:
        """Then what is not in the store does not exist."""
        inside = compartment(oci, "ai")
        monkeypatch.setenv("OCI_SANDBOX_STRICT", "1")

        assert said in refusal(oci, f"Allow {subject} to read buckets in compartment ai", at=inside)

    def test_a_name_of_the_store_exists_in_any_case(
        self, oci: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Names are compared without case."""
        inside = compartment(oci, "ai")
        oci.create(GROUP, "g", {"compartmentId": TENANCY, "name": "Invokers", "description": "d"})
        monkeypatch.setenv("OCI_SANDBOX_STRICT", "1")

        assert create(oci, "Allow group INVOKERS to read buckets in compartment ai", at=inside)

    def test_an_ocid_of_the_store_must_be_there(self, oci: Client) -> None:
        """A group that was deleted is not granted to."""
        group = oci.create(GROUP, "g", {"compartmentId": TENANCY, "name": "invokers", "description": "d"})
        statement = f"Allow group id {group.id} to read buckets in compartment id {COMPARTMENT}"
        assert create(oci, statement)

        oci.delete(group)

        assert f"names a group that does not exist: {group.id}" in refusal(oci, statement)

    @pytest.mark.parametrize(
        ("statement", "said"),
        [
            (
                f"Allow group id ocid1.user.oc1..aaaauser to read buckets in compartment id {COMPARTMENT}",
                "names a group that does not exist: ocid1.user.oc1..aaaauser",
            ),
            (
                f"Allow dynamic-group id {TENANCY} to read buckets in compartment id {COMPARTMENT}",
                f"names a dynamic group that does not exist: {TENANCY}",
            ),
            (
                "Allow group a to read buckets in compartment id ocid1.group.oc1..aaaagroup",
                "names a compartment that does not exist: ocid1.group.oc1..aaaagroup",
            ),
        ],
    )
    def test_an_ocid_of_something_else_is_none(self, oci: Client, statement: str, said: str) -> None:
        """A user's is no group's, wherever it lies."""
        assert said in refusal(oci, statement)

    def test_what_the_previewed_program_is_about_to_create_does_not_exist_yet(self, oci: Client) -> None:
        """A missing `depends_on` shows: the policy came before the group."""
        inputs = {"compartmentId": TENANCY, "name": "invokers", "description": "d"}
        statement = f"Allow group invokers to read buckets in compartment id {COMPARTMENT}"
        oci.preview(GROUP, "g", inputs)

        assert "does not exist yet; this program creates it, so the policy must depend on it" in refusal(
            oci, statement
        )

        oci.create(GROUP, "g", inputs)
        assert create(oci, statement)

    def test_a_plan_is_forgotten_after_some_minutes(
        self, oci: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The program may no longer create it."""
        oci.preview(GROUP, "g", {"compartmentId": TENANCY, "name": "invokers", "description": "d"})
        monkeypatch.setattr("sandbox.services.identity.statements._PLAN_SECONDS", 0)

        assert create(oci, f"Allow group invokers to read buckets in compartment id {COMPARTMENT}")


class TestDomains:
    """A group of another identity domain than the default one is written with its domain."""

    @pytest.fixture
    def staff(self, oci: Client) -> str:
        """The address of a domain of the store, Staff, with a group and a dynamic group."""
        domain = oci.create(DOMAIN, "staff", domain_inputs("Staff"))
        url = str(domain.outputs["url"])
        oci.create(DOMAIN_GROUP, "g", {"displayName": "Team", "idcsEndpoint": url, "schemas": ["urn:x"]})
        rule = "ALL {resource.type = 'fnfunc'}"
        oci.create(
            DOMAIN_DYNAMIC_GROUP,
            "d",
            {"displayName": "Fns", "idcsEndpoint": url, "schemas": ["urn:x"], "matchingRule": rule},
        )
        return url

    @pytest.mark.usefixtures("staff")
    @pytest.mark.parametrize(
        "subject",
        [
            "group Staff/Team",
            "group 'staff'/'team'",
            "dynamic-group 'Staff'/'Fns'",
            "group 'Staff'/'All Domain Users'",
            "group Elsewhere/whoever",
        ],
    )
    def test_what_is_in_its_domain_exists(self, oci: Client, subject: str) -> None:
        """In any case; of a domain outside the store nothing is known."""
        assert create(oci, f"Allow {subject} to read buckets in compartment id {COMPARTMENT}")

    @pytest.mark.usefixtures("staff")
    @pytest.mark.parametrize(
        ("subject", "said"),
        [
            ("group Staff/others", "names a group that does not exist: Staff/others"),
            ("group Staff/Fns", "names a group that does not exist: Staff/Fns"),
            ("dynamic-group Staff/Team", "names a dynamic group that does not exist: Staff/Team"),
            (
                "group Team",
                "names a group that does not exist in the default domain; write 'Staff'/'Team': Team",
            ),
            ("group Default/team", "in the default domain; write 'Staff'/'team': team"),
            ("dynamic-group fns", "in the default domain; write 'Staff'/'fns': fns"),
        ],
    )
    def test_what_is_not_in_it_does_not(self, oci: Client, subject: str, said: str) -> None:
        """A domain of the store is known wholly, and a bare name is one of the default domain."""
        assert said in refusal(oci, f"Allow {subject} to read buckets in compartment id {COMPARTMENT}")

    def test_a_group_at_an_address_the_store_did_not_make_may_be_of_the_default_domain(
        self, oci: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A program that keeps its groups there names them without a domain."""
        inside = compartment(oci, "ai")
        url = "https://idcs-1.identity.oraclecloud.com:443"
        oci.create(DOMAIN_GROUP, "g", {"displayName": "Team", "idcsEndpoint": url, "schemas": ["urn:x"]})
        monkeypatch.setenv("OCI_SANDBOX_STRICT", "1")

        assert create(oci, "Allow group team to read buckets in compartment ai", at=inside)
        assert "names an identity domain that does not exist: Staff" in refusal(
            oci, "Allow group Staff/team to read buckets in compartment ai", at=inside
        )

    def test_what_the_program_is_about_to_create_does_not_exist_yet(self, oci: Client) -> None:
        """Neither a domain, nor a group of it whose address is not known before."""
        statement = f"Allow group Staff/Team to read buckets in compartment id {COMPARTMENT}"
        oci.preview(DOMAIN, "staff", domain_inputs("Staff"))
        unknown = {"displayName": "Team", "idcsEndpoint": UNKNOWN, "schemas": ["urn:x"]}
        oci.preview(DOMAIN_GROUP, "g", unknown)
        assert "names an identity domain that does not exist yet" in refusal(oci, statement)

        domain = oci.create(DOMAIN, "staff", domain_inputs("Staff"))
        assert "names a group that does not exist yet; this program creates it" in refusal(oci, statement)

        known = {**unknown, "idcsEndpoint": domain.outputs["url"]}
        oci.create(DOMAIN_GROUP, "g", known)
        assert create(oci, statement)


def domain_inputs(name: str) -> dict[str, Any]:
    return {
        "compartmentId": COMPARTMENT,
        "displayName": name,
        "description": "d",
        "homeRegion": "us-ashburn-1",
        "licenseType": "free",
    }


class TestPlaces:
    @pytest.mark.parametrize("where", ["tenancy", "compartment id " + TENANCY])
    def test_the_tenancy_is_reached_from_the_root_alone(self, oci: Client, where: str) -> None:
        """A policy in a compartment says nothing of what is above it."""
        statement = f"Allow group a to read buckets in {where}"

        said = refusal(oci, statement)

        assert "the policy must be attached to the root" in said or "not in the policy's own" in said
        assert create(oci, "Allow group a to read buckets in tenancy", at=TENANCY)

    def test_a_compartment_lies_below_the_attachment(self, oci: Client) -> None:
        """Its own, below it at any depth; not beside it, and not above it."""
        upper = compartment(oci, "upper")
        lower = compartment(oci, "lower", upper)
        lowest = compartment(oci, "lowest", lower)
        beside = compartment(oci, "beside")

        def statement(id: str) -> str:
            return f"Allow group a to read buckets in compartment id {id}"

        assert create(oci, statement(upper), statement(lower), statement(lowest), at=upper)
        assert create(oci, statement(lowest), statement(beside), at=TENANCY)
        for id, at in ((upper, lower), (beside, upper), (upper, beside)):
            said = refusal(oci, statement(id), at=at)
            assert f"not in the policy's own ({at}) or below it: {id}" in said

    def test_what_lies_outside_the_store_may_lie_anywhere(self, oci: Client) -> None:
        """Two compartments of the user's, neither of which the store knows."""
        elsewhere = "ocid1.compartment.oc1..aaaaaaaaelsewhere"

        assert create(oci, f"Allow group a to read buckets in compartment id {elsewhere}")

    def test_a_path_leads_downwards_from_the_attachment(self, oci: Client) -> None:
        """Whose own name may come first."""
        upper = compartment(oci, "upper")
        compartment(oci, "lower", upper)

        for path, at in (
            ("upper", upper),
            ("lower", upper),
            ("upper:lower", upper),
            ("Upper:LOWER", TENANCY),
            ("upper", TENANCY),
        ):
            assert create(oci, f"Allow group a to read buckets in compartment {path}", at=at), (path, at)

    @pytest.mark.parametrize("path", ["missing", "upper:missing"])
    def test_inside_what_the_store_made_a_name_must_be_there(self, oci: Client, path: str) -> None:
        """It is known wholly."""
        upper = compartment(oci, "upper")

        said = refusal(oci, f"Allow group a to read buckets in compartment {path}", at=upper)

        assert f"names a compartment that does not exist: {path}" in said

    def test_a_name_below_something_outside_is_taken_as_existing(self, oci: Client) -> None:
        """Unless the program is about to create it."""
        statement = "Allow group a to read buckets in compartment apps"
        assert create(oci, statement)

        oci.preview(COMPARTMENTS, "c", {"compartmentId": COMPARTMENT, "name": "apps", "description": "d"})
        assert "does not exist yet" in refusal(oci, statement)

    def test_an_update_is_judged_like_a_create(self, oci: Client) -> None:
        """What the policy becomes, not what it was."""
        made = oci.create(POLICY, "p", policy("Allow group a to read buckets in compartment ai"))

        with pytest.raises(Failed, match="must be attached to the root"):
            oci.update(made, policy("Allow group a to read buckets in tenancy"))


@pytest.mark.parametrize(
    "statement",
    [
        "Define tenancy Acme as ocid1.tenancy.oc1..aaaaacme",
        "Endorse group a to read buckets in tenancy Acme",
        "Admit group a of tenancy Acme to read buckets in tenancy",
    ],
)
def test_another_tenancys_side_is_outside_the_store(oci: Client, statement: str) -> None:
    """Nothing of it is known."""
    define = "Define tenancy Acme as ocid1.tenancy.oc1..aaaaacme"

    assert create(oci, define, statement, at=TENANCY)
