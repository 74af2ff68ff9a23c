"""Builds the pinned Pulumi CLI with Go, from the module proxy alone. Does not decide whether to.

What is built is stated by `go.mod` and `go.sum` beside this file. An interrupted build is resumed,
because Go keeps every package it has compiled.
"""

from __future__ import annotations

import hashlib
import os
import re
import selectors
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from engine import _cache
from engine._errors import EngineError
from engine._progress import Ticker, clock

_MODULE = Path(__file__).resolve().parent
_PACKAGES = ("github.com/pulumi/pulumi/pkg/v3/cmd/pulumi", "./generator")
_YAML_MODULE = _MODULE / "yaml_host"
_YAML_HOST = "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml"
_SDK = "github.com/pulumi/pulumi/sdk/v3"
_VERSION_VARIABLE = f"{_SDK}/go/common/version.Version"

# What the language host calls to write code; in the official installation a part of the host itself.
GENERATOR = "pulumi-language-python-generate"

# Scripts of the official installation that the Go module carries: the one that runs a program, and the
# one that serves dynamic providers.
_SCRIPTS = ("python/cmd/pulumi-language-python-exec", "python/dist/pulumi-resource-pulumi-python")

_INSTALL = (
    "install the Pulumi CLI (https://www.pulumi.com/docs/iac/download-install/) so that `pulumi` is on PATH"
)


def pinned_version() -> str:
    """The version of the CLI that `go.mod` pins, without the `v`."""
    found = re.search(rf"{re.escape('github.com/pulumi/pulumi/pkg/v3')} v(\S+)", _read("go.mod"))
    if found is None:
        raise EngineError(
            "engine/go.mod names no version of github.com/pulumi/pulumi/pkg/v3; restore the file"
        )
    return found[1]


def key() -> str:
    """Changes with the pinned module, its dependencies, and the machine."""
    stated = "\0".join([_read("go.mod"), _read("go.sum"), _read("generator/main.go"), _cache.machine()])
    return f"v{pinned_version()}-{hashlib.sha256(stated.encode()).hexdigest()[:12]}"


def yaml_key() -> str:
    """Changes with what `build_yaml_host` builds."""
    stated = "\0".join([_read("yaml_host/go.mod"), _read("yaml_host/go.sum"), _cache.machine()])
    return hashlib.sha256(stated.encode()).hexdigest()[:12]


def build(target: Path, lock: int, say: Callable[[str], None]) -> None:
    """Build the CLI, and the host's code generator, into the folder `target`, with the cache's lock held.

    The compiler inherits the lock: should this process be killed, nobody starts a second one beside it.
    Raises EngineError.
    """
    environment = _environment()
    _check_toolchain(environment)
    version = pinned_version()
    say(
        f"engine: building pulumi v{version} with Go, once, into {target.parent}\n"
        "engine: this takes about 8 minutes on 2 cores; an interrupted build is resumed by the next run"
    )
    began = time.monotonic()
    packages = _packages(_MODULE, _PACKAGES, environment, lock, say)
    with _cache.published(target) as partial:
        flags = f"-s -w -X {_VERSION_VARIABLE}=v{version}"
        # The trailing slash makes it a folder, for two files.
        command = ["go", "build", "-v", "-trimpath", "-ldflags", flags, "-o", f"{partial}/", *_PACKAGES]
        _run(
            _MODULE, command, environment, lock, Ticker(say, "compiling", f"of at most {packages:,} packages")
        )
        (partial / "generator").rename(partial / GENERATOR)
        _copy_scripts(partial, environment)
    say(f"engine: built pulumi v{version} in {clock(time.monotonic() - began)}")


def build_yaml_host(target: Path, lock: int, say: Callable[[str], None]) -> None:
    """Build the language host of programs in YAML into the folder `target`, with the cache's lock held.

    It is a module of its own, since it does not compile with the CLI's packages. Raises EngineError.
    """
    environment = _environment()
    _check_toolchain(environment)
    say("engine: building the language host of programs in YAML with Go, once; this takes a minute or two")
    packages = _packages(_YAML_MODULE, [_YAML_HOST], environment, lock, say)
    with _cache.published(target) as partial:
        command = ["go", "build", "-v", "-trimpath", "-ldflags", "-s -w", "-o", f"{partial}/", _YAML_HOST]
        ticker = Ticker(say, "compiling", f"of at most {packages:,} packages")
        _run(_YAML_MODULE, command, environment, lock, ticker)


def _read(name: str) -> str:
    return (_MODULE / name).read_text(encoding="utf-8")


def _environment() -> dict[str, str]:
    """The user's, less what would build something else than this module for this machine."""
    changed = {"GOWORK": "off", "GOFLAGS": "-mod=readonly -buildvcs=false", "GO111MODULE": "on"}
    dropped = ("GOOS", "GOARCH")
    return {name: value for name, value in os.environ.items() if name not in dropped} | changed


def _check_toolchain(environment: Mapping[str, str]) -> None:
    """Raise EngineError unless the Go of this machine, or one it can download, is new enough."""
    needed = _go_version(_read("go.mod"))
    wanted = ".".join(str(part) for part in needed)
    ways_out = f"{_INSTALL}, or install Go {wanted} or newer (https://go.dev/dl/), and run the command again"
    if shutil.which("go") is None:
        raise EngineError(f"found neither a Pulumi CLI nor Go to build one with: {ways_out}")
    # Asked inside the module, Go switches to the toolchain the module requires, or says why it cannot.
    answer = subprocess.run(
        ["go", "version"],  # noqa: S607 the user's Go is wanted
        cwd=_MODULE,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    present = re.search(r"go version go(\d+\.\d+(?:\.\d+)?)", answer.stdout)
    if answer.returncode or present is None or _go_version(f"go {present[1]}") < needed:
        reason = _last_line(answer.stderr) if answer.returncode or not present else present[1]
        raise EngineError(
            f"expected Go {wanted} or newer to build Pulumi, found {reason} on PATH: {ways_out}"
        )


def _go_version(text: str) -> tuple[int, ...]:
    found = re.search(r"^go (\d+(?:\.\d+)*)", text, re.MULTILINE)
    return tuple(int(part) for part in found[1].split(".")) if found else ()


def _packages(
    module: Path, wanted: Sequence[str], environment: Mapping[str, str], lock: int, say: Callable[[str], None]
) -> int:
    """How many packages these are made of; fetches the modules they are in."""
    ticker = Ticker(say, "fetching", "modules")
    return _run(module, ["go", "list", "-deps", *wanted], environment, lock, ticker)


def _copy_scripts(folder: Path, environment: Mapping[str, str]) -> None:
    found = subprocess.run(
        ["go", "list", "-m", "-f", "{{.Dir}}", _SDK],  # noqa: S607 the user's Go is wanted
        cwd=_MODULE,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    for script in _SCRIPTS:
        copy = folder / Path(script).name
        shutil.copyfile(Path(found.stdout.strip()) / script, copy)
        copy.chmod(0o755)


def _run(module: Path, command: list[str], environment: Mapping[str, str], lock: int, ticker: Ticker) -> int:
    """Run Go, counting what it names on stderr; how many lines it printed on stdout. Raises EngineError."""
    process = subprocess.Popen(
        command,
        cwd=module,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        pass_fds=(lock,),
        process_group=0,
    )
    try:
        printed, complaints = _follow(process, ticker)
        status = process.wait()
    except BaseException:
        # Interrupted: the compilers Go has started end with it.
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise
    finally:
        ticker.end()
    if status:
        raise EngineError(_why(command, complaints))
    return printed


def _follow(process: subprocess.Popen[bytes], ticker: Ticker) -> tuple[int, list[str]]:
    """Read both streams to their end; the number of lines of stdout, and the complaints of stderr."""
    assert process.stdout  # noqa: S101 asked for as a pipe
    assert process.stderr  # noqa: S101 same
    printed, complaints, rest = 0, [], b""
    with selectors.DefaultSelector() as streams, process.stdout as out, process.stderr as err:
        streams.register(out, selectors.EVENT_READ)
        streams.register(err, selectors.EVENT_READ)
        while streams.get_map():
            for ready, _ in streams.select(timeout=1):
                data = os.read(ready.fd, 65536)
                if not data:
                    streams.unregister(ready.fileobj)
                elif ready.fileobj is out:
                    printed += data.count(b"\n")
                else:
                    *lines, rest = (rest + data).split(b"\n")
                    complaints += [line for line in map(_decoded, lines) if not ticker.count(line)]
            ticker.show()
    return printed, complaints + [_decoded(rest)] * bool(rest)


def _decoded(line: bytes) -> str:
    return line.decode("utf-8", "replace").rstrip()


def _why(command: list[str], complaints: list[str]) -> str:
    """One sentence for a failed run of Go, with the ways out."""
    reason = _last_line("\n".join(complaints)) or "no reason given"
    return (
        f"`{' '.join(command[:2])}` of the Pulumi CLI failed ({reason}): {_INSTALL}, "
        "or remove the cause (is the module proxy of `go env GOPROXY` reachable?) and run the command again"
    )


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else ""
