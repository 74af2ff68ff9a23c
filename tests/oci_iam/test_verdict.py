from __future__ import annotations

import dataclasses

import pytest

from oci_iam import Context, Finding, Verdict


@pytest.mark.parametrize(
    ("name", "refused"), [("ok", False), ("unrelated", False), ("over-broad", True), ("unjudgeable", True)]
)
def test_refused(name: str, refused: bool) -> None:
    """Two of the four verdicts stop a deploy."""
    assert refused is Verdict(name).refused  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [Verdict("ok"), Finding("c", "m", "f", "r"), Context()])
def test_values_do_not_change(value: Verdict | Finding | Context) -> None:
    """A verdict handed out stays what it was."""
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(value, dataclasses.fields(value)[0].name, None)


def test_context_shares_no_aliases() -> None:
    """An empty context can't be written to."""
    with pytest.raises(TypeError):
        Context().aliases["x"] = "y"  # type: ignore[index]
