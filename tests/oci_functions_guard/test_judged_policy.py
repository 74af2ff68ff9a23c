"""Every statement is judged in its own place, whatever stands beside it."""

from __future__ import annotations

from typing import Any

import pytest

OVERBROAD = "functions-grant-overbroad"


UNJUDGEABLE = "functions-grant-unjudgeable"


UNKNOWN_AT_PREVIEW = "functions-grant-unknown-at-preview"


class TestJudging:
    def test_a_narrow_statement_passes(self, pack: Any, sample: Any) -> None:
        """A least-privilege grant draws no finding of any rule."""
        answer = pack.policy(sample.narrow)

        assert answer.diagnostics == ()

    def test_a_broad_statement_blocks(self, pack: Any, sample: Any) -> None:
        """With no config an over-broad grant is mandatory."""
        answer = pack.policy(sample.broad)

        assert {OVERBROAD} == answer.blocking

    def test_an_unreadable_statement_blocks(self, pack: Any, sample: Any) -> None:
        """With no config a statement that cannot be parsed is mandatory."""
        answer = pack.policy(sample.unreadable)

        assert {UNJUDGEABLE} == answer.blocking

    def test_a_finding_names_the_place_the_fragment_and_the_way_out(self, pack: Any, sample: Any) -> None:
        """The finding says which statement, which part of it, and what to write instead."""
        (text,) = pack.policy(sample.narrow, sample.broad).of(OVERBROAD)

        first, *reasons, instead = text.split("\n")
        assert first == f"statements[1]: {sample.broad}"
        assert [line.partition(": ")[0] for line in reasons] == [
            "  - `in tenancy`",
            "  - `manage functions-family`",
        ]
        assert instead.startswith("  instead: Write `Allow group everybody to use fn-invocation")

    def test_a_long_statement_is_cut(self, pack: Any, sample: Any) -> None:
        """The finding quotes as much of the statement as tells which one it is."""
        statement = sample.broad + " where any {" + ", ".join(["request.user.name = 'somebody'"] * 50) + "}"

        (text,) = pack.policy(statement).of(OVERBROAD)

        assert text.split("\n")[0].startswith(f"statements[0]: {sample.broad} where any")
        assert text.split("\n")[0].endswith("…")
        assert len(text.split("\n")[0]) < 200

    def test_a_statement_is_one_finding(self, pack: Any) -> None:
        """Four bad statements are four findings, under every rule of the pack together."""
        subjects = ["group a", "any-user", "group b", "dynamic-group c"]

        answer = pack.policy(*(f"Allow {subject} to manage all-resources in tenancy" for subject in subjects))

        assert answer.rules == [OVERBROAD] * 4

    def test_no_line_is_wider_than_a_terminal(self, pack: Any, sample: Any) -> None:
        """With the ten columns the CLI puts before it, every line of a finding fits eighty."""
        request = sample.request(
            sample.policy, {"statements": ["Allow any-user to manage all-resources in tenancy"]}
        )

        (found,) = pack.servicer.Analyze(request, None).diagnostics

        assert len(found.message.split("\n")) > 5
        assert all(len(line) <= 70 for line in found.message.split("\n"))

    def test_aliases_hold_across_the_statements_of_one_policy(self, pack: Any) -> None:
        """A compartment that `define` says is the tenancy makes the scope the tenancy."""
        answer = pack.policy(
            "Define compartment everything as ocid1.tenancy.oc1..aaaaaaaatenancy",
            "Allow group a to use fn-invocation in compartment everything",
        )

        assert OVERBROAD in answer.blocking

    def test_the_tenancy_of_the_provider_is_known(self, pack: Any, sample: Any) -> None:
        """An OCID the provider is configured with as tenancy is one, whatever it looks like."""
        request = sample.request(
            sample.policy,
            {"statements": [f"Allow group a to use fn-invocation in compartment id {sample.compartment}"]},
        )
        request.provider.type = "pulumi:providers:oci"
        request.provider.properties.CopyFrom(sample.struct({"tenancyOcid": sample.compartment}))

        assert OVERBROAD in pack.answer(request).blocking

    def test_a_secret_tenancy_is_known_too(self, pack: Any, sample: Any) -> None:
        """Whether the provider's tenancy is marked as secret changes nothing."""
        statement = f"Allow group a to use fn-invocation in compartment id {sample.compartment}"
        request = sample.request(sample.policy, {"statements": [statement]})
        request.provider.properties.CopyFrom(
            sample.struct({"tenancyOcid": sample.secret(sample.compartment)})
        )

        assert OVERBROAD in pack.answer(request).blocking

    def test_what_would_not_be_seen_is_escaped(self, pack: Any) -> None:
        """A fragment cannot hide in, or write over, the terminal it is shown on."""
        answer = pack.policy("Allow group a\u200b\x1b[2K to use fn-invocation in tenancy")

        assert answer.blocking == {UNJUDGEABLE}
        assert not any(char in answer.text for char in "\u200b\x1b")


class TestUnknownAtEachPosition:
    @pytest.mark.parametrize("position", range(4))
    def test_an_unknown_statement_hides_no_neighbour(self, pack: Any, sample: Any, position: int) -> None:
        """Wherever the unknown one stands, the broad and the unreadable one are found in their places."""
        statements = [sample.broad, sample.unreadable, sample.narrow]
        statements.insert(position, sample.unknown)

        answer = pack.policy(*statements)

        assert {OVERBROAD, UNJUDGEABLE} == answer.blocking
        assert answer.of(OVERBROAD)[0].startswith(f"statements[{statements.index(sample.broad)}]")
        assert answer.of(UNJUDGEABLE)[0].startswith(f"statements[{statements.index(sample.unreadable)}]")
        assert [f"statements[{position}]"] == [text.split(":")[0] for text in answer.of(UNKNOWN_AT_PREVIEW)]

    @pytest.mark.parametrize("position", range(3))
    def test_an_unknown_statement_is_refused_at_deploy(self, pack: Any, sample: Any, position: int) -> None:
        """At deploy an unknown statement is a mandatory finding, in its place."""
        statements = [sample.narrow, sample.narrow]
        statements.insert(position, sample.unknown)
        pack.deploy()

        answer = pack.policy(*statements)

        assert [f"statements[{position}]: still unknown at deploy"] == answer.of(UNJUDGEABLE)
        assert answer.of(UNKNOWN_AT_PREVIEW) == []

    def test_a_list_unknown_as_a_whole_is_one_unknown(self, pack: Any, sample: Any) -> None:
        """The whole `statements` unknown is one notice at preview."""
        answer = pack.analyze(sample.policy, {"statements": sample.unknown})

        assert set() == answer.blocking
        (notice,) = answer.of(UNKNOWN_AT_PREVIEW)
        assert notice.startswith("statements: unknown at preview (the whole list is unknown)")

    def test_a_list_unknown_as_a_whole_is_refused_at_deploy(self, pack: Any, sample: Any) -> None:
        """At deploy the whole list unknown blocks."""
        pack.deploy()

        answer = pack.analyze(sample.policy, {"statements": sample.unknown})

        assert {UNJUDGEABLE} == answer.blocking

    @pytest.mark.parametrize(
        "sentinel",
        [
            "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
            "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
            "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
            "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
            "030794c1-ac77-496b-92df-f27374a8bd58",
            "e48ece36-62e2-4504-bad9-02848725956a",
            "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
        ],
    )
    def test_every_sentinel_of_the_engine_is_unknown(self, pack: Any, sentinel: str) -> None:
        """Each of the engine's seven marks of an unknown value is one, also where a text is expected."""
        answer = pack.policy(sentinel)

        assert answer.rules == [UNKNOWN_AT_PREVIEW]
