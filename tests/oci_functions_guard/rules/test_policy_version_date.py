"""What `policy-version-date` refuses, lets pass, and leaves for later."""

from __future__ import annotations

from typing import Any

import pytest


class TestVersionDate:
    NAME = "policy-version-date"

    @pytest.mark.parametrize("props", [{}, {"versionDate": None}, {"versionDate": ""}])
    def test_no_date_passes(self, pack: Any, props: dict[str, Any]) -> None:
        """Without a date the policy means what its services mean today."""
        assert pack.policy(**props).of(self.NAME) == []

    @pytest.mark.parametrize(
        ("date", "expected"),
        [
            ("2018-01-01", "versionDate: 2018-01-01 fixes the meaning of the statements as of that day"),
            ("yesterday", "versionDate: not a date of the form YYYY-MM-DD"),
            (2018, "versionDate: expected a date, found a number"),
        ],
    )
    def test_a_date_is_a_finding(self, pack: Any, date: Any, expected: str) -> None:
        """A date freezes the meaning; what is no date is worse."""
        assert [expected] == pack.policy(versionDate=date).of(self.NAME)
