"""What the pack says fits a terminal, and what must be copied stays whole."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from oci_functions_guard.layout import WIDTH, shorten, wrapped

OCID = (
    "ocid1.fnfunc.oc1.eu-frankfurt-1.aaaaaaaac6r4yt2wq5nxk3mvzbjhdpgsufeoilaaaaaaaac6r4yt2wq5nxk3mvzbjhdpgsu"
)


class TestWrapped:
    def test_a_line_that_goes_on_is_indented(self) -> None:
        """Each line keeps its own indent, and what it goes on with stands four columns deeper."""
        text = wrapped("statements[0]: " + "word " * 14 + "\n  - " + "reason " * 12)

        assert text.split("\n") == [
            "statements[0]: " + "word " * 10 + "word",
            "    word word word",
            "  - " + "reason " * 8 + "reason",
            "      reason reason reason",
        ]

    def test_an_ocid_stays_whole(self) -> None:
        """It is copied from there: neither its hyphens nor its length break it."""
        assert OCID in wrapped(
            f"statements[0]: Allow group a to use fn-invocation where target.function.id = '{OCID}'"
        )

    @given(st.text("ab -\n", max_size=300))
    def test_nothing_is_lost_and_no_line_too_wide(self, text: str) -> None:
        """Every word is there, in order, and a line is too wide only where one word is."""
        lines = wrapped(text).split("\n")

        assert text.split() == " ".join(lines).split()
        assert all(len(line) <= WIDTH or len(line.split()) == 1 for line in lines)


class TestShorten:
    def test_what_would_not_be_seen_is_escaped(self) -> None:
        """Nothing hides in, or writes over, the terminal it is shown on."""
        assert shorten("a\u200b\x1b[2K\nb") == "a\\u200b\\u001b[2K b"

    def test_what_is_long_is_cut(self) -> None:
        """A cut is shown as one."""
        assert shorten("x" * 200, 10) == "x" * 9 + "…"
