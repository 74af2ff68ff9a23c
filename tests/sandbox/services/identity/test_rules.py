"""What IAM refuses, fills in and answers."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.conftest import COMPARTMENT, GROUP, POLICY, TENANCY, USER, Client, Failed

DYNAMIC = "oci:Identity/dynamicGroup:DynamicGroup"
MEMBERSHIP = "oci:Identity/userGroupMembership:UserGroupMembership"
COMPARTMENTS = "oci:Identity/compartment:Compartment"
STATEMENT = f"Allow group invokers to use fn-invocation in compartment id {COMPARTMENT}"


def group(**more: Any) -> dict[str, Any]:
    return {"compartmentId": TENANCY, "name": "invokers", "description": "d", **more}


def dynamic(**more: Any) -> dict[str, Any]:
    return group(name="fns", matchingRule="ALL {resource.type = 'fnfunc'}", **more)


def policy(*statements: str, **more: Any) -> dict[str, Any]:
    return {
        "compartmentId": COMPARTMENT,
        "name": "grants",
        "description": "d",
        "statements": list(statements or [STATEMENT]),
        **more,
    }


class TestGroups:
    def test_names_are_unique_in_the_tenancy_whatever_their_case(self, oci: Client) -> None:
        """Groups and dynamic groups share them; another tenancy's are free."""
        oci.create(GROUP, "g", group())
        oci.create(GROUP, "h", group(compartmentId="ocid1.tenancy.oc1..aaaaother"))

        for type, inputs in ((GROUP, group(name="Invokers")), (DYNAMIC, {**dynamic(), "name": "INVOKERS"})):
            with pytest.raises(Failed, match="409-Conflict, 'invokers' already exists"):
                oci.create(type, "x", inputs)

    @pytest.mark.parametrize("name", ["two words", "x" * 101, "ümlaut", ""])
    def test_a_name_has_only_certain_characters(self, oci: Client, name: str) -> None:
        """No spaces above all."""
        with pytest.raises(Failed, match="400-InvalidParameter, name"):
            oci.create(GROUP, "g", group(name=name))

    def test_a_group_with_members_is_not_deleted(self, oci: Client) -> None:
        """Members go first."""
        made = oci.create(GROUP, "g", group())
        member = oci.create(MEMBERSHIP, "m", {"groupId": made.id, "userId": USER})
        with pytest.raises(Failed) as failed:
            oci.delete(made)
        oci.delete(member)
        oci.delete(made)

        assert str(failed.value) == "409-Conflict, group 'invokers' still has 1 member(s)"

    def test_a_user_is_a_member_once(self, oci: Client) -> None:
        """Of the same group."""
        made = oci.create(GROUP, "g", group())
        oci.create(MEMBERSHIP, "m", {"groupId": made.id, "userId": USER})

        with pytest.raises(Failed, match="409-Conflict"):
            oci.create(MEMBERSHIP, "n", {"groupId": made.id, "userId": USER})

    def test_a_membership_needs_a_group(self, oci: Client) -> None:
        """Not a user's OCID in its place, and not a deleted group."""
        made = oci.create(GROUP, "g", group())
        oci.delete(made)

        with pytest.raises(Failed, match="404-NotAuthorizedOrNotFound"):
            oci.create(MEMBERSHIP, "m", {"groupId": made.id, "userId": USER})
        with pytest.raises(Failed, match="groupId must be the OCID of a group, not of a user"):
            oci.create(MEMBERSHIP, "m", {"groupId": USER, "userId": USER})


class TestDynamicGroups:
    def test_the_matching_rule_is_read(self, oci: Client) -> None:
        """One that cannot be is refused, at create and update."""
        made = oci.create(DYNAMIC, "d", dynamic())

        for wrong in ("resource.type is 'fnfunc'", "ALL {resource.type = 'fnfunc'", "{}"):
            with pytest.raises(Failed, match="400-InvalidParameter, matchingRule cannot be parsed"):
                oci.update(made, {**dynamic(), "matchingRule": wrong})

    def test_it_belongs_to_the_tenancy(self, oci: Client) -> None:
        """Not to a compartment."""
        with pytest.raises(Failed, match="compartmentId of a dynamic group must be the tenancy's OCID"):
            oci.create(DYNAMIC, "d", {**dynamic(), "compartmentId": COMPARTMENT})


class TestPolicies:
    @pytest.mark.parametrize(
        ("statements", "text"),
        [
            ([" "], "statement 1 is blank"),
            ([STATEMENT, "Allow everybody everything"], "statement 2 cannot be parsed"),
            (["Allow group a to frobnicate b in tenancy"], "statement 1 cannot be parsed"),
        ],
    )
    def test_a_statement_oci_would_not_take_is_refused(
        self, oci: Client, statements: list[str], text: str
    ) -> None:
        """With its number and the reason."""
        with pytest.raises(Failed) as failed:
            oci.create(POLICY, "p", policy(*statements))

        assert str(failed.value).startswith(f"400-InvalidParameter, {text}")

    def test_the_hash_is_of_the_statements_and_the_mark_of_the_last_update(self, oci: Client) -> None:
        """Both marks are one, which an update renews."""
        root = {"compartmentId": TENANCY}
        made = oci.create(POLICY, "p", policy("Allow group a to inspect fn-app in tenancy", **root))
        after = oci.update(made, policy("Allow group a to read fn-app in tenancy", **root))

        assert after.outputs["policyHash"] != made.outputs["policyHash"]
        assert made.outputs["policyHash"] == "02b41e9c0bda0218f421390827522c8e"
        for outputs in (made.outputs, after.outputs):
            assert outputs["ETag"] == outputs["lastUpdateETag"]
        assert after.outputs["ETag"] != made.outputs["ETag"]

    def test_a_policy_has_statements(self, oci: Client) -> None:
        """At least one."""
        with pytest.raises(Failed, match='"statements": expected at least 1 items, found 0 items'):
            oci.create(POLICY, "p", {**policy(), "statements": []})

    def test_another_compartment_replaces(self, oci: Client) -> None:
        """A policy cannot be moved."""
        made = oci.create(POLICY, "p", policy())

        assert oci.changed(made, policy(compartmentId=TENANCY)) == {"compartmentId": "UPDATE_REPLACE"}


class TestHomeRegion:
    def test_a_write_elsewhere_is_refused_where_the_home_region_is_known(
        self, oci: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """In OCI's words; reading is possible everywhere."""
        oci.configure(region="eu-frankfurt-1")
        made = oci.create(GROUP, "g", group())
        monkeypatch.setenv("OCI_SANDBOX_HOME_REGION", "us-phoenix-1")

        for write in (
            lambda: oci.create(POLICY, "p", policy()),
            lambda: oci.update(made, group(description="e")),
            lambda: oci.delete(made),
        ):
            with pytest.raises(Failed, match=r"^403-NotAllowed, Please go to your home region PHX"):
                write()
        assert oci.read(made) == made

    def test_nobody_is_held_to_a_home_region_that_was_guessed(self, oci: Client) -> None:
        """The first region asked from is called home from then on; a provider elsewhere may write all the
        same."""
        oci.configure(region="eu-frankfurt-1", tenancyOcid=TENANCY)
        asked = oci.invoke("oci:Identity/getRegionSubscriptions:getRegionSubscriptions", tenancyId=TENANCY)
        oci.create(GROUP, "g", group())
        oci.configure(region="us-ashburn-1", tenancyOcid=TENANCY)
        later = oci.invoke("oci:Identity/getRegionSubscriptions:getRegionSubscriptions", tenancyId=TENANCY)

        assert [item["regionName"] for item in asked["regionSubscriptions"] if item["isHomeRegion"]] == [
            "eu-frankfurt-1"
        ]
        assert {item["regionName"]: item["isHomeRegion"] for item in later["regionSubscriptions"]} == {
            "eu-frankfurt-1": True,
            "us-ashburn-1": False,
        }
        assert oci.create(GROUP, "h", group(name="h")).id

    def test_without_a_known_home_region_any_may_write(self, oci: Client) -> None:
        """A program that never asks has one region only."""
        assert oci.configure(region="eu-zurich-1").create(GROUP, "g", group()).id


class TestCompartments:
    def test_names_are_unique_in_the_parent(self, oci: Client) -> None:
        """And one that holds something isn't deleted."""
        inputs = {"compartmentId": TENANCY, "name": "ai", "description": "d"}
        made = oci.create(COMPARTMENTS, "c", inputs)
        oci.create(
            POLICY, "p", policy("Allow any-user to read buckets in compartment ai", compartmentId=made.id)
        )

        with pytest.raises(Failed, match="409-Conflict, 'ai' already exists"):
            oci.create(COMPARTMENTS, "d", inputs)
        with pytest.raises(Failed, match="409-Conflict, compartment 'ai' still contains 1 resource"):
            oci.delete(made)
