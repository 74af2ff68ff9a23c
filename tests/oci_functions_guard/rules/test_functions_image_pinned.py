"""What `functions-image-pinned` refuses, lets pass, and leaves for later."""

from __future__ import annotations

from typing import Any

import pytest

FUNCTION = "oci:Functions/function:Function"


DIGEST = "sha256:" + "0a" * 32
MARKER = "require-recompute"  # what the provider fills in where the program gives no digest


UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


class TestImagePinned:
    NAME = "functions-image-pinned"

    @pytest.mark.parametrize(
        "props",
        [
            {"image": "phx.ocir.io/a/b:1", "imageDigest": DIGEST},
            {"image": "phx.ocir.io/a/b:1", "imageDigest": UNKNOWN},
            {"image": UNKNOWN, "imageDigest": UNKNOWN},
            {"image": f"phx.ocir.io/a/b@{DIGEST}"},
            {"image": f"phx.ocir.io/a/b@{DIGEST}", "imageDigest": MARKER},
            {"image": f"phx.ocir.io/a/b@{DIGEST}", "imageDigest": ""},
            {
                "imageDigest": MARKER,
                "sourceDetails": {"sourceType": "CONTAINER_IMAGE", "image": "a/b:1", "imageDigest": DIGEST},
            },
            {
                "imageDigest": MARKER,
                "sourceDetails": {"sourceType": "container_image", "image": f"a/b@{DIGEST}"},
            },
            {"imageDigest": MARKER, "sourceDetails": {"sourceType": "pre_built_functions"}},
            {"sourceDetails": {"sourceType": "CONTAINER_IMAGE", "image": "a/b:1", "imageDigest": DIGEST}},
            {"sourceDetails": {"sourceType": "CONTAINER_IMAGE", "image": "a/b:1", "imageDigest": UNKNOWN}},
            {"sourceDetails": {"image": "a/b:1", "imageDigest": DIGEST}, "image": "a/b:1"},
            {"sourceDetails": {"sourceType": "PRE_BUILT_FUNCTIONS", "pbfListingId": "ocid1.pbflisting"}},
            {
                "sourceDetails": {
                    "sourceType": "ARCHIVE",
                    "archiveSourceDetails": {"archiveSourceType": "DIRECT_ARCHIVE"},
                }
            },
            {
                "sourceDetails": {
                    "sourceType": "ARCHIVE",
                    "archiveSourceDetails": {
                        "archiveSourceType": "OBJECT_STORAGE_ARCHIVE",
                        "object": "o",
                        "objectVersionId": "v",
                    },
                }
            },
        ],
    )
    def test_pinned(self, pack: Any, props: dict[str, Any]) -> None:
        """A digest, also one still unknown, pins the code; so does the version of an archive."""
        answer = pack.analyze(FUNCTION, props)

        assert answer.of(self.NAME) == []
        assert self.NAME not in answer.not_applicable

    @pytest.mark.parametrize(
        "props",
        [
            {"displayName": "f"},
            {"image": "phx.ocir.io/a/b:1"},
            {"image": "phx.ocir.io/a/b:1", "imageDigest": ""},
            {"image": "phx.ocir.io/a/b:1", "imageDigest": MARKER},
            {"imageDigest": MARKER, "sourceDetails": {"sourceType": "CONTAINER_IMAGE", "image": "a/b:1"}},
            {
                "imageDigest": DIGEST,
                "sourceDetails": {"image": "a/b:1", "imageDigest": MARKER},
            },
            {"imageDigest": MARKER, "sourceDetails": {"sourceType": "archive", "archiveSourceDetails": {}}},
            {"image": "phx.ocir.io/a/b:1", "imageDigest": "latest"},
            {"image": "phx.ocir.io/a/b:1", "imageDigest": "sha256:abc"},
            {"image": "phx.ocir.io/a/b:1", "imageDigest": DIGEST + "\n"},
            {"image": f"phx.ocir.io/a/b@{DIGEST}:latest"},
            {
                "image": "a/b:1",
                "imageDigest": DIGEST,
                "sourceDetails": {"sourceType": "CONTAINER_IMAGE", "image": "a"},
            },
            {"sourceDetails": {"sourceType": "ARCHIVE"}},
            {"sourceDetails": {"sourceType": "ARCHIVE", "archiveSourceDetails": {"object": "o"}}},
            {"sourceDetails": "text"},
        ],
    )
    def test_not_pinned(self, pack: Any, props: dict[str, Any]) -> None:
        """Without a digest that is one, the code can change without the program."""
        assert len(pack.analyze(FUNCTION, props).of(self.NAME)) == 1

    def test_the_marker_reads_as_no_digest(self, pack: Any) -> None:
        """The provider's own marker is not shown as a malformed digest of the program's."""
        answer = pack.analyze(FUNCTION, {"image": "a/b:1", "imageDigest": MARKER})

        assert answer.of(self.NAME) == [
            "imageDigest is not set, so the function runs whatever image the tag points to"
        ]

    @pytest.mark.parametrize(
        "props",
        [
            {"image": UNKNOWN},
            {"image": UNKNOWN, "imageDigest": MARKER},
            {"sourceDetails": UNKNOWN},
            {"sourceDetails": {"sourceType": "ARCHIVE", "archiveSourceDetails": UNKNOWN}},
        ],
    )
    def test_unknown_is_judged_later(self, pack: Any, props: dict[str, Any]) -> None:
        """A reference that may yet turn out to hold a digest is judged at deploy."""
        answer = pack.analyze(FUNCTION, props)

        assert answer.of(self.NAME) == []
        assert "unknown" in answer.not_applicable[self.NAME]
