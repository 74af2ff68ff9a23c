"""The JSON schema of a stack file, held against the loader: it refuses nothing that the loader takes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from components.config.loading import PROJECT, check_file
from components.config.messages import SECRETS
from components.config.schema import schema, text
from components.errors import ConfigError
from tests.components.config.stack_files import DEV, ROOT
from tests.components.config.test_model import BASE, OPTIONS, Settings, settings

FILE = ROOT / "docs" / "stack.schema.json"
VALIDATOR = jsonschema.Draft7Validator(schema())
STACK_FILES = sorted(ROOT.glob("Pulumi.*.yaml"))


def _file(*parts: Settings) -> dict[str, Any]:
    """What a stack file of these settings holds; secrets as the engine keeps them."""
    config: dict[str, Any] = {}
    for key, value in settings(*parts).items():
        if key.removeprefix(f"{PROJECT}:") in SECRETS:
            config[key] = {"secure": "v1:abc"}
        else:
            config[key] = json.loads(value) if value.startswith(("{", "[")) else value
    return {"config": config}


def _loads(content: dict[str, Any], folder: Path) -> bool:
    file = folder / "Pulumi.dev.yaml"
    file.write_text(yaml.safe_dump(content))
    try:
        check_file(file)
    except ConfigError:
        return False
    return True


def _problems(content: Any) -> list[str]:
    return [f"{'.'.join(map(str, each.path))}: {each.message}" for each in VALIDATOR.iter_errors(content)]


def test_the_file_is_fresh() -> None:
    """`docs/stack.schema.json` is what the model says; `make docs` writes it anew."""
    assert FILE.read_text(encoding="utf-8") == text()


def test_it_is_a_schema() -> None:
    """Of draft 7, every reference leads somewhere, and its patterns are those of editors, not Python's."""
    jsonschema.Draft7Validator.check_schema(schema())
    referred = {word for word in text().split('"') if word.startswith("#/")}

    assert {each.removeprefix("#/$defs/") for each in referred} <= set(schema()["$defs"])
    assert "(?P" not in text()


@pytest.mark.parametrize("file", STACK_FILES, ids=lambda file: file.name)
def test_the_stack_files_fit_and_name_it(file: Path) -> None:
    """An editor that opens one finds the schema by its first line, and nothing to complain about."""
    first = file.read_text().splitlines()[0]

    assert first == f"# yaml-language-server: $schema={FILE.relative_to(ROOT)}"
    assert _problems(yaml.safe_load(file.read_text())) == []


@pytest.mark.parametrize("key", OPTIONS)
def test_it_takes_every_option(key: str, tmp_path: Path) -> None:
    """Whatever of an option the loader takes, the schema takes; so it takes each with another value."""
    base, change = OPTIONS[key]
    content = _file(BASE, base, change)

    assert _loads(content, tmp_path)
    assert _problems(content) == []


@pytest.mark.slow
@pytest.mark.parametrize("key", OPTIONS)
def test_it_refuses_a_key_beside_each_option(key: str) -> None:
    """A misspelt key is seen in every section, at the top too."""
    base, change = OPTIONS[key]
    content = _file(BASE, base, change)
    sections = [content["config"], *_sections(content["config"])]

    for section in sections:
        section["oci-ai-functions:strange" if section is content["config"] else "strange key"] = {}
        assert _problems(content), key
        section.popitem()


def _sections(value: Any) -> list[dict[str, Any]]:
    """Every section within: not what is free text by name, nor encrypted."""
    found = []
    if isinstance(value, list):
        return [each for item in value for each in _sections(item)]
    for name, inner in value.items() if isinstance(value, dict) else ():
        if name in ("config", "attributes") or (isinstance(inner, dict) and "secure" in inner):
            continue
        if isinstance(inner, dict):
            found.append(inner)
        found += _sections(inner)
    return found


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        (
            "memory_in_mbs: 256",
            "memory_in_mbs: 200",
            "config.oci-ai-functions:functions.responder.memory_in_mbs",
        ),
        (
            "memory_in_mbs: 256",
            'memory_in_mbs: "256"',
            "config.oci-ai-functions:functions.responder.memory_in_mbs",
        ),
        ("timeout_in_seconds: 60", "timeout_in_seconds: 301", "responder.timeout_in_seconds"),
        ('SEVERITY_WARNING: "0.7"', "SEVERITY_WARNING: 0.7", "responder.config.SEVERITY_WARNING"),
        ('SEVERITY_WARNING: "0.7"', 'FN_ID: "0.7"', "responder.config"),
        ("com.oraclecloud.cloudguard.problemdetected", "com.oraclecloud", "services.event_types.5"),
        ("responder:", "Responder:", "config.oci-ai-functions:functions"),
        ("eu-frankfurt-1\n", "FRA\n", "config.oci:region"),
        ("tenancy_id: ocid1.tenancy", "tenancy_id: ocid1.compartment", "tenancy_id"),
        ("oci-ai-functions:tenancy_id: ", "aws:x: ", "config"),
        ("oci:region: eu-frankfurt-1", "region: eu-frankfurt-1", "config"),
        ("config:\n", "strange: 1\nconfig:\n", ""),
        ("config:\n", "config:\n  oci-ai-functions:registry_auth_token: x\n", "registry_auth_token"),
    ],
)
def test_it_refuses_what_the_loader_refuses(old: str, new: str, place: str, tmp_path: Path) -> None:
    """Each mistake that a schema can see is at its place."""
    assert old in DEV
    content = yaml.safe_load(DEV.replace(old, new, 1))

    found = _problems(content)

    assert not _loads(content, tmp_path)
    assert [each for each in found if place in each.partition(": ")[0]], found


def test_other_namespaces_are_not_its_business() -> None:
    """Pulumi keeps settings of other packages in the same file."""
    content = yaml.safe_load(DEV)
    content["config"] |= {"aws:region": "eu-west-1", "oci:tenancyOcid": "x", "pulumi:tags": {"a": "b"}}

    assert _problems(content) == []


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-1, 4096),
    st.sampled_from(["", "a", "responder", "A B", "eu-milan-1", "sha256:" + "b" * 64, "ocid1.group.oc1..a"]),
    st.sampled_from([[], {}, ["a"], {"a": "b"}, {"name": "n"}, {"secure": "v1:x"}]),
)


@pytest.mark.slow
@given(data=st.data())
def test_what_the_loader_takes_it_takes(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """For options in any company, some with another value than one would expect."""
    keys = data.draw(st.lists(st.sampled_from(sorted(OPTIONS)), min_size=1, max_size=3, unique=True))
    content = _file(BASE, *(part for key in keys for part in OPTIONS[key]))
    places = _places(content["config"])
    section, key = data.draw(st.sampled_from(places))
    if data.draw(st.booleans()):
        section[key] = data.draw(VALUES)

    if _loads(content, tmp_path_factory.getbasetemp()):
        assert _problems(content) == []


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every place that a value is at, with what holds it."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for key, inner in pairs for place in [(value, key), *_places(inner)]]
