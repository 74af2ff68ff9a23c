"""Answers to questions as text and JSON: nothing that limits an answer is left out."""

from __future__ import annotations

import json

from oci_iam.reports.answers import who_can_as_json, who_can_as_text
from oci_iam.who_can import Ability, Denial, Doubt, Holder, Holders

DENIAL = Denial("group Guests", "request.region = 'fra'", "Deny group Guests …", "policy 'd'")
ANY = Denial("any-user", "", "Deny any-user …", "policy 'd'")
ADA = Holder("ocid1.user.oc1..ada", "ada", "request.region = 'iad'", (DENIAL,))


def ability(subject: str, users: tuple[Holder, ...] | None, rule: str = "") -> Ability:
    """An ability under a condition, with a denial."""
    return Ability(subject, "target.app.id = 'x'", f"Allow {subject} …", "policy 'p'", users, rule, (ANY,))


def text(*abilities: Ability, doubts: tuple[Doubt, ...] = ()) -> str:
    """What is printed."""
    return "\n".join(who_can_as_text([Holders("FN_INVOCATION", abilities, doubts)]))


def test_conditions_and_denials_are_shown_for_all_and_for_each() -> None:
    """Those of a user where they are not those of the group."""
    assert text(ability("group A", (ADA,))).splitlines() == [
        "FN_INVOCATION:",
        "  group A: ada (ocid1.user.oc1..ada)",
        "      by: 'Allow group A ...' of policy 'p'".replace("...", "\\u2026"),
        "      if: target.app.id = 'x'",
        "      unless: any-user, by 'Deny any-user \\u2026' of policy 'd'",
        "      ada (ocid1.user.oc1..ada), if: request.region = 'iad'",
        "      ada (ocid1.user.oc1..ada), unless: group Guests where request.region = 'fra',"
        " by 'Deny group Guests \\u2026' of policy 'd'",
    ]


def test_who_is_in_a_group() -> None:
    """Known, nobody, not known; of any-user the known are not all; of many the first."""
    many = tuple(ADA._replace(id=f"ocid1.user.oc1..u{number}", name="") for number in range(25))

    assert "group A: nobody that the directory knows" in text(ability("group A", ()))
    assert "group A: who is in it is not known" in text(ability("group A", None))
    assert "any-user: among others, ada" in text(ability("any-user", (ADA,)))
    assert "dynamic-group W: resource.type = 'fnfunc'" in text(
        ability("dynamic-group W", (), "resource.type = 'fnfunc'")
    )
    assert " and 5 more" in text(ability("group A", many))


def test_nobody_and_what_may_grant() -> None:
    """A line that a terminal shows as it is."""
    doubt = Doubt("Allow\nthe\x1b[31m impossible", "policy 'p'", "not understood: x")
    lines = text(doubts=(doubt,)).splitlines()

    assert lines == [
        "FN_INVOCATION: nobody",
        "  may grant: 'Allow the\\x1b[31m impossible' of policy 'p'",
        "      because: not understood: x",
    ]


def test_json_holds_it_all() -> None:
    """Every field by name, down to the denials of one user."""
    holders = Holders("FN_INVOCATION", (ability("group A", (ADA,)), ability("group B", None)), ())
    answer = json.loads("\n".join(who_can_as_json([holders], True)))
    first, second = answer["permissions"][0]["who"]

    assert answer["somebody"] is True
    assert first["users"][0]["unless"] == [DENIAL._asdict()]
    assert (first["unless"], second["users"]) == ([ANY._asdict()], None)
