"""What IAM refuses, fills in and answers."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.cloud.store import Store
from sandbox.providers.sdk import Sdk
from sandbox.services import identity, rules_of
from sandbox.services.identity import DOMAIN, DOMAIN_DYNAMIC_GROUP, DOMAIN_GROUP
from sandbox.services.identity import USER as USERS
from sandbox.services.identity.rules import HomeRules
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


def compartment(name: str, parent: str = TENANCY, **more: Any) -> dict[str, Any]:
    return {"compartmentId": parent, "name": name, "description": "d", **more}


def many(count: int, place: str, name: str = "") -> dict[str, Any]:
    """A policy of so many statements."""
    statement = f"Allow group invokers to read buckets in compartment id {place}"
    if place == TENANCY:
        statement = "Allow group invokers to read buckets in tenancy"
    return {**policy(*[statement] * count, compartmentId=place), "name": name or f"p-{place[-20:]}"}


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

    def test_it_holds_for_every_type_that_iam_keeps(self) -> None:
        """Of the installed SDK: what is not an identity domain's own."""
        kept = {
            token
            for token in Sdk("pulumi_oci").tokens
            if token.startswith("oci:Identity/") and not token.startswith("oci:Identity/domains")
        }

        assert {token for token in kept if not isinstance(rules_of(token), HomeRules)} == set()
        assert set(identity.OTHERS) < kept

    @pytest.mark.parametrize(
        ("type", "inputs"),
        [
            (DOMAIN, {"displayName": "d", "description": "d", "homeRegion": "x", "licenseType": "free"}),
            ("oci:Identity/tagNamespace:TagNamespace", {"name": "n", "description": "d"}),
            ("oci:Identity/networkSource:NetworkSource", {"name": "n", "description": "d"}),
        ],
    )
    def test_also_without_other_rules(
        self, oci: Client, monkeypatch: pytest.MonkeyPatch, type: str, inputs: dict[str, Any]
    ) -> None:
        """Create, update and delete; what an identity domain keeps is written at its own address."""
        oci.configure(region="eu-frankfurt-1")
        given = {"compartmentId": TENANCY, **inputs}
        made = oci.create(type, "x", given)
        monkeypatch.setenv("OCI_SANDBOX_HOME_REGION", "us-phoenix-1")

        for write in (
            lambda: oci.create(type, "y", given),
            lambda: oci.update(made, {**given, "description": "e"}),
            lambda: oci.delete(made),
        ):
            with pytest.raises(Failed, match=r"^403-NotAllowed, Please go to your home region PHX"):
                write()
        assert oci.create(DOMAIN_GROUP, "g", domain_group("https://one")).id

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
        inputs = compartment("ai", enableDelete=True)
        made = oci.create(COMPARTMENTS, "c", inputs)
        oci.create(
            POLICY, "p", policy("Allow any-user to read buckets in compartment ai", compartmentId=made.id)
        )

        with pytest.raises(Failed, match="409-Conflict, 'ai' already exists"):
            oci.create(COMPARTMENTS, "d", inputs)
        with pytest.raises(Failed, match="409-Conflict, compartment 'ai' still contains 1 resource"):
            oci.delete(made)

    def test_without_enable_delete_one_of_that_name_is_taken_over(self, oci: Client) -> None:
        """As the provider does: the new resource is the old compartment, changed to what the program says."""
        first = oci.create(COMPARTMENTS, "c", compartment("ai"))
        second = oci.create(COMPARTMENTS, "d", compartment("AI", description="of the second"))

        assert second.id == first.id
        assert oci.refresh(second).outputs["description"] == "of the second"
        assert oci.record(first.id).urn == second.urn
        assert oci.create(COMPARTMENTS, "e", compartment("ai", parent=first.id)).id != first.id

    def test_without_enable_delete_none_is_deleted(self, oci: Client, store: Store) -> None:
        """It stays, belongs to nobody, and is there for the next program."""
        made = oci.create(COMPARTMENTS, "c", compartment("ai"))
        oci.delete(made)

        assert oci.read(made) is not None
        assert store.is_empty()
        assert oci.create(COMPARTMENTS, "c", compartment("ai")).id == made.id

    def test_with_enable_delete_it_is_deleted(self, oci: Client) -> None:
        """The last word of the program counts."""
        made = oci.create(COMPARTMENTS, "c", compartment("ai"))
        oci.delete(oci.update(made, compartment("ai", enableDelete=True)))

        assert oci.read(made) is None

    @pytest.mark.parametrize("name", ["two words", "x" * 101, "a@b", "a+b", ""])
    def test_a_name_has_only_certain_characters(self, oci: Client, name: str) -> None:
        """Fewer than that of a group."""
        with pytest.raises(Failed, match="400-InvalidParameter, name"):
            oci.create(COMPARTMENTS, "c", compartment(name))

    def test_six_levels_below_the_tenancy_and_no_more(self, oci: Client) -> None:
        """Whether it is made there, or moved there with what is below it."""
        ids = [TENANCY]
        for level in range(1, 7):
            ids.append(oci.create(COMPARTMENTS, f"c{level}", compartment(f"l{level}", parent=ids[-1])).id)
        top = oci.create(COMPARTMENTS, "top", compartment("top"))
        oci.create(COMPARTMENTS, "below", compartment("below", parent=top.id))

        with pytest.raises(Failed, match="would be at level 7; compartments are at most 6 levels deep"):
            oci.create(COMPARTMENTS, "c7", compartment("l7", parent=ids[-1]))
        with pytest.raises(Failed, match="would be at level 7"):
            oci.update(top, compartment("top", parent=ids[5]))
        assert oci.update(top, compartment("top", parent=ids[4])).id == top.id

    def test_it_is_not_moved_below_itself(self, oci: Client) -> None:
        """Nor into itself."""
        upper = oci.create(COMPARTMENTS, "u", compartment("upper"))
        lower = oci.create(COMPARTMENTS, "l", compartment("lower", parent=upper.id))

        for parent in (upper.id, lower.id):
            with pytest.raises(Failed, match="is the compartment itself or lies below it"):
                oci.update(upper, compartment("upper", parent=parent))


class TestLimitOfStatements:
    def test_500_along_a_path_whichever_policies_they_are_in(self, oci: Client) -> None:
        """From the root to any leaf; a compartment beside the path has room of its own."""
        upper = oci.create(COMPARTMENTS, "u", compartment("upper")).id
        lower = oci.create(COMPARTMENTS, "l", compartment("lower", parent=upper)).id
        beside = oci.create(COMPARTMENTS, "b", compartment("beside")).id
        oci.create(POLICY, "root", many(100, TENANCY))
        oci.create(POLICY, "upper", many(200, upper))
        last = oci.create(POLICY, "lower", many(200, lower))

        for place in (TENANCY, upper, lower):
            with pytest.raises(Failed) as failed:
                oci.create(POLICY, "more", many(1, place, "more"))
            assert str(failed.value) == (
                "400-LimitExceeded, You have reached the maximum number of policy statements allowed for this"
                " compartment hierarchy (Limit: 500, Current Usage: 501)"
            )
        assert oci.create(POLICY, "beside", many(400, beside)).id
        with pytest.raises(Failed, match="Current Usage: 501"):
            oci.update(last, many(201, lower))
        assert oci.update(last, many(199, lower)).id

    def test_what_is_over_the_limit_may_shrink(self, oci: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        """Otherwise nobody could ever get back below it."""
        made = oci.create(POLICY, "p", many(20, COMPARTMENT))
        monkeypatch.setattr("sandbox.services.identity.compartments.MOST_STATEMENTS", 10)

        assert oci.update(made, many(15, COMPARTMENT)).id
        with pytest.raises(Failed, match="Current Usage: 16"):
            oci.update(made, many(16, COMPARTMENT))


class TestDescriptions:
    @pytest.mark.parametrize(
        ("type", "inputs"),
        [
            (GROUP, group()),
            (DYNAMIC, dynamic()),
            (POLICY, policy()),
            (COMPARTMENTS, {"compartmentId": TENANCY, "name": "ai", "description": "d"}),
            (USERS, {"compartmentId": TENANCY, "name": "ann", "description": "d"}),
        ],
    )
    def test_a_description_may_be_empty_and_has_at_most_400_characters(
        self, oci: Client, type: str, inputs: dict[str, Any]
    ) -> None:
        """It must be there all the same."""
        made = oci.create(type, "x", {**inputs, "description": ""})

        assert oci.refresh(made).outputs["description"] == ""
        with pytest.raises(Failed, match="400-InvalidParameter, description has 401 characters"):
            oci.update(made, {**inputs, "description": "x" * 401})


def test_a_user_who_is_in_a_group_is_not_deleted(oci: Client) -> None:
    """The membership goes first."""
    team = oci.create(GROUP, "g", group())
    ann = oci.create(USERS, "u", {"compartmentId": TENANCY, "name": "ann", "description": "d"})
    member = oci.create(MEMBERSHIP, "m", {"groupId": team.id, "userId": ann.id})
    with pytest.raises(Failed, match="409-Conflict, user 'ann' is still in 1 group"):
        oci.delete(ann)

    oci.delete(member)
    oci.delete(ann)

    assert oci.read(ann) is None


class TestDomains:
    def test_a_name_is_unique_in_its_domain(self, oci: Client) -> None:
        """Groups and dynamic groups apart."""
        oci.create(DOMAIN_GROUP, "g", domain_group("https://one"))
        oci.create(DOMAIN_GROUP, "h", domain_group("https://two"))
        inputs = {**domain_group("https://one"), "matchingRule": "ALL {resource.type = 'fnfunc'}"}
        oci.create(DOMAIN_DYNAMIC_GROUP, "d", inputs)

        with pytest.raises(Failed, match="409-Conflict, 'team' already exists"):
            oci.create(DOMAIN_GROUP, "i", {**domain_group("https://one"), "displayName": "Team"})

    def test_a_matching_rule_is_read(self, oci: Client) -> None:
        """As that of IAM's own dynamic groups."""
        with pytest.raises(Failed, match="matchingRule cannot be parsed"):
            oci.create(DOMAIN_DYNAMIC_GROUP, "d", {**domain_group("https://one"), "matchingRule": "{}"})


def domain_group(endpoint: str) -> dict[str, Any]:
    return {"displayName": "team", "idcsEndpoint": endpoint, "schemas": ["urn:x"]}
