"""Finds or obtains a Pulumi CLI that can run Python programs: `python -m engine.ensure` prints its folder.

In this order: the `pulumi` on PATH, when it is new enough and has its Python language host next to it;
what an earlier run has cached; the official installer, where its site is reachable; a build from source,
where only the Go module proxy is. OCI_AI_FUNCTIONS_ENGINE narrows the choice, for example to `path` or to
`installer,build`.

Does not run programs, and never changes an installation it did not make.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from importlib import metadata
from pathlib import Path

from engine import _build, _cache, _host_folder
from engine._errors import EngineError

__all__ = ["MINIMUM_VERSION", "EngineError", "ensure", "ensure_yaml"]

# The lowest CLI the tests have passed with. A lower one on PATH is left alone.
MINIMUM_VERSION = "3.258.0"

_YAML_HOST = "pulumi-language-yaml"

_SOURCES = ("path", "installer", "build")

_INSTALLER_URL = "https://get.pulumi.com/install.sh"
_REACHABLE_SECONDS = 3.0
_INSTALLER_SECONDS = 300.0
_INSTALL = """\
import sys
from pulumi.automation import PulumiCommand
from semver import VersionInfo
PulumiCommand.install(root=sys.argv[1], version=VersionInfo.parse(sys.argv[2]))
"""

Say = Callable[[str], None]


def ensure(progress: Say | None = None) -> Path:
    """The folder that holds `pulumi` and its language host; put it first on PATH.

    `progress` is called with whole lines: which engine is used, and what is done to get one.
    Raises EngineError, whose text is one sentence with the ways out.
    """
    say = progress or _to_stderr
    sources = _allowed_sources()
    root = _cache.root()
    found = (_on_path(root, say) if "path" in sources else None) or _cached(sources, root, say)
    return found or _made(sources, root, say)


def ensure_yaml(folder: Path, progress: Say | None = None) -> None:
    """Make sure that the engine in `folder`, as `ensure` returns it, runs programs in YAML.

    An official installation brings what that takes; beside an engine that was built here, it is built too.
    Raises EngineError.
    """
    say = progress or _to_stderr
    if os.access(folder / _YAML_HOST, os.X_OK):
        return
    root = _cache.root()
    if folder != _engine_folder(root):
        raise EngineError(
            f"{folder} has no {_YAML_HOST} next to pulumi, which runs programs in YAML; install the official "
            "Pulumi CLI whole"
        )
    with _cache.locked(root, say) as lock:
        built = root / f"yaml-{_build.yaml_key()}"
        if not (built / _YAML_HOST).exists():
            _build.build_yaml_host(built, lock, say)
        _host_folder.add(built / _YAML_HOST, folder)


def _made(sources: tuple[str, ...], root: Path, say: Say) -> Path:
    """An engine that was not there before. One process at a time; those that waited find it made."""
    with _cache.locked(root, say) as lock:
        found = _cached(sources, root, say) or (_installed(root, say) if "installer" in sources else None)
        if not found and "build" not in sources:
            raise EngineError(
                f"no Pulumi CLI of at least v{MINIMUM_VERSION} was found, and OCI_AI_FUNCTIONS_ENGINE allows "
                f"only {', '.join(sources)}; unset it, or install the Pulumi CLI"
            )
        return found or _built(root, lock, say)


def _to_stderr(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _allowed_sources() -> tuple[str, ...]:
    stated = os.environ.get("OCI_AI_FUNCTIONS_ENGINE") or ",".join(_SOURCES)
    named = tuple(part.strip() for part in stated.split(",") if part.strip())
    if not named or not set(named) <= set(_SOURCES):
        raise EngineError(
            f"OCI_AI_FUNCTIONS_ENGINE: expected one or more of {','.join(_SOURCES)}, found {stated!r}"
        )
    return named


def _on_path(cache: Path, say: Say) -> Path | None:
    """The folder of the `pulumi` on PATH, if it is usable; says why if it is not."""
    command = shutil.which("pulumi")
    if command is None or Path(command).resolve().is_relative_to(cache.resolve()):
        # One of this cache may belong to another version of this project.
        return None
    version = _version_of(command)
    if version is None or _parts(version) < _parts(MINIMUM_VERSION):
        say(f"engine: {command} is v{version or '?'}, expected v{MINIMUM_VERSION} or newer; not used")
        return None
    if not _brings_host(Path(command)):
        say(f"engine: {command} has no pulumi-language-python next to it; not used")
        return None
    say(f"engine: pulumi v{version} ({command})")
    return Path(command).parent


def _version_of(command: str) -> str | None:
    """What `pulumi version` says, without the `v`; None for something else or a program that hangs."""
    environment = os.environ | {"PULUMI_SKIP_UPDATE_CHECK": "true"}
    try:
        answer = subprocess.run(
            [command, "version"], env=environment, capture_output=True, text=True, timeout=20, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.match(r"v?(\d+\.\d+\.\d+\S*)", answer.stdout.strip())
    return found[1] if found else None


def _parts(version: str) -> tuple[int, ...]:
    """`3.258.0-alpha.1` as (3, 258, 0): numbers compare as numbers."""
    return tuple(int(part) for part in re.split(r"[-+]", version)[0].split("."))


def _brings_host(command: Path) -> bool:
    """Whether the Python language host is where the CLI looks: beside the executable, links followed.

    A version manager puts a script in place of the executable, and the host's beside it.
    """
    folders = {command.resolve().parent, command.parent}
    return any(os.access(folder / "pulumi-language-python", os.X_OK) for folder in folders)


def _cached(sources: tuple[str, ...], root: Path, say: Say) -> Path | None:
    """What an earlier run has kept, of the sources allowed."""
    version = _build.pinned_version()
    official = _official_folder(root) / "bin"
    if "installer" in sources and _is_installation(official):
        say(f"engine: pulumi v{version} (cached)")
        return official
    folder = _engine_folder(root)
    if "build" in sources and _host_folder.is_whole(folder):
        with suppress(OSError):
            # Tells which folders are in use.
            os.utime(folder)
        say(f"engine: pulumi v{version} (cached)")
        return folder
    return None


def _official_folder(root: Path) -> Path:
    return root / f"official-v{_build.pinned_version()}-{_cache.machine()}"


def _engine_folder(root: Path) -> Path:
    return root / _build.key() / f"host-{_host_folder.key()}"


def _is_installation(folder: Path) -> bool:
    return all(os.access(folder / name, os.X_OK) for name in ("pulumi", "pulumi-language-python"))


def _installed(root: Path, say: Say) -> Path | None:
    """The official installation, made now; None where that is not possible, for whatever reason."""
    if not _reachable(_INSTALLER_URL):
        return None
    version = _build.pinned_version()
    say(f"engine: installing pulumi v{version} with the official installer")
    target = _official_folder(root)
    with suppress(_NotInstalled), _cache.published(target) as partial:
        _run_installer(partial, version)
        return target / "bin"
    say("engine: the official installer failed; building from source instead")
    return None


class _NotInstalled(Exception):
    """The installer failed; the next source is tried."""


def _reachable(url: str) -> bool:
    """Whether the site answers in seconds. In a closed network a name may take a minute to fail."""
    answered = threading.Event()

    def ask() -> None:
        with suppress(OSError, ValueError):
            request = urllib.request.Request(url, method="HEAD")  # noqa: S310 a constant https address
            urllib.request.urlopen(request, timeout=_REACHABLE_SECONDS).close()  # noqa: S310
            answered.set()

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(_REACHABLE_SECONDS)
    return answered.is_set()


def _run_installer(folder: Path, version: str) -> None:
    """Install into `folder`, or raise _NotInstalled. In a process of its own: it knows no time limit."""
    process = subprocess.Popen(
        [sys.executable, "-c", _INSTALL, str(folder), version],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        process_group=0,
    )
    try:
        status = process.wait(_INSTALLER_SECONDS)
    except BaseException as error:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if isinstance(error, subprocess.TimeoutExpired):
            raise _NotInstalled from None
        raise
    if status or not _is_installation(folder / "bin"):
        raise _NotInstalled


def _built(root: Path, lock: int, say: Say) -> Path:
    """An engine folder with the CLI built from source, where it is missing."""
    cli = root / _build.key() / "cli"
    if not (cli / "pulumi").exists():
        _build.build(cli, lock, say)
    folder = _engine_folder(root)
    _host_folder.assemble(cli, folder)
    _cache.remove_unused(root, keep=folder)
    say(f"engine: pulumi v{_build.pinned_version()} ({folder})")
    return folder


def _version() -> str:
    """The project's version, which its one distribution states; engine code runs without it, too."""
    try:
        return metadata.version("oci-functions-guard")
    except metadata.PackageNotFoundError:
        return "(not installed)"


def main() -> int:
    """Print the engine's folder, or with `--version` what would be used; messages go to stderr.

    With `--yaml`, that engine also runs programs in YAML.
    """
    if sys.argv[1:] == ["--version"]:
        print(f"oci-ai-functions {_version()}, engine pulumi v{_build.pinned_version()}")
        return 0
    # A build stops as it does on Ctrl-C, with nothing half made left behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        folder = ensure()
        if sys.argv[1:] == ["--yaml"]:
            ensure_yaml(folder)
        print(folder)
    except EngineError as error:
        print(f"engine: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("engine: interrupted; the next run resumes", file=sys.stderr)
        return 128 + signal.SIGINT
    return 0


if __name__ == "__main__":
    sys.exit(main())
