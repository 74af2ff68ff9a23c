"""`make stack`: a stack file written from another one's."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox import new_stack, project
from sandbox.cloud.errors import SandboxFault

DEV = """\
# Read this first.
encryptionsalt: v1:abc
config:
  oci:region: eu-frankfurt-1
  p:registry_auth_token:
    secure: v1:xyz
  p:functions:
    responder: # the only one
      memory_in_mbs: 256
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with one stack."""
    (tmp_path / "Pulumi.dev.yaml").write_text(DEV)
    monkeypatch.setattr(new_stack, "ROOT", tmp_path)
    monkeypatch.setattr(project, "ROOT", tmp_path)
    return tmp_path


def test_settings_and_comments_are_taken_over_without_secrets(root: Path) -> None:
    """What the other stack's passphrase encrypted is left out and named; editors are told of the schema."""
    said = new_stack.write("qa", "dev")

    assert (root / "Pulumi.qa.yaml").read_text() == (
        "# yaml-language-server: $schema=docs/stack.schema.json\n"
        "# Read this first.\n"
        "config:\n"
        "  oci:region: eu-frankfurt-1\n"
        "  p:functions:\n"
        "    responder: # the only one\n"
        "      memory_in_mbs: 256\n"
    )
    assert "p:registry_auth_token" in "\n".join(said)
    assert "make up STACK=qa" in said[-1]
    assert project.shipped("qa") == "qa"


def test_the_schema_is_named_once(root: Path) -> None:
    """A template that names it already, as the project's do, is taken over as it is."""
    named = f"# yaml-language-server: $schema=docs/stack.schema.json\n{DEV}"
    (root / "Pulumi.dev.yaml").write_text(named)

    new_stack.write("qa", "dev")

    assert (root / "Pulumi.qa.yaml").read_text().count("yaml-language-server") == 1


def test_a_stack_there_is_stays_as_it_is(root: Path) -> None:
    """Its file is refused by name."""
    with pytest.raises(SandboxFault, match=r"Pulumi\.dev\.yaml: exists already"):
        new_stack.write("dev", "dev")

    assert (root / "Pulumi.dev.yaml").read_text() == DEV


def test_a_template_there_is_not_lists_those_there_are(root: Path) -> None:
    """Nothing is written."""
    with pytest.raises(SandboxFault, match=r"Pulumi\.prod\.yaml: no such stack file; there are: dev"):
        new_stack.write("qa", "prod")

    assert not (root / "Pulumi.qa.yaml").exists()


@pytest.mark.parametrize("name", ["", "..", "../x", "-x", "a b", "a;b", "a/b", "x" * 101, "ä", "a\n"])
def test_a_name_that_is_none_is_refused(root: Path, name: str) -> None:
    """Before any file is touched."""
    with pytest.raises(project.NotAStack):
        new_stack.write(name, "dev")

    assert [path.name for path in root.iterdir()] == ["Pulumi.dev.yaml"]


def test_a_secret_inside_a_value_is_refused(root: Path) -> None:
    """It is encrypted for a passphrase that the new stack does not have, and is named."""
    nested = (
        "config:\n  p:functions:\n    responder:\n      config:\n        TOKEN:\n          secure: v1:x\n"
    )
    (root / "Pulumi.dev.yaml").write_text(nested)

    with pytest.raises(SandboxFault, match=r"p:functions\.responder\.config\.TOKEN: is encrypted"):
        new_stack.write("qa", "dev")


def test_what_is_called_secure_is_copied(root: Path) -> None:
    """A function of that name, alone or beside others, is no encrypted value."""
    (root / "Pulumi.dev.yaml").write_text(
        "config:\n  p:functions:\n    secure: {}\n    other: {}\n  p:b: {secure: {}}\n"
    )

    new_stack.write("qa", "dev")

    assert "secure: {}" in (root / "Pulumi.qa.yaml").read_text()
