"""The locks against the sources they are compiled from (`make lock`)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted(
    path.relative_to(ROOT).as_posix()
    for folder in (
        ROOT,
        ROOT / "requirements",
        ROOT / "policy_pack",
        ROOT / "function_src",
        ROOT / "sandbox" / "function_template",
        *(ROOT / "examples").glob("*/function"),
    )
    for path in folder.glob("*.in")
)


def stated(source: str) -> dict[str, str]:
    """The version that a source, or one it includes, states for each package; empty where it states none."""
    found: dict[str, str] = {}
    for line in (ROOT / source).read_text(encoding="utf-8").splitlines():
        if line.startswith("-r "):
            included = (ROOT / source).parent / line.removeprefix("-r ")
            found |= stated(included.resolve().relative_to(ROOT).as_posix())
        elif line and not line.startswith("#"):
            requirement = Requirement(line)
            found[canonicalize_name(requirement.name)] = str(requirement.specifier)
    return found


def locked(source: str) -> dict[str, tuple[str, list[str]]]:
    """The version and the hashes that a source's lock has for each package."""
    text = (ROOT / source).with_suffix(".txt").read_text(encoding="utf-8")
    entries = re.sub(r"^(\s*#|-).*\n", "", text, flags=re.MULTILINE).replace("\\\n", "").splitlines()
    found: dict[str, tuple[str, list[str]]] = {}
    for entry in entries:
        requirement = Requirement(entry.partition(" --hash")[0])
        hashes = re.findall(r"--hash=sha256:[0-9a-f]{64}\b", entry)
        found[canonicalize_name(requirement.name)] = (str(requirement.specifier), hashes)
    return found


@pytest.mark.parametrize("source", SOURCES)
class TestLock:
    def test_it_has_what_its_source_states(self, source: str) -> None:
        """Every line of the source is an exact pin, and its lock has that version: `make lock`."""
        pins = stated(source)
        versions = {name: version for name, (version, _) in locked(source).items()}

        assert pins
        assert all(version.startswith("==") for version in pins.values())
        assert pins.items() <= versions.items()

    def test_every_package_has_a_version_and_hashes(self, source: str) -> None:
        """pip refuses a lock with one package that has none, and takes no other file for one that has."""
        assert all(version.startswith("==") and hashes for version, hashes in locked(source).values()), (
            "run `make lock`"
        )

    def test_it_names_no_place_to_download_from(self, source: str) -> None:
        """Whoever installs chooses the index; a lock that names one overrules that."""
        text = (ROOT / source).with_suffix(".txt").read_text(encoding="utf-8")

        assert not re.search(r"://|^\s*-(?!-hash)|^-e|index-url|find-links", text, re.MULTILINE)


def test_all_locks_agree() -> None:
    """A package has one version in all locks: what is tested is what is deployed."""
    whole = locked("requirements/dev.in")

    differing = {
        (source, name)
        for source in SOURCES
        for name, pin in locked(source).items()
        if name in whole and whole[name] != pin
    }

    assert len(SOURCES) == 12
    assert not differing
