"""`oci_iam.evidence.render` puts a synthetic OCID of the right type where an id is not known yet."""

from __future__ import annotations

import re

import pytest

from oci_iam import evidence

FUNCTION = "oci:Functions/function:Function"
GROUP = "oci:Identity/group:Group"


class TestRender:
    def test_the_ocid_is_of_the_type_of_the_resource(self) -> None:
        """A function's place gets a function's OCID, with a region; a group's gets a group's, without one."""
        text = evidence.render("${f} ${g}", {"f": FUNCTION, "g": GROUP})

        assert re.fullmatch(r"ocid1\.fnfunc\.oc1\.phx\.[a-z0-9]{60} ocid1\.group\.oc1\.\.[a-z0-9]{60}", text)

    def test_one_identity_is_one_ocid(self) -> None:
        """The same resource has the same OCID in every statement, under whatever name it goes there."""
        one = evidence.render("${a}", {"a": GROUP}, {"a": "urn:1"})
        other = evidence.render("${b}", {"b": GROUP}, {"b": "urn:1"})

        assert one == other

    def test_two_identities_are_two_ocids(self) -> None:
        """Two groups that are both called `group` in their texts are not taken for one."""
        one = evidence.render("${group}", {"group": GROUP}, {"group": "urn:1"})
        other = evidence.render("${group}", {"group": GROUP}, {"group": "urn:2"})

        assert one != other

    def test_text_without_refs_is_itself(self) -> None:
        """A text that names nothing unknown is rendered as it is."""
        assert (
            evidence.render("Allow group a to use fn-app in tenancy", {})
            == "Allow group a to use fn-app in tenancy"
        )

    @pytest.mark.parametrize(
        ("text", "refs"),
        [
            ("${a}", {}),
            ("text", {"a": GROUP}),
            ("${a}", {"b": GROUP}),
            ("$a", {}),
            ("${a", {}),
            ("${a} costs 5$", {"a": GROUP}),
            ("${a}", {"a": "oci:Identity/unheardOf:UnheardOf"}),
            ("${a}", {"a": ""}),
        ],
    )
    def test_what_does_not_fit_is_an_error(self, text: str, refs: dict[str, str]) -> None:
        """A placeholder without a ref, a ref without a placeholder, a stray `$` and an unknown type raise."""
        with pytest.raises(ValueError, match=r".+"):
            evidence.render(text, refs)
