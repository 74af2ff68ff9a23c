"""The fixtures: `oci_sandbox`, `oci_client`, `oci_sandbox_stack`.

Each test process has sandboxes of its own in pytest's temporary folder; a test changes nothing outside of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from oci_sandbox.cloud import SandboxCloud

_NAME = "oci_sandbox_stack"
_Stacks = Callable[[Path, str, dict[str, str]], "SandboxCloud"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """The setting that says which stack is deployed."""
    parser.addini(
        _NAME,
        "folder of the Pulumi program that the fixture oci_sandbox_stack deploys, and its stack",
        type="args",
        default=[],
    )


def pytest_configure(config: pytest.Config) -> None:
    """The marker that says so for some tests."""
    config.addinivalue_line(
        "markers",
        f"{_NAME}(folder, stack=None, config=None): deploy this Pulumi program for the fixture {_NAME}, "
        "once a session; folders are relative to the test's file",
    )


@pytest.fixture(scope="session")
def _oci_sandbox_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxCloud]:
    """The sandbox that tests empty and use in turn."""
    from oci_sandbox.cloud import SandboxCloud

    with SandboxCloud(tmp_path_factory.mktemp("oci_sandbox") / "sandbox") as cloud:
        yield cloud


@pytest.fixture
def oci_sandbox(_oci_sandbox_session: SandboxCloud) -> Iterator[SandboxCloud]:
    """An empty cloud, which this process's OCI clients reach instead of OCI."""
    _oci_sandbox_session.reset()
    with _oci_sandbox_session.reached():
        yield _oci_sandbox_session


@pytest.fixture
def oci_client(oci_sandbox: SandboxCloud) -> Callable[..., Any]:
    """Makes unmodified SDK clients: `oci_client(oci.identity.IdentityClient, as_="user:alice")`."""
    return oci_sandbox.client


@pytest.fixture(scope="session")
def _oci_sandbox_stacks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[_Stacks]:
    """Deploys each stack once, in a sandbox of its own."""
    from oci_sandbox.cloud import SandboxCloud
    from oci_sandbox.stack import deploy

    deployed: dict[str, SandboxCloud] = {}

    with ExitStack() as ending:

        def cloud_of(program: Path, stack: str, config: dict[str, str]) -> SandboxCloud:
            key = repr((program, stack, sorted(config.items())))
            if key not in deployed:
                folder = tmp_path_factory.mktemp("oci_sandbox_stack") / "sandbox"
                outputs = deploy(folder, program, stack, config, print)
                deployed[key] = ending.enter_context(SandboxCloud(folder))
                deployed[key].outputs = outputs
            return deployed[key]

        yield cloud_of


@pytest.fixture
def oci_sandbox_stack(request: pytest.FixtureRequest, _oci_sandbox_stacks: _Stacks) -> Iterator[SandboxCloud]:
    """A cloud with a deployed stack, the same one for all tests that ask for it."""
    cloud = _oci_sandbox_stacks(*_asked_for(request))
    with cloud.reached():
        yield cloud


def _asked_for(request: pytest.FixtureRequest) -> tuple[Path, str, dict[str, str]]:
    """Folder, stack and config: the marker's, else those of the setting."""
    from oci_sandbox.stack import only_stack

    marker = request.node.get_closest_marker(_NAME)
    if marker is not None:
        program = (request.path.parent / marker.args[0]).resolve()
        more = marker.kwargs
        return program, more.get("stack") or only_stack(program), dict(more.get("config") or {})
    given = request.config.getini(_NAME)
    if not given:
        raise pytest.UsageError(
            f"{_NAME}: say which program: `{_NAME} = path/to/program` in pytest's settings, or a marker "
            f'@pytest.mark.{_NAME}("path/to/program")'
        )
    program = (request.config.rootpath / given[0]).resolve()
    return program, given[1] if len(given) > 1 else only_stack(program), {}
